//! Plain data of the machine: frames, guards, and the reasons why the loop is left.

use sift_text::HoleId;
use sift_values::flow::{End, Spot};
use sift_values::value::{Label, Value};

/// A function that is running.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    pub(crate) code: u32,
    pub(crate) ip: usize,
    /// The place of the first local on the stack.
    pub(crate) base: usize,
    /// What the stack is cut back to when the frame ends.
    pub(crate) floor: usize,
    /// How many guards were in force when it began.
    pub(crate) guards: usize,
    pub(crate) on_return: OnReturn,
    /// The generator that the frame belongs to.
    pub(crate) generator: Option<Value>,
    /// Whether its code is the library's.
    pub(crate) is_library: bool,
    /// What decided that it runs; in code of the library, also what decided which way it went. All that it returns, yields and
    /// stores derives from it.
    pub(crate) label: Label,
}

/// Where the value goes that a frame returns or yields.
#[derive(Debug, Clone, Copy)]
pub(crate) enum OnReturn {
    /// It is pushed; the end of a generator is that of the program's top level.
    Push,
    /// It is the next item of a loop, which ends at this op.
    Item { exit: u32 },
    /// It is what `next` returns; at the generator's end the default, or StopIteration.
    Next { default: Value },
    /// It replaces an operand of the op that is to be run again.
    Replace(Spot),
    /// It is dropped.
    Drop,
    /// Its negation is pushed.
    Not,
    /// It is dropped: this value, which the frame has filled in, is pushed.
    Give { instance: Value },
    /// It is dropped: the frame was that of a module, whose names stand from this place of the library's own table on.
    Loaded { module: usize, place: usize },
}

/// A guard in force.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Guard {
    /// How many frames there were.
    pub(crate) frames: usize,
    pub(crate) target: u32,
    /// The height of the stack.
    pub(crate) height: usize,
    pub(crate) catches_call_failure: bool,
    /// What the program had computed with before it.
    pub(crate) before: Label,
}

/// Whose code a unit is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Source {
    /// A program's.
    Program,
    /// The prelude's.
    Prelude,
    /// That of a module of the library, whose names stand from this place of the library's own table on.
    Module { module: usize, place: usize },
}

/// Why the loop was left.
#[derive(Debug)]
pub(crate) enum Pause {
    /// The slice of fuel is used up.
    Slice,
    /// Calls have been made that can leave; nothing waits for them yet.
    Calls,
    /// This reply is needed.
    Wait(HoleId),
    /// The host is asked for something else.
    Ask,
    /// The program's last statement was run.
    Done,
    /// An exception was not caught.
    Raised(Value),
    /// The program ended otherwise.
    Ended(End),
}
