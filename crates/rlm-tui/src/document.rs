//! The document of one row of the tree: lines whose pieces have roles, under headings. The renderer
//! decides about colours and width.

use std::ops::Range;

use sift_syntax::{Highlight, highlight};

use crate::text::{columns, visible, wrapped};

/// The role of a piece of text, from which the renderer derives its style.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Role {
    #[default]
    Plain,
    Heading,
    Muted,
    Good,
    Fair,
    Bad,
    Strong,
    Cited,
    Code(Highlight),
}

/// The complete text of a tree row's details, as lines.
#[derive(Debug, Clone, Default)]
pub(crate) struct Document {
    pub(crate) lines: Vec<Line>,
}

/// A line of a document, before it is wrapped to the width of the screen.
#[derive(Debug, Clone, Default)]
pub(crate) struct Line {
    /// The text in front of a line, such as the line number of a program. If the line is wrapped,
    /// its further screen rows are indented instead.
    pub(crate) gutter: String,
    pub(crate) text: String,
    /// The pieces of the line: the end of each piece in bytes, and its role.
    pieces: Vec<(usize, Role)>,
}

/// A row of the screen, which shows a part of a document's line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ScreenRow {
    pub(crate) line: usize,
    pub(crate) range: Range<usize>,
}

impl Document {
    /// Adds a heading to the document, with a blank line before it.
    pub(crate) fn heading(&mut self, text: &str) {
        if !self.lines.is_empty() {
            self.lines.push(Line::default());
        }
        self.line(&[(Role::Heading, text)]);
    }

    /// Adds a line to the document, composed of several pieces.
    pub(crate) fn line(&mut self, pieces: &[(Role, &str)]) {
        let mut line = Line::default();
        for (role, text) in pieces {
            line.push(*role, &text.replace(['\n', '\r'], " "));
        }
        self.lines.push(line);
    }

    /// Adds a text to the document, line by line.
    pub(crate) fn text(&mut self, role: Role, text: &str) {
        for text in lines_of(text) {
            let mut line = Line::default();
            line.push(role, text);
            self.lines.push(line);
        }
    }

    /// Adds a text to the document, with other roles for the marked byte ranges, which are in
    /// order.
    pub(crate) fn marked(&mut self, text: &str, marks: &[(Range<usize>, Role)]) {
        self.numbered(text, marks, |_| String::new());
    }

    /// Adds a program to the document, with line numbers. `mark` returns the character that is
    /// displayed before a line.
    pub(crate) fn program(&mut self, source: &str, mark: impl Fn(usize) -> char) {
        let pieces: Vec<(Range<usize>, Role)> = highlight(source)
            .into_iter()
            .map(|(range, kind)| (range, Role::Code(kind)))
            .collect();
        let digits = lines_of(source).count().to_string().len();
        self.numbered(source, &pieces, |number| format!("{}{number:>digits$} ", mark(number)));
    }

    fn numbered(&mut self, text: &str, mut pieces: &[(Range<usize>, Role)], gutter: impl Fn(usize) -> String) {
        let mut start = 0;
        for (number, whole) in (1..).zip(text.split_inclusive('\n')) {
            let end = start + whole.len();
            let mut line = Line {
                gutter: gutter(number),
                ..Line::default()
            };
            let slice = |range: Range<usize>| text.get(range).unwrap_or_default().trim_end_matches(['\n', '\r']);
            let mut at = start;
            while let Some(((piece, role), rest)) = pieces.split_first() {
                if piece.start >= end {
                    break;
                }
                let (from, to) = (piece.start.max(at), piece.end.min(end));
                line.push(Role::Plain, slice(at..from));
                line.push(*role, slice(from..to));
                at = to.max(at);
                if piece.end > end {
                    break;
                }
                pieces = rest;
            }
            line.push(Role::Plain, slice(at..end));
            self.lines.push(line);
            start = end;
        }
    }

    /// Wraps the document into screen rows of `width` columns.
    pub(crate) fn rows(&self, width: usize) -> Vec<ScreenRow> {
        let mut rows = Vec::with_capacity(self.lines.len());
        for (number, line) in self.lines.iter().enumerate() {
            let left = width.saturating_sub(columns(&line.gutter));
            rows.extend(
                wrapped(&line.text, left)
                    .into_iter()
                    .map(|range| ScreenRow { line: number, range }),
            );
        }
        rows
    }

    /// Returns the indices of the lines that are headings.
    pub(crate) fn headings(&self) -> impl DoubleEndedIterator<Item = usize> + '_ {
        let lines = self.lines.iter().enumerate();
        lines.filter(|(_, line)| line.is_heading()).map(|(number, _)| number)
    }

    /// Returns the document as plain text, without roles.
    #[cfg(test)]
    pub(crate) fn plain(&self) -> String {
        let lines = self.lines.iter().map(|line| format!("{}{}", line.gutter, line.text));
        lines.collect::<Vec<_>>().join("\n")
    }
}

impl Line {
    fn push(&mut self, role: Role, text: &str) {
        if text.is_empty() {
            return;
        }
        self.text.push_str(&visible(text));
        self.pieces.push((self.text.len(), role));
    }

    fn is_heading(&self) -> bool {
        matches!(self.pieces.as_slice(), [(_, Role::Heading), ..])
    }

    /// Returns the pieces of a line within a byte range, each with its role.
    pub(crate) fn pieces(&self, range: Range<usize>) -> impl Iterator<Item = (&str, Role)> {
        let starts = std::iter::once(0).chain(self.pieces.iter().map(|(end, _)| *end));
        let pieces = starts.zip(&self.pieces).map(move |(start, (end, role))| {
            let piece = start.max(range.start)..(*end).min(range.end);
            (self.text.get(piece).unwrap_or_default(), *role)
        });
        pieces.filter(|(text, _)| !text.is_empty())
    }
}

/// Returns the lines of a text without their line ends. An empty text has one line.
fn lines_of(text: &str) -> impl Iterator<Item = &str> {
    let is_empty = text.is_empty().then_some("");
    text.lines().chain(is_empty)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_have_line_numbers_and_multiline_strings() {
        let mut document = Document::default();
        document.program(
            "x = '''a\n\u{1b}b'''\nprint(x)",
            |number| if number == 3 { '▶' } else { ' ' },
        );
        assert_eq!(document.plain(), " 1 x = '''a\n 2 \\u{1b}b'''\n▶3 print(x)");
        let string = Role::Code(Highlight::String);
        let pieces: Vec<_> = document.lines[1].pieces(0..7).collect();
        assert_eq!(pieces, [("\\u{1b}b", string)]);
    }

    #[test]
    fn wrapped_rows_leave_room_for_line_numbers() {
        let mut document = Document::default();
        document.program("print('where the words are')", |_| ' ');
        let rows = document.rows(15);
        let shown: Vec<&str> = rows
            .iter()
            .map(|row| document.lines[0].text.get(row.range.clone()).unwrap())
            .collect();
        assert_eq!(shown, ["print('where ", "the words ", "are')"]);
    }
}
