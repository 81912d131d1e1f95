//! Draws the overlays: the help, and the confirmation before leaving.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::Line;
use ratatui::widgets::{Block, Clear};

use super::{put, row_of, span};
use crate::document::Role;
use crate::state::State;
use crate::text::wrapped;
use crate::view::View;

const KEYS: [(&str, &str); 15] = [
    ("↑ ↓ k j", "move, or scroll the text"),
    ("← → h l", "collapse, expand; right again to the text"),
    ("Space", "collapse or expand"),
    ("Enter", "collapse or expand, or go to the text"),
    ("Tab", "switch between the tree and the text"),
    ("PgUp PgDn", "move by a page (b: up)"),
    ("g G", "go to the start or the end"),
    ("[ ]", "in the text: previous or next section"),
    ("/", "search everything; n next, N previous"),
    ("e E", "next or previous failed row"),
    ("m", "show all or only new messages of a request"),
    ("z", "zoom the tree or the text"),
    ("f", "follow the run"),
    ("Ctrl-C", "cancel the run; twice: exit at once"),
    ("q", "quit"),
];

/// Draws the help overlay, scrolled down by `scroll` lines.
pub(super) fn help(frame: &mut Frame<'_>, view: &View, scroll: usize) {
    let mut lines: Vec<Line<'_>> = Vec::new();
    for (key, what) in KEYS {
        let style = view.palette.style(None, Modifier::BOLD);
        lines.push(Line::from(vec![
            span(format!("{key:<10}"), style),
            span(what, view.palette.role(Role::Plain)),
        ]));
    }
    lines.push(Line::default());
    for state in State::ALL {
        let symbol = span(format!("{:<10}", state.symbol()), view.palette.state(state));
        lines.push(Line::from(vec![
            symbol,
            span(state.name(), view.palette.role(Role::Plain)),
        ]));
    }
    lines.push(Line::from("█ ▒ ░     used, reserved, free"));
    boxed(frame, view, " Keys ", lines, scroll);
}

/// Draws the confirmation before leaving a running run.
pub(super) fn leaving(frame: &mut Frame<'_>, view: &View) {
    let text = [
        "The run is still running.",
        "",
        "s  cancel it and quit",
        "l  close this view; the run continues",
        "",
        "any other key: stay",
    ];
    boxed(frame, view, " Quit? ", text.into_iter().map(Line::from).collect(), 0);
}

/// Draws lines in a box. If not all lines fit, draws those from `scroll` on.
fn boxed(frame: &mut Frame<'_>, view: &View, title: &'static str, lines: Vec<Line<'_>>, scroll: usize) {
    let width = lines
        .iter()
        .map(Line::width)
        .max()
        .unwrap_or_default()
        .max(title.chars().count());
    let width = u16::try_from(width + 4).unwrap_or(u16::MAX).min(view.size.width);
    let lines = folded(lines, usize::from(width.saturating_sub(4)));
    let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX).min(view.size.height);
    let area = Rect::new(
        (view.size.width - width) / 2,
        (view.size.height - height) / 2,
        width,
        height,
    );
    let area = area.intersection(frame.area());
    let more = lines.len().saturating_sub(usize::from(area.height.saturating_sub(2)));
    let from = scroll.min(more);
    let mut block = Block::bordered().title(title);
    if more > 0 {
        block = block.title_bottom(" ↑ ↓ for more ");
    }
    frame.render_widget(Clear, area);
    frame.render_widget(block, area);
    let inner = Rect {
        x: area.x + 2,
        y: area.y + 1,
        width: area.width.saturating_sub(4),
        height: area.height.saturating_sub(2),
    };
    for (row, line) in (0..).zip(lines.into_iter().skip(from)) {
        put(frame, row_of(inner, row), line);
    }
}

/// Wraps lines to the width of a box.
fn folded(lines: Vec<Line<'_>>, width: usize) -> Vec<Line<'_>> {
    let mut folded = Vec::new();
    for line in lines {
        if line.width() <= width {
            folded.push(line);
            continue;
        }
        let text: String = line.spans.iter().map(|span| span.content.as_ref()).collect();
        let rows = wrapped(&text, width);
        folded.extend(
            rows.into_iter()
                .map(|row| Line::from(text.get(row).unwrap_or_default().to_owned())),
        );
    }
    folded
}
