//! Tests of `rlm demo`: the recordings are those of the current prompts and the current language.

use serde_json::Value;

use crate::support::{Place, session, snapshot};

/// A speed at which no reply is delayed noticeably.
const AT_ONCE: &str = "1000000";

/// Returns the names of the demos.
fn names(place: &Place) -> Vec<String> {
    let listed = place.rlm(["demo", "--list"]).done();
    assert_eq!(listed.code, Some(0), "{}", listed.shown());
    let name = |line: &str| line.split_whitespace().next().unwrap_or_default().to_owned();
    listed.stdout.lines().map(name).collect()
}

/// Returns the last answer in the recording of a demo.
fn recorded_answer(name: &str) -> String {
    let path = format!(
        "{}/../../examples/demos/{name}/recording.jsonl",
        env!("CARGO_MANIFEST_DIR")
    );
    let journal = std::fs::read_to_string(path).unwrap();
    let events = journal.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let mut answers = events.filter_map(|record| Some(record["event"]["answer"].as_str()?.to_owned()));
    answers.next_back().unwrap()
}

#[test]
fn every_demo_gives_its_recorded_answer() {
    let place = Place::new();
    let names = names(&place);
    assert!(names.len() >= 4, "{names:?}");
    for name in names {
        let done = place
            .rlm(["demo", &name, "--speed", AT_ONCE, "--progress", "lines"])
            .done();
        let answer = format!("{}\n", recorded_answer(&name).trim_end());
        assert!(
            done.code == Some(0) && done.stdout.ends_with(&answer),
            "the demo is not that of the current prompts and programs: record it again with `just record-demo {name}`\n{}",
            done.shown()
        );
        // The run is like any other.
        let replayed = place.rlm(["replay", "last"]).done();
        assert_eq!(replayed.code, Some(0), "{}", replayed.shown());
    }
}

#[test]
fn demo_explains_itself_and_writes_a_report() {
    let place = Place::new();
    let listed = place.rlm(["demo", "--list"]).done();
    let shown = place
        .rlm([
            "demo",
            "--speed",
            AT_ONCE,
            "--progress",
            "none",
            "--report",
            "demo.html",
        ])
        .done();
    assert_eq!(shown.code, Some(0), "{}", shown.shown());
    assert!(place.read("demo.html").contains("<!DOCTYPE html>"));
    let unknown = place.rlm(["demo", "incident"]).done();
    let stopped = place.rlm(["demo", "--speed", "0"]).done();
    let text = session(&[listed, shown, unknown, stopped]);
    // The size of the page depends on times.
    let size = regex::Regex::new(r"demo\.html, \d+\.\d kB").unwrap();
    let text = size.replace(&text, "demo.html, [size]");
    snapshot!("demo", text.replace(&*place.path("").to_string_lossy(), "FOLDER/"));
}

/// A run with the same replies on other texts differs, since nothing but the replies is recorded.
#[test]
fn demo_with_changed_texts_is_not_replayed() {
    let place = Place::new();
    let first = place
        .rlm(["demo", "code", "--speed", AT_ONCE, "--progress", "none"])
        .done();
    assert_eq!(first.code, Some(0), "{}", first.shown());
    let folder = place.path("data/demos/code");
    std::fs::write(folder.join("rlm-scheduler/settings.rs"), "max_attempts: 6,\n").unwrap();
    let model = format!("replay:{}", folder.join("recording.jsonl").display());
    let context = folder.join("rlm-scheduler").display().to_string();
    let changed = place.rlm(["ask", "Which?", &context, "--model", &model]).done();
    assert_eq!(changed.code, Some(4), "{}", changed.shown());
    assert!(
        changed.stderr.contains("differs from the recording"),
        "{}",
        changed.shown()
    );
}
