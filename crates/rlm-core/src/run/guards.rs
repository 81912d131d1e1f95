//! The guards, which prevent a run from ending too early and from taking useless turns.
//!
//! A guard sets an answer aside: the model gets the reason and continues. This happens a few times
//! at most and never in the last turn; then the answer is accepted with a note. A text that is not
//! an answer at all (the message of a failed call, the name of a missing variable) is never
//! accepted. If the model insists on it, the run ends without an answer.

use rlm_answer::Remark;
use rlm_answer::heuristics::{has_literal_final, is_mostly, says_nothing};
use rlm_calls::ProgramOutcome;
use rlm_model::Digest;
use rlm_policy::{LimitReached, OnLimit, Outcome};
use rlm_prompt::{AnswerRejection, ExecutionProfile, Observed, near_names, quoted_line, reply::is_name};

use super::best_effort::CANNOT_DETERMINE;
use super::review::{AnswerSource, CandidateAnswer, Review};
use super::{Ending, Run};
use crate::text::flat;

/// The maximum number of answers that are returned to the model because they came too early.
const MOST_SET_ASIDE: u32 = 2;
/// The maximum number of characters of the fallback program that the note to the model shows.
const FALLBACK_CHARS: usize = 200;
/// The maximum number of characters of the last reply that the message of a run without a program
/// shows.
const WORDS_CHARS: usize = 300;

impl Run {
    /// Returns the fallback program and its note, if a fallback is due.
    pub(super) fn fallback(&mut self) -> Option<(String, String)> {
        let guards = &self.tree.settings.guards;
        let code = guards.fallback_code.clone().filter(|_| self.is_root())?;
        let due = guards.invalid_response_limit.unwrap_or(1);
        if self.guard_state.has_fallen_back || self.guard_state.invalid.saturating_add(1) < due {
            return None;
        }
        self.guard_state.has_fallen_back = true;
        let note = format!(
            "your reply held no program, so this one was run in its place: {}",
            quoted_line(&code, FALLBACK_CHARS)
        );
        Some((code, note))
    }

    /// Returns the end of a run whose model never wrote a program, if a limit of turns ends the
    /// run.
    pub(super) fn without_program(&self, limit: &LimitReached) -> Option<Ending> {
        let settings = &self.tree.settings;
        let is_wanted = settings.on_limit == OnLimit::Finalize
            && settings.guards.best_answer_needs_program
            && !settings.routing.is_direct();
        let is_silent = self.guard_state.programs == 0 && self.guard_state.refused == 0;
        if !is_wanted || !is_silent {
            return None;
        }
        let within = match limit {
            LimitReached::InvalidResponsesExceeded { limit } => format!("{limit} replies"),
            LimitReached::MaxStepsExceeded { limit: 1 } => "its only step".to_owned(),
            LimitReached::MaxStepsExceeded { limit } => format!("{limit} steps"),
            _ => return None,
        };
        let words = match &self.guard_state.words {
            Some(words) => format!("it replied: “{}”", quoted_line(words, WORDS_CHARS)),
            None => "its replies were empty".to_owned(),
        };
        Some(Ending::Other {
            outcome: Outcome::Unable,
            answer: None,
            message: format!("the model wrote no program in {within}; {words}; use a model that writes programs"),
        })
    }

    /// Counts a reply without a program.
    pub(super) const fn count_invalid(&mut self) {
        self.guard_state.invalid = self.guard_state.invalid.saturating_add(1);
    }

    /// Returns the limit on consecutive replies without a new program, if it is reached.
    pub(super) fn invalid_limit(&self) -> Option<LimitReached> {
        let limit = self.tree.settings.guards.invalid_response_limit?;
        (self.guard_state.invalid >= limit).then_some(LimitReached::InvalidResponsesExceeded { limit })
    }

    /// Counts consecutive programs that a failing tool ended. Warns the model, and ends the run at
    /// the limit.
    pub(super) fn look_at_tools(&mut self, end: &ProgramOutcome, observed: &mut Observed) -> Option<Ending> {
        let failure = self.dispatcher.tool_failure.take();
        let limit = self.tree.settings.guards.tool_failure_limit?;
        let uncaught = match end {
            ProgramOutcome::Raised(error) => failure.filter(|failure| error.message == failure.message),
            _ => None,
        };
        let Some(failure) = uncaught else {
            self.guard_state.failing_tool = None;
            return None;
        };
        let before = match &self.guard_state.failing_tool {
            Some((name, times)) if *name == failure.name => *times,
            _ => 0,
        };
        let times = before.saturating_add(1);
        self.guard_state.failing_tool = Some((failure.name.clone(), times));
        let (name, message) = (&failure.name, quoted_line(&failure.message, 300));
        if times >= limit {
            return Some(Ending::Other {
                outcome: Outcome::ToolError,
                answer: None,
                message: format!(
                    "{times} consecutive programs failed because of the tool {name}; the last error: {message}"
                ),
            });
        }
        if times > 1 {
            let text = format!(
                "{name} failed and nothing caught it, in {times} programs in a row; after {limit} the run ends. Catch CallFailed and go on \
                 without it, or answer from what you have."
            );
            observed.notes.push(text.into());
        }
        None
    }

    /// Stores the result of a program, and tells the model if an equal program had the same result
    /// before.
    pub(super) fn notice_repeat(&mut self, source: &str, observed: &mut Observed) {
        if !self.tree.settings.guards.notice_repeats {
            return;
        }
        let Observed {
            refused,
            output,
            error,
            limit,
            ..
        } = &*observed;
        let what = format!("{:?}", (source.trim(), refused, output, error, limit));
        match self.guard_state.seen.get(&Digest::of(what.as_bytes())) {
            Some(turn) => {
                let text = format!(
                    "you sent this program before, in turn {turn}, and it showed the same. Sending it again brings nothing new: look \
                     elsewhere, ask in another way, or answer from what you have."
                );
                self.tree
                    .recorder
                    .remark(&self.dispatcher.path, self.turn, "program_repeated", text.clone());
                observed.notes.push(text.into());
                self.count_invalid();
            }
            None => {
                self.guard_state.seen.insert(Digest::of(what.as_bytes()), self.turn);
                self.guard_state.invalid = 0;
            }
        }
    }

    /// Reviews a candidate answer: whether it is an answer at all, and whether it came too early.
    pub(super) fn guard(&mut self, given: CandidateAnswer<'_>) -> Review {
        let answer = flat(&given.answer);
        let reasons = match self.no_answer(&answer, given.by) {
            Some(reason) if self.guard_state.no_answers >= MOST_SET_ASIDE => return Review::Ends(unable(&reason)),
            Some(reason) => {
                self.guard_state.no_answers = self.guard_state.no_answers.saturating_add(1);
                vec![reason.into()]
            }
            None => self.too_soon(given.by, &answer),
        };
        if reasons.is_empty() {
            return match answer.trim_start().strip_prefix(CANNOT_DETERMINE) {
                Some(missing) if self.is_root() => Review::Ends(undetermined(missing)),
                _ => Review::Taken(given.answer),
            };
        }
        self.tree.recorder.remark(
            &self.dispatcher.path,
            self.turn,
            "answer_set_aside",
            Remark::joined(&reasons),
        );
        self.guard_state.not_taken = Some(answer.clone());
        Review::Rejected(AnswerRejection { answer, reasons })
    }

    /// Returns the reason why a text is not an answer to any question, if that is the case.
    fn no_answer(&mut self, answer: &str, by: AnswerSource<'_>) -> Option<String> {
        if self.is_fault(answer) {
            let reason = "it is the message of a call that failed, which says nothing about the question. Ask again, ask about less, or \
                          do without the reply.";
            return Some(reason.to_owned());
        }
        let AnswerSource::Program { source, .. } = by else {
            return None;
        };
        let names_itself = is_name(answer)
            && ['"', '\'']
                .iter()
                .any(|quote| source.contains(&format!("FINAL_VAR({quote}{answer}{quote})")));
        (names_itself && self.variable(answer).is_none()).then(|| {
            let near = near_names(answer, &self.variable_names());
            format!("FINAL_VAR names `{answer}`, which no program has bound{near}")
        })
    }

    /// Returns whether a text is the message of a call that failed.
    pub(super) fn is_fault(&self, answer: &str) -> bool {
        self.dispatcher.faults.iter().any(|fault| is_mostly(answer, fault))
    }

    /// Returns remarks on the steps that are missing before an answer. Empty if the model was told
    /// often enough or no turn is left.
    fn too_soon(&mut self, by: AnswerSource<'_>, answer: &str) -> Vec<Remark> {
        let guards = &self.tree.settings.guards;
        let mut reasons = Vec::new();
        let is_literal =
            || matches!(by, AnswerSource::Program { source, first_look: true } if has_literal_final(source));
        if guards.look_before_final && !self.guard_state.has_been_told_to_look && is_literal() {
            let reason = "it was written into the program that is the first to look at the data, before its output was seen. Read the \
                          output; if the answer still holds, send it again.";
            reasons.push(("answer_before_output", reason));
        }
        if guards.require_repl_before_final && self.is_root() && self.guard_state.programs == 0 {
            let reason = "no program has run yet. Look into the context with one first.";
            reasons.push(("answer_without_program", reason));
        }
        if guards.require_subcall_before_final && self.is_root() && !self.guard_state.has_asked {
            let reason = "no sub-model has been asked yet. Ask one about the text in question first, with llm_query or ask_chunks.";
            reasons.push(("answer_without_subcall", reason));
        }
        let may_ask = self.tree.settings.limits.granted_subcalls() > 0 && !self.guard_state.has_asked;
        if self.tree.settings.routing.profile == Some(ExecutionProfile::Hybrid)
            && self.is_root()
            && may_ask
            && says_nothing(answer)
        {
            let reason = "it says that nothing was found, and no sub-model has been asked yet. Ask sub-models about the text in batches \
                          first.";
            reasons.push(("nothing_without_subcall", reason));
        }
        let has_turns = self.turn < self.steps;
        if reasons.is_empty() || (has_turns && self.guard_state.set_aside < MOST_SET_ASIDE) {
            self.guard_state.set_aside = self
                .guard_state
                .set_aside
                .saturating_add(u32::from(!reasons.is_empty()));
            self.guard_state.has_been_told_to_look |= reasons.iter().any(|(code, _)| *code == "answer_before_output");
            return reasons.into_iter().map(|(_, reason)| reason.into()).collect();
        }
        for (code, _) in reasons {
            let text = match code {
                "answer_without_program" => "the answer was accepted although no program had run",
                "answer_without_subcall" => "the answer was accepted although no sub-model had been called",
                _ => continue,
            };
            self.dispatcher.note(self.turn, code, text.to_owned());
        }
        Vec::new()
    }

    pub(super) fn is_root(&self) -> bool {
        self.dispatcher.path.depth() == 0
    }
}

/// Returns the end of a run whose answer says that there is none.
fn undetermined(missing: &str) -> Ending {
    let missing = quoted_line(missing.trim_start_matches(':').trim(), 1_000);
    Ending::Other {
        outcome: Outcome::Unable,
        answer: None,
        message: if missing.is_empty() {
            "the context does not answer the question".to_owned()
        } else {
            missing
        },
    }
}

fn unable(reason: &str) -> Ending {
    Ending::Other {
        outcome: Outcome::Unable,
        answer: None,
        message: format!("the model repeatedly gave no valid answer: {reason}"),
    }
}
