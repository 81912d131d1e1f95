//! Command-line arguments about models: which ones answer, their prices, and how they are called.

use clap::Args;
use rlm_core::BASELINE_THRESHOLD;
use rlm_model::NamePattern;
use rlm_policy::{Limits, PriceStatement};

use super::limits::WaitArguments;
use super::values::{AtMaxDepth, DepthModel, OnOff, Profile, Route, RunAhead, TokenizerChoice};

/// Arguments that select the models of a run and set their prices.
#[derive(Debug, Args)]
pub struct ModelArguments {
    /// The model that writes the programs
    #[arg(long, value_name = "MODEL", help_heading = "Models")]
    pub model: Option<String>,
    /// The model that answers the programs' questions [default: that of --model]
    #[arg(long, value_name = "MODEL", help_heading = "Models")]
    pub sub_model: Option<String>,
    /// Let programs ask any model by llm_query(…, model=NAME) whose name matches, with * and ?; may be given several times
    #[arg(
        long,
        value_name = "PATTERN",
        help_heading = "Models",
        long_help = "Let programs ask any model by llm_query(…, model=NAME) whose model string matches, in which * stands for any characters \
                     and ? for one, such as `openai:gpt-5*`. Models that rlm.toml describes can always be asked by their names. A model of \
                     a file, a folder or a URL has to be given in full. Each has its own price and counts in the budget. May be given \
                     several times"
    )]
    pub allow_model: Vec<NamePattern>,
    #[command(flatten)]
    pub prices: PriceArguments,
}

/// Arguments that set the prices of models.
#[derive(Debug, Args)]
pub struct PriceArguments {
    /// What a model costs in dollars per million tokens: ADAPTER:MODEL=INPUT,CACHED_INPUT,OUTPUT
    #[arg(long, value_name = "PRICE", help_heading = "Models")]
    pub price: Vec<PriceStatement>,
}

/// Arguments about how models are called: keys, concurrency, deduplication and tokenizer.
#[derive(Debug, Args)]
pub struct CallArguments {
    /// Take the API key from this variable. Keys are never given as arguments
    #[arg(long, value_name = "NAME", help_heading = "Models")]
    pub api_key_env: Option<String>,
    /// Calls that are on their way at once
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
    /// Calls that leave before the program comes to them: none, those it is certain to make, or also those it makes unless a
    /// reply makes it raise
    #[arg(long, value_enum, value_name = "WHICH", default_value_t = RunAhead::Certain, help_heading = "Limits")]
    pub run_ahead: RunAhead,
    /// Make equal sub-calls of a run one request, instead of samples of their own
    #[arg(long, help_heading = "Limits")]
    pub dedupe: bool,
    /// What programs count tokens by: the sub-model's own tokenizer where it is known, an estimate of 4 bytes each, or one by name
    #[arg(
        long,
        value_enum,
        value_name = "WHICH",
        default_value_t,
        hide_possible_values = true,
        help_heading = "Models",
        long_help = "What programs count tokens by in count_tokens and chunks(unit=\"token\"): `auto` is the sub-model's own tokenizer \
                     where it is known (OpenAI's names), else `estimate`, a quarter of the bytes; `o200k_base` and `cl100k_base` by name"
    )]
    pub tokenizer: TokenizerChoice,
}

/// Arguments about child runs, which `--max-depth` allows.
#[derive(Debug, Args)]
pub struct RecursionArguments {
    /// The model that writes the programs of child runs [default: that of --sub-model]
    #[arg(long, value_name = "MODEL", help_heading = "Models")]
    pub recursive_model: Option<String>,
    /// The model for the child runs of one depth alone, such as 2=openai:NAME; may be given several times
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
    /// What becomes of an rlm_query of a run that stands as deep as runs may
    #[arg(long, value_enum, value_name = "WHAT", default_value_t, help_heading = "Limits")]
    pub at_max_depth: AtMaxDepth,
}

/// Arguments that choose between programs and a direct call, and the strategy of programs.
#[derive(Debug, Args)]
pub struct RoutingArguments {
    /// How questions are answered
    #[arg(
        long,
        value_enum,
        value_name = "HOW",
        default_value_t,
        help_heading = "Route",
        hide_possible_values = true,
        long_help = "How questions are answered: `rlm`, by programs that look into the context; `direct`, by one call that is given all of \
                     it, an error before anything is spent where it does not fit the model's window; `auto`, directly where the context is \
                     short and fits, else by programs, also where the direct answer is not what was asked for"
    )]
    pub route: Route,
    /// The characters from which on `--route auto` leaves a context to programs
    #[arg(long, value_name = "CHARS", default_value_t = BASELINE_THRESHOLD, help_heading = "Route")]
    pub baseline_threshold: u64,
    /// How programs go about the question
    #[arg(
        long,
        value_enum,
        value_name = "NAME",
        help_heading = "Route",
        hide_possible_values = true,
        long_help = "How programs go about the question: `deterministic_first` searches and counts by code, with 10 sub-calls at the most; \
                     `semantic_batches` asks sub-models in batches, and one at least; `hybrid` begins with code, and takes no answer that \
                     nothing was found before a sub-model was asked; `verify` takes an answer when a second way has led to the same. All of \
                     them take no answer before a program has run [default: none of these]"
    )]
    pub profile: Option<Profile>,
}
