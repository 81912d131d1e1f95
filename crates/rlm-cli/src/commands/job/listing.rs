//! Formats jobs: the list, one-line summaries and exit codes.

use rlm_cli_output::console::Console;
use rlm_cli_output::failure::Failure;
use rlm_cli_output::metrics;
use rlm_cli_output::schemas::{self, value};
use rlm_cli_output::table::{Align, table};
use rlm_cli_output::text::{one_line, shortened};
use rlm_cli_settings::args::JobListArguments;
use rlm_store::{JobRecord, JobState, JobStore};

/// The maximum number of characters that the list shows of a job's question.
const QUESTION_CHARS: usize = 60;

/// Lists all jobs, newest first.
pub(super) fn list(arguments: &JobListArguments, store: &JobStore, console: Console) -> Result<u8, Failure> {
    let mut jobs = Vec::new();
    for id in store.ids()?.into_iter().rev() {
        match store.read(&id) {
            Ok(record) => jobs.push((id, record)),
            Err(error) => console.warn(&error.to_string()),
        }
    }
    if arguments.json {
        let jobs = jobs.iter().map(|(id, record)| json(id, record)).collect();
        console.json(&schemas::Jobs { jobs })?;
        return Ok(0);
    }
    if jobs.is_empty() {
        console.say("no jobs yet; submit a question with `rlm job submit`");
        return Ok(0);
    }
    let mut rows = vec![["JOB", "SUBMITTED", "STATE", "QUESTION"].map(str::to_owned)];
    rows.extend(jobs.iter().map(|(id, record)| {
        [
            id.clone(),
            metrics::local_time(record.submitted).unwrap_or_else(|| "-".to_owned()),
            state(store, id, record),
            shortened(&record.question, QUESTION_CHARS),
        ]
    }));
    console.result(&table(&rows, [Align::Left; 4]))?;
    Ok(0)
}

/// Formats the line of a job: `20261123-050102-k3f9x2 FAILED: why`.
pub(super) fn line(store: &JobStore, id: &str, record: &JobRecord) -> String {
    let message = record
        .result
        .as_ref()
        .and_then(|result| result.get("message")?.as_str());
    let state = state(store, id, record);
    match (answer(record), message) {
        // An answer in Markdown would be unreadable in one line.
        (Some(answer), _) => {
            let first = answer.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
            format!("{id} {state}: {}", shortened(first, 200))
        }
        (None, Some(message)) => format!("{id} {state}: {}", one_line(message)),
        (None, None) => format!("{id} {state}"),
    }
}

/// Returns the state of a job as text. The text says if a running job has lost its worker.
fn state(store: &JobStore, id: &str, record: &JobRecord) -> String {
    match record.state {
        JobState::Running if !store.is_held(id) => "RUNNING (worker lost)".to_owned(),
        state => state.as_str().to_owned(),
    }
}

pub(super) fn json(id: &str, record: &JobRecord) -> schemas::Job {
    schemas::Job {
        job: id.to_owned(),
        state: value(&record.state),
        question: record.question.clone(),
        submitted: record.submitted.0,
        ended: record.ended.map(|ended| ended.0),
        runs: record.runs.iter().map(ToString::to_string).collect(),
        answer: answer(record).map(str::to_owned),
        result: record.result.clone(),
    }
}

pub(super) fn answer(record: &JobRecord) -> Option<&str> {
    record.result.as_ref()?.get("answer")?.as_str()
}

/// Returns the exit code that `rlm run` would have for the job's question.
pub(super) fn exit_code(record: &JobRecord) -> u8 {
    let outcome = record
        .result
        .as_ref()
        .and_then(|result| result.get("outcome")?.as_str());
    match (record.state, outcome) {
        (JobState::Cancelled, _) | (_, Some("cancelled")) => 130,
        (JobState::Complete, Some("partial")) => 3,
        (JobState::Complete, _) => 0,
        (_, Some("provider_error")) => 4,
        (_, Some("budget_exceeded" | "timeout")) => 5,
        (_, Some("unable")) => 6,
        (_, Some("invalid_request")) => 2,
        (_, Some("verification_failed")) => 7,
        (_, Some("tool_error")) => 8,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use rlm_policy::{LimitReached, Outcome};
    use serde_json::json;

    use super::*;

    #[test]
    fn a_job_has_the_exit_code_of_its_run() {
        let limit = LimitReached::MaxStepsExceeded { limit: 20 };
        let outcomes = [
            Outcome::Complete,
            Outcome::Partial { limit: limit.clone() },
            Outcome::Unable,
            Outcome::BudgetExceeded { limit },
            Outcome::Timeout,
            Outcome::Cancelled,
            Outcome::ProviderError,
            Outcome::ToolError,
            Outcome::InvalidRequest,
            Outcome::VerificationFailed,
        ];
        for outcome in outcomes {
            let has_answer = matches!(outcome, Outcome::Complete | Outcome::Partial { .. });
            let record = JobRecord {
                state: if has_answer {
                    JobState::Complete
                } else {
                    JobState::Failed
                },
                result: Some(json!({"outcome": outcome.name()})),
                ..JobRecord::default()
            };
            assert_eq!(exit_code(&record), outcome.exit_code(), "{outcome:?}");
        }
    }
}
