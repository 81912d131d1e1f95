//! An in-memory terminal.

use std::sync::Arc;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::Size;
use rlm_trace::Record;
use rlm_tui::{Host, Key, View, render};

/// The tested sizes.
pub(crate) const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (200, 60)];

/// Creates a view from events.
pub(crate) fn view_of(host: Host, records: impl IntoIterator<Item = Arc<Record>>) -> View {
    let mut view = View::new(host);
    records.into_iter().for_each(|record| view.add(record));
    view
}

/// Presses keys, each given by its character. `\n` is Enter, `\t` is Tab, `\u{1b}` is Esc.
pub(crate) fn press(view: &mut View, keys: &str) {
    for char in keys.chars() {
        let key = match char {
            '\n' => Key::Enter,
            '\t' => Key::Tab,
            '\u{1b}' => Key::Escape,
            char => Key::Char(char),
        };
        view.press(key);
        view.fit(Size::new(80, 24));
    }
}

/// Returns the lines shown by a terminal of some size.
pub(crate) fn lines(view: &mut View, (width, height): (u16, u16)) -> Vec<String> {
    view.fit(Size::new(width, height));
    let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("create an in-memory terminal");
    terminal.draw(|frame| render(frame, view)).expect("draw the frame");
    let buffer = terminal.backend().buffer();
    let rows = buffer.content.chunks(usize::from(width));
    let lines = rows.map(|row| {
        // The cell behind a wide character is empty.
        let mut line = String::new();
        let mut skip = 0;
        for cell in row {
            if skip > 0 {
                skip -= 1;
                continue;
            }
            line.push_str(cell.symbol());
            skip = unicode_width::UnicodeWidthStr::width(cell.symbol()).saturating_sub(1);
        }
        line.trim_end().to_owned()
    });
    lines.collect()
}

/// Returns the lines as one text.
pub(crate) fn screen(view: &mut View, size: (u16, u16)) -> String {
    lines(view, size).join("\n")
}
