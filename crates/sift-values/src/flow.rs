//! The ways in which an operation ends without returning a value, such as an exception or a wait.

use sift_text::PendingId;

use crate::value::Value;

/// A limit of the machine. Exceeding it ends the program, which can't catch this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Limit {
    /// The limit of fuel that the program may use.
    Fuel,
    /// The limit of memory for the values that the program keeps.
    Memory,
    /// The maximum nesting depth of values in an operation.
    Nesting,
}

impl Limit {
    /// Returns the stable name of the limit, for journals and messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fuel => "FuelExhausted",
            Self::Memory => "MemoryExceeded",
            Self::Nesting => "NestingExceeded",
        }
    }
}

/// The reason why a program has ended and can't be resumed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// The program called `FINAL`. The machine's last step contains the answer.
    Final,
    /// The program exceeded a limit of the machine.
    Limit(Limit),
    /// The program was cancelled.
    Cancelled,
}

/// The reason why an operation returns no value. The machine handles all variants; only `Raise` is
/// visible to programs.
#[derive(Debug)]
pub enum Flow {
    /// An exception is raised; this is the exception object.
    Raise(Value),
    /// The operation needs a model's reply that has not arrived. The op is run again when it has.
    Wait(PendingId),
    /// The operation needs an answer of the host. The op is run again when it has arrived.
    Ask,
    /// The operation needs memory, so garbage is collected. Then the op is run again.
    Collect,
    /// The program has ended, for this reason.
    End(End),
    /// The operation needs all items of a generator operand. The machine replaces it by a list of
    /// the items, and then the op is run again.
    Materialise(OperandSlot),
    /// The operation needs the library module with this number. The machine runs its statements,
    /// and then the op is run again.
    LoadModule(usize),
    /// The result of the operation is the next item of a generator, or a default at its end.
    Resume {
        /// The generator to resume.
        generator: Value,
        /// The result if the generator has ended. If it is unbound, `StopIteration` is raised.
        default: Value,
    },
    /// The result of the operation is the next item of a generator after a value was sent to it.
    Send {
        /// The generator that receives the value.
        generator: Value,
        /// The value sent to the generator, which becomes the value of its current `yield`.
        value: Value,
    },
    /// The result of the operation is the next item of a generator after an exception was thrown
    /// into it.
    Throw {
        /// The generator that receives the exception.
        generator: Value,
        /// The exception to raise at the generator's current `yield`.
        exception: Value,
    },
    /// The result of the operation is that of a prelude function, which the machine calls.
    Delegate(Box<Delegate>),
}

/// The location of an operand of the op that is being run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperandSlot {
    /// The operand is at this index of the stack.
    Stack(usize),
    /// The operand is an item of a list or dict on the stack, which holds the arguments of
    /// `f(*args, **named)` and isn't shared.
    Argument {
        /// The stack index of the list or dict of arguments.
        holder: usize,
        /// The index of the argument in the list or dict.
        index: usize,
    },
}

/// A call of a prelude function that a library function makes in place of its own work.
#[derive(Debug)]
pub struct Delegate {
    /// The name of the prelude function to call.
    pub function: &'static str,
    /// The positional arguments for the prelude function.
    pub args: Vec<Value>,
}

/// The result of an operation: a value, or the reason why there is none.
pub type Outcome = Result<Value, Flow>;

/// Returns the flow by which a library function delegates its call to a prelude function.
pub fn delegate(function: &'static str, args: Vec<Value>) -> Flow {
    Flow::Delegate(Box::new(Delegate { function, args }))
}
