//! The results of test cases, for display and as JSON.

#[cfg(feature = "schemas")]
use schemars::JsonSchema;
use serde::Serialize;

use crate::{Facts, RequestDifference, Unmet, wilson};

/// How a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schemas", derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// All that is expected is so.
    Passed,
    /// A request differs from the recorded ones, so its reply is unknown.
    Stale,
    /// Something that is expected is not so.
    Failed,
    /// It could not be tried: no recording, a context that is not there, no money left.
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

/// How its replies came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemas", derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Means {
    /// They were recorded, to the same requests.
    Recorded,
    /// They were recorded, and taken by their places, whatever was asked.
    Reused,
    /// Models were asked.
    Live,
}

/// The result of a case.
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
    /// Its name: the path of its file below the folder without its ending, and where the file holds several, what it is called there.
    pub name: String,
    /// Its file.
    pub file: String,
    /// The line of the file.
    pub line: usize,
    /// How it stands.
    pub status: Status,
    /// How its replies came to be.
    pub means: Means,
    /// The answer.
    pub answer: Option<String>,
    /// The name of the outcome.
    pub outcome: Option<String>,
    /// What is expected and not so.
    pub unmet: Vec<Unmet>,
    /// What has become otherwise since it was recorded, a line each, where it is stale.
    pub changes: Vec<String>,
    /// The first request that was not recorded.
    pub request: Option<RequestDifference>,
    /// Why it could not be tried.
    pub error: Option<String>,
    /// What should be known beside that.
    pub notes: Vec<String>,
    /// Its turns.
    pub steps: u32,
    /// Its sub-calls.
    pub subcalls: u64,
    /// Its tokens.
    pub tokens: u64,
    /// What it cost in dollars; none where that is not known.
    pub cost: Option<f64>,
    /// How often it was tried, and how often it passed; none where it was tried once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repeated: Option<Rate>,
    /// The time that it took, in milliseconds.
    pub elapsed_ms: u64,
}

/// How often something succeeded.
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
    /// How often it succeeded.
    pub passed: u32,
    /// How often it was tried.
    pub tried: u32,
    /// Between which rates the true one lies, with 95 % confidence.
    pub low: f64,
    /// The upper end.
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

/// How many cases stand how.
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
    /// All of them.
    pub cases: usize,
    /// Those that passed.
    pub passed: usize,
    /// Those that are stale.
    pub stale: usize,
    /// Those that failed.
    pub failed: usize,
    /// Those that could not be tried.
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
