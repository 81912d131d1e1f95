//! Starts runs.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::http::StatusCode;
use rlm_context::Context;
use rlm_core::{RunError, RunOptions, Runner, TaskSpec};
use rlm_model::{Cost, Money, RunId};
use rlm_policy::Limits;
use rlm_prompt::SessionState;
use rlm_retrieval::{Bm25, Bm25Options, Retriever};
use rlm_runs::{AskOptions, SessionHistory, SessionLimits};
use rlm_store::{Holder, SessionRecord, new_run_id};
use rlm_trace::Millis;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::active::{Ended, Execution};
use crate::problem::Problem;
use crate::state::{AppState, Tenant};

/// What a run is to answer.
pub(crate) struct Job {
    pub(crate) task: TaskSpec,
    pub(crate) context: Context,
    /// The files of the context's texts, from which a replay reads them.
    pub(crate) locations: Vec<Option<String>>,
    /// The index of the context, if there is one already.
    pub(crate) retriever: Option<Arc<dyn Retriever>>,
    /// The session that the question belongs to, if any.
    pub(crate) session: Option<String>,
    /// The conversation before the question, if it belongs to no session.
    pub(crate) earlier: Option<SessionState>,
}

/// Starts a run in the background.
///
/// # Errors
/// A [`Problem`] if too many runs are active or the journal can't be created.
pub(crate) fn start(state: &AppState, tenant: &Arc<Tenant>, job: Job) -> Result<Arc<Execution>, Problem> {
    let Some(permit) = state.permit() else {
        let problem = Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "too_many_runs",
            "too many runs are active",
        );
        return Err(problem.hint("try again later"));
    };
    let id = new_id()?;
    let runner = within_budget(state, tenant, &id)?;
    let created = tenant.runs.create(&id, state.options().journal);
    let journal = Arc::new(created.inspect_err(|_| tenant.spending.settle(&id, Cost::Known(Money::ZERO)))?);
    let (sender, ended) = watch::channel(None);
    let execution = Arc::new(Execution {
        id: id.clone(),
        journal,
        cancel: CancellationToken::new(),
        ended,
    });
    tenant.executions.active.insert(id.clone(), Arc::clone(&execution));
    let tenant = Arc::clone(tenant);
    let started = Arc::clone(&execution);
    tokio::spawn(async move {
        let end = answer(&runner, &tenant, &started, job).await;
        tenant.spending.settle(&started.id, cost(&tenant, &started.id, &end));
        if let Err(error) = &end {
            tracing::info!(run = %started.id, code = error.code(), "a run ended by an error");
        }
        tenant.executions.active.remove(&started.id);
        drop(permit);
        // The client may be gone.
        let _ = sender.send(Some(Arc::new(end)));
    });
    Ok(execution)
}

/// Returns the tenant's runner for a run that its budget permits. Of a tenant with a budget, the run
/// may cost as much as is left of it.
fn within_budget(state: &AppState, tenant: &Tenant, id: &RunId) -> Result<Runner, Problem> {
    let Some(budget) = state.keys().budget(&tenant.name)? else {
        return Ok(tenant.runner.clone());
    };
    let limits = tenant.runner.limits();
    let most = tenant.spending.reserve(budget, limits.cost, id, now(), &tenant.runs)?;
    Ok(tenant.runner.with_limits(Limits {
        cost: Some(most),
        ..limits.clone()
    }))
}

/// Returns the most that a run may have cost.
fn cost(tenant: &Tenant, id: &RunId, end: &Ended) -> Cost {
    match end {
        Ok(result) => result.totals.cost_at_most(),
        Err(RunError::Limit { partial, .. }) => partial.totals.cost_at_most(),
        Err(_) => tenant.runs.entry(id.clone()).summary.totals.cost_at_most(),
    }
}

async fn answer(runner: &Runner, tenant: &Tenant, execution: &Execution, mut job: Job) -> Ended {
    let (wanted, most) = (job.task.budget.max_cost, runner.limits().cost);
    // A request can only lower the limit, which may be what is left of the tenant's budget.
    job.task.budget.max_cost = wanted.into_iter().chain(most).min();
    let options = RunOptions {
        id: Some(execution.id.clone()),
        journal: Some(Arc::clone(&execution.journal)),
        cancel: execution.cancel.clone(),
        locations: job.locations.clone(),
        retriever: job.retriever.clone().or_else(|| retriever(&job.context)),
        session: job.earlier.clone(),
        ..RunOptions::default()
    };
    match &job.session {
        None => runner.run_task(&job.task, &job.context, options).await,
        Some(name) => {
            let lock = tenant.executions.lock_of(name);
            let _turn = lock.lock().await;
            ask(runner, tenant, name, &job, options).await
        }
    }
}

/// Asks a question of a session. The run is added to the session before it starts, so that its cost
/// counts however it ends.
async fn ask(runner: &Runner, tenant: &Tenant, name: &str, job: &Job, options: RunOptions) -> Ended {
    let stored = |error: rlm_store::StoreError| RunError::Setting {
        name: "session",
        detail: error.to_string(),
    };
    let _lease = tenant.sessions.lease(name, holder()).map_err(stored)?;
    let mut record = tenant.sessions.read(name).map_err(stored)?;
    let mut history = history(tenant, &record);
    record.runs.extend(options.id.clone());
    tenant.sessions.replace(name, &record).map_err(stored)?;
    let runner = runner.with_limits(job.task.budget.limits(runner.limits()));
    let options = AskOptions {
        run: options,
        ..AskOptions::default()
    };
    history.ask(&runner, &job.task.question, &job.context, options).await
}

/// Builds the history of a session from the journals of its runs.
pub(crate) fn history(tenant: &Tenant, record: &SessionRecord) -> SessionHistory {
    let summaries: Vec<_> = record
        .runs
        .iter()
        .map(|run| tenant.runs.entry(run.clone()).summary)
        .collect();
    let limits = SessionLimits {
        max_cost_usd: record.max_cost_usd,
        max_tokens: record.max_tokens,
        history_chars: record.history_chars,
        persistent: record.persistent,
    };
    SessionHistory::from_runs(limits, &summaries)
}

/// Reads the context of a session: the text that it was created with. Blocks.
pub(crate) fn context_of(record: &SessionRecord) -> Result<(Context, Vec<Option<String>>), Problem> {
    let Some(path) = record.context.first() else {
        return Ok((Context::none(), Vec::new()));
    };
    let text = std::fs::read_to_string(path).map_err(|cause| Problem::internal(&cause))?;
    Ok((Context::from_text(text), vec![Some(path.clone())]))
}

fn retriever(context: &Context) -> Option<Arc<dyn Retriever>> {
    (!context.is_empty()).then(|| Arc::new(Bm25::new(context.clone(), Bm25Options::default())) as Arc<dyn Retriever>)
}

/// Creates an id for a run or a session.
pub(crate) fn new_id() -> Result<RunId, Problem> {
    let random = getrandom::u64().map_err(|cause| Problem::internal(&cause))?;
    Ok(new_run_id(SystemTime::now(), random)?)
}

pub(crate) fn now() -> Millis {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Millis(u64::try_from(since_1970.as_millis()).unwrap_or(u64::MAX))
}

pub(crate) fn holder() -> Holder {
    Holder {
        process: std::process::id(),
        since: now(),
    }
}
