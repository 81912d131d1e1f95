//! The command-line arguments of a runner: models, limits, tools, cache and journal texts. Commands
//! for one question and for many share them.

use clap::Args;
use rlm_core::BestEffort;
use rlm_policy::Limits;

use super::answer::AnswerArguments;
use super::context::SearchArguments;
use super::limits::{BudgetArguments, HistoryArguments, SizeArguments};
use super::models::{CallArguments, ModelArguments, RecursionArguments, RoutingArguments};
use super::prompts::PromptArguments;
use super::records::{CacheArguments, TextsArguments};
use super::tools::ToolArguments;
use super::values::{AtLimit, Constrain, Effort, Seconds, seconds, temperature};

/// Arguments for the runner that answers questions.
#[derive(Debug, Args)]
pub struct RunnerArguments {
    #[command(flatten)]
    pub models: ModelArguments,
    /// A model that is asked in the place of another that fails for good; may be given several times
    #[arg(long, value_name = "MODEL", help_heading = "Models")]
    pub fallback_model: Vec<String>,
    /// The sampling temperature
    #[arg(long, value_name = "T", value_parser = temperature, help_heading = "Models")]
    pub temperature: Option<f64>,
    /// A seed, for providers that take one
    #[arg(long, value_name = "N", help_heading = "Models")]
    pub seed: Option<u64>,
    /// How much a reasoning model should think
    #[arg(long, value_enum, value_name = "EFFORT", help_heading = "Models")]
    pub reasoning_effort: Option<Effort>,
    /// A sequence at which the models stop; may be given several times
    #[arg(long, value_name = "TEXT", help_heading = "Models")]
    pub stop: Vec<String>,
    /// Hold the model that writes the programs to the language while it writes
    #[arg(
        long,
        value_enum,
        value_name = "WHEN",
        default_value_t,
        help_heading = "Models",
        long_help = "Hold the model that writes the programs to the language while it writes, so that every program parses: `auto` where \
                     neither tokens nor time are much more for it, which holds for no provider yet; `always` wherever its server takes a grammar \
                     (vLLM, SGLang, llama.cpp, OpenAI's newer models by a tool, Ollama as far as a JSON object goes), and an error where \
                     nothing is known to hold it; `never`"
    )]
    pub constrain: Constrain,
    #[command(flatten)]
    pub calls: CallArguments,
    #[command(flatten)]
    pub prompts: PromptArguments,

    #[command(flatten)]
    pub sizes: SizeArguments,
    #[command(flatten)]
    pub recursion: RecursionArguments,
    #[command(flatten)]
    pub history: HistoryArguments,
    #[command(flatten)]
    pub budget: BudgetArguments,
    /// Seconds from start to end, or `none` [default: 300; none for mailbox:, where a person may answer; variable
    /// EXECUTION_TIMEOUT]
    #[arg(long, value_name = "N|none", value_parser = seconds, help_heading = "Limits")]
    pub max_seconds: Option<Seconds>,
    /// Attempts that may be made again after a failure, in the whole run
    #[arg(long, value_name = "N", default_value_t = Limits::default().retries, help_heading = "Limits")]
    pub max_retries: u32,
    /// What becomes of the run at a limit
    #[arg(long, value_enum, value_name = "HOW", default_value_t, help_heading = "Limits")]
    pub on_limit: AtLimit,
    /// Seconds beyond --max-seconds in which the best answer from what was found may still be given; 0 for none
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u64).range(..=3_600),
        default_value_t = BestEffort::default().grace_seconds,
        help_heading = "Limits"
    )]
    pub grace_seconds: u64,
    /// Percent of --max-tokens and --max-cost that are kept for the best answer from what was found, where it may take as much
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u8).range(..=50),
        default_value_t = BestEffort::default().reserve_percent,
        help_heading = "Limits"
    )]
    pub reserve_percent: u8,
    #[command(flatten)]
    pub routing: RoutingArguments,
    #[command(flatten)]
    pub finals: AnswerArguments,
    #[command(flatten)]
    pub search: SearchArguments,
    #[command(flatten)]
    pub tools: ToolArguments,
    #[command(flatten)]
    pub cache: CacheArguments,
    #[command(flatten)]
    pub texts: TextsArguments,
}
