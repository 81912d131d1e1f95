//! A line to write instead of one that could not be read, where no rule knew a better one: found by trying.

use crate::source::{line_span, slice};
use crate::{Diagnostic, Span, parse};

/// Longer lines are not tried: a line that a person can't survey is not worth mending.
const MAX_LINE_BYTES: usize = 400;

/// Returns a line that reads, as near to the one at `place` as could be found: without what could not stand there, up to
/// it, or with a value where one is missing; at last the line as a comment.
pub(crate) fn line(source: &str, place: Span) -> String {
    let line = line_span(source, place.start);
    let text = slice(source, line).trim_end();
    let body = text.trim_start();
    let indent = text.get(..text.len() - body.len()).unwrap_or_default();
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

/// Says whether a sign at the end of a line waits for more.
pub(crate) const fn is_loose_end(c: char) -> bool {
    matches!(
        c,
        ',' | '+' | '-' | '*' | '/' | '%' | '=' | '<' | '>' | '&' | '|' | '^' | '.' | ';' | ' '
    )
}

/// Says whether a line is read without an error, given a block or the statement that it belongs to.
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

    fn mended(text: &str) -> String {
        let found = parse(text).diagnostics;
        found.first().map_or_else(String::new, |first| line(text, first.span))
    }

    #[test]
    fn lines_are_mended_where_they_broke() {
        assert_eq!(mended("x = = 1"), "x = 1");
        assert_eq!(mended("x = "), "x = None");
        assert_eq!(mended("x = 1 +"), "x = 1");
        assert_eq!(mended("x = y z w"), "x = y");
        assert_eq!(mended("for x y in z:"), "for x in z:");
        assert_eq!(mended("for in z:"), "# for in z:");
    }
}
