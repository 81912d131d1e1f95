//! The root of the clap command line: the commands and the global flags.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use super::batch::BatchArguments;
use super::job::JobCommand;
use super::programs::{CheckArguments, ExecArguments, FmtArguments};
use super::prompts::PromptsCommand;
use super::recordings::{
    DiffArguments, ForkArguments, ReplayArguments, ReportArguments, ResumeArguments, RunsArguments, WatchArguments,
};
use super::repl::ReplArguments;
use super::run::{EstimateArguments, RunArguments};
use super::session::{ChatArguments, SessionCommand};
use super::setup::{
    CacheCommand, CompletionsArguments, ConfigCommand, DoctorArguments, InitArguments, ModelsArguments, SchemaArguments,
};
use super::test::{RecordArguments, TestArguments};
use super::trace::{BundleArguments, CallAgainArguments, TraceArguments};
use super::values::LogFormat;

/// The parsed command line of `rlm`: a command and the global flags.
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
pub struct Arguments {
    /// Read variables from this file in the place of `.env`; those of the process come first
    #[arg(long, value_name = "FILE", global = true, display_order = 900)]
    pub env_file: Option<PathBuf>,
    /// Write log lines to standard error in this form; the variable RUST_LOG says which, such as `debug` [default: text; RUST_LOG=info]
    #[arg(
        long,
        value_enum,
        value_name = "FORM",
        global = true,
        display_order = 901,
        hide_possible_values = true
    )]
    pub log_format: Option<LogFormat>,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
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
