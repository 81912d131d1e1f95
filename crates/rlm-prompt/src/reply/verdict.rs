//! The verdict of a model that judges whether an answer meets a goal.

use rlm_answer::Remark;

use crate::quoting::quoted_line;

/// The maximum characters of a reason that are shown to the root model.
const REASON_CHARS: usize = 300;

/// The verdict of a judge on an answer and its goal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GoalVerdict {
    /// The answer meets the goal.
    Met,
    /// The answer does not meet the goal, or the judge gave no verdict. The reason is for the root
    /// model.
    NotMet(Remark),
}

/// Parses the reply of a judge: `MET`, or `NOT MET` with a reason, and common variants.
#[must_use]
pub fn read_verdict(reply: &str) -> GoalVerdict {
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
            true => Remark::from("it does not meet the goal."),
            false => Remark::quoting(
                "it does not meet the goal:",
                format!("{}.", quoted_line(rest, REASON_CHARS)),
            ),
        }
    };
    match ["NOT MET", "NOT_MET", "NO"].into_iter().find(|word| begins(word)) {
        Some(word) => GoalVerdict::NotMet(reason(word)),
        None if begins("MET") || begins("YES") => GoalVerdict::Met,
        None => GoalVerdict::NotMet(
            "unable to judge whether it meets the goal: the judge said neither MET nor NOT MET.".into(),
        ),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic, reason = "a test stops at once where something is not as it says")]

    use super::*;

    #[test]
    fn goal_verdicts_are_parsed_in_any_form() {
        for met in ["MET", "**MET**", "<think>is it?</think>\nMet.", "yes, it does"] {
            assert!(matches!(read_verdict(met), GoalVerdict::Met), "{met}");
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
                "unable to judge whether it meets the goal: the judge said neither MET nor NOT MET.",
            ),
        ] {
            let GoalVerdict::NotMet(said) = read_verdict(reply) else {
                panic!("{reply}")
            };
            assert_eq!(said.to_string(), reason);
        }
    }
}
