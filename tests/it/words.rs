//! The wording of comments: phrases that are less precise than the standard term.

use std::fs;
use std::path::Path;

/// Phrases that no comment contains, with what to write.
const BANNED: &[(&str, &str)] = &[
    ("Tells whether", "Returns `true` if"),
    ("Says whether", "Returns `true` if"),
    ("What came of", "The result of"),
    ("what came of", "the result of"),
    ("gone on with", "resumed"),
    ("goes on with", "resumes"),
    ("taken back", "discarded"),
    ("torn line", "truncated line"),
    ("whoever", "the caller, the user, the process"),
    ("Whoever", "the caller, the user, the process"),
    ("omebody", "the caller, the user, the process"),
    ("obody", "no caller, no user, no process"),
    (" anew", "again"),
    ("in the place of", "instead of"),
    ("is of no use", "is unused"),
    ("running ahead", "speculative execution"),
    ("runs ahead", "executes speculatively"),
    ("errand", "request"),
];

#[test]
fn comments_use_standard_terms() {
    let mut found = Vec::new();
    for folder in ["crates", "src", "tests", "examples", "fuzz/src", "fuzz/fuzz_targets"] {
        collect(&root().join(folder), &mut found);
    }
    assert!(found.is_empty(), "reword:\n{}", found.join("\n"));
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Collects the banned phrases in the comments of the Rust files below a folder. Examples, and
/// comments that clap or schemars turn into texts for users, are not comments.
fn collect(folder: &Path, found: &mut Vec<String>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.map(|entry| entry.unwrap().path()) {
        let is_text_for_users = path.ends_with("args") || path.ends_with("schemas");
        if path.is_dir() && !is_text_for_users && !path.ends_with("target") {
            collect(&path, found);
        }
        let is_this = path.ends_with("tests/it/words.rs");
        if !is_this && path.extension().is_some_and(|extension| extension == "rs") {
            let shown = path.strip_prefix(root()).unwrap().display().to_string();
            let text = fs::read_to_string(&path).unwrap();
            found.extend(banned_in(&text).map(|hit| format!("{shown}:{hit}")));
        }
    }
}

fn banned_in(text: &str) -> impl Iterator<Item = String> {
    let mut is_example = false;
    let comments = text.lines().enumerate().filter_map(move |(place, line)| {
        let comment = line.trim_start().strip_prefix("//")?.trim_start_matches(['/', '!']);
        if comment.trim_start().starts_with("```") {
            is_example = !is_example;
        }
        (!is_example).then_some((place + 1, comment))
    });
    comments.flat_map(|(place, comment)| {
        let hits = BANNED.iter().filter(move |(phrase, _)| comment.contains(phrase));
        hits.map(move |(phrase, instead)| format!("{place}: `{phrase}`; write: {instead}"))
    })
}
