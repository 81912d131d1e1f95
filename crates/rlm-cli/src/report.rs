//! What came of a run, for people and for programs.

use rlm_core::{Citation, RunResult};
use rlm_model::Cost;
use rlm_policy::Outcome;
use rlm_trace::Totals;
use serde_json::{Value, json};

use crate::console::{Console, shortened};
use crate::failure::Failure;
use crate::figures;

/// The characters of a quote that are shown.
const QUOTE_CHARS: usize = 100;

/// Says on standard error where the answer's words stand, what the user should know, and what the run took.
pub(crate) fn say(result: &RunResult, console: Console) {
    if let Some(note) = result.partial_note() {
        console.warn(&note);
    }
    for (number, citation) in result.citations.iter().enumerate() {
        console.say(&format!("[{}] {}", number + 1, cited(citation)));
    }
    for note in &result.notes {
        console.say(&format!("note: {}", shortened(&note.text, 200)));
    }
    if result.answer.is_none() {
        let message = result.message.as_deref().unwrap_or("there is no answer");
        let error = console.painted("31", "error:");
        console.say(&format!("{error} {}", crate::console::one_line(message)));
    }
    let kept = if result.journal.is_some() {
        ""
    } else {
        ", no journal kept"
    };
    console.say(&format!(
        "{}, run {}{kept}",
        figures::totals(&result.totals),
        result.run
    ));
}

/// `docs/a.md:12:5 “quoted words”`, which terminals and editors open at the place; `a.pdf:p3:12:5` where there are pages.
fn cited(citation: &Citation) -> String {
    let Citation {
        document,
        page_start,
        line_start,
        column_start,
        quote,
        ..
    } = citation;
    let quote = shortened(quote.trim(), QUOTE_CHARS);
    let page = page_start.map_or_else(String::new, |page| format!("p{page}:"));
    format!(
        "{}:{page}{line_start}:{column_start} “{quote}”",
        crate::console::one_line(document)
    )
}

/// Makes the one object of `--json`.
pub(crate) fn as_json(result: &RunResult) -> Value {
    let mut object = object(result.outcome.name(), &result.totals);
    if let Some(fields) = object.as_object_mut() {
        fields.insert("answer".to_owned(), json!(result.answer));
        fields.insert("citations".to_owned(), json!(result.citations));
        if !result.without_text.is_empty() {
            fields.insert("without_text".to_owned(), json!(result.without_text));
        }
        fields.insert("breakdown".to_owned(), json!(result.breakdown));
        fields.insert("message".to_owned(), json!(result.message));
        fields.insert("limit".to_owned(), json!(result.outcome.limit()));
        fields.insert("notes".to_owned(), json!(result.notes));
        fields.insert("run".to_owned(), json!(result.run));
        fields.insert("journal".to_owned(), json!(result.journal));
    }
    object
}

/// Makes the object of a run that could not begin or go on. It has the same fields, and an `error`.
pub(crate) fn failure_as_json(failure: &Failure) -> Value {
    let outcome = match failure {
        Failure::Run(error) => error.outcome(),
        _ => Outcome::InvalidRequest,
    };
    error_as_json(
        outcome.name(),
        failure.code(),
        &failure.to_string(),
        failure.hint().as_deref(),
    )
}

/// The same for arguments that could not be read.
pub(crate) fn error_as_json(outcome: &str, code: &str, message: &str, hint: Option<&str>) -> Value {
    let mut object = object(outcome, &Totals::default());
    if let Some(fields) = object.as_object_mut() {
        fields.insert("message".to_owned(), json!(message));
        fields.insert(
            "error".to_owned(),
            json!({ "code": code, "message": message, "hint": hint }),
        );
    }
    object
}

fn object(outcome: &str, totals: &Totals) -> Value {
    let usage = totals.usage();
    json!({
        "outcome": outcome,
        "answer": null,
        "citations": [],
        "steps": totals.turns,
        "calls": totals.calls(),
        "cached": totals.root.cached.saturating_add(totals.sub.cached),
        "usage": {
            "input": usage.input,
            "cached_input": usage.cached_input,
            "output": usage.output,
            "reasoning": usage.reasoning,
            "estimated": usage.estimated,
        },
        "cost": dollars(totals.cost()),
        "breakdown": null,
        "seconds": totals.elapsed.map(|elapsed| elapsed.0 as f64 / 1e3),
        "run": null,
        "journal": null,
        "message": null,
        "limit": null,
        "notes": [],
    })
}

/// Returns dollars; none where nobody knows. Money is counted in whole micro-dollars everywhere else.
pub(crate) fn dollars(cost: Cost) -> Option<f64> {
    match cost {
        Cost::Known(money) => Some(money.0 as f64 / 1e6),
        Cost::Unknown => None,
    }
}
