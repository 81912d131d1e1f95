//! Verifies answers: format, success criteria, the verdict on the goal, and independent
//! confirmation.

use std::sync::Arc;

use rlm_answer::{AnswerForm, Remark};
use rlm_model::Message;
use rlm_policy::Outcome;
use rlm_prompt::reply::{GoalVerdict, read_verdict};
use rlm_prompt::{AnswerRejection, ExecutionProfile, quoted_line};
use sift_text::Text;

use super::review::{CandidateAnswer, CheckResult, Review};
use super::{Ending, Run};
use crate::error::RunError;
use crate::result::RejectedAnswer;
use crate::text::flat;

/// The maximum number of characters of an earlier answer that the model is shown.
const EARLIER_CHARS: usize = 300;
/// The remark on the first answer under the profile `verify`: it needs a second, independent
/// computation.
const ONE_WAY: &str = "it was worked out in one way alone. Work it out again in another way, without what was found in the first; then \
                       send the answer that holds, be it the same or not.";
const SAME_WAY: &str =
    "it was sent again, and no program has looked at the data since. Work it out in another way before you send it.";

impl Run {
    /// Reviews a final answer: guards, then requirements, then confirmation.
    pub(super) async fn review(&mut self, given: CandidateAnswer<'_>) -> Result<Review, RunError> {
        let answer = match self.guard(given) {
            Review::Taken(answer) if self.is_root() => answer,
            review => return Ok(review),
        };
        match self.check(&answer, AnswerForm::Program).await? {
            CheckResult::Met(typed) => self.confirm(typed, AnswerForm::Program).await,
            CheckResult::Unmet(reasons) => Ok(self.reject(&answer, reasons)),
            CheckResult::Ends(ending) => Ok(Review::Ends(ending)),
        }
    }

    /// Checks an answer against its requirements.
    pub(super) async fn check(&mut self, answer: &Text, form: AnswerForm) -> Result<CheckResult, RunError> {
        let tree = Arc::clone(&self.tree);
        let typed = match tree.checks.typed(answer, form) {
            Ok(typed) => typed,
            Err(reasons) => return Ok(CheckResult::Unmet(reasons)),
        };
        let flat = flat(&typed);
        let reasons = tree.checks.unmet(&flat);
        if !reasons.is_empty() {
            return Ok(CheckResult::Unmet(reasons));
        }
        Ok(match &tree.settings.finalization.criteria.goal {
            None => CheckResult::Met(typed),
            Some(goal) => match self.judge(Judgement::Goal, goal, &flat).await? {
                JudgeResult::Verdict(GoalVerdict::Met) => CheckResult::Met(typed),
                JudgeResult::Verdict(GoalVerdict::NotMet(reason)) => CheckResult::Unmet(vec![reason]),
                JudgeResult::Ends(ending) => CheckResult::Ends(ending),
            },
        })
    }

    /// Accepts a checked answer, unless an independent confirmation is required first.
    pub(super) async fn confirm(&mut self, answer: Text, form: AnswerForm) -> Result<Review, RunError> {
        if self.tree.settings.routing.profile != Some(ExecutionProfile::Verify) {
            return Ok(Review::Taken(answer));
        }
        let given = flat(&answer);
        let has_turns = self.turn < self.steps;
        let (looked, confirmation) = (self.guard_state.looked(), &mut self.guard_state.confirmation);
        let Some(before) = confirmation.last() else {
            if has_turns {
                return Ok(self.ask_for_second_way(given, ONE_WAY));
            }
            let text = "the answer was not confirmed by a second computation: no turn was left";
            self.dispatcher.note(self.turn, "answer_not_confirmed", text.to_owned());
            return Ok(Review::Taken(answer));
        };
        if form == AnswerForm::Program && has_turns && confirmation.is_sent_again(&given, looked) {
            return Ok(self.ask_for_second_way(given, SAME_WAY));
        }
        if confirmation.holds(&given) {
            return Ok(Review::Taken(answer));
        }
        let goal = format!("It gives the same answer, in whatever words, as another way did: {before}");
        Ok(match self.judge(Judgement::Agreement, &goal, &given).await? {
            JudgeResult::Verdict(GoalVerdict::Met) => Review::Taken(answer),
            JudgeResult::Ends(ending) => Review::Ends(ending),
            JudgeResult::Verdict(GoalVerdict::NotMet(_)) => {
                self.guard_state.confirmation.expect(given, looked);
                let words = "it differs from the answer before it. Find out which of the two holds, and send that one. The one before \
                             was:";
                let reason = Remark::quoting(words, quoted_line(&before, EARLIER_CHARS));
                self.reject(&answer, vec![reason])
            }
        })
    }

    /// Sets an answer aside until the model has confirmed it by a second, independent computation.
    fn ask_for_second_way(&mut self, answer: String, reason: &str) -> Review {
        let looked = self.guard_state.looked();
        self.guard_state.confirmation.expect(answer.clone(), looked);
        self.guard_state.not_taken(&answer);
        self.tree.recorder.remark(
            &self.dispatcher.path,
            self.turn,
            "answer_unconfirmed",
            reason.to_owned(),
        );
        Review::Rejected(AnswerRejection {
            answer,
            reasons: vec![reason.into()],
        })
    }

    /// Sends a rejected answer back to the model, or ends the run if too many were rejected.
    pub(super) fn reject(&mut self, answer: &Text, reasons: Vec<Remark>) -> Review {
        let answer = flat(answer);
        let said = self.remark_rejected(&reasons);
        let most = self.tree.settings.finalization.max_rejections;
        if self.guard_state.reject(&answer) <= most {
            return Review::Rejected(AnswerRejection { answer, reasons });
        }
        let reasons = reasons.iter().map(Remark::to_string).collect();
        self.rejected = Some(RejectedAnswer { answer, reasons });
        Review::Ends(Ending::Other {
            outcome: Outcome::VerificationFailed,
            answer: None,
            message: format!(
                "verification failed: no answer met the requirements; the last one: {}",
                quoted_line(&said, 500)
            ),
        })
    }

    /// Records the reasons for a rejected answer. Returns their text.
    pub(super) fn remark_rejected(&self, reasons: &[Remark]) -> String {
        let said = Remark::joined(reasons);
        self.tree
            .recorder
            .remark(&self.dispatcher.path, self.turn, "answer_rejected", said.clone());
        said
    }

    /// Calls the sub-model for a verdict on whether an answer meets a goal.
    async fn judge(&mut self, of: Judgement, goal: &str, answer: &str) -> Result<JudgeResult, RunError> {
        let prompt = self.tree.prompts().judge(goal, &self.question, answer)?;
        let messages = vec![Message::user(prompt)];
        let judged = self.dispatcher.ask_judge(self.turn, of as u32, messages).await;
        match judged {
            Ok(settled) => Ok(JudgeResult::Verdict(read_verdict(&settled.reply.text))),
            Err(failure) => {
                // The answer is kept in the result, since it was paid for.
                self.rejected = Some(RejectedAnswer {
                    answer: answer.to_owned(),
                    reasons: vec!["whether it meets the goal could not be judged.".to_owned()],
                });
                self.root_failed(failure).map(JudgeResult::Ends)
            }
        }
    }
}

/// The question to the judge model. The value of a variant is the index of its call.
#[derive(Debug, Clone, Copy)]
enum Judgement {
    /// Asks whether the answer meets the goal.
    Goal = 0,
    /// Asks whether the answer agrees with an earlier one.
    Agreement = 1,
}

/// The result of a call to the judge model.
enum JudgeResult {
    Verdict(GoalVerdict),
    /// There is no verdict, since the call failed or the run is over.
    Ends(Ending),
}
