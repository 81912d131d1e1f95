//! Programs as people keep them in files: the same text laid out anew.

use super::original::Original;
use super::statement::print;
use super::writer::Printer;
use crate::lexer::lex;
use crate::{Diagnostic, MAX_SOURCE_BYTES, Parsed, parse};

/// Why a program was not formatted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// It is no program, or a part of it was not read; the diagnostics say why.
    #[error("the program can't be read whole")]
    Unread(Vec<Diagnostic>),
    /// Laid out, it would be longer than a program may be.
    #[error("laid out anew, the program would have {0} bytes; it may have {MAX_SOURCE_BYTES}")]
    TooLong(usize),
    /// What was written would not read back to the same program with the same comments: a fault of the formatter.
    #[error("laid out anew, the program would not be the same; please report this")]
    Unfaithful,
}

/// Lays out a program anew: four spaces a level, double quotes where nothing else changes with them, one space around
/// operators, one statement a line, and lines of at most [`LINE_WIDTH`](crate::LINE_WIDTH) columns where brackets can be
/// broken.
///
/// Comments stay, in order and beside the statement that they stood beside; so do literals as they are spelled, up to two
/// blank lines, and displays that were written over several lines. The result reads back to the same program, and
/// formatting it again changes nothing.
///
/// # Errors
/// [`FormatError`]; a text of which a part was not read (a Markdown fence) is refused, so that nothing is lost.
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

/// Says whether two texts hold the same program with the same comments. Two programs that print alike are the same.
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
