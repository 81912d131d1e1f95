//! Histograms with fixed buckets.

use serde_json::{Value, json};

/// A histogram with fixed upper bounds of its buckets, and a last bucket without one.
#[derive(Debug, Clone)]
pub(crate) struct Histogram {
    bounds: &'static [f64],
    buckets: Vec<u64>,
    sum: f64,
}

impl Histogram {
    pub(crate) fn new(bounds: &'static [f64]) -> Self {
        Self {
            bounds,
            buckets: vec![0; bounds.len() + 1],
            sum: 0.0,
        }
    }

    pub(crate) fn observe(&mut self, value: f64) {
        let at = self.bounds.partition_point(|bound| *bound < value);
        if let Some(bucket) = self.buckets.get_mut(at) {
            *bucket += 1;
        }
        self.sum += value;
    }

    /// Returns the data point of a histogram in OTLP JSON, without its times.
    pub(crate) fn point(&self, attributes: &[Value]) -> Value {
        point(attributes, self.bounds, &self.buckets, self.sum)
    }
}

/// Returns a data point in OTLP JSON, from the number of values in each bucket.
pub(crate) fn point(attributes: &[Value], bounds: &[f64], buckets: &[u64], sum: f64) -> Value {
    let count: u64 = buckets.iter().sum();
    let buckets: Vec<String> = buckets.iter().map(u64::to_string).collect();
    json!({
        "attributes": attributes,
        "count": count.to_string(),
        "sum": sum,
        "bucketCounts": buckets,
        "explicitBounds": bounds,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_belong_to_the_bucket_below() {
        let mut histogram = Histogram::new(&[1.0, 4.0]);
        for value in [0.5, 1.0, 1.5, 4.0, 5.0] {
            histogram.observe(value);
        }
        let point = histogram.point(&[]);
        assert_eq!(point["bucketCounts"], json!(["2", "2", "1"]));
        assert_eq!((&point["count"], &point["sum"]), (&json!("5"), &json!(12.0)));
    }
}
