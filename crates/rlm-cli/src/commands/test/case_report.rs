//! Formats the results of test cases, one case at a time.

use std::path::Path;

use rlm_cases::{CaseReport, Means, Rate, RequestDifference, Status, Summary, Unmet};
use rlm_cli_output::metrics;
use rlm_cli_output::text::{counted, one_line, visible};
use rlm_model::Cost;

/// The width of the column with the names of test cases.
const NAME: usize = 24;

/// Formats the result of a test case: a line, and below it the reasons if the case did not pass.
pub(crate) fn case(report: &CaseReport) -> String {
    let mut lines = vec![head(report)];
    lines.extend(report.error.iter().map(|error| format!("  {}", one_line(error))));
    for unmet in &report.unmet {
        lines.extend(self::unmet(unmet));
    }
    if let Some(request) = &report.request {
        lines.extend(self::request(request));
    }
    lines.extend(report.changes.iter().map(|change| format!("  {}", one_line(change))));
    lines.extend(report.notes.iter().map(|note| format!("  {}", one_line(note))));
    lines.join("\n")
}

fn head(report: &CaseReport) -> String {
    let state = match (report.status, report.request.is_some() || !report.changes.is_empty()) {
        (Status::Passed, _) => "ok",
        (Status::Stale, _) => "STALE",
        (Status::Failed, true) if report.means == Means::Recorded => "FAILED, stale",
        (Status::Failed, _) => "FAILED",
        (Status::Error, _) => "ERROR",
    };
    let mut facts = Vec::new();
    if report.outcome.is_some() {
        facts.push(counted(report.steps, "step"));
        facts.push(counted(report.subcalls, "sub-call"));
        facts.push(format!("{} tokens", rlm_cli_output::text::grouped(report.tokens)));
        if let Some(cost) = report.cost.filter(|_| report.means == Means::Live) {
            facts.push(dollars(cost));
        }
    }
    facts.push(metrics::duration(rlm_trace::Millis(report.elapsed_ms)));
    match report.means {
        Means::Recorded => {}
        Means::Reused => facts.push("replies reused".to_owned()),
        Means::Live => facts.push("live".to_owned()),
    }
    let rate = report
        .repeated
        .map(|rate| format!("{}  ", self::rate(rate)))
        .unwrap_or_default();
    format!(
        "{state:<7} {:<NAME$} {rate}{}",
        one_line(&report.name),
        facts.join(", ")
    )
}

/// Formats a pass rate and its confidence interval: `4/5 (38–96 %)`.
pub(crate) fn rate(rate: Rate) -> String {
    format!(
        "{}/{} ({:.0}–{:.0} %)",
        rate.passed,
        rate.tried,
        rate.low * 100.0,
        rate.high * 100.0
    )
}

/// Formats an amount in dollars with at most six decimals, such as `$0.000405`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "costs are not negative, and a double holds them exactly in micro-dollars"
)]
pub(crate) fn dollars(cost: f64) -> String {
    rlm_model::Money((cost * 1e6).round() as u64).to_string()
}

fn unmet(unmet: &Unmet) -> Vec<String> {
    let mut lines = vec![
        format!("  {}: expected {}", unmet.expectation, one_line(&unmet.expected)),
        format!(
            "  {:width$}  got      {}",
            "",
            one_line(&unmet.found),
            width = unmet.expectation.len()
        ),
    ];
    if let Some(parts) = &unmet.parts {
        lines.extend(visible(parts).lines().map(|line| format!("    {line}")));
    }
    lines
}

fn request(request: &RequestDifference) -> Vec<String> {
    let Some(message) = request.message else {
        return vec![format!("  call {} {}", request.call, one_line(&request.detail))];
    };
    let role = request.role.map_or("user", rlm_model::Role::as_str);
    let mut lines = vec![format!("  call {}, message {message} ({role}):", request.call)];
    lines.extend(visible(&request.diff).lines().map(|line| format!("    {line}")));
    if request.more > 0 {
        lines.push(format!("  and {} of the call", counted(request.more, "other message")));
    }
    lines
}

/// Formats the heading above the test cases that use a folder of prompts.
pub(crate) fn prompts(folder: &Path) -> String {
    format!("prompts from {}:", one_line(&folder.display().to_string()))
}

/// Formats the summary line of all test cases.
pub(crate) fn summary(summary: &Summary, spent: Option<Cost>) -> String {
    let mut parts = vec![counted(summary.cases, "case"), format!("{} passed", summary.passed)];
    let named = [
        (summary.stale, "stale"),
        (summary.failed, "failed"),
        (summary.errors, "could not run"),
    ];
    parts.extend(
        named
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, name)| format!("{count} {name}")),
    );
    parts.extend(spent.map(metrics::cost));
    parts.join(", ")
}
