//! Busy, failing and dead collectors.

use std::time::{Duration, Instant};

use rlm_telemetry::{Counts, Signal, Telemetry};
use rlm_test_server::{Answer, TestServer};
use rlm_trace::JournalTexts;
use serde_json::json;

use crate::official::{run, settings};

const LIMIT: Duration = Duration::from_secs(60);
const TRACES: (&str, &str) = ("OTEL_METRICS_EXPORTER", "none");
const JSON: (&str, &str) = ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json");

fn telemetry(server: &TestServer) -> Telemetry {
    Telemetry::start(settings(&server.url(), &[TRACES, JSON])).unwrap()
}

fn accepted() -> Answer {
    Answer::json(200, &json!({}))
}

#[test]
fn busy_collector_gets_the_request_again() {
    let server = TestServer::in_order([
        Answer::rate_limited("0"),
        Answer::raw(503, "").header("retry-after", "0"),
        accepted(),
    ]);
    let server = server.unwrap();
    let telemetry = telemetry(&server);
    run(&telemetry, JournalTexts::Full, None);
    let requests = server.wait_for_requests(3).unwrap();
    assert_eq!(telemetry.close(LIMIT).error, None);
    assert_eq!(requests[0].path, "/v1/traces");
    assert!(requests[0].body["resourceSpans"].is_array());
    assert!(requests.iter().all(|request| request.body == requests[0].body));
    assert_eq!(
        (telemetry.counts(Signal::Traces), telemetry.dropped_runs()),
        (Counts { sent: 1, failed: 0 }, 0)
    );
}

#[test]
fn rejected_request_is_dropped_and_the_next_one_is_sent() {
    let partial = json!({"partialSuccess": {"rejectedSpans": "2", "errorMessage": "too old"}});
    let server = TestServer::in_order([Answer::raw(400, "no"), Answer::json(200, &partial)]).unwrap();
    let telemetry = telemetry(&server);
    run(&telemetry, JournalTexts::Full, None);
    run(&telemetry, JournalTexts::Full, None);
    let report = telemetry.close(LIMIT);
    let error = format!("{}/v1/traces returned 400", server.url());
    assert_eq!((report.is_complete, report.error), (true, Some(error)));
    assert_eq!(
        (telemetry.counts(Signal::Traces), telemetry.dropped_runs()),
        (Counts { sent: 1, failed: 1 }, 1)
    );
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn collector_that_is_not_there_does_not_delay_the_exit() {
    let url = TestServer::always(accepted()).unwrap().url();
    let telemetry = Telemetry::start(settings(&url, &[])).unwrap();
    run(&telemetry, JournalTexts::Full, None);
    let report = telemetry.close(LIMIT);
    assert!(report.is_complete, "{report:?}");
    assert!(report.error.unwrap().starts_with("can't connect to http://127.0.0.1:"));
    assert_eq!(telemetry.dropped_runs(), 1);
}

#[test]
fn silent_collector_delays_neither_runs_nor_the_exit() {
    let server = TestServer::always(Answer::hang()).unwrap();
    let telemetry = Telemetry::start(settings(&server.url(), &[TRACES])).unwrap();
    run(&telemetry, JournalTexts::Full, None);
    server.wait_for_requests(1).unwrap();
    // The queue has room for 1,024 runs. Others are dropped at once.
    for _ in 0..1030 {
        run(&telemetry, JournalTexts::Full, None);
    }
    assert_eq!(telemetry.dropped_runs(), 6);
    let start = Instant::now();
    assert!(!telemetry.close(Duration::from_millis(100)).is_complete);
    assert!(start.elapsed() < LIMIT);
}

#[test]
fn traces_that_the_caller_does_not_record_are_not_sent() {
    let server = TestServer::in_order([accepted()]).unwrap();
    let telemetry = telemetry(&server);
    let parent = |flags| format!("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-{flags}");
    run(&telemetry, JournalTexts::Full, Some(&parent("00")));
    run(&telemetry, JournalTexts::Full, Some(&parent("01")));
    assert_eq!(telemetry.close(LIMIT).error, None);
    assert_eq!(server.requests().len(), 1);
}
