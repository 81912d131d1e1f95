//! All of a session but the functions that are running: what library functions and operators work on.
//!
//! - [`bind`] gives library functions their arguments, and [`arguments`] those of functions that are written in the language.
//! - [`holes`] keeps the calls to models; [`output`] what was printed.
//! - [`asking`] puts requests to the host, and [`tools`] calls its functions.
//! - [`calls`], [`instances`], [`generators`], [`exceptions`] and [`iterate`] make what programs call, raise and go through.
//! - [`stack`] and [`globals`] hold variables; [`kept`] what the host holds meanwhile.
//! - [`replies`] waits for replies that have not arrived; [`labels`] tells what values derive from.
//! - [`shortcuts`] does at once what programs do most.
//! - [`codes`] holds the code that is loaded; [`coverage`] counts calls of library functions, if asked to.

mod arguments;
mod asking;
mod bind;
mod calls;
mod codes;
mod context;
pub(crate) mod coverage;
mod exceptions;
mod generators;
mod globals;
pub(crate) mod holes;
mod instances;
pub(crate) mod iterate;
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

use sift_text::{HoleId, Text};

use crate::compile::Symbols;
use crate::exception::ExceptionClass;
use crate::flow::{End, Flow, Outcome};
use crate::heap::Heap;
use crate::meter::Meter;
use crate::object::{ExceptionObject, IteratorSource, Object, TupleObject, text_bytes};
use crate::operate::Found;
use crate::table::Library;
use crate::value::{Label, Type, Value};

pub(crate) use self::asking::Asking;
pub use self::asking::{FoundPassage, HostAnswer, HostQuestion, HostRequest};
pub(crate) use self::bind::Args;
pub(crate) use self::codes::{LoadedCode, LoadedCodes, code_bytes};
pub(crate) use self::context::{CHUNK_SIZE, DOCUMENT_ATTRIBUTES, JOINED};
pub use self::context::{ContextData, ContextDocument, ContextFiles, ContextKind};
pub(crate) use self::coverage::Coverage;
pub use self::coverage::LibraryUse;
pub(crate) use self::globals::GIVEN;
pub use self::holes::{CallFailure, CallKey, CallKind, CallOutcome, IssuedCall, MAX_SCHEMA_BYTES, MAX_UNSETTLED};
pub(crate) use self::holes::{Holes, NewCall, UNKNOWN};
pub(crate) use self::output::Output;
pub use self::output::Printed;
pub(crate) use self::patterns::PatternCache;
pub(crate) use self::tools::Tools;
pub use self::tools::{Derived, HostTool, ToolAccess};

/// What a call came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entered {
    /// The result is on the stack, in place of the operands.
    Value,
    /// A frame was pushed; its result will take the place of the operands.
    Frame,
}

/// How far a generator has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GeneratorStage {
    /// It stands before its first statement.
    JustStarted,
    /// It stands at a `yield`.
    Suspended,
    Running,
    Ended,
}

/// What a machine that is on trial was told by the op that runs.
#[derive(Debug, Default)]
pub(crate) struct Trial {
    /// Whether it can't be done on trial.
    pub(crate) given_up: bool,
}

/// What a library function may know of the frame that calls it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Running {
    pub(crate) is_library: bool,
    pub(crate) label: Label,
}

/// What work is paid from: fuel, and the room that is left on the heap.
pub(crate) struct Means<'m> {
    pub(crate) heap: &'m Heap,
    pub(crate) meter: &'m mut Meter,
    pub(crate) just_collected: bool,
}

impl Means<'_> {
    /// As [`Runtime::reserve`].
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
    pub(crate) looked_at: Label,
    /// What values were put into containers, in the coarsest sense: what a library function makes of a container may come from any.
    pub(crate) held: Label,
    /// What the running program had computed with before the handlers of exceptions that are in force.
    pub(crate) label_of_guards: Label,
    /// What earlier programs of the session computed with: fuel and calls were used for it.
    pub(crate) spent_on: Label,
    /// What decimal numbers were computed from, which leave flags in the context in force.
    pub(crate) decimal_flags: Label,
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
    pub(crate) modules: Vec<Option<usize>>,
    /// The modules whose statements are running, each with where its names stand.
    pub(crate) loading: Vec<(usize, usize)>,
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
    pub(crate) running: Running,
    pub(crate) code: LoadedCodes,
    pub(crate) stack: Vec<Value>,
    /// Set while an op is run again after a collection: if memory still does not reach, the program ends.
    pub(crate) just_collected: bool,
    /// Iterators that the running op has read from, as they were before: they are put back if it has to be run again.
    pub(crate) consumed: Vec<(Value, IteratorSource)>,
    /// The call that the running op has made by itself, not in a batch.
    pub(crate) single_call: Option<HoleId>,
    /// Whether calls were made since the loop was entered.
    pub(crate) calls_made: bool,
    /// What is done on trial, while it is.
    pub(crate) trial: Option<Trial>,
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
    pub(crate) fn may_find(&mut self, calls: usize) -> Result<(), Flow> {
        if self.heap.trials() > 1 || !self.holes.has_room_ahead(calls) {
            return Err(self.give_up());
        }
        Ok(())
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
}
