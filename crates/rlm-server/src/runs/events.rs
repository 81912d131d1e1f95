//! The events of a run as a stream: those in its journal, then the live ones.

use std::convert::Infallible;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderMap;
use axum::response::sse::{Event as SseEvent, KeepAlive, Sse};
use futures::{Stream, StreamExt as _, stream};
use rlm_model::RunId;
use rlm_trace::{Event, Journal, Record, RecordedRun};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::http::problem::Problem;
use crate::runs::active::Execution;
use crate::runs::money::dollars;
use crate::state::Tenant;

/// The time after which a stream without events sends a comment, so that no proxy ends it.
const HEARTBEAT: Duration = Duration::from_secs(10);
/// The maximum number of characters of a reply or an output in an event.
const TEXT_CHARS: usize = 2_000;
/// The maximum number of characters of a prompt in an event.
const PROMPT_CHARS: usize = 200;

/// Returns the records of a run after a line of its journal, up to its end.
///
/// # Errors
/// A [`Problem`] if there is no such run.
pub(crate) fn records(
    tenant: &Tenant,
    id: &RunId,
    after: u64,
) -> Result<impl Stream<Item = Arc<Record>> + Send + use<>, Problem> {
    let active = tenant.executions.get(id);
    // Subscribed before the journal is read, so that no event falls between.
    let live = active.and_then(|execution| Some((follow(&*execution.journal()?), execution)));
    let past = match RecordedRun::read(tenant.runs.journal_path(id)) {
        Ok(run) => run.records,
        // The journal of a run that waits for its session has no line yet.
        Err(_) if live.is_some() => Vec::new(),
        Err(_) => return Err(Problem::not_found("execution")),
    };
    let last = past.last().map_or(0, |record| record.line);
    let past: Vec<Arc<Record>> = past
        .into_iter()
        .filter(|record| record.line > after)
        .map(Arc::new)
        .collect();
    let live = stream::unfold(live, |live| async move {
        let (mut events, execution) = live?;
        let record = tokio::select! {
            biased;
            record = events.recv() => record?,
            // A run that can't start has no last event.
            _ = execution.ended() => events.try_recv().ok()?,
        };
        Some((record, Some((events, execution))))
    });
    let live = live.filter(move |record| {
        let is_new = record.line > last.max(after);
        async move { is_new }
    });
    // A resumed run has the end of its first part in the past.
    Ok(stream::iter(past).chain(ending(live)))
}

/// Ends a stream after the event that ends the run.
fn ending(records: impl Stream<Item = Arc<Record>> + Send) -> impl Stream<Item = Arc<Record>> + Send {
    let mut has_ended = false;
    records.take_while(move |record| {
        let goes_on = !has_ended;
        has_ended = record.event.ends_the_run();
        async move { goes_on }
    })
}

fn follow(journal: &Journal) -> mpsc::UnboundedReceiver<Arc<Record>> {
    let (sender, receiver) = mpsc::unbounded_channel();
    journal.subscribe(move |record| match sender.send(Arc::clone(record)) {
        // The channel closes with the run, so that its reader doesn't wait for more.
        Ok(()) if !record.event.ends_the_run() => ControlFlow::Continue(()),
        Ok(()) | Err(_) => ControlFlow::Break(()),
    });
    receiver
}

/// Returns the events of a run as server-sent events, each with the number of its journal line.
pub(crate) fn sse(
    first: Option<SseEvent>,
    records: impl Stream<Item = Arc<Record>> + Send + 'static,
    last: impl Future<Output = Option<SseEvent>> + Send + 'static,
) -> Sse<impl Stream<Item = Result<SseEvent, Infallible>>> {
    let events = records.filter_map(|record| async move {
        let (kind, data) = event(&record)?;
        let event = SseEvent::default().id(record.line.to_string()).event(kind);
        // A JSON value can always be serialized.
        event.json_data(data).ok()
    });
    let last = stream::once(last).filter_map(|event| async move { event });
    let all = stream::iter(first).chain(events).chain(last).map(Ok);
    Sse::new(all).keep_alive(KeepAlive::new().interval(HEARTBEAT))
}

/// Returns the name and the data of an event, if a client has a use for it. Of prompts it has the
/// beginning: the tree of the execution has the whole.
fn event(record: &Record) -> Option<(&'static str, Value)> {
    let (name, mut data) = match &record.event {
        Event::RunStarted(started) => (
            "run_started",
            json!({
                "execution_id": started.run,
                "question": started.question,
                "model": started.models.first().map(|model| model.identity.to_string()),
            }),
        ),
        Event::TurnStarted(turn) => (
            "step_started",
            json!({"step": turn.turn, "agent": turn.run.to_string()}),
        ),
        Event::ProgramChecked(checked) => (
            "code",
            json!({
                "step": checked.turn,
                "agent": checked.run.to_string(),
                "code": checked.source,
                "rejected": !checked.diagnostics.is_empty(),
            }),
        ),
        Event::Issued(call) => (
            "call_started",
            json!({
                "call": call.id,
                "model": call.model.to_string(),
                "prompt": call.messages.own.last().map(|asked| shortened(&asked.outlined(), PROMPT_CHARS)),
            }),
        ),
        Event::ChildStarted(child) => (
            "agent_started",
            json!({"call": child.id, "question": child.question, "model": child.model.to_string()}),
        ),
        Event::Settled(call) => {
            let reply = call.outcome.reply();
            (
                "call_ended",
                json!({
                    "call": call.id,
                    "reply": reply.map(|reply| shortened(&reply.text, TEXT_CHARS)),
                    "error": call.outcome.failure(),
                    "input_tokens": reply.map(|reply| reply.usage.input.0),
                    "output_tokens": reply.map(|reply| reply.usage.output.0),
                    "cost_usd": dollars(call.cost),
                    "cached": call.cached,
                }),
            )
        }
        Event::ProgramRan(ran) => (
            "output",
            json!({
                "step": ran.turn,
                "agent": ran.run.to_string(),
                "stdout": shortened(&ran.stdout, TEXT_CHARS),
                "error": ran.error.as_ref().map(|error| format!("{}: {}", error.class, error.message)),
            }),
        ),
        Event::Limit(limit) => ("limit", json!({"name": limit.name, "message": limit.message})),
        Event::Note(note) => ("note", json!({"code": note.code, "text": note.text})),
        Event::Outcome(ended) => (
            "agent_ended",
            json!({"agent": ended.run.to_string(), "outcome": ended.outcome, "answer": ended.answer}),
        ),
        _ => return None,
    };
    if let Some(fields) = data.as_object_mut() {
        fields.insert("at_ms".to_owned(), json!(record.at));
    }
    Some((name, data))
}

/// Returns the number of the last event that a client has seen; 0 for none.
pub(crate) fn last_event_id(headers: &HeaderMap) -> u64 {
    let id = headers.get("last-event-id").and_then(|value| value.to_str().ok());
    id.and_then(|id| id.trim().parse().ok()).unwrap_or_default()
}

/// Returns the last event of a stream: the result of the run.
pub(crate) fn result_event(data: &Value) -> Option<SseEvent> {
    SseEvent::default().event("result").json_data(data).ok()
}

/// Returns the last event of a stream whose run was interrupted: where it continues after a restart.
pub(crate) fn interrupted_event(execution: &Execution) -> Option<SseEvent> {
    let id = &execution.id;
    let data = json!({
        "execution_id": id,
        "status": "interrupted",
        "resumes": execution.in_background,
        "events": format!("/api/executions/{id}/events"),
    });
    SseEvent::default().event("interrupted").json_data(data).ok()
}

/// Returns the first event of a stream, which names the execution.
pub(crate) fn first_event(execution: &Execution) -> Option<SseEvent> {
    let data = json!({"execution_id": execution.id});
    SseEvent::default().event("execution_started").json_data(data).ok()
}

/// Returns the first `most` characters of a text.
pub(crate) fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
    }
}
