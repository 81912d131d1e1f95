//! When a run may end, and with what.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use rlm_core::{Finalization, Guards, SuccessCriteria};
use serde_json::Value;

use crate::failure::Failure;

/// When a run may end, and with what.
#[derive(Debug, Args)]
pub(crate) struct FinalArguments {
    /// Take the value of this variable as the answer as soon as a program has bound it
    #[arg(long, value_name = "NAME", help_heading = "Answer")]
    pub(crate) auto_finalize_var: Option<String>,
    /// Take no answer before a program has run
    #[arg(long, help_heading = "Answer")]
    pub(crate) require_repl_before_final: bool,
    /// Take no answer before a program has asked a sub-model
    #[arg(long, help_heading = "Answer")]
    pub(crate) require_subcall_before_final: bool,
    /// End the run after so many replies in a row without a new program; 0 never
    #[arg(
        long,
        value_name = "N",
        default_value_t = Guards::default().invalid_response_limit.unwrap_or_default(),
        help_heading = "Answer"
    )]
    pub(crate) invalid_response_limit: u32,
    /// End the run as a tool error after so many programs in a row that end by the failure of the same tool; 0 never
    #[arg(
        long,
        value_name = "N",
        default_value_t = Guards::default().tool_failure_limit.unwrap_or_default(),
        help_heading = "Answer"
    )]
    pub(crate) tool_failure_limit: u32,
    /// A program that runs once where a reply holds none: at --invalid-response-limit, or at the first such reply if that is 0
    #[arg(long, value_name = "FILE", help_heading = "Answer")]
    pub(crate) fallback_code: Option<PathBuf>,
    /// The JSON schema of the answer, which is JSON then; what is not of it is sent back
    #[arg(long, value_name = "FILE", help_heading = "Answer")]
    pub(crate) schema: Option<PathBuf>,
    /// A text that stands in the answer; may be given several times
    #[arg(long, value_name = "TEXT", help_heading = "Answer")]
    pub(crate) required_substring: Vec<String>,
    /// A regular expression that matches in the answer; may be given several times
    #[arg(long, value_name = "REGEX", help_heading = "Answer")]
    pub(crate) required_regex: Vec<String>,
    /// Look for both without regard to case
    #[arg(long, help_heading = "Answer")]
    pub(crate) case_insensitive: bool,
    /// The words that the answer has at least
    #[arg(long, value_name = "N", help_heading = "Answer")]
    pub(crate) min_word_count: Option<u32>,
    /// A goal for the answer, which the sub-model judges
    #[arg(long, value_name = "TEXT", help_heading = "Answer")]
    pub(crate) goal: Option<String>,
    /// Answers that are sent back because they are not as they were asked for; the next one ends the run [default: 3]
    #[arg(long, value_name = "N", help_heading = "Answer")]
    pub(crate) max_rejections: Option<u32>,
    /// What a task's file asks of the answer.
    #[arg(skip)]
    pub(crate) task: Finalization,
}

impl FinalArguments {
    /// Returns what keeps the run from ending too soon, and from going on for nothing.
    ///
    /// # Errors
    /// [`Failure::ReadProgram`].
    pub(crate) fn guards(&self) -> Result<Guards, Failure> {
        Ok(Guards {
            require_repl_before_final: self.require_repl_before_final,
            require_subcall_before_final: self.require_subcall_before_final,
            invalid_response_limit: Some(self.invalid_response_limit).filter(|limit| *limit > 0),
            tool_failure_limit: Some(self.tool_failure_limit).filter(|limit| *limit > 0),
            fallback_code: self.fallback_code.as_deref().map(read_program).transpose()?,
            ..Guards::default()
        })
    }

    /// Returns what is taken as the answer.
    ///
    /// # Errors
    /// [`Failure::Schema`].
    pub(crate) fn finalization(&self) -> Result<Finalization, Failure> {
        Ok(Finalization {
            auto_finalize_var: self.auto_finalize_var.as_ref().map(Into::into),
            answer_schema: match &self.schema {
                Some(path) => Some(read_schema(path)?),
                None => self.task.answer_schema.clone(),
            },
            criteria: self.criteria(),
            max_rejections: self.max_rejections.unwrap_or(self.task.max_rejections),
        })
    }

    fn criteria(&self) -> SuccessCriteria {
        let task = &self.task.criteria;
        let listed = |said: &[String], task: &[String]| match said.is_empty() {
            true => task.to_vec(),
            false => said.to_vec(),
        };
        SuccessCriteria {
            required_substrings: listed(&self.required_substring, &task.required_substrings),
            required_regex: listed(&self.required_regex, &task.required_regex),
            case_insensitive: self.case_insensitive || task.case_insensitive,
            min_word_count: self.min_word_count.or(task.min_word_count),
            goal: self.goal.clone().or_else(|| task.goal.clone()),
        }
    }
}

fn read_schema(path: &Path) -> Result<Arc<Value>, Failure> {
    let failed = |detail: String| Failure::Schema {
        path: path.to_owned(),
        detail,
    };
    let text = std::fs::read_to_string(path).map_err(|cause| failed(cause.to_string()))?;
    let schema = serde_json::from_str(&text).map_err(|error| failed(error.to_string()))?;
    Ok(Arc::new(schema))
}

fn read_program(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|cause| Failure::ReadProgram {
        path: path.to_owned(),
        cause,
    })
}
