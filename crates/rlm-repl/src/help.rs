//! Returns the help on a name of the library.

use sift::{ExecEnd, Session};
use sift_vm::Settings;

/// Returns the help on a function, a method, a class or a module, as `help` prints it: its
/// signature, a sentence and an example. For an unknown name, returns a message with similar names.
///
/// ```
/// let told = rlm_repl::help_on("str.split");
/// assert!(told.starts_with(".split("), "{told}");
/// ```
#[must_use]
pub fn help_on(name: &str) -> String {
    let mut session = Session::new(Settings::default());
    // The name is passed as a value, never as part of the program.
    if session.set("name", name).is_err() {
        return String::new();
    }
    let told = session.exec("print(help(name))");
    match told.end {
        ExecEnd::Done => told.printed.text.trim_end().to_owned(),
        _ => format!("no help found for `{name}`"),
    }
}
