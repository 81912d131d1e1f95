//! `/api/stats`: sums over the executions of the caller.

use std::collections::BTreeMap;

use axum::Json;
use rlm_model::Cost;
use serde_json::{Value, json};

use crate::http::caller::Reader;
use crate::http::problem::{Problem, ProblemObject};
use crate::runs::money::dollars;
use crate::state::Tenant;

/// Returns the sums over all executions, and over those of each model.
#[utoipa::path(
    get, path = "/api/stats", tag = "engine",
    responses(
        (status = 200, body = Object),
        (status = "4XX", body = ProblemObject, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn stats(Reader(tenant): Reader) -> Result<Json<Value>, Problem> {
    let stats = tokio::task::spawn_blocking(move || sums(&tenant));
    Ok(Json(stats.await.map_err(|cause| Problem::internal(&cause))??))
}

/// The length of a day in milliseconds. Days start at midnight UTC.
const DAY: u64 = 86_400_000;

/// A sum over executions.
#[derive(Default)]
struct Sum {
    executions: u64,
    calls: u64,
    input: u64,
    output: u64,
    cost: Option<Cost>,
}

impl Sum {
    fn json(&self) -> Value {
        json!({
            "executions": self.executions,
            "calls": self.calls,
            "input_tokens": self.input,
            "output_tokens": self.output,
            "total_tokens": self.input.saturating_add(self.output),
            "cost_usd": dollars(self.cost.unwrap_or(Cost::Known(rlm_model::Money::ZERO))),
        })
    }
}

fn sums(tenant: &Tenant) -> Result<Value, Problem> {
    let (mut all, mut models) = (Sum::default(), BTreeMap::<String, Sum>::new());
    let mut outcomes = BTreeMap::<String, u64>::new();
    let mut days = BTreeMap::<u64, Sum>::new();
    let mut durations = Vec::new();
    for entry in tenant.runs.list()? {
        let Some(started) = &entry.summary.started else {
            continue;
        };
        let totals = &entry.summary.totals;
        let model = started.models.first().map(|model| model.identity.to_string());
        let day = started.started.unwrap_or_default().0 / DAY;
        for sum in [
            &mut all,
            models.entry(model.unwrap_or_default()).or_default(),
            days.entry(day).or_default(),
        ] {
            sum.executions += 1;
            sum.calls += totals.calls();
            sum.input += totals.usage().input.0;
            sum.output += totals.usage().output.0;
            let cost = totals.cost();
            sum.cost = Some(sum.cost.map_or(cost, |sum| sum.plus(cost)));
        }
        let outcome = match &entry.summary.ended {
            Some(ended) => ended.outcome.to_string(),
            None if tenant.executions.get(&entry.id).is_some() => "running".to_owned(),
            None => "interrupted".to_owned(),
        };
        *outcomes.entry(outcome).or_default() += 1;
        durations.extend(totals.elapsed.map(|elapsed| elapsed.0));
    }
    durations.sort_unstable();
    let percentile = |percent: usize| {
        durations
            .get((durations.len() * percent).div_ceil(100).saturating_sub(1))
            .copied()
    };
    let mut stats = all.json();
    if let Some(fields) = stats.as_object_mut() {
        fields.insert("sessions".to_owned(), json!(tenant.sessions.names()?.len()));
        fields.insert("active".to_owned(), json!(tenant.executions.count()));
        fields.insert("outcomes".to_owned(), json!(outcomes));
        let models: BTreeMap<_, _> = models.iter().map(|(model, sum)| (model, sum.json())).collect();
        fields.insert("models".to_owned(), json!(models));
        let days = days.iter().map(|(day, sum)| {
            let mut day_json = sum.json();
            if let Some(fields) = day_json.as_object_mut() {
                fields.insert("start".to_owned(), json!(day.saturating_mul(DAY)));
            }
            day_json
        });
        fields.insert("days".to_owned(), days.collect());
        let durations = json!({"p50": percentile(50), "p95": percentile(95), "p99": percentile(99)});
        fields.insert("duration_ms".to_owned(), durations);
    }
    Ok(stats)
}
