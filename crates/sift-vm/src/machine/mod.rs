//! The interpreter: a stack of values, a stack of frames, and a loop over flat ops.
//!
//! - [`run`] is the loop. It returns with a [`Pause`] and can be called again.
//! - [`call`] enters functions; [`iterate`] drives iterators and generators.
//! - [`collection`] returns the roots for garbage collection, and counts memory outside of the
//!   heap.
//! - [`labels`] tracks what values, objects and decisions derive from.
//! - [`generator`] sends values and exceptions into generators.
//! - [`unwind`] unwinds the stack to exception handlers.
//! - [`backtrace`] returns the positions of a paused program; [`outside`] creates values while no
//!   program runs.
//! - [`pending`] waits for pending replies; [`speculation`] finds the calls that the program will
//!   make.
//!
//! All of these work on the [`Runtime`].

mod backtrace;
mod call;
mod collection;
mod fast;
mod frame;
mod generator;
mod instance;
mod iterate;
mod labels;
mod ops;
mod outside;
mod pending;
mod run;
mod speculation;
mod tools;
mod unwind;

use std::collections::HashMap;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, OnceLock};

use sift_compiler::compile::Symbols;
use sift_compiler::op::{CodeKind, Op, Unit};
use sift_runtime::runtime::{CallerInfo, ContextData, LoadedCode, Output, Runtime, code_bytes};
use sift_stdlib::library;
use sift_syntax::Span;
use sift_text::PendingId;
use sift_values::classes::{ClassId, Registry};
use sift_values::value::{Label, Value};
use smol_str::SmolStr;

pub(crate) use frame::{Frame, Guard, OnReturn, Pause, Source};
pub(crate) use speculation::state::{Exploration, Explorer};

/// The maximum depth of the call stack, the program itself included. A deeper call raises
/// `RecursionError`.
pub const MAX_DEPTH: usize = 1_000;

/// The interpreter of one session: its state and that of the current program.
#[derive(Debug, Clone)]
pub(crate) struct Interpreter {
    runtime: Runtime,
    frames: Vec<Frame>,
    guards: Vec<Guard>,
    generator_result: Value,
    /// The loaded programs by address, each with the index of its first code object.
    programs: HashMap<usize, (Arc<Unit>, u32)>,
    /// The reply that must arrive before the next op runs, because an active exception handler
    /// would catch the failure of the call.
    settle_first: Option<PendingId>,
    pub(crate) explorer: Explorer,
    /// The state of speculative execution, while it is running.
    exploration: Option<Box<Exploration>>,
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

impl Interpreter {
    /// Creates the interpreter of a session without limits. It is a copy of one that has run the
    /// prelude.
    pub(crate) fn new(context: Arc<ContextData>) -> Self {
        static TEMPLATE: OnceLock<Interpreter> = OnceLock::new();
        let mut session = TEMPLATE.get_or_init(Self::template).clone();
        session.meter.detach();
        session.context = context;
        session
    }

    fn template() -> Self {
        let mut session = Self {
            runtime: Runtime::new(library(), Arc::default()),
            exploration: None,
            frames: Vec::new(),
            guards: Vec::new(),
            generator_result: Value::NONE,
            programs: HashMap::new(),
            settle_first: None,
            explorer: Explorer::default(),
        };
        session.load_prelude();
        session
    }

    #[inline]
    fn push_frame(&mut self, frame: Frame) {
        self.caller = CallerInfo {
            is_library: frame.is_library,
            label: frame.label,
        };
        self.frames.push(frame);
    }

    #[inline]
    fn pop_frame(&mut self) -> Option<Frame> {
        let frame = self.frames.pop();
        self.update_caller();
        frame
    }

    /// Updates the information about the top frame that library functions use.
    #[inline]
    fn update_caller(&mut self) {
        self.caller = self.frames.last().map_or(CallerInfo::default(), |frame| CallerInfo {
            is_library: frame.is_library,
            label: frame.label,
        });
    }

    /// Runs the prelude, whose definitions are stored in the library's table.
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

    /// Adds the code objects of a compilation unit and returns the index of the first. The slots of
    /// a program's globals are indices into `globals`, which contains the slots of the session.
    fn load(&mut self, unit: &Unit, source: Source, globals: &[u32]) -> u32 {
        let unit_start = number(self.code.codes.len());
        if matches!(source, Source::Program) {
            self.count_code(code_bytes(unit));
        }
        for code in &unit.codes {
            let entry = self.code.ops.len();
            let base = UnitOffsets {
                globals,
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
            let ops = code.ops.iter().map(|op| base.relocate(*op));
            self.runtime.load_ops(ops);
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

    /// Starts a program. Its global variables are those of the session with the same names. A
    /// program that has run before is not loaded again.
    pub(crate) fn begin_program(&mut self, unit: &Arc<Unit>, globals: &Symbols) {
        let key = Arc::as_ptr(unit).addr();
        let start = match self.programs.get(&key) {
            Some((_, start)) => *start,
            None => {
                let slots: Vec<u32> = globals.iter().map(|(_, name)| self.symbols.slot(name)).collect();
                let start = self.load(unit, Source::Program, &slots);
                self.programs.insert(key, (Arc::clone(unit), start));
                start
            }
        };
        self.enter(unit, start);
    }

    /// Loads a compilation unit of the library and starts its top-level statements.
    fn begin(&mut self, unit: &Unit, source: Source) {
        let start = self.load(unit, source, &[]);
        self.enter(unit, start);
    }

    /// Starts the top-level statements of a compilation unit whose code objects are loaded from
    /// index `start` on.
    fn enter(&mut self, unit: &Unit, start: u32) {
        let code = start + u32::try_from(unit.codes.len().saturating_sub(1)).unwrap_or(0);
        self.declare_globals();
        let (entry, locals) = self.code.get(code).map_or((0, 0), |code| (code.entry, code.locals));
        self.stack.clear();
        self.guards.clear();
        self.label_of_guards = Label::PROGRAM;
        self.frames.clear();
        self.update_caller();
        self.loading.clear();
        // Discard the state of a program that was cancelled or abandoned while it waited.
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
        self.explorer.start_turn();
        self.heap.start_turn();
    }

    /// Returns the function and the source span of the current op. These are of the innermost frame
    /// of the running program, not of the prelude or of earlier programs.
    fn current_place(&self) -> Option<(SmolStr, Span)> {
        let unit = self.code.get(self.frames.first()?.code)?.unit_start;
        let in_program = |frame: &&Frame| self.code.get(frame.code).is_some_and(|code| code.unit_start == unit);
        let frame = self.frames.iter().rev().find(in_program)?;
        let code = self.code.get(frame.code)?;
        Some((code.name.clone(), self.code.span_before(frame.ip)))
    }
}

/// The offsets of a compilation unit's ops, constants, names and code objects in the tables of all
/// units.
#[derive(Clone, Copy)]
struct UnitOffsets<'g> {
    /// The session's slots of the global variables that the program uses.
    globals: &'g [u32],
    op: u32,
    constant: u32,
    name: u32,
    code: u32,
    module_name: u32,
}

impl UnitOffsets<'_> {
    fn global(self, slot: u32) -> u32 {
        self.globals.get(slot as usize).copied().unwrap_or(slot)
    }

    /// Adds the unit's offsets to the indices in an op, so that they refer to the tables of all
    /// units.
    fn relocate(self, op: Op) -> Op {
        match op {
            Op::Global(slot) => Op::Global(self.global(slot)),
            Op::SetGlobal(slot) => Op::SetGlobal(self.global(slot)),
            Op::DeleteGlobal(slot) => Op::DeleteGlobal(self.global(slot)),
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

/// Converts a table index to the type that ops use.
fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}
