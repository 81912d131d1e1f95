//! The ledger of a tree of runs, which reserves amounts before calls and settles them afterwards.

mod child_runs;
mod error;
mod grant;
mod lookup;
mod queue;
mod reading;
mod terms;

use std::collections::BTreeMap;
use std::time::Duration;

use rlm_model::{CallId, Cost};

pub use self::error::LedgerError;
use self::grant::{Grant, GrantState};
use self::queue::{Allowance, RequestState};
pub use self::terms::{
    Decided, Decision, FailedAttempt, GrantId, Opening, Overrun, Remaining, Reserved, Settlement, Share,
};
use crate::amount::{Load, SubcallTokens};
use crate::{Amount, LimitReached, Limits, ReservationRequest, Spend};

/// The ledger of a tree of runs: the budget of each run, reservations of unsettled calls, and
/// spending.
///
/// Every unsettled call belongs to a grant: that of the root run, or that of a child run, which is
/// itself a reservation in its parent's grant. The calls of a grant are decided in the order of
/// their ids. If reservations are requested in that order, the decisions are those of sequential
/// execution, whatever order the calls settle in. A request out of order is safe, but may get less.
///
/// A child run's grant is a share of its parent's. The unspent rest returns to the parent:
///
/// ```
/// use rlm_model::{CallId, Tokens};
/// use rlm_policy::{Decision, GrantId, Ledger, Limits, Share, Spend};
///
/// let limits = Limits { tokens: Some(Tokens(1_000)), depth: 2, ..Limits::default() };
/// let mut ledger = Ledger::new(&limits);
/// assert_eq!(ledger.begin_step(GrantId::ROOT)?, Decision::Granted);
///
/// let opening = ledger.open(GrantId::ROOT, &CallId::root(1, 1, 0), Share::percent(40))?;
/// assert_eq!(ledger.remaining(opening.grant)?.tokens, Some(Tokens(400)));
/// assert_eq!(ledger.remaining(GrantId::ROOT)?.tokens, Some(Tokens(600)));
///
/// ledger.count(opening.grant, &Spend { input_tokens: Tokens(150), ..Spend::default() })?;
/// ledger.close(opening.grant)?;
/// assert_eq!(ledger.remaining(GrantId::ROOT)?.tokens, Some(Tokens(850)));
/// # Ok::<(), rlm_policy::LedgerError>(())
/// ```
#[derive(Debug)]
pub struct Ledger {
    limits: Limits,
    grants: Vec<Grant>,
    calls: BTreeMap<CallId, Entry>,
    overruns: Vec<Overrun>,
    elapsed: Duration,
    /// The grace period that was granted after the time limit.
    grace: Duration,
    retries: u32,
    /// The reason why no more calls may be issued in the tree, whatever is left.
    stopped: Option<LimitReached>,
}

/// An unsettled call: its grant, and the grant of the child run that it starts, if any.
#[derive(Debug, Clone, Copy)]
struct Entry {
    grant: GrantId,
    opens: Option<GrantId>,
}

impl Ledger {
    /// Creates the ledger of a root run.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        Self {
            limits: limits.clone(),
            grants: vec![Grant::new(None, 0, Allowance::of(limits))],
            calls: BTreeMap::new(),
            overruns: Vec::new(),
            elapsed: Duration::ZERO,
            grace: Duration::ZERO,
            retries: limits.retries,
            stopped: None,
        }
    }

    /// Reserves the next step of a run, which is a turn of its root model. Never returns
    /// [`Decision::Waits`].
    ///
    /// # Errors
    /// [`LedgerError::UnknownGrant`] if the grant is not open.
    pub fn begin_step(&mut self, grant: GrantId) -> Result<Decision, LedgerError> {
        let limit = self.steps_of(grant);
        let stopped = self.stopped.clone();
        let run = self.open_grant(grant)?;
        Ok(match stopped {
            Some(reason) => Decision::Refused(reason),
            None if run.steps >= limit => Decision::Refused(LimitReached::MaxStepsExceeded { limit }),
            None => {
                run.steps = run.steps.saturating_add(1);
                Decision::Granted
            }
        })
    }

    /// Returns the maximum number of turns of a run.
    #[must_use]
    pub fn steps_of(&self, grant: GrantId) -> u32 {
        if grant == GrantId::ROOT {
            self.limits.steps
        } else {
            self.limits.child_steps
        }
    }

    /// Takes one of the retries that all runs of the tree share. Returns `false` if none are left.
    pub const fn take_retry(&mut self) -> bool {
        match self.retries.checked_sub(1) {
            Some(left) => {
                self.retries = left;
                true
            }
            None => false,
        }
    }

    /// Announces a call whose size is not known yet, because its prompt depends on pending replies.
    /// Later calls are granted only what is left after the bound `at_most`. Must be followed by
    /// [`reserve`](Self::reserve) or [`cancel`](Self::cancel).
    ///
    /// ```
    /// # use rlm_model::{CallId, Tokens};
    /// # use rlm_policy::{Amount, Decision, GrantId, Ledger, Limits};
    /// let limits = Limits { tokens: Some(Tokens(1_000)), ..Limits::default() };
    /// let mut ledger = Ledger::new(&limits);
    /// // A query about a reply that has not arrived: it may take up to 700 tokens.
    /// let first = CallId::root(1, 1, 0);
    /// ledger.announce(GrantId::ROOT, &first, Amount::of(Tokens(600), Tokens(100), None, 1))?;
    /// let second = CallId::root(1, 2, 0);
    /// let amount = Amount::of(Tokens(300), Tokens(100), None, 1);
    /// assert_eq!(ledger.reserve(GrantId::ROOT, &second, amount)?.decision, Decision::Waits);
    ///
    /// // The reply is short, and so is the query.
    /// let settlement = ledger.reserve(GrantId::ROOT, &first, Amount::of(Tokens(50), Tokens(100), None, 1))?;
    /// assert_eq!((settlement.decision, settlement.others), (Decision::Granted, vec![(second, Decision::Granted)]));
    /// # Ok::<(), rlm_policy::LedgerError>(())
    /// ```
    ///
    /// # Errors
    /// [`LedgerError::UnknownGrant`] if the grant is not open, [`LedgerError::DuplicateCall`] if
    /// the call is known already.
    pub fn announce(&mut self, grant: GrantId, id: &CallId, at_most: Amount) -> Result<(), LedgerError> {
        self.enter(grant, id, None)?;
        let subcall = Self::subcall_tokens(grant, at_most.calls);
        let queue = &mut self.open_grant(grant)?.queue;
        queue.want(id, RequestState::Announced, at_most.into(), subcall);
        Ok(())
    }

    /// Requests a reservation for the maximum that a call may spend. See
    /// [`ReservationRequest`] for replies that may be shortened.
    ///
    /// # Errors
    /// [`LedgerError::UnknownGrant`] if the grant is not open, [`LedgerError::DuplicateCall`] if
    /// the call already requested a reservation.
    pub fn reserve(
        &mut self,
        grant: GrantId,
        id: &CallId,
        request: impl Into<ReservationRequest>,
    ) -> Result<Reserved, LedgerError> {
        let request = request.into();
        let announced = self.calls.get(id).is_some_and(|entry| entry.grant == grant);
        if !(announced && self.open_grant(grant)?.queue.is_announced(id)) {
            self.enter(grant, id, None)?;
        }
        if let Some(reason) = self.refused_outright(grant, &request.amount)? {
            let others = self.withdraw(grant, id)?.decided;
            return Ok(Reserved {
                decision: Decision::Refused(reason),
                others,
            });
        }
        let subcall = Self::subcall_tokens(grant, request.amount.calls);
        self.request(grant, id, request, subcall)
    }

    /// Requests a reservation for a retry of a call in flight, after a failed attempt that was or
    /// may have been charged. If it is refused, the call remains to be settled. The spending of
    /// failed attempts is counted.
    ///
    /// ```
    /// # use rlm_model::{CallId, Cost, Tokens};
    /// # use rlm_policy::{Amount, Decision, FailedAttempt, GrantId, Ledger, Limits, Spend};
    /// let limits = Limits { tokens: Some(Tokens(1_000)), ..Limits::default() };
    /// let mut ledger = Ledger::new(&limits);
    /// let call = CallId::root(1, 1, 0);
    /// let amount = Amount::of(Tokens(300), Tokens(100), None, 1);
    /// assert_eq!(ledger.reserve(GrantId::ROOT, &call, amount)?.decision, Decision::Granted);
    ///
    /// // The connection broke: nobody knows what the provider charges, so it counts as all of it.
    /// let again = ledger.reserve_again(&call, FailedAttempt::Unknown, amount)?;
    /// assert_eq!(again.decision, Decision::Granted);
    /// assert_eq!(ledger.remaining(GrantId::ROOT)?.tokens, Some(Tokens(200)));
    /// # Ok::<(), rlm_policy::LedgerError>(())
    /// ```
    ///
    /// # Errors
    /// [`LedgerError::UnknownCall`] if the call is not in flight.
    pub fn reserve_again(
        &mut self,
        id: &CallId,
        failed: FailedAttempt,
        request: impl Into<ReservationRequest>,
    ) -> Result<Reserved, LedgerError> {
        let grant = self.in_flight(id)?;
        let queue = &mut self.grant_mut(grant)?.queue;
        let reserved = queue.attempt(id);
        queue.want_again(id, failed, request.into());
        let overrun = match failed {
            FailedAttempt::Used(spend) => Overrun::of(id, reserved, spend, &self.limits),
            FailedAttempt::Unknown => None,
        };
        let mut decided = overrun.map(|overrun| self.overrun(overrun)).unwrap_or_default();
        if let Some(reason) = self.stopped.clone() {
            decided.extend(self.grant_mut(grant)?.queue.refuse_all(&reason));
        }
        decided.extend(self.decide(grant)?);
        Ok(Reserved::split(id, decided))
    }

    /// Settles a call in flight with its actual spending. Returns the decisions that become
    /// possible.
    ///
    /// Spending above the reservation is recorded as an [`Overrun`]. If the exceeded amount, tokens
    /// or cost, is limited, no more calls are issued.
    ///
    /// # Errors
    /// [`LedgerError::UnknownCall`] if the call is not in flight.
    pub fn settle(&mut self, id: &CallId, spend: Spend) -> Result<Settlement, LedgerError> {
        let grant = self.in_flight(id)?;
        self.finish(grant, id, Some(spend))
    }

    /// Settles a call in flight with the spending and overrun that a journal has recorded. Returns
    /// the decisions that become possible.
    ///
    /// # Errors
    /// [`LedgerError::UnknownCall`] if the call is not in flight.
    pub fn settle_as_recorded(
        &mut self,
        id: &CallId,
        spend: Spend,
        overrun: Option<Overrun>,
    ) -> Result<Settlement, LedgerError> {
        let grant = self.in_flight(id)?;
        let run = self.grant_mut(grant)?;
        let held = run.queue.release(id).unwrap_or_default();
        run.count(&spend, &Spend::default(), held.subcall);
        self.calls.remove(id);
        let mut decided = match &overrun {
            Some(overrun) => self.overrun(overrun.clone()),
            None => Vec::new(),
        };
        decided.extend(self.decide(grant)?);
        Ok(Settlement {
            decided,
            overrun,
            spent: spend,
            doubtful: Spend::default(),
        })
    }

    /// Continues under other limits, and adds spending that is not from calls of this ledger. The
    /// grants of open child runs don't change.
    pub fn continue_with(&mut self, limits: &Limits, spent: &Spend) -> Vec<Decided> {
        let more_retries = limits.retries.saturating_sub(self.limits.retries);
        self.retries = self.retries.saturating_add(more_retries);
        self.limits = limits.clone();
        self.stopped = None;
        if let Ok(root) = self.grant_mut(GrantId::ROOT) {
            root.queue.set_allowance(Allowance::of(limits));
            root.count(spent, &Spend::default(), SubcallTokens::None);
        }
        self.decide(GrantId::ROOT).unwrap_or_default()
    }

    /// Adds a run's spending that is not from calls of this ledger. Returns the decisions that
    /// become possible.
    ///
    /// # Errors
    /// [`LedgerError::UnknownGrant`] if the grant is not open.
    pub fn count(&mut self, grant: GrantId, spent: &Spend) -> Result<Vec<Decided>, LedgerError> {
        self.open_grant(grant)?;
        self.grant_mut(grant)?
            .count(spent, &Spend::default(), Self::subcall_tokens(grant, spent.calls));
        self.decide(grant)
    }

    /// Withholds tokens and money from a run's calls, if they are limited, for a final call such as
    /// the best-effort answer. Withholds `amount`, but at most the share `most` of the run's grant,
    /// and at most the rest. If the share is less than the minimum `least` of such a call, withholds
    /// this minimum, or nothing if it exceeds half of the grant, since less would pay for no call.
    /// Replaces the amount that was withheld before.
    ///
    /// ```
    /// # use rlm_model::{CallId, Tokens};
    /// # use rlm_policy::{Amount, GrantId, Ledger, Limits, Share};
    /// let limits = Limits { tokens: Some(Tokens(1_000)), ..Limits::default() };
    /// let mut ledger = Ledger::new(&limits);
    /// let best_answer = Amount::of(Tokens(400), Tokens(100), None, 0);
    /// let shortest = Amount::of(Tokens(80), Tokens(10), None, 0);
    /// ledger.withhold(GrantId::ROOT, &best_answer, &shortest, Share::percent(10))?;
    /// let call = |tokens| Amount::of(Tokens(tokens), Tokens(0), None, 1);
    /// assert!(ledger.can_pay(GrantId::ROOT, &call(900)) && !ledger.can_pay(GrantId::ROOT, &call(901)));
    /// # Ok::<(), rlm_policy::LedgerError>(())
    /// ```
    ///
    /// # Errors
    /// [`LedgerError::UnknownGrant`] if the grant is not open.
    pub fn withhold(
        &mut self,
        grant: GrantId,
        amount: &Amount,
        least: &Amount,
        most: Share,
    ) -> Result<Vec<Decided>, LedgerError> {
        let queue = &mut self.open_grant(grant)?.queue;
        let Allowance {
            tokens,
            subcall,
            input,
            output,
            cost,
            ..
        } = queue.allowance();
        let part = |wanted: u64, least: u64, limit: Option<u64>| {
            let limit = limit.unwrap_or_default();
            wanted.min(match most.of(limit) {
                share if share >= least => share,
                _ if least <= limit / 2 => least,
                _ => 0,
            })
        };
        let load = |amount: &Amount| Self::subcall_tokens(grant, amount.calls).load_of(&amount.as_spend());
        let (wanted, least) = (load(amount), load(least));
        queue.withhold(Load {
            calls: 0,
            tokens: part(wanted.tokens, least.tokens, tokens),
            subcall: part(wanted.subcall, least.subcall, subcall),
            input: part(wanted.input, least.input, input),
            output: part(wanted.output, least.output, output),
            cost: part(wanted.cost, least.cost, cost),
        });
        self.decide(grant)
    }

    /// Allows calls for a grace period, if the time limit is the only reason why the run has
    /// stopped.
    pub fn grant_grace(&mut self, grace: Duration) {
        let (Some(limit), Some(LimitReached::DeadlineExceeded { .. })) = (self.limits.duration(), &self.stopped) else {
            return;
        };
        self.stopped = None;
        self.grace = self.elapsed.saturating_sub(limit).saturating_add(grace);
    }

    /// Settles a call in flight whose reply will never be known. It counts with its full
    /// reservation.
    ///
    /// ```
    /// # use rlm_model::{CallId, Tokens};
    /// # use rlm_policy::{Amount, GrantId, Ledger, Limits};
    /// let mut ledger = Ledger::new(&Limits::default());
    /// let call = CallId::root(1, 1, 0);
    /// ledger.reserve(GrantId::ROOT, &call, Amount::of(Tokens(300), Tokens(100), None, 1))?;
    /// // Its process ended before the reply came.
    /// ledger.abandon(&call)?;
    /// assert_eq!((ledger.spent().tokens(), ledger.doubtful().tokens()), (Tokens(400), Tokens(400)));
    /// # Ok::<(), rlm_policy::LedgerError>(())
    /// ```
    ///
    /// # Errors
    /// [`LedgerError::UnknownCall`] if the call is not in flight.
    pub fn abandon(&mut self, id: &CallId) -> Result<Settlement, LedgerError> {
        let grant = self.in_flight(id)?;
        self.finish(grant, id, None)
    }

    /// Cancels a call that was not issued, whether it waits or is granted. Its earlier attempts
    /// stay counted. If the call started a child run that is open, closes that run instead.
    ///
    /// # Errors
    /// [`LedgerError::UnknownCall`] if the call is unknown, [`LedgerError::Unsettled`] if it
    /// started a run with unsettled calls.
    pub fn cancel(&mut self, id: &CallId) -> Result<Settlement, LedgerError> {
        let entry = self.entry(id)?;
        if let Some(child) = entry.opens {
            if self.grant(child)?.state == GrantState::Open {
                return Ok(Settlement {
                    decided: self.close(child)?,
                    overrun: None,
                    spent: self.spent_by(child),
                    doubtful: Spend::default(),
                });
            }
            self.grant_mut(child)?.state = GrantState::Closed;
        }
        self.withdraw(entry.grant, id)
    }

    /// Sets the time since the start of the root run. Once the time limit is exceeded, refuses all
    /// waiting calls.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use rlm_model::CallId;
    /// # use rlm_policy::{Decision, GrantId, Ledger, Limits};
    /// let mut ledger = Ledger::new(&Limits { seconds: Some(60), ..Limits::default() });
    /// ledger.elapsed(Duration::from_secs(59));
    /// assert_eq!(ledger.begin_step(GrantId::ROOT)?, Decision::Granted);
    /// ledger.elapsed(Duration::from_secs(60));
    /// assert!(matches!(ledger.begin_step(GrantId::ROOT)?, Decision::Refused(limit) if limit.name() == "DeadlineExceeded"));
    ///
    /// // A little more, for a best answer.
    /// ledger.grant_grace(Duration::from_secs(30));
    /// assert_eq!(ledger.begin_step(GrantId::ROOT)?, Decision::Granted);
    /// # Ok::<(), rlm_policy::LedgerError>(())
    /// ```
    pub fn elapsed(&mut self, elapsed: Duration) -> Vec<Decided> {
        self.elapsed = self.elapsed.max(elapsed);
        match self.limits.duration() {
            Some(limit) if self.elapsed >= limit.saturating_add(self.grace) && self.stopped.is_none() => {
                let reason = LimitReached::DeadlineExceeded {
                    limit_seconds: limit.as_secs(),
                    elapsed_seconds: self.elapsed.as_secs(),
                };
                self.stop(reason)
            }
            _ => Vec::new(),
        }
    }

    /// Returns the reason to refuse a call that doesn't depend on other unsettled calls.
    fn refused_outright(&self, grant: GrantId, amount: &Amount) -> Result<Option<LimitReached>, LedgerError> {
        let run = self.grant(grant)?;
        if let Some(reason) = &self.stopped {
            return Ok(Some(reason.clone()));
        }
        let too_deep = || self.too_deep(run.depth.saturating_add(1));
        if let Some(reason) = (amount.calls > 0).then(too_deep).flatten() {
            return Ok(Some(reason));
        }
        Ok(match (amount.cost, self.limits.cost) {
            (Cost::Unknown, Some(limit)) => Some(LimitReached::PriceUnknown { limit }),
            (Cost::Unknown | Cost::Known(_), _) => None,
        })
    }

    fn too_deep(&self, level: u32) -> Option<LimitReached> {
        let limit = self.limits.depth;
        (level > limit).then_some(LimitReached::MaxRecursionExceeded { limit, wanted: level })
    }

    /// Returns the part of a call's tokens in this grant that counts as tokens of sub-calls.
    fn subcall_tokens(grant: GrantId, calls: u64) -> SubcallTokens {
        if grant == GrantId::ROOT && calls == 0 {
            SubcallTokens::None
        } else {
            SubcallTokens::All
        }
    }

    fn request(
        &mut self,
        grant: GrantId,
        id: &CallId,
        request: ReservationRequest,
        subcall: SubcallTokens,
    ) -> Result<Reserved, LedgerError> {
        self.open_grant(grant)?
            .queue
            .want(id, RequestState::Asked, request, subcall);
        self.decide_for(grant, id)
    }

    fn decide_for(&mut self, grant: GrantId, id: &CallId) -> Result<Reserved, LedgerError> {
        Ok(Reserved::split(id, self.decide(grant)?))
    }

    fn decide(&mut self, grant: GrantId) -> Result<Vec<Decided>, LedgerError> {
        let decided = self.grant_mut(grant)?.queue.decide();
        self.note(&decided);
        Ok(decided)
    }

    /// Updates the entries and the grants of child runs after decisions.
    fn note(&mut self, decided: &[Decided]) {
        for (id, decision) in decided {
            let Some(entry) = self.calls.get(id).copied() else {
                continue;
            };
            if let Some(child) = entry.opens.and_then(|child| self.grants.get_mut(child.index())) {
                match decision {
                    Decision::Granted | Decision::Shortened(_) => child.begin(),
                    Decision::Refused(_) => child.state = GrantState::Closed,
                    Decision::Waits => {}
                }
            }
            let holds = self
                .grants
                .get(entry.grant.index())
                .is_some_and(|run| run.queue.is_in_flight(id));
            if !holds {
                self.calls.remove(id);
            }
        }
    }

    fn finish(&mut self, grant: GrantId, id: &CallId, spend: Option<Spend>) -> Result<Settlement, LedgerError> {
        let run = self.grant_mut(grant)?;
        let held = run.queue.release(id).unwrap_or_default();
        let (spent, doubtful) = match spend {
            Some(spend) => (held.earlier.plus(spend), held.doubtful),
            None => (held.earlier.plus(held.attempt), held.doubtful.plus(held.attempt)),
        };
        run.count(&spent, &doubtful, held.subcall);
        self.calls.remove(id);
        let overrun = spend.and_then(|spend| Overrun::of(id, held.attempt, spend, &self.limits));
        let mut decided = match &overrun {
            Some(overrun) => self.overrun(overrun.clone()),
            None => Vec::new(),
        };
        decided.extend(self.decide(grant)?);
        Ok(Settlement {
            decided,
            overrun,
            spent,
            doubtful,
        })
    }

    fn overrun(&mut self, overrun: Overrun) -> Vec<Decided> {
        let reason = overrun.reason(&self.limits);
        self.overruns.push(overrun);
        match reason {
            Some(reason) if self.stopped.is_none() => self.stop(reason),
            _ => Vec::new(),
        }
    }

    fn stop(&mut self, reason: LimitReached) -> Vec<Decided> {
        let refuse = |run: &mut Grant| run.queue.refuse_all(&reason);
        let decided: Vec<Decided> = self.grants.iter_mut().flat_map(refuse).collect();
        self.stopped = Some(reason);
        self.note(&decided);
        decided
    }

    /// Removes a call that was not issued. Counts the spending of its earlier attempts.
    fn withdraw(&mut self, grant: GrantId, id: &CallId) -> Result<Settlement, LedgerError> {
        self.calls.remove(id);
        let run = self.grant_mut(grant)?;
        let held = run.queue.release(id).unwrap_or_default();
        let spent = if held.earlier == Spend::default() {
            Spend::default()
        } else {
            held.earlier.plus(Spend::calls_only(held.attempt.calls))
        };
        run.count(&spent, &held.doubtful, held.subcall);
        Ok(Settlement {
            decided: self.decide(grant)?,
            overrun: None,
            spent,
            doubtful: held.doubtful,
        })
    }

    fn enter(&mut self, grant: GrantId, id: &CallId, opens: Option<GrantId>) -> Result<(), LedgerError> {
        self.open_grant(grant)?;
        if self.calls.contains_key(id) {
            return Err(LedgerError::DuplicateCall { id: id.clone() });
        }
        self.calls.insert(id.clone(), Entry { grant, opens });
        Ok(())
    }
}
