//! Tests of child runs: their flags, their place in a trace, and their replay.

use crate::support::{Place, session, snapshot};

const COMPANY: &str = "Region Europe\nUK earned 40\nSpain earned 10\nRegion Asia\nJapan earned 40\n";

/// Creates a place with a root model that asks a child run about each region, and a model that
/// writes the programs of child runs.
pub(crate) fn place() -> Place {
    let root = r#"{"script": [
        "```repl\nregions = P.split('Region ')[1:]\nanswers = [rlm_query('What is earned?', region) for region in regions]\nFINAL(' and '.join(answers))\n```",
        "```repl\nFINAL('nobody knows')\n```"
    ], "default_reply": "about 90"}"#;
    let program = r"```repl\nFINAL(lines(P)[0] + ' ' + str(sum(int(n) for n in re.findall(r'earned (\\d+)', P))))\n```";
    // Both children have the same script, since their order varies.
    let child = format!(r#"{{"script": ["{program}", "{program}"]}}"#);
    Place::new()
        .file("company.txt", COMPANY)
        .file("root.json", root)
        .file("child.json", child)
}

pub(crate) const RUN: [&str; 9] = [
    "run",
    "What does each region earn?",
    "--context",
    "company.txt",
    "--model",
    "fake:root.json",
    "--progress",
    "none",
    "--cache=off",
];

#[test]
fn child_runs_appear_in_the_trace_and_replay() {
    let place = place();
    // Without concurrency, the script's replies reach the children in order.
    let deeper = [
        "--max-depth",
        "2",
        "--recursive-model",
        "fake:child.json",
        "--concurrency",
        "1",
    ];
    let run = place.rlm(RUN).and(deeper).done();
    assert_eq!(run.code, Some(0), "{}", run.shown());
    let steps = place
        .rlm(["replay", "last", "--context", "company.txt", "--show-steps"])
        .done();
    // The children run concurrently, but the events of one child are in order.
    let of_one = steps.stderr.lines().filter(|line| line.contains("1.1.0"));
    snapshot!("recursion-show-steps", of_one.collect::<Vec<_>>().join("\n"));
    let trace = place.rlm(["trace", "last"]).done();
    let replay = place.rlm(["replay", "last", "--context", "company.txt"]).done();
    assert_eq!(replay.code, Some(0), "{}", replay.shown());
    let why = place.rlm(["trace", "last", "--why"]).done();
    assert_eq!(why.code, Some(0), "{}", why.shown());
    snapshot!("recursion", session(&[run, trace, why, replay]));
}

#[test]
fn child_runs_at_max_depth_are_plain_calls_or_errors() {
    let place = place();
    let plain = place.rlm(RUN).done();
    assert_eq!(plain.stdout, "about 90 and about 90\n", "{}", plain.shown());
    assert!(
        plain.stderr.contains("rlm_query was answered by a plain sub-call"),
        "{}",
        plain.shown()
    );
    let refused = place.rlm(RUN).and(["--at-max-depth", "error"]).done();
    assert_eq!(refused.stdout, "nobody knows\n", "{}", refused.shown());
    let trace = place.rlm(["trace", "last"]).done();
    assert!(trace.stdout.contains("MaxRecursionExceeded"), "{}", trace.shown());
}

#[test]
fn depth_model_flag_requires_depth_and_model() {
    let place = place();
    for wrong in ["2", "0=fake:child.json", "2=", "two=fake:child.json"] {
        let refused = place.rlm(RUN).and(["--depth-model", wrong]).done();
        assert_eq!(refused.code, Some(2), "{}", refused.shown());
    }
    let refused = place.rlm(RUN).and(["--depth-model", "openai"]).done();
    snapshot!("recursion-depth-model", refused.shown());
}
