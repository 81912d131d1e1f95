//! The routes of the service, and what applies to all of them.

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;

use crate::http::problem::Problem;
use crate::http::request_body::timed;
use crate::http::request_log::logged;
use crate::http::scrape::{self, metrics};
use crate::state::{AppState, NO_TENANT, Reach};
use crate::{api, engine, mcp, openai, page};

/// The maximum number of bytes of a character in JSON, such as `\u00e9`. One outside of the basic
/// plane has two of them, and counts as one character.
const BYTES_PER_CHAR: usize = 12;
/// The bytes of a body beside its context.
const ENVELOPE: usize = 1 << 20;

/// Returns the routes of the service.
pub(crate) fn app(state: AppState) -> Router {
    state.send_metrics(|state| scrape::text(state).ok());
    let most = state
        .options()
        .max_context_chars
        .saturating_mul(BYTES_PER_CHAR)
        .saturating_add(ENVELOPE);
    let pause = state.options().listener.body_timeout;
    let routes = api::routes().merge(engine::routes()).merge(openai::routes());
    let (app, document) = routes.split_for_parts();
    let document = Arc::new(api::document(document));
    let app = app
        .merge(page::routes())
        .merge(mcp::routes(most))
        .route("/openapi.json", get(async move || Json(document)))
        .route("/healthz", get(async || Json(json!({"status": "ok"}))))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .fallback(async || Problem::not_found("route"))
        .method_not_allowed_fallback(async || {
            Problem::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "method_not_allowed",
                "the route has no such method",
            )
        })
        .layer(DefaultBodyLimit::max(most))
        .layer(middleware::map_request(
            move |request| async move { timed(request, pause) },
        ))
        .layer(middleware::map_response(as_problem))
        .layer(middleware::from_fn(closing_after_chunks))
        .layer(middleware::map_response(with_headers));
    let app = match state.reach() {
        Reach::Loopback => app.layer(middleware::from_fn(only_local_hosts)),
        Reach::Network => app,
    };
    app.layer(middleware::from_fn_with_state(state.clone(), logged))
        .with_state(state)
}

/// Succeeds if the service takes requests: it must not be stopping, and its folder must be usable.
async fn ready(State(state): State<AppState>) -> Result<Response, Problem> {
    if state.is_draining() {
        let detail = "the service is stopping";
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "draining", detail));
    }
    let tenant = state.tenant(NO_TENANT)?;
    tenant.runs.ids()?;
    Ok(Json(json!({"status": "ready", "active_runs": state.active()})).into_response())
}

/// Converts an error of the framework, which is plain text, to a problem.
async fn as_problem(response: Response) -> Response {
    let kind = response.headers().get(header::CONTENT_TYPE);
    let is_text = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    match response.status() {
        status if status.is_client_error() && is_text => {
            Problem::new(status, "invalid_request", "the request can't be understood").into_response()
        }
        _ => response,
    }
}

/// Closes the connection after a request whose body has no length. If it had a length as well, a proxy
/// may have counted by that one, and what follows would be a request that the proxy has not seen.
async fn closing_after_chunks(request: Request, next: Next) -> Response {
    let is_chunked = request.headers().contains_key(header::TRANSFER_ENCODING);
    let mut response = next.run(request).await;
    if is_chunked {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(header::CONNECTION, close);
    }
    response
}

/// Adds the headers of every response: nothing is cached, embedded or guessed.
async fn with_headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    // Proxies such as nginx would otherwise hold events back.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

/// Refuses requests whose `Host` is not this machine. A web page could otherwise let its own name
/// point to 127.0.0.1, and send requests that the browser takes for its own.
async fn only_local_hosts(request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let host = host.or_else(|| request.uri().host()).unwrap_or_default();
    let origin = request
        .headers()
        .get(header::ORIGIN)
        .map(|origin| origin.to_str().unwrap_or_default());
    let origin_host = origin.map(|origin| origin.split_once("://").map_or(origin, |(_, host)| host));
    if is_local(host) && origin_host.is_none_or(is_local) {
        return next.run(request).await;
    }
    Problem::new(
        StatusCode::MISDIRECTED_REQUEST,
        "foreign_host",
        "the request names another host than this machine",
    )
    .hint("use 127.0.0.1 or localhost; `rlm keys add` lets the service listen on the network")
    .into_response()
}

fn is_local(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    matches!(name, "127.0.0.1" | "localhost" | "[::1]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_this_machine_are_local() {
        for host in ["127.0.0.1:8787", "localhost", "localhost:1", "[::1]:8787", "[::1]"] {
            assert!(is_local(host), "{host}");
        }
        for host in [
            "",
            "example.com",
            "127.0.0.1.example.com",
            "localhost.example.com:80",
            "[::2]",
            "[::1].example.com",
            "localhost:80.example.com",
            "::1",
        ] {
            assert!(!is_local(host), "{host}");
        }
    }
}
