//! Who sends a request, and what that caller may do.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};

use crate::http::problem::Problem;
use crate::http::request_log::note_tenant;
use crate::page::key_of_browser;
use crate::state::{AppState, NO_TENANT, Reach, Tenant};
use crate::store::keys::{KeyRecord, Scope};

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
/// A [`Problem`] if the request has no valid API key, or one that does not permit this, or if the
/// tenant has sent too many requests.
fn tenant(parts: &Parts, state: &AppState, scope: Scope) -> Result<Arc<Tenant>, Problem> {
    let (tenant, scopes) = admit(parts, state)?;
    match scopes.contains(&scope) {
        true => Ok(tenant),
        false => Err(missing_scope()),
    }
}

/// Counts a request, and returns the data of the caller's tenant and what the caller may do.
///
/// # Errors
/// A [`Problem`] if the request has no valid API key, or the tenant has sent too many requests.
pub(crate) fn admit(parts: &Parts, state: &AppState) -> Result<(Arc<Tenant>, Vec<Scope>), Problem> {
    let Some(key) = key(parts, state)? else {
        return Ok((state.tenant(NO_TENANT)?, vec![Scope::Read, Scope::Run, Scope::Metrics]));
    };
    note_tenant(&key.tenant);
    let tenant = state.tenant(&key.tenant)?;
    if let Some(per_minute) = state.keys().limits(&key.tenant)?.requests {
        tenant.rate.count(per_minute).map_err(|wait| {
            let detail = format!("the tenant sends more than {per_minute} requests per minute");
            Problem::too_many("tenant_requests", detail, wait.as_secs().saturating_add(1))
        })?;
    }
    Ok((tenant, key.scopes))
}

pub(crate) fn missing_scope() -> Problem {
    let detail = "the API key does not permit this";
    Problem::new(StatusCode::FORBIDDEN, "missing_scope", detail)
}

/// Returns the caller's key: that of the header, or that with which the browser signed in. `None` if
/// none is needed.
///
/// # Errors
/// A [`Problem`] if a key is needed, but the request has no valid one.
pub(crate) fn key(parts: &Parts, state: &AppState) -> Result<Option<KeyRecord>, Problem> {
    let keys = state.keys();
    // Revoking the last key of a service on the network must not open it to everyone.
    if state.reach() == Reach::Loopback && keys.list()?.is_empty() {
        return Ok(None);
    }
    let unauthorized = |detail| {
        Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", detail)
            .hint("send it as `Authorization: Bearer KEY`; `rlm keys add` creates one")
    };
    let Some(header) = parts.headers.get(header::AUTHORIZATION) else {
        let key = key_of_browser(parts, state)?;
        return key.map(Some).ok_or_else(|| unauthorized("an API key is required"));
    };
    let text = header.to_str().ok().and_then(|text| text.strip_prefix("Bearer "));
    let text = text.ok_or_else(|| unauthorized("an API key is required"))?;
    let key = keys.find(text.trim())?;
    key.map(Some).ok_or_else(|| unauthorized("the API key is not valid"))
}
