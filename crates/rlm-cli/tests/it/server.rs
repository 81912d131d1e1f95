//! Tests of `rlm run` with a chat-completions server, and of the key in its requests.

use rlm_test_server::{Answer, CapturedRequest, TestServer, Usage};

use crate::run::place;
use crate::support::{Done, Place, snapshot};

const KEY: &str = "sk-planted-4f1b9c0d7e";

fn run(place: &Place, server: &TestServer, arguments: &[&'static str]) -> Done {
    let rlm = place.ask("openai:gpt-test").and(arguments.iter().copied());
    rlm.env("LLM_BASE_URL", &server.base_url())
        .env("LLM_API_KEY", KEY)
        .env("RUST_LOG", "trace")
        .done()
}

/// Asserts that no output or file of a run contains the key.
fn assert_no_key(place: &Place, done: &Done) {
    assert!(!done.shown().contains(KEY), "the output contains the key");
    for journal in place.journals() {
        let holds_key = std::fs::read_to_string(&journal).is_ok_and(|text| text.contains(KEY));
        assert!(!holds_key, "{} contains the key", journal.display());
    }
}

#[test]
fn api_key_is_sent_to_the_server_and_shown_nowhere() {
    let server = TestServer::in_order([
        Answer::text("```repl\nprint(llm_query('Which city? ' + context[:40]))\n```"),
        Answer::text("Lisbon"),
        Answer::text("FINAL: Lisbon"),
    ])
    .unwrap();
    let place = place();
    let done = run(&place, &server, &[]);
    assert_eq!(
        (done.stdout.as_str(), done.code),
        ("Lisbon\n", Some(0)),
        "{}",
        done.shown()
    );
    let requests = server.requests();
    assert_eq!(requests.len(), 3);
    assert!(
        requests.iter().all(|request| format!("{request:?}").contains(KEY)),
        "every request has the key"
    );
    assert_no_key(&place, &done);
}

#[test]
fn key_echoed_by_the_server_is_redacted() {
    let refusal = format!("Incorrect API key provided: {KEY}");
    let server = TestServer::always(Answer::error(401, "invalid_api_key", &refusal)).unwrap();
    let place = place();
    let done = run(&place, &server, &[]);
    assert_eq!((done.stdout.as_str(), done.code), ("", Some(4)), "{}", done.shown());
    assert_eq!(server.requests().len(), 1, "a wrong key is not retried");
    assert_no_key(&place, &done);
}

#[test]
fn outage_message_suggests_resuming_and_the_run_replays() {
    let server = TestServer::always(Answer::text("gone")).unwrap();
    let model = format!("compat:m@{}", server.base_url());
    drop(server);
    let place = place();
    let run = [
        "run",
        "What?",
        "--context",
        "land.txt",
        "--max-wait",
        "1",
        "--model",
        model.as_str(),
    ];
    let done = place.rlm(run).done();
    assert_eq!((done.stdout.as_str(), done.code), ("", Some(4)), "{}", done.shown());
    assert!(done.stderr.contains("attempts in "), "{}", done.shown());
    assert!(done.stderr.contains("to resume: rlm resume "), "{}", done.shown());
    let replay = place.rlm(["replay", "last"]).done();
    assert_eq!(replay.code, Some(0), "{}", replay.shown());
}

#[test]
fn cost_limit_rejects_an_unpriced_model_before_any_call() {
    let place = place();
    let run = [
        "run",
        "What?",
        "--context",
        "land.txt",
        "--model",
        "openai:gpt-test",
        "--max-cost",
        "0.10",
    ];
    // An address that is reserved for documentation: a request to it would time out.
    let done = place.rlm(run).env("LLM_BASE_URL", "http://198.51.100.1/v1").done();
    assert_eq!((done.stdout.as_str(), done.code), ("", Some(2)), "{}", done.shown());
    snapshot!("cost-limit", done.shown());
}

#[test]
fn price_flag_applies_to_a_local_server() {
    let server = TestServer::always(Answer::text("FINAL: Lisbon")).unwrap();
    let place = place();
    let priced = ["--price", "openai:gpt-test=1000,1000"];
    let done = run(&place, &server, &priced);
    assert_eq!(done.code, Some(0), "{}", done.shown());
    assert!(!done.stderr.contains("$0,"), "{}", done.shown());

    let limited = [priced.as_slice(), &["--max-cost", "0.01"]].concat();
    let before = server.requests().len();
    let done = run(&place, &server, &limited);
    assert_eq!((done.stdout.as_str(), done.code), ("", Some(5)), "{}", done.shown());
    assert_eq!(
        server.requests().len(),
        before,
        "a call that exceeds the budget is not sent"
    );
}

/// Returns the maximum number of output tokens of a request.
fn most_output(request: &CapturedRequest) -> u64 {
    let mut names = ["max_completion_tokens", "max_tokens"].iter();
    let most = names.find_map(|name| request.body[name].as_u64());
    most.expect("every request has a limit")
}

/// Starts a server that answers a run of three calls. The reply to the sub-call uses all tokens
/// that the request allows, but at most `most`.
fn in_three_calls(most: u64) -> TestServer {
    let program = "```repl\nprint(llm_query('Which city? ' + context[:40]))\n```";
    let answer = move |number, request: &CapturedRequest| {
        let (text, finish, output) = match (number, most_output(request)) {
            (0, _) => (program, "stop", 60),
            (1, room) if room < most => ("Lisbon, which is", "length", room),
            (1, _) => ("Lisbon.", "stop", most),
            _ => ("FINAL: Lisbon", "stop", 5),
        };
        let usage = Usage {
            output,
            ..Usage::default()
        };
        Answer::completion(text, finish, Some(usage))
    };
    TestServer::start(answer).unwrap()
}

/// Returns the exit code of a run that answers, and the maximum output tokens of each of its
/// requests.
fn room_for_replies(server: &TestServer, flags: &[&'static str]) -> (Option<i32>, Vec<u64>) {
    let place = place();
    let done = run(&place, server, flags);
    assert_eq!(done.stdout, "Lisbon\n", "{}", done.shown());
    let replay = place.rlm(["replay", "last"]).done();
    assert_eq!(replay.code, Some(0), "{}", replay.shown());
    (done.code, server.requests().iter().map(most_output).collect())
}

#[test]
fn few_hundred_output_tokens_suffice_for_an_answer() {
    let short = room_for_replies(&in_three_calls(40), &["--max-output-tokens", "1200"]);
    assert_eq!(short, (Some(0), vec![1_200, 884, 844]));
    // Tokens are reserved for the final answer, even if a sub-call uses its whole limit.
    let long = room_for_replies(&in_three_calls(2_000), &["--max-output-tokens", "700"]);
    assert_eq!(long, (Some(3), vec![700, 384, 256]));
}

#[test]
fn few_cents_at_a_known_price_suffice_for_an_answer() {
    let flags = ["--max-cost", "0.05", "--price", "openai:gpt-test=2,0.5,8"];
    let (code, room) = room_for_replies(&in_three_calls(40), &flags);
    assert_eq!((code, room.len()), (Some(0), 3));
}
