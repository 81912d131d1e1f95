//! What the documents at the top promise: commands that can be run, files and tests that are there.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at once where something is not as it says"
)]

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Yields what stands between backticks.
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
    assert_eq!(commands.len(), 2, "{commands:?}");
    assert!(
        commands[0].starts_with("cargo run --release -p rlm-cli -- run ")
            && commands[0].contains(" --model extractive ")
    );
    assert_eq!(commands[1], "cargo test --workspace");
}

#[test]
fn every_invariant_names_tests_that_are_there() {
    let document = read("ARCHITECTURE.md");
    let sections: Vec<&str> = document.split("**Architecture Invariant").skip(1).collect();
    assert_eq!(sections.len(), 9, "the graph, and the eight that are numbered");
    for section in sections {
        let title = section.lines().next().unwrap_or_default();
        let held = section
            .split("Held by:")
            .nth(1)
            .unwrap_or_else(|| panic!("nothing holds {title}"));
        let held = held.split("\n\n").next().unwrap_or_default();
        let (mut file, mut tests) = (String::new(), 0);
        for name in quoted(held) {
            if name.ends_with(".rs") {
                file = read(name);
            } else {
                tests += 1;
                assert!(
                    file.contains(&format!("fn {name}(")),
                    "no test is called `{name}`, of {title}"
                );
            }
        }
        assert!(tests > 0, "no test holds {title}");
    }
}

#[test]
fn every_crate_has_a_row_on_the_map() {
    let document = read("ARCHITECTURE.md");
    for entry in fs::read_dir(root().join("crates")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(document.contains(&format!("`{name}`")), "{name} is not on the map");
    }
}

#[test]
fn links_lead_somewhere() {
    for name in ["README.md", "ARCHITECTURE.md", "CHANGELOG.md"] {
        let document = read(name);
        let targets = document.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        for target in targets.filter(|target| !target.starts_with("http")) {
            assert!(root().join(target).exists(), "{name} links to {target}");
        }
    }
}
