//! Reads recorded runs with their contexts, to continue, replay or show them.

use rlm_context::{Context, ContextAs, ContextSpec, LoadOptions, OnUnreadable, load};
use rlm_model::RunId;
use rlm_runs::{ReplayError, check_context, is_shown_as};
use rlm_trace::{Event, RecordedRun, RunStarted};

use axum::http::StatusCode;

use crate::http::problem::Problem;
use crate::state::Tenant;
use crate::store::contexts;

/// Reads the journal of a run. Blocks.
///
/// # Errors
/// A [`Problem`] if there is no such run, or its journal is damaged.
pub(crate) fn read(tenant: &Tenant, id: &RunId) -> Result<RecordedRun, Problem> {
    let path = tenant.runs.journal_path(id);
    if !path.exists() {
        return Err(Problem::not_found("run"));
    }
    RecordedRun::read(path).map_err(|error| {
        Problem::new(StatusCode::CONFLICT, error.code(), error.to_string()).hint("the journal of the run is damaged")
    })
}

/// Returns the start of a recorded run.
pub(crate) fn started(run: &RecordedRun) -> Result<&RunStarted, Problem> {
    let mut events = run.events();
    let started = events.find_map(|event| match event {
        Event::RunStarted(started) => Some(&**started),
        _ => None,
    });
    started.ok_or_else(|| ReplayError::NoStart.into())
}

/// Loads the context of a recorded run from where the run read it, and checks that it is unchanged.
/// Blocks.
///
/// # Errors
/// A [`Problem`] if a document is gone or has changed.
pub(crate) fn context(run: &RecordedRun) -> Result<Context, Problem> {
    let started = started(run)?;
    let context = load_as_recorded(started)?;
    check_context(run, &context)?;
    Ok(context)
}

/// Loads the documents of a run in the first form that matches the recorded one: journals have its
/// digest, not its name.
fn load_as_recorded(started: &RunStarted) -> Result<Context, Problem> {
    if started.context.is_empty() {
        return Ok(Context::none());
    }
    let mut specs = Vec::new();
    for source in &started.context {
        let spec = source.location.as_deref().and_then(ContextSpec::at_location);
        let spec = spec.ok_or_else(|| {
            let detail = format!("the document `{}` of the run is gone", source.name);
            Problem::new(StatusCode::GONE, "context_gone", detail)
        })?;
        specs.push(spec.named(source.name.as_str()));
    }
    let likely = if specs.len() == 1 {
        ContextAs::Text
    } else {
        ContextAs::List
    };
    let mut first = None;
    for shown_as in [likely, ContextAs::Dict, ContextAs::List, ContextAs::Text] {
        let options = LoadOptions {
            shown_as,
            on_unreadable: OnUnreadable::Skip,
            ..contexts::options()
        };
        let loaded = load(&specs, &options);
        let context = loaded.map_err(|error| Problem::invalid(error.to_string()))?.context;
        if is_shown_as(started, &context) {
            return Ok(context);
        }
        first.get_or_insert(context);
    }
    // The comparison names the difference.
    first.ok_or_else(|| Problem::not_found("context"))
}
