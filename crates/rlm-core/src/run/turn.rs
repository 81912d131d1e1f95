//! Takes the turn of a program: checks it, runs it, and shows its result to the root model.

use rlm_answer::Remark;
use rlm_answer::heuristics::rebinds_answer;
use rlm_calls::{ProgramOutcome, ProgramRun, Stop, run_program};
use rlm_model::SourceRange;
use rlm_policy::{LimitReached, TruncationCause};
use rlm_prompt::{Observed, Shown, near_names, quoted_line, reply::Final};
use rlm_trace::{Event, LimitHit, ProgramChecked, ProgramDiagnostic, ProgramEnd, ProgramError, ProgramRan};
use sift_syntax::{Diagnostic, render_plain};
use sift_text::Text;
use sift_vm::{Compiled, Limit, RaisedError, Refusal, Report, ScannedRange};

use super::review::{AnswerSource, CandidateAnswer, Review};
use super::{Ending, Run};
use crate::error::RunError;
use crate::text::is_blank;

/// The result of executing a program.
pub(super) enum Execution {
    /// The compiler rejected the program.
    Refused(Refusal),
    /// The program ran.
    Ran {
        /// The warnings of the compiler about the program.
        warnings: Vec<String>,
        report: Box<Report>,
        end: ProgramOutcome,
        /// The sentences about truncated replies to calls of the program.
        cut: Vec<String>,
    },
}

impl Run {
    /// Runs a program, and reviews its answer or shows its result to the root model.
    pub(super) async fn run_program(
        &mut self,
        source: &str,
        then: Option<Final>,
        kept: &str,
        notes: Vec<String>,
    ) -> Result<Option<Ending>, RunError> {
        let mut observed = Observed {
            notes: notes.into_iter().map(Remark::from).collect(),
            ..Observed::default()
        };
        let ends_by_itself = self.tree.settings.finalization.auto_finalize_var.as_deref() == Some("answer");
        if !self.told_of_answer && !ends_by_itself && rebinds_answer(source) && !source.contains("FINAL") {
            self.told_of_answer = true;
            let text = "binding `answer` ends nothing by itself: FINAL(answer) gives it as the answer.";
            observed.notes.push(text.into());
        }
        let calls = self.dispatcher.calls_made();
        let (warnings, report, end, cut) = match self.execute(source).await? {
            Execution::Refused(refusal) => {
                self.guard_state.refuse(&refusal);
                observed.refused = Some(render_plain(source, &refusal.diagnostics));
                observed.variables = self.shown_variables();
                self.notice_repeat(source, &mut observed);
                return self.show(kept, &observed);
            }
            Execution::Ran {
                warnings,
                report,
                end,
                cut,
            } => (warnings, report, end, cut),
        };
        observed.notes.extend(warnings.into_iter().chain(cut).map(Remark::from));
        let first_look = self
            .guard_state
            .ran(&report, self.dispatcher.calls_made().saturating_sub(calls));
        let ending = self.answer_of(&end, then, &mut observed);
        let ending = ending.or(self.look_at_tools(&end, &mut observed));
        self.describe(&mut observed, *report, end)?;
        self.notice_repeat(source, &mut observed);
        match ending {
            Some(Ending::Answer(answer)) => {
                let by = AnswerSource::Program { source, first_look };
                match self.review(CandidateAnswer { answer, by }).await? {
                    Review::Taken(answer) => Ok(Some(Ending::Answer(answer))),
                    Review::Ends(ending) => Ok(Some(ending)),
                    Review::Rejected(rejection) => {
                        observed.set_aside = Some(rejection);
                        self.show(kept, &observed)
                    }
                }
            }
            Some(Ending::Limit(limit)) => {
                if self.allows_best_effort(&limit) {
                    // Its output so far can still support the best-effort answer.
                    let text = "the program was stopped before its end: the run's time is over.";
                    observed.notes.push(text.into());
                    self.show(kept, &observed)?;
                }
                Ok(Some(Ending::Limit(limit)))
            }
            Some(ending) => Ok(Some(ending)),
            None => self.show(kept, &observed),
        }
    }

    /// Checks a program, runs it to its end, and records both.
    pub(super) async fn execute(&mut self, source: &str) -> Result<Execution, RunError> {
        let mut machine = self.machine.take().ok_or_else(|| self.no_machine())?;
        let compiled = machine.compile(source);
        self.record_check(source, &compiled)?;
        let program = match compiled {
            Ok(program) => program,
            Err(refusal) => {
                self.machine = Some(machine);
                return Ok(Execution::Refused(refusal));
            }
        };
        let warnings = program
            .notes()
            .iter()
            .map(|note| format!("{}.", note.message))
            .collect();
        machine.set_budget(self.dispatcher.budget());
        machine.set_fuel(self.stops_at.unwrap_or(self.tree.settings.limits.fuel));
        let ProgramRun {
            machine,
            report,
            end,
            cut,
        } = run_program(machine, program, &mut self.dispatcher, self.turn).await?;
        self.machine = Some(machine);
        let end = match (end, self.stops_at) {
            (ProgramOutcome::Limit(Limit::Fuel), Some(_)) => ProgramOutcome::Stopped(Stop::Cancelled),
            (end, _) => end,
        };
        self.record_run(&report, &end)?;
        self.dispatcher.evidence.print(&report.printed.text);
        Ok(Execution::Ran {
            warnings,
            report: Box::new(report),
            end,
            cut: self.note_cut(&cut),
        })
    }

    /// Records notes about truncated replies to a program's calls. Returns the sentences for the
    /// root model.
    fn note_cut(&self, cut: &[TruncationCause]) -> Vec<String> {
        let mut notes = Vec::new();
        for by in [
            TruncationCause::OutputLimit,
            TruncationCause::Budget,
            TruncationCause::ContentFilter,
        ] {
            let count = cut.iter().filter(|other| **other == by).count();
            if count == 0 {
                continue;
            }
            let advice = if by == TruncationCause::ContentFilter {
                "Ask in other words, or answer without them."
            } else {
                "Ask for shorter answers, or about less at once."
            };
            let words = by.words();
            let note = format!("some replies to sub-calls were truncated, each {words}");
            self.dispatcher.note(self.turn, "replies_cut", note);
            notes.push(format!(
                "truncated replies to sub-calls, each cut {words}: {count}. {advice}"
            ));
        }
        notes
    }

    fn no_machine(&self) -> RunError {
        RunError::Machine {
            turn: self.turn,
            detail: "the machine was lost in an earlier turn".to_owned(),
        }
    }

    fn show(&mut self, kept: &str, observed: &Observed) -> Result<Option<Ending>, RunError> {
        let said = self
            .tree
            .prompts()
            .observation(observed, self.tree.settings.shown_output(), self.next_turn())?;
        self.observe(kept, said)?;
        Ok(None)
    }

    /// Returns the end of the run, if the program gave an accepted answer or the run is over.
    fn answer_of(&mut self, end: &ProgramOutcome, then: Option<Final>, observed: &mut Observed) -> Option<Ending> {
        let answer = match end {
            ProgramOutcome::Stopped(stop) => return Some(self.stopped(stop.clone())),
            ProgramOutcome::Final(text) => Some(text.clone()),
            ProgramOutcome::Limit(_) => None,
            ProgramOutcome::Raised(_) => self.ready_answer(),
            ProgramOutcome::Done => self.ready_answer().or_else(|| match then {
                Some(Final::Variable(name)) => {
                    let text = self.variable(&name);
                    if text.is_none() {
                        let names = self.variable_names();
                        let near = near_names(&name, &names);
                        let name = quoted_line(&name, 60);
                        let text = format!(
                            "the final form after the program names `{name}`, which no program has bound{near}"
                        );
                        observed.notes.push(text.into());
                    }
                    text
                }
                Some(Final::Text(_) | Final::Expression(_)) | None => self.auto_final(),
            }),
        };
        match answer {
            Some(answer) if is_blank(&answer) => {
                observed
                    .notes
                    .push("the final answer was empty, so the run goes on.".into());
                None
            }
            answer => answer.map(Ending::Answer),
        }
    }

    /// Returns the value of the configured answer variable, once a program has bound it to a new
    /// value.
    fn auto_final(&mut self) -> Option<Text> {
        let name = self.tree.settings.finalization.auto_finalize_var.as_ref()?;
        let bound = self.machine.as_mut()?.bound_text(name).filter(|_| self.is_root())?;
        (!is_blank(&bound) && self.guard_state.is_new(&bound)).then_some(bound)
    }

    /// Adds the result of a program to the observation that the root model is shown.
    fn describe(&mut self, observed: &mut Observed, report: Report, end: ProgramOutcome) -> Result<(), RunError> {
        observed.notes.extend(unnoticed(&report));
        observed.output = report.printed.text;
        observed.variables = self.shown_variables();
        match end {
            ProgramOutcome::Raised(error) => observed.error = Some(error.rendered),
            ProgramOutcome::Limit(limit) => observed.limit = Some(self.meet_limit(limit, report.fuel)?),
            ProgramOutcome::Done | ProgramOutcome::Final(_) | ProgramOutcome::Stopped(_) => {}
        }
        Ok(())
    }

    /// Records that a program reached a limit of the machine; returns the message for the root
    /// model.
    pub(super) fn meet_limit(&self, limit: Limit, fuel: u64) -> Result<String, RunError> {
        let message = self.limit_text(limit);
        self.record(Event::Limit(LimitHit {
            run: self.dispatcher.path.clone(),
            turn: self.turn,
            name: limit.name().into(),
            used: fuel,
            allowed: self.tree.ledger.read(|ledger| ledger.limits().fuel),
            fuel: Some(fuel),
            message: message.clone(),
        }))?;
        Ok(message)
    }

    fn shown_variables(&self) -> Vec<Shown> {
        let shown = self.variables().into_iter().map(|variable| Shown {
            name: variable.name.to_string(),
            type_name: variable.type_name.to_string(),
            summary: variable.size.unwrap_or_default(),
        });
        shown.collect()
    }

    fn limit_text(&self, limit: Limit) -> String {
        let limits = self.tree.ledger.read(|ledger| ledger.limits().clone());
        let with_hint = |limit: LimitReached| format!("{limit}; {}.", limit.hint());
        match limit {
            Limit::Fuel => with_hint(LimitReached::FuelExhausted { limit: limits.fuel }),
            Limit::Memory => with_hint(LimitReached::MemoryExceeded { limit: limits.memory }),
            Limit::Nesting => {
                "NestingExceeded: a value is nested too deep to be shown or compared; keep values flat.".to_owned()
            }
        }
    }

    fn record_check(&self, source: &str, compiled: &Result<Compiled, Refusal>) -> Result<(), RunError> {
        let diagnostics = match compiled {
            Ok(_) => Vec::new(),
            Err(refusal) => refusal
                .diagnostics
                .iter()
                .map(|diagnostic| recorded(source, diagnostic))
                .collect(),
        };
        self.record(Event::ProgramChecked(ProgramChecked {
            run: self.dispatcher.path.clone(),
            turn: self.turn,
            source: source.to_owned(),
            diagnostics,
        }))
    }

    fn record_run(&self, report: &Report, end: &ProgramOutcome) -> Result<(), RunError> {
        let (end, error) = match end {
            ProgramOutcome::Done => (ProgramEnd::Done, None),
            ProgramOutcome::Raised(error) => (ProgramEnd::Raised, Some(raised(error))),
            ProgramOutcome::Final(_) => (ProgramEnd::Final, None),
            ProgramOutcome::Limit(_) => (ProgramEnd::Limit, None),
            ProgramOutcome::Stopped(_) => (ProgramEnd::Cancelled, None),
        };
        self.record(Event::ProgramRan(ProgramRan {
            run: self.dispatcher.path.clone(),
            turn: self.turn,
            end,
            error,
            stdout: report.printed.text.clone(),
            echo: None,
            fuel: report.fuel,
            memory: report.memory_bytes,
            scanned: report.scanned.iter().map(scanned).collect(),
        }))
    }
}

fn scanned(range: &ScannedRange) -> SourceRange {
    SourceRange {
        source: range.source.0,
        start: range.bytes.start as u64,
        end: range.bytes.end as u64,
    }
}

fn raised(error: &RaisedError) -> ProgramError {
    ProgramError {
        class: error.type_name().into(),
        message: error.message.clone(),
        line: error.line,
    }
}

fn recorded(source: &str, diagnostic: &Diagnostic) -> ProgramDiagnostic {
    let (line, column) = diagnostic.line_column(source);
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    ProgramDiagnostic {
        code: diagnostic.code.0.into(),
        line: number(line),
        column: number(column),
        message: diagnostic.message.clone(),
        help: diagnostic.help.clone(),
    }
}

/// Returns a remark on failed sub-calls whose replies the program never used.
pub(super) fn unnoticed(report: &Report) -> Option<Remark> {
    let failures = &report.unnoticed_failures;
    let (_, first) = failures.first()?;
    let words = format!(
        "sub-calls that failed and were not looked at: {}; the first:",
        failures.len()
    );
    Some(Remark::quoting(words, first.message.as_str()))
}
