//! Checks the public names of the crate `rlm`: few at its root, the others in one module each.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The maximum number of names at the root, modules included.
const ROOT_NAMES: usize = 25;

fn source(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Returns the public modules of the root.
fn modules() -> BTreeSet<String> {
    let root = source("lib.rs");
    let module = regex::Regex::new(r"(?m)^pub mod (\w+)").unwrap();
    module.captures_iter(&root).map(|found| found[1].to_owned()).collect()
}

/// Returns the names that a file exports by `pub use`, and the public items that it defines.
fn exports(source: &str) -> Vec<String> {
    let uses = regex::Regex::new(r"(?m)^pub use [\w:]+::(?:\{([^}]*)\}|(\w+));").unwrap();
    let item = regex::Regex::new(r"(?m)^pub (?:struct|enum|trait|type|fn|const) (\w+)").unwrap();
    let mut names = Vec::new();
    for found in uses.captures_iter(source) {
        let list = found.get(1).or(found.get(2)).unwrap().as_str();
        names.extend(list.split(',').map(|name| name.trim().to_owned()));
    }
    names.extend(item.captures_iter(source).map(|found| found[1].to_owned()));
    names.retain(|name| !name.is_empty() && name != "Readme");
    names
}

#[test]
fn crate_root_exports_few_names() {
    let root = source("lib.rs");
    assert!(!root.contains("::*;"), "the root must not have glob exports");
    let names: BTreeSet<String> = modules().into_iter().chain(exports(&root)).collect();
    assert!(names.len() > 15, "{names:?}");
    assert!(names.len() <= ROOT_NAMES, "{} names: {names:?}", names.len());
}

#[test]
fn every_name_is_in_one_module_and_the_embedding_chapter() {
    let mut homes: BTreeMap<String, String> = BTreeMap::new();
    for module in modules() {
        for name in exports(&source(&format!("{module}.rs"))) {
            if let Some(other) = homes.insert(name.clone(), module.clone()) {
                panic!("`{name}` is in both `{other}` and `{module}`");
            }
        }
    }
    let chapter = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/embedding.md")).unwrap();
    let missing: Vec<_> = homes
        .iter()
        .filter(|(name, module)| {
            let row = chapter
                .lines()
                .find(|line| line.starts_with(&format!("| `{module}` |")));
            !row.is_some_and(|row| row.contains(&format!("`{name}`")))
        })
        .collect();
    assert!(missing.is_empty(), "docs/embedding.md does not list {missing:?}");
    for name in exports(&source("lib.rs")) {
        assert!(
            homes.contains_key(&name) || name == "Rlm",
            "`{name}` is not in any module"
        );
    }
}
