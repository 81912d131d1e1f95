//! The results of test cases, for display and as JSON.

#[cfg(feature = "schemas")]
use schemars::JsonSchema;
use serde::Serialize;

use crate::{Facts, RequestDifference, Unmet, wilson};

/// The status of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schemas", derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// All expectations are met.
    Passed,
    /// A request differs from the recorded ones, so its reply is unknown.
    Stale,
    /// An expectation is not met.
    Failed,
    /// The case could not be run: no recording, a missing context, or no budget left.
    Error,
}

impl Status {
    /// Returns the name of the status, as written in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Stale => "stale",
            Self::Failed => "failed",
            Self::Error => "error",
        }
    }
}

/// The source of replies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Means {
    /// Recorded replies to the same requests.
    Recorded,
    /// Recorded replies, matched by call id even if the request differs.
    Reused,
    /// Live calls of models.
    Live,
}

/// The result of a test case.
///
/// ```
/// use rlm_cases::{CaseReport, Facts, Means};
/// use rlm_trace::RecordedRun;
///
/// let run = RecordedRun::read("../../examples/recorded/reviews.jsonl")?;
/// let report = CaseReport::new("reviews", "cases/reviews.toml", 1, Means::Recorded)
///     .with_facts(&Facts::of(&run.records), Some(0.0));
/// assert_eq!((report.outcome.as_deref(), report.steps, report.subcalls), (Some("complete"), 2, 6));
/// # Ok::<(), rlm_trace::ReadError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(JsonSchema))]
pub struct CaseReport {
    /// The name: the path of the file below the folder, without its extension, and the name in the file if it contains several cases.
    pub name: String,
    /// The path of the file.
    pub file: String,
    /// The line in the file, from 1.
    pub line: usize,
    /// The status.
    pub status: Status,
    /// The source of replies.
    pub means: Means,
    /// The answer.
    pub answer: Option<String>,
    /// The name of the outcome.
    pub outcome: Option<String>,
    /// The unmet expectations.
    pub unmet: Vec<Unmet>,
    /// The changes since the recording, one line each, if the case is stale.
    pub changes: Vec<String>,
    /// The first request that was not recorded.
    pub request: Option<RequestDifference>,
    /// Why the case could not be run.
    pub error: Option<String>,
    /// Notes on the result.
    pub notes: Vec<String>,
    /// The number of turns of the root model.
    pub steps: u32,
    /// The number of sub-calls.
    pub subcalls: u64,
    /// The number of tokens.
    pub tokens: u64,
    /// The cost in dollars; null if unknown.
    pub cost: Option<f64>,
    /// The pass rate; null if the case was run once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repeated: Option<Rate>,
    /// The duration in milliseconds.
    pub elapsed_ms: u64,
}

/// A success rate.
///
/// ```
/// use rlm_cases::Rate;
///
/// let rate = Rate::of(9, 10);
/// assert!(rate.low > 0.59 && rate.high < 0.99, "ten trials say little");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "schemas", derive(JsonSchema))]
pub struct Rate {
    /// The number of successes.
    pub passed: u32,
    /// The number of trials.
    pub tried: u32,
    /// The lower bound of the 95 % confidence interval.
    pub low: f64,
    /// The upper bound of the 95 % confidence interval.
    pub high: f64,
}

impl Rate {
    /// Creates a success rate and its confidence interval from counts.
    #[must_use]
    pub fn of(passed: u32, tried: u32) -> Self {
        let (low, high) = wilson(passed, tried);
        Self {
            passed,
            tried,
            low,
            high,
        }
    }
}

impl CaseReport {
    /// Creates a report of a case that was not run yet. Its status is an error until it is set.
    #[must_use]
    pub fn new(name: impl Into<String>, file: impl Into<String>, line: usize, means: Means) -> Self {
        Self {
            name: name.into(),
            file: file.into(),
            line,
            status: Status::Error,
            means,
            answer: None,
            outcome: None,
            unmet: Vec::new(),
            changes: Vec::new(),
            request: None,
            error: None,
            notes: Vec::new(),
            steps: 0,
            subcalls: 0,
            tokens: 0,
            cost: None,
            repeated: None,
            elapsed_ms: 0,
        }
    }

    /// Copies the results and the usage of a run into the report.
    #[must_use]
    pub fn with_facts(mut self, facts: &Facts, cost: Option<f64>) -> Self {
        self.answer.clone_from(&facts.answer);
        self.outcome = Some(facts.outcome.to_string());
        (self.steps, self.subcalls, self.tokens) = (facts.steps, facts.subcalls, facts.tokens);
        self.cost = cost;
        self
    }
}

/// The number of cases by status.
///
/// ```
/// use rlm_cases::{CaseReport, Means, Status, Summary};
///
/// let reports = [Status::Passed, Status::Passed, Status::Stale].map(|status| CaseReport {
///     status,
///     ..CaseReport::new("minutes", "cases/minutes.toml", 1, Means::Recorded)
/// });
/// let summary = Summary::of(&reports);
/// assert_eq!((summary.cases, summary.passed, summary.stale), (3, 2, 1));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(feature = "schemas", derive(JsonSchema))]
pub struct Summary {
    /// All cases.
    pub cases: usize,
    /// The cases that passed.
    pub passed: usize,
    /// The stale cases.
    pub stale: usize,
    /// The cases that failed.
    pub failed: usize,
    /// The cases that could not be run.
    pub errors: usize,
}

impl Summary {
    /// Counts the reports of cases by status.
    pub fn of<'a>(reports: impl IntoIterator<Item = &'a CaseReport>) -> Self {
        let mut summary = Self::default();
        for report in reports {
            let count = match report.status {
                Status::Passed => &mut summary.passed,
                Status::Stale => &mut summary.stale,
                Status::Failed => &mut summary.failed,
                Status::Error => &mut summary.errors,
            };
            *count = count.saturating_add(1);
            summary.cases = summary.cases.saturating_add(1);
        }
        summary
    }
}
