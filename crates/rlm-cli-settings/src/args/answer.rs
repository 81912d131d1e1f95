//! Command-line arguments about the answer: when a run may end, and how the answer is validated.

use std::path::PathBuf;

use clap::Args;
use rlm_answer::Finalization;
use rlm_core::Guards;

/// The conditions under which a run may end, and the requirements of its answer.
#[derive(Debug, Args)]
pub struct AnswerArguments {
    /// Accept the value of this variable as the answer as soon as a program sets it
    #[arg(long, value_name = "NAME", help_heading = "Answer")]
    pub auto_finalize_var: Option<String>,
    /// Reject answers until a program has run
    #[arg(long, help_heading = "Answer")]
    pub require_repl_before_final: bool,
    /// Reject answers until a program has called a sub-model
    #[arg(long, help_heading = "Answer")]
    pub require_subcall_before_final: bool,
    /// End the run after N consecutive replies without a new program; 0 for no limit
    #[arg(
        long,
        value_name = "N",
        default_value_t = Guards::default().invalid_response_limit.unwrap_or_default(),
        help_heading = "Answer"
    )]
    pub invalid_response_limit: u32,
    /// End the run with a tool error after N consecutive programs that fail because of the same tool; 0 for no limit
    #[arg(
        long,
        value_name = "N",
        default_value_t = Guards::default().tool_failure_limit.unwrap_or_default(),
        help_heading = "Answer"
    )]
    pub tool_failure_limit: u32,
    /// Program to run once if a reply contains none: at --invalid-response-limit, or at the first such reply if that is 0
    #[arg(long, value_name = "FILE", help_heading = "Answer")]
    pub fallback_code: Option<PathBuf>,
    /// JSON Schema of the answer, which must then be JSON; an answer that doesn't match is sent back
    #[arg(long, value_name = "FILE", help_heading = "Answer")]
    pub schema: Option<PathBuf>,
    /// Text that the answer must contain (repeatable)
    #[arg(long, value_name = "TEXT", help_heading = "Answer")]
    pub required_substring: Vec<String>,
    /// Regular expression that must match in the answer (repeatable)
    #[arg(long, value_name = "REGEX", help_heading = "Answer")]
    pub required_regex: Vec<String>,
    /// Ignore case in --required-substring and --required-regex
    #[arg(long, help_heading = "Answer")]
    pub case_insensitive: bool,
    /// Minimum number of words in the answer
    #[arg(long, value_name = "N", help_heading = "Answer")]
    pub min_word_count: Option<u32>,
    /// Goal of the answer; the sub-model judges whether it is met
    #[arg(long, value_name = "TEXT", help_heading = "Answer")]
    pub goal: Option<String>,
    /// Maximum number of answers to send back for missing a requirement; the next one ends the run [default: 3]
    #[arg(long, value_name = "N", help_heading = "Answer")]
    pub max_rejections: Option<u32>,
    /// The requirements of a task file for the answer.
    #[arg(skip)]
    pub task: Finalization,
}
