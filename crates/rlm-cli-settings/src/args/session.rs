//! The command-line arguments of `rlm session` and `rlm chat`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use rlm_model::Money;

use super::context::SharedContextArguments;
use super::progress::ProgressArguments;
use super::runner::RunnerArguments;

/// The subcommands for sessions.
#[derive(Debug, Subcommand)]
pub enum SessionCommand {
    /// Start a session about files
    New(SessionNewArguments),
    /// Ask a question that builds on earlier ones
    Run(Box<SessionRunArguments>),
    /// Change the limits of a session
    Set(SessionSetArguments),
    /// Show a session's questions, answers, memory and usage
    Show(SessionShowArguments),
    /// List the sessions on this machine
    List(SessionListArguments),
    /// Remove sessions; their runs are kept
    Rm(SessionRemoveArguments),
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    rlm session new minutes --context minutes/ --max-cost 2\n  \
    rlm session run minutes \"Which decisions were put off?\"\n  \
    rlm session run minutes \"Who put the second one off?\"")]
pub struct SessionNewArguments {
    /// Name of the session: letters, digits, `-`, `_` and `.`
    #[arg(value_name = "NAME")]
    pub name: String,
    /// File, folder or glob that the session is about (optional); read again for each question
    #[arg(short, long, value_name = "[NAME=]PATH", num_args = 1.., help_heading = "Context")]
    pub context: Vec<String>,
    #[command(flatten)]
    pub limits: SessionLimitArguments,
    /// Keep the variables that programs set for later questions, not only the dict `memory`
    #[arg(long)]
    pub persistent: bool,
}

/// The limits of a session.
#[derive(Debug, Args)]
pub struct SessionLimitArguments {
    /// Maximum cost in dollars of all questions together, such as 0.50
    #[arg(long, value_name = "USD", help_heading = "Limits")]
    pub max_cost: Option<Money>,
    /// Maximum number of input and output tokens of all questions together
    #[arg(long, value_name = "N", help_heading = "Limits")]
    pub max_tokens: Option<u64>,
    /// Maximum number of input tokens of all questions together
    #[arg(long, value_name = "N", help_heading = "Limits")]
    pub max_input_tokens: Option<u64>,
    /// Maximum number of output tokens of all questions together
    #[arg(long, value_name = "N", help_heading = "Limits")]
    pub max_output_tokens: Option<u64>,
    /// Maximum number of characters of earlier questions and answers that a question is given [default: 8000]
    #[arg(long, alias = "history-max-chars", value_name = "N", help_heading = "Limits")]
    pub history_chars: Option<u32>,
}

#[derive(Debug, Args)]
#[command(after_help = "What the session has spent counts against the new limits.\n\n\
    Examples:\n  \
    rlm session set minutes --max-cost 5\n  \
    rlm session set minutes --history-chars 20000")]
#[command(group(clap::ArgGroup::new("limit").args(["max_cost", "max_tokens", "max_input_tokens", "max_output_tokens", "history_chars"]).required(true).multiple(true)))]
pub struct SessionSetArguments {
    /// Name of the session
    #[arg(value_name = "NAME")]
    pub name: String,
    #[command(flatten)]
    pub limits: SessionLimitArguments,
}

#[derive(Debug, Args)]
#[command(override_usage = "rlm session run <NAME> <QUESTION> [OPTIONS]")]
#[command(
    after_help = "--max-cost and --max-tokens apply to this question, within what is left of the session's budget.\n\
    The dict `memory` keeps what programs store in it for later questions; all variables do in a session made with --persistent.\n\
    Exit codes: as for `rlm run`; 5 with SessionBudgetExceeded if the session's budget is used up.\n\n\
    Examples:\n  \
    rlm session run minutes \"Who put the second one off?\"\n  \
    rlm session run minutes --question-file question.txt --json"
)]
pub struct SessionRunArguments {
    /// Name of the session
    #[arg(value_name = "NAME")]
    pub name: String,
    /// The question
    #[arg(value_name = "QUESTION")]
    pub question: Option<String>,
    /// Read the question from a file, or `-` for standard input
    #[arg(long, alias = "prompt-file", value_name = "FILE", conflicts_with = "question")]
    pub question_file: Option<PathBuf>,
    #[command(flatten)]
    pub shown: SharedContextArguments,
    #[command(flatten)]
    pub runner: RunnerArguments,
    /// Write the answer to this file instead of standard output
    #[arg(short, long, alias = "output-file", value_name = "FILE", help_heading = "Output")]
    pub output: Option<PathBuf>,
    /// Print one JSON object, as `rlm run --json` does
    #[arg(short, long, help_heading = "Output")]
    pub json: bool,
    #[command(flatten)]
    pub progress: ProgressArguments,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  rlm session show minutes\n  rlm session show minutes --json")]
pub struct SessionShowArguments {
    /// Name of the session
    #[arg(value_name = "NAME")]
    pub name: String,
    /// Print one JSON object: {"session", "context", "max_cost", "max_tokens", "max_input_tokens", "max_output_tokens", "spent", "exchanges", "memory", "variables", "runs"}
    #[arg(short, long)]
    pub json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  rlm session list")]
pub struct SessionListArguments {
    /// Print one JSON object: {"sessions": [{"session", "context", "runs", …}]}
    #[arg(short, long)]
    pub json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  rlm session rm minutes")]
pub struct SessionRemoveArguments {
    /// Names of the sessions
    #[arg(value_name = "NAME", required = true)]
    pub names: Vec<String>,
}

#[derive(Debug, Args)]
#[command(override_usage = "rlm chat <NAME> [OPTIONS]\n       rlm chat [--context <[NAME=]PATH>...] [OPTIONS]")]
#[command(
    after_help = "Each line of standard input is a question; answers go to standard output. The chat ends with the input.\n\
    Exit codes: 0, 5 if the session's budget is used up, 130 cancelled.\n\n\
    Examples:\n  \
    rlm chat --context minutes/\n  \
    echo \"Which decisions were put off?\" | rlm chat minutes --context minutes/"
)]
pub struct ChatArguments {
    /// Session to continue, or to create with --context; without a name, the session is not saved
    #[arg(value_name = "NAME")]
    pub name: Option<String>,
    /// File, folder or glob that a new session is about (optional)
    #[arg(short, long, value_name = "[NAME=]PATH", num_args = 1.., help_heading = "Context")]
    pub context: Vec<String>,
    /// Keep the variables that programs set for later questions, not only the dict `memory`; for a new session
    #[arg(long)]
    pub persistent: bool,
    #[command(flatten)]
    pub shown: SharedContextArguments,
    #[command(flatten)]
    pub runner: RunnerArguments,
    #[command(flatten)]
    pub progress: ProgressArguments,
}
