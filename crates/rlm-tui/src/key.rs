//! What a person presses.

/// A key, whatever the terminal calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Key {
    /// A character.
    Char(char),
    /// The key Enter.
    Enter,
    /// The key Esc.
    Escape,
    /// The key Tab.
    Tab,
    /// The key Backspace.
    Backspace,
    /// An arrow.
    Up,
    /// An arrow.
    Down,
    /// An arrow.
    Left,
    /// An arrow.
    Right,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
    /// To the beginning.
    Home,
    /// To the end.
    End,
    /// Ctrl-C.
    Interrupt,
}

/// What a person wants of whoever shows the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// To leave the view; a run that goes on goes on.
    Leave,
    /// To stop the run in good order.
    Stop,
    /// To stop the run in good order and leave the view.
    StopAndLeave,
    /// To end the process at once.
    Abort,
}
