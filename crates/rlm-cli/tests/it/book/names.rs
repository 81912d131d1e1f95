//! Checks that the commands and flags that a page names exist.

use std::collections::BTreeSet;
use std::process::Command;
use std::sync::LazyLock;

use regex::Regex;

use super::{chapters, docs, root};

/// The names in the help texts of all commands.
static NAMES: LazyLock<Names> = LazyLock::new(Names::read);

#[derive(Default)]
struct Names {
    /// The commands, such as `run` and `session new`.
    commands: BTreeSet<String>,
    /// The flags of all commands, including aliases.
    flags: BTreeSet<String>,
}

#[test]
fn commands_and_flags_named_in_the_book_exist() {
    let pages = chapters().into_iter().map(|name| docs().join(name));
    let mut wrong = Vec::new();
    for page in pages.chain([root().join("README.md")]) {
        let text = std::fs::read_to_string(&page).expect("read the page");
        for span in spans(&text) {
            if span.starts_with("rlm ") && !is_command(&span) {
                wrong.push(format!("{}: there is no command `{span}`", page.display()));
            }
            if span.starts_with("rlm ") || span.starts_with("--") {
                let flags = span.split(' ').filter(|word| word.starts_with("--"));
                let unknown = flags.filter(|flag| !is_flag(flag));
                wrong.extend(unknown.map(|flag| format!("{}: there is no {flag}, in `{span}`", page.display())));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Returns the code spans of a Markdown text, outside of code blocks.
fn spans(text: &str) -> Vec<String> {
    let block = Regex::new(r"(?ms)^```.*?^```$").expect("valid regex");
    let span = Regex::new("`([^`]+)`").expect("valid regex");
    let prose = block.replace_all(text, "");
    span.captures_iter(&prose)
        .map(|found| found[1].split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

/// Returns `true` if a command has this flag. The flag may have a value after `=`.
pub(crate) fn is_flag(word: &str) -> bool {
    NAMES.flags.contains(word.split('=').next().unwrap_or_default())
}

/// Returns `true` if `rlm …` starts with an existing command, including the subcommand of a group.
pub(crate) fn is_command(line: &str) -> bool {
    let mut words = line.split(' ').skip(1);
    let (Some(first), second) = (words.next(), words.next()) else {
        return false;
    };
    let first = if first == "ask" { "run" } else { first };
    let is_name = |word: &&str| word.chars().all(|char| char.is_ascii_lowercase());
    let group = format!("{first} ");
    let is_group = NAMES.commands.iter().any(|command| command.starts_with(&group));
    match second.filter(is_name) {
        Some(second) if is_group => NAMES.commands.contains(&format!("{first} {second}")),
        _ => NAMES.commands.contains(first) || first.starts_with("--"),
    }
}

impl Names {
    fn read() -> Self {
        let flag = Regex::new(r"(?m)(?:^ +(?:-[a-zA-Z], )?|\[alias: )(--[a-z-]+)").expect("valid regex");
        let command = Regex::new(r"(?m)^  ([a-z]+)(?:, [a-z]+)* ").expect("valid regex");
        let mut names = Self::default();
        let mut waiting = vec![String::new()];
        while let Some(line) = waiting.pop() {
            let text = help(&line);
            names
                .flags
                .extend(flag.captures_iter(&text).map(|found| found[1].to_owned()));
            if text.contains("<COMMAND>") {
                let commands = command.captures_iter(&text);
                waiting.extend(commands.map(|found| format!("{line} {}", &found[1]).trim().to_owned()));
            }
            names.commands.insert(line);
        }
        names
    }
}

/// Returns the output of `rlm … --help`.
fn help(line: &str) -> String {
    let done = Command::new(env!("CARGO_BIN_EXE_rlm"))
        .args(line.split_whitespace())
        .arg("--help")
        .output()
        .expect("run the binary");
    String::from_utf8_lossy(&done.stdout).into_owned()
}
