//! Signing in: a browser exchanges an API key for a cookie.
//!
//! The cookie holds a random id, so that it tells nothing of the key.

use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use crate::http::body::JsonBody;
use crate::http::problem::Problem;
use crate::runs::ids::now;
use crate::state::AppState;
use crate::store::keys::KeyRecord;

use super::sign_ins::SECONDS;

/// The name of the cookie.
const COOKIE: &str = "rlm_session";

/// The API key with which a browser signs in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Credentials {
    key: String,
}

/// Signs a browser in.
pub(super) async fn sign_in(
    State(state): State<AppState>,
    headers: HeaderMap,
    JsonBody(credentials): JsonBody<Credentials>,
) -> Result<Response, Problem> {
    check_origin(&headers)?;
    let key = state.keys().find(credentials.key.trim())?.ok_or_else(|| {
        Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", "the API key is not valid")
            .hint("`rlm keys add` creates one")
    })?;
    let id = random_id()?;
    state.sign_ins().insert(&id, &key.id, now());
    with_cookie(&state, &headers, &id, SECONDS)
}

/// Signs a browser out.
pub(super) async fn sign_out(State(state): State<AppState>, headers: HeaderMap) -> Result<Response, Problem> {
    check_origin(&headers)?;
    if let Some(id) = cookie(&headers) {
        state.sign_ins().remove(id);
    }
    with_cookie(&state, &headers, "", 0)
}

/// Returns the key with which the browser of a request signed in, if it did.
///
/// # Errors
/// A [`Problem`] if the request may change something, and comes from a page of another origin.
pub(crate) fn key_of_browser(parts: &Parts, state: &AppState) -> Result<Option<KeyRecord>, Problem> {
    let Some(id) = cookie(&parts.headers).and_then(|id| state.sign_ins().key(id, now())) else {
        return Ok(None);
    };
    if !matches!(parts.method, Method::GET | Method::HEAD) {
        check_origin(&parts.headers)?;
    }
    Ok(state.keys().list()?.into_iter().find(|key| key.id == id))
}

/// Refuses a request that a page of another origin sent. Browsers state the origin in one of two
/// headers; a request with neither is refused, too.
fn check_origin(headers: &HeaderMap) -> Result<(), Problem> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let is_same = match text("sec-fetch-site") {
        Some(site) => site == "same-origin",
        None => {
            let origin = text("origin").and_then(|origin| origin.split_once("://"));
            origin.is_some_and(|(_, host)| Some(host) == text("host"))
        }
    };
    match is_same {
        true => Ok(()),
        false => Err(Problem::new(
            StatusCode::FORBIDDEN,
            "cross_site",
            "a page of another origin must not act for the browser that is signed in",
        )
        .hint("programs send the API key as `Authorization: Bearer KEY`")),
    }
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    let all = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let mut pairs = all
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    pairs.find_map(|(name, value)| (name == COOKIE && !value.is_empty()).then_some(value))
}

/// Returns the response that sets the cookie, or removes it after 0 seconds.
fn with_cookie(state: &AppState, headers: &HeaderMap, id: &str, seconds: u64) -> Result<Response, Problem> {
    let scheme = headers.get("x-forwarded-proto").and_then(|scheme| scheme.to_str().ok());
    let has_tls = state.options().listener.tls.is_some();
    let secure = if has_tls || scheme == Some("https") {
        "; Secure"
    } else {
        ""
    };
    let cookie = format!("{COOKIE}={id}; HttpOnly; SameSite=Strict; Path=/; Max-Age={seconds}{secure}");
    let cookie = HeaderValue::try_from(cookie).map_err(|cause| Problem::internal(&cause))?;
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
}

fn random_id() -> Result<String, Problem> {
    let mut random = [0_u8; 32];
    getrandom::fill(&mut random).map_err(|cause| Problem::internal(&cause))?;
    Ok(random.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_requests_of_the_same_origin_pass() {
        let headers = |pairs: &[(&'static str, &str)]| {
            pairs
                .iter()
                .map(|(name, value)| (header::HeaderName::from_static(name), value.parse().unwrap()))
                .collect::<HeaderMap>()
        };
        let host = ("host", "rlm.example:8787");
        for (is_same, pairs) in [
            (true, vec![host, ("sec-fetch-site", "same-origin")]),
            (true, vec![host, ("origin", "https://rlm.example:8787")]),
            (false, vec![host]),
            (false, vec![host, ("sec-fetch-site", "same-site")]),
            (false, vec![host, ("sec-fetch-site", "none")]),
            (false, vec![host, ("origin", "https://rlm.example")]),
            (false, vec![host, ("origin", "null")]),
        ] {
            assert_eq!(check_origin(&headers(&pairs)).is_ok(), is_same, "{pairs:?}");
        }
    }
}
