//! A run as a tree of child runs, their turns, and each turn's root call, program and sub-calls.

use std::collections::BTreeMap;

use rlm_model::{CallId, Cost, Position, RunPath, Tokens};

use crate::{
    AttemptFailed, CallIssued, CallSettled, ChildStarted, Compacted, Event, FinalValue, HostAnswered, HostAsked,
    LimitHit, Millis, Observation, Overrun, ProgramChecked, ProgramRan, Record, RecordedOutcome, RunEnded, RunNote,
    RunStarted, StepKind, in_force,
};

/// A tree of a run and its child runs, built from a journal. Borrows the journal's events.
///
/// The runs are in one map, keyed by path, so that deep nesting can't overflow the stack.
///
/// ```
/// use rlm_trace::{CallState, RecordedRun, Tree};
///
/// let run = RecordedRun::read("../../examples/recorded/reviews.jsonl")?;
/// let tree = Tree::of(&run.records);
/// let root = tree.root().ok_or("nothing began")?;
/// let first = &root.turns[&1];
/// assert!(first.program.is_some_and(|program| program.source.contains("llm_query")));
/// assert_eq!(first.sub_calls().count(), 6);
/// assert!(root.calls().all(|(_, call)| call.state() == CallState::Replied));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Tree<'a> {
    /// The event of the run's start. `None` if the journal has no such event.
    pub started: Option<&'a RunStarted>,
    /// The root run and all its child runs, keyed by path. A parent precedes its children.
    pub runs: BTreeMap<RunPath, RunNode<'a>>,
}

/// A run in the tree, with its turns and its outcome.
#[derive(Debug, Clone, Default)]
pub struct RunNode<'a> {
    /// The turns of the run, keyed by their number.
    pub turns: BTreeMap<u32, TurnNode<'a>>,
    /// The event of the run's end. `None` if the run has not ended.
    pub outcome: Option<&'a RunEnded>,
    /// The notes about the run or turn for the user.
    pub notes: Vec<&'a RunNote>,
    /// The times of the run's first and last event. Events of child runs are not counted.
    pub span: Span,
}

/// A turn of a run, with its calls, program and output.
#[derive(Debug, Clone, Default)]
pub struct TurnNode<'a> {
    /// The model calls of the turn in canonical order, that of the root model first.
    pub calls: BTreeMap<Position, CallNode<'a>>,
    /// The purpose of the turn.
    pub step: StepKind,
    /// The compaction of earlier turns that took place before the turn, if any.
    pub compacted: Option<&'a Compacted>,
    /// The program of the turn, with the errors that the check found in it.
    pub program: Option<&'a ProgramChecked>,
    /// The result of executing the turn's program.
    pub ran: Option<&'a ProgramRan>,
    /// The host requests of the turn's program, keyed by ordinal.
    pub requests: BTreeMap<u32, RequestNode<'a>>,
    /// The limits that took effect during the turn.
    pub limits: Vec<&'a LimitHit>,
    /// The output of the turn that was shown to the root model.
    pub observation: Option<&'a Observation>,
    /// The final value that the turn gave to the run, if any.
    pub final_value: Option<&'a FinalValue>,
    /// The notes about the turn for the user.
    pub notes: Vec<&'a RunNote>,
    /// The times of the turn's first and last event. Events of child runs are not counted.
    pub span: Span,
}

/// A host request of a program, with its answer.
#[derive(Debug, Clone, Default)]
pub struct RequestNode<'a> {
    /// The event of the request. `None` if the journal holds only the answer.
    pub asked: Option<&'a HostAsked>,
    /// The event of the host's answer. `None` if the journal ended before it.
    pub answered: Option<&'a HostAnswered>,
    /// The times of the request and its answer.
    pub span: Span,
}

/// A model call, with its attempts and result.
#[derive(Debug, Clone, Default)]
pub struct CallNode<'a> {
    /// The event of the call's request. `None` if no request was made.
    pub issued: Option<&'a CallIssued>,
    /// The event of the child run that the call started instead of making a request.
    pub child: Option<&'a ChildStarted>,
    /// The event of the call's result. `None` if the call is in flight, or was when the journal
    /// ended.
    pub settled: Option<&'a CallSettled>,
    /// The events of the failed attempts at the call.
    pub failed_attempts: Vec<&'a AttemptFailed>,
    /// The event of the provider's report that the call used more than was reserved, if any.
    pub overrun: Option<&'a Overrun>,
    /// Whether the program has reached the call. A call that was issued early, by speculative
    /// execution, may be reached later or never.
    pub reached: bool,
    /// The times of the call's first and last event.
    pub span: Span,
}

/// A time span, in milliseconds since the run's start. `None` if the journal holds no times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// The time at which the span starts.
    pub start: Option<Millis>,
    /// The time at which the span ends, so far.
    pub end: Option<Millis>,
}

/// The state of a model call: whether it is settled, and with which result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallState<'a> {
    /// The call was issued and is not settled. It is in flight, or in doubt if the journal ends.
    Open,
    /// The model or a cache replied to the call.
    Replied,
    /// The model gave no reply to the call. Holds the error message.
    Failed(&'a str),
    /// The call was stopped with its run before it had a reply. Holds the error message.
    Cancelled(&'a str),
    /// The call was never sent. Holds the reason.
    Unissued(&'a str),
}

impl<'a> Tree<'a> {
    /// Builds the tree from a journal's records, except those that a resumed run discarded.
    pub fn of(records: impl IntoIterator<Item = &'a Record>) -> Self {
        let mut tree = Self::default();
        for record in in_force(records) {
            tree.add(record);
        }
        tree
    }

    /// Returns the call with an id. `None` if the run made no such call.
    #[must_use]
    pub fn call(&self, id: &CallId) -> Option<&CallNode<'a>> {
        let turn = self.runs.get(&id.run)?.turns.get(&id.position.turn)?;
        turn.calls.get(&id.position)
    }

    /// Returns the root run, or `None` if the journal has no event of it.
    #[must_use]
    pub fn root(&self) -> Option<&RunNode<'a>> {
        self.runs.get(&RunPath::default())
    }

    /// Returns the child run that a call started, if any.
    #[must_use]
    pub fn started_by(&self, call: &CallId) -> Option<&RunNode<'a>> {
        self.runs.get(&call.child_run())
    }

    fn add(&mut self, record: &'a Record) {
        let Some(path) = record.event.run() else {
            return;
        };
        if !self.runs.contains_key(path) {
            self.runs.insert(path.clone(), RunNode::default());
        }
        let Some(run) = self.runs.get_mut(path) else {
            return;
        };
        run.span.extend(record.at);
        match (&record.event, record.event.turn()) {
            (Event::RunStarted(event), _) => self.started = Some(event),
            (Event::Outcome(event), _) => run.outcome = Some(event),
            (Event::Note(event), None) => run.notes.push(event),
            (_, Some(turn)) => run.turns.entry(turn).or_default().add(record),
            (_, None) => {}
        }
    }
}

impl<'a> RunNode<'a> {
    /// Returns the run's model calls in canonical order, without those of its child runs.
    pub fn calls(&self) -> impl Iterator<Item = (&Position, &CallNode<'a>)> {
        self.turns.values().flat_map(|turn| &turn.calls)
    }
}

impl<'a> TurnNode<'a> {
    /// Returns the turn's call of the root model, if any.
    #[must_use]
    pub fn root_call(&self) -> Option<&CallNode<'a>> {
        self.calls
            .first_key_value()
            .and_then(|(position, call)| (position.ordinal == 0 && position.index == 0).then_some(call))
    }

    /// Returns the turn's call of the root model that summarized earlier turns, if any.
    #[must_use]
    pub fn summary_call(&self) -> Option<&CallNode<'a>> {
        let mut root_calls = self.calls.iter().filter(|(position, _)| position.ordinal == 0);
        root_calls.find_map(|(position, call)| (position.index != 0).then_some(call))
    }

    /// Returns the model calls of the turn's program, in canonical order.
    pub fn sub_calls(&self) -> impl Iterator<Item = (&Position, &CallNode<'a>)> {
        self.calls.iter().filter(|(position, _)| position.ordinal != 0)
    }

    fn add(&mut self, record: &'a Record) {
        self.span.extend(record.at);
        match &record.event {
            Event::Compacted(event) => self.compacted = Some(event),
            Event::ProgramChecked(event) => self.program = Some(event),
            Event::ProgramRan(event) => self.ran = Some(event),
            Event::Observation(event) => self.observation = Some(event),
            Event::Asked(event) => {
                let request = self.requests.entry(event.ordinal).or_default();
                request.asked = Some(event);
                request.span.extend(record.at);
            }
            Event::Answered(event) => {
                let request = self.requests.entry(event.ordinal).or_default();
                request.answered = Some(event);
                request.span.extend(record.at);
            }
            Event::Limit(event) => self.limits.push(event),
            Event::Final(event) => self.final_value = Some(event),
            Event::Note(event) => self.notes.push(event),
            Event::Issued(_)
            | Event::AttemptFailed(_)
            | Event::Settled(_)
            | Event::ChildStarted(_)
            | Event::Reached(_)
            | Event::Overrun(_) => self.add_to_call(record),
            Event::TurnStarted(event) => self.step = event.step,
            Event::RunStarted(_)
            | Event::Resumed(_)
            | Event::Changed(_)
            | Event::SourceRead(_)
            | Event::Outcome(_)
            | Event::Unknown(_) => {}
        }
    }

    fn add_to_call(&mut self, record: &'a Record) {
        let Some(id) = record.event.call() else {
            return;
        };
        let call = self.calls.entry(id.position).or_default();
        match &record.event {
            Event::Issued(event) => {
                // Issued again after a resume: the call starts over.
                *call = CallNode {
                    issued: Some(event),
                    reached: !event.early,
                    ..CallNode::default()
                };
            }
            Event::ChildStarted(event) => {
                call.child = Some(event);
                call.reached |= !event.early;
            }
            Event::AttemptFailed(event) => call.failed_attempts.push(event),
            Event::Settled(event) => {
                call.settled = Some(event);
                call.reached |= call.issued.is_none();
            }
            Event::Overrun(event) => call.overrun = Some(event),
            _ => call.reached = true,
        }
        // The program may reach a call long after its reply.
        if !matches!(record.event, Event::Reached(_)) {
            call.span.extend(record.at);
        }
    }
}

impl<'a> CallNode<'a> {
    /// Returns the state of the model call: open, settled with a reply or a failure, or never sent.
    #[must_use]
    pub fn state(&self) -> CallState<'a> {
        match self.settled.map(|settled| &settled.outcome) {
            None => CallState::Open,
            Some(RecordedOutcome::Reply(_)) => CallState::Replied,
            Some(outcome @ RecordedOutcome::Failed(error)) if outcome.is_stopped() => {
                CallState::Cancelled(&error.message)
            }
            Some(RecordedOutcome::Failed(error)) => CallState::Failed(&error.message),
            Some(RecordedOutcome::Unissued(unissued)) => CallState::Unissued(&unissued.message),
        }
    }

    /// Returns `true` if the model call failed although its run was not stopped: the model gave an
    /// error, or a limit rejected the call.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.settled
            .is_some_and(|settled| settled.outcome.reply().is_none() && !settled.outcome.is_stopped())
    }

    /// Returns the duration of the call since it was issued: the recorded one, else the difference
    /// of its events' times.
    #[must_use]
    pub fn elapsed(&self) -> Option<Millis> {
        let measured = self.settled.and_then(|settled| settled.elapsed);
        measured.or_else(|| self.settled.and_then(|_| self.span.length()))
    }

    /// Returns the input and output tokens of the call's reply, if there is one.
    #[must_use]
    pub fn tokens(&self) -> Option<(Tokens, Tokens)> {
        let usage = self.settled?.outcome.reply()?.usage;
        Some((usage.input, usage.output))
    }

    /// Returns the cost of the model call, or `None` if the call is not settled.
    #[must_use]
    pub fn cost(&self) -> Option<Cost> {
        self.settled.map(|settled| settled.cost)
    }
}

impl Span {
    /// Returns the length of the time span, or `None` if the journal holds no times.
    #[must_use]
    pub fn length(&self) -> Option<Millis> {
        let (start, end) = (self.start?, self.end?);
        Some(Millis(end.0.saturating_sub(start.0)))
    }

    fn extend(&mut self, at: Option<Millis>) {
        self.start = self.start.or(at);
        self.end = self.end.max(at);
    }
}
