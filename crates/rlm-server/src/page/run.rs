//! `/ui/runs`: what the page shows of a run beside its tree.

use std::ops::Range;

use axum::Json;
use axum::extract::Path;
use rlm_model::CallId;
use rlm_report::{CitedPiece, Sources, cited_pieces};
use rlm_trace::{Coverage, Event, RecordedRun, RunStarted, SourceCoverage};
use serde_json::{Value, json};

use crate::api::text;
use crate::engine::execute::run_id;
use crate::engine::result;
use crate::http::caller::Reader;
use crate::http::problem::Problem;
use crate::runs::recorded;
use crate::runs::tree;

/// The number of cells into which the strip of a document is divided.
const CELLS: u64 = 120;
/// The maximum number of documents whose strips are shown.
const DOCUMENTS: usize = 100;

/// Returns the state of a run with its limits, its answer beside the cited passages, and what was
/// read of each document.
pub(super) async fn run(Reader(tenant): Reader, Path(id): Path<String>) -> Result<Json<Value>, Problem> {
    let id = run_id(&id)?;
    let shown = tokio::task::spawn_blocking(move || {
        let mut shown = result::recorded(&tenant, &id)?;
        let journal = tenant.runs.journal_path(&id);
        // The journal of a run that waits for its session has no line yet.
        if let (Ok(run), Some(fields)) = (RecordedRun::read(&journal), shown.as_object_mut()) {
            let started = run.events().find_map(|event| match event {
                Event::RunStarted(started) => Some(&**started),
                _ => None,
            });
            if let Some(started) = started {
                fields.insert(
                    "limits".to_owned(),
                    started.settings.get("limits").cloned().unwrap_or_default(),
                );
                let models: Vec<_> = started.models.iter().map(|model| model.identity.to_string()).collect();
                fields.insert("models".to_owned(), json!(models));
                fields.insert("documents".to_owned(), documents(&run, started));
                fields.insert("document_count".to_owned(), json!(started.context.len()));
                fields.insert("answer".to_owned(), answer(&run, started));
            }
        }
        Ok::<_, Problem>(Json(shown))
    });
    shown.await.map_err(|cause| Problem::internal(&cause))?
}

/// Returns a call of a run with its whole prompt and reply.
pub(super) async fn call(
    Reader(tenant): Reader,
    Path((id, call)): Path<(String, String)>,
) -> Result<Json<Value>, Problem> {
    let path = tenant.runs.journal_path(&run_id(&id)?);
    let call: CallId = call.parse().map_err(|_| Problem::not_found("call"))?;
    let found = tokio::task::spawn_blocking(move || {
        let run = RecordedRun::read(path).map_err(|_| Problem::not_found("execution"))?;
        tree::call_of(&run.records, &call).ok_or_else(|| Problem::not_found("call"))
    });
    Ok(Json(found.await.map_err(|cause| Problem::internal(&cause))??))
}

/// Returns the documents of a run with the parts of them that were read, as cells.
fn documents(run: &RecordedRun, started: &RunStarted) -> Value {
    let coverage = Coverage::of(&run.records);
    let shown = started.context.iter().zip(&coverage.sources).take(DOCUMENTS);
    let documents = shown.map(|(source, seen)| {
        let SourceCoverage { bytes, read, scanned } = seen;
        json!({
            "name": source.name,
            "bytes": bytes,
            "covered": seen.covered_bytes(),
            "read": cells(read, *bytes),
            "scanned": cells(scanned, *bytes),
        })
    });
    documents.collect()
}

/// Returns the ranges of cells that byte ranges touch.
fn cells(ranges: &[Range<u64>], bytes: u64) -> Vec<[u64; 2]> {
    let mut cells: Vec<[u64; 2]> = Vec::new();
    for range in ranges.iter().filter(|range| range.end > range.start) {
        let from = range.start.saturating_mul(CELLS) / bytes.max(1);
        let to = range.end.saturating_mul(CELLS).div_ceil(bytes.max(1)).min(CELLS);
        match cells.last_mut() {
            Some([_, end]) if *end >= from => *end = to.max(*end),
            _ => cells.push([from, to]),
        }
    }
    cells
}

/// Returns the answer in pieces, each with the passage that it cites.
fn answer(run: &RecordedRun, started: &RunStarted) -> Value {
    let mut pieces = cited_pieces(run, &Sources::none("it was not read"));
    if pieces.iter().any(|piece| piece.passage.is_some())
        && let Ok(context) = recorded::context(run)
    {
        pieces = cited_pieces(run, &Sources::new(|source| text(&context, source)));
    }
    pieces.iter().map(|piece| piece_json(piece, started)).collect()
}

fn piece_json(piece: &CitedPiece, started: &RunStarted) -> Value {
    let passage = piece.passage.as_ref().map(|passage| {
        let source = usize::try_from(passage.range.source)
            .ok()
            .and_then(|index| started.context.get(index));
        let name = source.map(|source| source.name.clone());
        let quote = passage.quote.as_ref();
        json!({
            "place": passage.section.clone().or(name),
            "line": quote.map(|quote| quote.line),
            "before": quote.map(|quote| quote.before.clone()),
            "words": quote.map(|quote| quote.words.clone()),
            "after": quote.map(|quote| quote.after.clone()),
        })
    });
    json!({"text": piece.text, "passage": passage})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_cover_every_byte_and_touch_only_once() {
        assert_eq!(cells(&[0..600, 600..1_200], 1_200), [[0, 120]]);
        assert_eq!(cells(&[0..1, 15..16, 1_199..1_200], 1_200), [[0, 2], [119, 120]]);
        assert_eq!(cells(&[0..1, 1..2], 2), [[0, 120]]);
        assert_eq!(cells(&[], 0), Vec::<[u64; 2]>::new());
    }
}
