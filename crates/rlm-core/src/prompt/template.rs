//! Templates with front matter: which there are, what they are for, and which variables they take.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, UndefinedBehavior};
use rlm_trace::Template;
use serde::Serialize;
use smol_str::SmolStr;

/// Defines the prompts with the name of each standing once.
macro_rules! prompts {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal,)+) => {
        /// A prompt that a run renders.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum PromptName {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl PromptName {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// Returns the name, which is also that of its file.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// Returns the text that is built in, front matter included.
            #[must_use]
            pub const fn built_in(self) -> &'static str {
                match self {
                    $(Self::$variant => include_str!(concat!("../../../../prompts/", $name, ".md")),)+
                }
            }
        }
    };
}

prompts! {
    /// The root model's system message.
    RootSystem = "root-system",
    /// The language card within it.
    SiftCard = "sift-card",
    /// The question and the context's metadata.
    RootFirst = "root-first",
    /// The question and the size of the context of a child run.
    ChildFirst = "child-first",
    /// What the root model is shown of its program.
    Observation = "observation",
    /// The answer to a reply without a program.
    NoProgram = "no-program",
    /// Why an answer was not taken.
    AnswerSetAside = "answer-set-aside",
    /// What is asked of the answer.
    AnswerRules = "answer-rules",
    /// Whether an answer meets its goal.
    Judge = "judge",
    /// What a question of a session goes on from.
    Session = "session",
    /// How many turns are left.
    TurnBanner = "turn-banner",
    /// The request for a best answer at a limit.
    Extract = "extract",
    /// The request to sum up earlier turns.
    Compact = "compact",
    /// What is said after that summary.
    Compacted = "compacted",
    /// The system message of sub-calls.
    SubSystem = "sub-system",
}

impl PromptName {
    fn template(self) -> Template {
        Template {
            name: self.as_str().into(),
            text: self.built_in().to_owned(),
        }
    }

    /// Tells whether journals of earlier releases lack the template: their runs had no use for it.
    const fn is_newer(self) -> bool {
        matches!(
            self,
            Self::ChildFirst
                | Self::AnswerSetAside
                | Self::AnswerRules
                | Self::Judge
                | Self::Session
                | Self::Compact
                | Self::Compacted
        )
    }

    /// The variables that a run passes to the template.
    const fn variables(self) -> &'static [&'static str] {
        match self {
            Self::RootSystem => &["card", "subcalls", "shown_output", "steps", "programs"],
            Self::SiftCard => &["subcalls", "child_runs", "search", "tools"],
            Self::RootFirst => &[
                "question",
                "kind",
                "records",
                "chars",
                "bytes",
                "digest",
                "documents",
                "more_documents",
                "document_count",
                "without_text",
                "more_without_text",
                "without_text_count",
                "file_count",
                "joined",
                "banner",
                "left",
            ],
            Self::ChildFirst => &["question", "chars", "bytes", "lines", "banner", "left"],
            Self::Observation => &[
                "notes",
                "refused",
                "diagnostics",
                "output",
                "error",
                "limit",
                "variables",
                "more_variables",
                "set_aside",
                "banner",
                "left",
            ],
            Self::NoProgram => &["reason", "detail", "near_names", "variable_names", "programs", "banner"],
            Self::AnswerRules => &["schema", "substrings", "patterns", "case_insensitive", "words", "goal"],
            Self::Judge => &["goal", "question", "answer"],
            Self::AnswerSetAside => &["answer", "reasons", "banner"],
            Self::Session => &["earlier", "left_out", "memory", "more_memory"],
            Self::TurnBanner => &["turn", "steps", "left"],
            Self::Extract => &["question", "limit"],
            Self::Compact | Self::Compacted => &["turns"],
            Self::SubSystem => &[],
        }
    }
}

impl fmt::Display for PromptName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What stands between the two `---` lines at the start of a template.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FrontMatter {
    /// What the prompt is for, in a sentence.
    pub purpose: String,
    /// The variables that it uses, in the order in which they are listed.
    pub variables: Vec<SmolStr>,
}

impl FrontMatter {
    /// Splits a template's text into its front matter and its body.
    ///
    /// # Errors
    /// [`PromptError::FrontMatter`] where it does not begin with `---` lines around `purpose:` and `variables:`.
    pub fn split<'t>(name: &str, text: &'t str) -> Result<(Self, &'t str), PromptError> {
        let wrong = |detail: &str| PromptError::FrontMatter {
            name: name.into(),
            detail: detail.to_owned(),
        };
        let rest = text
            .strip_prefix("---\n")
            .ok_or_else(|| wrong("it does not begin with a line `---`"))?;
        let (head, body) = rest
            .split_once("\n---\n")
            .ok_or_else(|| wrong("its second line `---` is missing"))?;
        let mut front = Self::default();
        for line in head.lines() {
            match line.split_once(':') {
                Some(("purpose", purpose)) => front.purpose = purpose.trim().to_owned(),
                Some(("variables", names)) => {
                    let names = names.split(',').map(str::trim).filter(|name| !name.is_empty());
                    front.variables = names.map(SmolStr::new).collect();
                }
                _ => return Err(wrong(&format!("`{line}` is neither `purpose:` nor `variables:`"))),
            }
        }
        if front.purpose.is_empty() {
            return Err(wrong("its `purpose:` is missing"));
        }
        Ok((front, body))
    }
}

/// A set of prompts can't be used, or one of them can't be rendered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PromptError {
    /// The front matter is not of the expected form.
    #[error("the prompt `{name}` has no proper front matter: {detail}")]
    FrontMatter {
        /// The prompt.
        name: SmolStr,
        /// What is wrong.
        detail: String,
    },
    /// The template does not parse.
    #[error("the prompt `{name}` is not a template: {detail}")]
    Template {
        /// The prompt.
        name: SmolStr,
        /// What is wrong and where.
        detail: String,
    },
    /// The template uses a variable that a run does not pass.
    #[error("the prompt `{name}` uses `{variable}`, which is not passed to it; there are: {known}")]
    UnknownVariable {
        /// The prompt.
        name: SmolStr,
        /// The variable.
        variable: String,
        /// The variables that there are.
        known: String,
    },
    /// A prompt of this set is missing.
    #[error("the prompt `{name}` is missing")]
    Missing {
        /// The prompt.
        name: SmolStr,
    },
    /// There is no prompt of this name.
    #[error("there is no prompt `{name}`")]
    UnknownPrompt {
        /// The name.
        name: SmolStr,
    },
    /// A template failed while it was rendered.
    #[error("the prompt `{name}` can't be rendered: {detail}")]
    Render {
        /// The prompt.
        name: SmolStr,
        /// What went wrong.
        detail: String,
    },
}

impl PromptError {
    /// Returns the error's stable name.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::FrontMatter { .. } => "prompt_front_matter",
            Self::Template { .. } => "prompt_template",
            Self::UnknownVariable { .. } => "prompt_unknown_variable",
            Self::Missing { .. } => "prompt_missing",
            Self::UnknownPrompt { .. } => "prompt_unknown",
            Self::Render { .. } => "prompt_render",
        }
    }

    /// Returns what to do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::FrontMatter { .. } => "begin the file with `---`, `purpose: …`, `variables: …`, `---`",
            Self::Template { .. } | Self::Render { .. } => "correct the template; its syntax is that of Jinja",
            Self::UnknownVariable { .. } => "use the variables that are listed",
            Self::Missing { .. } | Self::UnknownPrompt { .. } => "take the names of the files in `prompts/`",
        }
    }
}

/// The prompts of a run: those built in, or those that a journal recorded. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Prompts {
    environment: Arc<Environment<'static>>,
    templates: Arc<[Template]>,
}

impl Prompts {
    /// Takes the prompts that are built in.
    ///
    /// # Errors
    /// [`PromptError`] if one of them is wrong; a test keeps it from happening.
    pub fn built_in() -> Result<Self, PromptError> {
        Self::new(PromptName::ALL.iter().map(|name| name.template()))
    }

    /// Takes templates, such as those of a journal; all prompts must be among them.
    ///
    /// # Errors
    /// [`PromptError`] names the prompt and what is wrong with it.
    pub fn new(templates: impl IntoIterator<Item = Template>) -> Result<Self, PromptError> {
        let templates: Arc<[Template]> = templates.into_iter().collect();
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_syntax(lines_of_their_own());
        for template in &*templates {
            add(&mut environment, template)?;
        }
        for name in PromptName::ALL {
            match environment.get_template(name.as_str()) {
                Ok(_) => {}
                Err(_) if name.is_newer() => add(&mut environment, &name.template())?,
                Err(_) => {
                    return Err(PromptError::Missing {
                        name: name.as_str().into(),
                    });
                }
            }
        }
        Ok(Self {
            environment: Arc::new(environment),
            templates,
        })
    }

    /// Returns the templates, as a journal records them.
    #[must_use]
    pub fn templates(&self) -> &[Template] {
        &self.templates
    }

    /// Renders a prompt; white space at its end is cut off.
    ///
    /// # Errors
    /// [`PromptError::Render`].
    pub(crate) fn render(&self, name: PromptName, variables: impl Serialize) -> Result<String, PromptError> {
        let failed = |error: minijinja::Error| PromptError::Render {
            name: name.as_str().into(),
            detail: error.to_string(),
        };
        let template = self.environment.get_template(name.as_str()).map_err(failed)?;
        let mut text = template.render(minijinja::value::Serde(variables)).map_err(failed)?;
        text.truncate(text.trim_end().len());
        Ok(text)
    }
}

/// A block's tag that stands on a line of its own leaves no empty line.
fn lines_of_their_own() -> SyntaxConfig {
    SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .build()
        .unwrap_or_default()
}

fn add(environment: &mut Environment<'static>, template: &Template) -> Result<(), PromptError> {
    let known = PromptName::ALL.iter().find(|name| name.as_str() == template.name);
    let known = known.ok_or_else(|| PromptError::UnknownPrompt {
        name: template.name.clone(),
    })?;
    let (front, body) = FrontMatter::split(&template.name, &template.text)?;
    let added = environment.add_template_owned(template.name.to_string(), body.to_owned());
    added.map_err(|error| PromptError::Template {
        name: template.name.clone(),
        detail: error.to_string(),
    })?;
    let used = environment
        .get_template(&template.name)
        .map(|template| template.undeclared_variables(false));
    let listed = front.variables.iter().map(SmolStr::to_string);
    let used: BTreeSet<String> = used.unwrap_or_default().into_iter().chain(listed).collect();
    match used
        .into_iter()
        .find(|used| !known.variables().contains(&used.as_str()))
    {
        None => Ok(()),
        Some(variable) => Err(PromptError::UnknownVariable {
            name: template.name.clone(),
            variable,
            known: known.variables().join(", "),
        }),
    }
}
