//! Tests of the earlier turns that the root model receives.

use crate::support::{Place, session, snapshot};

const RUN: [&str; 9] = [
    "run",
    "How many are there?",
    "--context",
    "numbers.txt",
    "--model",
    "fake:root.json",
    "--progress",
    "none",
    "--cache=off",
];

/// Creates a place with a root model that prints a lot twice, summarizes its turns when asked, and
/// searches them.
fn place() -> Place {
    let root = r#"{"script": [
        "```repl\nfor i in range(600): print('line', i)\n```",
        "```repl\nfor i in range(600): print('other line', i)\n```",
        "There are two numbers.",
        "```repl\nFINAL('turn ' + str(history[0]['turn']) + ' showed ' + re.findall(r'line 599', history[0]['shown'])[0])\n```"
    ]}"#;
    Place::new().file("numbers.txt", "One, two.\n").file("root.json", root)
}

#[test]
fn compacted_turns_stay_in_history_and_trace() {
    let place = place();
    let flags = ["--compaction", "--compaction-threshold-tokens", "100"];
    let run = place.rlm(RUN).and(flags).done();
    assert_eq!(run.code, Some(0), "{}", run.shown());
    assert_eq!(run.stdout.trim(), "turn 1 showed line 599");
    let trace = place.rlm(["trace", "last"]).done();
    assert!(
        trace.stdout.contains("turns 1 to 1 were summarized"),
        "{}",
        trace.shown()
    );
    let replay = place.rlm(["replay", "last", "--context", "numbers.txt"]).done();
    assert_eq!(replay.code, Some(0), "{}", replay.shown());
}

#[test]
fn invalid_compaction_flags_fail_before_any_call() {
    let place = place();
    let unknown = place.rlm(RUN).and(["--compaction"]).done();
    let alone = place.rlm(RUN).and(["--compaction-threshold-tokens", "7000"]).done();
    snapshot!("history-bad-flags", session(&[unknown, alone]));
}
