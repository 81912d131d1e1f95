//! Extracts the cells of Jupyter notebooks in order, with the text of their outputs.

use serde_json::Value;

use crate::error::ExtractError;
use crate::{Extracted, PAGE_BREAK, Section, SectionLabel};

pub(crate) fn extract(bytes: &[u8]) -> Result<Extracted, ExtractError> {
    let notebook: Value =
        serde_json::from_slice(bytes).map_err(|error| ExtractError::damaged(format!("invalid JSON: {error}")))?;
    // Before version 4 of the format, cells were in worksheets.
    let cells = notebook
        .get("cells")
        .or_else(|| notebook.pointer("/worksheets/0/cells"));
    let cells = cells
        .and_then(Value::as_array)
        .ok_or_else(|| ExtractError::damaged("it contains no list `cells`"))?;
    let language = ["/metadata/language_info/name", "/metadata/kernelspec/language"]
        .iter()
        .find_map(|path| notebook.pointer(path)?.as_str())
        .unwrap_or_default();
    let mut extracted = Extracted::default();
    for (number, cell) in (1..).zip(cells) {
        let content = written(cell, language);
        if content.is_empty() {
            continue;
        }
        if !extracted.text.is_empty() {
            extracted.text.push_str(PAGE_BREAK);
        }
        extracted.sections.push(Section {
            start: extracted.text.len(),
            label: SectionLabel::Named(format!("cell {number}")),
        });
        extracted.text.push_str(&content);
    }
    Ok(extracted)
}

/// Returns the text of a cell: Markdown as it is, code and outputs in fences.
fn written(cell: &Value, language: &str) -> String {
    let source = cell
        .get("source")
        .or_else(|| cell.get("input"))
        .map(text_of)
        .unwrap_or_default();
    let source = source.trim_end();
    if cell.get("cell_type").and_then(Value::as_str) != Some("code") {
        return if source.is_empty() {
            String::new()
        } else {
            format!("{source}\n")
        };
    }
    let mut text = String::new();
    if !source.is_empty() {
        text.push_str(&fenced(language, source));
    }
    let outputs = cell.get("outputs").and_then(Value::as_array);
    for output in outputs.into_iter().flatten() {
        let shown = output_text(output);
        if !shown.trim().is_empty() {
            text.push_str("Output:\n");
            text.push_str(&fenced("", shown.trim_end()));
        }
    }
    text
}

/// Puts text between fences that are longer than any within it.
fn fenced(language: &str, text: &str) -> String {
    let inner = text
        .lines()
        .map(|line| line.trim_start().bytes().take_while(|&byte| byte == b'`').count());
    let fence = "`".repeat(inner.max().unwrap_or(0).max(2) + 1);
    format!("{fence}{language}\n{text}\n{fence}\n")
}

/// Returns the text of an output. Of a picture, only its type is named.
fn output_text(output: &Value) -> String {
    let field = |name: &str| output.get(name).map(text_of);
    if let Some(error) = field("ename") {
        return format!("{error}: {}", field("evalue").unwrap_or_default());
    }
    if let Some(text) = field("text") {
        return without_colors(&text);
    }
    let Some(data) = output.get("data").and_then(Value::as_object) else {
        return String::new();
    };
    if let Some(text) = data.get("text/plain") {
        let picture = data.keys().find(|kind| kind.starts_with("image/"));
        let picture = picture.map(|kind| format!("[{kind}] ")).unwrap_or_default();
        return picture + &without_colors(&text_of(text));
    }
    data.iter()
        .map(|(kind, value)| {
            if kind.starts_with("text/") {
                text_of(value)
            } else {
                format!("[{kind}]")
            }
        })
        .collect::<Vec<_>>()
        .join("\n")
}

/// Returns a text that may be stored as a list of its lines.
fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect(),
        _ => String::new(),
    }
}

/// Removes the escape sequences by which programs color their output.
fn without_colors(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        if char != '\u{1b}' {
            plain.push(char);
            continue;
        }
        if chars.next() == Some('[') {
            chars.by_ref().find(|char| ('@'..='~').contains(char));
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colors_are_removed_and_fences_are_longer_than_the_text() {
        assert_eq!(without_colors("\u{1b}[0;31mred\u{1b}[0m \u{1b}"), "red ");
        assert_eq!(fenced("", "```\nx\n```"), "````\n```\nx\n```\n````\n");
    }
}
