//! Tests of the chat-completions adapter with a loopback server that fails in all usual ways.

use std::sync::Arc;
use std::time::Duration;

use rlm_adapters::{BaseUrl, Endpoint, MAX_REPLY_BYTES, OpenAiModel, Timeouts};
use rlm_model::{Model, ModelErrorKind, RetryAdvice, TimeoutPhase, Tokens};
use rlm_test_server::{Answer, Fault, TestServer};
use serde_json::json;

use crate::openai::{error_of, impatient, model};
use crate::support::{KEY, call, shown};

#[tokio::test]
async fn server_error_responses_are_mapped() {
    let mut all = Vec::new();
    for answer in [
        Answer::error(401, "invalid_api_key", &format!("Incorrect API key provided: {KEY}.")),
        Answer::error(403, "forbidden", "You may not use this model."),
        Answer::error(429, "insufficient_quota", "You exceeded your current quota."),
        Answer::rate_limited("2"),
        Answer::rate_limited("soon"),
        Answer::server_error(),
        Answer::raw(502, "<html>\n<h1>Bad Gateway</h1>\n</html>"),
        Answer::raw(503, ""),
        Answer::error(
            400,
            "context_length_exceeded",
            "This model's maximum context length is 8192 tokens.",
        ),
        Answer::error(404, "model_not_found", "The model `gpt-test` does not exist."),
        Answer::error(422, "invalid", &"long ".repeat(200)),
        Answer::raw(307, "").header("location", "https://elsewhere.example/v1"),
        Answer::json(200, &json!({"error": {"code": 429, "message": "upstream is busy"}})),
    ] {
        all.push(error_of(answer).await);
    }
    insta::assert_snapshot!(all.join("\n\n"));
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let elsewhere = TestServer::always(Answer::text("from elsewhere")).unwrap();
    for status in [301, 302, 303, 307, 308] {
        let error = error_of(Answer::raw(status, "").header("location", &elsewhere.base_url())).await;
        assert!(error.contains("redirects to"), "{error}");
    }
    assert_eq!(elsewhere.requests().len(), 0);
}

#[tokio::test]
async fn non_protocol_responses_are_errors() {
    let mut all = Vec::new();
    for answer in [
        Answer::invalid_json(),
        Answer::raw(200, "<html>Sign in</html>"),
        Answer::raw(200, [0xff, 0xfe]),
        Answer::json(200, &json!({"object": "list"})),
        Answer::truncated(),
        Answer::close_after_headers(),
        Answer::text("never sent").fault(Fault::CloseAtOnce),
    ] {
        all.push(error_of(answer).await);
    }
    insta::assert_snapshot!(all.join("\n\n"));
}

#[tokio::test]
async fn replies_without_text_are_errors() {
    let mut all = Vec::new();
    let spent = rlm_test_server::Usage {
        output: 1_024,
        reasoning: 1_024,
        ..rlm_test_server::Usage::default()
    };
    for answer in [
        Answer::empty(),
        Answer::completion(" \n", "stop", None),
        Answer::completion("", "length", Some(spent)),
        Answer::completion("", "content_filter", None),
        Answer::choice(
            &json!({"content": null, "refusal": "I can't help with that."}),
            "stop",
            None,
        ),
    ] {
        all.push(error_of(answer).await);
    }
    insta::assert_snapshot!(all.join("\n\n"));

    let server = TestServer::always(Answer::completion("", "length", Some(spent))).unwrap();
    let error = model(&server).complete(&call()).await.unwrap_err();
    assert_eq!(
        error.usage.unwrap().output,
        Tokens(1_024),
        "reasoning tokens are charged anyway"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_timeout_phase_is_enforced() {
    let soon = Duration::from_millis(30);
    let mut all = Vec::new();

    let server = TestServer::always(Answer::hang()).unwrap();
    let error = impatient(&server, |timeouts| timeouts.first_byte = soon)
        .complete(&call())
        .await
        .unwrap_err();
    assert_eq!(error.kind, ModelErrorKind::Timeout(TimeoutPhase::FirstByte));
    all.push(shown(&server, &error));
    let error = impatient(&server, |timeouts| timeouts.total = soon)
        .complete(&call())
        .await
        .unwrap_err();
    assert_eq!(error.kind, ModelErrorKind::Timeout(TimeoutPhase::Total));
    all.push(shown(&server, &error));
    server.wait_for_hang_ups(2).unwrap();

    // The headers arrive at once, and then nothing.
    let server = TestServer::always(Answer::text("cut").fault(Fault::Stall(40))).unwrap();
    let error = impatient(&server, |timeouts| timeouts.idle = soon)
        .complete(&call())
        .await
        .unwrap_err();
    assert_eq!(error.kind, ModelErrorKind::Timeout(TimeoutPhase::Idle));
    all.push(shown(&server, &error));

    // A byte every 10 seconds does not extend any timeout.
    let server = TestServer::always(Answer::drip(Duration::from_secs(10))).unwrap();
    let error = impatient(&server, |timeouts| timeouts.first_byte = soon)
        .complete(&call())
        .await
        .unwrap_err();
    assert_eq!(error.kind, ModelErrorKind::Timeout(TimeoutPhase::FirstByte));
    let server = TestServer::always(Answer::drip(Duration::from_millis(1))).unwrap();
    let limits = |timeouts: &mut Timeouts| timeouts.total = soon;
    let error = impatient(&server, limits).complete(&call()).await.unwrap_err();
    assert_eq!(
        error.kind,
        ModelErrorKind::Timeout(TimeoutPhase::Total),
        "each byte is in time, but not the whole"
    );

    insta::assert_snapshot!(all.join("\n\n"));
}

#[tokio::test]
async fn unreachable_server_is_reported() {
    let server = TestServer::always(Answer::text("gone")).unwrap();
    let model = model(&server);
    let port = server.port().to_string();
    drop(server);
    let error = model.complete(&call()).await.unwrap_err();
    assert_eq!(error.kind, ModelErrorKind::Unreachable);
    assert_eq!(error.retry(), RetryAdvice::Later);
    insta::assert_snapshot!(format!("{error}\nhint: {}", error.hint.clone().unwrap()).replace(&port, "PORT"));
}

#[tokio::test]
async fn dns_lookup_failure_is_reported() {
    let base_url: BaseUrl = "http://nowhere.invalid/v1".parse().unwrap();
    let error = OpenAiModel::new(Endpoint::new(base_url, "m"))
        .unwrap()
        .complete(&call())
        .await
        .unwrap_err();
    assert_eq!(error.kind, ModelErrorKind::Unreachable);
    assert!(
        error
            .message
            .starts_with("can't connect to http://nowhere.invalid/v1: DNS lookup failed"),
        "{error}"
    );
}

#[tokio::test]
async fn a_reply_of_two_megabytes_is_read_whole() {
    let server = TestServer::always(Answer::large(2 << 20)).unwrap();
    let reply = model(&server).complete(&call()).await.unwrap();
    assert_eq!(reply.text.len(), 2 << 20);
}

#[tokio::test]
async fn endless_reply_is_cut_off_and_not_retried() {
    let too_long = usize::try_from(MAX_REPLY_BYTES).unwrap() + 1;
    insta::assert_snapshot!(error_of(Answer::large(too_long)).await);

    // The same without an announced length.
    let unannounced = Answer::large(too_long).fault(Fault::WithoutLength);
    insta::assert_snapshot!(error_of(unannounced).await);

    let stream = Answer::stream(&[&"x".repeat(too_long)], "stop", None);
    let server = TestServer::always(stream).unwrap();
    let error = model(&server).complete(&call()).await.unwrap_err();
    assert_eq!(
        error.retry(),
        RetryAdvice::Never,
        "a reply that is too long would be too long again"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn dropped_call_closes_its_connection() {
    let server = Arc::new(TestServer::always(Answer::hang()).unwrap());
    let model = model(&server);
    let watched = Arc::clone(&server);
    let arrived = tokio::task::spawn_blocking(move || watched.wait_for_requests(1).unwrap());
    let call = call();
    tokio::select! {
        reply = model.complete(&call) => panic!("{reply:?}"),
        requests = arrived => assert_eq!(requests.unwrap().len(), 1),
    }
    server.wait_for_hang_ups(1).unwrap();
}
