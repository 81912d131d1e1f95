//! Templates with front matter: which there are, what they are for, and which variables they take.

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

/// The most steps that rendering a prompt may take, so that no template goes on for ever; the longest that is built in takes some hundreds.
const RENDER_FUEL: u64 = 1_000_000;

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
                    $(Self::$variant => include_str!(concat!("../../../prompts/", $name, ".md")),)+
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
    /// The request for an answer in one call, with all of the context.
    Direct = "direct",
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
    /// What whoever asks wants the run to keep to.
    Instructions = "instructions",
}

impl PromptName {
    /// Finds a prompt by its name.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|prompt| prompt.as_str() == name)
    }

    /// Finds a prompt by its name, or says which names are near.
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
    /// [`PromptError::UnknownPrompt`].
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

    /// Returns `true` if the prompt is part of the root model's first message only.
    #[must_use]
    pub const fn is_sent_once(self) -> bool {
        matches!(self, Self::RootFirst | Self::AnswerRules | Self::Session)
    }

    /// Tells whether journals of earlier releases lack the template: their runs had no use for it.
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
            Self::Direct => &["context", "question", "earlier", "left_out", "without_text"],
            Self::Judge => &["goal", "question", "answer"],
            Self::AnswerSetAside => &["answer", "reasons", "banner"],
            Self::Session => &["earlier", "left_out", "memory", "more_memory"],
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

/// The prompts of a run: those built in, or those that a journal recorded. Cheap to clone.
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

    /// Returns what a template says of itself.
    ///
    /// # Errors
    /// None that [`new`](Self::new) has not told.
    pub fn front_matter(&self, name: PromptName) -> Result<FrontMatter, PromptError> {
        Ok(FrontMatter::split(name.as_str(), self.text(name))?.0)
    }

    /// Returns the text of a template, front matter included.
    #[must_use]
    pub fn text(&self, name: PromptName) -> &str {
        let template = self.templates.iter().find(|template| template.name == name.as_str());
        // What journals of earlier releases lack is what is built in.
        template.map_or(name.built_in(), |template| template.text.as_str())
    }

    /// Returns the templates, as a journal records them.
    #[must_use]
    pub fn templates(&self) -> &[Template] {
        &self.templates
    }

    /// Returns the line of a template's text at which rendering failed, where that was in the template itself.
    fn line(&self, name: PromptName, error: &minijinja::Error) -> Option<usize> {
        let is_own = error.name().is_none_or(|inner| inner == name.as_str());
        let front = self.front_matter(name).ok()?;
        error
            .line()
            .filter(|_| is_own)
            .map(|line| line.saturating_add(front.lines))
    }

    /// Renders a prompt; white space at its end is cut off.
    ///
    /// # Errors
    /// [`PromptError::Render`].
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

/// A block's tag that stands on a line of its own leaves no empty line.
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

/// Says what is wrong with a template, without its place.
fn said(error: &minijinja::Error) -> String {
    match error.detail() {
        Some(detail) => format!("{}: {detail}", error.kind()),
        None => error.kind().to_string(),
    }
}

/// Returns the first line that names a variable: of the body, within a tag, or else of the front matter.
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
