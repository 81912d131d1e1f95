//! Command-line arguments about models: which ones answer, their prices, and how they are called.

use clap::Args;
use rlm_core::BASELINE_THRESHOLD;
use rlm_model::NamePattern;
use rlm_policy::{Limits, PriceStatement};

use super::limits::WaitArguments;
use super::values::{AtMaxDepth, DepthModel, OnOff, Profile, Route, RunAhead, TokenizerChoice};

/// The models and their prices.
#[derive(Debug, Args)]
pub struct ModelArguments {
    /// Model that writes the programs
    #[arg(short, long, value_name = "MODEL", help_heading = "Models")]
    pub model: Option<String>,
    /// Model that answers the programs' questions [default: same as --model]
    #[arg(long, value_name = "MODEL", help_heading = "Models")]
    pub sub_model: Option<String>,
    /// Let programs call models whose name matches, with llm_query(…, model=NAME); * and ? are wildcards (repeatable)
    #[arg(
        long,
        value_name = "PATTERN",
        help_heading = "Models",
        long_help = "Let programs call any model whose model string matches, such as `openai:gpt-5*`, with llm_query(…, model=NAME). \
                     * matches any characters, ? a single one. Models that rlm.toml describes can always be called by name. A model of \
                     a file, a folder or a URL must be given in full. Each model has its own price and counts toward the budget. \
                     Repeatable"
    )]
    pub allow_model: Vec<NamePattern>,
    #[command(flatten)]
    pub prices: PriceArguments,
}

/// The prices of models.
#[derive(Debug, Args)]
pub struct PriceArguments {
    /// Price of a model in dollars per million tokens: ADAPTER:MODEL=INPUT,CACHED_INPUT,OUTPUT
    #[arg(long, value_name = "PRICE", help_heading = "Models")]
    pub price: Vec<PriceStatement>,
}

/// How models are called.
#[derive(Debug, Args)]
pub struct CallArguments {
    /// Environment variable that holds the API key; keys are never given as arguments
    #[arg(long, value_name = "NAME", help_heading = "Models")]
    pub api_key_env: Option<String>,
    /// Maximum number of concurrent calls
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u32).range(1..=1_000),
        default_value_t = Limits::default().concurrency,
        help_heading = "Limits"
    )]
    pub concurrency: u32,
    #[command(flatten)]
    pub waiting: WaitArguments,
    /// Calls to issue before the program reaches them
    #[arg(long, value_enum, value_name = "WHICH", default_value_t = RunAhead::Certain, help_heading = "Limits")]
    pub run_ahead: RunAhead,
    /// Send equal sub-calls of a run as one request, instead of as separate samples
    #[arg(long, help_heading = "Limits")]
    pub dedupe: bool,
    /// Tokenizer of programs: the sub-model's own if known, an estimate of 4 bytes per token, or a named one
    #[arg(
        long,
        value_enum,
        value_name = "WHICH",
        default_value_t,
        hide_possible_values = true,
        help_heading = "Models",
        long_help = "Tokenizer of programs for count_tokens and chunks(unit=\"token\"): `auto` is the sub-model's own if known (OpenAI's \
                     models), else `estimate`, a quarter of the bytes; `o200k_base` and `cl100k_base` select a tokenizer by name"
    )]
    pub tokenizer: TokenizerChoice,
}

/// How runs start child runs, if `--max-depth` allows them.
#[derive(Debug, Args)]
pub struct RecursionArguments {
    /// Model that writes the programs of child runs [default: same as --sub-model]
    #[arg(long, value_name = "MODEL", help_heading = "Models")]
    pub recursive_model: Option<String>,
    /// Model for the child runs of one depth, such as 2=openai:NAME (repeatable)
    #[arg(long, value_name = "DEPTH=MODEL", help_heading = "Models")]
    pub depth_model: Vec<DepthModel>,
    /// Whether plain sub-calls start child runs too [default: on with --max-depth 2 or more]
    #[arg(
        long,
        value_enum,
        value_name = "on|off",
        hide_possible_values = true,
        help_heading = "Limits"
    )]
    pub recursive_subcalls: Option<OnOff>,
    /// What to do about an rlm_query in a run at the maximum depth
    #[arg(long, value_enum, value_name = "WHAT", default_value_t, help_heading = "Limits")]
    pub at_max_depth: AtMaxDepth,
}

/// The route of a question and the profile of its run.
#[derive(Debug, Args)]
pub struct RoutingArguments {
    /// How to answer questions
    #[arg(
        long,
        value_enum,
        value_name = "HOW",
        default_value_t,
        help_heading = "Route",
        hide_possible_values = true,
        long_help = "How to answer questions: `rlm`, with programs that inspect the context; `direct`, with one call that contains the \
                     whole context, and an error before anything is spent if it exceeds the model's window; `auto`, directly if the \
                     context is short and fits, else with programs, which also take over if the direct answer misses a requirement"
    )]
    pub route: Route,
    /// Context size in characters from which `--route auto` uses programs
    #[arg(long, value_name = "CHARS", default_value_t = BASELINE_THRESHOLD, help_heading = "Route")]
    pub baseline_threshold: u64,
    /// How programs approach the question
    #[arg(
        long,
        value_enum,
        value_name = "NAME",
        help_heading = "Route",
        hide_possible_values = true,
        long_help = "How programs approach the question: `deterministic_first` searches and counts in code, with at most 10 sub-calls; \
                     `semantic_batches` calls sub-models in batches, at least once; `hybrid` starts with code, and rejects the answer \
                     that nothing was found until a sub-model was called; `verify` accepts an answer once a second approach has given \
                     the same. All of them reject answers until a program has run [default: none of these]"
    )]
    pub profile: Option<Profile>,
}
