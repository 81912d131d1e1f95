//! Requests the best-effort answer of a run that a limit ends.
//!
//! The root model is called once more, for an answer from the output that it was shown. The call is
//! paid from a reserve that is set aside after the first turn. If the reserve is too small, the
//! oldest turns are omitted and the reply is kept short. After the time limit, this call gets a
//! grace period. If no call can be made, or none is answered in time, the answer is the draft of
//! the programs. This also applies to a cancelled run.

use std::time::Duration;

use rlm_answer::{AnswerForm, Remark};
use rlm_model::{Message, ModelErrorKind, Request, Tokens};
use rlm_policy::{Amount, Answer, LimitReached, OnLimit, Outcome, Share, Spend};
use rlm_prompt::{
    append_to_last, quoted_line,
    reply::{self, Final},
};
use rlm_scheduler::FailureKind;
use sift_text::Text;

use super::{Ending, Run};
use crate::error::RunError;
use crate::text::is_blank;

/// The prefix of a model's reply which states that it can't determine an answer.
pub(super) const CANNOT_DETERMINE: &str = "CANNOT_DETERMINE";
/// The maximum output tokens of a short and of a very short best-effort answer.
const SHORT: Tokens = Tokens(1_024);
const SHORTEST: Tokens = Tokens(256);
/// The estimated bytes of the text around the model's output in the request for a best-effort
/// answer: prompt, answer rules, and observation without its output.
const AROUND: u64 = 6 << 10;
/// A limit that is at least as long as those in the requests for a best-effort answer.
const LONG_LIMIT: &str = "MaxOutputTokensExceeded: 1000000 of 1000000 output tokens are used, 100000 reserved for a \
                          best-effort answer; the reply to this call may have up to 100000 more";

impl Run {
    /// Reserves the budget for a call that requests a best-effort answer, before the turn's program
    /// makes calls. The size of the program's output is not known yet, so the least reserve doesn't
    /// include this turn.
    pub(super) fn set_aside_before(&self, reply: &str) -> Result<(), RunError> {
        let shown = (self.tree.settings.shown_output() as u64).saturating_mul(4);
        let said = self.best_effort_prompt(LONG_LIMIT)?;
        // All turns but the newest may be omitted.
        let input = self.bound(append_to_last(self.conversation.newest(0), &said));
        self.set_aside(shown.saturating_add(reply.len() as u64), input, Tokens(0))
    }

    /// Reserves the budget for a call that requests a best-effort answer after the next turn. The
    /// call of this turn used `used`, and the conversation contains its output.
    pub(super) fn set_aside_after(&self, used: &Spend) -> Result<(), RunError> {
        let said = self.best_effort_prompt(LONG_LIMIT)?;
        let answer = self.bound(append_to_last(self.conversation.newest(1), &said));
        let next = self.bound(self.messages());
        let opening = self.conversation.newest(0).len();
        let exchange = self.bound(self.conversation.newest(1).split_off(opening));
        // The next turn returns what it doesn't use of its reservation. So the least reserve is what
        // the turn is expected to use, and what the answer's prompt needs beyond that of the turn.
        let beyond = Tokens(answer.0.saturating_sub(next.0));
        let input = beyond.saturating_add(used.input_tokens).saturating_add(exchange);
        self.set_aside(0, input, used.output_tokens.saturating_add(used.output_tokens))
    }

    /// Returns the maximum number of tokens of a prompt for the root model.
    fn bound(&self, messages: Vec<Message>) -> Tokens {
        let role = &self.dispatcher.roles.root;
        let request = Request::new(messages, role.sampling.parameters(Tokens(0)));
        role.weigh(&request, 0).0.input_tokens
    }

    /// Reserves the budget for a call with the whole conversation and `further` bytes, within the
    /// configured share, but at least for `input` and `output` tokens and a short answer.
    fn set_aside(&self, further: u64, input: Tokens, output: Tokens) -> Result<(), RunError> {
        let settings = &self.tree.settings;
        if settings.on_limit == OnLimit::Error || settings.best_effort.reserve_percent == 0 {
            return Ok(());
        }
        let price = self.dispatcher.roles.root.price;
        let bytes = self.conversation.bytes().saturating_add(further).saturating_add(AROUND);
        let whole = Amount::of(Tokens(bytes), settings.limits.root_max_output, price, 0);
        let shortest = settings.limits.root_max_output.min(SHORTEST);
        let least = Amount::of(input, output.max(shortest), price, 0);
        self.keep(&whole, &least, settings.best_effort.reserve_percent)
    }

    fn keep(&self, amount: &Amount, least: &Amount, percent: u8) -> Result<(), RunError> {
        let ledger = &self.tree.ledger;
        let kept = ledger.withhold(self.dispatcher.grant, amount, least, Share::percent(percent));
        match kept {
            Err(FailureKind::Ledger(error)) => Err(error.into()),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Ends the run at a limit. Requests a best-effort answer unless limits are errors.
    pub(super) async fn end_at(&mut self, limit: LimitReached) -> Result<Ending, RunError> {
        self.record_limit(&limit, None)?;
        if let Some(ending) = self.without_program(&limit) {
            return Ok(ending);
        }
        if !self.allows_best_effort(&limit) {
            return Ok(self.at_limit(limit));
        }
        let none = Amount::of(Tokens(0), Tokens(0), None, 0);
        self.keep(&none, &none, 0)?;
        if matches!(limit, LimitReached::DeadlineExceeded { .. }) {
            let grace = self.tree.settings.best_effort.grace_seconds;
            self.tree.ledger.grant_grace(Duration::from_secs(grace));
        }
        let Some((messages, most)) = self.question_that_fits(&limit)? else {
            return Ok(match self.draft(limit) {
                Ending::Limit(limit) => {
                    let hint = limit.hint();
                    nothing(limit, &format!("no budget was left for a best-effort answer; {hint}"))
                }
                ending => ending,
            });
        };
        let turn = self.turn.saturating_add(1);
        match self.dispatcher.ask_for_answer(turn, messages, most).await {
            Ok(settled) => self.best_of(&settled.reply.text, limit),
            Err(failure) => match failure.kind {
                // The budget was checked before, so the time is over.
                FailureKind::Refused(_) => Ok(self.draft(limit)),
                // The limit that was reached first is the one to report.
                FailureKind::Model(error) if error.kind != ModelErrorKind::Cancelled && !is_of_turns(&limit) => {
                    let text = format!("the call for a best-effort answer failed: {error}");
                    self.dispatcher.note(turn, "no_best_answer", text);
                    Ok(self.draft(limit))
                }
                _ => self.root_failed(failure),
            },
        }
    }

    /// Returns `true` if the run may call the root model once more, for a best-effort answer after
    /// a limit.
    pub(super) fn allows_best_effort(&self, limit: &LimitReached) -> bool {
        let settings = &self.tree.settings;
        let is_wanted = settings.on_limit == OnLimit::Finalize
            // A run that was ended by a rejected answer gets no further one.
            && self.rejected.is_none()
            // Without a program, there are no findings to answer from.
            && (self.guard_state.has_run() || settings.routing.is_direct() || !settings.guards.best_answer_needs_program)
            && !self.dispatcher.cancel.is_cancelled();
        is_wanted
            && match limit {
                limit if is_of_turns(limit) => true,
                // A child run can't outlast the run that waits for it.
                LimitReached::DeadlineExceeded { .. } => settings.best_effort.grace_seconds > 0 && self.is_root(),
                _ => settings.best_effort.at_any_limit,
            }
    }

    /// Returns the messages that request the best-effort answer, with as many turns as the budget
    /// allows, and the maximum tokens of the reply.
    fn question_that_fits(&self, limit: &LimitReached) -> Result<Option<(Vec<Message>, Tokens)>, RunError> {
        let settings = &self.tree.settings;
        let said = self.best_effort_prompt(&limit.to_string())?;
        let most = settings.limits.root_max_output;
        if !settings.best_effort.at_any_limit {
            return Ok(Some((append_to_last(self.messages(), &said), most)));
        }
        let outputs = [most]
            .into_iter()
            .chain([SHORT, SHORTEST].into_iter().filter(|short| *short < most));
        let outputs: Vec<Tokens> = outputs.collect();
        for turns in (1..=self.conversation.sent_turns(&settings.history)).rev() {
            let messages = append_to_last(self.conversation.newest(turns), &said);
            // If the budget doesn't cover the shortest answer, it doesn't cover a longer one.
            if !outputs
                .last()
                .is_some_and(|least| self.dispatcher.can_ask(&messages, *least))
            {
                continue;
            }
            for most in &outputs {
                if self.dispatcher.can_ask(&messages, *most) {
                    return Ok(Some((messages, *most)));
                }
            }
        }
        Ok(None)
    }

    /// Returns the text that requests the best-effort answer after a limit.
    fn best_effort_prompt(&self, limit: &str) -> Result<String, RunError> {
        let prompts = self.tree.prompts();
        let said = prompts.extract(&self.question, limit)?;
        let rules = prompts.answer_rules(&self.tree.settings.finalization, AnswerForm::Words)?;
        Ok(match rules.filter(|_| self.is_root()) {
            Some(rules) => format!("{said}\n\n{rules}"),
            None => said,
        })
    }

    /// Parses the best-effort answer from the reply, and returns the end of the run.
    fn best_of(&mut self, reply: &str, limit: LimitReached) -> Result<Ending, RunError> {
        let answer = match reply::read_answer(reply) {
            Some(Final::Text(text) | Final::Expression(text)) => Text::from_string(text),
            Some(Final::Variable(name)) => self.variable(&name).unwrap_or_default(),
            None => Text::default(),
        };
        let flat = answer.to_flat().unwrap_or_default().into_owned();
        if let Some(missing) = flat.trim_start().strip_prefix(CANNOT_DETERMINE) {
            let missing = quoted_line(missing.trim_start_matches(':').trim(), 300);
            let why = format!("the results so far allow no answer: {missing}");
            return Ok(nothing(limit, &why));
        }
        if is_blank(&answer) || self.is_fault(&flat) {
            let why = "the model gave no answer based on the results so far";
            let refusals = self.guard_state.refusals();
            return Ok(match refusals {
                Some(refusals) => nothing(limit, &format!("{refusals}; {why}")),
                None => nothing(limit, why),
            });
        }
        Ok(match self.typed(&answer) {
            Ok(answer) => partial(limit, answer, "the answer is based on the results so far"),
            Err(reasons) => {
                let said = quoted_line(&Remark::joined(&reasons), 300);
                nothing(limit, &format!("the best-effort answer was rejected: {said}"))
            }
        })
    }

    /// Ends the run with the draft answer that programs have stored in a variable, if there is one.
    fn draft(&mut self, limit: LimitReached) -> Ending {
        match self.drafted() {
            Some((name, answer)) => {
                let why =
                    format!("the answer is the last value of `{name}`, since no budget was left for a better one");
                partial(limit, answer, &why)
            }
            None => self.at_limit(limit),
        }
    }

    /// Returns the end of a run at a limit without an answer. The message says so if most programs
    /// were rejected.
    fn at_limit(&self, limit: LimitReached) -> Ending {
        match self.guard_state.refusals() {
            Some(refusals) => nothing(limit, &refusals),
            None => Ending::Limit(limit),
        }
    }

    /// Adds the draft answer of programs to the end of a cancelled run, without a call.
    pub(super) fn with_draft(&mut self, ending: Ending) -> Ending {
        let is_wanted = self.tree.settings.on_limit == OnLimit::Finalize && self.rejected.is_none();
        match ending {
            Ending::Other {
                outcome: Outcome::Cancelled,
                answer: None,
                message,
            } if is_wanted => {
                let draft = self.drafted();
                let why = draft
                    .as_ref()
                    .map(|(name, _)| format!("; the answer is the last value of `{name}`"));
                Ending::Other {
                    outcome: Outcome::Cancelled,
                    message: format!("{message}{}", why.unwrap_or_default()),
                    answer: draft.map(|(_, answer)| answer),
                }
            }
            ending => ending,
        }
    }

    fn drafted(&mut self) -> Option<(String, Text)> {
        let by_setting = self.tree.settings.finalization.auto_finalize_var.clone();
        let machine = self.machine.as_mut()?;
        let by_setting = by_setting.and_then(|name| Some((name.to_string(), machine.bound_text(&name)?)));
        let drafts = [
            by_setting,
            machine.bound_text("answer").map(|text| ("answer".to_owned(), text)),
            machine.drafted_answer().map(|text| ("answer".to_owned(), text)),
        ];
        drafts.into_iter().flatten().find_map(|(name, text)| {
            let flat = text.to_flat().unwrap_or_default().into_owned();
            let is_answer = !flat.trim().is_empty() && !self.is_fault(&flat);
            is_answer
                .then(|| self.typed(&text).ok())
                .flatten()
                .map(|text| (name, text))
        })
    }

    /// Converts an answer to the format that the root run requires.
    fn typed(&self, answer: &Text) -> Result<Text, Vec<Remark>> {
        match self.is_root() {
            true => self.tree.checks.typed(answer, AnswerForm::Words),
            false => Ok(answer.clone()),
        }
    }
}

/// Returns whether a limit restricts the number of turns.
const fn is_of_turns(limit: &LimitReached) -> bool {
    matches!(
        limit,
        LimitReached::MaxStepsExceeded { .. } | LimitReached::InvalidResponsesExceeded { .. }
    )
}

fn partial(limit: LimitReached, answer: Text, why: &str) -> Ending {
    Ending::Other {
        message: format!("{limit}; {why}"),
        outcome: Outcome::at_limit(limit, Answer::BestEffort),
        answer: Some(answer),
    }
}

fn nothing(limit: LimitReached, why: &str) -> Ending {
    Ending::Other {
        message: format!("{limit}; {why}"),
        outcome: Outcome::at_limit(limit, Answer::Nothing),
        answer: None,
    }
}
