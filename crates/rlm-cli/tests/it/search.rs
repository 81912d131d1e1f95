//! Tests of `search` in programs: its index, its flag, and its replay.

use crate::support::{Place, session, snapshot};

const MODEL: &str = r#"{
    "script": [
        "```repl\nhits = search('which code opens the vault', top_k=2)\nprint([(hit.document, hit.score) for hit in hits])\n```",
        "```repl\nFINAL(hits[0].text)\n```"
    ]
}"#;

fn place() -> Place {
    Place::new()
        .file("docs/gate.md", "The garden gate is green.\n")
        .file("docs/vault.md", "The code of the vault is 7-4-1.\n")
        .file("model.json", MODEL)
}

fn run<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let run = [
        "run",
        "What opens the vault?",
        "--context",
        "docs",
        "--model",
        "fake:model.json",
    ];
    run.iter().chain(more).copied().collect()
}

#[test]
fn run_with_search_is_traced_and_replayed() {
    let place = place();
    let done = [
        place.rlm(run(&[])).done(),
        place.rlm(["trace", "last"]).done(),
        place.rlm(["replay", "last"]).done(),
    ];
    assert!(done.iter().all(|done| done.code == Some(0)), "{}", session(&done));
    snapshot!("search", session(&done));
}

#[test]
fn run_without_search_reports_it_and_replays() {
    let place = place().file("none.json", MODEL.replace("hits[0].text", "'none'"));
    let done = place.rlm(run(&["--no-search", "--json"])).done();
    let trace = place.rlm(["trace", "last"]).done();
    assert!(
        trace.stdout.contains("CallFailed: this run has no search"),
        "{}",
        session(&[done, trace])
    );
    assert_eq!(place.rlm(["replay", "last"]).done().code, Some(0));
}

#[test]
fn exec_programs_support_search() {
    let place = place().file("find.sift", "print(search('garden')[0].document)\n");
    let found = place.rlm(["exec", "find.sift", "--context", "docs"]).done();
    assert_eq!(
        (found.code, found.stdout.as_str()),
        (Some(0), "docs/gate.md\n"),
        "{}",
        found.shown()
    );
    let refused = place
        .rlm(["exec", "find.sift", "--context", "docs", "--no-search"])
        .done();
    assert!(refused.stderr.contains("this run has no search"), "{}", refused.shown());
}

#[test]
fn index_of_a_large_context_is_built_once() {
    let lines: String = (0..450_000)
        .map(|number| format!("line {number} of the log, nothing to see\n"))
        .collect();
    let place = place()
        .file("big.log", format!("{lines}the needle is here\n"))
        .file("find.sift", "print(search('needle')[0].text[-18:])\n");
    let exec = ["exec", "find.sift", "--context", "big.log", "--cache", "cache/replies"];
    let first = place.rlm(exec).done();
    assert_eq!(
        (first.code, first.stdout.as_str()),
        (Some(0), "the needle is here\n"),
        "{}",
        first.shown()
    );
    assert!(first.stderr.contains("indexing 1"), "{}", first.shown());
    let again = place.rlm(exec).done();
    assert_eq!(
        (again.stdout, again.stderr.contains("indexing")),
        (first.stdout, false),
        "{}",
        again.stderr
    );
    let kept = std::fs::read_dir(place.path("cache/replies.indexes")).map(Iterator::count);
    assert_eq!(kept.ok(), Some(1));
}
