//! What comes of a program, and who answers the calls that it makes to models.

use sift_syntax::{Diagnostic, Span};
use sift_text::Text;
use sift_vm::{CallFailure, CallKey, CallOutcome, End, IssuedCall, Limit, Machine, Printed, RaisedError, Step};

use crate::error::{Error, Refused, limit_message};
use crate::session::Program;

/// Answers the calls of programs: `llm_query`, `rlm_query` and their kin.
///
/// ```
/// use sift::{CallOutcome, Calls, IssuedCall, Session, Settings, Text};
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
    /// failed. Of a large batch come as many at once as there is [room](sift_vm::Needs::room) for.
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

pub(crate) fn unanswered_call() -> CallOutcome {
    CallOutcome::Failed(CallFailure {
        kind: "unanswered".into(),
        message: "the host gave no answer".into(),
        hint: None,
    })
}

/// The result of one program.
#[derive(Debug, Clone, PartialEq)]
pub struct ExecResult {
    /// What it printed.
    pub printed: Printed,
    /// How it ended.
    pub end: ExecEnd,
    /// The fuel that it used, in units.
    pub fuel: u64,
    /// The memory of the session's values at its end, in nominal bytes, unreachable values included.
    pub memory_bytes: u64,
    /// Failed calls whose replies it never looked at.
    pub unnoticed_failures: Vec<(CallKey, CallFailure)>,
    /// Warnings, and corrections that were made to its source.
    pub notes: Vec<Diagnostic>,
}

/// How a program ended.
#[derive(Debug, Clone, PartialEq)]
pub enum ExecEnd {
    /// It ran to its last line.
    Done,
    /// It called `FINAL` with this answer.
    Final(Text),
    /// It was refused before its first step.
    Refused(Refused),
    /// It raised an exception that it did not catch. What was bound stays bound.
    Raised(RaisedError),
    /// It reached a limit. What was bound stays bound.
    Limit(Limit),
    /// It was cancelled. What was bound stays bound.
    Cancelled,
}

/// The error of a program, whatever its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExecError {
    /// The name of a Python exception or of a limit: `ZeroDivisionError`, `FuelExhausted`.
    pub type_name: &'static str,
    /// The message, without the type.
    pub message: String,
    /// The bytes of the source that it is about.
    pub span: Option<Span>,
    /// All of this, with the line and a hint, in a few lines of plain text.
    pub rendered: String,
}

impl ExecResult {
    /// Returns the answer that `FINAL` was given.
    #[must_use]
    pub const fn answer(&self) -> Option<&Text> {
        match &self.end {
            ExecEnd::Final(answer) => Some(answer),
            _ => None,
        }
    }

    /// Returns the error of a program that did not run to its end or to `FINAL`.
    #[must_use]
    pub fn error(&self) -> Option<ExecError> {
        match &self.end {
            ExecEnd::Done | ExecEnd::Final(_) => None,
            ExecEnd::Refused(refused) => Some(ExecError::of_refused(refused)),
            ExecEnd::Raised(error) => Some(ExecError {
                type_name: error.type_name(),
                message: error.message.clone(),
                span: error.span,
                rendered: error.rendered.clone(),
            }),
            ExecEnd::Limit(limit) => Some(ExecError::without_place(limit.name(), limit_message(*limit))),
            ExecEnd::Cancelled => Some(ExecError::without_place("Cancelled", "the program was cancelled")),
        }
    }

    /// Returns the result of a program that has ended, with the machine.
    pub(crate) fn of_step(step: Step, program: &Program) -> (Option<Machine>, Self) {
        let (machine, report, end) = match step {
            Step::Done(done) => (done.machine, done.report, ExecEnd::Done),
            Step::Raised(raised) => (raised.machine, raised.report, ExecEnd::Raised(raised.error)),
            Step::Ended(ended) => {
                let end = match ended.end {
                    End::Final => ExecEnd::Final(ended.answer.unwrap_or_default()),
                    End::Limit(limit) => ExecEnd::Limit(limit),
                    End::Cancelled => ExecEnd::Cancelled,
                };
                (ended.machine, ended.report, end)
            }
            Step::OutOfFuel(_) | Step::Needs(_) => return (None, Self::cancelled()),
        };
        let result = Self {
            printed: report.printed,
            end,
            fuel: report.fuel,
            memory_bytes: report.memory_bytes,
            unnoticed_failures: report.unnoticed_failures,
            notes: program.notes().to_vec(),
        };
        (Some(machine), result)
    }

    pub(crate) fn refused(refused: Refused, memory_bytes: u64) -> Self {
        Self {
            end: ExecEnd::Refused(refused),
            memory_bytes,
            ..Self::cancelled()
        }
    }

    /// Returns the result of a program that was cancelled before its first step.
    pub(crate) fn cancelled() -> Self {
        Self {
            printed: Printed::default(),
            end: ExecEnd::Cancelled,
            fuel: 0,
            memory_bytes: 0,
            unnoticed_failures: Vec::new(),
            notes: Vec::new(),
        }
    }
}

impl ExecEnd {
    /// Returns the error of a program that did not run to its last line.
    ///
    /// # Errors
    /// Returns the error.
    pub fn into_result(self) -> Result<(), Error> {
        match self {
            Self::Done => Ok(()),
            Self::Final(_) => Err(Error::Final),
            Self::Refused(refused) => Err(refused.into()),
            Self::Raised(error) => Err(Error::Raised(Box::new(error))),
            Self::Limit(limit) => Err(Error::Limit(limit)),
            Self::Cancelled => Err(Error::Cancelled),
        }
    }
}

impl ExecError {
    fn of_refused(refused: &Refused) -> Self {
        let first = refused.first();
        Self {
            type_name: first.map_or("SyntaxError", |first| first.exception),
            message: first.map(|first| first.message.clone()).unwrap_or_default(),
            span: first.map(|first| first.span),
            rendered: refused.rendered.clone(),
        }
    }

    fn without_place(type_name: &'static str, message: &str) -> Self {
        Self {
            type_name,
            message: message.to_owned(),
            span: None,
            rendered: format!("{type_name}: {message}"),
        }
    }
}
