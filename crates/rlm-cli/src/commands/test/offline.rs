//! Runs offline tests: a test case is run with its recording, without calling a model.

use std::path::Path;
use std::sync::Arc;

use rlm_adapters::SearchModel;
use rlm_cases::{CaseReport, Facts, Means, RequestDifference, Status, changes};
use rlm_cli_execution::recording;
use rlm_cli_output::failure::Failure;
use rlm_cli_output::run_result::dollars;
use rlm_cli_settings::environment::Environment;
use rlm_cli_settings::runner::RunnerSettings;
use rlm_core::{RunSettings, Runner};
use rlm_policy::Outcome;
use rlm_runs::{Rehearsal, RehearseOptions, Replies};
use rlm_trace::{Record, RecordedRun, RunStarted};
use serde_json::Value;

use super::models::changed_models;
use super::setup::CaseSetup;
use super::snapshots::{self, SnapshotMode};

/// Rehearses a test case: runs it with the recorded replies.
///
/// # Errors
/// The errors that prevent the test case from running.
pub(crate) async fn rehearse(
    prepared: &CaseSetup<'_>,
    recording: &RecordedRun,
    replies: Replies,
    keeping: SnapshotMode,
    environment: &Environment,
    report: CaseReport,
) -> Result<CaseReport, Failure> {
    let arguments = &prepared.arguments.runner;
    let then = recording::started_of(recording)?;
    let reader = then
        .models
        .get(1)
        .map(|used| used.identity.model.to_string())
        .unwrap_or_default();
    let settings = RunnerSettings::for_rehearsal(arguments, environment)?;
    let builder = Runner::builder(Arc::new(SearchModel::new())).limits(settings.limits.clone());
    let runner = settings.configure(builder, &reader)?.build()?;
    let options = RehearseOptions {
        replies,
        retriever: prepared.retriever(environment),
        ..RehearseOptions::default()
    };
    let question = &prepared.entry.case.question;
    let rehearsal = rlm_runs::rehearse(&runner, recording, question, &prepared.context, options).await?;
    let now = started_in(&rehearsal.records)?;
    let mut changed = changed_models(prepared, then);
    let is_stale = !rehearsal.others.is_empty() || !changed.is_empty();
    if !is_stale {
        return judged(prepared, &rehearsal, keeping, report);
    }
    changed.extend(changes(&of_this_release(then), now));
    let report = CaseReport {
        request: rehearsal
            .others
            .first()
            .map(|other| RequestDifference::of(&recording.records, &other.call, &other.detail)),
        changes: changed,
        ..report
    };
    match (replies, has_run_through(&rehearsal)) {
        (Replies::ByPosition, true) => judged(prepared, &rehearsal, keeping, report),
        (Replies::ByPosition, false) => Ok(without_reply(&rehearsal, report)),
        (Replies::ToSameRequests, _) => Ok(stale(prepared, recording, then, now, report)),
    }
}

/// Evaluates the events of a rehearsal, and adds the result to the report.
fn judged(
    prepared: &CaseSetup<'_>,
    rehearsal: &Rehearsal,
    keeping: SnapshotMode,
    report: CaseReport,
) -> Result<CaseReport, Failure> {
    let records: Vec<&Record> = rehearsal.records.iter().map(|record| &**record).collect();
    judge(prepared, &records, keeping, report)
}

/// Evaluates the events of a run against the expectations and snapshots of its test case.
///
/// # Errors
/// [`Failure::Snapshot`].
pub(crate) fn judge(
    prepared: &CaseSetup<'_>,
    records: &[&Record],
    keeping: SnapshotMode,
    report: CaseReport,
) -> Result<CaseReport, Failure> {
    let facts = Facts::of(records.iter().copied());
    let mut report = report.with_facts(&facts, dollars(facts.cost));
    report.unmet = prepared.checks.judge(&facts);
    report
        .unmet
        .extend(snapshots::compare(prepared.entry, records, keeping)?);
    report.status = match report.unmet.is_empty() {
        true => Status::Passed,
        false => Status::Failed,
    };
    Ok(report)
}

/// Returns `true` if a rehearsal ran to its end: the recording had a reply to every call.
fn has_run_through(rehearsal: &Rehearsal) -> bool {
    let message = rehearsal.result.message.as_deref().unwrap_or_default();
    !(rehearsal.result.outcome == Outcome::ProviderError && message.starts_with("replay:"))
}

fn without_reply(rehearsal: &Rehearsal, mut report: CaseReport) -> CaseReport {
    let call = rehearsal.others.last().map(|other| other.call.id.to_string());
    report.status = Status::Stale;
    report.notes.push(format!(
        "no reply is recorded for call {}; the run takes a different path",
        call.unwrap_or_default()
    ));
    report
}

/// Reports a stale test case, whose requests differ from its recording. If the question and the
/// context are unchanged, the recorded answer is still evaluated.
fn stale(
    prepared: &CaseSetup<'_>,
    recording: &RecordedRun,
    then: &RunStarted,
    now: &RunStarted,
    report: CaseReport,
) -> CaseReport {
    let facts = Facts::of(&recording.records);
    let mut report = report.with_facts(&facts, dollars(facts.cost));
    let digests = |started: &RunStarted| -> Vec<_> {
        let sources = started.context.iter();
        sources
            .map(|source| (source.name.clone(), source.digest.or(source.ends)))
            .collect()
    };
    let is_same_matter = then.question == now.question && digests(then) == digests(now);
    report.unmet = match is_same_matter {
        true => prepared.checks.judge_answer(&facts),
        false => Vec::new(),
    };
    report.status = match report.unmet.is_empty() {
        true => Status::Stale,
        false => Status::Failed,
    };
    if !report.unmet.is_empty() {
        report
            .notes
            .push("the recorded answer does not meet the expectations either".to_owned());
    }
    report
}

fn started_in(records: &[Arc<Record>]) -> Result<&RunStarted, Failure> {
    let started = records.iter().find_map(|record| match &record.event {
        rlm_trace::Event::RunStarted(started) => Some(&**started),
        _ => None,
    });
    Ok(started.ok_or(rlm_runs::ReplayError::NoStart)?)
}

/// Returns a start event with its settings serialized as by this release, which adds the defaults
/// of new settings.
fn of_this_release(started: &RunStarted) -> RunStarted {
    let settings: Option<RunSettings> = serde_json::from_value(Value::Object(started.settings.clone())).ok();
    let written = settings.and_then(|settings| serde_json::to_value(settings).ok());
    match written {
        Some(Value::Object(settings)) => RunStarted {
            settings,
            ..started.clone()
        },
        _ => started.clone(),
    }
}

/// Reads the recording of a test case; `None` if it does not exist.
///
/// # Errors
/// [`Failure::ReadJournal`] if the recording exists and can't be read.
pub(crate) fn recording(path: &Path) -> Result<Option<RecordedRun>, Failure> {
    match path.exists() {
        true => Ok(Some(RecordedRun::read(path)?)),
        false => Ok(None),
    }
}

/// Creates the report of a test case with the fields that are known before it runs.
pub(crate) fn begun(prepared: &super::suite::Entry, means: Means) -> CaseReport {
    CaseReport::new(
        prepared.name.clone(),
        prepared.file.display().to_string(),
        prepared.case.line,
        means,
    )
}
