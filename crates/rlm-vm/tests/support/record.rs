//! Where each limit test ends is written down, in `tests/limits/`: the same in debug and release, and nobody changes it unseen.
//!
//! `UPDATE_LIMITS=1 cargo test -p rlm-vm` writes it anew.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// One test at a time writes.
static WRITING: Mutex<()> = Mutex::new(());

/// Compares the ends of a test's programs with those that are written down under its name, in the file of its source file.
pub(crate) fn same_as_recorded(source: &str, test: &str, ends: &[String]) {
    let stem = Path::new(source).file_stem().unwrap_or_default();
    let mut file: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/limits").join(stem);
    file.set_extension("txt");
    let shown = ends.join("; ");
    if std::env::var_os("UPDATE_LIMITS").is_none() {
        let recorded = read(&file).remove(test).unwrap_or_default();
        assert_eq!(
            shown, recorded,
            "{test} ends elsewhere than written down; UPDATE_LIMITS=1 writes it anew"
        );
        return;
    }
    let _one = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
    let mut recorded = read(&file);
    recorded.insert(test.to_owned(), shown);
    let lines: Vec<String> = recorded
        .iter()
        .map(|(test, ends)| format!("{test}: {ends}\n"))
        .collect();
    std::fs::write(&file, lines.concat()).unwrap();
}

fn read(file: &Path) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let lines = text.lines().filter_map(|line| line.split_once(": "));
    lines.map(|(test, ends)| (test.to_owned(), ends.to_owned())).collect()
}
