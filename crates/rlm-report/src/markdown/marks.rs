//! Marks on ranges of a text: links to sources, and quotes that were not found.

use std::ops::Range;

use crate::html::Html;

/// A marked range of a text, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) piece: Range<usize>,
    pub(crate) kind: MarkKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MarkKind {
    /// The range is linked to the source with this number.
    Source(usize),
    /// The range is a quote that was not found in the context.
    Unfound,
}

/// Writes the marks of a text while the text is written piece by piece. Each mark has its anchor at
/// its first piece, and its number at its last.
pub(crate) struct Marks<'m> {
    marks: &'m [Mark],
    /// The part of each mark that is visible: from its first visible byte to its last.
    seen: Vec<Option<Range<usize>>>,
}

impl<'m> Marks<'m> {
    /// Prepares the marks of a text. `marks` are sorted and disjoint; `pieces` are the ranges of
    /// the text that will be written.
    pub(crate) fn of<'p>(marks: &'m [Mark], text: &str, pieces: impl IntoIterator<Item = &'p Range<usize>>) -> Self {
        let mut seen: Vec<Option<Range<usize>>> = vec![None; marks.len()];
        for piece in pieces {
            let first = marks.partition_point(|mark| mark.piece.end <= piece.start);
            for (mark, seen) in marks.iter().zip(&mut seen).skip(first) {
                if mark.piece.start >= piece.end {
                    break;
                }
                let shared = mark.piece.start.max(piece.start)..mark.piece.end.min(piece.end);
                if let Some(shared) = trimmed(text, shared) {
                    let start = seen.as_ref().map_or(shared.start, |seen| seen.start.min(shared.start));
                    let end = seen.as_ref().map_or(shared.end, |seen| seen.end.max(shared.end));
                    *seen = Some(start..end);
                }
            }
        }
        Self { marks, seen }
    }

    /// Writes a piece of the text with its marks. `shown` is the text of the range `piece`, with its
    /// escapes and entities decoded.
    pub(crate) fn write(&mut self, html: &mut Html, shown: &str, piece: &Range<usize>) {
        let first = self
            .seen
            .iter()
            .position(|seen| seen.as_ref().is_some_and(|seen| seen.end > piece.start))
            .unwrap_or(self.seen.len());
        if shown.len() != piece.len() {
            // The marks can't be placed within the text: it is all of the first one.
            let mut left = shown;
            for (index, seen) in self.seen.iter().enumerate().skip(first) {
                let Some(seen) = seen else { continue };
                if seen.start >= piece.end {
                    break;
                }
                let (starts, ends) = (seen.start >= piece.start, seen.end <= piece.end);
                self.write_marked(html, left, index, starts, ends);
                left = "";
            }
            html.text(left);
            return;
        }
        let mut at = piece.start;
        for index in first..self.seen.len() {
            let Some(seen) = self.seen.get(index).cloned().flatten() else {
                continue;
            };
            if seen.start >= piece.end {
                break;
            }
            let (start, end) = (seen.start.max(piece.start), seen.end.min(piece.end));
            let text = |range: Range<usize>| {
                shown
                    .get(range.start - piece.start..range.end - piece.start)
                    .unwrap_or_default()
            };
            html.text(text(at..start));
            self.write_marked(html, text(start..end), index, start == seen.start, end == seen.end);
            at = end;
        }
        html.text(shown.get(at - piece.start..).unwrap_or_default());
    }

    fn write_marked(&self, html: &mut Html, text: &str, index: usize, is_first: bool, is_last: bool) {
        let Some(mark) = self.marks.get(index) else { return };
        match mark.kind {
            MarkKind::Source(number) => {
                let (id, target) = (format!("cite-{number}"), format!("#source-{number}"));
                let attributes = [("class", "cited"), ("href", target.as_str()), ("id", id.as_str())];
                let attributes = attributes.get(..if is_first { 3 } else { 2 }).unwrap_or_default();
                html.with("a", attributes, |html| {
                    html.text(text);
                    if is_last {
                        html.label("b", "", &number.to_string());
                    }
                });
            }
            MarkKind::Unfound => {
                html.with(
                    "span",
                    &[("class", "unfound"), ("title", "not found in the context")],
                    |html| html.text(text),
                );
            }
        }
    }

    /// Writes the marks without any visible text, as their numbers.
    pub(crate) fn finish(self, html: &mut Html) {
        for (index, mark) in self.marks.iter().enumerate() {
            if matches!(mark.kind, MarkKind::Source(_)) && self.seen.get(index).is_some_and(Option::is_none) {
                self.write_marked(html, "", index, true, true);
            }
        }
    }
}

/// Returns a range of a text without white space at its ends, or `None` if nothing is left.
fn trimmed(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let within = text.get(range.clone())?;
    let start = range.start + (within.len() - within.trim_start().len());
    let end = start + within.trim().len();
    (start < end).then_some(start..end)
}
