//! Tests of Ollama's API with a loopback server. Requests, replies and streams have the format of
//! <https://docs.ollama.com/api/chat> (read in November 2026).

use rlm_adapters::{Endpoint, OllamaModel};
use rlm_model::{
    Finish, Message, Model, ModelErrorKind, ModelLimits, Price, Reply, Request, RetryAdvice, Tokens, Usage,
};
use rlm_test_server::{Answer, Fault, TestServer};
use serde_json::{Value, json};

use crate::support::{all_parameters, call, call_with, captured, shown};

fn model(server: &TestServer) -> OllamaModel {
    OllamaModel::new(Endpoint::new(server.url().parse().unwrap(), "qwen3:8b")).unwrap()
}

fn last(text: &str, done_reason: &str, prompt_tokens: u64) -> Value {
    json!({
        "model": "qwen3:8b", "created_at": "2026-11-22T12:00:00Z", "message": {"role": "assistant", "content": text},
        "done": true, "done_reason": done_reason, "total_duration": 5_000_000, "prompt_eval_count": prompt_tokens, "eval_count": 50,
    })
}

fn piece(message: &Value) -> Value {
    json!({"model": "qwen3:8b", "created_at": "2026-11-22T12:00:00Z", "message": message, "done": false})
}

#[tokio::test]
async fn complete_request_is_sent_and_reply_parsed() {
    let server = TestServer::always(Answer::json(200, &last("Seven.", "stop", 30))).unwrap();
    let model = model(&server);
    let reply = model.complete(&call_with(all_parameters())).await.unwrap();
    let usage = Usage {
        input: Tokens(30),
        output: Tokens(50),
        ..Usage::default()
    };
    assert_eq!(reply, Reply::new("Seven.", usage));
    assert_eq!(
        (model.price(), model.identity().to_string()),
        (Some(Price::FREE), "ollama:qwen3:8b".to_owned())
    );
    insta::assert_snapshot!(captured(&server, &server.requests()[0]));
}

#[tokio::test]
async fn streamed_reply_is_assembled_from_arbitrary_chunks() {
    let lines = [
        piece(&json!({"role": "assistant", "content": "", "thinking": "two and "})),
        piece(&json!({"role": "assistant", "content": "", "thinking": "two"})),
        piece(&json!({"role": "assistant", "content": "vi"})),
        piece(&json!({"role": "assistant", "content": "er 😀"})),
        last("", "length", 30),
    ];
    for bytes in [1, 11, 100_000] {
        let server = TestServer::always(Answer::lines(&lines).fault(Fault::CutEvery(bytes))).unwrap();
        let model = model(&server);
        let reply = model.complete(&call()).await.unwrap();
        let seen = (
            reply.text.as_str(),
            reply.reasoning.as_deref(),
            reply.finish,
            reply.usage.output,
        );
        assert_eq!(seen, ("vier 😀", Some("two and two"), Finish::Length, Tokens(50)));
        model.complete(&call()).await.unwrap();
        assert_eq!(server.connections(), 1);
    }
}

#[tokio::test]
async fn ollama_window_is_rounded_to_few_sizes_or_as_configured() {
    let server = TestServer::always(Answer::json(200, &last("yes", "stop", 100_000))).unwrap();
    let asked_with = |bytes: usize| {
        let mut call = call();
        call.request = Request::new(vec![Message::user("ab cd ".repeat(bytes / 6))], call.request.parameters);
        call
    };
    for bytes in [600, 12_000, 60_000] {
        model(&server).complete(&asked_with(bytes)).await.unwrap();
    }
    let mut endpoint = Endpoint::new(server.url().parse().unwrap(), "qwen3:8b");
    endpoint.limits = ModelLimits {
        window: Some(Tokens(40_960)),
        ..ModelLimits::default()
    };
    OllamaModel::new(endpoint)
        .unwrap()
        .complete(&asked_with(600))
        .await
        .unwrap();
    let windows: Vec<u64> = server
        .requests()
        .iter()
        .map(|request| request.body["options"]["num_ctx"].as_u64().unwrap())
        .collect();
    assert_eq!(windows, [4_096, 8_192, 32_768, 40_960]);
}

#[tokio::test]
async fn prompt_truncated_by_ollama_is_an_error() {
    let server = TestServer::always(Answer::json(200, &last("It says nothing of that.", "stop", 2_048))).unwrap();
    let mut asked = call();
    asked.request = Request::new(
        vec![Message::user("The vault code is 7-4-1. ".repeat(2_000))],
        asked.request.parameters,
    );
    let error = model(&server).complete(&asked).await.unwrap_err();
    assert_eq!(
        (error.kind.clone(), error.retry()),
        (ModelErrorKind::PromptTruncated, RetryAdvice::Never)
    );
    assert_eq!(error.usage.clone().unwrap().input, Tokens(2_048));
    insta::assert_snapshot!(shown(&server, &error));

    // The number of tokens that such a text has.
    let server = TestServer::always(Answer::json(200, &last("7-4-1", "stop", 16_000))).unwrap();
    model(&server).complete(&asked).await.unwrap();
}

#[tokio::test]
async fn thinking_is_omitted_for_models_that_reject_it() {
    let server = TestServer::start(|_, request| match request.body.get("think") {
        Some(_) => Answer::json(400, &json!({"error": "\"qwen3:8b\" does not support thinking"})),
        None => Answer::json(200, &last("yes", "stop", 30)),
    })
    .unwrap();
    let reply = model(&server).complete(&call_with(all_parameters())).await.unwrap();
    assert_eq!(reply.notes[0].0, "left out think: rejected by the server");
}

#[tokio::test]
async fn errors_of_every_kind() {
    let mut all = Vec::new();
    for answer in [
        Answer::json(
            404,
            &json!({"error": "model \"qwen3:8b\" not found, try pulling it first"}),
        ),
        Answer::json(
            400,
            &json!({"error": "registry.ollama.ai/library/qwen3:8b does not support chat"}),
        ),
        Answer::json(
            500,
            &json!({"error": "llama runner process has terminated: exit status 2"}),
        ),
        Answer::json(
            503,
            &json!({"error": "server busy, please try again. maximum pending requests exceeded"}),
        ),
        Answer::lines(&[
            piece(&json!({"content": "half"})),
            json!({"error": "an error was encountered while running the model"}),
        ]),
        Answer::lines(&[piece(&json!({"content": "half"}))]),
        Answer::json(200, &last("", "length", 30)),
        Answer::json(200, &last("", "stop", 30)),
        Answer::json(200, &json!({"choices": []})),
    ] {
        let server = TestServer::always(answer).unwrap();
        let error = model(&server).complete(&call()).await.unwrap_err();
        all.push(shown(&server, &error));
    }
    insta::assert_snapshot!(all.join("\n\n"));
}

#[tokio::test]
async fn undeclared_tool_call_is_rewritten_as_text() {
    let tool =
        json!({"content": "", "tool_calls": [{"function": {"name": "repl", "arguments": {"code": "print(1)"}}}]});
    let server = TestServer::always(Answer::lines(&[piece(&tool), last("", "stop", 30)])).unwrap();
    let reply = model(&server).complete(&call()).await.unwrap();
    let expected = "<tool_call>\n{\"name\":\"repl\",\"arguments\":{\"code\":\"print(1)\"}}\n</tool_call>";
    assert_eq!(reply.text, expected);
}
