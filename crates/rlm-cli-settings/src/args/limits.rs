//! Command-line arguments about limits: budgets, waiting times, sizes and history.

use clap::Args;
use rlm_model::Money;
use rlm_prompt::Compaction;

use super::values::{OnOff, PresetName, depth};

/// Arguments that limit the cost and tokens of a run.
#[derive(Debug, Clone, Copy, Args)]
pub struct BudgetArguments {
    /// Dollars, such as 0.50; models without a known price are then not called
    #[arg(long, value_name = "USD", help_heading = "Limits")]
    pub max_cost: Option<Money>,
    /// Input and output tokens together
    #[arg(long, value_name = "N", help_heading = "Limits")]
    pub max_tokens: Option<u64>,
    /// Tokens of sub-calls and child runs, input and output together
    #[arg(long, value_name = "N", help_heading = "Limits")]
    pub max_subcall_tokens: Option<u64>,
    /// Output tokens, which is what `tokens=` limits in the Python runtimes
    #[arg(long, value_name = "N", help_heading = "Limits")]
    pub max_output_tokens: Option<u64>,
    /// Tokens that a reply must have room for: where the budget has less than --max-output left, replies are kept shorter, and
    /// calls with less room than this are not made
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u64).range(1..),
        default_value_t = 256,
        help_heading = "Limits"
    )]
    pub min_output: u64,
}

/// Arguments about waiting for the servers of models: outages, attempts and timeouts.
#[derive(Debug, Clone, Copy, Args)]
pub struct WaitArguments {
    /// Seconds that calls wait for a server that can't be reached, fails or refuses, before they fail; 0 not to wait
    #[arg(long, value_name = "N", default_value_t = 60, help_heading = "Limits")]
    pub max_wait: u64,
    /// Attempts of one call, the first included, beside those that --max-wait is for
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u32).range(1..),
        default_value_t = 5,
        help_heading = "Limits"
    )]
    pub max_attempts: u32,
    /// Seconds that one attempt of a call may take; without it, what [models.NAME] says
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..), help_heading = "Limits")]
    pub call_timeout: Option<u64>,
    /// Do not send a call a second time when it takes far longer than most
    #[arg(long, help_heading = "Limits")]
    pub no_hedge: bool,
}

/// Arguments that limit the size of a run: steps, sub-calls, depth and reply lengths.
#[derive(Debug, Args)]
pub struct SizeArguments {
    /// Limits by name, each of which can be set beside it
    #[arg(long, value_enum, value_name = "NAME", help_heading = "Limits")]
    pub preset: Option<PresetName>,
    /// Turns of the root model [default: 40; 20 with --preset rlm_repl]
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u32).range(1..=10_000),
        help_heading = "Limits"
    )]
    pub max_steps: Option<u32>,
    /// Turns of a child run [default: 10]
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u32).range(1..=10_000),
        help_heading = "Limits"
    )]
    pub max_child_steps: Option<u32>,
    /// Sub-calls [default: 200]
    #[arg(long, value_name = "N", help_heading = "Limits")]
    pub max_subcalls: Option<u32>,
    /// Levels of sub-calls: 0 for none, 1 for plain ones, 2 for child runs that make plain ones, and so on [default: 1; 10 with
    /// --preset engine; variable MAX_RECURSION_DEPTH]
    #[arg(long, value_name = "N", value_parser = depth, help_heading = "Limits")]
    pub max_depth: Option<u32>,
    /// Tokens of one reply of the root model [default: 4096]
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u64).range(1..),
        help_heading = "Limits"
    )]
    pub max_output: Option<u64>,
    /// Tokens of one reply to a sub-call [default: 1024]
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u64).range(1..),
        help_heading = "Limits"
    )]
    pub sub_max_output: Option<u64>,
}

/// Arguments about how much of its earlier turns the root model is sent.
#[derive(Debug, Args)]
pub struct HistoryArguments {
    /// Whether the root model is sent all of its earlier turns, or the last one alone
    #[arg(
        long,
        value_enum,
        value_name = "on|off",
        default_value_t = OnOff::On,
        hide_possible_values = true,
        help_heading = "History"
    )]
    pub conversation_history: OnOff,
    /// Let the root model sum up its earlier turns when its messages have become long
    #[arg(long, help_heading = "History")]
    pub compaction: bool,
    /// At which share of the model's window that is
    #[arg(
        long,
        value_name = "SHARE",
        default_value_t = Compaction::default().threshold_pct,
        requires = "compaction",
        help_heading = "History"
    )]
    pub compaction_threshold_pct: f64,
    /// At how many tokens of messages that is, as estimated, whatever the window
    #[arg(long, value_name = "N", requires = "compaction", help_heading = "History")]
    pub compaction_threshold_tokens: Option<u64>,
    /// The model whose window is meant, where it is not the root model: NAME or ADAPTER:NAME of the price table
    #[arg(long, value_name = "NAME", requires = "compaction", help_heading = "History")]
    pub compaction_model_name: Option<String>,
    /// The tokens of the window, where they are not known
    #[arg(long, value_name = "N", requires = "compaction", help_heading = "History")]
    pub compaction_model_context_limit: Option<u64>,
    /// Deprecated: leave out the oldest turns beyond so many tokens of messages. What they showed is lost, which compaction keeps
    #[arg(long, value_name = "N", help_heading = "History")]
    pub max_history_tokens: Option<u64>,
}
