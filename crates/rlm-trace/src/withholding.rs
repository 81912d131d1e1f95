//! Replaces the texts in events that a journal must not store with placeholders.

use serde_json::{Value, json};

use crate::quoted::outlined;
use crate::{
    Event, HostRequest, JournalMessage, JournalPart, JournalTexts, JsonObject, Record, RecordedOutcome, Withheld,
};

impl JournalTexts {
    /// Returns which texts a journal stores in full, from its `run_started` event.
    pub fn of<'a>(records: impl IntoIterator<Item = &'a Record>) -> Self {
        let started = records.into_iter().find_map(|record| match &record.event {
            Event::RunStarted(started) => Some(started.texts),
            _ => None,
        });
        started.unwrap_or_default()
    }

    /// Returns the event with placeholders for the texts that the journal must not store, or `None`
    /// if the event is unchanged.
    ///
    /// # Errors
    /// The event can't be serialized with or without its texts. The caller must not write it then.
    pub(crate) fn withheld(self, event: &Event) -> Result<Option<Event>, serde_json::Error> {
        let mut event = match self {
            Self::Full => return Ok(None),
            Self::References => withhold_recomputable(event.clone()),
            Self::Digests => without_texts(event)?,
        };
        if let Event::RunStarted(started) = &mut event {
            started.texts = self;
        }
        Ok(Some(event))
    }

    /// Returns a host request with placeholders for the texts that the journal must not store, for
    /// comparisons with a recorded request.
    #[must_use]
    pub fn request(self, request: &HostRequest) -> HostRequest {
        let mut request = request.clone();
        if self != Self::Full {
            match &mut request {
                HostRequest::Search { query, .. } => withhold(query),
                HostRequest::Tool { arguments, .. } => withhold(arguments),
            }
        }
        request
    }
}

/// Replaces a text with its placeholder. An empty text is kept, since it reveals nothing.
fn withhold(text: &mut String) {
    if !text.is_empty() {
        *text = Withheld::of(text).to_string();
    }
}

/// Withholds the texts of an event that a replay recomputes from the context and from input from
/// outside the machine. That input is kept.
fn withhold_recomputable(mut event: Event) -> Event {
    match &mut event {
        Event::Issued(call) => call.messages.own.iter_mut().for_each(withhold_message),
        Event::ChildStarted(child) => {
            withhold(&mut child.question);
            withhold_message(&mut child.context);
        }
        Event::Settled(settled) => {
            if let RecordedOutcome::Reply(reply) = &mut settled.outcome {
                reply.text = outlined(&reply.text, &settled.quoted);
            }
        }
        Event::Asked(asked) => asked.request = JournalTexts::References.request(&asked.request),
        Event::ProgramRan(ran) => {
            withhold(&mut ran.stdout);
            ran.echo.iter_mut().for_each(withhold);
            ran.error.iter_mut().for_each(|error| withhold(&mut error.message));
        }
        Event::Observation(observation) => withhold(&mut observation.text),
        // The reasons for a rejected answer or the end of a run may quote the answer.
        Event::Note(note) => withhold(&mut note.text),
        Event::Final(last) => withhold(&mut last.value),
        Event::Outcome(ended) => {
            ended.message.iter_mut().for_each(withhold);
            ended.answer.iter_mut().for_each(withhold);
            ended.memory.iter_mut().for_each(withhold_object);
        }
        _ => {}
    }
    event
}

fn withhold_message(message: &mut JournalMessage) {
    for part in &mut message.parts {
        if let JournalPart::Text(text) = part {
            *text = Withheld::of(text).to_string().into();
        }
    }
}

/// Replaces a JSON object with one placeholder, including its keys, since these may be texts too.
fn withhold_object(object: &mut JsonObject) {
    let mark = Withheld::of(&json!(object).to_string()).to_string();
    *object = JsonObject::from_iter([("withheld".to_owned(), mark.into())]);
}

/// The names of event fields that hold only numbers and names. They are kept with all nested
/// fields.
const KEPT_WHOLE: [&str; 14] = [
    "kind",
    "model",
    "identity",
    "fallback",
    "request_id",
    "reserved",
    "used",
    "totals",
    "account",
    "usage",
    "cost",
    "grammar",
    "limits",
    "in_doubt",
];

/// The names of event fields whose text is a name defined by this program, such as a kind, a
/// position or a state.
const NAMES: [&str; 18] = [
    "id",
    "run",
    "rlm",
    "class",
    "role",
    "call",
    "digest",
    "ends",
    "reasoning_effort",
    "next",
    "finish",
    "code",
    "end",
    "verdict",
    "step",
    "outcome",
    "texts",
    "unit",
];

/// The names of run settings that hold only numbers and names, so that they need not be withheld.
const KEPT_SETTINGS: [&str; 18] = [
    "limits",
    "prices",
    "windows",
    "counters",
    "on_limit",
    "dedupe",
    "best_effort",
    "constrained",
    "recursion",
    "recursive_models",
    "echo",
    "context",
    "form",
    "search",
    "taint",
    "tokenizer",
    "given_from",
    "history",
];

/// Returns an event with placeholders for all texts except known names. The texts of a new field
/// are withheld until the field is listed here.
fn without_texts(event: &Event) -> Result<Event, serde_json::Error> {
    let mut json = serde_json::to_value(event)?;
    let names: &[&str] = match event {
        // The name of the limit or the tool.
        Event::Limit(_) | Event::Asked(_) => &["name"],
        _ => &[],
    };
    withhold_all(&mut json, names);
    Event::from_json(&json.to_string())
}

/// Replaces all texts in a JSON value with placeholders, except those of fields in [`NAMES`] and
/// `names`.
fn withhold_all(json: &mut Value, names: &[&str]) {
    match json {
        Value::String(text) => withhold(text),
        Value::Array(items) => items.iter_mut().for_each(|item| withhold_all(item, names)),
        Value::Object(fields) => {
            for (name, value) in fields {
                withhold_field(name, value, names);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn withhold_field(name: &str, value: &mut Value, names: &[&str]) {
    match (name, value) {
        (name, _) if KEPT_WHOLE.contains(&name) => {}
        (name, Value::String(_)) if NAMES.contains(&name) || names.contains(&name) => {}
        ("settings", Value::Object(settings)) => {
            for (name, value) in settings {
                if !KEPT_SETTINGS.contains(&name.as_str()) {
                    *value = mark(value);
                }
            }
        }
        ("templates", Value::Array(templates)) => {
            for text in templates.iter_mut().filter_map(|template| template.get_mut("text")) {
                withhold_all(text, names);
            }
        }
        // The host needs it to resume the run, which is impossible without texts.
        ("host", Value::Object(host)) => host.clear(),
        ("memory", Value::Object(memory)) => withhold_object(memory),
        // A schema, whose keys are texts too.
        ("json", value) => *value = mark(value),
        (_, value) => withhold_all(value, names),
    }
}

fn mark(value: &Value) -> Value {
    Withheld::of(&value.to_string()).to_string().into()
}
