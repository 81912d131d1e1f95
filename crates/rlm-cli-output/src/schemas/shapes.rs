//! Types that mirror values serialized by other crates, used only to generate schemas. A test
//! validates the output of commands against the schemas.

#![expect(dead_code, reason = "they say how JSON looks, and are never made")]

#[cfg(test)]
use schemars::JsonSchema;

/// A piece of the answer with its location in the context.
#[cfg_attr(test, derive(JsonSchema))]
pub(super) struct Citation {
    /// The document's name.
    document: String,
    /// The page of the first character, from 1, if the document has pages; lines are then counted from the page's top.
    #[cfg_attr(test, schemars(skip_serializing_if = "Option::is_none"))]
    page_start: Option<u64>,
    /// The page of the last character.
    #[cfg_attr(test, schemars(skip_serializing_if = "Option::is_none"))]
    page_end: Option<u64>,
    /// The section of the first character, such as the name of a sheet or `slide 4`, if the document has named sections; lines are then counted from the section's top.
    #[cfg_attr(test, schemars(skip_serializing_if = "Option::is_none"))]
    section_start: Option<String>,
    /// The section of the last character.
    #[cfg_attr(test, schemars(skip_serializing_if = "Option::is_none"))]
    section_end: Option<String>,
    /// The cell of the first character, such as `C12`, if the section is a sheet; the line is then the row.
    #[cfg_attr(test, schemars(skip_serializing_if = "Option::is_none"))]
    cell_start: Option<String>,
    /// The cell of the last character.
    #[cfg_attr(test, schemars(skip_serializing_if = "Option::is_none"))]
    cell_end: Option<String>,
    /// The line of the first character, from 1.
    line_start: u64,
    /// The line of the last character.
    line_end: u64,
    /// The column of the first character, from 1.
    column_start: u64,
    /// The column of the last character.
    column_end: u64,
    /// The quoted text, as in the context.
    quote: String,
    /// Whether the text was found at this location: always true, since only such text is cited.
    verified: bool,
}

/// A quote in the answer, and whether it was found.
#[cfg_attr(test, derive(JsonSchema))]
pub(super) struct Quote {
    /// The quoted text, as in the answer.
    quote: String,
    /// Whether the quote is in the context.
    verdict: Verdict,
}

/// The result of searching for a quote.
#[cfg_attr(test, derive(JsonSchema))]
#[cfg_attr(test, schemars(rename_all = "snake_case"))]
enum Verdict {
    /// An exact quote from the context.
    Verbatim,
    /// A quote from the context, except for white space, quotation marks or dashes.
    Verified,
    /// Not in the context.
    Unverified,
    /// Not found in the part of the context that was searched, or skipped because the answer has too many quotes.
    NotLookedFor,
}

/// How much of the context was read, in bytes.
#[cfg_attr(test, derive(JsonSchema))]
pub(super) struct Covered {
    /// The size of the context.
    bytes: u64,
    /// The bytes that models read or programs scanned.
    covered: u64,
    /// The bytes that models read.
    read: u64,
    /// The bytes that programs scanned.
    scanned: u64,
}

/// A file that was left out of the context because it has no text.
#[cfg_attr(test, derive(JsonSchema))]
pub(super) struct TextlessFile {
    /// The document's name.
    name: String,
    /// The reason, in a few words.
    why: String,
}

/// A note for the user about a run.
#[cfg_attr(test, derive(JsonSchema))]
pub(super) struct Note {
    /// The stable code.
    code: String,
    /// The text, in one line.
    text: String,
}

/// A rejected answer.
#[cfg_attr(test, derive(JsonSchema))]
pub(super) struct Rejected {
    /// The answer.
    answer: String,
    /// Why the answer was rejected, one sentence each.
    reasons: Vec<String>,
}

/// The limit that ended a run, with its values.
#[cfg_attr(test, derive(JsonSchema))]
#[cfg_attr(test, schemars(extend("additionalProperties" = true)))]
pub(super) struct Limit {
    /// The stable name, such as `MaxStepsExceeded`. The limit's values are in further fields.
    name: String,
}

/// How the context reached the models of a run.
#[cfg_attr(test, derive(JsonSchema))]
pub(super) struct Breakdown {
    /// The length of the root model's system message in characters.
    system_chars: u64,
    /// The length of the root model's first user message in characters.
    task_chars: u64,
    /// The length of the program output shown to the root model, in characters.
    inline_chars: u64,
    /// The size of the context that programs access, in bytes.
    symbolic_bytes: u64,
    /// The number of pieces of the context that were sent to sub-models.
    reads: u64,
    /// The share of the context that prompts of sub-models contained, from 0 to 1.
    share_read: f64,
    /// The share of the context that programs scanned, from 0 to 1.
    share_scanned: f64,
    /// The tokens of all calls by purpose.
    tokens: TokensByKind,
}

/// The token usage of calls that were not answered from the cache.
#[cfg_attr(test, derive(JsonSchema))]
struct TokensByKind {
    /// Input tokens of root models.
    root_input: u64,
    /// Output tokens of root models.
    root_output: u64,
    /// Input tokens of sub-models.
    sub_input: u64,
    /// Output tokens of sub-models.
    sub_output: u64,
    /// The input tokens that the provider had cached.
    cached_input: u64,
    /// The output tokens used for reasoning.
    reasoning: u64,
}

/// The usage of a question that counts against the budget of a batch.
#[cfg_attr(test, derive(JsonSchema))]
pub(super) struct Spend {
    /// The number of sub-calls.
    calls: u64,
    /// Input tokens.
    input_tokens: u64,
    /// Output tokens.
    output_tokens: u64,
    /// The known cost in micro-dollars.
    cost: u64,
    /// The number of calls with an unknown cost.
    unpriced: u64,
}

/// The identity of a model.
#[cfg_attr(test, derive(JsonSchema))]
pub(super) struct ModelIdentity {
    /// The kind of adapter, such as `openai` or `fake`.
    adapter: String,
    /// The base URL or file of the model; may be empty.
    endpoint: String,
    /// The model's name.
    model: String,
    /// Other settings that distinguish it from models of the same name.
    #[cfg_attr(test, schemars(skip_serializing_if = "Option::is_none"))]
    variant: Option<String>,
}

/// A byte range in a source of the context.
#[cfg_attr(test, derive(JsonSchema))]
pub(super) struct SourceRange {
    /// The index of the source, from 0.
    source: u32,
    /// The first byte.
    start: u64,
    /// The byte after the last.
    end: u64,
}

/// A problem in a program.
#[cfg_attr(test, derive(JsonSchema))]
#[cfg_attr(test, schemars(extend("additionalProperties" = true)))]
pub(super) struct Diagnostic {
    /// The stable code.
    code: String,
    /// The line, from 1.
    line: u64,
    /// The column in code points, from 1.
    column: u64,
    /// The problem, in one line.
    message: String,
    /// The correction.
    #[cfg_attr(test, schemars(skip_serializing_if = "Option::is_none"))]
    help: Option<String>,
    /// The program's file, if there are several.
    #[cfg_attr(test, schemars(skip_serializing_if = "Option::is_none"))]
    file: Option<String>,
}

/// An answered question.
#[cfg_attr(test, derive(JsonSchema))]
pub(super) struct Exchange {
    /// The question.
    question: String,
    /// The answer.
    answer: String,
}

/// The result of a replay.
#[cfg_attr(test, derive(JsonSchema))]
pub(super) struct ReplayReport {
    /// The run's id.
    run: String,
    /// The recorded outcome; null if the journal is unfinished.
    outcome: Option<String>,
    /// The answer.
    answer: Option<String>,
    /// The number of compared events.
    compared: u64,
    /// The extent of the comparison.
    extent: Extent,
}

/// The extent of a comparison.
#[cfg_attr(test, derive(JsonSchema))]
#[cfg_attr(test, schemars(rename_all = "snake_case"))]
enum Extent {
    /// The whole run.
    Whole,
    /// Up to an event caused by a clock, a user or the end of a process.
    Until {
        /// The event.
        event: String,
    },
}

/// An object with the journal's fields. The first line of a journal contains its version.
#[cfg_attr(test, derive(JsonSchema))]
#[cfg_attr(test, schemars(extend("additionalProperties" = true)))]
pub(super) struct Journaled {}

/// The sender of a message.
#[cfg_attr(test, derive(JsonSchema))]
#[cfg_attr(test, schemars(rename_all = "lowercase"))]
pub(super) enum Role {
    /// The instructions.
    System,
    /// The user.
    User,
    /// The model.
    Assistant,
}

/// A question's id: the given id, or the line number.
#[cfg_attr(test, derive(JsonSchema))]
#[cfg_attr(test, schemars(untagged))]
pub(super) enum QuestionId {
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
}
