//! What a run begins with: the system's message, the question, and what of the context the root model sees.

use rlm_context::{Context, ContextKind, Document, WithoutText};
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

/// The most documents that are listed by name.
const LISTED_DOCUMENTS: usize = 50;
/// The most files without text that are listed by name.
pub(super) const LISTED_WITHOUT_TEXT: usize = 20;
/// The most characters of a tool's signature and of what is said of it.
const SIGNATURE_CHARS: usize = 1_000;
const DESCRIPTION_CHARS: usize = 400;

/// Bounds that are part of the messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limited {
    /// The sub-calls that the run may make; 0 where there are none.
    pub subcalls: u64,
    /// Whether programs can start child runs.
    pub child_runs: bool,
    /// The characters of a turn's output that are shown.
    pub shown_output: usize,
    /// The characters of a sub-model's reply, about.
    pub reply_chars: u64,
    /// The turns that there are.
    pub steps: u32,
    /// Whether programs can search.
    pub search: bool,
    /// The form in which the model writes its programs.
    pub programs: ProgramForm,
    /// How it is to go about its question, where that was said.
    pub profile: Option<ExecutionProfile>,
}

/// The form in which the root model writes its programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ProgramForm {
    /// In a fence, with words around it.
    #[default]
    Fenced,
    /// As its whole reply.
    WholeReply,
    /// As the input of a tool.
    Tool,
    /// As the one string of a JSON object.
    Envelope,
}

impl ProgramForm {
    /// Returns the form of programs of a model whose decoding is constrained in this way; `None` if it is not constrained.
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

/// A tool, for showing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownTool {
    /// How it is called.
    pub signature: String,
    /// What it does.
    pub description: String,
    /// Whether it counts as one with effects.
    pub effect: bool,
    /// Whether it hides the library function of its name, of which the prompt then says nothing.
    pub hides: bool,
}

impl ShownTool {
    /// Makes what whoever offers the tool says of it one line that can end nothing.
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
    /// [`PromptError::Render`].
    pub fn root_system(&self, limited: Limited) -> Result<String, PromptError> {
        self.root_system_with(limited, Vec::new())
    }

    /// Renders the root model's system message for a run with tools.
    ///
    /// # Errors
    /// As [`root_system`](Self::root_system).
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
    /// [`PromptError::Render`].
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

    /// Renders what stands at the end of the root model's system message where whoever asks wants the run to keep to something.
    ///
    /// # Errors
    /// [`PromptError::Render`].
    pub fn instructions(&self, instructions: &str) -> Result<String, PromptError> {
        self.render(PromptName::Instructions, InstructionsVariables { instructions })
    }

    /// Renders the first user message: the question, and the context's metadata alone.
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
    /// [`PromptError::Render`].
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
            // Nothing here may depend on whether a file was mapped.
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

    /// Renders what a question of a session goes on from: the newest questions and answers, and what `memory` holds.
    ///
    /// # Errors
    /// [`PromptError::Render`].
    pub fn session(&self, session: &SessionState) -> Result<String, PromptError> {
        let item = |(key, value): (&String, &serde_json::Value)| {
            format!(
                "{}: {}",
                quoted_line(key, NAME_CHARS),
                quoted_line(&value.to_string(), SUMMARY_CHARS)
            )
        };
        let variables = SessionVariables {
            earlier: session.earlier.iter().map(quoted_exchange).collect(),
            left_out: session.left_out,
            memory: session.memory.iter().take(LISTED_VARIABLES).map(item).collect(),
            more_memory: session.memory.len().saturating_sub(LISTED_VARIABLES),
        };
        self.render(PromptName::Session, variables)
    }

    /// Renders the first user message of a child run: the question, and the size of the piece of text that it is about.
    ///
    /// # Errors
    /// [`PromptError::Render`].
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
    /// [`PromptError::Render`].
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
    /// How many records there are, where programs see each by itself.
    pub(super) records: Option<String>,
    /// None where not all was counted.
    pub(super) chars: Option<String>,
    pub(super) bytes: String,
    /// None where a document is so large that its digest may not be known yet.
    pub(super) digest: Option<String>,
    pub(super) document_count: String,
    pub(super) documents: Vec<ListedDocument>,
    pub(super) more_documents: usize,
    pub(super) without_text: Vec<String>,
    pub(super) more_without_text: usize,
    pub(super) without_text_count: String,
    pub(super) file_count: String,
    /// The documents as one text, where there are several.
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
    /// None where it was not counted; then there are its bytes.
    pub(super) chars: Option<String>,
    pub(super) lines: Option<String>,
    pub(super) bytes: String,
    /// How many records it has and what is wrong with some, where programs see each by itself.
    pub(super) records: Option<String>,
}

#[derive(Serialize)]
struct SessionVariables {
    earlier: Vec<Exchange>,
    left_out: usize,
    memory: Vec<String>,
    more_memory: usize,
}

/// Says how many records a file has, how they are shown, and what is wrong with some.
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

pub(super) fn without_text_line(file: &WithoutText) -> String {
    format!(
        "{}: {}",
        quoted_line(&file.name, NAME_CHARS),
        quoted_line(&file.why, NAME_CHARS)
    )
}
