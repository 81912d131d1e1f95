//! The rendering of diagnostics for models: short, and plain ASCII except for the program's text.

use sift_text::is_terminal_control;
use unicode_width::UnicodeWidthStr;

use crate::source::{line_span, slice};
use crate::{Diagnostic, Severity, Span};

/// The maximum number of diagnostics that are rendered. More would obscure the first one.
pub const MAX_SHOWN: usize = 3;

/// The maximum number of columns of a source line that are shown.
const MAX_COLUMNS: usize = 120;

/// Renders at most [`MAX_SHOWN`] diagnostics for models: errors first, then the number of omitted
/// ones.
///
/// Each shows its code, line and column (from 1, in code points), the message, the source line with
/// a caret, the hint and a corrected line.
///
/// ```
/// let source = "if ready\n    print(1)\n";
/// let parsed = sift_syntax::parse(source);
/// assert_eq!(
///     sift_syntax::render_plain(source, &parsed.diagnostics),
///     "S0102 at 1:9: `:` is missing after this `if`\n\
///      \x20 1 | if ready\n\
///      \x20   |         ^\n\
///      \x20 help: end the line with `:`\n\
///      \x20 write: if ready:\n"
/// );
/// ```
#[must_use]
pub fn render_plain(source: &str, diagnostics: &[Diagnostic]) -> String {
    let mut out = String::new();
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
    let notes = diagnostics.iter().filter(|diagnostic| !diagnostic.is_error());
    for diagnostic in errors.chain(notes).take(MAX_SHOWN) {
        out.push_str(&one(source, diagnostic));
    }
    let more = diagnostics.len().saturating_sub(MAX_SHOWN);
    if more > 0 {
        out.push_str(&format!("and {more} more\n"));
    }
    out
}

fn one(source: &str, diagnostic: &Diagnostic) -> String {
    let (line, column) = diagnostic.line_column(source);
    let kind = match diagnostic.severity {
        Severity::Error => "",
        Severity::Note => " (note)",
    };
    let mut out = format!(
        "{}{kind} at {line}:{column}: {}\n",
        diagnostic.code.0, diagnostic.message
    );
    let (text, marks) = excerpt(source, diagnostic.span);
    let number = line.to_string();
    let blank = " ".repeat(number.len());
    if !text.is_empty() {
        out.push_str(&format!("  {number} | {text}\n  {blank} | {marks}\n"));
    }
    for label in &diagnostic.labels {
        let (line, column) = crate::source::line_column(source, label.span.start);
        out.push_str(&format!("  see {line}:{column}: {}\n", label.text));
    }
    if let Some(help) = &diagnostic.help {
        out.push_str(&format!("  help: {help}\n"));
    }
    if let Some(line) = diagnostic.line_to_write(source) {
        out.push_str(&format!("  write: {line}\n"));
    }
    out
}

/// Returns the part of a source line around a span, and the carets under the span.
fn excerpt(source: &str, span: Span) -> (String, String) {
    let line = line_span(source, span.start);
    let before = printable(slice(source, Span::new(line.start, span.start.max(line.start))));
    let marked = printable(slice(
        source,
        Span::new(span.start, span.end.min(line.end).max(span.start)),
    ));
    let after = printable(slice(
        source,
        Span::new(span.end.min(line.end).max(span.start), line.end),
    ));
    let (skipped, before) = last_columns(&before, MAX_COLUMNS / 2);
    let marked = first_columns(&marked, MAX_COLUMNS / 2);
    let room = MAX_COLUMNS.saturating_sub(before.width() + marked.width());
    let after = first_columns(after.trim_end(), room);
    let text = format!("{skipped}{before}{marked}{after}");
    let carets = "^".repeat(marked.width().max(1));
    (
        text,
        format!("{}{carets}", " ".repeat(skipped.width() + before.width())),
    )
}

/// Replaces characters without a width by spaces, so that the carets below a line are aligned.
fn printable(text: &str) -> String {
    text.chars()
        .map(|c| if is_terminal_control(c) { ' ' } else { c })
        .collect()
}

fn first_columns(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut out: String = text.chars().take(columns).collect();
    out.push_str("...");
    out
}

fn last_columns(text: &str, columns: usize) -> (&'static str, String) {
    let count = text.chars().count();
    if count <= columns {
        return ("", text.to_owned());
    }
    ("...", text.chars().skip(count - columns).collect())
}
