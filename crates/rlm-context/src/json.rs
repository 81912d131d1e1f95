//! Loads contexts from JSON.

use std::path::Path;

use serde_json::Value;
use smol_str::{SmolStr, format_smolstr};

use crate::context::{Context, ContextKind};
use crate::document::Content;
use crate::error::{ContextError, LoadWarning};
use crate::extraction::UnpackedBytes;
use crate::load::Loaded;
use crate::options::LoadOptions;
use crate::read::{self, Read};

/// Loads a context from a JSON file; see [`from_json`]. Newlines within strings are kept.
///
/// ```
/// # use std::io::Write as _;
/// use rlm_context::{ContextKind, LoadOptions, load_json};
///
/// # let mut file = tempfile::NamedTempFile::new()?;
/// file.write_all(br#"{"may": "The roof leaks.", "june": "It is mended."}"#)?;
/// let loaded = load_json(file.path(), &LoadOptions::default())?;
/// assert_eq!((loaded.context.kind(), loaded.context.documents().len()), (ContextKind::Dict, 2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// If the file can't be read, or isn't valid JSON.
pub fn load_json(path: &Path, options: &LoadOptions) -> Result<Loaded, ContextError> {
    let content = match read::read_file(path, options, &UnpackedBytes::new(options.limits))? {
        Read::Content(content) => content,
        Read::Members(_) => return Err(ContextError::Binary { path: path.to_owned() }),
    };
    let name: SmolStr = path.to_string_lossy().into();
    let warnings = LoadWarning::of_text(&name, content.measured());
    let context = from_content(name, content, &options.separator)?;
    Ok(Loaded { context, warnings })
}

/// Creates a context from JSON. A string is a text. A list of strings is a list of documents named
/// `[0]`, `[1]` and so on. An object whose values are all strings is a dict, in source order. Any
/// other value becomes one document of the kind [`ContextKind::Json`] with the source text. An
/// empty text, list or object is allowed.
///
/// ```
/// use rlm_context::{ContextKind, DEFAULT_SEPARATOR, from_json};
///
/// let names = |json: &str| {
///     let context = from_json("orders.json", json.to_owned(), DEFAULT_SEPARATOR)?;
///     let names: Vec<_> = context.documents().iter().map(|document| document.name().to_string()).collect();
///     Ok::<_, rlm_context::ContextError>((context.kind(), names))
/// };
/// assert_eq!(names(r#"["A-1 is late", "B-2 is not"]"#)?, (ContextKind::List, vec!["[0]".into(), "[1]".into()]));
/// assert_eq!(names(r#"{"A-1": {"late": true}}"#)?, (ContextKind::Json, vec!["orders.json".into()]));
/// assert!(names("{late}").is_err());
/// # Ok::<(), rlm_context::ContextError>(())
/// ```
///
/// # Errors
/// If it isn't valid JSON, or is nested more than 127 levels deep.
pub fn from_json(name: impl Into<SmolStr>, json: String, separator: &str) -> Result<Context, ContextError> {
    from_content(name.into(), Content::of_string(json), separator)
}

fn from_content(name: SmolStr, content: Content, separator: &str) -> Result<Context, ContextError> {
    let value: Value = serde_json::from_str(content.as_str()).map_err(|error| invalid(&name, &error))?;
    let (kind, contents) = match value {
        Value::String(text) => (ContextKind::Text, vec![(name, Content::of_string(text))]),
        Value::Array(items) if items.iter().all(Value::is_string) => (ContextKind::List, listed(items)),
        Value::Object(fields) if fields.values().all(Value::is_string) => (
            ContextKind::Dict,
            fields
                .into_iter()
                .map(|(key, value)| (key.into(), string(value)))
                .collect(),
        ),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            (ContextKind::Json, vec![(name, content)])
        }
    };
    Context::from_contents(kind, contents, separator)
}

fn listed(items: Vec<Value>) -> Vec<(SmolStr, Content)> {
    items
        .into_iter()
        .enumerate()
        .map(|(index, value)| (format_smolstr!("[{index}]"), string(value)))
        .collect()
}

fn string(value: Value) -> Content {
    Content::of_string(match value {
        Value::String(text) => text,
        other => other.to_string(),
    })
}

fn invalid(name: &str, error: &serde_json::Error) -> ContextError {
    let text = error.to_string();
    // The error has separate fields for the line and column.
    let reason = text.split_once(" at line ").map_or(text.as_str(), |(reason, _)| reason);
    ContextError::InvalidJson {
        name: name.to_owned(),
        reason: reason.to_owned(),
        line: error.line(),
        column: error.column(),
    }
}
