//! Tests of reply formats that a server rejects: what is remembered, for how long, and which notes
//! are returned.

use rlm_adapters::{Endpoint, ModelServer, OpenAiModel};
use rlm_model::{GrammarWay, Model, ModelErrorKind};
use rlm_test_server::{Answer, CapturedRequest, TestServer};
use serde_json::json;

use crate::support::{call_for_json, call_for_nothing_but_a_program, call_for_program, notes, shown};

fn model(server: &TestServer, program: Option<ModelServer>) -> OpenAiModel {
    let endpoint = Endpoint {
        server: program,
        ..Endpoint::new(server.base_url().parse().unwrap(), "m")
    };
    OpenAiModel::compatible(endpoint).unwrap()
}

fn refusal(message: &str) -> Answer {
    Answer::error(400, "invalid_request_error", message)
}

/// Starts a server that answers all requests except those with a field.
fn refusing(field: &'static str, message: &'static str) -> TestServer {
    TestServer::start(move |_, request: &CapturedRequest| match request.body.get(field) {
        Some(_) => refusal(message),
        None => Answer::text("print(1)"),
    })
    .unwrap()
}

fn had(server: &TestServer, field: &str) -> Vec<bool> {
    let requests = server.requests();
    requests
        .iter()
        .map(|request| request.body.get(field).is_some())
        .collect()
}

#[tokio::test]
async fn schemas_are_not_resent_after_an_unsupported_error() {
    let server = refusing(
        "response_format",
        "'response_format' of type 'json_schema' is not supported with this model.",
    );
    let model = model(&server, None);
    for schema in [json!({"type": "object"}), json!({"type": "array"})] {
        let reply = model.complete(&call_for_json(schema)).await.unwrap();
        assert_eq!(notes(&reply), ["left out the JSON schema: rejected by the server"]);
    }
    assert_eq!(had(&server, "response_format"), [true, false, false]);
}

#[tokio::test]
async fn rejected_schema_does_not_disable_other_schemas() {
    let server = TestServer::start(|_, request| match request.text.contains("uniqueItems") {
        true => refusal("Invalid schema for response_format 'reply': 'uniqueItems' is not permitted."),
        false => Answer::text("[]"),
    })
    .unwrap();
    let model = model(&server, None);
    let refused = json!({"type": "array", "uniqueItems": true});
    let mut said = Vec::new();
    for schema in [refused.clone(), json!({"type": "array"}), refused] {
        let reply = model.complete(&call_for_json(schema)).await.unwrap();
        said.push(notes(&reply).len());
    }
    assert_eq!(said, [1, 0, 1]);
    assert_eq!(had(&server, "response_format"), [true, false, true, false]);
}

#[tokio::test]
async fn rejected_grammar_is_resent_in_the_other_notation() {
    // The error for the first notation from vLLM with the backend `guidance`.
    let server = TestServer::start(|_, request| {
        let grammar = request
            .body
            .pointer("/structured_outputs/grammar")
            .and_then(serde_json::Value::as_str);
        match grammar {
            Some(grammar) if grammar.starts_with("root ::=") => refusal("Grammar error: at 1(6): invalid regex"),
            _ => Answer::text("print(1)"),
        }
    })
    .unwrap();
    let model = model(&server, Some(ModelServer::Vllm));
    for _ in 0..2 {
        let reply = model
            .complete(&call_for_nothing_but_a_program(GrammarWay::WholeReply))
            .await
            .unwrap();
        assert!(reply.notes.is_empty(), "{:?}", reply.notes);
    }
    assert_eq!(had(&server, "structured_outputs"), [true, true, true]);
}

#[tokio::test]
async fn grammar_rejected_in_every_notation_is_omitted_or_an_error() {
    let message = "Invalid grammar specification.";
    let server = refusing("structured_outputs", message);
    let lenient = model(&server, Some(ModelServer::Vllm));
    let reply = lenient
        .complete(&call_for_program(GrammarWay::WholeReply))
        .await
        .unwrap();
    assert_eq!(notes(&reply), ["left out the grammar: rejected by the server"]);
    assert_eq!(had(&server, "structured_outputs"), [true, true, false]);

    let server = refusing("structured_outputs", message);
    let strict = model(&server, Some(ModelServer::Vllm));
    let call = call_for_nothing_but_a_program(GrammarWay::WholeReply);
    let first = strict.complete(&call).await.unwrap_err();
    let again = strict.complete(&call).await.unwrap_err();
    assert_eq!(
        (&first.kind, &again.kind),
        (&ModelErrorKind::InvalidRequest, &ModelErrorKind::InvalidRequest)
    );
    insta::assert_snapshot!(format!("{}\n\n{}", shown(&server, &first), shown(&server, &again)));
    assert_eq!(had(&server, "structured_outputs"), [true, true], "no third attempt");
}

#[tokio::test]
async fn unsupported_grammars_are_remembered() {
    let server = refusing("ebnf", "Unrecognized request argument supplied: ebnf");
    let model = model(&server, Some(ModelServer::Sglang));
    assert!(model.grammar_way().await.is_some());
    model.complete(&call_for_program(GrammarWay::WholeReply)).await.unwrap();
    assert_eq!(model.grammar_way().await, None);
    assert_eq!(
        had(&server, "ebnf"),
        [true, false],
        "the other notation is not attempted"
    );
}

#[tokio::test]
async fn rejected_custom_tools_are_omitted_or_an_error() {
    let refused = json!({"error": {
        "message": "Invalid value: 'custom'. Supported values are: 'function'.", "type": "invalid_request_error",
        "param": "tools[0].type", "code": "invalid_value",
    }});
    let server = TestServer::start(move |_, request| match request.body.get("tools") {
        Some(_) => Answer::json(400, &refused),
        None => Answer::text("yes"),
    })
    .unwrap();
    let azure = || {
        let endpoint = Endpoint::new(format!("{}/openai/v1", server.url()).parse().unwrap(), "m");
        OpenAiModel::azure(endpoint, "").unwrap()
    };
    let reply = azure().complete(&call_for_program(GrammarWay::Tool)).await.unwrap();
    assert_eq!(notes(&reply), ["left out the grammar: rejected by the server"]);
    let error = azure()
        .complete(&call_for_nothing_but_a_program(GrammarWay::Tool))
        .await
        .unwrap_err();
    insta::assert_snapshot!(shown(&server, &error));
}

#[tokio::test]
async fn unrelated_errors_do_not_drop_the_constraint() {
    for answer in [
        Answer::error(
            400,
            "x",
            "This model's maximum context length is 8192 tokens, the schema included.",
        ),
        Answer::error(400, "x", "messages: text must not be empty"),
        Answer::error(500, "x", "invalid schema"),
    ] {
        let server = TestServer::always(answer).unwrap();
        let error = model(&server, None)
            .complete(&call_for_json(json!({"type": "array"})))
            .await;
        assert!(error.is_err());
        assert_eq!(server.requests().len(), 1);
    }
}
