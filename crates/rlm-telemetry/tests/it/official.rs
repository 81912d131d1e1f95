//! Requests are decoded by OpenTelemetry's own definitions.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use rlm_telemetry::{Signal, Telemetry, TelemetrySettings};
use rlm_test_needs::needs;
use rlm_trace::{Event, Journal, JournalOptions, JournalTexts, RecordedRun, Times};
use serde_json::{Value, json};

use crate::collector::Collector;

const LIMIT: Duration = Duration::from_secs(60);
const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

pub(crate) fn settings(url: &str, more: &[(&str, &str)]) -> TelemetrySettings {
    let get = |name: &str| match name {
        "OTEL_EXPORTER_OTLP_ENDPOINT" => Some(url.to_owned()),
        "OTEL_RESOURCE_ATTRIBUTES" => Some("service.instance.id=i".to_owned()),
        _ => more
            .iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| (*value).to_owned()),
    };
    TelemetrySettings::from_variables(get).unwrap().unwrap()
}

/// Writes the events of a recorded run to a new journal that telemetry follows.
pub(crate) fn run(telemetry: &Telemetry, texts: JournalTexts, parent: Option<&str>) {
    let recorded = RecordedRun::read("../../examples/recorded/reviews.jsonl").unwrap();
    let journal = Arc::new(Journal::in_memory(JournalOptions {
        // Equal runs have equal spans.
        times: Times::None,
        texts,
        ..JournalOptions::default()
    }));
    telemetry.follow(&journal);
    for record in recorded.records {
        let mut event = record.event;
        if let Event::RunStarted(started) = &mut event {
            started.trace_parent = parent.map(|parent| parent.parse().unwrap());
        }
        journal.write(event).unwrap();
    }
}

fn spans(request: &Value) -> &Vec<Value> {
    request
        .pointer("/message/resourceSpans/0/scopeSpans/0/spans")
        .unwrap()
        .as_array()
        .unwrap()
}

fn attribute<'v>(span: &'v Value, key: &str) -> Option<&'v Value> {
    let mut attributes = span["attributes"].as_array()?.iter();
    attributes
        .find(|attribute| attribute["key"] == key)
        .map(|attribute| &attribute["value"])
}

#[needs("python3", "pip")]
#[test]
fn both_encodings_are_what_the_definitions_say() {
    let mut collector = Collector::start();
    let mut requests = BTreeMap::new();
    for protocol in ["http/json", "http/protobuf"] {
        let more = [
            ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol),
            ("OTEL_EXPORTER_OTLP_HEADERS", "x-key=s%20ecret"),
        ];
        let telemetry = Telemetry::start(settings(&collector.url, &more)).unwrap();
        telemetry.set_metrics(|| {
            let text = "# HELP rlm_runs Runs\n# TYPE rlm_runs counter\nrlm_runs_total{outcome=\"complete\"} 1\n\
                        # TYPE rlm_active_runs gauge\nrlm_active_runs 0\n# EOF\n";
            Some(text.to_owned())
        });
        run(&telemetry, JournalTexts::Full, Some(PARENT));
        let report = telemetry.close(LIMIT);
        assert!(report.is_complete && report.error.is_none(), "{report:?}");
        assert_eq!(
            (
                telemetry.counts(Signal::Traces).sent,
                telemetry.counts(Signal::Metrics).sent
            ),
            (1, 1)
        );
        let pair = [collector.next(), collector.next()];
        for request in &pair {
            assert_eq!(request["headers"]["x-key"], "s ecret");
        }
        requests.insert(protocol, pair);
    }
    let [traces, metrics] = &requests["http/protobuf"];
    assert_eq!(traces["message"], requests["http/json"][0]["message"]);
    assert_eq!(
        without_times(metrics["message"].clone()),
        without_times(requests["http/json"][1]["message"].clone())
    );

    let spans = spans(traces);
    let root = &spans[0];
    // The ids are base64, as Protobuf's JSON writes bytes.
    assert_eq!(
        (&root["traceId"], &root["parentSpanId"]),
        (&json!("S/kvNXezTaajzpKdDg5HNg=="), &json!("APBnqgupArc="))
    );
    assert_eq!(
        (&root["name"], &root["kind"]),
        (&json!("invoke_agent rlm"), &json!("SPAN_KIND_INTERNAL"))
    );
    assert!(spans.iter().all(|span| span["traceId"] == root["traceId"]));
    let chat = spans
        .iter()
        .find(|span| span["name"].as_str().unwrap().starts_with("chat"))
        .unwrap();
    assert_eq!(chat["kind"], "SPAN_KIND_CLIENT");
    assert!(attribute(chat, "gen_ai.usage.input_tokens").unwrap()["intValue"].is_string());
    let metrics = serde_json::to_string_pretty(&without_times(metrics["message"].clone())).unwrap();
    insta::assert_snapshot!("metrics", metrics.replace(env!("CARGO_PKG_VERSION"), "VERSION"));
}

#[needs("python3", "pip")]
#[test]
fn texts_are_sent_only_if_settings_and_journal_permit_it() {
    let mut collector = Collector::start();
    let content = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT";
    for (value, texts, has_texts) in [
        ("NO_CONTENT", JournalTexts::Full, false),
        ("SPAN_ONLY", JournalTexts::Full, true),
        ("SPAN_ONLY", JournalTexts::References, false),
        ("true", JournalTexts::Digests, false),
    ] {
        let more = [(content, value), ("OTEL_METRICS_EXPORTER", "none")];
        let telemetry = Telemetry::start(settings(&collector.url, &more)).unwrap();
        run(&telemetry, texts, None);
        assert!(telemetry.close(LIMIT).is_complete);
        let request = collector.next();
        let spans = spans(&request);
        for key in [
            "gen_ai.input.messages",
            "gen_ai.output.messages",
            "rlm.program.source",
            "rlm.program.output",
        ] {
            let is_there = spans.iter().any(|span| attribute(span, key).is_some());
            assert_eq!(is_there, has_texts, "{key}, {value}, {texts:?}");
        }
        if has_texts {
            let chat = spans
                .iter()
                .find(|span| span["name"].as_str().unwrap().starts_with("chat"))
                .unwrap();
            let messages = |key| {
                let text = attribute(chat, key).unwrap()["stringValue"].as_str().unwrap();
                serde_json::from_str::<Value>(text).unwrap()
            };
            let (input, output) = (messages("gen_ai.input.messages"), messages("gen_ai.output.messages"));
            assert_eq!(
                (&input[0]["role"], &input[0]["parts"][0]["type"]),
                (&json!("system"), &json!("text"))
            );
            assert_eq!(
                (&output[0]["role"], &output[0]["finish_reason"]),
                (&json!("assistant"), &json!("stop"))
            );
        }
    }
}

/// Removes the times of data points, which must be there.
fn without_times(mut message: Value) -> Value {
    let metrics = message
        .pointer_mut("/resourceMetrics/0/scopeMetrics/0/metrics")
        .unwrap();
    for metric in metrics.as_array_mut().unwrap() {
        let is_gauge = metric.get("gauge").is_some();
        let data = metric
            .as_object_mut()
            .unwrap()
            .values_mut()
            .find(|value| value.is_object())
            .unwrap();
        for point in data["dataPoints"].as_array_mut().unwrap() {
            let point = point.as_object_mut().unwrap();
            let time = |value: Value| value.as_str().unwrap().parse::<u64>().unwrap();
            let end = time(point.remove("timeUnixNano").unwrap());
            assert!(end > 1_600_000_000_000_000_000, "{end}");
            assert_eq!(
                point
                    .remove("startTimeUnixNano")
                    .map(time)
                    .is_some_and(|start| start <= end),
                !is_gauge
            );
        }
    }
    message
}
