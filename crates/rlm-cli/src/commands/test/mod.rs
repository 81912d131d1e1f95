//! `rlm test`: tests of prompts. Test cases run with their recordings or with live models.

mod case_report;
mod comparison;
mod live;
mod models;
mod offline;
mod setup;
mod snapshots;
mod suite;

use std::path::{Path, PathBuf};
use std::time::Instant;

use futures::{StreamExt as _, pin_mut, stream};
use rlm_cases::{CaseReport, Means, Status, Summary, junit};
use rlm_cli_execution::runtime;
use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_output::schemas;
use rlm_cli_settings::args::{StaleCases, TestArguments};
use rlm_cli_settings::environment::Environment;
use rlm_model::Tokens;
use rlm_policy::{BudgetSlice, SharedBudget};
use rlm_runs::Replies;
use tokio_util::sync::CancellationToken;

use self::comparison::Compared;
use self::live::{Asker, Shared};
use self::offline::{begun, recording, rehearse};
use self::setup::CaseSetup;
use self::snapshots::SnapshotMode;
use self::suite::{Entry, InvalidCase};

/// The exit code of `rlm test` if a test case failed or could not be run.
const FAILED_EXIT: u8 = 1;
/// The exit code of `rlm test` if no test case failed, and some are stale.
const STALE_EXIT: u8 = 3;

/// Runs `rlm test`: runs the test cases. Returns the exit code.
pub(crate) fn run(arguments: &TestArguments, environment: &Environment, console: Console) -> Result<u8, Failure> {
    if arguments.prompts.len() > 1 && !arguments.live && !arguments.reuse_replies {
        return Err(Failure::Cases {
            path: arguments.prompts.first().cloned().unwrap_or_default(),
            detail: "comparing prompts requires --live or --reuse-replies".to_owned(),
        });
    }
    let found = suite::find(&arguments.paths, &arguments.filter)?;
    let cancel = CancellationToken::new();
    let budget = SharedBudget::new(BudgetSlice {
        cost: arguments.max_cost,
        tokens: arguments.max_tokens.map(Tokens),
        ..BudgetSlice::default()
    });
    let trial = Trial {
        arguments,
        shared: Shared::new(budget, usize::from(arguments.parallel).min(found.len()), cancel.clone()),
        environment: &environment.clone().without_limits(),
        console,
    };
    let runtime = runtime::runtime()?;
    let work = trial.all(&found);
    let done = runtime::carry_out(runtime, cancel.clone(), console, work)?;
    let reports: Vec<CaseReport> = done.iter().flat_map(|done| done.reports.iter().cloned()).collect();
    if arguments.review {
        snapshots::review(found.iter().flatten(), console)?;
    }
    trial.show(&done, &reports)?;
    if cancel.is_cancelled() {
        return Ok(rlm_policy::Outcome::Cancelled.exit_code());
    }
    let summary = Summary::of(&reports);
    Ok(match (summary.failed.saturating_add(summary.errors), summary.stale) {
        (0, 0) => 0,
        (0, _) if arguments.stale == StaleCases::Ok => 0,
        (0, _) => STALE_EXIT,
        _ => FAILED_EXIT,
    })
}

/// Runs the first test case of a file once, with its recording.
///
/// # Errors
/// The errors that prevent the test case from being found.
pub(crate) fn try_once(file: &Path, environment: &Environment, console: Console) -> Result<CaseReport, Failure> {
    let arguments = TestArguments {
        paths: vec![file.to_owned()],
        // The first snapshots of a new case are accepted.
        accept: true,
        ..TestArguments::offline()
    };
    let found = suite::find(&arguments.paths, &[])?;
    let trial = Trial {
        arguments: &arguments,
        shared: Shared::new(SharedBudget::default(), 1, CancellationToken::new()),
        environment: &environment.clone().without_limits(),
        console,
    };
    let first = found
        .first()
        .ok_or_else(|| Failure::NotRecorded { path: file.to_owned() })?;
    Ok(runtime::runtime()?.block_on(trial.one(first, None)))
}

/// The options and the shared state for running all test cases.
struct Trial<'a> {
    arguments: &'a TestArguments,
    shared: Shared,
    /// The environment without the variables that set limits, since a test case has the limits that
    /// it states.
    environment: &'a Environment,
    console: Console,
}

impl Trial<'_> {
    /// Runs all test cases with each folder of prompts, or with their own prompts if no folder is
    /// named.
    async fn all(&self, found: &[Result<Entry, InvalidCase>]) -> Result<Vec<Compared>, Failure> {
        let folders: Vec<Option<&PathBuf>> = match self.arguments.prompts.as_slice() {
            [] => vec![None],
            folders => folders.iter().map(Some).collect(),
        };
        let mut done = Vec::new();
        for folder in folders {
            if let (Some(folder), true) = (folder, self.arguments.prompts.len() > 1 && !self.arguments.json) {
                self.console.result_line(&case_report::prompts(folder))?;
            }
            let tried = stream::iter(found)
                .take_while(|_| std::future::ready(!self.shared.is_cancelled()))
                .map(|one| self.one(one, folder.map(PathBuf::as_path)))
                .buffered(usize::from(self.arguments.parallel));
            pin_mut!(tried);
            let mut reports = Vec::new();
            while let Some(report) = tried.next().await {
                if !self.arguments.json {
                    self.console.result_line(&case_report::case(&report))?;
                }
                reports.push(report);
            }
            done.push(Compared {
                prompts: folder.cloned(),
                reports,
            });
        }
        Ok(done)
    }

    /// Runs one test case. Errors become part of its report.
    async fn one(&self, found: &Result<Entry, InvalidCase>, prompts: Option<&Path>) -> CaseReport {
        let began = Instant::now();
        let (report, tried) = match found {
            Err(unusable) => {
                let report = CaseReport::new(
                    unusable.name.clone(),
                    unusable.file.display().to_string(),
                    unusable.line,
                    Means::Recorded,
                );
                (report, Err(unusable.failure()))
            }
            Ok(entry) => {
                let means = match (self.arguments.live, self.arguments.reuse_replies) {
                    (true, _) => Means::Live,
                    (_, true) => Means::Reused,
                    _ => Means::Recorded,
                };
                let report = begun(entry, means);
                (report.clone(), self.case(entry, prompts, report).await)
            }
        };
        let mut report = tried.unwrap_or_else(|failure| CaseReport {
            status: Status::Error,
            error: Some(failure.line()),
            ..report
        });
        report.elapsed_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        report
    }

    async fn case(&self, entry: &Entry, prompts: Option<&Path>, report: CaseReport) -> Result<CaseReport, Failure> {
        let prepared = CaseSetup::of(entry, prompts, self.environment)?;
        let before = recording(&entry.recording())?;
        if !self.arguments.live {
            return self.recorded(&prepared, before.as_ref(), report).await;
        }
        if let (true, Some(before)) = (self.arguments.only_stale, &before) {
            let recorded = CaseReport {
                means: Means::Recorded,
                ..report.clone()
            };
            let recorded = self.recorded(&prepared, Some(before), recorded).await?;
            if recorded.request.is_none() && recorded.changes.is_empty() {
                return Ok(recorded);
            }
        }
        let asker = Asker::new(&prepared, before.as_ref(), &self.shared, self.environment, self.console).await?;
        // Runs for a comparison or a count must not replace the recording.
        match (self.arguments.repeat, self.arguments.prompts.len()) {
            (None, 0 | 1) => asker.record(self.keeping(), report).await,
            (times, _) => asker.repeat(times.unwrap_or(1), report).await,
        }
    }

    /// Runs a test case with its recording.
    async fn recorded(
        &self,
        prepared: &CaseSetup<'_>,
        recording: Option<&rlm_trace::RecordedRun>,
        report: CaseReport,
    ) -> Result<CaseReport, Failure> {
        let Some(recording) = recording else {
            return Err(Failure::NotRecorded {
                path: prepared.entry.recording(),
            });
        };
        let replies = match self.arguments.reuse_replies {
            true => Replies::ByPosition,
            false => Replies::ToSameRequests,
        };
        rehearse(prepared, recording, replies, self.keeping(), self.environment, report).await
    }

    const fn keeping(&self) -> SnapshotMode {
        match (self.arguments.prompts.len(), self.arguments.accept) {
            (2.., _) => SnapshotMode::Untouched,
            (_, true) => SnapshotMode::Accepted,
            (_, false) => SnapshotMode::Pending,
        }
    }

    fn show(&self, done: &[Compared], reports: &[CaseReport]) -> Result<(), Failure> {
        let summary = Summary::of(reports);
        if let Some(path) = &self.arguments.junit {
            let stale = match self.arguments.stale {
                StaleCases::Error => Status::Failed,
                StaleCases::Ok => Status::Stale,
            };
            let suite = self.arguments.paths.first().cloned().unwrap_or_default();
            std::fs::write(path, junit(&suite.display().to_string(), reports, stale)).map_err(|cause| {
                Failure::Cases {
                    path: path.clone(),
                    detail: cause.to_string(),
                }
            })?;
        }
        if self.arguments.json {
            let compared = done.iter().filter(|_| done.len() > 1).map(Compared::json);
            return self.console.json(&schemas::Test {
                summary,
                cases: if done.len() > 1 { Vec::new() } else { reports.to_vec() },
                compared: compared.collect(),
            });
        }
        if done.len() > 1 {
            self.console.result_line(&comparison::table(done))?;
        }
        let spent = self.arguments.live.then(|| self.shared.spent().total_cost());
        self.console.result_line(&case_report::summary(&summary, spent))
    }
}

impl InvalidCase {
    fn failure(&self) -> Failure {
        Failure::Case {
            path: self.file.clone(),
            line: self.line,
            detail: self.detail.clone(),
        }
    }
}
