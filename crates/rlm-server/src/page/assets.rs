//! The files of the page.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rlm_model::Digest;

use crate::http::problem::Problem;

/// The content security policy of the page.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
     img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; \
     require-trusted-types-for 'script'; trusted-types 'none'";

/// A file of the page.
struct Asset {
    name: &'static str,
    kind: &'static str,
    text: String,
    etag: String,
}

static SHELL: LazyLock<Asset> = LazyLock::new(|| Asset::new("", include_str!("assets/shell.html")));

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    vec![
        Asset::new("colors.css", rlm_report::color_rules()),
        Asset::new("page.css", include_str!("assets/page.css")),
        Asset::new("icon.svg", include_str!("assets/icon.svg")),
        Asset::new("account.js", include_str!("assets/account.js")),
        Asset::new("answer.js", include_str!("assets/answer.js")),
        Asset::new("api.js", include_str!("assets/api.js")),
        Asset::new("app.js", include_str!("assets/app.js")),
        Asset::new("dom.js", include_str!("assets/dom.js")),
        Asset::new("model.js", include_str!("assets/model.js")),
        Asset::new("rows.js", include_str!("assets/rows.js")),
        Asset::new("run.js", include_str!("assets/run.js")),
        Asset::new("runs.js", include_str!("assets/runs.js")),
        Asset::new("sessions.js", include_str!("assets/sessions.js")),
        Asset::new("statistics.js", include_str!("assets/statistics.js")),
        Asset::new("timeline.js", include_str!("assets/timeline.js")),
    ]
});

/// Returns the shell of the page, which is the same for everyone.
pub(super) async fn shell(headers: HeaderMap) -> Response {
    let mut response = SHELL.response(&headers);
    let policy = HeaderValue::from_static(POLICY);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

/// Returns a file of the page.
pub(super) async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    let asset = ASSETS.iter().find(|asset| asset.name == name);
    Ok(asset.ok_or_else(|| Problem::not_found("file"))?.response(&headers))
}

impl Asset {
    fn new(name: &'static str, text: impl Into<String>) -> Self {
        let text = text.into();
        Self {
            name,
            kind: match name.rsplit_once('.') {
                Some((_, "css")) => "text/css; charset=utf-8",
                Some((_, "js")) => "text/javascript; charset=utf-8",
                Some((_, "svg")) => "image/svg+xml",
                _ => "text/html; charset=utf-8",
            },
            etag: format!("\"{}\"", Digest::of(text.as_bytes())),
            text,
        }
    }

    /// Returns the file, or that the browser's copy of it is current. A browser asks each time, so
    /// that the modules of two releases are never mixed.
    fn response(&self, request: &HeaderMap) -> Response {
        let known = request.get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok());
        let is_known = known.is_some_and(|tags| {
            tags.split(',')
                .any(|tag| tag.trim().trim_start_matches("W/") == self.etag)
        });
        let headers = [
            (header::CONTENT_TYPE, self.kind),
            (header::CACHE_CONTROL, "no-cache"),
            (header::ETAG, &self.etag),
        ];
        match is_known {
            true => (StatusCode::NOT_MODIFIED, headers).into_response(),
            false => (headers, self.text.clone()).into_response(),
        }
    }
}
