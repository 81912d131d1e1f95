//! Resumes the runs in the background that the end of an earlier process interrupted.

use std::sync::Arc;

use axum::http::StatusCode;
use rlm_model::RunId;
use rlm_runs::{ReplayError, UnfinishedRun};
use rlm_trace::{ResumeError, WriteError};

use crate::http::problem::Problem;
use crate::runs::background::BackgroundRun;
use crate::runs::executions::{Launch, resume_with, start_with};
use crate::runs::job::Job;
use crate::runs::limits::RunBudget;
use crate::runs::recorded;
use crate::state::{AppState, Tenant};

/// Resumes the interrupted runs of all tenants, oldest first, as the maximum number of active runs
/// allows. A run that can't be resumed stays interrupted, and is tried again at the next start.
pub(crate) async fn resume_all(state: AppState) {
    let of_tenants = state.clone();
    let found = tokio::task::spawn_blocking(move || {
        let tenants = of_tenants.all_tenants();
        let runs = tenants.into_iter().flat_map(|tenant| {
            let runs = tenant.background.list();
            runs.into_iter().map(move |(id, run)| (Arc::clone(&tenant), id, run))
        });
        runs.collect::<Vec<_>>()
    });
    for (tenant, id, run) in found.await.unwrap_or_default() {
        let Some(launch) = Launch::wait(&state, &tenant).await else {
            return;
        };
        if let Err(problem) = resume(&state, &tenant, &id, run, launch).await {
            tracing::warn!(run = %id, code = problem.code, detail = problem.detail, "a run can't be resumed");
            if problem.status == StatusCode::NOT_FOUND {
                tenant.background.remove(&id);
            }
        }
    }
}

async fn resume(
    state: &AppState,
    tenant: &Arc<Tenant>,
    id: &RunId,
    run: BackgroundRun,
    launch: Launch,
) -> Result<(), Problem> {
    // A client may have cancelled it meanwhile.
    if !tenant.background.contains(id) {
        return Ok(());
    }
    let (of, wanted) = (Arc::clone(tenant), id.clone());
    let options = state.options().journal;
    let opened = tokio::task::spawn_blocking(move || UnfinishedRun::open(of.runs.journal_path(&wanted), options));
    let unfinished = match opened.await.map_err(|cause| Problem::internal(&cause))? {
        Ok(unfinished) => unfinished,
        // Another service has the same folder, and answers it.
        Err(ReplayError::Open(ResumeError::Write(WriteError::InUse { .. }))) => return Ok(()),
        // The process ended before the first line of the journal was written.
        Err(_) if tenant.runs.entry(id.clone()).summary.started.is_none() => {
            return restart(state, tenant, id, run, launch).await;
        }
        Err(error) => return Err(error.into()),
    };
    if unfinished.ended().is_some() {
        tenant.background.remove(id);
        return Ok(());
    }
    let loaded = tokio::task::spawn_blocking(move || {
        let context = recorded::context(unfinished.recorded())?;
        Ok::<_, Problem>((unfinished, context))
    });
    let (unfinished, context) = loaded.await.map_err(|cause| Problem::internal(&cause))??;
    tracing::info!(run = %id, "an interrupted run is resumed");
    let budget = RunBudget::default();
    resume_with(tenant, id.clone(), unfinished, context, budget, run, launch)
        .await
        .map(drop)
}

/// Starts a run again that has nothing in its journal, under the same id.
async fn restart(
    state: &AppState,
    tenant: &Arc<Tenant>,
    id: &RunId,
    run: BackgroundRun,
    launch: Launch,
) -> Result<(), Problem> {
    let question = run.question.clone().ok_or_else(|| Problem::not_found("run"))?;
    let (of, wanted) = (Arc::clone(tenant), id.clone());
    let removed = tokio::task::spawn_blocking(move || of.runs.remove(&wanted)).await;
    removed.map_err(|cause| Problem::internal(&cause))??;
    let job = Job::load(question, state, tenant).await?;
    start_with(tenant, id.clone(), job, Some(run), launch).await.map(drop)
}
