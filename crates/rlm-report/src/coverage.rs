//! Writes the coverage of the context, document by document.

use std::ops::Range;

use rlm_trace::{SourceCoverage, Tree};

use crate::bounds::{DOCUMENTS, LINE, STRETCHES};
use crate::figures::{bytes, counted, share, shortened};
use crate::html::Html;
use crate::view::View;

const WIDTH: u64 = 1_000;
const HEIGHT: &str = "10";

/// Writes the section of the page on the coverage of the context.
pub(crate) fn write(html: &mut Html, view: &View<'_>) {
    let covered = view.coverage.covered();
    if covered.bytes == 0 {
        html.label("p", "muted", "The run had no context.");
        return;
    }
    html.element("div", "card", |html| {
        let what = format!(
            "{} of {} was read: {} by models, {} by programs, which searched, compared or printed it.",
            share(covered.covered, covered.bytes),
            bytes(covered.bytes),
            share(covered.read, covered.bytes),
            share(covered.scanned, covered.bytes)
        );
        html.label("p", "", &what);
        html.element("ul", "documents", |html| {
            for (number, source) in view.coverage.sources.iter().enumerate().take(DOCUMENTS) {
                let name = u32::try_from(number).map_or("?", |number| view.name(number));
                html.element("li", "", |html| document(html, name, source));
            }
        });
        let more = view.coverage.sources.get(DOCUMENTS..).unwrap_or_default();
        if !more.is_empty() {
            let size = more.iter().map(|source| source.bytes).fold(0, u64::saturating_add);
            let seen = more
                .iter()
                .map(SourceCoverage::covered_bytes)
                .fold(0, u64::saturating_add);
            let what = format!(
                "{}, {} of {} read",
                counted(more.len(), "more document"),
                share(seen, size),
                bytes(size)
            );
            html.label("p", "muted small", &what);
        }
        html.element("ul", "key", |html| {
            for (class, name) in [("bar-root", "read by a model"), ("bar-sub", "read by a program")] {
                html.element("li", "", |html| {
                    html.with("svg", &[("viewBox", "0 0 10 10"), ("aria-hidden", "true")], |html| {
                        html.with("rect", &[("class", class), ("width", "10"), ("height", "10")], |_| {});
                    });
                    html.text(name);
                });
            }
        });
        notes(html, &view.tree);
    });
}

fn document(html: &mut Html, name: &str, source: &SourceCoverage) {
    let seen = share(source.covered_bytes(), source.bytes);
    html.element("p", "", |html| {
        html.label("span", "", &shortened(name, LINE));
        html.label("span", "muted small", &format!("{seen} of {}", bytes(source.bytes)));
    });
    let view_box = format!("0 0 {WIDTH} {HEIGHT}");
    let attributes = [
        ("class", "strip"),
        ("viewBox", view_box.as_str()),
        ("preserveAspectRatio", "none"),
        ("height", HEIGHT),
        ("role", "img"),
        ("aria-label", &format!("{seen} read")),
    ];
    html.with("svg", &attributes, |html| {
        stretches(html, &source.scanned, source.bytes, "bar-sub", "5");
        stretches(html, &source.read, source.bytes, "bar-root", "0");
    });
}

/// Draws stretches of a document that were read or scanned. Ranges that are too close to be
/// distinguished are drawn as one.
fn stretches(html: &mut Html, ranges: &[Range<u64>], all: u64, class: &'static str, y: &'static str) {
    let scaled = |at: u64| u64::try_from(u128::from(at) * u128::from(WIDTH) / u128::from(all.max(1))).unwrap_or(WIDTH);
    let mut drawn: Vec<Range<u64>> = Vec::new();
    for range in ranges {
        let start = scaled(range.start).min(WIDTH - 2);
        let end = scaled(range.end).clamp(start + 2, WIDTH);
        match drawn.last_mut() {
            Some(last) if start <= last.end + 1 => last.end = last.end.max(end),
            _ => drawn.push(start..end),
        }
    }
    for stretch in drawn.iter().take(STRETCHES) {
        let (x, width) = (stretch.start.to_string(), (stretch.end - stretch.start).to_string());
        html.with(
            "rect",
            &[
                ("class", class),
                ("x", &x),
                ("y", y),
                ("width", &width),
                ("height", "5"),
            ],
            |_| {},
        );
    }
}

/// Writes the notes on the context, which say how documents were read.
fn notes(html: &mut Html, tree: &Tree<'_>) {
    let sources = tree
        .started
        .map(|started| started.context.as_slice())
        .unwrap_or_default();
    let notes = sources
        .iter()
        .flat_map(|source| source.notes.iter().map(move |note| (&source.name, note)));
    for (name, note) in notes.take(DOCUMENTS) {
        html.label(
            "p",
            "note small",
            &format!("{}: {}", shortened(name, LINE), shortened(note, LINE)),
        );
    }
}
