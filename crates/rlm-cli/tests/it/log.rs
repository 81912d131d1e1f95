//! Tests of the log: its lines can be joined with a journal, and contain neither keys nor texts of
//! models and users.

use std::collections::BTreeSet;

use rlm_test_server::{Answer, TestServer};
use serde_json::Value;

use crate::support::{Done, Place};

const KEY: &str = "sk-planted-4f1b9c0d7e";
/// One word each of the question, the context, a program, its output, and replies.
const WRITTEN: [&str; 5] = [
    "zebraquestion",
    "zebracontext",
    "zebraprogram",
    "zebraoutput",
    "zebrareply",
];

/// Runs a question with the full log. The model fails once, calls once, and answers.
fn logged(flags: &[&str]) -> (Place, Done) {
    let server = TestServer::in_order([
        Answer::error(503, "overloaded", "zebrareply: come again"),
        Answer::text("```repl\nzebraprogram = llm_query('zebraprogram ' + context)\nprint('zebra' + 'output')\n```"),
        Answer::text("zebrareply"),
        Answer::text("FINAL: zebrareply"),
    ])
    .unwrap();
    let place = Place::new().file("text.txt", "zebracontext\n");
    let asked = [
        "run",
        "zebraquestion?",
        "--context",
        "text.txt",
        "--model",
        "openai:gpt-test",
        "--progress",
        "none",
    ];
    let done = place
        .rlm(asked)
        .and(["--no-journal", "--json"])
        .and(flags.iter().copied())
        .env("LLM_BASE_URL", &server.base_url())
        .env("LLM_API_KEY", KEY)
        .env("RUST_LOG", "trace")
        .done();
    assert_eq!(done.code, Some(0), "{}", done.shown());
    assert_eq!(server.requests().len(), 4);
    (place, done)
}

#[test]
fn log_lines_contain_no_keys_or_user_text() {
    for flags in [&[][..], &["--log-format", "json"]] {
        let (_, done) = logged(flags);
        assert!(
            done.stderr.contains("TRACE"),
            "expected trace events in the log: {}",
            done.stderr
        );
        for text in WRITTEN.into_iter().chain([KEY]) {
            let line = done.stderr.lines().find(|line| line.contains(text));
            assert_eq!(line, None, "{text}");
        }
    }
}

#[test]
fn json_log_lines_identify_run_step_and_call() {
    let (_, done) = logged(&["--log-format", "json"]);
    let run = done.json()["run"].clone();
    let lines: Vec<Value> = done
        .stderr
        .lines()
        .filter(|line| line.starts_with('{'))
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let mut calls = BTreeSet::new();
    for line in lines.iter().filter(|line| line["fields"]["message"] == "answered") {
        let spans: Vec<&Value> = line["spans"].as_array().unwrap().iter().collect();
        let named = |name: &str| spans.iter().find(|span| span["name"] == name).unwrap();
        assert_eq!(named("run")["run"], run);
        let (step, call) = (&named("step")["step"], named("call")["call"].as_str().unwrap());
        assert!(call.starts_with(&step.to_string()), "{line}");
        calls.insert(call.to_owned());
    }
    assert_eq!(calls.into_iter().collect::<Vec<_>>(), ["1.0.0", "1.1.0", "2.0.0"]);
    let said = |message: &str| {
        lines
            .iter()
            .any(|line| line["target"] == "rlm_core::run" && line["fields"]["message"] == message)
    };
    assert!(said("begun") && said("ended"), "{}", done.stderr);
}

#[test]
fn log_format_alone_logs_without_debug_messages() {
    let place = Place::new();
    let asked = ["run", "x", "--data", "y", "--model", "search", "--log-format", "json"];
    let done = place.rlm(asked).done();
    assert!(done.stderr.contains(r#""message":"ended""#), "{}", done.shown());
    assert!(!done.stderr.contains("DEBUG"), "{}", done.shown());
    let wrong = place.rlm(asked).and(["--log-format", "xml"]).done();
    assert_eq!(wrong.code, Some(2), "{}", wrong.shown());
}
