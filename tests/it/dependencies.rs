//! Checks the dependencies of the binary: their number, and how much `unsafe` code they contain.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, PackageId};
use regex::Regex;
use toml::{Table, Value};

/// The page with the list of dependencies.
const PAGE: &str = "docs/dependencies.md";
/// The lines around the table.
const BEGIN: &str = "<!-- counted by `just dependencies` -->\n";
const END: &str = "<!-- end -->\n";
/// The target platform of the static binary, for which the page counts.
const PLATFORM: &str = "x86_64-unknown-linux-gnu";
/// Crates with fewer uses of `unsafe` are summed up.
const FEW: usize = 100;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn table(path: impl AsRef<Path>) -> Table {
    read(path).parse().expect("valid TOML")
}

fn section<'t>(table: &'t Table, path: &[&str]) -> &'t Table {
    path.iter()
        .fold(table, |table, name| table[*name].as_table().expect("it is a table"))
}

fn names(list: &Value) -> impl Iterator<Item = &str> {
    let list = list.as_array().expect("it is an array");
    list.iter().map(|name| name.as_str().expect("it is a string"))
}

#[test]
fn default_features_have_a_documented_reason() {
    let manifest = table("Cargo.toml");
    let reasons = section(&manifest, &["workspace", "metadata", "default-features"]);
    let reasoned: Vec<&str> = reasons.values().flat_map(names).collect();
    let dependencies = section(&manifest, &["workspace", "dependencies"]);
    let takes_them = |value: &Value| {
        let value = value.as_table();
        let stated = |name: &str| value.and_then(|value| value.get(name));
        stated("path").is_none() && stated("default-features").and_then(Value::as_bool) != Some(false)
    };
    let taken: BTreeSet<&str> = dependencies
        .iter()
        .filter(|(_, value)| takes_them(value))
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(reasoned.iter().copied().collect::<BTreeSet<_>>(), taken);
    assert_eq!(reasoned.len(), taken.len(), "a crate has exactly one reason");
}

#[test]
fn dependency_versions_are_declared_only_in_the_workspace() {
    let members = fs::read_dir(root().join("crates")).expect("the table has crates");
    let members = members.map(|member| member.expect("it is in the list").path());
    // It isn't a workspace member, because it contains the compared languages.
    for member in members.filter(|member| member.is_dir() && !member.ends_with("rlm-bench-peers")) {
        let manifest = table(member.join("Cargo.toml"));
        for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
            for (name, value) in manifest.get(kind).and_then(Value::as_table).into_iter().flatten() {
                let of_workspace = value.get("workspace").and_then(Value::as_bool) == Some(true);
                let place = format!("{name} in the {kind} of {}", member.display());
                assert!(of_workspace, "{place} does not inherit its version from the workspace");
                assert!(value.get("default-features").is_none(), "{place} sets default-features");
            }
        }
    }
}

/// Returns cargo's metadata of all dependencies. May download crates that are missing on this
/// machine.
fn metadata() -> Metadata {
    MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .other_options(["--locked", "--filter-platform", PLATFORM].map(str::to_owned).to_vec())
        .exec()
        .expect("run cargo metadata")
}

/// Returns the third-party crates in the binary.
fn built_upon(metadata: &Metadata) -> BTreeSet<&PackageId> {
    let resolved = metadata.resolve.as_ref().expect("cargo metadata resolves all crates");
    let nodes: BTreeMap<_, _> = resolved.nodes.iter().map(|node| (&node.id, node)).collect();
    let binary = metadata
        .packages
        .iter()
        .find(|package| package.name.as_str() == "rlm-cli");
    let mut waiting = vec![&binary.expect("the package has a binary").id];
    let mut found = BTreeSet::new();
    while let Some(id) = waiting.pop() {
        if found.insert(id) {
            let needed = nodes[id].deps.iter().filter(|needed| {
                let mut kinds = needed.dep_kinds.iter();
                kinds.any(|kind| kind.kind == DependencyKind::Normal)
            });
            waiting.extend(needed.map(|needed| &needed.pkg));
        }
    }
    let ours: BTreeSet<&PackageId> = metadata.workspace_members.iter().collect();
    found.difference(&ours).copied().collect()
}

#[test]
#[ignore = "reads the sources of all crates: `just dependencies`"]
fn unsafe_code_page_is_up_to_date() {
    let metadata = metadata();
    let built_upon = built_upon(&metadata);
    let mut counted: Vec<(usize, String)> = Vec::new();
    for package in metadata
        .packages
        .iter()
        .filter(|package| built_upon.contains(&package.id))
    {
        // Procedural macros run in the compiler and are not part of the binary.
        if package.targets.iter().any(cargo_metadata::Target::is_proc_macro) {
            continue;
        }
        let folder = package
            .manifest_path
            .parent()
            .expect("the manifest has a parent folder");
        let places = unsafe_below(folder.join("src").as_std_path());
        counted.push((places, format!("{} {}", package.name, package.version)));
    }
    counted.sort_by(|(a, x), (b, y)| b.cmp(a).then(x.cmp(y)));
    let mut rows = String::from("| crate | occurrences of `unsafe` |\n|---|---|\n");
    for (places, name) in counted.iter().filter(|(places, _)| *places >= FEW) {
        let _ = writeln!(rows, "| {name} | {places} |");
    }
    let few: Vec<usize> = counted
        .iter()
        .map(|(places, _)| *places)
        .filter(|places| *places < FEW)
        .collect();
    let some = few.iter().filter(|places| **places > 0).count();
    let sum: usize = few.iter().sum();
    let _ = writeln!(rows, "| {some} others, each with fewer than {FEW} | {sum} |");
    let _ = writeln!(rows, "| {} with none | 0 |", few.len() - some);
    let page = read(PAGE);
    let (before, rest) = page.split_once(BEGIN).expect("the page contains a table");
    let (_, after) = rest.split_once(END).expect("the table has an end");
    let new = format!("{before}{BEGIN}{rows}{END}{after}");
    if std::env::var_os("UPDATE_DEPENDENCIES").is_some() {
        fs::write(root().join(PAGE), &new).expect("write the page");
    } else {
        assert_eq!(page, new, "the page is stale: run `just dependencies`");
    }
}

#[test]
fn counted_dependency_versions_match_the_lock_file() {
    let lock = table("Cargo.lock");
    let packages = lock["package"].as_array().expect("the lock file has packages");
    let built: BTreeSet<String> = packages
        .iter()
        .map(|package| format!("{} {}", text_of(package, "name"), text_of(package, "version")))
        .collect();
    let page = read(PAGE);
    let table = page.split(BEGIN).nth(1).and_then(|rest| rest.split(END).next());
    let rows = table.expect("the page contains a table").lines().skip(2);
    let counted = rows.filter_map(|row| row.split('|').nth(1).map(str::trim));
    let counted: Vec<&str> = counted.filter(|name| !name.contains(" with ")).collect();
    assert!(counted.len() > 10, "{counted:?}");
    for name in counted {
        assert!(
            built.contains(name),
            "{name} is no longer built: run `just dependencies`"
        );
    }
}

fn text_of<'p>(package: &'p Value, field: &str) -> &'p str {
    package[field].as_str().expect("it is a string")
}

/// Counts the `unsafe` blocks, functions, traits and implementations in the Rust files of a folder.
fn unsafe_below(folder: &Path) -> usize {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    let paths = entries.map(|entry| entry.expect("it is in the list").path());
    paths
        .map(|path| match path.is_dir() {
            true => unsafe_below(&path),
            false if path.extension().is_some_and(|end| end == "rs") => unsafe_in(&String::from_utf8_lossy(
                &fs::read(&path).expect("read the source file"),
            )),
            false => 0,
        })
        .sum()
}

/// Counts the keyword `unsafe` in a source, outside of comments and literals.
fn unsafe_in(source: &str) -> usize {
    const LINES: &str = r"//[^\n]*|/\*.*?\*/";
    const RAW: &str = r####"\bb?r"[^"]*"|\bb?r#".*?"#|\bb?r##".*?"##|\bb?r###".*?"###"####;
    const LITERALS: &str = r#"\bb?"(?:\\.|[^"\\])*"|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\\n])'"#;
    static TOKENS: LazyLock<Regex> = LazyLock::new(|| {
        let tokens = format!(r"(?s){LINES}|{RAW}|{LITERALS}|(?<keyword>\bunsafe\b)");
        Regex::new(&tokens).expect("valid regex")
    });
    let found = TOKENS.captures_iter(source);
    found.filter(|token| token.name("keyword").is_some()).count()
}

#[test]
fn unsafe_count_ignores_comments_and_strings() {
    let source = r##"
        // unsafe { }
        /* unsafe */ fn f<'a>(x: &'a str) { let y = "unsafe \" unsafe"; let z = r#"unsafe " "#; let c = '"'; unsafe { g() } }
        unsafe impl Send for T {}
        #![forbid(unsafe_code)]
    "##;
    assert_eq!(unsafe_in(source), 2);
}
