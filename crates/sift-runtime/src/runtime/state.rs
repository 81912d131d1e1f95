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

use crate::runtime::{
    ContextData, Coverage, DictLookup, HostRequests, LoadedCodes, Output, PatternCache, PendingCalls, Tools,
};
use crate::table::Library;

/// The effect of a call on the stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Invocation {
    /// The result has replaced the operands.
    Value,
    /// A frame was pushed; its result will replace the operands.
    Frame,
}

/// The state of a generator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GeneratorStage {
    /// It is before its first statement.
    JustStarted,
    /// It is at a `yield`.
    Suspended,
    /// Its frame is on the stack.
    Running,
    /// It has returned or raised.
    Ended,
}

/// The state of speculative execution that ops report to.
#[derive(Debug, Default, Clone)]
pub struct SpeculationState {
    /// Whether the current op can't be executed speculatively.
    pub given_up: bool,
}

/// What library functions know of the frame that calls them.
#[derive(Debug, Clone, Copy, Default)]
pub struct CallerInfo {
    /// Whether the frame runs code of the library.
    pub is_library: bool,
    /// What decided that the frame runs; for library code, also the path that it took.
    pub label: Label,
}

/// The state of a session except for its call frames: values, code, variables, replies, and their
/// labels. Library functions and operators work on it.
#[derive(Debug, Clone)]
pub struct Runtime {
    /// The heap.
    pub heap: Heap,
    /// The fuel of the running program.
    pub meter: Meter,
    /// The calls of the session, with their replies.
    pub pending_calls: PendingCalls,
    /// The host request in progress, and its answer.
    pub host_requests: HostRequests,
    /// The tools of the host.
    pub tools: Tools,
    /// The label of all decisions that the running program has taken.
    pub condition: Label,
    /// The label of all values that the running program has read. Inside a handler's block, that
    /// none of them failed is a decision too.
    pub looked_at: Label,
    /// The label of all values that were put into containers. What a library function makes of a
    /// container may derive from any.
    pub held: Label,
    /// The label of the values that the program had read before the exception handlers in force.
    pub label_of_guards: Label,
    /// The label of the values that earlier programs read: they decided the use of fuel and calls.
    pub spent_on: Label,
    /// The label of decimal numbers that have set flags in the decimal context.
    pub decimal_flags: Label,
    /// The remaining budget of the run.
    pub budget: crate::settings::Budget,
    /// The tokenizer, if the host has set one.
    pub tokenizer: Option<Arc<dyn sift_text::Tokenizer>>,
    /// The output of the running program.
    pub output: Output,
    /// The library table.
    pub library: &'static Library<Self>,
    /// The context.
    pub context: Arc<ContextData>,
    /// The names of the session's global variables, with their slots.
    pub symbols: Symbols,
    /// The global variables, by slot; unbound if not assigned.
    pub globals: Vec<Value>,
    /// Slots that programs have stored to: their own variables.
    pub stored: HashSet<u32>,
    /// The library's table: natives, classes, modules and prelude functions.
    pub builtins: Vec<Value>,
    /// The index in that table of each loaded module's first name.
    pub modules: Vec<Option<usize>>,
    /// The modules whose statements are running, with the indices of their first names.
    pub loading: Vec<(usize, usize)>,
    /// A buffer for building short texts.
    pub scratch: String,
    /// The last lookup in a dict.
    pub last_lookup: Option<DictLookup>,
    /// The cache of compiled patterns.
    pub patterns: PatternCache,
    /// The decimal context; unbound until first used.
    pub decimal_context: Value,
    /// The argument of FINAL.
    pub answer: Option<Value>,
    /// How the value of a program's last expression is used.
    pub echo: crate::settings::Echo,
    /// Counts of library function calls, if the host wants them.
    pub coverage: Option<Box<Coverage>>,
    /// What library functions know of the frame that calls them.
    pub caller: CallerInfo,
    /// The loaded code.
    pub code: LoadedCodes,
    /// The locals and operands of all frames.
    pub stack: Vec<Value>,
    /// Set while an op runs again after a collection: a lack of memory then ends the program.
    pub just_collected: bool,
    /// The previous states of iterators that the current op has advanced; they are restored if it
    /// runs again.
    pub consumed: Vec<(Value, IteratorSource)>,
    /// The single call that the current op has made, outside of a batch.
    pub single_call: Option<PendingId>,
    /// Whether calls were made since the loop was entered.
    pub calls_made: bool,
    /// Set during speculative execution.
    pub speculation: Option<SpeculationState>,
}

impl Runtime {
    /// Creates the runtime of a session without limits, so that the library's prelude loads
    /// completely whatever programs may use.
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
            spent_on: Label::PROGRAM,
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
