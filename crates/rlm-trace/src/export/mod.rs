//! Exports of runs to the formats of other tools.

mod otlp;
mod visualizer;

pub use otlp::otlp;
pub use visualizer::visualizer;

use crate::{Millis, RunStarted, Span};

/// Returns the time of an event in milliseconds since 1970: the run's start and the time since
/// then.
fn since_1970(started: &RunStarted, at: Option<Millis>) -> u64 {
    let start = started.started.unwrap_or_default();
    start.0.saturating_add(at.unwrap_or_default().0)
}

fn seconds(span: Span) -> f64 {
    span.length().unwrap_or_default().0 as f64 / 1e3
}
