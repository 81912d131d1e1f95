//! What can be wrong with prompts: each with its place and with what to do.

use std::fmt;
use std::path::{Path, PathBuf};

use smol_str::SmolStr;

use crate::quoting::near_names;

/// The most bytes of a prompt: journals hold the text of each.
pub const MAX_PROMPT_BYTES: usize = 64 << 10;

/// Where a prompt stands, and where in it something is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromptPlace {
    /// The prompt.
    pub name: SmolStr,
    /// Its file, where it was read from one.
    pub path: Option<PathBuf>,
    /// The line, counted from 1, where it is known.
    pub line: Option<usize>,
}

impl PromptPlace {
    pub(crate) fn of(name: impl Into<SmolStr>, path: Option<&Path>) -> Self {
        Self {
            name: name.into(),
            path: path.map(Path::to_owned),
            line: None,
        }
    }

    pub(crate) fn at(&self, line: Option<usize>) -> Self {
        Self { line, ..self.clone() }
    }
}

impl fmt::Display for PromptPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.path {
            Some(path) => write!(f, "{}", path.display())?,
            None => write!(f, "the prompt `{}`", self.name)?,
        }
        match self.line {
            Some(line) => write!(f, ", line {line}"),
            None => Ok(()),
        }
    }
}

/// A set of prompts can't be used, or one of them can't be rendered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PromptError {
    /// A file or a folder of prompts can't be read.
    #[error("can't read prompts from {}: {detail}", path.display())]
    Read {
        /// The file or the folder.
        path: PathBuf,
        /// What the system says.
        detail: String,
    },
    /// No prompt is called as a file is.
    #[error("{}: no prompt is called so{near}", path.display())]
    UnknownFile {
        /// The file.
        path: PathBuf,
        /// The names that are near, as the end of the sentence.
        near: String,
    },
    /// A folder holds no prompt at all.
    #[error("{}: there is no prompt in this folder", path.display())]
    NoPrompts {
        /// The folder.
        path: PathBuf,
    },
    /// The text is longer than a prompt may be.
    #[error("{place}: it has {bytes} bytes; a prompt may have {MAX_PROMPT_BYTES}")]
    TooLong {
        /// The prompt.
        place: PromptPlace,
        /// How long it is.
        bytes: usize,
    },
    /// The front matter is not of the expected form.
    #[error("{place}: its front matter is wrong: {detail}")]
    FrontMatter {
        /// Where.
        place: PromptPlace,
        /// What is wrong.
        detail: String,
    },
    /// The template does not parse.
    #[error("{place}: it is not a template: {detail}")]
    Template {
        /// Where.
        place: PromptPlace,
        /// What is wrong.
        detail: String,
    },
    /// The template uses a variable that a run does not pass.
    #[error("{place}: `{variable}` is not passed to this prompt; there are: {known}")]
    UnknownVariable {
        /// Where.
        place: PromptPlace,
        /// The variable.
        variable: String,
        /// The variables that there are.
        known: String,
    },
    /// A template is longer than it says it may be.
    #[error("{place}: it may take {budget} tokens, and takes about {tokens} ({example})")]
    OverBudget {
        /// The prompt.
        place: PromptPlace,
        /// How many tokens its front matter allows.
        budget: u64,
        /// How many it takes, estimated.
        tokens: u64,
        /// In which case, in a few words.
        example: &'static str,
    },
    /// A prompt of this set is missing.
    #[error("the prompt `{name}` is missing")]
    Missing {
        /// The prompt.
        name: SmolStr,
    },
    /// There is no prompt of this name.
    #[error("there is no prompt `{name}`{near}")]
    UnknownPrompt {
        /// The name.
        name: SmolStr,
        /// The names that are near, as the end of the sentence.
        near: String,
    },
    /// A template failed while it was rendered.
    #[error("{place}: it can't be rendered: {detail}")]
    Render {
        /// Where.
        place: PromptPlace,
        /// What went wrong.
        detail: String,
    },
}

impl PromptError {
    /// Returns the error's stable name.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Read { .. } => "prompt_unreadable",
            Self::UnknownFile { .. } | Self::UnknownPrompt { .. } => "prompt_unknown",
            Self::NoPrompts { .. } => "prompt_none",
            Self::TooLong { .. } => "prompt_too_long",
            Self::FrontMatter { .. } => "prompt_front_matter",
            Self::Template { .. } => "prompt_template",
            Self::UnknownVariable { .. } => "prompt_unknown_variable",
            Self::OverBudget { .. } => "prompt_over_budget",
            Self::Missing { .. } => "prompt_missing",
            Self::Render { .. } => "prompt_render",
        }
    }

    /// Returns what to do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Read { .. } => "name what you can read: prompts are UTF-8 text",
            Self::UnknownFile { .. } | Self::UnknownPrompt { .. } => "`rlm prompts show` lists the prompts",
            Self::NoPrompts { .. } => "`rlm prompts eject DIR` writes those that are built in, to be changed",
            Self::TooLong { .. } => "shorten it: every call is sent it",
            Self::FrontMatter { .. } => {
                "begin the file with `---`, `purpose: …`, `variables: …`, `budget: …` (tokens), `---`"
            }
            Self::Template { .. } | Self::Render { .. } => "correct the template; its syntax is that of Jinja",
            Self::UnknownVariable { .. } => "use the variables that are listed",
            Self::OverBudget { .. } => "shorten it, or raise `budget` in its front matter",
            Self::Missing { .. } => "take the names of the files in `prompts/`",
        }
    }

    /// Returns the same error with the file in which the prompt stands.
    pub(crate) fn in_file(mut self, path: &Path) -> Self {
        if let Self::TooLong { place, .. }
        | Self::FrontMatter { place, .. }
        | Self::Template { place, .. }
        | Self::UnknownVariable { place, .. }
        | Self::OverBudget { place, .. }
        | Self::Render { place, .. } = &mut self
        {
            place.path = Some(path.to_owned());
        }
        self
    }
}

/// Says which known names are near, as the end of a sentence: nothing, or `; did you mean …?`.
pub(crate) fn did_you_mean(name: &str, known: impl Iterator<Item = String>) -> String {
    near_names(name, &known.collect::<Vec<_>>())
        .trim_end_matches('.')
        .to_owned()
}
