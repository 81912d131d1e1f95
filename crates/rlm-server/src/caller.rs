//! Who sends a request, and what that caller may do.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};

use crate::keys::Scope;
use crate::problem::Problem;
use crate::request_log::note_tenant;
use crate::state::{AppState, NO_TENANT, Reach, Tenant};

/// The data of the caller's tenant, for requests that read it.
pub(crate) struct Reader(pub(crate) Arc<Tenant>);

/// The data of the caller's tenant, for requests that change it or cost money.
pub(crate) struct Asker(pub(crate) Arc<Tenant>);

/// The right to read the metrics of all tenants.
pub(crate) struct Operator;

impl FromRequestParts<AppState> for Reader {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        tenant(parts, state, Scope::Read).map(Self)
    }
}

impl FromRequestParts<AppState> for Asker {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        tenant(parts, state, Scope::Run).map(Self)
    }
}

impl FromRequestParts<AppState> for Operator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        tenant(parts, state, Scope::Metrics).map(|_| Self)
    }
}

/// Returns the data of the caller's tenant.
///
/// # Errors
/// A [`Problem`] if the request has no valid API key, or one that does not permit this.
fn tenant(parts: &Parts, state: &AppState, scope: Scope) -> Result<Arc<Tenant>, Problem> {
    let keys = state.keys();
    // Revoking the last key of a service on the network must not open it to everyone.
    if state.reach() == Reach::Loopback && keys.list()?.is_empty() {
        return Ok(state.tenant(NO_TENANT)?);
    }
    let header = parts.headers.get(header::AUTHORIZATION);
    let text = header.and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let unauthorized = |detail| {
        Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", detail)
            .hint("send it as `Authorization: Bearer KEY`; `rlm keys add` creates one")
    };
    let text = text.ok_or_else(|| unauthorized("an API key is required"))?;
    let key = keys
        .find(text.trim())?
        .ok_or_else(|| unauthorized("the API key is not valid"))?;
    note_tenant(&key.tenant);
    if !key.scopes.contains(&scope) {
        let detail = "the API key does not permit this";
        return Err(Problem::new(StatusCode::FORBIDDEN, "missing_scope", detail));
    }
    Ok(state.tenant(&key.tenant)?)
}
