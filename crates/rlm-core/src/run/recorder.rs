//! Writing down what happens, as it happens.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rlm_model::{Call, CallId, Cost, Message, ModelError, ModelErrorKind, ModelIdentity, Money, ReplyForm, RunPath};
use rlm_policy::{Amount, LimitReached, Remaining, Spend};
use rlm_scheduler::{AttemptFailed, CallFailure, FailureKind, NextAttempt, NotRecorded, Observer, Settled, Source};
use rlm_trace::{
    AttemptAccount, BreakdownFold, CallClass, CallIssued, CallOutcome, CallReached, CallSettled, ContextBreakdown,
    CoverageFold, Covered, Event, Journal, JournalTexts, Messages, Met, Millis, Overrun, Record, RecordedRun,
    Reservation, RunNote, Totals, TotalsFold, Unissued, WriteError, Written, pieces, quoted,
};

use super::failure::Outage;
use crate::result::Note;

/// Writes a run's events, adds them up, and remembers the first that could not be written.
pub(crate) struct Recorder {
    journal: Arc<Journal>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    totals: TotalsFold,
    /// Those of child runs that have not ended.
    children: BTreeMap<RunPath, TotalsFold>,
    coverage: CoverageFold,
    breakdown: BreakdownFold,
    /// What the journal held when the run was gone on with, as far as the run has not come to it again.
    written: Option<Written>,
    failure: Option<WriteError>,
    /// The last outage that ended a call.
    outage: Option<Outage>,
    /// The first limit that refused a call of a program though the run went on.
    refused: Option<LimitReached>,
    notes: Vec<Note>,
}

impl Recorder {
    pub(crate) fn new(journal: Arc<Journal>) -> Self {
        Self {
            journal,
            state: Mutex::default(),
        }
    }

    /// Goes on with a journal: what it holds is added up already, and is not written again.
    pub(crate) fn going_on(journal: Arc<Journal>, recorded: &RecordedRun) -> Self {
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

    pub(crate) const fn journal(&self) -> &Arc<Journal> {
        &self.journal
    }

    /// Writes an event; whether that failed is told by [`check`](Self::check).
    pub(crate) fn write(&self, event: Event) {
        let met = self
            .lock()
            .written
            .as_mut()
            .map_or(Met::New, |written| written.meet(&event));
        let written = match met {
            Met::New => self.journal.write(event),
            Met::Same => return self.is_come_to(&event),
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

    /// Writes down that the program has come to a child run that had started before it did, when the run was interrupted.
    fn is_come_to(&self, event: &Event) {
        if let Event::ChildStarted(child) = event
            && !child.early
        {
            self.write(Event::Reached(CallReached { id: child.id.clone() }));
        }
    }

    /// Tells whether all events could be written so far.
    ///
    /// # Errors
    /// The first failure; later ones follow from it.
    pub(crate) fn check(&self) -> Result<(), WriteError> {
        self.lock().failure.take().map_or(Ok(()), Err)
    }

    /// Returns the last outage that ended a call, if one did.
    pub(crate) fn outage(&self) -> Option<Outage> {
        self.lock().outage.clone()
    }

    /// Returns the first limit that refused a call of a program though the run went on, if one did.
    pub(crate) fn refused(&self) -> Option<LimitReached> {
        self.lock().refused.clone()
    }

    /// Notes, once for each limit, that it refused a call of a program.
    pub(crate) fn refuse(&self, run: &RunPath, turn: u32, limit: &LimitReached) {
        let is_noted = {
            let mut state = self.lock();
            state.refused.get_or_insert_with(|| limit.clone());
            state.notes.iter().any(|note| note.code == limit.name())
        };
        if !is_noted {
            let text = format!("{limit}; calls beyond it were not made: {}", limit.hint());
            self.note(run, turn, limit.name(), text);
        }
    }

    /// Forgets a failure of a server: whoever goes on may find it back.
    pub(crate) fn forget_outage(&self) {
        self.lock().outage = None;
    }

    fn has_failed(&self) -> bool {
        self.lock().failure.is_some()
    }

    /// Writes a note for whoever reads the journal.
    pub(crate) fn remark(&self, run: &RunPath, turn: u32, code: &str, text: String) {
        self.write(Event::Note(RunNote {
            run: run.clone(),
            turn: Some(turn),
            code: code.into(),
            text,
        }));
    }

    /// Writes a note for whoever asked, once.
    pub(crate) fn note(&self, run: &RunPath, turn: u32, code: &str, text: String) {
        let note = Note {
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

    /// Notes for whoever asked what the journal says already.
    pub(crate) fn tell(&self, code: &str, text: String) {
        self.lock().notes.push(Note {
            code: code.into(),
            text,
        });
    }

    pub(crate) fn notes(&self) -> Vec<Note> {
        self.lock().notes.clone()
    }

    pub(crate) fn totals(&self) -> Totals {
        self.lock().totals.totals()
    }

    /// Returns the totals of a child run that ends now.
    pub(crate) fn totals_of_child(&self, run: &RunPath) -> Totals {
        let ended = self.lock().children.remove(run);
        ended.map(|totals| totals.totals()).unwrap_or_default()
    }

    /// Takes note of a failure that a child run was told of, for its parent.
    pub(crate) fn fail(&self, error: WriteError) {
        self.lock().failure.get_or_insert(error);
    }

    /// Returns how the context came before the run's models so far.
    pub(crate) fn breakdown(&self) -> ContextBreakdown {
        let state = self.lock();
        state
            .breakdown
            .breakdown(&state.coverage.coverage(), &state.totals.totals())
    }

    /// Returns how much of the context was looked at so far.
    pub(crate) fn covered(&self) -> Covered {
        self.lock().coverage.coverage().covered()
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
    }
}

/// Writes down what happens to one call.
pub(crate) struct CallRecorder {
    pub(crate) recorder: Arc<Recorder>,
    pub(crate) model: ModelIdentity,
    pub(crate) class: CallClass,
    pub(crate) reserved: Reservation,
    /// An earlier call, whose messages need not be written again.
    pub(crate) earlier: Option<(CallId, Arc<[Message]>)>,
    pub(crate) departure: Arc<Departure>,
    /// Whether the journal that the run goes on with holds the call and its end.
    pub(crate) is_written: bool,
}

/// Whether a call has left, and whether the program has come to it.
#[derive(Debug, Default)]
pub(crate) struct Departure(Mutex<Departed>);

#[derive(Debug, Default)]
struct Departed {
    /// The program has not come to it.
    early: bool,
    issued: bool,
    /// The end of a call that never left, for when the program comes to it: what it does not come to is nobody's failure.
    end: Option<(Event, Option<LimitReached>)>,
}

impl Departure {
    pub(crate) fn new(early: bool) -> Self {
        Self(Mutex::new(Departed {
            early,
            ..Departed::default()
        }))
    }

    fn lock(&self) -> MutexGuard<'_, Departed> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes down that the program has come to the call.
    pub(crate) fn reached(&self, recorder: &Recorder, id: CallId) {
        let mut departed = self.lock();
        departed.early = false;
        if departed.issued {
            recorder.write(Event::Reached(CallReached { id: id.clone() }));
        }
        if let Some((end, refused)) = departed.end.take() {
            recorder.write(end);
            if let Some(limit) = refused {
                recorder.refuse(&id.run, id.position.turn, &limit);
            }
        }
    }
}

pub(crate) const fn reservation(amount: &Amount) -> Reservation {
    Reservation {
        input: amount.input_tokens,
        output: amount.output_tokens,
        cost: amount.cost,
    }
}

const fn spent(spend: &Spend) -> Reservation {
    Reservation {
        input: spend.input_tokens,
        output: spend.output_tokens,
        cost: spend.total_cost(),
    }
}

fn account(waited: std::time::Duration, used: &Spend, left: &Remaining) -> AttemptAccount {
    AttemptAccount {
        waited: millis(waited),
        spent: spent(used),
        calls_left: left.calls,
        retries_left: left.retries,
        tokens_left: left.tokens,
        cost_left: left.cost,
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the journal takes no more events")]
struct JournalFailed;

impl Observer for CallRecorder {
    fn issuing(&self, call: &Call, _: Source) -> Result<(), NotRecorded> {
        if self.is_written {
            let mut departed = self.departure.lock();
            departed.issued = true;
            if !departed.early {
                // It may have left before the program came to it.
                self.recorder.write(Event::Reached(CallReached { id: call.id.clone() }));
            }
            return Ok(());
        }
        let messages = match &self.earlier {
            Some((earlier, messages)) => Messages::following((earlier, messages), &call.request.messages),
            None => Messages::of(&call.request.messages),
        };
        let mut departed = self.departure.lock();
        self.recorder.write(Event::Issued(Box::new(CallIssued {
            id: call.id.clone(),
            request_id: call.request_id,
            model: self.model.clone(),
            class: self.class,
            early: departed.early,
            reserved: self.reserved,
            parameters: call.request.parameters.clone(),
            form: call.request.form.as_ref().map(ReplyForm::recorded),
            messages,
            pieces: pieces(&call.request.messages),
        })));
        if self.recorder.has_failed() {
            return Err(Box::new(JournalFailed));
        }
        departed.issued = true;
        Ok(())
    }

    fn attempt_failed(&self, failure: &AttemptFailed<'_>) {
        self.recorder.write(Event::AttemptFailed(rlm_trace::AttemptFailed {
            id: failure.call.id.clone(),
            attempt: failure.attempt,
            error: failure.error.clone(),
            wait: match failure.next {
                NextAttempt::After(pause) => Some(millis(pause)),
                _ => None,
            },
            next: failure.next.name().map(Into::into),
            fallback: Some(failure.model).filter(|model| **model != self.model).cloned(),
            account: failure
                .left
                .map(|left| Box::new(account(failure.waited, &failure.spent, &left))),
        }));
    }

    fn settled(&self, call: &Call, result: Result<&Settled, &CallFailure>) {
        if self.is_written {
            return;
        }
        let outage = result.err().and_then(Outage::met_by);
        let is_outage = outage.is_some();
        if is_outage {
            self.recorder.lock().outage = outage;
        }
        let (outcome, cached, cost, elapsed) = match result {
            Ok(settled) => (
                CallOutcome::Reply((*settled.reply).clone()),
                settled.is_cached(),
                settled.cost,
                settled.elapsed,
            ),
            Err(failure) => {
                let outcome = self.failed(&failure.kind);
                // What was never sent cost nothing, whatever the ledger calls it.
                let cost = match outcome {
                    CallOutcome::Unissued(_) => Cost::Known(Money::ZERO),
                    CallOutcome::Reply(_) | CallOutcome::Failed(_) => failure.spent.total_cost(),
                };
                (outcome, false, cost, failure.elapsed)
            }
        };
        let (attempts, account) = match result {
            Ok(settled) => {
                let account = |left| Box::new(account(settled.waited, &settled.spent, &left));
                (settled.attempts, settled.left.map(account))
            }
            Err(failure) => (failure.attempts, None),
        };
        let quoted = match (self.recorder.journal().texts(), outcome.reply()) {
            (JournalTexts::References, Some(reply)) => quoted(&reply.text, &call.request.messages),
            _ => Vec::new(),
        };
        let refused = match result {
            Err(CallFailure {
                kind: FailureKind::Refused(limit),
                ..
            }) => Some(limit.clone()).filter(LimitReached::refuses_sub_calls_alone),
            _ => None,
        };
        // A call that was never sent says so itself.
        let is_outage = is_outage && matches!(outcome, CallOutcome::Failed(_));
        let settled = Event::Settled(Box::new(CallSettled {
            id: call.id.clone(),
            outcome,
            cached,
            cost,
            elapsed: Some(millis(elapsed)),
            attempts: Some(attempts).filter(|attempts| *attempts > 0),
            account: account.filter(|_| attempts > 0),
            outage: is_outage,
            quoted,
        }));
        {
            let mut departed = self.departure.lock();
            if departed.early && !departed.issued {
                departed.end = Some((settled, refused));
                return;
            }
        }
        self.recorder.write(settled);
        if let Some(limit) = refused {
            self.recorder.refuse(&call.id.run, call.id.position.turn, &limit);
        }
        if let Ok(Settled {
            overrun: Some(overrun), ..
        }) = result
        {
            self.recorder.write(Event::Overrun(Overrun {
                id: call.id.clone(),
                reserved: spent(&overrun.reserved),
                used: spent(&overrun.spent),
            }));
        }
    }
}

impl CallRecorder {
    fn failed(&self, kind: &FailureKind) -> CallOutcome {
        let issued = self.departure.lock().issued;
        match kind {
            FailureKind::Model(error) => CallOutcome::Failed(error.clone()),
            FailureKind::Outage(error) if issued => CallOutcome::Failed(error.clone()),
            _ if !issued => CallOutcome::Unissued(Unissued {
                code: kind.code().into(),
                message: kind.to_string(),
                error: match kind {
                    FailureKind::Outage(error) => Some(Box::new(error.clone())),
                    _ => None,
                },
            }),
            FailureKind::Cancelled => CallOutcome::Failed(ModelError::new(ModelErrorKind::Cancelled, kind.to_string())),
            FailureKind::Outage(_) | FailureKind::Refused(_) | FailureKind::NotRecorded(_) | FailureKind::Ledger(_) => {
                // It was under way when the time ran out, or could not be settled.
                CallOutcome::Failed(ModelError::new(ModelErrorKind::Cancelled, kind.to_string()))
            }
        }
    }
}

fn millis(duration: std::time::Duration) -> Millis {
    Millis(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
}
