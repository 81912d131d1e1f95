//! Corrected lines for diagnostics. If no rule provides one, a valid line is found by trial.

use sift_text::is_terminal_control;

use crate::source::{indentation, is_loose_end, line_span, slice};
use crate::{Diagnostic, Span, codes, parse};

/// The maximum length of a line that is corrected by trial, in bytes. A longer corrected line would
/// be hard to read.
const MAX_LINE_BYTES: usize = 400;

impl Diagnostic {
    /// Returns a corrected line, if one is known. This is the diagnostic's own one, the source line
    /// with the nearest known name, or for a syntax error a similar line that parses.
    #[must_use]
    pub fn corrected_line(&self, source: &str) -> Option<String> {
        if let Some(line) = &self.corrected {
            return Some(line.clone()).filter(|line| !line.trim().is_empty());
        }
        if self.code == codes::UNEXPECTED.code {
            return Some(mended(source, self.span));
        }
        let near = self.near.first()?;
        let line = line_span(source, self.span.start);
        if self.span.end > line.end {
            return None;
        }
        let before = slice(source, Span::new(line.start, self.span.start));
        let after = slice(source, Span::new(self.span.end, line.end));
        Some(format!("{before}{near}{}", after.trim_end()))
    }

    /// Returns the corrected line for display, or `None` if it contains control characters. The
    /// line is indented only if the indentation was wrong.
    pub(crate) fn line_to_write(&self, source: &str) -> Option<String> {
        let line = self.corrected_line(source)?;
        if line.chars().any(|c| c != '\t' && is_terminal_control(c)) {
            return None;
        }
        let layout = [
            codes::MIXED_TABS,
            codes::UNMATCHED_DEDENT,
            codes::UNEXPECTED_INDENT,
            codes::MISSING_BLOCK,
        ];
        Some(match layout.iter().any(|info| info.code == self.code) {
            true => line,
            false => line.trim_start().to_owned(),
        })
    }
}

/// Returns a valid line that is similar to an invalid one: without the unexpected text, cut off
/// before it, or with an inserted value. The last resort is the line as a comment.
fn mended(source: &str, place: Span) -> String {
    let line = line_span(source, place.start);
    let text = slice(source, line).trim_end();
    let body = text.trim_start();
    let indent = indentation(text);
    if text.len() > MAX_LINE_BYTES || body.is_empty() {
        return format!("{indent}pass");
    }
    let before = slice(source, Span::new(line.start, place.start));
    let after = slice(source, Span::new(place.end.min(line.end), line.end));
    let head = before.trim_end().trim_end_matches(is_loose_end).trim_end();
    let without = format!("{} {}", before.trim_end(), after.trim_start());
    let finished = format!("{} None", before.trim_end());
    let candidates = if before.trim_end().ends_with('=') {
        [without, finished, head.to_owned()]
    } else {
        [without, head.to_owned(), finished]
    };
    candidates
        .into_iter()
        .map(|candidate| candidate.trim_end().to_owned())
        .find(|candidate| candidate.as_str() != text && reads(candidate))
        .unwrap_or_else(|| format!("{indent}# {body}"))
}

/// Returns `true` if a line parses without an error, after a block is added to a head and an
/// opening statement to a clause.
fn reads(line: &str) -> bool {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return false;
    }
    let block = if line.ends_with(':') { "\n    pass" } else { "" };
    let program = match line.split(|c: char| !c.is_alphabetic()).next() {
        Some("except" | "finally") => format!("try:\n    pass\n{line}{block}\n"),
        Some("elif" | "else") => format!("if True:\n    pass\n{line}{block}\n"),
        _ if line.starts_with('@') => format!("{line}\ndef f():\n    pass\n"),
        _ => format!("{line}{block}\n"),
    };
    !parse(&program).diagnostics.iter().any(Diagnostic::is_error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mended_of(text: &str) -> String {
        let found = parse(text).diagnostics;
        found.first().map_or_else(String::new, |first| mended(text, first.span))
    }

    #[test]
    fn broken_lines_are_repaired_at_the_error() {
        assert_eq!(mended_of("x = = 1"), "x = 1");
        assert_eq!(mended_of("x = "), "x = None");
        assert_eq!(mended_of("x = 1 +"), "x = 1");
        assert_eq!(mended_of("x = y z w"), "x = y");
        assert_eq!(mended_of("for x y in z:"), "for x in z:");
        assert_eq!(mended_of("for in z:"), "# for in z:");
    }
}
