//! The arguments that several commands share.

use std::path::{Path, PathBuf};

use clap::{Arg, Args};
use rlm_core::{BASELINE_THRESHOLD, Compaction, History, Recursion};
use rlm_model::{Money, NamePattern};
use rlm_policy::{Limits, PriceStatement};

use super::values::{
    AtMaxDepth, DepthModel, JournalTexts, OnOff, OnUnreadable, PresetName, Profile, ProgressKind, Records, Route,
    RunAhead, ShownAs, TokenizerChoice, depth, separator,
};
use crate::failure::Failure;
use crate::journal::JournalPlace;
use crate::live::screen::Screen;

/// What is asked, of what.
#[derive(Debug, Args)]
#[command(mut_arg("context", needed))]
pub(crate) struct AskedArguments {
    /// What you want to know
    #[arg(value_name = "QUESTION")]
    pub(crate) question: Option<String>,
    /// Read the question from a file, or `-` for standard input
    #[arg(
        long,
        visible_alias = "prompt-file",
        value_name = "FILE",
        conflicts_with = "question"
    )]
    pub(crate) question_file: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) context: ContextArguments,
}

/// What a question is about, or programs are.
#[derive(Debug, Args)]
pub(crate) struct ContextArguments {
    /// A file, a folder (ignore files are respected), a glob, or `-`; with a name, programs see a dict
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
}

impl AskedArguments {
    /// Tells whether the question comes over standard input.
    pub(crate) fn is_from_standard_input(&self) -> bool {
        self.question_file
            .as_deref()
            .is_some_and(|path| path.as_os_str() == "-")
    }
}

/// Makes `--context` needed where the context is not given otherwise.
pub(super) fn needed(context: Arg) -> Arg {
    context.required_unless_present_any(["context_json", "data"])
}

impl ContextArguments {
    /// Makes those of a session, which knows its files itself.
    pub(crate) fn of_session(shown: SharedContextArguments) -> Self {
        Self {
            context: Vec::new(),
            context_json: None,
            data: None,
            shown,
        }
    }
}

/// What programs read.
#[derive(Debug, Clone, Args)]
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
    /// Megabytes that packed files and documents (gzip, zstd, DOCX, PDF) may unpack to, each and all together
    #[arg(
        long,
        value_name = "MB",
        default_value_t = DEFAULT_MAX_UNPACKED,
        long_help = "Megabytes that packed files and documents (gzip, zstd, DOCX, PDF) may unpack to, each and all together. They are held in \
                     memory. A file that unpacks to more than 64 MB and more than 200 times its size is refused, whatever is said here",
        help_heading = "Context"
    )]
    pub(crate) max_unpacked: u32,
    /// What stands between two documents where they are one text
    #[arg(
        long,
        value_name = "TEXT",
        value_parser = separator,
        long_help = "What stands between two documents where they are one text, as in `P`: \\n and \\t are a line feed and a tab, and \
                     \\\\ is a backslash [default: \\n\\n---\\n\\n]",
        help_heading = "Context"
    )]
    pub(crate) separator: Option<String>,
}

/// The megabytes that packed files may unpack to.
pub(crate) const DEFAULT_MAX_UNPACKED: u32 = 512;

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

/// Who is asked, and what that costs.
#[derive(Debug, Args)]
pub(crate) struct ModelArguments {
    /// The model that writes the programs
    #[arg(long, value_name = "MODEL", help_heading = "Models")]
    pub(crate) model: Option<String>,
    /// The model that answers the programs' questions [default: that of --model]
    #[arg(long, value_name = "MODEL", help_heading = "Models")]
    pub(crate) sub_model: Option<String>,
    /// Let programs ask any model by llm_query(…, model=NAME) whose name matches, with * and ?; may be given several times
    #[arg(
        long,
        value_name = "PATTERN",
        help_heading = "Models",
        long_help = "Let programs ask any model by llm_query(…, model=NAME) whose model string matches, in which * stands for any characters \
                     and ? for one, such as `openai:gpt-5*`. Models that rlm.toml describes can always be asked by their names. A model of \
                     a file, a folder or a URL has to be given in full. Each has its own price and counts in the budget. May be given \
                     several times"
    )]
    pub(crate) allow_model: Vec<NamePattern>,
    #[command(flatten)]
    pub(crate) prices: PriceArguments,
}

/// What models cost.
#[derive(Debug, Args)]
pub(crate) struct PriceArguments {
    /// What a model costs in dollars per million tokens: ADAPTER:MODEL=INPUT,CACHED_INPUT,OUTPUT
    #[arg(long, value_name = "PRICE", help_heading = "Models")]
    pub(crate) price: Vec<PriceStatement>,
}

/// What may be spent.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct BudgetArguments {
    /// Dollars, such as 0.50; models without a known price are then not called
    #[arg(long, value_name = "USD", help_heading = "Limits")]
    pub(crate) max_cost: Option<Money>,
    /// Input and output tokens together
    #[arg(long, value_name = "N", help_heading = "Limits")]
    pub(crate) max_tokens: Option<u64>,
    /// Tokens of sub-calls and child runs, input and output together
    #[arg(long, value_name = "N", help_heading = "Limits")]
    pub(crate) max_subcall_tokens: Option<u64>,
    /// Output tokens, which is what `tokens=` limits in the Python runtimes
    #[arg(long, value_name = "N", help_heading = "Limits")]
    pub(crate) max_output_tokens: Option<u64>,
    /// Tokens that a reply must have room for: where the budget has less than --max-output left, replies are kept shorter, and
    /// calls with less room than this are not made
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u64).range(1..),
        default_value_t = 256,
        help_heading = "Limits"
    )]
    pub(crate) min_output: u64,
}

/// How long servers are waited for.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct WaitArguments {
    /// Seconds that calls wait for a server that can't be reached, fails or refuses, before they fail; 0 not to wait
    #[arg(long, value_name = "N", default_value_t = 60, help_heading = "Limits")]
    pub(crate) max_wait: u64,
    /// Attempts of one call, the first included, beside those that --max-wait is for
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u32).range(1..),
        default_value_t = 5,
        help_heading = "Limits"
    )]
    pub(crate) max_attempts: u32,
    /// Seconds that one attempt of a call may take; without it, what [models.NAME] says
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..), help_heading = "Limits")]
    pub(crate) call_timeout: Option<u64>,
    /// Do not send a call a second time when it takes far longer than most
    #[arg(long, help_heading = "Limits")]
    pub(crate) no_hedge: bool,
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
    #[command(flatten)]
    pub(crate) waiting: WaitArguments,
    /// Calls that leave before the program comes to them: none, those it is certain to make, or also those it makes unless a
    /// reply makes it raise
    #[arg(long, value_enum, value_name = "WHICH", default_value_t = RunAhead::Certain, help_heading = "Limits")]
    pub(crate) run_ahead: RunAhead,
    /// Make equal sub-calls of a run one request, instead of samples of their own
    #[arg(long, help_heading = "Limits")]
    pub(crate) dedupe: bool,
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

/// How runs start child runs, where `--max-depth` lets them.
#[derive(Debug, Args)]
pub(crate) struct RecursionArguments {
    /// The model that writes the programs of child runs [default: that of --sub-model]
    #[arg(long, value_name = "MODEL", help_heading = "Models")]
    pub(crate) recursive_model: Option<String>,
    /// The model for the child runs of one depth alone, such as 2=openai:NAME; may be given several times
    #[arg(long, value_name = "DEPTH=MODEL", help_heading = "Models")]
    pub(crate) depth_model: Vec<DepthModel>,
    /// Whether plain sub-calls start child runs too [default: on with --max-depth 2 or more]
    #[arg(
        long,
        value_enum,
        value_name = "on|off",
        hide_possible_values = true,
        help_heading = "Limits"
    )]
    pub(crate) recursive_subcalls: Option<OnOff>,
    /// What becomes of an rlm_query of a run that stands as deep as runs may
    #[arg(long, value_enum, value_name = "WHAT", default_value_t, help_heading = "Limits")]
    pub(crate) at_max_depth: AtMaxDepth,
}

impl RecursionArguments {
    /// Returns how runs start child runs.
    pub(crate) fn recursion(&self) -> Recursion {
        Recursion {
            recursive_subcalls: self.recursive_subcalls.map(|which| which == OnOff::On),
            at_max_depth: match self.at_max_depth {
                AtMaxDepth::Plain => rlm_core::AtMaxDepth::Plain,
                AtMaxDepth::Error => rlm_core::AtMaxDepth::Error,
            },
        }
    }
}

/// Which way a question goes, and how a run goes about it.
#[derive(Debug, Args)]
pub(crate) struct RoutingArguments {
    /// How questions are answered
    #[arg(
        long,
        value_enum,
        value_name = "HOW",
        default_value_t,
        help_heading = "Route",
        hide_possible_values = true,
        long_help = "How questions are answered: `rlm`, by programs that look into the context; `direct`, by one call that is given all of \
                     it, an error before anything is spent where it does not fit the model's window; `auto`, directly where the context is \
                     short and fits, else by programs, also where the direct answer is not what was asked for"
    )]
    pub(crate) route: Route,
    /// The characters from which on `--route auto` leaves a context to programs
    #[arg(long, value_name = "CHARS", default_value_t = BASELINE_THRESHOLD, help_heading = "Route")]
    pub(crate) baseline_threshold: u64,
    /// How programs go about the question
    #[arg(
        long,
        value_enum,
        value_name = "NAME",
        help_heading = "Route",
        hide_possible_values = true,
        long_help = "How programs go about the question: `deterministic_first` searches and counts by code, with 10 sub-calls at the most; \
                     `semantic_batches` asks sub-models in batches, and one at least; `hybrid` begins with code, and takes no answer that \
                     nothing was found before a sub-model was asked; `verify` takes an answer when a second way has led to the same. All of \
                     them take no answer before a program has run [default: none of these]"
    )]
    pub(crate) profile: Option<Profile>,
}

/// What the root model is sent of its earlier turns.
#[derive(Debug, Args)]
pub(crate) struct HistoryArguments {
    /// Whether the root model is sent all of its earlier turns, or the last one alone
    #[arg(
        long,
        value_enum,
        value_name = "on|off",
        default_value_t = OnOff::On,
        hide_possible_values = true,
        help_heading = "History"
    )]
    pub(crate) conversation_history: OnOff,
    /// Let the root model sum up its earlier turns when its messages have become long
    #[arg(long, help_heading = "History")]
    pub(crate) compaction: bool,
    /// At which share of the model's window that is
    #[arg(
        long,
        value_name = "SHARE",
        default_value_t = Compaction::default().threshold_pct,
        requires = "compaction",
        help_heading = "History"
    )]
    pub(crate) compaction_threshold_pct: f64,
    /// At how many tokens of messages that is, as estimated, whatever the window
    #[arg(long, value_name = "N", requires = "compaction", help_heading = "History")]
    pub(crate) compaction_threshold_tokens: Option<u64>,
    /// The model whose window is meant, where it is not the root model: NAME or ADAPTER:NAME of the price table
    #[arg(long, value_name = "NAME", requires = "compaction", help_heading = "History")]
    pub(crate) compaction_model_name: Option<String>,
    /// The tokens of the window, where they are not known
    #[arg(long, value_name = "N", requires = "compaction", help_heading = "History")]
    pub(crate) compaction_model_context_limit: Option<u64>,
    /// Deprecated: leave out the oldest turns beyond so many tokens of messages. What they showed is lost, which compaction keeps
    #[arg(long, value_name = "N", help_heading = "History")]
    pub(crate) max_history_tokens: Option<u64>,
}

impl HistoryArguments {
    /// Returns what the root model is sent of its earlier turns.
    pub(crate) fn history(&self) -> History {
        History {
            conversation: self.conversation_history == OnOff::On,
            compaction: self.compaction.then(|| Compaction {
                threshold_pct: self.compaction_threshold_pct,
                threshold_tokens: self.compaction_threshold_tokens,
                model_context_limit: self.compaction_model_context_limit,
                model_name: self.compaction_model_name.clone(),
            }),
            max_tokens: self.max_history_tokens,
        }
    }
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
    /// Turns of a child run [default: 10]
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u32).range(1..=10_000),
        help_heading = "Limits"
    )]
    pub(crate) max_child_steps: Option<u32>,
    /// Sub-calls [default: 200]
    #[arg(long, value_name = "N", help_heading = "Limits")]
    pub(crate) max_subcalls: Option<u32>,
    /// Levels of sub-calls: 0 for none, 1 for plain ones, 2 for child runs that make plain ones, and so on [default: 1; 10 with
    /// --preset engine; variable MAX_RECURSION_DEPTH]
    #[arg(long, value_name = "N", value_parser = depth, help_heading = "Limits")]
    pub(crate) max_depth: Option<u32>,
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

impl CacheArguments {
    /// Returns the folder that was stated, or `off`. Where journals may not hold all texts, these are kept nowhere else unless that was
    /// stated.
    pub(crate) fn folder(&self, texts: rlm_trace::JournalTexts) -> Option<&Path> {
        match (&self.cache, texts) {
            (Some(stated), _) => Some(stated),
            (None, rlm_trace::JournalTexts::Full) => None,
            (None, _) => Some(Path::new("off")),
        }
    }
}

/// What of the texts is kept.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct TextsArguments {
    /// Which texts journals hold: all, those that a replay can't work out from the context again, or none but for their digests
    #[arg(
        long,
        value_enum,
        value_name = "WHICH",
        default_value_t,
        hide_possible_values = true,
        help_heading = "Records",
        long_help = "Which texts journals hold. `full`: all of them. `references`: the question, templates, what models reply and what tools \
                     give; of what prompts hold, and programs print and answer, digests, since a replay works them out from the context \
                     again. `digests`: none; such a run can be verified and summed up, and not be replayed or gone on with. Unless it is \
                     `full`, replies, indexes and extracted texts are kept in memory where --cache does not name a folder, and standard \
                     input is not kept"
    )]
    journal_texts: JournalTexts,
}

impl TextsArguments {
    /// Returns which these are.
    pub(crate) fn which(self) -> rlm_trace::JournalTexts {
        self.journal_texts.into()
    }

    /// Looks whether the journals of a session will hold what its next question needs.
    ///
    /// # Errors
    /// [`Failure::SessionTexts`].
    pub(crate) fn check_session(self) -> Result<(), Failure> {
        match self.journal_texts {
            JournalTexts::Full => Ok(()),
            JournalTexts::References | JournalTexts::Digests => Err(Failure::SessionTexts),
        }
    }
}

/// Where what happens is written.
#[derive(Debug, Args)]
pub(crate) struct JournalArguments {
    /// Write the journal to this file, which must not be there yet [default: in a folder of yours; variable RLM_DATA_DIR]
    #[arg(long, value_name = "FILE", conflicts_with = "no_journal", help_heading = "Records")]
    journal: Option<PathBuf>,
    /// Keep no journal
    #[arg(long, help_heading = "Records")]
    no_journal: bool,
}

impl JournalArguments {
    /// Returns where that is.
    pub(crate) fn place(&self) -> JournalPlace<'_> {
        match &self.journal {
            _ if self.no_journal => JournalPlace::Nowhere,
            Some(path) => JournalPlace::File(path),
            None => JournalPlace::Store,
        }
    }
}

/// What is shown of a run while it goes on.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct ProgressArguments {
    /// Show on standard error what happens as it happens: each program, what it printed, its calls and what went wrong; the same as
    /// --progress steps
    #[arg(long, help_heading = "Output")]
    pub(crate) show_steps: bool,
    /// How progress is shown on standard error
    #[arg(long, value_enum, value_name = "HOW", default_value_t, help_heading = "Output")]
    pub(crate) progress: ProgressKind,
}

impl ProgressArguments {
    /// Returns how progress is shown.
    pub(crate) const fn kind(self) -> ProgressKind {
        match self.show_steps {
            true => ProgressKind::Steps,
            false => self.progress,
        }
    }
}

/// How a run is shown while it goes on.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct ViewArguments {
    #[command(flatten)]
    told: ProgressArguments,
    /// Show the run on the terminal of standard error while it goes on: steps, calls, programs, output, messages, budgets. It stays
    /// when the run has ended, until q is pressed; then the answer is written
    #[arg(long, conflicts_with_all = ["progress", "show_steps"], help_heading = "Output")]
    tui: bool,
}

impl ViewArguments {
    /// Returns how progress is shown.
    pub(crate) const fn kind(self) -> ProgressKind {
        if self.tui { ProgressKind::View } else { self.told.kind() }
    }

    /// Looks whether the view has a terminal, before anything is begun.
    ///
    /// # Errors
    /// [`Failure::NoTerminal`].
    pub(crate) fn check_terminal(self) -> Result<(), Failure> {
        if self.tui { Screen::check("--tui") } else { Ok(()) }
    }
}
