//! The JSON of settings.

use rlm_trace::JsonObject;
use serde::Serialize;

/// Returns the JSON of a struct of numbers, texts and lists, which always is an object.
#[must_use]
pub fn json_object<T: Serialize>(value: &T) -> JsonObject {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::Object(object)) => object,
        Ok(_) | Err(_) => JsonObject::new(),
    }
}

/// Returns whether a field has its default, and is left out of a journal.
pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Returns whether a flag is not set, and is left out of a journal.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
pub(crate) const fn is_false(flag: &bool) -> bool {
    !*flag
}
