//! Every library function has a limit test named after its path (`re.Match.group`:
//! `limit_in_re_match_group`), and that test calls it.

use std::collections::BTreeMap;

use crate::limit_tests;
use crate::support::functions::{paths, test_name};

#[test]
fn every_function_has_a_test_of_its_limits() {
    let tests: BTreeMap<&str, &[&str]> = limit_tests::all()
        .iter()
        .flat_map(|tests| tests.tests)
        .map(|test| (test.name, test.calls))
        .collect();
    let paths = paths();
    assert!(paths.len() >= 660, "{} paths", paths.len());
    let mut missing = Vec::new();
    for path in &paths {
        let function = path.rsplit('.').next().unwrap();
        match tests.get(test_name(path).as_str()) {
            None => missing.push(format!("{path}: no test {}", test_name(path))),
            Some(calls) if !calls.iter().any(|call| call.contains(function)) => {
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
