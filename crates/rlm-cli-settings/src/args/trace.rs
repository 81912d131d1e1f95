//! The command-line arguments of `rlm trace` and its filters, `rlm call` and `rlm bundle`.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{ArgGroup, Args};
use rlm_model::{CallId, Money, RunPath};
use rlm_trace::Millis;

use super::limits::{BudgetArguments, WaitArguments};
use super::models::PriceArguments;
use super::recordings::RecordedContextArguments;

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("view").args(["timeline", "calls", "messages", "why", "export"])))]
#[command(
    after_help = "A step is given by its number, a call by its id (2.1.0, or 2.1.0/1.0.0 in a child run). The journal does not contain long pieces \
    of the context: --messages and --why read them again from their source.\n\n\
    Examples:\n  \
    rlm trace last\n  \
    rlm trace last --why\n  \
    rlm trace last --calls --slowest 10\n  \
    rlm trace last --step 2 --messages\n  \
    rlm trace last --export json > trace.json"
)]
pub struct TraceArguments {
    /// Run id or prefix, `last`, or path to a journal
    #[arg(value_name = "RUN|JOURNAL")]
    pub run: String,
    /// Show when steps, calls and requests started and how long they took, instead of the tree
    #[arg(long, help_heading = "View")]
    pub timeline: bool,
    /// Show all calls of a batch, not only the first ten and those that failed
    #[arg(long, help_heading = "View")]
    pub all: bool,
    /// Show calls as a table: model, time, tokens, cost, request and reply
    #[arg(long, help_heading = "View")]
    pub calls: bool,
    /// Show the exact messages that the model of --step received and sent
    #[arg(long, requires = "step", help_heading = "View")]
    pub messages: bool,
    /// Show where each part of the answer comes from: the calls and passages of the context that contain it
    #[arg(
        long,
        conflicts_with_all = ["step", "depth", "model", "failed", "slowest", "costliest", "slower_than", "costlier_than", "text"],
        help_heading = "View"
    )]
    pub why: bool,
    /// Print the whole run in a format for other tools
    #[arg(
        long,
        value_enum,
        value_name = "FORM",
        conflicts_with_all = ["json", "step", "depth", "model", "failed", "slowest", "costliest", "slower_than", "costlier_than", "text"],
        help_heading = "View"
    )]
    pub export: Option<ExportForm>,
    /// Print one JSON object: {"run", "ending", "totals", "coverage", "events"}, or {"run", "spans"}, {"run", "calls"}, {"run", "call",
    /// "messages", "reply", …}, {"run", "answers"}
    #[arg(short, long, help_heading = "View")]
    pub json: bool,
    #[command(flatten)]
    pub filter: FilterArguments,
    #[command(flatten)]
    pub context: RecordedContextArguments,
}

#[derive(Debug, Args)]
#[command(
    after_help = "The call is made like any call of a run: within --max-cost, --max-tokens, --max-input-tokens and --max-output-tokens, at the model's rate limits, with \
    retries, and with the required form of its reply. It is always sent: neither the cache nor a fallback model answers it. The \
    run's journal is not changed. Of the table [run] in rlm.toml, `price`, `max_cost`, `max_tokens`, `max_input_tokens`, \
    `max_output_tokens`, `min_output` and `max_wait` apply.\n\
    Exit codes: 0 if there is a reply, 2 usage, 4 provider failure, 5 limit, 130 cancelled.\n\n\
    Examples:\n  \
    rlm call last 2.1.0\n  \
    rlm call last 2.1.0 --model anthropic:claude-haiku-4-5 --prompt better.txt --max-cost 0.10"
)]
pub struct CallAgainArguments {
    /// Run id or prefix, `last`, or path to a journal
    #[arg(value_name = "RUN|JOURNAL")]
    pub run: String,
    /// Id of the call, such as 2.1.0, as listed by `rlm trace RUN --calls`
    #[arg(value_name = "CALL")]
    pub call: CallId,
    /// Model to call [default: as for the run]
    #[arg(short, long, value_name = "MODEL", help_heading = "Models")]
    pub model: Option<String>,
    /// File whose text replaces the last message
    #[arg(long, value_name = "FILE")]
    pub prompt: Option<PathBuf>,
    /// Environment variable that holds the API key [default: as for the run]
    #[arg(long, value_name = "NAME", help_heading = "Models")]
    pub api_key_env: Option<String>,
    #[command(flatten)]
    pub prices: PriceArguments,
    #[command(flatten)]
    pub budget: BudgetArguments,
    #[command(flatten)]
    pub waiting: WaitArguments,
    #[command(flatten)]
    pub context: RecordedContextArguments,
    /// Print one JSON object: {"run", "call", "same", "old", "new"}
    #[arg(short, long)]
    pub json: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "The file contains the journal and the pieces of the context that the answer cites. If it would contain the value of a variable that \
    keys are read from, nothing is written.\n\n\
    Examples:\n  \
    rlm bundle last -o run.zip"
)]
pub struct BundleArguments {
    /// Run id or prefix, `last`, or path to a journal
    #[arg(value_name = "RUN|JOURNAL")]
    pub run: String,
    /// File to write, which must not exist
    #[arg(short, long, value_name = "FILE.zip")]
    pub output: PathBuf,
    /// Environment variable that holds a key, in addition to the known ones
    #[arg(long, value_name = "NAME")]
    pub api_key_env: Option<String>,
    #[command(flatten)]
    pub context: RecordedContextArguments,
}

/// An export format for other tools.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ExportForm {
    /// A list of steps, as in `Trace.to_json` of pyrlm-runtime: kind, depth, code, stdout, error, usage, model, elapsed, cache_hit
    Json,
    /// OTLP of OpenTelemetry as JSON, with its conventions for generative AI; the only texts are error messages
    Otlp,
    /// The lines that the visualizer of the reference implementation (`rlms`) reads, including prompts and replies
    Visualizer,
}

/// The calls and programs to show.
#[derive(Debug, Default, Args)]
pub struct FilterArguments {
    /// Only this step of the root run and everything below it, or only this call
    #[arg(long, value_name = "STEP|CALL", help_heading = "Filters")]
    pub step: Option<Place>,
    /// Only runs N levels below the root run
    #[arg(long, value_name = "N", help_heading = "Filters")]
    pub depth: Option<usize>,
    /// Only calls of models whose name contains this text
    #[arg(short, long, value_name = "TEXT", help_heading = "Filters")]
    pub model: Option<String>,
    /// Only failures: calls, attempts, programs, requests
    #[arg(long, help_heading = "Filters")]
    pub failed: bool,
    /// Only the N slowest calls
    #[arg(long, value_name = "N", conflicts_with = "costliest", help_heading = "Filters")]
    pub slowest: Option<usize>,
    /// Only the N most expensive calls
    #[arg(long, value_name = "N", help_heading = "Filters")]
    pub costliest: Option<usize>,
    /// Only calls that took longer than this
    #[arg(long, value_name = "SECONDS", value_parser = millis, help_heading = "Filters")]
    pub slower_than: Option<Millis>,
    /// Only calls that cost more than this
    #[arg(long, value_name = "USD", help_heading = "Filters")]
    pub costlier_than: Option<Money>,
    /// Only programs, output, prompts, replies and errors that contain this text, ignoring case
    #[arg(long, value_name = "TEXT", help_heading = "Filters")]
    pub text: Option<String>,
}

impl FilterArguments {
    /// Returns `true` if `--failed` is the only filter.
    pub const fn is_only_failed(&self) -> bool {
        self.failed
            && self.step.is_none()
            && self.depth.is_none()
            && self.model.is_none()
            && self.slowest.is_none()
            && self.costliest.is_none()
            && self.slower_than.is_none()
            && self.costlier_than.is_none()
            && self.text.is_none()
    }

    /// Returns `true` if no filter argument is given.
    pub const fn is_none(&self) -> bool {
        self.step.is_none()
            && self.depth.is_none()
            && self.model.is_none()
            && !self.failed
            && self.slowest.is_none()
            && self.costliest.is_none()
            && self.slower_than.is_none()
            && self.costlier_than.is_none()
            && self.text.is_none()
    }
}

/// The value of `rlm trace --step`: a step of the root run such as `2`, or a call such as `2.1.0`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    Step(u32),
    Call(CallId),
}

impl Place {
    /// Returns the id of the call; for a step, that of the call to the root model.
    pub fn call(&self) -> CallId {
        match self {
            Self::Step(step) => CallId::root(*step, 0, 0),
            Self::Call(call) => call.clone(),
        }
    }

    /// Returns `true` if the given call belongs to this place: to the step or anything below it, or
    /// to the call or its child run.
    pub fn holds(&self, call: &CallId) -> bool {
        match self {
            Self::Step(step) => call.run.0.first().unwrap_or(&call.position).turn == *step,
            Self::Call(meant) => call == meant || call.run.0.starts_with(&meant.child_run().0),
        }
    }

    /// Returns `true` if a turn of a run belongs to this place: to the step or anything below it,
    /// or to the child run of the call.
    pub fn holds_turn(&self, run: &RunPath, turn: u32) -> bool {
        match self {
            Self::Step(step) => run.0.first().map_or(turn, |position| position.turn) == *step,
            Self::Call(meant) => run.0.starts_with(&meant.child_run().0),
        }
    }
}

impl FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.parse() {
            Ok(step) => Ok(Self::Step(step)),
            Err(_) => text
                .parse()
                .map(Self::Call)
                .map_err(|_| "expected a step, such as 2, or a call, such as 2.1.0".to_owned()),
        }
    }
}

fn millis(text: &str) -> Result<Millis, String> {
    let seconds: f64 = text.parse().map_err(|_| "expected a number of seconds".to_owned())?;
    let duration = std::time::Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())?;
    Ok(Millis(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)))
}
