//! The outcomes and exit codes of failures.

use std::path::PathBuf;

use rlm_core::RunError;
use rlm_model::RunId;
use rlm_policy::{Answer, Outcome};
use rlm_runs::ReplayError;
use rlm_scheduler::FailureKind;
use rlm_trace::Totals;

use super::Failure;
use crate::text::journal_name;

/// A run with a journal that ended by an error.
#[derive(Debug)]
pub struct StoppedRun {
    /// The id of the run.
    pub run: RunId,
    /// The path of its journal.
    pub journal: PathBuf,
    /// The calls and costs up to the error.
    pub totals: Totals,
    /// The error.
    pub error: RunError,
}

impl StoppedRun {
    /// Returns the hint of the error, and how to see the steps of the run.
    pub(super) fn hint(&self) -> String {
        let journal = journal_name(&self.journal);
        format!("{}; to see its steps: rlm trace {journal}", self.error.hint())
    }
}

impl Failure {
    /// Returns the error of a run that could not be started or that ended by it.
    pub fn run_error(&self) -> Option<&RunError> {
        match self {
            Self::Run(error) => Some(error),
            Self::StoppedRun(stopped) => Some(&stopped.error),
            _ => None,
        }
    }

    /// Returns the outcome that a run with this error has.
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

    /// Returns the exit code of a process that ends with this error.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Output { .. } | Self::Start { .. } | Self::Terminal { .. } => 1,
            _ => self.outcome().exit_code(),
        }
    }
}
