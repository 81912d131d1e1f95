//! What the library says of a name.

use sift::{ExecEnd, Session};
use sift_vm::Settings;

/// Returns what `help` tells a program of a function, a method, a class or a module: signature, a sentence, an example. Of a name that there is
/// not, it says so, and which is near.
///
/// ```
/// let told = rlm_repl::help_on("str.split");
/// assert!(told.starts_with(".split("), "{told}");
/// ```
#[must_use]
pub fn help_on(name: &str) -> String {
    let mut session = Session::new(Settings::default());
    // The name is a value to the program, never part of it.
    if session.set("name", name).is_err() {
        return String::new();
    }
    let told = session.exec("print(help(name))");
    match told.end {
        ExecEnd::Done => told.printed.text.trim_end().to_owned(),
        _ => format!("nothing is known of `{name}`"),
    }
}
