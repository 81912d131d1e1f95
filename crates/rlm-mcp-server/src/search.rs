//! The tool `search`: finds passages of the documents by their words.

use std::fmt::Write as _;

use rlm_retrieval::{Hit, MAX_QUERY_CHARS, RetrievalError};
use rmcp::model::JsonObject;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::arguments::{parse, shortened, within};
use crate::documents::{Documents, line};
use crate::error::ToolError;
use crate::output::Output;

/// The maximum number of passages of a search.
pub(crate) const MAX_PASSAGES: usize = 50;
/// The number of passages of a search that doesn't set it.
pub(crate) const PASSAGES: usize = 10;
/// The maximum number of characters of a passage.
pub(crate) const PASSAGE_CHARS: usize = 2_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    query: String,
    #[serde(default = "count")]
    count: u64,
}

const fn count() -> u64 {
    PASSAGES as u64
}

pub(crate) async fn search(arguments: Option<JsonObject>, documents: &Documents) -> Result<Output, ToolError> {
    let Arguments { query, count } = parse("search", arguments)?;
    let count = within("count", count, 1..=MAX_PASSAGES)?;
    if query.trim().is_empty() {
        return Err(ToolError::invalid("`query` is empty", "pass the words to search for"));
    }
    if documents.all().is_empty() {
        return Err(Documents::missing());
    }
    let retriever = documents.retriever().ok_or_else(|| {
        ToolError::new(
            "search_disabled",
            "search is disabled",
            "restart the server without --no-search, or use `read`",
        )
    })?;
    let hits = retriever.search(&query, count).await.map_err(|error| match error {
        RetrievalError::QueryTooLong { .. } => {
            ToolError::invalid(error.to_string(), format!("pass at most {MAX_QUERY_CHARS} characters"))
        }
        error => ToolError::internal(error.to_string()),
    })?;
    let passages: Vec<Value> = hits.iter().map(|hit| passage(hit, documents)).collect();
    Ok(Output {
        text: text(&passages),
        data: json!({"passages": passages}),
    })
}

fn passage(hit: &Hit, documents: &Documents) -> Value {
    let document = documents.all().iter().find(|document| *document.name() == hit.document);
    let place = document.and_then(|document| {
        let text = document.text().settled().ok()?;
        let (start, end) = (text.byte_of_char(hit.start), text.byte_of_char(hit.end));
        Some((document.locate(start..end)?.lines(), line(document, start)?))
    });
    let (place, line) = place.unwrap_or_else(|| (hit.document.to_string(), 1));
    let text = hit.text.to_flat().unwrap_or_default();
    json!({
        "place": place,
        "document": hit.document,
        "line": line,
        "score": hit.score,
        "text": shortened(&text, PASSAGE_CHARS),
    })
}

fn text(passages: &[Value]) -> String {
    if passages.is_empty() {
        return "no passage contains these words".to_owned();
    }
    let mut text = String::new();
    for passage in passages {
        let field = |name: &str| passage.get(name).and_then(Value::as_str).unwrap_or_default();
        let _ = writeln!(text, "{}\n{}\n", field("place"), field("text").trim_end());
    }
    text.truncate(text.trim_end().len());
    text
}
