//! Lines and columns of positions in a source text.

use crate::Span;

/// Returns the line and column of a byte offset, both from 1. Columns count code points.
pub(crate) fn line_column(source: &str, offset: u32) -> (usize, usize) {
    let offset = floor_boundary(source, offset);
    let before = source.get(..offset).unwrap_or(source);
    let ends_in_pair = before.ends_with('\r') && source.get(offset..).is_some_and(|rest| rest.starts_with('\n'));
    let mut line = 1_usize;
    let mut column = 1_usize;
    let mut chars = before.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' if chars.peek() == Some(&'\n') => {}
            '\r' if ends_in_pair && chars.peek().is_none() => {}
            '\n' | '\r' => {
                line += 1;
                column = 1;
            }
            '\u{feff}' if line == 1 && column == 1 => {}
            _ => column += 1,
        }
    }
    (line, column)
}

/// Returns the span of the line at a byte offset, without its line end.
pub(crate) fn line_span(source: &str, offset: u32) -> Span {
    let offset = floor_boundary(source, offset);
    let start = source
        .get(..offset)
        .and_then(|before| before.rfind(['\n', '\r']).map(|at| at + 1))
        .unwrap_or(0);
    let end = source
        .get(offset..)
        .and_then(|after| after.find(['\n', '\r']).map(|at| at + offset))
        .unwrap_or(source.len());
    Span::new(to_u32(start), to_u32(end))
}

/// Returns the text of the line at a byte offset, without its line end.
pub(crate) fn line_text(source: &str, offset: u32) -> &str {
    slice(source, line_span(source, offset))
}

/// Returns the leading whitespace of a line.
pub(crate) fn indentation(line: &str) -> &str {
    line.get(..line.len() - line.trim_start().len()).unwrap_or_default()
}

/// Returns the line at the start of a span, with the text of the span replaced.
pub(crate) fn replaced(source: &str, place: Span, replacement: &str) -> String {
    let line = line_span(source, place.start);
    let text = [
        slice(source, Span::new(line.start, place.start)),
        replacement,
        slice(source, Span::new(place.end, line.end.max(place.end))),
    ]
    .concat();
    text.trim_end().to_owned()
}

/// Returns the source text of a span, or an empty text if the span isn't at character boundaries.
pub(crate) fn slice(source: &str, span: Span) -> &str {
    source.get(span.start as usize..span.end as usize).unwrap_or_default()
}

/// Converts an offset to 32 bits for use in spans. Longer sources are rejected before any span is
/// created.
pub(crate) fn to_u32(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

/// Returns the length of the line end at the start of the text, or 0 if there is none.
pub(crate) fn newline_length(text: &str) -> usize {
    match text.as_bytes() {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => 0,
    }
}

/// Returns `true` if a character at the end of a line, such as an operator or a comma, shows that
/// the line is incomplete.
pub(crate) const fn is_loose_end(c: char) -> bool {
    matches!(
        c,
        ',' | '+' | '-' | '*' | '/' | '%' | '=' | '<' | '>' | '&' | '|' | '^' | '.' | ';' | ' '
    )
}

fn floor_boundary(source: &str, offset: u32) -> usize {
    source.floor_char_boundary(offset as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_endings_match_the_language() {
        let source = "a\r\nbc\rd\né!x";
        assert_eq!(line_column(source, 0), (1, 1));
        assert_eq!(line_column(source, 2), (1, 2));
        assert_eq!(line_column(source, 4), (2, 2));
        assert_eq!(line_column(source, 6), (3, 1));
        assert_eq!(line_column(source, 10), (4, 2));
        assert_eq!(line_column(source, 999), (4, 4));
        assert_eq!(line_text(source, 6), "d");
        assert_eq!(line_text(source, 3), "bc");
    }

    #[test]
    fn byte_order_mark_takes_no_column() {
        assert_eq!(line_column("\u{feff}x", 3), (1, 1));
    }
}
