//! The thread that reads the journals of ended runs, and sends their spans and all metrics.

use std::cell::RefCell;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rlm_trace::{Event, JournalTexts, Record, RecordedRun, SpanTexts, otlp_spans};
use serde_json::{Value, json};
use tokio::sync::mpsc::Receiver;
use tokio::time::{MissedTickBehavior, interval_at};

use crate::attributes::texts;
use crate::call_metrics::CallMetrics;
use crate::exporter::{Closing, Exporter, Signal};
use crate::telemetry::Shared;
use crate::{TelemetrySettings, open_metrics};

/// The maximum number of spans of a request.
const MOST_SPANS: usize = 512;
/// The number of bytes of JSON after which no span is added to a request. Collectors accept 20 MiB.
const ENOUGH_BYTES: usize = 4 << 20;
/// The aggregation temporality of sums since the start.
const CUMULATIVE: u32 = 2;

/// A run that has ended.
pub(crate) struct EndedRun {
    pub(crate) journal: EndedJournal,
    /// The texts that the journal holds.
    pub(crate) texts: JournalTexts,
}

pub(crate) enum EndedJournal {
    File(PathBuf),
    Memory(Vec<Arc<Record>>),
}

/// The state of the thread.
pub(crate) struct Worker {
    settings: TelemetrySettings,
    traces: Option<Exporter>,
    metrics: Option<Exporter>,
    calls: RefCell<CallMetrics>,
    started: Duration,
    shared: Arc<Shared>,
}

impl Worker {
    pub(crate) fn new(settings: TelemetrySettings, shared: Arc<Shared>) -> Self {
        let exporter = |signal, destination: &Option<_>| Some(Exporter::new(signal, destination.as_ref()?));
        Self {
            traces: exporter(Signal::Traces, &settings.traces),
            metrics: exporter(Signal::Metrics, &settings.metrics),
            calls: RefCell::default(),
            started: now(),
            settings,
            shared,
        }
    }

    /// Sends the spans of runs as they end, and metrics at intervals, until telemetry ends and the
    /// queue is empty. Then sends the metrics once more.
    pub(crate) async fn work(&self, queue: Receiver<EndedRun>, closing: Closing) {
        tokio::select! {
            () = self.send_runs(queue, closing.clone()) => {}
            () = self.send_metrics_at_intervals(closing.clone()) => {}
        }
        self.send_metrics(&mut closing.clone()).await;
    }

    async fn send_runs(&self, mut queue: Receiver<EndedRun>, mut closing: Closing) {
        loop {
            let run = tokio::select! {
                run = queue.recv() => run,
                // Also if the sender is gone.
                _ = closing.wait_for(Option::is_some), if !queue.is_closed() => {
                    queue.close();
                    continue;
                }
            };
            let Some(run) = run else { return };
            if let Err(cause) = self.send_run(run, &mut closing).await {
                self.shared.drop_run(&cause);
            }
        }
    }

    async fn send_run(&self, run: EndedRun, closing: &mut Closing) -> Result<(), String> {
        let spans = match run.journal {
            EndedJournal::Memory(records) => self.spans(records.iter().map(|record| &**record), run.texts),
            EndedJournal::File(path) => {
                let recorded = RecordedRun::read(&path).map_err(|error| error.to_string())?;
                self.spans(&recorded.records, run.texts)
            }
        };
        let Some(exporter) = &self.traces else { return Ok(()) };
        for spans in batches(spans) {
            let request = json!({ "resourceSpans": [{
                "resource": self.resource(),
                "scopeSpans": [{ "scope": scope(), "spans": spans }],
            }] });
            let exported = exporter.export(&request, closing).await;
            self.shared.count(Signal::Traces, &exporter.url, &exported);
            exported?;
        }
        Ok(())
    }

    /// Counts the calls of a run, and returns its spans. There are none if the caller of the run does
    /// not record its trace.
    fn spans<'a>(
        &self,
        records: impl IntoIterator<Item = &'a Record> + Clone,
        journal_texts: JournalTexts,
    ) -> Vec<Value> {
        if self.metrics.is_some() {
            self.calls.borrow_mut().add(records.clone());
        }
        let is_unsampled = |record: &Record| match &record.event {
            Event::RunStarted(started) => started.trace_parent.is_some_and(|parent| !parent.sampled),
            _ => false,
        };
        if self.traces.is_none() || records.clone().into_iter().any(is_unsampled) {
            return Vec::new();
        }
        let texts = match self.settings.with_texts && journal_texts == JournalTexts::Full {
            true => SpanTexts::All,
            false => SpanTexts::None,
        };
        otlp_spans(records, texts).unwrap_or_default()
    }

    async fn send_metrics_at_intervals(&self, mut closing: Closing) {
        let period = self.settings.interval;
        let mut ticks = interval_at(tokio::time::Instant::now() + period, period);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            self.send_metrics(&mut closing).await;
        }
    }

    async fn send_metrics(&self, closing: &mut Closing) {
        let Some(exporter) = &self.metrics else { return };
        let metrics = self.metrics();
        if metrics.is_empty() {
            return;
        }
        let request = json!({ "resourceMetrics": [{
            "resource": self.resource(),
            "scopeMetrics": [{ "scope": scope(), "metrics": metrics }],
        }] });
        let exported = exporter.export(&request, closing).await;
        self.shared.count(Signal::Metrics, &exporter.url, &exported);
    }

    /// Returns all metrics with the times of their data points.
    fn metrics(&self) -> Vec<Value> {
        let mut metrics = self.calls.borrow().metrics();
        let text = self.shared.source.get().and_then(|source| source());
        metrics.extend(text.iter().flat_map(|text| open_metrics::metrics(text)));
        let (start, time) = (nanoseconds(self.started), nanoseconds(now()));
        for kind in ["sum", "histogram", "gauge"] {
            for data in metrics
                .iter_mut()
                .filter_map(|metric| metric.get_mut(kind)?.as_object_mut())
            {
                let points = data.get_mut("dataPoints").and_then(Value::as_array_mut);
                for point in points.into_iter().flatten().filter_map(Value::as_object_mut) {
                    point.insert("timeUnixNano".to_owned(), time.as_str().into());
                    if kind != "gauge" {
                        point.insert("startTimeUnixNano".to_owned(), start.as_str().into());
                    }
                }
                if kind != "gauge" {
                    data.insert("aggregationTemporality".to_owned(), CUMULATIVE.into());
                }
                if kind == "sum" {
                    data.insert("isMonotonic".to_owned(), true.into());
                }
            }
        }
        metrics
    }

    fn resource(&self) -> Value {
        let attributes = self.settings.resource.iter();
        json!({ "attributes": texts(attributes.map(|(key, value)| (&**key, &**value))) })
    }
}

fn scope() -> Value {
    json!({ "name": "rlm", "version": env!("CARGO_PKG_VERSION") })
}

/// Splits spans into requests of a limited size.
fn batches(spans: Vec<Value>) -> Vec<Vec<Value>> {
    let mut batches: Vec<Vec<Value>> = Vec::new();
    let mut bytes = ENOUGH_BYTES;
    for span in spans {
        let size = span.to_string().len();
        match batches.last_mut() {
            Some(batch) if batch.len() < MOST_SPANS && bytes < ENOUGH_BYTES => {
                batch.push(span);
                bytes += size;
            }
            _ => {
                batches.push(vec![span]);
                bytes = size;
            }
        }
    }
    batches
}

fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

fn nanoseconds(since_1970: Duration) -> String {
    since_1970.as_nanos().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_limited_in_spans_and_bytes() {
        let sizes = |spans: Vec<Value>| batches(spans).iter().map(Vec::len).collect::<Vec<_>>();
        assert!(sizes(Vec::new()).is_empty());
        assert_eq!(sizes(vec![json!({}); 1100]), [512, 512, 76]);
        assert_eq!(sizes(vec![json!("x".repeat(3 << 20)); 5]), [2, 2, 1]);
    }
}
