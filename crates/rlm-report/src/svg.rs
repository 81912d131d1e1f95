//! Simple charts as inline SVG. Positions are in per cent of the width, so that charts fill their
//! column without distorting their text.

use crate::html::Html;

/// Formats a share of a whole as a percentage for a position in a chart.
pub(crate) fn percent(part: u64, whole: u64) -> String {
    // In hundredths of a per cent.
    let share = u128::from(part.min(whole)) * 10_000 / u128::from(whole.max(1));
    format!("{}.{:02}%", share / 100, share % 100)
}

/// Draws a bar of stacked parts: the class, size and title of each.
pub(crate) fn stacked(html: &mut Html, label: &str, parts: Vec<(&'static str, u64, String)>) {
    let all: u64 = parts.iter().map(|(_, size, _)| size).sum();
    bar(html, label, parts, all);
}

/// Draws a bar of stacked parts, of which `all` is the whole width.
pub(crate) fn bar(html: &mut Html, label: &str, parts: Vec<(&'static str, u64, String)>, all: u64) {
    let attributes = [
        ("class", "bar"),
        ("width", "100%"),
        ("height", "12"),
        ("role", "img"),
        ("aria-label", label),
    ];
    html.with("svg", &attributes, |html| {
        let mut at = 0;
        for (class, size, title) in parts {
            rect(html, class, (at, at + size, all), (0, 12), &title);
            at += size;
        }
    });
}

/// Draws a rectangle from one position to another, of which the third is the whole width. `rows` is
/// its vertical position and height.
pub(crate) fn rect(
    html: &mut Html,
    class: &'static str,
    (from, to, all): (u64, u64, u64),
    (y, height): (usize, usize),
    title: &str,
) {
    // A rectangle is never too narrow to be seen.
    let width = to.saturating_sub(from).max(all / 400);
    let from = from.min(all.saturating_sub(width));
    let attributes = [
        ("class", class),
        ("x", &*percent(from, all)),
        ("y", &*y.to_string()),
        ("width", &*percent(width, all)),
        ("height", &*height.to_string()),
    ];
    html.with("rect", &attributes, |html| {
        if !title.is_empty() {
            html.label("title", "", title);
        }
    });
}

/// Writes an entry of a chart's key.
pub(crate) fn key_entry(html: &mut Html, class: &'static str, name: &str) {
    html.element("li", "", |html| {
        html.with(
            "svg",
            &[("width", "12"), ("height", "12"), ("aria-hidden", "true")],
            |html| {
                html.with("rect", &[("class", class), ("width", "12"), ("height", "12")], |_| {});
            },
        );
        html.text(name);
    });
}
