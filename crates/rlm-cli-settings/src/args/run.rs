//! The command-line arguments of `rlm run` and `rlm estimate`.

use std::path::PathBuf;

use clap::Args;

use super::context::{QuestionArguments, SearchArguments};
use super::limits::SizeArguments;
use super::models::ModelArguments;
use super::progress::ViewArguments;
use super::prompts::PromptArguments;
use super::records::JournalArguments;
use super::runner::RunnerArguments;

#[derive(Debug, Args)]
#[command(
    override_usage = "rlm run <QUESTION> [PATH]... [OPTIONS]\n       rlm run <QUESTION> --context <[NAME=]PATH>...|--context-json <FILE>|--data <TEXT> [OPTIONS]\n       rlm run --task <FILE> [OPTIONS]"
)]
#[command(
    after_help = "Standard output contains only the answer. Citations, quotes that are not in the context, coverage, progress and a last line with \
    steps, calls, tokens, cost, time and the run's id go to standard error.\n\
    Exit codes: 0 complete, 2 usage, 3 partial, 4 provider failure, 5 limit without a result, 6 unable, \
    7 no answer met the requirements, 8 tool failure, 130 cancelled.\n\n\
    Examples:\n  \
    rlm run \"Where is the retry limit set?\" src/ docs/ --model search\n  \
    rlm run \"What changed between the drafts?\" --context old=a.md --context new=b.md\n  \
    git log | rlm run \"Which commits touch the parser?\"\n  \
    rlm run \"What is the sum of the primes below a million?\" --model openai:gpt-5.1\n  \
    rlm run \"Which orders are late?\" --tool orders='python3 orders.py' --model openai:gpt-5.1"
)]
pub struct RunArguments {
    #[command(flatten)]
    pub asked: QuestionArguments,
    /// TOML or JSON file with the question, its context, models, budget and criteria, or `-` for JSON on standard input; flags
    /// override the file. Task files of enzu are read too
    #[arg(long, value_name = "FILE")]
    pub task: Option<PathBuf>,
    /// The metadata of the task file.
    #[arg(skip)]
    pub metadata: serde_json::Map<String, serde_json::Value>,
    #[command(flatten)]
    pub runner: RunnerArguments,
    /// Keep a session in this file: the question follows up on earlier ones, and --max-cost and --max-tokens apply to all of
    /// them. If it is named NAME_state.json or NAME_session.json, the question is read from NAME_input.txt and the answer is
    /// written to NAME_output.txt
    #[arg(long, value_name = "FILE.json", help_heading = "Records")]
    pub state: Option<PathBuf>,
    #[command(flatten)]
    pub journal: JournalArguments,

    /// Write the answer to this file instead of standard output
    #[arg(
        short,
        long,
        visible_alias = "output-file",
        value_name = "FILE",
        help_heading = "Output"
    )]
    pub output: Option<PathBuf>,
    /// Print one JSON object: outcome, answer, citations, quotes, coverage, steps, calls, usage, cost, run, journal
    #[arg(short, long, help_heading = "Output")]
    pub json: bool,
    #[command(flatten)]
    pub progress: ViewArguments,
}

#[derive(Debug, Args)]
#[command(
    override_usage = "rlm estimate <QUESTION> <PATH>... [OPTIONS]\n       rlm estimate <QUESTION> --context <[NAME=]PATH>...|--context-json <FILE> [OPTIONS]"
)]
#[command(
    after_help = "Nothing is sent and no key is needed. Prompts are rendered and their tokens counted. The number of turns and the amount of text \
    that a model reads come from recorded runs, nearly all of which took between half and twice the estimate. No tokens are \
    assumed to be cached.\n\n\
    Examples:\n  \
    rlm estimate \"What changed between the drafts?\" --context drafts/ --model openai:gpt-5.1"
)]
pub struct EstimateArguments {
    #[command(flatten)]
    pub asked: QuestionArguments,
    #[command(flatten)]
    pub search: SearchArguments,
    #[command(flatten)]
    pub models: ModelArguments,
    #[command(flatten)]
    pub prompts: PromptArguments,
    #[command(flatten)]
    pub sizes: SizeArguments,
    /// Print one JSON object
    #[arg(short, long, help_heading = "Output")]
    pub json: bool,
}
