//! The arguments of `rlm batch`.

use std::path::PathBuf;

use clap::Args;
use rlm_cli_output::progress::ProgressKind;

use super::context::ContextArguments;
use super::runner::RunnerArguments;

#[derive(Debug, Args)]
#[command(
    override_usage = "rlm batch <QUESTIONS> [PATH]... -o <ANSWERS> [OPTIONS]\n       rlm batch <QUESTIONS> --context <[NAME=]PATH>...|--context-json <FILE> -o <ANSWERS> [OPTIONS]"
)]
#[command(
    after_help = "A line of QUESTIONS is {\"id\": …, \"question\": \"…\"}, or only the question, as a JSON string or as is. Without an id, the line number \
    is the id. Each line of ANSWERS is the object of `rlm run --json` plus `id` and `question`. Answers are appended as they complete. If \
    ANSWERS exists, only questions without an answer are asked; of several lines with the same id, the last one counts.\n\
    --max-cost and --max-tokens apply to all questions together, including those answered before; all other limits apply per question.\n\
    Exit codes: 0 all complete, 2 usage, 3 some questions have no complete answer, 130 cancelled.\n\n\
    Examples:\n  \
    rlm batch questions.jsonl docs/ -o answers.jsonl --model openai:gpt-5.1 --max-cost 5"
)]
pub struct BatchArguments {
    /// File of questions, one per line, or `-` for standard input
    #[arg(value_name = "QUESTIONS")]
    pub questions: PathBuf,
    /// Files, folders or globs to ask about, same as --context
    #[arg(value_name = "PATH", conflicts_with_all = ["context_json", "data"])]
    pub paths: Vec<String>,
    #[command(flatten)]
    pub context: ContextArguments,
    #[command(flatten)]
    pub runner: RunnerArguments,
    /// Number of questions to answer concurrently; their calls share --concurrency
    #[arg(
        long,
        value_name = "N",
        default_value_t = 4,
        value_parser = clap::value_parser!(u16).range(1..=1_000),
        help_heading = "Limits"
    )]
    pub parallel: u16,
    /// Write no journals
    #[arg(long, help_heading = "Records")]
    pub no_journal: bool,
    /// Append the answers to this file
    #[arg(short, long, value_name = "ANSWERS", help_heading = "Output")]
    pub output: PathBuf,
    /// Print one JSON object at the end: {"questions", "complete", "incomplete", "answered_before", "usage", "cost"}
    #[arg(short, long, help_heading = "Output")]
    pub json: bool,
    /// Show each step on standard error as it happens, prefixed with the question's id
    #[arg(long, help_heading = "Output")]
    pub show_steps: bool,
    /// Progress display on standard error: one line per answer, or none
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
