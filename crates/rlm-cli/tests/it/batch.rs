//! Tests of `rlm batch` with real files and a local server.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rlm_test_server::{Answer, CapturedRequest, TestServer, Usage};
use serde_json::{Value, json};

use crate::support::{Done, Place, Rlm, session, snapshot};

const QUESTIONS: &str = "{\"id\": \"capital\", \"question\": \"What is the capital?\"}\n{\"id\": \"river\", \"question\": \"Which river?\"}\n\
    \"How many hills?\"\n";
const TEXT: &str = "The capital of Portugal is Lisbon.\nIt lies on the Tagus.\nIt has seven hills.\n";

/// Starts a server that answers each question, but fails requests that contain `fails_at`.
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
    batch_at_once(place, server, "1")
}

fn batch_at_once<'p>(place: &'p Place, server: &TestServer, parallel: &str) -> Rlm<'p> {
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
        parallel,
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
fn failing_batch_line_does_not_stop_the_others() {
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
    assert_eq!(whole.requests().len(), 1, "answered calls are not repeated");
    assert_eq!(answers(&place).last(), Some(&answered("river", "Tagus")));
    let done = batch(&place, &whole).and(["--json", "--progress", "none"]).done();
    assert_eq!((whole.requests().len(), done.code), (1, Some(0)), "{}", done.shown());
    let object: Value = serde_json::from_str(place.read("answers.jsonl").lines().next().unwrap()).unwrap();
    assert_eq!(object["citations"][0]["document"], "land.txt");
    // The run of each line has its own journal.
    let replay = place.rlm(["replay", object["run"].as_str().unwrap()]).done();
    assert_eq!(replay.code, Some(0), "{}", replay.shown());
    let shown = session(&[first, again, done]);
    snapshot!("batch", shown.replace(&failing.base_url(), "[server]"));
}

#[test]
fn batch_budget_covers_all_lines_across_restarts() {
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

/// The number of tokens that each reply of [`two_steps`] reports.
const EACH: u64 = 200;

/// Starts a server that answers each question in two turns with a sub-call between them. Until
/// `is_free` is set, it does not respond to requests from number `hangs_from` on.
fn two_steps(hangs_from: usize, is_free: Arc<AtomicBool>) -> TestServer {
    let respond = move |number, request: &CapturedRequest| {
        if number >= hangs_from && !is_free.load(Ordering::SeqCst) {
            return Answer::hang();
        }
        let messages = request.body["messages"].as_array().unwrap();
        let asked = messages.last().unwrap()["content"].as_str().unwrap();
        let text = match asked.strip_prefix("Look: ") {
            Some(name) => format!("{name}!"),
            None if messages.len() > 2 => "```repl\nFINAL(found)\n```".to_owned(),
            None => {
                let names = ["capital", "river", "hills"];
                let name = names
                    .into_iter()
                    .find(|name| asked.contains(&format!("{name}?")))
                    .unwrap();
                format!("```repl\nfound = llm_query('Look: {name}')\nprint(found)\n```")
            }
        };
        let usage = Usage {
            input: EACH - 100,
            output: 100,
            ..Usage::default()
        };
        Answer::completion(&text, "stop", Some(usage))
    };
    TestServer::start(respond).unwrap()
}

/// Kills a batch with two parallel questions after `answered` requests, while a request of each
/// question is in flight. Afterwards the server responds again.
fn killed(place: &Place, answered: usize, more: &[&str]) -> TestServer {
    let is_free = Arc::new(AtomicBool::new(false));
    let server = two_steps(answered, Arc::clone(&is_free));
    let mut process = batch_at_once(place, &server, "2").and(more.to_vec()).start();
    server.wait_for_requests(answered + 2).unwrap();
    process.kill().unwrap();
    process.wait().unwrap();
    is_free.store(true, Ordering::SeqCst);
    server
}

fn spent(place: &Place) -> u64 {
    let text = place.read("answers.jsonl");
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let count = |line: &Value, name: &str| line["spent"][name].as_u64().unwrap();
    lines
        .map(|line| count(&line, "input_tokens") + count(&line, "output_tokens"))
        .sum()
}

#[test]
fn killed_batch_resumes_its_started_runs() {
    for number in [0, 3, 5] {
        let place = place();
        let server = killed(&place, number, &["--max-tokens", "200000"]);
        let done = batch(&place, &server).and(["--max-tokens", "200000"]).done();
        assert_eq!(done.code, Some(0), "{}", done.shown());
        let mut found = answers(&place);
        found.sort_by_key(|(id, ..)| id.to_string());
        let all = [
            answered("capital", "capital!"),
            answered("river", "river!"),
            answered(3, "hills!"),
        ];
        assert_eq!(found, all);
        let mut asked: BTreeMap<String, usize> = BTreeMap::new();
        for request in server.requests() {
            *asked.entry(request.body["messages"].to_string()).or_default() += 1;
        }
        let twice = asked.values().filter(|times| **times == 2).count();
        assert_eq!(
            (asked.len(), server.requests().len(), twice),
            (9, 11, 2),
            "only the calls in flight at the kill are sent twice"
        );
        // The provider may have charged for them, so their reservations count as spent.
        let doubted = spent(&place) - 9 * EACH;
        assert!((1_000..16_000).contains(&doubted), "{doubted}");
        assert_eq!(place.journals().len(), 3, "each question has one run");
    }
}

#[test]
fn killed_batch_stays_within_budget_after_resuming() {
    // The limit suffices for each question, but not in addition to the reservations of the calls in
    // flight.
    let limit = ["--max-tokens", "16000"];
    let place = place();
    let server = killed(&place, 0, &limit);
    let done = batch(&place, &server).and(limit).done();
    assert_eq!(done.code, Some(3), "{}", done.shown());
    assert!((12_000..=16_000).contains(&spent(&place)), "{}", done.shown());
    let fresh = self::place();
    let whole = batch(&fresh, &two_steps(usize::MAX, Arc::default())).and(limit).done();
    assert_eq!(whole.code, Some(0), "{}", whole.shown());
}

#[test]
fn unresumable_batch_run_is_restarted_and_its_spend_counts() {
    let place = place();
    let server = killed(&place, 4, &[]);
    let place = place.file("land.txt", "Another text.\n");
    let poor = batch(&place, &server).and(["--max-tokens", "1"]).done();
    assert_eq!(poor.code, Some(3), "{}", poor.shown());
    assert!(
        poor.stderr
            .contains("is asked again: the context differs from that of the run"),
        "{}",
        poor.shown()
    );
    let used = regex::Regex::new(r"BatchBudgetExceeded: (\d+) of 1 tokens are used").unwrap();
    let used: u64 = used.captures(&poor.stderr).unwrap()[1].parse().unwrap();
    assert!((4 * EACH + 1_000..16_000).contains(&used), "{used}");
    let done = batch(&place, &server).done();
    assert_eq!((done.code, place.journals().len()), (Some(0), 5), "{}", done.shown());
}

#[test]
fn missing_batch_answer_is_recovered_from_its_journal() {
    let (server, place) = (server(""), place());
    let first = batch(&place, &server).done();
    assert_eq!(first.code, Some(0), "{}", first.shown());
    let whole = place.read("answers.jsonl");
    let kept: String = whole.split_inclusive('\n').take(2).collect();
    std::fs::write(place.path("answers.jsonl"), format!("{kept}{{\"id\":3,\"que")).unwrap();
    let again = batch(&place, &server).done();
    assert_eq!((again.code, server.requests().len()), (Some(0), 3), "{}", again.shown());
    let last = |text: &str| {
        let mut line: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
        line["seconds"].take();
        line
    };
    assert_eq!(last(&place.read("answers.jsonl")), last(&whole));
    // A new answers file is a new batch.
    std::fs::remove_file(place.path("answers.jsonl")).unwrap();
    assert_eq!(batch(&place, &server).done().code, Some(0));
    assert_eq!(server.requests().len(), 6);
}

#[test]
fn concurrent_batch_gives_the_same_answers() {
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
        // On a busy machine, a slow call could be hedged by a second request.
        "--no-hedge",
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
fn invalid_batch_input_is_rejected_before_any_call() {
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
