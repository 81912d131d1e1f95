//! The command-line arguments of commands that resume, fork, replay or compare recorded runs.

use std::path::PathBuf;

use clap::Args;
use rlm_model::Money;

use super::limits::WaitArguments;
use super::progress::ViewArguments;
use super::records::{CacheArguments, JournalArguments};
use super::tools::{ToolGrantArguments, ToolSourceArguments};
use super::values::{RunAhead, Seconds, seconds};

#[derive(Debug, Args)]
#[command(
    after_help = "The run goes on in its own journal: what was answered is not asked again, and what was in flight when it was interrupted \
    is asked again and counted twice, tools with effects left out. Tools are offered again as for the run, and are granted what they were. Limits hold for the whole run, with what it has used.\n\
    Exit codes: as of `rlm run`.\n\n\
    Examples:\n  \
    rlm resume last\n  \
    rlm resume last --max-steps 80 --max-cost 2"
)]
pub struct ResumeArguments {
    /// A run's id or its beginning, `last`, or the path of a journal
    #[arg(value_name = "RUN|JOURNAL")]
    pub run: String,
    #[command(flatten)]
    pub context: RecordedContextArguments,
    /// Call tools with effects again that were being called when the run was interrupted; without this, the program is told that
    /// it is not known whether they took effect
    #[arg(long, help_heading = "Tools")]
    pub redo_effects: bool,
    #[command(flatten)]
    pub onward: ContinuationArguments,
}

#[derive(Debug, Args)]
#[command(
    after_help = "The new run has a journal of its own, which is whole. Steps before --at are taken from the other run's journal and cost nothing.\n\
    Exit codes: as of `rlm run`.\n\n\
    Examples:\n  \
    rlm fork last --at 3\n  \
    rlm fork last --at 2 --model openai:gpt-5.1\n  \
    rlm fork last --at 2 --prompt root-system.md && rlm diff last 20261121-034755-k3f9x2"
)]
pub struct ForkArguments {
    /// A run's id or its beginning, `last`, or the path of a journal
    #[arg(value_name = "RUN|JOURNAL")]
    pub run: String,
    /// The first step that is taken anew
    #[arg(long, value_name = "STEP", value_parser = clap::value_parser!(u32).range(1..))]
    pub at: u32,
    /// The model that writes the programs from then on [default: that of the run]
    #[arg(long, value_name = "MODEL", help_heading = "Models")]
    pub model: Option<String>,
    /// The model that answers the programs' questions from then on [default: that of the run]
    #[arg(long, value_name = "MODEL", help_heading = "Models")]
    pub sub_model: Option<String>,
    /// A prompt that takes the place of the one that its file is named after, such as root-system.md, from then on; may be given
    /// several times
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
    after_help = "Times, costs and what hangs on chance are not compared. Exit code: 0 if the runs went the same way, 1 if they part.\n\n\
    Examples:\n  \
    rlm diff last 20261121-034755-k3f9x2"
)]
pub struct DiffArguments {
    /// A run's id or its beginning, `last`, or the path of a journal
    #[arg(value_name = "A")]
    pub left: String,
    /// The other run
    #[arg(value_name = "B")]
    pub right: String,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "The page stands alone: no network, no scripts. The words around quotes are read from where the run read its context; where \
    that is gone or has changed, the page says so.\n\n\
    Examples:\n  \
    rlm report last -o run.html\n  \
    rlm report 20261121-034755-k3f9x2 --context docs/ -o run.html"
)]
pub struct ReportArguments {
    /// A run's id or its beginning, `last`, or the path of a journal
    #[arg(value_name = "RUN|JOURNAL")]
    pub run: String,
    /// Write the page to this file, in the place of standard output
    #[arg(short, long, value_name = "FILE.html")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub context: RecordedContextArguments,
}

#[derive(Debug, Args)]
#[command(
    after_help = "A run that goes on is followed to its end, whoever carries it out; of one whose process was ended that is said. ? lists the keys. \
    The text of the context is shown where it is read again from where the run read it and is the same.\n\n\
    Examples:\n  \
    rlm watch last\n  \
    rlm watch 20261121-034755-k3f9x2 --context docs/"
)]
pub struct WatchArguments {
    /// A run's id or its beginning, `last`, or the path of a journal
    #[arg(value_name = "RUN|JOURNAL")]
    pub run: String,
    #[command(flatten)]
    pub context: RecordedContextArguments,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    rlm runs\n  \
    rlm runs -n 5 --json")]
pub struct RunsArguments {
    /// Show this many, newest first
    #[arg(short = 'n', long, value_name = "N", default_value_t = 20)]
    pub limit: usize,
    /// Print one JSON object: {"runs": [{"run", "started", "outcome", "question", "model", …}]}
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "The context is not in the journal: it is read again from where it was, and must be the same.\n\
    Exit code: 0 if every step is as recorded, 1 if one differs.\n\n\
    Examples:\n  \
    rlm replay last\n  \
    rlm replay last --record again.jsonl"
)]
pub struct ReplayArguments {
    /// A run's id or its beginning, `last`, or the path of a journal
    #[arg(value_name = "RUN|JOURNAL")]
    pub run: String,
    #[command(flatten)]
    pub context: RecordedContextArguments,
    /// Show on standard error what happened, step by step, before it is compared
    #[arg(long, conflicts_with = "record")]
    pub show_steps: bool,
    /// Compare every step, as is done anyway
    #[arg(long)]
    pub verify: bool,
    /// Instead of comparing, write what this release makes of the same replies to a new journal
    #[arg(long, value_name = "FILE", conflicts_with_all = ["json", "verify"])]
    pub record: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// Arguments that name the context of a recorded run, if it is not where the run read it.
#[derive(Debug, Args)]
pub struct RecordedContextArguments {
    /// Read the context from here instead of where the run read it
    #[arg(long, value_name = "[NAME=]PATH", num_args = 1.., conflicts_with = "context_json")]
    pub context: Vec<String>,
    /// Read the context from this JSON file, as the run did by --context-json
    #[arg(long, value_name = "FILE")]
    pub context_json: Option<PathBuf>,
    /// The text that was the context, as the run had it by --data
    #[arg(long, value_name = "TEXT", conflicts_with_all = ["context", "context_json"])]
    pub data: Option<String>,
}

impl RecordedContextArguments {
    /// Returns `true` if any of these arguments names the context.
    pub const fn is_given(&self) -> bool {
        !self.context.is_empty() || self.context_json.is_some() || self.data.is_some()
    }
}

/// Arguments that change the settings of a recorded run when it is resumed or forked.
#[derive(Debug, Args)]
pub struct ContinuationArguments {
    /// Take the API key from this variable [default: as for the run]
    #[arg(long, value_name = "NAME", help_heading = "Models")]
    pub api_key_env: Option<String>,
    /// Turns of the root model, those that were taken included
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000), help_heading = "Limits")]
    pub max_steps: Option<u32>,
    /// Turns of a child run
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000), help_heading = "Limits")]
    pub max_child_steps: Option<u32>,
    /// Sub-calls, those that were made included
    #[arg(long, value_name = "N", help_heading = "Limits")]
    pub max_subcalls: Option<u32>,
    /// Dollars, those that were spent included
    #[arg(long, value_name = "USD", help_heading = "Limits")]
    pub max_cost: Option<Money>,
    /// Input and output tokens together, those that were used included
    #[arg(long, value_name = "N", help_heading = "Limits")]
    pub max_tokens: Option<u64>,
    /// Tokens of sub-calls and child runs, those that were used included
    #[arg(long, value_name = "N", help_heading = "Limits")]
    pub max_subcall_tokens: Option<u64>,
    /// Output tokens, those that were used included
    #[arg(long, value_name = "N", help_heading = "Limits")]
    pub max_output_tokens: Option<u64>,
    /// Seconds, those that the run has taken included, or `none`
    #[arg(long, value_name = "N|none", value_parser = seconds, help_heading = "Limits")]
    pub max_seconds: Option<Seconds>,
    /// Attempts that may be made again after a failure
    #[arg(long, value_name = "N", help_heading = "Limits")]
    pub max_retries: Option<u32>,
    /// Calls that are on their way at once [default: as for the run]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000), help_heading = "Limits")]
    pub concurrency: Option<u32>,
    /// Calls that leave before the program comes to them: none, those it is certain to make, or also those it makes unless a
    /// reply makes it raise
    #[arg(long, value_enum, value_name = "WHICH", default_value_t = RunAhead::Certain, help_heading = "Limits")]
    pub run_ahead: RunAhead,
    #[command(flatten)]
    pub waiting: WaitArguments,
    #[command(flatten)]
    pub tools: ToolSourceArguments,
    #[command(flatten)]
    pub cache: CacheArguments,
    /// Write the answer to this file in the place of standard output
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    pub output: Option<PathBuf>,
    /// Print one JSON object, as `rlm run --json` does
    #[arg(long, help_heading = "Output")]
    pub json: bool,
    #[command(flatten)]
    pub progress: ViewArguments,
}
