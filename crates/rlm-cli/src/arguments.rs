//! What can be said on the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use rlm_model::{Money, Tokens};
use rlm_policy::{Limits, Preset, PriceStatement};
use rlm_tokens::Encoding;

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "rlm",
    version,
    about = "Answers questions about more text than a model can read.",
    long_about = "Answers questions about more text than a model can read.\n\n\
        A root model never sees the text: it writes small programs that search, cut and count it, and that ask other model \
        calls about pieces of it. The programs touch nothing but the text: no files, no network, no clock.",
    after_help = "Examples:\n  \
        rlm run \"Which settings are deprecated?\" --context docs/\n  \
        rlm run \"Who signed it?\" --context contract.txt --model openai:gpt-5.1 --max-cost 0.50\n  \
        rlm trace last\n\n\
        Models: openai:NAME, responses:NAME, anthropic:NAME, openrouter:NAME, azure:DEPLOYMENT, vertex:NAME, ollama:NAME, \
        compat:NAME@URL (any chat-completions server), generic:FILE (any protocol), extractive (no model: look-ups by words), \
        fake:FILE, replay:JOURNAL, mailbox:DIR, or a name of your own: a table [models.NAME] in rlm.toml.\n\
        The model is --model, else RLM_MODEL, else DEFAULT_MODEL, else the default of the provider whose key is set: LLM_API_KEY, \
        OPENAI_API_KEY, ANTHROPIC_API_KEY, OPENROUTER_API_KEY (first where --max-cost is given). `rlm models` lists them.",
    max_term_width = 120,
    subcommand_required = true,
    arg_required_else_help = true,
    disable_help_subcommand = true
)]
pub(crate) struct Arguments {
    /// Read variables from this file in the place of `.env`; those of the process come first
    #[arg(long, value_name = "FILE", global = true, display_order = 900)]
    pub(crate) env_file: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Answer a question about files
    Run(Box<RunArguments>),
    /// Say what a question would cost, before anything is spent
    Estimate(Box<EstimateArguments>),
    /// Run programs over a text, without a root model
    Exec(ExecArguments),
    /// Check programs without running them
    Check(CheckArguments),
    /// Lay programs out anew, in place
    Fmt(FmtArguments),
    /// List the models that can be named here, what they cost, and whether they answer
    Models(ModelsArguments),
    /// Look after what is kept between runs: replies, and the indexes and texts beside them
    Cache {
        #[command(subcommand)]
        command: CacheCommand,
    },
    /// List the runs on this machine
    Runs(RunsArguments),
    /// Show what a run did: turns, programs, calls, times, tokens, cost, errors
    Trace(TraceArguments),
    /// Run a recorded run again from its journal, without a network, and verify every step
    Replay(ReplayArguments),
}

/// What programs read.
#[derive(Debug, Args)]
pub(crate) struct SharedContextArguments {
    /// How programs see the context
    #[arg(
        long = "as",
        alias = "context-as",
        value_enum,
        value_name = "KIND",
        default_value_t,
        help_heading = "Context"
    )]
    pub(crate) shown_as: ShownAs,
    /// What becomes of files whose text can't be had: scans, locked and damaged ones
    #[arg(
        long,
        value_enum,
        value_name = "WHAT",
        default_value_t,
        hide_possible_values = true,
        long_help = "What becomes of files whose text can't be had (scans, locked and damaged ones): `skip` leaves them out and \
                     lists them, `fail` ends with an error, `auto` fails for those that are named and skips those of folders",
        help_heading = "Context"
    )]
    pub(crate) on_unreadable: OnUnreadable,
    /// Whether rows of CSV and TSV and lines of JSONL files are documents of their own
    #[arg(
        long,
        value_enum,
        value_name = "WHAT",
        default_value_t,
        hide_possible_values = true,
        long_help = "Whether rows of CSV and TSV and lines of JSONL files are documents of their own, each with the header line before it: \
                     `documents`, `text` (each file is one text), or `auto`: they are where there are no other files, none has more \
                     than 64 MiB or a NAME=, and it is not `--as text`. At most 100,000 are",
        help_heading = "Context"
    )]
    pub(crate) records: Records,
    /// Read HTML, PDF, DOCX, CSV, JSONL, gzip and zstd files as they stand
    #[arg(long, help_heading = "Context")]
    pub(crate) raw: bool,
    /// Read files of more than 64 MiB into memory instead of mapping them
    #[arg(
        long,
        long_help = "Read files of more than 64 MiB into memory instead of mapping them. A mapped file that is changed while it is \
                     read ends the run with an error; one that is read may be changed afterwards",
        help_heading = "Context"
    )]
    pub(crate) no_map: bool,
}

impl SharedContextArguments {
    /// Returns how large files are read.
    pub(crate) const fn map(&self) -> rlm_context::Map {
        if self.no_map {
            rlm_context::Map::Never
        } else {
            rlm_context::Map::GUARDED
        }
    }
}

/// What programs can search with.
#[derive(Debug, Args)]
pub(crate) struct SearchArguments {
    /// Give programs no `search`, which ranks passages by shared words
    #[arg(long, help_heading = "Context")]
    pub(crate) no_search: bool,
}

/// What is done with what is kept between runs.
#[derive(Debug, Subcommand)]
pub(crate) enum CacheCommand {
    /// Count it
    Stats(CachePlaceArguments),
    /// Remove it
    Clear(CachePlaceArguments),
    /// Look at every reply, and remove those that are damaged. The exit code is 1 if one was
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

/// Where replies are kept.
#[derive(Debug, Args)]
pub(crate) struct CacheArguments {
    /// Where replies to sub-calls are kept, or `off` [default: a folder of yours; variable RLM_CACHE]
    #[arg(long, value_name = "DIR|off", help_heading = "Records")]
    pub(crate) cache: Option<PathBuf>,
    /// Megabytes of replies that are kept; those that were not used for longest go first
    #[arg(long, value_name = "MB", default_value_t = 512, help_heading = "Records")]
    pub(crate) cache_size: u32,
    /// Days after which a reply is asked for anew [default: never]
    #[arg(long, value_name = "N", help_heading = "Records")]
    pub(crate) cache_days: Option<u32>,
}

/// How models are asked.
#[derive(Debug, Args)]
pub(crate) struct CallArguments {
    /// Take the API key from this variable. Keys are never given as arguments
    #[arg(long, value_name = "NAME", help_heading = "Models")]
    pub(crate) api_key_env: Option<String>,
    /// Calls that are on their way at once
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u32).range(1..=1_000),
        default_value_t = Limits::default().concurrency,
        help_heading = "Limits"
    )]
    pub(crate) concurrency: u32,
    /// Seconds that calls wait for a server that can't be reached or fails at everything, before the run stops; 0 not to wait
    #[arg(long, value_name = "N", default_value_t = 60, help_heading = "Limits")]
    pub(crate) max_wait: u64,
    /// Calls that leave before the program comes to them: none, those it is certain to make, or also those it makes unless a
    /// reply makes it raise
    #[arg(long, value_enum, value_name = "WHICH", default_value_t = RunAhead::Certain, help_heading = "Limits")]
    pub(crate) run_ahead: RunAhead,
    /// What programs count tokens by: the sub-model's own tokenizer where it is known, an estimate of 4 bytes each, or one by name
    #[arg(
        long,
        value_enum,
        value_name = "WHICH",
        default_value_t,
        hide_possible_values = true,
        help_heading = "Models",
        long_help = "What programs count tokens by in count_tokens and chunks(unit=\"token\"): `auto` is the sub-model's own tokenizer \
                     where it is known (OpenAI's names), else `estimate`, a quarter of the bytes; `o200k_base` and `cl100k_base` by name"
    )]
    pub(crate) tokenizer: TokenizerChoice,
}

/// What is asked, of what.
#[derive(Debug, Args)]
pub(crate) struct AskedArguments {
    /// What you want to know
    #[arg(value_name = "QUESTION")]
    pub(crate) question: Option<String>,
    /// Read the question from a file, or `-` for standard input
    #[arg(long, value_name = "FILE", conflicts_with = "question")]
    pub(crate) question_file: Option<PathBuf>,

    /// A file, a folder (ignore files are respected), a glob, or `-`; with a name, programs see a dict
    #[arg(
        long,
        value_name = "[NAME=]PATH",
        num_args = 1..,
        required_unless_present = "context_json",
        conflicts_with = "context_json",
        help_heading = "Context"
    )]
    pub(crate) context: Vec<String>,
    /// A file whose JSON value is the context: a text, a list of texts, a dict of texts, or any other value as it is
    #[arg(long, value_name = "FILE", help_heading = "Context")]
    pub(crate) context_json: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) shown: SharedContextArguments,
}

/// Who is asked, and what that costs.
#[derive(Debug, Args)]
pub(crate) struct ModelArguments {
    /// The model that writes the programs
    #[arg(long, value_name = "MODEL", help_heading = "Models")]
    pub(crate) model: Option<String>,
    /// The model that answers the programs' questions [default: that of --model]
    #[arg(long, value_name = "MODEL", help_heading = "Models")]
    pub(crate) sub_model: Option<String>,
    /// What a model costs in dollars per million tokens: ADAPTER:MODEL=INPUT,CACHED_INPUT,OUTPUT
    #[arg(long, value_name = "PRICE", help_heading = "Models")]
    pub(crate) price: Vec<PriceStatement>,
}

/// How far a run may go.
#[derive(Debug, Args)]
pub(crate) struct SizeArguments {
    /// Limits by name, each of which can be set beside it
    #[arg(long, value_enum, value_name = "NAME", help_heading = "Limits")]
    pub(crate) preset: Option<PresetName>,
    /// Turns of the root model [default: 40; 20 with --preset rlm_repl]
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u32).range(1..=10_000),
        help_heading = "Limits"
    )]
    pub(crate) max_steps: Option<u32>,
    /// Sub-calls [default: 200]
    #[arg(long, value_name = "N", help_heading = "Limits")]
    pub(crate) max_subcalls: Option<u32>,
    /// Tokens of one reply of the root model [default: 4096]
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u64).range(1..),
        help_heading = "Limits"
    )]
    pub(crate) max_output: Option<u64>,
    /// Tokens of one reply to a sub-call [default: 1024]
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u64).range(1..),
        help_heading = "Limits"
    )]
    pub(crate) sub_max_output: Option<u64>,
}

/// Limits by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum PresetName {
    /// Ten levels of sub-calls, contexts of up to 500,000 characters
    Engine,
    /// Twenty turns
    RlmRepl,
}

/// What becomes of a run at a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum AtLimit {
    /// The best answer that what was found by then allows
    #[default]
    Finalize,
    /// An error; nothing more is asked
    Error,
}

impl SizeArguments {
    /// Returns the limits of the preset, or the default ones, with these in the place of theirs.
    pub(crate) fn limits(&self) -> Limits {
        let base = match self.preset {
            Some(PresetName::Engine) => Preset::Engine.limits(),
            Some(PresetName::RlmRepl) => Preset::RlmRepl.limits(),
            None => Limits::default(),
        };
        Limits {
            steps: self.max_steps.unwrap_or(base.steps),
            subcalls: self.max_subcalls.unwrap_or(base.subcalls),
            root_max_output: self.max_output.map_or(base.root_max_output, Tokens),
            sub_max_output: self.sub_max_output.map_or(base.sub_max_output, Tokens),
            ..base
        }
    }
}

#[derive(Debug, Args)]
#[command(override_usage = "rlm run <QUESTION> --context <[NAME=]PATH>...|--context-json <FILE> [OPTIONS]")]
#[command(after_help = "Examples:\n  \
    rlm run \"Where is the retry limit set?\" --context src/ docs/ --model extractive\n  \
    rlm run \"What changed between the drafts?\" --context old=a.md --context new=b.md\n  \
    git log | rlm run \"Which commits touch the parser?\" --context -\n\n\
    Standard output holds the answer alone; citations, quotes that do not stand in the context, how much of it was looked at, \
    progress and a last line with steps, calls, tokens, cost, time and the run's id go to standard error.\n\
    Exit codes: 0 complete, 2 usage, 3 partial, 4 provider failure, 5 limit with nothing to show, 6 unable, 130 cancelled.")]
pub(crate) struct RunArguments {
    #[command(flatten)]
    pub(crate) asked: AskedArguments,
    #[command(flatten)]
    pub(crate) models: ModelArguments,
    /// A model that is asked in the place of another that fails for good; may be given several times
    #[arg(long, value_name = "MODEL", help_heading = "Models")]
    pub(crate) fallback_model: Vec<String>,
    /// The sampling temperature
    #[arg(long, value_name = "T", value_parser = temperature, help_heading = "Models")]
    pub(crate) temperature: Option<f64>,
    /// A seed, for providers that take one
    #[arg(long, value_name = "N", help_heading = "Models")]
    pub(crate) seed: Option<u64>,
    /// How much a reasoning model should think
    #[arg(long, value_enum, value_name = "EFFORT", help_heading = "Models")]
    pub(crate) reasoning_effort: Option<Effort>,
    /// A sequence at which the models stop; may be given several times
    #[arg(long, value_name = "TEXT", help_heading = "Models")]
    pub(crate) stop: Vec<String>,
    #[command(flatten)]
    pub(crate) calls: CallArguments,

    #[command(flatten)]
    pub(crate) sizes: SizeArguments,
    /// Dollars, such as 0.50; models without a known price are then not called
    #[arg(long, value_name = "USD", help_heading = "Limits")]
    pub(crate) max_cost: Option<Money>,
    /// Input and output tokens together
    #[arg(long, value_name = "N", help_heading = "Limits")]
    pub(crate) max_tokens: Option<u64>,
    /// Seconds from start to end, or `none` [default: 300; none for mailbox:, where a person may answer; variable
    /// EXECUTION_TIMEOUT]
    #[arg(long, value_name = "N|none", value_parser = seconds, help_heading = "Limits")]
    pub(crate) max_seconds: Option<Seconds>,
    /// Attempts that may be made again after a failure, in the whole run
    #[arg(long, value_name = "N", default_value_t = Limits::default().retries, help_heading = "Limits")]
    pub(crate) max_retries: u32,
    /// What becomes of the run at a limit
    #[arg(long, value_enum, value_name = "HOW", default_value_t, help_heading = "Limits")]
    pub(crate) on_limit: AtLimit,
    /// Write the journal to this file, which must not be there yet [default: in a folder of yours; variable RLM_DATA_DIR]
    #[arg(long, value_name = "FILE", conflicts_with = "no_journal", help_heading = "Records")]
    pub(crate) journal: Option<PathBuf>,
    /// Keep no journal
    #[arg(long, help_heading = "Records")]
    pub(crate) no_journal: bool,
    #[command(flatten)]
    pub(crate) search: SearchArguments,
    #[command(flatten)]
    pub(crate) cache: CacheArguments,

    /// Write the answer to this file in the place of standard output
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    pub(crate) output: Option<PathBuf>,
    /// Print one JSON object: outcome, answer, citations, quotes, coverage, steps, calls, usage, cost, run, journal
    #[arg(long, help_heading = "Output")]
    pub(crate) json: bool,
    /// How progress is shown on standard error
    #[arg(long, value_enum, value_name = "HOW", default_value_t, help_heading = "Output")]
    pub(crate) progress: ProgressKind,
}

#[derive(Debug, Args)]
#[command(override_usage = "rlm estimate <QUESTION> --context <[NAME=]PATH>...|--context-json <FILE> [OPTIONS]")]
#[command(after_help = "Examples:\n  \
    rlm estimate \"What changed between the drafts?\" --context drafts/ --model openai:gpt-5.1\n\n\
    Nothing is sent and no key is needed. Prompts are rendered and counted; how many turns a model takes and what it looks at is \
    taken from recorded runs, nearly all of which took between half and twice of it. No token is taken for cached.")]
pub(crate) struct EstimateArguments {
    #[command(flatten)]
    pub(crate) asked: AskedArguments,
    #[command(flatten)]
    pub(crate) search: SearchArguments,
    #[command(flatten)]
    pub(crate) models: ModelArguments,
    #[command(flatten)]
    pub(crate) sizes: SizeArguments,
    /// Print one JSON object
    #[arg(long, help_heading = "Output")]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    rlm exec --context notes.txt count.sift\n  \
    rlm exec --context-json rows.json --model fake:rules.json --json first.sift second.sift\n  \
    echo 'print(len(context))' | rlm exec --context notes.txt -\n\n\
    The programs share their variables and run in order; later ones run after one that raised.\n\
    Exit code: 1 if the last program raised or was refused; with --json 0, since the object says it.")]
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
#[command(after_help = "Exit code: 1 if any program would be refused.")]
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
    Exit code: 1 if a program can't be read whole, or, with --check, if any would change."
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
    Exit code: 1 if a model was asked and did not answer."
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
pub(crate) struct RunsArguments {
    /// Show this many, newest first
    #[arg(short = 'n', long, value_name = "N", default_value_t = 20)]
    pub(crate) limit: usize,
    /// Print one JSON object: {"runs": [{"run", "started", "outcome", "question", "model", …}]}
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct TraceArguments {
    /// A run's id or its beginning, `last`, or the path of a journal
    #[arg(value_name = "RUN|JOURNAL")]
    pub(crate) run: String,
    /// Print the journal's events as one JSON object: {"run", "ending", "totals", "events"}
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "The context is not in the journal: it is read again from where it was, and must be the same.\n\
    Exit code: 0 if every step is as recorded, 1 if one differs."
)]
pub(crate) struct ReplayArguments {
    /// A run's id or its beginning, `last`, or the path of a journal
    #[arg(value_name = "RUN|JOURNAL")]
    pub(crate) run: String,
    /// Read the context from here instead of where the run read it
    #[arg(long, value_name = "[NAME=]PATH", num_args = 1.., conflicts_with = "context_json")]
    pub(crate) context: Vec<String>,
    /// Read the context from this JSON file, as the run did by --context-json
    #[arg(long, value_name = "FILE")]
    pub(crate) context_json: Option<PathBuf>,
    /// Instead of comparing, write what this release makes of the same replies to a new journal
    #[arg(long, value_name = "FILE", conflicts_with = "json")]
    pub(crate) record: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// How programs see the context.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum ShownAs {
    /// A text for one document, a list for several, a dict where one has a name
    #[default]
    Auto,
    /// One text
    Text,
    /// A list of texts
    List,
    /// A dict of texts by name
    Dict,
}

/// What programs count tokens by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum TokenizerChoice {
    /// The sub-model's own, where it is known
    #[default]
    Auto,
    /// A quarter of the bytes
    Estimate,
    /// That of GPT-4o and what came after it
    #[value(name = "o200k_base")]
    O200k,
    /// That of GPT-4
    #[value(name = "cl100k_base")]
    Cl100k,
}

impl TokenizerChoice {
    /// Returns the tokenizer for texts that a model with this name is given.
    pub(crate) fn encoding(self, model: &str) -> Option<Encoding> {
        match self {
            Self::Auto => Encoding::of_model(model),
            Self::Estimate => None,
            Self::O200k => Some(Encoding::O200k),
            Self::Cl100k => Some(Encoding::Cl100k),
        }
    }
}

/// What rows and lines of files of records are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Records {
    /// Documents, where there are no other files and none is large or named
    #[default]
    Auto,
    /// Documents
    Documents,
    /// Parts of their file's text
    Text,
}

/// What becomes of files whose text can't be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum OnUnreadable {
    /// An error for one that is named; one of a folder or glob is left out and listed
    #[default]
    Auto,
    /// They are left out and listed
    Skip,
    /// They are errors
    Fail,
}

/// Whether calls leave before the program comes to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RunAhead {
    Off,
    Certain,
    PastErrors,
}

impl From<RunAhead> for rlm_vm::RunAhead {
    fn from(which: RunAhead) -> Self {
        match which {
            RunAhead::Off => Self::Off,
            RunAhead::Certain => Self::Certain,
            RunAhead::PastErrors => Self::PastErrors,
        }
    }
}

/// How much a reasoning model should think.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Effort {
    Minimal,
    Low,
    Medium,
    High,
}

/// How progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum ProgressKind {
    /// `live` on a terminal, else `lines`
    #[default]
    Auto,
    /// One line that changes
    Live,
    /// A line per step
    Lines,
    /// A JSON object per step
    Json,
    /// Nothing
    None,
}

/// What becomes of names that nothing binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum UnknownNames {
    /// The program is refused
    #[default]
    Refuse,
    /// They are left to whoever runs it
    Allow,
}

/// A limit of time in seconds; none for no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seconds(pub(crate) Option<u64>);

/// Reads a limit of time.
pub(crate) fn seconds(text: &str) -> Result<Seconds, String> {
    if text == "none" {
        return Ok(Seconds(None));
    }
    let seconds = text.parse().ok().filter(|seconds| *seconds > 0);
    seconds
        .map(|seconds| Seconds(Some(seconds)))
        .ok_or_else(|| "write whole seconds from 1, or `none`".to_owned())
}

fn temperature(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|temperature| (0.0..=2.0).contains(temperature))
        .ok_or_else(|| "write a number from 0 to 2".to_owned())
}
