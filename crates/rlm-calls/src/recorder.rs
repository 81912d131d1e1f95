//! Records a run: writes its events to the journal and folds them into totals.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rlm_model::RunPath;
use rlm_policy::LimitReached;
use rlm_trace::{
    BreakdownFold, CallReached, ContextBreakdown, CoverageFold, CoverageSummary, Event, Journal, Met, Record,
    RecordedRun, RunNote, Totals, TotalsFold, WriteError, Written,
};
use serde::Serialize;
use smol_str::SmolStr;

use crate::outage::Outage;

/// A note for the user about a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ResultNote {
    /// A stable name.
    pub code: SmolStr,
    /// The text, in one line.
    pub text: String,
}

/// Writes the events of a tree of runs, adds up their totals, and keeps the first write error.
pub struct Recorder {
    journal: Arc<Journal>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    totals: TotalsFold,
    /// The totals of child runs that have not ended.
    children: BTreeMap<RunPath, TotalsFold>,
    coverage: CoverageFold,
    breakdown: BreakdownFold,
    /// The events of a resumed run's journal that the run has not repeated yet.
    written: Option<Written>,
    failure: Option<WriteError>,
    /// The last outage that ended a call.
    outage: Option<Outage>,
    /// The first limit that refused a call of a program without ending the run.
    refused: Option<LimitReached>,
    /// The error of the last sub-call that failed.
    subcall_error: Option<SmolStr>,
    notes: Vec<ResultNote>,
}

impl Recorder {
    /// Creates a recorder for a new journal.
    #[must_use]
    pub fn new(journal: Arc<Journal>) -> Self {
        Self {
            journal,
            state: Mutex::default(),
        }
    }

    /// Continues the journal of a resumed run. Recorded events are not written again.
    #[must_use]
    pub fn resuming(journal: Arc<Journal>, recorded: &RecordedRun) -> Self {
        let mut state = State {
            written: Some(Written::of(&recorded.records)),
            ..State::default()
        };
        for record in &recorded.records {
            state.add(record);
        }
        Self {
            journal,
            state: Mutex::new(state),
        }
    }

    /// Returns the journal.
    #[must_use]
    pub const fn journal(&self) -> &Arc<Journal> {
        &self.journal
    }

    /// Writes an event. [`check`](Self::check) returns the error, if any.
    pub fn write(&self, event: Event) {
        let met = self
            .lock()
            .written
            .as_mut()
            .map_or(Met::New, |written| written.meet(&event));
        let written = match met {
            Met::New => self.journal.write(event),
            Met::Same => return self.reach_child(&event),
            Met::Otherwise(difference) => Err(WriteError::Otherwise {
                detail: difference.to_string(),
            }),
        };
        let mut state = self.lock();
        match written {
            Ok(record) => state.add(&record),
            Err(error) => _ = state.failure.get_or_insert(error),
        }
    }

    /// Records that a resumed program has reached a child run that had been started early.
    fn reach_child(&self, event: &Event) {
        if let Event::ChildStarted(child) = event
            && !child.early
        {
            self.write(Event::Reached(CallReached { id: child.id.clone() }));
        }
    }

    /// Returns the first write error. Later calls don't return it again.
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn check(&self) -> Result<(), WriteError> {
        self.lock().failure.take().map_or(Ok(()), Err)
    }

    /// Waits until all events are where they outlive this machine, and returns the first error of
    /// writing them, as [`check`](Self::check) does.
    ///
    /// # Errors
    /// [`WriteError`].
    pub async fn flush(&self) -> Result<(), WriteError> {
        self.check()?;
        self.journal.flush().await
    }

    /// Returns the last outage that ended a call, if one did.
    #[must_use]
    pub fn outage(&self) -> Option<Outage> {
        self.lock().outage.clone()
    }

    /// Returns the error of the last sub-call that failed.
    #[must_use]
    pub fn subcall_error(&self) -> Option<SmolStr> {
        self.lock().subcall_error.clone()
    }

    /// Returns the first limit that refused a call of a program.
    #[must_use]
    pub fn refused(&self) -> Option<LimitReached> {
        self.lock().refused.clone()
    }

    /// Records, once for each limit, that it refused a call of a program.
    pub(crate) fn note_refusal(&self, run: &RunPath, turn: u32, limit: &LimitReached) {
        let is_noted = {
            let mut state = self.lock();
            state.refused.get_or_insert_with(|| limit.clone());
            state.notes.iter().any(|note| note.code == limit.name())
        };
        if !is_noted {
            let text = format!("{limit}; further calls were not made: {}", limit.hint());
            self.note(run, turn, limit.name(), text);
        }
    }

    /// Clears the last outage, since the server may be back when the run continues.
    pub fn forget_outage(&self) {
        self.lock().outage = None;
    }

    pub(crate) fn has_failed(&self) -> bool {
        self.lock().failure.is_some()
    }

    /// Writes a note to the journal only.
    pub fn remark(&self, run: &RunPath, turn: u32, code: &str, text: String) {
        self.write(Event::Note(RunNote {
            run: run.clone(),
            turn: Some(turn),
            code: code.into(),
            text,
        }));
    }

    /// Writes a note to the journal and to the result, once.
    pub fn note(&self, run: &RunPath, turn: u32, code: &str, text: String) {
        let note = ResultNote {
            code: code.into(),
            text,
        };
        let new = {
            let mut state = self.lock();
            let new = !state.notes.contains(&note);
            if new {
                state.notes.push(note.clone());
            }
            new
        };
        if new {
            self.remark(run, turn, &note.code, note.text);
        }
    }

    /// Adds a note to the result that is already in the journal.
    pub fn add_note(&self, code: &str, text: String) {
        self.lock().notes.push(ResultNote {
            code: code.into(),
            text,
        });
    }

    /// Returns the notes for the result.
    #[must_use]
    pub fn notes(&self) -> Vec<ResultNote> {
        self.lock().notes.clone()
    }

    /// Returns the totals so far.
    #[must_use]
    pub fn totals(&self) -> Totals {
        self.lock().totals.totals()
    }

    /// Returns the totals of a child run that is about to end.
    #[must_use]
    pub fn totals_of_child(&self, run: &RunPath) -> Totals {
        let ended = self.lock().children.remove(run);
        ended.map(|totals| totals.totals()).unwrap_or_default()
    }

    /// Keeps a write error for the next [`check`](Self::check), unless an earlier one is kept.
    pub fn fail(&self, error: WriteError) {
        self.lock().failure.get_or_insert(error);
    }

    /// Returns how much of the context models were sent so far, by kind of call.
    #[must_use]
    pub fn breakdown(&self) -> ContextBreakdown {
        let state = self.lock();
        state
            .breakdown
            .breakdown(&state.coverage.coverage(), &state.totals.totals())
    }

    /// Returns how much of the context was read so far.
    #[must_use]
    pub fn covered(&self) -> CoverageSummary {
        self.lock().coverage.coverage().covered()
    }

    pub(crate) fn set_outage(&self, outage: Outage) {
        self.lock().outage = Some(outage);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn add(&mut self, record: &Record) {
        self.totals.add(record);
        if let Event::ChildStarted(child) = &record.event {
            let path = child.id.child_run();
            self.children.insert(path.clone(), TotalsFold::of_run(path));
        }
        self.children.values_mut().for_each(|totals| totals.add(record));
        self.coverage.add(record);
        self.breakdown.add(record);
        if let Event::Settled(call) = &record.event
            && !call.id.is_root_model()
            && !call.outcome.is_stopped()
            && let Some(error) = call.outcome.failure()
        {
            self.subcall_error = Some(error.into());
        }
    }
}
