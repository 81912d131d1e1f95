//! Draws the tree: a line for each visible row.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::Line;

use super::{put, row_of, scroll_symbol, span};
use crate::document::Role;
use crate::documents::title;
use crate::layout::Pane;
use crate::run::RowId;
use crate::text::{columns, fitted};
use crate::view::View;

/// The minimum width of the tree at which each level is indented by two columns.
const WIDE: u16 = 44;
/// The columns that the duration of a call usually needs.
const TIME_COLUMNS: usize = 8;

/// Draws the rows of the tree that are on screen.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, view: &View) {
    for (row, id) in (0..).zip(view.outline.window(view.top, usize::from(area.height))) {
        if let Some(line) = line(view, *id, area.width) {
            put(frame, row_of(area, row), line);
        }
    }
}

/// Draws the vertical rule between the tree and the text, which serves as the scroll bar of the
/// tree.
pub(super) fn draw_rule(frame: &mut Frame<'_>, area: Rect, tree_height: u16, view: &View) {
    let style = view.palette.role(Role::Muted);
    for row in 0..area.height {
        let symbol = match row < tree_height {
            true => scroll_symbol(usize::from(row), usize::from(tree_height), view.top, view.outline.len()),
            false => "│",
        };
        put(frame, row_of(area, row), span(symbol, style));
    }
}

fn line(view: &View, id: RowId, width: u16) -> Option<Line<'static>> {
    let row = view.run.row(id)?;
    let is_selected = view.selected == Some(id);
    let step = if width >= WIDE { 2 } else { 1 };
    // The indentation is limited, so that the titles of deep rows stay readable.
    let indent = (row.place.depth() * step).min(usize::from(width) / 3);
    let title = title(
        view.builder(),
        id,
        usize::from(width).saturating_sub(indent + TIME_COLUMNS + 4),
    )?;
    let marker = match (row.has_rows, view.outline.is_open(id)) {
        (false, _) => ' ',
        (true, true) => '▾',
        (true, false) => '▸',
    };
    let cursor = if is_selected { '>' } else { ' ' };
    let mut spans = vec![
        span(format!("{cursor}{:indent$}{marker} ", ""), Style::new()),
        span(title.state.symbol(), view.palette.state(title.state)),
    ];
    let time = title.time.map_or_else(|| " ".to_owned(), |time| format!(" {time} "));
    let fixed = indent + 4 + columns(&time);
    let mut left = usize::from(width).saturating_sub(fixed);
    for (role, text) in &title.pieces {
        let shown = fitted(text, left.saturating_sub(1)).into_owned();
        if shown.is_empty() {
            break;
        }
        left = left.saturating_sub(columns(&shown) + 1);
        spans.push(span(format!(" {shown}"), view.palette.role(*role)));
    }
    spans.push(span(" ".repeat(left), Style::new()));
    spans.push(span(time, view.palette.role(Role::Muted)));
    let line = Line::from(spans);
    Some(match (is_selected, view.focus) {
        (true, Pane::Tree) => line.patch_style(Style::new().add_modifier(Modifier::REVERSED)),
        (true, Pane::Text) => line.patch_style(Style::new().add_modifier(Modifier::BOLD)),
        (false, _) => line,
    })
}
