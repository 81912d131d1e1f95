//! Converts answer arguments to settings: guards against early or repetitive runs, and answer
//! validation.

use std::path::Path;
use std::sync::Arc;

use rlm_answer::{Finalization, SuccessCriteria};
use rlm_cli_output::failure::Failure;
use rlm_core::Guards;
use rlm_model::{SchemaError, Validator};
use serde_json::Value;

use crate::args::AnswerArguments;

/// Returns the guards that keep a run from ending too early and from repeating itself.
///
/// # Errors
/// [`Failure::ReadProgram`].
pub fn guards(arguments: &AnswerArguments) -> Result<Guards, Failure> {
    Ok(Guards {
        require_repl_before_final: arguments.require_repl_before_final,
        require_subcall_before_final: arguments.require_subcall_before_final,
        invalid_response_limit: Some(arguments.invalid_response_limit).filter(|limit| *limit > 0),
        tool_failure_limit: Some(arguments.tool_failure_limit).filter(|limit| *limit > 0),
        fallback_code: arguments.fallback_code.as_deref().map(read_program).transpose()?,
        ..Guards::default()
    })
}

/// Returns the settings of finalization: how the answer of a run is accepted and validated.
///
/// # Errors
/// [`Failure::Schema`].
pub fn finalization(arguments: &AnswerArguments) -> Result<Finalization, Failure> {
    Ok(Finalization {
        auto_finalize_var: arguments.auto_finalize_var.as_ref().map(Into::into),
        answer_schema: match &arguments.schema {
            Some(path) => Some(read_schema(path)?),
            None => arguments.task.answer_schema.clone(),
        },
        criteria: criteria(arguments),
        max_rejections: arguments.max_rejections.unwrap_or(arguments.task.max_rejections),
    })
}

fn criteria(arguments: &AnswerArguments) -> SuccessCriteria {
    let task = &arguments.task.criteria;
    let listed = |said: &[String], task: &[String]| match said.is_empty() {
        true => task.to_vec(),
        false => said.to_vec(),
    };
    SuccessCriteria {
        required_substrings: listed(&arguments.required_substring, &task.required_substrings),
        required_regex: listed(&arguments.required_regex, &task.required_regex),
        case_insensitive: arguments.case_insensitive || task.case_insensitive,
        min_word_count: arguments.min_word_count.or(task.min_word_count),
        goal: arguments.goal.clone().or_else(|| task.goal.clone()),
    }
}

fn read_schema(path: &Path) -> Result<Arc<Value>, Failure> {
    let failed = |detail: String| Failure::Schema {
        path: path.to_owned(),
        detail,
    };
    let text = std::fs::read_to_string(path).map_err(|cause| failed(cause.to_string()))?;
    let schema = serde_json::from_str(&text).map_err(|error| failed(error.to_string()))?;
    if let Err(SchemaError::Invalid(detail)) = Validator::new(&schema) {
        return Err(failed(detail));
    }
    Ok(Arc::new(schema))
}

fn read_program(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|cause| Failure::ReadProgram {
        path: path.to_owned(),
        cause,
    })
}
