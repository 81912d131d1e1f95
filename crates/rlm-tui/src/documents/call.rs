//! Creates the document of a call: the model, the prompt, the reply, and the errors.

use rlm_model::Role as Speaker;
use rlm_report::figures::{bytes, cost, duration, grouped};
use rlm_trace::{CallIssued, CallNode, JournalMessage, RecordedOutcome, RecordedPrompts};

use super::{DocumentBuilder, MessagesShown, OneRow, call_id};
use crate::document::{Document, Role};
use crate::run::{Row, RowId};

/// Adds the details of a call to its document.
pub(super) fn tell(builder: DocumentBuilder<'_>, id: RowId, row: &Row, document: &mut Document) {
    let name = call_id(row).map(|id| id.to_string()).unwrap_or_default();
    let state = builder.state(row);
    let time = builder.time(row).map(|time| format!(", {time}")).unwrap_or_default();
    let tree = builder.run.tree_of(id);
    let what = match tree.with_call(row, |call| call.child.is_some()) {
        Some(true) => "Child run",
        _ => "Call",
    };
    document.heading(&format!("{what} {name}: {} {}{time}", state.symbol(), state.name()));
    tree.with_call(row, |call| {
        who(call, document);
        trouble(call, document);
        if let Some(child) = call.child {
            document.heading("Question");
            document.text(Role::Plain, &child.question);
            document.heading(&format!("Context, {}", bytes(child.context.content_bytes())));
            builder.parts(&child.context.parts, document);
        }
        if let Some(issued) = call.issued {
            sent(builder, issued, document);
        }
        came_back(call, document);
    });
}

fn who(call: &CallNode<'_>, document: &mut Document) {
    let model = call
        .issued
        .map(|issued| &issued.model)
        .or(call.child.map(|child| &child.model));
    let mut facts: Vec<String> = model.map(ToString::to_string).into_iter().collect();
    match (call.tokens(), call.issued) {
        (Some((input, output)), _) => facts.push(format!("{} → {} tokens", grouped(input.0), grouped(output.0))),
        (None, Some(issued)) if call.settled.is_none() => {
            let reserved = issued.reserved.input.saturating_add(issued.reserved.output);
            facts.push(format!("{} tokens reserved", grouped(reserved.0)));
        }
        _ => {}
    }
    facts.extend(call.cost().filter(|_| call.child.is_none()).map(cost));
    if call.settled.is_some_and(|settled| settled.cached) {
        facts.push("cached".to_owned());
    }
    if let Some(child) = call.child {
        facts.push(format!("at most {} steps and {} calls", child.steps, child.subcalls));
    }
    if !call.reached {
        facts.push("speculative: the program has not reached it".to_owned());
    }
    document.line(&[(Role::Muted, &facts.join(" · "))]);
}

fn trouble(call: &CallNode<'_>, document: &mut Document) {
    for failed in &call.failed_attempts {
        let wait = failed.wait.map(|wait| format!("; retry after {}", duration(wait)));
        let line = format!(
            "attempt {} failed: {}{}",
            failed.attempt,
            failed.error.message,
            wait.unwrap_or_default()
        );
        document.line(&[(Role::Fair, &line)]);
    }
    if let Some(overrun) = call.overrun {
        let (used, reserved) = (&overrun.used, &overrun.reserved);
        let line = format!(
            "used {} tokens, more than the {} reserved",
            grouped(used.input.saturating_add(used.output).0),
            grouped(reserved.input.saturating_add(reserved.output).0),
        );
        document.line(&[(Role::Bad, &line)]);
    }
    match call.settled.map(|settled| &settled.outcome) {
        Some(outcome @ RecordedOutcome::Failed(error)) if outcome.is_stopped() => {
            document.heading("Cancelled");
            document.text(Role::Plain, &error.message);
        }
        Some(RecordedOutcome::Failed(error)) => {
            document.heading("Error");
            document.line(&[
                (Role::Bad, error.kind.code()),
                (Role::Plain, ": "),
                (Role::Plain, &error.message),
            ]);
            document
                .lines
                .extend(error.hint.iter().flat_map(|hint| hint_line(hint)));
        }
        Some(RecordedOutcome::Unissued(unissued)) => {
            document.heading("Not sent");
            document.line(&[
                (Role::Fair, &unissued.code),
                (Role::Plain, ": "),
                (Role::Plain, &unissued.message),
            ]);
        }
        Some(RecordedOutcome::Reply(_)) | None => {}
    }
}

fn hint_line(hint: &str) -> Vec<crate::document::Line> {
    let mut document = Document::default();
    document.line(&[(Role::Muted, "hint: "), (Role::Plain, hint)]);
    document.lines
}

fn sent(builder: DocumentBuilder<'_>, issued: &CallIssued, document: &mut Document) {
    match (&issued.messages.repeated, builder.messages) {
        (Some(repeated), MessagesShown::New) => {
            document.heading("Earlier messages");
            let line = format!(
                "the first {} messages ({}) are those of call {}; press m to show them",
                repeated.messages,
                bytes(repeated.bytes),
                repeated.call
            );
            document.line(&[(Role::Muted, &line)]);
            messages(builder, issued.messages.own.iter(), document);
        }
        (Some(_), MessagesShown::All) => {
            match RecordedPrompts::of(builder.run.records()).journal_messages(&issued.id) {
                Ok(all) => messages(builder, all.into_iter(), document),
                Err(error) => document.line(&[(Role::Bad, &error.to_string())]),
            }
        }
        (None, _) => messages(builder, issued.messages.own.iter(), document),
    }
}

fn messages<'m>(
    builder: DocumentBuilder<'_>,
    messages: impl Iterator<Item = &'m JournalMessage>,
    document: &mut Document,
) {
    for message in messages {
        let speaker = match message.role {
            Speaker::System => "system",
            Speaker::User => "user",
            Speaker::Assistant => "assistant",
        };
        document.heading(&format!("Sent as {speaker}, {}", bytes(message.content_bytes())));
        builder.parts(&message.parts, document);
    }
}

fn came_back(call: &CallNode<'_>, document: &mut Document) {
    let Some(reply) = call.settled.and_then(|settled| settled.outcome.reply()) else {
        return;
    };
    let end = reply
        .finish
        .remark()
        .map(|remark| format!(", {remark}"))
        .unwrap_or_default();
    if let Some(reasoning) = &reply.reasoning {
        document.heading("Reasoning");
        document.text(Role::Muted, reasoning);
    }
    document.heading(&format!("Reply{end}"));
    document.text(Role::Plain, &reply.text);
}
