//! Writes the calls of a program, each with its prompt and its reply.

use rlm_model::{CallId, Position, RunPath};
use rlm_trace::{CallNode, CallState, HostAnswer, HostRequest, Millis, RecordedOutcome, RequestNode, TurnNode};

use crate::bounds::{CALL_TEXT, LINE, MESSAGE};
use crate::call_names::{Batch, NamedCall};
use crate::figures::{cost, counted, duration, grouped, shortened};
use crate::html::Html;
use crate::messages;
use crate::steps::{Place, write_child};
use crate::view::{View, call_place};

/// The number of characters of a reply that the summary line of a call shows.
const HANDLE: usize = 110;
/// The number of calls whose prompts begin alike from which they are folded.
const FOLDED: usize = 10;
/// The maximum number of failed attempts at a call that are listed.
const ATTEMPTS: usize = 50;

/// Writes the calls of a step's program, up to the limits of the page. If some calls are omitted,
/// failed calls come first.
pub(crate) fn write(html: &mut Html, view: &View<'_>, turn: &TurnNode<'_>, place: &Place<'_>) {
    let batches = view.batches(turn);
    let all: usize = batches.iter().map(|batch| batch.calls.len()).sum();
    let mut allowed = html.budget.take_calls(all);
    let left_out = all - allowed;
    for batch in batches {
        let calls = batch.calls.len();
        let has_failed = |call: &NamedCall<'_, '_>| has_failed(view, place, call);
        let (failed, mut rest): (Vec<_>, Vec<_>) = batch.calls.iter().partition(|call| has_failed(call));
        let failed: Vec<_> = failed.into_iter().take(allowed).collect();
        allowed -= failed.len();
        rest.truncate(allowed);
        allowed -= rest.len();
        if failed.is_empty() && rest.is_empty() {
            continue;
        }
        html.element("div", "calls", |html| {
            if calls <= FOLDED {
                html.element("p", "calls-head", |html| handle(html, view, &batch, failed.len()));
                rows(html, view, &failed, place);
                rows(html, view, &rest, place);
                return;
            }
            // Failed calls are not folded.
            if !failed.is_empty() {
                html.label("p", "calls-head", &format!("{} failed", counted(failed.len(), "call")));
                rows(html, view, &failed, place);
            }
            html.details(
                "batch",
                false,
                |html| handle(html, view, &batch, failed.len()),
                |html| {
                    html.element("div", "", |html| rows(html, view, &rest, place));
                },
            );
        });
    }
    if left_out > 0 {
        let what = counted(left_out, "more call");
        html.label(
            "p",
            "muted small",
            &format!("{what}; `rlm trace {}` shows them.", view.id()),
        );
    }
}

/// Writes the number of calls of a batch, and the beginning that their prompts have in common.
fn handle(html: &mut Html, view: &View<'_>, batch: &Batch<'_, '_>, failed: usize) {
    let is_child = batch.calls.first().is_some_and(|call| call.call.child.is_some());
    html.label(
        "b",
        "",
        &counted(batch.calls.len(), if is_child { "child run" } else { "call" }),
    );
    if !batch.common.is_empty() && !view.is_private {
        html.label(
            "span",
            "",
            &format!(" “{}…”", batch.common.trim_end_matches('…').trim_end()),
        );
    }
    let count =
        |is_one: fn(&CallState<'_>) -> bool| batch.calls.iter().filter(|call| is_one(&call.call.state())).count();
    let states = [
        (failed, "failed"),
        (count(|state| matches!(state, CallState::Cancelled(_))), "cancelled"),
        (count(|state| matches!(state, CallState::Unissued(_))), "not sent"),
    ];
    for (count, what) in states.into_iter().filter(|(count, _)| *count > 0) {
        html.label("span", "bad small", &format!(" {} {what}", grouped(count as u64)));
    }
    let times: Vec<u64> = batch
        .calls
        .iter()
        .filter_map(|call| call.call.elapsed())
        .map(|time| time.0)
        .collect();
    if let (Some(least), Some(most)) = (times.iter().min(), times.iter().max().filter(|most| **most > 0)) {
        let range = if least == most {
            duration(Millis(*most))
        } else {
            format!("{} to {}", duration(Millis(*least)), duration(Millis(*most)))
        };
        html.label("span", "muted small", &format!(" {range}"));
    }
}

fn rows(html: &mut Html, view: &View<'_>, calls: &[&NamedCall<'_, '_>], place: &Place<'_>) {
    for call in calls {
        write_call(html, view, call, place);
    }
}

fn has_failed(view: &View<'_>, place: &Place<'_>, call: &NamedCall<'_, '_>) -> bool {
    matches!(call.call.state(), CallState::Failed(_))
        || call.call.child.is_some()
            && child_outcome(view, place, call.position).is_some_and(|outcome| outcome != "complete")
}

/// Returns the outcome of the child run that a call started.
fn child_outcome<'v>(view: &'v View<'_>, place: &Place<'_>, position: Position) -> Option<&'v str> {
    let id = CallId {
        run: place.path.clone(),
        position,
    };
    Some(&view.tree.started_by(&id)?.outcome?.outcome)
}

fn write_call(html: &mut Html, view: &View<'_>, named: &NamedCall<'_, '_>, place: &Place<'_>) {
    let call = named.call;
    let handle = |html: &mut Html| {
        html.label("span", "id", &named.position.to_string());
        html.element("span", "name", |html| {
            html.text(&named.name);
            html.markup(" ");
            state(html, call);
            if call.child.is_some() && has_failed(view, place, named) {
                html.label("span", "pill is-bad", "no answer");
            }
        });
        html.element("span", "reply", |html| {
            if view.is_private {
                return;
            }
            match call.state() {
                CallState::Failed(message) => html.label("span", "bad", &shortened(message, HANDLE)),
                CallState::Cancelled(message) | CallState::Unissued(message) => {
                    html.label("span", "muted", &shortened(message, HANDLE));
                }
                CallState::Open | CallState::Replied => {}
            }
            if let Some(reply) = call.settled.and_then(|settled| settled.outcome.reply()) {
                html.text(&shortened(&reply.text, HANDLE));
            }
        });
        let time = call
            .elapsed()
            .filter(|time| time.0 > 0)
            .map(duration)
            .unwrap_or_default();
        html.label("span", "time", &time);
    };
    html.details("call", false, handle, |html| {
        html.with("div", &[("id", &call_place(place.path, named.position))], |html| {
            html.label("p", "muted small", &measures(call).join(" · "));
            if !view.is_private {
                body(html, view, call, CALL_TEXT);
                if let Some(child) = call.child {
                    html.element("p", "", |html| {
                        html.text(&format!("Question of the child run, with {}: ", child.model));
                        html.quote(&child.question, LINE);
                    });
                }
            }
            write_child(html, view, place, named.position);
        });
    });
}

/// Writes the errors of a call, its prompt and its reply.
fn body(html: &mut Html, view: &View<'_>, call: &CallNode<'_>, most: usize) {
    failure(html, call);
    conversation(html, view, call, most);
}

/// Writes the prompt and the reply of a call.
pub(crate) fn conversation(html: &mut Html, view: &View<'_>, call: &CallNode<'_>, most: usize) {
    if let Some(issued) = call.issued {
        messages::write(html, view, &issued.messages, most);
    }
    let Some(reply) = call.settled.and_then(|settled| settled.outcome.reply()) else {
        return;
    };
    html.element("div", "message is-assistant", |html| {
        let end = reply
            .finish
            .remark()
            .map(|remark| format!(", {remark}"))
            .unwrap_or_default();
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

/// Writes the failed attempts at a call, and why it has no reply.
pub(crate) fn failure(html: &mut Html, call: &CallNode<'_>) {
    attempts(html, call);
    if let Some(overrun) = call.overrun {
        let (used, reserved) = (&overrun.used, &overrun.reserved);
        let what = format!(
            "used {} tokens, more than the {} reserved",
            grouped(used.input.saturating_add(used.output).0),
            grouped(reserved.input.saturating_add(reserved.output).0),
        );
        html.label("p", "problem small", &what);
    }
    match call.settled.map(|settled| &settled.outcome) {
        Some(RecordedOutcome::Reply(_)) => {}
        Some(outcome @ RecordedOutcome::Failed(error)) if outcome.is_stopped() => {
            html.label("p", "note", &format!("cancelled: {}", shortened(&error.message, LINE)));
        }
        Some(RecordedOutcome::Failed(error)) => html.element("div", "problem", |html| {
            let message = shortened(&error.message, 4 * LINE);
            html.label("p", "", &format!("failed ({}): {message}", error.kind.code()));
            if let Some(hint) = &error.hint {
                html.label("p", "muted small", &shortened(hint, LINE));
            }
        }),
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

/// Writes the failed attempts at a call, folded into one line: `11 attempts in 61 s, all: …`.
fn attempts(html: &mut Html, call: &CallNode<'_>) {
    let Some(first) = call.failed_attempts.first() else {
        return;
    };
    let count = call.failed_attempts.len();
    let time = call.elapsed().filter(|time| time.0 > 0);
    let time = time.map(|time| format!(" in {}", duration(time))).unwrap_or_default();
    let is_one = call
        .failed_attempts
        .iter()
        .all(|attempt| attempt.error.message == first.error.message);
    let message = shortened(&first.error.message, LINE);
    let handle = match (count, is_one) {
        (1, _) => format!("1 attempt failed{time}: {message}"),
        (_, true) => format!("{} failed{time}, all: {message}", counted(count, "attempt")),
        (_, false) => format!("{} failed{time}; the first: {message}", counted(count, "attempt")),
    };
    if count == 1 {
        html.label("p", "problem small", &handle);
        return;
    }
    html.details(
        "problem small",
        false,
        |html| html.text(&handle),
        |html| {
            html.element("ul", "problems", |html| {
                for attempt in call.failed_attempts.iter().take(ATTEMPTS) {
                    let wait = attempt
                        .wait
                        .map(|wait| format!(", retried after {}", duration(wait)))
                        .unwrap_or_default();
                    let message = if is_one {
                        String::new()
                    } else {
                        format!(": {}", shortened(&attempt.error.message, LINE))
                    };
                    html.label("li", "", &format!("attempt {}{message}{wait}", attempt.attempt));
                }
            });
        },
    );
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
        if !view.is_private {
            html.label("span", "small", &format!(" {}", shortened(asked, HANDLE)));
        }
        let outcome = match answered.map(|answered| &answered.answer) {
            Some(HostAnswer::Hits(hits)) => format!(" → {}", counted(hits.len(), "passage")),
            Some(HostAnswer::Value(_)) if view.is_private => " → answered".to_owned(),
            Some(HostAnswer::Value(value)) => format!(" → {}", shortened(value, HANDLE)),
            Some(HostAnswer::Failed(_)) => " → failed".to_owned(),
            None => " → no answer yet".to_owned(),
        };
        html.label("span", "muted small", &outcome);
    };
    html.details("call request", false, handle, |html| {
        html.element("div", "", |html| {
            if view.is_private {
                return;
            }
            html.element("pre", "", |html| html.quote(asked, MESSAGE));
            match answered.map(|answered| &answered.answer) {
                Some(HostAnswer::Hits(hits)) => {
                    for hit in hits.iter().take(50) {
                        let place = hit.range().map(|range| view.places.name(*range));
                        let place = place.unwrap_or_else(|| "outside the context".to_owned());
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
