//! Compares the results of the same test cases with several folders of prompts.

use std::path::PathBuf;

use rlm_cases::{CaseReport, Rate, Status, Summary};
use rlm_cli_output::schemas;
use rlm_cli_output::text::{grouped, one_line};

use super::case_report;

/// The results of all test cases with one folder of prompts.
pub(crate) struct Compared {
    /// The folder of prompts; `None` if each test case uses its own.
    pub(crate) prompts: Option<PathBuf>,
    pub(crate) reports: Vec<CaseReport>,
}

impl Compared {
    fn name(&self) -> String {
        let folder = self.prompts.as_ref().map(|folder| folder.display().to_string());
        one_line(&folder.unwrap_or_default())
    }

    /// Returns the pass rate over all tries of all test cases.
    fn rate(&self) -> Rate {
        let (mut passed, mut tried) = (0_u32, 0_u32);
        for report in &self.reports {
            let (own_passed, own_tried) = match report.repeated {
                Some(rate) => (rate.passed, rate.tried),
                None => (u32::from(report.status == Status::Passed), 1),
            };
            passed = passed.saturating_add(own_passed);
            tried = tried.saturating_add(own_tried);
        }
        Rate::of(passed, tried)
    }

    fn sum(&self, of: impl Fn(&CaseReport) -> u64) -> u64 {
        self.reports.iter().map(of).fold(0, u64::saturating_add)
    }

    /// Returns the total cost of the test cases in dollars; `None` if it is unknown.
    fn cost(&self) -> Option<f64> {
        self.reports.iter().map(|report| report.cost).sum()
    }

    /// Returns the JSON object for this folder of prompts in `rlm test --json`.
    pub(crate) fn json(&self) -> schemas::ComparedPrompts {
        schemas::ComparedPrompts {
            prompts: self.prompts.as_ref().map(|folder| folder.display().to_string()),
            summary: Summary::of(&self.reports),
            rate: self.rate(),
            steps: self.sum(|report| report.steps.into()),
            tokens: self.sum(|report| report.tokens),
            cost: self.cost(),
            cases: self.reports.clone(),
        }
    }
}

/// Formats a table that compares the folders of prompts, and lists the test cases whose results
/// differ.
pub(crate) fn table(all: &[Compared]) -> String {
    let width = all
        .iter()
        .map(|one| one.name().chars().count())
        .max()
        .unwrap_or_default()
        .max(7);
    let mut lines = vec![format!(
        "\n{:width$}  {:>18}  {:>6}  {:>10}  {:>9}",
        "prompts", "passed", "steps", "tokens", "cost"
    )];
    for one in all {
        lines.push(format!(
            "{:width$}  {:>18}  {:>6}  {:>10}  {:>9}",
            one.name(),
            case_report::rate(one.rate()),
            grouped(one.sum(|report| report.steps.into())),
            grouped(one.sum(|report| report.tokens)),
            one.cost().map_or_else(|| "unknown".to_owned(), case_report::dollars),
        ));
    }
    let first = all.first().map(|one| one.reports.as_slice()).unwrap_or_default();
    let mut differing = Vec::new();
    for (at, report) in first.iter().enumerate() {
        let states: Vec<String> = all
            .iter()
            .map(|one| one.reports.get(at).map_or_else(String::new, state))
            .collect();
        if states.iter().any(|state| Some(state) != states.first()) {
            differing.push(format!("  {}: {}", one_line(&report.name), states.join(" → ")));
        }
    }
    match differing.is_empty() {
        true => lines.push("no case differs".to_owned()),
        false => {
            lines.push("cases that differ:".to_owned());
            lines.extend(differing);
        }
    }
    lines.join("\n")
}

fn state(report: &CaseReport) -> String {
    match report.repeated {
        Some(rate) => format!("{}/{}", rate.passed, rate.tried),
        None => report.status.name().to_owned(),
    }
}
