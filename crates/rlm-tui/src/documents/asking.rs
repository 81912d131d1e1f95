//! Finds the line of a running program that made the call for which it waits.

use std::collections::BTreeSet;

use rlm_trace::JournalPart;
use sift_syntax::{Highlight, highlight};

use super::{DocumentBuilder, OneRow};
use crate::place::Kind;
use crate::run::Row;

/// The number of characters at the beginning of a prompt that are searched for in a program's
/// lines.
const BEGINNING: usize = 12;

/// Returns the line, counted from 1, that made the first call in flight of a step. Journals don't
/// record the line of a call. It is known only if a single line makes calls, or a single line holds
/// the first words of the prompt. Returns `None` if several lines may have made it.
pub(super) fn line(builder: DocumentBuilder<'_>, step: &Row, source: &str) -> Option<usize> {
    if builder.is_over || step.tally.open == 0 {
        return None;
    }
    let lines = asking_lines(source);
    match lines.len() {
        0 => None,
        1 => lines.first().copied(),
        _ => {
            let beginning = beginning_of_first_open(builder, step)?;
            let holds = |number: &&usize| {
                let line = source.lines().nth(number.saturating_sub(1));
                line.is_some_and(|line| line.contains(&beginning))
            };
            let mut found = lines.iter().filter(holds);
            found.next().filter(|_| found.next().is_none()).copied()
        }
    }
}

/// Returns the lines of a program, counted from 1, that name a function which calls a model.
fn asking_lines(source: &str) -> BTreeSet<usize> {
    let pieces = highlight(source).into_iter();
    let calls = pieces.filter(|(range, kind)| {
        let name = source.get(range.clone()).unwrap_or_default();
        *kind == Highlight::Function
            && (name.contains("llm_query") || name.contains("rlm_query") || name.starts_with("ask_"))
    });
    calls
        .map(|(range, _)| {
            let before = source.get(..range.start).unwrap_or_default();
            before.bytes().filter(|byte| *byte == b'\n').count() + 1
        })
        .collect()
}

/// Returns the beginning of the prompt of a step's first call in flight.
fn beginning_of_first_open(builder: DocumentBuilder<'_>, step: &Row) -> Option<String> {
    let under = builder.run.behind(&step.place).map_while(|id| {
        let row = builder.run.row(id).filter(|row| row.place.is_under(&step.place))?;
        Some((id, row))
    });
    let mut open = under.filter(|(_, row)| {
        matches!(row.place.kind(), Kind::Call(position) if position.ordinal != 0) && row.state.is_open()
    });
    let (id, row) = open.next()?;
    let tree = builder.run.tree_of(id);
    let asked = tree.with_call(row, |call| match (call.child, call.issued) {
        (Some(child), _) => Some(child.question.clone()),
        (None, Some(issued)) => match issued.messages.own.last()?.parts.first()? {
            JournalPart::Text(text) => Some(text.to_string()),
            JournalPart::Source(_) => None,
        },
        (None, None) => None,
    });
    let beginning: String = asked.flatten()?.chars().take(BEGINNING).collect();
    (beginning.chars().count() == BEGINNING).then_some(beginning)
}
