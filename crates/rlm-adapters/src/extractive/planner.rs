//! The planner: two fixed programs.

use std::fmt::Write as _;

use super::words::content_words;

const SEARCH: &str = include_str!("search.sift");
const ANSWER: &str = include_str!("answer.sift");

/// Writes the reply for a turn, counted from 1; none where there is nothing left to run.
pub(super) fn program(question: &str, turn: u32) -> Option<String> {
    let words = content_words(question);
    match (turn, words.is_empty()) {
        (1, true) => Some(fenced(
            "The question holds no word to look for.",
            "FINAL(\"not found: the question holds no word to look for\")\n",
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

fn fenced(said: &str, program: &str) -> String {
    format!("{said}\n\n```repl\n{program}```")
}

fn list(words: &[String]) -> String {
    let words: Vec<String> = words.iter().map(|word| literal(word)).collect();
    format!("[{}]", words.join(", "))
}

/// Writes a string literal.
fn literal(text: &str) -> String {
    let mut literal = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => literal.extend(['\\', c]),
            // A fence in a word must not end the program's own.
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
    fn a_word_can_not_leave_its_literal() {
        assert_eq!(literal("a\"b\\c"), r#""a\"b\\c""#);
        assert_eq!(literal("```\n\u{2028}"), r#""\x60\x60\x60\u000a\u2028""#);
        assert_eq!(literal("Straße 5"), "\"Straße 5\"");
    }
}
