//! Tests of `rlm session`, `rlm chat` and `rlm run --state`: questions that build on earlier ones.

use rlm_test_server::{Answer, CapturedRequest, TestServer, Usage};
use serde_json::{Value, json};

use crate::support::{Done, Place, Rlm, session, snapshot};

const TEXT: &str = "The capital of Portugal is Lisbon.\nIt lies on the Tagus.\n";

/// Starts a server that answers the first question with a city, which is stored in memory, and the
/// next one from memory.
fn server() -> TestServer {
    let respond = |_, request: &CapturedRequest| {
        let program = match request.text.contains("Answer: Lisbon") {
            false => {
                "```repl\nat = context.find('Lisbon')\nmemory['city'] = context[at:at + 6]\nFINAL(memory['city'])\n```"
            }
            true => "```repl\nFINAL(memory['city'].upper())\n```",
        };
        let usage = Usage {
            input: 6_000,
            output: 100,
            ..Usage::default()
        };
        Answer::completion(program, "stop", Some(usage))
    };
    TestServer::start(respond).unwrap()
}

fn place() -> Place {
    Place::new().file("land.txt", TEXT)
}

fn to<'p>(server: &TestServer, rlm: Rlm<'p>) -> Rlm<'p> {
    rlm.env("LLM_BASE_URL", &server.base_url())
        .env("LLM_API_KEY", "sk-test")
}

fn ask(place: &Place, server: &TestServer, question: &str, more: &[&str]) -> Done {
    let run = [
        "session",
        "run",
        "land",
        question,
        "--model",
        "openai:gpt-test",
        "--progress",
        "none",
    ];
    to(server, place.rlm(run).and(more.iter().copied())).done()
}

#[test]
fn session_continues_an_earlier_conversation() {
    let (server, place) = (server(), place());
    let made = place.rlm(["session", "new", "land", "--context", "land.txt"]).done();
    let first = ask(&place, &server, "Which city?", &[]);
    let second = ask(&place, &server, "And in capitals?", &[]);
    assert_eq!(second.stdout, "LISBON\n", "{}", second.shown());
    let shown = place.rlm(["session", "show", "land"]).done();
    let listed = place.rlm(["session", "list"]).done();
    let object = place.rlm(["session", "show", "land", "--json"]).done().json();
    assert_eq!(object["memory"], json!({ "city": "Lisbon" }));
    assert_eq!(object["spent"]["input"], json!(12_000));
    assert_eq!(object["runs"].as_array().map(Vec::len), Some(2));
    // The runs of a session are ordinary runs.
    let replay = place.rlm(["replay", "last"]).done();
    assert_eq!(replay.code, Some(0), "{}", replay.shown());
    let removed = place.rlm(["session", "rm", "land"]).done();
    let gone = ask(&place, &server, "Still there?", &[]);
    gone.is_one_line_error(2);
    assert_eq!(place.journals().len(), 2, "the session's runs remain");
    snapshot!("session", session(&[made, first, second, shown, listed, removed, gone]));
}

#[test]
fn persistent_session_keeps_the_variables_of_programs() {
    let script = [
        "```repl\ncity = 'Lisbon'\nFINAL(city)\n```",
        "```repl\nFINAL(city.upper())\n```",
    ];
    let ask = |place: &Place| {
        let run = [
            "session",
            "run",
            "land",
            "Which city?",
            "--model",
            "fake:model.json",
            "-q",
        ];
        place.rlm(run).done()
    };
    let place = place().file("model.json", json!({ "script": [script[0]] }).to_string());
    let made = place.rlm(["session", "new", "land", "--context", "land.txt", "--persistent"]);
    assert_eq!(made.done().code, Some(0));
    assert_eq!(ask(&place).stdout, "Lisbon\n");
    let place = place.file("model.json", json!({ "script": [script[1]] }).to_string());
    let second = ask(&place);
    assert_eq!((second.stdout.as_str(), second.stderr.as_str()), ("LISBON\n", ""));
    let shown = place.rlm(["session", "show", "land"]).done();
    assert!(
        shown.stderr.contains("variable: city: \"Lisbon\"\n"),
        "{}",
        shown.shown()
    );
    let object = place.rlm(["session", "show", "land", "--json"]).done().json();
    assert_eq!(object["variables"], json!({ "city": "Lisbon" }));
    let replay = place.rlm(["replay", "last"]).done();
    assert_eq!(replay.code, Some(0), "{}", replay.shown());
}

#[test]
fn exhausted_session_budget_is_reported() {
    let (server, place) = (server(), place());
    let new = [
        "session",
        "new",
        "land",
        "--context",
        "land.txt",
        "--max-tokens",
        "20000",
    ];
    assert_eq!(place.rlm(new).done().code, Some(0));
    let first = ask(&place, &server, "Which city?", &[]);
    assert_eq!(first.code, Some(0), "{}", first.shown());
    let mut last = first;
    for _ in 0..3 {
        last = ask(&place, &server, "And in capitals?", &[]);
        if last.code != Some(0) {
            break;
        }
    }
    assert_eq!(last.code, Some(5), "{}", last.shown());
    let object = place.rlm(["session", "show", "land", "--json"]).done().json();
    let spent =
        |object: &Value| object["spent"]["input"].as_u64().unwrap() + object["spent"]["output"].as_u64().unwrap();
    assert!(spent(&object) <= 20_000, "{object}");
    assert!(
        last.stderr.contains("and the next call may use up to"),
        "{}",
        last.shown()
    );
    // The spending is read from the journals, not from a process's memory.
    std::fs::remove_dir_all(place.path("data/runs")).unwrap();
    let without = place.rlm(["session", "show", "land", "--json"]).done();
    assert_eq!(spent(&without.json()), 0);
    assert!(without.stderr.contains("is not counted"), "{}", without.shown());
    snapshot!("session-budget", last.shown());
}

#[test]
fn limits_of_a_session_can_be_raised() {
    let (server, place) = (server(), place());
    let made = place
        .rlm(["session", "new", "land", "--context", "land.txt", "--max-tokens", "10"])
        .done();
    assert_eq!(made.code, Some(0), "{}", made.shown());
    let refused = ask(&place, &server, "Which city?", &[]);
    assert_eq!(refused.code, Some(5), "{}", refused.shown());
    let nothing = place.rlm(["session", "set", "land"]).done();
    assert_eq!(nothing.code, Some(2), "{}", nothing.shown());
    let raised = place
        .rlm([
            "session",
            "set",
            "land",
            "--max-tokens",
            "100000",
            "--history-max-chars",
            "0",
        ])
        .done();
    assert_eq!(raised.code, Some(0), "{}", raised.shown());
    let answered = ask(&place, &server, "Which city?", &[]);
    assert_eq!(answered.code, Some(0), "{}", answered.shown());
    snapshot!("session-set", session(&[refused, nothing, raised]));
}

#[test]
fn session_is_locked_by_one_process() {
    let server = TestServer::always(Answer::hang()).unwrap();
    let place = place();
    assert_eq!(
        place
            .rlm(["session", "new", "land", "--context", "land.txt"])
            .done()
            .code,
        Some(0)
    );
    let mut first = to(
        &server,
        place.rlm(["session", "run", "land", "Which city?", "--model", "openai:gpt-test"]),
    )
    .start();
    server.wait_for_requests(1).unwrap();
    let second = ask(&place, &server, "Which river?", &[]);
    second.is_one_line_error(2);
    first.kill().unwrap();
    first.wait().unwrap();
    // The lease ends with its process, and calls in flight count as spent.
    let object = place.rlm(["session", "show", "land", "--json"]).done().json();
    assert!(object["spent"]["input"].as_u64() > Some(0), "{object}");
    let whole = self::server();
    assert_eq!(ask(&place, &whole, "Which city?", &[]).code, Some(0));
    let process = regex::Regex::new(r"process \d+").unwrap();
    snapshot!(
        "session-in-use",
        process.replace_all(&second.shown(), "process [n]").into_owned()
    );
}

#[test]
fn invalid_session_commands_are_one_line_errors() {
    let place = place();
    let commands: [&[&str]; 6] = [
        &["session", "show", "nowhere"],
        &["session", "new", "../up", "--context", "land.txt"],
        &["session", "new", "land", "--context", "-"],
        &["session", "new", "land", "--context", "land.txt"],
        &["session", "new", "land", "--context", "land.txt"],
        &["session", "show", "lan"],
    ];
    let done = commands.map(|command| place.rlm(command.to_vec()).done());
    for (number, done) in done.iter().enumerate() {
        assert_eq!(done.code, Some(if number == 3 { 0 } else { 2 }), "{}", done.shown());
    }
    snapshot!("session-refused", session(&done));
}

#[test]
fn chat_answers_line_by_line() {
    let (server, place) = (server(), place());
    let chat = [
        "chat",
        "talk",
        "--context",
        "land.txt",
        "--model",
        "openai:gpt-test",
        "--progress",
        "none",
    ];
    let done = to(&server, place.rlm(chat))
        .input("Which city?\n\nAnd in capitals?\n")
        .done();
    assert_eq!(
        (done.stdout.as_str(), done.code),
        ("Lisbon\nLISBON\n", Some(0)),
        "{}",
        done.shown()
    );
    // The conversation is stored, and can be continued.
    let chat = ["chat", "talk", "--model", "openai:gpt-test", "--progress", "none"];
    let more = to(&server, place.rlm(chat)).input("Once more?\n").done();
    assert_eq!(more.stdout, "LISBON\n", "{}", more.shown());
    let here = [
        "chat",
        "--context",
        "land.txt",
        "--model",
        "openai:gpt-test",
        "--progress",
        "none",
    ];
    let unkept = to(&server, place.rlm(here)).input("Which city?\n").done();
    assert_eq!(unkept.stdout, "Lisbon\n", "{}", unkept.shown());
    snapshot!("chat", session(&[done, more, unkept]));
}

#[test]
fn state_file_carries_a_session_without_journals() {
    let (server, place) = (server(), place());
    let place = place.file("talk/chat_input.txt", "Which city?\n");
    let run = [
        "run",
        "--state",
        "talk/chat_state.json",
        "--context",
        "land.txt",
        "--model",
        "openai:gpt-test",
        "--progress",
        "none",
    ];
    let first = to(&server, place.rlm(run)).done();
    assert_eq!((first.code, first.stdout.as_str()), (Some(0), ""), "{}", first.shown());
    assert_eq!(place.read("talk/chat_output.txt"), "Lisbon\n");
    assert!(
        first.stderr.contains("the answer is in talk/chat_output.txt"),
        "{}",
        first.shown()
    );
    // The next question needs no journal.
    std::fs::remove_dir_all(place.path("data")).unwrap();
    let place = place.file("question.txt", "And in capitals?");
    let files = ["--prompt-file", "question.txt", "--output-file", "answer.txt"];
    let second = to(&server, place.rlm(run)).and(files).done();
    assert_eq!(second.code, Some(0), "{}", second.shown());
    assert_eq!(place.read("answer.txt"), "LISBON\n");
    let state: Value = serde_json::from_str(&place.read("talk/chat_state.json")).unwrap();
    assert_eq!(
        state["history"],
        json!([
            { "question": "Which city?", "answer": "Lisbon" },
            { "question": "And in capitals?", "answer": "LISBON" },
        ])
    );
    assert_eq!(
        (&state["memory"], &state["spent"]["input_tokens"]),
        (&json!({ "city": "Lisbon" }), &json!(12_000))
    );
    let missing = to(&server, place.rlm(run)).and(["--prompt-file", "missing.txt"]).done();
    missing.is_one_line_error(2);
    let over = to(&server, place.rlm(run)).and(["--max-tokens", "12250"]).done();
    assert_eq!(over.code, Some(5), "{}", over.shown());
    let place = place.file("talk/chat_state.json", "[not ours");
    let broken = to(&server, place.rlm(run)).done();
    broken.is_one_line_error(2);
    snapshot!("state", session(&[first, second, missing, over, broken]));
}

#[test]
fn a_conversation_needs_no_context() {
    let respond = |_, request: &CapturedRequest| {
        assert!(request.text.contains("There is no context"), "{}", request.text);
        Answer::text(match request.text.contains("Answer: Lisbon") {
            false => "```repl\nmemory['city'] = 'Lisbon'\nFINAL(memory['city'])\n```",
            true => "```repl\nFINAL(memory['city'].upper())\n```",
        })
    };
    let server = TestServer::start(respond).unwrap();
    let model = ["--model", "openai:gpt-test", "--progress", "none"];
    let place = Place::new().file("chat_input.txt", "Where shall we meet?\n");
    let state = ["run", "--state", "chat_state.json"];
    let first = to(&server, place.rlm(state).and(model)).done();
    assert_eq!(place.read("chat_output.txt"), "Lisbon\n", "{}", first.shown());
    let replayed = place.rlm(["replay", "last"]).done();
    assert_eq!(replayed.code, Some(0), "{}", replayed.shown());
    let place = place.file("chat_input.txt", "Louder?\n");
    let second = to(&server, place.rlm(state).and(model)).done();
    assert_eq!(place.read("chat_output.txt"), "LISBON\n", "{}", second.shown());
    let chat = to(&server, place.rlm(["chat"]).and(model))
        .input("Where shall we meet?\nLouder?\n")
        .done();
    assert_eq!(chat.stdout, "Lisbon\nLISBON\n", "{}", chat.shown());
    assert_eq!(place.rlm(["session", "new", "talk"]).done().code, Some(0));
    let named = to(&server, place.rlm(["chat", "talk"]).and(model))
        .input("Where?\n")
        .done();
    assert_eq!(named.stdout, "Lisbon\n", "{}", named.shown());
    // The text of `--data` is a context.
    let data = [
        "run",
        "What is it?",
        "--state",
        "other.json",
        "--data",
        "The gate is green.",
    ];
    let replies = TestServer::always(Answer::text("```repl\nFINAL(P[12:17])\n```")).unwrap();
    let given = to(&replies, place.rlm(data).and(model)).done();
    assert_eq!(given.stdout, "green\n", "{}", given.shown());
}
