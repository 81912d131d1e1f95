//! Draws the visible part of the selected row's text.

use std::ops::Range;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use super::{put, row_of, scroll_symbol, span};
use crate::document::{Role, ScreenRow};
use crate::layout::Pane;
use crate::view::View;

/// Draws the visible rows of the selected row's text, and a scroll bar.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, view: &View) {
    if area.width == 0 {
        return;
    }
    let shown = &view.shown;
    let height = usize::from(area.height);
    let text = Rect {
        x: area.x + 1,
        width: area.width.saturating_sub(2),
        ..area
    };
    for (row, screen_row) in (0..area.height).zip(shown.rows.get(shown.scroll..).unwrap_or_default()) {
        put(frame, row_of(text, row), line(view, screen_row));
    }
    if shown.rows.len() > height {
        let focus = match view.focus {
            Pane::Text => Style::new(),
            Pane::Tree => view.palette.role(Role::Muted),
        };
        let column = Rect {
            x: area.right().saturating_sub(1),
            width: 1,
            ..area
        };
        for row in 0..area.height {
            let symbol = scroll_symbol(usize::from(row), height, shown.scroll, shown.rows.len());
            put(frame, row_of(column, row), span(symbol, focus));
        }
    }
}

fn line<'v>(view: &'v View, row: &ScreenRow) -> Line<'v> {
    let Some(line) = view.shown.document.lines.get(row.line) else {
        return Line::default();
    };
    let mut spans: Vec<Span<'v>> = Vec::new();
    if !line.gutter.is_empty() {
        let gutter = match row.range.start {
            0 => line.gutter.clone(),
            _ => " ".repeat(line.gutter.chars().count()),
        };
        spans.push(span(gutter, view.palette.role(Role::Muted)));
    }
    let found: Vec<Range<usize>> = match &view.search {
        Some(search) => search.in_line(&line.text).collect(),
        None => Vec::new(),
    };
    let mut at = row.range.start;
    for (text, role) in line.pieces(row.range.clone()) {
        let style = view.palette.role(role);
        let end = at + text.len();
        for (part, is_found) in parted(at..end, &found) {
            let style = if is_found {
                style.add_modifier(Modifier::REVERSED)
            } else {
                style
            };
            spans.push(Span::styled(line.text.get(part).unwrap_or_default(), style));
        }
        at = end;
    }
    Line::from(spans)
}

/// Splits a range at the `found` ranges. Returns the parts, each with whether it was found.
fn parted(range: Range<usize>, found: &[Range<usize>]) -> Vec<(Range<usize>, bool)> {
    let mut parts = Vec::new();
    let mut at = range.start;
    for found in found {
        let (start, end) = (found.start.max(at), found.end.min(range.end));
        if start < end {
            parts.push((at..start, false));
            parts.push((start..end, true));
            at = end;
        }
    }
    parts.push((at..range.end, false));
    parts.retain(|(part, _)| !part.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn search_matches_are_separated_from_other_text() {
        let shown = parted(3..10, &[0..4, 6..7, 9..20]);
        assert_eq!(
            shown,
            [(3..4, true), (4..6, false), (6..7, true), (7..9, false), (9..10, true)]
        );
        assert_eq!(parted(3..5, &[]), [(3..5, false)]);
    }
}
