//! Tests of `rlm call`: it repeats a call of a recorded run as a run would make it.

use rlm_test_server::{Answer, TestServer};
use serde_json::json;

use crate::support::{Done, Place, session, snapshot};

const KEY: &str = "sk-planted-4f1b9c0d7e";

/// Returns a program that asks about a city, and the reply.
fn asked() -> [Answer; 2] {
    let program = "```repl\nFINAL(llm_query('Which city? ' + context))\n```";
    [Answer::text(program), Answer::text("Lisbon")]
}

/// Creates a place with a run that a model of the server answered, at a dollar per million tokens.
fn place(server: &TestServer, arguments: &[&str]) -> Place {
    let house = format!(
        "[models.house]\nadapter = \"compat\"\nmodel = \"house-7\"\nbase_url = \"{}\"\nserver = \"vllm\"\n\
         price = {{ input = 1, output = 1 }}\n",
        server.base_url()
    );
    let place = Place::new()
        .file("land.txt", "The capital of Portugal is Lisbon.\n")
        .file("rlm.toml", house);
    let ask = place.ask("house").and(["--progress", "none", "--cache=off"]);
    let done = ask.and(arguments.iter().copied()).done();
    assert_eq!(done.code, Some(0), "{}", done.shown());
    place
}

fn again(place: &Place, call: &str, arguments: &[&str]) -> Done {
    let rlm = place.rlm(["call", "last", call]).and(arguments.iter().copied());
    rlm.env("LLM_API_KEY", KEY).done()
}

#[test]
fn call_command_repeats_a_recorded_call() {
    let server = TestServer::in_order([
        Answer::text("```repl\nFINAL(llm_query('Which city? ' + context))\n```"),
        Answer::text("Lisbon"),
        Answer::text("Lisbon"),
        Answer::text("It is Lisbon."),
        Answer::error(400, "invalid_request", "no such model"),
    ])
    .unwrap();
    let land = format!(
        "The capital of Portugal is Lisbon.\n{}",
        "It lies at the sea. ".repeat(10)
    );
    let place = Place::new()
        .file("land.txt", &land)
        .file("better.txt", "Say it in a sentence.");
    let with_key = |rlm: crate::support::Rlm<'_>| {
        rlm.env("LLM_BASE_URL", &server.base_url())
            .env("LLM_API_KEY", KEY)
            .done()
    };
    let run = with_key(place.ask("openai:gpt-test").and(["--progress", "none", "--cache=off"]));
    assert_eq!(run.code, Some(0), "{}", run.shown());
    let again = |arguments: &[&str]| with_key(place.rlm(["call", "last", "1.1.0"]).and(arguments.iter().copied()));
    let same = again(&[]);
    let other = again(&["--model", "openai:gpt-other", "--prompt", "better.txt"]);
    let failed = again(&[]);
    failed.is_one_line_error(4);
    let unknown = place.rlm(["call", "last", "9.9.0"]).done();
    unknown.is_one_line_error(2);
    let requests = server.requests();
    assert_eq!(requests[1].body["messages"], requests[2].body["messages"]);
    assert_eq!(
        requests[3].body["messages"][1]["content"],
        json!("Say it in a sentence.")
    );
    snapshot!("call", shown(&[same, other, failed, unknown], &server));
}

#[test]
fn call_command_retries_transient_failures() {
    let answers = [Answer::rate_limited("0"), Answer::text("Lisbon")];
    let server = TestServer::in_order(asked().into_iter().chain(answers.clone()).chain(answers)).unwrap();
    let place = place(&server, &[]);
    let done = again(&place, "1.1.0", &[]);
    assert_eq!(done.code, Some(0), "{}", done.shown());
    let json = again(&place, "1.1.0", &["--json"]).json();
    assert_eq!(
        (
            &json["same"],
            &json["new"]["failed_attempts"],
            &json["old"]["failed_attempts"]
        ),
        (&json!(true), &json!(1), &json!(0))
    );
    assert_eq!(server.requests().len(), 6);
    snapshot!("call-again", shown(&[done], &server));
}

#[test]
fn call_command_sends_nothing_beyond_the_budget() {
    let server = TestServer::in_order(asked().into_iter().chain([Answer::text("Lisbon")])).unwrap();
    let place = place(&server, &[]);
    let dear = again(&place, "1.1.0", &["--max-cost", "0.000001"]);
    let long = again(&place, "1.1.0", &["--max-tokens", "100"]);
    // Nothing is sent, so no server needs to exist.
    let unknown = again(
        &place,
        "1.1.0",
        &["--max-cost", "1", "--model", "openai:gpt-unheard-of"],
    );
    for done in [&dear, &long, &unknown] {
        done.is_one_line_error(5);
    }
    let json = again(&place, "1.1.0", &["--max-cost", "0.000001", "--json"]).json();
    assert_eq!(json["error"]["code"], json!("CostExceeded"));
    assert_eq!(server.requests().len(), 2, "no further request is sent");
    let paid = again(&place, "1.1.0", &["--max-cost", "1"]);
    assert_eq!(paid.code, Some(0), "{}", paid.shown());
    snapshot!("call-refused", shown(&[dear, long, unknown, paid], &server));
}

#[test]
fn call_command_respects_the_configured_budget() {
    let server = TestServer::in_order(asked()).unwrap();
    let place = place(&server, &[]);
    let house = std::fs::read_to_string(place.path("rlm.toml")).unwrap();
    let stated = format!("[run]\nmodel = \"fake:gone.json\"\nmax_cost = \"0.000001\"\n{house}");
    std::fs::write(place.path("rlm.toml"), stated).unwrap();
    let refused = again(&place, "1.1.0", &[]);
    refused.is_one_line_error(5);
    assert!(refused.stderr.contains("CostExceeded"), "{}", refused.shown());
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn call_command_keeps_the_recorded_constraint() {
    let program =
        "FINAL(llm_query_json('Which city?', {'type': 'object', 'properties': {'city': {'type': 'string'}}})['city'])";
    let city = r#"{"city": "Lisbon"}"#;
    let answers = [program, city, program, city, program];
    let server = TestServer::in_order(answers.map(Answer::text)).unwrap();
    let place = place(&server, &["--constrain", "always"]);
    let same = ["1.0.0", "1.1.0"].map(|call| again(&place, call, &[]));
    assert!(same.iter().all(|done| done.code == Some(0)), "{}", session(&same));
    let requests = server.requests();
    let sent = |field: &str| {
        requests
            .iter()
            .map(|request| request.body[field].clone())
            .collect::<Vec<_>>()
    };
    for field in ["messages", "structured_outputs", "response_format"] {
        let fields = sent(field);
        assert_eq!(fields[2..], fields[..2], "{field}");
    }
    assert!(sent("structured_outputs")[0]["grammar"].is_string());
    assert_eq!(sent("response_format")[1]["type"], json!("json_schema"));
    // A server without known features gets no grammar, and a note reports that.
    let other = format!("compat:other@{}", server.base_url());
    let without = again(&place, "1.0.0", &["--model", &other]);
    snapshot!("call-without-grammar", shown(&[without], &server));
}

fn shown(done: &[Done], server: &TestServer) -> String {
    let shown = session(done).replace(&server.base_url(), "http://server/v1");
    // The length of the rules depends on the times before them.
    let rules = regex::Regex::new("(?m) ─*$").unwrap();
    rules.replace_all(&shown, "").into_owned()
}
