//! Keys that a user presses, and the actions that they request.

/// A key, independent of the terminal library.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Key {
    /// A key that types this character.
    Char(char),
    /// The key Enter.
    Enter,
    /// The key Esc.
    Escape,
    /// The key Tab.
    Tab,
    /// The key Backspace.
    Backspace,
    /// The arrow key up.
    Up,
    /// The arrow key down.
    Down,
    /// The arrow key left.
    Left,
    /// The arrow key right.
    Right,
    /// The key Page Up.
    PageUp,
    /// The key Page Down.
    PageDown,
    /// The key Home.
    Home,
    /// The key End.
    End,
    /// The key combination Ctrl-C.
    Interrupt,
}

/// An action that the user requests from the program that shows the view.
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
