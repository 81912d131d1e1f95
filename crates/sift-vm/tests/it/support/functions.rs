//! All functions of the library, and the names of their tests.

use std::collections::BTreeSet;

use sift_syntax::Binding;
use sift_vm::{library_paths, library_scope};

/// Methods of values whose class programs can't name.
const METHODS_WITHOUT_A_CLASS: [&str; 4] = [
    "namedtuple._asdict",
    "namedtuple._make",
    "namedtuple._replace",
    "views.isdisjoint",
];

/// Returns the name of the test of a path, in lower case: `limit_in_re_match_group` for
/// `re.Match.group`.
pub(crate) fn test_name(path: &str) -> String {
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

/// Returns the paths of all functions: those of the manual, and the classes of modules written in
/// Sift.
pub(crate) fn paths() -> BTreeSet<String> {
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
