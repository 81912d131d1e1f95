//! Tests of OpenAI's Responses API with a loopback server. Requests, replies and streams have the
//! format of <https://platform.openai.com/docs/api-reference/responses> and
//! <https://platform.openai.com/docs/api-reference/responses-streaming> (read in November 2026).

use rlm_adapters::{Endpoint, ResponsesModel};
use rlm_model::{Finish, Model, Reply, Tokens, Usage};
use rlm_test_server::{Answer, Fault, TestServer};
use serde_json::{Value, json};

use crate::support::{KEY, all_parameters, call, call_with, captured, shown};

fn model(server: &TestServer) -> ResponsesModel {
    let endpoint = Endpoint {
        api_key: Some(KEY.into()),
        ..Endpoint::new(server.base_url().parse().unwrap(), "gpt-test-pro")
    };
    ResponsesModel::new(endpoint).unwrap()
}

fn response(output: &Value, incomplete: Option<&str>) -> Value {
    json!({
        "id": "resp_1", "object": "response",
        "status": if incomplete.is_some() { "incomplete" } else { "completed" },
        "error": null, "incomplete_details": incomplete.map(|reason| json!({"reason": reason})), "output": output,
        "usage": {
            "input_tokens": 100, "input_tokens_details": {"cached_tokens": 40},
            "output_tokens": 50, "output_tokens_details": {"reasoning_tokens": 20}, "total_tokens": 150,
        },
    })
}

const USAGE: Usage = Usage {
    input: Tokens(100),
    cached_input: Tokens(40),
    cache_written: Tokens(0),
    output: Tokens(50),
    reasoning: Tokens(20),
    reported_cost: None,
    estimated: false,
};

fn said(text: &str) -> Value {
    json!([
        {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "counted"}]},
        {"type": "message", "id": "msg_1", "role": "assistant", "content": [{"type": "output_text", "text": text}]},
    ])
}

#[tokio::test]
async fn complete_request_is_sent_and_reply_parsed() {
    let server = TestServer::always(Answer::json(200, &response(&said("Seven."), None))).unwrap();
    let reply = model(&server).complete(&call_with(all_parameters())).await.unwrap();
    let notes: Vec<&str> = reply.notes.iter().map(|note| note.0.as_str()).collect();
    insta::assert_snapshot!(format!(
        "{}\n\n{}",
        captured(&server, &server.requests()[0]),
        notes.join("\n")
    ));
    let expected = Reply {
        reasoning: Some("counted".to_owned()),
        notes: reply.notes.clone(),
        ..Reply::new("Seven.", USAGE)
    };
    assert_eq!(reply, expected);
}

#[tokio::test]
async fn streamed_reply_is_assembled_from_arbitrary_chunks() {
    let delta = |kind: &str, text: &str| json!({"type": kind, "output_index": 0, "delta": text});
    let events = [
        json!({"type": "response.created", "response": {"status": "in_progress"}}),
        delta("response.reasoning_summary_text.delta", "coun"),
        delta("response.reasoning_summary_text.delta", "ted"),
        delta("response.output_text.delta", "Sie"),
        delta("response.output_text.delta", "ben Türen"),
        json!({"type": "response.output_text.done", "text": "Sieben Türen"}),
        json!({"type": "response.incomplete", "response": response(&said("Sieben Türen"), Some("max_output_tokens"))}),
    ];
    for bytes in [1, 17, 100_000] {
        let answer = Answer::events(events.iter().map(|event| {
            let name = event["type"].as_str().unwrap();
            format!("event: {name}\ndata: {event}")
        }));
        let server = TestServer::always(answer.fault(Fault::CutEvery(bytes))).unwrap();
        let reply = model(&server).complete(&call()).await.unwrap();
        let expected = Reply {
            reasoning: Some("counted".to_owned()),
            finish: Finish::Length,
            ..Reply::new("Sieben Türen", USAGE)
        };
        assert_eq!(reply, expected);
    }
}

#[tokio::test]
async fn undeclared_tool_calls_are_rewritten_as_text() {
    let calls = json!([
        {"type": "function_call", "name": "repl", "arguments": "{\"code\": \"print(1)\"}"},
        {"type": "custom_tool_call", "name": "sift", "input": "print(2)"},
    ]);
    let body = response(&calls, None);
    let streamed = Answer::events([json!({"type": "response.completed", "response": body})]);
    for answer in [Answer::json(200, &body), streamed] {
        let server = TestServer::always(answer).unwrap();
        let reply = model(&server).complete(&call()).await.unwrap();
        insta::allow_duplicates! { insta::assert_snapshot!(reply.text) };
    }
}

#[tokio::test]
async fn errors_of_every_kind() {
    let failed = |code: &str| {
        Answer::events([
            json!({"type": "response.failed", "response": {"status": "failed", "error": {
                "code": code, "message": "It did not work.",
            }}}),
        ])
    };
    let refusal = json!([{"type": "message", "content": [{"type": "refusal", "refusal": "I can't help with that."}]}]);
    let mut all = Vec::new();
    for answer in [
        Answer::error(401, "invalid_api_key", &format!("Incorrect API key provided: {KEY}.")),
        Answer::error(
            400,
            "context_length_exceeded",
            "Your input exceeds the context window of this model.",
        ),
        Answer::rate_limited("2"),
        Answer::server_error(),
        failed("server_error"),
        failed("rate_limit_exceeded"),
        Answer::events([json!({"type": "error", "code": "insufficient_quota", "message": "You have no credit left."})]),
        Answer::events([json!({"type": "response.output_text.delta", "delta": "half"})]),
        Answer::json(200, &response(&json!([]), Some("max_output_tokens"))),
        Answer::json(200, &response(&json!([]), Some("content_filter"))),
        Answer::json(200, &response(&refusal, None)),
        Answer::json(200, &json!({"choices": []})),
    ] {
        let server = TestServer::always(answer).unwrap();
        let error = model(&server).complete(&call()).await.unwrap_err();
        all.push(shown(&server, &error));
    }
    insta::assert_snapshot!(all.join("\n\n"));
}
