//! The root model of the keyword search, which replies with two fixed programs.

use std::fmt::Write as _;

use rlm_model::{Message, ReplyNote, Role};

use super::words::content_words;

const SEARCH: &str = include_str!("search.sift");
const ANSWER: &str = include_str!("answer.sift");

/// The maximum number of passages in the answer of the second program, `answer.sift`.
const MOST_BEST: u64 = 50;
/// The end of the line in the first program's output that states the number of passages found.
const FOUND: &str = " passages hold enough of these words together.";
const CUT: &str = " places were looked at.";

/// Returns the root model's reply for a turn, counted from 1: one of the fixed programs. Returns
/// `None` if no program is left.
pub(super) fn program(question: &str, turn: u32) -> Option<String> {
    let words = content_words(question);
    match (turn, words.is_empty()) {
        (1, true) => Some(fenced(
            "The question has no search terms.",
            "FINAL(\"not found: the question has no search terms\")\n",
        )),
        (1, false) => {
            let said = format!(
                "Looking for passages that hold these words together: {}.",
                words.join(", ")
            );
            Some(fenced(&said, &SEARCH.replacen("{{words}}", &list(&words), 1)))
        }
        (2, false) => Some(fenced("Answering with the passages found.", ANSWER)),
        _ => None,
    }
}

/// Returns notes about passages that the answer of the second program omits, based on the output of
/// the first.
pub(super) fn notes(messages: &[Message]) -> Vec<ReplyNote> {
    let mut shown = messages
        .iter()
        .filter(|message| message.role == Role::User)
        .map(Message::content);
    let Some(shown) = shown.next_back() else {
        return Vec::new();
    };
    let found = shown
        .lines()
        .find_map(|line| line.strip_suffix(FOUND)?.trim().parse::<u64>().ok());
    let cut = shown
        .lines()
        .any(|line| line.starts_with("Only the first ") && line.ends_with(CUT));
    let left_out = found
        .filter(|found| *found > MOST_BEST)
        .map(|found| format!("the answer uses {MOST_BEST} of {found} passages"));
    let cut = cut.then(|| "the search terms occur in more places than were searched".to_owned());
    let notes = left_out.into_iter().chain(cut);
    notes
        .map(|note| ReplyNote(format!("{note}; use rarer words or a quoted phrase to find fewer").into()))
        .collect()
}

fn fenced(said: &str, program: &str) -> String {
    format!("{said}\n\n```repl\n{program}```")
}

fn list(words: &[String]) -> String {
    let words: Vec<String> = words.iter().map(|word| literal(word)).collect();
    format!("[{}]", words.join(", "))
}

/// Formats a text as a string literal of the program, with escapes.
fn literal(text: &str) -> String {
    let mut literal = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => literal.extend(['\\', c]),
            // A code fence in a word must not end the fence of the program.
            '`' => literal.push_str("\\x60"),
            c if c.is_control() || c.is_whitespace() && c != ' ' => {
                let _ = write!(literal, "\\u{:04x}", u32::from(c));
            }
            c => literal.push(c),
        }
    }
    literal.push('"');
    literal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn omitted_search_results_are_noted() {
        assert!(SEARCH.contains(&format!("MOST_BEST = {MOST_BEST}\n")), "the two agree");
        assert!(SEARCH.contains(FOUND) && SEARCH.contains(CUT));
        let notes = |shown: &str| {
            let notes = notes(&[Message::system("s"), Message::user(shown)]);
            notes.into_iter().map(|note| note.0.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(notes("50 passages hold enough of these words together."), [""; 0]);
        insta::assert_snapshot!(notes("60 passages hold enough of these words together.\nOnly the first 20000 places were looked at.").join("\n"), @r"
        the answer uses 50 of 60 passages; use rarer words or a quoted phrase to find fewer
        the search terms occur in more places than were searched; use rarer words or a quoted phrase to find fewer
        ");
    }

    #[test]
    fn search_words_are_escaped_in_string_literals() {
        assert_eq!(literal("a\"b\\c"), r#""a\"b\\c""#);
        assert_eq!(literal("```\n\u{2028}"), r#""\x60\x60\x60\u000a\u2028""#);
        assert_eq!(literal("Straße 5"), "\"Straße 5\"");
    }
}
