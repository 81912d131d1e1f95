//! A fold that computes a run's totals incrementally.

use std::collections::BTreeMap;

use rlm_model::{CallId, RunPath};

use crate::{CallSettled, CallTotals, Event, InDoubt, Record, RecordedOutcome, Reservation, Totals};

impl Totals {
    /// Computes the totals of a run from the records of its journal.
    pub fn of<'a>(records: impl IntoIterator<Item = &'a Record>) -> Self {
        let mut fold = TotalsFold::default();
        for record in records {
            fold.add(record);
        }
        fold.totals()
    }
}

/// A fold that computes the totals of a run incrementally, event by event.
///
/// ```
/// # use rlm_trace::{RecordedRun, TotalsFold};
/// # let journal = "../../examples/recorded/reviews.jsonl";
/// let mut fold = TotalsFold::default();
/// let mut in_flight = 0;
/// for record in RecordedRun::read(journal)?.records {
///     fold.add(&record);
///     in_flight = in_flight.max(fold.totals().in_doubt.calls);
/// }
/// assert_eq!((in_flight, fold.totals().in_doubt.calls), (1, 0), "it was recorded one call at a time");
/// # Ok::<(), rlm_trace::ReadError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct TotalsFold {
    /// The path of the run whose totals are computed, including the runs below it.
    run: RunPath,
    totals: Totals,
    open: BTreeMap<CallId, Reservation>,
    /// The unsettled requests of calls that were issued again. They stay in doubt.
    abandoned: InDoubt,
}

impl TotalsFold {
    /// Creates a fold over the events of one run and the runs below it, for the totals of a child
    /// run.
    #[must_use]
    pub fn of_run(run: RunPath) -> Self {
        Self { run, ..Self::default() }
    }

    /// Adds an event to the totals, if it belongs to the fold's run or a run below it.
    pub fn add(&mut self, record: &Record) {
        if !record.event.run().is_none_or(|run| run.0.starts_with(&self.run.0)) {
            return;
        }
        self.totals.elapsed = self.totals.elapsed.max(record.at);
        match &record.event {
            Event::TurnStarted(turn) if turn.run == self.run => self.totals.turns = turn.turn,
            Event::TurnStarted(_) => self.totals.child_turns = self.totals.child_turns.saturating_add(1),
            Event::Issued(call) => {
                if let Some(reserved) = self.open.insert(call.id.clone(), call.reserved) {
                    self.abandoned.add(&reserved);
                }
            }
            Event::AttemptFailed(_) => {
                self.totals.failed_attempts = self.totals.failed_attempts.saturating_add(1);
            }
            Event::Settled(call) => {
                self.open.remove(&call.id);
                let class = if call.id.is_root_model() {
                    &mut self.totals.root
                } else {
                    &mut self.totals.sub
                };
                class.add(call);
            }
            Event::Asked(_) => self.totals.host_requests = self.totals.host_requests.saturating_add(1),
            Event::RunStarted(_)
            | Event::Resumed(_)
            | Event::Changed(_)
            | Event::Answered(_)
            | Event::ChildStarted(_)
            | Event::Compacted(_)
            | Event::Reached(_)
            | Event::Overrun(_)
            | Event::ProgramChecked(_)
            | Event::ProgramRan(_)
            | Event::Observation(_)
            | Event::Limit(_)
            | Event::Final(_)
            | Event::SourceRead(_)
            | Event::Outcome(_)
            | Event::Note(_)
            | Event::Unknown(_) => {}
        }
    }

    /// Returns the totals of the events so far.
    #[must_use]
    pub fn totals(&self) -> Totals {
        let mut totals = self.totals.clone();
        totals.in_doubt = self.abandoned;
        for reserved in self.open.values() {
            totals.in_doubt.add(reserved);
        }
        totals
    }
}

impl CallTotals {
    pub(crate) fn add(&mut self, call: &CallSettled) {
        match &call.outcome {
            RecordedOutcome::Unissued(_) => {
                self.unissued = self.unissued.saturating_add(1);
                return;
            }
            outcome @ RecordedOutcome::Failed(_) if outcome.is_stopped() => {
                self.cancelled = self.cancelled.saturating_add(1)
            }
            RecordedOutcome::Failed(_) => self.failed = self.failed.saturating_add(1),
            RecordedOutcome::Reply(reply) if !call.cached => self.usage.add(&reply.usage),
            RecordedOutcome::Reply(_) => {}
        }
        self.calls = self.calls.saturating_add(1);
        self.cached = self.cached.saturating_add(u64::from(call.cached));
        self.cost = self.cost.plus(call.cost);
    }
}

impl InDoubt {
    fn add(&mut self, reserved: &Reservation) {
        self.calls = self.calls.saturating_add(1);
        self.tokens = self
            .tokens
            .saturating_add(reserved.input)
            .saturating_add(reserved.output);
        self.cost = self.cost.plus(reserved.cost);
    }
}
