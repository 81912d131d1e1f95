//! Tests of runs without a named model, with test servers instead of those on a user's machine.

use rlm_test_server::{Answer, TestServer};
use serde_json::json;

use crate::run::place;
use crate::support::{Place, Rlm, session, snapshot};

/// A URL at which no server listens.
const CLOSED: &str = "http://127.0.0.1:9";

/// Asks a question without a model, on a machine with servers at these variables only.
fn on_machine<'p>(rlm: Rlm<'p>, servers: &[(&str, String)]) -> Rlm<'p> {
    let closed = ["OLLAMA_HOST", "LMSTUDIO_BASE_URL", "LLAMACPP_BASE_URL", "VLLM_BASE_URL"];
    let closed = closed
        .iter()
        .fold(rlm.env("RLM_DETECT", ""), |rlm, name| rlm.env(name, CLOSED));
    servers.iter().fold(closed, |rlm, (name, url)| rlm.env(name, url))
}

fn ask(place: &Place) -> Rlm<'_> {
    place.rlm(["run", "What is the capital?", "--context", "land.txt"])
}

/// Starts an Ollama server with two models, which answers every question.
fn ollama() -> TestServer {
    TestServer::start(|_, request| match request.path.as_str() {
        "/api/tags" => Answer::json(200, &json!({"models": [{"name": "qwen3:8b"}, {"name": "llama3:8b"}]})),
        _ => Answer::lines(&[json!({
            "message": {"role": "assistant", "content": "FINAL: Lisbon"},
            "done": true, "done_reason": "stop", "prompt_eval_count": 900, "eval_count": 4,
        })]),
    })
    .unwrap()
}

#[test]
fn model_of_the_only_local_server_is_used() {
    let server = ollama();
    let place = place();
    let done = on_machine(ask(&place), &[("OLLAMA_HOST", server.url())]).done();
    assert_eq!(
        (done.stdout.as_str(), done.code),
        ("Lisbon\n", Some(0)),
        "{}",
        done.shown()
    );
    let first = done
        .stderr
        .lines()
        .next()
        .unwrap()
        .replace(&server.port().to_string(), "PORT");
    assert_eq!(
        first,
        "no model named: ollama:qwen3:8b at 127.0.0.1:PORT, the first of 2 models there (--model names another) · 90 B · free"
    );
    assert_eq!(server.requests()[1].body["model"], "qwen3:8b");
    // A later process resumes or replays the run with the same model.
    assert_eq!(place.rlm(["replay", "last"]).done().code, Some(0));

    let models = on_machine(place.rlm(["models", "--json"]), &[("OLLAMA_HOST", server.url())]).done();
    let models = models.json()["models"].clone();
    let named = |number: usize| (models[number]["name"].clone(), models[number]["default"].clone());
    assert_eq!(named(0), (json!("ollama:qwen3:8b"), json!(true)), "{models}");
    assert_eq!(named(1), (json!("ollama:llama3:8b"), json!(false)), "{models}");
    assert_eq!(models[0]["price"]["output"], "0");

    let programs = on_machine(
        place
            .rlm(["repl", "--context", "land.txt"])
            .input("print(llm_query('Which city?'))\n"),
        &[("OLLAMA_HOST", server.url())],
    )
    .done();
    assert!(programs.stdout.contains("Lisbon"), "{}", programs.shown());
}

#[test]
fn keyword_search_is_used_if_no_model_is_found() {
    let place = place();
    let hanging = TestServer::always(Answer::hang()).unwrap();
    let question = ["run", "capital of Portugal", "--context", "land.txt"];
    let done = [
        on_machine(place.rlm(question), &[("VLLM_BASE_URL", hanging.base_url())]).done(),
        on_machine(place.rlm(question), &[]).and(["--progress", "none"]).done(),
    ];
    for done in &done {
        assert_eq!(done.code, Some(3), "{}", done.shown());
        assert!(
            done.stdout.contains("The capital of Portugal is Lisbon."),
            "{}",
            done.shown()
        );
        let first = done.stderr.lines().next().unwrap();
        assert!(first.contains("no model found: keyword search"), "{first}");
    }
    snapshot!("no-model-search", session(&done));
}

#[test]
fn several_servers_and_named_models_are_not_guessed() {
    let server = ollama();
    let studio = TestServer::always(Answer::models("qwen/qwen3-4b", "organization_owner")).unwrap();
    let both = [("OLLAMA_HOST", server.url()), ("LMSTUDIO_BASE_URL", studio.base_url())];
    let place = place();
    let done = on_machine(ask(&place), &both).done();
    done.is_one_line_error(2);
    snapshot!("no-model-several", done.shown());

    // Neither a named model nor a key, and no switch, leads to a question to a server.
    let asked = server.requests().len();
    let named = on_machine(place.ask("fake:model.json"), &both).done();
    assert_eq!(named.code, Some(0), "{}", named.shown());
    let with_key = on_machine(ask(&place), &both)
        .env("GROQ_API_KEY", "gsk_planted-0123456789")
        .done();
    with_key.is_one_line_error(2);
    let off = on_machine(ask(&place), &both).env("RLM_DETECT", "off").done();
    assert!(off.stderr.starts_with("no model found: "), "{}", off.shown());
    assert_eq!(server.requests().len(), asked);
}
