//! The routes of RLM Engine: sessions with a context, executions, their trees, and statistics.

pub(crate) mod execute;
pub(crate) mod result;
mod sessions;
mod stats;

use axum::Router;
use axum::routing::{get, post};

use crate::state::AppState;

/// Returns the routes below `/api`.
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/sessions", post(sessions::create).get(sessions::list))
        .route("/api/sessions/{id}", get(sessions::get).delete(sessions::delete))
        .route("/api/execute", post(execute::execute))
        .route("/api/execute/stream", post(execute::stream))
        .route("/api/executions", get(execute::list))
        .route("/api/executions/{id}", get(execute::get).delete(execute::cancel))
        .route("/api/executions/{id}/events", get(execute::events))
        .route("/api/executions/{id}/tree", get(execute::tree))
        .route("/api/stats", get(stats::stats))
}
