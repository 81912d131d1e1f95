//! Calls as the loop makes them, and what is to be seen of them.

use std::sync::Arc;

use rlm_model::{
    Call, CallId, Digest, Grammar, GrammarWay, Message, Model, ModelError, Parameters, ReasoningEffort, Reply,
    ReplyForm, Request, RequestId, Tokens,
};
use rlm_test_server::{CapturedRequest, TestServer};
use serde_json::Value;

/// A call with these messages; its request id is that of the model asked.
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

/// Asks for the program of a turn.
pub(crate) async fn ask_root(model: &dyn Model, turn: u32, prompt: &str) -> Result<Reply, ModelError> {
    let id = CallId::root(turn, 0, 0).to_string();
    let messages = vec![Message::system("You write programs."), Message::user(prompt)];
    model.complete(&call_of(model, &id, messages)).await
}

/// Asks as a program does, in the call named.
pub(crate) async fn ask_sub(model: &dyn Model, id: &str, prompt: &str) -> Result<Reply, ModelError> {
    let messages = vec![Message::system("You are a sub-LLM."), Message::user(prompt)];
    model.complete(&call_of(model, id, messages)).await
}

/// A key to be looked for in everything that is shown.
pub(crate) const KEY: &str = "sk-planted-0123456789abcdef";

/// A question with an output limit and nothing else.
pub(crate) fn call() -> Call {
    call_with(Parameters::with_max_output(Tokens(1_024)))
}

/// A question with these parameters.
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

/// A question whose reply is to be of this form.
pub(crate) fn call_for(form: ReplyForm) -> Call {
    let call = call();
    Call {
        request: call.request.with_form(Some(form)),
        ..call
    }
}

/// A small language.
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

/// A question whose reply is to be a program of the small language.
pub(crate) fn call_for_program(way: GrammarWay) -> Call {
    call_for(ReplyForm::Grammar(Arc::new(grammar(way))))
}

/// The same, where a reply that was not held to the language is none.
pub(crate) fn call_for_nothing_but_a_program(way: GrammarWay) -> Call {
    let grammar = Grammar {
        required: true,
        ..grammar(way)
    };
    call_for(ReplyForm::Grammar(Arc::new(grammar)))
}

/// A question whose reply is to be a JSON value of this schema.
pub(crate) fn call_for_json(schema: Value) -> Call {
    call_for(ReplyForm::Json(Arc::new(schema)))
}

/// The notes of a reply.
pub(crate) fn notes(reply: &Reply) -> Vec<&str> {
    reply.notes.iter().map(|note| note.0.as_str()).collect()
}

/// All that can be asked for.
pub(crate) fn all_parameters() -> Parameters {
    Parameters {
        max_output: Tokens(64),
        temperature: Some(0.5),
        seed: Some(7),
        stop: vec!["END".to_owned()],
        reasoning_effort: Some(ReasoningEffort::Low),
    }
}

/// Shows an error with everything that a user or a scheduler sees of it, and checks that no key is in it.
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

/// Shows a request as it came in.
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
