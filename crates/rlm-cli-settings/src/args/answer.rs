//! Command-line arguments about the answer: when a run may end, and how the answer is validated.

use std::path::PathBuf;

use clap::Args;
use rlm_answer::Finalization;
use rlm_core::Guards;

/// Arguments about when a run may end, and what its answer must satisfy.
#[derive(Debug, Args)]
pub struct AnswerArguments {
    /// Take the value of this variable as the answer as soon as a program has bound it
    #[arg(long, value_name = "NAME", help_heading = "Answer")]
    pub auto_finalize_var: Option<String>,
    /// Take no answer before a program has run
    #[arg(long, help_heading = "Answer")]
    pub require_repl_before_final: bool,
    /// Take no answer before a program has asked a sub-model
    #[arg(long, help_heading = "Answer")]
    pub require_subcall_before_final: bool,
    /// End the run after so many replies in a row without a new program; 0 never
    #[arg(
        long,
        value_name = "N",
        default_value_t = Guards::default().invalid_response_limit.unwrap_or_default(),
        help_heading = "Answer"
    )]
    pub invalid_response_limit: u32,
    /// End the run as a tool error after so many programs in a row that end by the failure of the same tool; 0 never
    #[arg(
        long,
        value_name = "N",
        default_value_t = Guards::default().tool_failure_limit.unwrap_or_default(),
        help_heading = "Answer"
    )]
    pub tool_failure_limit: u32,
    /// A program that runs once where a reply holds none: at --invalid-response-limit, or at the first such reply if that is 0
    #[arg(long, value_name = "FILE", help_heading = "Answer")]
    pub fallback_code: Option<PathBuf>,
    /// The JSON schema of the answer, which is JSON then; what is not of it is sent back
    #[arg(long, value_name = "FILE", help_heading = "Answer")]
    pub schema: Option<PathBuf>,
    /// A text that stands in the answer; may be given several times
    #[arg(long, value_name = "TEXT", help_heading = "Answer")]
    pub required_substring: Vec<String>,
    /// A regular expression that matches in the answer; may be given several times
    #[arg(long, value_name = "REGEX", help_heading = "Answer")]
    pub required_regex: Vec<String>,
    /// Look for both without regard to case
    #[arg(long, help_heading = "Answer")]
    pub case_insensitive: bool,
    /// The words that the answer has at least
    #[arg(long, value_name = "N", help_heading = "Answer")]
    pub min_word_count: Option<u32>,
    /// A goal for the answer, which the sub-model judges
    #[arg(long, value_name = "TEXT", help_heading = "Answer")]
    pub goal: Option<String>,
    /// Answers that are sent back because they are not as they were asked for; the next one ends the run [default: 3]
    #[arg(long, value_name = "N", help_heading = "Answer")]
    pub max_rejections: Option<u32>,
    /// The answer requirements in the task file, which flags override.
    #[arg(skip)]
    pub task: Finalization,
}
