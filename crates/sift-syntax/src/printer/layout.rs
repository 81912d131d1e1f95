//! One logical line before it is known how it breaks: pieces of text, and places where a line may end.
//!
//! A group either stands on one line or breaks at all its own places, those of the groups within it apart. What decides is
//! whether the text up to the next possible place after the group still fits. Widths are summed once, so that laying out a
//! line takes time in proportion to its pieces.

use std::ops::Range;

use unicode_width::UnicodeWidthStr;

/// How wide a line may be, in columns, before its brackets break: the width that Python's formatters use.
pub const LINE_WIDTH: usize = 88;

/// How far a level is indented.
const INDENT: usize = 4;

/// A part of a logical line.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    /// Text, as a range of the line's own.
    Text(Range<usize>),
    /// A group begins; whether it breaks whatever its width.
    Open { forced: bool },
    /// A group ends.
    Close,
    /// Lines that begin from here on stand one level deeper.
    Indent,
    /// Lines that begin from here on stand one level less deep.
    Dedent,
    /// A line may end here; else this stands here.
    Break(&'static str),
    /// A line ends here.
    Hard,
    /// This stands here only where the group breaks.
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

    /// Makes all open groups break.
    pub(super) fn force(&mut self) {
        // A group that is forced already has forced those around it.
        for index in self.open.iter().rev() {
            match self.pieces.get_mut(*index) {
                Some(Piece::Open { forced }) if !*forced => *forced = true,
                _ => break,
            }
        }
    }

    /// Says whether the innermost open group breaks whatever its width.
    pub(super) fn is_forced(&self) -> bool {
        let innermost = self.open.last().and_then(|index| self.pieces.get(*index));
        matches!(innermost, Some(Piece::Open { forced: true }))
    }

    fn str(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    /// Writes everything on one line.
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

    /// Writes the line at an indentation, broken where it is too wide.
    pub(super) fn write(&self, level: usize, out: &mut String) {
        let measures = Measures::new(self);
        let mut level = level;
        let mut column = level * INDENT;
        out.push_str(&" ".repeat(column));
        // Whether each open group breaks; outside of groups nothing may.
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

/// What each group needs to stand on one line.
struct Measures {
    needed: Vec<usize>,
}

impl Measures {
    /// Sums the widths from the right: to the next place where a line may end, and over each whole group.
    fn new(line: &Pieces) -> Self {
        let count = line.pieces.len();
        let mut needed = vec![0; count];
        // The width from a piece to the next place where a line may end, and to the next line end within a text.
        let mut to_break = 0_usize;
        // The flat width of all pieces from here on, and the same at the last text before which a line surely ends.
        let mut flat = 0_usize;
        let mut hard_end: Option<usize> = None;
        // For each group that is open, seen from the right: the flat width after it, with what must follow it on its line.
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
    fn what_fits_stands_on_one_line() {
        assert_eq!(written(&call("f", &["a", "b"])), "f(a, b)");
        let wide = "x".repeat(LINE_WIDTH - 3);
        assert_eq!(written(&call("f", &[&wide])), format!("f({wide})"));
    }

    #[test]
    fn what_does_not_breaks_everywhere() {
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
    fn texts_of_several_lines_count_by_their_first() {
        let text = format!("'''a\n{}'''", "x".repeat(100));
        assert_eq!(written(&call("f", &[&text, "b"])), format!("f({text}, b)"));
    }
}
