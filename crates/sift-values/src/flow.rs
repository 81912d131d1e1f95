//! How work ends other than with a value.

use sift_text::HoleId;

use crate::value::Value;

/// A limit of the machine. No handler of a program catches it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Limit {
    /// The program's fuel is used up.
    Fuel,
    /// The values that the program keeps take more than their memory.
    Memory,
    /// Values are nested deeper than the machine follows.
    Nesting,
}

impl Limit {
    /// Returns a stable name for journals and messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fuel => "FuelExhausted",
            Self::Memory => "MemoryExceeded",
            Self::Nesting => "NestingExceeded",
        }
    }
}

/// How a program ended for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// It called FINAL; the answer is in the ended step.
    Final,
    /// It met a limit of the machine.
    Limit(Limit),
    /// It was cancelled.
    Cancelled,
}

/// Why an operation gave no value. Everything but `Raise` is the machine's business alone.
#[derive(Debug)]
pub enum Flow {
    /// An exception object is raised.
    Raise(Value),
    /// A reply is needed that has not arrived; the op is run again when it has.
    Wait(HoleId),
    /// The host is to answer first; the op is run again when it has.
    Ask,
    /// Memory has to be collected first; the op is run again after it.
    Collect,
    /// The program ends.
    End(End),
    /// A generator stands where a library function wants all its items: it is replaced by a list of them, and the op is run
    /// again.
    Materialise(Spot),
    /// A module that is written in the language is needed: its statements are run, and the op is run again.
    LoadModule(usize),
    /// The result is the next item of a generator, or the default when it has ended.
    Resume {
        /// The generator to resume.
        generator: Value,
        /// The result if the generator has ended; unbound to raise `StopIteration`.
        default: Value,
    },
    /// The result is the next item of a generator that goes on with this value.
    Send {
        /// The generator to resume.
        generator: Value,
        /// The result of the `yield` that the generator waits at.
        value: Value,
    },
    /// The result is the next item of a generator in which this is raised.
    Throw {
        /// The generator to resume.
        generator: Value,
        /// The exception that is raised at the `yield` that the generator waits at.
        exception: Value,
    },
    /// The result is that of a prelude function.
    Delegate(Box<Delegate>),
}

/// Where an operand of the running op stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spot {
    /// At this place of the stack.
    Stack(usize),
    /// In the list or the dict at this place of the stack, which holds the arguments of `f(*args, **named)` and nobody else
    /// has seen.
    Argument {
        /// The place on the stack of the list or dict.
        holder: usize,
        /// The index of the list's item or the dict's entry.
        index: usize,
    },
}

/// A call of a prelude function in place of a library function.
#[derive(Debug)]
pub struct Delegate {
    /// The function's name in the library's own table.
    pub function: &'static str,
    /// The arguments, all given by position.
    pub args: Vec<Value>,
}

/// A value, or why there is none.
pub type Outcome = Result<Value, Flow>;

/// Says that the result is that of a prelude function.
pub fn delegate(function: &'static str, args: Vec<Value>) -> Flow {
    Flow::Delegate(Box::new(Delegate { function, args }))
}
