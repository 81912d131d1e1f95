//! Traces and metrics that the service sends to a collector.

use std::time::Duration;

use rlm_server::ServerOptions;
use rlm_telemetry::{Telemetry, TelemetrySettings};
use rlm_test_server::{Answer, CapturedRequest, TestServer};
use serde_json::{Value, json};

use crate::support::{Service, body};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN: &str = "00f067aa0ba902b7";
const SECRET: &str = "7-4-1";

/// Sends telemetry to a server, as JSON.
fn sending_to(url: String) -> impl FnOnce(&mut ServerOptions) {
    let variables = move |name: &str| match name {
        "OTEL_EXPORTER_OTLP_ENDPOINT" => Some(url.clone()),
        "OTEL_EXPORTER_OTLP_PROTOCOL" => Some("http/json".to_owned()),
        _ => None,
    };
    let settings = TelemetrySettings::from_variables(variables).unwrap().unwrap();
    let telemetry = Telemetry::start(settings).unwrap();
    move |options| options.telemetry = Some(telemetry)
}

async fn ask(service: &Service, parent: &str) -> Value {
    let question = json!({"model": "rlm", "messages": [{"role": "user", "content": format!("The code is {SECRET}. What is it?")}]});
    body(
        service
            .post("/v1/chat/completions", &question)
            .header("traceparent", parent),
    )
    .await
}

async fn captured(collector: TestServer, count: usize) -> (TestServer, Vec<CapturedRequest>) {
    let waiting = tokio::task::spawn_blocking(move || {
        let requests = collector.wait_for_requests(count).unwrap();
        (collector, requests)
    });
    waiting.await.unwrap()
}

#[tokio::test]
async fn run_is_a_child_of_the_trace_of_its_request() {
    let collector = TestServer::always(Answer::json(200, &json!({}))).unwrap();
    let script = [format!("FINAL: {SECRET}"), format!("FINAL: {SECRET}")];
    let script: Vec<&str> = script.iter().map(String::as_str).collect();
    let mut service = Service::with_options(&script, sending_to(collector.url())).await;
    ask(&service, &format!("00-{TRACE}-{SPAN}-01")).await;
    let (collector, requests) = captured(collector, 1).await;
    assert_eq!(requests[0].path, "/v1/traces");
    let spans = requests[0]
        .body
        .pointer("/resourceSpans/0/scopeSpans/0/spans")
        .unwrap()
        .as_array()
        .unwrap();
    let root = &spans[0];
    assert_eq!((&root["traceId"], &root["parentSpanId"]), (&json!(TRACE), &json!(SPAN)));
    assert_eq!(root["name"], "invoke_agent rlm");
    assert!(
        spans[1..]
            .iter()
            .all(|span| span["traceId"] == TRACE && span["parentSpanId"] != SPAN)
    );
    assert!(!requests[0].text.contains(SECRET), "{}", requests[0].text);

    // Not a traceparent: the run has a trace of its own.
    ask(&service, "00-zz").await;
    let (collector, requests) = captured(collector, 2).await;
    assert_ne!(
        requests[1]
            .body
            .pointer("/resourceSpans/0/scopeSpans/0/spans/0/traceId")
            .unwrap(),
        TRACE
    );
    let text = service.get("/metrics").send().await.unwrap().text().await.unwrap();
    for line in [
        "rlm_telemetry_dropped_runs_total 0",
        "rlm_telemetry_requests_total{signal=\"traces\",outcome=\"sent\"} 2",
        "rlm_telemetry_requests_total{signal=\"traces\",outcome=\"failed\"} 0",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is not in:\n{text}");
    }

    service.stop();
    service.stopped().await;
    let (_, requests) = captured(collector, 3).await;
    assert_eq!(requests[2].path, "/v1/metrics");
    let metrics = requests[2]
        .body
        .pointer("/resourceMetrics/0/scopeMetrics/0/metrics")
        .unwrap()
        .as_array()
        .unwrap();
    let names: Vec<&str> = metrics.iter().map(|metric| metric["name"].as_str().unwrap()).collect();
    insta::assert_snapshot!("telemetry_metrics", names.join("\n"));
    let runs = metrics.iter().find(|metric| metric["name"] == "rlm_runs").unwrap();
    assert_eq!(runs["sum"]["dataPoints"][0]["asDouble"], 2.0);
}

#[tokio::test]
async fn collector_that_never_answers_delays_neither_runs_nor_the_end_of_the_service() {
    let collector = TestServer::always(Answer::hang()).unwrap();
    let mut service = Service::with_options(&["FINAL: a", "FINAL: b"], sending_to(collector.url())).await;
    let parent = format!("00-{TRACE}-{SPAN}-01");
    ask(&service, &parent).await;
    let (_collector, _) = captured(collector, 1).await;
    ask(&service, &parent).await;
    service.stop();
    tokio::time::timeout(Duration::from_secs(60), service.stopped())
        .await
        .unwrap();
}
