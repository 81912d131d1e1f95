//! Runs every command of the book in `docs/`, and compares its output with the book.
//! `docs/README.md` describes how chapters are written.
//!
//! `UPDATE_BOOK=1 cargo test -p rlm-cli --test it book` writes the current output into the
//! chapters.

mod chapter;
mod moving;
mod names;
mod output;
mod path;
mod shell;

use rlm_test_needs::needs;
use std::path::{Path, PathBuf};

use chapter::Chapter;

fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.canonicalize().expect("the repository exists")
}

fn docs() -> PathBuf {
    root().join("docs")
}

/// Returns the names of the chapters, in the order of the book.
fn chapters() -> Vec<String> {
    let summary = std::fs::read_to_string(docs().join("SUMMARY.md")).expect("the book has a table of contents");
    let link = regex::Regex::new(r"\]\(([^)]+\.md)\)").expect("valid regex");
    link.captures_iter(&summary).map(|found| found[1].to_owned()).collect()
}

#[test]
fn every_book_page_is_in_the_table_of_contents() {
    let named = chapters();
    for entry in std::fs::read_dir(docs()).expect("the book exists").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_page = name.ends_with(".md") && name != "SUMMARY.md" && name != "README.md";
        assert!(!is_page || named.contains(&name), "{name} is missing from SUMMARY.md");
    }
    for name in &named {
        assert!(docs().join(name).is_file(), "file not found: {name}, in SUMMARY.md");
    }
}

#[test]
fn local_links_resolve() {
    let link = regex::Regex::new(r"\]\(([^)#\s]+)(?:#[^)]*)?\)").expect("valid regex");
    for name in chapters() {
        let text = std::fs::read_to_string(docs().join(&name)).expect("read the chapter");
        for found in link.captures_iter(&text) {
            let target = &found[1];
            let is_elsewhere = target.contains("://");
            let path = docs().join(&name).with_file_name("").join(target);
            assert!(is_elsewhere || path.exists(), "{name}: link target not found: {target}");
        }
    }
}

#[needs("python3")]
#[test]
fn book_command_outputs_are_current() {
    let only = std::env::var("BOOK_CHAPTER").unwrap_or_default();
    let chapters: Vec<String> = chapters().into_iter().filter(|name| name.contains(&only)).collect();
    // Run in parallel, since the commands wait more than they compute.
    let wrong: String = std::thread::scope(|scope| {
        let checks: Vec<_> = chapters.iter().map(|name| scope.spawn(|| check(name))).collect();
        checks
            .into_iter()
            .map(|check| check.join().expect("run the chapter"))
            .collect()
    });
    assert!(
        wrong.is_empty(),
        "{wrong}\nRun with UPDATE_BOOK=1 to write the current output into the book, and review the diff"
    );
}

/// Runs a chapter. Returns the differences between output and book, or writes the output into the
/// book.
fn check(name: &str) -> String {
    let path = docs().join(name);
    let text = std::fs::read_to_string(&path).expect("read the chapter");
    let chapter = Chapter::parse(&text);
    let shown = shell::run(&chapter);
    let different: Vec<_> = chapter
        .commands()
        .zip(&shown)
        .filter(|(command, shown)| !shown.is_as(command))
        .collect();
    if std::env::var_os("UPDATE_BOOK").is_some() {
        std::fs::write(&path, chapter.with(&different)).expect("write the chapter");
        return String::new();
    }
    different
        .into_iter()
        .map(|(command, shown)| shown.against(name, command))
        .collect()
}
