//! Tests of Anthropic's Messages API with a loopback server. Requests, replies and streams have the
//! format of <https://docs.claude.com/en/api/messages> and
//! <https://docs.claude.com/en/docs/build-with-claude/streaming>, errors that of
//! <https://docs.claude.com/en/api/errors> (read in November 2026).

use rlm_adapters::{AnthropicModel, Endpoint};
use rlm_model::{Finish, Message, Model, ModelError, Reply, Request, Tokens, Usage};
use rlm_test_server::{Answer, Fault, TestServer};
use serde_json::{Value, json};

use crate::support::{KEY, all_parameters, call, call_with, captured, shown};

fn model(server: &TestServer) -> AnthropicModel {
    let endpoint = Endpoint {
        api_key: Some(KEY.into()),
        ..Endpoint::new(server.base_url().parse().unwrap(), "claude-test")
    };
    AnthropicModel::new(endpoint).unwrap()
}

fn message(content: &Value, stop_reason: &str) -> Answer {
    Answer::json(
        200,
        &json!({
            "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-test", "content": content,
            "stop_reason": stop_reason, "stop_sequence": null,
            "usage": {
                "input_tokens": 20, "cache_creation_input_tokens": 300, "cache_read_input_tokens": 4_000, "output_tokens": 50,
            },
        }),
    )
}

const USAGE: Usage = Usage {
    input: Tokens(4_320),
    cached_input: Tokens(4_000),
    cache_written: Tokens(300),
    output: Tokens(50),
    reasoning: Tokens(0),
    reported_cost: None,
    estimated: false,
};

/// Returns a stream of events, named like those of the server.
fn stream(events: &[Value]) -> Answer {
    Answer::events(events.iter().map(|event| {
        let name = event["type"].as_str().unwrap();
        format!("event: {name}\ndata: {event}")
    }))
}

fn start() -> Value {
    json!({"type": "message_start", "message": {
        "id": "msg_1", "type": "message", "role": "assistant", "content": [], "stop_reason": null,
        "usage": {
            "input_tokens": 20, "cache_creation_input_tokens": 300, "cache_read_input_tokens": 4_000, "output_tokens": 1,
        },
    }})
}

fn delta(index: u64, delta: &Value) -> Value {
    json!({"type": "content_block_delta", "index": index, "delta": delta})
}

fn end(reason: &str) -> [Value; 2] {
    [
        json!({"type": "message_delta", "delta": {"stop_reason": reason}, "usage": {"output_tokens": 50}}),
        json!({"type": "message_stop"}),
    ]
}

async fn error_of(answer: Answer) -> (ModelError, String) {
    let server = TestServer::always(answer).unwrap();
    let error = model(&server).complete(&call()).await.unwrap_err();
    let shown = shown(&server, &error);
    (error, shown)
}

#[tokio::test]
async fn complete_request_is_sent_and_reply_parsed() {
    let server = TestServer::always(message(&json!([{"type": "text", "text": "Seven."}]), "end_turn")).unwrap();
    let model = model(&server);
    assert_eq!(model.identity().to_string(), "anthropic:claude-test");
    let reply = model.complete(&call_with(all_parameters())).await.unwrap();
    let notes: Vec<&str> = reply.notes.iter().map(|note| note.0.as_str()).collect();
    insta::assert_snapshot!(format!(
        "{}\n\n{}",
        captured(&server, &server.requests()[0]),
        notes.join("\n")
    ));
    let expected = Reply {
        notes: reply.notes.clone(),
        ..Reply::new("Seven.", USAGE)
    };
    assert_eq!(reply, expected);
}

#[tokio::test]
async fn multi_turn_requests_mark_the_last_message_for_caching() {
    let server = TestServer::always(message(&json!([{"type": "text", "text": "yes"}]), "end_turn")).unwrap();
    let mut asked = call();
    let turns = ["How many doors?", "Let me count.", "And windows?"];
    asked.request = Request::new(
        vec![
            Message::system("You answer briefly."),
            Message::system("In English."),
            Message::user(turns[0]),
            Message::assistant(turns[1]),
            Message::user(turns[2]),
        ],
        asked.request.parameters,
    );
    model(&server).complete(&asked).await.unwrap();
    let block = |text: &str| json!([{"type": "text", "text": text}]);
    let marked = |text: &str| json!([{"type": "text", "text": text, "cache_control": {"type": "ephemeral"}}]);
    let expected = json!({
        "model": "claude-test",
        "max_tokens": 1_024,
        "system": marked("You answer briefly.\n\nIn English."),
        "messages": [
            {"role": "user", "content": block(turns[0])},
            {"role": "assistant", "content": block(turns[1])},
            {"role": "user", "content": marked(turns[2])},
        ],
        "stream": true,
    });
    assert_eq!(server.requests()[0].body, expected);
}

#[tokio::test]
async fn streamed_reply_is_assembled_from_arbitrary_chunks() {
    let mut events = vec![
        start(),
        json!({"type": "ping"}),
        json!({"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": ""}}),
        delta(0, &json!({"type": "thinking_delta", "thinking": "two and "})),
        delta(0, &json!({"type": "thinking_delta", "thinking": "two"})),
        delta(0, &json!({"type": "signature_delta", "signature": "c2ln"})),
        json!({"type": "content_block_stop", "index": 0}),
        json!({"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": ""}}),
        delta(1, &json!({"type": "text_delta", "text": "fo"})),
        delta(1, &json!({"type": "text_delta", "text": "ür"})),
        json!({"type": "content_block_stop", "index": 1}),
    ];
    events.extend(end("max_tokens"));
    for bytes in [1, 13, 100_000] {
        let server = TestServer::always(stream(&events).fault(Fault::CutEvery(bytes))).unwrap();
        let reply = model(&server).complete(&call()).await.unwrap();
        let expected = Reply {
            reasoning: Some("two and two".to_owned()),
            finish: Finish::Length,
            ..Reply::new("foür", USAGE)
        };
        assert_eq!(reply, expected);
    }
}

#[tokio::test]
async fn undeclared_tool_call_is_rewritten_as_text() {
    let tool = json!({"type": "tool_use", "id": "1", "name": "repl", "input": {"code": "print(1)"}});
    let whole = message(&json!([tool]), "tool_use");
    let mut events = vec![
        start(),
        json!({"type": "content_block_start", "index": 0, "content_block": {"type": "tool_use", "id": "1", "name": "repl", "input": {}}}),
        delta(
            0,
            &json!({"type": "input_json_delta", "partial_json": "{\"code\": \"pri"}),
        ),
        delta(0, &json!({"type": "input_json_delta", "partial_json": "nt(1)\"}"})),
    ];
    events.extend(end("tool_use"));
    for answer in [whole, stream(&events)] {
        let server = TestServer::always(answer).unwrap();
        let reply = model(&server).complete(&call()).await.unwrap();
        let expected = "<tool_call>\n{\"name\":\"repl\",\"arguments\":{\"code\":\"print(1)\"}}\n</tool_call>";
        assert_eq!(reply.text, expected);
    }
}

#[tokio::test]
async fn rejected_parameter_is_omitted_with_a_note() {
    let server = TestServer::start(|_, request| {
        if request.body.get("thinking").is_some() {
            let message = "adaptive thinking is not supported on this model";
            return Answer::json(
                400,
                &json!({"type": "error", "error": {"type": "invalid_request_error", "message": message}}),
            );
        }
        message(&json!([{"type": "text", "text": "yes"}]), "end_turn")
    })
    .unwrap();
    let reply = model(&server).complete(&call_with(all_parameters())).await.unwrap();
    let notes: Vec<&str> = reply.notes.iter().map(|note| note.0.as_str()).collect();
    let expected = [
        "left out seed: not supported by the protocol",
        "left out thinking: rejected by the server",
    ];
    assert_eq!(notes, expected);
    assert_eq!(
        server.requests()[1].body["temperature"],
        0.5,
        "temperature is allowed without thinking"
    );
}

#[tokio::test]
async fn errors_of_every_kind() {
    let error = |status: u16, kind: &str, message: &str| {
        Answer::json(
            status,
            &json!({"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_1"}),
        )
    };
    let in_stream = |kind: &str, message: &str| {
        stream(&[
            start(),
            json!({"type": "error", "error": {"type": kind, "message": message}}),
        ])
    };
    let mut all = Vec::new();
    for answer in [
        error(401, "authentication_error", &format!("invalid x-api-key {KEY}")),
        error(
            403,
            "permission_error",
            "Your API key does not have permission to use the specified resource.",
        ),
        error(404, "not_found_error", "model: claude-test"),
        error(
            400,
            "invalid_request_error",
            "prompt is too long: 210000 tokens > 200000 maximum",
        ),
        error(
            413,
            "request_too_large",
            "Request exceeds the maximum allowed number of bytes.",
        ),
        error(
            400,
            "invalid_request_error",
            "Your credit balance is too low to access the Anthropic API.",
        ),
        error(
            400,
            "invalid_request_error",
            "max_tokens: 900000 > 64000, which is the maximum allowed number of output tokens",
        ),
        error(
            429,
            "rate_limit_error",
            "Number of requests has exceeded your rate limit.",
        )
        .header("retry-after", "7"),
        error(500, "api_error", "Internal server error"),
        error(529, "overloaded_error", "Overloaded"),
        in_stream("overloaded_error", "Overloaded"),
        in_stream("rate_limit_error", "slow down"),
        in_stream("invalid_request_error", "prompt is too long"),
        stream(&[start(), delta(0, &json!({"type": "text_delta", "text": "half"}))]),
        message(&json!([]), "max_tokens"),
        message(&json!([]), "refusal"),
        Answer::json(200, &json!({"choices": []})),
        Answer::invalid_json(),
    ] {
        all.push(error_of(answer).await.1);
    }
    insta::assert_snapshot!(all.join("\n\n"));
    let (error, _) = error_of(message(&json!([]), "max_tokens")).await;
    assert_eq!(
        (error.usage.unwrap().output, error.more_room),
        (Tokens(50), Some(Tokens(4_096)))
    );
}

#[tokio::test]
async fn rate_limits_are_recorded_for_streamed_replies_too() {
    let mut events = vec![start(), delta(0, &json!({"type": "text_delta", "text": "yes"}))];
    events.extend(end("end_turn"));
    let answer = stream(&events)
        .header("anthropic-ratelimit-requests-remaining", "7")
        .header("anthropic-ratelimit-requests-reset", "2020-01-01T00:00:00Z");
    let server = TestServer::always(answer).unwrap();
    let model = model(&server);
    assert_eq!(model.rate_limits(), None);
    model.complete(&call()).await.unwrap();
    assert_eq!(model.rate_limits().unwrap().requests.unwrap().remaining, 7);
}
