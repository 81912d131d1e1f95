//! Simulated runs that spend from a shared budget ledger, together with the loop that executes
//! them.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Range, RangeInclusive};

use proptest::prelude::*;
use rlm_model::{CallId, Cost, Money, Position, Price, RunPath, Tokens};
use rlm_policy::{
    Amount, Decision, FailedAttempt, GrantId, Ledger, LimitReached, Limits, Remaining, ReservationRequest, Share, Spend,
};

/// One step of a simulated run: a model call or a child run.
#[derive(Debug, Clone)]
pub enum SpendingStep {
    /// The run makes a model call.
    Call(Call),
    /// The run starts a child run, with a percentage of its budget and the steps of the child.
    Run(u8, Vec<SpendingStep>),
}

/// A simulated model call, reduced to the properties that affect a budget ledger.
#[derive(Debug, Clone, Copy)]
pub struct Call {
    /// The maximum amount that the call may use.
    pub at_most: Amount,
    /// The minimum number of reply tokens, if the budget may shorten the reply. Such a call has a
    /// price per token.
    pub least: Option<Tokens>,
    /// The percentage of the granted amount that the call uses. Values above 100 overrun the
    /// reservation.
    pub percent_used: u64,
    /// Whether the call is first announced in order, and requests its amount later.
    pub announced: bool,
    /// The number of the call's attempts that fail after they may have been charged.
    pub failing_attempts: u8,
    /// The price of the call's tokens, as a multiple of 1 dollar (input) and 2 dollars (output) per
    /// million.
    pub price: u64,
    /// The price of the call's fallback model, which is used after the first attempt fails. `None`
    /// if there is no fallback.
    pub fallback: Option<u64>,
}

/// Returns a multiple of the base price: 1 dollar (input) and 2 dollars (output) per million
/// tokens.
const fn price(multiple: u64) -> Price {
    Price {
        input: Money(1_000_000 * multiple),
        cached_input: Money(1_000_000 * multiple),
        output: Money(2_000_000 * multiple),
    }
}

impl Call {
    fn ask(&self) -> ReservationRequest {
        match self.least {
            Some(least) => ReservationRequest::shortened(self.at_most, least, Some(price(self.price))),
            None => self.at_most.into(),
        }
    }

    /// Switches the call to its fallback model, if there is one.
    fn fall_back(&mut self) {
        let Some(fallback) = self.fallback.take() else {
            return;
        };
        let Amount {
            calls,
            input_tokens,
            output_tokens,
            cost,
        } = self.at_most;
        self.at_most = if self.least.is_some() {
            Amount::of(input_tokens, output_tokens, Some(price(fallback)), calls)
        } else {
            let cost = cost.known().map_or(cost, |cost| Cost::Known(Money(cost.0 * fallback)));
            Amount { cost, ..self.at_most }
        };
        self.price = fallback;
    }

    /// Returns the amount that the current attempt of the call uses of its granted amount. The
    /// spending is unpriced if its cost is not known in advance.
    fn uses(&self, granted: &Amount) -> Spend {
        let part = |whole: u64| whole * self.percent_used / 100;
        Spend {
            calls: self.at_most.calls,
            input_tokens: Tokens(part(granted.input_tokens.0)),
            output_tokens: Tokens(part(granted.output_tokens.0)),
            cost: granted.cost.known().map_or(Money::ZERO, |cost| Money(part(cost.0))),
            unpriced: u64::from(granted.cost == Cost::Unknown),
        }
    }
}

/// Returns `true` if a call used more than it was granted. An unknown cost is never reserved, so it
/// can't overrun.
fn is_overrun(used: &Spend, granted: &Amount, limits: &Limits) -> bool {
    let is_dearer = match granted.cost {
        Cost::Known(most) => used.cost > most,
        Cost::Unknown => false,
    };
    let is_longer = limits.output_tokens.is_some() && used.output_tokens > granted.output_tokens;
    let is_larger = limits.input_tokens.is_some() && used.input_tokens > granted.input_tokens;
    is_dearer || is_longer || is_larger || used.tokens() > granted.as_spend().tokens()
}

/// A simulated run of a [`Spending`].
#[derive(Debug)]
struct Run {
    grant: GrantId,
    path: RunPath,
    steps: Vec<SpendingStep>,
    next: usize,
    /// The budget that is left to the run when it starts; `None` before.
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

/// A simulated tree of runs that spend from one budget ledger. Their calls complete in any order.
#[derive(Debug)]
pub struct Spending {
    ledger: Ledger,
    runs: Vec<Run>,
    calls: BTreeMap<CallId, (GrantId, Call)>,
    announced: BTreeSet<CallId>,
    waiting: BTreeSet<CallId>,
    in_flight: BTreeSet<CallId>,
    issued: BTreeSet<CallId>,
    /// The amounts granted to the current attempts of calls, by call id.
    granted: BTreeMap<CallId, Amount>,
    /// The amounts granted to calls whose replies were shortened, by call id.
    pub shortened: BTreeMap<CallId, Amount>,
    /// The tokens used by sub-calls and child runs.
    pub subcall_tokens: Tokens,
    /// The rejected calls, each with the limit that it would have exceeded.
    pub refused: BTreeMap<CallId, LimitReached>,
    /// The calls that used more than their reservation.
    pub overran: BTreeSet<CallId>,
}

impl Spending {
    /// Simulates a tree of runs to its end. `pick` gets the number of possible actions and returns
    /// the index of the next one; always returning 0 makes one call at a time.
    ///
    /// # Panics
    /// If a run spends or reserves more than its budget, a call waits forever, or a reservation is
    /// not released. Also if a call is granted after another one has exceeded a limit.
    #[must_use]
    pub fn run(limits: &Limits, steps: &[SpendingStep], mut pick: impl FnMut(usize) -> usize) -> Self {
        let mut world = Self::new(limits, steps.to_vec());
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

    /// Returns the total amount spent in the simulation.
    #[must_use]
    pub fn spent(&self) -> Spend {
        self.ledger.spent()
    }

    /// Returns the ids of the calls that were made although their cost was unknown.
    pub fn unpriced(&self) -> impl Iterator<Item = &CallId> {
        let is_unpriced = |id: &&CallId| self.calls[*id].1.at_most.cost == Cost::Unknown;
        self.issued.iter().filter(is_unpriced)
    }

    /// Returns the limit that stopped all spending, if a call has exceeded one.
    #[must_use]
    pub const fn stopped(&self) -> Option<&LimitReached> {
        self.ledger.stopped()
    }

    fn new(limits: &Limits, steps: Vec<SpendingStep>) -> Self {
        let mut world = Self {
            ledger: Ledger::new(limits),
            runs: Vec::new(),
            calls: BTreeMap::new(),
            announced: BTreeSet::new(),
            waiting: BTreeSet::new(),
            in_flight: BTreeSet::new(),
            issued: BTreeSet::new(),
            granted: BTreeMap::new(),
            shortened: BTreeMap::new(),
            subcall_tokens: Tokens(0),
            refused: BTreeMap::new(),
            overran: BTreeSet::new(),
        };
        world.add_run(GrantId::ROOT, RunPath::default(), steps);
        world.begin(0);
        world
    }

    fn add_run(&mut self, grant: GrantId, path: RunPath, steps: Vec<SpendingStep>) {
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

    /// Returns all actions that are possible next. The first is the one that a sequential run would
    /// take.
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
                let reserved = self.ledger.reserve(grant, &id, call.ask()).unwrap();
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
            call.fall_back();
            let again = call.ask();
            let again = self.ledger.reserve_again(id, FailedAttempt::Unknown, again).unwrap();
            self.decided([(id.clone(), again.decision)]);
            self.decided(again.others);
        } else {
            let granted = self.granted[id];
            let used = call.uses(&granted);
            let overruns = is_overrun(&used, &granted, self.ledger.limits());
            let settlement = self.ledger.settle(id, used).unwrap();
            assert_eq!(settlement.overrun.is_some(), overruns, "{id} {:?}", settlement.overrun);
            if overruns {
                self.overran.insert(id.clone());
            }
            self.count(id, settlement.spent);
            self.decided(settlement.decided);
        }
    }

    fn count(&mut self, id: &CallId, spent: Spend) {
        let (grant, call) = &self.calls[id];
        if *grant != GrantId::ROOT || call.at_most.calls > 0 {
            self.subcall_tokens = self.subcall_tokens.saturating_add(spent.tokens());
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
            SpendingStep::Call(call) => {
                self.calls.insert(id.clone(), (grant, call));
                if call.announced {
                    self.ledger.announce(grant, &id, call.at_most).unwrap();
                    self.announced.insert(id);
                } else {
                    self.act(Action::Ask(id));
                }
            }
            SpendingStep::Run(share, steps) => {
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
            let is_granted = matches!(decision, Decision::Granted | Decision::Shortened(_));
            assert!(
                !is_granted || self.stopped().is_none(),
                "{id} is granted after {:?}",
                self.stopped()
            );
            let child = self.runs.iter().position(|run| run.path == id.child_run());
            match (decision, child) {
                (Decision::Waits, _) => {
                    self.waiting.insert(id);
                }
                (Decision::Granted, Some(child)) => self.begin(child),
                (Decision::Shortened(less), Some(_)) => panic!("a run has no reply that could be shortened: {less:?}"),
                (Decision::Granted, None) => self.issued(id, None),
                (Decision::Shortened(less), None) => self.issued(id, Some(less)),
                // If only a further attempt is rejected, the call ends with the amount that it has
                // already spent.
                (Decision::Refused(_), _) if self.issued.contains(&id) => {
                    let counted = Spend::calls_only(self.calls[&id].1.at_most.calls);
                    let settlement = self.ledger.settle(&id, counted).unwrap();
                    self.count(&id, settlement.spent);
                    self.decided(settlement.decided);
                }
                (Decision::Refused(limit), _) => {
                    self.refused.insert(id, limit);
                }
            }
        }
    }

    fn issued(&mut self, id: CallId, shortened: Option<Amount>) {
        let (_, call) = self.calls[&id];
        if let Some(less) = shortened {
            let least = call.least.unwrap();
            assert!(
                less.output_tokens >= least.min(call.at_most.output_tokens)
                    && less.output_tokens < call.at_most.output_tokens,
                "{call:?} is shortened to {less:?}"
            );
            self.shortened.insert(id.clone(), less);
        }
        self.granted.insert(id.clone(), shortened.unwrap_or(call.at_most));
        self.issued.insert(id.clone());
        self.in_flight.insert(id);
    }

    /// Panics if the spent and reserved amounts of a run exceed its budget, unless a call has
    /// overrun.
    fn check_limits(&self) {
        if self.stopped().is_some() {
            return;
        }
        for run in &self.runs {
            let Some(given) = run.given.filter(|_| !run.closed) else {
                continue;
            };
            // The reservations of open child runs already include what they have spent.
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
                given
                    .output_tokens
                    .is_none_or(|most| all.output_tokens.0 - below.output_tokens.0 <= most.0),
                "{all:?} of {given:?}"
            );
            assert!(
                given.cost.is_none_or(|most| all.cost.0 - below.cost.0 <= most.0),
                "{all:?} of {given:?}"
            );
        }
    }
}

fn any_call(failing_attempts: Range<u8>, percent_used: RangeInclusive<u64>) -> impl Strategy<Value = SpendingStep> {
    let amount = (
        prop_oneof![1 => Just(0_u64), 9 => Just(1)],
        0_u64..40,
        0_u64..40,
        prop_oneof![1 => Just(Cost::Known(Money(0))), 4 => (0_u64..40).prop_map(|cost| Cost::Known(Money(cost))), 1 => Just(Cost::Unknown)],
    );
    let least = prop::option::of((0_u64..40).prop_map(Tokens));
    let fallback = prop::option::of(1_u64..4);
    (amount, least, percent_used, any::<bool>(), failing_attempts, fallback).prop_map(
        |((calls, input, output, cost), least, percent_used, announced, failing_attempts, fallback)| {
            let (input_tokens, output_tokens) = (Tokens(input), Tokens(output));
            let at_most = match least {
                Some(_) => Amount::of(input_tokens, output_tokens, Some(price(1)), calls),
                None => Amount {
                    calls,
                    input_tokens,
                    output_tokens,
                    cost,
                },
            };
            SpendingStep::Call(Call {
                at_most,
                least,
                percent_used,
                announced,
                failing_attempts,
                price: 1,
                fallback,
            })
        },
    )
}

/// Generates the steps of a simulated run, whose calls fail a number of times in the given range.
pub fn any_spending(failing_attempts: Range<u8>) -> impl Strategy<Value = Vec<SpendingStep>> {
    in_runs(any_call(failing_attempts, 0..=100))
}

/// Generates the steps of a simulated run, whose calls may use more than their reservation.
pub fn any_overspending() -> impl Strategy<Value = Vec<SpendingStep>> {
    in_runs(any_call(0..1, 0..=110))
}

fn in_runs(leaf: impl Strategy<Value = SpendingStep> + 'static) -> impl Strategy<Value = Vec<SpendingStep>> {
    let step = leaf.prop_recursive(2, 24, 6, |step| {
        (10_u8..90, prop::collection::vec(step, 0..6)).prop_map(|(share, steps)| SpendingStep::Run(share, steps))
    });
    prop::collection::vec(step, 0..16)
}

/// Generates budget limits that simulated runs often reach.
pub fn any_limits() -> impl Strategy<Value = Limits> {
    let tokens = prop::option::of((0_u64..400).prop_map(Tokens));
    let subcall_tokens = prop::option::of((0_u64..300).prop_map(Tokens));
    let input_tokens = prop::option::of((0_u64..300).prop_map(Tokens));
    let output_tokens = prop::option::of((0_u64..200).prop_map(Tokens));
    let cost = prop::option::of((0_u64..200).prop_map(Money));
    (
        0_u32..16,
        1_u32..4,
        tokens,
        subcall_tokens,
        input_tokens,
        output_tokens,
        cost,
    )
        .prop_map(
            |(subcalls, depth, tokens, subcall_tokens, input_tokens, output_tokens, cost)| Limits {
                subcalls,
                depth,
                tokens,
                subcall_tokens,
                input_tokens,
                output_tokens,
                cost,
                ..Limits::default()
            },
        )
}

/// Returns a choice function for [`Spending::run`] that cycles through a list of numbers.
pub fn by_picks(picks: Vec<u16>) -> impl FnMut(usize) -> usize {
    let mut picks = picks.into_iter().cycle();
    move |choices| usize::from(picks.next().unwrap_or_default()) % choices
}
