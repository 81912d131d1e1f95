//! The command-line arguments of `rlm test` and `rlm record`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use rlm_model::Money;

use super::recordings::RecordedContextArguments;

/// The effect of stale test cases on the exit code of `rlm test`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum StaleCases {
    /// The exit code says so, where none failed
    #[default]
    Error,
    /// They are listed
    Ok,
}

#[derive(Debug, Args)]
#[command(
    after_help = "A case is a TOML file: `question`, `context`, flags of `rlm run` in [run], and what is expected of the answer in [expect]; \
    its recording is the journal beside it, of the same name. `rlm record` makes one of a run. Without --live nobody is asked and no key is \
    needed: models' replies are those of the recording. A case is stale where a model would be asked something else than was recorded.\n\n\
    --json prints {\"schema\": \"rlm/test@1\", \"summary\": {\"cases\", \"passed\", \"stale\", \"failed\", \"errors\"}, \"cases\": [{\"name\", \"file\", \
    \"line\", \"status\", \"means\", \"answer\", \"outcome\", \"unmet\", \"changes\", \"request\", \"error\", \"notes\", \"steps\", \"subcalls\", \"tokens\", \
    \"cost\", \"repeated\", \"elapsed_ms\"}], \"compared\": [{\"prompts\", \"summary\", \"rate\", \"cases\"}]}.\n\
    Exit codes: 0 all passed, 1 a case failed or could not be tried, 2 usage, 3 none failed and some are stale.\n\n\
    Examples:\n  \
    rlm test cases\n  \
    rlm test cases --filter minutes --prompts prompts --reuse-replies\n  \
    rlm test cases --live --only-stale --max-cost 0.50\n  \
    rlm test cases --live --repeat 5 --prompts prompts-a --prompts prompts-b --max-cost 2"
)]
pub struct TestArguments {
    /// Folders with cases, or their files
    #[arg(value_name = "DIR|FILE", required = true)]
    pub paths: Vec<PathBuf>,
    /// Try only cases in whose names this stands; may be given several times
    #[arg(long, value_name = "TEXT")]
    pub filter: Vec<String>,
    /// Cases that are tried at once
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=64))]
    pub parallel: u16,
    /// What becomes of the exit code where cases are stale
    #[arg(long, value_enum, value_name = "WHAT", default_value_t)]
    pub stale: StaleCases,

    /// Take the prompts of this folder in the place of those that cases name; of two or more, each is tried and they are compared
    #[arg(long, value_name = "DIR", help_heading = "Prompts")]
    pub prompts: Vec<PathBuf>,
    /// Give the recorded replies to the calls of the same places, whatever they ask
    #[arg(long, conflicts_with = "live", help_heading = "Replies")]
    pub reuse_replies: bool,
    /// Ask models, and record what they say
    #[arg(long, help_heading = "Replies")]
    pub live: bool,
    /// Ask for cases alone that are stale or have no recording; the others are judged by their recordings
    #[arg(long, requires = "live", conflicts_with = "repeat", help_heading = "Replies")]
    pub only_stale: bool,
    /// Ask for each case so many times, and say how often it passed; nothing is recorded
    #[arg(
        long,
        value_name = "N",
        requires = "live",
        value_parser = clap::value_parser!(u32).range(1..=1_000),
        help_heading = "Replies"
    )]
    pub repeat: Option<u32>,
    /// Dollars for all cases together, such as 0.50; models without a known price are then not called
    #[arg(long, value_name = "USD", requires = "live", help_heading = "Replies")]
    pub max_cost: Option<Money>,
    /// Input and output tokens for all cases together
    #[arg(long, value_name = "N", requires = "live", help_heading = "Replies")]
    pub max_tokens: Option<u64>,

    /// Take snapshots that are new or differ
    #[arg(long, conflicts_with = "review", help_heading = "Snapshots")]
    pub accept: bool,
    /// Show each snapshot that is new or differs, and ask whether to take it
    #[arg(long, conflicts_with = "json", help_heading = "Snapshots")]
    pub review: bool,
    /// Write the results as JUnit's XML, for continuous integration
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub junit: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long, help_heading = "Output")]
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
    after_help = "The journal is copied beside the case, unless a key that is set here stands in it. What the run had that is not usual (flags, \
    prompts, instructions, a schema) stands in the case or beside it; of what happened, the outcome and the documents that the answer cites are \
    proposed as expectations. Add to them what a good answer must hold.\n\n\
    Examples:\n  \
    rlm record last\n  \
    rlm record last -o cases/minutes.toml --prompts prompts\n  \
    rlm record 20261121-034755-k3f9x2 -o cases/packed.toml --pack-context"
)]
pub struct RecordArguments {
    /// A run's id or its beginning, `last`, or the path of a journal
    #[arg(value_name = "RUN|JOURNAL")]
    pub run: String,
    #[command(flatten)]
    pub context: RecordedContextArguments,
    /// The case's file, or a folder for it; a name is made of the question where none is given
    #[arg(short, long, value_name = "FILE.toml|DIR", default_value = "cases/")]
    pub output: PathBuf,
    /// Copy the context's texts beside the case, so that it needs no other files
    #[arg(long)]
    pub pack_context: bool,
    /// The folder of prompts that the case is asked with, where the run's were changed; without it they are written beside the case
    #[arg(long, value_name = "DIR")]
    pub prompts: Option<PathBuf>,
    /// Hold the prompts and what the run did as snapshots
    #[arg(long)]
    pub snapshots: bool,
    /// Replace a case that is there
    #[arg(long)]
    pub force: bool,
}
