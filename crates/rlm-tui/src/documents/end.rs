//! Creates the document of a run's end: its answer with citations, or the reason why there is none.

use std::ops::Range;

use rlm_report::diagnosis::outcome_name;
use rlm_trace::{Event, FinalValue, RunEnded};

use super::{DocumentBuilder, OneRow};
use crate::document::{Document, Role};
use crate::place::Place;
use crate::run::{Row, RowId};
use crate::text::one_line;

/// Adds the details of a run's end to its document.
pub(super) fn tell(builder: DocumentBuilder<'_>, id: RowId, row: &Row, document: &mut Document) {
    let tree = builder.run.tree_of(id);
    let Some(ended) = tree.with_run(row, |run| run.outcome).flatten() else {
        return;
    };
    document.heading(outcome_name(Some(&ended.outcome)));
    if let Some(message) = &ended.message {
        document.text(Role::Fair, message);
    }
    let Some(answer) = &ended.answer else {
        document.text(
            Role::Muted,
            "There is no answer; the first row of the tree shows what to do.",
        );
        return;
    };
    let value = final_value(builder, ended);
    document.heading("Answer");
    match value.filter(|value| value.value == *answer) {
        Some(value) => {
            let marks: Vec<(Range<usize>, Role)> = cited(value).map(|(range, _)| (range, Role::Cited)).collect();
            document.marked(answer, &marks);
        }
        None => document.text(Role::Plain, answer),
    }
    if let Some(value) = value {
        sources(value, document);
        quotes(value, document);
    }
}

/// Returns the final value of a run's last step.
fn final_value<'a>(builder: DocumentBuilder<'a>, ended: &RunEnded) -> Option<&'a FinalValue> {
    let records = builder.run.records();
    let values = records.filter_map(|record| match &record.event {
        Event::Final(value) if value.run == ended.run => Some(value),
        _ => None,
    });
    values.last()
}

/// Returns the pieces of an answer that come from the context, sorted and disjoint.
fn cited(value: &FinalValue) -> impl Iterator<Item = (Range<usize>, String)> + '_ {
    let mut behind = 0;
    value.citations.iter().filter_map(move |citation| {
        let start = usize::try_from(citation.at).ok()?.max(behind);
        let length = citation.range.end.saturating_sub(citation.range.start);
        let end = usize::try_from(citation.at.saturating_add(length)).ok()?;
        value.value.get(start..end).filter(|text| !text.is_empty())?;
        behind = end;
        let page = citation.page.map(|page| format!(", page {page}")).unwrap_or_default();
        let section = citation.section.as_ref().map(|section| format!(", {section}"));
        let section = section.unwrap_or_default();
        let line = citation.line.map(|line| format!(", line {line}")).unwrap_or_default();
        Some((start..end, format!("{}{page}{section}{line}", citation.name)))
    })
}

fn sources(value: &FinalValue, document: &mut Document) {
    let cited: Vec<(Range<usize>, String)> = cited(value).collect();
    if cited.is_empty() {
        return;
    }
    document.heading("Sources");
    for (number, (range, place)) in (1..).zip(cited) {
        let words = one_line(value.value.get(range).unwrap_or_default());
        document.line(&[(Role::Muted, &format!("[{number}] ")), (Role::Strong, &place)]);
        document.line(&[(Role::Cited, &format!("    “{words}”"))]);
    }
}

/// Adds the quotes that were not found in the context, and the number of quotes that were found.
fn quotes(value: &FinalValue, document: &mut Document) {
    let found = value.quotes.iter().filter(|quote| quote.range.is_some()).count();
    let missing: Vec<&str> = value
        .quotes
        .iter()
        .filter(|quote| quote.verdict == "unverified")
        .filter_map(|quote| {
            let start = usize::try_from(quote.at).ok()?;
            value
                .value
                .get(start..start.checked_add(usize::try_from(quote.bytes).ok()?)?)
        })
        .collect();
    if value.quotes.is_empty() {
        return;
    }
    document.heading("Quotes");
    document.line(&[(
        Role::Plain,
        &format!("{found} of {} found in the context", value.quotes.len()),
    )]);
    for words in missing {
        document.line(&[
            (Role::Bad, "not in the context: "),
            (Role::Plain, &format!("“{}”", one_line(words))),
        ]);
    }
}

/// Returns the place of the row for the root run's end.
pub(crate) fn of_root() -> Place {
    Place::of_end(&rlm_model::RunPath::default())
}
