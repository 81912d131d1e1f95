//! The keys that a user presses.

/// A key, independent of the terminal library.
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
    /// The up arrow.
    Up,
    /// The down arrow.
    Down,
    /// The left arrow.
    Left,
    /// The right arrow.
    Right,
    /// The key Page Up.
    PageUp,
    /// The key Page Down.
    PageDown,
    /// The key Home.
    Home,
    /// The key End.
    End,
    /// Ctrl-C.
    Interrupt,
}

/// A request of the user to the host of the view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostAction {
    /// Leave the view. A running run continues.
    Leave,
    /// Stop the run gracefully.
    Stop,
    /// Stop the run gracefully and leave the view.
    StopAndLeave,
    /// End the process immediately.
    Abort,
}
