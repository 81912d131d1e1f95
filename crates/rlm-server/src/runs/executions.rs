//! Starts runs: new questions, interrupted runs that are resumed, and forks of recorded runs.

use std::sync::Arc;

use axum::http::StatusCode;
use rlm_context::Context;
use rlm_core::{RunError, RunOptions, RunResult};
use rlm_model::{Cost, Money, RunId};
use rlm_retrieval::{Bm25, Bm25Options, Retriever};
use rlm_runs::{
    AskOptions, ForkOptions, RaisedLimits, ResumeOptions, SessionHistory, SessionLimits, UnfinishedRun, check_step,
};
use rlm_store::{SessionRecord, StoreError};
use rlm_trace::{Journal, JournalOptions, RecordedRun};
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use crate::http::problem::Problem;
use crate::http::request_log;
use crate::runs::active::{Ended, Execution, Slot};
use crate::runs::background::BackgroundRun;
use crate::runs::ids::{holder, now};
use crate::runs::job::Job;
use crate::runs::limits::{self, RunBudget};
use crate::runs::recorded;
use crate::runs::run_object::RunObject;
use crate::state::{AppState, Tenant};

/// Starts a run. One in the background goes on when its client leaves, and after the end of the
/// process.
///
/// # Errors
/// A [`Problem`] if too many runs are active, the server is stopping, a limit is higher than the
/// server's, the tenant's budget is spent, or the journal can't be created.
pub(crate) async fn start(
    state: &AppState,
    tenant: &Arc<Tenant>,
    id: RunId,
    job: Job,
    background: Option<BackgroundRun>,
) -> Result<Arc<Execution>, Problem> {
    let launch = Launch::now(state, tenant)?;
    start_with(tenant, id, job, background, launch).await
}

/// Starts a run with the right to have one more.
///
/// # Errors
/// As [`start`].
pub(crate) async fn start_with(
    tenant: &Arc<Tenant>,
    id: RunId,
    mut job: Job,
    background: Option<BackgroundRun>,
    launch: Launch,
) -> Result<Arc<Execution>, Problem> {
    let server = tenant.runner.limits();
    limits::check(&job.task.budget.limits(server), server)?;
    let most = launch
        .prepare(
            tenant,
            &id,
            job.task.budget.max_cost.or(server.cost),
            background.clone(),
        )
        .await?;
    job.task.budget.max_cost = most;
    let journal = launch.journal(tenant, &id, launch.state.options().journal).await?;
    let (of, cancel) = (Arc::clone(tenant), CancellationToken::new());
    let options = RunOptions {
        id: Some(id.clone()),
        journal: Some(Arc::clone(&journal)),
        cancel: cancel.clone(),
        trace_parent: request_log::trace_parent(),
        ..RunOptions::default()
    };
    let work = async move { answer(&of, options, job).await };
    Ok(launch.run(tenant, &id, journal, cancel, background.is_some(), work))
}

/// Resumes a run that was interrupted, or that ended at a limit which is raised.
///
/// # Errors
/// A [`Problem`] if the run is active or complete, its context is gone, or a limit is higher than the
/// server's; and as [`start`].
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
    let started = recorded::started(&run)?;
    budget.check_raised(started, tenant.runner.limits())?;
    let options = JournalOptions {
        texts: started.texts,
        ..state.options().journal
    };
    let launch = Launch::now(state, tenant)?;
    let path = tenant.runs.journal_path(&id);
    let unfinished = tokio::task::spawn_blocking(move || UnfinishedRun::open(path, options)).await;
    let unfinished = unfinished.map_err(|cause| Problem::internal(&cause))??;
    unfinished.check_end(&budget.raised())?;
    resume_with(
        tenant,
        id,
        unfinished,
        context,
        budget,
        BackgroundRun::default(),
        launch,
    )
    .await
}

/// Resumes a run whose journal has been opened, with the right to have one more active run.
///
/// # Errors
/// A [`Problem`] if the context, the models or the tools are not those of the run, or the tenant's
/// budget is spent.
pub(crate) async fn resume_with(
    tenant: &Arc<Tenant>,
    id: RunId,
    unfinished: UnfinishedRun,
    context: Context,
    budget: RunBudget,
    background: BackgroundRun,
    launch: Launch,
) -> Result<Arc<Execution>, Problem> {
    rlm_runs::check_resumable(&tenant.runner, &unfinished, &context)?;
    let asked = budget.max_cost.or(unfinished.limits()?.cost);
    let session = background.session.clone();
    let most = launch.prepare(tenant, &id, asked, Some(background)).await?;
    RunObject::forget(&tenant.runs, &id);
    let journal = Arc::clone(unfinished.journal());
    let (of, cancel) = (Arc::clone(tenant), CancellationToken::new());
    let options = ResumeOptions {
        limits: RaisedLimits {
            // Equal to the recorded limit if nothing was raised.
            cost: most,
            ..budget.raised()
        },
        cancel: cancel.clone(),
        retriever: retriever(&context),
        ..ResumeOptions::default()
    };
    let work = async move {
        let lock = session.as_deref().map(|session| of.executions.lock_of(session));
        let _turn = match &lock {
            Some(lock) => Some(lock.lock().await),
            None => None,
        };
        // The command line must not ask about the session meanwhile.
        let lease = session.map(|session| of.sessions.lease(&session, holder()));
        let _lease = lease.transpose().map_err(session_error)?;
        let resumed = rlm_runs::resume(&of.runner, unfinished, &context, options).await;
        resumed.map_err(RunError::from)
    };
    Ok(launch.run(tenant, &id, journal, cancel, true, work))
}

/// Starts a run that shares the steps of a recorded run before step `at`.
///
/// # Errors
/// A [`Problem`] if the run has no such step, its context is gone, or a limit is higher than the
/// server's; and as [`start`].
pub(crate) async fn fork(
    state: &AppState,
    tenant: &Arc<Tenant>,
    id: RunId,
    of: &RunId,
    at: u32,
    budget: RunBudget,
) -> Result<Arc<Execution>, Problem> {
    let (run, context) = load(tenant, of).await?;
    let started = recorded::started(&run)?;
    budget.check_raised(started, tenant.runner.limits())?;
    check_step(&run, at.max(1))?;
    let launch = Launch::now(state, tenant)?;
    let asked = budget.max_cost.or(limits::recorded(started).cost);
    let most = launch
        .prepare(tenant, &id, asked, Some(BackgroundRun::default()))
        .await?;
    // Texts that the run withheld must not appear in the new journal either.
    let options = JournalOptions {
        texts: started.texts,
        ..state.options().journal
    };
    let journal = launch.journal(tenant, &id, options).await?;
    let cancel = CancellationToken::new();
    let options = ForkOptions {
        at,
        id: Some(id.clone()),
        journal: Some(Arc::clone(&journal)),
        limits: RaisedLimits {
            cost: most,
            ..budget.raised()
        },
        templates: Vec::new(),
        cancel: cancel.clone(),
        retriever: retriever(&context),
        trace_parent: request_log::trace_parent(),
    };
    let owner = Arc::clone(tenant);
    let work = async move {
        let forked = rlm_runs::fork(&owner.runner, &run, &context, options).await;
        forked.map_err(RunError::from)
    };
    Ok(launch.run(tenant, &id, journal, cancel, true, work))
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

/// The right to have one more active run.
pub(crate) struct Launch {
    state: AppState,
    permit: OwnedSemaphorePermit,
    slot: Slot,
}

impl Launch {
    /// Takes the right if there is one.
    ///
    /// # Errors
    /// A [`Problem`] if too many runs are active, or the server is stopping.
    fn now(state: &AppState, tenant: &Tenant) -> Result<Self, Problem> {
        if state.is_draining() {
            let detail = "the service is stopping, and starts no more runs";
            return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "draining", detail).hint("try again later"));
        }
        let most = state.keys().limits(&tenant.name)?.runs.unwrap_or(u32::MAX);
        let slot = tenant.executions.slot(most).ok_or_else(|| {
            let detail = format!("{most} runs of the tenant are active, which is its maximum");
            Problem::too_many("tenant_runs", detail, 5)
        })?;
        let too_many = || {
            let detail = "too many runs are active";
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "too_many_runs", detail).hint("try again later")
        };
        let permit = state.permits().try_acquire_owned().map_err(|_| too_many())?;
        Ok(Self {
            state: state.clone(),
            permit,
            slot,
        })
    }

    /// Waits for the right, whatever the maximum of the tenant. Returns `None` if the server stops
    /// before.
    pub(crate) async fn wait(state: &AppState, tenant: &Tenant) -> Option<Self> {
        let permit = tokio::select! {
            permit = state.permits().acquire_owned() => permit.ok()?,
            () = state.draining() => return None,
        };
        Some(Self {
            state: state.clone(),
            permit,
            slot: tenant.executions.slot(u32::MAX)?,
        })
    }

    /// Reserves the cost of a run, and notes that it is in the background. Returns the most that the run
    /// may cost: `asked`, or what is left of the tenant's budget.
    async fn prepare(
        &self,
        tenant: &Arc<Tenant>,
        id: &RunId,
        asked: Option<Money>,
        background: Option<BackgroundRun>,
    ) -> Result<Option<Money>, Problem> {
        let budget = self.state.keys().budget(&tenant.name)?;
        let (tenant, id) = (Arc::clone(tenant), id.clone());
        let prepared = tokio::task::spawn_blocking(move || {
            let most = match budget {
                Some(budget) => Some(tenant.spending.reserve(budget, asked, &id, now(), &tenant.runs)?),
                None => asked,
            };
            let noted = background.map_or(Ok(()), |run| tenant.background.put(&id, &run));
            noted.map_err(|cause| {
                // A run that is resumed has cost something before.
                let spent = tenant.runs.entry(id.clone()).summary.totals.cost_at_most();
                tenant.spending.settle(&id, spent);
                Problem::storage(&cause)
            })?;
            Ok(most)
        });
        prepared.await.map_err(|cause| Problem::internal(&cause))?
    }

    /// Creates the journal of a run that is prepared.
    async fn journal(
        &self,
        tenant: &Arc<Tenant>,
        id: &RunId,
        options: JournalOptions,
    ) -> Result<Arc<Journal>, Problem> {
        let (tenant, id) = (Arc::clone(tenant), id.clone());
        let created = tokio::task::spawn_blocking(move || {
            tenant.runs.create(&id, options).map(Arc::new).map_err(|error| {
                tenant.spending.settle(&id, Cost::Known(Money::ZERO));
                tenant.background.remove(&id);
                Problem::from(error)
            })
        });
        created.await.map_err(|cause| Problem::internal(&cause))?
    }

    /// Runs `work`, which writes the journal of a run, until it ends or the server interrupts it.
    fn run(
        self,
        tenant: &Arc<Tenant>,
        id: &RunId,
        journal: Arc<Journal>,
        cancel: CancellationToken,
        in_background: bool,
        work: impl Future<Output = Result<RunResult, RunError>> + Send + 'static,
    ) -> Arc<Execution> {
        let (sender, ended) = watch::channel(None);
        let execution = Arc::new(Execution::new(id.clone(), journal, cancel, in_background, ended));
        tenant.executions.active.insert(id.clone(), Arc::clone(&execution));
        request_log::note_run(id);
        let mut entry = Entry {
            tenant: Arc::clone(tenant),
            execution: Arc::clone(&execution),
            cost: None,
        };
        let task = async move {
            let Self { state, permit, slot } = self;
            // The interrupted work is dropped, as it would be at the end of the process: its journal has
            // no end, and can be resumed.
            let result = tokio::select! {
                result = work => result,
                () = entry.execution.interrupt.cancelled() => {
                    tracing::info!(run = %entry.execution.id, "the run is interrupted");
                    state.metrics().interrupted(&entry.tenant.name);
                    drop(entry);
                    return;
                }
            };
            if let Err(error) = &result {
                tracing::info!(run = %entry.execution.id, code = error.code(), "a run ended by an error");
            }
            state.metrics().ended(&entry.tenant.name, &result);
            entry.cost = known_cost(&result);
            let ended = tokio::task::spawn_blocking(move || {
                let (tenant, id) = (&entry.tenant, &entry.execution.id);
                let run = RunObject::ended(&tenant.runs, id, &result);
                if let Err(cause) = run.store(&tenant.runs, id) {
                    tracing::warn!(run = %id, %cause, "the result of a run was not stored beside its journal");
                }
                tenant.background.remove(id);
                drop(entry);
                Arc::new(Ended {
                    result: Arc::new(result),
                    run,
                })
            });
            let ended = ended.await;
            drop((permit, slot));
            // The client may be gone.
            let _ = sender.send(ended.ok());
        };
        tokio::spawn(task.in_current_span());
        execution
    }
}

/// The entry of an active run. Dropping it removes the run from the active ones, and its reservation
/// from the tenant's budget, also if the run's task panics.
struct Entry {
    tenant: Arc<Tenant>,
    execution: Arc<Execution>,
    /// The most that the run has cost. `None` if the journal has to tell.
    cost: Option<Cost>,
}

impl Drop for Entry {
    fn drop(&mut self) {
        let id = &self.execution.id;
        if std::thread::panicking() {
            tracing::error!(run = %id, "the task of a run panicked");
        }
        self.execution.release();
        let recorded = || self.tenant.runs.entry(id.clone()).summary.totals.cost_at_most();
        self.tenant.spending.settle(id, self.cost.unwrap_or_else(recorded));
        self.tenant.executions.active.remove(id);
    }
}

/// Returns the most that a run may have cost, if its result tells.
fn known_cost(result: &Result<RunResult, RunError>) -> Option<Cost> {
    match result {
        Ok(result) => Some(result.totals.cost_at_most()),
        Err(RunError::Limit { partial, .. }) => Some(partial.totals.cost_at_most()),
        Err(_) => None,
    }
}

async fn answer(tenant: &Tenant, options: RunOptions, job: Job) -> Result<RunResult, RunError> {
    let options = RunOptions {
        locations: job.locations.clone(),
        retriever: job.retriever.clone().or_else(|| retriever(&job.context)),
        session: job.earlier.clone(),
        ..options
    };
    match &job.session {
        None => tenant.runner.run_task(&job.task, &job.context, options).await,
        Some(name) => {
            let lock = tenant.executions.lock_of(name);
            let _turn = lock.lock().await;
            ask(tenant, name, &job, options).await
        }
    }
}

/// Asks a question of a session. The run is added to the session before it starts, so that its cost
/// counts however it ends.
async fn ask(tenant: &Tenant, name: &str, job: &Job, options: RunOptions) -> Result<RunResult, RunError> {
    let _lease = tenant.sessions.lease(name, holder()).map_err(session_error)?;
    let mut record = tenant.sessions.read(name).map_err(session_error)?;
    let mut history = history(tenant, &record);
    record
        .runs
        .extend(options.id.clone().filter(|id| !record.runs.contains(id)));
    tenant.sessions.replace(name, &record).map_err(session_error)?;
    let runner = tenant
        .runner
        .with_limits(job.task.budget.limits(tenant.runner.limits()));
    let options = AskOptions {
        run: options,
        ..AskOptions::default()
    };
    history.ask(&runner, &job.task.question, &job.context, options).await
}

fn session_error(error: StoreError) -> RunError {
    RunError::Setting {
        name: "session",
        detail: error.to_string(),
    }
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
        max_input_tokens: record.max_input_tokens,
        max_output_tokens: record.max_output_tokens,
        history_chars: record.history_chars,
        persistent: record.persistent,
    };
    SessionHistory::from_runs(limits, &summaries)
}

fn retriever(context: &Context) -> Option<Arc<dyn Retriever>> {
    (!context.is_empty()).then(|| Arc::new(Bm25::new(context.clone(), Bm25Options::default())) as Arc<dyn Retriever>)
}
