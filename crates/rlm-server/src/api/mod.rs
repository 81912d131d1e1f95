//! The routes of our own below `/v1`: contexts, uploads, sessions, runs, and estimates.

mod contexts;
mod documentation;
mod estimate;
mod runs;
mod sessions;
mod uploads;

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::problem::Problem;
use crate::state::AppState;

pub(crate) use contexts::{begin, finish, receive, too_large};
pub(crate) use documentation::document;
pub(crate) use runs::delete_run;
pub(crate) use runs::text;

/// Returns the routes with their documentation.
pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(runs::create, runs::list))
        .routes(routes!(runs::get, runs::delete))
        .routes(routes!(runs::cancel))
        .routes(routes!(runs::resume))
        .routes(routes!(runs::fork))
        .routes(routes!(runs::replay))
        .routes(routes!(runs::events))
        .routes(routes!(runs::journal))
        .routes(routes!(runs::trace))
        .routes(routes!(runs::report))
        .routes(routes!(contexts::create, contexts::list))
        .routes(routes!(contexts::get, contexts::delete))
        .routes(routes!(uploads::create))
        .routes(routes!(uploads::state, uploads::write, uploads::delete))
        .routes(routes!(sessions::create, sessions::list))
        .routes(routes!(sessions::get, sessions::delete))
        .routes(routes!(estimate::estimate))
        .routes(routes!(estimate::stats))
}

/// The query of a request, with errors in our own form.
pub(crate) struct QueryOf<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for QueryOf<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let query = Query::from_request_parts(parts, state).await;
        query
            .map(|Query(query)| Self(query))
            .map_err(|rejection| Problem::invalid(format!("the query is not as expected: {}", rejection.body_text())))
    }
}
