//! Runs live tests: a test case is run with its models, within the budget that all cases share.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rlm_cases::{CaseReport, Facts, Rate, Status};
use rlm_cli_execution::tools::{self, OfferedTools};
use rlm_cli_execution::{context, recording, runner};
use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_settings::environment::Environment;
use rlm_cli_settings::runner::RunnerSettings;
use rlm_core::{RunError, RunOptions, RunResult, RunSettings};
use rlm_policy::{BudgetSlice, SharedBudget, Spend};
use rlm_runs::spent_in;
use rlm_trace::{Journal, JournalOptions, Record, RecordedRun, Totals};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::offline::judge;
use super::setup::{CaseSetup, wrong};
use super::snapshots::SnapshotMode;

/// The state that all live test cases share: budget, parallelism and cancellation.
pub(crate) struct Shared {
    budget: Mutex<SharedBudget>,
    /// The maximum number of runs in parallel.
    parallel: usize,
    cancel: CancellationToken,
}

/// The live runner of a test case, which asks its models.
pub(crate) struct Asker<'p, 'e> {
    prepared: &'p CaseSetup<'e>,
    runner: RunnerSettings,
    offered: OfferedTools,
    /// The session state for the run, if the recorded run belongs to a session.
    session: Option<rlm_prompt::SessionState>,
    shared: &'p Shared,
    environment: &'p Environment,
}

/// A run that called models, with its journal.
struct LiveRun {
    journal: PathBuf,
    recorded: RecordedRun,
}

impl Shared {
    pub(crate) fn new(budget: SharedBudget, parallel: usize, cancel: CancellationToken) -> Self {
        Self {
            budget: Mutex::new(budget),
            parallel: parallel.max(1),
            cancel,
        }
    }

    fn budget(&self) -> MutexGuard<'_, SharedBudget> {
        self.budget.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns `true` if the user has cancelled the tests.
    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancel.is_cancelled()
    }

    /// Returns the spending of all live test cases so far.
    pub(crate) fn spent(&self) -> Spend {
        self.budget().spent()
    }
}

impl<'p, 'e> Asker<'p, 'e> {
    /// Creates the models and tools of a test case. No model is called. `before` is the case's
    /// recording, if there is one.
    ///
    /// # Errors
    /// [`Failure::NoModel`], [`Failure::Model`], [`Failure::Tool`] and all other errors that can be
    /// found before a model is called.
    pub(crate) async fn new(
        prepared: &'p CaseSetup<'e>,
        before: Option<&RecordedRun>,
        shared: &'p Shared,
        environment: &'p Environment,
        console: Console,
    ) -> Result<Self, Failure> {
        let arguments = &prepared.arguments.runner;
        let entry = prepared.entry;
        let settings = before.and_then(settings_of);
        if arguments.models.model.is_none() {
            return Err(wrong(entry, entry.case.line, "missing `run.model`, the model to call"));
        }
        let offered = tools::start(
            &arguments.tools.offered,
            arguments.calls.api_key_env.as_deref(),
            environment,
            console,
        )
        .await?;
        if settings.as_ref().is_some_and(|settings| !settings.tools.is_empty()) && offered.is_empty() {
            return Err(wrong(
                entry,
                entry.case.line,
                "the recorded run had tools, but `run.tool` and `run.mcp` offer none",
            ));
        }
        let runner = runner::settings(arguments, environment, console)?;
        Ok(Self {
            prepared,
            runner,
            offered,
            session: settings.and_then(|settings| settings.session),
            shared,
            environment,
        })
    }

    /// Runs the test case once, and replaces its recording by the run, if the run is suitable. A
    /// failed run leaves the recording unchanged.
    ///
    /// # Errors
    /// The errors that prevent the run from starting.
    pub(crate) async fn record(&self, keeping: SnapshotMode, report: CaseReport) -> Result<CaseReport, Failure> {
        let target = self.prepared.entry.recording();
        let before = if target.exists() {
            "; the recording is unchanged"
        } else {
            ""
        };
        let asked = match self.ask(0).await? {
            Ok(asked) => asked,
            Err(why) => return Ok(not_asked(&format!("{why}{before}"), report)),
        };
        let facts = Facts::of(&asked.recorded.records);
        if !is_recording(&facts, self.prepared) {
            let why = facts.message.clone().unwrap_or_default();
            let _ = std::fs::remove_file(&asked.journal);
            let report = report.with_facts(&facts, rlm_cli_output::run_result::dollars(facts.cost));
            return Ok(not_asked(
                &format!("the run ended as {}: {why}{before}", facts.outcome),
                report,
            ));
        }
        let records: Vec<&Record> = asked.recorded.records.iter().collect();
        let report = judge(self.prepared, &records, keeping, report)?;
        std::fs::rename(&asked.journal, &target).map_err(|cause| Failure::Cases {
            path: target.clone(),
            detail: cause.to_string(),
        })?;
        Ok(report)
    }

    /// Runs the test case `times` times without recording, and reports how often its expectations
    /// were met.
    ///
    /// # Errors
    /// The errors that prevent a run from starting.
    pub(crate) async fn repeat(&self, times: u32, mut report: CaseReport) -> Result<CaseReport, Failure> {
        let (mut all, mut first_unmet, mut failed) = (Vec::new(), None, 0);
        for number in 1..=times {
            let asked = match self.ask(number).await? {
                Ok(asked) => asked,
                Err(why) => {
                    report.notes.push(format!("ran {} of {times} times: {why}", all.len()));
                    break;
                }
            };
            let _ = std::fs::remove_file(&asked.journal);
            let facts = Facts::of(&asked.recorded.records);
            let unmet = self.prepared.checks.judge(&facts);
            if !unmet.is_empty() {
                failed += 1;
                first_unmet.get_or_insert((all.len(), unmet));
            }
            all.push(facts);
        }
        let tried = u32::try_from(all.len()).unwrap_or(u32::MAX);
        report.repeated = (times > 1).then(|| Rate::of(tried.saturating_sub(failed), tried));
        report.status = match (failed, tried) {
            (_, 0) => Status::Error,
            (0, _) => Status::Passed,
            _ => Status::Failed,
        };
        // Show the first run that failed its expectations, or else the first run.
        let (shown, unmet) = first_unmet.unwrap_or_default();
        report.unmet = unmet;
        match all.get(shown) {
            Some(facts) => report = report.with_facts(facts, None),
            None => report.error = report.notes.pop(),
        }
        Ok(averaged(report, &all))
    }

    /// Asks the question of the test case, within a slice of the remaining budget. The inner error
    /// explains why there is no result.
    async fn ask(&self, number: u32) -> Result<Result<LiveRun, String>, Failure> {
        let part = match self.shared.budget().take(self.shared.parallel) {
            Ok(part) => part,
            Err(empty) => return Ok(Err(format!("no budget left: {empty}"))),
        };
        let journal = self.place(number);
        let result = self.ask_within(part, &journal).await;
        let recorded = RecordedRun::read(&journal);
        let spent = match &result {
            Ok(result) => result.spent,
            Err(Failure::Run(RunError::Limit { partial, .. })) => partial.spent,
            // The journal contains the spending of a failed run.
            Err(_) => recorded
                .as_ref()
                .map_or_else(|_| Spend::default(), |run| spent_in(&Totals::of(&run.records))),
        };
        self.shared.budget().put_back(part, spent);
        match result {
            Ok(_) | Err(Failure::Run(RunError::Limit { .. })) => Ok(Ok(LiveRun {
                recorded: recorded?,
                journal,
            })),
            Err(failure @ Failure::Run(_)) => {
                let _ = std::fs::remove_file(&journal);
                Ok(Err(failure.line()))
            }
            Err(failure) => Err(failure),
        }
    }

    async fn ask_within(&self, part: BudgetSlice, journal: &Path) -> Result<RunResult, Failure> {
        let prepared = self.prepared;
        // Create a runner for each run, so that runs don't share state.
        let runner = runner::build(&self.runner, self.environment, &self.offered)?;
        if let Some(folder) = journal.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(|cause| Failure::Cases {
                path: folder.to_owned(),
                detail: cause.to_string(),
            })?;
        }
        // An existing file is from a process that was killed.
        let _ = std::fs::remove_file(journal);
        let options = RunOptions {
            id: Some(runner::new_id()?),
            journal: Some(Arc::new(Journal::create(journal, JournalOptions::default())?)),
            cancel: self.shared.cancel.clone(),
            locations: context::locations_below(&prepared.context, &prepared.base),
            retriever: prepared.retriever(self.environment),
            session: self.session.clone(),
            ..RunOptions::default()
        };
        let runner = runner.with_limits(part.within(runner.limits()));
        let (question, context) = (&prepared.entry.case.question, &prepared.context);
        Ok(runner.run_with(question, context, options).await?)
    }

    /// Returns the temporary path of a run's journal, until it replaces the recording or is
    /// discarded.
    fn place(&self, number: u32) -> PathBuf {
        let mut name = self.prepared.entry.recording().into_os_string();
        name.push(match number {
            0 => ".new".to_owned(),
            number => format!(".{number}.new"),
        });
        name.into()
    }
}

/// Returns `true` if a run may become the recording of a test case. Runs that ended by an error, a
/// cancellation or the shared budget are unsuitable, unless the case expects that outcome.
fn is_recording(facts: &Facts, prepared: &CaseSetup<'_>) -> bool {
    let is_whole = matches!(facts.outcome.as_str(), "complete" | "unable" | "verification_failed");
    is_whole || facts.outcome == prepared.entry.case.expect.outcome()
}

fn not_asked(why: &str, mut report: CaseReport) -> CaseReport {
    report.status = Status::Error;
    report.error = Some(why.to_owned());
    report
}

/// Adds the average metrics and the total cost of repeated runs to a report.
fn averaged(mut report: CaseReport, all: &[Facts]) -> CaseReport {
    let count = u64::try_from(all.len()).unwrap_or(u64::MAX).max(1);
    let mean = |of: fn(&Facts) -> u64| all.iter().map(of).fold(0, u64::saturating_add) / count;
    report.steps = u32::try_from(mean(|facts| facts.steps.into())).unwrap_or(u32::MAX);
    report.subcalls = mean(|facts| facts.subcalls);
    report.tokens = mean(|facts| facts.tokens);
    let cost = all
        .iter()
        .map(|facts| facts.cost)
        .fold(rlm_model::Cost::Known(rlm_model::Money::ZERO), rlm_model::Cost::plus);
    report.cost = rlm_cli_output::run_result::dollars(cost);
    report
}

fn settings_of(run: &RecordedRun) -> Option<RunSettings> {
    let started = recording::started_of(run).ok()?;
    serde_json::from_value(Value::Object(started.settings.clone())).ok()
}
