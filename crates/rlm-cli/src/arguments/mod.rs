//! What can be said on the command line.

mod answering;
mod batch;
mod command_line;
mod finals;
mod groups;
mod job;
mod prompts;
mod recorded;
mod repl;
mod session;
mod setup;
mod test;
mod tools;
mod trace;
mod values;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

pub(crate) use self::answering::AnsweringArguments;
pub(crate) use self::batch::BatchArguments;
pub(crate) use self::command_line::command_line;
pub(crate) use self::groups::{
    AskedArguments, CacheArguments, CallArguments, ContextArguments, DEFAULT_MAX_UNPACKED, JournalArguments,
    ModelArguments, SearchArguments, SharedContextArguments, SizeArguments, ViewArguments, WaitArguments,
};
pub(crate) use self::job::{
    JobCancelArguments, JobCommand, JobListArguments, JobSubmitArguments, JobWaitArguments, JobWorkArguments,
};
pub(crate) use self::prompts::{
    PromptArguments, PromptsCommand, PromptsEjectArguments, PromptsRenderArguments, PromptsShowArguments,
};
pub(crate) use self::recorded::{
    ContextAgainArguments, DiffArguments, ForkArguments, OnwardArguments, ReportArguments, ResumeArguments,
    WatchArguments,
};
pub(crate) use self::repl::{ReplArguments, ReplParts};
pub(crate) use self::session::{
    ChatArguments, SessionCommand, SessionListArguments, SessionNewArguments, SessionRemoveArguments,
    SessionRunArguments, SessionShowArguments,
};
pub(crate) use self::setup::{
    CompletionsArguments, ConfigCommand, ConfigPathArguments, ConfigShowArguments, DoctorArguments, InitArguments,
};
pub(crate) use self::test::{RecordArguments, StaleCases, TestArguments};
pub(crate) use self::tools::{GrantArguments, OfferedArguments};
pub(crate) use self::trace::{BundleArguments, CallAgainArguments, ExportForm, FilterArguments, TraceArguments};
pub(crate) use self::values::{
    AtLimit, DepthModel, Effort, LogFormat, OnUnreadable, PresetName, ProgressKind, Records, Seconds, ShownAs,
    UnknownNames, depth, seconds,
};

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "rlm",
    version,
    about = "Answers questions about more text than a model can read.",
    long_about = "Answers questions about more text than a model can read.\n\n\
        A root model never sees the text: it writes small programs that search, cut and count it, and that ask other model \
        calls about pieces of it. The programs touch nothing but the text: no files, no network, no clock.",
    after_help = "Models: openai:NAME, responses:NAME, anthropic:NAME, openrouter:NAME, azure:DEPLOYMENT, vertex:NAME, ollama:NAME, \
        compat:NAME@URL (any chat-completions server), generic:FILE (any protocol), extractive (no model: look-ups by words), \
        fake:FILE, replay:JOURNAL, mailbox:DIR, or a name of your own: a table [models.NAME] in rlm.toml, which `rlm init` writes.\n\
        The model is --model, else RLM_MODEL, else DEFAULT_MODEL, else the default of the provider whose key is set: LLM_API_KEY, \
        OPENAI_API_KEY, ANTHROPIC_API_KEY, OPENROUTER_API_KEY (first where --max-cost is given). `rlm models` lists them.\n\n\
        Examples:\n  \
        rlm run \"Which settings are deprecated?\" --context docs/\n  \
        rlm run \"Who signed it?\" --context contract.txt --model openai:gpt-5.1 --max-cost 0.50\n  \
        rlm trace last",
    max_term_width = 120,
    subcommand_required = true,
    arg_required_else_help = true,
    disable_help_subcommand = true
)]
pub(crate) struct Arguments {
    /// Read variables from this file in the place of `.env`; those of the process come first
    #[arg(long, value_name = "FILE", global = true, display_order = 900)]
    pub(crate) env_file: Option<PathBuf>,
    /// Write log lines to standard error in this form; the variable RUST_LOG says which, such as `debug` [default: text; RUST_LOG=info]
    #[arg(
        long,
        value_enum,
        value_name = "FORM",
        global = true,
        display_order = 901,
        hide_possible_values = true
    )]
    pub(crate) log_format: Option<LogFormat>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Answer a question about files
    Run(Box<RunArguments>),
    /// Answer many questions about the same files
    Batch(Box<BatchArguments>),
    /// Ask questions that go on from each other
    #[command(after_help = "Examples:\n  \
        rlm session new minutes --context minutes/\n  \
        rlm session run minutes \"Which decisions were put off?\"")]
    Session {
        #[command(subcommand)]
        command: SessionCommand,
    },
    /// Talk about files: each line of standard input is a question
    Chat(Box<ChatArguments>),
    /// Leave questions for later, and answer them
    #[command(after_help = "Examples:\n  \
        rlm job submit \"Which contracts end this year?\" --context contracts/\n  \
        rlm job work")]
    Job {
        #[command(subcommand)]
        command: JobCommand,
    },
    /// Say what a question would cost, before anything is spent
    Estimate(Box<EstimateArguments>),
    /// Print the JSON Schema of an object that a command prints
    Schema(SchemaArguments),
    /// List the runs on this machine
    Runs(RunsArguments),
    /// Show a run on the terminal, while it goes on or after
    Watch(Box<WatchArguments>),
    /// Show what a run did: turns, programs, calls, costs, errors
    Trace(Box<TraceArguments>),
    /// Write a run as one page for a browser
    ///
    /// Write a run as one page for a browser: answer with sources, steps, messages, costs, coverage
    Report(ReportArguments),
    /// Pack a run into one file, for a report of what went wrong
    Bundle(Box<BundleArguments>),
    /// Go on with a run that was interrupted or ended by a limit
    ///
    /// Go on with a run that was interrupted, or that was ended by a limit, an outage or a person
    Resume(Box<ResumeArguments>),
    /// Take a run another way from one of its steps on
    ///
    /// Take a recorded run another way from one of its steps on, and pay for what comes from there alone
    Fork(Box<ForkArguments>),
    /// Run a run again from its journal, and verify every step
    ///
    /// Run a recorded run again from its journal, without a network, and verify every step
    Replay(ReplayArguments),
    /// Ask a call of a run again, beside the reply that it had
    ///
    /// Ask a call of a recorded run again, and show the new reply beside the old one
    Call(Box<CallAgainArguments>),
    /// Show where two runs part
    Diff(DiffArguments),
    /// Type programs over a text, and see what each gives
    Repl(Box<ReplArguments>),
    /// Run programs over a text, without a root model
    Exec(ExecArguments),
    /// Check programs without running them
    Check(CheckArguments),
    /// Lay programs out anew, in place
    Fmt(FmtArguments),
    /// Make a case of a run, to develop a prompt against
    Record(Box<RecordArguments>),
    /// Try cases: by recorded replies, or by asking models
    ///
    /// Try the cases that a prompt is developed against: by recorded replies, or by asking models
    Test(Box<TestArguments>),
    /// Read what models are told, and write it to files to change it
    #[command(after_help = "Examples:\n  \
        rlm prompts show\n  \
        rlm prompts eject prompts")]
    Prompts {
        #[command(subcommand)]
        command: PromptsCommand,
    },
    /// Write a file of configuration to begin with
    Init(InitArguments),
    /// Show what a run here would go by, and who says so
    #[command(after_help = "Examples:\n  \
        rlm config show\n  \
        rlm config path")]
    Config {
        #[command(subcommand)]
        command: ConfigCommand,
    },
    /// Say whether everything is there that a run needs
    ///
    /// Say whether everything is there that a run needs, and what to do where it is not: configuration, keys, servers, folders, journals,
    /// terminal
    Doctor(DoctorArguments),
    /// List models, what they cost, and whether they answer
    ///
    /// List the models that can be named here, what they cost, and whether they answer
    Models(ModelsArguments),
    /// Look after what is kept between runs
    ///
    /// Look after what is kept between runs: replies, and the indexes and texts beside them
    #[command(after_help = "Examples:\n  \
        rlm cache stats\n  \
        rlm cache verify")]
    Cache {
        #[command(subcommand)]
        command: CacheCommand,
    },
    /// Print what a shell needs to complete command lines
    Completions(CompletionsArguments),
}

#[derive(Debug, Args)]
#[command(
    override_usage = "rlm run <QUESTION> --context <[NAME=]PATH>...|--context-json <FILE>|--data <TEXT> [OPTIONS]\n       rlm run --task <FILE> [OPTIONS]"
)]
#[command(mut_arg("context", without_context))]
#[command(
    after_help = "Standard output holds the answer alone; citations, quotes that do not stand in the context, how much of it was looked at, \
    progress and a last line with steps, calls, tokens, cost, time and the run's id go to standard error.\n\
    Exit codes: 0 complete, 2 usage, 3 partial, 4 provider failure, 5 limit with nothing to show, 6 unable, \
    7 no answer met what was asked of it, 8 tool failure, 130 cancelled.\n\n\
    Examples:\n  \
    rlm run \"Where is the retry limit set?\" --context src/ docs/ --model extractive\n  \
    rlm run \"What changed between the drafts?\" --context old=a.md --context new=b.md\n  \
    git log | rlm run \"Which commits touch the parser?\" --context -\n  \
    rlm run \"Which orders are late?\" --tool orders='python3 orders.py' --model openai:gpt-5.1"
)]
pub(crate) struct RunArguments {
    #[command(flatten)]
    pub(crate) asked: AskedArguments,
    /// A TOML or JSON file with the question, its context, models, budget and criteria; what is said beside it comes first
    #[arg(long, value_name = "FILE")]
    pub(crate) task: Option<PathBuf>,
    /// What the task's file has beside that.
    #[arg(skip)]
    pub(crate) metadata: serde_json::Map<String, serde_json::Value>,
    #[command(flatten)]
    pub(crate) answering: AnsweringArguments,
    /// Keep a session in this file: the question goes on from those before, and --max-cost and --max-tokens are for all of them.
    /// Called NAME_state.json or NAME_session.json, NAME_input.txt is the question and NAME_output.txt gets the answer
    #[arg(long, value_name = "FILE.json", help_heading = "Records")]
    pub(crate) state: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) journal: JournalArguments,

    /// Write the answer to this file in the place of standard output
    #[arg(
        short,
        long,
        visible_alias = "output-file",
        value_name = "FILE",
        help_heading = "Output"
    )]
    pub(crate) output: Option<PathBuf>,
    /// Print one JSON object: outcome, answer, citations, quotes, coverage, steps, calls, usage, cost, run, journal
    #[arg(long, help_heading = "Output")]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) progress: ViewArguments,
}

/// The context may stand in the task; a conversation, and what can find things elsewhere, need none.
fn without_context(context: clap::Arg) -> clap::Arg {
    context.required_unless_present_any(["task", "state", "tool", "mcp", "web_search"])
}

#[derive(Debug, Args)]
#[command(override_usage = "rlm estimate <QUESTION> --context <[NAME=]PATH>...|--context-json <FILE> [OPTIONS]")]
#[command(
    after_help = "Nothing is sent and no key is needed. Prompts are rendered and counted; how many turns a model takes and what it looks at is \
    taken from recorded runs, nearly all of which took between half and twice of it. No token is taken for cached.\n\n\
    Examples:\n  \
    rlm estimate \"What changed between the drafts?\" --context drafts/ --model openai:gpt-5.1"
)]
pub(crate) struct EstimateArguments {
    #[command(flatten)]
    pub(crate) asked: AskedArguments,
    #[command(flatten)]
    pub(crate) search: SearchArguments,
    #[command(flatten)]
    pub(crate) models: ModelArguments,
    #[command(flatten)]
    pub(crate) prompts: PromptArguments,
    #[command(flatten)]
    pub(crate) sizes: SizeArguments,
    /// Print one JSON object
    #[arg(long, help_heading = "Output")]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "The programs share their variables and run in order; later ones run after one that raised.\n\
    Exit code: 1 if the last program raised or was refused; with --json 0, since the object says it.\n\n\
    Examples:\n  \
    rlm exec --context notes.txt count.sift\n  \
    rlm exec --context-json rows.json --model fake:rules.json --json first.sift second.sift\n  \
    echo 'print(len(context))' | rlm exec --context notes.txt -"
)]
pub(crate) struct ExecArguments {
    /// Program files, or `-` for standard input
    #[arg(value_name = "PROGRAM", required = true)]
    pub(crate) programs: Vec<PathBuf>,
    /// A file, a folder, a glob, or `-`; line ends are read as `\n`. May be given several times
    #[arg(
        long,
        value_name = "[NAME=]PATH",
        conflicts_with = "context_json",
        help_heading = "Context"
    )]
    pub(crate) context: Vec<String>,
    /// A file whose JSON value is the context
    #[arg(long, value_name = "FILE", help_heading = "Context")]
    pub(crate) context_json: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) shown: SharedContextArguments,
    /// What `query` is bound to
    #[arg(long, value_name = "Q", default_value = "", help_heading = "Context")]
    pub(crate) query: String,
    /// The model that answers the programs' questions
    #[arg(long, value_name = "MODEL", help_heading = "Models")]
    pub(crate) model: Option<String>,
    #[command(flatten)]
    pub(crate) calls: CallArguments,
    #[command(flatten)]
    pub(crate) search: SearchArguments,
    #[command(flatten)]
    pub(crate) cache: CacheArguments,
    /// Print {"steps": [{"stdout", "error"}], "final", "calls"}
    #[arg(long, help_heading = "Output")]
    pub(crate) json: bool,
    /// Print the value of each program's last expression
    #[arg(long, help_heading = "Output")]
    pub(crate) echo: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Exit code: 1 if any program would be refused.\n\n\
    Examples:\n  \
    rlm check count.sift\n  \
    rlm check --json first.sift second.sift")]
pub(crate) struct CheckArguments {
    /// Program files, or `-` for standard input; each is checked by itself
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// What becomes of names that nothing binds
    #[arg(long, value_enum, value_name = "HOW", default_value_t)]
    pub(crate) unknown_names: UnknownNames,
    /// Print {"diagnostics": [{"code", "line", "column", "message", "help"}]}
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Comments, blank lines and the spelling of literals stay. Nothing is written unless every program can be \
    read whole.\n\n\
    Exit code: 1 if a program can't be read whole, or, with --check, if any would change.\n\n\
    Examples:\n  \
    rlm fmt --diff count.sift\n  \
    rlm fmt count.sift first.sift\n  \
    rlm fmt --check count.sift first.sift"
)]
pub(crate) struct FmtArguments {
    /// Program files, which are replaced, or `-` for standard input, which is written to standard output
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Write nothing; say which programs would change
    #[arg(long)]
    pub(crate) check: bool,
    /// Write nothing; print what would change as a unified diff
    #[arg(long)]
    pub(crate) diff: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Listed are the models of rlm.toml, the default one, and those of the providers whose keys are set.\n\
    Exit code: 1 if a model was asked and did not answer.\n\n\
    Examples:\n  \
    rlm models\n  \
    rlm models --ping"
)]
pub(crate) struct ModelsArguments {
    /// Ask each for a word, which takes a few tokens
    #[arg(long)]
    pub(crate) ping: bool,
    /// Print one JSON object: {"models": [{"name", "model", "endpoint", "price", "window", "ready", …}]}
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Every object that a command prints has its schema's name and version in the field `schema`, such as rlm/run@1. New fields make no \
    new version: leave aside those that you do not know.\n\n\
    Examples:\n  \
    rlm schema\n  \
    rlm schema run"
)]
pub(crate) struct SchemaArguments {
    /// The object; without it, all are listed
    #[arg(value_name = "NAME", value_parser = form_name(), hide_possible_values = true)]
    pub(crate) name: Option<String>,
}

fn form_name() -> clap::builder::PossibleValuesParser {
    clap::builder::PossibleValuesParser::new(crate::forms::ALL.iter().map(|form| form.name))
}

/// What is done with what is kept between runs.
#[derive(Debug, Subcommand)]
pub(crate) enum CacheCommand {
    /// Count it
    #[command(after_help = "Examples:\n  rlm cache stats\n  rlm cache stats --json")]
    Stats(CachePlaceArguments),
    /// Remove it
    #[command(after_help = "Examples:\n  rlm cache clear")]
    Clear(CachePlaceArguments),
    /// Look at every reply, and remove those that are damaged. The exit code is 1 if one was
    #[command(after_help = "Examples:\n  rlm cache verify")]
    Verify(CachePlaceArguments),
}

#[derive(Debug, Args)]
pub(crate) struct CachePlaceArguments {
    /// Where replies are kept [default: a folder of yours; variable RLM_CACHE]
    #[arg(long, value_name = "DIR")]
    pub(crate) cache: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    rlm runs\n  \
    rlm runs -n 5 --json")]
pub(crate) struct RunsArguments {
    /// Show this many, newest first
    #[arg(short = 'n', long, value_name = "N", default_value_t = 20)]
    pub(crate) limit: usize,
    /// Print one JSON object: {"runs": [{"run", "started", "outcome", "question", "model", …}]}
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "The context is not in the journal: it is read again from where it was, and must be the same.\n\
    Exit code: 0 if every step is as recorded, 1 if one differs.\n\n\
    Examples:\n  \
    rlm replay last\n  \
    rlm replay last --record again.jsonl"
)]
pub(crate) struct ReplayArguments {
    /// A run's id or its beginning, `last`, or the path of a journal
    #[arg(value_name = "RUN|JOURNAL")]
    pub(crate) run: String,
    #[command(flatten)]
    pub(crate) context: ContextAgainArguments,
    /// Show on standard error what happened, step by step, before it is compared
    #[arg(long, conflicts_with = "record")]
    pub(crate) show_steps: bool,
    /// Compare every step, as is done anyway
    #[arg(long)]
    pub(crate) verify: bool,
    /// Instead of comparing, write what this release makes of the same replies to a new journal
    #[arg(long, value_name = "FILE", conflicts_with_all = ["json", "verify"])]
    pub(crate) record: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}
