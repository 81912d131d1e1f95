//! A sample of each error, for tests of messages. The tests compare the formatted samples with
//! snapshots and with the guide `docs/errors.md`.
//!
//! They fail if a variant of [`Failure`], or of another crate's error that it can contain, has no
//! sample.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::{fs, io};

use rlm_cache::CacheError;
use rlm_model::{CallId, Money, RunId};

use super::Failure;

/// Builds a list of sample errors from the samples of each enum variant. The test fails if a
/// variant is missing. The compiler can't check that, because the enums are `#[non_exhaustive]`.
macro_rules! samples {
    ($error:ty: $($pattern:pat => [$($sample:expr),* $(,)?],)+) => {{
        $crate::failure::samples::assert_listed(stringify!($error), &[$(stringify!($pattern)),+].join(" "));
        let samples: Vec<$error> = vec![$($($sample,)*)+];
        samples
    }};
}

mod models;
mod own;
mod records;
mod runs;

/// The source code of all crates in the workspace.
static SOURCES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()];
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                sources.push(fs::read_to_string(path).unwrap());
            }
        }
    }
    sources
});

/// Panics unless the patterns name every variant of an error enum, whose source code it reads.
fn assert_listed(error: &str, patterns: &str) {
    let start = format!(" enum {error} {{\n");
    let found = SOURCES.iter().find_map(|source| source.split_once(&start));
    let (_, rest) = found.unwrap_or_else(|| panic!("no enum is called `{error}`"));
    let body = rest.split("\n}").next().unwrap_or_default();
    let words = |text: &str| -> Vec<String> {
        let words = text.split(|end: char| !end.is_alphanumeric());
        words.map(str::to_owned).collect()
    };
    let listed = words(patterns);
    for line in body.lines().filter_map(|line| line.strip_prefix("    ")) {
        let variant = words(line).swap_remove(0);
        let is_variant = variant.starts_with(|first: char| first.is_ascii_uppercase());
        assert!(
            !is_variant || listed.contains(&variant),
            "no sample of `{error}::{variant}`"
        );
    }
}

fn path() -> PathBuf {
    PathBuf::from("notes/a.txt")
}

fn io() -> io::Error {
    io::Error::other("permission denied")
}

fn text(text: &str) -> String {
    text.to_owned()
}

fn run() -> RunId {
    "20261121-034755-k3f9x2".parse().unwrap()
}

fn call() -> CallId {
    CallId::root(2, 1, 0)
}

const fn dollar() -> Money {
    Money(1_000_000)
}

fn all() -> Vec<Failure> {
    let own = own::all().into_iter();
    own.chain(records::all())
        .chain(models::all())
        .chain(runs::all())
        .collect()
}

#[test]
fn failure_messages_match_snapshots() {
    let lines = all().iter().fold(String::new(), |mut lines, failure| {
        let _ = writeln!(lines, "{}: {}", failure.code(), failure.line());
        lines
    });
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!("failures", lines);
    });
}

#[test]
fn failure_messages_follow_the_style_guide() {
    let mut wrong = Vec::new();
    for failure in all() {
        let (line, said) = (failure.line(), failure.to_string());
        let begins = said.chars().next().unwrap_or(' ');
        let is_name = said
            .split(' ')
            .next()
            .is_some_and(|word| word.trim_end_matches(':') == failure.code());
        let mut find = |is_wrong: bool, what: &str| {
            if is_wrong {
                wrong.push(format!("{}: {what}: {line}", failure.code()));
            }
        };
        find(
            line.contains(char::is_control),
            "it is one line, and nothing in it is obeyed",
        );
        find(begins.is_uppercase() && !is_name, "it begins in lower case");
        find(line.ends_with(['.', '!']), "it ends without a full stop");
        find(
            ["Some(", "None", "Os {", "Error {", "Custom {"]
                .iter()
                .any(|debug| line.contains(debug)),
            "it is for people",
        );
        let says_it_itself = matches!(
            failure,
            Failure::Variable { .. }
                | Failure::Cases { .. }
                | Failure::Case { .. }
                | Failure::Model(_)
                | Failure::Cache(CacheError::NotAFolder { .. } | CacheError::Busy { .. })
        );
        find(failure.hint().is_none() && !says_it_itself, "it says what to do");
        let is_snake_case = failure
            .code()
            .chars()
            .all(|char| char.is_ascii_lowercase() || char == '_');
        find(
            !is_snake_case && !is_name,
            "its code is in snake case, or the name of a limit, which its message begins with",
        );
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// Compares `docs/error-codes.md` with the codes of all sample errors. `UPDATE_SCHEMAS=1` rewrites
/// the page instead.
#[test]
fn error_codes_page_is_up_to_date() {
    let cell = |text: &str| text.replace('|', "\\|");
    // By code: the exit codes, and the first message with its hint.
    let mut codes: BTreeMap<&str, (BTreeSet<u8>, String)> = BTreeMap::new();
    for failure in &all() {
        let message = super::one_line(&failure.to_string());
        let hint = failure.hint().unwrap_or_else(|| "see the message".to_owned());
        let example = format!("{} | {}", cell(&message), cell(&hint));
        let row = codes
            .entry(failure.code())
            .or_insert_with(|| (BTreeSet::new(), example.clone()));
        row.0.insert(failure.exit_code());
        row.1 = example.min(std::mem::take(&mut row.1));
    }
    let rows: Vec<_> = codes
        .into_iter()
        .map(|(code, (exits, example))| {
            let exits: Vec<_> = exits.iter().map(u8::to_string).collect();
            format!("| `{code}` | {} | {example} |", exits.join(", "))
        })
        .collect();
    let page = format!(
        "# Error codes\n\nGenerated from the error types by `just schemas`. The code is the field `error.code` of `--json`; it is stable, \
         but the wording may change.\n\n| code | exit | example | hint |\n|---|---|---|---|\n{}\n",
        rows.join("\n")
    );
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../rlm-cli/docs/error-codes.md");
    if std::env::var_os("UPDATE_SCHEMAS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == page,
        "{} is stale: `just schemas` regenerates it",
        path.display()
    );
}
