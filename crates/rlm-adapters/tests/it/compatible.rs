//! Tests of servers other than OpenAI's with chat completions, with a loopback server: OpenRouter
//! (<https://openrouter.ai/docs/api-reference/overview>), Azure
//! (<https://learn.microsoft.com/azure/ai-foundry/openai/reference>), and compatible servers (read
//! in November 2026).

use rlm_adapters::{Endpoint, OpenAiModel};
use rlm_model::{Message, Model, ModelErrorKind, Money, ReplyNote, Request};
use rlm_test_server::{Answer, TestServer};
use serde_json::json;

use crate::support::{KEY, all_parameters, call, call_with, captured, shown};

fn endpoint(base_url: &str, model: &str) -> Endpoint {
    Endpoint {
        api_key: Some(KEY.into()),
        ..Endpoint::new(base_url.parse().unwrap(), model)
    }
}

#[tokio::test]
async fn openrouter_reported_cost_is_used() {
    let delta = |content: &str| json!({"choices": [{"delta": {"content": content}}]}).to_string();
    let answer = Answer::events([
        ": OPENROUTER PROCESSING".to_owned(),
        delta("Sev"),
        delta("en."),
        json!({"choices": [{"delta": {"content": ""}, "finish_reason": "stop"}]}).to_string(),
        json!({"choices": [], "usage": {
            "prompt_tokens": 194, "completion_tokens": 2, "total_tokens": 196, "cost": 0.000_951_2,
            "prompt_tokens_details": {"cached_tokens": 100}, "completion_tokens_details": {"reasoning_tokens": 1},
        }})
        .to_string(),
        "[DONE]".to_owned(),
    ]);
    let server = TestServer::always(answer).unwrap();
    let model = OpenAiModel::openrouter(endpoint(&server.base_url(), "openai/gpt-5.1")).unwrap();
    let reply = model.complete(&call_with(all_parameters())).await.unwrap();
    assert_eq!(
        (reply.text.as_str(), reply.usage.reported_cost),
        ("Seven.", Some(Money(952)))
    );
    assert_eq!(model.identity().to_string(), "openrouter:openai/gpt-5.1");
    insta::assert_snapshot!(captured(&server, &server.requests()[0]));
}

#[tokio::test]
async fn azure_names_the_deployment_in_the_path() {
    let server = TestServer::always(Answer::stream(&["yes"], "stop", None)).unwrap();
    let model = OpenAiModel::azure(endpoint(&server.url(), "gpt-5.1 eu"), "2024-10-21").unwrap();
    model.complete(&call()).await.unwrap();
    insta::assert_snapshot!(captured(&server, &server.requests()[0]));
    // The endpoint without versions takes the deployment as the model.
    let base_url = format!("{}/openai/v1", server.url());
    let model = OpenAiModel::azure(endpoint(&base_url, "gpt-5.1"), "2024-10-21").unwrap();
    model.complete(&call()).await.unwrap();
    assert_eq!(server.requests()[1].path, "/openai/v1/chat/completions");
}

#[tokio::test]
async fn authentication_errors_name_the_key_variable() {
    let server = TestServer::always(Answer::error(401, "401", &format!("Access denied: {KEY}"))).unwrap();
    let at = || endpoint(&server.base_url(), "m");
    let mut all = Vec::new();
    for model in [
        OpenAiModel::openrouter(at()).unwrap(),
        OpenAiModel::azure(at(), "2024-10-21").unwrap(),
        OpenAiModel::compatible(at()).unwrap(),
    ] {
        let error = model.complete(&call()).await.unwrap_err();
        all.push(shown(&server, &error));
    }
    insta::assert_snapshot!(all.join("\n\n"));
}

#[tokio::test]
async fn responses_only_model_error_hints_at_the_responses_adapter() {
    let said = "This model is only supported in v1/responses and not in v1/chat/completions.";
    let server = TestServer::always(Answer::error(404, "unsupported", said)).unwrap();
    let error = OpenAiModel::new(endpoint(&server.base_url(), "gpt-test-pro")).unwrap();
    let error = error.complete(&call()).await.unwrap_err();
    assert_eq!(
        error.hint.as_deref(),
        Some("use the Responses API: `responses:gpt-test-pro`")
    );
}

/// Needs Ollama's port to be free.
#[tokio::test]
async fn ollama_behind_the_compatible_endpoint_is_detected() {
    let body = json!({
        "choices": [{"message": {"content": "It says nothing of that."}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 2_048, "completion_tokens": 7},
    });
    let server = TestServer::start_at(11_434, move |_, _| Answer::json(200, &body))
        .expect("bind port 11434; stop a running Ollama first");
    let model = OpenAiModel::new(endpoint(&server.base_url(), "qwen3:8b")).unwrap();
    let reply = model.complete(&call()).await.unwrap();
    assert!(reply.notes[0].0.contains("`ollama:qwen3:8b`"), "{:?}", reply.notes);
    let mut asked = call();
    asked.request = Request::new(
        vec![Message::user("The vault code is 7-4-1. ".repeat(2_000))],
        asked.request.parameters,
    );
    let error = model.complete(&asked).await.unwrap_err();
    assert_eq!(error.kind, ModelErrorKind::PromptTruncated);
    assert!(error.hint.unwrap().contains("`ollama:qwen3:8b`"));
}

#[tokio::test]
async fn max_tokens_is_replaced_by_max_completion_tokens_if_rejected() {
    let refusal = json!({"error": {
        "message": "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.",
        "param": "max_tokens",
        "code": "unsupported_parameter",
    }});
    let server = TestServer::in_order([Answer::text("one"), Answer::json(400, &refusal), Answer::text("two")]).unwrap();
    let endpoint = Endpoint::new(server.base_url().parse().unwrap(), "m");
    let model = OpenAiModel::compatible(endpoint).unwrap();
    assert!(model.complete(&call()).await.unwrap().notes.is_empty());
    let told = model.complete(&call()).await.unwrap();
    assert_eq!(
        told.notes,
        [ReplyNote(
            "sent max_tokens as max_completion_tokens: the server rejected or ignored max_tokens".into()
        )]
    );
    let limits = server.requests().into_iter().map(|request| {
        let limit = |name: &str| request.body.get(name).and_then(serde_json::Value::as_u64);
        (limit("max_tokens"), limit("max_completion_tokens"))
    });
    let limits: Vec<_> = limits.collect();
    assert_eq!(limits, [(Some(1_024), None), (Some(1_024), None), (None, Some(1_024))]);
}
