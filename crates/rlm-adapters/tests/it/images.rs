//! Tests of requests with images, in the format of each provider, with a loopback server.

use std::sync::Arc;

use rlm_adapters::{
    AnthropicModel, Endpoint, FakeModel, GeminiModel, OllamaModel, OpenAiModel, ResponsesModel, SearchModel,
};
use rlm_model::{Call, Digest, Image, Message, Model, ModelErrorKind, Parameters, Request, Tokens};
use rlm_test_server::{Answer, TestServer};
use serde_json::{Value, json};

use crate::support::call_with;

fn image() -> Image {
    let bytes: Arc<[u8]> = b"\x89PNG\r\n\x1a\n not all of it".as_slice().into();
    Image {
        digest: Digest::of(&bytes),
        media_type: "image/png".into(),
        width: 640,
        height: 480,
        bytes,
    }
}

/// Returns a call that shows two images with the last of three messages.
fn call(model: &dyn Model) -> Call {
    let parameters = Parameters::with_max_output(Tokens(64));
    let messages = vec![
        Message::system("Answer briefly."),
        Message::user("First."),
        Message::user("What is shown?"),
    ];
    let request = Request::new(messages, parameters.clone()).with_images([image(), image()], model.identity());
    Call {
        request,
        ..call_with(parameters)
    }
}

fn endpoint(server: &TestServer) -> Endpoint {
    Endpoint::new(server.base_url().parse().unwrap(), "m")
}

/// Returns the messages of the request that a model sends.
async fn sent(make: impl Fn(Endpoint) -> Box<dyn Model>) -> Value {
    let server = TestServer::always(Answer::error(400, "invalid", "image input is not supported")).unwrap();
    let model = make(endpoint(&server));
    let error = model.complete(&call(&*model)).await.unwrap_err();
    assert_eq!(error.kind, ModelErrorKind::InvalidRequest);
    assert!(error.hint.unwrap().contains("takes images"));
    let body = &server.requests()[0].body;
    let field = ["messages", "input", "contents"]
        .into_iter()
        .find_map(|name| body.get(name));
    field.unwrap().clone()
}

#[tokio::test]
async fn images_are_encoded_for_every_protocol() {
    let all = [
        (
            "chat completions",
            sent(|endpoint| Box::new(OpenAiModel::new(endpoint).unwrap())).await,
        ),
        (
            "Responses",
            sent(|endpoint| Box::new(ResponsesModel::new(endpoint).unwrap())).await,
        ),
        (
            "Messages",
            sent(|endpoint| Box::new(AnthropicModel::new(endpoint).unwrap())).await,
        ),
        (
            "Gemini",
            sent(|endpoint| Box::new(GeminiModel::new(endpoint).unwrap())).await,
        ),
        (
            "Ollama",
            sent(|endpoint| Box::new(OllamaModel::new(endpoint).unwrap())).await,
        ),
    ];
    let shown = all.map(|(name, messages)| format!("{name}\n{}", serde_json::to_string_pretty(&messages).unwrap()));
    insta::assert_snapshot!(shown.join("\n\n"));
}

#[tokio::test]
async fn models_without_images_name_the_problem() {
    for model in [
        Box::new(FakeModel::new(["yes"])) as Box<dyn Model>,
        Box::new(SearchModel::new()),
    ] {
        let error = model.complete(&call(&*model)).await.unwrap_err();
        assert_eq!(error.kind, ModelErrorKind::InvalidRequest);
        assert_eq!(error.message, format!("{} takes no images", model.identity()));
        assert!(error.hint.is_some());
    }
}

#[tokio::test]
async fn usage_of_a_server_that_reports_none_includes_images() {
    let server = TestServer::always(Answer::json(
        200,
        &json!({"choices": [{"message": {"content": "A cat."}, "finish_reason": "stop"}]}),
    ))
    .unwrap();
    let model = OpenAiModel::compatible(endpoint(&server)).unwrap();
    let call = call(&model);
    let reply = model.complete(&call).await.unwrap();
    assert!(reply.usage.estimated);
    assert!(reply.usage.input > call.request.image_tokens());
}
