//! The state of a step, for its progress line.

use std::fmt::Write as _;

use rlm_policy::Limits;
use rlm_trace::{CallSettled, LimitHit, Millis, ProgramChecked, ProgramEnd, ProgramRan, RecordedOutcome};

use super::SHOWN_ATTEMPTS;
use super::run_metrics::RunMetrics;
use crate::schemas::{self, value};
use crate::text::{counted, grouped, one_line, shortened};
use crate::{metrics, run_result};

/// The maximum number of characters shown of an error message.
pub(super) const ERROR_CHARS: usize = 120;
/// The maximum number of characters shown of a model's reply without a program.
const SAID_CHARS: usize = 80;

/// The state of the current step, for its progress line.
#[derive(Default)]
pub(super) struct Step {
    pub(super) number: u32,
    pub(super) began: Option<Millis>,
    /// The number of calls that were sent, or answered from the cache.
    pub(super) calls: u64,
    pub(super) cached: u64,
    pub(super) failed: u64,
    pub(super) cancelled: u64,
    pub(super) not_sent: u64,
    pub(super) failed_attempts: u64,
    /// The text of the root model's reply.
    pub(super) said: Option<String>,
    pub(super) program: Option<Program>,
    pub(super) has_answer: bool,
}

/// The outcome of a step's program, for its progress line.
pub(super) struct Program {
    pub(super) lines: usize,
    pub(super) end: String,
    pub(super) printed: usize,
    pub(super) error: Option<String>,
}

impl Program {
    pub(super) fn checked(checked: &ProgramChecked) -> Self {
        let error = checked
            .diagnostics
            .first()
            .map(|first| format!("{} (line {})", first.message, first.line));
        Self {
            lines: checked.source.lines().count(),
            end: if error.is_some() { "rejected" } else { "not run" }.to_owned(),
            printed: 0,
            error,
        }
    }

    /// Records that the run goes on after the program, so that its answer, if any, was rejected.
    pub(super) fn went_on(&mut self) {
        if self.end == end_name(ProgramEnd::Final) {
            self.end.push_str(", which was rejected");
        }
    }

    pub(super) fn end(&mut self, ran: &ProgramRan) {
        self.end = end_name(ran.end).to_owned();
        self.printed = ran.stdout.chars().count();
        self.error = ran.error.as_ref().map(|error| match error.line {
            Some(line) => format!("{}: {} (line {line})", error.class, error.message),
            None => format!("{}: {}", error.class, error.message),
        });
    }
}

impl Program {
    /// Records which limit stopped the program.
    pub(super) fn met(&mut self, limit: &LimitHit, limits: &Limits) {
        let words = limit.words();
        self.end = match &*limit.name {
            "FuelExhausted" => format!("{words} ({} M)", grouped(limits.fuel / 1_000_000)),
            "MemoryExceeded" => format!("{words} ({} MiB)", grouped(limits.memory >> 20)),
            _ => words.to_owned(),
        };
    }
}

impl Step {
    pub(super) fn settle(&mut self, call: &CallSettled) {
        let count = match &call.outcome {
            RecordedOutcome::Reply(_) if call.cached => &mut self.cached,
            RecordedOutcome::Reply(_) => return,
            outcome @ RecordedOutcome::Failed(_) if outcome.is_stopped() => &mut self.cancelled,
            RecordedOutcome::Failed(_) => &mut self.failed,
            RecordedOutcome::Unissued(_) => &mut self.not_sent,
        };
        *count = count.saturating_add(1);
    }

    /// Formats the counts of a step's calls: `5 calls, 2 cached`. If calls were stopped, it counts
    /// them too: `22 sent: 12 answered, 10 cancelled; 8 not sent`.
    fn calls(&self) -> Option<String> {
        let listed = |counts: &[(u64, &str)]| {
            let shown = counts.iter().filter(|(count, _)| *count > 0);
            shown
                .map(|(count, what)| format!("{} {what}", grouped(*count)))
                .collect::<Vec<_>>()
                .join(", ")
        };
        if self.cancelled == 0 && self.not_sent == 0 {
            let calls = (self.calls > 0).then(|| counted(self.calls, "call"))?;
            let rest = listed(&[(self.cached, "cached"), (self.failed, "failed")]);
            return Some(
                [calls, rest]
                    .into_iter()
                    .filter(|part| !part.is_empty())
                    .collect::<Vec<_>>()
                    .join(", "),
            );
        }
        let answered = self.calls.saturating_sub(self.cached + self.failed + self.cancelled);
        let ends = listed(&[
            (answered, "answered"),
            (self.cached, "cached"),
            (self.failed, "failed"),
            (self.cancelled, "cancelled"),
        ]);
        let sent = format!(
            "{} sent{}{ends}",
            grouped(self.calls),
            if ends.is_empty() { "" } else { ": " }
        );
        Some(match self.not_sent {
            0 => sent,
            count => format!("{sent}; {} not sent", grouped(count)),
        })
    }

    pub(super) fn line(&self, elapsed: Option<Millis>) -> String {
        let mut line = format!("step {}: ", self.number);
        match &self.program {
            None if self.has_answer => line.push_str("answer"),
            None if self.said.is_none() => line.push_str("no reply"),
            None => {
                line.push_str("no program");
                if let Some(said) = self.said.as_deref().filter(|said| !said.trim().is_empty()) {
                    let _ = write!(line, ": “{}”", shortened(said.trim(), SAID_CHARS));
                }
            }
            Some(program) => {
                let _ = write!(line, "{}, {}", counted(program.lines, "line"), program.end);
                if let Some(error) = &program.error {
                    let _ = write!(line, ": {}", shortened(error, ERROR_CHARS));
                }
                if program.printed > 0 {
                    let _ = write!(line, ", printed {}", counted(program.printed, "character"));
                }
            }
        }
        if let Some(calls) = self.calls() {
            let _ = write!(line, "; {calls}");
        }
        if self.failed_attempts > SHOWN_ATTEMPTS {
            let _ = write!(line, "; {}", counted(self.failed_attempts, "failed attempt"));
        }
        if let Some(elapsed) = elapsed {
            let _ = write!(line, "; {}", metrics::duration(elapsed));
        }
        line
    }

    pub(super) fn json(&self, elapsed: Option<Millis>, so_far: &RunMetrics) -> schemas::StepProgress {
        let program = self.program.as_ref().map(|program| schemas::StepProgram {
            lines: program.lines,
            end: program.end.clone(),
            printed: program.printed,
            error: program.error.as_deref().map(one_line),
        });
        schemas::StepProgress {
            step: self.number,
            program,
            answer: self.has_answer,
            calls: self.calls,
            cached: self.cached,
            failed: self.failed,
            cancelled: self.cancelled,
            not_sent: self.not_sent,
            tokens: so_far.tokens(),
            cost: run_result::dollars(so_far.cost()),
            coverage: value(&so_far.covered()),
            elapsed_ms: elapsed.map(|elapsed| elapsed.0),
        }
    }
}

const fn end_name(end: ProgramEnd) -> &'static str {
    match end {
        ProgramEnd::Done => "ran",
        ProgramEnd::Raised => "raised",
        ProgramEnd::Final => "gave the answer",
        ProgramEnd::Limit => "reached a limit",
        ProgramEnd::Cancelled => "cancelled",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn step_summary_distinguishes_cancelled_from_failed_calls() {
        let step = |calls, cached, failed, cancelled, not_sent| Step {
            number: 2,
            calls,
            cached,
            failed,
            cancelled,
            not_sent,
            has_answer: true,
            ..Step::default()
        };
        let lines = [
            step(0, 0, 0, 0, 0),
            step(49, 3, 2, 0, 0),
            step(22, 0, 0, 10, 8),
            step(9, 1, 2, 3, 0),
            step(0, 0, 0, 0, 8),
        ];
        insta::assert_snapshot!(lines.map(|step| step.line(None)).join("\n"), @r"
        step 2: answer
        step 2: answer; 49 calls, 3 cached, 2 failed
        step 2: answer; 22 sent: 12 answered, 10 cancelled; 8 not sent
        step 2: answer; 9 sent: 3 answered, 1 cached, 2 failed, 3 cancelled
        step 2: answer; 0 sent; 8 not sent
        ");
    }

    #[test]
    fn step_without_a_program_shows_the_reply_text() {
        let step = Step {
            number: 1,
            said: Some("I'm sorry, but I can't help\nwith that request.".to_owned()),
            ..Step::default()
        };
        insta::assert_snapshot!(step.line(None), @"step 1: no program: “I'm sorry, but I can't help with that request.”");
    }
}
