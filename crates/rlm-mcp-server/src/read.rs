//! The tool `read`: returns lines of a document, or the list of documents.

use std::fmt::Write as _;

use rlm_context::Document;
use rmcp::model::JsonObject;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::arguments::{parse, within};
use crate::documents::Documents;
use crate::error::ToolError;
use crate::output::Output;

/// The maximum number of lines of a result.
pub(crate) const MAX_LINES: usize = 2_000;
/// The number of lines of a result if the call doesn't set it.
pub(crate) const LINES: usize = 200;
/// The maximum number of characters of a result.
pub(crate) const READ_CHARS: usize = 50_000;
/// The maximum number of documents in a list.
pub(crate) const LISTED: usize = 200;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    #[serde(default)]
    document: Option<String>,
    #[serde(default = "first")]
    line: u64,
    #[serde(default = "lines")]
    lines: u64,
}

const fn first() -> u64 {
    1
}

const fn lines() -> u64 {
    LINES as u64
}

/// Reads lines of a document. Blocks.
pub(crate) fn read(arguments: Option<JsonObject>, documents: &Documents) -> Result<Output, ToolError> {
    let arguments: Arguments = parse("read", arguments)?;
    let line = within("line", arguments.line, 1..=u32::MAX as usize)?;
    let lines = within("lines", arguments.lines, 1..=MAX_LINES)?;
    match arguments.document {
        Some(name) => read_lines(documents.find(&name)?, line, lines),
        None => Ok(list(documents)),
    }
}

fn read_lines(document: &Document, line: usize, lines: usize) -> Result<Output, ToolError> {
    let (name, total) = (document.name(), document.lines());
    let mut rest = document.as_str().split_inclusive('\n').skip(line - 1).peekable();
    if rest.peek().is_none() && line > 1 {
        return Err(ToolError::invalid(
            format!("`line` is {line}, but {name} has {total} lines"),
            format!("read from a line between 1 and {total}"),
        ));
    }
    let (mut text, mut chars, mut read) = (String::new(), 0, 0);
    for next in rest.take(lines) {
        let length = next.chars().count();
        if chars + length > READ_CHARS {
            break;
        }
        text.push_str(next);
        chars += length;
        read += 1;
    }
    let mut is_cut = false;
    if read == 0 {
        // A line that is longer than a result is cut.
        let long = document
            .as_str()
            .split_inclusive('\n')
            .nth(line - 1)
            .unwrap_or_default();
        text = long.chars().take(READ_CHARS).collect();
        (is_cut, read) = (!long.is_empty(), usize::from(!long.is_empty()));
    }
    let next = line + read;
    let next = (next as u64 <= total && read > 0).then_some(next);
    let last = line + read.saturating_sub(1);
    let mut shown = format!("{name}, lines {line}-{last} of {total}\n");
    if is_cut {
        let _ = writeln!(shown, "(the line is cut after {READ_CHARS} characters)");
    }
    if let Some(next) = next {
        let _ = writeln!(shown, "(continue with line {next})");
    }
    let _ = write!(shown, "\n{text}");
    Ok(Output {
        text: shown,
        data: json!({
            "document": name,
            "line": line,
            "last_line": last,
            "total_lines": total,
            "next_line": next,
            "cut": is_cut,
            "text": text,
        }),
    })
}

fn list(documents: &Documents) -> Output {
    let all = documents.all();
    let mut text = format!("{} documents are loaded\n", all.len());
    let listed: Vec<Value> = all
        .iter()
        .take(LISTED)
        .map(|document| {
            let _ = writeln!(text, "- {} ({} bytes)", document.name(), document.size());
            json!({"document": document.name(), "bytes": document.size()})
        })
        .collect();
    if all.len() > listed.len() {
        let _ = writeln!(
            text,
            "… and {} more; `search` finds them by their words",
            all.len() - listed.len()
        );
    }
    Output {
        text,
        data: json!({"documents": listed, "total_documents": all.len()}),
    }
}
