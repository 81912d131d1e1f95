//! Calls in the form that the loop makes them, and the display of requests and errors.

use std::sync::Arc;

use rlm_model::{
    Call, CallId, Digest, Grammar, GrammarWay, Message, Model, ModelError, Parameters, ReasoningEffort, Reply,
    ReplyForm, Request, RequestId, Tokens,
};
use rlm_test_server::{CapturedRequest, TestServer};
use serde_json::Value;

/// Returns a call with these messages. Its request id is for the given model.
pub(crate) fn call_of(model: &dyn Model, id: &str, messages: Vec<Message>) -> Call {
    let request = Request::new(messages, Parameters::with_max_output(Tokens(100)));
    Call {
        id: id.parse().unwrap(),
        request_id: RequestId {
            digest: request.digest(model.identity()),
            occurrence: 0,
        },
        request,
    }
}

/// Requests the program of a turn.
pub(crate) async fn ask_root(model: &dyn Model, turn: u32, prompt: &str) -> Result<Reply, ModelError> {
    let id = CallId::root(turn, 0, 0).to_string();
    let messages = vec![Message::system("You write programs."), Message::user(prompt)];
    model.complete(&call_of(model, &id, messages)).await
}

/// Makes a sub-call with an id.
pub(crate) async fn ask_sub(model: &dyn Model, id: &str, prompt: &str) -> Result<Reply, ModelError> {
    let messages = vec![Message::system("You are a sub-LLM."), Message::user(prompt)];
    model.complete(&call_of(model, id, messages)).await
}

/// A key that must not appear in any output.
pub(crate) const KEY: &str = "sk-planted-0123456789abcdef";

/// Returns a call with an output limit and no other parameters.
pub(crate) fn call() -> Call {
    call_with(Parameters::with_max_output(Tokens(1_024)))
}

/// Returns a call with these parameters.
pub(crate) fn call_with(parameters: Parameters) -> Call {
    let messages = vec![Message::system("You answer briefly."), Message::user("How many doors?")];
    Call {
        id: CallId::root(1, 1, 0),
        request_id: RequestId {
            digest: Digest::of(b"any"),
            occurrence: 0,
        },
        request: Request::new(messages, parameters),
    }
}

/// Returns a call that requests a reply in a format.
pub(crate) fn call_for(form: ReplyForm) -> Call {
    let call = call();
    Call {
        request: call.request.with_form(Some(form)),
        ..call
    }
}

/// Returns the grammar of a small language.
pub(crate) fn grammar(way: GrammarWay) -> Grammar {
    Grammar {
        name: "sift".into(),
        purpose: "Runs a program.".into(),
        lark: "start: \"print(\" /[0-9]+/ \")\"".into(),
        gbnf: "root ::= \"print(\" [0-9]+ \")\"".into(),
        way,
        required: false,
    }
}

/// Returns a call that requests a program in the small language.
pub(crate) fn call_for_program(way: GrammarWay) -> Call {
    call_for(ReplyForm::Grammar(Arc::new(grammar(way))))
}

/// Returns a call that requires a program in the small language.
pub(crate) fn call_for_nothing_but_a_program(way: GrammarWay) -> Call {
    let grammar = Grammar {
        required: true,
        ..grammar(way)
    };
    call_for(ReplyForm::Grammar(Arc::new(grammar)))
}

/// Returns a call that requests a JSON value of a schema.
pub(crate) fn call_for_json(schema: Value) -> Call {
    call_for(ReplyForm::Json(Arc::new(schema)))
}

/// Returns the notes of a reply.
pub(crate) fn notes(reply: &Reply) -> Vec<&str> {
    reply.notes.iter().map(|note| note.0.as_str()).collect()
}

/// Returns parameters that are all set.
pub(crate) fn all_parameters() -> Parameters {
    Parameters {
        max_output: Tokens(64),
        temperature: Some(0.5),
        seed: Some(7),
        stop: vec!["END".to_owned()],
        reasoning_effort: Some(ReasoningEffort::Low),
    }
}

/// Formats an error with all fields that a user or the scheduler uses, and checks that it contains
/// no key.
pub(crate) fn shown(server: &TestServer, error: &ModelError) -> String {
    let shown = format!(
        "{}: {}\nhint: {}\nstatus: {:?}, {:?}",
        error.kind.code(),
        error.message,
        error.hint.as_deref().unwrap_or("-"),
        error.status,
        error.retry(),
    );
    assert!(!format!("{shown}{error:?}").contains("planted"), "{shown}");
    shown.replace(&server.port().to_string(), "PORT")
}

/// Formats a request as received.
pub(crate) fn captured(server: &TestServer, request: &CapturedRequest) -> String {
    let headers: Vec<String> = request
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    let body = serde_json::to_string_pretty(&request.body).unwrap();
    let shown = format!("{} {}\n{}\n\n{body}", request.method, request.path, headers.join("\n"));
    shown.replace(&server.port().to_string(), "PORT")
}
