//! The command-line arguments of `rlm test` and `rlm record`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use rlm_model::Money;

use super::recordings::RecordedContextArguments;

/// What to do about stale cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum StaleCases {
    /// Exit with code 3 if no case failed
    #[default]
    Error,
    /// List them only
    Ok,
}

#[derive(Debug, Args)]
#[command(
    after_help = "A case is a TOML file: `question`, `context`, flags of `rlm run` in [run], and expectations for the answer in [expect]. \
    Its recording is the journal next to it, with the same name. `rlm record` creates a case from a run. Without --live, no model is \
    called and no key is needed: replies come from the recording. A case is stale if a request would differ from the recorded one.\n\n\
    --json prints {\"schema\": \"rlm/test@1\", \"summary\": {\"cases\", \"passed\", \"stale\", \"failed\", \"errors\"}, \"cases\": [{\"name\", \"file\", \
    \"line\", \"status\", \"means\", \"answer\", \"outcome\", \"unmet\", \"changes\", \"request\", \"error\", \"notes\", \"steps\", \"subcalls\", \"tokens\", \
    \"cost\", \"repeated\", \"elapsed_ms\"}], \"compared\": [{\"prompts\", \"summary\", \"rate\", \"cases\"}]}.\n\
    Exit codes: 0 all passed, 1 a case failed or could not run, 2 usage, 3 none failed and some are stale.\n\n\
    Examples:\n  \
    rlm test cases\n  \
    rlm test cases --filter minutes --prompts prompts --reuse-replies\n  \
    rlm test cases --live --only-stale --max-cost 0.50\n  \
    rlm test cases --live --repeat 5 --prompts prompts-a --prompts prompts-b --max-cost 2"
)]
pub struct TestArguments {
    /// Folders of cases, or files of single cases
    #[arg(value_name = "DIR|FILE", required = true)]
    pub paths: Vec<PathBuf>,
    /// Run only cases whose name contains this text (repeatable)
    #[arg(long, value_name = "TEXT")]
    pub filter: Vec<String>,
    /// Number of cases to run concurrently
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=64))]
    pub parallel: u16,
    /// What to do about stale cases
    #[arg(long, value_enum, value_name = "WHAT", default_value_t)]
    pub stale: StaleCases,

    /// Use the prompts of this folder instead of those that cases name; given several times, run each and compare them
    #[arg(long, value_name = "DIR", help_heading = "Prompts")]
    pub prompts: Vec<PathBuf>,
    /// Use the recorded reply for the call at the same position, whatever its request
    #[arg(long, conflicts_with = "live", help_heading = "Replies")]
    pub reuse_replies: bool,
    /// Call models and record their replies
    #[arg(long, help_heading = "Replies")]
    pub live: bool,
    /// Call models only for cases that are stale or have no recording; judge the others by their recordings
    #[arg(long, requires = "live", conflicts_with = "repeat", help_heading = "Replies")]
    pub only_stale: bool,
    /// Run each case N times and report how often it passed; nothing is recorded
    #[arg(
        long,
        value_name = "N",
        requires = "live",
        value_parser = clap::value_parser!(u32).range(1..=1_000),
        help_heading = "Replies"
    )]
    pub repeat: Option<u32>,
    /// Maximum cost in dollars of all cases together, such as 0.50; models without a known price are then not called
    #[arg(long, value_name = "USD", requires = "live", help_heading = "Replies")]
    pub max_cost: Option<Money>,
    /// Maximum number of input and output tokens of all cases together
    #[arg(long, value_name = "N", requires = "live", help_heading = "Replies")]
    pub max_tokens: Option<u64>,

    /// Accept new and changed snapshots
    #[arg(long, conflicts_with = "review", help_heading = "Snapshots")]
    pub accept: bool,
    /// Show each new or changed snapshot and ask whether to accept it
    #[arg(long, conflicts_with = "json", help_heading = "Snapshots")]
    pub review: bool,
    /// Write the results as JUnit XML, for continuous integration
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub junit: Option<PathBuf>,
    /// Print one JSON object
    #[arg(short, long, help_heading = "Output")]
    pub json: bool,
}

impl TestArguments {
    /// Creates the arguments of an offline test run, which only replays the recordings of cases.
    pub const fn offline() -> Self {
        Self {
            paths: Vec::new(),
            filter: Vec::new(),
            parallel: 1,
            stale: StaleCases::Error,
            prompts: Vec::new(),
            reuse_replies: false,
            live: false,
            only_stale: false,
            repeat: None,
            max_cost: None,
            max_tokens: None,
            accept: false,
            review: false,
            junit: None,
            json: false,
        }
    }
}

#[derive(Debug, Args)]
#[command(
    after_help = "The journal is copied next to the case, unless it contains a key that is set here. Settings of the run that differ from the \
    defaults (flags, prompts, instructions, a schema) are written to the case or next to it. The outcome and the documents that the \
    answer cites are proposed as expectations. Add what a good answer must contain.\n\n\
    Examples:\n  \
    rlm record last\n  \
    rlm record last -o cases/minutes.toml --prompts prompts\n  \
    rlm record 20261121-034755-k3f9x2 -o cases/packed.toml --pack-context"
)]
pub struct RecordArguments {
    /// Run id or prefix, `last`, or path to a journal
    #[arg(value_name = "RUN|JOURNAL")]
    pub run: String,
    #[command(flatten)]
    pub context: RecordedContextArguments,
    /// File of the case, or a folder, in which the file is named after the question
    #[arg(short, long, value_name = "FILE.toml|DIR", default_value = "cases/")]
    pub output: PathBuf,
    /// Copy the texts of the context next to the case, so that it needs no other files
    #[arg(long)]
    pub pack_context: bool,
    /// Folder of the case's prompts, if the run's prompts were changed; without it, they are written next to the case
    #[arg(long, value_name = "DIR")]
    pub prompts: Option<PathBuf>,
    /// Save the prompts and the steps of the run as snapshots
    #[arg(long)]
    pub snapshots: bool,
    /// Overwrite an existing case
    #[arg(long)]
    pub force: bool,
}
