//! `/api/me`: the caller's key.

use axum::Json;
use axum::extract::State;
use axum::http::request::Parts;
use rlm_model::Cost;
use serde_json::{Value, json};

use crate::http::caller;
use crate::http::problem::Problem;
use crate::runs::ids::now;
use crate::runs::money::dollars;
use crate::state::{AppState, NO_TENANT};
use crate::store::keys::Scope;

/// Returns the id, the tenant and the scopes of the caller's key, and what is left of the tenant's
/// budget. Without keys there is no tenant, and everything is permitted.
pub(super) async fn me(State(state): State<AppState>, parts: Parts) -> Result<Json<Value>, Problem> {
    let key = caller::key(&parts, &state)?;
    let name = key.as_ref().map_or(NO_TENANT, |key| &key.tenant);
    let budget = state.keys().budget(name)?;
    let tenant = state.tenant(name)?;
    let left = tokio::task::spawn_blocking(move || {
        budget
            .map(|budget| tenant.spending.read_left(budget, now(), &tenant.runs))
            .transpose()
    });
    let left = left.await.map_err(|cause| Problem::internal(&cause))??;
    let scopes = key
        .as_ref()
        .map_or_else(|| vec![Scope::Read, Scope::Run], |key| key.scopes.clone());
    Ok(Json(json!({
        "key": key.as_ref().map(|key| key.id.clone()),
        "tenant": key.as_ref().map(|key| key.tenant.clone()),
        "scopes": scopes,
        "budget": budget.map(|budget| budget.to_string()),
        "budget_left_usd": left.and_then(|left| dollars(Cost::Known(left))),
        "max_context_chars": state.options().max_context_chars,
    })))
}
