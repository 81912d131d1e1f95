//! Exports of recorded runs to the formats of other tools.

mod otlp;
mod visualizer;

pub use otlp::{SpanTexts, otlp, otlp_spans};
pub use visualizer::visualizer;

use crate::{Millis, RunStarted, Span};

/// Converts an event's time, which is relative to the run's start, to milliseconds since 1970.
fn since_1970(started: &RunStarted, at: Option<Millis>) -> u64 {
    let start = started.started.unwrap_or_default();
    start.0.saturating_add(at.unwrap_or_default().0)
}

fn seconds(span: Span) -> f64 {
    span.length().unwrap_or_default().0 as f64 / 1e3
}
