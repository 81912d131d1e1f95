//! `rlm mcp`: the official clients over standard input and output, and how the process begins and
//! ends.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::time::Duration;

use rlm_test_needs::needs;
use serde_json::{Value, json};

use crate::mcp_clients::{GUIDE, SCRIPT, inspector, python, typescript};
use crate::support::{Place, snapshot};

#[needs("python3", "pip")]
#[test]
fn python_client() {
    let place = place();
    snapshot!("python", shown(&place, &python(&target(&place), &place.variables())));
}

#[needs("node", "npm")]
#[test]
fn typescript_client() {
    let place = place();
    snapshot!(
        "typescript",
        shown(&place, &typescript(&target(&place), &place.variables()))
    );
}

#[needs("node", "npm")]
#[test]
fn inspector_client() {
    let place = place();
    snapshot!(
        "inspector",
        shown(&place, &inspector(&target(&place), &place.variables()))
    );
}

#[test]
fn server_ends_when_its_input_closes() {
    let place = place();
    let messages = [initialize(), initialized(), call(2, "search", json!({"query": "roof"}))];
    let mut child = place.rlm(arguments()).start_open();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    for message in &messages {
        writeln!(stdin, "{message}").unwrap();
    }
    let mut said = Vec::new();
    for _ in 0..2 {
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        said.push(serde_json::from_str::<Value>(&line).unwrap());
    }
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "", "standard output has nothing but the protocol");
    assert_eq!(said[0]["result"]["serverInfo"]["name"], json!("rlm"));
    assert_eq!(
        said[1]["result"]["structuredContent"]["passages"][0]["place"],
        json!("guide.md:1-4")
    );
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(errors.trim(), "fake:model.json, sub-calls fake:sub.json · 55 B · free");
}

#[test]
fn active_runs_are_cancelled_when_input_closes() {
    let place = Place::new()
        .file("guide.md", GUIDE)
        .file("model.json", model(&SCRIPT))
        .file("sub.json", sub(60_000));
    let mut child = place.rlm(arguments()).start_open();
    let mut stdin = child.stdin.take().unwrap();
    let ask = call(2, "ask", json!({"question": "What is the code?"}));
    for message in [initialize(), initialized(), ask] {
        writeln!(stdin, "{message}").unwrap();
    }
    let started = |place: &Place| {
        let texts = place
            .journals()
            .into_iter()
            .filter_map(|path| std::fs::read_to_string(path).ok());
        texts.filter(|text| text.contains("Which code?")).count() == 1
    };
    for _ in 0..500 {
        if started(&place) {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    drop(stdin);
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let runs = place.rlm(["runs", "--json"]).done();
    assert!(runs.stdout.contains("\"cancelled\""), "{}", runs.shown());
}

#[test]
fn active_runs_are_limited() {
    let steps = vec![SCRIPT[0]; 17];
    let place = Place::new()
        .file("guide.md", GUIDE)
        .file("model.json", model(&steps))
        .file("sub.json", sub(60_000));
    let mut child = place.rlm(arguments()).start_open();
    let mut stdin = child.stdin.take().unwrap();
    writeln!(stdin, "{}\n{}", initialize(), initialized()).unwrap();
    for id in 2..=18 {
        writeln!(stdin, "{}", call(id, "ask", json!({"question": "What is the code?"}))).unwrap();
    }
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    // The first line is the answer to `initialize`, and 16 runs have no answer yet.
    let refusal: Value = serde_json::from_str(&lines.nth(1).unwrap().unwrap()).unwrap();
    let text = refusal["result"]["content"][0]["text"].as_str().unwrap();
    assert!(text.starts_with("too_many_runs: 16 runs are active"), "{text}");
    drop(stdin);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn text_of_a_question_is_kept_for_a_replay() {
    let place = place();
    let mut child = place.rlm(arguments()).start_open();
    let mut stdin = child.stdin.take().unwrap();
    let ask = call(
        2,
        "ask",
        json!({"question": "What is the code?", "text": "The code is 9-9-9."}),
    );
    for message in [initialize(), initialized(), ask] {
        writeln!(stdin, "{message}").unwrap();
    }
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let answer: Value = serde_json::from_str(&lines.nth(1).unwrap().unwrap()).unwrap();
    drop(stdin);
    child.wait().unwrap();
    assert_eq!(answer["result"]["structuredContent"]["answer"], json!("9-9-9"));
    let replay = place.rlm(["replay", "last"]).done();
    assert_eq!(replay.code, Some(0), "{}", replay.shown());
}

#[test]
fn wrong_uses_are_errors() {
    let place = place();
    let input = place.rlm(["mcp", "-", "--model", "fake:model.json"]).done();
    input.is_one_line_error(2);
    assert!(input.stderr.contains("standard input"), "{}", input.shown());
    let missing = place.rlm(["mcp", "missing/", "--model", "fake:model.json"]).done();
    missing.is_one_line_error(2);
    let nonsense = place
        .rlm(arguments())
        .input("{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"tools/list\"}\n")
        .done();
    assert!(nonsense.stdout.contains("\"code\":-32602"), "{}", nonsense.shown());
    let nobody = place.rlm(arguments()).done();
    assert_eq!(
        (nobody.code, nobody.stdout.as_str()),
        (Some(0), ""),
        "{}",
        nobody.shown()
    );
}

fn place() -> Place {
    Place::new()
        .file("guide.md", GUIDE)
        .file("model.json", model(&SCRIPT))
        .file("sub.json", sub(900))
}

fn model(script: &[&str]) -> String {
    json!({"script": script}).to_string()
}

fn sub(delay: u64) -> String {
    let rule = json!({"match": ".", "reply": "7-4-1", "delay_ms": delay});
    json!({"script": [], "rules": [rule], "default_reply": "7-4-1"}).to_string()
}

fn arguments() -> Vec<&'static str> {
    let models = ["--model", "fake:model.json", "--sub-model", "fake:sub.json"];
    let mut arguments = vec!["mcp", "guide.md", "--max-cost", "0.25"];
    arguments.extend(models);
    arguments
}

/// Returns an output without the path of the folder.
fn shown(place: &Place, text: &str) -> String {
    text.replace(&place.path("").display().to_string(), "")
}

/// Returns the command of the server, with paths that do not depend on the folder of the client.
fn target(place: &Place) -> Vec<String> {
    let full = |name: &str| place.path(name).display().to_string();
    let (guide, model, sub) = (full("guide.md"), full("model.json"), full("sub.json"));
    [
        env!("CARGO_BIN_EXE_rlm"),
        "mcp",
        &guide,
        "--model",
        &format!("fake:{model}"),
        "--sub-model",
        &format!("fake:{sub}"),
    ]
    .map(str::to_owned)
    .to_vec()
}

fn initialize() -> Value {
    let client = json!({"name": "test", "version": "1"});
    let params = json!({"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": client});
    json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params})
}

fn initialized() -> Value {
    json!({"jsonrpc": "2.0", "method": "notifications/initialized"})
}

fn call(id: u32, tool: &str, arguments: Value) -> Value {
    let params = json!({"name": tool, "arguments": arguments});
    json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params})
}
