//! Tests of options that only affect requests: the server receives them, whether a flag or the
//! project's file sets them.

use rlm_test_server::{Answer, CapturedRequest, TestServer};
use serde_json::json;

use crate::support::{Place, Rlm};

/// Starts a server that answers the root model with a program that calls a sub-model.
fn server() -> TestServer {
    let respond = |number, _: &CapturedRequest| {
        Answer::text(match number {
            0 => "```repl\nFINAL(llm_query('Which city?'))\n```",
            _ => "Lisbon",
        })
    };
    TestServer::start(respond).unwrap()
}

fn run<'p>(place: &'p Place, base_url: &str) -> Rlm<'p> {
    place
        .ask("openai:gpt-test")
        .env("LLM_BASE_URL", base_url)
        .env("LLM_API_KEY", "sk-theirs")
        .env("HOUSE_KEY", "sk-ours")
}

/// Asserts that both requests of a run contain the options.
fn is_as_set(requests: &[CapturedRequest]) {
    let sizes = [900, 300];
    assert_eq!(requests.len(), sizes.len());
    for (request, size) in requests.iter().zip(sizes) {
        assert_eq!(request.header("authorization"), Some("Bearer sk-ours"));
        for (field, value) in [
            ("temperature", json!(0.5)),
            ("seed", json!(7)),
            ("stop", json!(["END", "STOP"])),
            ("reasoning_effort", json!("low")),
        ] {
            assert_eq!(request.body[field], value, "{field}: {}", request.text);
        }
        let most = &request.body["max_completion_tokens"];
        let most = if most.is_null() {
            &request.body["max_tokens"]
        } else {
            most
        };
        assert_eq!(most, &json!(size), "{}", request.text);
    }
}

#[test]
fn sampling_flags_and_the_key_are_sent_in_requests() {
    let (server, place) = (server(), Place::new().file("land.txt", "Lisbon\n"));
    let flags = [
        "--temperature",
        "0.5",
        "--seed",
        "7",
        "--stop",
        "END",
        "--stop",
        "STOP",
        "--reasoning-effort",
        "low",
        "--max-output",
        "900",
        "--sub-max-output",
        "300",
        "--api-key-env",
        "HOUSE_KEY",
    ];
    let done = run(&place, &server.base_url()).and(flags).done();
    assert_eq!(done.stdout, "Lisbon\n", "{}", done.shown());
    is_as_set(&server.requests());
}

#[test]
fn sampling_settings_are_read_from_the_project_file() {
    let file = "[run]\ntemperature = 0.5\nseed = 7\nstop = [\"END\", \"STOP\"]\nreasoning_effort = \"low\"\nmax_output = 900\n\
                sub_max_output = 300\napi_key_env = \"HOUSE_KEY\"\n";
    let (server, place) = (
        server(),
        Place::new().file("land.txt", "Lisbon\n").file("rlm.toml", file),
    );
    let done = run(&place, &server.base_url()).done();
    assert_eq!(done.stdout, "Lisbon\n", "{}", done.shown());
    is_as_set(&server.requests());
}

#[test]
fn hanging_call_fails_after_timeout_and_retries() {
    let place = Place::new().file("land.txt", "Lisbon\n");
    let server = TestServer::always(Answer::hang()).unwrap();
    let done = run(&place, &server.base_url())
        .and(["--call-timeout", "1", "--max-attempts", "2"])
        .done();
    assert_eq!(done.code, Some(4), "{}", done.shown());
    assert!(done.stderr.contains("no answer in 1.0 s"), "{}", done.shown());
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn max_wait_bounds_waiting_for_an_unreachable_server() {
    let place = Place::new().file("land.txt", "Lisbon\n");
    // The server has ended, so nothing listens on its port.
    let gone = server().base_url();
    let waited = |flags: &[&'static str]| {
        let done = run(&place, &gone).and(flags.iter().copied()).done();
        assert_eq!(done.code, Some(4), "{}", done.shown());
        done.stderr.contains("attempts in ")
    };
    assert!(!waited(&["--max-wait", "0", "--max-retries", "0"]));
    assert!(waited(&["--max-wait", "1"]));
}
