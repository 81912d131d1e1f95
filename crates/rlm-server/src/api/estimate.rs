//! `/v1/estimate` and `/v1/stats`.

use axum::Json;
use axum::extract::State;
use rlm_core::RunOptions;
use rlm_runs::Estimate;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::engine;
use crate::http::body::JsonBody;
use crate::http::caller::{Asker, Reader};
use crate::http::problem::{Problem, ProblemObject};
use crate::state::AppState;

/// A question to estimate.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewEstimate {
    question: String,
    /// The ids of the contexts that the question is about.
    #[serde(default)]
    contexts: Vec<String>,
    /// The text that the question is about, instead of contexts.
    #[serde(default)]
    text: Option<String>,
}

/// Estimates the calls, tokens and cost of a question for each strategy. No model is asked.
#[utoipa::path(
    post, path = "/v1/estimate", tag = "runs", request_body = NewEstimate,
    responses(
        (status = 200, body = Object, description = "The estimate of each way, the `recommended` one, and the `reason`."),
        (status = "4XX", body = ProblemObject, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn estimate(
    State(state): State<AppState>,
    Asker(tenant): Asker,
    JsonBody(new): JsonBody<NewEstimate>,
) -> Result<Json<Estimate>, Problem> {
    if let Some(text) = &new.text {
        state.check_text(text)?;
    }
    let estimated = tokio::task::spawn_blocking(move || {
        let loaded = match new.text {
            Some(text) => tenant.contexts.texts(vec![text])?,
            None if new.contexts.is_empty() => tenant.contexts.load_arguments(&[])?,
            None => tenant.contexts.load(&new.contexts)?,
        };
        let options = RunOptions::default();
        rlm_runs::estimate(&tenant.runner, &new.question, &loaded.context, &options)
            .map_err(|error| Problem::of_run(&error))
    });
    Ok(Json(estimated.await.map_err(|cause| Problem::internal(&cause))??))
}

/// Returns sums over all runs and over those of each model, outcomes, and percentiles of the duration.
#[utoipa::path(
    get, path = "/v1/stats", tag = "runs",
    responses(
        (status = 200, body = Object),
        (status = "4XX", body = ProblemObject, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn stats(reader: Reader) -> Result<Json<Value>, Problem> {
    engine::stats(reader).await
}
