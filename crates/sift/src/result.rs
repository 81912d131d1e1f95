//! The results of programs, and the interface that answers the model calls of programs.

use sift_syntax::{Diagnostic, Span};
use sift_text::Text;
use sift_vm::{CallFailure, CallKey, CallOutcome, End, IssuedCall, Limit, Machine, Printed, RaisedError, Step};

use crate::error::{Error, Refused, limit_message};
use crate::session::Program;

/// A handler that answers the model calls of programs, such as `llm_query` and `rlm_query`.
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
    /// Answers one model call. The program is paused until this returns.
    fn answer(&mut self, call: &IssuedCall) -> CallOutcome;

    /// Answers several model calls that a program has issued together. Hosts that can answer them
    /// concurrently override this; the default answers one after the other. A call without an
    /// outcome fails. A large batch is split, so that each part has at most as many calls as there
    /// is [room](sift_vm::Needs::room) for.
    fn answer_all(&mut self, calls: Vec<IssuedCall>) -> Vec<(CallKey, CallOutcome)> {
        calls.iter().map(|call| (call.key, self.answer(call))).collect()
    }
}

impl<F: FnMut(&IssuedCall) -> CallOutcome + Send> Calls for F {
    fn answer(&mut self, call: &IssuedCall) -> CallOutcome {
        self(call)
    }
}

/// A handler that answers no model calls: each call fails, and programs can catch the `CallFailed`.
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

/// The result of running one program.
#[derive(Debug, Clone, PartialEq)]
pub struct ExecResult {
    /// The output that the program printed.
    pub printed: Printed,
    /// The way in which the program ended: completed, with an answer, or with an error.
    pub end: ExecEnd,
    /// The fuel that the program used, in units.
    pub fuel: u64,
    /// The memory of the session's values when the program ended, in accounted bytes. Values that
    /// became unreachable are included.
    pub memory_bytes: u64,
    /// The failed model calls whose replies the program never read, so that it raised no exception.
    pub unnoticed_failures: Vec<(CallKey, CallFailure)>,
    /// The warnings about the program, and the corrections that were made to its source.
    pub notes: Vec<Diagnostic>,
}

/// The way in which a program ended.
#[derive(Debug, Clone, PartialEq)]
pub enum ExecEnd {
    /// The program completed: it ran to its last line.
    Done,
    /// The program ended by calling `FINAL` with this answer.
    Final(Text),
    /// The program was rejected before it started, because it has errors.
    Refused(Refused),
    /// The program raised an exception that it did not catch. Variables that it has set are kept.
    Raised(RaisedError),
    /// The program reached a limit, such as its fuel. Variables that it has set are kept.
    Limit(Limit),
    /// The program was cancelled. Variables that it has set are kept.
    Cancelled,
}

/// The error of a program, in one form for exceptions, limits and rejected programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExecError {
    /// The name of a Python exception or of a limit, such as `ZeroDivisionError` or
    /// `FuelExhausted`.
    pub type_name: &'static str,
    /// The error message, without the name of the exception.
    pub message: String,
    /// The byte range of the source that the error refers to, if there is one.
    pub span: Option<Span>,
    /// The whole error as a few lines of plain text: name, message, source line and hint.
    pub rendered: String,
}

impl ExecResult {
    /// Returns the answer that the program passed to `FINAL`, if it did.
    #[must_use]
    pub const fn answer(&self) -> Option<&Text> {
        match &self.end {
            ExecEnd::Final(answer) => Some(answer),
            _ => None,
        }
    }

    /// Returns the error of a program that neither completed nor called `FINAL`.
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

    /// Returns the result of a program that has ended, and the machine for the next program.
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
    /// Returns `Ok` if the program completed, and an error if it ended in any other way.
    ///
    /// # Errors
    /// An [`Error`] unless the program completed.
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
