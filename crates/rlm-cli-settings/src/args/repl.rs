//! The command-line arguments of `rlm repl`.

use clap::{Arg, Args, FromArgMatches};

use super::context::{ContextArguments, SearchArguments};
use super::limits::{BudgetArguments, SizeArguments};
use super::models::{CallArguments, ModelArguments, RecursionArguments};
use super::recordings::RecordedContextArguments;
use super::records::{CacheArguments, JournalArguments, TextsArguments};
use super::runner::RunnerArguments;
use super::tools::ToolArguments;

#[derive(Debug, Args)]
#[command(
    override_usage = "rlm repl [PATH]... [OPTIONS]\n       rlm repl [--context <[NAME=]PATH>...|--context-json <FILE>|--data <TEXT>] [OPTIONS]\n       rlm repl --run <RUN|JOURNAL> [--at <STEP>] [OPTIONS]"
)]
#[command(mut_arg("context", without_standard_input))]
#[command(
    after_help = "Programs have the same functions and see the same context as in a run. `:help` lists the commands, Tab completes, an empty line \
    ends a block, Ctrl-C stops a program, Ctrl-D quits. The session is a run: its journal can be shown and replayed, and --run \
    continues from it.\n\
    If standard input is not a terminal, its lines are read as if typed, without prompts; the exit code is 1 if the last program \
    raised an exception or was rejected.\n\n\
    Examples:\n  \
    rlm repl contract.txt --model openai:gpt-5.1 --max-cost 0.50\n  \
    echo 'len(context)' | rlm repl --context minutes/\n  \
    rlm repl --run last --at 1"
)]
pub struct ReplArguments {
    /// Files, folders or globs that programs read, same as --context
    #[arg(value_name = "PATH", conflicts_with_all = ["context_json", "data", "run"])]
    pub paths: Vec<String>,
    /// Open this run after one of its steps, with its recorded replies: a run id or prefix, `last`, or path to a journal
    #[arg(long, value_name = "RUN|JOURNAL", conflicts_with_all = ["query", "max_depth", "max_child_steps"], help_heading = "Context")]
    pub run: Option<String>,
    /// Step after which to open the run [default: the last one]
    #[arg(long, value_name = "STEP", requires = "run", value_parser = clap::value_parser!(u32).range(1..), help_heading = "Context")]
    pub at: Option<u32>,
    #[command(flatten)]
    pub context: ContextArguments,
    /// Value of the variable `query`
    #[arg(long, value_name = "Q", default_value = "", help_heading = "Context")]
    pub query: String,
    #[command(flatten)]
    pub models: ModelArguments,
    #[command(flatten)]
    pub calls: CallArguments,
    #[command(flatten)]
    pub sizes: SizeArguments,
    #[command(flatten)]
    pub recursion: RecursionArguments,
    #[command(flatten)]
    pub budget: BudgetArguments,
    #[command(flatten)]
    pub search: SearchArguments,
    #[command(flatten)]
    pub tools: ToolArguments,
    #[command(flatten)]
    pub cache: CacheArguments,
    #[command(flatten)]
    pub texts: TextsArguments,
    #[command(flatten)]
    pub journal: JournalArguments,
}

/// Changes the help of `--context` so that it omits standard input, from which `rlm repl` reads
/// programs.
fn without_standard_input(context: Arg) -> Arg {
    context.help("File, folder (respecting ignore files), or glob; with NAME=, programs see a dict")
}

/// The arguments of `rlm repl`, grouped by topic.
pub struct ReplParts {
    pub run: Option<String>,
    pub at: Option<u32>,
    pub query: String,
    pub context: ContextArguments,
    /// The arguments for the runner. Those about a root model have their defaults.
    pub runner: RunnerArguments,
    pub journal: JournalArguments,
}

impl ReplArguments {
    /// Groups the arguments of `rlm repl` by topic.
    ///
    /// # Errors
    /// None in practice: parsing the default runner arguments can't fail, since none of them is
    /// required.
    pub fn into_parts(self) -> Result<ReplParts, clap::Error> {
        let unsaid = RunnerArguments::augment_args(clap::Command::new("repl")).try_get_matches_from(["repl"])?;
        let runner = RunnerArguments {
            models: self.models,
            calls: self.calls,
            sizes: self.sizes,
            recursion: self.recursion,
            budget: self.budget,
            search: self.search,
            tools: self.tools,
            cache: self.cache,
            texts: self.texts,
            ..RunnerArguments::from_arg_matches(&unsaid)?
        };
        Ok(ReplParts {
            run: self.run,
            at: self.at,
            query: self.query,
            context: ContextArguments {
                context: self.paths.into_iter().chain(self.context.context).collect(),
                ..self.context
            },
            runner,
            journal: self.journal,
        })
    }
}

impl ReplParts {
    /// Returns the context arguments as those of a recorded run, whose context they may replace.
    pub fn recorded_context(&self) -> RecordedContextArguments {
        RecordedContextArguments {
            context: self.context.context.clone(),
            context_json: self.context.context_json.clone(),
            data: self.context.data.clone(),
        }
    }
}
