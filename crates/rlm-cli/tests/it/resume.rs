//! Tests of `rlm resume`, `rlm fork` and `rlm diff`.

use serde_json::json;

use crate::run::place;
use crate::support::{Place, session, snapshot};

/// A model that answers the same questions differently in the second turn.
const OTHER: &str = r#"{
    "script": ["FINAL: never asked", "```repl\nFINAL('It is ' + piece[-8:])\n```"],
    "rules": [{"match": "Which city", "reply": "Lisbon"}]
}"#;

/// Truncates the last run's journal within the line that contains `event`, like a process that is
/// killed during a write.
fn cut(place: &Place, event: &str) {
    let journal = place.journals().remove(0);
    let text = std::fs::read_to_string(&journal).unwrap();
    let at = text.find(event).unwrap_or_else(|| panic!("{event} is not in {text}"));
    std::fs::write(journal, &text[..at]).unwrap();
}

#[test]
fn interrupted_run_resumes() {
    let place = place();
    assert_eq!(place.ask("fake:model.json").done().code, Some(0));
    cut(&place, r#""kind":"settled","id":"1.1.0""#);
    let done = [
        place.rlm(["runs"]).done(),
        place.rlm(["resume", "last", "--cache", "off"]).done(),
        place.rlm(["trace", "last"]).done(),
        place.rlm(["replay", "last", "--verify"]).done(),
        place.rlm(["resume", "last"]).done(),
    ];
    assert!(done.iter().all(|done| done.code == Some(0)), "{}", session(&done));
    snapshot!("resume", session(&done));
}

#[test]
fn run_resumes_from_another_folder_with_json_output() {
    let place = place();
    assert_eq!(
        place.ask("fake:model.json").and(["--journal", "run.jsonl"]).done().code,
        Some(0)
    );
    let whole = place.read("run.jsonl");
    let at = whole.find(r#""kind":"settled","id":"2.0.0""#).unwrap();
    let place = place.file("run.jsonl", &whole[..at]);
    let elsewhere = Place::new().file("run.jsonl", place.read("run.jsonl"));
    let done = elsewhere
        .rlm(["resume", "run.jsonl", "--json", "--progress", "none"])
        .done();
    assert_eq!(done.code, Some(0), "{}", done.shown());
    let object = done.json();
    assert_eq!(
        (
            &object["outcome"],
            &object["answer"],
            &object["steps"],
            &object["calls"]
        ),
        (
            &json!("complete"),
            &json!("capital of Portugal is Lisbon"),
            &json!(2),
            &json!(3)
        )
    );
    let again = elsewhere.rlm(["resume", "run.jsonl", "--json"]).done();
    assert_eq!(again.code, Some(2));
    assert_eq!(again.json()["error"]["code"], json!("run_complete"));
}

#[test]
fn resume_at_a_limit_requires_and_accepts_a_higher_one() {
    let place = place();
    let first = place.ask("fake:model.json").and(["--max-steps", "1"]).done();
    assert_ne!(first.code, Some(0));
    let same = place.rlm(["resume", "last"]).done();
    same.is_one_line_error(2);
    let more = place.rlm(["resume", "last", "--max-steps", "3"]).done();
    assert_eq!(more.code, Some(0), "{}", more.shown());
    let replayed = place.rlm(["replay", "last"]).done();
    assert_eq!(replayed.code, Some(0), "{}", replayed.shown());
    snapshot!("resume-with-more", session(&[first, same, more, replayed]));
}

#[test]
fn unresumable_runs_are_one_line_errors() {
    let place = place();
    assert_eq!(place.ask("fake:model.json").done().code, Some(0));
    cut(&place, r#""kind":"settled","id":"2.0.0""#);
    let journal = place.journals().remove(0);
    let place = place.file("land.txt", "Another text.\n").file("empty.jsonl", "");
    let other_context = place.rlm(["resume", "last"]).done();
    let nothing = place.rlm(["resume", "empty.jsonl"]).done();
    let none = place.rlm(["resume", "nowhere"]).done();
    // The script has changed.
    let place = place.file("model.json", OTHER).file("land.txt", place_text());
    let other_model = place.rlm(["resume", "last"]).done();
    for done in [&other_context, &nothing, &none, &other_model] {
        done.is_one_line_error(2);
    }
    let shown = session(&[other_context, nothing, none, other_model]);
    let shown = regex::Regex::new(r"at script:[0-9a-f:b]+|at b3:[0-9a-f]+")
        .unwrap()
        .replace_all(&shown, "at [script]");
    snapshot!("resume-refused", shown);
    assert!(journal.exists());
}

fn place_text() -> String {
    place().read("land.txt")
}

#[test]
fn a_run_is_forked_and_compared() {
    let place = place().file("other.json", OTHER);
    assert_eq!(
        place.ask("fake:model.json").and(["--journal", "a.jsonl"]).done().code,
        Some(0)
    );
    let fork = [
        "fork",
        "a.jsonl",
        "--at",
        "2",
        "--model",
        "fake:other.json",
        "--journal",
        "b.jsonl",
        "--cache",
        "off",
    ];
    let forked = place.rlm(fork).done();
    assert_eq!(forked.code, Some(0), "{}", forked.shown());
    let replayed = place.rlm(["replay", "b.jsonl"]).done();
    let parts = place.rlm(["diff", "a.jsonl", "b.jsonl"]).done();
    let same = place.rlm(["diff", "a.jsonl", "a.jsonl"]).done();
    assert_eq!(
        (parts.code, same.code, replayed.code),
        (Some(1), Some(0), Some(0)),
        "{}",
        parts.shown()
    );
    let object = place.rlm(["diff", "a.jsonl", "b.jsonl", "--json"]).done().json();
    assert_eq!(object["parting"]["event"], json!("settled 2.0.0"), "{object}");
    snapshot!("fork", session(&[forked, replayed, parts, same]));
}

#[test]
fn fork_accepts_changed_settings() {
    let place = place();
    assert_eq!(
        place.ask("fake:model.json").and(["--journal", "a.jsonl"]).done().code,
        Some(0)
    );
    let built_in = include_str!("../../../../prompts/root-system.md");
    let place = place
        .file("root-system.md", format!("{built_in}\nAnswer in one word.\n"))
        .file("rot-system.md", built_in);
    let fork = |prompt: &str, at: &str| {
        let fork = [
            "fork",
            "a.jsonl",
            "--at",
            at,
            "--prompt",
            prompt,
            "--journal",
            "b.jsonl",
        ];
        place.rlm(fork.map(str::to_owned)).done()
    };
    let unknown = fork("rot-system.md", "2");
    let too_far = fork("root-system.md", "7");
    for done in [&unknown, &too_far] {
        done.is_one_line_error(2);
    }
    let forked = fork("root-system.md", "2");
    assert_eq!(forked.stdout, "capital of Portugal is Lisbon\n", "{}", forked.shown());
    let replayed = place.rlm(["replay", "b.jsonl"]).done();
    assert_eq!(replayed.code, Some(0), "{}", replayed.shown());
    let parts = place.rlm(["diff", "a.jsonl", "b.jsonl", "--json"]).done().json();
    assert_eq!(parts["parting"]["event"], json!("issued 2.0.0"), "{parts}");
    snapshot!("fork-refused", session(&[unknown, too_far]));
}
