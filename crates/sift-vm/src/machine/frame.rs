//! Plain data of the machine: frames, exception handlers, and the reasons to pause.

use sift_text::PendingId;
use sift_values::flow::{End, OperandSlot};
use sift_values::value::{Label, Value};

/// The frame of a function call.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    pub(crate) code: u32,
    pub(crate) ip: usize,
    /// The stack index of the first local.
    pub(crate) base: usize,
    /// The height to which the stack is truncated when the frame ends.
    pub(crate) floor: usize,
    /// Number of exception handlers that were in force when the frame was pushed.
    pub(crate) guards: usize,
    pub(crate) on_return: OnReturn,
    /// The generator whose frame this is.
    pub(crate) generator: Option<Value>,
    /// Whether the code belongs to the library.
    pub(crate) is_library: bool,
    /// The control label: what decided that the frame runs and, in library code, the path that it
    /// took. It taints all that the frame returns, yields and stores.
    pub(crate) label: Label,
}

/// The destination of the value that a frame returns or yields.
#[derive(Debug, Clone, Copy)]
pub(crate) enum OnReturn {
    /// The value is pushed.
    Push,
    /// The value is the next item of a loop, which exits at this op.
    Item { exit: u32 },
    /// The value is the result of `next`. If the generator has ended, the result is the default or
    /// StopIteration is raised.
    Next { default: Value },
    /// The value replaces an operand of an op that runs again.
    Replace(OperandSlot),
    /// The value is dropped.
    Drop,
    /// The negated truth of the value is pushed.
    Not,
    /// The value is dropped, and this instance, which the frame has initialized, is pushed.
    Give { instance: Value },
    /// The value is dropped. The frame was that of a module whose names start at `place` of the
    /// library's table.
    Loaded { module: usize, place: usize },
}

/// An exception handler in force.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Guard {
    /// Number of frames when it was installed.
    pub(crate) frames: usize,
    pub(crate) target: u32,
    /// The height of the stack when it was installed.
    pub(crate) height: usize,
    pub(crate) catches_call_failure: bool,
    /// The label of the values that the program had read before.
    pub(crate) before: Label,
}

/// The owner of a unit of code.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Source {
    Program,
    Prelude,
    /// A module of the library whose names start at `place` of the library's table.
    Module {
        module: usize,
        place: usize,
    },
}

/// The reason why the loop over ops returned.
#[derive(Debug)]
pub(crate) enum Pause {
    Slice,
    /// Calls can be issued; the program does not wait for them yet.
    Calls,
    /// The program waits for this reply.
    Wait(PendingId),
    /// The program waits for the host's answer to another request.
    Ask,
    /// The last statement has run.
    Done,
    Raised(Value),
    /// The program has ended by FINAL, a limit or cancellation.
    Ended(End),
}
