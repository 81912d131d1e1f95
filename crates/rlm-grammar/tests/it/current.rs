//! Checks that the files `grammar/sift.*` match the rules. With `UPDATE_GRAMMAR=1` (`just
//! grammar`), it writes the files instead.

use std::fs;
use std::path::Path;

use rlm_grammar::Notation;

#[test]
fn checked_in_grammar_files_are_up_to_date() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../grammar");
    for notation in Notation::ALL {
        let path = folder.join(notation.file_name());
        let text = notation.text();
        if std::env::var_os("UPDATE_GRAMMAR").is_some() {
            fs::write(&path, &text).unwrap();
        }
        let stored = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            stored == text,
            "grammar/{} is stale: run `just grammar`",
            notation.file_name()
        );
    }
}
