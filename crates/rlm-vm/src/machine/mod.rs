//! The evaluator: frames of our own on one stack of values, and a loop over flat ops.
//!
//! - [`run`] is the loop; it leaves with a [`Pause`] and can be entered again.
//! - [`call`] enters functions; [`bind`] gives library functions their arguments; [`iterate`] drives iterators and generators.
//! - [`collection`] says what a program can still reach, and counts what it holds beside the heap.
//! - [`labels`] tells what values, objects and decisions derive from.
//! - [`generator`] sends values and exceptions into generators.
//! - [`unwind`] carries exceptions to their handlers.
//! - [`coverage`] counts calls of library functions, if asked to.
//! - [`backtrace`] tells where a paused program stands; [`outside`] makes values while none runs.
//! - [`holes`] keeps the calls; [`ahead`] finds those that the program will make.
//! - [`asking`] puts requests to the host, and [`tools`] calls its functions.
//! - [`pending`] keeps the replies that have not arrived; [`output`] what was printed.

mod ahead;
mod arguments;
mod asking;
mod backtrace;
mod bind;
mod call;
mod cold;
mod collection;
mod coverage;
mod fast;
mod generator;
mod holes;
mod instance;
mod iterate;
mod labels;
mod output;
mod outside;
mod pending;
mod run;
mod tools;
mod unwind;

use std::collections::HashSet;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use sift_syntax::Span;
use sift_text::{HoleId, Text};
use smol_str::SmolStr;

pub use ahead::RunAhead;
pub(crate) use ahead::{Ahead, Scout, Unknown};
pub(crate) use asking::Asking;
pub use asking::{FoundPassage, HostAnswer, HostQuestion, HostRequest};
pub(crate) use bind::Args;
pub(crate) use coverage::Coverage;
pub use coverage::LibraryUse;
pub(crate) use fast::small_arithmetic;
pub(crate) use generator::GeneratorStage;
pub use holes::{CallFailure, CallKey, CallKind, CallOutcome, IssuedCall, MAX_SCHEMA_BYTES, MAX_UNSETTLED};
pub(crate) use holes::{Holes, NewCall, UNKNOWN};
pub(crate) use output::Output;
pub use output::Printed;
pub(crate) use tools::Tools;
pub use tools::{Derived, HostTool, ToolAccess};

use crate::compile::Symbols;
use crate::exception::ExceptionClass;
use crate::flow::{End, Flow, Outcome, Spot};
use crate::heap::Heap;
use crate::library::{ClassId, ContextData, Library, MethodNumber, PatternCache, Registry, Role};
use crate::meter::Meter;
use crate::object::{ExceptionObject, IteratorSource, Object, TupleObject, text_bytes};
use crate::op::{CodeKind, Const, Op, ParamSpec, Unit};
use crate::operate::Found;
use crate::value::{Label, Type, Value};

/// The most functions in a row of which each has called the next, the program itself included: one more raises `RecursionError`.
pub const MAX_DEPTH: usize = 1_000;

/// The code of a function as one machine runs it; its ops, constants and names stand among those of all others.
#[derive(Debug)]
struct LoadedCode {
    name: SmolStr,
    /// The name as messages show it.
    qualified_name: SmolStr,
    kind: CodeKind,
    params: ParamSpec,
    /// How many slots the parameters take.
    param_slots: usize,
    /// How many parameters there are, if all are plain: a call with as many arguments by position needs no binding.
    plain_params: Option<usize>,
    /// How many slots a frame has.
    locals: usize,
    local_names: Vec<SmolStr>,
    /// The place of the first op.
    entry: usize,
    /// The number of the first code of the same unit.
    unit_start: u32,
    /// Whether it belongs to the library: programs did not write it.
    is_library: bool,
    /// The library's class whose instances its generators are.
    generates: Option<ClassId>,
    /// What it is to programs, if it is of a module of the library.
    role: Option<Role>,
}

/// All code of a session, laid out flat: numbers within ops are places in these.
#[derive(Debug, Default)]
struct LoadedCodes {
    codes: Vec<Arc<LoadedCode>>,
    ops: Vec<Op>,
    spans: Vec<Span>,
    consts: Vec<Value>,
    names: Vec<SmolStr>,
    /// For each name its number among those of the library's methods.
    methods: Vec<Option<MethodNumber>>,
    /// Nominal bytes of the programs' own code, constants apart: they live on the heap.
    program_bytes: usize,
}

/// Nominal bytes of the code of a function, of an op with its place in the source, of a constant, and of a name.
const CODE_BYTES: usize = 512;
const OP_BYTES: usize = 24;
const CONST_BYTES: usize = 24;
const NAME_BYTES: usize = 64;

/// Returns the nominal bytes of a unit's code.
fn code_bytes(unit: &Unit) -> usize {
    let codes = unit.codes.iter().map(|code| {
        let names = code.names.len() + code.local_names.len();
        CODE_BYTES + code.ops.len() * OP_BYTES + code.consts.len() * CONST_BYTES + names * NAME_BYTES
    });
    codes.sum()
}

impl LoadedCodes {
    /// Returns the library's class whose instances the generators of a code are.
    fn generates(&self, code: u32) -> Option<ClassId> {
        self.get(code)?.generates
    }

    fn get(&self, code: u32) -> Option<&Arc<LoadedCode>> {
        self.codes.get(code as usize)
    }

    fn name(&self, index: u32) -> SmolStr {
        self.names.get(index as usize).cloned().unwrap_or_default()
    }

    /// Returns where the op before `ip` stands in its source.
    fn span_before(&self, ip: usize) -> Span {
        ip.checked_sub(1)
            .and_then(|ip| self.spans.get(ip))
            .copied()
            .unwrap_or_default()
    }
}

/// A function that is running.
#[derive(Debug, Clone)]
struct Frame {
    code: u32,
    ip: usize,
    /// The place of the first local on the stack.
    base: usize,
    /// What the stack is cut back to when the frame ends.
    floor: usize,
    /// How many guards were in force when it began.
    guards: usize,
    on_return: OnReturn,
    /// The generator that the frame belongs to.
    generator: Option<Value>,
    /// Whether its code is the library's.
    is_library: bool,
    /// What decided that it runs; in code of the library, also what decided which way it went. All that it returns, yields and
    /// stores derives from it.
    label: Label,
}

/// What a library function may know of the frame that calls it.
#[derive(Debug, Clone, Copy, Default)]
struct Running {
    is_library: bool,
    label: Label,
}

/// What becomes of the value that a frame returns or yields.
#[derive(Debug, Clone, Copy)]
enum OnReturn {
    /// It is pushed; the end of a generator is that of the program's top level.
    Push,
    /// It is the next item of a loop, which ends at this op.
    Item { exit: u32 },
    /// It is what `next` returns; at the generator's end the default, or StopIteration.
    Next { default: Value },
    /// It replaces an operand of the op that is to be run again.
    Replace(Spot),
    /// It is dropped.
    Drop,
    /// Its negation is pushed.
    Not,
    /// It is dropped: this value, which the frame has filled in, is pushed.
    Give { instance: Value },
    /// It is dropped: the frame was that of a module, whose names stand from this place of the library's own table on.
    Loaded { module: usize, place: usize },
}

/// A guard in force.
#[derive(Debug, Clone, Copy)]
struct Guard {
    /// How many frames there were.
    frames: usize,
    target: u32,
    /// The height of the stack.
    height: usize,
    catches_call_failure: bool,
    /// What the program had computed with before it.
    before: Label,
}

/// Whose code a unit is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Source {
    /// A program's.
    Program,
    /// The prelude's.
    Prelude,
    /// That of a module of the library, whose names stand from this place of the library's own table on.
    Module { module: usize, place: usize },
}

/// Why the loop was left.
#[derive(Debug)]
pub(crate) enum Pause {
    /// The slice of fuel is used up.
    Slice,
    /// Calls have been made that can leave; nothing waits for them yet.
    Calls,
    /// This reply is needed.
    Wait(HoleId),
    /// The host is asked for something else.
    Ask,
    /// The program's last statement was run.
    Done,
    /// An exception was not caught.
    Raised(Value),
    /// The program ended otherwise.
    Ended(End),
}

/// What work is paid from: fuel, and the room that is left on the heap.
pub(crate) struct Means<'m> {
    pub(crate) heap: &'m Heap,
    pub(crate) meter: &'m mut Meter,
    just_collected: bool,
}

impl Means<'_> {
    /// As [`Interpreter::reserve`].
    #[inline]
    pub(crate) const fn reserve(&self, bytes: usize) -> Result<(), Flow> {
        if self.heap.has_room(bytes) {
            return Ok(());
        }
        Err(if self.just_collected || !self.heap.may_collect() {
            Flow::End(End::Limit(crate::flow::Limit::Memory))
        } else {
            Flow::Collect
        })
    }
}

/// What a machine that is on trial was told by the op that runs.
#[derive(Debug, Default)]
struct Trial {
    /// Whether it can't be done on trial.
    given_up: bool,
}

/// All of a session but the functions that are running: values, code, variables, replies, and what is known of them. It is
/// what library functions and operators work on.
#[derive(Debug)]
pub(crate) struct Runtime {
    pub(crate) heap: Heap,
    pub(crate) meter: Meter,
    pub(crate) holes: Holes,
    pub(crate) asking: Asking,
    /// The functions of the host.
    pub(crate) tools: Tools,
    /// What decided which way the running program went, in the coarsest sense.
    pub(crate) condition: Label,
    /// What the running program has computed with, in the coarsest sense: that none of it failed decides too, where a handler waits.
    looked_at: Label,
    /// What values were put into containers, in the coarsest sense: what a library function makes of a container may come from any.
    held: Label,
    /// What the running program had computed with before the handlers of exceptions that are in force.
    label_of_guards: Label,
    /// What earlier programs of the session computed with: fuel and calls were used for it.
    spent_on: Label,
    /// What decimal numbers were computed from, which leave flags in the context in force.
    decimal_flags: Label,
    /// What the host says that is left of the run.
    pub(crate) budget: crate::settings::Budget,
    /// Cuts texts into tokens, where the host has said how.
    pub(crate) tokenizer: Option<Arc<dyn sift_text::Tokenizer>>,
    pub(crate) output: Output,
    pub(crate) library: &'static Library,
    pub(crate) context: Arc<ContextData>,
    pub(crate) symbols: Symbols,
    pub(crate) globals: Vec<Value>,
    /// Slots that programs store to: the variables that are theirs.
    pub(crate) stored: HashSet<u32>,
    /// The library's own table: natives, classes, modules and prelude functions.
    pub(crate) builtins: Vec<Value>,
    /// Where the names of each loaded module stand in that table.
    modules: Vec<Option<usize>>,
    /// The modules whose statements are running, each with where its names stand.
    loading: Vec<(usize, usize)>,
    /// Where short texts are put together.
    pub(crate) scratch: String,
    /// What was found last in a dict.
    pub(crate) found: Option<Found>,
    /// Patterns that were compiled last.
    pub(crate) patterns: PatternCache,
    /// What decimal numbers are fitted to; unbound until it is first asked for.
    pub(crate) decimal_context: Value,
    /// What FINAL was given.
    pub(crate) answer: Option<Value>,
    /// Whether a block's last expression is printed.
    pub(crate) echo: bool,
    /// Which library functions are called, where somebody wants to know.
    pub(crate) coverage: Option<Box<Coverage>>,
    running: Running,
    code: LoadedCodes,
    stack: Vec<Value>,
    /// Set while an op is run again after a collection: if memory still does not reach, the program ends.
    just_collected: bool,
    /// Iterators that the running op has read from, as they were before: they are put back if it has to be run again.
    consumed: Vec<(Value, IteratorSource)>,
    /// The call that the running op has made by itself, not in a batch.
    made_alone: Option<HoleId>,
    /// Whether calls were made since the loop was entered.
    calls_made: bool,
    /// What is done on trial, while it is.
    trial: Option<Trial>,
}

/// One session, and the program that is running.
#[derive(Debug)]
pub(crate) struct Interpreter {
    runtime: Runtime,
    frames: Vec<Frame>,
    guards: Vec<Guard>,
    generator_result: Value,
    /// Replies that the op just run must not go on without: a handler is in force that would catch their failure.
    settle_first: Option<HoleId>,
    pub(crate) scout: Scout,
    /// Set while what is done is on trial.
    ahead: Option<Box<Ahead>>,
}

impl Runtime {
    /// Tells whether what is done is on trial.
    pub(crate) const fn is_ahead(&self) -> bool {
        self.trial.is_some()
    }

    /// Gives up running ahead: what the running op does can't be done on trial.
    pub(crate) fn give_up(&mut self) -> Flow {
        if let Some(trial) = &mut self.trial {
            trial.given_up = true;
        }
        Flow::Wait(UNKNOWN)
    }

    /// Tells whether this many more calls may be found: none within a branch, which is a trial within one.
    fn may_find(&mut self, calls: usize) -> Result<(), Flow> {
        if self.heap.trials() > 1 || !self.holes.has_room_ahead(calls) {
            return Err(self.give_up());
        }
        Ok(())
    }
}

impl Deref for Interpreter {
    type Target = Runtime;

    fn deref(&self) -> &Runtime {
        &self.runtime
    }
}

impl DerefMut for Interpreter {
    fn deref_mut(&mut self) -> &mut Runtime {
        &mut self.runtime
    }
}

impl Runtime {
    /// Tells whether a function's code is the library's.
    pub(crate) fn is_library_code(&self, code: u32) -> bool {
        self.code.get(code).is_some_and(|code| code.is_library)
    }

    /// Tells whether the running op is the library's.
    pub(crate) const fn in_library_code(&self) -> bool {
        self.running.is_library
    }

    fn constant(&mut self, constant: &Const) -> Value {
        match constant {
            Const::Int(value) => Value::int(*value),
            Const::Float(value) => Value::float(*value),
            Const::BigInt(value) => self.heap.add(Type::BigInt, Object::BigInt(Box::new(value.clone()))),
            Const::Str(text) => self.new_text(Text::new(text)),
            Const::Names(names) => {
                let names: Vec<Value> = names.iter().map(|name| self.new_text(Text::new(name))).collect();
                self.heap.add(Type::Tuple, Object::Tuple(names.into()))
            }
        }
    }

    /// Gives new global variables their slots; a name of the library holds its value until the program binds it.
    fn declare_globals(&mut self, unit: &Unit) {
        let library = self.library;
        for slot in self.globals.len()..self.symbols.len() {
            let name = u32::try_from(slot).ok().and_then(|slot| self.symbols.name(slot));
            let builtin = name
                .and_then(|name| library.builtin_slot(name))
                .and_then(|slot| self.builtins.get(slot));
            self.globals.push(builtin.copied().unwrap_or(Value::UNBOUND));
        }
        for op in unit.codes.iter().flat_map(|code| &code.ops) {
            if let Op::SetGlobal(slot) = op {
                self.stored.insert(*slot);
            }
        }
    }

    /// Makes sure that a result of this many bytes fits, before it is built.
    ///
    /// # Errors
    /// Asks for a collection first; after it, ends the program.
    #[inline]
    pub(crate) fn reserve(&mut self, bytes: usize) -> Result<(), Flow> {
        self.means().reserve(bytes)?;
        self.heap.note_use(bytes);
        Ok(())
    }

    /// Returns what work is paid from, for work that reads the heap meanwhile.
    #[inline]
    pub(crate) const fn means(&mut self) -> Means<'_> {
        Means {
            heap: &self.heap,
            meter: &mut self.meter,
            just_collected: self.just_collected,
        }
    }

    /// Puts an object on the heap that fits.
    ///
    /// # Errors
    /// As [`reserve`](Self::reserve).
    #[inline]
    pub(crate) fn alloc(&mut self, kind: Type, object: Object) -> Outcome {
        let bytes = object.nominal_bytes();
        self.reserve(bytes)?;
        Ok(self.heap.add_counted(kind, object, bytes))
    }

    /// Puts a text on the heap whose content is new: its bytes are counted.
    pub(crate) fn new_text(&mut self, text: Text) -> Value {
        self.heap.grow(text.new_bytes());
        self.shared_text(text)
    }

    /// Puts a text on the heap whose content belongs to other texts already: only its header is counted.
    #[inline]
    pub(crate) fn shared_text(&mut self, text: Text) -> Value {
        self.heap.add_text(text)
    }

    /// Puts a text on the heap whose content belongs to other texts already, if its header fits.
    ///
    /// # Errors
    /// As [`reserve`](Self::reserve).
    #[inline]
    pub(crate) fn alloc_shared_text(&mut self, text: Text) -> Outcome {
        let bytes = text_bytes(&text);
        self.reserve(bytes)?;
        Ok(self.heap.add_counted(Type::Str, Object::Str(text), bytes))
    }

    /// Puts a slice on the heap that was just cut out of a text that is still alive, if it fits. A slice of a rope pays for
    /// the part of the rope's tree that was built for it.
    ///
    /// # Errors
    /// As [`reserve`](Self::reserve), and the program's end if the fuel does not reach.
    #[inline]
    pub(crate) fn alloc_slice(&mut self, slice: Text) -> Outcome {
        let built = slice.built_bytes();
        if built > 0 {
            self.meter.charge_built(built)?;
            self.reserve(built)?;
            self.heap.grow(built);
        }
        self.alloc_shared_text(slice)
    }

    /// Makes a new text, if it fits.
    ///
    /// # Errors
    /// As [`reserve`](Self::reserve).
    pub(crate) fn alloc_text(&mut self, text: impl Into<String>) -> Outcome {
        let text = text.into();
        self.reserve(text.len())?;
        Ok(self.new_text(Text::from_string(text)))
    }

    /// Makes a list, if it fits.
    ///
    /// # Errors
    /// As [`reserve`](Self::reserve).
    pub(crate) fn alloc_list(&mut self, items: Vec<Value>) -> Outcome {
        self.alloc(Type::List, Object::List(items))
    }

    /// Makes a tuple, if it fits.
    ///
    /// # Errors
    /// As [`reserve`](Self::reserve).
    pub(crate) fn alloc_tuple(&mut self, items: impl Into<Box<[Value]>>) -> Outcome {
        self.alloc(Type::Tuple, Object::Tuple(TupleObject::from(items)))
    }

    /// Makes an exception of `class` with one text as its argument.
    pub(crate) fn raise(&mut self, class: ExceptionClass, message: impl AsRef<str>) -> Flow {
        let message = self.new_text(Text::new(message.as_ref()));
        self.raise_with(class, vec![message])
    }

    pub(crate) fn raise_with(&mut self, class: ExceptionClass, args: Vec<Value>) -> Flow {
        Flow::Raise(self.exception(class, args))
    }

    pub(crate) fn exception(&mut self, class: ExceptionClass, args: Vec<Value>) -> Value {
        let exception = ExceptionObject {
            class,
            args,
            attributes: Vec::new(),
            cause: Value::NONE,
            raised_at: None,
            help: None,
        };
        self.heap.add(Type::Exception, Object::Exception(Box::new(exception)))
    }

    /// Makes a `TypeError`.
    pub(crate) fn type_error(&mut self, message: impl AsRef<str>) -> Flow {
        self.raise(ExceptionClass::TypeError, message)
    }

    /// Makes a `ValueError`.
    pub(crate) fn value_error(&mut self, message: impl AsRef<str>) -> Flow {
        self.raise(ExceptionClass::ValueError, message)
    }

    /// Adds what to do about an exception, for the model.
    pub(crate) fn with_help(&mut self, flow: Flow, help: impl Into<String>) -> Flow {
        if let Flow::Raise(exception) = &flow
            && let Some(Object::Exception(exception)) = self.heap.get_mut(exception.handle())
        {
            let help = help.into();
            let bytes = help.len();
            exception.help = Some(help);
            self.heap.grow(bytes);
        }
        flow
    }

    pub(crate) fn stack_value(&self, place: usize) -> Value {
        self.stack.get(place).copied().unwrap_or(Value::UNBOUND)
    }

    /// Returns the value this far below the top.
    fn peek(&self, depth: usize) -> Value {
        self.stack.iter().nth_back(depth).copied().unwrap_or(Value::UNBOUND)
    }

    fn drop_top(&mut self, count: usize) {
        let len = self.stack.len().saturating_sub(count);
        self.stack.truncate(len);
    }

    /// Replaces the top `count` values by one.
    fn replace_top(&mut self, count: usize, value: Value) {
        self.drop_top(count);
        self.stack.push(value);
    }
}

impl Interpreter {
    /// Makes a session without limits, so that the library's own prelude is whole whatever programs may use.
    pub(crate) fn new(context: Arc<ContextData>) -> Self {
        let library = Library::get();
        let runtime = Runtime {
            heap: Heap::new(usize::MAX),
            meter: Meter::new(u64::MAX),
            asking: Asking::default(),
            tools: Tools::default(),
            condition: Label::PROGRAM,
            looked_at: Label::PROGRAM,
            held: Label::PROGRAM,
            label_of_guards: Label::PROGRAM,
            spent_on: Label::PROGRAM,
            decimal_flags: Label::PROGRAM,
            holes: Holes::default(),
            budget: crate::settings::Budget::default(),
            tokenizer: None,
            output: Output::default(),
            library,
            context,
            symbols: Symbols::default(),
            globals: Vec::new(),
            stored: HashSet::new(),
            builtins: library.builtin_values(),
            modules: vec![None; Registry::get().modules().len()],
            loading: Vec::new(),
            scratch: String::new(),
            found: None,
            patterns: PatternCache::default(),
            decimal_context: Value::UNBOUND,
            answer: None,
            echo: false,
            coverage: None,
            running: Running::default(),
            code: LoadedCodes::default(),
            stack: Vec::new(),
            just_collected: false,
            consumed: Vec::new(),
            made_alone: None,
            calls_made: false,
            trial: None,
        };
        let mut interpreter = Self {
            runtime,
            ahead: None,
            frames: Vec::new(),
            guards: Vec::new(),
            generator_result: Value::NONE,
            settle_first: None,
            scout: Scout::default(),
        };
        interpreter.load_prelude();
        interpreter
    }

    /// Enters a frame.
    #[inline]
    fn push_frame(&mut self, frame: Frame) {
        self.running = Running {
            is_library: frame.is_library,
            label: frame.label,
        };
        self.frames.push(frame);
    }

    /// Leaves the top frame.
    #[inline]
    fn pop_frame(&mut self) -> Option<Frame> {
        let frame = self.frames.pop();
        self.note_running();
        frame
    }

    /// Notes which frame is on top now.
    #[inline]
    fn note_running(&mut self) {
        self.running = self.frames.last().map_or(Running::default(), |frame| Running {
            is_library: frame.is_library,
            label: frame.label,
        });
    }

    /// Runs the prelude, whose definitions fill the library's own table.
    fn load_prelude(&mut self) {
        self.begin(self.library.prelude(), Source::Prelude);
        self.meter.start_slice(u64::MAX);
        let pause = self.run();
        debug_assert!(
            matches!(pause, Pause::Done),
            "the prelude only defines functions: {pause:?}"
        );
        self.meter.restore(0);
        self.stored.clear();
    }

    /// Adds a unit's codes; returns the number of the first.
    fn load(&mut self, unit: &Unit, source: Source) -> u32 {
        let unit_start = number(self.code.codes.len());
        if matches!(source, Source::Program) {
            self.count_code(code_bytes(unit));
        }
        for code in &unit.codes {
            let entry = self.code.ops.len();
            let base = Base {
                op: number(entry),
                constant: number(self.code.consts.len()),
                name: number(self.code.names.len()),
                code: unit_start,
                module_name: match source {
                    Source::Module { place, .. } => number(place),
                    Source::Program | Source::Prelude => 0,
                },
            };
            let role = match source {
                Source::Module { module, .. } => Some(Registry::get().role(module, &code.name)),
                Source::Program | Source::Prelude => None,
            };
            for constant in &code.consts {
                let value = self.constant(constant);
                self.code.consts.push(value);
            }
            self.code.names.extend(code.names.iter().cloned());
            let library = self.library;
            let methods = code.names.iter().map(|name| library.method_number(name));
            self.code.methods.extend(methods);
            self.code.ops.extend(code.ops.iter().map(|op| base.placed(*op)));
            self.code.spans.extend(&code.spans);
            self.code.codes.push(Arc::new(LoadedCode {
                name: role.as_ref().map_or(&code.name, |role| &role.shown).clone(),
                qualified_name: role.as_ref().map_or(&code.qualified_name, |role| &role.shown).clone(),
                kind: code.kind,
                params: code.params.clone(),
                param_slots: code.params.slots(),
                plain_params: Some(code.params.positional)
                    .filter(|params| *params == code.params.slots() && code.kind == CodeKind::Function),
                locals: code.locals,
                local_names: code.local_names.clone(),
                entry,
                unit_start,
                is_library: !matches!(source, Source::Program),
                generates: match source {
                    Source::Program => None,
                    Source::Prelude => ClassId::generated_by(&code.name),
                    Source::Module { .. } => role.as_ref().and_then(|role| role.generates),
                },
                role,
            }));
        }
        unit_start
    }

    /// Begins a program; [`run`](Self::run) carries it on.
    pub(crate) fn begin(&mut self, unit: &Unit, source: Source) {
        let start = self.load(unit, source);
        let code = start + u32::try_from(unit.codes.len().saturating_sub(1)).unwrap_or(0);
        self.declare_globals(unit);
        let (entry, locals) = self.code.get(code).map_or((0, 0), |code| (code.entry, code.locals));
        self.stack.clear();
        self.guards.clear();
        self.label_of_guards = Label::PROGRAM;
        self.frames.clear();
        self.note_running();
        self.loading.clear();
        // Of a program that was cancelled or given up while it waited nothing is left.
        self.settle_first = None;
        self.consumed.clear();
        self.just_collected = false;
        self.output = Output::default();
        self.stack.resize(locals, Value::UNBOUND);
        self.push_frame(Frame {
            code,
            ip: entry,
            base: 0,
            floor: 0,
            guards: 0,
            on_return: OnReturn::Push,
            generator: None,
            is_library: self.is_library_code(code),
            label: Label::PROGRAM,
        });
        self.answer = None;
        self.scout.start_turn();
        self.heap.start_turn();
    }

    /// Returns where the running op stands, and in which function; the innermost frame of the running program counts, not
    /// those of the prelude or of earlier programs.
    fn current_place(&self) -> Option<(SmolStr, Span)> {
        let unit = self.code.get(self.frames.first()?.code)?.unit_start;
        let in_program = |frame: &&Frame| self.code.get(frame.code).is_some_and(|code| code.unit_start == unit);
        let frame = self.frames.iter().rev().find(in_program)?;
        let code = self.code.get(frame.code)?;
        Some((code.name.clone(), self.code.span_before(frame.ip)))
    }
}

/// What a unit's own numbers are counted from.
#[derive(Clone, Copy)]
struct Base {
    op: u32,
    constant: u32,
    name: u32,
    code: u32,
    module_name: u32,
}

impl Base {
    /// Lets an op's numbers mean places among those of all units.
    const fn placed(self, op: Op) -> Op {
        match op {
            Op::Const(index) => Op::Const(index + self.constant),
            Op::CallKeywords { args, names } => Op::CallKeywords {
                args,
                names: names + self.constant,
            },
            Op::CallMethodKeywords { args, names } => Op::CallMethodKeywords {
                args,
                names: names + self.constant,
            },
            Op::CallMethod { name, args } => Op::CallMethod {
                name: name + self.name,
                args,
            },
            Op::Attribute(name) => Op::Attribute(name + self.name),
            Op::SetAttribute(name) => Op::SetAttribute(name + self.name),
            Op::DeleteAttribute(name) => Op::DeleteAttribute(name + self.name),
            Op::Import(name) => Op::Import(name + self.name),
            Op::ImportMember(name) => Op::ImportMember(name + self.name),
            Op::Jump(target) => Op::Jump(target + self.op),
            Op::JumpIfFalse(target) => Op::JumpIfFalse(target + self.op),
            Op::JumpIfTrue(target) => Op::JumpIfTrue(target + self.op),
            Op::JumpIfFalseOrPop(target) => Op::JumpIfFalseOrPop(target + self.op),
            Op::JumpIfTrueOrPop(target) => Op::JumpIfTrueOrPop(target + self.op),
            Op::Next(target) => Op::Next(target + self.op),
            Op::Forward(target) => Op::Forward(target + self.op),
            Op::PushHandler {
                target,
                catches_call_failure,
            } => Op::PushHandler {
                target: target + self.op,
                catches_call_failure,
            },
            Op::ModuleName(slot) => Op::Builtin(slot + self.module_name),
            Op::SetModuleName(slot) => Op::SetBuiltin(slot + self.module_name),
            Op::MakeFunction(code) => Op::MakeFunction(code + self.code),
            other => other,
        }
    }
}

/// A place in a table, as ops name it.
fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}
