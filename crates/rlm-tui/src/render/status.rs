//! Draws the status line: the keys that are relevant now, or the input being typed.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::Line;
use rlm_report::figures::grouped;

use super::{put, span};
use crate::document::Role;
use crate::layout::Pane;
use crate::text::{columns, fitted, one_line};
use crate::view::{Follow, Mode, View};

/// Draws the status line.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, view: &View) {
    let width = usize::from(area.width);
    if let Mode::Typing(words) = &view.mode {
        let typed = one_line(words);
        // Of a long input, the end is shown.
        let mut from = 0;
        while columns(typed.get(from..).unwrap_or_default()) + 3 > width {
            from += typed
                .get(from..)
                .and_then(|rest| rest.chars().next())
                .map_or(1, char::len_utf8);
        }
        let rest = typed.get(from..).unwrap_or_default().to_owned();
        let blank = if words.ends_with(' ') { " " } else { "" };
        let cursor = span(" ", Style::new().add_modifier(Modifier::REVERSED));
        put(
            frame,
            area,
            Line::from(vec![span(format!("/{rest}{blank}"), Style::new()), cursor]),
        );
        return;
    }
    if let Some(said) = &view.said {
        let said = format!(" {}", one_line(said));
        put(frame, area, span(fitted(&said, width), view.palette.role(Role::Fair)));
        return;
    }
    let place = place(view);
    let mut left = width.saturating_sub(columns(&place) + 1);
    let mut spans = Vec::new();
    for (key, what) in keys(view) {
        let columns = columns(key) + columns(what) + 3;
        if columns > left {
            continue;
        }
        left -= columns;
        spans.push(span(format!(" {key}"), Style::new().add_modifier(Modifier::BOLD)));
        spans.push(span(format!(" {what} "), view.palette.role(Role::Muted)));
    }
    spans.push(span(" ".repeat(left), Style::new()));
    spans.push(span(place, view.palette.role(Role::Muted)));
    put(frame, area, Line::from(spans));
}

/// Returns the keys that the status line names, the most relevant first.
fn keys(view: &View) -> Vec<(&'static str, &'static str)> {
    let mut keys = vec![("q", "quit"), ("?", "help")];
    match view.focus {
        Pane::Tree => keys.extend([("↑↓", "move"), ("←→", "fold"), ("Enter", "open"), ("Tab", "text")]),
        Pane::Text => keys.extend([("↑↓", "scroll"), ("Tab", "tree"), ("[ ]", "sections"), ("z", "zoom")]),
    }
    match &view.search {
        Some(_) => keys.push(("n N", "next")),
        None => keys.push(("/", "search")),
    }
    keys.push(("e", "problem"));
    if view.follow == Follow::Off && !view.is_over() {
        keys.push(("f", "follow"));
    }
    keys
}

/// Returns the position in the focused pane and its length, such as `3/120`.
fn place(view: &View) -> String {
    let (at, all) = match view.focus {
        Pane::Tree => (view.index() + 1, view.outline.len()),
        Pane::Text => (view.shown.scroll + 1, view.shown.rows.len()),
    };
    format!("{}/{} ", grouped(at.min(all) as u64), grouped(all as u64))
}
