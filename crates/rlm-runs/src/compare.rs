//! Comparison of a recorded run with its re-execution.

use rlm_model::CallId;
use rlm_trace::{Canonical, Ending, JsonObject, RecordedOutcome, RecordedRun, ReplayIndex, canonical, outcome};
use serde_json::Value;

use serde::Serialize;

use crate::error::ReplayError;

/// The extent of a comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReplayExtent {
    /// The whole run.
    Whole,
    /// Up to an event caused by a clock, a cancellation or the end of a process.
    Until {
        /// The name of the event, such as `settled 2.1.0`.
        event: String,
    },
}

/// Compares the recorded run with the replayed one, up to the first event that can't be replayed.
pub(crate) fn compare(
    recorded: &RecordedRun,
    mut new: Canonical,
    message: Option<&str>,
) -> Result<(usize, ReplayExtent), ReplayError> {
    let mut old = canonical(&recorded.records);
    let index = ReplayIndex::of(&recorded.records);
    let was_stopped = outcome(&recorded.records).is_some_and(|ended| ended.outcome == "cancelled");
    // A stopped run has only a draft as its answer.
    let is_draft =
        |event: &JsonObject| was_stopped && field(event, "kind") == "final" && field(event, "run").is_empty();
    let end = old
        .events
        .iter()
        .position(|event| is_draft(event) || is_from_outside(event, &index));
    let unfinished = recorded.ending != Ending::Finished;
    let extent = match end {
        Some(end) => {
            let event = old.events.get(end).map(name_of).unwrap_or_default();
            old.events.truncate(end);
            new.events.truncate(end);
            ReplayExtent::Until { event }
        }
        None if unfinished => {
            new.events.truncate(old.events.len());
            ReplayExtent::Until {
                event: "the end of the journal".to_owned(),
            }
        }
        None => ReplayExtent::Whole,
    };
    for (old, new) in old.events.iter().zip(&mut new.events) {
        keep_recorded_citations(old, new);
    }
    match old.first_difference(&new) {
        None => Ok((old.events.len(), extent)),
        Some(difference) => Err(ReplayError::Differs {
            detail: message
                .filter(|text| is_about_the_recording(text))
                .map(|text| format!("; {text}"))
                .unwrap_or_default(),
            difference,
        }),
    }
}

/// Drops citations that the recorded run lacks. Earlier releases kept only the 20 longest citations
/// of an answer.
fn keep_recorded_citations(old: &JsonObject, new: &mut JsonObject) {
    const KEPT_BEFORE: usize = 20;
    let Some(then) = old.get("citations").and_then(Value::as_array) else {
        return;
    };
    if let Some(now) = new.get_mut("citations").and_then(Value::as_array_mut)
        && then.len() == KEPT_BEFORE
    {
        now.retain(|citation| then.contains(citation));
    }
}

/// Returns `true` if an event was caused by a clock, a user, or the end of a process.
fn is_from_outside(event: &JsonObject, index: &ReplayIndex) -> bool {
    let text = |name: &str| field(event, name);
    let call = || text("id").parse::<CallId>().ok().and_then(|id| index.get(&id));
    match text("kind") {
        "issued" => call().is_none_or(|call| call.outcome.as_ref().is_none_or(ended_from_outside)),
        "asked" => {
            let number = |field: &str| {
                event
                    .get(field)
                    .and_then(Value::as_u64)
                    .and_then(|number| u32::try_from(number).ok())
            };
            let (turn, ordinal) = (
                number("turn").unwrap_or_default(),
                number("ordinal").unwrap_or_default(),
            );
            let run = text("run").parse().unwrap_or_default();
            index
                .request(&run, turn, ordinal)
                .is_none_or(|request| request.answer.is_none())
        }
        "settled" => call()
            .and_then(|call| call.outcome.as_ref())
            .is_some_and(ended_from_outside),
        "program_ran" => text("end") == "cancelled",
        "limit" => text("name") == "DeadlineExceeded",
        // An invalid request is one whose journal or files failed.
        "outcome" => matches!(text("outcome"), "cancelled" | "timeout" | "invalid_request"),
        _ => false,
    }
}

fn field<'e>(event: &'e JsonObject, name: &str) -> &'e str {
    event.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn ended_from_outside(outcome: &RecordedOutcome) -> bool {
    match outcome {
        // A replay ends in the same outage. Journals of earlier releases lack the data for this.
        RecordedOutcome::Unissued(unissued) if unissued.error.is_some() => false,
        outcome => outcome.is_stopped(),
    }
}

fn name_of(event: &JsonObject) -> String {
    let field = |name: &str| {
        event
            .get(name)
            .map(|value| value.as_str().map_or(value.to_string(), str::to_owned))
    };
    let kind = field("kind").unwrap_or_default();
    match field("id").or_else(|| field("turn")) {
        Some(place) => format!("{kind} {place}"),
        None => kind,
    }
}

/// Returns `true` if the message of a run reports a call that is not in the recording.
pub(crate) fn is_about_the_recording(message: &str) -> bool {
    message.starts_with("replay:")
}
