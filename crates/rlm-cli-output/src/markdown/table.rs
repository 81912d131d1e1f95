//! Tables: columns as wide as their cells, or as the terminal allows.

use pulldown_cmark::Alignment;

use super::alignment;
use super::inline::{Inline, columns};
use crate::console::{Console, Stream, Tone};

/// The blanks between two columns.
const GAP: usize = 2;
/// The minimum width of a column, if the terminal is too narrow for its longest word.
const LEAST: usize = 4;

/// The rows of a table, the first of which is its header.
pub(super) struct Table {
    alignments: Vec<Alignment>,
    rows: Vec<Vec<Inline>>,
    row: Vec<Inline>,
}

impl Table {
    pub(super) const fn new(alignments: Vec<Alignment>) -> Self {
        Self {
            alignments,
            rows: Vec::new(),
            row: Vec::new(),
        }
    }

    pub(super) fn cell(&mut self, cell: Inline) {
        self.row.push(cell);
    }

    pub(super) fn end_row(&mut self) {
        self.rows.push(std::mem::take(&mut self.row));
    }

    /// Returns the table as lines of at most `room` columns. Long cells are wrapped.
    pub(super) fn lines(mut self, room: usize, console: Console) -> Vec<String> {
        let widths = self.widths(room);
        for cell in self.rows.first_mut().into_iter().flatten() {
            cell.make_strong();
        }
        let mut lines = Vec::new();
        for (number, row) in self.rows.iter().enumerate() {
            let cells: Vec<Vec<String>> = widths
                .iter()
                .enumerate()
                .map(|(column, width)| {
                    row.get(column)
                        .map(|cell| cell.wrapped(*width, console))
                        .unwrap_or_default()
                })
                .collect();
            let height = cells.iter().map(Vec::len).max().unwrap_or(0);
            for at in 0..height {
                let parts = cells.iter().zip(&widths).enumerate().map(|(column, (cell, width))| {
                    let text = cell.get(at).map_or("", String::as_str);
                    padded(text, *width, alignment(&self.alignments, column))
                });
                lines.push(parts.collect::<Vec<_>>().join(&" ".repeat(GAP)));
            }
            if number == 0 {
                let rule = if console.is_plain() { "-" } else { "─" };
                let rules: Vec<String> = widths.iter().map(|width| rule.repeat(*width)).collect();
                lines.push(console.toned(Stream::Output, Tone::Muted, &rules.join(&" ".repeat(GAP))));
            }
        }
        lines
    }

    /// Returns the width of each column. The widest columns are narrowed until the table fits.
    fn widths(&self, room: usize) -> Vec<usize> {
        let count = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let of_column = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column)).map(Inline::widths);
            cells.fold((1, 1), |(line, word), cell| (line.max(cell.0), word.max(cell.1)))
        };
        let (mut widths, words): (Vec<usize>, Vec<usize>) = (0..count).map(of_column).unzip();
        let room = room.saturating_sub(GAP * count.saturating_sub(1));
        // First down to the longest words, then below.
        for least in [&words, &vec![LEAST; count], &vec![1; count]] {
            while widths.iter().sum::<usize>() > room {
                let shrinkable = widths
                    .iter()
                    .zip(least.iter())
                    .enumerate()
                    .filter(|(_, (width, least))| width > least);
                let Some((widest, _)) = shrinkable.max_by_key(|(_, (width, _))| **width) else {
                    break;
                };
                if let Some(width) = widths.get_mut(widest) {
                    *width -= 1;
                }
            }
        }
        widths
    }
}

fn padded(text: &str, width: usize, alignment: Alignment) -> String {
    let free = width.saturating_sub(columns(text));
    let (left, right) = match alignment {
        Alignment::Right => (free, 0),
        Alignment::Center => (free / 2, free - free / 2),
        Alignment::Left | Alignment::None => (0, free),
    };
    format!("{}{text}{}", " ".repeat(left), " ".repeat(right))
}
