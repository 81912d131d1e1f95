//! The first messages of a run: the system message, the question, and the metadata of the context.

use rlm_context::{Context, ContextKind, Document, TextlessFile};
use rlm_model::{GrammarWay, grouped};
use serde::Serialize;
use sift_text::Text;

use super::line::{LISTED_VARIABLES, SUMMARY_CHARS};
use super::turn::Turn;
use crate::error::PromptError;
use crate::hiding::without_hidden;
use crate::profile::ExecutionProfile;
use crate::quoting::{NAME_CHARS, quoted, quoted_line};
use crate::session::{Exchange, SessionState};
use crate::template::{PromptName, Prompts};

/// The maximum number of documents that are listed by name.
const LISTED_DOCUMENTS: usize = 50;
/// The maximum number of files without text that are listed by name.
pub(super) const LISTED_WITHOUT_TEXT: usize = 20;
/// The maximum characters of a tool's signature and of its description.
const SIGNATURE_CHARS: usize = 1_000;
const DESCRIPTION_CHARS: usize = 400;

/// The limits and features of a run that the root model's system message states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limited {
    /// The maximum number of sub-calls of the run; 0 if it may make none.
    pub subcalls: u64,
    /// Whether programs can start child runs.
    pub child_runs: bool,
    /// The maximum number of characters of output shown per turn.
    pub shown_output: usize,
    /// The approximate maximum length of a sub-model's reply in characters.
    pub reply_chars: u64,
    /// The maximum number of turns.
    pub steps: u32,
    /// Whether programs can use search.
    pub search: bool,
    /// The form in which the model writes its programs.
    pub programs: ProgramForm,
    /// The execution profile, if one is set.
    pub profile: Option<ExecutionProfile>,
}

/// The form in which the root model writes its programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ProgramForm {
    /// In a code fence, with text around it.
    #[default]
    Fenced,
    /// As the whole reply.
    WholeReply,
    /// As the input of a tool call.
    Tool,
    /// As the only string of a JSON object.
    Envelope,
}

impl ProgramForm {
    /// Returns the form of programs of a model whose decoding is constrained in this way; `None` if
    /// it is not constrained.
    #[must_use]
    pub const fn for_grammar(way: Option<GrammarWay>) -> Self {
        match way {
            None => Self::Fenced,
            Some(GrammarWay::WholeReply) => Self::WholeReply,
            Some(GrammarWay::Tool) => Self::Tool,
            Some(GrammarWay::Envelope) => Self::Envelope,
        }
    }
}

/// A tool, for display.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownTool {
    /// The signature, such as `look(text: str) -> str`.
    pub signature: String,
    /// A description of what the tool does.
    pub description: String,
    /// Whether it counts as a tool with effects.
    pub effect: bool,
    /// Whether it hides the library function of the same name, which is then removed from the
    /// prompt.
    pub hides: bool,
}

impl ShownTool {
    /// Escapes the signature and description to single lines that can't end their block.
    fn quoted(self) -> Self {
        Self {
            signature: quoted_line(&self.signature, SIGNATURE_CHARS),
            description: quoted_line(&self.description, DESCRIPTION_CHARS),
            effect: self.effect,
            hides: self.hides,
        }
    }
}

/// Returns the names of the library functions that tools hide.
fn hidden_by(tools: &[ShownTool]) -> Vec<String> {
    let hiding = tools.iter().filter(|tool| tool.hides);
    let name = |tool: &ShownTool| tool.signature.split('(').next().unwrap_or_default().to_owned();
    hiding.map(name).collect()
}

impl Prompts {
    /// Renders the root model's system message.
    ///
    /// ```
    /// use rlm_prompt::{Limited, ProgramForm, Prompts};
    ///
    /// let limited = Limited {
    ///     subcalls: 50,
    ///     child_runs: false,
    ///     shown_output: 4_000,
    ///     reply_chars: 4_000,
    ///     steps: 20,
    ///     search: false,
    ///     programs: ProgramForm::Fenced,
    ///     profile: None,
    /// };
    /// let prompts = Prompts::built_in()?;
    /// assert!(prompts.root_system(limited)?.contains("llm_query"));
    /// // The language card is a part of it.
    /// assert!(prompts.root_system(limited)?.contains(prompts.card(limited, Vec::new())?.trim()));
    /// let without = Limited { subcalls: 0, ..limited };
    /// assert!(prompts.root_system(without)?.len() < prompts.root_system(limited)?.len());
    /// # Ok::<(), rlm_prompt::PromptError>(())
    /// ```
    ///
    /// # Errors
    /// [`PromptError::Render`] if the template can't be rendered.
    pub fn root_system(&self, limited: Limited) -> Result<String, PromptError> {
        self.root_system_with(limited, Vec::new())
    }

    /// Renders the root model's system message for a run with tools.
    ///
    /// # Errors
    /// The same as those of [`root_system`](Self::root_system).
    pub fn root_system_with(&self, limited: Limited, tools: Vec<ShownTool>) -> Result<String, PromptError> {
        let Limited {
            subcalls,
            shown_output,
            reply_chars,
            steps,
            programs,
            profile,
            ..
        } = limited;
        let hidden = hidden_by(&tools);
        let variables = SystemVariables {
            card: self.card(limited, tools)?,
            subcalls,
            shown_output,
            reply_chars,
            steps,
            programs,
            profile,
        };
        let system = self.render(PromptName::RootSystem, variables)?;
        Ok(without_hidden(&system, &hidden))
    }

    /// Renders the language card, which is a part of the root model's system message.
    ///
    /// # Errors
    /// [`PromptError::Render`] if the template can't be rendered.
    pub fn card(&self, limited: Limited, tools: Vec<ShownTool>) -> Result<String, PromptError> {
        let hidden = hidden_by(&tools);
        let variables = CardVariables {
            subcalls: limited.subcalls,
            child_runs: limited.child_runs,
            search: limited.search,
            tools: tools.into_iter().map(ShownTool::quoted).collect(),
        };
        let card = self.render(PromptName::SiftCard, variables)?;
        Ok(without_hidden(&card, &hidden))
    }

    /// Renders the caller's additional instructions, which end the root model's system message.
    ///
    /// # Errors
    /// [`PromptError::Render`] if the template can't be rendered.
    pub fn instructions(&self, instructions: &str) -> Result<String, PromptError> {
        self.render(PromptName::Instructions, InstructionsVariables { instructions })
    }

    /// Renders the first user message: the question and the metadata of the context, without its
    /// content.
    ///
    /// ```
    /// use rlm_context::{Context, DEFAULT_SEPARATOR};
    /// use rlm_prompt::{Prompts, Turn};
    ///
    /// let context = Context::from_documents([("may.md", "The roof leaks.\n")], DEFAULT_SEPARATOR)?;
    /// let first = Prompts::built_in()?.root_first("What leaks?", &context, Turn { next: 1, steps: 20 })?;
    /// assert!(first.contains("What leaks?") && first.contains("may.md"));
    /// assert!(!first.contains("The roof leaks"), "its text stays where it is");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`PromptError::Render`] if the template can't be rendered.
    pub fn root_first(&self, question: &str, context: &Context, turn: Turn) -> Result<String, PromptError> {
        let total = context.total();
        let documents = context.documents();
        let without_text = context.without_text();
        let listed = documents.iter().take(LISTED_DOCUMENTS).enumerate();
        let between = total.documents.saturating_sub(1) * context.separator().chars().count() as u64;
        let variables = FirstVariables {
            question: quoted(question),
            kind: match context.kind() {
                ContextKind::List if context.is_split() => "`context` is a list of str, one a record",
                ContextKind::Dict if context.is_split() => "`context` is a dict of `file:line` to str, one a record",
                ContextKind::Text => "`context` is a str",
                ContextKind::List => "`context` is a list of str, one a document",
                ContextKind::Dict => "`context` is a dict of document name to str",
                ContextKind::Json => "`context` is the value of a JSON document",
            },
            records: context.is_split().then(|| grouped(context.shown_documents())),
            chars: total.chars.map(grouped),
            bytes: grouped(total.bytes),
            // The message must not depend on whether a file was memory-mapped.
            digest: (!documents.iter().any(Document::is_large)).then(|| context.digest().short()),
            document_count: grouped(total.documents),
            documents: listed
                .map(|(number, document)| {
                    let is_counted = context.is_counted_at_start(document);
                    ListedDocument {
                        number,
                        name: quoted_line(document.name(), NAME_CHARS),
                        chars: is_counted.then(|| grouped(document.chars())),
                        lines: is_counted.then(|| grouped(document.lines())),
                        bytes: grouped(document.size()),
                        records: document.records().is_some().then(|| records_line(document)),
                    }
                })
                .collect(),
            more_documents: documents.len().saturating_sub(LISTED_DOCUMENTS),
            images: documents.iter().filter(|document| document.image().is_some()).count(),
            without_text: without_text
                .iter()
                .take(LISTED_WITHOUT_TEXT)
                .map(without_text_line)
                .collect(),
            more_without_text: without_text.len().saturating_sub(LISTED_WITHOUT_TEXT),
            without_text_count: grouped(without_text.len() as u64),
            file_count: grouped(without_text.len() as u64 + total.documents),
            joined: (documents.len() > 1).then(|| Joined {
                separator: quoted_line(context.separator(), NAME_CHARS),
                chars: total.chars.map(|chars| grouped(chars + between)),
            }),
            banner: turn.banner(self)?,
            left: turn.left(),
        };
        self.render(PromptName::RootFirst, variables)
    }

    /// Renders the state of a session: the latest questions and answers, and the contents of
    /// `memory`.
    ///
    /// # Errors
    /// [`PromptError::Render`] if the template can't be rendered.
    pub fn session(&self, session: &SessionState) -> Result<String, PromptError> {
        let item = |(key, value): (&String, &serde_json::Value)| {
            format!(
                "{}: {}",
                quoted_line(key, NAME_CHARS),
                quoted_line(&value.to_string(), SUMMARY_CHARS)
            )
        };
        let kept = session.variables.iter().flatten();
        let variables = SessionVariables {
            earlier: session.earlier.iter().map(quoted_exchange).collect(),
            left_out: session.left_out,
            memory: session.memory.iter().take(LISTED_VARIABLES).map(item).collect(),
            more_memory: session.memory.len().saturating_sub(LISTED_VARIABLES),
            variables: kept.clone().take(LISTED_VARIABLES).map(item).collect(),
            more_variables: kept.count().saturating_sub(LISTED_VARIABLES),
            is_persistent: session.variables.is_some(),
        };
        self.render(PromptName::Session, variables)
    }

    /// Renders the first user message of a child run: the question and the size of the text that it
    /// is about.
    ///
    /// # Errors
    /// [`PromptError::Render`] if the template can't be rendered.
    pub fn child_first(&self, question: &str, piece: &Text, turn: Turn) -> Result<String, PromptError> {
        let sizes = piece
            .settled()
            .map(|piece| (piece.len_chars(), piece.len_bytes(), piece.to_flat().lines().count()));
        let (chars, bytes, lines) = sizes.unwrap_or_default();
        let variables = ChildFirstVariables {
            question: quoted(question),
            chars: grouped(chars as u64),
            bytes: grouped(bytes as u64),
            lines: grouped(lines as u64),
            banner: turn.banner(self)?,
            left: turn.left(),
        };
        self.render(PromptName::ChildFirst, variables)
    }

    /// Renders the system message of sub-calls.
    ///
    /// # Errors
    /// [`PromptError::Render`] if the template can't be rendered.
    pub fn sub_system(&self) -> Result<String, PromptError> {
        self.render(PromptName::SubSystem, ())
    }
}

#[derive(Serialize)]
struct SystemVariables {
    card: String,
    subcalls: u64,
    shown_output: usize,
    reply_chars: u64,
    steps: u32,
    programs: ProgramForm,
    profile: Option<ExecutionProfile>,
}

#[derive(Serialize)]
struct InstructionsVariables<'a> {
    instructions: &'a str,
}

#[derive(Serialize)]
struct CardVariables {
    subcalls: u64,
    child_runs: bool,
    search: bool,
    tools: Vec<ShownTool>,
}

#[derive(Serialize)]
pub(super) struct FirstVariables {
    pub(super) question: String,
    pub(super) kind: &'static str,
    /// The number of records in the context, if programs see each record separately.
    pub(super) records: Option<String>,
    /// The length of the context in code points; `None` if some documents were not counted.
    pub(super) chars: Option<String>,
    pub(super) bytes: String,
    /// The digest of the context; `None` if a document is so large that it may not be digested yet.
    pub(super) digest: Option<String>,
    pub(super) document_count: String,
    pub(super) documents: Vec<ListedDocument>,
    pub(super) more_documents: usize,
    /// The number of documents that are images.
    pub(super) images: usize,
    pub(super) without_text: Vec<String>,
    pub(super) more_without_text: usize,
    pub(super) without_text_count: String,
    pub(super) file_count: String,
    /// The separator and length of the joined documents, if there are several.
    pub(super) joined: Option<Joined>,
    pub(super) banner: Option<String>,
    pub(super) left: u32,
}

#[derive(Serialize)]
pub(super) struct ChildFirstVariables {
    pub(super) question: String,
    pub(super) chars: String,
    pub(super) bytes: String,
    pub(super) lines: String,
    pub(super) banner: Option<String>,
    pub(super) left: u32,
}

#[derive(Serialize)]
pub(super) struct Joined {
    pub(super) separator: String,
    pub(super) chars: Option<String>,
}

#[derive(Serialize)]
pub(super) struct ListedDocument {
    pub(super) number: usize,
    pub(super) name: String,
    /// The length of the document in code points. If it was not counted, this is `None` and only
    /// `bytes` is shown.
    pub(super) chars: Option<String>,
    pub(super) lines: Option<String>,
    pub(super) bytes: String,
    /// The number of records and faults in them, if programs see each record separately.
    pub(super) records: Option<String>,
}

#[derive(Serialize)]
struct SessionVariables {
    earlier: Vec<Exchange>,
    left_out: usize,
    memory: Vec<String>,
    more_memory: usize,
    variables: Vec<String>,
    more_variables: usize,
    is_persistent: bool,
}

/// Returns the number of a file's records, how they are shown, and the faults in some of them.
fn records_line(document: &Document) -> String {
    let mut line = format!("{} records", grouped(document.shown_documents()));
    if document.has_header() {
        line.push_str(", each behind the header line");
    }
    for flaw in document.record_flaws() {
        line.push_str("; ");
        line.push_str(&flaw.to_string());
    }
    line
}

pub(super) fn quoted_exchange(exchange: &Exchange) -> Exchange {
    Exchange {
        question: quoted(&exchange.question),
        answer: quoted(&exchange.answer),
    }
}

pub(super) fn without_text_line(file: &TextlessFile) -> String {
    format!(
        "{}: {}",
        quoted_line(&file.name, NAME_CHARS),
        quoted_line(&file.why, NAME_CHARS)
    )
}
