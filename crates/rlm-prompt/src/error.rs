//! The errors of prompt templates, with location and hint.

use std::fmt;
use std::path::{Path, PathBuf};

use smol_str::SmolStr;

use crate::quoting::near_names;

/// The maximum bytes of a template, since journals record the text of each.
pub const MAX_PROMPT_BYTES: usize = 64 << 10;

/// The location of an error in a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromptPlace {
    /// The name of the prompt.
    pub name: SmolStr,
    /// The file of the template, if it was read from one.
    pub path: Option<PathBuf>,
    /// The line, counted from 1, if known.
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

/// The error for an invalid set of templates, or for a template that can't be rendered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PromptError {
    /// A template file or folder can't be read.
    #[error("can't read prompts from {}: {detail}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// The error of the operating system.
        detail: String,
    },
    /// A file doesn't have the name of a prompt.
    #[error("{}: unknown prompt name{near}", path.display())]
    UnknownFile {
        /// The path of the file.
        path: PathBuf,
        /// The similar names, as the end of the sentence.
        near: String,
    },
    /// A folder contains no templates.
    #[error("no prompts in {}", path.display())]
    NoPrompts {
        /// The path of the folder.
        path: PathBuf,
    },
    /// The template exceeds the maximum length.
    #[error("{place}: {bytes} bytes, more than the maximum of {MAX_PROMPT_BYTES}")]
    TooLong {
        /// The location of the template.
        place: PromptPlace,
        /// The length in bytes.
        bytes: usize,
    },
    /// The front matter is invalid.
    #[error("{place}: invalid front matter: {detail}")]
    FrontMatter {
        /// The location of the error.
        place: PromptPlace,
        /// A description of the error.
        detail: String,
    },
    /// The syntax of the template is invalid.
    #[error("{place}: invalid template: {detail}")]
    Template {
        /// The location of the error.
        place: PromptPlace,
        /// A description of the error.
        detail: String,
    },
    /// The template uses an unknown variable.
    #[error("{place}: unknown variable `{variable}`; available: {known}")]
    UnknownVariable {
        /// The location of the variable.
        place: PromptPlace,
        /// The name of the unknown variable.
        variable: String,
        /// The names of the known variables.
        known: String,
    },
    /// A rendered template exceeds its token budget.
    #[error("{place}: budget of {budget} tokens exceeded: about {tokens} tokens ({example})")]
    OverBudget {
        /// The location of the template.
        place: PromptPlace,
        /// The budget in tokens, from the front matter.
        budget: u64,
        /// The estimated number of tokens.
        tokens: u64,
        /// The case that was rendered, in a few words.
        example: &'static str,
    },
    /// A template of the set is missing.
    #[error("missing prompt `{name}`")]
    Missing {
        /// The name of the missing prompt.
        name: SmolStr,
    },
    /// No prompt has this name.
    #[error("prompt not found: {name}{near}")]
    UnknownPrompt {
        /// The unknown name.
        name: SmolStr,
        /// The similar names, as the end of the sentence.
        near: String,
    },
    /// The template can't be rendered.
    #[error("{place}: rendering failed: {detail}")]
    Render {
        /// The location of the error.
        place: PromptPlace,
        /// A description of the error.
        detail: String,
    },
}

impl PromptError {
    /// Returns the stable code of the error.
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

    /// Returns a hint at how to fix the error.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Read { .. } => "give a readable file or folder; prompts are UTF-8 text",
            Self::UnknownFile { .. } | Self::UnknownPrompt { .. } => "`rlm prompts show` lists the prompts",
            Self::NoPrompts { .. } => "`rlm prompts eject DIR` writes the built-in prompts for editing",
            Self::TooLong { .. } => "shorten it: it is sent with every call",
            Self::FrontMatter { .. } => {
                "begin the file with `---`, `purpose: …`, `variables: …`, `budget: …` (tokens), `---`"
            }
            Self::Template { .. } | Self::Render { .. } => "fix the template; it uses Jinja syntax",
            Self::UnknownVariable { .. } => "use one of the available variables",
            Self::OverBudget { .. } => "shorten it, or raise `budget` in its front matter",
            Self::Missing { .. } => "use the file names in `prompts/`",
        }
    }

    /// Returns the error with the file of the template.
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

/// Returns the known names that are similar to a name, as the end of a sentence: empty, or
/// `; did you mean …?`.
pub(crate) fn did_you_mean(name: &str, known: impl Iterator<Item = String>) -> String {
    near_names(name, &known.collect::<Vec<_>>())
        .trim_end_matches('.')
        .to_owned()
}
