//! Counts of requests, runs, calls, tokens and cost.
//!
//! Every set of labels is bounded: routes, methods and statuses are known ones, and of tenants the
//! first 50 have a label of their own. Only the runs that end in this process are counted, each once,
//! with all of its calls.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::atomic::AtomicU64;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric as _};
use prometheus_client::metrics::counter::{ConstCounter, Counter};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use rlm_core::{RunError, RunResult};
use rlm_model::{Cost, Money};
use rlm_telemetry::{Signal, Telemetry};
use rlm_trace::{CallTotals, Totals};

/// The upper bounds of the times of requests and runs in seconds.
const REQUEST_SECONDS: [f64; 9] = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10.0, 60.0, 300.0];
const RUN_SECONDS: [f64; 10] = [0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0, 3000.0];
/// The maximum number of tenants with a label of their own.
const MOST_TENANTS: usize = 50;
/// The label of all other tenants. No tenant can have this name.
const OTHER_TENANTS: &str = "(other)";

/// The metrics of a server.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<HttpRequest, Counter>,
    request_seconds: Family<Route, Histogram, fn() -> Histogram>,
    runs: Family<RunLabels, Counter>,
    run_seconds: Histogram,
    calls: Family<CallLabels, Counter>,
    tokens: Family<TokenLabels, Counter>,
    cost: Family<TenantLabel, Counter<f64, AtomicU64>>,
    unpriced: Counter,
    in_doubt: Counter,
    attempt_failures: Counter,
    active_runs: Gauge,
    budgets: Family<TenantLabel, Gauge<f64, AtomicU64>>,
    /// The tenants with a label of their own.
    tenants: Mutex<BTreeSet<String>>,
}

/// The counts of telemetry, read when metrics are.
#[derive(Debug)]
struct TelemetryCounts(Telemetry);

impl Collector for TelemetryCounts {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let dropped = ConstCounter::new(self.0.dropped_runs());
        let kind = dropped.metric_type();
        dropped.encode(encoder.encode_descriptor(
            "telemetry_dropped_runs",
            "Runs whose spans were not all sent to the collector",
            None,
            kind,
        )?)?;
        let description = "Requests to the collector of telemetry";
        let mut family = encoder.encode_descriptor("telemetry_requests", description, None, kind)?;
        for signal in [Signal::Traces, Signal::Metrics] {
            let counts = self.0.counts(signal);
            for (outcome, count) in [("sent", counts.sent), ("failed", counts.failed)] {
                let labels = [("signal", signal.name()), ("outcome", outcome)];
                ConstCounter::new(count).encode(family.encode_family(&labels)?)?;
            }
        }
        Ok(())
    }
}

/// The labels of a request.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct HttpRequest {
    pub(crate) method: &'static str,
    pub(crate) route: String,
    pub(crate) status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RunLabels {
    outcome: &'static str,
    tenant: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CallLabels {
    class: &'static str,
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct TokenLabels {
    class: &'static str,
    r#type: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct TenantLabel {
    tenant: String,
}

impl Metrics {
    /// Creates the metrics of a server, with those of its telemetry if it has one.
    pub(crate) fn new(telemetry: Option<Telemetry>) -> Self {
        let mut metrics = Self {
            registry: Registry::with_prefix("rlm"),
            requests: Family::default(),
            request_seconds: Family::new_with_constructor(|| Histogram::new(REQUEST_SECONDS)),
            runs: Family::default(),
            run_seconds: Histogram::new(RUN_SECONDS),
            calls: Family::default(),
            tokens: Family::default(),
            cost: Family::default(),
            unpriced: Counter::default(),
            in_doubt: Counter::default(),
            attempt_failures: Counter::default(),
            active_runs: Gauge::default(),
            budgets: Family::default(),
            tenants: Mutex::default(),
        };
        let registry = &mut metrics.registry;
        registry.register("http_requests", "Answered HTTP requests", metrics.requests.clone());
        registry.register(
            "http_request_seconds",
            "Time until the headers of the response, in seconds",
            metrics.request_seconds.clone(),
        );
        registry.register("runs", "Runs that ended or were interrupted", metrics.runs.clone());
        registry.register(
            "run_seconds",
            "Time of runs that ended, in seconds",
            metrics.run_seconds.clone(),
        );
        registry.register("calls", "Calls of models by runs that ended", metrics.calls.clone());
        registry.register("tokens", "Tokens of runs that ended", metrics.tokens.clone());
        registry.register("cost_dollars", "Known cost of runs that ended", metrics.cost.clone());
        registry.register(
            "unknown_cost_runs",
            "Runs that ended with calls of unknown cost",
            metrics.unpriced.clone(),
        );
        registry.register(
            "in_doubt_calls",
            "Calls that were in flight when a process ended",
            metrics.in_doubt.clone(),
        );
        registry.register(
            "attempt_failures",
            "Failed attempts of calls, retried or not",
            metrics.attempt_failures.clone(),
        );
        registry.register("active_runs", "Runs that are active", metrics.active_runs.clone());
        registry.register(
            "budget_remaining_dollars",
            "What is left of the budgets of tenants that have asked",
            metrics.budgets.clone(),
        );
        if let Some(telemetry) = telemetry {
            registry.register_collector(Box::new(TelemetryCounts(telemetry)));
        }
        metrics
    }

    /// Returns all metrics in the format of OpenMetrics.
    ///
    /// # Errors
    /// The error of a value that can't be formatted.
    pub(crate) fn text(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }

    /// Sets the number of active runs.
    pub(crate) fn set_active(&self, runs: usize) {
        self.active_runs.set(i64::try_from(runs).unwrap_or(i64::MAX));
    }

    /// Sets what is left of the budget of a tenant.
    pub(crate) fn set_left(&self, tenant: &str, left: Money) {
        self.budgets.get_or_create(&self.label(tenant)).set(left.0 as f64 / 1e6);
    }

    /// Counts a request.
    pub(crate) fn request(&self, request: HttpRequest, took: Duration) {
        let route = Route {
            route: request.route.clone(),
        };
        self.request_seconds.get_or_create(&route).observe(took.as_secs_f64());
        self.requests.get_or_create(&request).inc();
    }

    /// Counts a run that was interrupted. Its calls are counted when it ends.
    pub(crate) fn interrupted(&self, tenant: &str) {
        self.count_run("interrupted", tenant);
    }

    /// Counts a run that has ended, with its calls.
    pub(crate) fn ended(&self, tenant: &str, end: &Result<RunResult, RunError>) {
        let (outcome, totals) = match end {
            Ok(result) => (result.outcome.name(), Some(&result.totals)),
            Err(RunError::Limit { partial, .. }) => (partial.outcome.name(), Some(&partial.totals)),
            Err(error) => (error.outcome().name(), None),
        };
        self.count_run(outcome, tenant);
        if let Some(totals) = totals {
            self.count_calls(tenant, totals);
        }
    }

    fn count_run(&self, outcome: &'static str, tenant: &str) {
        let TenantLabel { tenant } = self.label(tenant);
        self.runs.get_or_create(&RunLabels { outcome, tenant }).inc();
    }

    fn count_calls(&self, tenant: &str, totals: &Totals) {
        for (class, calls) in [("root", &totals.root), ("sub", &totals.sub)] {
            self.count_class(class, calls);
        }
        if let Some(elapsed) = totals.elapsed {
            self.run_seconds.observe(Duration::from_millis(elapsed.0).as_secs_f64());
        }
        self.in_doubt.inc_by(totals.in_doubt.calls);
        self.attempt_failures.inc_by(totals.failed_attempts);
        match totals.cost() {
            Cost::Known(cost) => {
                let dollars = cost.0 as f64 / 1e6;
                self.cost.get_or_create(&self.label(tenant)).inc_by(dollars);
            }
            _ => _ = self.unpriced.inc(),
        }
    }

    fn count_class(&self, class: &'static str, calls: &CallTotals) {
        let failed = calls.failed.saturating_add(calls.cancelled);
        let replied = calls.calls.saturating_sub(failed).saturating_sub(calls.cached);
        for (outcome, count) in [
            ("replied", replied),
            ("cached", calls.cached),
            ("failed", calls.failed),
            ("cancelled", calls.cancelled),
        ] {
            self.calls.get_or_create(&CallLabels { class, outcome }).inc_by(count);
        }
        for (r#type, tokens) in [("input", calls.usage.input), ("output", calls.usage.output)] {
            self.tokens
                .get_or_create(&TokenLabels { class, r#type })
                .inc_by(tokens.0);
        }
    }

    fn label(&self, tenant: &str) -> TenantLabel {
        let mut tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        let is_named = tenants.contains(tenant) || tenants.len() < MOST_TENANTS && tenants.insert(tenant.to_owned());
        let tenant = if is_named { tenant } else { OTHER_TENANTS };
        TenantLabel {
            tenant: tenant.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tenants_beyond_the_first_share_a_label() {
        let metrics = Metrics::new(None);
        for number in 0..MOST_TENANTS {
            assert_eq!(metrics.label(&format!("t{number}")).tenant, format!("t{number}"));
        }
        assert_eq!(metrics.label("late").tenant, OTHER_TENANTS);
        assert_eq!(metrics.label("t0").tenant, "t0");
    }
}
