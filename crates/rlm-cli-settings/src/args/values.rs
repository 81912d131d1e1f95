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

/// How files whose text can't be extracted are handled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum OnUnreadable {
    /// An error for one that is named; one of a folder or glob is left out and listed
    #[default]
    Auto,
    /// They are left out and listed
    Skip,
    /// They are errors
    Fail,
}

/// Whether rows of CSV and TSV and lines of JSONL files are documents of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Records {
    /// Documents, where there are no other files and none is large or named
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
    /// Those that a replay can't work out from the context again
    References,
    /// None, but for their digests
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

/// The tokenizer by which programs count tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum TokenizerChoice {
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

/// How questions are answered: by programs or by one call with the whole context.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Route {
    /// By programs
    #[default]
    Rlm,
    /// By one call
    Direct,
    /// By whichever suits the context
    Auto,
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

/// The strategy of programs for a question.
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
    /// Two ways to each answer
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

/// The reasoning effort that is requested from a reasoning model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Effort {
    Minimal,
    Low,
    Medium,
    High,
}

/// The name of a preset of limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum PresetName {
    /// Contexts of at most 500,000 characters, cut into pieces of 50,000 unless a program says otherwise; ten levels of sub-calls
    Engine,
    /// Twenty turns
    RlmRepl,
}

/// What a run does when it reaches a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum AtLimit {
    /// The best answer that what was found by then allows
    #[default]
    Finalize,
    /// An error; nothing more is asked
    Error,
}

/// Which model calls are sent speculatively, before the program reaches them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RunAhead {
    Off,
    Certain,
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

/// When the output of the root model is constrained to the language's grammar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Constrain {
    /// Where its server takes a grammar at no cost
    #[default]
    Auto,
    /// In whatever way its server has; an error where it has none
    Always,
    /// In no way
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

/// What `rlm_query` does in a run at the maximum depth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum AtMaxDepth {
    /// A plain sub-call
    #[default]
    Plain,
    /// A failed call
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
            .ok_or("write it as DEPTH=MODEL, such as 2=openai:NAME")?;
        match depth.trim().parse() {
            Ok(depth @ 1..) if !model.trim().is_empty() => Ok(Self {
                depth,
                model: model.trim().to_owned(),
            }),
            _ => Err("the depth is 1 for the runs that the root run starts, 2 for those that these start".to_owned()),
        }
    }
}

/// The format of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people
    Text,
    /// A JSON object a line
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

/// How `rlm check` treats names that nothing binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum UnknownNames {
    /// The program is refused
    #[default]
    Refuse,
    /// They are left to whoever runs it
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
        .ok_or("write whole seconds from 1, or `none`")
}

/// Parses the maximum depth of nested sub-calls, from 0 to 100.
pub fn depth(text: &str) -> Result<u32, &'static str> {
    let depth = text.parse().ok().filter(|depth| *depth <= 100);
    depth.ok_or("write a whole number from 0 to 100")
}

/// Parses a sampling temperature, from 0 to 2.
pub(super) fn temperature(text: &str) -> Result<f64, &'static str> {
    let temperature = text.parse().ok();
    temperature
        .filter(|temperature| (0.0..=2.0).contains(temperature))
        .ok_or("write a number from 0 to 2")
}
