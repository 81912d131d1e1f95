//! Making values, and paying for them.

use sift_compiler::exception::ExceptionClass;
use sift_text::Text;
use sift_values::flow::{End, Flow, Outcome};
use sift_values::heap::Heap;
use sift_values::meter::Meter;
use sift_values::object::{ExceptionObject, Object, TupleObject, text_bytes};
use sift_values::value::{Type, Value};

use crate::runtime::{Runtime, UNKNOWN};

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

impl Runtime {
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
