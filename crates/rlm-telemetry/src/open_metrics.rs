//! Converts metrics in the text format of OpenMetrics to OTLP JSON, so that the metrics of a service
//! are the same at `/metrics` and at a collector.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::attributes::texts;
use crate::histogram::point;

/// The names and values of labels.
type Labels = Vec<(String, String)>;

/// A family of metrics, while its lines are read.
struct Family<'t> {
    name: &'t str,
    kind: Kind,
    description: &'t str,
    points: Vec<Value>,
    /// The histograms of the family, by their labels.
    histograms: BTreeMap<Labels, Buckets>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Counter,
    Gauge,
    Histogram,
}

#[derive(Default)]
struct Buckets {
    bounds: Vec<f64>,
    /// The number of values up to each bound, and of all values.
    cumulative: Vec<u64>,
    sum: f64,
}

/// Returns the metrics of a text in OTLP JSON, without the times of their data points. Lines of
/// other types than counters, gauges and histograms are ignored.
pub(crate) fn metrics(text: &str) -> Vec<Value> {
    let mut metrics = Vec::new();
    let mut family: Option<Family<'_>> = None;
    let mut description = ("", "");
    for line in text.lines() {
        let mut words = line.splitn(4, ' ');
        match (words.next(), words.next(), words.next(), words.next()) {
            (Some("#"), Some("HELP"), Some(name), help) => description = (name, help.unwrap_or_default()),
            (Some("#"), Some("TYPE"), Some(name), kind) => {
                metrics.extend(family.take().map(Family::metric));
                let kind = match kind {
                    Some("counter") => Some(Kind::Counter),
                    Some("gauge") => Some(Kind::Gauge),
                    Some("histogram") => Some(Kind::Histogram),
                    _ => None,
                };
                family = kind.map(|kind| Family {
                    name,
                    kind,
                    description: match description {
                        (described, help) if described == name => help,
                        _ => "",
                    },
                    points: Vec::new(),
                    histograms: BTreeMap::new(),
                });
            }
            (Some("#"), ..) => {}
            _ => {
                // A line that isn't a sample of the family is ignored.
                let _ = family.as_mut().and_then(|family| family.add(line));
            }
        }
    }
    metrics.extend(family.map(Family::metric));
    metrics
}

impl Family<'_> {
    fn add(&mut self, line: &str) -> Option<()> {
        let (suffix, mut labels, value) = sample(line.strip_prefix(self.name)?)?;
        match (self.kind, suffix) {
            (Kind::Counter, "_total") | (Kind::Gauge, "") => self.points.push(json!({
                "attributes": texts(labels.iter().map(|(key, value)| (&**key, &**value))),
                "asDouble": value,
            })),
            (Kind::Histogram, "_bucket") => {
                let at = labels.iter().position(|(key, _)| key == "le")?;
                let (_, bound) = labels.remove(at);
                let buckets = self.histograms.entry(labels).or_default();
                buckets.cumulative.push(value as u64);
                if bound != "+Inf" {
                    buckets.bounds.push(bound.parse().ok()?);
                }
            }
            (Kind::Histogram, "_sum") => self.histograms.entry(labels).or_default().sum = value,
            _ => {}
        }
        Some(())
    }

    fn metric(mut self) -> Value {
        for (labels, buckets) in &self.histograms {
            let below = std::iter::once(&0).chain(&buckets.cumulative);
            let counts = buckets.cumulative.iter().zip(below);
            let counts: Vec<u64> = counts.map(|(count, below)| count.saturating_sub(*below)).collect();
            let attributes = texts(labels.iter().map(|(key, value)| (&**key, &**value)));
            self.points
                .push(point(&attributes, &buckets.bounds, &counts, buckets.sum));
        }
        let data = json!({ "dataPoints": self.points });
        let (name, description) = (self.name, self.description);
        match self.kind {
            Kind::Counter => json!({ "name": name, "description": description, "sum": data }),
            Kind::Gauge => json!({ "name": name, "description": description, "gauge": data }),
            Kind::Histogram => json!({ "name": name, "description": description, "histogram": data }),
        }
    }
}

/// Parses the rest of a sample behind the name of its family: a suffix, labels and the value.
fn sample(rest: &str) -> Option<(&str, Labels, f64)> {
    let at = rest.find(['{', ' '])?;
    let (suffix, mut rest) = rest.split_at_checked(at)?;
    let mut labels = Labels::new();
    if let Some(inner) = rest.strip_prefix('{') {
        rest = inner;
        while let Some((key, quoted)) = rest.split_once("=\"") {
            let (value, after) = unquoted(quoted)?;
            labels.push((key.to_owned(), value));
            match after.strip_prefix(',') {
                Some(more) => rest = more,
                None => {
                    rest = after;
                    break;
                }
            }
        }
        rest = rest.strip_prefix('}')?;
    }
    Some((suffix, labels, rest.split_whitespace().next()?.parse().ok()?))
}

/// Reads a label's value up to its closing quote. Returns it with the rest of the line.
fn unquoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut chars = text.chars();
    loop {
        match chars.next()? {
            '"' => return Some((value, chars.as_str())),
            '\\' => match chars.next()? {
                'n' => value.push('\n'),
                escaped => value.push(escaped),
            },
            plain => value.push(plain),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_format_is_converted() {
        let text = concat!(
            "# HELP rlm_runs Runs that ended.\n# TYPE rlm_runs counter\n",
            "rlm_runs_total{outcome=\"complete\",tenant=\"a\\\"b, c}\\\\\\n\"} 2\n",
            "# HELP rlm_active_runs Runs.\n# TYPE rlm_active_runs gauge\nrlm_active_runs 3\n",
            "# HELP rlm_s Time.\n# TYPE rlm_s histogram\n",
            "rlm_s_sum{route=\"/\"} 2.5\nrlm_s_count{route=\"/\"} 3\n",
            "rlm_s_bucket{le=\"0.1\",route=\"/\"} 1\nrlm_s_bucket{le=\"1.0\",route=\"/\"} 2\n",
            "rlm_s_bucket{le=\"+Inf\",route=\"/\"} 3\n",
            "# TYPE rlm_info info\nrlm_info_info{a=\"b\"} 1\n# EOF\n",
        );
        insta::assert_snapshot!(serde_json::to_string_pretty(&metrics(text)).unwrap());
    }
}
