//! The web page: runs, sessions and statistics in a browser.
//!
//! The page is a shell, a style sheet and small modules, all in the binary. The modules build
//! elements with their texts, never markup: the policy of the page forbids scripts of other origins
//! and, by Trusted Types, every conversion of a text to markup.

mod assets;
mod me;
mod run;
mod sign_in;
mod sign_ins;

use axum::Router;
use axum::routing::{get, post};

use crate::state::AppState;

pub(crate) use sign_in::key_of_browser;
pub(crate) use sign_ins::SignIns;

/// Returns the routes of the page.
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/", get(assets::shell))
        .route("/ui/{name}", get(assets::asset))
        .route("/ui/session", post(sign_in::sign_in).delete(sign_in::sign_out))
        .route("/ui/runs/{id}", get(run::run))
        .route("/ui/runs/{id}/calls/{*call}", get(run::call))
        .route("/api/me", get(me::me))
}
