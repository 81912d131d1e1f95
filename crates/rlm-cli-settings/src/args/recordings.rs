//! The command-line arguments of commands that resume, fork, replay or compare recorded runs.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};
use rlm_model::Money;

use super::limits::WaitArguments;
use super::progress::ViewArguments;
use super::records::{CacheArguments, JournalArguments};
use super::tools::{ToolGrantArguments, ToolSourceArguments};
use super::values::{RunAhead, Seconds, seconds};

#[derive(Debug, Args)]
#[command(
    after_help = "The run continues in its own journal. Answered calls are not repeated. Calls that were in flight at the interruption are \
    repeated and counted twice, except those of tools with effects. Offer the same tools again; they keep their permissions. Limits \
    apply to the whole run, including what it has used.\n\
    Exit codes: as for `rlm run`.\n\n\
    Examples:\n  \
    rlm resume last\n  \
    rlm resume last --max-steps 80 --max-cost 2"
)]
pub struct ResumeArguments {
    /// Run id or prefix, `last`, or path to a journal
    #[arg(value_name = "RUN|JOURNAL")]
    pub run: String,
    #[command(flatten)]
    pub context: RecordedContextArguments,
    /// Repeat calls of tools with effects that were in flight at the interruption; without this flag, they fail in the program,
    /// with a message that it is unknown whether they took effect
    #[arg(long, help_heading = "Tools")]
    pub redo_effects: bool,
    #[command(flatten)]
    pub onward: ContinuationArguments,
}

#[derive(Debug, Args)]
#[command(
    after_help = "The new run has its own, complete journal. Steps before --at are taken from the original journal and cost nothing.\n\
    Exit codes: as for `rlm run`.\n\n\
    Examples:\n  \
    rlm fork last --at 3\n  \
    rlm fork last --at 2 --model openai:gpt-5.1\n  \
    rlm fork last --at 2 --prompt root-system.md && rlm diff last 20261121-034755-k3f9x2"
)]
pub struct ForkArguments {
    /// Run id or prefix, `last`, or path to a journal
    #[arg(value_name = "RUN|JOURNAL")]
    pub run: String,
    /// First step to run again
    #[arg(long, value_name = "STEP", value_parser = clap::value_parser!(u32).range(1..))]
    pub at: u32,
    /// Model that writes the programs from that step on [default: as for the run]
    #[arg(short, long, value_name = "MODEL", help_heading = "Models")]
    pub model: Option<String>,
    /// Model that answers the programs' questions from that step on [default: as for the run]
    #[arg(long, value_name = "MODEL", help_heading = "Models")]
    pub sub_model: Option<String>,
    /// File that replaces the prompt of the same name from that step on, such as root-system.md (repeatable)
    #[arg(long, value_name = "FILE", help_heading = "Models")]
    pub prompt: Vec<PathBuf>,
    #[command(flatten)]
    pub context: RecordedContextArguments,
    #[command(flatten)]
    pub granted: ToolGrantArguments,
    #[command(flatten)]
    pub onward: ContinuationArguments,
    #[command(flatten)]
    pub journal: JournalArguments,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Times, costs and values that vary by chance are not compared. Exit code: 0 if the runs are the same, 1 if they diverge.\n\n\
    Examples:\n  \
    rlm diff last 20261121-034755-k3f9x2"
)]
pub struct DiffArguments {
    /// Run id or prefix, `last`, or path to a journal
    #[arg(value_name = "A")]
    pub left: String,
    /// Run to compare with
    #[arg(value_name = "B")]
    pub right: String,
    /// Print one JSON object
    #[arg(short, long)]
    pub json: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "The page is self-contained: no network, no scripts. The text around quotes is read again from the source of the context; if \
    that is gone or has changed, the page says so. A pipe gets the page itself; on a terminal, the page is written next to the journal. The \
    file is readable by its owner only, unless it is private.\n\n\
    Examples:\n  \
    rlm report last -o run.html\n  \
    rlm report last --private -o figures.html\n  \
    rlm report 20261121-034755-k3f9x2 --context docs/ -o run.html"
)]
pub struct ReportArguments {
    /// Run id or prefix, `last`, or path to a journal
    #[arg(value_name = "RUN|JOURNAL")]
    pub run: String,
    /// Write the page to this file [default: standard output, or next to the journal on a terminal]
    #[arg(short, long, value_name = "FILE.html")]
    pub output: Option<PathBuf>,
    /// Open the page in the browser
    #[arg(long)]
    pub open: bool,
    /// Leave out all texts: the question, the answer, the context, prompts, replies, programs and their output
    #[arg(long, conflicts_with_all = ["context", "context_json", "data"])]
    pub private: bool,
    #[command(flatten)]
    pub context: RecordedContextArguments,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Follows a run in progress to its end, in whatever process it runs, and reports if that process was ended. Press ? for the keys. \
    With --plain, it writes a line for each step and one every ten seconds of a longer step, which needs no terminal. The text of the context is shown if its source is still there and unchanged.\n\n\
    Examples:\n  \
    rlm watch last\n  \
    rlm watch last --plain\n  \
    rlm watch 20261121-034755-k3f9x2 --context docs/"
)]
pub struct WatchArguments {
    /// Run id or prefix, `last`, or path to a journal
    #[arg(value_name = "RUN|JOURNAL")]
    pub run: String,
    #[command(flatten)]
    pub context: RecordedContextArguments,
}

#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "A run without an outcome is `running` while a process writes its journal, else `interrupted`.\n\n\
    Examples:\n  \
    rlm runs\n  \
    rlm runs --outcome interrupted\n  \
    rlm runs -n 5 --json\n  \
    rlm runs prune --older-than 30d"
)]
pub struct RunsArguments {
    /// Maximum number of runs to show, newest first
    #[arg(short = 'n', long, value_name = "N", default_value_t = 20)]
    pub limit: usize,
    /// Only runs with this outcome, such as complete, partial, running or interrupted (repeatable)
    #[arg(long, value_name = "OUTCOME")]
    pub outcome: Vec<String>,
    /// Print one JSON object: {"runs": [{"run", "started", "outcome", "question", "model", …}]}
    #[arg(short, long)]
    pub json: bool,
    #[command(subcommand)]
    pub command: Option<RunsCommand>,
}

#[derive(Debug, Subcommand)]
pub enum RunsCommand {
    /// Delete old runs with their journals
    #[command(
        after_help = "Runs in progress are kept, and so are those of sessions and of jobs that have not ended.\n\n\
        Examples:\n  \
        rlm runs prune --older-than 30d --dry-run"
    )]
    Prune(PruneArguments),
}

#[derive(Debug, Args)]
pub struct PruneArguments {
    /// Delete runs whose last event is older than this, such as 12h, 30d or 8w
    #[arg(long, value_name = "AGE", value_parser = age)]
    pub older_than: Duration,
    /// Only list the runs that would be deleted
    #[arg(long)]
    pub dry_run: bool,
}

/// Parses an age such as `12h`, `30d` or `8w`.
fn age(text: &str) -> Result<Duration, String> {
    let expected = || "expected a number with a unit, such as 12h, 30d or 8w".to_owned();
    let (number, unit) = text
        .split_at_checked(text.len().saturating_sub(1))
        .ok_or_else(expected)?;
    let hours = match unit {
        "h" => 1,
        "d" => 24,
        "w" => 7 * 24,
        _ => return Err(expected()),
    };
    let number: u64 = number.parse().map_err(|_| expected())?;
    let seconds = number.checked_mul(hours * 3_600).ok_or_else(expected)?;
    Ok(Duration::from_secs(seconds))
}

#[derive(Debug, Args)]
#[command(
    after_help = "The journal does not contain the context: it is read again from its source and must be unchanged.\n\
    Exit code: 0 if every step is as recorded, 1 if one differs.\n\n\
    Examples:\n  \
    rlm replay last\n  \
    rlm replay last --record again.jsonl"
)]
pub struct ReplayArguments {
    /// Run id or prefix, `last`, or path to a journal
    #[arg(value_name = "RUN|JOURNAL")]
    pub run: String,
    #[command(flatten)]
    pub context: RecordedContextArguments,
    /// Show the recorded steps on standard error before comparing them
    #[arg(long, conflicts_with = "record")]
    pub show_steps: bool,
    /// Compare every step; this is the default
    #[arg(long)]
    pub verify: bool,
    /// Instead of comparing, run this release on the same replies and write a new journal
    #[arg(long, value_name = "FILE", conflicts_with_all = ["json", "verify"])]
    pub record: Option<PathBuf>,
    /// Print one JSON object
    #[arg(short, long)]
    pub json: bool,
}

/// The source of a recorded run's context.
#[derive(Debug, Args)]
pub struct RecordedContextArguments {
    /// Read the context from here instead of from the run's source
    #[arg(short, long, value_name = "[NAME=]PATH", num_args = 1.., conflicts_with = "context_json")]
    pub context: Vec<String>,
    /// Read the context from this JSON file, if the run used --context-json
    #[arg(long, value_name = "FILE")]
    pub context_json: Option<PathBuf>,
    /// Text of the context, if the run used --data
    #[arg(long, value_name = "TEXT", conflicts_with_all = ["context", "context_json"])]
    pub data: Option<String>,
}

impl RecordedContextArguments {
    /// Returns `true` if any of these arguments names the context.
    pub const fn is_given(&self) -> bool {
        !self.context.is_empty() || self.context_json.is_some() || self.data.is_some()
    }
}

/// The settings of a resumed or forked run.
#[derive(Debug, Args)]
pub struct ContinuationArguments {
    /// Environment variable that holds the API key [default: as for the run]
    #[arg(long, value_name = "NAME", help_heading = "Models")]
    pub api_key_env: Option<String>,
    /// Maximum number of turns of the root model, including those already taken
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000), help_heading = "Limits")]
    pub max_steps: Option<u32>,
    /// Maximum number of turns of a child run
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000), help_heading = "Limits")]
    pub max_child_steps: Option<u32>,
    /// Maximum number of sub-calls, including those already made
    #[arg(long, value_name = "N", help_heading = "Limits")]
    pub max_subcalls: Option<u32>,
    /// Maximum cost in dollars, including what was already spent
    #[arg(long, value_name = "USD", help_heading = "Limits")]
    pub max_cost: Option<Money>,
    /// Maximum number of input and output tokens together, including those already used
    #[arg(long, value_name = "N", help_heading = "Limits")]
    pub max_tokens: Option<u64>,
    /// Maximum number of tokens of sub-calls and child runs, including those already used
    #[arg(long, value_name = "N", help_heading = "Limits")]
    pub max_subcall_tokens: Option<u64>,
    /// Maximum number of input tokens, including those already used
    #[arg(long, value_name = "N", help_heading = "Limits")]
    pub max_input_tokens: Option<u64>,
    /// Maximum number of output tokens, including those already used
    #[arg(long, value_name = "N", help_heading = "Limits")]
    pub max_output_tokens: Option<u64>,
    /// Maximum time in seconds, including the time already taken, or `none`
    #[arg(long, value_name = "N|none", value_parser = seconds, help_heading = "Limits")]
    pub max_seconds: Option<Seconds>,
    /// Maximum number of retries
    #[arg(long, value_name = "N", help_heading = "Limits")]
    pub max_retries: Option<u32>,
    /// Maximum number of concurrent calls [default: as for the run]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000), help_heading = "Limits")]
    pub concurrency: Option<u32>,
    /// Calls to issue before the program reaches them
    #[arg(long, value_enum, value_name = "WHICH", default_value_t = RunAhead::Certain, help_heading = "Limits")]
    pub run_ahead: RunAhead,
    #[command(flatten)]
    pub waiting: WaitArguments,
    #[command(flatten)]
    pub tools: ToolSourceArguments,
    #[command(flatten)]
    pub cache: CacheArguments,
    /// Write the answer to this file instead of standard output
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    pub output: Option<PathBuf>,
    /// Print one JSON object, as `rlm run --json` does
    #[arg(short, long, help_heading = "Output")]
    pub json: bool,
    #[command(flatten)]
    pub progress: ViewArguments,
}
