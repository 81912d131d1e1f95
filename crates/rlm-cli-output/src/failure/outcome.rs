//! Maps errors of commands to run outcomes and exit codes.

use std::path::PathBuf;

use rlm_core::RunError;
use rlm_model::RunId;
use rlm_policy::{Answer, Outcome};
use rlm_runs::ReplayError;
use rlm_scheduler::FailureKind;
use rlm_trace::Totals;

use super::Failure;
use crate::run_result::next_command;
use crate::text::journal_name;

/// The error of a run that had started a journal, with the state of the run.
#[derive(Debug)]
pub struct StoppedRun {
    /// The id of the run.
    pub run: RunId,
    /// The path of the run's journal.
    pub journal: PathBuf,
    /// The calls and costs of the run up to the error.
    pub totals: Totals,
    /// The error that ended the run.
    pub error: RunError,
}

impl StoppedRun {
    /// Returns the error's hint, followed by the commands that show the steps of the run and continue
    /// it.
    pub(super) fn hint(&self) -> String {
        let journal = journal_name(&self.journal);
        let next = match &self.error {
            RunError::SessionBudgetExceeded(_) => None,
            RunError::Journal(_) => Some(format!("to resume: rlm resume {journal}")),
            error => next_command(&error.outcome(), &self.journal),
        };
        let next = next.map(|next| format!("; {next}")).unwrap_or_default();
        format!("{}; to see the steps: rlm trace {journal}{next}", self.error.hint())
    }
}

impl Failure {
    /// Returns the run error inside this failure: of a run that could not be started, or that an
    /// error ended.
    pub fn run_error(&self) -> Option<&RunError> {
        match self {
            Self::Run(error) => Some(error),
            Self::StoppedRun(stopped) => Some(&stopped.error),
            _ => None,
        }
    }

    /// Returns the run outcome that corresponds to this error.
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::Run(error) | Self::Replay(ReplayError::Run(error)) => error.outcome(),
            Self::StoppedRun(stopped) => stopped.error.outcome(),
            Self::QuestionBudget { empty } => Outcome::at_limit(empty.limit(), Answer::Nothing),
            Self::Call(kind) => match kind {
                FailureKind::Model(_) | FailureKind::Outage(_) => Outcome::ProviderError,
                FailureKind::Refused(limit) => Outcome::at_limit(limit.clone(), Answer::Nothing),
                FailureKind::Cancelled => Outcome::Cancelled,
                FailureKind::NotRecorded(_) | FailureKind::Ledger(_) => Outcome::Unable,
            },
            _ => Outcome::InvalidRequest,
        }
    }

    /// Returns the exit code of a process that fails with this error.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Output { .. } | Self::Start { .. } | Self::Terminal { .. } => 1,
            _ => self.outcome().exit_code(),
        }
    }
}
