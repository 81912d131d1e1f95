//! Draws which parts of each document were read, how often, and by whom.

use std::collections::BTreeMap;

use rlm_model::{CallId, RunPath, SourceRange};
use rlm_trace::{CallNode, HostAnswer, RecordedHit, RecordedOutcome, SourceCoverage, Tree};

use crate::bounds::{DOCUMENTS, LINE};
use crate::call_names::given;
use crate::figures::{bytes, counted, share, shortened};
use crate::html::Html;
use crate::svg;
use crate::view::{View, call_place, step_place};

/// The number of cells into which a document is divided.
const CELLS: u64 = 120;
/// The maximum number of readers that the title of a cell names.
const READERS: usize = 6;
/// The height of the two rows of a document's strip, in pixels.
const ROW: usize = 8;

/// A reader of a part of a document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Reader {
    /// A call whose prompt held the part.
    Call(CallId),
    /// The program of a step.
    Program(RunPath, u32),
}

/// A cell of a document: one of [`CELLS`] equal parts.
#[derive(Debug, Clone, Default)]
struct Cell {
    readers: Vec<Reader>,
    /// The bytes that were read, each as often as it was read, in thousandths of the cell.
    read: u64,
}

/// The cells of a document as calls and as programs have read them.
#[derive(Debug, Clone)]
struct Cells {
    calls: Vec<Cell>,
    programs: Vec<Cell>,
}

impl Cell {
    fn is_like(&self, other: &Self) -> bool {
        self.readers == other.readers && self.strength() == other.strength()
    }

    /// Returns how often the bytes of the cell were read: once, a few times, or often.
    const fn strength(&self) -> usize {
        match self.read {
            0..=1_200 => 0,
            1_201..=3_200 => 1,
            _ => 2,
        }
    }
}

/// Writes the section of the page on what was read of the context.
pub(crate) fn write(html: &mut Html, view: &View<'_>) {
    let all = view.coverage.covered();
    let what = format!(
        "{} of {} was read: {} by models in their prompts, {} by programs, which searched, compared or printed it.",
        share(all.covered, all.bytes),
        bytes(all.bytes),
        share(all.read, all.bytes),
        share(all.scanned, all.bytes)
    );
    html.label("p", "prose", &what);
    let cells = cells(view);
    // Each kind of readers has a row, if there is any.
    let rows @ [models, programs] = [all.read > 0, all.scanned > 0];
    html.element("div", "card", |html| {
        html.element("ul", "documents", |html| {
            for (number, source) in (0_u32..).zip(&view.coverage.sources).take(DOCUMENTS) {
                html.element("li", "", |html| {
                    document(html, view, number, source, cells.get(&number), rows)
                });
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
            let entries = [
                ("bar-root", "read by models", models),
                ("bar-sub", "read by programs", programs),
                ("bar-none", "not read", all.covered < all.bytes),
            ];
            for (class, name, _) in entries.into_iter().filter(|(.., is_used)| *is_used) {
                svg::key_entry(html, class, name);
            }
            if all.covered > 0 {
                html.label("li", "", "the stronger the colour, the more often");
            }
        });
        notes(html, view);
    });
}

fn document(
    html: &mut Html,
    view: &View<'_>,
    number: u32,
    source: &SourceCoverage,
    cells: Option<&Cells>,
    [models, programs]: [bool; 2],
) {
    let seen = share(source.covered_bytes(), source.bytes);
    html.label("span", "name", &view.name(number));
    let label = format!("{seen} read");
    let height = if models && programs { 2 * ROW + 1 } else { ROW + 4 };
    let rest = if models { ROW + 1 } else { 0 };
    let attributes = [
        ("width", "100%"),
        ("height", &*height.to_string()),
        ("role", "img"),
        ("aria-label", &*label),
    ];
    html.with("svg", &attributes, |html| {
        if let Some(cells) = cells {
            if models {
                row(
                    html,
                    view,
                    &cells.calls,
                    ["bar-root heat-1", "bar-root heat-2", "bar-root heat-3"],
                    (0, height - rest * usize::from(programs)),
                );
            }
            if programs {
                row(
                    html,
                    view,
                    &cells.programs,
                    ["bar-sub heat-1", "bar-sub heat-2", "bar-sub heat-3"],
                    (rest, height - rest),
                );
            }
        }
    });
    html.label("span", "muted small", &format!("{seen} of {}", bytes(source.bytes)));
}

/// Draws the cells of a document, with equal neighbours as one.
fn row(html: &mut Html, view: &View<'_>, cells: &[Cell], classes: [&'static str; 3], rows: (usize, usize)) {
    let mut at = 0;
    for equal in cells.chunk_by(Cell::is_like) {
        let (start, end) = (at, at + equal.len());
        at = end;
        let Some(cell) = equal.first().filter(|cell| !cell.readers.is_empty()) else {
            continue;
        };
        let (readers, class) = (
            cell.readers.as_slice(),
            classes.get(cell.strength()).copied().unwrap_or_default(),
        );
        let title = title(view, readers);
        let draw = |html: &mut Html| {
            svg::rect(html, class, (start as u64, end as u64, CELLS), rows, &title);
        };
        match readers.first() {
            Some(Reader::Call(id)) => html.chart_link(&call_place(&id.run, id.position), draw),
            Some(Reader::Program(run, turn)) => html.chart_link(&step_place(run, *turn), draw),
            None => {}
        }
    }
}

/// Returns the readers of a cell in one line.
fn title(view: &View<'_>, readers: &[Reader]) -> String {
    let names = readers.iter().take(READERS).map(|reader| match reader {
        Reader::Call(id) => match view.call_names.get(id).filter(|name| !name.is_empty()) {
            Some(name) => format!("call {id} ({name})"),
            None => format!("call {id}"),
        },
        Reader::Program(run, turn) if run.0.is_empty() => format!("program of step {turn}"),
        Reader::Program(run, turn) => format!("program of step {turn} of child run {run}"),
    });
    let names: Vec<String> = names.collect();
    let more = match readers.len().saturating_sub(READERS) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("read by {}{more}", names.join(", "))
}

/// Returns the readers of each document that is shown.
fn cells(view: &View<'_>) -> BTreeMap<u32, Cells> {
    let mut all: BTreeMap<u32, Cells> = BTreeMap::new();
    for (range, reader) in readings(&view.tree) {
        let source = usize::try_from(range.source).ok().filter(|source| *source < DOCUMENTS);
        let Some(source) = source.and_then(|source| view.coverage.sources.get(source)) else {
            continue;
        };
        let cells = all.entry(range.source).or_insert_with(|| Cells {
            calls: vec![Cell::default(); CELLS as usize],
            programs: vec![Cell::default(); CELLS as usize],
        });
        let row = match reader {
            Reader::Call(_) => &mut cells.calls,
            Reader::Program(..) => &mut cells.programs,
        };
        for (index, part) in touched(range, source.bytes) {
            let Some(cell) = row.get_mut(index) else { break };
            cell.read = cell.read.saturating_add(part);
            if cell.readers.last() != Some(&reader) {
                cell.readers.push(reader.clone());
            }
        }
    }
    let cells = all
        .values_mut()
        .flat_map(|cells| cells.calls.iter_mut().chain(&mut cells.programs));
    for cell in cells {
        cell.readers.sort_unstable();
        cell.readers.dedup();
    }
    all
}

/// Returns the cells of a document that a range touches, each with the part that it covers of it,
/// in thousandths.
fn touched(range: SourceRange, bytes: u64) -> impl Iterator<Item = (usize, u64)> {
    let whole = u128::from(bytes.max(1));
    let scaled = |at: u64| u128::from(at.min(bytes)) * u128::from(CELLS);
    let (start, end) = (scaled(range.start), scaled(range.end));
    let cells = start / whole..end.div_ceil(whole);
    cells.filter_map(move |cell| {
        let part = end.min((cell + 1) * whole).saturating_sub(start.max(cell * whole));
        let part = u64::try_from(part * 1_000 / whole).ok()?;
        Some((usize::try_from(cell).ok()?, part))
    })
}

/// Returns the ranges of the context that calls and programs have read.
fn readings<'t>(tree: &'t Tree<'_>) -> impl Iterator<Item = (SourceRange, Reader)> + 't {
    let turns = tree
        .runs
        .iter()
        .flat_map(|(run, node)| node.turns.iter().map(move |(number, turn)| (run, *number, turn)));
    turns.flat_map(|(run, number, turn)| {
        let scanned = turn
            .ran
            .map(|ran| ran.scanned.as_slice())
            .unwrap_or_default()
            .iter()
            .copied();
        let hits = turn
            .requests
            .values()
            .filter_map(|request| match &request.answered?.answer {
                HostAnswer::Hits(hits) => Some(hits.iter().filter_map(RecordedHit::range).copied()),
                _ => None,
            });
        let programs = scanned
            .chain(hits.flatten())
            .map(move |range| (range, Reader::Program(run.clone(), number)));
        let calls = turn
            .calls
            .iter()
            .filter(|(_, call)| is_read(call))
            .flat_map(move |(position, call)| {
                let id = CallId {
                    run: run.clone(),
                    position: *position,
                };
                given(call)
                    .into_iter()
                    .map(move |range| (range, Reader::Call(id.clone())))
            });
        programs.chain(calls)
    })
}

/// Returns whether a call's prompt counts as read: it has a reply that the program has reached.
fn is_read(call: &CallNode<'_>) -> bool {
    let is_replied = call
        .settled
        .is_some_and(|settled| matches!(settled.outcome, RecordedOutcome::Reply(_)));
    call.issued.is_some() && is_replied && call.reached
}

/// Writes the notes on the context, which say how documents were read.
fn notes(html: &mut Html, view: &View<'_>) {
    if view.is_private {
        return;
    }
    let sources = view
        .started()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_cover_parts_of_cells() {
        let touched = |start, end, bytes| touched(SourceRange { source: 0, start, end }, bytes).collect::<Vec<_>>();
        assert_eq!(
            touched(0, 1_200, 1_200),
            (0..120).map(|cell| (cell, 1_000)).collect::<Vec<_>>()
        );
        assert_eq!(touched(10, 20, 1_200), [(1, 1_000)]);
        assert_eq!(touched(15, 27, 1_200), [(1, 500), (2, 700)]);
        assert_eq!(touched(11, 12, 1_200), [(1, 100)]);
        assert_eq!(touched(1_200, 1_200, 1_200), []);
        assert_eq!(touched(0, u64::MAX, u64::MAX).len(), 120);
    }
}
