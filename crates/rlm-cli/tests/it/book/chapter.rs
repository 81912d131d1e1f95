//! Parsing of a chapter: its files, its commands with their output, and the replies of its model
//! server.

use super::shell::Shown;

/// The executable parts of a chapter.
pub(crate) struct Chapter {
    lines: Vec<String>,
    pub(crate) actions: Vec<Action>,
    pub(crate) replies: Vec<ServedReply>,
}

/// A step of a chapter, in the chapter's order.
pub(crate) enum Action {
    Write { file: String, content: String },
    Run(Command),
}

/// A command line and its expected output.
pub(crate) struct Command {
    pub(crate) words: String,
    /// `None` if the chapter shows no output.
    pub(crate) output: Option<String>,
    pub(crate) exit: i32,
    /// The range of the output: the first line, from 0, and the line after the last.
    lines: (usize, usize),
}

/// A reply of the chapter's server: in turn, or for requests whose last message contains `when`.
pub(crate) struct ServedReply {
    pub(crate) when: Option<String>,
    pub(crate) text: String,
}

impl Chapter {
    pub(crate) fn parse(text: &str) -> Self {
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let (mut actions, mut replies) = (Vec::new(), Vec::new());
        let mut at = 0;
        while let Some(line) = lines.get(at) {
            at += 1;
            let end_at = |end: &str| {
                lines
                    .iter()
                    .skip(at)
                    .position(|line| line.trim() == end)
                    .map(|length| at + length)
            };
            if let Some(when) = line.strip_prefix("<!-- server") {
                let end = end_at("-->").expect("the end of a server comment is on a separate line");
                let when = when.trim().strip_prefix("if ").map(str::to_owned);
                let text = lines[at..end].join("\n");
                replies.push(ServedReply { when, text });
                at = end + 1;
            } else if let Some(words) = line.strip_prefix("<!-- $ ").and_then(|rest| rest.strip_suffix(" -->")) {
                let lines = (at, at);
                let words = words.to_owned();
                actions.push(Action::Run(Command {
                    words,
                    output: None,
                    exit: 0,
                    lines,
                }));
            } else if let Some(info) = line.strip_prefix("```").filter(|info| !info.is_empty()) {
                let end = end_at("```").unwrap_or_else(|| panic!("the block at line {at} is not closed"));
                if let Some(file) = attribute(info, "file") {
                    let mut content = lines[at..end].join("\n");
                    content.push('\n');
                    actions.push(Action::Write {
                        file: file.to_owned(),
                        content,
                    });
                } else if info == "console" || info.starts_with("console,") {
                    let exit =
                        attribute(info, "exit").map_or(0, |exit| exit.parse().expect("the exit code is a number"));
                    actions.extend(commands(&lines, at, end, exit).into_iter().map(Action::Run));
                }
                at = end + 1;
            }
        }
        Self {
            lines,
            actions,
            replies,
        }
    }

    /// Returns the commands of the chapter.
    pub(crate) fn commands(&self) -> impl Iterator<Item = &Command> {
        self.actions.iter().filter_map(|action| match action {
            Action::Run(command) => Some(command),
            Action::Write { .. } => None,
        })
    }

    /// Returns the chapter's text with its outputs replaced.
    pub(crate) fn with(&self, outputs: &[(&Command, &Shown)]) -> String {
        let mut lines = self.lines.clone();
        for (command, shown) in outputs.iter().rev().filter(|(command, _)| command.output.is_some()) {
            let (start, end) = command.lines;
            lines.splice(start..end, shown.output.trim_end().lines().map(str::to_owned));
        }
        let mut text = lines.join("\n");
        text.push('\n');
        text
    }
}

/// Returns an attribute of a code block, such as `exit` of `console,exit=3`.
fn attribute<'i>(info: &'i str, name: &str) -> Option<&'i str> {
    let mut attributes = info.split(',').filter_map(|part| part.trim().split_once('='));
    attributes.find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// Parses the commands of a block. Each starts with `$ `, continues with `> `, and is followed by
/// its output. The exit code belongs to the last command.
fn commands(lines: &[String], start: usize, end: usize, exit: i32) -> Vec<Command> {
    let mut commands: Vec<Command> = Vec::new();
    let mut at = start;
    while at < end {
        let words = lines[at]
            .strip_prefix("$ ")
            .unwrap_or_else(|| panic!("line {}: expected a command that starts with `$ `", at + 1));
        let mut words = words.to_owned();
        at += 1;
        while let Some(more) = lines[at..end]
            .first()
            .and_then(|line| line.strip_prefix("> ").or(line.strip_prefix(">")))
        {
            words.push('\n');
            words.push_str(more);
            at += 1;
        }
        let first = at;
        while at < end && !lines[at].starts_with("$ ") {
            at += 1;
        }
        let output = (first < at).then(|| lines[first..at].join("\n"));
        commands.push(Command {
            words,
            output,
            exit: 0,
            lines: (first, at),
        });
    }
    if let Some(last) = commands.last_mut() {
        last.exit = exit;
    }
    commands
}
