//! The messages of a run, each rendered from its template.

use rlm_context::{Context, ContextKind, Document, WithoutText};
use rlm_model::GrammarWay;
use rlm_syntax::nearest;
use rlm_text::Text;
use serde::Serialize;
use smol_str::SmolStr;

use super::quoting::{Excerpt, quoted, quoted_line};
use super::template::{PromptError, PromptName, Prompts};
use crate::constrain::Held;
use crate::finalization::Finalization;
use crate::session::{Carried, Exchange};

/// The most documents that are listed by name.
const LISTED_DOCUMENTS: usize = 50;
/// The most files without text that are listed by name.
const LISTED_WITHOUT_TEXT: usize = 20;
/// The most variables that are listed.
const LISTED_VARIABLES: usize = 40;
/// The most characters of a name, of a variable's summary, of an error.
const NAME_CHARS: usize = 100;
const SUMMARY_CHARS: usize = 100;
const ERROR_CHARS: usize = 2_000;
const DIAGNOSTICS_CHARS: usize = 4_000;
/// The most notes of one turn.
const LISTED_NOTES: usize = 8;
const NOTE_CHARS: usize = 300;
/// The most reasons why an answer was not taken, and their most characters.
const LISTED_REASONS: usize = 8;
const REASON_CHARS: usize = 400;
/// The most characters that are shown of an answer that was not taken.
const ANSWER_CHARS: usize = 1_000;
/// The most characters of an answer that is judged, and of a line of what is asked of answers.
const JUDGED_CHARS: usize = 40_000;
const LINE_CHARS: usize = 1_000;

/// Where a run stands among the turns that it may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// The turn that comes next, counted from 1.
    pub next: u32,
    /// The turns that there are.
    pub steps: u32,
}

impl Turn {
    /// Returns how many turns are left, the next one included.
    const fn left(self) -> u32 {
        (self.steps + 1).saturating_sub(self.next)
    }

    fn banner(self, prompts: &Prompts) -> Result<Option<String>, PromptError> {
        let left = self.left();
        // The first half is silent: a count that has just begun makes models hurry.
        if left == 0 || (left > 2 && self.next <= self.steps.div_ceil(2)) {
            return Ok(None);
        }
        let variables = Banner {
            turn: self.next,
            steps: self.steps,
            left,
        };
        prompts.render(PromptName::TurnBanner, variables).map(Some)
    }
}

#[derive(Serialize)]
struct SessionVariables {
    earlier: Vec<Exchange>,
    left_out: usize,
    memory: Vec<String>,
    more_memory: usize,
}

#[derive(Serialize)]
struct Banner {
    turn: u32,
    steps: u32,
    left: u32,
}

/// Bounds that are part of the messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limited {
    /// The sub-calls that the run may make; 0 where there are none.
    pub subcalls: u64,
    /// Whether programs can start child runs.
    pub child_runs: bool,
    /// The characters of a turn's output that are shown.
    pub shown_output: usize,
    /// The turns that there are.
    pub steps: u32,
    /// Whether programs can search.
    pub search: bool,
    /// The form in which the model writes its programs.
    pub programs: ProgramForm,
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
    /// Returns the form of programs of a model that is held to the language in this way, or not at all.
    pub(crate) fn of(held: Option<Held>) -> Self {
        match held.map(|held| held.way) {
            None => Self::Fenced,
            Some(GrammarWay::WholeReply) => Self::WholeReply,
            Some(GrammarWay::Tool) => Self::Tool,
            Some(GrammarWay::Envelope) => Self::Envelope,
        }
    }
}

/// What became of a program, for showing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Observed {
    /// What was dropped of the reply and what else the model should know, in our own words.
    pub notes: Vec<String>,
    /// The diagnostics, where the program was refused.
    pub refused: Option<String>,
    /// What the program printed.
    pub output: String,
    /// What it raised.
    pub error: Option<String>,
    /// The limit that ended it.
    pub limit: Option<String>,
    /// The variables: name, type and summary of each.
    pub variables: Vec<Shown>,
    /// The answer that it gave, where that was not taken.
    pub set_aside: Option<SetAside>,
}

/// An answer that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAside {
    /// The answer.
    pub answer: String,
    /// Why it was not taken and what to do, in our own words.
    pub reasons: Vec<String>,
}

/// A variable, for showing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Its name.
    pub name: String,
    /// The name of its type.
    pub type_name: String,
    /// Its value or its size, in a few words.
    pub summary: String,
}

/// Why nothing was run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoProgram {
    /// The reply was empty.
    Empty,
    /// It held only thinking.
    OnlyThinking,
    /// It held prose alone.
    Prose,
    /// It held a fence of another language.
    OtherFence(String),
    /// It called a tool without a program.
    ToolWithoutProgram,
    /// It mentioned FINAL, but not as its last statement.
    FinalNotLast,
    /// It finished with a variable that is not there; the names that are.
    NoSuchVariable(String, Vec<String>),
    /// It finished with nothing.
    EmptyFinal,
}

impl NoProgram {
    const fn reason(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::OnlyThinking => "only_thinking",
            Self::Prose => "prose",
            Self::OtherFence(_) => "other_fence",
            Self::ToolWithoutProgram => "tool_without_program",
            Self::FinalNotLast => "final_not_last",
            Self::NoSuchVariable(..) => "no_such_variable",
            Self::EmptyFinal => "empty_final",
        }
    }
}

#[derive(Serialize)]
struct SystemVariables {
    card: String,
    subcalls: u64,
    shown_output: usize,
    steps: u32,
    programs: ProgramForm,
}

#[derive(Serialize)]
struct CardVariables {
    subcalls: u64,
    child_runs: bool,
    search: bool,
}

#[derive(Serialize)]
struct FirstVariables {
    question: String,
    kind: &'static str,
    /// How many records there are, where programs see each by itself.
    records: Option<String>,
    /// None where not all was counted.
    chars: Option<String>,
    bytes: String,
    /// None where a document is so large that its digest may not be known yet.
    digest: Option<String>,
    document_count: String,
    documents: Vec<ListedDocument>,
    more_documents: usize,
    without_text: Vec<String>,
    more_without_text: usize,
    without_text_count: String,
    file_count: String,
    /// The documents as one text, where there are several.
    joined: Option<Joined>,
    banner: Option<String>,
    left: u32,
}

#[derive(Serialize)]
struct ChildFirstVariables {
    question: String,
    chars: String,
    bytes: String,
    lines: String,
    banner: Option<String>,
    left: u32,
}

#[derive(Serialize)]
struct Joined {
    separator: String,
    chars: Option<String>,
}

#[derive(Serialize)]
struct ListedDocument {
    number: usize,
    name: String,
    /// None where it was not counted; then there are its bytes.
    chars: Option<String>,
    lines: Option<String>,
    bytes: String,
    /// How many records it has and what is wrong with some, where programs see each by itself.
    records: Option<String>,
}

#[derive(Serialize)]
struct ObservationVariables {
    notes: Vec<String>,
    refused: bool,
    diagnostics: String,
    output: OutputVariables,
    error: Option<String>,
    limit: Option<String>,
    variables: Vec<String>,
    more_variables: usize,
    set_aside: Option<String>,
    banner: Option<String>,
    /// How many turns are left after this one.
    left: u32,
}

#[derive(Serialize)]
struct OutputVariables {
    empty: bool,
    chars: String,
    head: String,
    left_out: Option<String>,
    tail: String,
}

#[derive(Serialize)]
struct NoProgramVariables {
    reason: &'static str,
    programs: ProgramForm,
    detail: String,
    near_names: String,
    variable_names: String,
    banner: Option<String>,
}

#[derive(Serialize)]
struct SetAsideVariables {
    answer: String,
    reasons: Vec<String>,
    banner: Option<String>,
}

#[derive(Serialize)]
struct RulesVariables {
    schema: Option<String>,
    substrings: Vec<String>,
    patterns: Vec<String>,
    case_insensitive: bool,
    words: Option<u32>,
    goal: Option<String>,
}

#[derive(Serialize)]
struct JudgeVariables {
    goal: String,
    question: String,
    answer: String,
}

#[derive(Serialize)]
struct ExtractVariables {
    question: String,
    limit: String,
}

#[derive(Serialize)]
struct CompactVariables {
    turns: u32,
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

fn without_text_line(file: &WithoutText) -> String {
    format!(
        "{}: {}",
        quoted_line(&file.name, NAME_CHARS),
        quoted_line(&file.why, NAME_CHARS)
    )
}

impl Prompts {
    /// Renders the root model's system message.
    ///
    /// # Errors
    /// [`PromptError::Render`].
    pub fn root_system(&self, limited: Limited) -> Result<String, PromptError> {
        let Limited {
            subcalls,
            child_runs,
            shown_output,
            steps,
            search,
            programs,
        } = limited;
        let card = self.render(
            PromptName::SiftCard,
            CardVariables {
                subcalls,
                child_runs,
                search,
            },
        )?;
        let variables = SystemVariables {
            card,
            subcalls,
            shown_output,
            steps,
            programs,
        };
        self.render(PromptName::RootSystem, variables)
    }

    /// Renders the first user message: the question, and the context's metadata alone.
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
    pub fn session(&self, carried: &Carried) -> Result<String, PromptError> {
        let quoted_exchange = |exchange: &Exchange| Exchange {
            question: quoted(&exchange.question),
            answer: quoted(&exchange.answer),
        };
        let item = |(key, value): (&String, &serde_json::Value)| {
            format!(
                "{}: {}",
                quoted_line(key, NAME_CHARS),
                quoted_line(&value.to_string(), SUMMARY_CHARS)
            )
        };
        let variables = SessionVariables {
            earlier: carried.earlier.iter().map(quoted_exchange).collect(),
            left_out: carried.left_out,
            memory: carried.memory.iter().take(LISTED_VARIABLES).map(item).collect(),
            more_memory: carried.memory.len().saturating_sub(LISTED_VARIABLES),
        };
        self.render(PromptName::Session, variables)
    }

    /// Renders the first user message of a child run: the question, and the size of the piece of text that it is about.
    ///
    /// # Errors
    /// [`PromptError::Render`].
    pub(crate) fn child_first(&self, question: &str, piece: &Text, turn: Turn) -> Result<String, PromptError> {
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

    /// Renders what the root model is shown of its program; `most` bounds the output shown, in characters.
    ///
    /// # Errors
    /// [`PromptError::Render`].
    pub fn observation(&self, observed: &Observed, most: usize, turn: Turn) -> Result<String, PromptError> {
        let output = Excerpt::of(observed.output.trim_end_matches('\n'), most);
        let variables = observed.variables.iter().take(LISTED_VARIABLES);
        let variables = ObservationVariables {
            notes: notes(&observed.notes),
            refused: observed.refused.is_some(),
            diagnostics: with_marker(Excerpt::head_of(
                observed.refused.as_deref().unwrap_or_default(),
                DIAGNOSTICS_CHARS,
            )),
            output: OutputVariables {
                empty: output.chars == 0,
                chars: grouped(output.chars),
                head: output.head,
                left_out: (output.left_out > 0).then(|| grouped(output.left_out)),
                tail: output.tail,
            },
            error: observed
                .error
                .as_deref()
                .map(|error| with_marker(Excerpt::head_of(error, ERROR_CHARS))),
            limit: observed.limit.clone(),
            variables: variables.map(Shown::line).collect(),
            more_variables: observed.variables.len().saturating_sub(LISTED_VARIABLES),
            set_aside: match &observed.set_aside {
                Some(set_aside) => Some(self.render_set_aside(set_aside, None)?),
                None => None,
            },
            banner: turn.banner(self)?,
            left: turn.left(),
        };
        self.render(PromptName::Observation, variables)
    }

    /// Renders the answer to a reply of which nothing was run.
    ///
    /// # Errors
    /// [`PromptError::Render`].
    pub fn no_program(&self, reason: &NoProgram, programs: ProgramForm, turn: Turn) -> Result<String, PromptError> {
        let mut near = String::new();
        let (detail, names) = match reason {
            NoProgram::OtherFence(language) => (quoted_line(language, NAME_CHARS), Vec::new()),
            NoProgram::NoSuchVariable(name, there) => {
                near = near_names(name, there);
                (quoted_line(name, NAME_CHARS), there.clone())
            }
            NoProgram::Empty
            | NoProgram::OnlyThinking
            | NoProgram::Prose
            | NoProgram::ToolWithoutProgram
            | NoProgram::FinalNotLast
            | NoProgram::EmptyFinal => (String::new(), Vec::new()),
        };
        let listed = names
            .iter()
            .take(LISTED_VARIABLES)
            .map(|name| quoted_line(name, NAME_CHARS));
        let variables = NoProgramVariables {
            reason: reason.reason(),
            programs,
            detail,
            near_names: near,
            variable_names: listed.collect::<Vec<_>>().join(", "),
            banner: turn.banner(self)?,
        };
        self.render(PromptName::NoProgram, variables)
    }

    /// Renders why an answer that a reply gave in words was not taken.
    ///
    /// # Errors
    /// [`PromptError::Render`].
    pub fn set_aside(&self, set_aside: &SetAside, turn: Turn) -> Result<String, PromptError> {
        self.render_set_aside(set_aside, turn.banner(self)?)
    }

    fn render_set_aside(&self, set_aside: &SetAside, banner: Option<String>) -> Result<String, PromptError> {
        let reasons = set_aside.reasons.iter().take(LISTED_REASONS);
        let variables = SetAsideVariables {
            answer: with_marker(Excerpt::head_of(&set_aside.answer, ANSWER_CHARS)),
            reasons: reasons.map(|reason| quoted_line(reason, REASON_CHARS)).collect(),
            banner,
        };
        self.render(PromptName::AnswerSetAside, variables)
    }

    /// Renders what is asked of the answer; none where nothing is.
    ///
    /// # Errors
    /// [`PromptError::Render`].
    pub fn answer_rules(&self, finalization: &Finalization) -> Result<Option<String>, PromptError> {
        let criteria = &finalization.criteria;
        if finalization.answer_schema.is_none() && criteria.is_none() {
            return Ok(None);
        }
        let lines = |texts: &[String]| texts.iter().map(|text| quoted_line(text, LINE_CHARS)).collect();
        let variables = RulesVariables {
            schema: finalization
                .answer_schema
                .as_ref()
                .map(|schema| quoted(&format!("{schema:#}"))),
            substrings: lines(&criteria.required_substrings),
            patterns: lines(&criteria.required_regex),
            case_insensitive: criteria.case_insensitive,
            words: criteria.min_word_count,
            goal: criteria.goal.as_deref().map(quoted),
        };
        self.render(PromptName::AnswerRules, variables).map(Some)
    }

    /// Renders the question whether an answer meets its goal.
    ///
    /// # Errors
    /// [`PromptError::Render`].
    pub fn judge(&self, goal: &str, question: &str, answer: &str) -> Result<String, PromptError> {
        let variables = JudgeVariables {
            goal: quoted(goal),
            question: quoted(question),
            answer: with_marker(Excerpt::head_of(answer, JUDGED_CHARS)),
        };
        self.render(PromptName::Judge, variables)
    }

    /// Renders the request for the best answer that the evidence allows, when `limit` ends the run.
    ///
    /// # Errors
    /// [`PromptError::Render`].
    pub fn extract(&self, question: &str, limit: &str) -> Result<String, PromptError> {
        let variables = ExtractVariables {
            question: quoted(question),
            limit: limit.to_owned(),
        };
        self.render(PromptName::Extract, variables)
    }

    /// Renders the request to sum up the first `turns` turns.
    ///
    /// # Errors
    /// [`PromptError::Render`].
    pub fn compact(&self, turns: u32) -> Result<String, PromptError> {
        self.render(PromptName::Compact, CompactVariables { turns })
    }

    /// Renders what is said after the summary of the first `turns` turns.
    ///
    /// # Errors
    /// [`PromptError::Render`].
    pub fn compacted(&self, turns: u32) -> Result<String, PromptError> {
        self.render(PromptName::Compacted, CompactVariables { turns })
    }

    /// Renders the system message of sub-calls.
    ///
    /// # Errors
    /// [`PromptError::Render`].
    pub fn sub_system(&self) -> Result<String, PromptError> {
        self.render(PromptName::SubSystem, ())
    }
}

impl Shown {
    fn line(&self) -> String {
        let Self {
            name,
            type_name,
            summary,
        } = self;
        let separator = if summary.is_empty() { "" } else { ": " };
        let line = format!("{name} ({type_name}){separator}{summary}");
        quoted_line(&line, NAME_CHARS.saturating_add(SUMMARY_CHARS))
    }
}

/// Returns how to end a sentence about a name that is not there: `; did you mean …?` for the names that are near, or a full stop.
pub(crate) fn near_names(name: &str, names: &[String]) -> String {
    let names: Vec<SmolStr> = names.iter().map(SmolStr::new).collect();
    let near = nearest(name, names.iter());
    let near: Vec<String> = near
        .iter()
        .map(|name| format!("`{}`", quoted_line(name, NAME_CHARS)))
        .collect();
    match near.is_empty() {
        true => ".".to_owned(),
        false => format!("; did you mean {}?", near.join(" or ")),
    }
}

fn notes(notes: &[String]) -> Vec<String> {
    let mut shown: Vec<String> = notes
        .iter()
        .take(LISTED_NOTES)
        .map(|note| quoted_line(note, NOTE_CHARS))
        .collect();
    let left_out = notes.len().saturating_sub(LISTED_NOTES);
    if left_out > 0 {
        shown.push(format!("{left_out} more notes are left out."));
    }
    shown
}

fn with_marker(excerpt: Excerpt) -> String {
    let Excerpt { mut head, left_out, .. } = excerpt;
    head.truncate(head.trim_end().len());
    if left_out > 0 {
        head.push_str(&format!("\n[{} more characters]", grouped(left_out)));
    }
    head
}

/// Writes a number with a comma after each group of three digits.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut shown = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}
