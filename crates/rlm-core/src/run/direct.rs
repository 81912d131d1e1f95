//! Answers a question directly: one call of the root model with the whole context, instead of turns
//! with programs.

use rlm_answer::{AnswerForm, Remark};
use rlm_calls::message_parts;
use rlm_context::Context;
use rlm_model::{Finish, Message, ModelErrorKind, Part, Role};
use rlm_policy::LimitReached;
use rlm_prompt::{AnswerRejection, Conversation, History, Prompts, SessionState, Turn, quoted_line, reply};
use rlm_scheduler::FailureKind;
use rlm_settings::{AnswerMethod, LoopSettings, Route};
use rlm_trace::{Event, Observation, StepKind};
use sift_text::Text;

use super::review::{CheckResult, Review};
use super::{Ending, Run};
use crate::error::RunError;

/// The maximum number of characters of the reason why a direct answer was not accepted.
const REASON_CHARS: usize = 300;
/// The turn of a direct answer, whose prompts have no banner on remaining turns. That number only
/// matters to programs.
const WITHOUT_BANNER: Turn = Turn { next: 1, steps: 1_000 };

/// The result of a call that requests a direct answer, that is, an answer from the whole context in
/// the prompt, without programs.
enum DirectAnswer {
    /// The direct answer is accepted.
    Taken(Text),
    /// The direct answer is rejected. Holds the reasons.
    Refused(AnswerRejection),
    /// There is no direct answer, since the prompt was too long for the model.
    TooLong(String),
    /// There is no direct answer, since the run is over.
    Ends(Ending),
}

impl Run {
    /// Requests a direct answer, and again if the first one is rejected. Returns `None` if the run
    /// continues with programs.
    pub(super) async fn answer_directly(&mut self) -> Result<Option<Ending>, RunError> {
        let may_go_on = self.tree.settings.routing.route == Route::Auto;
        if let Some(ending) = self.begin_turn(StepKind::BaselineCall).await? {
            return Ok(Some(ending));
        }
        let opening = self.direct_opening()?;
        let programs = std::mem::replace(&mut self.conversation, opening);
        loop {
            match self.ask_directly(may_go_on).await? {
                DirectAnswer::Taken(answer) => return Ok(Some(Ending::Answer(answer))),
                DirectAnswer::Ends(ending) => return Ok(Some(ending)),
                DirectAnswer::TooLong(why) => {
                    self.continue_with_programs(programs, &why, None)?;
                    return Ok(None);
                }
                DirectAnswer::Refused(rejection) if may_go_on => {
                    let said = self.tree.prompts().set_aside(&rejection, self.next_turn())?;
                    self.continue_with_programs(programs, &Remark::joined(&rejection.reasons), Some(said))?;
                    return Ok(None);
                }
                DirectAnswer::Refused(rejection) => {
                    let said = self.tree.prompts().set_aside(&rejection, WITHOUT_BANNER)?;
                    self.observe(&rejection.answer, said)?;
                }
            }
            if let Some(ending) = self.begin_turn(StepKind::BaselineCall).await? {
                return Ok(Some(ending));
            }
        }
    }

    /// Sends the question with the whole context to the root model in one call, without programs.
    async fn ask_directly(&mut self, may_go_on: bool) -> Result<DirectAnswer, RunError> {
        let messages = self.conversation.messages(&History::default());
        let settled = match self.dispatcher.ask_directly(self.turn, messages).await {
            Ok(settled) => settled,
            Err(failure) if may_go_on && is_too_long(&failure.kind) => {
                return Ok(DirectAnswer::TooLong(failure.kind.to_string()));
            }
            Err(failure) => return self.root_failed(failure).map(DirectAnswer::Ends),
        };
        for note in &settled.reply.notes {
            self.dispatcher.note(self.turn, "model", note.0.to_string());
        }
        let answer = reply::without_thinking(&settled.reply.text).trim().to_owned();
        let checked = if answer.is_empty() {
            CheckResult::Unmet(vec!["it was empty.".into()])
        } else if settled.reply.finish == Finish::Length {
            CheckResult::Unmet(vec!["it was cut at its output limit; answer in fewer words.".into()])
        } else if settled.reply.finish == Finish::Budget {
            CheckResult::Unmet(vec![
                "it was cut, since the budget had no room for a longer one; answer in fewer words.".into(),
            ])
        } else if settled.reply.finish == Finish::Filtered && self.tree.settings.guards.whole_answers {
            CheckResult::Unmet(vec![
                "the provider's content filter cut it; answer in other words.".into(),
            ])
        } else {
            self.check(&Text::new(&answer), AnswerForm::Words).await?
        };
        let reasons = match checked {
            CheckResult::Ends(ending) => return Ok(DirectAnswer::Ends(ending)),
            CheckResult::Met(typed) => match self.confirm(typed, AnswerForm::Words).await? {
                Review::Taken(answer) => return Ok(DirectAnswer::Taken(answer)),
                Review::Ends(ending) => return Ok(DirectAnswer::Ends(ending)),
                Review::Rejected(rejection) => return Ok(DirectAnswer::Refused(rejection)),
            },
            CheckResult::Unmet(reasons) => reasons,
        };
        if may_go_on {
            self.remark_rejected(&reasons);
            return Ok(DirectAnswer::Refused(AnswerRejection { answer, reasons }));
        }
        Ok(match self.reject(&Text::from_string(answer), reasons) {
            Review::Rejected(rejection) => DirectAnswer::Refused(rejection),
            Review::Ends(ending) => DirectAnswer::Ends(ending),
            Review::Taken(answer) => DirectAnswer::Taken(answer),
        })
    }

    /// Renders the first message of a direct answer, and records the part of the context that it
    /// shows as evidence.
    fn direct_opening(&mut self) -> Result<Conversation, RunError> {
        let prompts = self.tree.prompts();
        let settings = &self.tree.settings;
        let message = direct_message(
            &prompts,
            &self.question,
            &self.tree.context,
            self.session.as_deref(),
            settings,
        )?;
        for origin in message.parts.iter().filter_map(|part| part.origin) {
            self.dispatcher.evidence.give(origin);
        }
        Ok(Conversation::with_opening(vec![message]))
    }

    /// Continues with programs after a rejected direct answer. Their first message contains the
    /// reason for the rejection.
    fn continue_with_programs(
        &mut self,
        mut programs: Conversation,
        why: &str,
        said: Option<String>,
    ) -> Result<(), RunError> {
        if let Some(said) = &said {
            programs.extend_opening(said);
        }
        self.conversation = programs;
        let why = quoted_line(why, REASON_CHARS);
        if let Some(routed) = &mut self.routed {
            routed.method = AnswerMethod::Rlm;
            routed.reason = format!("{}, but the direct answer was rejected: {why}", routed.reason);
        }
        let text = format!("the direct answer was rejected, so the run continues with programs: {why}");
        self.dispatcher.note(self.turn, "direct_answer_not_taken", text.clone());
        self.record(Event::Observation(Observation {
            run: self.dispatcher.path.clone(),
            turn: self.turn,
            text: said.unwrap_or(text),
        }))
    }
}

/// Creates the message that requests a direct answer.
///
/// # Errors
/// [`RunError::Prompt`].
pub(crate) fn direct_message(
    prompts: &Prompts,
    question: &str,
    context: &Context,
    session: Option<&SessionState>,
    settings: &LoopSettings,
) -> Result<Message, RunError> {
    let mut parts = message_parts(&prompts.direct(question, context, session)?);
    let rules = prompts.answer_rules(&settings.finalization, AnswerForm::Words)?;
    let instructions = settings.instructions.as_deref();
    let instructions = instructions.map(|said| prompts.instructions(said)).transpose()?;
    parts.extend([rules, instructions].into_iter().flatten().map(|said| Part {
        text: format!("\n\n{said}").into(),
        origin: None,
    }));
    Ok(Message {
        role: Role::User,
        parts,
    })
}

fn is_too_long(kind: &FailureKind) -> bool {
    match kind {
        FailureKind::Model(error) => matches!(
            error.kind,
            ModelErrorKind::PromptTooLong | ModelErrorKind::PromptTruncated
        ),
        FailureKind::Refused(limit) => matches!(limit, LimitReached::PromptTooLong { .. }),
        _ => false,
    }
}
