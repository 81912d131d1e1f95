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
    /// The page of the first character, from 1, if there are pages; lines are then counted from the top of the page.
    #[cfg_attr(test, schemars(skip_serializing_if = "Option::is_none"))]
    page_start: Option<u64>,
    /// The page of the last character.
    #[cfg_attr(test, schemars(skip_serializing_if = "Option::is_none"))]
    page_end: Option<u64>,
    /// The line of the first character, from 1.
    line_start: u64,
    /// The line of the last character.
    line_end: u64,
    /// The column of the first character, from 1.
    column_start: u64,
    /// The column of the last character.
    column_end: u64,
    /// The text in the context.
    quote: String,
    /// Whether the text is at that location: always true, since nothing else is cited.
    verified: bool,
}

/// A quote in the answer, with its verdict.
#[cfg_attr(test, derive(JsonSchema))]
pub(super) struct Quote {
    /// The text in the answer.
    quote: String,
    /// Whether the quote was found in the context.
    verdict: Verdict,
}

/// Whether a quote was found in the context.
#[cfg_attr(test, derive(JsonSchema))]
#[cfg_attr(test, schemars(rename_all = "snake_case"))]
enum Verdict {
    /// The quote is exact.
    Verbatim,
    /// The quote is exact except for white space, quotation marks and dashes.
    Verified,
    /// The quote was not found.
    Unverified,
    /// The quote was not found in the searched part of the context, or the answer has too many quotes to check.
    NotLookedFor,
}

/// How much of the context was read, in bytes.
#[cfg_attr(test, derive(JsonSchema))]
pub(super) struct Covered {
    /// The size of the context.
    bytes: u64,
    /// The part that models read or programs scanned.
    covered: u64,
    /// The part that models read.
    read: u64,
    /// The part that programs scanned.
    scanned: u64,
}

/// A file that was left out of the context because it has no text.
#[cfg_attr(test, derive(JsonSchema))]
pub(super) struct WithoutText {
    /// The name of the file's document.
    name: String,
    /// The reason, in a few words.
    why: String,
}

/// A note for the user on the course of a run.
#[cfg_attr(test, derive(JsonSchema))]
pub(super) struct Note {
    /// A stable code.
    code: String,
    /// The text, in one line.
    text: String,
}

/// A rejected answer.
#[cfg_attr(test, derive(JsonSchema))]
pub(super) struct Rejected {
    /// The answer.
    answer: String,
    /// The reasons for the rejection, a sentence each.
    reasons: Vec<String>,
}

/// The limit that ended a run, with its values.
#[cfg_attr(test, derive(JsonSchema))]
#[cfg_attr(test, schemars(extend("additionalProperties" = true)))]
pub(super) struct Limit {
    /// The stable name, such as `MaxStepsExceeded`; the values are further fields.
    name: String,
}

/// How the context reached the models of a run.
#[cfg_attr(test, derive(JsonSchema))]
pub(super) struct Breakdown {
    /// The characters of the root model's system message.
    system_chars: u64,
    /// The characters of its first user message.
    task_chars: u64,
    /// The characters of the program output that it received.
    inline_chars: u64,
    /// The size in bytes of the context, which programs access.
    symbolic_bytes: u64,
    /// The number of pieces of the context in prompts of sub-models.
    reads: u64,
    /// The share of the context in prompts of sub-models, from 0 to 1.
    share_read: f64,
    /// The share of the context that programs scanned, from 0 to 1.
    share_scanned: f64,
    /// The tokens of all calls, by purpose.
    tokens: TokensByKind,
}

/// The tokens of calls that the cache did not answer.
#[cfg_attr(test, derive(JsonSchema))]
struct TokensByKind {
    /// The input tokens of root models.
    root_input: u64,
    /// The output tokens of root models.
    root_output: u64,
    /// The input tokens of sub-models.
    sub_input: u64,
    /// The output tokens of sub-models.
    sub_output: u64,
    /// The input tokens that the provider had cached.
    cached_input: u64,
    /// The output tokens used for reasoning.
    reasoning: u64,
}

/// The spending of a question that counts against the budget of a batch.
#[cfg_attr(test, derive(JsonSchema))]
pub(super) struct Spend {
    /// The number of sub-calls.
    calls: u64,
    /// The number of input tokens.
    input_tokens: u64,
    /// The number of output tokens.
    output_tokens: u64,
    /// The cost in micro-dollars, as far as it is known.
    cost: u64,
    /// The number of calls whose cost is unknown.
    unpriced: u64,
}

/// The identity of a model.
#[cfg_attr(test, derive(JsonSchema))]
pub(super) struct ModelIdentity {
    /// The kind of adapter, such as `openai` or `fake`.
    adapter: String,
    /// The endpoint: a base URL, a file, or empty.
    endpoint: String,
    /// The name of the model.
    model: String,
    /// Further settings that affect the model's replies.
    #[cfg_attr(test, schemars(skip_serializing_if = "Option::is_none"))]
    variant: Option<String>,
}

/// A range of bytes of a source of the context.
#[cfg_attr(test, derive(JsonSchema))]
pub(super) struct SourceRange {
    /// The index of the source, from 0.
    source: u32,
    /// The first byte.
    start: u64,
    /// The byte after the last.
    end: u64,
}

/// A diagnostic of a program.
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
    /// The program's file, if several files were checked.
    #[cfg_attr(test, schemars(skip_serializing_if = "Option::is_none"))]
    file: Option<String>,
}

/// A question with its answer.
#[cfg_attr(test, derive(JsonSchema))]
pub(super) struct Exchange {
    /// The question.
    question: String,
    /// The answer.
    answer: String,
}

/// The comparison of a replay.
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

/// The extent to which a run can be compared.
#[cfg_attr(test, derive(JsonSchema))]
#[cfg_attr(test, schemars(rename_all = "snake_case"))]
enum Extent {
    /// The whole run.
    Whole,
    /// Up to an event that depends on a clock, a person or the end of a process.
    Until {
        /// The event.
        event: String,
    },
}

/// An object with the fields of the journal, whose first line contains its version.
#[cfg_attr(test, derive(JsonSchema))]
#[cfg_attr(test, schemars(extend("additionalProperties" = true)))]
pub(super) struct Journaled {}

/// The role of a message.
#[cfg_attr(test, derive(JsonSchema))]
#[cfg_attr(test, schemars(rename_all = "lowercase"))]
pub(super) enum Role {
    /// The system prompt.
    System,
    /// The user.
    User,
    /// The model.
    Assistant,
}

/// The id of a question: the given one, or the number of its line.
#[cfg_attr(test, derive(JsonSchema))]
#[cfg_attr(test, schemars(untagged))]
pub(super) enum QuestionId {
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
}
