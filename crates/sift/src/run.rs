//! Programs that suspend where they call deferred functions of the host.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};
use sift_text::Text;
use sift_vm::{CallFailure, CallKey, HostAnswer, IssuedCall, Needs, Step};

use crate::function::{Arguments, failed, value_answer};
use crate::result::ExecResult;
use crate::session::{Program, SLICE, Session};

/// A program that was started.
#[derive(Debug)]
#[must_use = "a run owns its session"]
pub enum Run {
    /// The program has ended, however.
    Ended(Session, ExecResult),
    /// The program waits for the answer of a deferred function.
    Suspended(Suspended),
}

/// An answer of a host function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The value, as JSON text.
    Value(String),
    /// An error.
    Failed {
        /// The kind of the failure, such as `host_error`.
        kind: String,
        /// The error's message.
        message: String,
    },
}

/// The answers that a program has got from functions of the host, in order. A program is
/// deterministic, so they determine where it is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Recording {
    answers: VecDeque<Answer>,
}

/// A program that waits for the answer of a deferred function. It owns its session.
///
/// It can be kept: store its [`recording`](Self::recording), and
/// [resume](Session::resume) the same program later, in another process.
///
/// ```
/// use sift::{Recording, Run, Session};
///
/// fn session() -> Result<Session, Box<dyn std::error::Error>> {
///     let mut session = Session::default();
///     session.deferred_function("approve(amount: float) -> bool")?;
///     Ok(session)
/// }
///
/// let source = "paid = [a for a in [10, 2000] if approve(a)]\nlen(paid)";
/// let mut first = session()?;
/// let program = first.compile(source)?;
/// let Run::Suspended(call) = first.start(&program) else { return Err("it ended".into()) };
/// let Run::Suspended(call) = call.resume(&true) else { return Err("it ended".into()) };
/// assert_eq!(call.arguments().get::<f64>(0)?, 2000.0);
/// let kept = serde_json::to_string(&call.recording())?;
/// drop(call);
///
/// let recording: Recording = serde_json::from_str(&kept)?;
/// let mut later = session()?;
/// let program = later.compile(source)?;
/// let Run::Suspended(call) = later.resume(&program, recording) else { return Err("it ended".into()) };
/// assert_eq!(call.arguments().get::<f64>(0)?, 2000.0, "it waits at the same call");
/// let Run::Ended(later, _) = call.resume(&false) else { return Err("it waits".into()) };
/// assert_eq!(later.get::<Vec<f64>>("paid")?, [10.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Suspended {
    session: Session,
    program: Program,
    /// The call that waits; absent while the program runs.
    waiting: Option<Waiting>,
    /// Answers of a recording that the program has not come to.
    replayed: VecDeque<Answer>,
    recording: Recording,
    unanswered: BTreeMap<CallKey, IssuedCall>,
}

#[derive(Debug)]
struct Waiting {
    needs: Needs,
    function: String,
    arguments: Arguments,
}

impl Suspended {
    pub(crate) fn new(session: Session, program: Program, recording: Recording) -> Self {
        Self {
            session,
            program,
            waiting: None,
            replayed: recording.answers,
            recording: Recording::default(),
            unanswered: BTreeMap::new(),
        }
    }

    /// Returns the name of the function that is called.
    #[must_use]
    pub fn function(&self) -> &str {
        self.waiting.as_ref().map_or("", |waiting| &waiting.function)
    }

    /// Returns the arguments of the call.
    #[must_use]
    pub fn arguments(&self) -> &Arguments {
        static NONE: Arguments = Arguments::none();
        self.waiting.as_ref().map_or(&NONE, |waiting| &waiting.arguments)
    }

    /// Returns the answers so far, by which the program can be resumed later.
    #[must_use]
    pub fn recording(&self) -> Recording {
        self.recording.clone()
    }

    /// Resumes the program with the function's value.
    pub fn resume<T: Serialize + ?Sized>(self, value: &T) -> Run {
        self.resume_with(value_answer(value))
    }

    /// Resumes the program with a failure: it gets `CallFailed` with this message.
    pub fn fail(self, message: impl Into<String>) -> Run {
        self.resume_with(failed("host_error", message.into()))
    }

    /// Ends the program where it waits and returns its session. What was bound stays bound.
    #[must_use]
    pub fn abandon(mut self) -> Session {
        let machine = self.waiting.take().map(|waiting| waiting.needs.abandon());
        self.session.put_back(machine);
        self.session
    }

    fn resume_with(mut self, answer: HostAnswer) -> Run {
        match self.waiting.take() {
            Some(Waiting { needs, .. }) => {
                let step = self.give(needs, answer);
                self.advance(step)
            }
            None => Run::Ended(self.session, ExecResult::cancelled()),
        }
    }

    fn give(&mut self, mut needs: Needs, answer: HostAnswer) -> Step {
        self.recording.answers.push_back(Answer::from(&answer));
        needs.answer(answer);
        let outcomes = self.session.answer_calls(&mut needs, &mut self.unanswered);
        needs.resume(outcomes, SLICE)
    }

    /// Runs to the next call of a deferred function, or to the end.
    pub(crate) fn advance(mut self, mut step: Step) -> Run {
        loop {
            step = match step {
                Step::OutOfFuel(paused) => paused.resume(Vec::new(), SLICE),
                Step::Needs(mut needs) => match self.session.asked(&needs) {
                    None => {
                        let outcomes = self.session.answer_calls(&mut needs, &mut self.unanswered);
                        needs.resume(outcomes, SLICE)
                    }
                    Some((function, arguments)) => match self.answer(&function, arguments) {
                        Ok(answer) => self.give(needs, answer),
                        Err(arguments) => {
                            self.waiting = Some(Waiting {
                                needs,
                                function,
                                arguments,
                            });
                            return Run::Suspended(self);
                        }
                    },
                },
                step => {
                    let (machine, result) = ExecResult::of_step(step, &self.program);
                    self.session.put_back(machine);
                    return Run::Ended(self.session, result);
                }
            };
        }
    }

    /// Answers a call from the recording, or by a function that is not deferred.
    fn answer(&mut self, function: &str, arguments: Arguments) -> Result<HostAnswer, Arguments> {
        match self.replayed.pop_front() {
            Some(answer) => Ok(answer.into()),
            None => self.session.answer(function, arguments),
        }
    }
}

impl From<&HostAnswer> for Answer {
    fn from(answer: &HostAnswer) -> Self {
        match answer {
            HostAnswer::Value(json) => Self::Value(json.as_str().unwrap_or("null").to_owned()),
            HostAnswer::Failed(CallFailure { kind, message, .. }) => Self::Failed {
                kind: kind.to_string(),
                message: message.clone(),
            },
            HostAnswer::Hits(_) => Self::Value("null".to_owned()),
        }
    }
}

impl From<Answer> for HostAnswer {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::Value(json) => Self::Value(Text::from_string(json)),
            Answer::Failed { kind, message } => failed(&kind, message),
        }
    }
}
