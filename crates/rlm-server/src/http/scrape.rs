//! `/metrics`: the metrics in the formats of Prometheus.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};

use crate::http::caller::Operator;
use crate::http::problem::Problem;
use crate::runs::ids::now;
use crate::state::AppState;

/// The media type of OpenMetrics.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// The media type of the older text format.
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Returns the metrics. With API keys, the caller needs one with the scope `metrics`, since the
/// metrics name all tenants.
pub(crate) async fn metrics(
    State(state): State<AppState>,
    _: Operator,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let text = text(&state)?;
    let accepted = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    let (kind, text) = match accepted.is_some_and(|accept| accept.contains("openmetrics-text")) {
        true => (OPEN_METRICS, text),
        false => (TEXT, in_text_format(&text)),
    };
    Ok(([(header::CONTENT_TYPE, kind)], text).into_response())
}

/// Returns the metrics of this moment in the format of OpenMetrics.
///
/// # Errors
/// A [`Problem`] if the budgets can't be read.
pub(crate) fn text(state: &AppState) -> Result<String, Problem> {
    let metrics = state.metrics();
    metrics.set_active(state.active());
    for tenant in state.open_tenants() {
        let budget = state.keys().budget(&tenant.name)?;
        if let Some(left) = budget.and_then(|budget| tenant.spending.left(budget, now())) {
            metrics.set_left(&tenant.name, left);
        }
    }
    metrics.text().map_err(|cause| Problem::internal(&cause))
}

/// Returns metrics in the older text format, which describes a counter by its name with `_total`.
fn in_text_format(metrics: &str) -> String {
    let counters: BTreeSet<&str> = metrics
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE ")?.strip_suffix(" counter"))
        .collect();
    let mut text = String::new();
    for line in metrics.lines().filter(|line| *line != "# EOF") {
        let mut words = line.splitn(4, ' ');
        match (words.next(), words.next(), words.next(), words.next()) {
            (Some("#"), Some(kind), Some(name), Some(rest)) if counters.contains(name) => {
                text.push_str(&format!("# {kind} {name}_total {rest}"));
            }
            _ => text.push_str(line),
        }
        text.push('\n');
    }
    text
}
