//! Detection of prose in a program, where code is expected.

use crate::codes;
use crate::lexer::{Keyword, Lexed};
use crate::source::{indentation, line_span, slice, to_u32};
use crate::{Diagnostic, Span};

/// Replaces the errors that a line of prose caused by one diagnostic that says so.
pub(super) fn replace_errors(source: &str, lexed: &Lexed, diagnostics: &mut Vec<Diagnostic>) {
    let mut result: Vec<Diagnostic> = Vec::with_capacity(diagnostics.len());
    let mut last_prose: Option<Span> = None;
    for diagnostic in diagnostics.drain(..) {
        let line = line_span(source, diagnostic.span.start);
        if last_prose.is_some_and(|prose| prose.start == line.start) {
            continue;
        }
        let text = slice(source, line);
        let is_other = || conversation(text).is_some() || is_prose(text);
        if !diagnostic.is_error() || !may_be_prose(&diagnostic) || !is_other() {
            result.push(diagnostic);
            continue;
        }
        let follows = last_prose.is_some_and(|prose| only_space_between(source, prose.end, line.start));
        last_prose = Some(line);
        if !follows {
            // Other errors on the line, or errors that affect the line, have the same cause.
            result.retain(|other| line_span(source, other.span.start) != line);
            result.push(report(source, lexed, line));
        }
    }
    *diagnostics = result;
}

/// Returns `true` if a diagnostic is of a kind that prose can cause. Other errors are kept.
fn may_be_prose(diagnostic: &Diagnostic) -> bool {
    [
        codes::UNEXPECTED,
        codes::UNCLOSED_STRING,
        codes::UNCLOSED_BRACKET,
        codes::UNMATCHED_BRACKET,
        codes::BAD_CHARACTER,
        codes::BAD_NUMBER,
        codes::KEYWORD_AS_NAME,
        codes::MISSING_COLON,
        codes::FOREIGN_OPERATOR,
        codes::PYTHON_2,
        codes::UNEXPECTED_INDENT,
        codes::WITH,
        codes::BAD_CONTINUATION,
    ]
    .iter()
    .any(|info| info.code == diagnostic.code)
}

fn only_space_between(source: &str, start: u32, end: u32) -> bool {
    slice(source, Span::new(start, end)).trim().is_empty()
}

/// Returns a message, a hint and a corrected line for a line of a conversation: an interactive
/// prompt with code, or markup.
fn conversation(line: &str) -> Option<(&'static str, &'static str, String)> {
    let text = line.trim();
    if let Some(code) = text.strip_prefix(">>>") {
        let help = "write only the code, without prompts and without output";
        return Some((
            "`>>>` is the prompt of an interactive session",
            help,
            code.trim().to_owned(),
        ));
    }
    let is_tag = |text: &str| text.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '|'));
    if text.strip_prefix('<').is_some_and(is_tag) && text.contains('>') {
        let help = "write only the code of the program, without tags and without a tool call";
        return Some(("this line is markup, not code", help, format!("# {text}")));
    }
    None
}

fn report(source: &str, lexed: &Lexed, line: Span) -> Diagnostic {
    let text = slice(source, line);
    let indent = indentation(text);
    let span = Span::new(line.start + to_u32(indent.len()), line.end);
    if let Some((message, help, corrected)) = conversation(text) {
        return codes::PROSE
            .error(span, message)
            .with_help(help)
            .with_corrected(corrected);
    }
    let after_code = lexed
        .lines
        .first()
        .and_then(|first| lexed.tokens.get(first.tokens.start))
        .is_some_and(|first| first.span.start < line.start);
    let help = if after_code {
        "write only code: put explanations behind `#`, text into a string, and no output"
    } else {
        "write only code: put explanations behind `#`, or text into a string"
    };
    codes::PROSE
        .error(span, "this line reads as prose, not as code")
        .with_help(help)
        .with_corrected(format!("{}# {}", indent, text.trim()))
}

/// Returns `true` if a line with an error reads like a sentence: words separated only by spaces.
fn is_prose(line: &str) -> bool {
    let text = line.trim();
    let text = text.trim_start_matches(['-', '*', '>', '#', '`', '•']).trim_start();
    let text = text
        .trim_start_matches(|c: char| c.is_ascii_digit())
        .trim_start_matches(['.', ')'])
        .trim_start();
    if text.starts_with(['"', '\'', '(', '[', '{']) {
        return false;
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let first_is_call = words.first().is_some_and(|word| word.contains(['(', '=', '[', '"']));
    if words.len() < 3 || first_is_call {
        return false;
    }
    let pairs = words
        .windows(2)
        .filter(|pair| pair.iter().all(|word| is_plain_word(word)))
        .count();
    let signs = text
        .chars()
        .filter(|c| matches!(c, '=' | '[' | ']' | '{' | '}' | '+' | '<' | '>' | '%'))
        .count();
    pairs >= 2 && pairs * 3 >= words.len().saturating_sub(2) && signs * 8 <= words.len()
}

/// Returns `true` if a word looks like one of a natural language and isn't a keyword.
fn is_plain_word(word: &str) -> bool {
    let word = word.trim_matches(['.', ',', ':', ';', '!', '?', '*', '`', '(', ')', '_', '“', '”']);
    let mut chars = word.chars();
    let starts = chars.next().is_some_and(char::is_alphabetic);
    starts && chars.all(|c| c.is_alphabetic() || matches!(c, '\'' | '’' | '-')) && Keyword::from_text(word).is_none()
}

#[cfg(test)]
mod tests {
    use super::is_prose;

    #[test]
    fn sentences_are_prose() {
        for line in [
            "Let me look at the context first.",
            "Now I'll search for the answer:",
            "The answer is 42 (see above).",
            "- First, we need to count the lines",
            "1. Find all names in the text",
            "for dynamic programming approach.",
            "current best so far is lower",
            "will provide the final path and its total cost.",
        ] {
            assert!(is_prose(line), "{line}");
        }
    }

    #[test]
    fn invalid_code_is_not_prose() {
        for line in [
            "if x in y",
            "for line in lines",
            "print \"hello there my friend\"",
            "x = y z w",
            "total = sum(x for x in values",
            "return x if y else",
            "text = 'it's a nice day here'",
            "if a and b or c not in d",
        ] {
            assert!(!is_prose(line), "{line}");
        }
    }
}
