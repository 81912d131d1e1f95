//! Attributes in OTLP JSON.

use serde_json::{Value, json};

/// Returns an attribute with a text.
pub(crate) fn text(key: &str, value: &str) -> Value {
    json!({ "key": key, "value": { "stringValue": value } })
}

/// Returns attributes with texts.
pub(crate) fn texts<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<Value> {
    pairs.into_iter().map(|(key, value)| text(key, value)).collect()
}
