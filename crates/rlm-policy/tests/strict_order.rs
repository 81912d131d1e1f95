//! Whatever order calls settle in, the decisions are those of a run that makes one call at a time.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at once where it can't go on"
)]

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use rlm_model::{CallId, Cost, Money, Position, RunPath, Tokens};
use rlm_policy::{Amount, Decision, FailedAttempt, GrantId, Ledger, LimitReached, Limits, Remaining, Share, Spend};

/// What a program does, in order.
#[derive(Debug, Clone)]
enum Step {
    Call(Call),
    /// Starts a run with a share of the grant.
    Run(u8, Vec<Step>),
}

#[derive(Debug, Clone, Copy)]
struct Call {
    at_most: Amount,
    used: Spend,
    /// Whether the call is announced in its turn and asks only later.
    announced: bool,
    /// How many attempts fail after they may have been charged.
    failing_attempts: u8,
}

/// A run under way.
struct Run {
    grant: GrantId,
    path: RunPath,
    steps: Vec<Step>,
    next: usize,
    /// What it was given, once it is open.
    given: Option<Remaining>,
    closed: bool,
}

#[derive(Debug, Clone)]
enum Action {
    Settle(CallId),
    Ask(CallId),
    Close(usize),
    Issue(usize),
}

struct World {
    ledger: Ledger,
    runs: Vec<Run>,
    calls: BTreeMap<CallId, (GrantId, Call)>,
    announced: BTreeSet<CallId>,
    waiting: BTreeSet<CallId>,
    in_flight: BTreeSet<CallId>,
    issued: BTreeSet<CallId>,
    refused: BTreeMap<CallId, LimitReached>,
}

/// Runs a program to its end; `picks` chooses what happens next among all that may.
fn run(limits: &Limits, steps: &[Step], mut pick: impl FnMut(usize) -> usize) -> World {
    let mut world = World::new(limits, steps.to_vec());
    loop {
        let mut actions = world.actions();
        if actions.is_empty() {
            break;
        }
        let chosen = pick(actions.len());
        world.act(actions.swap_remove(chosen));
        world.check_limits();
    }
    assert_eq!(world.waiting, BTreeSet::new(), "nothing waits for ever");
    assert_eq!(
        world.ledger.reserved(GrantId::ROOT),
        Ok(Spend::default()),
        "everything returns"
    );
    world
}

impl World {
    fn new(limits: &Limits, steps: Vec<Step>) -> Self {
        let mut world = Self {
            ledger: Ledger::new(limits),
            runs: Vec::new(),
            calls: BTreeMap::new(),
            announced: BTreeSet::new(),
            waiting: BTreeSet::new(),
            in_flight: BTreeSet::new(),
            issued: BTreeSet::new(),
            refused: BTreeMap::new(),
        };
        world.add_run(GrantId::ROOT, RunPath::default(), steps);
        world.begin(0);
        world
    }

    fn add_run(&mut self, grant: GrantId, path: RunPath, steps: Vec<Step>) {
        self.runs.push(Run {
            grant,
            path,
            steps,
            next: 0,
            given: None,
            closed: false,
        });
    }

    fn begin(&mut self, index: usize) {
        let run = &mut self.runs[index];
        run.given = Some(self.ledger.remaining(run.grant).unwrap());
    }

    /// Everything that may happen next; first what a run without any overlap would do next.
    fn actions(&self) -> Vec<Action> {
        let settle = self.in_flight.iter().cloned().map(Action::Settle);
        let ask = self.announced.iter().cloned().map(Action::Ask);
        let open = |(_, run): &(usize, &Run)| run.given.is_some() && !run.closed;
        let progress = self
            .runs
            .iter()
            .enumerate()
            .rev()
            .filter(open)
            .filter_map(|(index, run)| {
                if run.next < run.steps.len() {
                    Some(Action::Issue(index))
                } else {
                    (index > 0 && !self.is_busy(run)).then_some(Action::Close(index))
                }
            });
        settle.chain(ask).chain(progress).collect()
    }

    fn is_busy(&self, run: &Run) -> bool {
        let below = |path: &RunPath| path.0.starts_with(&run.path.0);
        let unsettled = [&self.announced, &self.in_flight, &self.waiting];
        let child = |other: &&Run| other.path != run.path && below(&other.path);
        unsettled.into_iter().flatten().any(|id| below(&id.run))
            || self
                .runs
                .iter()
                .filter(child)
                .any(|child| child.given.is_some() && !child.closed)
    }

    fn act(&mut self, action: Action) {
        match action {
            Action::Settle(id) => self.settle(&id),
            Action::Ask(id) => {
                self.announced.remove(&id);
                let (grant, call) = self.calls[&id];
                let reserved = self.ledger.reserve(grant, &id, call.at_most).unwrap();
                self.decided([(id, reserved.decision)]);
                self.decided(reserved.others);
            }
            Action::Close(index) => {
                self.runs[index].closed = true;
                let decided = self.ledger.close(self.runs[index].grant).unwrap();
                self.decided(decided);
            }
            Action::Issue(index) => self.issue(index),
        }
    }

    fn settle(&mut self, id: &CallId) {
        self.in_flight.remove(id);
        let (_, call) = self.calls.get_mut(id).unwrap();
        if call.failing_attempts > 0 {
            call.failing_attempts -= 1;
            let again = Amount {
                calls: 0,
                ..call.at_most
            };
            let again = self.ledger.reserve_again(id, FailedAttempt::Unknown, again).unwrap();
            self.decided([(id.clone(), again.decision)]);
            self.decided(again.others);
        } else {
            let settlement = self.ledger.settle(id, call.used).unwrap();
            assert_eq!(settlement.overrun, None);
            self.decided(settlement.decided);
        }
    }

    fn issue(&mut self, index: usize) {
        let run = &mut self.runs[index];
        let (grant, step) = (run.grant, run.steps[run.next].clone());
        run.next += 1;
        let position = Position {
            turn: 1,
            ordinal: u32::try_from(run.next).unwrap(),
            index: 0,
        };
        let id = CallId {
            run: run.path.clone(),
            position,
        };
        match step {
            Step::Call(call) => {
                self.calls.insert(id.clone(), (grant, call));
                if call.announced {
                    self.ledger.announce(grant, &id, call.at_most).unwrap();
                    self.announced.insert(id);
                } else {
                    self.act(Action::Ask(id));
                }
            }
            Step::Run(share, steps) => {
                let opening = self.ledger.open(grant, &id, Share::percent(share)).unwrap();
                self.add_run(opening.grant, id.child_run(), steps);
                self.decided([(id, opening.decision)]);
                self.decided(opening.others);
            }
        }
    }

    fn decided(&mut self, decided: impl IntoIterator<Item = (CallId, Decision)>) {
        for (id, decision) in decided {
            self.waiting.remove(&id);
            let child = self.runs.iter().position(|run| run.path == id.child_run());
            match (decision, child) {
                (Decision::Waits, _) => {
                    self.waiting.insert(id);
                }
                (Decision::Granted, Some(child)) => self.begin(child),
                (Decision::Granted, None) => {
                    self.issued.insert(id.clone());
                    self.in_flight.insert(id);
                }
                // Where only a further attempt is refused, the call still ends with what it has spent.
                (Decision::Refused(_), _) if self.issued.contains(&id) => {
                    let counted = Spend::calls_only(self.calls[&id].1.at_most.calls);
                    let settlement = self.ledger.settle(&id, counted).unwrap();
                    self.decided(settlement.decided);
                }
                (Decision::Refused(limit), _) => {
                    self.refused.insert(id, limit);
                }
            }
        }
    }

    /// Checks that in every run what is spent and what is reserved stays within what it was given.
    fn check_limits(&self) {
        for run in &self.runs {
            let Some(given) = run.given.filter(|_| !run.closed) else {
                continue;
            };
            // What open child runs have spent stands within their reservations already.
            let child = |other: &&Run| {
                other.path.0.len() == run.path.0.len() + 1 && other.path.0.starts_with(&run.path.0) && !other.closed
            };
            let children = self
                .runs
                .iter()
                .filter(child)
                .map(|child| self.ledger.spent_by(child.grant));
            let below = children.fold(Spend::default(), Spend::plus);
            let all = self
                .ledger
                .spent_by(run.grant)
                .plus(self.ledger.reserved(run.grant).unwrap());
            let start = u64::from(!run.path.0.is_empty());
            assert!(all.calls - below.calls <= given.calls + start, "{all:?} of {given:?}");
            assert!(
                given
                    .tokens
                    .is_none_or(|most| all.tokens().0 - below.tokens().0 <= most.0),
                "{all:?} of {given:?}"
            );
            assert!(
                given.cost.is_none_or(|most| all.cost.0 - below.cost.0 <= most.0),
                "{all:?} of {given:?}"
            );
        }
    }
}

fn call(failing_attempts: std::ops::Range<u8>) -> impl Strategy<Value = Step> {
    let amount = (
        prop_oneof![1 => Just(0_u64), 9 => Just(1)],
        0_u64..40,
        0_u64..40,
        prop_oneof![1 => Just(0_u64), 4 => 0_u64..40],
    );
    (amount, 0_u64..=100, any::<bool>(), failing_attempts).prop_map(
        |((calls, input, output, cost), percent, announced, failing_attempts)| {
            let part = |whole: u64| whole * percent / 100;
            Step::Call(Call {
                at_most: Amount {
                    calls,
                    input_tokens: Tokens(input),
                    output_tokens: Tokens(output),
                    cost: Cost::Known(Money(cost)),
                },
                used: Spend {
                    calls,
                    input_tokens: Tokens(part(input)),
                    output_tokens: Tokens(part(output)),
                    cost: Money(part(cost)),
                    unpriced: 0,
                },
                announced,
                failing_attempts,
            })
        },
    )
}

fn program(failing_attempts: std::ops::Range<u8>) -> impl Strategy<Value = Vec<Step>> {
    let leaf = call(failing_attempts);
    let step = leaf.prop_recursive(2, 24, 6, |step| {
        (10_u8..90, prop::collection::vec(step, 0..6)).prop_map(|(share, steps)| Step::Run(share, steps))
    });
    prop::collection::vec(step, 0..16)
}

fn limits() -> impl Strategy<Value = Limits> {
    let tokens = prop::option::of((0_u64..400).prop_map(Tokens));
    let cost = prop::option::of((0_u64..200).prop_map(Money));
    (0_u32..16, 1_u32..4, tokens, cost).prop_map(|(subcalls, depth, tokens, cost)| Limits {
        subcalls,
        depth,
        tokens,
        cost,
        ..Limits::default()
    })
}

fn by_picks(picks: Vec<u16>) -> impl FnMut(usize) -> usize {
    let mut picks = picks.into_iter().cycle();
    move |choices| usize::from(picks.next().unwrap_or_default()) % choices
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn refusals_and_spend_are_those_of_one_call_at_a_time(
        limits in limits(),
        program in program(0..1),
        picks in prop::collection::vec(any::<u16>(), 1..64),
    ) {
        let strict = run(&limits, &program, |_| 0);
        let parallel = run(&limits, &program, by_picks(picks));
        prop_assert_eq!(&parallel.refused, &strict.refused);
        prop_assert_eq!(parallel.ledger.spent(), strict.ledger.spent());
    }

    #[test]
    fn no_limit_is_overshot_however_many_attempts_fail(
        limits in limits(),
        program in program(0..4),
        picks in prop::collection::vec(any::<u16>(), 1..64),
    ) {
        let world = run(&limits, &program, by_picks(picks));
        let spent = world.ledger.spent();
        prop_assert!(limits.tokens.is_none_or(|most| spent.tokens() <= most));
        prop_assert!(limits.cost.is_none_or(|most| spent.cost <= most));
        prop_assert!(spent.calls <= u64::from(limits.subcalls));
    }
}

/// A budget of 1.2 times the real cost answers every call, though their bounds are far above it.
#[test]
fn a_worst_case_never_refuses_what_the_real_cost_allows() {
    let call = Call {
        at_most: Amount {
            calls: 1,
            input_tokens: Tokens(100),
            output_tokens: Tokens(4_096),
            cost: Cost::Known(Money(4_196)),
        },
        used: Spend {
            calls: 1,
            input_tokens: Tokens(100),
            output_tokens: Tokens(50),
            cost: Money(150),
            unpriced: 0,
        },
        announced: false,
        failing_attempts: 0,
    };
    let limits = Limits {
        subcalls: 500,
        cost: Some(Money(500 * 150 * 12 / 10)),
        ..Limits::default()
    };
    // Everything is issued before anything settles.
    let world = run(&limits, &vec![Step::Call(call); 500], |choices| choices - 1);
    assert_eq!(world.refused, BTreeMap::new());
    assert_eq!(world.ledger.spent().cost, Money(75_000));
}
