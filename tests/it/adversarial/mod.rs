//! What hostile models and hostile texts try, as data: programs that want out of the machine (`escapes/`), and contexts that give orders to
//! whoever reads them (`injections/`). Each says how it ends.

mod case;
mod escapes;
mod gullible;
mod host;
mod injections;
mod page;
mod peer;

/// What `SECURITY.md` says, on one line.
fn security() -> String {
    let words: Vec<&str> = include_str!("../../../SECURITY.md").split_whitespace().collect();
    words.join(" ")
}
