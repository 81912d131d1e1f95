//! Conversion of the JSON schema of a tool's arguments to a function signature.

use serde_json::Value;
use sift_syntax::{KEYWORDS, Param, ParamKind, Signature, Type};
use smol_str::SmolStr;

/// The maximum number of parameters in a tool's signature; further ones are part of `**arguments`.
pub const MAX_PARAMETERS: usize = 32;

/// The maximum length of a default value in a tool's signature, in bytes.
const SHOWN_DEFAULT: usize = 40;

/// Returns the signature of a tool from the JSON schema of its arguments. Required parameters
/// precede optional ones, each in schema order.
///
/// `**arguments` takes properties whose names aren't valid identifiers, and additional properties
/// that the schema allows.
pub(crate) fn signature(name: &SmolStr, schema: &Value) -> Signature {
    let no_properties = serde_json::Map::new();
    let properties = schema
        .get("properties")
        .and_then(Value::as_object)
        .unwrap_or(&no_properties);
    let required: Vec<&str> = schema
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let is_required = |name: &str| required.contains(&name);
    let writable = properties.iter().filter(|(name, _)| is_writable(name));
    let (mut params, optional): (Vec<Param>, Vec<Param>) = writable
        .map(|(name, property)| param(name, property, is_required(name)))
        .partition(|param| param.default.is_none());
    params.extend(optional);
    let takes_more = matches!(
        schema.get("additionalProperties"),
        Some(Value::Bool(true) | Value::Object(_))
    );
    if takes_more || params.len() > MAX_PARAMETERS || params.len() < properties.len() {
        params.truncate(MAX_PARAMETERS);
        params.push(Param {
            name: SmolStr::new_static("arguments"),
            kind: ParamKind::VarKeywords,
            accepts: Vec::new(),
            default: None,
        });
    }
    Signature {
        name: name.clone(),
        params,
        returns: Type::Any,
    }
}

fn param(name: &str, property: &Value, is_required: bool) -> Param {
    let default = match property.get("default") {
        _ if is_required => None,
        Some(default) => Some(shown(default)),
        None => Some(SmolStr::new_static("None")),
    };
    Param {
        name: name.into(),
        kind: ParamKind::Positional,
        accepts: accepted(property).unwrap_or_default(),
        default,
    }
}

/// Returns `true` if a program can pass an argument of this name, so that it can be a parameter.
fn is_writable(name: &str) -> bool {
    let mut chars = name.chars();
    let begins = chars
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '_');
    begins
        && chars.all(|char| char.is_ascii_alphanumeric() || char == '_')
        && !KEYWORDS.contains(&name)
        && name != "arguments"
}

/// Returns the types that the JSON schema of a property accepts. Returns `None` if any value is
/// allowed, or if only the tool can check the schema.
fn accepted(property: &Value) -> Option<Vec<Type>> {
    if let Some(kind) = property.get("type") {
        let names: Vec<&str> = match kind {
            Value::String(name) => vec![name],
            Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
            _ => return None,
        };
        return names.into_iter().map(type_of_name).collect();
    }
    if let Some(values) = property.get("enum").and_then(Value::as_array) {
        return Some(without_doubles(values.iter().map(type_of_value)));
    }
    let ways = property.get("anyOf").or_else(|| property.get("oneOf"))?.as_array()?;
    let ways: Option<Vec<Vec<Type>>> = ways.iter().map(accepted).collect();
    Some(without_doubles(ways?.into_iter().flatten()))
}

fn type_of_name(name: &str) -> Option<Type> {
    Some(match name {
        "string" => Type::Str,
        "integer" => Type::Int,
        "number" => Type::Float,
        "boolean" => Type::Bool,
        "array" => Type::List,
        "object" => Type::Dict,
        "null" => Type::None,
        _ => return None,
    })
}

fn type_of_value(value: &Value) -> Type {
    match value {
        Value::Null => Type::None,
        Value::Bool(_) => Type::Bool,
        Value::Number(number) if number.is_f64() => Type::Float,
        Value::Number(_) => Type::Int,
        Value::String(_) => Type::Str,
        Value::Array(_) => Type::List,
        Value::Object(_) => Type::Dict,
    }
}

fn without_doubles(types: impl Iterator<Item = Type>) -> Vec<Type> {
    let mut kept = Vec::new();
    for one in types {
        if !kept.contains(&one) {
            kept.push(one);
        }
    }
    kept
}

/// Formats a default value in Sift's syntax.
fn shown(default: &Value) -> SmolStr {
    let text = match default {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        other => other.to_string(),
    };
    if text.len() > SHOWN_DEFAULT {
        return SmolStr::new_static("...");
    }
    text.into()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shown_signature(schema: &Value) -> String {
        signature(&"f".into(), schema).to_string()
    }

    #[test]
    fn tool_signatures_are_derived_from_schemas() {
        let schemas = [
            json!({}),
            json!({"type": "object"}),
            json!({"properties": {"b": {"type": "integer", "default": 10}, "a": {"type": "string"}}, "required": ["a"]}),
            json!({"properties": {"x": {"type": ["number", "null"]}, "y": {"enum": ["up", "down"], "default": "up"}, "z": {}}}),
            json!({"properties": {"x": {"anyOf": [{"type": "string"}, {"type": "array"}, {"type": "string"}]}}, "required": ["x"]}),
            json!({"properties": {"x": {"anyOf": [{"type": "string"}, {"$ref": "#/d"}]}, "w": {"type": "strange"}}}),
            json!({"properties": {"from": {"type": "string"}, "to-date": {}, "n": {"type": "boolean", "default": false}}}),
            json!({"properties": {"n": {"type": "object", "default": {"a": [1, 2, 3], "long": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}}}}),
            json!({"properties": {"n": {"default": null}}, "additionalProperties": true}),
            json!({"properties": 3, "required": "no"}),
        ];
        insta::assert_snapshot!(schemas.iter().map(shown_signature).collect::<Vec<_>>().join("\n"));
    }

    #[test]
    fn tool_signature_parameters_are_capped() {
        let properties: serde_json::Map<String, Value> =
            (0..1_000).map(|number| (format!("p{number}"), json!({}))).collect();
        let shown = signature(&"f".into(), &json!({ "properties": properties }));
        assert_eq!(shown.params.len(), MAX_PARAMETERS + 1);
    }
}
