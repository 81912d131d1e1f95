//! Attacks by hostile models and texts, as data: programs that try to escape from the VM
//! (`escapes/`), and contexts with orders to models (`injections/`). Each states its expected
//! result.

mod case;
mod escapes;
mod gullible;
mod host;
mod injections;
mod page;
mod peer;

/// Returns `SECURITY.md` as one line.
fn security() -> String {
    let words: Vec<&str> = include_str!("../../../SECURITY.md").split_whitespace().collect();
    words.join(" ")
}
