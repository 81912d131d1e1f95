//! The command-line arguments of `rlm run` and `rlm estimate`.

use std::path::PathBuf;

use clap::{Arg, Args};

use super::context::{QuestionArguments, SearchArguments};
use super::limits::SizeArguments;
use super::models::ModelArguments;
use super::progress::ViewArguments;
use super::prompts::PromptArguments;
use super::records::JournalArguments;
use super::runner::RunnerArguments;

#[derive(Debug, Args)]
#[command(
    override_usage = "rlm run <QUESTION> --context <[NAME=]PATH>...|--context-json <FILE>|--data <TEXT> [OPTIONS]\n       rlm run --task <FILE> [OPTIONS]"
)]
#[command(mut_arg("context", without_context))]
#[command(
    after_help = "Standard output holds the answer alone; citations, quotes that do not stand in the context, how much of it was looked at, \
    progress and a last line with steps, calls, tokens, cost, time and the run's id go to standard error.\n\
    Exit codes: 0 complete, 2 usage, 3 partial, 4 provider failure, 5 limit with nothing to show, 6 unable, \
    7 no answer met what was asked of it, 8 tool failure, 130 cancelled.\n\n\
    Examples:\n  \
    rlm run \"Where is the retry limit set?\" --context src/ docs/ --model extractive\n  \
    rlm run \"What changed between the drafts?\" --context old=a.md --context new=b.md\n  \
    git log | rlm run \"Which commits touch the parser?\" --context -\n  \
    rlm run \"Which orders are late?\" --tool orders='python3 orders.py' --model openai:gpt-5.1"
)]
pub struct RunArguments {
    #[command(flatten)]
    pub asked: QuestionArguments,
    /// A TOML or JSON file with the question, its context, models, budget and criteria; what is said beside it comes first
    #[arg(long, value_name = "FILE")]
    pub task: Option<PathBuf>,
    /// The metadata in the task file, which the journal records.
    #[arg(skip)]
    pub metadata: serde_json::Map<String, serde_json::Value>,
    #[command(flatten)]
    pub runner: RunnerArguments,
    /// Keep a session in this file: the question goes on from those before, and --max-cost and --max-tokens are for all of them.
    /// Called NAME_state.json or NAME_session.json, NAME_input.txt is the question and NAME_output.txt gets the answer
    #[arg(long, value_name = "FILE.json", help_heading = "Records")]
    pub state: Option<PathBuf>,
    #[command(flatten)]
    pub journal: JournalArguments,

    /// Write the answer to this file in the place of standard output
    #[arg(
        short,
        long,
        visible_alias = "output-file",
        value_name = "FILE",
        help_heading = "Output"
    )]
    pub output: Option<PathBuf>,
    /// Print one JSON object: outcome, answer, citations, quotes, coverage, steps, calls, usage, cost, run, journal
    #[arg(long, help_heading = "Output")]
    pub json: bool,
    #[command(flatten)]
    pub progress: ViewArguments,
}

/// Makes the argument `--context` optional with a task file, a state file or a tool. A task file
/// may contain the context; sessions and tools need none.
fn without_context(context: Arg) -> Arg {
    context.required_unless_present_any(["task", "state", "tool", "mcp", "web_search"])
}

#[derive(Debug, Args)]
#[command(override_usage = "rlm estimate <QUESTION> --context <[NAME=]PATH>...|--context-json <FILE> [OPTIONS]")]
#[command(
    after_help = "Nothing is sent and no key is needed. Prompts are rendered and counted; how many turns a model takes and what it looks at is \
    taken from recorded runs, nearly all of which took between half and twice of it. No token is taken for cached.\n\n\
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
    #[arg(long, help_heading = "Output")]
    pub json: bool,
}
