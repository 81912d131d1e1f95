//! The ways in which an operation ends without a value.

use sift_text::PendingId;

use crate::value::Value;

/// A limit of the machine. Programs can't catch it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Limit {
    /// The fuel limit of the program.
    Fuel,
    /// The memory limit for the values that the program keeps.
    Memory,
    /// The maximum nesting depth of values.
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

/// The reason for a program's permanent end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// The program called `FINAL`. The answer is in the ended step.
    Final,
    /// The program exceeded a limit of the machine.
    Limit(Limit),
    /// The program was cancelled.
    Cancelled,
}

/// The reason why an operation has no value. All variants except `Raise` are handled by the
/// machine.
#[derive(Debug)]
pub enum Flow {
    /// The exception object that is raised.
    Raise(Value),
    /// A reply is needed that has not arrived; the op is run again when it has.
    Wait(PendingId),
    /// The host is to answer first; the op is run again when it has.
    Ask,
    /// A garbage collection is needed. The op is run again after it.
    Collect,
    /// The program has ended.
    End(End),
    /// A generator stands where a library function wants all its items: it is replaced by a list of them, and the op is run
    /// again.
    Materialise(OperandSlot),
    /// A module that is written in the language is needed: its statements are run, and the op is run again.
    LoadModule(usize),
    /// The result is the next item of a generator, or the default at its end.
    Resume {
        /// The generator to resume.
        generator: Value,
        /// The result at the generator's end. If unbound, `StopIteration` is raised.
        default: Value,
    },
    /// The result is the next item of a generator, resumed with this value.
    Send {
        /// The generator to resume.
        generator: Value,
        /// The value of the `yield` at which the generator is suspended.
        value: Value,
    },
    /// The result is the next item of a generator, resumed with this exception.
    Throw {
        /// The generator to resume.
        generator: Value,
        /// The exception raised at the `yield` at which the generator is suspended.
        exception: Value,
    },
    /// The result is that of a prelude function.
    Delegate(Box<Delegate>),
}

/// The location of an operand of the running op.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperandSlot {
    /// At this place of the stack.
    Stack(usize),
    /// An item of the list or dict at an index of the stack. It holds the arguments of `f(*args,
    /// **named)` and isn't shared.
    Argument {
        /// The stack index of the list or dict.
        holder: usize,
        /// The index of the list item or dict entry.
        index: usize,
    },
}

/// A call of a prelude function in place of a library function.
#[derive(Debug)]
pub struct Delegate {
    /// The function's name in the library's own table.
    pub function: &'static str,
    /// The positional arguments.
    pub args: Vec<Value>,
}

/// A value, or the reason why there is none.
pub type Outcome = Result<Value, Flow>;

/// Returns the flow for delegating a call to a prelude function.
pub fn delegate(function: &'static str, args: Vec<Value>) -> Flow {
    Flow::Delegate(Box::new(Delegate { function, args }))
}
