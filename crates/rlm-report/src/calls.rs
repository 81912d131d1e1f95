//! Writes the calls of a program, each with its prompt and its reply.

use rlm_model::{CallId, Finish, Position, RunPath};
use rlm_trace::{CallNode, CallState, HostAnswer, HostRequest, JournalPart, RecordedOutcome, RequestNode, TurnNode};

use crate::bounds::{CALL_TEXT, LINE, MESSAGE};
use crate::figures::{cost, counted, duration, grouped, shortened};
use crate::html::Html;
use crate::messages;
use crate::steps::{Place, write_child};
use crate::view::{View, call_place};

/// The number of characters of a prompt and of a reply that the summary line of a call shows.
const HANDLE: usize = 90;

/// Writes the calls of a step's program, up to the limits of the page. If some calls are omitted,
/// failed calls come first.
pub(crate) fn write(html: &mut Html, view: &View<'_>, turn: &TurnNode<'_>, place: &Place<'_>) {
    let calls: Vec<(&Position, &CallNode<'_>)> = turn.sub_calls().collect();
    if calls.is_empty() {
        return;
    }
    let allowed = html.budget.take_calls(calls.len());
    let has_failed = |position: Position, call: &CallNode<'_>| has_failed(view, place, position, call);
    let failed = calls
        .iter()
        .filter(|(position, call)| has_failed(**position, call))
        .count();
    let count = |is_one: fn(&CallState<'_>) -> bool| calls.iter().filter(|(_, call)| is_one(&call.state())).count();
    let mut handle = counted(calls.len(), "call");
    for (count, what) in [
        (failed, "failed"),
        (count(|state| matches!(state, CallState::Cancelled(_))), "cancelled"),
        (count(|state| matches!(state, CallState::Unissued(_))), "not sent"),
    ] {
        if count > 0 {
            handle += &format!(", {} {what}", grouped(count as u64));
        }
    }
    let mut shown = calls.clone();
    if allowed < calls.len() {
        shown.sort_by_key(|(position, call)| (!has_failed(**position, call), **position));
        shown.truncate(allowed);
        shown.sort_by_key(|(position, _)| **position);
    }
    let is_open = calls.len() <= 12 || failed > 0;
    html.details(
        "",
        is_open,
        |html| html.text(&handle),
        |html| {
            html.element("div", "", |html| {
                for (position, call) in shown {
                    write_call(html, view, *position, call, place);
                }
                if allowed < calls.len() {
                    let left_out = counted(calls.len() - allowed, "more call");
                    html.label(
                        "p",
                        "muted small",
                        &format!("{left_out}; `rlm trace {}` shows them.", view.id()),
                    );
                }
            });
        },
    );
}

fn has_failed(view: &View<'_>, place: &Place<'_>, position: Position, call: &CallNode<'_>) -> bool {
    matches!(call.state(), CallState::Failed(_))
        || call.child.is_some() && child_outcome(view, place, position).is_some_and(|outcome| outcome != "complete")
}

/// Returns the outcome of the child run that a call started.
fn child_outcome<'v>(view: &'v View<'_>, place: &Place<'_>, position: Position) -> Option<&'v str> {
    let id = CallId {
        run: place.path.clone(),
        position,
    };
    Some(&view.tree.started_by(&id)?.outcome?.outcome)
}

fn write_call(html: &mut Html, view: &View<'_>, position: Position, call: &CallNode<'_>, place: &Place<'_>) {
    let name = match call.child {
        Some(_) => format!("child run {position}"),
        None => format!("call {position}"),
    };
    let handle = |html: &mut Html| {
        html.label("b", "", &name);
        html.markup(" ");
        state(html, call);
        if has_failed(view, place, position, call) && call.child.is_some() {
            html.label("span", "pill is-bad", "no answer");
        }
        html.label("span", "muted small", &format!(" {}", measures(call).join(" · ")));
        if let Some(prompt) = prompt(call) {
            html.label("span", "small", &format!(" “{prompt}”"));
        }
        match call.state() {
            CallState::Failed(message) => {
                html.label("span", "small bad", &format!(" → {}", shortened(message, HANDLE)));
            }
            CallState::Cancelled(message) | CallState::Unissued(message) => {
                html.label("span", "small", &format!(" → {}", shortened(message, HANDLE)));
            }
            CallState::Open | CallState::Replied => {}
        }
        if let Some(reply) = call.settled.and_then(|settled| settled.outcome.reply()) {
            html.label("span", "small", &format!(" → “{}”", shortened(&reply.text, HANDLE)));
        }
    };
    html.details("call", false, handle, |html| {
        html.with("div", &[("id", &call_place(place.path, position))], |html| {
            body(html, view, call, CALL_TEXT);
            if let Some(child) = call.child {
                html.element("p", "", |html| {
                    html.text(&format!("Question of the child run, with {}: ", child.model));
                    html.quote(&child.question, LINE);
                });
            }
            write_child(html, view, place, position);
        });
    });
}

/// Writes the prompt, the reply and the errors of a call.
pub(crate) fn body(html: &mut Html, view: &View<'_>, call: &CallNode<'_>, most: usize) {
    for attempt in &call.failed_attempts {
        let wait = attempt
            .wait
            .map(|wait| format!(", retry after {}", duration(wait)))
            .unwrap_or_default();
        let what = format!(
            "attempt {} failed: {}{wait}",
            attempt.attempt,
            shortened(&attempt.error.message, LINE)
        );
        html.label("p", "problem small", &what);
    }
    if let Some(overrun) = call.overrun {
        let (used, reserved) = (&overrun.used, &overrun.reserved);
        let what = format!(
            "used {} tokens, more than the {} reserved",
            grouped(used.input.saturating_add(used.output).0),
            grouped(reserved.input.saturating_add(reserved.output).0),
        );
        html.label("p", "problem small", &what);
    }
    if let Some(issued) = call.issued {
        messages::write(html, view, &issued.messages, most);
    }
    match call.settled.map(|settled| &settled.outcome) {
        Some(RecordedOutcome::Reply(reply)) => {
            html.element("div", "message is-assistant", |html| {
                let end = match reply.finish {
                    Finish::Stop => "",
                    Finish::Length => ", truncated at the output limit",
                    Finish::Budget => ", truncated by the budget",
                    Finish::Filtered => ", filtered by the provider",
                    Finish::Other => ", unknown finish reason",
                };
                html.label("p", "", &format!("reply{end}"));
                html.element("pre", "", |html| html.quote(&reply.text, most));
            });
            if let Some(reasoning) = &reply.reasoning {
                html.details(
                    "small",
                    false,
                    |html| html.text("Reasoning"),
                    |html| {
                        html.element("pre", "muted", |html| html.quote(reasoning, most));
                    },
                );
            }
        }
        Some(outcome @ RecordedOutcome::Failed(error)) if outcome.is_stopped() => {
            html.label("p", "note", &format!("cancelled: {}", shortened(&error.message, LINE)));
        }
        Some(RecordedOutcome::Failed(error)) => {
            html.element("div", "problem", |html| {
                html.label(
                    "p",
                    "",
                    &format!(
                        "failed ({}): {}",
                        error.kind.code(),
                        shortened(&error.message, 4 * LINE)
                    ),
                );
                if let Some(hint) = &error.hint {
                    html.label("p", "muted small", &shortened(hint, LINE));
                }
            });
        }
        Some(RecordedOutcome::Unissued(unissued)) => {
            html.label(
                "p",
                "note",
                &format!("not sent: {}", shortened(&unissued.message, LINE)),
            );
        }
        None if call.child.is_none() => html.label("p", "note", "No reply before the journal ended."),
        None => {}
    }
}

/// Writes the state of a call, unless it simply succeeded.
fn state(html: &mut Html, call: &CallNode<'_>) {
    match call.state() {
        CallState::Replied => {}
        CallState::Open if call.child.is_some() => {}
        CallState::Open => html.label("span", "pill is-fair", "no reply yet"),
        CallState::Failed(_) => html.label("span", "pill is-bad", "failed"),
        CallState::Cancelled(_) => html.label("span", "pill is-fair", "cancelled"),
        CallState::Unissued(_) => html.label("span", "pill is-fair", "not sent"),
    }
    if call.settled.is_some_and(|settled| settled.cached) {
        html.label("span", "pill is-plain", "cached");
    }
}

/// Returns the model, the duration and the usage of a call.
pub(crate) fn measures(call: &CallNode<'_>) -> Vec<String> {
    let mut parts: Vec<String> = call
        .issued
        .map(|issued| shortened(&issued.model.to_string(), LINE))
        .into_iter()
        .collect();
    // Journals without times yield zeros.
    parts.extend(call.elapsed().filter(|time| time.0 > 0).map(duration));
    if !call.settled.is_some_and(|settled| settled.cached)
        && let Some((input, output)) = call.tokens()
    {
        parts.push(format!("{} → {} tokens", grouped(input.0), grouped(output.0)));
        parts.extend(call.cost().map(cost));
    }
    parts
}

/// Returns the beginning of a call's prompt as one line, with pieces of the context as an ellipsis.
fn prompt(call: &CallNode<'_>) -> Option<String> {
    let message = call.issued?.messages.own.last()?;
    let mut text = String::new();
    for part in &message.parts {
        match part {
            JournalPart::Text(piece) => text.push_str(piece),
            JournalPart::Source(_) => text.push_str(" […] "),
        }
        if text.len() > 4 * HANDLE {
            break;
        }
    }
    Some(shortened(&text, HANDLE))
}

/// Writes the host requests of a program other than model calls: searches and tool calls.
pub(crate) fn requests(html: &mut Html, view: &View<'_>, turn: &TurnNode<'_>) {
    let shown = html.budget.take_calls(turn.requests.len());
    for request in turn.requests.values().take(shown) {
        write_request(html, view, request);
    }
    if shown < turn.requests.len() {
        html.label(
            "p",
            "muted small",
            &format!("{} more", counted(turn.requests.len() - shown, "request")),
        );
    }
}

fn write_request(html: &mut Html, view: &View<'_>, request: &RequestNode<'_>) {
    let (name, asked) = match request.asked.map(|asked| &asked.request) {
        Some(HostRequest::Search { query, .. }) => ("search", query.as_str()),
        Some(HostRequest::Tool { name, arguments }) => (name.as_str(), arguments.as_str()),
        None => ("request", ""),
    };
    let answered = request.answered;
    let handle = |html: &mut Html| {
        html.label("b", "", &shortened(name, LINE));
        html.label("span", "small", &format!(" {}", shortened(asked, HANDLE)));
        let outcome = match answered.map(|answered| &answered.answer) {
            Some(HostAnswer::Hits(hits)) => format!(" → {}", counted(hits.len(), "passage")),
            Some(HostAnswer::Value(value)) => format!(" → {}", shortened(value, HANDLE)),
            Some(HostAnswer::Failed(_)) => " → failed".to_owned(),
            None => " → no answer yet".to_owned(),
        };
        html.label("span", "muted small", &outcome);
    };
    html.details("call", false, handle, |html| {
        html.element("div", "", |html| {
            html.element("pre", "", |html| html.quote(asked, MESSAGE));
            match answered.map(|answered| &answered.answer) {
                Some(HostAnswer::Hits(hits)) => {
                    for hit in hits.iter().take(50) {
                        let place = match hit.range() {
                            Some(range) => {
                                format!("{}, bytes {} to {}", view.name(range.source), range.start, range.end)
                            }
                            None => "outside the context".to_owned(),
                        };
                        html.label(
                            "p",
                            "small muted",
                            &format!("{:.4}  {}", hit.score, shortened(&place, LINE)),
                        );
                    }
                }
                Some(HostAnswer::Value(value)) => html.element("pre", "output", |html| html.quote(value, MESSAGE)),
                Some(HostAnswer::Failed(failure)) => {
                    html.label(
                        "p",
                        "problem",
                        &format!("failed ({}): {}", failure.code, shortened(&failure.message, LINE)),
                    );
                }
                None => {}
            }
        });
    });
}

/// Returns the anchor on the page of the call to the root model in a turn, for links.
pub(crate) fn root_place(path: &RunPath, turn: &TurnNode<'_>) -> Option<String> {
    let (position, _) = turn
        .calls
        .first_key_value()
        .filter(|(position, _)| position.ordinal == 0)?;
    Some(call_place(path, *position))
}
