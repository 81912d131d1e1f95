//! One log line for each request, and its id.
//!
//! A line contains no text that a client chose freely: the route instead of the path, a known method,
//! an id whose characters were checked, and names of tenants and runs that exist. So no request can
//! forge a line, and no line has a question or a context.

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use rlm_model::RunId;
use rlm_trace::TraceParent;
use tracing::Instrument as _;

use crate::http::metrics::HttpRequest;
use crate::state::AppState;

/// The header with the id of a request.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The maximum length of an id that a client sends.
const MOST_ID: usize = 64;

tokio::task_local! {
    /// What the handlers of the current request have noted.
    static NOTED: Noted;
}

/// What is known of a request once it is answered.
#[derive(Clone, Default)]
struct Noted(Arc<(OnceLock<String>, OnceLock<RunId>)>);

tokio::task_local! {
    /// The `traceparent` of the current request.
    static TRACE_PARENT: Option<TraceParent>;
}

/// Returns the `traceparent` of the current request, if it has a valid one.
pub(crate) fn trace_parent() -> Option<TraceParent> {
    TRACE_PARENT.try_with(|parent| *parent).ok().flatten()
}

/// Notes the tenant of the current request for its log line.
pub(crate) fn note_tenant(name: &str) {
    // Outside of a request, there is no line.
    let _ = NOTED.try_with(|noted| noted.0.0.set(name.to_owned()));
}

/// Notes the run that the current request starts or names.
pub(crate) fn note_run(id: &RunId) {
    let _ = NOTED.try_with(|noted| noted.0.1.set(id.clone()));
}

/// Gives a request an id, and logs and counts its response.
pub(crate) async fn logged(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let start = Instant::now();
    let id = request_id(&request);
    let method = known(request.method());
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or("unmatched", MatchedPath::as_str).to_owned();
    let noted = Noted::default();
    let span = tracing::info_span!("request", id = id.as_str());
    let parent = request
        .headers()
        .get("traceparent")
        .and_then(|parent| parent.to_str().ok());
    let parent = parent.and_then(|parent| parent.trim().parse().ok());
    let answered = TRACE_PARENT.scope(parent, NOTED.scope(noted.clone(), next.run(request)));
    let answered = answered.instrument(span);
    let mut response = answered.await;
    let (took, status) = (start.elapsed(), response.status().as_u16());
    tracing::info!(
        target: "rlm_server::request",
        request_id = id.as_str(),
        method,
        route,
        status,
        duration_ms = took.as_secs_f64() * 1e3,
        tenant = noted.0.0.get(),
        run = noted.0.1.get().map(tracing::field::display),
        "request",
    );
    state.metrics().request(HttpRequest { method, route, status }, took);
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// Returns the id that a client sent if it is usable, or a new one.
fn request_id(request: &Request) -> String {
    let sent = request.headers().get(REQUEST_ID).and_then(|id| id.to_str().ok());
    let is_usable = |id: &&str| {
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        !id.is_empty() && id.len() <= MOST_ID && id.bytes().all(is_allowed)
    };
    match sent.filter(is_usable) {
        Some(id) => id.to_owned(),
        // Without random numbers, all ids are the same, which harms nothing but the log.
        None => format!("{:016x}", getrandom::u64().unwrap_or_default()),
    }
}

/// Returns the name of a method, if it is a standard one: a client may send any word.
fn known(method: &Method) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    KNOWN
        .into_iter()
        .find(|known| *known == method.as_str())
        .unwrap_or("other")
}
