//! Creates the document of the run as a whole: outcome, question, usage and coverage.

use rlm_report::diagnosis::{Diagnosis, Problem};
use rlm_report::figures::{bytes, cost, counted, grouped, moment, share};
use rlm_trace::{CallTotals, Ending, Totals, Tree};

use super::title::role_of;
use super::{DocumentBuilder, OneRow};
use crate::budget::{bar, gauges};
use crate::document::{Document, Role};
use crate::run::RowId;

/// The width of a budget's bar in columns.
const BAR: usize = 24;

/// Adds the overview of the run to its document.
pub(super) fn tell(builder: DocumentBuilder<'_>, id: RowId, document: &mut Document) {
    let totals = builder.run.totals();
    came_of_it(builder, &totals, document);
    question(builder, document);
    document.heading("Budget");
    for gauge in gauges(builder.run, &totals, builder.now) {
        let bar = gauge.bar(BAR).unwrap_or_else(|| format!("{:<BAR$}", "no limit"));
        document.line(&[
            (Role::Plain, &format!("{:<7}", gauge.name)),
            (Role::Muted, &bar),
            (Role::Plain, &format!(" {}", gauge.text())),
        ]);
    }
    spent(&totals, document);
    coverage(builder, document);
    let notes = builder.run.row(id).and_then(|row| {
        let tree = builder.run.tree_of(id);
        tree.with_run(row, |run| {
            run.notes.iter().map(|note| note.text.clone()).collect::<Vec<_>>()
        })
    });
    let notes = notes.unwrap_or_default();
    if !notes.is_empty() {
        document.heading("Notes");
        notes.iter().for_each(|note| document.text(Role::Muted, note));
    }
}

fn came_of_it(builder: DocumentBuilder<'_>, totals: &Totals, document: &mut Document) {
    if !builder.is_over {
        let id = builder.run.started().map_or("", |started| started.run.as_str());
        document.heading(&format!("Run {id} is running"));
        let open = totals.in_doubt.calls;
        let line = format!(
            "{}, {}, {open} in progress",
            counted(totals.turns, "step"),
            counted(totals.calls(), "call")
        );
        document.line(&[(Role::Plain, &line)]);
        return;
    }
    let diagnosis = Diagnosis::of(&Tree::of(builder.run.records()), totals, builder.ending);
    document.heading(diagnosis.name);
    let stopped = builder.run.ended().is_none() && builder.ending == Ending::Unfinished;
    let sentence = match stopped {
        true => "Its process ended before the run did, and no longer writes to the journal.",
        false => &diagnosis.sentence,
    };
    document.text(role_of(diagnosis.rating), sentence);
    if let Some(failure) = &diagnosis.failure {
        if let Some(happened) = &failure.happened {
            document.heading("What happened");
            document.text(Role::Plain, happened);
        }
        document.heading("Where");
        let place: String = failure.place.iter().map(|(_, text)| text.as_str()).collect();
        document.text(Role::Plain, &place);
        if let Some(before) = &failure.before {
            document.heading("Before that");
            problem(before, document);
        }
        document.heading("What to do");
        if let Some(hint) = &failure.advice.hint {
            document.text(Role::Plain, hint);
        }
        document.text(Role::Plain, failure.advice.text);
        document.text(Role::Strong, &format!("  {}", failure.advice.command));
    }
    if !diagnosis.problems.is_empty() {
        document.heading(&format!(
            "{}; e goes to the next",
            counted(diagnosis.problems.len(), "problem")
        ));
        diagnosis.problems.iter().for_each(|one| problem(one, document));
    }
}

fn problem(problem: &Problem, document: &mut Document) {
    document.line(&[
        (Role::Muted, &problem.spot.name()),
        (Role::Plain, ": "),
        (Role::Plain, &problem.what),
    ]);
}

fn question(builder: DocumentBuilder<'_>, document: &mut Document) {
    let Some(started) = builder.run.started() else { return };
    document.heading("Question");
    document.text(Role::Plain, &started.question);
    let began = started
        .started
        .and_then(moment)
        .map(|moment| format!(", started {moment}"));
    document.line(&[(
        Role::Muted,
        &format!("run {}{}", started.run, began.unwrap_or_default()),
    )]);
    let mut models: Vec<String> = started.models.iter().map(|model| model.identity.to_string()).collect();
    models.dedup();
    document.line(&[(Role::Muted, &format!("model: {}", models.join(", then ")))]);
}

fn spent(totals: &Totals, document: &mut Document) {
    document.heading("Usage");
    for (name, class) in [("root models", &totals.root), ("sub-calls", &totals.sub)] {
        document.line(&[(Role::Plain, &format!("{name:<12}")), (Role::Plain, &class_line(class))]);
    }
    let searches = totals.host_requests;
    if searches > 0 {
        document.line(&[(
            Role::Plain,
            &format!("{:<12}{}", "requests", counted(searches, "search or tool call")),
        )]);
    }
    if totals.failed_attempts > 0 {
        document.line(&[(Role::Fair, &counted(totals.failed_attempts, "failed attempt"))]);
    }
}

fn class_line(class: &CallTotals) -> String {
    let mut line = format!(
        "{}, {} → {} tokens, {}",
        counted(class.calls, "call"),
        grouped(class.usage.input.0),
        grouped(class.usage.output.0),
        cost(class.cost)
    );
    for (count, what) in [
        (class.cached, "cached"),
        (class.failed, "failed"),
        (class.cancelled, "cancelled"),
        (class.unissued, "not sent"),
    ] {
        if count > 0 {
            line.push_str(&format!(", {} {what}", grouped(count)));
        }
    }
    line
}

fn coverage(builder: DocumentBuilder<'_>, document: &mut Document) {
    let coverage = builder.run.coverage();
    let all = coverage.covered();
    if all.bytes == 0 {
        return;
    }
    document.heading(&format!(
        "Context read: {} of {} (by models {}, by programs {})",
        share(all.covered, all.bytes),
        bytes(all.bytes),
        share(all.read, all.bytes),
        share(all.scanned, all.bytes)
    ));
    for (number, source) in (0..).zip(&coverage.sources) {
        let thousandths = |part: u64| part.saturating_mul(1_000) / source.bytes.max(1);
        let bar = bar(
            thousandths(source.read_bytes()),
            thousandths(source.covered_bytes()),
            BAR,
        );
        let figure = share(source.covered_bytes(), source.bytes);
        let name = builder.source_name(number);
        document.line(&[
            (Role::Muted, &bar),
            (Role::Plain, &format!(" {figure:>9}  {name}, {}", bytes(source.bytes))),
        ]);
    }
}
