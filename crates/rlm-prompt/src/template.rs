//! Prompt templates with front matter: their names, purposes and variables.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, UndefinedBehavior};
use rlm_trace::Template;
use serde::Serialize;
use smol_str::SmolStr;

use crate::error::{MAX_PROMPT_BYTES, PromptError, PromptPlace, did_you_mean};
use crate::front_matter::FrontMatter;

/// The maximum number of steps for rendering a prompt, which guarantees termination. The longest
/// built-in prompt takes some hundreds.
const RENDER_FUEL: u64 = 1_000_000;

/// Defines the prompts, so that the name of each is written only once.
macro_rules! prompts {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal,)+) => {
        /// A prompt that a run renders.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum PromptName {
            $($(#[doc = $doc])+ $variant,)+
        }

        const DIRECT_VARIABLES: &[&str] = &["context", "has_context", "question", "earlier", "left_out", "without_text"];
const SESSION_VARIABLES: &[&str] = &[
    "earlier",
    "left_out",
    "memory",
    "more_memory",
    "variables",
    "more_variables",
    "is_persistent",
];

impl PromptName {
            /// All prompts.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// Returns the name, which is also that of the file.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// Returns the built-in template, including its front matter.
            #[must_use]
            pub const fn built_in(self) -> &'static str {
                match self {
                    $(Self::$variant => include_str!(concat!("../../../prompts/", $name, ".md")),)+
                }
            }
        }
    };
}

prompts! {
    /// The root model's system message.
    RootSystem = "root-system",
    /// The language card in the root model's system message.
    SiftCard = "sift-card",
    /// The question and the metadata of the context.
    RootFirst = "root-first",
    /// The question and the size of the context, for a child run.
    ChildFirst = "child-first",
    /// The outcome of the root model's program.
    Observation = "observation",
    /// The answer to a reply without a program.
    NoProgram = "no-program",
    /// The reasons why an answer was rejected.
    AnswerSetAside = "answer-set-aside",
    /// The requirements for an answer.
    AnswerRules = "answer-rules",
    /// The question whether an answer meets its goal.
    Judge = "judge",
    /// The request for an answer in a single call, with the whole context.
    Direct = "direct",
    /// The state of a session from which a question starts.
    Session = "session",
    /// The number of turns left.
    TurnBanner = "turn-banner",
    /// The request for a best-effort answer at a limit.
    Extract = "extract",
    /// The request to summarize earlier turns.
    Compact = "compact",
    /// The message after the summary of earlier turns.
    Compacted = "compacted",
    /// The system message of sub-calls.
    SubSystem = "sub-system",
    /// The caller's additional instructions for the run.
    Instructions = "instructions",
}

impl PromptName {
    /// Returns the prompt with a name.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|prompt| prompt.as_str() == name)
    }

    /// Returns the prompt with a name; the error lists similar names.
    ///
    /// ```
    /// use rlm_prompt::PromptName;
    ///
    /// assert_eq!(PromptName::named("judge")?, PromptName::Judge);
    /// assert!(PromptName::named("jugde").is_err_and(|error| error.to_string().contains("judge")));
    /// # Ok::<(), rlm_prompt::PromptError>(())
    /// ```
    ///
    /// # Errors
    /// [`PromptError::UnknownPrompt`] if there is no such prompt.
    pub fn named(name: &str) -> Result<Self, PromptError> {
        Self::find(name).ok_or_else(|| PromptError::UnknownPrompt {
            name: name.into(),
            near: did_you_mean(name, Self::ALL.iter().map(ToString::to_string)),
        })
    }

    fn template(self) -> Template {
        Template {
            name: self.as_str().into(),
            text: self.built_in().to_owned(),
        }
    }

    /// Returns `true` if the prompt is only part of the root model's first message.
    #[must_use]
    pub const fn is_sent_once(self) -> bool {
        matches!(self, Self::RootFirst | Self::AnswerRules | Self::Session)
    }

    /// Returns `true` if journals of earlier releases lack the template, because their runs did not
    /// use it.
    const fn is_newer(self) -> bool {
        matches!(
            self,
            Self::ChildFirst
                | Self::AnswerSetAside
                | Self::AnswerRules
                | Self::Judge
                | Self::Direct
                | Self::Session
                | Self::Compact
                | Self::Compacted
                | Self::Instructions
        )
    }

    /// The variables that a run passes to the template.
    const fn variables(self) -> &'static [&'static str] {
        match self {
            Self::RootSystem => &[
                "card",
                "subcalls",
                "shown_output",
                "reply_chars",
                "steps",
                "programs",
                "profile",
            ],
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
                "images",
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
            Self::AnswerRules => &[
                "in_words",
                "schema",
                "substrings",
                "patterns",
                "case_insensitive",
                "words",
                "goal",
            ],
            Self::Direct => DIRECT_VARIABLES,
            Self::Judge => &["goal", "question", "answer"],
            Self::AnswerSetAside => &["answer", "reasons", "banner"],
            Self::Session => SESSION_VARIABLES,
            Self::TurnBanner => &["turn", "steps", "left"],
            Self::Extract => &["question", "limit"],
            Self::Compact | Self::Compacted => &["turns"],
            Self::SubSystem => &[],
            Self::Instructions => &["instructions"],
        }
    }
}

impl fmt::Display for PromptName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The prompts of a run: the built-in ones, or those that a journal has recorded. Cheap to clone.
///
/// ```
/// use rlm_prompt::{PromptName, Prompts};
///
/// let prompts = Prompts::built_in()?;
/// assert!(prompts.judge("Every party is named.", "Who signed?", "Okoye and Lind.")?.contains("Okoye and Lind."));
/// assert_eq!(prompts.front_matter(PromptName::Judge)?.variables, ["goal", "question", "answer"]);
///
/// // One of one's own among the others, as a journal or a folder gives it.
/// let mut templates = prompts.templates().to_vec();
/// for template in templates.iter_mut().filter(|template| template.name == "sub-system") {
///     template.text = "---\npurpose: Short.\nvariables:\nbudget: 20\n---\nReply in one word.\n".into();
/// }
/// assert_eq!(Prompts::new(templates)?.sub_system()?, "Reply in one word.");
/// # Ok::<(), rlm_prompt::PromptError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Prompts {
    environment: Arc<Environment<'static>>,
    templates: Arc<[Template]>,
}

impl Prompts {
    /// Creates the built-in prompts.
    ///
    /// # Errors
    /// [`PromptError`] if a built-in template is invalid, which a test rules out.
    pub fn built_in() -> Result<Self, PromptError> {
        Self::new(PromptName::ALL.iter().map(|name| name.template()))
    }

    /// Creates prompts from templates, such as those of a journal. All prompts must be given.
    ///
    /// # Errors
    /// [`PromptError`] with the prompt and the error in its template.
    pub fn new(templates: impl IntoIterator<Item = Template>) -> Result<Self, PromptError> {
        let templates: Arc<[Template]> = templates.into_iter().collect();
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_syntax(lines_of_their_own());
        environment.set_fuel(Some(RENDER_FUEL));
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

    /// Returns the front matter of a template.
    ///
    /// # Errors
    /// None for templates that passed the checks of [`new`](Self::new).
    pub fn front_matter(&self, name: PromptName) -> Result<FrontMatter, PromptError> {
        Ok(FrontMatter::split(name.as_str(), self.text(name))?.0)
    }

    /// Returns the text of a template, including its front matter.
    #[must_use]
    pub fn text(&self, name: PromptName) -> &str {
        let template = self.templates.iter().find(|template| template.name == name.as_str());
        // Prompts that journals of earlier releases lack are the built-in ones.
        template.map_or(name.built_in(), |template| template.text.as_str())
    }

    /// Returns the templates as recorded in a journal.
    #[must_use]
    pub fn templates(&self) -> &[Template] {
        &self.templates
    }

    /// Returns the line of a template's text at which rendering failed, if the error is in the
    /// template itself.
    fn line(&self, name: PromptName, error: &minijinja::Error) -> Option<usize> {
        let is_own = error.name().is_none_or(|inner| inner == name.as_str());
        let front = self.front_matter(name).ok()?;
        error
            .line()
            .filter(|_| is_own)
            .map(|line| line.saturating_add(front.lines))
    }

    /// Renders a prompt. Trailing whitespace is removed.
    ///
    /// # Errors
    /// [`PromptError::Render`] if the template can't be rendered.
    pub(crate) fn render(&self, name: PromptName, variables: impl Serialize) -> Result<String, PromptError> {
        let failed = |error: minijinja::Error| PromptError::Render {
            place: PromptPlace::of(name.as_str(), None).at(self.line(name, &error)),
            detail: said(&error),
        };
        let template = self.environment.get_template(name.as_str()).map_err(failed)?;
        let mut text = template.render(minijinja::value::Serde(variables)).map_err(failed)?;
        text.truncate(text.trim_end().len());
        Ok(text)
    }
}

/// Returns a syntax in which a block's tag on its own line leaves no empty line.
fn lines_of_their_own() -> SyntaxConfig {
    SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .build()
        .unwrap_or_default()
}

fn add(environment: &mut Environment<'static>, template: &Template) -> Result<(), PromptError> {
    let known = PromptName::named(&template.name)?;
    let place = PromptPlace::of(template.name.clone(), None);
    if template.text.len() > MAX_PROMPT_BYTES {
        return Err(PromptError::TooLong {
            place,
            bytes: template.text.len(),
        });
    }
    let (front, body) = FrontMatter::split(&template.name, &template.text)?;
    let added = environment.add_template_owned(template.name.to_string(), body.to_owned());
    added.map_err(|error| PromptError::Template {
        place: place.at(error.line().map(|line| line.saturating_add(front.lines))),
        detail: said(&error),
    })?;
    let used = environment
        .get_template(&template.name)
        .map(|template| template.undeclared_variables(false));
    let listed = front.variables.iter().map(SmolStr::to_string);
    let used: BTreeSet<String> = used.unwrap_or_default().into_iter().chain(listed).collect();
    let is_known =
        |used: &str| known.variables().contains(&used) || environment.globals().any(|(function, _)| function == used);
    match used.into_iter().find(|used| !is_known(used)) {
        None => Ok(()),
        Some(variable) => Err(PromptError::UnknownVariable {
            place: place.at(line_of(&template.text, front.lines, &variable)),
            variable,
            known: match known.variables() {
                [] => "none".to_owned(),
                variables => variables.join(", "),
            },
        }),
    }
}

/// Returns the description of a template error, without its location.
fn said(error: &minijinja::Error) -> String {
    match error.detail() {
        Some(detail) => format!("{}: {detail}", error.kind()),
        None => error.kind().to_string(),
    }
}

/// Returns the first line with a variable: in a tag of the body, otherwise in the front matter.
fn line_of(text: &str, front: usize, variable: &str) -> Option<usize> {
    let names = |line: &str| {
        line.split(|c: char| !(c.is_alphanumeric() || c == '_'))
            .any(|word| word == variable)
    };
    let is_tag = |line: &str| line.contains("{{") || line.contains("{%");
    let mut lines = text.lines().zip(1..);
    let of_body = lines.clone().skip(front).find(|(line, _)| is_tag(line) && names(line));
    of_body
        .or_else(|| lines.find(|(line, _)| names(line)))
        .map(|(_, number)| number)
}
