//! Checks that every option of a run can be set in the library, on the command line and in a
//! project's file, and is tested. `options.toml` lists them. rustdoc checks the library's column, a
//! page of the crate `rlm`.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// The flags that are not options of a run: the question, its context, and the display of the
/// result.
const NO_OPTIONS: [&str; 24] = [
    "--database-url",
    "--question-file",
    "--env-file",
    "--log-format",
    "--plain",
    "--quiet",
    "--help",
    "--context",
    "--context-json",
    "--data",
    "--as",
    "--on-unreadable",
    "--strict",
    "--git",
    "--records",
    "--raw",
    "--max-unpacked",
    "--separator",
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

/// Returns the flags of `rlm run`, from its help text.
fn flags() -> BTreeSet<String> {
    let help = read("crates/rlm-cli/tests/it/snapshots/it__help__help@run.snap");
    let flag = regex::Regex::new("(?m)^ +(?:-[a-z], )?(--[a-z-]+)").expect("valid regex");
    flag.captures_iter(&help).map(|found| found[1].to_owned()).collect()
}

fn options() -> toml::Table {
    read("tests/options.toml").parse().expect("valid TOML")
}

/// Returns the table for `src/options.md`, whose links rustdoc checks.
fn page(options: &toml::Table) -> String {
    let mut page = String::from("| library | flag | key |\n|---|---|---|\n");
    for row in options.values() {
        let cell = |column: &str| row[column].as_str().expect("a cell is a string");
        let _ = writeln!(
            page,
            "| [`{}`] | `{}` | `{}` |",
            cell("builder"),
            cell("flag"),
            cell("key")
        );
    }
    page
}

#[test]
fn the_page_of_options_is_current() {
    let page = page(&options());
    if std::env::var_os("UPDATE_MANUAL").is_some() {
        fs::write(root().join("src/options.md"), &page).expect("write the page");
    }
    assert_eq!(
        read("src/options.md"),
        page,
        "src/options.md is stale: run `just manual`"
    );
}

#[test]
fn every_option_has_a_flag_a_key_and_a_test() {
    let table = options();
    let flags = flags();
    let mut wrong = Vec::new();
    for (name, row) in &table {
        let cell = |column: &str| row.get(column).and_then(toml::Value::as_str).unwrap_or_default();
        let flag = cell("flag");
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
        "flags of `rlm run` that are missing from options.toml"
    );
}
