//! Child runs, which answer a program's question about a piece of text with their own turns.
//!
//! The calls of a child run have the path of the call that started it. Its budget is a share of its
//! parent's, and its events are in the same journal. Its context is a piece of the parent's
//! context, or text of the program. Its slices keep their origins, so that the parent's answer can
//! cite text that the child's answer cut from the context.

use std::sync::Arc;

use rlm_model::{BoxFuture, CallId, Message, Role};
use rlm_policy::Share;
use rlm_scheduler::FailureKind;
use rlm_settings::ModelRole;
use sift_text::{Origin, ReplyId, Text, TextBuilder};
use sift_vm::{CallOutcome, IssuedCall};

use crate::call_recorder::batch_size;
use crate::dispatcher::Dispatcher;
use crate::issued::{failed, prompt_of};
use crate::message_parts::message_parts;
use crate::requests::SearchSource;

/// The maximum bytes of a question.
pub const MAX_QUESTION_BYTES: usize = 64 << 10;

/// The default question if a program gives a prompt without a context. The prompt is the context
/// then.
const QUESTION_IN_CONTEXT: &str = "Answer the question, or follow the instructions, in the context.";
/// The maximum share of its parent's budget that a child run gets, in percent; the children of a
/// large batch get less each, so that all of them can run at once.
const MOST_OF_PARENT: u8 = 25;

/// A child run with its own budget.
pub struct ChildRun {
    /// The id of the call that the child run answers.
    pub id: CallId,
    /// Whether the child run was started before the program reached the call.
    pub is_early: bool,
    /// The number of calls that the program makes together, if more than one.
    pub batch: Option<u32>,
    /// The question that the child run answers.
    pub question: String,
    /// The context of the child run.
    pub piece: Text,
    /// The context as a message whose parts keep their ranges.
    pub context: Message,
    /// The dispatcher of the child run's calls.
    pub dispatcher: Dispatcher,
}

/// Executes a child run and returns its answer, or the failure for the parent's program.
///
/// The loop passes this function to the dispatcher, which is independent of the loop.
pub type CarryOutChild = fn(ChildRun) -> BoxFuture<'static, Result<Text, sift_vm::CallFailure>>;

impl Dispatcher {
    /// Starts the child run of a call in a batch of `batch` calls. The future waits for its end.
    pub(crate) fn start_child(&mut self, turn: u32, call: IssuedCall, batch: usize) -> BoxFuture<'static, CallOutcome> {
        let id = self.call_id(turn, call.key.ordinal, call.key.index);
        let role = match self.child_role(call.model.as_deref()) {
            Ok(role) => role,
            Err(failure) => return Box::pin(std::future::ready(CallOutcome::Failed(failure))),
        };
        let opened = self.tree.ledger.open(self.grant, &id, share_of(batch));
        // The calls of the child end with it, and the child ends with its parent.
        let cancel = self.cancel.child_token();
        let issue = self.issue_state(&call, batch);
        let is_early = call.early;
        if is_early {
            self.early_children.insert(call.key, cancel.clone());
        }
        let (question, piece) = question_and_piece(call);
        let parts = message_parts(&piece);
        for origin in parts.iter().filter_map(|part| part.origin) {
            self.evidence.give(origin);
        }
        let context = Message {
            role: Role::User,
            parts,
        };
        let path = id.child_run();
        let reply = self.number_reply();
        let constraint = self
            .constraint
            .filter(|_| role.model.identity() == self.roles.root.model.identity());
        let mut roles = self.roles.clone();
        roles.root = role;
        // A search would find text of the whole context, but the child has only a piece of it.
        let search = SearchSource::Disabled;
        let carry_out_child = self.carry_out_child;
        let mut dispatcher = Dispatcher::new(Arc::clone(&self.tree), roles, search, cancel, carry_out_child);
        dispatcher.occurrences = self.occurrences.of_child(&path);
        dispatcher.path = path;
        dispatcher.constraint = constraint;
        Box::pin(async move {
            dispatcher.grant = match opened.await {
                Ok(grant) => grant,
                Err(kind) => {
                    if let FailureKind::Refused(limit) = &kind
                        && limit.refuses_sub_calls_alone()
                    {
                        issue.refuse(&dispatcher.tree.recorder, &id, limit.clone());
                    }
                    return CallOutcome::Failed(failed(&kind));
                }
            };
            let (tree, grant) = (Arc::clone(&dispatcher.tree), dispatcher.grant);
            let answer = carry_out_child(ChildRun {
                id,
                is_early,
                batch: batch_size(batch),
                question,
                piece,
                context,
                dispatcher,
            });
            let answer = answer.await;
            // On failure, the reservations of unsettled calls stay taken, which is safe.
            let _ = tree.ledger.close(grant);
            answer.map_or_else(CallOutcome::Failed, |answer| {
                CallOutcome::Reply(as_reply(&answer, reply))
            })
        })
    }

    /// Returns the root model of a child run.
    fn child_role(&self, name: Option<&str>) -> Result<ModelRole, sift_vm::CallFailure> {
        if name.is_some() {
            return self.role_for(name);
        }
        let depth = u32::try_from(self.path.depth() + 1).unwrap_or(u32::MAX);
        let roles = &self.roles;
        let role = roles.by_depth.get(&depth).or(roles.recursive.as_ref());
        Ok(role.unwrap_or(&roles.sub).clone())
    }
}

/// Returns the question and the context of a child run.
fn question_and_piece(call: IssuedCall) -> (String, Text) {
    let question = call
        .prompt
        .to_flat()
        .map(std::borrow::Cow::into_owned)
        .unwrap_or_default();
    match call.context {
        Some(context) if !question.trim().is_empty() && question.len() <= MAX_QUESTION_BYTES => (question, context),
        // A question that is too long for a message is part of the context, which programs read.
        _ => (QUESTION_IN_CONTEXT.to_owned(), prompt_of(call)),
    }
}

/// Returns an answer as a reply: pieces of the context keep their origin, all other text comes from
/// the reply.
fn as_reply(answer: &Text, reply: ReplyId) -> Text {
    let Ok(settled) = answer.settled() else {
        return Text::default();
    };
    let mut text = TextBuilder::new();
    for span in settled.origins() {
        let Some(piece) = settled.slice_bytes(span.range.clone()) else {
            continue;
        };
        match span.origin {
            Origin::Source(_) => text.push_text(&piece),
            _ => text.push_str_from(&piece.to_flat().unwrap_or_default(), Origin::Reply(reply)),
        }
    }
    text.finish().unwrap_or_default()
}

/// Returns the share of its parent's budget that each child run of a batch gets.
fn share_of(batch: usize) -> Share {
    let equal = 100 / u8::try_from(batch.clamp(1, 100)).unwrap_or(100);
    Share::percent(equal.min(MOST_OF_PARENT))
}
