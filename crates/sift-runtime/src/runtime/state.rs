//! The state of a session except for its call frames.

use std::collections::HashSet;
use std::sync::Arc;

use sift_compiler::compile::Symbols;
use sift_text::PendingId;
use sift_values::classes::Registry;
use sift_values::heap::Heap;
use sift_values::meter::Meter;
use sift_values::object::IteratorSource;
use sift_values::value::{Label, Value};

use crate::runtime::{ContextData, Coverage, DictLookup, HostRequests, LoadedCodes, Output, PatternCache, Tools};

use crate::table::Library;
use sift_values::pending_calls::PendingCalls;

/// What calling a value has done to the stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Invocation {
    /// The call is complete, and its result has replaced the operands.
    Value,
    /// A frame was pushed and has to run. Its result will replace the operands.
    Frame,
}

/// How far a generator has run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GeneratorStage {
    /// The generator is before its first statement.
    JustStarted,
    /// The generator is suspended at a `yield`.
    Suspended,
    /// The generator is running: its frame is on the stack.
    Running,
    /// The generator has returned or raised an exception.
    Ended,
}

/// The state of speculative execution that ops can change.
#[derive(Debug, Default, Clone)]
pub struct SpeculationState {
    /// Whether the current op can't be executed speculatively, so that speculation has to end.
    pub given_up: bool,
}

/// What library functions know about the frame that calls them.
#[derive(Debug, Clone, Copy, Default)]
pub struct CallerInfo {
    /// Whether the calling frame runs code of the library.
    pub is_library: bool,
    /// The taint label of the decisions that led to the calling frame. For library code, it
    /// includes the branches taken in the frame.
    pub label: Label,
}

/// The state of a session except for its call frames: values, code, variables, replies, and their
/// labels. Library functions and operators work on it.
#[derive(Debug, Clone)]
pub struct Runtime {
    /// The objects of the session.
    pub heap: Heap,
    /// The fuel meter of the running program.
    pub meter: Meter,
    /// The model calls of the session, with their replies.
    pub pending_calls: PendingCalls,
    /// The host request in progress, and its answer.
    pub host_requests: HostRequests,
    /// The tools that the host provides to programs.
    pub tools: Tools,
    /// The taint label of all decisions in the control flow of the running program.
    pub condition: Label,
    /// The taint label of all values that the running program has read. Within a `try` block, that
    /// none of them failed is a decision too.
    pub looked_at: Label,
    /// The taint label of all values that were put into containers. The result of a library
    /// function on a container may derive from any of them.
    pub held: Label,
    /// The taint label of the values that the program had read before it entered the active
    /// exception handlers.
    pub label_of_guards: Label,
    /// The taint label of the values that earlier programs have read. The use of fuel and calls
    /// derives from them.
    pub budget_label: Label,
    /// The taint label of the decimal numbers that have set flags in the decimal context.
    pub decimal_flags: Label,
    /// The remaining budget of the run, which programs can read.
    pub budget: crate::settings::Budget,
    /// The tokenizer for counting tokens, if the host has set one.
    pub tokenizer: Option<Arc<dyn sift_text::Tokenizer>>,
    /// The printed output of the running program.
    pub output: Output,
    /// The library table: all functions, classes and modules that programs can use.
    pub library: &'static Library<Self>,
    /// The context that programs read.
    pub context: Arc<ContextData>,
    /// The names of the session's global variables, with their slot numbers.
    pub symbols: Symbols,
    /// The values of global variables, by slot number; unbound if not assigned.
    pub globals: Vec<Value>,
    /// The slot numbers of the global variables that programs have assigned.
    pub stored: HashSet<u32>,
    /// The builtin table: native functions, classes, modules, prelude functions, and the names of
    /// loaded library modules.
    pub builtins: Vec<Value>,
    /// For each library module written in Sift, the index of its first name in the builtin table,
    /// or `None` if it is not loaded.
    pub modules: Vec<Option<usize>>,
    /// The library modules whose statements are running, with the index of each one's first name in
    /// the builtin table.
    pub loading: Vec<(usize, usize)>,
    /// A reusable buffer for building short texts.
    pub scratch: String,
    /// The cached result of the last lookup in a dict.
    pub last_lookup: Option<DictLookup>,
    /// The cache of compiled regular expressions.
    pub patterns: PatternCache,
    /// The context of decimal arithmetic; unbound until first used.
    pub decimal_context: Value,
    /// The argument of `FINAL`, once the program has called it.
    pub answer: Option<Value>,
    /// What happens to the value of a program's last expression.
    pub echo: crate::settings::Echo,
    /// The counts of library function calls, if the host has requested them.
    pub coverage: Option<Box<Coverage>>,
    /// What library functions know about the frame that calls them.
    pub caller: CallerInfo,
    /// All code that the session has loaded.
    pub code: LoadedCodes,
    /// The value stack: local variables and operands of all frames.
    pub stack: Vec<Value>,
    /// Whether the current op is run again after a garbage collection. A lack of memory then ends
    /// the program.
    pub just_collected: bool,
    /// The previous states of the iterators that the current op has advanced. They are restored if
    /// the op is run again.
    pub consumed: Vec<(Value, IteratorSource)>,
    /// The model call that the current op has made, if it made one outside of a batch.
    pub single_call: Option<PendingId>,
    /// Whether model calls were made since the machine's loop was entered.
    pub calls_made: bool,
    /// The state of speculative execution; `None` in normal execution.
    pub speculation: Option<SpeculationState>,
}

impl Runtime {
    /// Creates the runtime of a session. It has no limits on fuel and memory, so that the library's
    /// prelude can always be loaded.
    #[must_use]
    pub fn new(library: &'static Library<Self>, context: Arc<ContextData>) -> Self {
        Self {
            heap: Heap::new(usize::MAX),
            meter: Meter::new(u64::MAX),
            host_requests: HostRequests::default(),
            tools: Tools::default(),
            condition: Label::PROGRAM,
            looked_at: Label::PROGRAM,
            held: Label::PROGRAM,
            label_of_guards: Label::PROGRAM,
            budget_label: Label::PROGRAM,
            decimal_flags: Label::PROGRAM,
            pending_calls: PendingCalls::default(),
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
            last_lookup: None,
            patterns: PatternCache::default(),
            decimal_context: Value::UNBOUND,
            answer: None,
            echo: crate::settings::Echo::Off,
            coverage: None,
            caller: CallerInfo::default(),
            code: LoadedCodes::default(),
            stack: Vec::new(),
            just_collected: false,
            consumed: Vec::new(),
            single_call: None,
            calls_made: false,
            speculation: None,
        }
    }
}
