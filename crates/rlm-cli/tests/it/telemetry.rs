//! Traces and metrics that commands send to an OpenTelemetry collector.

use std::collections::BTreeSet;

use rlm_test_server::{Answer, CapturedRequest, TestServer};
use serde_json::{Value, json};

use crate::run::place;
use crate::support::{Done, Rlm};

const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

fn collector() -> TestServer {
    TestServer::always(Answer::json(200, &json!({}))).unwrap()
}

trait Sending {
    /// Sends telemetry of the command to a collector, as JSON.
    fn sending_to(self, collector: &TestServer) -> Self;
}

impl Sending for Rlm<'_> {
    fn sending_to(self, collector: &TestServer) -> Self {
        self.env("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.url())
            .env("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json")
    }
}

fn succeeded(done: &Done) {
    assert_eq!(done.code, Some(0), "{}", done.shown());
    assert!(!done.stderr.contains("warning"), "{}", done.shown());
}

fn spans(request: &CapturedRequest) -> &Vec<Value> {
    let spans = request.body.pointer("/resourceSpans/0/scopeSpans/0/spans");
    spans
        .and_then(Value::as_array)
        .unwrap_or_else(|| panic!("{}: {}", request.path, request.text))
}

#[test]
fn commands_send_the_same_spans_as_the_export() {
    let (place, collector) = (place(), collector());
    succeeded(
        &place
            .ask("fake:model.json")
            .sending_to(&collector)
            .env("TRACEPARENT", PARENT)
            .done(),
    );
    let requests = collector.requests();
    let paths: Vec<&str> = requests.iter().map(|request| request.path.as_str()).collect();
    assert_eq!(paths, ["/v1/traces", "/v1/metrics"]);
    let sent = spans(&requests[0]);
    assert_eq!(sent[0]["parentSpanId"], "00f067aa0ba902b7");
    assert!(!requests[0].text.contains("Lisbon"), "{}", requests[0].text);
    let exported = place.rlm(["trace", "last", "--export", "otlp"]).done().json();
    assert_eq!(
        exported.pointer("/resourceSpans/0/scopeSpans/0/spans").unwrap(),
        &json!(sent)
    );
    let metrics = requests[1]
        .body
        .pointer("/resourceMetrics/0/scopeMetrics/0/metrics")
        .unwrap()
        .as_array()
        .unwrap();
    let names: Vec<&str> = metrics.iter().map(|metric| metric["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["gen_ai.client.token.usage", "gen_ai.client.operation.duration"]);
}

#[test]
fn every_command_that_runs_sends_its_runs() {
    let (place, collector) = (place(), collector());
    let place = place.file("questions.txt", "What is the capital?\nWhich river?\n");
    succeeded(&place.ask("fake:model.json").sending_to(&collector).done());
    let fork = ["fork", "last", "--at", "1", "--model", "fake:model.json"];
    succeeded(&place.rlm(fork).sending_to(&collector).done());
    assert_eq!(traces(&collector).len(), 2, "a fork is a run of its own");

    let batch = [
        "batch",
        "questions.txt",
        "--context",
        "land.txt",
        "--model",
        "search",
        "-o",
        "out.jsonl",
    ];
    succeeded(&place.rlm(batch).sending_to(&collector).done());
    assert_eq!(traces(&collector).len(), 4);

    let no_journal = place.ask("fake:model.json").and(["--no-journal"]);
    succeeded(&no_journal.sending_to(&collector).done());
    assert_eq!(traces(&collector).len(), 5);

    // Neither runs a question.
    succeeded(&place.rlm(["replay", "last"]).sending_to(&collector).done());
    succeeded(&place.rlm(["runs"]).sending_to(&collector).done());
    assert_eq!(traces(&collector).len(), 5);
}

#[test]
fn calls_of_a_resumed_run_are_counted_once() {
    let (place, collector) = (place(), collector());
    let limited = place.ask("fake:model.json").and(["--max-steps", "1", "--cache=off"]);
    let limited = limited.sending_to(&collector).done();
    assert_ne!(limited.code, Some(0), "{}", limited.shown());
    let resume = ["resume", "last", "--max-steps", "9", "--cache=off"];
    succeeded(&place.rlm(resume).sending_to(&collector).done());

    let requests = collector.requests();
    let sent = |path: &str| {
        requests
            .iter()
            .filter(|request| request.path == path)
            .collect::<Vec<_>>()
    };
    let (traces, metrics) = (sent("/v1/traces"), sent("/v1/metrics"));
    assert_eq!((traces.len(), metrics.len()), (2, 2));
    assert_eq!(spans(traces[0])[0]["spanId"], spans(traces[1])[0]["spanId"]);
    let counted: Vec<usize> = metrics.iter().map(|request| calls(request)).collect();
    // The first process also asked for an answer at the limit.
    assert_eq!(counted, [3, 1]);
}

/// Returns the number of calls in a request with metrics.
fn calls(request: &CapturedRequest) -> usize {
    let metrics = request
        .body
        .pointer("/resourceMetrics/0/scopeMetrics/0/metrics")
        .unwrap();
    let durations = metrics.as_array().unwrap().iter();
    let mut durations = durations.filter(|metric| metric["name"] == "gen_ai.client.operation.duration");
    let points = durations.next().unwrap()["histogram"]["dataPoints"].as_array().unwrap();
    points
        .iter()
        .map(|point| point["count"].as_str().unwrap().parse::<usize>().unwrap())
        .sum()
}

/// Returns the ids of the traces that a collector received.
fn traces(collector: &TestServer) -> BTreeSet<String> {
    let requests = collector.requests();
    let sent = requests.iter().filter(|request| request.path == "/v1/traces");
    sent.map(|request| spans(request)[0]["traceId"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn failing_collector_is_a_warning_and_keeps_the_exit_code() {
    let place = place();
    let gone = collector().url();
    let done = place
        .ask("fake:model.json")
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", &gone)
        .done();
    assert_eq!(
        (done.code, done.stdout.as_str()),
        (Some(0), "capital of Portugal is Lisbon\n"),
        "{}",
        done.shown()
    );
    let warnings: Vec<&str> = done.stderr.lines().filter(|line| line.starts_with("warning")).collect();
    let expected = format!("warning: traces or metrics were not sent: can't connect to {gone}/v1/");
    assert!(
        warnings.len() == 1 && warnings[0].starts_with(&expected),
        "{warnings:?}"
    );

    let wrong = place
        .ask("fake:model.json")
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", &gone)
        .env("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
        .done();
    assert_eq!(wrong.code, Some(0), "{}", wrong.shown());
    let warnings: Vec<&str> = wrong
        .stderr
        .lines()
        .filter(|line| line.starts_with("warning"))
        .collect();
    insta::assert_snapshot!("telemetry_invalid", warnings.join("\n"));

    let serve = ["serve", "--listen", "127.0.0.1:0", "--model", "search", "--check"];
    let wrong = place
        .rlm(serve)
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", &gone)
        .env("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
        .done();
    insta::assert_snapshot!("telemetry_invalid_for_serve", wrong.is_one_line_error(2).stderr);
}

#[test]
fn doctor_says_where_telemetry_goes() {
    let place = place();
    let found = |done: Done| {
        let checks = done.json()["checks"].as_array().unwrap().clone();
        let of = |check: &Value| matches!(check["of"].as_str(), Some("traces" | "metrics" | "telemetry"));
        let lines = checks.iter().filter(|check| of(check)).map(|check| {
            let text = |key: &str| check[key].as_str().unwrap_or_default().to_owned();
            format!(
                "{} {}: {}; {}",
                text("state"),
                text("of"),
                text("found"),
                text("advice")
            )
        });
        lines.collect::<Vec<_>>().join("\n")
    };
    let doctor = || place.rlm(["doctor", "--json"]);
    let server = TestServer::start(|_, request| match request.path.as_str() {
        "/v1/traces" => Answer::json(200, &json!({})),
        _ => Answer::raw(401, ""),
    });
    let server = server.unwrap();
    let content = ("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "SPAN_ONLY");
    let all = [
        found(doctor().done()),
        found(doctor().sending_to(&server).env(content.0, content.1).done()).replace(&server.url(), "[url]"),
        found(
            doctor()
                .sending_to(&server)
                .env("OTEL_EXPORTER_OTLP_TIMEOUT", "soon")
                .done(),
        ),
    ];
    insta::assert_snapshot!("telemetry_doctor", all.join("\n\n"));
}
