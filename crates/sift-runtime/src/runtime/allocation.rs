//! Allocates values and exceptions, and charges for them.

use sift_compiler::exception::ExceptionClass;
use sift_text::Text;
use sift_values::flow::{End, Flow, Outcome};
use sift_values::heap::Heap;
use sift_values::meter::Meter;
use sift_values::object::{ExceptionObject, Object, TupleObject, text_bytes};
use sift_values::value::{Type, Value};

use crate::runtime::Runtime;

use sift_values::pending_calls::UNKNOWN;

/// Borrowed parts of a runtime to which work is charged: fuel and heap space.
pub struct Resources<'m> {
    /// The heap, for reading and for its free space.
    pub heap: &'m Heap,
    /// The meter to which fuel is charged.
    pub meter: &'m mut Meter,
    /// Whether garbage was just collected for the current op. A lack of memory then ends the
    /// program instead of triggering another collection.
    pub just_collected: bool,
}

impl Resources<'_> {
    /// Checks that this many bytes fit into memory, as [`Runtime::reserve`] does.
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

impl Runtime {
    /// Returns `true` during speculative execution.
    #[inline]
    pub const fn is_speculating(&self) -> bool {
        self.speculation.is_some()
    }

    /// Marks speculation as ended, because the current op can't be executed speculatively. Returns
    /// the flow that stops the op.
    pub fn give_up(&mut self) -> Flow {
        if let Some(speculation) = &mut self.speculation {
            speculation.given_up = true;
        }
        Flow::Wait(UNKNOWN)
    }

    /// Checks that `calls` more model calls may be recorded by speculation, and ends speculation
    /// otherwise. No calls are recorded while only one path of a branch is explored.
    pub(crate) fn check_speculative_calls(&mut self, calls: usize) -> Result<(), Flow> {
        if self.heap.transactions() > 1 || !self.pending_calls.has_room_for_speculative(calls) {
            return Err(self.give_up());
        }
        Ok(())
    }
}

impl Runtime {
    /// Returns `true` if the code with this number belongs to the library.
    #[inline]
    pub fn is_library_code(&self, code: u32) -> bool {
        self.code.get(code).is_some_and(|code| code.is_library)
    }

    /// Returns `true` if the op being run belongs to library code.
    #[inline]
    pub(crate) const fn in_library_code(&self) -> bool {
        self.caller.is_library
    }

    /// Checks that a result of this many bytes fits into memory, before it is built.
    ///
    /// # Errors
    /// [`Flow::Collect`]; if garbage was just collected, the end of the program.
    #[inline]
    pub fn reserve(&mut self, bytes: usize) -> Result<(), Flow> {
        self.resources().reserve(bytes)?;
        self.heap.note_use(bytes);
        Ok(())
    }

    /// Returns the heap and the meter together, for work that charges fuel while it reads the heap.
    #[inline]
    pub const fn resources(&mut self) -> Resources<'_> {
        Resources {
            heap: &self.heap,
            meter: &mut self.meter,
            just_collected: self.just_collected,
        }
    }

    /// Allocates an object on the heap, if it fits into memory.
    ///
    /// # Errors
    /// The errors of [`reserve`](Self::reserve).
    #[inline]
    pub fn alloc(&mut self, kind: Type, object: Object) -> Outcome {
        let bytes = object.nominal_bytes();
        self.reserve(bytes)?;
        Ok(self.heap.add_counted(kind, object, bytes))
    }

    /// Allocates a text and counts the bytes of its content, which is new. The caller has reserved
    /// the memory.
    #[inline]
    pub fn new_text(&mut self, text: Text) -> Value {
        self.heap.grow(text.new_bytes());
        self.shared_text(text)
    }

    /// Allocates a text that shares its content with other texts, so that only its header is
    /// counted. The caller has reserved the memory.
    #[inline]
    pub fn shared_text(&mut self, text: Text) -> Value {
        self.heap.add_text(text)
    }

    /// Reserves memory for and allocates a text that shares its content with other texts.
    ///
    /// # Errors
    /// The errors of [`reserve`](Self::reserve).
    #[inline]
    pub fn alloc_shared_text(&mut self, text: Text) -> Outcome {
        let bytes = text_bytes(&text);
        self.reserve(bytes)?;
        Ok(self.heap.add_counted(Type::Str, Object::Str(text), bytes))
    }

    /// Allocates a slice of a text that is still alive. For a slice of a rope, the new nodes of its
    /// tree are charged.
    ///
    /// # Errors
    /// The errors of [`reserve`](Self::reserve), and the end of the program if fuel runs out.
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

    /// Allocates a text with this content, if it fits into memory.
    ///
    /// # Errors
    /// The errors of [`reserve`](Self::reserve).
    pub fn alloc_text(&mut self, text: impl Into<String>) -> Outcome {
        let text = text.into();
        self.reserve(text.len())?;
        Ok(self.new_text(Text::from_string(text)))
    }

    /// Allocates a list of these items.
    ///
    /// # Errors
    /// The errors of [`reserve`](Self::reserve).
    #[inline]
    pub fn alloc_list(&mut self, items: Vec<Value>) -> Outcome {
        self.alloc(Type::List, Object::List(items))
    }

    /// Allocates a tuple of these items.
    ///
    /// # Errors
    /// The errors of [`reserve`](Self::reserve).
    #[inline]
    pub fn alloc_tuple(&mut self, items: impl Into<Box<[Value]>>) -> Outcome {
        self.alloc(Type::Tuple, Object::Tuple(TupleObject::from(items)))
    }

    /// Returns a raised exception of `class` with one text as its argument.
    pub fn raise(&mut self, class: ExceptionClass, message: impl AsRef<str>) -> Flow {
        let message = self.new_text(Text::new(message.as_ref()));
        self.raise_with(class, vec![message])
    }

    /// Returns a raised exception of `class` with these arguments.
    pub fn raise_with(&mut self, class: ExceptionClass, args: Vec<Value>) -> Flow {
        Flow::Raise(self.exception(class, args))
    }

    /// Allocates an exception object without raising it.
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

    /// Returns a raised `TypeError`.
    pub fn type_error(&mut self, message: impl AsRef<str>) -> Flow {
        self.raise(ExceptionClass::TypeError, message)
    }

    /// Returns a raised `ValueError`.
    pub fn value_error(&mut self, message: impl AsRef<str>) -> Flow {
        self.raise(ExceptionClass::ValueError, message)
    }

    /// Adds a hint for the model to a raised exception. Other flows are unchanged.
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
