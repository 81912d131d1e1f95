//! What a run is doing now: who is working, how many of a program's calls have ended, and when the
//! rest can be expected.

use std::collections::{BTreeMap, BTreeSet};

use rlm_model::{CallId, ModelErrorKind, Position};

use crate::{AttemptFailed, CallIssued, ChildStarted, Event, HostRequest, Millis, Record, RecordedOutcome};

/// The activity of a run, folded from its events.
///
/// Calls that a program makes at the same time form a group. The size of a group is known as soon
/// as its first call is issued, since the event has the number of calls that the program makes
/// together.
///
/// ```
/// use rlm_trace::{Activity, Millis, RecordedRun, Worker};
///
/// let mut activity = Activity::default();
/// // A journal that ends while six calls are in flight.
/// for record in RecordedRun::read("../../examples/recorded/reviews.jsonl")?.records.iter().take(12) {
///     activity.add(record);
/// }
/// assert_eq!(activity.step(), 1);
/// assert!(matches!(activity.worker(Millis(0)), Worker::Calls));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Activity {
    step: u32,
    is_over: bool,
    /// The calls in flight, of all runs of the tree.
    in_flight: BTreeMap<CallId, Flight>,
    is_program_running: bool,
    requests: BTreeMap<u32, String>,
    group: Group,
    /// The number of calls that the current program has made.
    made: u64,
    last: Millis,
}

/// A call in flight.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Flight {
    /// Whether the call is that of a root model, or of the root model of a child run.
    is_root: bool,
    waiting: Option<Waiting>,
}

/// A call that waits before its next attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The cause of the pause.
    pub cause: WaitCause,
    /// The time of the next attempt, in the time of the journal. `None` if it is not known.
    pub until: Option<Millis>,
}

/// The cause of a pause before the next attempt at a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitCause {
    /// The provider's rate limit was reached.
    RateLimit,
    /// The server could not be reached, or the connection broke.
    Connection,
    /// The server failed, or did not respond in time.
    Server,
}

/// Who is working on a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Worker {
    /// The run has not started.
    NotStarted,
    /// The root model writes a program or an answer.
    RootModel,
    /// A program is running.
    Program,
    /// Sub-models answer the calls of a program.
    Calls,
    /// The host executes a request of a program. Holds its name: `search`, or that of a tool.
    Host(String),
    /// All calls in flight wait before their next attempt.
    Waiting(Waiting),
    /// The run has ended.
    Ended,
}

/// The calls that a program makes at the same time: by one `llm_batch`, or by speculative
/// execution.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Group {
    /// The number of calls in the group.
    pub total: u64,
    /// The number of calls that have ended.
    pub done: u64,
    /// The number of calls that have failed.
    pub failed: u64,
    /// Whether the calls are child runs.
    pub are_runs: bool,
    /// The time of the first call.
    began: Millis,
    /// The number of calls that a model has answered, and the time of the last such answer.
    answered: u64,
    last_answer: Millis,
    /// The ordinals of the batches that have begun.
    batches: BTreeSet<u32>,
}

impl Activity {
    /// Creates the activity of a run that has not started.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            step: 0,
            is_over: false,
            in_flight: BTreeMap::new(),
            is_program_running: false,
            requests: BTreeMap::new(),
            group: Group::new(),
            made: 0,
            last: Millis(0),
        }
    }

    /// Updates the activity with an event of the run.
    pub fn add(&mut self, record: &Record) {
        self.last = self.last.max(record.at.unwrap_or_default());
        let is_in_child = record.event.run().is_some_and(|run| run.depth() > 0);
        match &record.event {
            Event::Issued(call) => self.issue(call),
            Event::AttemptFailed(failed) => self.wait(failed),
            Event::Settled(call) => {
                self.in_flight.remove(&call.id);
                let has_failed = matches!(call.outcome, RecordedOutcome::Failed(_)) && !call.outcome.is_stopped();
                let is_answered = call.outcome.reply().is_some() && !call.cached;
                self.end_call(&call.id, has_failed, is_answered);
            }
            Event::ChildStarted(child) => self.start_child(child),
            Event::Outcome(ended) if is_in_child => {
                let mut run = ended.run.clone();
                if let Some(position) = run.0.pop() {
                    self.end_call(&CallId { run, position }, ended.outcome != "complete", true);
                }
            }
            _ if is_in_child => {}
            Event::TurnStarted(turn) => {
                self.step = turn.turn;
                self.is_over = false;
                self.is_program_running = false;
                self.requests.clear();
                self.group = Group::default();
                self.made = 0;
            }
            Event::ProgramChecked(program) => self.is_program_running = program.diagnostics.is_empty(),
            Event::ProgramRan(_) => {
                self.is_program_running = false;
                self.requests.clear();
            }
            Event::Asked(asked) => {
                let name = match &asked.request {
                    HostRequest::Search { .. } => "search".to_owned(),
                    HostRequest::Tool { name, .. } => name.to_string(),
                };
                self.requests.insert(asked.ordinal, name);
            }
            Event::Answered(answered) => _ = self.requests.remove(&answered.ordinal),
            Event::Resumed(_) => {
                self.is_over = false;
                self.in_flight.clear();
            }
            Event::Outcome(_) => {
                self.is_over = true;
                self.in_flight.clear();
            }
            _ => {}
        }
    }

    fn issue(&mut self, call: &CallIssued) {
        let flight = Flight {
            is_root: call.id.position.ordinal == 0,
            waiting: None,
        };
        self.in_flight.insert(call.id.clone(), flight);
        if !call.id.is_root_model() && call.id.run.depth() == 0 {
            self.made += 1;
            self.group.issue(call.id.position, call.batch, false, self.last);
        }
    }

    fn start_child(&mut self, child: &ChildStarted) {
        if child.id.run.depth() == 0 {
            self.made += 1;
            self.group.issue(child.id.position, child.batch, true, self.last);
        }
    }

    fn wait(&mut self, failed: &AttemptFailed) {
        let at = self.last;
        let Some(flight) = self.in_flight.get_mut(&failed.id) else {
            return;
        };
        let cause = match failed.error.kind {
            ModelErrorKind::RateLimited => WaitCause::RateLimit,
            ModelErrorKind::Unreachable | ModelErrorKind::Connection => WaitCause::Connection,
            _ => WaitCause::Server,
        };
        flight.waiting = match (failed.wait, failed.next.as_deref()) {
            (Some(wait), _) => Some(Waiting {
                cause,
                until: Some(Millis(at.0.saturating_add(wait.0))),
            }),
            (None, Some("after_outage")) => Some(Waiting { cause, until: None }),
            (None, _) => None,
        };
    }

    fn end_call(&mut self, id: &CallId, has_failed: bool, is_answered: bool) {
        if !id.is_root_model() && id.run.depth() == 0 {
            self.group.end(id.position, has_failed, is_answered, self.last);
        }
    }

    /// Returns the number of the root run's current step; 0 before the first.
    #[must_use]
    pub const fn step(&self) -> u32 {
        self.step
    }

    /// Returns the time of the last event.
    #[must_use]
    pub const fn last(&self) -> Millis {
        self.last
    }

    /// Returns the number of calls in flight, including those of root models and of child runs.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.in_flight.len()
    }

    /// Returns the number of calls and child runs that the current program has made.
    #[must_use]
    pub const fn made(&self) -> u64 {
        self.made
    }

    /// Returns the calls that the current program makes at the same time. `None` if it makes none,
    /// or one at a time.
    #[must_use]
    pub fn group(&self) -> Option<&Group> {
        Some(&self.group).filter(|group| group.total > 1)
    }

    /// Returns the number of calls in flight that wait before their next attempt at the time `now`.
    #[must_use]
    pub fn waiting(&self, now: Millis) -> usize {
        let flights = self.in_flight.values();
        flights.filter(|flight| flight.waiting_at(now).is_some()).count()
    }

    /// Returns who is working on the run at the time `now`.
    #[must_use]
    pub fn worker(&self, now: Millis) -> Worker {
        if self.is_over {
            return Worker::Ended;
        }
        let waits = self.in_flight.values().filter_map(|flight| flight.waiting_at(now));
        let first = waits
            .clone()
            .min_by_key(|waiting| waiting.until.unwrap_or(Millis(u64::MAX)));
        let are_all_waiting = waits.count() == self.in_flight.len();
        let names: BTreeSet<&String> = self.requests.values().collect();
        match (
            first.filter(|_| are_all_waiting),
            self.in_flight.values().all(|flight| flight.is_root),
        ) {
            (Some(waiting), _) => Worker::Waiting(waiting),
            (None, _) if self.in_flight.is_empty() => match names.first() {
                Some(name) => Worker::Host((*name).clone()),
                None if self.group.done < self.group.total => Worker::Calls,
                None if self.is_program_running => Worker::Program,
                None if self.step == 0 => Worker::NotStarted,
                None => Worker::RootModel,
            },
            (None, true) if !self.is_program_running => Worker::RootModel,
            (None, _) => Worker::Calls,
        }
    }
}

impl Flight {
    fn waiting_at(&self, now: Millis) -> Option<Waiting> {
        let waiting = self.waiting.clone()?;
        waiting.until.is_none_or(|until| until > now).then_some(waiting)
    }
}

impl Group {
    const fn new() -> Self {
        Self {
            total: 0,
            done: 0,
            failed: 0,
            are_runs: false,
            began: Millis(0),
            answered: 0,
            last_answer: Millis(0),
            batches: BTreeSet::new(),
        }
    }

    fn issue(&mut self, position: Position, batch: Option<u32>, are_runs: bool, at: Millis) {
        if self.done >= self.total {
            *self = Self {
                began: at,
                last_answer: at,
                ..Self::default()
            };
        }
        self.are_runs = are_runs;
        // The other calls of a batch are counted with its first.
        if self.batches.insert(position.ordinal) {
            self.total += u64::from(batch.unwrap_or(1));
        }
    }

    fn end(&mut self, position: Position, has_failed: bool, is_answered: bool, at: Millis) {
        // A call that was never sent has no earlier event.
        if !self.batches.contains(&position.ordinal) && !self.is_over() {
            self.total += 1;
        }
        self.done = self.done.saturating_add(1).min(self.total);
        self.failed += u64::from(has_failed);
        if is_answered {
            self.answered += 1;
            self.last_answer = at;
        }
    }

    /// Returns `true` if all calls of the group have ended.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        self.done >= self.total
    }

    /// Estimates the time until the last call ends, from the rate of the answers so far. `None` if
    /// no model has answered a call, or all calls have ended.
    #[must_use]
    pub fn remaining(&self, now: Millis) -> Option<Millis> {
        let took = self.last_answer.0.saturating_sub(self.began.0);
        let left = self.total.saturating_sub(self.done);
        if self.answered == 0 || left == 0 {
            return None;
        }
        let needed = u128::from(took) * u128::from(left) / u128::from(self.answered);
        let needed = u64::try_from(needed).unwrap_or(u64::MAX);
        let since = now.0.saturating_sub(self.last_answer.0);
        Some(Millis(needed.saturating_sub(since)))
    }
}
