//! Value types of command-line arguments, and their parsers.

use std::path::Path;
use std::str::FromStr;

use clap::ValueEnum;
use rlm_tokens::{Encoding, UnknownEncoding};

/// Parses the value of `--separator`, the text between documents, which may contain escape
/// sequences.
///
/// # Errors
/// An unknown escape sequence.
pub(super) fn separator(text: &str) -> Result<String, String> {
    let mut read = String::new();
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        if char != '\\' {
            read.push(char);
            continue;
        }
        read.push(match chars.next() {
            Some('n') => '\n',
            Some('t') => '\t',
            Some('\\') => '\\',
            other => {
                let escape: String = other.into_iter().collect();
                return Err(format!(
                    "unknown escape `\\{escape}`; write \\n, \\t, or \\\\ for a backslash"
                ));
            }
        });
    }
    Ok(read)
}

/// The type of the context as programs see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ShownAs {
    /// A text for one document, a list for several, a dict if any has a name
    #[default]
    Auto,
    /// One text
    Text,
    /// A list of texts
    List,
    /// A dict of texts by name
    Dict,
}

/// What to do about files without readable text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum OnUnreadable {
    /// Fail for named files; skip and list files of folders and globs
    #[default]
    Auto,
    /// Skip and list them
    Skip,
    /// Fail
    Fail,
}

/// Whether rows and lines of record files are documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Records {
    /// Documents, if there are no other files and none is large or named
    #[default]
    Auto,
    /// Documents
    Documents,
    /// Parts of their file's text
    Text,
}

/// Which texts a journal records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum JournalTexts {
    /// All of them
    #[default]
    Full,
    /// Those that a replay can't derive from the context
    References,
    /// Only digests
    Digests,
}

impl From<JournalTexts> for rlm_trace::JournalTexts {
    fn from(texts: JournalTexts) -> Self {
        match texts {
            JournalTexts::Full => Self::Full,
            JournalTexts::References => Self::References,
            JournalTexts::Digests => Self::Digests,
        }
    }
}

/// The tokenizer of programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum TokenizerChoice {
    /// The sub-model's own, if known
    #[default]
    Auto,
    /// A quarter of the bytes
    Estimate,
    /// The tokenizer of GPT-4o and later models
    #[value(name = "o200k_base")]
    O200k,
    /// The tokenizer of GPT-4
    #[value(name = "cl100k_base")]
    Cl100k,
}

impl TokenizerChoice {
    /// Returns the tokenizer for texts that the named model reads; `None` to estimate the number of
    /// tokens.
    ///
    /// # Errors
    /// The tokenizer that the user names is missing in this build.
    pub fn encoding(self, model: &str) -> Result<Option<Encoding>, UnknownEncoding> {
        match self {
            Self::Auto => Ok(Encoding::of_model(model)),
            Self::Estimate => Ok(None),
            Self::O200k => Encoding::O200k.available().map(Some),
            Self::Cl100k => Encoding::Cl100k.available().map(Some),
        }
    }
}

/// How to answer questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Route {
    /// With programs
    #[default]
    Rlm,
    /// With one call
    Direct,
    /// Whichever suits the context
    Auto,
}

impl From<rlm_core::Route> for Route {
    fn from(route: rlm_core::Route) -> Self {
        match route {
            rlm_core::Route::Rlm => Self::Rlm,
            rlm_core::Route::Direct => Self::Direct,
            rlm_core::Route::Auto => Self::Auto,
        }
    }
}

impl From<Route> for rlm_core::Route {
    fn from(route: Route) -> Self {
        match route {
            Route::Rlm => Self::Rlm,
            Route::Direct => Self::Direct,
            Route::Auto => Self::Auto,
        }
    }
}

/// How programs approach a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum Profile {
    /// Code first
    #[value(alias = "deterministic-first")]
    DeterministicFirst,
    /// Sub-models in batches
    #[value(alias = "semantic-batches")]
    SemanticBatches,
    /// Code first, then sub-models
    Hybrid,
    /// Two approaches per answer
    Verify,
}

impl From<Profile> for rlm_prompt::ExecutionProfile {
    fn from(profile: Profile) -> Self {
        match profile {
            Profile::DeterministicFirst => Self::DeterministicFirst,
            Profile::SemanticBatches => Self::SemanticBatches,
            Profile::Hybrid => Self::Hybrid,
            Profile::Verify => Self::Verify,
        }
    }
}

/// The effort of reasoning models.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Effort {
    Minimal,
    Low,
    Medium,
    High,
}

/// A named set of limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum PresetName {
    /// Contexts of at most 500,000 characters, in chunks of 50,000 unless a program sets a size; ten levels of sub-calls
    Engine,
    /// Eight turns, three in child runs; OpenRouter's default model if its key is set
    Enzu,
    /// Twenty turns
    RlmRepl,
}

/// What to do when a limit is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum AtLimit {
    /// Give the best answer from the findings so far
    #[default]
    Finalize,
    /// Fail without further calls
    Error,
}

/// The calls to issue before the program reaches them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RunAhead {
    /// None
    Off,
    /// Those that the program is certain to make
    Certain,
    /// Also those that it makes unless a reply makes it raise an exception
    PastErrors,
}

impl From<RunAhead> for sift_vm::RunAhead {
    fn from(which: RunAhead) -> Self {
        match which {
            RunAhead::Off => Self::Off,
            RunAhead::Certain => Self::Certain,
            RunAhead::PastErrors => Self::PastErrors,
        }
    }
}

/// Whether to constrain the root model to the grammar of programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Constrain {
    /// If its server accepts a grammar at little cost
    #[default]
    Auto,
    /// With any method of its server; an error if it has none
    Always,
    /// Never
    Never,
}

impl From<Constrain> for rlm_core::Constrain {
    fn from(which: Constrain) -> Self {
        match which {
            Constrain::Auto => Self::Auto,
            Constrain::Always => Self::Always,
            Constrain::Never => Self::Never,
        }
    }
}

/// A switch value, `on` or `off`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OnOff {
    On,
    Off,
}

/// What to do about an `rlm_query` in a run at the maximum depth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum AtMaxDepth {
    /// Make a plain sub-call
    #[default]
    Plain,
    /// Fail the call
    Error,
}

/// A model for child runs at one depth, parsed from `DEPTH=MODEL`.
#[derive(Debug, Clone)]
pub struct DepthModel {
    pub depth: u32,
    pub model: String,
}

impl FromStr for DepthModel {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (depth, model) = text
            .split_once('=')
            .ok_or("expected DEPTH=MODEL, such as 2=openai:NAME")?;
        match depth.trim().parse() {
            Ok(depth @ 1..) if !model.trim().is_empty() => Ok(Self {
                depth,
                model: model.trim().to_owned(),
            }),
            _ => Err("expected a model and a depth from 1; child runs of the root run have depth 1".to_owned()),
        }
    }
}

/// The format of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Human-readable text
    Text,
    /// One JSON object per line
    Json,
}

/// The location of a run's journal.
#[derive(Debug, Clone, Copy)]
pub enum JournalPlace<'p> {
    /// The journal is in the default folder of runs.
    Store,
    /// The journal is a file that the user named.
    File(&'p Path),
    /// No journal file is written; events are only kept in memory.
    Nowhere,
}

/// What to do about undefined names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum UnknownNames {
    /// Reject the program
    #[default]
    Refuse,
    /// Allow them; the host may define them
    Allow,
}

/// A time limit in seconds; `None` means no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seconds(pub Option<u64>);

/// Parses a time limit: whole seconds from 1, or `none`.
pub fn seconds(text: &str) -> Result<Seconds, &'static str> {
    if text == "none" {
        return Ok(Seconds(None));
    }
    let seconds = text.parse().ok().filter(|seconds| *seconds > 0);
    seconds
        .map(|seconds| Seconds(Some(seconds)))
        .ok_or("expected a whole number of seconds from 1, or `none`")
}

/// Parses the maximum depth of nested sub-calls, from 0 to 100.
pub fn depth(text: &str) -> Result<u32, &'static str> {
    let depth = text.parse().ok().filter(|depth| *depth <= 100);
    depth.ok_or("expected a whole number from 0 to 100")
}

/// Parses a sampling temperature, from 0 to 2.
pub(super) fn temperature(text: &str) -> Result<f64, &'static str> {
    let temperature = text.parse().ok();
    temperature
        .filter(|temperature| (0.0..=2.0).contains(temperature))
        .ok_or("expected a number from 0 to 2")
}
