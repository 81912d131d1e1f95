//! The subsets of JSON Schema that providers support for constrained decoding.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::Constraint;

/// The subset of JSON Schema that a provider supports for constrained decoding.
pub(crate) struct Subset {
    /// The schema keywords that the provider supports.
    keywords: &'static [&'static str],
    /// Whether each property of an object has to be required.
    is_all_required: bool,
}

/// The schema subset that OpenAI supports in strict mode:
/// <https://platform.openai.com/docs/guides/structured-outputs#supported-schemas> (read in November
/// 2026).
const STRICT: Subset = Subset {
    keywords: &[
        "$defs",
        "$ref",
        "additionalProperties",
        "anyOf",
        "const",
        "description",
        "enum",
        "exclusiveMaximum",
        "exclusiveMinimum",
        "format",
        "items",
        "maxItems",
        "maximum",
        "minItems",
        "minimum",
        "multipleOf",
        "pattern",
        "properties",
        "required",
        "title",
        "type",
    ],
    is_all_required: true,
};

/// The schema subset that Anthropic supports:
/// <https://docs.claude.com/en/docs/build-with-claude/structured-outputs#json-schema-limitations>
/// (read in November 2026). The server rejects circular references.
pub(crate) const ANTHROPIC: Subset = Subset {
    keywords: &[
        "$defs",
        "$ref",
        "additionalProperties",
        "allOf",
        "anyOf",
        "const",
        "default",
        "definitions",
        "description",
        "enum",
        "format",
        "items",
        "properties",
        "required",
        "title",
        "type",
    ],
    is_all_required: false,
};

/// The maximum nesting depth of a schema. A deeper schema is not sent as a constraint.
const DEEPEST: usize = 32;

/// Returns the schema constraint for chat completions. It is strict if the schema is within the
/// subset that OpenAI supports.
pub(crate) fn strictest(schema: &Value) -> Constraint<'_> {
    match STRICT.closed(schema) {
        Some(closed) if is_object(schema) => Constraint::Schema {
            schema: Cow::Owned(closed),
            is_strict: true,
        },
        _ => Constraint::Schema {
            schema: Cow::Borrowed(schema),
            is_strict: false,
        },
    }
}

/// Returns `true` if the top-level type of a JSON schema is `object`, which OpenAI requires.
pub(crate) fn is_object(schema: &Value) -> bool {
    schema.get("type").and_then(Value::as_str) == Some("object")
}

impl Subset {
    /// Returns the schema with closed objects, as providers require: an object that lists its
    /// properties and doesn't mention others allows no others. A value that conforms to the result
    /// also conforms to the original. Returns `None` if the schema uses unsupported features.
    pub(crate) fn closed(&self, schema: &Value) -> Option<Value> {
        self.schema(schema, 0)
    }

    fn schema(&self, schema: &Value, depth: usize) -> Option<Value> {
        let fields = schema
            .as_object()
            .filter(|fields| !fields.is_empty() && depth < DEEPEST)?;
        let mut closed = Map::new();
        for (keyword, value) in fields {
            if !self.keywords.contains(&keyword.as_str()) {
                return None;
            }
            let value = match keyword.as_str() {
                "properties" | "$defs" | "definitions" => self.schemas(value, depth)?,
                "items" => self.schema(value, depth + 1)?,
                "anyOf" | "allOf" => {
                    let each = value.as_array()?.iter().map(|schema| self.schema(schema, depth + 1));
                    Value::Array(each.collect::<Option<_>>()?)
                }
                _ => value.clone(),
            };
            closed.insert(keyword.clone(), value);
        }
        if is_object(schema) || closed.contains_key("properties") {
            let properties = closed.get("properties")?.as_object()?;
            if self.is_all_required && !all_required(properties, fields.get("required")) {
                return None;
            }
            if *closed.entry("additionalProperties").or_insert(Value::Bool(false)) != Value::Bool(false) {
                return None;
            }
        }
        Some(Value::Object(closed))
    }

    fn schemas(&self, named: &Value, depth: usize) -> Option<Value> {
        let each = named.as_object()?.iter();
        let each = each.map(|(name, schema)| Some((name.clone(), self.schema(schema, depth + 1)?)));
        Some(Value::Object(each.collect::<Option<_>>()?))
    }
}

fn all_required(properties: &Map<String, Value>, required: Option<&Value>) -> bool {
    let required = required
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default();
    properties
        .keys()
        .all(|name| required.iter().any(|other| other.as_str() == Some(name)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn objects_are_closed_at_every_level() {
        let row = json!({"type": "object", "properties": {"n": {"type": ["integer", "null"]}}, "required": ["n"]});
        let schema = json!({
            "type": "object",
            "properties": {"rows": {"type": "array", "items": row}, "one": {"anyOf": [row, {"type": "null"}]}},
            "required": ["rows", "one"],
        });
        let mut row = row;
        row["additionalProperties"] = json!(false);
        let closed = json!({
            "type": "object",
            "properties": {"rows": {"type": "array", "items": row}, "one": {"anyOf": [row, {"type": "null"}]}},
            "required": ["rows", "one"],
            "additionalProperties": false,
        });
        assert_eq!(STRICT.closed(&schema).as_ref(), Some(&closed));
        assert_eq!(ANTHROPIC.closed(&schema).as_ref(), Some(&closed));
        assert_eq!(STRICT.closed(&closed).as_ref(), Some(&closed));
    }

    #[test]
    fn unsupported_schemas_are_left_unenforced() {
        let optional = json!({"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}, "required": ["a"]});
        assert_eq!(
            (STRICT.closed(&optional), ANTHROPIC.closed(&optional).is_some()),
            (None, true)
        );
        let bounded = json!({"type": "integer", "minimum": 1});
        assert_eq!(
            (STRICT.closed(&bounded).is_some(), ANTHROPIC.closed(&bounded)),
            (true, None)
        );
        for schema in [
            json!({"type": "object"}),
            json!({"type": "object", "properties": {}, "additionalProperties": true}),
            json!({"type": "object", "properties": {"any": {}}, "required": ["any"]}),
            json!({"not": {"type": "null"}}),
            json!({"type": "array", "items": true}),
            json!(true),
        ] {
            assert_eq!(
                (STRICT.closed(&schema), ANTHROPIC.closed(&schema)),
                (None, None),
                "{schema}"
            );
        }
    }

    #[test]
    fn too_deep_schemas_are_left_unenforced() {
        let nested = |levels: usize| {
            (0..levels).fold(
                json!({"type": "null"}),
                |inner, _| json!({"type": "array", "items": inner}),
            )
        };
        assert!(STRICT.closed(&nested(DEEPEST - 1)).is_some());
        assert_eq!(STRICT.closed(&nested(DEEPEST)), None);
    }

    #[test]
    fn schemas_are_strict_if_possible() {
        let strict = |schema: &Value| matches!(strictest(schema), Constraint::Schema { is_strict: true, .. });
        assert!(strict(
            &json!({"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]})
        ));
        assert!(!strict(&json!({"type": "array", "items": {"type": "string"}})));
        assert!(!strict(
            &json!({"type": "object", "properties": {"a": {"type": "string"}}})
        ));
    }
}
