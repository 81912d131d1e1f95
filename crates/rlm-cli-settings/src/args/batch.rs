//! The arguments of `rlm batch`.

use std::path::PathBuf;

use clap::Args;
use rlm_cli_output::progress::ProgressKind;

use super::context::{ContextArguments, needed};
use super::runner::RunnerArguments;

#[derive(Debug, Args)]
#[command(
    override_usage = "rlm batch <QUESTIONS> --context <[NAME=]PATH>...|--context-json <FILE> -o <ANSWERS> [OPTIONS]"
)]
#[command(
    after_help = "A line of QUESTIONS is {\"id\": …, \"question\": \"…\"}, or the question alone as a JSON string; without an id, the line's number is one. \
    Each line of ANSWERS is the object of `rlm run --json` with `id` and `question`. Answers are added as they end: where there are some \
    already, only questions without an answer are asked, and the last line of an id counts.\n\
    --max-cost and --max-tokens are for all questions together, with those that were answered before; all other limits are for each of them.\n\
    Exit codes: 0 all complete, 2 usage, 3 some questions have no complete answer, 130 cancelled.\n\n\
    Examples:\n  \
    rlm batch questions.jsonl --context docs/ -o answers.jsonl --model openai:gpt-5.1 --max-cost 5"
)]
#[command(mut_arg("context", needed))]
pub struct BatchArguments {
    /// The questions, one JSON value a line, or `-` for standard input
    #[arg(value_name = "QUESTIONS")]
    pub questions: PathBuf,
    #[command(flatten)]
    pub context: ContextArguments,
    #[command(flatten)]
    pub runner: RunnerArguments,
    /// Questions that are being answered at once; their calls share --concurrency
    #[arg(
        long,
        value_name = "N",
        default_value_t = 4,
        value_parser = clap::value_parser!(u16).range(1..=1_000),
        help_heading = "Limits"
    )]
    pub parallel: u16,
    /// Keep no journals
    #[arg(long, help_heading = "Records")]
    pub no_journal: bool,
    /// Add the answers to this file
    #[arg(short, long, value_name = "ANSWERS", help_heading = "Output")]
    pub output: PathBuf,
    /// Print one JSON object at the end: {"questions", "complete", "incomplete", "answered_before", "usage", "cost"}
    #[arg(long, help_heading = "Output")]
    pub json: bool,
    /// Show on standard error what happens as it happens, each line with its question's id before it
    #[arg(long, help_heading = "Output")]
    pub show_steps: bool,
    /// How progress is shown on standard error: a line for each answer, or none
    #[arg(
        long,
        value_enum,
        value_name = "HOW",
        default_value_t,
        hide_possible_values = true,
        help_heading = "Output"
    )]
    pub progress: ProgressKind,
}
