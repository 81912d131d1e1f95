//! Types that mirror values serialized by other crates, used only to generate schemas. A test
//! validates the output of commands against the schemas.

#![expect(dead_code, reason = "they say how JSON looks, and are never made")]

#[cfg(test)]
use schemars::JsonSchema;

/// A piece of the answer with its place in the context.
#[cfg_attr(test, derive(JsonSchema))]
pub(super) struct Citation {
    /// The document's name.
    document: String,
    /// The page of its first character, from 1, where the document has pages; lines are then counted from the page's top.
    #[cfg_attr(test, schemars(skip_serializing_if = "Option::is_none"))]
    page_start: Option<u64>,
    /// The page of its last character.
    #[cfg_attr(test, schemars(skip_serializing_if = "Option::is_none"))]
    page_end: Option<u64>,
    /// The line of its first character, from 1.
    line_start: u64,
    /// The line of its last character.
    line_end: u64,
    /// The column of its first character, from 1.
    column_start: u64,
    /// The column of its last character.
    column_end: u64,
    /// The words, as the context has them.
    quote: String,
    /// Whether the words stand at that place: always true, since nothing else is cited.
    verified: bool,
}

/// A quote of the answer, and what came of looking for it.
#[cfg_attr(test, derive(JsonSchema))]
pub(super) struct Quote {
    /// The words, as the answer has them.
    quote: String,
    /// Whether they stand in the context.
    verdict: Verdict,
}

/// What came of looking for a quote.
#[cfg_attr(test, derive(JsonSchema))]
#[cfg_attr(test, schemars(rename_all = "snake_case"))]
enum Verdict {
    /// The words stand in the context, letter by letter.
    Verbatim,
    /// They do but for white space, quotation marks or dashes.
    Verified,
    /// They do not.
    Unverified,
    /// They were not found in as much of the context as is searched for one answer, or were too many to look for.
    NotLookedFor,
}

/// How much of the context was looked at, in bytes.
#[cfg_attr(test, derive(JsonSchema))]
pub(super) struct Covered {
    /// How many the context has.
    bytes: u64,
    /// How many models or programs looked at.
    covered: u64,
    /// How many models read.
    read: u64,
    /// How many programs scanned.
    scanned: u64,
}

/// A file that was left out of the context because it has no text.
#[cfg_attr(test, derive(JsonSchema))]
pub(super) struct WithoutText {
    /// The name that its document would have.
    name: String,
    /// Why, in a few words.
    why: String,
}

/// Something that a person should know about how a run went.
#[cfg_attr(test, derive(JsonSchema))]
pub(super) struct Note {
    /// A stable name.
    code: String,
    /// The text, in one line.
    text: String,
}

/// An answer that was rejected.
#[cfg_attr(test, derive(JsonSchema))]
pub(super) struct Rejected {
    /// The answer.
    answer: String,
    /// Why it was rejected, a sentence each.
    reasons: Vec<String>,
}

/// The limit that ended a run, with its numbers.
#[cfg_attr(test, derive(JsonSchema))]
#[cfg_attr(test, schemars(extend("additionalProperties" = true)))]
pub(super) struct Limit {
    /// The stable name, such as `MaxStepsExceeded`; beside it stand its numbers.
    name: String,
}

/// How the context came before the models of a run.
#[cfg_attr(test, derive(JsonSchema))]
pub(super) struct Breakdown {
    /// The characters of the root model's system message.
    system_chars: u64,
    /// Those of its first user message.
    task_chars: u64,
    /// Those that it was shown of its programs.
    inline_chars: u64,
    /// The bytes of the context, which programs name.
    symbolic_bytes: u64,
    /// How many pieces of the context sub-models were given.
    reads: u64,
    /// The share of the context that stood in prompts of sub-models, from 0 to 1.
    share_read: f64,
    /// The share of the context that programs scanned, from 0 to 1.
    share_scanned: f64,
    /// The tokens of all calls by what they were for.
    tokens: TokensByKind,
}

/// Tokens of calls that were not answered by a cache of ours.
#[cfg_attr(test, derive(JsonSchema))]
struct TokensByKind {
    /// What root models were sent.
    root_input: u64,
    /// What root models wrote.
    root_output: u64,
    /// What sub-models were sent.
    sub_input: u64,
    /// What sub-models wrote.
    sub_output: u64,
    /// The part of both inputs that the provider had cached.
    cached_input: u64,
    /// The part of both outputs that was reasoning.
    reasoning: u64,
}

/// What counts of a question against the budget of a batch.
#[cfg_attr(test, derive(JsonSchema))]
pub(super) struct Spend {
    /// The sub-calls.
    calls: u64,
    /// The tokens of messages.
    input_tokens: u64,
    /// The tokens of replies.
    output_tokens: u64,
    /// The cost in micro-dollars, as far as it is known.
    cost: u64,
    /// The number of calls whose cost nobody knows.
    unpriced: u64,
}

/// Who answers.
#[cfg_attr(test, derive(JsonSchema))]
pub(super) struct ModelIdentity {
    /// The kind of adapter, such as `openai` or `fake`.
    adapter: String,
    /// Where it is reached: a base URL, a file, or empty.
    endpoint: String,
    /// The model that answers.
    model: String,
    /// What else makes it answer otherwise than its namesakes.
    #[cfg_attr(test, schemars(skip_serializing_if = "Option::is_none"))]
    variant: Option<String>,
}

/// A range of bytes of a source of the context.
#[cfg_attr(test, derive(JsonSchema))]
pub(super) struct SourceRange {
    /// The source's number, from 0.
    source: u32,
    /// The first byte.
    start: u64,
    /// The byte after the last.
    end: u64,
}

/// What is wrong with a program.
#[cfg_attr(test, derive(JsonSchema))]
#[cfg_attr(test, schemars(extend("additionalProperties" = true)))]
pub(super) struct Diagnostic {
    /// The stable code.
    code: String,
    /// The line, from 1.
    line: u64,
    /// The column in code points, from 1.
    column: u64,
    /// What is wrong, in one line.
    message: String,
    /// What to write instead.
    #[cfg_attr(test, schemars(skip_serializing_if = "Option::is_none"))]
    help: Option<String>,
    /// The program's file, where there are several.
    #[cfg_attr(test, schemars(skip_serializing_if = "Option::is_none"))]
    file: Option<String>,
}

/// A question that was answered.
#[cfg_attr(test, derive(JsonSchema))]
pub(super) struct Exchange {
    /// The question.
    question: String,
    /// The answer.
    answer: String,
}

/// What a replay compared.
#[cfg_attr(test, derive(JsonSchema))]
pub(super) struct ReplayReport {
    /// The run's id.
    run: String,
    /// Its outcome, as recorded; none where the journal is unfinished.
    outcome: Option<String>,
    /// Its answer.
    answer: Option<String>,
    /// The events that were compared.
    compared: u64,
    /// How far the comparison went.
    extent: Extent,
}

/// How far a run can be compared.
#[cfg_attr(test, derive(JsonSchema))]
#[cfg_attr(test, schemars(rename_all = "snake_case"))]
enum Extent {
    /// To its end.
    Whole,
    /// Up to an event that a clock, a person or the end of a process brought about.
    Until {
        /// The event.
        event: String,
    },
}

/// An object whose fields are those of the journal, whose own version stands in its first line.
#[cfg_attr(test, derive(JsonSchema))]
#[cfg_attr(test, schemars(extend("additionalProperties" = true)))]
pub(super) struct Journaled {}

/// A message's sender.
#[cfg_attr(test, derive(JsonSchema))]
#[cfg_attr(test, schemars(rename_all = "lowercase"))]
pub(super) enum Role {
    /// Whoever set the task.
    System,
    /// Whoever asks.
    User,
    /// The model.
    Assistant,
}

/// A question's id: as it was given, or the number of its line.
#[cfg_attr(test, derive(JsonSchema))]
#[cfg_attr(test, schemars(untagged))]
pub(super) enum QuestionId {
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
}
