//! Checks the bodies of requests to the service.

use std::sync::LazyLock;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, StatusCode, header};
use rlm_adapters::FakeModel;
use rlm_core::Runner;
use rlm_server::ServerOptions;
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tower::ServiceExt as _;

use crate::generators::Dice;

/// The routes with bodies, each with its type of content.
const ROUTES: [(&str, &str); 12] = [
    ("/v1/runs", JSON),
    ("/v1/chat/completions", JSON),
    ("/v1/responses", JSON),
    ("/v1/contexts", JSON),
    ("/v1/contexts form", FORM),
    ("/v1/files form", FORM),
    ("/v1/sessions", JSON),
    ("/v1/estimate", JSON),
    ("/api/sessions", JSON),
    ("/api/execute", JSON),
    ("/v1/runs/20261127-143117-v6gshp/fork", JSON),
    ("/v1/runs/20261127-143117-v6gshp/resume", JSON),
];

const JSON: &str = "application/json";
const FORM: &str = "multipart/form-data; boundary=X";

/// The maximum size of a response, in bytes.
const LARGEST: usize = 16 << 20;

/// A service without a connection. Its answers are short.
struct Service {
    runtime: Runtime,
    routes: Router,
    _folder: TempDir,
}

static SERVICE: LazyLock<Service> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let model = FakeModel::new(["```repl\nFINAL('done')\n```"; 1_000]);
    let runner = Runner::builder(std::sync::Arc::new(model)).build().unwrap();
    Service {
        runtime: Runtime::new().unwrap(),
        routes: rlm_server::router(runner, ServerOptions::new(folder.path())).unwrap(),
        _folder: folder,
    }
});

/// Sends bytes as the body of a request. If the first line names a route, as in `POST /v1/runs`, the
/// body is the rest; otherwise all bytes choose the route.
///
/// # Panics
/// If the service fails by an error of its own, or an error response is not JSON with a code.
pub fn service_requests(data: &[u8]) {
    let (named, rest) = match data.iter().position(|byte| *byte == b'\n') {
        Some(end) => (&data[..end], &data[end + 1..]),
        None => (data, &[][..]),
    };
    let named = named.strip_prefix(b"POST ");
    let found = ROUTES.iter().find(|(route, _)| named == Some(route.as_bytes()));
    let ((route, kind), body) = match found {
        Some(found) => (found, rest),
        None => (&ROUTES[Dice::of_all(data).roll(ROUTES.len())], data),
    };
    let request = Request::post(route.trim_end_matches(" form"))
        .header(header::HOST, "localhost")
        .header(header::CONTENT_TYPE, *kind)
        .body(Body::from(body.to_vec()))
        .unwrap();
    SERVICE.runtime.block_on(async {
        let response: Response<Body> = SERVICE.routes.clone().oneshot(request).await.unwrap();
        let (status, bytes) = (
            response.status(),
            to_bytes(response.into_body(), LARGEST).await.unwrap(),
        );
        let text = String::from_utf8_lossy(&bytes);
        assert_ne!(status, StatusCode::INTERNAL_SERVER_ERROR, "{route}: {text}");
        if status.is_client_error() || status.is_server_error() {
            let value: Value = serde_json::from_slice(&bytes).unwrap_or_else(|_| panic!("{route}: no JSON: {text}"));
            let code = value.get("code").or_else(|| value.get("error")?.get("code"));
            assert!(code.is_some_and(Value::is_string), "{route}: no code: {text}");
        }
    });
}
