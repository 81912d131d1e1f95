//! The reservations of a grant: held ones, waiting ones, and the decisions about them.

use std::collections::BTreeMap;
use std::ops::Bound;

use rlm_model::{CallId, Cost, Money, Tokens};

use super::{Decided, Decision, FailedAttempt, Share};
use crate::amount::{Amount, Load, ReservationRequest, Spend, SubcallTokens};
use crate::{LimitReached, Limits};

/// The total budget of a grant. `None` means unlimited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Allowance {
    pub(super) calls: u64,
    pub(super) tokens: Option<u64>,
    /// The maximum part of `tokens` for sub-calls and child runs.
    pub(super) subcall: Option<u64>,
    /// The maximum part of `tokens` for prompts.
    pub(super) input: Option<u64>,
    /// The maximum part of `tokens` for replies.
    pub(super) output: Option<u64>,
    pub(super) cost: Option<u64>,
}

/// The state of an undecided call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RequestState {
    /// The call is announced with an upper bound only, so it can't be decided yet.
    Announced,
    /// The call requests its reservation.
    Asked,
}

/// The reservation that an undecided call requests, in addition to any amount that it already
/// holds.
#[derive(Debug, Clone, Copy)]
struct Wanted {
    state: RequestState,
    request: ReservationRequest,
    subcall: SubcallTokens,
}

impl Wanted {
    fn load(&self) -> Load {
        self.load_of(&self.request.amount)
    }

    fn load_of(&self, amount: &Amount) -> Load {
        self.subcall.load_of(&amount.as_spend())
    }
}

/// The amount that a call holds: the reservation of its current attempt, and earlier spending.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Held {
    /// The reservation of the current attempt.
    pub(super) attempt: Spend,
    /// The spending of earlier attempts, which failed.
    pub(super) earlier: Spend,
    /// The part of `earlier` that is the reservations of attempts that may not have been charged.
    pub(super) doubtful: Spend,
    pub(super) subcall: SubcallTokens,
}

impl Held {
    fn load(&self) -> Load {
        self.subcall.load_of(&self.attempt.plus(self.earlier))
    }
}

/// The reservations of a grant.
///
/// A call is *in flight* if it holds an amount and requests nothing. It is *undecided* if it
/// requests an amount. The sums are stored in addition to the maps, so that a decision inspects
/// only the calls that it affects.
#[derive(Debug)]
pub(super) struct Queue {
    allowance: Allowance,
    settled: Load,
    /// The amount that is withheld for a final call, such as the best-effort answer.
    withheld: Load,
    held: BTreeMap<CallId, Held>,
    held_total: Load,
    undecided: BTreeMap<CallId, Wanted>,
    indifferent: Indifferent,
}

/// For each kind of amount, the number of undecided calls that request none of it. A shortage of
/// that kind can't stop these calls.
#[derive(Debug, Default)]
struct Indifferent {
    calls: usize,
    tokens: usize,
    subcall: usize,
    input: usize,
    output: usize,
    cost: usize,
}

/// The kinds of amounts that are insufficient.
#[derive(Debug, Clone, Copy)]
struct Shortage {
    calls: bool,
    tokens: bool,
    subcall: bool,
    input: bool,
    output: bool,
    cost: bool,
}

impl Queue {
    pub(super) fn new(allowance: Allowance) -> Self {
        Self {
            allowance,
            settled: Load::default(),
            withheld: Load::default(),
            held: BTreeMap::new(),
            held_total: Load::default(),
            undecided: BTreeMap::new(),
            indifferent: Indifferent::default(),
        }
    }

    pub(super) const fn allowance(&self) -> Allowance {
        self.allowance
    }

    pub(super) const fn set_allowance(&mut self, allowance: Allowance) {
        self.allowance = allowance;
    }

    /// Withholds tokens and money from calls, up to the rest. Nothing is withheld of unlimited
    /// amounts.
    pub(super) fn withhold(&mut self, wanted: Load) {
        self.withheld = Load::default();
        let left = self.left();
        self.withheld = Load {
            calls: 0,
            tokens: left.tokens.map_or(0, |left| left.min(wanted.tokens)),
            subcall: left.subcall.map_or(0, |left| left.min(wanted.subcall)),
            input: left.input.map_or(0, |left| left.min(wanted.input)),
            output: left.output.map_or(0, |left| left.min(wanted.output)),
            cost: left.cost.map_or(0, |left| left.min(wanted.cost)),
        };
    }

    /// Counts the spending of a settled call.
    pub(super) fn add_settled(&mut self, spend: &Spend, subcall: SubcallTokens) {
        self.settled = self.settled.plus(subcall.load_of(spend));
    }

    /// Adds a call to the queue, or changes its request.
    pub(super) fn want(
        &mut self,
        id: &CallId,
        state: RequestState,
        request: ReservationRequest,
        subcall: SubcallTokens,
    ) {
        self.drop_request(id);
        let wanted = Wanted {
            state,
            request,
            subcall,
        };
        self.indifferent.count(&wanted.load(), Change::In);
        self.undecided.insert(id.clone(), wanted);
    }

    /// Counts the failed attempt of a call in flight, and requests a reservation for a retry.
    pub(super) fn want_again(&mut self, id: &CallId, failed: FailedAttempt, request: ReservationRequest) {
        let mut held = self.held.get(id).copied().unwrap_or_default();
        self.held_total = self.held_total.minus(held.load());
        let (spent, doubtful) = match failed {
            FailedAttempt::Used(spend) => (spend, Spend::default()),
            FailedAttempt::Unknown => (held.attempt, held.attempt),
        };
        // The call counts once, regardless of the number of attempts.
        held.earlier = held.earlier.plus(Spend { calls: 0, ..spent });
        held.doubtful = held.doubtful.plus(Spend { calls: 0, ..doubtful });
        held.attempt = Spend::calls_only(held.attempt.calls);
        self.held_total = self.held_total.plus(held.load());
        self.held.insert(id.clone(), held);
        self.want(id, RequestState::Asked, request.without_calls(), held.subcall);
    }

    /// Returns the reservation of a call's current attempt.
    pub(super) fn attempt(&self, id: &CallId) -> Spend {
        self.held.get(id).map(|held| held.attempt).unwrap_or_default()
    }

    /// Removes a call, and returns the amount that it held.
    pub(super) fn release(&mut self, id: &CallId) -> Option<Held> {
        self.drop_request(id);
        let held = self.held.remove(id)?;
        self.held_total = self.held_total.minus(held.load());
        Some(held)
    }

    /// Returns `true` if the call is in flight.
    pub(super) fn is_in_flight(&self, id: &CallId) -> bool {
        self.held.contains_key(id) && !self.undecided.contains_key(id)
    }

    /// Returns `true` if the call is announced and has not requested its reservation yet.
    pub(super) fn is_announced(&self, id: &CallId) -> bool {
        self.undecided
            .get(id)
            .is_some_and(|wanted| wanted.state == RequestState::Announced)
    }

    /// Returns the number of unsettled calls.
    pub(super) fn unsettled(&self) -> usize {
        let waiting = self.undecided.keys().filter(|id| !self.held.contains_key(*id)).count();
        self.held.len().saturating_add(waiting)
    }

    /// Returns the sum of the amounts that unsettled calls hold.
    pub(super) fn reserved(&self) -> Spend {
        self.held
            .values()
            .fold(Spend::default(), |sum, held| sum.plus(held.attempt).plus(held.earlier))
    }

    /// Returns the rest, which is neither spent, reserved nor withheld.
    pub(super) fn left(&self) -> Allowance {
        let taken = self.settled.plus(self.held_total).plus(self.withheld);
        Allowance {
            calls: self.allowance.calls.saturating_sub(taken.calls),
            tokens: self.allowance.tokens.map(|limit| limit.saturating_sub(taken.tokens)),
            subcall: self.allowance.subcall.map(|limit| limit.saturating_sub(taken.subcall)),
            input: self.allowance.input.map(|limit| limit.saturating_sub(taken.input)),
            output: self.allowance.output.map(|limit| limit.saturating_sub(taken.output)),
            cost: self.allowance.cost.map(|limit| limit.saturating_sub(taken.cost)),
        }
    }

    /// Refuses all calls that request a reservation, for a reason other than a shortage.
    pub(super) fn refuse_all(&mut self, reason: &LimitReached) -> Vec<Decided> {
        let asking = self
            .undecided
            .iter()
            .filter(|(_, wanted)| wanted.state == RequestState::Asked);
        let ids: Vec<CallId> = asking.map(|(id, _)| id.clone()).collect();
        for id in &ids {
            self.drop_request(id);
        }
        ids.into_iter()
            .map(|id| (id, Decision::Refused(reason.clone())))
            .collect()
    }

    /// Makes all decisions that are possible now, in the order of call ids.
    ///
    /// A call is granted if it fits in addition to all spent and held amounts *and to the requests
    /// of all undecided earlier calls*. It then fits whatever is decided for them. If it does not
    /// fit although every earlier call is settled, it is granted with a shorter reply, or refused
    /// if not even the shortest reply fits.
    pub(super) fn decide(&mut self) -> Vec<Decided> {
        let mut decided = Vec::new();
        let mut granted = Load::default();
        let mut ahead = Load::default();
        let (mut granted_ahead, mut undecided_ahead) = (false, false);
        for (id, wanted) in &self.undecided {
            let load = wanted.load();
            let used = self.settled.plus(self.held_total).plus(granted).plus(ahead);
            let taken = used.plus(self.withheld);
            let shortage = self.allowance.shortage(taken, load);
            match wanted.state {
                RequestState::Asked if shortage.none() => {
                    granted = granted.plus(load);
                    granted_ahead = true;
                    decided.push((id.clone(), Decision::Granted));
                    continue;
                }
                RequestState::Asked if !undecided_ahead && !granted_ahead && !self.may_return(id, shortage) => {
                    let fits = |amount: &Amount| self.allowance.shortage(taken, wanted.load_of(amount)).none();
                    let decision = match wanted.request.fitting(fits) {
                        Some(less) => {
                            granted = granted.plus(wanted.load_of(&less));
                            granted_ahead = true;
                            Decision::Shortened(less)
                        }
                        None => Decision::Refused(self.refusal(used, wanted.load_of(&wanted.request.least()))),
                    };
                    decided.push((id.clone(), decision));
                    continue;
                }
                RequestState::Asked | RequestState::Announced => {}
            }
            ahead = ahead.plus(load);
            undecided_ahead = true;
            if self.indifferent.nobody_passes(shortage) {
                break;
            }
        }
        for (id, decision) in &decided {
            self.apply(id, decision);
        }
        decided
    }

    fn apply(&mut self, id: &CallId, decision: &Decision) {
        let Some(wanted) = self.drop_request(id) else { return };
        let amount = match decision {
            Decision::Granted => wanted.request.amount,
            Decision::Shortened(less) => *less,
            Decision::Waits | Decision::Refused(_) => return,
        };
        let held = self.held.entry(id.clone()).or_default();
        held.attempt = held.attempt.plus(amount.as_spend());
        held.subcall = wanted.subcall;
        self.held_total = self.held_total.plus(wanted.load_of(&amount));
    }

    /// Returns `true` if a call in flight may return some of the amount that `id` lacks.
    ///
    /// Every earlier call counts. A later call is in flight only if it needed none of the missing
    /// kind, or if it was requested out of order. It counts if it holds some of the missing kind.
    fn may_return(&self, id: &CallId, shortage: Shortage) -> bool {
        let in_flight = |(id, _): &(&CallId, &Held)| !self.undecided.contains_key(*id);
        let later = (Bound::Excluded(id), Bound::Unbounded);
        self.held.range(..id).any(|entry| in_flight(&entry))
            || self
                .held
                .range(later)
                .any(|entry| in_flight(&entry) && shortage.concerns(&entry.1.load()))
    }

    /// Returns the limit that a call with the shortest reply exceeds.
    fn refusal(&self, used: Load, wanted: Load) -> LimitReached {
        let Allowance {
            calls,
            tokens,
            subcall,
            input,
            output,
            cost,
        } = self.allowance;
        let shortage = self.allowance.shortage(used.plus(self.withheld), wanted);
        if shortage.calls {
            return LimitReached::MaxSubcallsExceeded {
                limit: calls,
                spent: used.calls,
                wanted: wanted.calls,
            };
        }
        if let Some(limit) = tokens.filter(|_| shortage.tokens) {
            return LimitReached::MaxTokensExceeded {
                limit: Tokens(limit),
                spent: Tokens(used.tokens),
                wanted: Tokens(wanted.tokens),
                kept: Tokens(self.withheld.tokens),
            };
        }
        if let Some(limit) = subcall.filter(|_| shortage.subcall) {
            return LimitReached::MaxSubcallTokensExceeded {
                limit: Tokens(limit),
                spent: Tokens(used.subcall),
                wanted: Tokens(wanted.subcall),
                kept: Tokens(self.withheld.subcall),
            };
        }
        if let Some(limit) = input.filter(|_| shortage.input) {
            return LimitReached::MaxInputTokensExceeded {
                limit: Tokens(limit),
                spent: Tokens(used.input),
                wanted: Tokens(wanted.input),
                kept: Tokens(self.withheld.input),
            };
        }
        if let Some(limit) = output.filter(|_| shortage.output) {
            return LimitReached::MaxOutputTokensExceeded {
                limit: Tokens(limit),
                spent: Tokens(used.output),
                wanted: Tokens(wanted.output),
                kept: Tokens(self.withheld.output),
            };
        }
        LimitReached::CostExceeded {
            limit: Money(cost.unwrap_or(u64::MAX)),
            spent: Money(used.cost),
            wanted: Money(wanted.cost),
            kept: Money(self.withheld.cost),
        }
    }

    fn drop_request(&mut self, id: &CallId) -> Option<Wanted> {
        let wanted = self.undecided.remove(id)?;
        self.indifferent.count(&wanted.load(), Change::Out);
        Some(wanted)
    }
}

impl Allowance {
    /// Returns the budget of the root run.
    pub(super) fn of(limits: &Limits) -> Self {
        Self {
            calls: u64::from(limits.subcalls),
            tokens: limits.tokens.map(|tokens| tokens.0),
            subcall: limits.subcall_tokens.map(|tokens| tokens.0),
            input: limits.input_tokens.map(|tokens| tokens.0),
            output: limits.output_tokens.map(|tokens| tokens.0),
            cost: limits.cost.map(|cost| cost.0),
        }
    }

    /// Returns the whole budget as an amount; unlimited kinds count as zero.
    pub(super) fn as_amount(&self) -> Amount {
        let output = self.output.unwrap_or_default();
        Amount {
            calls: self.calls,
            input_tokens: Tokens(self.tokens.unwrap_or_default().saturating_sub(output)),
            output_tokens: Tokens(output),
            cost: Cost::Known(Money(self.cost.unwrap_or_default())),
        }
    }

    /// Returns a share of the budget, with `calls` sub-calls.
    pub(super) fn share(&self, share: Share, calls: u64) -> Self {
        let part = |limit: Option<u64>| limit.map(|limit| share.of(limit));
        let tokens = part(self.tokens);
        let within = |part: u64| tokens.map_or(part, |tokens| tokens.min(part));
        Self {
            calls,
            tokens,
            subcall: part(self.subcall),
            input: part(self.input).map(within),
            output: part(self.output).map(within),
            cost: part(self.cost),
        }
    }

    /// Returns `true` if a load fits into the budget.
    pub(super) fn has_room_for(&self, load: Load) -> bool {
        self.shortage(Load::default(), load).none()
    }

    fn shortage(&self, taken: Load, wanted: Load) -> Shortage {
        // A call that requests none of a kind never lacks it.
        let short = |limit: Option<u64>, taken: u64, wanted: u64| {
            wanted > 0 && limit.is_some_and(|limit| taken.saturating_add(wanted) > limit)
        };
        Shortage {
            calls: short(Some(self.calls), taken.calls, wanted.calls),
            tokens: short(self.tokens, taken.tokens, wanted.tokens),
            subcall: short(self.subcall, taken.subcall, wanted.subcall),
            input: short(self.input, taken.input, wanted.input),
            output: short(self.output, taken.output, wanted.output),
            cost: short(self.cost, taken.cost, wanted.cost),
        }
    }
}

impl Shortage {
    const fn none(self) -> bool {
        !self.calls && !self.tokens && !self.subcall && !self.input && !self.output && !self.cost
    }

    const fn concerns(self, load: &Load) -> bool {
        self.calls && load.calls > 0
            || self.tokens && load.tokens > 0
            || self.subcall && load.subcall > 0
            || self.input && load.input > 0
            || self.output && load.output > 0
            || self.cost && load.cost > 0
    }
}

enum Change {
    In,
    Out,
}

impl Indifferent {
    fn count(&mut self, load: &Load, change: Change) {
        let step = |count: &mut usize, wanted: u64| match change {
            Change::In if wanted == 0 => *count = count.saturating_add(1),
            Change::Out if wanted == 0 => *count = count.saturating_sub(1),
            Change::In | Change::Out => {}
        };
        step(&mut self.calls, load.calls);
        step(&mut self.tokens, load.tokens);
        step(&mut self.subcall, load.subcall);
        step(&mut self.input, load.input);
        step(&mut self.output, load.output);
        step(&mut self.cost, load.cost);
    }

    /// Returns `true` if every undecided call requests some of a kind that is short. No later call
    /// can be granted then.
    const fn nobody_passes(&self, shortage: Shortage) -> bool {
        shortage.calls && self.calls == 0
            || shortage.tokens && self.tokens == 0
            || shortage.subcall && self.subcall == 0
            || shortage.input && self.input == 0
            || shortage.output && self.output == 0
            || shortage.cost && self.cost == 0
    }
}
