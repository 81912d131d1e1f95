//! Reports of test cases in JUnit's XML format, for continuous integration.

use std::fmt::Write as _;

use crate::{CaseReport, Status, Summary};

/// Formats case reports as a JUnit test suite in XML. `stale` is the status that stale cases count
/// as.
///
/// ```
/// use rlm_cases::{CaseReport, Means, Status, junit};
///
/// let mut report = CaseReport::new("minutes", "cases/minutes.toml", 1, Means::Recorded);
/// report.status = Status::Stale;
/// let reports = [report];
/// assert!(junit("prompts", &reports, Status::Failed).contains("failures=\"1\""));
/// assert!(junit("prompts", &reports, Status::Passed).contains("failures=\"0\""));
/// ```
#[must_use]
pub fn junit(suite: &str, reports: &[CaseReport], stale: Status) -> String {
    let count = |status: Status| {
        reports
            .iter()
            .filter(|report| shown_as(report, stale) == status)
            .count()
    };
    let millis: u64 = reports.iter().map(|report| report.elapsed_ms).sum();
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    let _ = writeln!(
        xml,
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{}\">",
        escaped(suite),
        Summary::of(reports).cases,
        count(Status::Failed),
        count(Status::Error),
        count(Status::Stale),
        seconds(millis),
    );
    for report in reports {
        let _ = write!(
            xml,
            "    <testcase name=\"{}\" classname=\"{}\" file=\"{}\" line=\"{}\" time=\"{}\"",
            escaped(&report.name),
            escaped(suite),
            escaped(&report.file),
            report.line,
            seconds(report.elapsed_ms),
        );
        let element = match shown_as(report, stale) {
            Status::Passed => {
                xml.push_str("/>\n");
                continue;
            }
            Status::Stale => "skipped",
            Status::Failed => "failure",
            Status::Error => "error",
        };
        let (message, text) = said(report);
        let _ = writeln!(
            xml,
            ">\n      <{element} message=\"{}\">{}</{element}>\n    </testcase>",
            escaped(&message),
            escaped(&text)
        );
    }
    xml.push_str("  </testsuite>\n</testsuites>\n");
    xml
}

const fn shown_as(report: &CaseReport, stale: Status) -> Status {
    match report.status {
        Status::Stale => stale,
        status => status,
    }
}

/// Returns why a case did not pass, as a one-line message and as a longer text.
fn said(report: &CaseReport) -> (String, String) {
    let mut lines: Vec<String> = report.error.iter().cloned().collect();
    for unmet in &report.unmet {
        let parts = unmet
            .parts
            .as_ref()
            .map(|parts| format!(" ({parts})"))
            .unwrap_or_default();
        lines.push(format!(
            "{}: expected {}, got {}{parts}",
            unmet.expectation, unmet.expected, unmet.found
        ));
    }
    if report.status == Status::Stale {
        lines.insert(0, "stale: the requests differ from the recorded ones".to_owned());
    }
    lines.extend(report.changes.iter().cloned());
    if let Some(request) = &report.request {
        lines.push(format!("call {} {}", request.call, request.detail));
        lines.push(request.diff.clone());
    }
    (lines.first().cloned().unwrap_or_default(), lines.join("\n"))
}

fn seconds(millis: u64) -> String {
    format!("{}.{:03}", millis / 1_000, millis % 1_000)
}

/// Escapes XML markup, and drops characters that XML can't represent.
fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => shown.push_str("&amp;"),
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            '"' => shown.push_str("&quot;"),
            '\n' | '\t' => shown.push(char),
            '\u{fffe}' | '\u{ffff}' => shown.push('\u{fffd}'),
            control if control.is_control() => shown.push('\u{fffd}'),
            other => shown.push(other),
        }
    }
    shown
}
