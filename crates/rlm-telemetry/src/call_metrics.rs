//! The metrics of model calls, by OpenTelemetry's conventions for generative AI.

use std::collections::{BTreeMap, HashMap};

use rlm_model::{CallId, ModelIdentity};
use rlm_trace::{CallSettled, Event, Record, RecordedOutcome};
use serde_json::{Value, json};

use crate::attributes::text;
use crate::histogram::Histogram;

/// The upper bounds that the conventions recommend.
const TOKENS: [f64; 14] = [
    1.0,
    4.0,
    16.0,
    64.0,
    256.0,
    1024.0,
    4096.0,
    16384.0,
    65536.0,
    262_144.0,
    1_048_576.0,
    4_194_304.0,
    16_777_216.0,
    67_108_864.0,
];
const SECONDS: [f64; 14] = [
    0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
];
/// The maximum number of sets of attributes of a metric.
const MOST_SERIES: usize = 1000;

/// The tokens and times of the model calls of runs that have ended.
#[derive(Debug, Default)]
pub(crate) struct CallMetrics {
    tokens: BTreeMap<Series, Histogram>,
    seconds: BTreeMap<Series, Histogram>,
}

/// The attributes of a data point.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Series {
    provider: String,
    model: String,
    /// The attribute beside these, if any: the type of the tokens, or the class of the error.
    more: Option<(&'static str, String)>,
}

impl CallMetrics {
    /// Counts the calls that a run has sent. A run that had ended before it was resumed was counted
    /// up to there.
    pub(crate) fn add<'a>(&mut self, records: impl IntoIterator<Item = &'a Record>) {
        let mut models: HashMap<&CallId, &ModelIdentity> = HashMap::new();
        let mut settled: Vec<(&ModelIdentity, &CallSettled)> = Vec::new();
        for record in records {
            match &record.event {
                Event::Issued(call) => _ = models.insert(&call.id, &call.model),
                Event::Settled(call) => settled.extend(models.get(&call.id).map(|model| (*model, &**call))),
                Event::Resumed(resumed) if !resumed.taken_back.is_empty() => settled.clear(),
                _ => {}
            }
        }
        for (model, call) in settled {
            self.count(model, call);
        }
    }

    fn count(&mut self, model: &ModelIdentity, call: &CallSettled) {
        let series = |more| Series {
            provider: model.adapter.to_string(),
            model: model.model.to_string(),
            more,
        };
        let error = match &call.outcome {
            _ if call.cached => return,
            RecordedOutcome::Unissued(_) => return,
            RecordedOutcome::Failed(error) => Some(("error.type", error.kind.code().to_owned())),
            RecordedOutcome::Reply(reply) => {
                for (name, tokens) in [("input", reply.usage.input), ("output", reply.usage.output)] {
                    let series = series(Some(("gen_ai.token.type", name.to_owned())));
                    observe(&mut self.tokens, series, &TOKENS, tokens.0 as f64);
                }
                None
            }
        };
        if let Some(elapsed) = call.elapsed {
            observe(&mut self.seconds, series(error), &SECONDS, elapsed.0 as f64 / 1e3);
        }
    }

    /// Returns the metrics in OTLP JSON, without the times of their data points.
    pub(crate) fn metrics(&self) -> Vec<Value> {
        [
            (
                "gen_ai.client.token.usage",
                "Number of input and output tokens used",
                "{token}",
                &self.tokens,
            ),
            (
                "gen_ai.client.operation.duration",
                "GenAI operation duration",
                "s",
                &self.seconds,
            ),
        ]
        .into_iter()
        .filter(|(.., histograms)| !histograms.is_empty())
        .map(|(name, description, unit, histograms)| {
            let points: Vec<Value> = histograms
                .iter()
                .map(|(series, histogram)| histogram.point(&series.attributes()))
                .collect();
            json!({ "name": name, "description": description, "unit": unit, "histogram": { "dataPoints": points } })
        })
        .collect()
    }
}

/// Adds a value to a histogram. Beyond the maximum number of series, models share one.
fn observe(histograms: &mut BTreeMap<Series, Histogram>, series: Series, bounds: &'static [f64], value: f64) {
    let series = match histograms.len() < MOST_SERIES || histograms.contains_key(&series) {
        true => series,
        false => Series {
            provider: "(other)".to_owned(),
            model: "(other)".to_owned(),
            ..series
        },
    };
    histograms
        .entry(series)
        .or_insert_with(|| Histogram::new(bounds))
        .observe(value);
}

impl Series {
    fn attributes(&self) -> Vec<Value> {
        let mut attributes = vec![
            text("gen_ai.operation.name", "chat"),
            text("gen_ai.provider.name", &self.provider),
            text("gen_ai.request.model", &self.model),
        ];
        attributes.extend(self.more.as_ref().map(|(key, value)| text(key, value)));
        attributes
    }
}
