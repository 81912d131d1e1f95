//! The interface of the machine for its host: one session, whose programs run step by step.
//!
//! Each step owns the machine and offers only the operations that are valid after it.
//!
//! ```text
//!             ┌──────────────── resume ───────────────┐
//!             ▼                                       │
//! Machine ─ start ─▶ Step ─┬─ OutOfFuel: the slice is used up
//!    ▲                     ├─ Needs: calls leave, replies are missing, or the program has another request
//!    │                     ├─ Done: the last statement was run
//!    └──── machine ────────┼─ Raised: an exception was not caught
//!                          └─ Ended: FINAL, a limit or cancellation
//! ```

mod states;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sift_compiler::compile::{Globals, Symbols, compile};
use sift_compiler::op::Unit;
use sift_runtime::runtime::{ContextData, LibraryUse};
use sift_runtime::settings::{Budget, Echo, PastTurn, Settings};
use sift_stdlib::library;
use sift_syntax::{Diagnostic, Scope, Severity, check, parse};
use sift_text::Text;
use sift_values::flow::End;
use sift_values::pending_calls::{CallKey, CallOutcome, IssuedCall};
use sift_values::scanned::Scanned;
use sift_values::value::Value;
use smol_str::SmolStr;

use crate::host::too_large;
use crate::machine::{Interpreter, Pause};
use crate::report::{RaisedError, Report, Variable};
use crate::stepping::StepGoal;
use sift_runtime::runtime::RESULT;

pub use states::{Done, Ended, Needs, OutOfFuel, Raised, Step};

/// The error for a program that can't be compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// All diagnostics of the program, at least one of which is an error.
    pub diagnostics: Vec<Diagnostic>,
}

/// A compiled program, which any machine can run on any thread. The program's global variables are
/// the machine's variables of the same names.
#[derive(Debug, Clone)]
pub struct Compiled {
    pub(crate) unit: Arc<Unit>,
    /// The names of the program's global variables, by the slots that the code uses.
    pub(crate) globals: Arc<Symbols>,
    pub(crate) source: Arc<str>,
    pub(crate) notes: Vec<Diagnostic>,
}

impl Compiled {
    /// Returns the warnings and corrections of the program's source.
    #[must_use]
    pub fn notes(&self) -> &[Diagnostic] {
        &self.notes
    }
}

/// A handle that cancels a machine's program from any thread; the program ends within a slice.
#[derive(Debug, Clone)]
pub struct CancelHandle(Arc<AtomicBool>);

impl CancelHandle {
    /// Cancels the running program, or the next one.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// A session: its variables persist from program to program.
///
/// ```
/// use sift_text::Text;
/// use sift_vm::{ContextData, Machine, Settings, Step};
///
/// let mut machine = Machine::new(Settings::default(), ContextData::default(), "");
/// assert!(machine.compile("print(totl)").is_err(), "refused before its first step");
///
/// let program = machine.compile("total = sum(range(1_000))").map_err(|refusal| format!("{refusal:?}"))?;
/// let Step::Done(done) = machine.start(&program, 1_000_000) else { return Err("it did not end".to_owned()) };
/// let mut machine = done.machine;
/// assert_eq!(machine.variable_text("total"), Some(Text::new("499500")));
/// assert_eq!(machine.get("total"), Ok(499_500));
/// # Ok::<(), String>(())
/// ```
#[derive(Debug)]
pub struct Machine {
    pub(crate) inner: Box<Interpreter>,
    pub(crate) settings: Settings,
    /// The source text of the running program, or of the last one.
    pub(crate) source: Arc<str>,
}

impl Machine {
    /// Starts a session over a context, with `query` as the question.
    #[must_use]
    pub fn new(settings: Settings, context: ContextData, query: &str) -> Self {
        let mut inner = Box::new(Interpreter::new(Arc::new(context)));
        inner.echo = settings.echo;
        inner.explorer.mode = settings.run_ahead;
        inner.set_chunk_size(settings.chunk_chars);
        inner.bind_given(query);
        inner.heap.set_limit(settings.memory_bytes);
        inner.bind_context();
        inner.meter.renew(settings.fuel);
        Self {
            inner,
            settings,
            source: "".into(),
        }
    }

    /// Parses, checks and compiles a program against this session's variables.
    ///
    /// # Errors
    /// Returns a [`Refusal`] with the errors and how to fix them.
    pub fn compile(&mut self, source: &str) -> Result<Compiled, Refusal> {
        let parsed = parse(source);
        let mut diagnostics = parsed.diagnostics;
        let is_error = |diagnostic: &Diagnostic| diagnostic.severity == Severity::Error;
        if !diagnostics.iter().any(is_error) {
            let session = self.inner.session_scope();
            let scope = Scope {
                library: library().scope(),
                session: &session,
                unknown_names: self.settings.unknown_names,
            };
            diagnostics.extend(check(&parsed.program, &scope));
        }
        if diagnostics.iter().any(is_error) {
            return Err(Refusal { diagnostics });
        }
        let mut globals = Symbols::default();
        match compile(&parsed.program, Globals::Program(&mut globals)) {
            Ok(unit) => Ok(Compiled {
                unit: Arc::new(unit),
                globals: Arc::new(globals),
                source: source.into(),
                notes: diagnostics,
            }),
            Err(error) => {
                diagnostics.push(too_large(&error));
                Err(Refusal { diagnostics })
            }
        }
    }

    /// Starts a program and runs it for a slice of fuel. The settings give the fuel limit of the
    /// whole program.
    #[must_use = "the step owns the machine"]
    pub fn start(mut self, program: &Compiled, slice: u64) -> Step {
        self.begin(program);
        self.run(slice)
    }

    /// Prepares a program to run, without executing its first op.
    pub(crate) fn begin(&mut self, program: &Compiled) {
        self.source = Arc::clone(&program.source);
        self.inner.meter.renew(self.settings.fuel);
        self.inner.meter.scanned = Scanned::of_program();
        self.inner.pending_calls.start_turn();
        self.inner.host_requests.start_turn();
        self.inner.forget_conditions();
        if self.settings.echo == Echo::Keep {
            self.inner.set_global(RESULT, Value::NONE);
        }
        self.inner.begin_program(&program.unit, &program.globals);
    }

    /// Sets the remaining budget of the run, which a program reads with `budget()`.
    ///
    /// Set it before each program, and to the same values in a replay.
    ///
    /// ```
    /// # use sift::{Session};
    /// # use sift_vm::{Budget, ContextData, Machine, Settings};
    /// let mut machine = Machine::new(Settings::default(), ContextData::default(), "");
    /// machine.set_budget(Budget { calls: Some(7), ..Budget::default() });
    /// let mut session = Session::from(machine);
    /// assert_eq!(session.exec("print('7' in str(budget()))").printed.text, "True\n");
    /// ```
    pub fn set_budget(&mut self, budget: Budget) {
        self.inner.budget = budget;
    }

    /// Returns whether the value of a final expression statement is printed, kept or dropped.
    #[must_use]
    pub const fn echo(&self) -> Echo {
        self.settings.echo
    }

    /// Sets whether the value of a final expression statement is printed, kept or dropped, in the
    /// following programs.
    pub fn set_echo(&mut self, echo: Echo) {
        self.settings.echo = echo;
        self.inner.echo = echo;
    }

    /// Sets the fuel limit of each following program, in units.
    pub const fn set_fuel(&mut self, fuel: u64) {
        self.settings.fuel = fuel;
    }

    /// Binds `history` to the turns that the model is no longer shown, for the following programs.
    ///
    /// Returns `false` if it is not bound: a program uses the name for another value, or the turns
    /// don't fit into memory. Set it before the same program in a replay.
    ///
    /// ```
    /// # use sift::{Session};
    /// # use sift_vm::{ContextData, Machine, PastTurn, Settings};
    /// let mut machine = Machine::new(Settings::default(), ContextData::default(), "");
    /// let turn = PastTurn { turn: 1, reply: "print(len(P))".to_owned(), shown: "24".to_owned() };
    /// assert!(machine.set_history(&[turn]));
    /// let mut session = Session::from(machine);
    /// assert_eq!(session.exec("print(len(history))").printed.text, "1\n");
    /// ```
    pub fn set_history(&mut self, turns: &[PastTurn]) -> bool {
        self.inner.bind_history(turns)
    }

    /// Sets the tokenizer that programs count and cut texts with. Without a tokenizer, token counts
    /// are estimated.
    ///
    /// A replay must use the same tokenizer.
    #[must_use]
    pub fn with_tokenizer(mut self, tokenizer: Option<Arc<dyn sift_text::Tokenizer>>) -> Self {
        self.inner.tokenizer = tokenizer;
        self
    }

    /// Returns a handle that cancels this machine's program from any thread.
    #[must_use]
    pub fn cancel_handle(&self) -> CancelHandle {
        CancelHandle(self.inner.meter.cancel_flag())
    }

    /// Returns the peak memory of the session's values, in nominal bytes, including temporary
    /// memory of operations. Unreachable values count until they are collected.
    #[must_use]
    pub fn peak_memory_bytes(&self) -> u64 {
        self.inner.heap.peak_bytes() as u64
    }

    /// Returns the memory of the session's values, in nominal bytes. Unreachable values count until
    /// they are collected.
    #[must_use]
    pub fn memory_bytes(&self) -> u64 {
        self.inner.heap.live_bytes() as u64
    }

    /// Starts counting the calls of library functions: see [`library_use`](Self::library_use).
    pub fn record_library_use(&mut self) {
        self.inner.coverage = Some(Box::default());
    }

    /// Returns the number of calls of each library function since counting started, in the order
    /// of the library table; functions of modules that are written in Sift follow.
    ///
    /// Functions of the prelude and of the toolkit are not included.
    #[must_use]
    pub fn library_use(&self) -> Vec<LibraryUse> {
        self.inner
            .coverage
            .as_ref()
            .map(|coverage| coverage.uses(self.inner.library))
            .unwrap_or_default()
    }

    /// Returns the variables that programs have bound, sorted by name.
    #[must_use]
    pub fn variables(&self) -> Vec<Variable> {
        let variables = self.inner.variables().into_iter();
        variables.map(|(name, value)| self.described(name, value)).collect()
    }

    pub(crate) fn described(&self, name: SmolStr, value: Value) -> Variable {
        Variable {
            name,
            type_name: self.inner.shown_type(value).into(),
            size: self.inner.shown_size(value),
        }
    }

    /// Returns the value of a variable as text, as `str` does. Returns `None` if the name is
    /// unbound or the text would be too large.
    #[must_use]
    pub fn variable_text(&mut self, name: &str) -> Option<Text> {
        let value = self.inner.variable(name)?;
        self.inner.text_outside_programs(value)
    }

    /// Returns the value of a variable as text, as [`variable_text`](Self::variable_text) does,
    /// without an effect on the memory of following programs.
    ///
    /// ```
    /// # use sift_text::Text;
    /// # use sift::{Session};
    /// # use sift_vm::{Settings};
    /// let mut session = Session::new(Settings::default());
    /// session.exec("words = 'a b c'.split()");
    /// let mut machine = session.into_machine();
    /// assert_eq!(machine.look_at("words"), Some(Text::new("['a', 'b', 'c']")));
    /// assert_eq!(machine.look_at("sentences"), None);
    /// ```
    #[must_use]
    pub fn look_at(&mut self, name: &str) -> Option<Text> {
        let value = self.inner.variable(name)?;
        self.inner.look_at(value)
    }

    /// Returns the value of a variable as text, if a program has bound the variable to a value
    /// other than `None`.
    ///
    /// The variable `answer` is excluded, even if a program has replaced the dict: see
    /// [`ready_answer`](Self::ready_answer).
    #[must_use]
    pub fn bound_text(&mut self, name: &str) -> Option<Text> {
        let value = self.inner.bound(name)?;
        self.inner.text_outside_programs(value)
    }

    /// Returns the `content` of the dict `answer` as text, if the program has set its `ready` to
    /// true.
    ///
    /// ```
    /// # use sift_text::Text;
    /// # use sift::{Session};
    /// # use sift_vm::{Settings};
    /// let mut session = Session::new(Settings::default());
    /// session.exec("answer['content'] = 'two are late, so far'");
    /// let mut machine = session.into_machine();
    /// assert_eq!(machine.ready_answer(), None);
    /// assert_eq!(machine.drafted_answer(), Some(Text::new("two are late, so far")));
    ///
    /// let mut session = Session::from(machine);
    /// session.exec("answer['ready'] = True");
    /// assert_eq!(session.into_machine().ready_answer(), Some(Text::new("two are late, so far")));
    /// ```
    #[must_use]
    pub fn ready_answer(&mut self) -> Option<Text> {
        self.inner.ready_answer()
    }

    /// Returns the `content` of the dict `answer` as text, whether it is ready or not. Returns
    /// `None` if the content is `None`.
    #[must_use]
    pub fn drafted_answer(&mut self) -> Option<Text> {
        self.inner.drafted_answer()
    }

    /// Runs the program for at most a slice of fuel and returns its state.
    fn run(mut self, slice: u64) -> Step {
        let progress = self.advance(slice);
        progress.owning(self)
    }

    /// Runs the program for at most a slice of fuel, without giving up ownership of the machine.
    pub(crate) fn advance(&mut self, slice: u64) -> Progress {
        self.inner.meter.start_slice(slice);
        loop {
            let pause = self.inner.run();
            let mut issue = self.inner.pending_calls.take_ready();
            let wait_for = match pause {
                Pause::Slice if issue.is_empty() => return Progress::Slice,
                // Calls that became ready at the end of a slice leave before the next slice.
                Pause::Slice => Vec::new(),
                Pause::Calls if issue.is_empty() => continue,
                Pause::Calls | Pause::Ask => Vec::new(),
                Pause::Wait(pending) => {
                    if !self.inner.pending_calls.is_settled(pending) && self.inner.should_speculate() {
                        self.inner.speculate();
                        issue.extend(self.inner.pending_calls.take_ready());
                    }
                    let wait_for = self.inner.waits_for(pending);
                    if wait_for.is_empty() && issue.is_empty() {
                        continue;
                    }
                    wait_for
                }
                Pause::Done => return self.settle(issue, UnsettledEnd::Done),
                Pause::Raised(exception) => return self.settle(issue, UnsettledEnd::Raised(exception)),
                Pause::Ended(end) => return self.settle(issue, UnsettledEnd::Ended(end)),
            };
            return Progress::Blocked(Blocked {
                issue,
                wait_for,
                continuation: Continuation::Run,
            });
        }
    }

    /// Receives the outcomes of calls before the program resumes. Returns the program's progress if
    /// it does not resume.
    pub(crate) fn receive(
        &mut self,
        results: Vec<(CallKey, CallOutcome)>,
        continuation: Continuation,
    ) -> Option<Progress> {
        self.inner.receive(results);
        self.inner.host_requests.refuse();
        match continuation {
            _ if self.inner.meter.is_cancelled() => Some(self.settle(Vec::new(), UnsettledEnd::Ended(End::Cancelled))),
            Continuation::Settle(ending) => Some(self.settle(Vec::new(), ending)),
            Continuation::Run | Continuation::StepBy(_) => None,
        }
    }

    /// Ends the program, once all calls that it made are settled. Until then returns the calls to
    /// wait for.
    fn settle(&mut self, mut issue: Vec<IssuedCall>, ending: UnsettledEnd) -> Progress {
        self.inner.pending_calls.discard_early();
        issue.extend(self.inner.pending_calls.take_ready());
        let is_cancelled = matches!(ending, UnsettledEnd::Ended(End::Cancelled));
        if is_cancelled {
            self.inner.pending_calls.abandon();
        }
        let ending = match (self.inner.pay_arrived(), ending) {
            (Err(limit), UnsettledEnd::Done | UnsettledEnd::Raised(_)) => UnsettledEnd::Ended(End::Limit(limit)),
            (_, ending) => ending,
        };
        if !is_cancelled {
            let wait_for = self.inner.pending_calls.in_flight();
            if !wait_for.is_empty() || !issue.is_empty() {
                return Progress::Blocked(Blocked {
                    issue,
                    wait_for,
                    continuation: Continuation::Settle(ending),
                });
            }
        }
        let report = self.inner.report();
        // A cancellation that came too late for this program must not end the next one.
        self.inner.meter.forget_cancellation();
        let conclusion = match ending {
            UnsettledEnd::Done => Conclusion::Done,
            UnsettledEnd::Raised(exception) => Conclusion::Raised(self.inner.describe(exception, &self.source)),
            UnsettledEnd::Ended(End::Final) => Conclusion::Ended(End::Final, self.inner.take_answer()),
            UnsettledEnd::Ended(end @ End::Limit(_)) => Conclusion::Ended(end, None),
            UnsettledEnd::Ended(End::Cancelled) => Conclusion::Ended(End::Cancelled, None),
        };
        Progress::Over(report, conclusion)
    }
}

/// The progress of a program after a slice: like [`Step`], but without ownership of the machine.
#[derive(Debug)]
pub(crate) enum Progress {
    /// The slice of fuel is used up.
    Slice,
    /// The program issues calls or waits for replies.
    Blocked(Blocked),
    /// The program has ended.
    Over(Report, Conclusion),
}

impl Progress {
    /// Converts the progress of a program into a [`Step`] that owns the machine.
    pub(crate) fn owning(self, machine: Machine) -> Step {
        match self {
            Self::Slice => Step::OutOfFuel(OutOfFuel { machine }),
            Self::Blocked(blocked) => Step::Needs(Needs { machine, blocked }),
            Self::Over(report, Conclusion::Done) => Step::Done(Done { machine, report }),
            Self::Over(report, Conclusion::Raised(error)) => Step::Raised(Raised { machine, report, error }),
            Self::Over(report, Conclusion::Ended(end, answer)) => Step::Ended(Ended {
                machine,
                report,
                end,
                answer,
            }),
        }
    }
}

/// The calls that a blocked program issues or waits for, and how it continues.
#[derive(Debug)]
pub(crate) struct Blocked {
    /// The calls to issue now.
    pub(crate) issue: Vec<IssuedCall>,
    /// The calls whose outcomes the program waits for.
    pub(crate) wait_for: Vec<CallKey>,
    /// How the program continues after the outcomes of the calls.
    pub(crate) continuation: Continuation,
}

/// How a program ended, after all its calls are settled.
#[derive(Debug)]
pub(crate) enum Conclusion {
    Done,
    Raised(RaisedError),
    Ended(End, Option<Text>),
}

/// How a program ended, before all its calls are settled.
#[derive(Debug)]
pub(crate) enum UnsettledEnd {
    Done,
    Raised(Value),
    Ended(End),
}

/// How a program continues after it has received the outcomes of calls.
#[derive(Debug)]
pub(crate) enum Continuation {
    /// The program resumes.
    Run,
    /// The program resumes until the end of a debugger's step.
    StepBy(StepGoal),
    /// The program ends after its calls are settled.
    Settle(UnsettledEnd),
}
