//! A completion as a stream of chunks.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::response::sse::{Event as SseEvent, KeepAlive, Sse};
use futures::{Stream, StreamExt as _, stream};
use rlm_trace::{Event, Record};
use serde_json::{Value, json};

use super::MODEL;
use super::answer::answered;
use super::chat::{extra, finish_reason, usage};
use crate::http::problem::Problem;
use crate::runs::active::{Client, Execution};
use crate::runs::events::records;
use crate::runs::ids::now;
use crate::state::Tenant;

/// The time after which a stream without chunks sends a comment.
pub(super) const HEARTBEAT: Duration = Duration::from_secs(10);
/// The number of characters of an answer in one chunk.
const PIECE: usize = 400;

/// What a stream has besides the answer.
pub(super) struct Options {
    /// Whether the last chunk has the usage.
    pub(super) has_usage: bool,
    /// Whether the steps of the run come as `reasoning_content`.
    pub(super) has_progress: bool,
}

/// Streams the answer of a run. Dropping the stream drops `client`, whose run is cancelled.
pub(super) fn respond(
    tenant: &Tenant,
    execution: Arc<Execution>,
    client: Client,
    options: Options,
) -> Result<Sse<impl Stream<Item = Result<SseEvent, Infallible>> + use<>>, Problem> {
    let (id, created) = (format!("chatcmpl-{}", execution.id), now().0 / 1_000);
    let chunk = move |delta: Value, finish: Option<&str>| {
        json!({
            "id": id,
            "object": "chat.completion.chunk",
            "created": created,
            "model": MODEL,
            "choices": [{"index": 0, "delta": delta, "finish_reason": finish, "logprobs": null}],
        })
    };
    let first = chunk(json!({"role": "assistant", "content": ""}), None);
    let reasoning = chunk.clone();
    let has_progress = options.has_progress;
    let steps = records(tenant, &execution.id, 0)?.filter_map(move |record| {
        let text = progress(&record).filter(|_| has_progress);
        let chunk = text.map(|text| reasoning(json!({"reasoning_content": text}), None));
        async move { chunk }
    });
    let answer = stream::once(async move {
        let ended = execution.ended().await;
        drop(client);
        let chunks = match answered(ended.as_deref()) {
            Ok(run) => {
                let pieces = pieces(run.answer.as_deref().unwrap_or_default()).into_iter();
                let mut chunks: Vec<Value> = pieces.map(|piece| chunk(json!({"content": piece}), None)).collect();
                let mut last = chunk(json!({}), Some(finish_reason(run)));
                if let Some(fields) = last.as_object_mut() {
                    fields.insert("rlm".to_owned(), extra(run));
                }
                chunks.push(last);
                if options.has_usage {
                    let mut total = chunk(json!({}), None);
                    if let Some(fields) = total.as_object_mut() {
                        fields.insert("choices".to_owned(), json!([]));
                        fields.insert("usage".to_owned(), usage(run));
                    }
                    chunks.push(total);
                }
                chunks
            }
            // The status has been sent, so that the error is a chunk.
            Err(problem) => vec![json!({"error": {"message": problem.detail, "code": problem.code}})],
        };
        stream::iter(chunks)
    });
    let chunks = stream::iter([first]).chain(steps).chain(answer.flatten());
    // A JSON value can always be serialized.
    let events = chunks.filter_map(|chunk| async move { SseEvent::default().json_data(chunk).ok() });
    let done = stream::iter([SseEvent::default().data("[DONE]")]);
    Ok(Sse::new(events.chain(done).map(Ok)).keep_alive(KeepAlive::new().interval(HEARTBEAT)))
}

/// Cuts an answer into the pieces of a stream.
pub(super) fn pieces(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    chars.chunks(PIECE).map(|piece| piece.iter().collect()).collect()
}

/// Returns the line about an event of the run, if it tells how far the run is.
fn progress(record: &Record) -> Option<String> {
    match &record.event {
        Event::ProgramChecked(checked) if checked.run.depth() == 0 => {
            Some(format!("step {}:\n{}\n", checked.turn, checked.source.trim_end()))
        }
        Event::ProgramRan(ran) if ran.run.depth() == 0 && !ran.stdout.is_empty() => {
            let shown: String = ran.stdout.chars().take(1_000).collect();
            Some(format!("{}\n", shown.trim_end()))
        }
        _ => None,
    }
}
