//! The differences between the current requests of a case and the recorded ones, and their causes.

use rlm_model::{Call, CallId, Role};
use rlm_trace::{JournalMessage, JsonObject, Record, RecordedPrompts, RunStarted};
#[cfg(feature = "schemas")]
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use similar::TextDiff;

/// The number of unchanged lines that a diff shows around a change.
const CONTEXT_LINES: usize = 2;
/// The maximum number of lines of a diff that are shown.
const SHOWN_LINES: usize = 80;

/// The difference between a request and the recorded request of the same call id.
///
/// ```
/// use rlm_cases::RequestDifference;
/// use rlm_model::{Call, CallId};
/// use rlm_trace::{Event, RecordedPrompts, RecordedRun};
///
/// let run = RecordedRun::read("../../examples/recorded/nodes.jsonl")?;
/// let id = CallId::root(1, 0, 0);
/// let mut request = RecordedPrompts::of(&run.records).request(&id, &|_| None)?;
/// let request_id = run.events().find_map(|event| match event {
///     Event::Issued(issued) if issued.id == id => Some(issued.request_id),
///     _ => None,
/// });
/// // The same request with a longer system message.
/// let system = format!("{}\nBe brief.", request.messages[0].content());
/// request.messages[0] = rlm_model::Message::system(system);
/// let call = Call { id, request_id: request_id.ok_or("no such call")?, request };
/// let difference = RequestDifference::of(&run.records, &call, "the messages differ");
/// assert_eq!((difference.message, difference.more), (Some(1), 0));
/// assert!(difference.diff.contains("+Be brief."));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(JsonSchema))]
pub struct RequestDifference {
    /// The call.
    #[cfg_attr(feature = "schemas", schemars(with = "String"))]
    pub call: CallId,
    /// The difference, in one line.
    pub detail: String,
    /// The number of the first message that differs, from 1; null if none differs, or if no such request was recorded.
    pub message: Option<usize>,
    /// The sender of that message.
    #[cfg_attr(feature = "schemas", schemars(with = "Option<String>"))]
    pub role: Option<Role>,
    /// The number of further messages that differ.
    pub more: usize,
    /// The unified diff of the recorded and the new message, with long pieces of the context replaced by their locations. Empty if no
    /// message differs.
    pub diff: String,
}

impl RequestDifference {
    /// Compares a call's request with the recorded request of the same call id. `detail` describes
    /// the difference in one line.
    #[must_use]
    pub fn of<'a>(recorded: impl IntoIterator<Item = &'a Record>, call: &Call, detail: &str) -> Self {
        let prompts = RecordedPrompts::of(recorded);
        let then: Vec<(Role, String)> = match prompts.journal_messages(&call.id) {
            Ok(messages) => messages.into_iter().map(outlined).collect(),
            Err(_) => Vec::new(),
        };
        let now: Vec<(Role, String)> = call
            .request
            .messages
            .iter()
            .map(|message| outlined(&JournalMessage::of(message)))
            .collect();
        let none = (Role::User, String::new());
        let sides =
            (0..then.len().max(now.len())).map(|at| (then.get(at).unwrap_or(&none), now.get(at).unwrap_or(&none)));
        let mut different = sides.enumerate().filter(|(_, (then, now))| then != now);
        let first = different.next().filter(|_| !then.is_empty());
        Self {
            call: call.id.clone(),
            detail: detail.to_owned(),
            message: first.map(|(at, _)| at.saturating_add(1)),
            role: first.map(|(_, (_, (role, _)))| *role),
            more: different.count(),
            diff: first
                .map(|(_, ((_, then), (_, now)))| unified(then, now))
                .unwrap_or_default(),
        }
    }
}

fn outlined(message: &JournalMessage) -> (Role, String) {
    (message.role, message.outlined())
}

/// Returns the unified diff of two texts by lines, without a header.
///
/// ```
/// use rlm_cases::unified;
///
/// let diff = unified("Answer in one sentence.\nBe brief.\n", "Answer in one word.\nBe brief.\n");
/// assert!(diff.contains("-Answer in one sentence.\n+Answer in one word.\n Be brief."));
/// ```
#[must_use]
pub fn unified(then: &str, now: &str) -> String {
    // A missing line end at the end of a text is not a difference.
    let ended = |text: &str| match text.is_empty() || text.ends_with('\n') {
        true => text.to_owned(),
        false => format!("{text}\n"),
    };
    let (then, now) = (ended(then), ended(now));
    let diff = TextDiff::from_lines(&then, &now);
    let shown = diff
        .unified_diff()
        .context_radius(CONTEXT_LINES)
        .missing_newline_hint(false)
        .to_string();
    let lines = shown.lines().count();
    if lines <= SHOWN_LINES {
        return shown;
    }
    let mut short: String = shown.lines().take(SHOWN_LINES).flat_map(|line| [line, "\n"]).collect();
    short.push_str(&format!("… and {} more lines\n", lines.saturating_sub(SHOWN_LINES)));
    short
}

/// Returns the differences between the starts of two runs: question, prompts, documents and
/// settings, one line each. The settings of both must have the format of the same release.
///
/// ```
/// use rlm_cases::changes;
/// use rlm_trace::{Event, RecordedRun};
///
/// let started = |run: &RecordedRun| run.events().find_map(|event| match event {
///     Event::RunStarted(started) => Some((**started).clone()),
///     _ => None,
/// });
/// let run = RecordedRun::read("../../examples/recorded/nodes.jsonl")?;
/// let then = started(&run).ok_or("it does not say how it began")?;
/// let mut now = then.clone();
/// now.question = "How many nodes are there?".into();
/// assert_eq!(changes(&then, &now), ["the question has changed"]);
/// assert!(changes(&then, &then).is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn changes(then: &RunStarted, now: &RunStarted) -> Vec<String> {
    let mut changes = Vec::new();
    if then.question != now.question {
        changes.push("the question has changed".to_owned());
    }
    for template in &now.templates {
        let before = then.templates.iter().find(|before| before.name == template.name);
        match before {
            Some(before) if before.text == template.text => {}
            Some(_) => changes.push(format!("prompt {} has changed", template.name)),
            None => changes.push(format!("prompt {} is new", template.name)),
        }
    }
    changes.extend(documents(then, now));
    settings("", &then.settings, &now.settings, &mut changes);
    changes
}

fn documents(then: &RunStarted, now: &RunStarted) -> Vec<String> {
    let mut changes = Vec::new();
    for source in &now.context {
        match then.context.iter().find(|before| before.name == source.name) {
            None => changes.push(format!("document {} is new", source.name)),
            Some(before) => {
                let is_same = match (before.digest, source.digest) {
                    (Some(before), Some(now)) => before == now,
                    _ => before.ends == source.ends && before.bytes == source.bytes,
                };
                if !is_same {
                    changes.push(format!("document {} has changed", source.name));
                }
            }
        }
    }
    let gone = then
        .context
        .iter()
        .filter(|before| !now.context.iter().any(|source| source.name == before.name));
    changes.extend(gone.map(|before| format!("document {} was removed", before.name)));
    changes
}

/// Adds the differences between two sets of settings to `changes`, one line each. Skips the
/// documents of the context, which are compared separately, the time limit, which has no effect
/// here, and shared budgets.
fn settings(above: &str, then: &JsonObject, now: &JsonObject, changes: &mut Vec<String>) {
    const APART: [&str; 8] = [
        "context",
        "form",
        "seconds",
        "cost",
        "tokens",
        "metadata",
        "routed",
        "without_text",
    ];
    let added = now.keys().filter(|name| !then.contains_key(*name));
    for name in then.keys().chain(added).filter(|name| !APART.contains(&name.as_str())) {
        let of = |object: &JsonObject| object.get(name).cloned().unwrap_or(Value::Null);
        let path = match above {
            "" => name.clone(),
            above => format!("{above}.{name}"),
        };
        match (of(then), of(now)) {
            (then, now) if then == now => {}
            (Value::Object(then), Value::Object(now)) => settings(&path, &then, &now, changes),
            (then, now) => changes.push(format!("{path} changed from {} to {}", plain(&then), plain(&now))),
        }
    }
}

fn plain(value: &Value) -> String {
    let text = match value {
        Value::Null => "unset".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}
