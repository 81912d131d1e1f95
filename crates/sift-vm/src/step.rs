//! Running a program step by step. Each step owns the machine and offers only what may follow it.
//!
//! ```text
//!             ┌──────────────── resume ───────────────┐
//!             ▼                                       │
//! Machine ─ start ─▶ Step ─┬─ OutOfFuel: a slice is over
//!    ▲                     ├─ Needs: calls leave, replies are waited for, or the host is asked for something else
//!    │                     ├─ Done: the last statement was run
//!    └──── machine ────────┼─ Raised: an exception was not caught
//!                          └─ Ended: FINAL, a limit, or cancelled
//! ```

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sift_compiler::compile::{Globals, compile};
use sift_compiler::op::Unit;
use sift_runtime::runtime::{CallKey, CallOutcome, ContextData, HostAnswer, HostRequest, IssuedCall, LibraryUse};
use sift_runtime::settings::{Budget, Echo, PastTurn, Settings};
use sift_stdlib::library;
use sift_syntax::{Diagnostic, Scope, Severity, check, parse};
use sift_text::Text;
use sift_values::flow::{End, Limit};
use sift_values::scanned::Scanned;
use sift_values::value::Value;
use smol_str::SmolStr;

use crate::host::too_large;
use crate::machine::{Interpreter, Pause, Source};
use crate::report::{RaisedError, Report, Variable};
use crate::stride::Goal;

/// A program was refused before its first step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong with it; at least one is an error.
    pub diagnostics: Vec<Diagnostic>,
}

/// A program that was checked and compiled for one machine.
#[derive(Debug, Clone)]
pub struct Compiled {
    unit: Arc<Unit>,
    source: Arc<str>,
    notes: Vec<Diagnostic>,
}

impl Compiled {
    /// Returns what was read otherwise than written.
    #[must_use]
    pub fn notes(&self) -> &[Diagnostic] {
        &self.notes
    }
}

/// Cancels a machine's program from any thread: within a slice it ends.
#[derive(Debug, Clone)]
pub struct CancelHandle(Arc<AtomicBool>);

impl CancelHandle {
    /// Cancels the program that runs, or the next one.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// One session: its variables persist from program to program.
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
    /// The text of the program that runs, or ran last.
    pub(crate) source: Arc<str>,
}

impl Machine {
    /// Starts a session over a context, with `query` as the question.
    #[must_use]
    pub fn new(settings: Settings, context: ContextData, query: &str) -> Self {
        let mut inner = Box::new(Interpreter::new(Arc::new(context)));
        inner.echo = settings.echo == Echo::On;
        inner.scout.mode = settings.run_ahead;
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

    /// Reads, checks and compiles a program against this session's variables.
    ///
    /// # Errors
    /// A [`Refusal`] that says what is wrong and what to write instead.
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
        match compile(&parsed.program, Globals::Session(&mut self.inner.symbols)) {
            Ok(unit) => Ok(Compiled {
                unit: Arc::new(unit),
                source: source.into(),
                notes: diagnostics,
            }),
            Err(error) => {
                diagnostics.push(too_large(&error));
                Err(Refusal { diagnostics })
            }
        }
    }

    /// Starts a program with a slice of fuel. The program's own fuel is that of the settings.
    #[must_use = "the step owns the machine"]
    pub fn start(mut self, program: &Compiled, slice: u64) -> Step {
        self.begin(program);
        self.run(slice)
    }

    /// Lets a program stand before its first op.
    pub(crate) fn begin(&mut self, program: &Compiled) {
        self.source = Arc::clone(&program.source);
        self.inner.meter.renew(self.settings.fuel);
        self.inner.meter.scanned = Scanned::of_program();
        self.inner.holes.start_turn();
        self.inner.asking.start_turn();
        self.inner.forget_conditions();
        self.inner.begin(&program.unit, Source::Program);
    }

    /// Says what is left of the run, for programs that ask by `budget()`. Tell it before each program, and the same in a replay.
    ///
    /// ```
    /// # use sift_vm::{Budget, ContextData, Machine, Session, Settings};
    /// let mut machine = Machine::new(Settings::default(), ContextData::default(), "");
    /// machine.set_budget(Budget { calls: Some(7), ..Budget::default() });
    /// let mut session = Session::from(machine);
    /// assert_eq!(session.exec("print('7' in str(budget()))").printed.text, "True\n");
    /// ```
    pub fn set_budget(&mut self, budget: Budget) {
        self.inner.budget = budget;
    }

    /// Changes how many units of fuel each of the programs that follow has.
    pub const fn set_fuel(&mut self, fuel: u64) {
        self.settings.fuel = fuel;
    }

    /// Binds `history` to the turns that the model is no longer shown. Returns false where it is not bound: a program took the name for
    /// something of its own, or they do not fit into memory. Tell it before the same program in a replay.
    ///
    /// ```
    /// # use sift_vm::{ContextData, Machine, PastTurn, Session, Settings};
    /// let mut machine = Machine::new(Settings::default(), ContextData::default(), "");
    /// let turn = PastTurn { turn: 1, reply: "print(len(P))".to_owned(), shown: "24".to_owned() };
    /// assert!(machine.set_history(&[turn]));
    /// let mut session = Session::from(machine);
    /// assert_eq!(session.exec("print(len(history))").printed.text, "1\n");
    /// ```
    pub fn set_history(&mut self, turns: &[PastTurn]) -> bool {
        self.inner.bind_history(turns)
    }

    /// Lets programs count and cut texts by a model's own tokens, which are estimated otherwise. The same in a replay.
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

    /// Returns the most nominal bytes that its values have taken since it was made, with those that an operation asked for
    /// while it worked. What has become unreachable counts until it is collected.
    #[must_use]
    pub fn peak_memory_bytes(&self) -> u64 {
        self.inner.heap.peak_bytes() as u64
    }

    /// Counts the calls of library functions from now on: see [`library_use`](Self::library_use).
    pub fn record_library_use(&mut self) {
        self.inner.coverage = Some(Box::default());
    }

    /// Returns all library functions with how often they were called since they are counted, in the table's order.
    ///
    /// The prelude's and the toolkit's own functions are not among them; those of modules that are written in the language
    /// follow the table's.
    #[must_use]
    pub fn library_use(&self) -> Vec<LibraryUse> {
        self.inner
            .coverage
            .as_ref()
            .map(|coverage| coverage.uses(self.inner.library))
            .unwrap_or_default()
    }

    /// Returns the variables that programs have bound, by name.
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

    /// Returns `str` of a variable; none if nothing binds the name, or its text would be too large.
    #[must_use]
    pub fn variable_text(&mut self, name: &str) -> Option<Text> {
        let value = self.inner.variable(name)?;
        self.inner.text_outside_programs(value)
    }

    /// Returns `str` of a variable as [`variable_text`](Self::variable_text) does, for whoever looks at a session from outside: the memory of the
    /// programs that follow is what it would have been.
    ///
    /// ```
    /// # use sift_text::Text;
    /// # use sift_vm::{Session, Settings};
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

    /// Returns `str` of a variable that a program has bound to something other than None. The given dict `answer` is none of them, nor is
    /// one that a program puts in its place: see [`ready_answer`](Self::ready_answer).
    #[must_use]
    pub fn bound_text(&mut self, name: &str) -> Option<Text> {
        let value = self.inner.bound(name)?;
        self.inner.text_outside_programs(value)
    }

    /// Returns the answer in the variable `answer`, if that is a dict whose `ready` is true: `str` of its `content`.
    ///
    /// ```
    /// # use sift_text::Text;
    /// # use sift_vm::{Session, Settings};
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

    /// Returns what the dict `answer` holds as its content, ready or not: `str` of it; none where it is None.
    #[must_use]
    pub fn drafted_answer(&mut self) -> Option<Text> {
        self.inner.drafted_answer()
    }

    /// Runs for a slice of fuel at most.
    fn run(mut self, slice: u64) -> Step {
        let progress = self.advance(slice);
        progress.owning(self)
    }

    /// Runs for a slice of fuel at most, in place.
    pub(crate) fn advance(&mut self, slice: u64) -> Progress {
        self.inner.meter.start_slice(slice);
        loop {
            let pause = self.inner.run();
            let mut issue = self.inner.holes.take_ready();
            let wait_for = match pause {
                Pause::Slice if issue.is_empty() => return Progress::Slice,
                // Calls that became ready at the end of a slice leave before the next.
                Pause::Slice => Vec::new(),
                Pause::Calls if issue.is_empty() => continue,
                Pause::Calls | Pause::Ask => Vec::new(),
                Pause::Wait(hole) => {
                    if !self.inner.holes.is_settled(hole) && self.inner.wants_to_run_ahead() {
                        self.inner.run_ahead();
                        issue.extend(self.inner.holes.take_ready());
                    }
                    let wait_for = self.inner.waits_for(hole);
                    if wait_for.is_empty() && issue.is_empty() {
                        continue;
                    }
                    wait_for
                }
                Pause::Done => return self.settle(issue, Ending::Done),
                Pause::Raised(exception) => return self.settle(issue, Ending::Raised(exception)),
                Pause::Ended(end) => return self.settle(issue, Ending::Ended(end)),
            };
            return Progress::Calls(Errand {
                issue,
                wait_for,
                then: Then::Run,
            });
        }
    }

    /// Takes what has arrived, before the program goes on; tells what is left to do, if it does not.
    pub(crate) fn receive(&mut self, results: Vec<(CallKey, CallOutcome)>, then: Then) -> Option<Progress> {
        self.inner.receive(results);
        self.inner.asking.refuse();
        match then {
            _ if self.inner.meter.is_cancelled() => Some(self.settle(Vec::new(), Ending::Ended(End::Cancelled))),
            Then::Settle(ending) => Some(self.settle(Vec::new(), ending)),
            Then::Run | Then::Stride(_) => None,
        }
    }

    /// Ends a turn when every call that the program made is settled.
    fn settle(&mut self, mut issue: Vec<IssuedCall>, ending: Ending) -> Progress {
        self.inner.holes.lose_early();
        issue.extend(self.inner.holes.take_ready());
        let is_cancelled = matches!(ending, Ending::Ended(End::Cancelled));
        if is_cancelled {
            self.inner.holes.abandon();
        }
        let ending = match (self.inner.pay_arrived(), ending) {
            (Err(limit), Ending::Done | Ending::Raised(_)) => Ending::Ended(End::Limit(limit)),
            (_, ending) => ending,
        };
        if !is_cancelled {
            let wait_for = self.inner.holes.in_flight();
            if !wait_for.is_empty() || !issue.is_empty() {
                return Progress::Calls(Errand {
                    issue,
                    wait_for,
                    then: Then::Settle(ending),
                });
            }
        }
        let report = self.inner.report();
        // What comes next was not cancelled, even if this program had ended before it could be.
        self.inner.meter.forget_cancellation();
        let conclusion = match ending {
            Ending::Done => Conclusion::Done,
            Ending::Raised(exception) => Conclusion::Raised(self.inner.describe(exception, &self.source)),
            Ending::Ended(End::Final) => Conclusion::Ended(End::Final, self.inner.take_answer()),
            Ending::Ended(end @ End::Limit(_)) => Conclusion::Ended(end, None),
            Ending::Ended(End::Cancelled) => Conclusion::Ended(End::Cancelled, None),
        };
        Progress::Over(report, conclusion)
    }
}

/// How far a program has come: a [`Step`] that does not own the machine.
#[derive(Debug)]
pub(crate) enum Progress {
    /// The slice is used up.
    Slice,
    /// Calls leave, or replies are waited for.
    Calls(Errand),
    /// The program is over.
    Over(Report, Conclusion),
}

impl Progress {
    /// Makes it a step of its machine.
    pub(crate) fn owning(self, machine: Machine) -> Step {
        match self {
            Self::Slice => Step::OutOfFuel(OutOfFuel { machine }),
            Self::Calls(errand) => Step::Needs(Needs { machine, errand }),
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

/// What a program asks of its host.
#[derive(Debug)]
pub(crate) struct Errand {
    /// Calls that leave now.
    pub(crate) issue: Vec<IssuedCall>,
    /// Calls that it can't go on without.
    pub(crate) wait_for: Vec<CallKey>,
    /// What comes next.
    pub(crate) then: Then,
}

/// How a program is over, and every call settled.
#[derive(Debug)]
pub(crate) enum Conclusion {
    Done,
    Raised(RaisedError),
    Ended(End, Option<Text>),
}

/// What a program came to, before its last calls are settled.
#[derive(Debug)]
pub(crate) enum Ending {
    Done,
    Raised(Value),
    Ended(End),
}

/// What comes after the replies.
#[derive(Debug)]
pub(crate) enum Then {
    /// The program goes on.
    Run,
    /// The program goes on as far as a debugger said.
    Stride(Goal),
    /// The program is over when its calls are settled.
    Settle(Ending),
}

/// Where a program stands.
#[derive(Debug)]
#[must_use = "a step owns the machine; resume it or take the machine out of it"]
pub enum Step {
    /// The last statement was run, and every call is settled.
    Done(Done),
    /// An exception was not caught.
    Raised(Raised),
    /// The program ended for good: FINAL, a limit, or cancelled.
    Ended(Ended),
    /// Calls leave, replies are waited for, or the host is asked for something else.
    Needs(Needs),
    /// The slice is used up.
    OutOfFuel(OutOfFuel),
}

/// The program ran to its end.
#[derive(Debug)]
pub struct Done {
    /// The session, for the next program.
    pub machine: Machine,
    /// What the program used and showed.
    pub report: Report,
}

/// The program raised an exception that it did not catch.
#[derive(Debug)]
pub struct Raised {
    /// The session, for the next program: what was bound stays bound.
    pub machine: Machine,
    /// What the program used and showed.
    pub report: Report,
    /// The exception.
    pub error: RaisedError,
}

/// The program ended for good.
#[derive(Debug)]
pub struct Ended {
    /// The session.
    pub machine: Machine,
    /// What the program used and showed.
    pub report: Report,
    /// Why it ended.
    pub end: End,
    /// What FINAL was given.
    pub answer: Option<Text>,
}

impl Ended {
    /// Returns the limit that was met.
    #[must_use]
    pub const fn limit(&self) -> Option<Limit> {
        match self.end {
            End::Limit(limit) => Some(limit),
            End::Final | End::Cancelled => None,
        }
    }
}

/// Calls leave, replies are waited for, or the host is asked for something else.
#[derive(Debug)]
pub struct Needs {
    pub(crate) machine: Machine,
    pub(crate) errand: Errand,
}

impl Needs {
    /// Takes the calls that leave now, in the order in which the program made them.
    #[must_use]
    pub fn take_issued(&mut self) -> Vec<IssuedCall> {
        std::mem::take(&mut self.errand.issue)
    }

    /// Takes the keys of the calls that had left early and that the program has come to since.
    #[must_use]
    pub fn take_reached(&mut self) -> Vec<CallKey> {
        self.machine.inner.holes.take_reached()
    }

    /// Returns the calls whose outcome the program can't go on without; empty if it can.
    #[must_use]
    pub fn wait_for(&self) -> &[CallKey] {
        &self.errand.wait_for
    }

    /// Returns how many calls may be in flight at once, at least 1, so that the replies that the program has not looked at take no
    /// more than an eighth of its memory. They don't count against its limit before it looks at them.
    ///
    /// A host that has more calls sends those with the smallest [keys](CallKey) first, and always one that comes before all calls in
    /// flight.
    #[must_use]
    pub fn room(&self) -> usize {
        self.machine.inner.room_for_replies()
    }

    /// Returns what the program asks of its host beside calls, and does not go on without. A host that does not
    /// [answer](Self::answer) before it resumes refuses it.
    #[must_use]
    pub fn asked(&self) -> Option<&HostRequest> {
        self.machine.inner.asking.unanswered()
    }

    /// Answers what the program [asks](Self::asked).
    pub fn answer(&mut self, answer: HostAnswer) {
        self.machine.inner.asking.answer(answer);
    }

    /// Goes on with what has arrived. If that is not all of [`wait_for`](Self::wait_for), the next step waits for the rest.
    pub fn resume(mut self, results: Vec<(CallKey, CallOutcome)>, slice: u64) -> Step {
        match self.machine.receive(results, self.errand.then) {
            Some(progress) => progress.owning(self.machine),
            None => self.machine.run(slice),
        }
    }

    /// Returns a handle that cancels the program from any thread.
    #[must_use]
    pub fn cancel_handle(&self) -> CancelHandle {
        self.machine.cancel_handle()
    }

    /// Returns the fuel that the program has used so far, in units.
    #[must_use]
    pub fn fuel_used(&self) -> u64 {
        self.machine.inner.meter.used()
    }

    /// Returns the fuel that the program may still use, in units.
    #[must_use]
    pub fn fuel_left(&self) -> u64 {
        self.machine.inner.meter.left()
    }

    /// Lets the program use this many more units of fuel than the settings allow.
    pub fn top_up(&mut self, fuel: u64) {
        self.machine.inner.meter.top_up(fuel);
    }
}

/// The slice is used up, or the program stands where a debugger stopped it.
///
/// ```
/// use sift_vm::{ContextData, Machine, Settings, Step};
///
/// let settings = Settings { fuel: 2_000, ..Settings::default() };
/// let mut machine = Machine::new(settings, ContextData::default(), "");
/// let program = machine.compile("n = 0\nwhile n < 1_000: n += 1").map_err(|refusal| format!("{refusal:?}"))?;
/// let mut step = machine.start(&program, 500);
/// while let Step::OutOfFuel(mut paused) = step {
///     if paused.fuel_left() < 1_000 {
///         paused.top_up(2_000); // it is worth it
///     }
///     step = paused.resume(Vec::new(), 500);
/// }
/// assert!(matches!(step, Step::Done(done) if done.machine.get("n") == Ok(1_000)));
/// # Ok::<(), String>(())
/// ```
#[derive(Debug)]
pub struct OutOfFuel {
    pub(crate) machine: Machine,
}

impl OutOfFuel {
    /// Goes on for another slice, with replies that have arrived meanwhile.
    pub fn resume(mut self, results: Vec<(CallKey, CallOutcome)>, slice: u64) -> Step {
        self.machine.inner.receive(results);
        self.machine.run(slice)
    }

    /// Returns how many calls may be in flight at once: see [`Needs::room`].
    #[must_use]
    pub fn room(&self) -> usize {
        self.machine.inner.room_for_replies()
    }

    /// Returns a handle that cancels the program from any thread.
    #[must_use]
    pub fn cancel_handle(&self) -> CancelHandle {
        self.machine.cancel_handle()
    }

    /// Returns the fuel that the program has used so far, in units.
    #[must_use]
    pub fn fuel_used(&self) -> u64 {
        self.machine.inner.meter.used()
    }

    /// Returns the fuel that the program may still use, in units.
    #[must_use]
    pub fn fuel_left(&self) -> u64 {
        self.machine.inner.meter.left()
    }

    /// Lets the program use this many more units of fuel than the settings allow.
    ///
    /// Work is paid before it is done: a program that is short of fuel for its next op ends, it does not pause. Top up
    /// while what is [left](Self::fuel_left) still covers a slice.
    pub fn top_up(&mut self, fuel: u64) {
        self.machine.inner.meter.top_up(fuel);
    }
}
