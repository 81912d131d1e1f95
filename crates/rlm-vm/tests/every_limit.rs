//! Every row of the library has a test `limit_in_…` in one of the files `*_limits.rs`, named after its path
//! (`re.Match.group`: `limit_in_re_match_group`), and that test calls it.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at once where something is not as it says"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

#[path = "support/functions.rs"]
mod functions;

use functions::{paths, test_name};

/// Returns the text of each test `limit_in_…`, by name: what stands between its name and the next one's.
fn tests() -> BTreeMap<String, String> {
    let mut tests: BTreeMap<String, String> = BTreeMap::new();
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")).unwrap() {
        let path = entry.unwrap().path();
        if !path.to_string_lossy().ends_with("_limits.rs") {
            continue;
        }
        let source = fs::read_to_string(path).unwrap();
        for test in source.split("limit_in_").skip(1) {
            let end = test
                .find(|letter: char| !letter.is_alphanumeric() && letter != '_')
                .unwrap();
            let (name, text) = test.split_at(end);
            tests.entry(format!("limit_in_{name}")).or_default().push_str(text);
        }
    }
    tests
}

#[test]
fn every_function_has_a_test_of_its_limits() {
    let (tests, paths) = (tests(), paths());
    assert!(paths.len() >= 660, "{} paths", paths.len());
    let mut missing = Vec::new();
    for path in &paths {
        let function = path.rsplit('.').next().unwrap();
        match tests.get(&test_name(path)) {
            None => missing.push(format!("{path}: there is no {}", test_name(path))),
            Some(text) if !text.contains(function) => {
                missing.push(format!("{path}: {} does not call it", test_name(path)));
            }
            Some(_) => {}
        }
    }
    assert_eq!(missing, Vec::<String>::new(), "{}", missing.join("\n"));
}

#[test]
fn no_two_functions_share_a_test() {
    let mut named: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for path in paths() {
        named.entry(test_name(&path)).or_default().push(path);
    }
    named.retain(|_, paths| paths.len() > 1);
    assert_eq!(named, BTreeMap::new());
}
