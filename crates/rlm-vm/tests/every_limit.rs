//! Every row of the library has a test `limit_in_…` in one of the files `*_limits.rs`, named after its path
//! (`re.Match.group`: `limit_in_re_match_group`), and that test calls it.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at once where something is not as it says"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use rlm_syntax::Binding;
use rlm_vm::{library_paths, library_scope};

/// Methods of values that have no class of their own to be found by.
const METHODS_WITHOUT_A_CLASS: [&str; 4] = [
    "namedtuple._asdict",
    "namedtuple._make",
    "namedtuple._replace",
    "views.isdisjoint",
];

/// Returns the name of a path's test: its words in small letters.
fn test_name(path: &str) -> String {
    let mut name = String::from("limit_in");
    for part in path.split('.') {
        name.push('_');
        let letters: Vec<char> = part.trim_matches('_').chars().collect();
        for (index, letter) in letters.iter().enumerate() {
            let before = index.checked_sub(1).and_then(|index| letters.get(index));
            let after = letters.get(index + 1);
            let begins_word = before.is_some_and(|before| {
                before.is_lowercase()
                    || before.is_numeric()
                    || (before.is_uppercase() && after.is_some_and(|after| after.is_lowercase()))
            });
            if letter.is_uppercase() && begins_word {
                name.push('_');
            }
            name.extend(letter.to_lowercase());
        }
    }
    name
}

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

/// Returns the paths of all functions: those of the manual, and the classes of modules that are written in the language.
fn paths() -> BTreeSet<String> {
    let mut paths: BTreeSet<String> = library_paths().into_keys().collect();
    paths.extend(METHODS_WITHOUT_A_CLASS.map(str::to_owned));
    for module in ["csv", "io"] {
        for (name, binding) in &library_scope().modules[module].members {
            match binding {
                Binding::Class { members, .. } if !name.ends_with("Error") => {
                    paths.extend(members.keys().map(|member| format!("{module}.{name}.{member}")));
                    paths.insert(format!("{module}.{name}"));
                }
                _ => {}
            }
        }
    }
    paths
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
