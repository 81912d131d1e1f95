//! Answer validation: required format and success criteria.

use std::sync::Arc;

use regex::{Regex, RegexBuilder};
use rlm_model::Validator;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};
use sift_syntax::ast::{DictItem, Expr, ExprKind, StmtKind, UnaryOp};
use sift_text::Text;
use smol_str::SmolStr;

use crate::remark::Remark;

/// The maximum number of faults that are reported to the model for one answer.
const MOST_FAULTS: usize = 8;
/// The maximum size in bytes of a compiled regular expression.
const PATTERN_BYTES: usize = 1 << 20;

/// The acceptance rules for answers of the root run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Finalization {
    /// The name of a variable that holds the answer. Once a program that assigns it has completed,
    /// the run ends with its value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_finalize_var: Option<SmolStr>,
    /// The JSON Schema that the answer must conform to, as JSON text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer_schema: Option<Arc<Value>>,
    /// The criteria that the answer must meet.
    #[serde(skip_serializing_if = "SuccessCriteria::is_none")]
    pub criteria: SuccessCriteria,
    /// The maximum number of rejected answers that are sent back to the model; the next rejected
    /// answer ends the run.
    pub max_rejections: u32,
}

impl Default for Finalization {
    /// Creates rules that accept every answer. If a schema or criteria are set, up to three
    /// rejected answers are sent back.
    fn default() -> Self {
        Self {
            auto_finalize_var: None,
            answer_schema: None,
            criteria: SuccessCriteria::default(),
            max_rejections: 3,
        }
    }
}

/// The criteria that an answer must meet to be accepted.
///
/// ```
/// use rlm_answer::{AnswerChecks, Finalization, SuccessCriteria};
///
/// let criteria = SuccessCriteria {
///     required_regex: vec![r"\d+ %".to_owned()],
///     min_word_count: Some(3),
///     ..SuccessCriteria::default()
/// };
/// let checks = AnswerChecks::new(&Finalization { criteria, ..Finalization::default() })?;
/// assert_eq!(checks.unmet("Most of them agreed.").len(), 1, "the share is missing");
/// assert!(checks.unmet("75 % of them agreed.").is_empty());
/// # Ok::<(), rlm_answer::InvalidSetting>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SuccessCriteria {
    /// Texts that the answer must contain.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub required_substrings: Vec<String>,
    /// Regular expressions in the syntax of the crate `regex`; each must match somewhere in the
    /// answer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub required_regex: Vec<String>,
    /// Whether the required substrings and patterns ignore case.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub case_insensitive: bool,
    /// The minimum number of words of the answer, separated by whitespace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_word_count: Option<u32>,
    /// The goal that the answer must meet, in natural language. The sub-model judges it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub goal: Option<String>,
}

impl SuccessCriteria {
    /// Returns `true` if no criteria are set.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// The way in which the root model gives an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerForm {
    /// The answer is a value that a program passes to `FINAL`.
    Program,
    /// The answer is text in a reply of the root model, outside of programs.
    Words,
}

/// The error for an invalid setting of a run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid setting {setting}: {detail}")]
pub struct InvalidSetting {
    /// The name of the setting, such as `answer_schema`.
    pub setting: &'static str,
    /// The reason why the setting is invalid.
    pub detail: String,
}

/// The compiled checks of a [`Finalization`].
#[derive(Debug, Default)]
pub struct AnswerChecks {
    validator: Option<Validator>,
    patterns: Vec<Regex>,
    criteria: SuccessCriteria,
}

impl AnswerChecks {
    /// Compiles the schema and the patterns of a [`Finalization`].
    ///
    /// # Errors
    /// [`InvalidSetting`] for an invalid JSON Schema or regular expression.
    pub fn new(finalization: &Finalization) -> Result<Self, InvalidSetting> {
        let wrong = |setting, detail: String| InvalidSetting { setting, detail };
        let schema = finalization.answer_schema.as_ref();
        let validator = schema.map(|schema| Validator::new(schema)).transpose();
        let validator = validator.map_err(|error| wrong("answer_schema", error.to_string()))?;
        let criteria = finalization.criteria.clone();
        let patterns = criteria.required_regex.iter().map(|pattern| {
            RegexBuilder::new(pattern)
                .case_insensitive(criteria.case_insensitive)
                .size_limit(PATTERN_BYTES)
                .build()
                .map_err(|error| {
                    wrong(
                        "required_regex",
                        format!("`{pattern}`: {}", last_line(&error.to_string())),
                    )
                })
        });
        Ok(Self {
            validator,
            patterns: patterns.collect::<Result<_, _>>()?,
            criteria,
        })
    }

    /// Returns the answer as JSON text that conforms to the answer schema. Without a schema,
    /// returns the answer unchanged.
    ///
    /// # Errors
    /// The faults of the answer, one sentence each, at most eight.
    pub fn typed(&self, answer: &Text, form: AnswerForm) -> Result<Text, Vec<Remark>> {
        let Some(validator) = &self.validator else {
            return Ok(answer.clone());
        };
        let flat = answer.to_flat().unwrap_or_default();
        let text = without_fence(flat.trim());
        let parsed = serde_json::from_str::<Value>(text);
        if let Ok(value) = &parsed
            && validator.is_valid(value)
        {
            // The unchanged text keeps the origins of its pieces.
            return Ok(match text.len() == flat.len() {
                true => answer.clone(),
                false => Text::new(text),
            });
        }
        let value = match parsed {
            Ok(value) => Ok(value),
            Err(error) => literal(text).ok_or(error),
        };
        let as_text = Value::String(flat.clone().into_owned());
        for value in value.iter().chain([&as_text]) {
            if validator.is_valid(value) {
                return Ok(Text::from_string(value.to_string()));
            }
        }
        match value {
            Ok(value) => Err(faults(validator, &value)),
            Err(error) => {
                let ask = match form {
                    AnswerForm::Program => "End with FINAL(value), where value is a dict, a list, a number or a str.",
                    AnswerForm::Words => "Reply with the JSON text alone.",
                };
                Err(vec![format!("it is not JSON ({error}). {ask}").into()])
            }
        }
    }

    /// Returns the criteria that an answer does not meet, one sentence each, at most eight. The
    /// goal is not checked here, because a model has to judge it.
    pub fn unmet(&self, answer: &str) -> Vec<Remark> {
        let criteria = &self.criteria;
        let folded = |text: &str| match criteria.case_insensitive {
            true => text.to_lowercase(),
            false => text.to_owned(),
        };
        let text = folded(answer);
        let missing = criteria
            .required_substrings
            .iter()
            .filter(|wanted| !text.contains(&folded(wanted)))
            .map(|wanted| format!("it does not contain \"{wanted}\"."));
        let unmatched = self
            .patterns
            .iter()
            .filter(|pattern| !pattern.is_match(answer))
            .map(|pattern| format!("nothing in it matches the regular expression `{pattern}`."));
        let words = answer.split_whitespace().count();
        let too_short = criteria
            .min_word_count
            .filter(|least| words < *least as usize)
            .map(|least| format!("it has {words} words, but needs at least {least}."));
        let unmet = missing.chain(unmatched).chain(too_short);
        unmet.take(MOST_FAULTS).map(Remark::from).collect()
    }
}

fn faults(validator: &Validator, value: &Value) -> Vec<Remark> {
    let violations = validator.violations(value).into_iter().map(|violation| {
        // Both parts may quote the answer.
        let fault = if violation.path.is_empty() {
            format!("{}.", violation.message)
        } else {
            format!("at {}: {}.", violation.path, violation.message)
        };
        Remark::quoting("it does not match the schema:", fault)
    });
    violations.take(MOST_FAULTS).collect()
}

/// Removes a Markdown code fence that encloses the whole text.
fn without_fence(text: &str) -> &str {
    let inner = text
        .strip_prefix("```")
        .and_then(|inner| inner.strip_suffix("```"))
        .and_then(|inner| inner.split_once('\n'));
    match inner {
        Some((label, body)) if label.chars().all(char::is_alphanumeric) => body.trim(),
        _ => text,
    }
}

/// Parses a literal in Sift's syntax, such as the dict `{'name': None}`, to a JSON value.
fn literal(text: &str) -> Option<Value> {
    let parsed = sift_syntax::parse(text);
    match parsed.program.body.as_slice() {
        [statement] if parsed.is_accepted() => match &statement.kind {
            StmtKind::Expr(expression) => value_of(expression),
            _ => None,
        },
        _ => None,
    }
}

fn value_of(expression: &Expr) -> Option<Value> {
    match &expression.kind {
        ExprKind::None => Some(Value::Null),
        ExprKind::Bool(value) => Some(Value::Bool(*value)),
        ExprKind::Int(digits) => digits.parse::<Number>().ok().map(Value::Number),
        ExprKind::Float(value) => Number::from_f64(*value).map(Value::Number),
        ExprKind::Str(text) => Some(Value::String(text.to_string())),
        ExprKind::List(items) | ExprKind::Tuple(items) => items.iter().map(value_of).collect(),
        ExprKind::Dict(items) => {
            let mut object = Map::new();
            for item in items {
                let DictItem::Pair(key, value) = item else { return None };
                let Value::String(key) = value_of(key)? else {
                    return None;
                };
                object.insert(key, value_of(value)?);
            }
            Some(Value::Object(object))
        }
        ExprKind::Unary { ops, operand } => match (ops.as_slice(), &operand.kind) {
            ([UnaryOp::Negate], ExprKind::Int(digits)) => {
                format!("-{digits}").parse::<Number>().ok().map(Value::Number)
            }
            ([UnaryOp::Negate], ExprKind::Float(value)) => Number::from_f64(-value).map(Value::Number),
            _ => None,
        },
        _ => None,
    }
}

/// Returns the last line of a regex error, which describes the error. The lines before it show the
/// pattern.
fn last_line(error: &str) -> &str {
    error.lines().last().unwrap_or(error).trim_start_matches("error: ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn typed(schema: Value, answer: &str) -> Result<String, Vec<String>> {
        let finalization = Finalization {
            answer_schema: Some(Arc::new(schema)),
            ..Finalization::default()
        };
        let checks = AnswerChecks::new(&finalization).unwrap();
        let typed = checks.typed(&Text::new(answer), AnswerForm::Program);
        let typed = typed.map_err(|reasons| reasons.iter().map(Remark::to_string).collect::<Vec<_>>())?;
        Ok(typed.to_flat().unwrap().into_owned())
    }

    #[test]
    fn typed_answers_are_parsed_from_every_model_format() {
        let person = json!({"type": "object", "properties": {"name": {"type": "string"}, "age": {"type": ["integer", "null"]}}, "required": ["name"]});
        for (answer, expected) in [
            (r#"{"name": "Ann",  "age": 7}"#, r#"{"name": "Ann",  "age": 7}"#),
            ("```json\n{\"name\": \"Ann\"}\n```", r#"{"name": "Ann"}"#),
            ("{'name': 'Ann', 'age': None}", r#"{"name":"Ann","age":null}"#),
            ("{'name': 'Ann', 'age': -7}", r#"{"name":"Ann","age":-7}"#),
        ] {
            assert_eq!(typed(person.clone(), answer).as_deref(), Ok(expected), "{answer}");
        }
        assert_eq!(typed(json!({"type": "string"}), "42").as_deref(), Ok("\"42\""));
        assert_eq!(typed(json!({"type": "string"}), "Ann").as_deref(), Ok("\"Ann\""));
        assert_eq!(typed(json!({"type": "number"}), "42").as_deref(), Ok("42"));
        assert_eq!(
            typed(json!({"type": "array"}), "('a', 1.5)").as_deref(),
            Ok("[\"a\",1.5]")
        );
    }

    #[test]
    fn schema_violations_are_named() {
        let rows = json!({"type": "array", "items": {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}});
        let shown: Vec<String> = [r#"[{"n": "x"}, {}]"#, "{}", "no rows", "[1"]
            .iter()
            .map(|answer| format!("{answer}\n  {}", typed(rows.clone(), answer).unwrap_err().join("\n  ")))
            .collect();
        insta::assert_snapshot!(shown.join("\n"));
    }

    #[test]
    fn criteria_are_checked() {
        let criteria = SuccessCriteria {
            required_substrings: vec!["Total".to_owned()],
            required_regex: vec![r"\d+ euros".to_owned()],
            min_word_count: Some(4),
            ..SuccessCriteria::default()
        };
        let checks = |criteria: &SuccessCriteria| {
            let finalization = Finalization {
                criteria: criteria.clone(),
                ..Finalization::default()
            };
            AnswerChecks::new(&finalization).unwrap()
        };
        assert_eq!(checks(&criteria).unmet("Total: 7 euros spent"), []);
        let unmet = checks(&criteria).unmet("total: seven");
        let shown: Vec<String> = unmet.iter().map(Remark::to_string).collect();
        insta::assert_snapshot!(shown.join("\n"));
        let any_case = SuccessCriteria {
            case_insensitive: true,
            ..criteria
        };
        assert_eq!(checks(&any_case).unmet("TOTAL is 7 EUROS"), []);
    }

    #[test]
    fn invalid_schemas_and_patterns_are_rejected() {
        let wrong_schema = Finalization {
            answer_schema: Some(Arc::new(json!({"type": "text"}))),
            ..Finalization::default()
        };
        let elsewhere = Finalization {
            answer_schema: Some(Arc::new(json!({"$ref": "https://example.com/schema.json"}))),
            ..Finalization::default()
        };
        let wrong_pattern = Finalization {
            criteria: SuccessCriteria {
                required_regex: vec!["(a".to_owned()],
                ..SuccessCriteria::default()
            },
            ..Finalization::default()
        };
        let shown: Vec<String> = [wrong_schema, elsewhere, wrong_pattern]
            .iter()
            .map(|finalization| AnswerChecks::new(finalization).unwrap_err().to_string())
            .collect();
        insta::assert_snapshot!(shown.join("\n"));
    }
}
