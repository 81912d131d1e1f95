//! The result of a run.

use std::path::PathBuf;

use rlm_answer::{Citation, Quote};
use rlm_calls::ResultNote;
use rlm_context::TextlessFile;
use rlm_model::RunId;
use rlm_policy::{Outcome, Spend};
use rlm_settings::RoutingDecision;
use rlm_trace::{ContextBreakdown, CoverageSummary, JsonObject, Totals};
use serde::Serialize;

/// The result of a run. Failures and limits are reported as outcomes, never in `answer`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RunResult {
    /// The id of the run.
    pub run: RunId,
    /// The way in which the run ended: complete, partial, failed or cancelled.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// The answer, complete or partial; `None` if there is none.
    pub answer: Option<String>,
    /// The reason why the run's outcome is not `complete`, in one line.
    pub message: Option<String>,
    /// The contents of the variable `memory` after the run; `None` if the run is not part of a
    /// session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<JsonObject>,
    /// The variables that programs set; `None` if the run is not part of a session that keeps them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variables: Option<JsonObject>,
    /// The route of the question and the reason for it. `None` if there was nothing to decide.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub routed: Option<RoutingDecision>,
    /// The ranges of the context in which the words of the answer occur, in the order of the
    /// documents. At most [`MAX_CITATIONS`](rlm_answer::MAX_CITATIONS), plus one for each quote.
    pub citations: Vec<Citation>,
    /// The quotes of the answer, each with the result of its check against the context.
    pub quotes: Vec<Quote>,
    /// How much of the context was read.
    pub coverage: CoverageSummary,
    /// The files that were omitted from the context because they have no text.
    pub without_text: Vec<TextlessFile>,
    /// The totals of the run: turns, calls, tokens and cost.
    pub totals: Totals,
    /// The amounts of the context that models were sent, by kind of call.
    pub breakdown: ContextBreakdown,
    /// The spending of the run that counts against its limits.
    pub spent: Spend,
    /// The rejected answer, if the rejection is why there is no answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rejected: Option<RejectedAnswer>,
    /// Notes for the user about the run.
    pub notes: Vec<ResultNote>,
    /// The path of the run's journal. `None` for a journal in memory.
    pub journal: Option<PathBuf>,
}

impl RunResult {
    /// Creates a result without an answer, for tests of code that handles results.
    ///
    /// ```
    /// use rlm_core::RunResult;
    /// use rlm_policy::Outcome;
    ///
    /// let mut result = RunResult::new("nightly-7".parse()?, Outcome::Complete);
    /// result.answer = Some("42".to_owned());
    /// assert!(result.citations.is_empty());
    /// # Ok::<(), rlm_model::ParseIdError>(())
    /// ```
    #[must_use]
    pub fn new(run: RunId, outcome: Outcome) -> Self {
        Self {
            run,
            outcome,
            answer: None,
            message: None,
            memory: None,
            variables: None,
            routed: None,
            citations: Vec::new(),
            quotes: Vec::new(),
            coverage: CoverageSummary::default(),
            without_text: Vec::new(),
            totals: Totals::default(),
            breakdown: ContextBreakdown::default(),
            spent: Spend::default(),
            rejected: None,
            notes: Vec::new(),
            journal: None,
        }
    }

    /// Returns the names of the limits that refused calls of programs without ending the run, such
    /// as `MaxSubcallsExceeded`.
    pub fn limits_met(&self) -> impl Iterator<Item = &str> {
        let codes = self.notes.iter().map(|note| note.code.as_str());
        codes.filter(|code| {
            matches!(
                *code,
                "MaxSubcallsExceeded" | "MaxSubcallTokensExceeded" | "MaxRecursionExceeded"
            )
        })
    }

    /// Returns a one-line note on why the answer is partial, or `None` if it is complete.
    #[must_use]
    pub fn partial_note(&self) -> Option<String> {
        match &self.outcome {
            Outcome::Partial { limit } => Some(format!(
                "partial answer: the run stopped at a limit ({limit}), so it is based on the results so far"
            )),
            Outcome::Cancelled if self.answer.is_some() => {
                Some("partial answer: the run was cancelled, so it is the last draft of its programs".to_owned())
            }
            _ => None,
        }
    }
}

/// An answer that failed its checks and was rejected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RejectedAnswer {
    /// The text of the rejected answer.
    pub answer: String,
    /// The reasons for the rejection of an answer, a sentence each.
    pub reasons: Vec<String>,
}
