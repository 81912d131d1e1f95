//! Command-line arguments about limits: budgets, waiting times, sizes and history.

use clap::Args;
use rlm_model::{Money, Tokens};
use rlm_policy::{BudgetSlice, Limits};
use rlm_prompt::Compaction;

use super::values::{OnOff, PresetName, depth};

/// Arguments for the limits of a run's cost and tokens.
#[derive(Debug, Clone, Copy, Args)]
pub struct BudgetArguments {
    /// Maximum cost in dollars, such as 0.50; models without a known price are then not called
    #[arg(long, value_name = "USD", help_heading = "Limits")]
    pub max_cost: Option<Money>,
    /// Maximum number of input and output tokens together
    #[arg(long, value_name = "N", help_heading = "Limits")]
    pub max_tokens: Option<u64>,
    /// Maximum number of input and output tokens of sub-calls and child runs
    #[arg(long, value_name = "N", help_heading = "Limits")]
    pub max_subcall_tokens: Option<u64>,
    /// Maximum number of input tokens
    #[arg(long, value_name = "N", help_heading = "Limits")]
    pub max_input_tokens: Option<u64>,
    /// Maximum number of output tokens (`tokens=` in the Python runtimes)
    #[arg(long, value_name = "N", help_heading = "Limits")]
    pub max_output_tokens: Option<u64>,
    /// Minimum budget in tokens for a reply. If the budget has less than --max-output left, replies get shorter; calls with
    /// less than this minimum are not made [default: 256, but at most a quarter of --max-output-tokens]
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u64).range(1..),
        help_heading = "Limits"
    )]
    pub min_output: Option<u64>,
}

impl BudgetArguments {
    /// Returns the minimum budget for a reply. A small budget of output tokens is enough for several.
    pub fn min_output(&self) -> Tokens {
        let usual = Limits::default().min_output;
        let share = self.max_output_tokens.map(|most| Tokens((most / 4).max(1)));
        let default = share.map_or(usual, |share| usual.min(share));
        self.min_output.map_or(default, Tokens)
    }

    /// Returns the budget that several runs share.
    pub fn shared(&self) -> BudgetSlice {
        BudgetSlice {
            cost: self.max_cost,
            tokens: self.max_tokens.map(Tokens),
            input_tokens: self.max_input_tokens.map(Tokens),
            output_tokens: self.max_output_tokens.map(Tokens),
        }
    }
}

/// Waiting, timeouts and attempts of calls.
#[derive(Debug, Clone, Copy, Args)]
pub struct WaitArguments {
    /// Maximum time in seconds that calls wait for a server that is unreachable, fails or rejects them; 0 to fail at once
    #[arg(long, value_name = "N", default_value_t = 60, help_heading = "Limits")]
    pub max_wait: u64,
    /// Maximum attempts of one call, including the first and not counting those during --max-wait
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u32).range(1..),
        default_value_t = 5,
        help_heading = "Limits"
    )]
    pub max_attempts: u32,
    /// Timeout of one attempt of a call in seconds, in addition to those of [models.NAME]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..), help_heading = "Limits")]
    pub call_timeout: Option<u64>,
    /// Don't send a second request if a call takes far longer than most
    #[arg(long, help_heading = "Limits")]
    pub no_hedge: bool,
}

/// The limits of a run's turns, sub-calls and replies.
#[derive(Debug, Args)]
pub struct SizeArguments {
    /// Named set of limits; flags override its values, as do the variables MAX_CONTEXT_SIZE and DEFAULT_CHUNK_SIZE (in characters)
    #[arg(long, value_enum, value_name = "NAME", help_heading = "Limits")]
    pub preset: Option<PresetName>,
    /// Maximum number of turns of the root model [default: 40; 20 with --preset rlm_repl, 8 with enzu]
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u32).range(1..=10_000),
        help_heading = "Limits"
    )]
    pub max_steps: Option<u32>,
    /// Maximum number of turns of a child run [default: 10; 3 with --preset enzu]
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u32).range(1..=10_000),
        help_heading = "Limits"
    )]
    pub max_child_steps: Option<u32>,
    /// Maximum number of sub-calls [default: 200]
    #[arg(long, value_name = "N", help_heading = "Limits")]
    pub max_subcalls: Option<u32>,
    /// Maximum depth of sub-calls: 0 for none, 1 for plain ones, 2 for child runs that make plain ones, and so on [default: 1;
    /// 10 with --preset engine; variable MAX_RECURSION_DEPTH]
    #[arg(long, value_name = "N", value_parser = depth, help_heading = "Limits")]
    pub max_depth: Option<u32>,
    /// Maximum tokens in a reply of the root model [default: 4096]
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u64).range(1..),
        help_heading = "Limits"
    )]
    pub max_output: Option<u64>,
    /// Maximum tokens in a reply to a sub-call [default: 1024]
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u64).range(1..),
        help_heading = "Limits"
    )]
    pub sub_max_output: Option<u64>,
}

/// Which earlier turns the root model receives.
#[derive(Debug, Args)]
pub struct HistoryArguments {
    /// Whether to send the root model all of its earlier turns, or only the last one
    #[arg(
        long,
        value_enum,
        value_name = "on|off",
        default_value_t = OnOff::On,
        hide_possible_values = true,
        help_heading = "History"
    )]
    pub conversation_history: OnOff,
    /// Let the root model summarize its earlier turns when its messages become long
    #[arg(long, help_heading = "History")]
    pub compaction: bool,
    /// Share of the model's context window at which turns are summarized
    #[arg(
        long,
        value_name = "SHARE",
        default_value_t = Compaction::default().threshold_pct,
        requires = "compaction",
        help_heading = "History"
    )]
    pub compaction_threshold_pct: f64,
    /// Estimated tokens of messages at which turns are summarized, whatever the context window
    #[arg(long, value_name = "N", requires = "compaction", help_heading = "History")]
    pub compaction_threshold_tokens: Option<u64>,
    /// Model whose context window applies instead of the root model's: NAME or ADAPTER:NAME of the price table
    #[arg(long, value_name = "NAME", requires = "compaction", help_heading = "History")]
    pub compaction_model_name: Option<String>,
    /// Size of the context window in tokens, if it is not known
    #[arg(long, value_name = "N", requires = "compaction", help_heading = "History")]
    pub compaction_model_context_limit: Option<u64>,
    /// Deprecated, use --compaction, which keeps a summary: omit the oldest turns beyond this number of tokens of messages
    #[arg(long, value_name = "N", help_heading = "History")]
    pub max_history_tokens: Option<u64>,
}
