//! Sizes of files and crates, and cycles of `use` paths. The crates of the list keep to them; others join when they are carved.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const CRATES: [&str; 4] = ["rlm-cli", "rlm-cli-execution", "rlm-cli-output", "rlm-cli-settings"];
const MAX_CRATE_LINES: usize = 12_000;
const MAX_FILE_LINES: usize = 600;
const MAX_CYCLE_FILES: usize = 3;

/// What the arguments of the command line may import from the crates of the binary beside each other: types of values.
const VALUES_OF_ARGUMENTS: [&str; 2] = ["rlm_cli_output::progress::ProgressKind", "rlm_cli_output::schemas"];

/// A module's path within its crate.
type Module = Vec<String>;

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Returns the modules of a crate with their source.
fn modules(name: &str) -> BTreeMap<Module, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("crates")
        .join(name)
        .join("src");
    let mut paths = Vec::new();
    sources(&root, &mut paths);
    let module = |path: &Path| {
        let within = path.strip_prefix(&root).unwrap().with_extension("");
        let mut module: Module = within.iter().map(|part| part.to_str().unwrap().to_owned()).collect();
        if matches!(module.last().map(String::as_str), Some("mod" | "lib" | "main")) {
            module.pop();
        }
        module
    };
    let read = |path: &PathBuf| (module(path), fs::read_to_string(path).unwrap());
    paths.iter().map(read).collect()
}

/// Returns the paths that a module's `use` declarations name, those of its tests left out.
fn imports(source: &str) -> Vec<String> {
    let source = source.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let declarations = regex::Regex::new(r"(?m)^\s*(?:pub(?:\([^)]*\))? )?use ([^;]+);").unwrap();
    let trees = declarations.captures_iter(source).map(|found| found[1].to_owned());
    trees.flat_map(|tree| leaves(&tree)).collect()
}

/// `a::{b, c::{d, e}}` names `a::b`, `a::c::d` and `a::c::e`.
fn leaves(tree: &str) -> Vec<String> {
    let tree = tree.trim();
    let Some((prefix, rest)) = tree.split_once('{') else {
        let path = tree.split(" as ").next().unwrap_or_default();
        return vec![path.trim().trim_end_matches("::self").to_owned()];
    };
    let body = rest.rsplit_once('}').map_or(rest, |(body, _)| body);
    let (mut parts, mut depth) = (vec![String::new()], 0_usize);
    for char in body.chars() {
        match char {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        match (char, depth) {
            (',', 0) => parts.push(String::new()),
            _ => parts.last_mut().unwrap().push(char),
        }
    }
    let parts = parts.iter().filter(|part| !part.trim().is_empty());
    parts
        .flat_map(|part| leaves(&format!("{prefix}{}", part.trim())))
        .collect()
}

/// Returns the module of the same crate in which a path ends.
fn target(path: &str, from: &Module, all: &BTreeMap<Module, String>) -> Option<Module> {
    let mut parts: Vec<&str> = path.split("::").collect();
    let mut base: Module = match *parts.first()? {
        "crate" => {
            parts.remove(0);
            Vec::new()
        }
        "self" => {
            parts.remove(0);
            from.clone()
        }
        "super" => {
            let mut base = from.clone();
            while parts.first() == Some(&"super") {
                parts.remove(0);
                base.pop();
            }
            base
        }
        _ => from.clone(),
    };
    let is_own = path.starts_with("crate") || path.starts_with("self") || path.starts_with("super");
    let first: Module = base
        .iter()
        .cloned()
        .chain(parts.first().map(ToString::to_string))
        .collect();
    if !is_own && !all.contains_key(&first) {
        return None;
    }
    base.extend(parts.iter().map(ToString::to_string));
    while !all.contains_key(&base) {
        base.pop()?;
    }
    Some(base)
}

/// Returns the modules that each module can reach by `use` paths.
fn reachable(all: &BTreeMap<Module, String>) -> BTreeMap<Module, BTreeSet<Module>> {
    let direct: BTreeMap<&Module, BTreeSet<Module>> = all
        .iter()
        .map(|(module, source)| {
            let targets = imports(source)
                .into_iter()
                .filter_map(|path| target(&path, module, all));
            (module, targets.filter(|target| target != module).collect())
        })
        .collect();
    let walk = |module: &Module| {
        let (mut seen, mut waiting) = (BTreeSet::new(), vec![module.clone()]);
        while let Some(next) = waiting.pop() {
            waiting.extend(
                direct[&next]
                    .iter()
                    .filter(|target| seen.insert((*target).clone()))
                    .cloned(),
            );
        }
        seen
    };
    all.keys().map(|module| (module.clone(), walk(module))).collect()
}

#[test]
fn no_cycle_of_use_paths_has_more_than_three_files() {
    for name in CRATES {
        let reachable = reachable(&modules(name));
        for (module, reached) in &reachable {
            let cycle: Vec<String> = reached
                .iter()
                .filter(|other| reachable[*other].contains(module))
                .map(|module| module.join("::"))
                .collect();
            assert!(cycle.len() <= MAX_CYCLE_FILES, "{name}: {cycle:?}");
        }
    }
}

#[test]
fn files_and_crates_stay_small() {
    for name in CRATES {
        let modules = modules(name);
        let lines = |source: &String| source.lines().count();
        let large = modules.iter().filter(|(_, source)| lines(source) > MAX_FILE_LINES);
        let large: Vec<String> = large.map(|(module, _)| module.join("::")).collect();
        assert_eq!(large, Vec::<String>::new(), "{name}");
        let all: usize = modules.values().map(lines).sum();
        assert!(all <= MAX_CRATE_LINES, "{name} has {all} lines");
    }
}

#[test]
fn arguments_import_nothing_but_each_other_and_values() {
    for (module, source) in modules("rlm-cli-settings") {
        if module.first().is_none_or(|first| first != "args") {
            continue;
        }
        let strange: Vec<String> = imports(&source)
            .into_iter()
            .filter(|path| path.starts_with("crate::") || path.starts_with("rlm_cli_"))
            .filter(|path| !path.starts_with("crate::args::") && !VALUES_OF_ARGUMENTS.contains(&path.as_str()))
            .collect();
        assert_eq!(strange, Vec::<String>::new(), "{}", module.join("::"));
    }
}

#[test]
fn trees_of_use_paths_are_read() {
    let source =
        "use a::b;\npub(crate) use crate::c::{self, d, e::{f as g, h}};\n#[cfg(test)]\nmod tests {\n    use x::y;\n}\n";
    assert_eq!(
        imports(source),
        [
            "a::b",
            "crate::c::self",
            "crate::c::d",
            "crate::c::e::f",
            "crate::c::e::h"
        ]
        .map(|path| path.trim_end_matches("::self"))
    );
}

#[test]
fn cycles_are_found_across_kinds_of_paths() {
    let module = |path: &str| {
        path.split("::")
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect::<Module>()
    };
    let sources = [
        ("", "mod a;\nmod d;\n"),
        ("a", "mod b;\nuse self::b::B;\n"),
        ("a::b", "use super::c::C;\n"),
        ("a::c", "use crate::a::A;\nuse std::fmt;\n"),
        ("d", "use crate::a::b::B;\n"),
    ];
    let all = sources.map(|(path, source)| (module(path), source.to_owned())).into();
    let reachable = reachable(&all);
    let in_cycle = |path: &str| reachable[&module(path)].contains(&module(path));
    assert_eq!(["a", "a::b", "a::c", "d"].map(in_cycle), [true, true, true, false]);
}
