//! The root of the clap command line: the commands and the global flags.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use super::batch::BatchArguments;
use super::database::DatabaseCommand;
use super::job::JobCommand;
use super::mcp::McpArguments;
use super::programs::{CheckArguments, ExecArguments, FmtArguments};
use super::prompts::PromptsCommand;
use super::recordings::{
    DiffArguments, ForkArguments, ReplayArguments, ReportArguments, ResumeArguments, RunsArguments, WatchArguments,
};
use super::repl::ReplArguments;
use super::run::{EstimateArguments, RunArguments};
use super::serve::{KeysCommand, ServeArguments};
use super::session::{ChatArguments, SessionCommand};
use super::setup::{
    CacheCommand, CompletionsArguments, ConfigCommand, DemoArguments, DoctorArguments, InitArguments, ManArguments,
    ModelsArguments, SchemaArguments,
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
        The root model never sees the text. It writes small programs that search, split and count it, and that call models \
        about pieces of it. The programs can access only the text: no files, no network, no clock.",
    after_help = "Models: openai:NAME, responses:NAME, anthropic:NAME, openrouter:NAME, azure:DEPLOYMENT, vertex:NAME, ollama:NAME, \
        gemini:NAME, mistral:NAME, groq:NAME, together:NAME, fireworks:NAME, deepseek:NAME, xai:NAME, cerebras:NAME, portkey:NAME, \
        vercel:NAME, lmstudio:NAME, llamacpp:NAME, vllm:NAME, compat:NAME@URL (any chat-completions server), generic:FILE (any protocol), search (no model: keyword search), \
        fake:FILE, replay:JOURNAL, mailbox:DIR, or a name that you define in a table [models.NAME] of rlm.toml (see `rlm init`).\n\
        The model is --model, else RLM_MODEL, else DEFAULT_MODEL, else the default of the provider whose key is set: LLM_API_KEY, \
        OPENAI_API_KEY, ANTHROPIC_API_KEY, OPENROUTER_API_KEY (checked first if --max-cost is set), GEMINI_API_KEY, MISTRAL_API_KEY, DEEPSEEK_API_KEY, \
        XAI_API_KEY; else the model of a server on this machine (Ollama, LM Studio, llama.cpp, vLLM); else keyword search. \
        `rlm models` lists them.\n\n\
        Examples:\n  \
        rlm run \"Which settings are deprecated?\" docs/\n  \
        rlm run \"Who signed it?\" --context contract.txt --model openai:gpt-5.1 --max-cost 0.50\n  \
        rlm trace last",
    max_term_width = 120,
    subcommand_required = true,
    arg_required_else_help = true
)]
pub struct Arguments {
    /// Read variables from this file instead of `.env`; variables of the process take precedence
    #[arg(
        long,
        value_name = "FILE",
        global = true,
        hide_short_help = true,
        help_heading = "Global",
        display_order = 900
    )]
    pub env_file: Option<PathBuf>,
    /// Keep and find runs in this PostgreSQL database, such as postgres://rlm@db.example/rlm, instead of the folder of runs; a
    /// password belongs in the variable RLM_DATABASE_URL
    #[arg(
        long,
        value_name = "URL",
        global = true,
        hide_short_help = true,
        help_heading = "Global",
        display_order = 900
    )]
    pub database_url: Option<String>,
    /// Write log lines to standard error in this format; the variable RUST_LOG sets the level, such as `debug` [default: text; RUST_LOG=info]
    #[arg(
        long,
        value_enum,
        value_name = "FORM",
        global = true,
        display_order = 901,
        hide_short_help = true,
        help_heading = "Global",
        hide_possible_values = true
    )]
    pub log_format: Option<LogFormat>,
    /// Write for screen readers and logs: no colours, no line drawing, no line that updates, no full-screen view
    #[arg(long, global = true, help_heading = "Output", display_order = 902)]
    pub plain: bool,
    /// Write only the result: no progress, citations, facts or warnings on standard error, except errors and partial outcomes; takes
    /// precedence over --show-steps and --progress
    #[arg(short, long, global = true, help_heading = "Output", display_order = 903)]
    pub quiet: bool,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Answer a question about files
    #[command(visible_alias = "ask")]
    Run(Box<RunArguments>),
    /// Show a whole run on example texts; needs no key and no network
    ///
    /// Show a whole run on example texts. A model's recorded replies are replayed; everything else happens as in any other run.
    /// Needs no key and no network
    Demo(DemoArguments),
    /// Answer many questions about the same files
    Batch(Box<BatchArguments>),
    /// Ask follow-up questions about files
    #[command(after_help = "Examples:\n  \
        rlm session new minutes --context minutes/\n  \
        rlm session run minutes \"Which decisions were put off?\"")]
    Session {
        #[command(subcommand)]
        command: SessionCommand,
    },
    /// Ask questions interactively, one line each
    Chat(Box<ChatArguments>),
    /// Queue questions and answer them in the background
    #[command(after_help = "Examples:\n  \
        rlm job submit \"Which contracts end this year?\" --context contracts/\n  \
        rlm job work")]
    Job {
        #[command(subcommand)]
        command: JobCommand,
    },
    /// Answer questions over HTTP, also as an OpenAI-compatible model
    Serve(Box<ServeArguments>),
    /// Serve files to editors and agents: ask, search and read (MCP)
    Mcp(Box<McpArguments>),
    /// Manage the API keys of the service
    #[command(after_help = "Examples:\n  \
        rlm keys add --tenant acme\n  \
        rlm keys list")]
    Keys {
        #[command(subcommand)]
        command: KeysCommand,
    },
    /// Manage the database of runs that several machines share
    #[command(
        name = "db",
        after_help = "Examples:\n  \
        rlm db migrate\n  \
        rlm db status"
    )]
    Database {
        #[command(subcommand)]
        command: DatabaseCommand,
    },
    /// Estimate what a question would cost
    Estimate(Box<EstimateArguments>),
    /// Print the JSON Schema of a command's output
    Schema(SchemaArguments),
    /// List recorded runs
    Runs(RunsArguments),
    /// Follow a run in the terminal
    Watch(Box<WatchArguments>),
    /// Show what a run did: turns, programs, calls, costs, errors
    Trace(Box<TraceArguments>),
    /// Write a run as an HTML page
    ///
    /// Write a run as an HTML page: answer with sources, steps, messages, costs, coverage
    Report(ReportArguments),
    /// Pack a run into one file for a bug report
    Bundle(Box<BundleArguments>),
    /// Resume a run that was interrupted or hit a limit
    ///
    /// Resume a run that was interrupted or cancelled, or that was ended by a limit or an outage
    Resume(Box<ResumeArguments>),
    /// Branch a run from one of its steps
    ///
    /// Branch a recorded run from one of its steps, and pay only for the steps from there on
    Fork(Box<ForkArguments>),
    /// Replay a run from its journal and verify every step
    ///
    /// Replay a recorded run from its journal, without network access, and verify every step
    Replay(ReplayArguments),
    /// Repeat one call of a run and compare the replies
    ///
    /// Repeat one call of a recorded run, and show the new reply next to the old one
    Call(Box<CallAgainArguments>),
    /// Show where two runs diverge
    Diff(DiffArguments),
    /// Type programs interactively against a context
    Repl(Box<ReplArguments>),
    /// Run programs against a context, without a root model
    Exec(ExecArguments),
    /// Check programs without running them
    Check(CheckArguments),
    /// Format programs in place
    Fmt(FmtArguments),
    /// Turn a run into a test case
    Record(Box<RecordArguments>),
    /// Run test cases against recorded replies or live models
    Test(Box<TestArguments>),
    /// Show prompts and export them for editing
    #[command(after_help = "Examples:\n  \
        rlm prompts show\n  \
        rlm prompts eject prompts")]
    Prompts {
        #[command(subcommand)]
        command: PromptsCommand,
    },
    /// Write a configuration file
    Init(InitArguments),
    /// Show the effective configuration and its sources
    #[command(after_help = "Examples:\n  \
        rlm config show\n  \
        rlm config path")]
    Config {
        #[command(subcommand)]
        command: ConfigCommand,
    },
    /// Check the setup and suggest fixes
    ///
    /// Check the setup and suggest fixes: configuration, keys, servers, folders, journals, terminal
    Doctor(DoctorArguments),
    /// List models, their prices and whether they respond
    Models(ModelsArguments),
    /// Manage cached replies, indexes and texts
    #[command(after_help = "Examples:\n  \
        rlm cache stats\n  \
        rlm cache verify")]
    Cache {
        #[command(subcommand)]
        command: CacheCommand,
    },
    /// Print a shell completion script
    Completions(CompletionsArguments),
    /// Print the manual page of a command
    Man(ManArguments),
    /// Print the version
    #[command(after_help = "Examples:\n  rlm version")]
    Version,
}
