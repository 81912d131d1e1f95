//! Plain data of the interpreter: frames, exception handlers, and the reasons to pause.

use sift_text::PendingId;
use sift_values::flow::{End, OperandSlot};
use sift_values::value::{Label, Value};

/// The stack frame of a function call.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    pub(crate) code: u32,
    pub(crate) ip: usize,
    /// The stack index of the first local variable.
    pub(crate) base: usize,
    /// The height to which the stack is truncated when the frame ends.
    pub(crate) floor: usize,
    /// The number of active exception handlers when the frame was pushed.
    pub(crate) guards: usize,
    pub(crate) on_return: OnReturn,
    /// The generator that the frame belongs to, if any.
    pub(crate) generator: Option<Value>,
    /// Whether the code of the frame belongs to the library.
    pub(crate) is_library: bool,
    /// The taint label of the control flow: of what decided that the frame runs and, in library
    /// code, which path it took. It is added to all that the frame returns, yields and stores.
    pub(crate) label: Label,
}

/// What to do with the value that a frame returns or yields.
#[derive(Debug, Clone, Copy)]
pub(crate) enum OnReturn {
    /// Pushes the value on the stack.
    Push,
    /// Uses the value as the next item of a `for` loop. If the frame returns, the loop exits to this
    /// op.
    Item { exit: u32 },
    /// Uses the value as the result of `next`. If the generator has ended, the result is the
    /// default, or `StopIteration` is raised.
    Next { default: Value },
    /// Replaces an operand of the op that called the frame by the value. The op then runs again.
    Replace(OperandSlot),
    /// Drops the value.
    Drop,
    /// Pushes the negated truth of the value, for `not in`.
    Not,
    /// Drops the value and pushes this instance, which the frame has initialized.
    Give { instance: Value },
    /// Drops the value. The frame has loaded a module whose names start at `place` of the library's
    /// table.
    Loaded { module: usize, place: usize },
}

/// An active exception handler, with the state to restore before it runs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Guard {
    /// The number of frames when the handler was installed.
    pub(crate) frames: usize,
    pub(crate) target: u32,
    /// The height of the value stack when the handler was installed.
    pub(crate) height: usize,
    pub(crate) catches_call_failure: bool,
    /// The taint label of the values that the program read before the handler was installed.
    pub(crate) before: Label,
}

/// The owner of a compilation unit: a program, the prelude or a module.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Source {
    Program,
    Prelude,
    /// A module of the library. The module's names start at `place` of the library's table.
    Module {
        module: usize,
        place: usize,
    },
}

/// The reason why the interpreter loop returned.
#[derive(Debug)]
pub(crate) enum Pause {
    Slice,
    /// The program has made calls that can be issued, but does not wait for their replies yet.
    Calls,
    /// The program waits for this model reply.
    Wait(PendingId),
    /// The program waits for the host's answer to a request other than a model call.
    Ask,
    /// The program has run its last statement.
    Done,
    Raised(Value),
    /// The program was ended by `FINAL`, a limit or cancellation.
    Ended(End),
}
