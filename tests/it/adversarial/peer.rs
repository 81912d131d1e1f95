//! The results of the programs of `escapes/` in another implementation. `peer.py` has run them
//! there and written `peer-output.md`, with a digest of each program, so that results of changed
//! programs are detected.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use super::page::Page;

const OUTPUT: &str = include_str!("../../adversarial/peer-output.md");

/// The cell of a program that achieved nothing.
const NOTHING: &str = "nothing of it";

/// A row of the table.
struct Row {
    /// The digest of the program.
    program: &'static str,
    wanted: &'static str,
    seen: &'static str,
}

/// Returns the rows, keyed by the program's name.
fn rows() -> BTreeMap<&'static str, Row> {
    let rows = OUTPUT
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    rows.skip(1)
        .map(|row| {
            let cells: Vec<&str> = row.split(" | ").collect();
            let &[name, program, wanted, seen] = cells.as_slice() else {
                panic!("{row}")
            };
            (name, Row { program, wanted, seen })
        })
        .collect()
}

#[test]
fn peer_results_cover_the_current_escape_programs() {
    let expected: BTreeMap<String, (String, String)> = Page::all()
        .iter()
        .flat_map(|page| {
            let wanting = page
                .attacks
                .iter()
                .filter_map(|attack| Some((attack, attack.peer.clone()?)));
            wanting
                .map(|(attack, wanted)| {
                    let name = format!("{}/{}", page.class(), attack.name);
                    (name, (digest(&attack.turns), wanted))
                })
                .collect::<Vec<_>>()
        })
        .collect();
    let written: BTreeMap<String, (String, String)> = rows()
        .iter()
        .map(|(name, row)| ((*name).to_owned(), (row.program.to_owned(), row.wanted.to_owned())))
        .collect();
    assert_eq!(written, expected, "run peer.py");
}

/// Returns the first digits of a program's SHA-256, as `peer.py` writes it.
fn digest(turns: &[String]) -> String {
    let [program] = turns else {
        panic!("peer.py supports only programs of one turn: {turns:?}")
    };
    let digest = Sha256::digest(format!("{program}\n"));
    digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

/// The goals outside of the interpreter. All other programs try to exceed time, memory or output
/// limits.
const BEYOND: [&str; 5] = ["reads", "writes", "sends", "ends", "crashes"];

#[test]
fn peer_escape_successes_match_the_security_page() {
    let rows = rows();
    let succeeded: Vec<&Row> = rows.values().filter(|row| row.seen != NOTHING).collect();
    let beyond = succeeded.iter().filter(|row| BEYOND.contains(&row.wanted)).count();
    let without_end = succeeded.len() - beyond;
    assert!(beyond >= 40 && without_end >= 40, "{beyond} and {without_end}");
    let said = format!(
        ", {} of which succeed in the local Python REPL of [another runtime](tests/adversarial/peer-output.md) \
         ({beyond} leave the interpreter or end its process, {without_end} hang, flood or exhaust it)",
        succeeded.len()
    );
    assert!(super::security().contains(&said), "not in SECURITY.md: {said}");
}
