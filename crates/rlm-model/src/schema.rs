//! Validation of JSON against a JSON Schema.

use serde_json::Value;

/// A compiled JSON Schema. References must be internal: neither the network nor files are accessed.
///
/// ```
/// # #[cfg(feature = "schema")] {
/// use rlm_model::Validator;
/// use serde_json::json;
///
/// let validator = Validator::new(&json!({"type": "object", "properties": {"n": {"type": "integer"}}}))?;
/// assert!(validator.is_valid(&json!({"n": 3})));
/// let violations = validator.violations(&json!({"n": "three"}));
/// assert_eq!((violations[0].path.as_str(), violations[0].message.as_str()), ("/n", "\"three\" is not of type \"integer\""));
/// # }
/// # Ok::<(), rlm_model::SchemaError>(())
/// ```
#[derive(Debug)]
pub struct Validator {
    #[cfg(feature = "schema")]
    inner: jsonschema::Validator,
}

/// A violation of a schema by a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The JSON pointer to the invalid part of the value; empty for the whole value.
    pub path: String,
    /// A description of the violation, without a full stop.
    pub message: String,
}

/// The error for a JSON Schema that can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SchemaError {
    /// The schema is invalid, for the given reason.
    #[error("{0}")]
    Invalid(String),
    /// This build can't validate JSON, because it lacks the feature `schema`.
    #[error("this build validates no JSON Schema: build with `--features schema` (or `full`)")]
    NotInThisBuild,
}

/// Describes the error of an invalid schema, with its place in the schema.
#[cfg(feature = "schema")]
fn described(error: &jsonschema::ValidationError<'_>) -> String {
    let place = error.instance_path().to_string();
    let what = match place.rsplit('/').next() {
        Some("type") => format!(
            "{} is not a JSON type; the types are array, boolean, integer, null, number, object and string",
            error.instance()
        ),
        _ => error.to_string(),
    };
    if place.is_empty() {
        what
    } else {
        format!("{place}: {what}")
    }
}

#[cfg(feature = "schema")]
impl Validator {
    /// Compiles a JSON Schema.
    ///
    /// # Errors
    /// [`SchemaError::Invalid`], and [`SchemaError::NotInThisBuild`] without the feature `schema`.
    pub fn new(schema: &Value) -> Result<Self, SchemaError> {
        let inner = jsonschema::validator_for(schema).map_err(|error| SchemaError::Invalid(described(&error)))?;
        Ok(Self { inner })
    }

    /// Returns `true` if a JSON value conforms to the schema.
    #[must_use]
    pub fn is_valid(&self, value: &Value) -> bool {
        self.inner.is_valid(value)
    }

    /// Returns all violations of the schema by a JSON value.
    #[must_use]
    pub fn violations(&self, value: &Value) -> Vec<Violation> {
        let errors = self.inner.iter_errors(value);
        let violations = errors.map(|error| Violation {
            path: error.instance_path().to_string(),
            message: error.to_string(),
        });
        violations.collect()
    }
}

#[cfg(not(feature = "schema"))]
impl Validator {
    /// Compiles no schema: always fails, because this build lacks the feature `schema`.
    ///
    /// # Errors
    /// [`SchemaError::NotInThisBuild`]: the feature `schema` has the validator.
    pub const fn new(_schema: &Value) -> Result<Self, SchemaError> {
        Err(SchemaError::NotInThisBuild)
    }

    /// Returns `true` if a JSON value conforms to the schema.
    #[must_use]
    pub const fn is_valid(&self, _value: &Value) -> bool {
        false
    }

    /// Returns all violations of the schema by a JSON value.
    #[must_use]
    pub const fn violations(&self, _value: &Value) -> Vec<Violation> {
        Vec::new()
    }
}
