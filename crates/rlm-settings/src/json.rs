//! The conversion of settings to JSON.

use rlm_trace::JsonObject;
use serde::Serialize;

/// Converts a serializable struct to a JSON object. Returns an empty object for any other value.
#[must_use]
pub fn json_object<T: Serialize>(value: &T) -> JsonObject {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::Object(object)) => object,
        Ok(_) | Err(_) => JsonObject::new(),
    }
}

/// Returns `true` if a setting has its default value, which journals omit.
pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Returns `true` if a setting is `false`, which journals omit.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
pub(crate) const fn is_false(flag: &bool) -> bool {
    !*flag
}
