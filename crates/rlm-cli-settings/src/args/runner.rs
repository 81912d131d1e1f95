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

/// The arguments of a runner.
#[derive(Debug, Args)]
pub struct RunnerArguments {
    #[command(flatten)]
    pub models: ModelArguments,
    /// Fallback used when a model fails permanently (repeatable)
    #[arg(long, value_name = "MODEL", help_heading = "Models")]
    pub fallback_model: Vec<String>,
    /// Sampling temperature, from 0 to 2
    #[arg(long, value_name = "T", value_parser = temperature, help_heading = "Models")]
    pub temperature: Option<f64>,
    /// Sampling seed, for providers that accept one
    #[arg(long, value_name = "N", help_heading = "Models")]
    pub seed: Option<u64>,
    /// Reasoning effort of the models
    #[arg(long, value_enum, value_name = "EFFORT", help_heading = "Models")]
    pub reasoning_effort: Option<Effort>,
    /// Stop sequence for the models (repeatable)
    #[arg(long, value_name = "TEXT", help_heading = "Models")]
    pub stop: Vec<String>,
    /// Constrain decoding of programs to their grammar
    #[arg(
        long,
        value_enum,
        value_name = "WHEN",
        default_value_t,
        help_heading = "Models",
        long_help = "Constrain decoding of programs to their grammar, so that every program parses: `auto`, if that costs little in \
                     tokens and time, which holds for no provider yet; `always`, with an error if the server is not known to \
                     accept a grammar (vLLM, SGLang, llama.cpp, OpenAI's newer models through a tool, and Ollama for the outer JSON \
                     object do); `never`"
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
    /// Maximum time in seconds, or `none` [default: 300; none for mailbox:, where a person may answer; variable
    /// EXECUTION_TIMEOUT]
    #[arg(long, value_name = "N|none", value_parser = seconds, help_heading = "Limits")]
    pub max_seconds: Option<Seconds>,
    /// Maximum number of retries in the whole run
    #[arg(long, value_name = "N", default_value_t = Limits::default().retries, help_heading = "Limits")]
    pub max_retries: u32,
    /// What to do when a limit is reached
    #[arg(long, value_enum, value_name = "HOW", default_value_t, help_heading = "Limits")]
    pub on_limit: AtLimit,
    /// Seconds beyond --max-seconds for a best-effort answer from the findings so far; 0 for none
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u64).range(..=3_600),
        default_value_t = BestEffort::default().grace_seconds,
        help_heading = "Limits"
    )]
    pub grace_seconds: u64,
    /// Maximum percentage of --max-tokens and --max-cost to reserve for a best-effort answer from the findings so far; if a short
    /// answer needs more, up to half is reserved
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
