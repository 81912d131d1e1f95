//! A session for embedders that want programs run to their end: no steps, values by serde, calls answered by the host.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;
use sift_runtime::runtime::{CallFailure, CallKey, CallOutcome, ContextData, IssuedCall, Printed};
use sift_runtime::settings::Settings;
use sift_syntax::{Diagnostic, Severity, Span, render_plain};
use sift_text::Text;
use sift_values::flow::{End, Limit};

use crate::exchange::ValueError;
use crate::report::{RaisedError, Variable};
use crate::step::{CancelHandle, Conclusion, Errand, Machine, Progress, Refusal, Then};

/// Units of fuel between two looks at the cancel flag and at what has become ready to leave.
const SLICE: u64 = 1 << 20;

/// Answers the calls of programs: `llm_query`, `rlm_query` and their kin.
///
/// ```
/// use sift_text::Text;
/// use sift_vm::{CallOutcome, Calls, IssuedCall, Session, Settings};
///
/// /// Answers with the length of the prompt.
/// struct Lengths;
///
/// impl Calls for Lengths {
///     fn answer(&mut self, call: &IssuedCall) -> CallOutcome {
///         CallOutcome::Reply(Text::from_string(call.prompt.known_bytes().to_string()))
///     }
/// }
///
/// let mut session = Session::new(Settings::default()).with_calls(Lengths);
/// let result = session.exec("print(llm_query('How long is this?'))");
/// assert_eq!(result.printed.text, "17\n");
/// ```
pub trait Calls: Send {
    /// Answers one call. The program does not go on meanwhile.
    fn answer(&mut self, call: &IssuedCall) -> CallOutcome;

    /// Answers calls that leave together; a host that can do so side by side overrides this. A call without an outcome has
    /// failed. Of a large batch come as many at once as there is [room](crate::Needs::room) for.
    fn answer_all(&mut self, calls: Vec<IssuedCall>) -> Vec<(CallKey, CallOutcome)> {
        calls.iter().map(|call| (call.key, self.answer(call))).collect()
    }
}

impl<F: FnMut(&IssuedCall) -> CallOutcome + Send> Calls for F {
    fn answer(&mut self, call: &IssuedCall) -> CallOutcome {
        self(call)
    }
}

/// Answers no calls: each fails, which a program can catch as `CallFailed`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NoCalls;

impl Calls for NoCalls {
    fn answer(&mut self, _call: &IssuedCall) -> CallOutcome {
        CallOutcome::Failed(CallFailure {
            kind: "no_calls".into(),
            message: "this session answers no calls".into(),
            hint: Some("work with the values that are there".into()),
        })
    }
}

/// Programs that are run one after the other, each to its end, and share their variables.
///
/// Nothing that a program does takes the session away: after an exception, a limit or a cancellation what was bound is
/// still bound, and the next program has all of its fuel.
///
/// ```
/// use sift_vm::{Session, Settings};
///
/// let settings = Settings { fuel: 100_000, ..Settings::default() };
/// let mut session = Session::new(settings);
/// session.set("totals", &vec![20.0, 900.0, 5.0])?;
/// assert_eq!(session.exec("large = [t for t in totals if t > 500]").error(), None);
/// assert_eq!(session.get::<Vec<f64>>("large")?, [900.0]);
///
/// let refused = session.exec("print(totls)").error().ok_or("it ran")?;
/// assert_eq!(refused.type_name, "NameError");
/// let raised = session.exec("totals[9]").error().ok_or("it ran")?;
/// assert_eq!((raised.type_name, raised.message.as_str()), ("IndexError", "list index out of range"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Session {
    machine: Machine,
    calls: Box<dyn Calls>,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("machine", &self.machine)
            .finish_non_exhaustive()
    }
}

impl Session {
    /// Starts a session without a context, whose calls all fail.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self::over(settings, ContextData::text("context", Text::default()), "")
    }

    /// Starts a session over a context, with `query` as the question; its calls all fail.
    #[must_use]
    pub fn over(settings: Settings, context: ContextData, query: &str) -> Self {
        Machine::new(settings, context, query).into()
    }

    /// Lets a host answer the calls of programs: a closure, or a type that implements [`Calls`].
    #[must_use]
    pub fn with_calls(mut self, calls: impl Calls + 'static) -> Self {
        self.calls = Box::new(calls);
        self
    }

    /// Runs a program to its end, whatever that is, with a fuel of its own.
    pub fn exec(&mut self, code: &str) -> ExecResult {
        let program = match self.machine.compile(code) {
            Ok(program) => program,
            Err(refusal) => return self.refused(code, refusal),
        };
        self.machine.begin(&program);
        let mut progress = self.machine.advance(SLICE);
        let mut unanswered = BTreeMap::new();
        loop {
            progress = match progress {
                Progress::Slice => self.machine.advance(SLICE),
                Progress::Calls(Errand { issue, then, .. }) => {
                    unanswered.extend(issue.into_iter().map(|call| (call.key, call)));
                    self.answer(&mut unanswered, then)
                }
                Progress::Over(report, conclusion) => {
                    return ExecResult {
                        printed: report.printed,
                        end: ExecEnd::of(conclusion),
                        fuel: report.fuel,
                        memory_bytes: report.memory_bytes,
                        unnoticed_failures: report.unnoticed_failures,
                        notes: program.notes().to_vec(),
                    };
                }
            };
        }
    }

    fn refused(&self, code: &str, refusal: Refusal) -> ExecResult {
        let Refusal { diagnostics } = refusal;
        let first = diagnostics.iter().find(|one| one.severity == Severity::Error);
        let error = ExecError {
            type_name: first.map_or("SyntaxError", |first| first.exception),
            message: first.map(|first| first.message.clone()).unwrap_or_default(),
            span: first.map(|first| first.span),
            rendered: render_plain(code, &diagnostics),
        };
        ExecResult {
            printed: Printed::default(),
            end: ExecEnd::Refused { error, diagnostics },
            fuel: 0,
            memory_bytes: self.machine.inner.heap.live_bytes() as u64,
            unnoticed_failures: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Answers the first of the calls that have left, before the program goes on.
    fn answer(&mut self, unanswered: &mut BTreeMap<CallKey, IssuedCall>, then: Then) -> Progress {
        let room = self.machine.inner.room_for_replies();
        let calls: Vec<IssuedCall> = std::iter::from_fn(|| unanswered.pop_first())
            .take(room)
            .map(|(_, call)| call)
            .collect();
        let keys: Vec<CallKey> = calls.iter().map(|call| call.key).collect();
        let mut outcomes = self.calls.answer_all(calls);
        for key in keys {
            if !outcomes.iter().any(|(answered, _)| *answered == key) {
                outcomes.push((key, unanswered_call()));
            }
        }
        let over = self.machine.receive(outcomes, then);
        over.unwrap_or_else(|| self.machine.advance(SLICE))
    }

    /// Reads a variable: see [`Machine::get`].
    ///
    /// # Errors
    /// As [`Machine::get`].
    pub fn get<T: DeserializeOwned>(&self, name: &str) -> Result<T, ValueError> {
        self.machine.get(name)
    }

    /// Binds a name to a value: see [`Machine::set`].
    ///
    /// # Errors
    /// As [`Machine::set`].
    pub fn set<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), ValueError> {
        self.machine.set(name, value)
    }

    /// Returns the variables that programs and the host have bound, by name.
    #[must_use]
    pub fn variables(&self) -> Vec<Variable> {
        self.machine.variables()
    }

    /// Returns a handle that cancels the program that runs, or the next one, from any thread: it ends within a slice of
    /// about a million units of fuel, or when the calls that it waits for are answered.
    ///
    /// ```
    /// use sift_vm::{ExecEnd, Session, Settings};
    ///
    /// let mut session = Session::new(Settings { fuel: u64::MAX, ..Settings::default() });
    /// let handle = session.cancel_handle();
    /// let watchdog = std::thread::spawn(move || handle.cancel());
    /// let result = session.exec("while True: pass");
    /// assert_eq!(result.end, ExecEnd::Cancelled);
    /// # drop(watchdog.join());
    /// ```
    #[must_use]
    pub fn cancel_handle(&self) -> CancelHandle {
        self.machine.cancel_handle()
    }

    /// Changes how many units of fuel each of the programs that follow has.
    pub const fn set_fuel(&mut self, fuel: u64) {
        self.machine.set_fuel(fuel);
    }

    /// Returns the machine, to run a program by steps: `session.into_machine()`, and `Session::from(machine)` after it.
    #[must_use]
    pub fn into_machine(self) -> Machine {
        self.machine
    }
}

impl From<Machine> for Session {
    /// Goes on with a machine between two programs; calls all fail.
    fn from(machine: Machine) -> Self {
        Self {
            machine,
            calls: Box::new(NoCalls),
        }
    }
}

fn unanswered_call() -> CallOutcome {
    CallOutcome::Failed(CallFailure {
        kind: "unanswered".into(),
        message: "the host gave no answer".into(),
        hint: None,
    })
}

/// The outcome of one program.
#[derive(Debug, Clone, PartialEq)]
pub struct ExecResult {
    /// What it printed.
    pub printed: Printed,
    /// How it ended.
    pub end: ExecEnd,
    /// Units of fuel that it used.
    pub fuel: u64,
    /// Nominal bytes of live values at its end, at most.
    pub memory_bytes: u64,
    /// Calls that failed and whose replies it never looked at.
    pub unnoticed_failures: Vec<(CallKey, CallFailure)>,
    /// What was read otherwise than written.
    pub notes: Vec<Diagnostic>,
}

/// How a program ended.
#[derive(Debug, Clone, PartialEq)]
pub enum ExecEnd {
    /// It ran to its last line.
    Done,
    /// It called FINAL with this answer.
    Final(Text),
    /// It was refused before its first step.
    Refused {
        /// What is wrong with it, rendered.
        error: ExecError,
        /// All that is wrong with it; at least one is an error.
        diagnostics: Vec<Diagnostic>,
    },
    /// It raised what nothing caught; what was bound stays bound.
    Raised(RaisedError),
    /// It met a limit; what was bound stays bound.
    Limit(Limit),
    /// It was cancelled; what was bound stays bound.
    Cancelled,
}

/// Why a program did not run to its end, whatever kept it from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExecError {
    /// A Python exception's name, or a limit's: `ZeroDivisionError`, `FuelExhausted`.
    pub type_name: &'static str,
    /// What is wrong, without the type.
    pub message: String,
    /// The bytes of the program where it is wrong.
    pub span: Option<Span>,
    /// All of this, with the line and what to do, in a few lines of plain text.
    pub rendered: String,
}

impl ExecResult {
    /// Returns the answer that FINAL was given.
    #[must_use]
    pub const fn answer(&self) -> Option<&Text> {
        match &self.end {
            ExecEnd::Final(answer) => Some(answer),
            _ => None,
        }
    }

    /// Returns why the program did not run to its end or to FINAL.
    #[must_use]
    pub fn error(&self) -> Option<ExecError> {
        match &self.end {
            ExecEnd::Done | ExecEnd::Final(_) => None,
            ExecEnd::Refused { error, .. } => Some(error.clone()),
            ExecEnd::Raised(error) => Some(ExecError {
                type_name: error.type_name(),
                message: error.message.clone(),
                span: error.span,
                rendered: error.rendered.clone(),
            }),
            ExecEnd::Limit(limit) => Some(ExecError::placeless(limit.name(), limit_message(*limit))),
            ExecEnd::Cancelled => Some(ExecError::placeless("Cancelled", "the program was cancelled")),
        }
    }
}

impl ExecEnd {
    fn of(conclusion: Conclusion) -> Self {
        match conclusion {
            Conclusion::Done => Self::Done,
            Conclusion::Raised(error) => Self::Raised(error),
            Conclusion::Ended(End::Final, answer) => Self::Final(answer.unwrap_or_default()),
            Conclusion::Ended(End::Limit(limit), _) => Self::Limit(limit),
            Conclusion::Ended(End::Cancelled, _) => Self::Cancelled,
        }
    }
}

impl ExecError {
    fn placeless(type_name: &'static str, message: &str) -> Self {
        Self {
            type_name,
            message: message.to_owned(),
            span: None,
            rendered: format!("{type_name}: {message}"),
        }
    }
}

const fn limit_message(limit: Limit) -> &'static str {
    match limit {
        Limit::Fuel => "the program used all of its fuel",
        Limit::Memory => "the values that are alive take more than their memory",
        Limit::Nesting => "values are nested too deeply",
    }
}
