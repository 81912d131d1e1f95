//! Every option of a run can be set in the library, on the command line and in a project's file, and is tested: `options.toml` says
//! where, and this holds it to the code.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Flags that are no options of how a question is answered: the question and its context, and how the result is shown.
const NO_OPTIONS: [&str; 17] = [
    "--question-file",
    "--env-file",
    "--log-format",
    "--help",
    "--context",
    "--context-json",
    "--data",
    "--as",
    "--on-unreadable",
    "--records",
    "--raw",
    "--no-journal",
    "--output",
    "--json",
    "--progress",
    "--tui",
    "--show-steps",
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Returns the flags of `rlm run`, as its help lists them.
fn flags() -> BTreeSet<String> {
    let help = read("crates/rlm-cli/tests/it/snapshots/it__help__help@run.snap");
    let flag = regex::Regex::new("(?m)^ +(?:-[a-z], )?(--[a-z-]+)").expect("it is a pattern");
    flag.captures_iter(&help).map(|found| found[1].to_owned()).collect()
}

/// Returns all Rust files below a folder, as one text.
fn sources(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).expect("the folder is there").flatten() {
        let path = entry.path();
        if path.is_dir() && !path.ends_with("tests") && !path.ends_with("target") {
            sources(&path, text);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text.push_str(&read(&path));
        }
    }
}

#[test]
fn every_cell_of_every_option_is_true() {
    let table: toml::Table = read("tests/options.toml").parse().expect("the table is TOML");
    let flags = flags();
    let mut code = String::new();
    sources(&root().join("crates"), &mut code);
    let mut wrong = Vec::new();
    for (name, row) in &table {
        let cell = |column: &str| row.get(column).and_then(toml::Value::as_str).unwrap_or_default();
        let (builder, flag) = (cell("builder"), cell("flag"));
        let (of, member) = builder.split_once("::").unwrap_or((builder, ""));
        let is_there = code.contains(&format!("struct {of} "))
            || code.contains(&format!("enum {of} "))
            || code.contains(&format!("struct {of}<"));
        let has_member = member.is_empty()
            || [
                format!("pub fn {member}("),
                format!("pub fn {member}<"),
                format!("pub const fn {member}("),
                format!("pub async fn {member}("),
                format!("pub {member}: "),
            ]
            .iter()
            .any(|member| code.contains(member));
        if builder.is_empty() || !is_there || !has_member {
            wrong.push(format!("{name}: there is no builder {builder}"));
        }
        if !flags.contains(flag) {
            wrong.push(format!("{name}: `rlm run` has no flag {flag}"));
        }
        if cell("key") != format!("run.{}", flag.trim_start_matches('-').replace('-', "_")) {
            wrong.push(format!("{name}: the key {} is not that of {flag}", cell("key")));
        }
        let (file, test) = cell("test").split_once(": ").unwrap_or_default();
        if file.is_empty() || !read(file).contains(&format!("fn {test}(")) {
            wrong.push(format!("{name}: there is no test {test} in {file}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    let in_table = table.values().filter_map(|row| row.get("flag")?.as_str());
    let known: BTreeSet<&str> = in_table.chain(NO_OPTIONS).collect();
    let missing: Vec<&String> = flags.iter().filter(|flag| !known.contains(flag.as_str())).collect();
    assert_eq!(
        missing,
        Vec::<&String>::new(),
        "a flag of `rlm run` stands nowhere in options.toml"
    );
}
