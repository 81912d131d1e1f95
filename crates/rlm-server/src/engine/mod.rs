//! The routes of RLM Engine: sessions with a context, executions, their trees, and statistics.

pub(crate) mod execute;
pub(crate) mod result;
mod sessions;
mod stats;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::AppState;

pub(crate) use stats::stats;

/// Returns the routes below `/api`.
pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(sessions::create, sessions::list))
        .routes(routes!(sessions::get, sessions::delete))
        .routes(routes!(execute::execute))
        .routes(routes!(execute::stream))
        .routes(routes!(execute::list))
        .routes(routes!(execute::get, execute::cancel))
        .routes(routes!(execute::events))
        .routes(routes!(execute::tree))
        .routes(routes!(stats::stats))
}
