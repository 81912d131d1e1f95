//! The code formatter.

use super::original::Original;
use super::statement::print;
use super::writer::Printer;
use crate::lexer::lex;
use crate::{Diagnostic, MAX_SOURCE_BYTES, Parsed, parse};

/// The reason why a program wasn't formatted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// The text isn't a valid program, or a part of it was skipped. Contains the diagnostics.
    #[error("the program can't be read whole")]
    Unread(Vec<Diagnostic>),
    /// The formatted program would exceed the maximum length of a program. Contains its length in
    /// bytes.
    #[error("laid out anew, the program would have {0} bytes; it may have {MAX_SOURCE_BYTES}")]
    TooLong(usize),
    /// The formatted text doesn't parse to the same program and comments, because of an internal
    /// error.
    #[error("laid out anew, the program would not be the same; please report this")]
    Unfaithful,
}

/// Formats a program: four spaces per level, double quotes if no escapes change, one space around
/// operators, one statement per line. Lines have at most [`LINE_WIDTH`](crate::LINE_WIDTH) columns
/// if their brackets can be broken.
///
/// Comments keep their order and their statements. The spelling of literals, up to two blank lines,
/// and displays written over several lines are preserved. The result parses to the same program,
/// and formatting is idempotent.
///
/// # Errors
/// [`FormatError`]. A text with a skipped part (a Markdown fence) is rejected, so that nothing is
/// lost.
///
/// ```
/// let text = "names=[ 'a','b' ]   # two\nfor n in names : print(n)\n";
/// assert_eq!(sift_syntax::format(text).unwrap(), "names = [\"a\", \"b\"]  # two\nfor n in names:\n    print(n)\n");
/// assert!(sift_syntax::format("x = = 1").is_err());
/// ```
pub fn format(source: &str) -> Result<String, FormatError> {
    let parsed = parse(source);
    if !parsed.diagnostics.is_empty() {
        return Err(FormatError::Unread(parsed.diagnostics));
    }
    let lexed = lex(source);
    let mut printer = Printer {
        original: Some(Original::new(source, &lexed, &parsed.comments)),
        ..Printer::default()
    };
    printer.statements(&parsed.program.body);
    if let Some(original) = &mut printer.original {
        original.finish(&mut printer.out);
    }
    let formatted = printer.out;
    if formatted.len() > MAX_SOURCE_BYTES {
        return Err(FormatError::TooLong(formatted.len()));
    }
    if is_faithful(&parsed, &parse(&formatted)) {
        Ok(formatted)
    } else {
        Err(FormatError::Unfaithful)
    }
}

/// Returns `true` if two texts contain the same program and comments. Two programs are equal if
/// they have the same printed form.
fn is_faithful(before: &Parsed, after: &Parsed) -> bool {
    let comments = |parsed: &Parsed| -> Vec<String> {
        parsed
            .comments
            .iter()
            .map(|comment| comment.text.trim_end().to_owned())
            .collect()
    };
    after.diagnostics.is_empty()
        && print(&before.program) == print(&after.program)
        && comments(before) == comments(after)
}
