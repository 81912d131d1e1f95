//! Commands and flags that a page names: each is there.

use std::collections::BTreeSet;
use std::process::Command;

use regex::Regex;

use crate::{chapters, docs, root};

#[test]
fn every_command_and_flag_that_is_named_is_there() {
    let flags = flags();
    let pages = chapters().into_iter().map(|name| docs().join(name));
    let mut wrong = Vec::new();
    for page in pages.chain([root().join("README.md")]) {
        let text = std::fs::read_to_string(&page).expect("the page can be read");
        for span in spans(&text) {
            for problem in problems(&span, &flags) {
                wrong.push(format!("{}: `{span}`: {problem}", page.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Returns what stands between backticks, outside of blocks.
fn spans(text: &str) -> Vec<String> {
    let block = Regex::new(r"(?ms)^```.*?^```$").expect("it is a pattern");
    let span = Regex::new("`([^`]+)`").expect("it is a pattern");
    let prose = block.replace_all(text, "");
    span.captures_iter(&prose)
        .map(|found| found[1].split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

/// Says what is not there of a flag, or of a command line of `rlm`.
fn problems(span: &str, flags: &BTreeSet<String>) -> Vec<String> {
    let is_ours = span.starts_with("--") || span.starts_with("rlm ");
    let words = span.split(' ').filter(|_| is_ours);
    let mut problems: Vec<String> = words
        .filter(|word| word.starts_with("--"))
        .map(|word| word.split('=').next().unwrap_or_default())
        .filter(|flag| !flags.contains(*flag))
        .map(|flag| format!("there is no {flag}"))
        .collect();
    if let Some(rest) = span.strip_prefix("rlm ") {
        let command: Vec<&str> = rest
            .split(' ')
            .take_while(|word| word.starts_with(|c: char| c.is_ascii_lowercase()))
            .take(1)
            .collect();
        if help(&command).is_none() {
            problems.push(format!("there is no command {}", command.join(" ")));
        }
    }
    problems
}

/// Returns all that `rlm … --help` says.
pub(crate) fn help(words: &[&str]) -> Option<String> {
    let done = Command::new(env!("CARGO_BIN_EXE_rlm"))
        .args(words)
        .arg("--help")
        .output()
        .expect("the binary runs");
    done.status
        .success()
        .then(|| String::from_utf8_lossy(&done.stdout).into_owned())
}

/// Returns the flags of all commands, other names of them included.
pub(crate) fn flags() -> BTreeSet<String> {
    let flag = Regex::new(r"(?m)(?:^ +(?:-[a-zA-Z], )?|\[alias: )(--[a-z-]+)").expect("it is a pattern");
    let command = Regex::new(r"(?m)^  ([a-z]+) ").expect("it is a pattern");
    let mut waiting = vec![Vec::<String>::new()];
    let mut flags = BTreeSet::new();
    while let Some(words) = waiting.pop() {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let Some(text) = help(&words) else { continue };
        flags.extend(flag.captures_iter(&text).map(|found| found[1].to_owned()));
        if words.len() < 2 && text.contains("<COMMAND>") {
            waiting.extend(
                command
                    .captures_iter(&text)
                    .map(|found| words.iter().copied().chain([&found[1]]).map(str::to_owned).collect()),
            );
        }
    }
    flags
}
