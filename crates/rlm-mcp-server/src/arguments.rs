//! Reads and checks the arguments of tools.

use std::ops::RangeInclusive;

use rmcp::model::JsonObject;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::ToolError;

/// Parses the arguments of a tool.
///
/// # Errors
/// A [`ToolError`] that names the wrong argument.
pub(crate) fn parse<T: DeserializeOwned>(tool: &str, arguments: Option<JsonObject>) -> Result<T, ToolError> {
    serde_json::from_value(Value::Object(arguments.unwrap_or_default())).map_err(|error| {
        ToolError::invalid(
            format!("invalid arguments of `{tool}`: {error}"),
            "call the tool again with arguments that its input schema permits",
        )
    })
}

/// Checks a number against its range, which the input schema states.
pub(crate) fn within(name: &str, number: u64, range: RangeInclusive<usize>) -> Result<usize, ToolError> {
    usize::try_from(number)
        .ok()
        .filter(|number| range.contains(number))
        .ok_or_else(|| {
            let (least, most) = range.into_inner();
            ToolError::invalid(
                format!("`{name}` must be between {least} and {most}, got {number}"),
                format!("call the tool again with a smaller or larger `{name}`"),
            )
        })
}

/// Shortens a text to a maximum number of characters, the last of which is then `…`.
pub(crate) fn shortened(text: &str, chars: usize) -> String {
    match text.char_indices().nth(chars) {
        None => text.to_owned(),
        Some(_) => text.chars().take(chars.saturating_sub(1)).chain(['…']).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shortened_texts_keep_their_limit() {
        assert_eq!(shortened("größe", 5), "größe");
        assert_eq!(shortened("größer", 5), "größ…");
        assert_eq!(shortened("", 0), "");
    }
}
