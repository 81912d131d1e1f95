//! Prepares texts for a terminal: escapes control characters and truncates long lines.

use std::borrow::Cow;
use std::path::Path;

use rlm_model::RunId;
pub use rlm_report::figures::{counted, grouped};
use sift_text::is_terminal_control;

/// Escapes the control characters of a text, except for line ends and tabs, so that a terminal does
/// not interpret them.
pub fn visible(text: &str) -> Cow<'_, str> {
    let is_escaped = |char: char| is_terminal_control(char) && !matches!(char, '\n' | '\t');
    if !text.contains(is_escaped) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for char in text.chars() {
        if is_escaped(char) {
            shown.extend(char.escape_default());
        } else {
            shown.push(char);
        }
    }
    Cow::Owned(shown)
}

/// Returns a text as one line: line ends become spaces, and control characters are escaped.
pub fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for char in text.trim_end().chars() {
        match char {
            '\n' | '\r' | '\t' => line.push(' '),
            control if is_terminal_control(control) => line.extend(control.escape_default()),
            other => line.push(other),
        }
    }
    line
}

/// Returns the first `most` characters of a text as one line. An ellipsis marks omitted text.
pub fn shortened(text: &str, most: usize) -> String {
    let line = one_line(text);
    match line.char_indices().nth(most) {
        None => line,
        Some(_) => {
            let mut short: String = line.chars().take(most.saturating_sub(1)).collect();
            short.push('…');
            short
        }
    }
}

/// Truncates a line to `most` characters, escapes it, and appends the number of omitted characters.
pub fn cut(line: &str, most: usize) -> String {
    match line.char_indices().nth(most) {
        None => one_line(line),
        Some((at, _)) => {
            let (shown, rest) = line.split_at(at);
            let more = counted(rest.trim_end().chars().count(), "more character");
            format!("{}… {more}", one_line(shown))
        }
    }
}

/// Returns the name of a journal for `rlm trace` and `rlm resume`: the id of its run, or the
/// journal's path if it is not in the folder of runs.
pub fn journal_name(journal: &Path) -> String {
    let folder = journal
        .parent()
        .and_then(Path::file_name)
        .and_then(|name| name.to_str());
    let id = folder.and_then(|name| name.parse::<RunId>().ok());
    match id.filter(|_| journal.ends_with("journal.jsonl")) {
        Some(id) => id.to_string(),
        None => one_line(&journal.to_string_lossy()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_text_escapes_newlines_and_controls() {
        assert_eq!(one_line("a\nb\u{1b}[31mc\t d\n"), "a b\\u{1b}[31mc  d");
        assert_eq!(visible("a\tb\n\u{1b}]0;x\u{7}"), "a\tb\n\\u{1b}]0;x\\u{7}");
        assert_eq!(visible("user\u{202e} nimda"), "user\\u{202e} nimda");
        assert_eq!(shortened("größer", 6), "größer");
        assert_eq!(shortened("größer\nals", 6), "größe…");
    }
}
