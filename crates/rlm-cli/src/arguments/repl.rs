//! The arguments of `rlm repl`.

use std::path::PathBuf;

use clap::{Args, FromArgMatches};
use rlm_model::Money;

use super::answering::AnsweringArguments;
use super::groups::{
    CacheArguments, CallArguments, ContextArguments, ModelArguments, RecursionArguments, SearchArguments,
    SharedContextArguments, SizeArguments,
};
use super::recorded::ContextAgainArguments;
use super::tools::ToolArguments;

#[derive(Debug, Args)]
#[command(
    override_usage = "rlm repl [--context <[NAME=]PATH>...|--context-json <FILE>|--data <TEXT>] [OPTIONS]\n       rlm repl --run <RUN|JOURNAL> [--at <STEP>] [OPTIONS]"
)]
#[command(
    after_help = "Programs have what those of a run have, and see what they would. `:help` lists the commands, Tab completes, an empty line ends a block, \
    Ctrl-C stops a program, Ctrl-D leaves. It is a run: its journal can be shown and replayed, and programs go on from it by --run.\n\
    Where standard input is no terminal its lines are taken as if they were typed, without prompts; the exit code is 1 if the last program \
    raised or was refused.\n\n\
    Examples:\n  \
    rlm repl --context contract.txt --model openai:gpt-5.1 --max-cost 0.50\n  \
    echo 'len(context)' | rlm repl --context minutes/\n  \
    rlm repl --run last --at 1"
)]
pub(crate) struct ReplArguments {
    /// Open this run after one of its steps: an id or its beginning, `last`, or the path of a journal. Its replies are not asked for again
    #[arg(long, value_name = "RUN|JOURNAL", conflicts_with_all = ["query", "max_depth", "max_child_steps"], help_heading = "Context")]
    pub(crate) run: Option<String>,
    /// The step [default: the last one]
    #[arg(long, value_name = "STEP", requires = "run", value_parser = clap::value_parser!(u32).range(1..), help_heading = "Context")]
    pub(crate) at: Option<u32>,
    /// A file, a folder (ignore files are respected), or a glob; with a name, programs see a dict
    #[arg(
        long,
        value_name = "[NAME=]PATH",
        num_args = 1..,
        conflicts_with_all = ["context_json", "data"],
        help_heading = "Context"
    )]
    pub(crate) context: Vec<String>,
    /// A file whose JSON value is the context: a text, a list of texts, a dict of texts, or any other value as it is
    #[arg(long, value_name = "FILE", conflicts_with = "data", help_heading = "Context")]
    pub(crate) context_json: Option<PathBuf>,
    /// A text that is the context itself
    #[arg(long, value_name = "TEXT", help_heading = "Context")]
    pub(crate) data: Option<String>,
    #[command(flatten)]
    pub(crate) shown: SharedContextArguments,
    /// What `query` is bound to
    #[arg(long, value_name = "Q", default_value = "", help_heading = "Context")]
    pub(crate) query: String,
    #[command(flatten)]
    pub(crate) models: ModelArguments,
    #[command(flatten)]
    pub(crate) calls: CallArguments,
    #[command(flatten)]
    pub(crate) sizes: SizeArguments,
    #[command(flatten)]
    pub(crate) recursion: RecursionArguments,
    /// Dollars, such as 0.50; models without a known price are then not called
    #[arg(long, value_name = "USD", help_heading = "Limits")]
    pub(crate) max_cost: Option<Money>,
    /// Input and output tokens together
    #[arg(long, value_name = "N", help_heading = "Limits")]
    pub(crate) max_tokens: Option<u64>,
    #[command(flatten)]
    pub(crate) search: SearchArguments,
    #[command(flatten)]
    pub(crate) tools: ToolArguments,
    #[command(flatten)]
    pub(crate) cache: CacheArguments,
    /// Write the journal to this file, which must not be there yet [default: in a folder of yours; variable RLM_DATA_DIR]
    #[arg(long, value_name = "FILE", conflicts_with = "no_journal", help_heading = "Records")]
    pub(crate) journal: Option<PathBuf>,
    /// Keep no journal
    #[arg(long, help_heading = "Records")]
    pub(crate) no_journal: bool,
}

/// The arguments of `rlm repl` by what they are about.
pub(crate) struct ReplParts {
    pub(crate) run: Option<String>,
    pub(crate) at: Option<u32>,
    pub(crate) query: String,
    pub(crate) context: ContextArguments,
    /// How calls are made; what is about a root model is as where nothing is said.
    pub(crate) answering: AnsweringArguments,
    pub(crate) journal: Option<PathBuf>,
    pub(crate) no_journal: bool,
}

impl ReplArguments {
    /// Sorts the arguments.
    ///
    /// # Errors
    /// None: nothing that answering takes is required.
    pub(crate) fn into_parts(self) -> Result<ReplParts, clap::Error> {
        let unsaid = AnsweringArguments::augment_args(clap::Command::new("repl")).try_get_matches_from(["repl"])?;
        let answering = AnsweringArguments {
            models: self.models,
            calls: self.calls,
            sizes: self.sizes,
            recursion: self.recursion,
            max_cost: self.max_cost,
            max_tokens: self.max_tokens,
            search: self.search,
            tools: self.tools,
            cache: self.cache,
            ..AnsweringArguments::from_arg_matches(&unsaid)?
        };
        Ok(ReplParts {
            run: self.run,
            at: self.at,
            query: self.query,
            context: ContextArguments {
                context: self.context,
                context_json: self.context_json,
                data: self.data,
                shown: self.shown,
            },
            answering,
            journal: self.journal,
            no_journal: self.no_journal,
        })
    }
}

impl ReplParts {
    /// Returns where the context of a recorded run is read from.
    pub(crate) fn context_again(&self) -> ContextAgainArguments {
        ContextAgainArguments {
            context: self.context.context.clone(),
            context_json: self.context.context_json.clone(),
            data: self.context.data.clone(),
        }
    }
}
