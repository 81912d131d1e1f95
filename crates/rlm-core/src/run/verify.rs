//! Looking at answers before they are taken: of the form that was asked for, meeting its criteria, and judged by its goal.

use std::sync::Arc;

use rlm_model::Message;
use rlm_policy::Outcome;
use rlm_text::Text;

use super::guards::{Given, Review};
use super::{Ending, Run};
use crate::error::RunError;
use crate::prompt::{SetAside, quoted_line};
use crate::result::Rejected;

/// The characters of a judge's reason that the model is shown.
const REASON_CHARS: usize = 300;

impl Run<'_> {
    /// Looks at an answer, and takes it or not.
    pub(super) async fn review(&mut self, given: Given<'_>) -> Result<Review, RunError> {
        let answer = match self.guard(given) {
            Review::Taken(answer) if self.is_root() => answer,
            review => return Ok(review),
        };
        let tree = Arc::clone(&self.tree);
        let reasons = match tree.checks.typed(&answer) {
            Err(reasons) => reasons,
            Ok(typed) => {
                let flat = typed.to_flat().unwrap_or_default().into_owned();
                let mut reasons = tree.checks.unmet(&flat);
                if let (true, Some(goal)) = (reasons.is_empty(), &tree.settings.finalization.criteria.goal) {
                    match self.judge(goal, &flat).await? {
                        Judged::Met => {}
                        Judged::NotMet(reason) => reasons.push(reason),
                        Judged::Ends(ending) => return Ok(Review::Ends(ending)),
                    }
                }
                if reasons.is_empty() {
                    return Ok(Review::Taken(typed));
                }
                reasons
            }
        };
        Ok(self.reject(&answer, reasons))
    }

    /// Sends an answer back, or ends the run where that was done often enough.
    fn reject(&mut self, answer: &Text, reasons: Vec<String>) -> Review {
        let answer = answer.to_flat().unwrap_or_default().into_owned();
        let said = reasons.join(" ");
        self.tree
            .recorder
            .remark(&self.desk.path, self.turn, "answer_rejected", said.clone());
        let most = self.tree.settings.finalization.max_rejections;
        if self.watch.reject(&answer) <= most {
            return Review::SetAside(SetAside { answer, reasons });
        }
        self.rejected = Some(Rejected { answer, reasons });
        Review::Ends(Ending::Other {
            outcome: Outcome::VerificationFailed,
            answer: None,
            message: format!(
                "verification failed: no answer met what was asked of it; of the last: {}",
                quoted_line(&said, 500)
            ),
        })
    }

    /// Asks the sub-model whether an answer meets its goal.
    async fn judge(&mut self, goal: &str, answer: &str) -> Result<Judged, RunError> {
        let prompt = self.tree.told().prompts.judge(goal, self.question, answer)?;
        let judged = self.desk.ask_judge(self.turn, vec![Message::user(prompt)]).await;
        match judged {
            Ok(settled) => Ok(verdict(&settled.reply.text)),
            Err(failure) => {
                // It was paid for, whoever may judge it.
                self.rejected = Some(Rejected {
                    answer: answer.to_owned(),
                    reasons: vec!["whether it meets the goal could not be judged.".to_owned()],
                });
                self.root_failed(failure).map(Judged::Ends)
            }
        }
    }
}

/// What a judge says.
enum Judged {
    Met,
    NotMet(String),
    /// Nothing: the call failed, or the run is over.
    Ends(Ending),
}

fn verdict(reply: &str) -> Judged {
    let said = reply.rsplit("</think>").next().unwrap_or(reply);
    let said = said.trim_start_matches(|char: char| !char.is_alphanumeric());
    let begins = |word: &str| {
        said.get(..word.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(word))
    };
    let reason = |word: &str| {
        let rest = said.get(word.len()..).unwrap_or_default();
        let rest = rest.trim_matches(|char: char| char.is_whitespace() || matches!(char, ':' | '*' | '.' | '-'));
        match rest.is_empty() {
            true => "it does not meet the goal.".to_owned(),
            false => format!("it does not meet the goal: {}.", quoted_line(rest, REASON_CHARS)),
        }
    };
    match ["NOT MET", "NOT_MET", "NO"].into_iter().find(|word| begins(word)) {
        Some(word) => Judged::NotMet(reason(word)),
        None if begins("MET") || begins("YES") => Judged::Met,
        None => Judged::NotMet(
            "whether it meets the goal could not be judged: the judge said neither MET nor NOT MET.".to_owned(),
        ),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic, reason = "a test stops at once where something is not as it says")]

    use super::*;

    #[test]
    fn verdicts_are_read_in_the_forms_that_judges_give_them() {
        for met in ["MET", "**MET**", "<think>is it?</think>\nMet.", "yes, it does"] {
            assert!(matches!(verdict(met), Judged::Met), "{met}");
        }
        for (reply, reason) in [
            (
                "NOT MET: no date is named",
                "it does not meet the goal: no date is named.",
            ),
            ("**Not met** - no date.", "it does not meet the goal: no date."),
            ("NO", "it does not meet the goal."),
            (
                "The answer is fine.",
                "whether it meets the goal could not be judged: the judge said neither MET nor NOT MET.",
            ),
        ] {
            let Judged::NotMet(said) = verdict(reply) else {
                panic!("{reply}")
            };
            assert_eq!(said, reason);
        }
    }
}
