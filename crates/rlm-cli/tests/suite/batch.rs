//! `rlm batch`: real files, and a server on loopback.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that finds something else than it should has failed"
)]

use rlm_test_server::{Answer, CapturedRequest, TestServer, Usage};
use serde_json::{Value, json};

use crate::support::{Done, Place, Rlm, session, snapshot};

const QUESTIONS: &str = "{\"id\": \"capital\", \"question\": \"What is the capital?\"}\n{\"id\": \"river\", \"question\": \"Which river?\"}\n\
    \"How many hills?\"\n";
const TEXT: &str = "The capital of Portugal is Lisbon.\nIt lies on the Tagus.\nIt has seven hills.\n";

/// Answers each question by what it asks for; what it is told to fail at, it fails at.
fn server(fails_at: &'static str) -> TestServer {
    let respond = move |_, request: &CapturedRequest| {
        let asks = |words: &str| request.text.contains(words);
        let answer = match () {
            () if !fails_at.is_empty() && asks(fails_at) => return Answer::error(400, "refused", "not this one"),
            () if asks("What is the capital?") => "Lisbon",
            () if asks("Which river?") => "Tagus",
            () => "seven",
        };
        let usage = Usage {
            input: 7_000,
            output: 500,
            ..Usage::default()
        };
        let program = format!(
            "```repl\nat = context.find('{answer}')\nFINAL(context[at:at + {}])\n```",
            answer.len()
        );
        Answer::completion(&program, "stop", Some(usage))
    };
    TestServer::start(respond).unwrap()
}

fn place() -> Place {
    Place::new().file("land.txt", TEXT).file("questions.jsonl", QUESTIONS)
}

fn batch<'p>(place: &'p Place, server: &TestServer) -> Rlm<'p> {
    let batch = [
        "batch",
        "questions.jsonl",
        "--context",
        "land.txt",
        "-o",
        "answers.jsonl",
        "--model",
        "openai:gpt-test",
        "--price",
        "openai:gpt-test=1,1,1",
        "--max-output",
        "1000",
        "--parallel",
        "1",
    ];
    place
        .rlm(batch)
        .env("LLM_BASE_URL", &server.base_url())
        .env("LLM_API_KEY", "sk-test")
}

/// Returns the id, the outcome and the answer of each line.
fn answers(place: &Place) -> Vec<(Value, String, Option<String>)> {
    let text = place.read("answers.jsonl");
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let text = |value: &Value| value.as_str().map(str::to_owned);
    lines
        .map(|line| {
            (
                line["id"].clone(),
                text(&line["outcome"]).unwrap(),
                text(&line["answer"]),
            )
        })
        .collect()
}

fn answered(id: impl Into<Value>, answer: &str) -> (Value, String, Option<String>) {
    (id.into(), "complete".to_owned(), Some(answer.to_owned()))
}

#[test]
fn every_line_is_answered_and_a_failing_one_stops_no_other() {
    let failing = server("Which river?");
    let place = place();
    let first = batch(&place, &failing).done();
    assert_eq!((first.code, first.stdout.as_str()), (Some(3), ""), "{}", first.shown());
    let failed = (json!("river"), "provider_error".to_owned(), None);
    assert_eq!(
        answers(&place),
        [answered("capital", "Lisbon"), failed.clone(), answered(3, "seven")]
    );
    let whole = server("");
    let again = batch(&place, &whole).done();
    assert_eq!(whole.requests().len(), 1, "what was answered is not asked again");
    assert_eq!(answers(&place).last(), Some(&answered("river", "Tagus")));
    let done = batch(&place, &whole).and(["--json", "--progress", "none"]).done();
    assert_eq!((whole.requests().len(), done.code), (1, Some(0)), "{}", done.shown());
    let object: Value = serde_json::from_str(place.read("answers.jsonl").lines().next().unwrap()).unwrap();
    assert_eq!(object["citations"][0]["document"], "land.txt");
    // Each line's run has a journal of its own.
    let replay = place.rlm(["replay", object["run"].as_str().unwrap()]).done();
    assert_eq!(replay.code, Some(0), "{}", replay.shown());
    let shown = session(&[first, again, done]);
    snapshot!("batch", shown.replace(&failing.base_url(), "[server]"));
}

#[test]
fn one_budget_holds_for_all_lines_and_for_those_that_were_answered_before() {
    let server = server("");
    let place = place();
    let short = batch(&place, &server).and(["--max-tokens", "20000"]).done();
    let outcomes: Vec<String> = answers(&place).into_iter().map(|(_, outcome, _)| outcome).collect();
    assert_eq!(
        outcomes,
        ["complete", "complete", "budget_exceeded"],
        "{}",
        short.shown()
    );
    let still = batch(&place, &server).and(["--max-tokens", "16000"]).done();
    assert_eq!(still.code, Some(3), "{}", still.shown());
    assert_eq!(server.requests().len(), 2);
    let more = batch(&place, &server).and(["--max-tokens", "60000"]).done();
    assert_eq!((more.code, server.requests().len()), (Some(0), 3), "{}", more.shown());
    snapshot!("batch-budget", session(&[short, still, more]));
}

#[test]
fn many_at_once_have_the_same_answers() {
    let server = server("");
    let place = place();
    let lines: String = (0..40)
        .map(|number| format!("\"Is {number} one of the hills?\"\n"))
        .collect();
    let place = place.file("questions.jsonl", lines);
    let command = [
        "batch",
        "questions.jsonl",
        "--context",
        "land.txt",
        "-o",
        "many.jsonl",
        "--model",
        "openai:gpt-test",
        "--parallel",
        "8",
        "--progress",
        "none",
    ];
    let done = place
        .rlm(command)
        .env("LLM_BASE_URL", &server.base_url())
        .env("LLM_API_KEY", "sk-test")
        .done();
    assert_eq!((done.code, server.requests().len()), (Some(0), 40), "{}", done.shown());
    let text = place.read("many.jsonl");
    let mut ids: Vec<u64> = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["id"].as_u64().unwrap())
        .collect();
    ids.sort_unstable();
    assert_eq!(ids, (1..=40).collect::<Vec<u64>>());
}

#[test]
fn what_is_wrong_is_said_before_anything_is_asked() {
    let server = server("");
    let place = place()
        .file("twice.jsonl", "{\"id\": 2, \"question\": \"a\"}\n\"b\"\n")
        .file("empty.jsonl", "\n\n")
        .file("broken.jsonl", "{\"id\": 7}\n{oops\n\"Which river?\"\n")
        .file("notes.md", "Not an answer.\n");
    let run = |questions: &str, output: &str| -> Done {
        let command = [
            "batch",
            questions,
            "--context",
            "land.txt",
            "-o",
            output,
            "--model",
            "openai:gpt-test",
        ];
        let done = place.rlm(command).env("LLM_BASE_URL", &server.base_url());
        done.env("LLM_API_KEY", "sk-test").done()
    };
    let refused = [
        run("missing.jsonl", "a.jsonl"),
        run("twice.jsonl", "a.jsonl"),
        run("empty.jsonl", "a.jsonl"),
        run("questions.jsonl", "notes.md"),
        run("questions.jsonl", "no/folder.jsonl"),
    ];
    for done in &refused {
        done.is_one_line_error(2);
    }
    assert_eq!(server.requests().len(), 0);
    let broken = run("broken.jsonl", "a.jsonl");
    assert_eq!(
        (broken.code, server.requests().len()),
        (Some(3), 1),
        "{}",
        broken.shown()
    );
    let shown = refused.into_iter().chain([broken]).collect::<Vec<_>>();
    snapshot!("batch-refused", session(&shown));
}
