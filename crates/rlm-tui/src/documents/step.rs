//! Creates the document of a step: the model's text, its program, the result, and the output shown
//! to the model.

use std::collections::BTreeSet;

use rlm_model::{CallId, Position};
use rlm_report::figures::{bytes, counted, grouped};
use rlm_trace::{ProgramRan, RecordedOutcome, TurnNode};

use super::title::step_end_of;
use super::{DocumentBuilder, OneRow, asking};
use crate::document::{Document, Role};
use crate::place::{Kind, Place};
use crate::run::{Row, RowId};

/// Adds the details of a step to its document.
pub(super) fn tell(builder: DocumentBuilder<'_>, id: RowId, row: &Row, document: &mut Document) {
    let Kind::Step { turn } = row.place.kind() else { return };
    let state = builder.state(row);
    let time = builder.time(row).map(|time| format!(", {time}")).unwrap_or_default();
    let of_run = match row.place.run() {
        run if run.0.is_empty() => String::new(),
        run => format!(" of child run {run}"),
    };
    document.heading(&format!(
        "Step {turn}{of_run}: {} {}{time}",
        state.symbol(),
        state.name()
    ));
    let tree = builder.run.tree_of(id);
    let told = tree.with_turn(row, |node| {
        if let Some(compacted) = node.compacted {
            let what = format!(
                "Steps 1 to {} were summarized before it: {} tokens of messages became {}.",
                compacted.through,
                grouped(compacted.tokens_before),
                grouped(compacted.tokens_after)
            );
            document.text(Role::Muted, &what);
        }
        said(builder, row, turn, document);
        program(builder, row, node, document);
        node.ran.into_iter().for_each(|ran| output(ran, document));
        trouble(node, document);
        calls(row, document);
        if let Some(value) = node.final_value {
            document.heading("Answer");
            document.text(Role::Good, &value.value);
        }
        if let Some(observation) = node.observation {
            document.heading(&format!(
                "Result as shown to the model, {}",
                bytes(observation.text.len() as u64)
            ));
            document.text(Role::Plain, &observation.text);
        }
    });
    if told.is_none() {
        document.text(Role::Muted, "The journal has no event of the step itself.");
    }
}

/// Adds what the model said before its program, or the reason why there is no reply. The whole
/// reply is in its own row.
fn said(builder: DocumentBuilder<'_>, row: &Row, turn: u32, document: &mut Document) {
    let id = CallId {
        run: row.place.run(),
        position: Position {
            turn,
            ordinal: 0,
            index: 0,
        },
    };
    let Some(id) = builder.run.find(&Place::of_call(&id)) else {
        return;
    };
    let Some(call) = builder.run.row(id) else { return };
    let tree = builder.run.tree_of(id);
    tree.with_call(call, |call| match call.settled.map(|settled| &settled.outcome) {
        Some(RecordedOutcome::Reply(reply)) => {
            let prose = reply.text.split("```").next().unwrap_or_default().trim();
            if !prose.is_empty() {
                document.heading("Text of the model");
                document.text(Role::Plain, prose);
            }
        }
        Some(outcome @ RecordedOutcome::Failed(error)) => {
            document.heading("No reply");
            let role = if outcome.is_stopped() { Role::Fair } else { Role::Bad };
            document.text(role, &error.message);
        }
        Some(RecordedOutcome::Unissued(unissued)) => {
            document.heading("Request not sent");
            document.text(Role::Fair, &unissued.message);
        }
        None => {}
    });
}

fn program(builder: DocumentBuilder<'_>, row: &Row, turn: &TurnNode<'_>, document: &mut Document) {
    let Some(checked) = turn.program else { return };
    let error = turn.ran.and_then(|ran| ran.error.as_ref());
    let wrong: BTreeSet<usize> = checked
        .diagnostics
        .iter()
        .map(|diagnostic| diagnostic.line)
        .chain(error.and_then(|error| error.line))
        .filter_map(|line| usize::try_from(line).ok())
        .collect();
    let asking = asking::line(builder, row, &checked.source);
    let end = match (builder.state(row).is_open(), asking) {
        (true, Some(_)) => "running, ▶ is waiting for a call",
        (true, None) => "running",
        (false, _) => step_end_of(turn).1,
    };
    document.heading(&format!(
        "Program, {}: {end}",
        counted(checked.source.lines().count(), "line")
    ));
    document.program(&checked.source, |number| match number {
        _ if wrong.contains(&number) => '✗',
        _ if asking == Some(number) => '▶',
        _ => ' ',
    });
    for diagnostic in &checked.diagnostics {
        let place = format!("{} at {}:{}: ", diagnostic.code, diagnostic.line, diagnostic.column);
        document.line(&[(Role::Bad, &place), (Role::Plain, &diagnostic.message)]);
        if let Some(help) = &diagnostic.help {
            document.line(&[(Role::Muted, "help: "), (Role::Plain, help)]);
        }
    }
    if let Some(error) = error {
        let line = error.line.map(|line| format!(" (line {line})")).unwrap_or_default();
        document.line(&[
            (Role::Bad, &error.class),
            (Role::Plain, &format!(": {}{line}", error.message)),
        ]);
    }
}

fn output(ran: &ProgramRan, document: &mut Document) {
    let fuel = grouped(ran.fuel);
    match ran.stdout.is_empty() {
        true => document.line(&[(
            Role::Muted,
            &format!("No output. {fuel} fuel, {} of memory.", bytes(ran.memory)),
        )]),
        false => {
            let chars = counted(ran.stdout.chars().count(), "character");
            document.heading(&format!(
                "Output, {chars} ({fuel} fuel, {} of memory)",
                bytes(ran.memory)
            ));
            document.text(Role::Plain, &ran.stdout);
        }
    }
    if let Some(echo) = &ran.echo {
        document.heading("Value of the last line");
        document.text(Role::Plain, echo);
    }
}

fn trouble(turn: &TurnNode<'_>, document: &mut Document) {
    for limit in &turn.limits {
        document.line(&[(Role::Bad, "limit: "), (Role::Plain, &limit.message)]);
    }
    for note in &turn.notes {
        document.line(&[(Role::Muted, "note: "), (Role::Plain, &note.text)]);
    }
}

fn calls(row: &Row, document: &mut Document) {
    let tally = row.tally;
    if tally.calls == 0 {
        return;
    }
    let mut line = counted(tally.calls, "call");
    for (count, what) in [
        (tally.open, "in progress"),
        (tally.cached, "cached"),
        (tally.failed, "failed"),
        (tally.cancelled, "cancelled"),
        (tally.not_sent, "not sent"),
    ] {
        if count > 0 {
            line.push_str(&format!(", {} {what}", grouped(count.into())));
        }
    }
    document.heading("Calls");
    document.line(&[(Role::Plain, &format!("{line}; each has a row in the tree"))]);
}
