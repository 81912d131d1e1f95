//! The state of a session but for the functions that are running.

use std::collections::HashSet;
use std::sync::Arc;

use sift_compiler::compile::Symbols;
use sift_text::HoleId;
use sift_values::classes::Registry;
use sift_values::heap::Heap;
use sift_values::meter::Meter;
use sift_values::object::IteratorSource;
use sift_values::value::{Label, Value};

use crate::runtime::{Asking, ContextData, Coverage, Found, Holes, LoadedCodes, Output, PatternCache, Tools};
use crate::table::Library;

/// What a call came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entered {
    /// The result is on the stack, in place of the operands.
    Value,
    /// A frame was pushed; its result will take the place of the operands.
    Frame,
}

/// How far a generator has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GeneratorStage {
    /// It stands before its first statement.
    JustStarted,
    /// It stands at a `yield`.
    Suspended,
    /// Its frame is on the machine's stack.
    Running,
    /// It has returned or raised.
    Ended,
}

/// What a machine that is on trial was told by the op that runs.
#[derive(Debug, Default, Clone)]
pub struct Trial {
    /// Whether it can't be done on trial.
    pub given_up: bool,
}

/// What a library function may know of the frame that calls it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Running {
    /// Whether the frame runs code of the library.
    pub is_library: bool,
    /// What decided that the frame runs; for library code, also which way it went.
    pub label: Label,
}

/// All of a session but the functions that are running: values, code, variables, replies, and what is known of them. It is
/// what library functions and operators work on.
#[derive(Debug, Clone)]
pub struct Runtime {
    /// The objects of the session.
    pub heap: Heap,
    /// The fuel of the running program.
    pub meter: Meter,
    /// The calls of the running program, with their replies.
    pub holes: Holes,
    /// The request that waits for the host's answer, and the answer.
    pub asking: Asking,
    /// The functions of the host.
    pub tools: Tools,
    /// What decided which way the running program went, in the coarsest sense.
    pub condition: Label,
    /// What the running program has computed with, in the coarsest sense: that none of it failed decides too, where a handler waits.
    pub looked_at: Label,
    /// What values were put into containers, in the coarsest sense: what a library function makes of a container may come from any.
    pub held: Label,
    /// What the running program had computed with before the handlers of exceptions that are in force.
    pub label_of_guards: Label,
    /// What earlier programs of the session computed with: fuel and calls were used for it.
    pub spent_on: Label,
    /// What decimal numbers were computed from, which leave flags in the context in force.
    pub decimal_flags: Label,
    /// What the host says that is left of the run.
    pub budget: crate::settings::Budget,
    /// Cuts texts into tokens, where the host has said how.
    pub tokenizer: Option<Arc<dyn sift_text::Tokenizer>>,
    /// What the running program has printed.
    pub output: Output,
    /// The functions, classes and modules that programs can use.
    pub library: &'static Library<Self>,
    /// The context that the session's programs read.
    pub context: Arc<ContextData>,
    /// The names of the session's global variables, each with its slot.
    pub symbols: Symbols,
    /// The global variables, by slot; unbound where a variable is not assigned.
    pub globals: Vec<Value>,
    /// Slots that programs store to: the variables that are theirs.
    pub stored: HashSet<u32>,
    /// The library's own table: natives, classes, modules and prelude functions.
    pub builtins: Vec<Value>,
    /// Where the names of each loaded module stand in that table.
    pub modules: Vec<Option<usize>>,
    /// The modules whose statements are running, each with where its names stand.
    pub loading: Vec<(usize, usize)>,
    /// Where short texts are put together.
    pub scratch: String,
    /// What was found last in a dict.
    pub found: Option<Found>,
    /// Patterns that were compiled last.
    pub patterns: PatternCache,
    /// What decimal numbers are fitted to; unbound until it is first asked for.
    pub decimal_context: Value,
    /// What FINAL was given.
    pub answer: Option<Value>,
    /// What becomes of the value of a program's last expression.
    pub echo: crate::settings::Echo,
    /// Which library functions are called, where somebody wants to know.
    pub coverage: Option<Box<Coverage>>,
    /// What library functions may know of the frame that runs.
    pub running: Running,
    /// The code that is loaded.
    pub code: LoadedCodes,
    /// The locals and operands of all frames.
    pub stack: Vec<Value>,
    /// Set while an op is run again after a collection: if memory still does not reach, the program ends.
    pub just_collected: bool,
    /// Iterators that the running op has read from, as they were before: they are put back if it has to be run again.
    pub consumed: Vec<(Value, IteratorSource)>,
    /// The call that the running op has made by itself, not in a batch.
    pub single_call: Option<HoleId>,
    /// Whether calls were made since the loop was entered.
    pub calls_made: bool,
    /// What is done on trial, while it is.
    pub trial: Option<Trial>,
}

impl Runtime {
    /// Makes the runtime of a session without limits, so that what the library itself runs first is whole whatever programs may use.
    #[must_use]
    pub fn new(library: &'static Library<Self>, context: Arc<ContextData>) -> Self {
        Self {
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
            echo: crate::settings::Echo::Off,
            coverage: None,
            running: Running::default(),
            code: LoadedCodes::default(),
            stack: Vec::new(),
            just_collected: false,
            consumed: Vec::new(),
            single_call: None,
            calls_made: false,
            trial: None,
        }
    }
}
