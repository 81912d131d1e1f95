//! What the programs of `escapes/` do in another implementation: `peer.py` has run them there, and wrote `peer-output.md`.

use std::collections::BTreeMap;

use crate::page::Page;

const OUTPUT: &str = include_str!("peer-output.md");

/// What stands where a program did nothing of what it set out to do.
const NOTHING: &str = "nothing of it";

/// The rows of the table: what each program set out to do, and what was seen.
fn rows() -> BTreeMap<&'static str, (&'static str, &'static str)> {
    let rows = OUTPUT
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    rows.skip(1)
        .map(|row| {
            let cells: Vec<&str> = row.split(" | ").collect();
            (cells[0], (cells[1], cells[2]))
        })
        .collect()
}

#[test]
fn what_escapes_do_elsewhere_is_written_down_for_the_programs_that_are_there() {
    let expected: BTreeMap<String, String> = Page::all()
        .iter()
        .flat_map(|page| {
            let wanting = page
                .attacks
                .iter()
                .filter_map(|attack| Some((attack, attack.peer.clone()?)));
            wanting
                .map(|(attack, wanted)| (format!("{}/{}", page.class(), attack.name), wanted))
                .collect::<Vec<_>>()
        })
        .collect();
    let written: BTreeMap<String, String> = rows()
        .iter()
        .map(|(name, (wanted, _))| ((*name).to_owned(), (*wanted).to_owned()))
        .collect();
    assert_eq!(written, expected, "run peer.py");
}

#[test]
fn many_escapes_succeed_elsewhere() {
    let succeeded = rows().values().filter(|(_, seen)| *seen != NOTHING).count();
    assert!(succeeded >= 40, "{succeeded}");
    assert!(crate::security().contains(&format!(", {succeeded} of which do what they want")));
}
