//! Removal of the texts that a journal must not hold from events.

use serde_json::{Value, json};

use crate::quoted::outlined;
use crate::{
    Event, HostRequest, JournalMessage, JournalPart, JournalTexts, JsonObject, Record, RecordedOutcome, Withheld,
};

impl JournalTexts {
    /// Returns which texts a journal holds, from its `run_started` event.
    pub fn of<'a>(records: impl IntoIterator<Item = &'a Record>) -> Self {
        let started = records.into_iter().find_map(|record| match &record.event {
            Event::RunStarted(started) => Some(started.texts),
            _ => None,
        });
        started.unwrap_or_default()
    }

    /// Returns an event without the texts that the journal must not hold, or `None` if it is
    /// unchanged.
    ///
    /// # Errors
    /// The event can't be serialized with or without its texts. It must not be written then.
    pub(crate) fn withheld(self, event: &Event) -> Result<Option<Event>, serde_json::Error> {
        let mut event = match self {
            Self::Full => return Ok(None),
            Self::References => without_what_is_worked_out_again(event.clone()),
            Self::Digests => without_texts(event)?,
        };
        if let Event::RunStarted(started) = &mut event {
            started.texts = self;
        }
        Ok(Some(event))
    }

    /// Returns a host request without the texts that the journal must not hold, for comparisons.
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

/// Replaces a text by its placeholder. An empty text reveals nothing and is kept.
fn withhold(text: &mut String) {
    if !text.is_empty() {
        *text = Withheld::of(text).to_string();
    }
}

/// Keeps the input from outside the machine, which a replay needs, and withholds the texts that the
/// replay recomputes from it and the context.
fn without_what_is_worked_out_again(mut event: Event) -> Event {
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

/// Withholds an object, including its keys, which may be texts too.
fn withhold_object(object: &mut JsonObject) {
    let mark = Withheld::of(&json!(object).to_string()).to_string();
    *object = JsonObject::from_iter([("withheld".to_owned(), mark.into())]);
}

/// Fields that hold only numbers and names, kept with all nested fields.
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

/// Fields whose text is a name defined by this program: of a kind, a place, a state.
const NAMES: [&str; 17] = [
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
];

/// Settings that hold only numbers and names.
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

/// Withholds every text except known names. A new field is withheld until it is listed here.
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

/// Withholds all texts except those of [`NAMES`] and of these fields.
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
