//! Programs that suspend when they call a deferred function of the host, and can be resumed later.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};
use sift_text::Text;
use sift_vm::{CallFailure, CallKey, HostAnswer, IssuedCall, Needs, Step};

use crate::function::{Arguments, failed, value_answer};
use crate::result::ExecResult;
use crate::session::{Program, SLICE, Session};

/// A started program: either ended, or suspended in a call of a deferred function.
#[derive(Debug)]
#[must_use = "a run owns its session"]
pub enum Run {
    /// The program has ended, successfully or not. Contains its session and its result.
    Ended(Session, ExecResult),
    /// The program is suspended until the host answers its call of a deferred function.
    Suspended(Suspended),
}

/// The answer of a host function to a call, as stored in a recording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The function's return value, as JSON text.
    Value(String),
    /// The call failed.
    Failed {
        /// The kind of the failure, such as `host_error`.
        kind: String,
        /// The message of the failure.
        message: String,
    },
}

/// The answers of host functions that a program has received, in order. Programs are deterministic,
/// so running one again with these answers restores its state.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Recording {
    answers: VecDeque<Answer>,
}

/// A program that is suspended until the host answers its call of a deferred function. It owns its
/// session.
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
    /// The call for whose answer the program waits. `None` while the program runs.
    waiting: Option<Waiting>,
    /// The answers of a recording that the resumed program has not consumed yet.
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

    /// Returns the name of the deferred function that the program called.
    #[must_use]
    pub fn function(&self) -> &str {
        self.waiting.as_ref().map_or("", |waiting| &waiting.function)
    }

    /// Returns the arguments with which the program called the deferred function.
    #[must_use]
    pub fn arguments(&self) -> &Arguments {
        static NONE: Arguments = Arguments::none();
        self.waiting.as_ref().map_or(&NONE, |waiting| &waiting.arguments)
    }

    /// Returns the answers that the program has received so far, with which it can be resumed
    /// later.
    #[must_use]
    pub fn recording(&self) -> Recording {
        self.recording.clone()
    }

    /// Resumes the program with `value` as the result of the deferred function.
    pub fn resume<T: Serialize + ?Sized>(self, value: &T) -> Run {
        self.resume_with(value_answer(value))
    }

    /// Resumes the program with a failed call: it raises `CallFailed` with this message.
    pub fn fail(self, message: impl Into<String>) -> Run {
        self.resume_with(failed("host_error", message.into()))
    }

    /// Ends the suspended program and returns its session. Variables that the program has set are
    /// kept.
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

    /// Runs the program to its next call of a deferred function, or to its end.
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

    /// Answers a call of a host function from the recording, or by calling its closure. Gives the
    /// arguments back if the function is deferred.
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
