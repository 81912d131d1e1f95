//! All of a session but the functions that are running: what library functions and operators work on.
//!
//! - `bind` gives library functions their arguments, and `arguments` those of functions that are written in the language.
//! - `holes` keeps the calls to models; `output` what was printed.
//! - `asking` puts requests to the host, and `tools` calls its functions.
//! - `calls`, `instances`, `generators`, `exceptions` and `iterate` make what programs call, raise and go through.
//! - `stack` and `globals` hold variables; `kept` what the host holds meanwhile.
//! - `replies` waits for replies that have not arrived; `labels` tells what values derive from.
//! - `shortcuts` does at once what programs do most.
//! - `codes` holds the code that is loaded; `coverage` counts calls of library functions, if asked to.

mod arguments;
mod asking;
mod bind;
mod calls;
mod codes;
mod context;
pub mod coverage;
mod exceptions;
mod generators;
mod globals;
pub mod holes;
mod instances;
pub mod iterate;
mod kept;
mod labels;
mod output;
mod patterns;
mod replies;
mod shortcuts;
mod stack;
mod tools;

use std::collections::HashSet;
use std::sync::Arc;

use sift_compiler::compile::Symbols;
use sift_compiler::exception::ExceptionClass;
use sift_text::{HoleId, Text};
use sift_values::classes::Registry;
use sift_values::flow::{End, Flow, Outcome};
use sift_values::heap::Heap;
use sift_values::meter::Meter;
use sift_values::object::{ExceptionObject, IteratorSource, Object, TupleObject, text_bytes};
use sift_values::value::{Label, Type, Value};

use crate::operate::Found;
use crate::table::Library;

pub use self::asking::{Asking, FoundPassage, HostAnswer, HostQuestion, HostRequest};
pub use self::bind::Args;
pub use self::codes::{LoadedCode, LoadedCodes, code_bytes};
pub(crate) use self::context::{CHUNK_SIZE, JOINED};
pub use self::context::{ContextData, ContextDocument, ContextFiles, ContextKind, DOCUMENT_ATTRIBUTES};
pub use self::coverage::{Coverage, LibraryUse};
pub use self::globals::GIVEN;
pub use self::holes::{
    CallFailure, CallKey, CallKind, CallOutcome, Holes, IssuedCall, MAX_SCHEMA_BYTES, MAX_UNSETTLED, NewCall, UNKNOWN,
};
pub use self::output::{Output, Printed};
pub use self::patterns::PatternCache;
pub use self::tools::{Derived, HostTool, ToolAccess, Tools};

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
#[derive(Debug, Default)]
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

/// What work is paid from: fuel, and the room that is left on the heap.
pub struct Means<'m> {
    /// The heap, for its room and for reading.
    pub heap: &'m Heap,
    /// The meter that the work is charged to.
    pub meter: &'m mut Meter,
    /// Whether memory was just collected for the running op: no room is then an error.
    pub just_collected: bool,
}

impl Means<'_> {
    /// As [`Runtime::reserve`].
    #[inline]
    pub const fn reserve(&self, bytes: usize) -> Result<(), Flow> {
        if self.heap.has_room(bytes) {
            return Ok(());
        }
        Err(if self.just_collected || !self.heap.may_collect() {
            Flow::End(End::Limit(sift_values::flow::Limit::Memory))
        } else {
            Flow::Collect
        })
    }
}

/// All of a session but the functions that are running: values, code, variables, replies, and what is known of them. It is
/// what library functions and operators work on.
#[derive(Debug)]
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
    pub library: &'static Library,
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
    /// Whether a block's last expression is printed.
    pub echo: bool,
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
    pub fn new(library: &'static Library, context: Arc<ContextData>) -> Self {
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
            echo: false,
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

    /// Tells whether what is done is on trial.
    #[inline]
    pub const fn is_ahead(&self) -> bool {
        self.trial.is_some()
    }

    /// Gives up running ahead: what the running op does can't be done on trial.
    pub fn give_up(&mut self) -> Flow {
        if let Some(trial) = &mut self.trial {
            trial.given_up = true;
        }
        Flow::Wait(UNKNOWN)
    }

    /// Tells whether this many more calls may be found: none within a branch, which is a trial within one.
    pub(crate) fn may_find(&mut self, calls: usize) -> Result<(), Flow> {
        if self.heap.trials() > 1 || !self.holes.has_room_ahead(calls) {
            return Err(self.give_up());
        }
        Ok(())
    }
}

impl Runtime {
    /// Tells whether a function's code is the library's.
    #[inline]
    pub fn is_library_code(&self, code: u32) -> bool {
        self.code.get(code).is_some_and(|code| code.is_library)
    }

    /// Tells whether the running op is the library's.
    #[inline]
    pub(crate) const fn in_library_code(&self) -> bool {
        self.running.is_library
    }

    /// Makes sure that a result of this many bytes fits, before it is built.
    ///
    /// # Errors
    /// Asks for a collection first; after it, ends the program.
    #[inline]
    pub fn reserve(&mut self, bytes: usize) -> Result<(), Flow> {
        self.means().reserve(bytes)?;
        self.heap.note_use(bytes);
        Ok(())
    }

    /// Returns what work is paid from, for work that reads the heap meanwhile.
    #[inline]
    pub const fn means(&mut self) -> Means<'_> {
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
    pub fn alloc(&mut self, kind: Type, object: Object) -> Outcome {
        let bytes = object.nominal_bytes();
        self.reserve(bytes)?;
        Ok(self.heap.add_counted(kind, object, bytes))
    }

    /// Puts a text on the heap whose content is new: its bytes are counted.
    #[inline]
    pub fn new_text(&mut self, text: Text) -> Value {
        self.heap.grow(text.new_bytes());
        self.shared_text(text)
    }

    /// Puts a text on the heap whose content belongs to other texts already: only its header is counted.
    #[inline]
    pub fn shared_text(&mut self, text: Text) -> Value {
        self.heap.add_text(text)
    }

    /// Puts a text on the heap whose content belongs to other texts already, if its header fits.
    ///
    /// # Errors
    /// As [`reserve`](Self::reserve).
    #[inline]
    pub fn alloc_shared_text(&mut self, text: Text) -> Outcome {
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
    pub fn alloc_slice(&mut self, slice: Text) -> Outcome {
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
    pub fn alloc_text(&mut self, text: impl Into<String>) -> Outcome {
        let text = text.into();
        self.reserve(text.len())?;
        Ok(self.new_text(Text::from_string(text)))
    }

    /// Makes a list, if it fits.
    ///
    /// # Errors
    /// As [`reserve`](Self::reserve).
    #[inline]
    pub fn alloc_list(&mut self, items: Vec<Value>) -> Outcome {
        self.alloc(Type::List, Object::List(items))
    }

    /// Makes a tuple, if it fits.
    ///
    /// # Errors
    /// As [`reserve`](Self::reserve).
    #[inline]
    pub fn alloc_tuple(&mut self, items: impl Into<Box<[Value]>>) -> Outcome {
        self.alloc(Type::Tuple, Object::Tuple(TupleObject::from(items)))
    }

    /// Makes an exception of `class` with one text as its argument.
    pub fn raise(&mut self, class: ExceptionClass, message: impl AsRef<str>) -> Flow {
        let message = self.new_text(Text::new(message.as_ref()));
        self.raise_with(class, vec![message])
    }

    /// Makes an exception of `class` with these arguments, and raises it.
    pub fn raise_with(&mut self, class: ExceptionClass, args: Vec<Value>) -> Flow {
        Flow::Raise(self.exception(class, args))
    }

    /// Makes an exception object; nothing is raised yet.
    pub fn exception(&mut self, class: ExceptionClass, args: Vec<Value>) -> Value {
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
    pub fn type_error(&mut self, message: impl AsRef<str>) -> Flow {
        self.raise(ExceptionClass::TypeError, message)
    }

    /// Makes a `ValueError`.
    pub fn value_error(&mut self, message: impl AsRef<str>) -> Flow {
        self.raise(ExceptionClass::ValueError, message)
    }

    /// Adds what to do about an exception, for the model.
    pub fn with_help(&mut self, flow: Flow, help: impl Into<String>) -> Flow {
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
}
