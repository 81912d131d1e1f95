//! Line breaking: lays out a logical line, given as pieces of text and possible line breaks.
//!
//! A group of pieces is either on one line, or breaks at all its own possible breaks but not at
//! those of its inner groups. It stays on one line if the text up to the next possible break after
//! it fits. Widths are summed once, so that the time is proportional to the number of pieces.

use std::ops::Range;

use unicode_width::UnicodeWidthStr;

/// The maximum width of a line in columns; brackets of wider lines are broken over lines. Python's
/// formatters use the same width.
pub const LINE_WIDTH: usize = 88;

/// The number of spaces per indentation level.
const INDENT: usize = 4;

/// A piece of a logical line: text, a line break or a group boundary.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    /// A piece of text, as a range of the logical line's text.
    Text(Range<usize>),
    /// The start of a group. A forced group breaks over lines regardless of its width.
    Open { forced: bool },
    /// The end of a group.
    Close,
    /// An increase of the indentation of the lines that begin after this piece.
    Indent,
    /// A decrease of the indentation of the lines that begin after this piece.
    Dedent,
    /// A possible line break. This text is printed if the group isn't broken.
    Break(&'static str),
    /// A line break that is always printed.
    Hard,
    /// Text that is only printed if the group breaks over lines.
    WhenBroken(&'static str),
}

/// The pieces of a logical line.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    pieces: Vec<Piece>,
    text: String,
    /// The open groups, as indices of `pieces`.
    open: Vec<usize>,
}

impl Pieces {
    pub(super) fn push(&mut self, text: &str) {
        let start = self.text.len();
        self.text.push_str(text);
        let end = self.text.len();
        match self.pieces.last_mut() {
            Some(Piece::Text(range)) => range.end = end,
            _ => self.pieces.push(Piece::Text(start..end)),
        }
    }

    pub(super) fn open(&mut self, forced: bool) {
        self.open.push(self.pieces.len());
        self.pieces.push(Piece::Open { forced: false });
        if forced {
            self.force();
        }
    }

    pub(super) fn close(&mut self) {
        self.open.pop();
        self.pieces.push(Piece::Close);
    }

    pub(super) fn indent(&mut self) {
        self.pieces.push(Piece::Indent);
    }

    pub(super) fn dedent(&mut self) {
        self.pieces.push(Piece::Dedent);
    }

    pub(super) fn may_break(&mut self, flat: &'static str) {
        self.pieces.push(Piece::Break(flat));
    }

    pub(super) fn end_line(&mut self) {
        self.pieces.push(Piece::Hard);
    }

    pub(super) fn when_broken(&mut self, text: &'static str) {
        self.pieces.push(Piece::WhenBroken(text));
    }

    /// Forces all open groups to break over lines.
    pub(super) fn force(&mut self) {
        // The groups around a forced group are forced already.
        for index in self.open.iter().rev() {
            match self.pieces.get_mut(*index) {
                Some(Piece::Open { forced }) if !*forced => *forced = true,
                _ => break,
            }
        }
    }

    /// Returns `true` if the innermost open group is forced to break over lines.
    pub(super) fn is_forced(&self) -> bool {
        let innermost = self.open.last().and_then(|index| self.pieces.get(*index));
        matches!(innermost, Some(Piece::Open { forced: true }))
    }

    fn str(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    /// Writes all pieces of the logical line on one line.
    pub(super) fn write_flat(&self, out: &mut String) {
        for piece in &self.pieces {
            match piece {
                Piece::Text(range) => out.push_str(self.str(range)),
                Piece::Break(flat) => out.push_str(flat),
                Piece::Hard => out.push(' '),
                Piece::Open { .. } | Piece::Close | Piece::Indent | Piece::Dedent | Piece::WhenBroken(_) => {}
            }
        }
    }

    /// Writes the logical line at an indentation level, and breaks it over lines if it is too wide.
    pub(super) fn write(&self, level: usize, out: &mut String) {
        let measures = Measures::new(self);
        let mut level = level;
        let mut column = level * INDENT;
        out.push_str(&" ".repeat(column));
        // Whether each open group breaks. Outside of groups, no breaks are allowed.
        let mut broken: Vec<bool> = Vec::new();
        for (index, piece) in self.pieces.iter().enumerate() {
            let breaks = broken.last().copied().unwrap_or(false);
            match piece {
                Piece::Text(range) => {
                    let text = self.str(range);
                    out.push_str(text);
                    column = match text.rsplit_once('\n') {
                        Some((_, last)) => last.width(),
                        None => column + text.width(),
                    };
                }
                Piece::Open { forced } => {
                    let inherits = broken.is_empty() || breaks;
                    let fits = column + measures.needed(index) <= LINE_WIDTH;
                    broken.push(*forced || (inherits && !fits));
                }
                Piece::Close => {
                    broken.pop();
                }
                Piece::Indent => level += 1,
                Piece::Dedent => level = level.saturating_sub(1),
                Piece::Hard => column = new_line(level, out),
                Piece::Break(_) if breaks => column = new_line(level, out),
                Piece::WhenBroken(_) if !breaks => {}
                Piece::Break(text) | Piece::WhenBroken(text) => {
                    out.push_str(text);
                    column += text.width();
                }
            }
        }
    }
}

fn new_line(level: usize, out: &mut String) -> usize {
    out.push('\n');
    out.push_str(&" ".repeat(level * INDENT));
    level * INDENT
}

/// The widths that the groups of a logical line need to be on one line.
struct Measures {
    needed: Vec<usize>,
}

impl Measures {
    /// Computes the widths of all groups of a logical line, from right to left.
    fn new(line: &Pieces) -> Self {
        let count = line.pieces.len();
        let mut needed = vec![0; count];
        // The width from a piece to the next possible break or to the next line end in a text.
        let mut to_break = 0_usize;
        // The flat width of all pieces from here on, and the same at the last text before a certain
        // line end.
        let mut flat = 0_usize;
        let mut hard_end: Option<usize> = None;
        // For each open group, seen from the right: the flat width after it, including the text
        // that must follow on its line.
        let mut closed: Vec<(usize, usize)> = Vec::new();
        for (index, piece) in line.pieces.iter().enumerate().rev() {
            match piece {
                Piece::Text(range) => {
                    let text = line.str(range);
                    match text.split_once('\n') {
                        Some((first, _)) => {
                            let first = first.width();
                            flat += first;
                            to_break = first;
                            hard_end = Some(flat - first);
                        }
                        None => {
                            flat += text.width();
                            to_break += text.width();
                        }
                    }
                }
                Piece::Break(text) => {
                    flat += text.width();
                    to_break = 0;
                }
                Piece::Hard => to_break = 0,
                Piece::WhenBroken(text) => to_break += text.width(),
                Piece::Close => closed.push((flat, to_break)),
                Piece::Open { .. } => {
                    let (after, tail) = closed.pop().unwrap_or_default();
                    let whole = flat - after + tail;
                    // A text of several lines within the group ends its first line.
                    let first_line = hard_end.filter(|end| *end >= after).map(|end| flat - end);
                    if let Some(place) = needed.get_mut(index) {
                        *place = first_line.unwrap_or(whole);
                    }
                }
                Piece::Indent | Piece::Dedent => {}
            }
        }
        Self { needed }
    }

    fn needed(&self, index: usize) -> usize {
        self.needed.get(index).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(name: &str, items: &[&str]) -> Pieces {
        let mut line = Pieces::default();
        line.push(name);
        line.open(false);
        line.push("(");
        line.indent();
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                line.push(",");
            }
            line.may_break(if index > 0 { " " } else { "" });
            line.push(item);
        }
        line.when_broken(",");
        line.dedent();
        line.may_break("");
        line.push(")");
        line.close();
        line
    }

    fn written(line: &Pieces) -> String {
        let mut out = String::new();
        line.write(0, &mut out);
        out
    }

    #[test]
    fn fitting_calls_are_printed_on_one_line() {
        assert_eq!(written(&call("f", &["a", "b"])), "f(a, b)");
        let wide = "x".repeat(LINE_WIDTH - 3);
        assert_eq!(written(&call("f", &[&wide])), format!("f({wide})"));
    }

    #[test]
    fn wide_calls_break_after_every_argument() {
        let wide = "x".repeat(LINE_WIDTH - 5);
        assert_eq!(
            written(&call("f", &[&wide, "b"])),
            format!("f(\n    {wide},\n    b,\n)")
        );
        let mut forced = Pieces::default();
        forced.open(true);
        forced.push("[");
        forced.may_break("");
        forced.push("]");
        forced.close();
        assert_eq!(written(&forced), "[\n]");
    }

    #[test]
    fn multiline_strings_are_measured_by_their_first_line() {
        let text = format!("'''a\n{}'''", "x".repeat(100));
        assert_eq!(written(&call("f", &[&text, "b"])), format!("f({text}, b)"));
    }
}
