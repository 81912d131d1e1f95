//! Starts runs: new questions, interrupted runs that are resumed, and forks of recorded runs.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::http::StatusCode;
use rlm_context::Context;
use rlm_core::{RunError, RunOptions, RunResult, Runner, TaskSpec};
use rlm_model::{Cost, Money, RunId};
use rlm_policy::Limits;
use rlm_prompt::SessionState;
use rlm_retrieval::{Bm25, Bm25Options, Retriever};
use rlm_runs::{
    AskOptions, ForkOptions, RaisedLimits, ResumeOptions, SessionHistory, SessionLimits, UnfinishedRun, check_step,
};
use rlm_store::{Holder, SessionRecord, new_run_id};
use rlm_trace::{Journal, JournalOptions, Millis, RecordedRun};
use tokio::sync::{OwnedSemaphorePermit, watch};

use crate::active::{Ended, Execution};
use crate::limits::{self, RunBudget};
use crate::problem::Problem;
use crate::recorded;
use crate::run_object::RunObject;
use crate::state::{AppState, Tenant};

/// What a run is to answer.
pub(crate) struct Job {
    pub(crate) task: TaskSpec,
    pub(crate) context: Context,
    /// The files of the context's texts, from which a replay reads them.
    pub(crate) locations: Vec<Option<String>>,
    /// The session that the question belongs to, if any.
    pub(crate) session: Option<String>,
    /// The conversation before the question, if it belongs to no session.
    pub(crate) earlier: Option<SessionState>,
}

/// Starts a run in the background.
///
/// # Errors
/// A [`Problem`] if its budget is larger than the server's, too many runs are active, or the journal
/// can't be created.
pub(crate) async fn start(
    state: &AppState,
    tenant: &Arc<Tenant>,
    id: RunId,
    job: Job,
) -> Result<Arc<Execution>, Problem> {
    limits::check(&job.task.budget.limits(tenant.runner.limits()), tenant.runner.limits())?;
    let permit = permit(state)?;
    let asked = job.task.budget.max_cost.or(tenant.runner.limits().cost);
    let reservation = Reservation::of(state, tenant, &id, asked).await?;
    let runner = reservation.runner(tenant);
    let journal = Arc::new(tenant.runs.create(&id, state.options().journal)?);
    let work = {
        let tenant = Arc::clone(tenant);
        async move |execution: Arc<Execution>| answer(&runner, &tenant, &execution, job).await
    };
    Ok(launch(tenant, id, journal, (permit, reservation), work))
}

/// Resumes a run that was interrupted, or that ended at a limit which is raised.
///
/// # Errors
/// A [`Problem`] if the run is active or complete, its context is gone, or a limit is higher than the
/// server's.
pub(crate) async fn resume(
    state: &AppState,
    tenant: &Arc<Tenant>,
    id: RunId,
    budget: RunBudget,
) -> Result<Arc<Execution>, Problem> {
    if tenant.executions.get(&id).is_some() {
        let problem = Problem::new(StatusCode::CONFLICT, "run_active", "the run is active");
        return Err(problem.hint("wait for its end, or cancel it"));
    }
    let (run, context) = load(tenant, &id).await?;
    let permit = permit(state)?;
    let started = recorded::started(&run)?;
    budget.check_raised(started, tenant.runner.limits())?;
    let spent = tenant.runs.entry(id.clone()).summary.totals.cost_at_most();
    let spent = spent.known().unwrap_or_default();
    let path = tenant.runs.journal_path(&id);
    let options = JournalOptions {
        texts: started.texts,
        ..state.options().journal
    };
    let unfinished = tokio::task::spawn_blocking(move || UnfinishedRun::open(path, options)).await;
    let unfinished = unfinished.map_err(|cause| Problem::internal(&cause))??;
    unfinished.check_end(&budget.raised())?;
    rlm_runs::check_resumable(&tenant.runner, &unfinished, &context)?;
    let most = budget.max_cost.or(unfinished.limits()?.cost);
    let left = most.map(|most| most.saturating_sub(spent));
    let reservation = Reservation::of(state, tenant, &id, left).await?.after(spent);
    let mut raised = budget.raised();
    // The limit includes what the run has already spent.
    raised.cost = reservation.most.map(|most| most.saturating_add(spent)).or(raised.cost);
    RunObject::forget(tenant, &id);
    let journal = Arc::clone(unfinished.journal());
    let work = {
        let tenant = Arc::clone(tenant);
        async move |execution: Arc<Execution>| {
            let options = ResumeOptions {
                limits: raised,
                cancel: execution.cancel.clone(),
                retriever: retriever(&context),
                ..ResumeOptions::default()
            };
            let resumed = rlm_runs::resume(&tenant.runner, unfinished, &context, options).await;
            resumed.map_err(RunError::from)
        }
    };
    Ok(launch(tenant, id, journal, (permit, reservation), work))
}

/// Starts a run that shares the steps of a recorded run before step `at`.
///
/// # Errors
/// A [`Problem`] if the run has no such step, its context is gone, or a limit is higher than the
/// server's.
pub(crate) async fn fork(
    state: &AppState,
    tenant: &Arc<Tenant>,
    id: RunId,
    of: &RunId,
    at: u32,
    budget: RunBudget,
) -> Result<Arc<Execution>, Problem> {
    let (run, context) = load(tenant, of).await?;
    let permit = permit(state)?;
    let started = recorded::started(&run)?;
    budget.check_raised(started, tenant.runner.limits())?;
    check_step(&run, at.max(1))?;
    let asked = budget.max_cost.or(limits::recorded(started).cost);
    let reservation = Reservation::of(state, tenant, &id, asked).await?;
    let limits = RaisedLimits {
        cost: reservation.most.or(budget.max_cost),
        ..budget.raised()
    };
    // Texts that the run withheld must not appear in the new journal either.
    let options = JournalOptions {
        texts: started.texts,
        ..state.options().journal
    };
    let journal = Arc::new(tenant.runs.create(&id, options)?);
    let work = {
        let tenant = Arc::clone(tenant);
        async move |execution: Arc<Execution>| {
            let options = ForkOptions {
                at,
                id: Some(execution.id.clone()),
                journal: execution.journal(),
                limits,
                templates: Vec::new(),
                cancel: execution.cancel.clone(),
                retriever: retriever(&context),
            };
            let forked = rlm_runs::fork(&tenant.runner, &run, &context, options).await;
            forked.map_err(RunError::from)
        }
    };
    Ok(launch(tenant, id, journal, (permit, reservation), work))
}

/// Reads a recorded run and its context.
pub(crate) async fn load(tenant: &Arc<Tenant>, id: &RunId) -> Result<(RecordedRun, Context), Problem> {
    let (tenant, id) = (Arc::clone(tenant), id.clone());
    let loaded = tokio::task::spawn_blocking(move || {
        let run = recorded::read(&tenant, &id)?;
        let context = recorded::context(&run)?;
        Ok::<_, Problem>((run, context))
    });
    loaded.await.map_err(|cause| Problem::internal(&cause))?
}

/// Returns the right to have one more active run.
fn permit(state: &AppState) -> Result<OwnedSemaphorePermit, Problem> {
    state.permit().ok_or_else(|| {
        let problem = Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "too_many_runs",
            "too many runs are active",
        );
        problem.hint("try again later")
    })
}

/// Carries out the work of a run in a task of its own.
fn launch<W, F>(
    tenant: &Arc<Tenant>,
    id: RunId,
    journal: Arc<Journal>,
    held: (OwnedSemaphorePermit, Reservation),
    work: W,
) -> Arc<Execution>
where
    W: FnOnce(Arc<Execution>) -> F,
    F: Future<Output = Result<RunResult, RunError>> + Send + 'static,
{
    let (sender, ended) = watch::channel(None);
    let execution = Arc::new(Execution::new(id, journal, ended));
    let active = ActiveRun::add(tenant, &execution);
    let work = work(Arc::clone(&execution));
    let running = Arc::clone(&execution);
    tokio::spawn(async move {
        let (permit, reservation) = held;
        let result = work.await;
        running.release();
        if let Err(error) = &result {
            tracing::info!(run = %active.id, code = error.code(), "a run ended by an error");
        }
        let (tenant, run_id) = (Arc::clone(&active.tenant), active.id.clone());
        let seen = tokio::task::spawn_blocking(move || {
            let run = RunObject::ended(&tenant, &run_id, &result);
            if let Err(cause) = run.store(&tenant, &run_id) {
                tracing::warn!(run = %run_id, %cause, "the result of a run was not stored beside its journal");
            }
            reservation.settle(cost(&tenant, &run_id, &result));
            Arc::new(Ended { result, run })
        });
        let seen = seen.await;
        drop((active, permit));
        // The client may be gone.
        let _ = sender.send(seen.ok());
    });
    execution
}

/// An entry among the active runs of a tenant, which is removed however the run ends.
struct ActiveRun {
    tenant: Arc<Tenant>,
    id: RunId,
}

impl ActiveRun {
    fn add(tenant: &Arc<Tenant>, execution: &Arc<Execution>) -> Self {
        let active = &tenant.executions.active;
        active.insert(execution.id.clone(), Arc::clone(execution));
        Self {
            tenant: Arc::clone(tenant),
            id: execution.id.clone(),
        }
    }
}

impl Drop for ActiveRun {
    fn drop(&mut self) {
        self.tenant.executions.active.remove(&self.id);
    }
}

/// The part of a tenant's budget that a run may spend. Dropped without being settled, as after a
/// panic, it counts as spent.
struct Reservation {
    tenant: Arc<Tenant>,
    id: RunId,
    /// The most that the run may cost, for a tenant with a budget.
    most: Option<Money>,
    /// What the run had cost before it was resumed, which has been counted.
    before: Money,
}

impl Reservation {
    /// Reserves the cost of a run: `asked`, or what is left if that is less.
    async fn of(state: &AppState, tenant: &Arc<Tenant>, id: &RunId, asked: Option<Money>) -> Result<Self, Problem> {
        let mut reservation = Self {
            tenant: Arc::clone(tenant),
            id: id.clone(),
            most: None,
            before: Money::ZERO,
        };
        if let Some(budget) = state.keys().budget(&tenant.name)? {
            let (tenant, id) = (Arc::clone(tenant), id.clone());
            // The first reservation reads journals.
            let reserved =
                tokio::task::spawn_blocking(move || tenant.spending.reserve(budget, asked, &id, now(), &tenant.runs));
            reservation.most = Some(reserved.await.map_err(|cause| Problem::internal(&cause))??);
        }
        Ok(reservation)
    }

    fn after(self, before: Money) -> Self {
        Self { before, ..self }
    }

    /// Returns the tenant's runner for a run that may cost as much as is reserved.
    fn runner(&self, tenant: &Tenant) -> Runner {
        let limits = tenant.runner.limits();
        match self.most {
            None => tenant.runner.clone(),
            Some(most) => tenant.runner.with_limits(Limits {
                cost: Some(most),
                ..limits.clone()
            }),
        }
    }

    fn settle(self, cost: Cost) {
        let since = match cost {
            Cost::Known(cost) => Cost::Known(cost.saturating_sub(self.before)),
            unknown => unknown,
        };
        self.tenant.spending.settle(&self.id, since);
    }
}

/// Returns the most that a run may have cost.
fn cost(tenant: &Tenant, id: &RunId, end: &Result<RunResult, RunError>) -> Cost {
    match end {
        Ok(result) => result.totals.cost_at_most(),
        Err(RunError::Limit { partial, .. }) => partial.totals.cost_at_most(),
        Err(_) => tenant.runs.entry(id.clone()).summary.totals.cost_at_most(),
    }
}

async fn answer(runner: &Runner, tenant: &Tenant, execution: &Execution, mut job: Job) -> Result<RunResult, RunError> {
    // A budget of the request is at most what is reserved.
    job.task.budget.max_cost = match (job.task.budget.max_cost, runner.limits().cost) {
        (Some(asked), Some(most)) => Some(asked.min(most)),
        (asked, _) => asked,
    };
    let options = RunOptions {
        id: Some(execution.id.clone()),
        journal: execution.journal(),
        cancel: execution.cancel.clone(),
        locations: job.locations.clone(),
        retriever: retriever(&job.context),
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
async fn ask(
    runner: &Runner,
    tenant: &Tenant,
    name: &str,
    job: &Job,
    options: RunOptions,
) -> Result<RunResult, RunError> {
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
