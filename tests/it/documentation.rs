//! Checks the claims of the top-level documents: commands can be run, and files and tests exist.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use rlm::Limits;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Yields the text between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[test]
fn the_readme_begins_with_two_commands() {
    let readme = read("README.md");
    let block = readme
        .split("```sh\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next())
        .unwrap_or_default();
    let commands: Vec<&str> = block.lines().collect();
    assert_eq!(
        commands,
        ["cargo run --profile quick -p rlm-cli -- demo", "cargo test --workspace"]
    );
}

#[test]
fn every_architecture_invariant_names_existing_tests() {
    let document = read("ARCHITECTURE.md");
    let sections: Vec<&str> = document.split("**Architecture Invariant").skip(1).collect();
    assert_eq!(sections.len(), 9, "the graph, and eight numbered invariants");
    sections.into_iter().for_each(assert_held);
}

#[test]
fn every_security_promise_names_existing_tests() {
    let document = read("SECURITY.md");
    let promises = document.split("## Promises").nth(1).unwrap_or_default();
    let promises = promises.split("## What is not promised").next().unwrap_or_default();
    let sections: Vec<&str> = promises.split("**Promise ").skip(1).collect();
    for (number, section) in (1..).zip(&sections) {
        assert!(section.starts_with(&format!("{number}: ")), "expected promise {number}");
    }
    assert!(sections.len() >= 12);
    sections.into_iter().for_each(assert_held);
}

/// Checks that each test in a section's `Held by:` list exists in the file named before it.
fn assert_held(section: &str) {
    let title = section.lines().next().unwrap_or_default();
    let held = section
        .split("Held by:")
        .nth(1)
        .unwrap_or_else(|| panic!("no `Held by:` list: {title}"));
    let held = held.split("\n\n").next().unwrap_or_default();
    let (mut file, mut tests) = (String::new(), 0);
    for name in quoted(held) {
        if name.ends_with(".rs") {
            file = read(name);
        } else {
            tests += 1;
            // A macro generates some tests from a list of names.
            assert!(
                is_test(&file, name) || file.contains(&format!("\n    {name},\n")),
                "test not found: `{name}`, in {title}"
            );
        }
    }
    assert!(tests > 0, "no test listed: {title}");
}

/// Returns `true` if a file contains a test function with this name.
fn is_test(file: &str, name: &str) -> bool {
    let Some((before, _)) = file.split_once(&format!("fn {name}(")) else {
        return false;
    };
    let above = before.lines().rev().skip_while(|line| line.trim() == "async");
    let mut marks = above
        .map(str::trim)
        .take_while(|line| line.is_empty() || line.starts_with('#'));
    marks.any(|mark| mark.starts_with("#[test]") || mark.starts_with("#[tokio::test"))
}

#[test]
fn security_limits_match_the_code() {
    let limits = Limits::default();
    let extraction = rlm_context::LoadOptions::default().limits;
    let or_none = |limit: Option<u64>| limit.map_or("none".to_owned(), |limit| limit.to_string());
    let expected: BTreeMap<&str, String> = [
        ("`steps`", limits.steps.to_string()),
        ("`child_steps`", limits.child_steps.to_string()),
        ("`subcalls`", limits.subcalls.to_string()),
        ("`depth`", limits.depth.to_string()),
        ("`tokens`", or_none(limits.tokens.map(|tokens| tokens.0))),
        ("`cost`", limits.cost.map_or("none".to_owned(), |cost| cost.to_string())),
        ("`seconds`", or_none(limits.seconds)),
        ("`root_max_output`", limits.root_max_output.0.to_string()),
        ("`sub_max_output`", limits.sub_max_output.0.to_string()),
        ("`concurrency`", limits.concurrency.to_string()),
        ("`retries`", limits.retries.to_string()),
        ("`shown_output`", limits.shown_output.to_string()),
        ("`memory`", limits.memory.to_string()),
        ("`fuel`", limits.fuel.to_string()),
        ("bytes of a program", sift_syntax::MAX_SOURCE_BYTES.to_string()),
        ("levels of nesting in a program", sift_syntax::MAX_DEPTH.to_string()),
        ("levels of calls in a program", sift_vm::MAX_DEPTH.to_string()),
        ("calls of a program in flight", sift_vm::MAX_UNSETTLED.to_string()),
        ("bytes of a question", rlm_core::MAX_QUESTION_BYTES.to_string()),
        ("bytes of a reply", rlm_adapters::MAX_REPLY_BYTES.to_string()),
        ("bytes of a tool's answer", rlm_tools::MAX_ANSWER_BYTES.to_string()),
        ("tools of an MCP server", rlm_tools::MAX_MCP_TOOLS.to_string()),
        (
            "ratio of unpacked to packed size, beyond 64 MiB",
            extraction.ratio.to_string(),
        ),
        ("bytes of extracted text", extraction.bytes.to_string()),
        ("seconds for extracting a file", extraction.time.as_secs().to_string()),
        ("bytes of a line of a journal", rlm_trace::MAX_LINE_BYTES.to_string()),
    ]
    .into();
    let document = read("SECURITY.md");
    let table = document.split("## Limits").nth(1).unwrap_or_default();
    let table = table.split("## Hardening").next().unwrap_or_default();
    let rows = table.lines().filter(|line| line.starts_with("| ")).skip(1);
    let cells = rows.map(|row| row.split('|').map(str::trim).skip(1).take(2).collect::<Vec<_>>());
    let said: BTreeMap<&str, String> = cells.map(|cells| (cells[0], cells[1].to_owned())).collect();
    assert_eq!(said, expected);
}

/// Yields the folders of the crates, relative to the repository's root.
fn crates() -> impl Iterator<Item = PathBuf> {
    let entries = fs::read_dir(root().join("crates")).unwrap();
    let folders = entries.filter(|entry| entry.as_ref().unwrap().path().is_dir());
    folders.map(|entry| Path::new("crates").join(entry.unwrap().file_name()))
}

#[test]
fn every_crate_is_listed_in_the_crates_readme() {
    let list = read("crates/README.md");
    for folder in crates() {
        let name = folder.file_name().unwrap().display();
        assert!(
            list.contains(&format!("`{name}`")),
            "{name} has no row in crates/README.md"
        );
    }
}

/// Returns the files that a page links to, as paths relative to the repository's root.
fn linked(page: &Path) -> Vec<PathBuf> {
    let document = read(page);
    let targets = document
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split([')', '#']).next());
    let folder = page.parent().unwrap_or(Path::new(""));
    targets
        .filter(|target| !target.is_empty() && !target.contains("://") && !target.contains(char::is_whitespace))
        .map(|target| tidied(&folder.join(target)))
        .collect()
}

/// Resolves `..` in a path.
fn tidied(path: &Path) -> PathBuf {
    let mut tidy = PathBuf::new();
    for part in path.components() {
        if part == Component::ParentDir {
            tidy.pop();
        } else {
            tidy.push(part);
        }
    }
    tidy
}

/// Returns the pages for readers: those at the top level and in the documentation folders.
fn pages() -> BTreeSet<PathBuf> {
    let mut folders: Vec<PathBuf> = [
        "",
        "crates",
        "docs",
        "docs/decisions",
        "grammar",
        "prompts",
        "fuzz",
        "examples/recorded",
    ]
    .map(PathBuf::from)
    .into();
    for folder in crates() {
        let docs = folder.join("docs");
        folders.extend(root().join(&docs).is_dir().then_some(docs));
        folders.push(folder);
    }
    let mut pages = BTreeSet::new();
    for folder in folders {
        for entry in fs::read_dir(root().join(&folder)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            // The other files in `prompts` are templates for models.
            if name.ends_with(".md") && (folder != Path::new("prompts") || name == "README.md") {
                pages.insert(folder.join(name));
            }
        }
    }
    pages
}

#[test]
fn local_links_resolve() {
    for page in pages() {
        for target in linked(&page) {
            assert!(
                root().join(&target).exists(),
                "{}: link target not found: {}",
                page.display(),
                target.display()
            );
        }
    }
}

#[test]
fn every_page_is_reachable_from_the_readme() {
    let mut waiting = vec![PathBuf::from("README.md")];
    let mut reached = BTreeSet::new();
    while let Some(page) = waiting.pop() {
        let is_page = page.extension().is_some_and(|end| end == "md");
        if is_page && reached.insert(page.clone()) {
            waiting.extend(linked(&page));
        }
    }
    let lost: Vec<_> = pages().into_iter().filter(|page| !reached.contains(page)).collect();
    assert!(lost.is_empty(), "no page links to {lost:?}");
}
