//! The table of characters behind `unicodedata`, compared with the installed CPython.

use std::fs;
use std::path::Path;
use std::process::Command;

use rlm_test_needs::needs;

#[needs("python3")]
#[test]
fn the_table_of_characters_matches_cpython() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let printed = Command::new("python3")
        .arg(folder.join("tests/data/characters.py"))
        .output()
        .unwrap();
    let table = fs::read_to_string(folder.join("../sift-modules/src/unicodedata/characters.txt")).unwrap();
    assert!(
        String::from_utf8(printed.stdout).unwrap() == table,
        "run tests/data/characters.py with CPython 3.11"
    );
}
