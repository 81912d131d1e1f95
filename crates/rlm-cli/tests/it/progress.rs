//! Tests of what a person sees while a run works, and of the answer on a terminal of tmux.

use std::fmt::Write as _;

use regex::Regex;
use rlm_test_needs::needs;
use serde_json::json;

use crate::support::{Done, Place, session, snapshot};
use crate::tui::Terminal;

/// The number of calls in the batch.
const CALLS: usize = 24;
const ANSWER: &str = "## Summary\n\n**Half** of them:\n\n| who | incidents |\n|---|---:|\n| Ines | 12 |\n";

/// Creates a place with a document of some sections, and a model that asks about each of them.
/// `delay` is that of the calls in milliseconds.
fn place(delay: u64) -> Place {
    let mut text = String::from("# Incidents\n");
    for number in 1..=CALLS {
        let _ = write!(text, "\n## Incident {number}\nOn day {number} the database was slow.\n");
    }
    let batch = "```repl\nparts = context.split('## Incident ')[1:]\nreplies = llm_batch(['Whose fault is this? ' + part for part in parts])\n```";
    let model = json!({
        "script": ["```repl\nprint(len(context))\n```", batch, format!("```repl\nFINAL({ANSWER:?})\n```")],
        "rules": [{"match": "database", "reply": "Nobody's.", "delay_ms": delay}],
    });
    Place::new()
        .file("incidents.md", text)
        .file("model.json", model.to_string())
}

const RUN: [&str; 8] = [
    "run",
    "Whose fault was it?",
    "--context",
    "incidents.md",
    "--model",
    "fake:model.json",
    "--cache",
    "off",
];
const RUN_LINE: &str = "rlm run 'Whose fault was it?' incidents.md --model fake:model.json --cache off --concurrency 4";

fn is_live(line: &str) -> bool {
    Regex::new("^[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] step").expect("valid regex").is_match(line)
}

#[needs("tmux")]
#[test]
fn live_line_counts_a_batch_and_disappears() {
    let place = place(400);
    let terminal = Terminal::start(&place, RUN_LINE);
    let screen = terminal.wait_for("/24 sub-calls");
    let line = screen.lines().find(|line| is_live(line)).unwrap_or_default();
    assert!(line.contains(" step 2 · ") && line.chars().count() < 80, "{screen}");
    terminal.wait_for("s left");
    let end = terminal.wait_for("[exit 0]");
    assert!(!end.lines().any(is_live), "{end}");
    let answer = end.find("Summary").zip(end.find("3 steps · 27 calls"));
    assert!(answer.is_some_and(|(answer, facts)| answer < facts), "{end}");
    assert!(!end.contains("**") && !end.contains("|---"), "{end}");
}

#[needs("tmux")]
#[test]
fn interrupted_live_line_leaves_nothing_behind() {
    let place = place(60_000);
    // The shell survives the Ctrl-C.
    let terminal = Terminal::start(&place, &format!("trap : INT; {RUN_LINE}"));
    terminal.wait_for("0/24 sub-calls");
    terminal.press(&["C-c"]);
    let end = terminal.wait_for("[exit 130]");
    assert!(!end.lines().any(|line| is_live(line) || line.contains("^C")), "{end}");
    assert!(end.contains("4 sent: 4 cancelled; 20 not sent"), "{end}");
}

#[needs("tmux")]
#[test]
fn plain_output_has_no_escapes_boxes_or_updates() {
    let place = place(0);
    let line = format!("{RUN_LINE} --plain --tui > out.txt 2> err.txt; {RUN_LINE} --plain; rlm trace last --plain");
    let terminal = Terminal::start(&place, &line);
    let screen = terminal.wait_for("[exit 0]");
    let drawn = |text: &str| text.contains(['│', '├', '─', '⠋', '⠙', '\u{1b}', '\r']);
    assert!(!drawn(&screen), "{screen}");
    let err = place.read("err.txt");
    assert!(err.contains("step 2: 2 lines, ran") && !drawn(&err), "{err}");
    assert_eq!(place.read("out.txt"), ANSWER);
}

#[test]
fn calls_of_a_batch_are_named_by_place_and_folded() {
    let place = place(0);
    let run = place.rlm(RUN).and(["--show-steps", "--concurrency", "1"]).done();
    let trace = place.rlm(["trace", "last"]).done();
    let all = place.rlm(["trace", "last", "--all"]).done();
    let failed = place.rlm(["trace", "last", "--failed"]).done();
    let named = |done: &Done, place: &str| done.stdout.contains(place) || done.stderr.contains(place);
    for done in [&run, &trace] {
        assert!(
            named(done, "incidents.md:3-5 ") && named(done, "incidents.md:30-32  "),
            "{}",
            done.shown()
        );
        assert!(!named(done, "incidents.md:33-35"), "{}", done.shown());
        assert!(named(done, "… 14 more calls answered"), "{}", done.shown());
    }
    assert!(named(&all, "incidents.md:72-73"), "{}", all.shown());
    assert!(failed.stdout.contains("nothing failed"), "{}", failed.shown());
    snapshot!("progress-names", session(&[run, trace]));
}

#[test]
fn trace_is_colored_like_steps() {
    let place = place(0);
    assert_eq!(place.rlm(RUN).and(["--progress", "none"]).done().code, Some(0));
    let trace = place.rlm(["trace", "last"]).env("CLICOLOR_FORCE", "1").done().stdout;
    assert!(
        trace.contains("\u{1b}[94mllm_batch\u{1b}[0m") && trace.contains("\u{1b}[32mcomplete\u{1b}[0m"),
        "{trace}"
    );
    assert!(!trace.contains("\u{1b}[34m"), "blue is unreadable on black: {trace}");
}

#[test]
fn watch_follows_a_run_as_lines() {
    let place = place(150);
    let mut run = place.rlm(RUN).and(["--concurrency", "2"]).start();
    while place.journals().is_empty() {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let watched = place.rlm(["watch", "last", "--plain"]).done();
    assert!(run.wait().is_ok_and(|status| status.success()));
    assert_eq!(
        (watched.code, watched.stdout.as_str()),
        (Some(0), ""),
        "{}",
        watched.shown()
    );
    for line in [
        "step 1: 1 line, ran",
        "step 2: 2 lines, ran; 24 calls",
        "complete; 3 steps, 27 calls",
    ] {
        assert!(watched.stderr.contains(line), "{line}: {}", watched.shown());
    }
    // The journal of a process that was killed.
    let journal = place.journals().remove(0);
    let whole = std::fs::read_to_string(&journal).expect("read the journal");
    let cut: String = whole.split_inclusive('\n').take(9).collect();
    std::fs::write(&journal, cut).expect("write the journal");
    let ended = place.rlm(["watch", "last", "--plain"]).done();
    assert!(ended.stderr.contains("to resume: rlm resume"), "{}", ended.shown());
}

#[test]
fn runs_tell_running_from_interrupted_and_are_pruned() {
    let place = place(60_000);
    let mut run = place.rlm(RUN).and(["--progress", "none"]).start();
    let listed = |outcome: &str| place.rlm(["runs", "--outcome", outcome]).done();
    while !listed("running").stdout.contains("Whose fault") {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let kept = place.rlm(["runs", "prune", "--older-than", "0h"]).done();
    assert!(kept.stderr.contains("0 runs deleted, 1 kept"), "{}", kept.shown());
    run.kill().expect("kill the run");
    run.wait().expect("wait for the run");
    let done = [
        listed("interrupted"),
        listed("complete"),
        place.rlm(["runs", "prune", "--older-than", "30d"]).done(),
        place.rlm(["runs", "prune", "--older-than", "0h", "--dry-run"]).done(),
        place.rlm(["runs", "prune", "--older-than", "0h"]).done(),
        place.rlm(["runs", "prune", "--older-than", "soon"]).done(),
    ];
    assert!(place.journals().is_empty());
    snapshot!("progress-runs", session(&done));
}

#[test]
fn resumed_run_keeps_its_cache() {
    let place = place(0);
    assert_eq!(place.rlm(RUN).and(["--progress", "none"]).done().code, Some(0));
    let journal = place.journals().remove(0);
    let whole = std::fs::read_to_string(&journal).expect("read the journal");
    let lines: Vec<&str> = whole.split_inclusive('\n').collect();
    let half = lines
        .iter()
        .position(|line| line.contains(r#""kind":"settled","id":"2.1.11""#))
        .expect("the call");
    std::fs::write(&journal, lines.get(..=half).unwrap_or_default().concat()).expect("write the journal");
    let resumed = place.rlm(["resume", "last"]).done();
    assert_eq!(
        (resumed.code, resumed.stdout.as_str()),
        (Some(0), ANSWER),
        "{}",
        resumed.shown()
    );
    assert!(resumed.stderr.contains("resuming at step 2: "), "{}", resumed.shown());
    assert!(
        resumed.stderr.contains(" of 24 sub-calls already answered"),
        "{}",
        resumed.shown()
    );
    // Calls that were in flight are made again, and count once.
    let step = resumed.stderr.lines().find(|line| line.starts_with("step 2:"));
    assert!(
        step.is_some_and(|line| line.contains("; 24 calls")),
        "{}",
        resumed.shown()
    );
    assert!(!place.path("cache").exists(), "the run was made with --cache off");
}

/// The progress of a slow batch in a pipe. The test takes half a minute, nearly all of it asleep.
#[test]
fn slow_batch_in_a_pipe_reports_every_ten_seconds() {
    let place = place(2_000);
    let run = place.rlm(RUN).and(["--concurrency", "2"]).done();
    let lines: Vec<&str> = run
        .stderr
        .lines()
        .filter(|line| line.contains(" of 24 sub-calls, about "))
        .collect();
    assert!(lines.len() >= 2, "{}", run.shown());
}
