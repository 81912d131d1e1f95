//! The program that the keyword search sends as the root model.

use std::fmt::Write as _;

use super::words::content_words;

const SEARCH: &str = include_str!("search.sift");

/// The maximum length of the query, in code points. Longer questions are truncated.
const MAX_QUERY_CHARS: usize = 2_000;

/// Returns the reply with the program for a question.
pub(super) fn search(question: &str) -> String {
    let words = content_words(question);
    if words.is_empty() {
        let said = "The question has no search terms.";
        return fenced(said, "FINAL(\"CANNOT_DETERMINE: the question has no search terms\")\n");
    }
    let said = format!(
        "Searching for the paragraphs that match these words best: {}.",
        words.join(", ")
    );
    let query: String = question.chars().take(MAX_QUERY_CHARS).collect();
    let program = SEARCH.replacen("{{words}}", &list(&words), 1);
    fenced(&said, &program.replacen("{{question}}", &literal(&query), 1))
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
    fn search_words_are_escaped_in_string_literals() {
        assert_eq!(literal("a\"b\\c"), r#""a\"b\\c""#);
        assert_eq!(literal("```\n\u{2028}"), r#""\x60\x60\x60\u000a\u2028""#);
        assert_eq!(literal("Straße 5"), "\"Straße 5\"");
    }
}
