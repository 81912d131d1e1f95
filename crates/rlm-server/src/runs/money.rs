//! Amounts of dollars in JSON.

use rlm_model::{Cost, Money};
use serde::{Deserialize as _, Serialize as _};
use serde_json::Value;

/// Returns a cost in dollars, if it is known.
pub(crate) fn dollars(cost: Cost) -> Option<f64> {
    cost.known().map(|money| money.0 as f64 / 1e6)
}

/// Reads an amount of dollars: a number, or a text such as `0.25`.
pub(crate) fn read<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Money>, D::Error> {
    let text = match Option::<Value>::deserialize(deserializer)? {
        None => return Ok(None),
        Some(Value::String(text)) => text,
        Some(Value::Number(number)) => number.to_string(),
        Some(_) => return Err(serde::de::Error::custom("expected an amount of dollars")),
    };
    text.parse().map(Some).map_err(serde::de::Error::custom)
}

/// Writes an amount of dollars as [`read`] does.
#[expect(clippy::ref_option, reason = "serde passes a reference to the field")]
pub(crate) fn write<S: serde::Serializer>(amount: &Option<Money>, serializer: S) -> Result<S::Ok, S::Error> {
    let text = amount.map(|amount| amount.to_string().trim_start_matches('$').to_owned());
    text.serialize(serializer)
}
