//! Ends a run: determines its outcome, and writes the last events of its journal.

use std::sync::Arc;
use std::time::Duration;

use rlm_answer::{Attribution, Citation, Quote};
use rlm_calls::{Outage, ResultNote, Stop, failure_message, over, source_read};
use rlm_model::{ModelErrorKind, RunId};
use rlm_policy::{Answer, LimitReached, Outcome};
use rlm_scheduler::{CallFailure, FailureKind};
use rlm_trace::{CheckedQuote, Event, FinalValue, JsonObject, LimitHit, RunEnded, Totals};
use sift_text::{SourceId, Text};
use sift_vm::Variable;
use smol_str::SmolStr;

use super::Run;
use super::ending::Ending;
use crate::error::RunError;
use crate::result::RunResult;

/// The maximum size in bytes of the variable `memory`, and of all other variables together, as JSON,
/// from one question of a session to the next.
pub const MAX_MEMORY_BYTES: usize = 256 << 10;

/// The values that a run leaves for the next question of its session.
#[derive(Debug, Clone, Default)]
struct KeptValues {
    memory: Option<JsonObject>,
    variables: Option<JsonObject>,
}

/// The outcome, answer and message with which a run's end is recorded.
struct End<'e> {
    outcome: Outcome,
    answer: Option<&'e Text>,
    message: Option<String>,
}

impl<'e> End<'e> {
    fn of(ending: &'e Ending) -> Self {
        match ending {
            Ending::Answer(answer) => Self {
                outcome: Outcome::Complete,
                answer: Some(answer),
                message: None,
            },
            Ending::Limit(limit) => Self {
                outcome: Outcome::at_limit(limit.clone(), Answer::Nothing),
                answer: None,
                message: Some(format!("{limit}; {}", limit.hint())),
            },
            Ending::Other {
                outcome,
                answer,
                message,
            } => Self {
                outcome: outcome.clone(),
                answer: answer.as_ref(),
                message: Some(message.clone()),
            },
            Ending::HandedOver => Self {
                outcome: Outcome::Complete,
                answer: None,
                message: None,
            },
        }
    }

    fn of_error(error: &RunError) -> Self {
        Self {
            outcome: error.outcome(),
            answer: None,
            message: Some(error.to_string()),
        }
    }

    /// Returns whether the run must end at once, without reading more of the context.
    const fn is_in_haste(&self) -> bool {
        matches!(
            self.outcome,
            Outcome::Cancelled
                | Outcome::Timeout
                | Outcome::Partial {
                    limit: LimitReached::DeadlineExceeded { .. }
                }
        )
    }

    fn flat_answer(&self) -> Option<String> {
        Some(self.answer?.to_flat().unwrap_or_default().into_owned())
    }
}

impl Run {
    pub(super) fn root_failed(&self, failure: CallFailure) -> Result<Ending, RunError> {
        if let Some(stop) = over(&self.dispatcher) {
            return Ok(self.stopped(stop));
        }
        if let Some(outage) = Outage::from_failure(&failure) {
            self.tree.recorder.check()?;
            return Ok(self.stopped(Stop::Outage(outage)));
        }
        let (attempts, elapsed) = (failure.attempts, failure.elapsed);
        match failure.kind {
            FailureKind::Model(error) if error.kind != ModelErrorKind::Cancelled => {
                self.tree.recorder.check()?;
                Ok(provider_error(failure_message(&error, attempts, elapsed)))
            }
            kind => self.cannot_go_on(kind),
        }
    }

    pub(super) fn cannot_go_on(&self, kind: FailureKind) -> Result<Ending, RunError> {
        self.tree.recorder.check()?;
        match kind {
            FailureKind::Model(error) if error.kind == ModelErrorKind::Cancelled => Ok(self.stopped(Stop::Cancelled)),
            FailureKind::Model(error) | FailureKind::Outage(error) => {
                Ok(provider_error(failure_message(&error, 1, Duration::ZERO)))
            }
            FailureKind::Refused(limit) => Ok(Ending::Limit(limit)),
            FailureKind::Cancelled => Ok(self.stopped(Stop::Cancelled)),
            FailureKind::NotRecorded(error) => Err(RunError::Machine {
                turn: self.turn,
                detail: error.to_string(),
            }),
            FailureKind::Ledger(error) => Err(error.into()),
        }
    }

    pub(super) fn stopped(&self, stop: Stop) -> Ending {
        match stop {
            Stop::Cancelled => Ending::Other {
                outcome: Outcome::Cancelled,
                answer: None,
                message: "the run was cancelled".to_owned(),
            },
            Stop::Outage(outage) => provider_error(outage.message()),
            Stop::Limit(limit) => Ending::Limit(limit),
        }
    }

    /// Records the end of a run and returns its result.
    pub(super) async fn finish(mut self, id: RunId, ending: Ending) -> Result<RunResult, RunError> {
        let ending = self.with_draft(ending);
        let end = End::of(&ending);
        let found = match end.answer {
            Some(answer) => self.attribute(answer.clone()).await,
            None => Attribution::default(),
        };
        let answer = end.flat_answer();
        if let Some(value) = &answer {
            self.record_final(value, &found)?;
        }
        if !end.is_in_haste() {
            self.record_late_sources().await?;
        }
        let kept = KeptValues {
            memory: self.memory(),
            variables: self.kept_variables(),
        };
        let totals = self.tree.recorder.totals();
        self.record(self.outcome(&end, answer.clone(), kept.clone(), totals.clone()))?;
        self.tree.recorder.flush().await?;
        let mut notes = self.tree.recorder.notes();
        let error = self.tree.recorder.subcall_error();
        notes.extend(no_subcall_answered(&totals, error, answer.is_some()));
        let End { outcome, message, .. } = end;
        Ok(RunResult {
            run: id,
            outcome,
            answer,
            message,
            memory: kept.memory,
            variables: kept.variables,
            citations: found.places,
            quotes: found.quotes,
            coverage: self.tree.recorder.covered(),
            without_text: self.tree.context.without_text().to_vec(),
            breakdown: self.tree.recorder.breakdown(),
            totals,
            spent: self.tree.ledger.read(rlm_policy::Ledger::spent),
            routed: self.routed,
            rejected: self.rejected,
            notes,
            journal: self.tree.recorder.journal().path().map(ToOwned::to_owned),
        })
    }

    /// Returns the contents of the variable `memory` in a run of a session. If they can't be
    /// stored, returns the contents from before the run.
    fn memory(&self) -> Option<JsonObject> {
        let session = self.session.as_ref()?;
        let Some(machine) = &self.machine else {
            return Some(session.memory.clone());
        };
        let kept = machine.get::<JsonObject>("memory").map_err(|error| error.to_string());
        let kept = kept.and_then(
            |memory| match serde_json::to_string(&memory).map_or(0, |text| text.len()) {
                bytes if bytes > MAX_MEMORY_BYTES => Err(format!(
                    "it has {bytes} bytes as JSON, but the maximum is {MAX_MEMORY_BYTES}"
                )),
                _ => Ok(memory),
            },
        );
        Some(kept.unwrap_or_else(|why| {
            let text = format!("`memory` is unchanged by this question: {why}");
            self.tree
                .recorder
                .note(&self.dispatcher.path, self.turn, "memory", text);
            session.memory.clone()
        }))
    }

    /// Returns the variables that programs have set in a run of a session that keeps them, as far
    /// as JSON can represent them. Those from before the run are kept if no program ran.
    fn kept_variables(&self) -> Option<JsonObject> {
        let earlier = self.session.as_ref()?.variables.as_ref()?;
        let Some(machine) = &self.machine else {
            return Some(earlier.clone());
        };
        let mut bytes = 0_usize;
        let mut kept = JsonObject::new();
        let mut lost = Vec::new();
        let is_kept = |variable: &Variable| variable.name != "memory" && variable.type_name != "module";
        for name in machine
            .variables()
            .into_iter()
            .filter(is_kept)
            .map(|variable| variable.name)
        {
            let value = machine.get::<serde_json::Value>(&name).ok().filter(|value| {
                let with_this = bytes.saturating_add(value.to_string().len());
                let fits = with_this <= MAX_MEMORY_BYTES;
                bytes = if fits { with_this } else { bytes };
                fits
            });
            match value {
                Some(value) => drop(kept.insert(name.to_string(), value)),
                None => lost.push(format!("`{name}`")),
            }
        }
        if !lost.is_empty() {
            let text = format!(
                "not kept for later questions: {}; JSON can't represent them, or all variables together exceed {} kB",
                lost.join(", "),
                MAX_MEMORY_BYTES >> 10
            );
            self.tree
                .recorder
                .note(&self.dispatcher.path, self.turn, "variables", text);
        }
        Some(kept)
    }

    /// Records the end of a child run.
    pub(super) fn finish_child(&self, ended: &Result<Ending, RunError>) -> Result<(), RunError> {
        let end = match ended {
            Ok(ending) => End::of(ending),
            Err(error) => End::of_error(error),
        };
        let answer = end.flat_answer();
        if let Some(value) = &answer {
            // Citations are only computed for the answer of the root run.
            self.record_final(value, &Attribution::default())?;
        }
        let totals = self.tree.recorder.totals_of_child(&self.dispatcher.path);
        self.record(self.outcome(&end, answer, KeptValues::default(), totals))
    }

    /// Records the end of a run that failed, unless writing the journal failed.
    pub(super) fn fail(&self, error: &RunError) {
        let end = End::of_error(error);
        self.tree
            .recorder
            .write(self.outcome(&end, None, KeptValues::default(), self.tree.recorder.totals()));
    }

    /// Records the facts about sources of the context that had not been read when the run started.
    async fn record_late_sources(&self) -> Result<(), RunError> {
        for number in &self.late_sources {
            let (number, context) = (*number, self.tree.context.clone());
            let read = tokio::task::spawn_blocking(move || {
                let read = source_read(number, context.document(SourceId(number))?);
                // A file that was changed after the last step has another digest, so it is not
                // recorded.
                context.check().is_ok().then_some(read)
            });
            if let Ok(Some(read)) = read.await {
                self.record(Event::SourceRead(read))?;
            }
        }
        Ok(())
    }

    /// Finds the ranges of the answer's words in the context, on a blocking thread, since the
    /// context may be large.
    async fn attribute(&mut self, answer: Text) -> Attribution {
        let (context, mut evidence) = (self.tree.context.clone(), std::mem::take(&mut self.dispatcher.evidence));
        let question = Arc::clone(&self.question);
        let found = tokio::task::spawn_blocking(move || match answer.settled() {
            Ok(settled) => Attribution::find(settled, &question, &context, &mut evidence),
            Err(_) => Attribution::default(),
        });
        // If that thread is lost, the answer has no citations.
        found.await.unwrap_or_default()
    }

    fn record_final(&self, value: &str, found: &Attribution) -> Result<(), RunError> {
        self.record(Event::Final(FinalValue {
            run: self.dispatcher.path.clone(),
            turn: self.turn,
            value: value.to_owned(),
            citations: found.citations.iter().map(recorded).collect(),
            quotes: found.quotes.iter().map(recorded_quote).collect(),
        }))
    }

    fn outcome(&self, end: &End<'_>, answer: Option<String>, kept: KeptValues, totals: Totals) -> Event {
        Event::Outcome(Box::new(RunEnded {
            run: self.dispatcher.path.clone(),
            outcome: end.outcome.name().into(),
            answer,
            message: end.message.clone(),
            memory: kept.memory,
            variables: kept.variables,
            totals,
        }))
    }

    pub(super) fn record_limit(&self, limit: &LimitReached, fuel: Option<u64>) -> Result<(), RunError> {
        let (used, allowed) = limit.used_and_allowed();
        self.record(Event::Limit(LimitHit {
            run: self.dispatcher.path.clone(),
            turn: self.turn,
            name: limit.name().into(),
            used,
            allowed,
            fuel,
            message: limit.to_string(),
        }))
    }
}

/// Returns a note if all sub-calls of a run failed. `error` is that of the last one.
fn no_subcall_answered(totals: &Totals, error: Option<SmolStr>, has_answer: bool) -> Option<ResultNote> {
    let sub = &totals.sub;
    let error = error.filter(|_| sub.failed > 0 && sub.failed == sub.calls)?;
    let so = match has_answer {
        true => ", so the answer is not based on any",
        false => "",
    };
    let failed = match sub.calls {
        1 => "the only sub-call failed".to_owned(),
        calls => format!("all {calls} sub-calls failed"),
    };
    Some(ResultNote {
        code: "all_subcalls_failed".into(),
        text: format!("{failed}{so}: {error}"),
    })
}

const fn provider_error(message: String) -> Ending {
    Ending::Other {
        outcome: Outcome::ProviderError,
        answer: None,
        message,
    }
}

fn recorded_quote(quote: &Quote) -> CheckedQuote {
    CheckedQuote {
        at: quote.at,
        bytes: quote.quote.len() as u64,
        verdict: quote.verdict.name().into(),
        range: quote.range,
    }
}

fn recorded(citation: &Citation) -> rlm_trace::RecordedCitation {
    let place = citation.location().start;
    rlm_trace::RecordedCitation {
        at: citation.at,
        range: citation.range,
        name: citation.document.to_string(),
        page: citation.page_start,
        section: place
            .section
            .as_ref()
            .and_then(|_| place.section_name())
            .map(Into::into),
        line: Some(citation.line_start),
    }
}
