//! `rlm diff`: finds where two runs diverge.

use rlm_cli_execution::recording;
use rlm_cli_execution::stores;
use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_output::text::{counted, one_line, visible};
use rlm_cli_output::{metrics, schemas};
use rlm_cli_settings::args::DiffArguments;
use rlm_cli_settings::environment::Environment;
use rlm_store::RunStore;
use rlm_trace::{Canonical, JsonObject, RecordedRun, RunStarted, Totals, canonical, outcome};
use serde_json::{Value, json};
use similar::TextDiff;

/// The exit code of `rlm diff` if the runs diverge.
const PART_EXIT: u8 = 1;
/// The number of equal lines that are shown around a difference.
const AROUND: usize = 2;
/// The maximum number of characters that are shown of a line.
const LINE_CHARS: usize = 200;
/// The maximum number of lines that are shown of a difference between runs.
const SHOWN_LINES: usize = 60;

/// One of the two compared runs, with the events that are compared.
struct Side {
    run: RecordedRun,
    events: Canonical,
}

/// The point at which two runs part: their first different event.
struct Parting {
    /// The number of events before the first difference, which are the same in both runs.
    same: usize,
    /// The name of the first event that differs, such as `settled 2.1.0`.
    event: String,
    field: Option<String>,
    /// The values of the differing field in the two runs.
    sides: [Option<Value>; 2],
}

/// Runs `rlm diff`: compares two runs. Returns the exit code.
pub(crate) fn run(arguments: &DiffArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    let store = stores::runs(environment)?;
    let left = Side::read(&store, &arguments.left)?;
    let right = Side::read(&store, &arguments.right)?;
    let settings = began_otherwise(left.started()?, right.started()?);
    let parting = part(&left.events, &right.events);
    let is_same = settings.is_empty() && parting.is_none();
    if arguments.json {
        console.json(&json(&left, &right, &settings, parting)?)?;
    } else {
        console.result(&shown(&left, &right, &settings, parting.as_ref())?)?;
    }
    Ok(match is_same {
        true => 0,
        false => PART_EXIT,
    })
}

impl Side {
    fn read(store: &RunStore, text: &str) -> Result<Self, Failure> {
        let run = RecordedRun::read(store.find(text)?.journal)?;
        let mut events = canonical(&run.records);
        // The start events are compared separately.
        events.events.retain(|event| kind(event) != "run_started");
        for event in events.events.iter_mut().filter(|event| kind(event) == "issued") {
            // A digest is no help to the reader, and a different model is reported once.
            event.shift_remove("request_id");
            event.shift_remove("model");
        }
        Ok(Self { run, events })
    }

    fn started(&self) -> Result<&RunStarted, Failure> {
        recording::started_of(&self.run)
    }

    /// Returns the end of the run in one line: its outcome and its totals.
    fn end(&self) -> String {
        let outcome = outcome(&self.run.records).map_or("unfinished", |ended| ended.outcome.as_str());
        format!("{outcome}: {}", metrics::totals(&Totals::of(&self.run.records)))
    }
}

/// Returns the settings at the start of two runs that differ: their names, and the values of both
/// runs.
fn began_otherwise(left: &RunStarted, right: &RunStarted) -> Vec<(String, [Value; 2])> {
    let mut otherwise = Vec::new();
    let mut compare = |name: String, left: Value, right: Value| {
        if left != right {
            otherwise.push((name, [left, right]));
        }
    };
    compare("question".to_owned(), json!(left.question), json!(right.question));
    let models = |started: &RunStarted| {
        let names: Vec<String> = started.models.iter().map(|used| used.identity.to_string()).collect();
        json!(names.join(", "))
    };
    compare("models".to_owned(), models(left), models(right));
    let context = |started: &RunStarted| {
        let sources = started.context.iter();
        json!(
            sources
                .map(|source| (&source.name, source.digest.or(source.ends)))
                .collect::<Vec<_>>()
        )
    };
    if context(left) != context(right) {
        let names = |started: &RunStarted| json!(counted(started.context.len(), "document"));
        compare("context".to_owned(), names(left), names(right));
    }
    let names = left
        .settings
        .keys()
        .chain(right.settings.keys().filter(|name| !left.settings.contains_key(*name)));
    for name in names {
        let value = |started: &RunStarted| started.settings.get(name).cloned().unwrap_or(Value::Null);
        match (value(left), value(right)) {
            (Value::Object(left), Value::Object(right)) => {
                for inner in left.keys() {
                    let value = |object: &JsonObject| object.get(inner).cloned().unwrap_or(Value::Null);
                    compare(format!("{name}.{inner}"), value(&left), value(&right));
                }
            }
            (left, right) => compare(name.clone(), left, right),
        }
    }
    for template in &left.templates {
        let other = right.templates.iter().find(|other| other.name == template.name);
        if other.is_none_or(|other| other.text != template.text) {
            let bytes = |text: Option<&str>| json!(counted(text.map_or(0, str::len), "byte"));
            let other = bytes(other.map(|other| other.text.as_str()));
            compare(format!("prompt {}", template.name), bytes(Some(&template.text)), other);
        }
    }
    otherwise
}

/// Returns the point at which two runs part: the first event that differs, or that only one of them
/// has.
fn part(left: &Canonical, right: &Canonical) -> Option<Parting> {
    let difference = left.first_difference(right)?;
    let value = |run: &Canonical| {
        let event = run.events.get(difference.index)?;
        let Some(path) = &difference.field else {
            return Some(Value::Object(event.clone()));
        };
        let mut value = Some(&Value::Null);
        let mut fields = Some(event);
        for name in path.split('.') {
            value = fields.and_then(|fields| fields.get(name));
            fields = value.and_then(Value::as_object);
        }
        value.cloned()
    };
    let sides = [value(left), value(right)];
    Some(Parting {
        same: difference.index,
        event: difference.event,
        field: difference.field,
        sides,
    })
}

fn shown(
    left: &Side,
    right: &Side,
    settings: &[(String, [Value; 2])],
    parting: Option<&Parting>,
) -> Result<String, Failure> {
    let mut lines = Vec::new();
    for (mark, side) in [("---", left), ("+++", right)] {
        lines.push(format!("{mark} run {}: {}", side.started()?.run, side.end()));
    }
    for (name, [then, now]) in settings {
        lines.push(format!("{name}: {} → {}", plain(then), plain(now)));
    }
    match parting {
        None => lines.push(format!(
            "{}, no differences",
            counted(left.events.events.len(), "event")
        )),
        Some(parting) => {
            let field = parting
                .field
                .as_ref()
                .map(|field| format!(" ({field})"))
                .unwrap_or_default();
            let same = counted(parting.same, "event");
            lines.push(format!(
                "identical for {same}, then the runs diverge at {}{field}:",
                parting.event
            ));
            lines.extend(sides(&parting.sides));
        }
    }
    Ok(lines.join("\n") + "\n")
}

/// Formats the values of both sides as a line diff.
fn sides(sides: &[Option<Value>; 2]) -> Vec<String> {
    let text = |side: &Option<Value>| match side {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Object(event)) if event.contains_key("kind") => kind(event).replace('_', " "),
        Some(other) => unescaped(&serde_json::to_string_pretty(other).unwrap_or_default()),
    };
    let [left, right] = sides.each_ref().map(text);
    let diff = TextDiff::from_lines(&left, &right);
    let mut lines: Vec<String> = Vec::new();
    for (number, group) in diff.grouped_ops(AROUND).iter().enumerate() {
        if number > 0 {
            lines.push("…".to_owned());
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let line: String = change.value().trim_end_matches('\n').chars().take(LINE_CHARS).collect();
            lines.push(format!("{}{}", change.tag(), visible(&line)));
        }
    }
    let more = lines.len().saturating_sub(SHOWN_LINES);
    if more > 0 {
        lines.truncate(SHOWN_LINES);
        lines.push(format!("… and {}", counted(more, "more line")));
    }
    lines
}

/// Returns JSON with the line ends, quotes and backslashes of its texts as they are, so that only
/// the lines of a prompt that differ are shown.
fn unescaped(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    let mut chars = json.chars();
    while let Some(char) = chars.next() {
        match (char, chars.as_str().chars().next()) {
            ('\\', Some('n')) => text.push('\n'),
            ('\\', Some(escaped @ ('"' | '\\'))) => text.push(escaped),
            (char, _) => {
                text.push(char);
                continue;
            }
        }
        chars.next();
    }
    text
}

fn json(
    left: &Side,
    right: &Side,
    settings: &[(String, [Value; 2])],
    parting: Option<Parting>,
) -> Result<schemas::Diff, Failure> {
    let settings = settings.iter().map(|(name, sides)| (name.clone(), json!(sides)));
    let end = |side: &Side| {
        outcome(&side.run.records).map(|ended| schemas::RunEnd {
            outcome: ended.outcome.to_string(),
            answer: ended.answer.clone(),
        })
    };
    Ok(schemas::Diff {
        runs: [left.started()?.run.to_string(), right.started()?.run.to_string()],
        ends: [end(left), end(right)],
        settings: settings.collect(),
        parting: parting.map(|parting| schemas::Parting {
            same: parting.same,
            event: parting.event,
            field: parting.field,
            sides: parting.sides,
        }),
    })
}

fn kind(event: &JsonObject) -> &str {
    event.get("kind").and_then(Value::as_str).unwrap_or_default()
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => one_line(text),
        Value::Null => "none".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::sides;

    #[test]
    fn texts_are_compared_as_they_were_written() {
        let message = |text: &str| Some(json!({ "role": "user", "text": text }));
        let left = message("Two documents.\n`P` is all of them with \"\\n---\\n\" between.\nC:\\temp\n");
        let right = message("One document.\n`P` is all of them with \"\\n---\\n\" between.\nC:\\temp\n");
        insta::assert_snapshot!(sides(&[left, right]).join("\n"), @r#"
         {
           "role": "user",
        -  "text": "Two documents.
        +  "text": "One document.
         `P` is all of them with "\n---\n" between.
         C:\temp
        "#);
    }
}
