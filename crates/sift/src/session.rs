//! Sessions, which run programs one after the other that share their variables.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use serde::Serialize;
use serde::de::DeserializeOwned;
use sift_syntax::{Diagnostic, Signature, render_plain};
use sift_vm::{
    CallKey, CallOutcome, CancelHandle, Compiled, ContextData, Echo, HostAnswer, HostQuestion, HostTool, IssuedCall,
    Machine, Needs, Settings, Step, ToolAccess, ToolNameError, ValueError, Variable,
};

use crate::error::{Error, Refused};
use crate::function::{Arguments, Handler, HostFunction, fallible, infallible};
use crate::result::{Calls, ExecEnd, ExecResult, NoCalls, unanswered_call};
use crate::run::{Recording, Run, Suspended};

/// The units of fuel after which a running program checks whether it was cancelled.
pub(crate) const SLICE: u64 = 1 << 20;

/// A compiled program.
///
/// Any session can run it, on any thread, with the variables of that session. Cloning is cheap.
///
/// ```
/// use sift::Session;
///
/// let program = Session::default().compile("sum(n * n for n in range(10))")?;
/// let sums = [1, 2].map(|_| {
///     let program = program.clone();
///     std::thread::spawn(move || Session::default().eval::<i64>(&program))
/// });
/// for sum in sums {
///     assert_eq!(sum.join().map_err(|_| "panicked")?, Ok(285));
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Program {
    pub(crate) compiled: Compiled,
}

impl Program {
    /// Returns the warnings about the program, and the corrections that were made to its source.
    #[must_use]
    pub fn notes(&self) -> &[Diagnostic] {
        self.compiled.notes()
    }
}

/// The error of adding a host function to a session.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FunctionError {
    /// The signature of the function is invalid.
    #[error(transparent)]
    Signature(#[from] sift_syntax::ParseSignatureError),
    /// The name of the function is invalid or already in use.
    #[error(transparent)]
    Name(#[from] ToolNameError),
}

/// A host function of a session.
struct Function {
    signature: Signature,
    /// The closure that answers calls. `None` for a deferred function, whose calls suspend the
    /// program.
    handler: Option<Handler>,
}

/// A session, which runs programs one after the other. Programs share their variables.
///
/// A program can't end a session: after an exception, a limit or a cancellation, variables keep
/// their values, and the next program starts with full fuel.
///
/// ```
/// use sift::Session;
///
/// let mut session = Session::default();
/// session.set("totals", &vec![20.0, 900.0, 5.0])?;
/// session.run("large = [t for t in totals if t > 500]")?;
/// assert_eq!(session.get::<Vec<f64>>("large")?, [900.0]);
///
/// let refused = session.run("print(totls)").expect_err("the name is unknown");
/// assert!(refused.to_string().contains("did you mean `totals`?"), "{refused}");
/// let raised = session.run("totals[9]").expect_err("there are three");
/// assert!(raised.to_string().contains("IndexError: list index out of range"), "{raised}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Session {
    /// The virtual machine; `None` only while a program runs.
    machine: Option<Machine>,
    /// Whether the value of a program's last expression is printed. [`eval`](Self::eval) returns it
    /// instead.
    echo: Echo,
    functions: BTreeMap<String, Function>,
    calls: Box<dyn Calls>,
    /// The compiled programs that [`call`](Self::call) uses to call functions, keyed by function
    /// name.
    callers: HashMap<String, Program>,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("machine", &self.machine)
            .field("functions", &self.functions.keys())
            .finish_non_exhaustive()
    }
}

impl Default for Session {
    /// Creates a session with the default [`Settings`].
    fn default() -> Self {
        Self::new(Settings::default())
    }
}

impl Session {
    /// Creates a session. [`Echo::On`] in the settings prints the value of a program's last
    /// expression, unless [`eval`](Self::eval) returns it. Any other `echo` is replaced by
    /// [`Echo::Keep`].
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self::with_context(settings, ContextData::default(), "")
    }

    /// Creates a session whose programs can read a context. `query` is the question about it.
    #[must_use]
    pub fn with_context(settings: Settings, context: ContextData, query: &str) -> Self {
        let echo = match settings.echo {
            Echo::On => Echo::On,
            _ => Echo::Keep,
        };
        Machine::new(Settings { echo, ..settings }, context, query).into()
    }

    /// Sets the handler of the model calls of programs: a closure, or a type that implements
    /// [`Calls`]. Without a handler, all model calls fail.
    #[must_use]
    pub fn with_calls(mut self, calls: impl Calls + 'static) -> Self {
        self.calls = Box::new(calls);
        self
    }

    /// Adds a Rust closure as a function that programs can call.
    ///
    /// The signature has Python's syntax; types are checked before the closure is called. Values
    /// are converted as in JSON: dicts with text keys, lists, texts, numbers, bools and None.
    ///
    /// ```
    /// use sift::Session;
    ///
    /// let mut session = Session::default();
    /// session.function("price(sku: str, count: int = 1) -> float", |sku: String, count: Option<u32>| {
    ///     if sku == "tea" { 2.5 * f64::from(count.unwrap_or(1)) } else { 0.0 }
    /// })?;
    /// assert_eq!(session.eval::<f64>("price('tea', count=4)")?, 10.0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Returns a [`FunctionError`] if the signature or the name is invalid, or the name is taken.
    pub fn function<Args, R: Serialize>(
        &mut self,
        signature: &str,
        function: impl HostFunction<Args, R>,
    ) -> Result<&mut Self, FunctionError> {
        self.add(signature, Some(infallible(function)))
    }

    /// Adds a fallible Rust closure as a function that programs can call. If it fails, the program
    /// gets `CallFailed` with the error's text.
    ///
    /// ```
    /// use sift::Session;
    ///
    /// let mut session = Session::default();
    /// session.try_function("parse(text: str) -> int", |text: String| text.parse::<i64>())?;
    /// let program = "try:\n    parse('x')\nexcept CallFailed as error:\n    message = str(error)\nmessage";
    /// assert!(session.eval::<String>(program)?.contains("invalid digit"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// See [`function`](Self::function).
    pub fn try_function<Args, R: Serialize, E: fmt::Display>(
        &mut self,
        signature: &str,
        function: impl HostFunction<Args, Result<R, E>>,
    ) -> Result<&mut Self, FunctionError> {
        self.add(signature, Some(fallible(function)))
    }

    /// Adds a function whose calls suspend the program until the host answers: see
    /// [`start`](Self::start).
    ///
    /// # Errors
    /// See [`function`](Self::function).
    pub fn deferred_function(&mut self, signature: &str) -> Result<&mut Self, FunctionError> {
        self.add(signature, None)
    }

    fn add(&mut self, signature: &str, handler: Option<Handler>) -> Result<&mut Self, FunctionError> {
        let signature = Signature::parse(signature)?;
        let tool = HostTool {
            signature: signature.clone(),
            doc: String::new(),
            access: ToolAccess::Effect,
            // Helpers of programs that ask models, such as `ask`, give way.
            hides: true,
        };
        self.machine_mut().add_tool(tool)?;
        let name = signature.name.to_string();
        self.functions.insert(name, Function { signature, handler });
        Ok(self)
    }

    /// Checks a program against the names that the session defines, and compiles it.
    ///
    /// # Errors
    /// Returns all diagnostics if there is an error among them.
    pub fn compile(&mut self, source: &str) -> Result<Program, Refused> {
        match self.machine_mut().compile(source) {
            Ok(compiled) => Ok(Program { compiled }),
            Err(refusal) => Err(Refused {
                rendered: render_plain(source, &refusal.diagnostics),
                diagnostics: refusal.diagnostics,
            }),
        }
    }

    /// Runs a program, given as source or compiled, to its end.
    ///
    /// # Errors
    /// An [`Error`] if the program was rejected or did not complete.
    pub fn run(&mut self, program: impl IntoProgram) -> Result<(), Error> {
        let program = program.into_program(self)?;
        match self.exec_compiled(&program).end {
            ExecEnd::Final(_) => Ok(()),
            end => end.into_result(),
        }
    }

    /// Runs a program, given as source or compiled, and returns the value of its last expression.
    ///
    /// ```
    /// use std::collections::BTreeMap;
    /// use sift::Session;
    ///
    /// let counts: BTreeMap<String, u32> = Session::default().eval("Counter('abca')")?;
    /// assert_eq!(counts["a"], 2);
    /// # Ok::<(), sift::Error>(())
    /// ```
    ///
    /// # Errors
    /// An [`Error`] if the program was rejected or did not complete, or if its value can't be
    /// converted to the type.
    pub fn eval<T: DeserializeOwned>(&mut self, program: impl IntoProgram) -> Result<T, Error> {
        let program = program.into_program(self)?;
        self.exec_with_echo(&program, Echo::Keep).end.into_result()?;
        Ok(self.machine().map_or(Err(missing()), Machine::value)?)
    }

    /// Calls a function that an earlier program has defined, with a tuple or a list of arguments.
    ///
    /// ```
    /// use sift::Session;
    ///
    /// let mut session = Session::default();
    /// session.run("def shipping(weight, country='NZ'):\n    return 4.5 if country == 'NZ' else 2 * weight")?;
    /// assert_eq!(session.call::<f64>("shipping", (12, "FR"))?, 24.0);
    /// assert_eq!(session.call::<f64>("shipping", [12])?, 4.5);
    /// # Ok::<(), sift::Error>(())
    /// ```
    ///
    /// # Errors
    /// See [`eval`](Self::eval). Also the exception `NameError` if there is no such function.
    pub fn call<T: DeserializeOwned>(&mut self, function: &str, args: impl Serialize) -> Result<T, Error> {
        let program = match self.callers.get(function) {
            Some(program) => program.clone(),
            None => {
                let compiled = Compiled::calling(function).ok_or_else(missing)?;
                let program = Program { compiled };
                self.callers.insert(function.to_owned(), program.clone());
                program
            }
        };
        self.machine_mut().set_arguments(&args)?;
        self.eval(&program)
    }

    /// Runs a program from source and returns its full result: output, usage, and answer or error.
    pub fn exec(&mut self, source: &str) -> ExecResult {
        match self.compile(source) {
            Ok(program) => self.exec_compiled(&program),
            Err(refused) => {
                let memory_bytes = self.machine().map_or(0, Machine::memory_bytes);
                ExecResult::refused(refused, memory_bytes)
            }
        }
    }

    /// Runs a compiled program and returns its full result: output, usage, and answer or error.
    ///
    /// # Panics
    /// If a host function panics. The program ends at that call, and its variables are kept.
    pub fn exec_compiled(&mut self, program: &Program) -> ExecResult {
        self.exec_with_echo(program, self.echo)
    }

    fn exec_with_echo(&mut self, program: &Program, echo: Echo) -> ExecResult {
        let mut unanswered = BTreeMap::new();
        let Some(mut machine) = self.machine.take() else {
            return ExecResult::cancelled();
        };
        machine.set_echo(echo);
        let mut step = machine.start(&program.compiled, SLICE);
        loop {
            step = match step {
                Step::OutOfFuel(paused) => paused.resume(Vec::new(), SLICE),
                Step::Needs(mut needs) => {
                    let answers = || self.answer_needs(&mut needs, &mut unanswered);
                    match catch_unwind(AssertUnwindSafe(answers)) {
                        Ok(outcomes) => needs.resume(outcomes, SLICE),
                        Err(panic) => {
                            self.machine = Some(needs.abandon());
                            resume_unwind(panic)
                        }
                    }
                }
                step => {
                    let (machine, result) = ExecResult::of_step(step, program);
                    self.machine = machine;
                    return result;
                }
            };
        }
    }

    /// Answers the host function that a paused program calls, and the first of its pending model
    /// calls.
    fn answer_needs(
        &mut self,
        needs: &mut Needs,
        unanswered: &mut BTreeMap<CallKey, IssuedCall>,
    ) -> Vec<(CallKey, CallOutcome)> {
        if let Some((name, args)) = self.asked(needs) {
            let answer = self.answer(&name, args).unwrap_or_else(|_| {
                let message = format!("`{name}` suspends its program; run it with `Session::start`");
                crate::function::failed("deferred", message)
            });
            needs.answer(answer);
        }
        self.answer_calls(needs, unanswered)
    }

    /// Returns the name and the arguments of the host function that a paused program calls, if any.
    pub(crate) fn asked(&self, needs: &Needs) -> Option<(String, Arguments)> {
        let HostQuestion::Tool { name, arguments, .. } = &needs.asked()?.question else {
            return None;
        };
        let function = self.functions.get(name.as_str())?;
        Some((name.to_string(), Arguments::new(&function.signature, arguments)))
    }

    /// Answers a program's call of a host function. Gives the arguments back if the function is
    /// deferred.
    pub(crate) fn answer(&mut self, name: &str, args: Arguments) -> Result<HostAnswer, Arguments> {
        match self
            .functions
            .get_mut(name)
            .and_then(|function| function.handler.as_mut())
        {
            Some(handler) => Ok(handler(args.into_values())),
            None => Err(args),
        }
    }

    /// Answers the first of the pending model calls: as many as the program has room for.
    pub(crate) fn answer_calls(
        &mut self,
        needs: &mut Needs,
        unanswered: &mut BTreeMap<CallKey, IssuedCall>,
    ) -> Vec<(CallKey, CallOutcome)> {
        unanswered.extend(needs.take_issued().into_iter().map(|call| (call.key, call)));
        let calls: Vec<IssuedCall> = std::iter::from_fn(|| unanswered.pop_first())
            .take(needs.room())
            .map(|(_, call)| call)
            .collect();
        if calls.is_empty() {
            return Vec::new();
        }
        let keys: Vec<CallKey> = calls.iter().map(|call| call.key).collect();
        let mut outcomes = self.calls.answer_all(calls);
        for key in keys {
            if !outcomes.iter().any(|(answered, _)| *answered == key) {
                outcomes.push((key, unanswered_call()));
            }
        }
        outcomes
    }

    /// Starts a program that may suspend when it calls a deferred function.
    ///
    /// This is how asynchronous functions are called: await the answer between the steps.
    ///
    /// ```
    /// use sift::{Run, Session};
    ///
    /// let mut session = Session::default();
    /// session.deferred_function("fetch(url: str) -> str")?;
    /// let program = session.compile("pages = [fetch(url) for url in ['/a', '/b']]\nlen(pages)")?;
    /// let mut run = session.start(&program);
    /// let (mut session, result) = loop {
    ///     run = match run {
    ///         Run::Suspended(call) => {
    ///             let page = format!("<p>{}</p>", call.arguments().get::<String>(0)?);
    ///             call.resume(&page)
    ///         }
    ///         Run::Ended(session, result) => break (session, result),
    ///     };
    /// };
    /// assert_eq!(result.error(), None);
    /// assert_eq!(session.get::<Vec<String>>("pages")?, ["<p>/a</p>", "<p>/b</p>"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use = "the run owns the session"]
    pub fn start(self, program: &Program) -> Run {
        self.resume(program, Recording::default())
    }

    /// Resumes a program from a recording: runs it again with the recorded answers, up to the same
    /// call of a deferred function.
    ///
    /// The session must have the same functions and variables as the one that was recorded.
    /// [`Suspended::recording`] returns the recording.
    #[must_use = "the run owns the session"]
    pub fn resume(mut self, program: &Program, recording: Recording) -> Run {
        let Some(mut machine) = self.machine.take() else {
            return Run::Ended(self, ExecResult::cancelled());
        };
        machine.set_echo(self.echo);
        let step = machine.start(&program.compiled, SLICE);
        Suspended::new(self, program.clone(), recording).advance(step)
    }

    pub(crate) fn put_back(&mut self, machine: Option<Machine>) {
        self.machine = machine;
    }

    /// Reads a variable of the session: see [`Machine::get`].
    ///
    /// # Errors
    /// See [`Machine::get`].
    pub fn get<T: DeserializeOwned>(&self, name: &str) -> Result<T, ValueError> {
        self.machine().map_or(Err(missing()), |machine| machine.get(name))
    }

    /// Sets a variable of the session: see [`Machine::set`].
    ///
    /// # Errors
    /// See [`Machine::set`].
    pub fn set<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), ValueError> {
        self.machine_mut().set(name, value)
    }

    /// Returns the variables that programs and the host have set, sorted by name.
    #[must_use]
    pub fn variables(&self) -> Vec<Variable> {
        self.machine().map(Machine::variables).unwrap_or_default()
    }

    /// Returns a handle that cancels the running program, or the next one, from any thread. The
    /// program ends within about a million units of fuel, or once the calls that it waits for are
    /// answered.
    ///
    /// ```
    /// use sift::{Error, Session, Settings};
    ///
    /// let mut session = Session::new(Settings { fuel: u64::MAX, ..Settings::default() });
    /// let handle = session.cancel_handle();
    /// let watchdog = std::thread::spawn(move || handle.cancel());
    /// assert_eq!(session.run("while True: pass"), Err(Error::Cancelled));
    /// # drop(watchdog.join());
    /// ```
    #[must_use]
    pub fn cancel_handle(&mut self) -> CancelHandle {
        self.machine_mut().cancel_handle()
    }

    /// Sets the fuel limit of each following program, in units.
    pub fn set_fuel(&mut self, fuel: u64) {
        self.machine_mut().set_fuel(fuel);
    }

    /// Returns the session's virtual machine, for running a program step by step. [`Session::from`]
    /// creates a session from it.
    #[must_use]
    pub fn into_machine(mut self) -> Machine {
        self.machine.take().unwrap_or_else(fresh)
    }

    const fn machine(&self) -> Option<&Machine> {
        self.machine.as_ref()
    }

    fn machine_mut(&mut self) -> &mut Machine {
        self.machine.get_or_insert_with(fresh)
    }
}

impl From<Machine> for Session {
    /// Creates a session from a virtual machine that runs no program. Host functions and the
    /// handler of model calls aren't kept.
    fn from(machine: Machine) -> Self {
        Self {
            echo: machine.echo(),
            machine: Some(machine),
            functions: BTreeMap::new(),
            calls: Box::new(NoCalls),
            callers: HashMap::new(),
        }
    }
}

/// A program that a session can run: source text or a compiled program.
pub trait IntoProgram {
    /// Returns the compiled program, compiling the source if necessary.
    ///
    /// # Errors
    /// The diagnostics if the program has errors.
    fn into_program(self, session: &mut Session) -> Result<Program, Refused>;
}

impl IntoProgram for &Program {
    fn into_program(self, _: &mut Session) -> Result<Program, Refused> {
        Ok(self.clone())
    }
}

impl IntoProgram for &str {
    fn into_program(self, session: &mut Session) -> Result<Program, Refused> {
        session.compile(self)
    }
}

fn fresh() -> Machine {
    Machine::new(Settings::default(), ContextData::default(), "")
}

fn missing() -> ValueError {
    sift_vm::ValueFault::Unbound.into()
}
