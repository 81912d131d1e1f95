//! Draws the view. The result is a pure function of the view, of which only the visible data is
//! read.

mod header;
mod overlay;
mod status;
mod text;
mod tree;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::layout::LEAST;
use crate::view::{Mode, View};

/// Draws the view of a run into a frame. [`View::fit`] must have been called with the size of the
/// frame.
///
/// ```
/// use ratatui::{Terminal, backend::TestBackend, layout::Size};
/// use rlm_trace::RecordedRun;
/// use rlm_tui::{Host, View, render};
///
/// let mut view = View::new(Host::Watcher);
/// for record in RecordedRun::read("../../examples/recorded/minutes.jsonl")?.records {
///     view.add(record.into());
/// }
/// view.fit(Size::new(100, 30));
/// let mut terminal = Terminal::new(TestBackend::new(100, 30))?;
/// terminal.draw(|frame| render(frame, &view))?;
/// assert!(terminal.backend().to_string().contains("step 4"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn render(frame: &mut Frame<'_>, view: &View) {
    let layout = view.layout();
    if layout.is_too_small {
        return too_small(frame, view);
    }
    header::draw(frame, layout.header, view);
    tree::draw(frame, layout.tree, view);
    tree::draw_rule(frame, layout.rule, layout.tree.height, view);
    header::draw_budget(frame, layout.budget, view);
    text::draw(frame, layout.text, view);
    status::draw(frame, layout.status, view);
    match view.mode {
        Mode::Help { scroll } => overlay::help(frame, view, scroll),
        Mode::Leaving => overlay::leaving(frame, view),
        Mode::Moving | Mode::Typing(_) => {}
    }
}

fn too_small(frame: &mut Frame<'_>, view: &View) {
    let text = [
        "too small to show".to_owned(),
        format!("needs {} × {}", LEAST.width, LEAST.height),
        format!("has {} × {}", view.size.width, view.size.height),
    ];
    for (at, line) in (0..).zip(text) {
        put(frame, Rect::new(0, at, view.size.width, 1), line);
    }
}

/// Puts a line of text into an area. The part that doesn't fit is cut off.
fn put<'l>(frame: &mut Frame<'_>, area: Rect, line: impl Into<Line<'l>>) {
    frame.render_widget(line.into(), area);
}

/// Returns the row of an area with an index, as an area of height 1.
const fn row_of(area: Rect, row: u16) -> Rect {
    Rect {
        y: area.y.saturating_add(row),
        height: if row < area.height { 1 } else { 0 },
        ..area
    }
}

fn span(text: impl Into<String>, style: Style) -> Span<'static> {
    Span::styled(text.into(), style)
}

/// Returns the scroll bar symbol for a row of a pane that shows `height` of `all` lines, from
/// `first` on.
fn scroll_symbol(row: usize, height: usize, first: usize, all: usize) -> &'static str {
    if all <= height || height == 0 {
        return "│";
    }
    let length = (height * height / all).max(1);
    let top = first * (height - length) / (all - height).max(1);
    if (top..top + length).contains(&row) {
        "┃"
    } else {
        "│"
    }
}
