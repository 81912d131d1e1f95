//! Child runs: a program's question about a piece of text, answered by turns of its own.
//!
//! A child stands below its parent in every book: its calls have the path of the call that started it, its grant is a share of
//! its parent's, and its events are in the same journal. Its context is a piece of the parent's, or text of its own, whose slices
//! know where they came from: what the child's answer cuts out of the context can be cited by the parent's.

use std::sync::Arc;

use rlm_model::{BoxFuture, CallId, Message, Role};
use rlm_policy::Share;
use rlm_prompt::{Conversation, Limited, Turn};
use rlm_scheduler::FailureKind;
use rlm_settings::{AtMaxDepth, ModelRole, program_form};
use rlm_trace::{ChildStarted, JournalMessage, pieces};
use sift_text::{Origin, ReplyId, Text, TextBuilder};
use sift_vm::{CallKind, CallOutcome, ContextData, IssuedCall};

use super::dispatcher::{CallRoute, Dispatcher, failed, prompt_of};
use super::parts::parts_of;
use super::{Ending, Run, SearchSource};
use crate::error::{MAX_QUESTION_BYTES, RunError};

/// What is asked where a program gives a prompt and no context: the prompt is the context then.
const QUESTION_IN_CONTEXT: &str = "Answer the question, or follow the instructions, in the context.";
/// The share of its parent's grant that a child run gets at the most, in percent; the children of a larger batch get less each, so that
/// they can all run at once.
const MOST_OF_PARENT: u8 = 25;

impl Dispatcher {
    /// Decides what a program's call becomes.
    pub(crate) fn route(&self, call: &IssuedCall) -> CallRoute {
        let wants_run = call.kind == CallKind::Run;
        // A reply by a schema is one model's; a run answers in words.
        let is_plain = call.schema.is_some()
            || !self
                .tree
                .settings
                .recursion
                .subcalls_are_runs(&self.tree.settings.limits);
        let is_recursive = wants_run || !is_plain;
        match (
            is_recursive,
            self.tree.settings.limits.has_child_runs_below(self.path.depth()),
        ) {
            (false, _) => CallRoute::PlainCall,
            (true, true) => CallRoute::ChildRun,
            (true, false) if wants_run && self.tree.settings.recursion.at_max_depth == AtMaxDepth::Error => {
                CallRoute::TooDeep
            }
            (true, false) => CallRoute::PlainCall,
        }
    }

    /// Starts the child run of a call that is one of `batch` calls; what comes back waits for its end.
    pub(crate) fn start_child(&mut self, turn: u32, call: IssuedCall, batch: usize) -> BoxFuture<'static, CallOutcome> {
        let id = self.call_id(turn, call.key.ordinal, call.key.index);
        let role = match self.child_role(call.model.as_deref()) {
            Ok(role) => role,
            Err(failure) => return Box::pin(std::future::ready(CallOutcome::Failed(failure))),
        };
        let opened = self.tree.ledger.open(self.grant, &id, share_of(batch));
        // Calls of the child end with it, and it ends with its parent.
        let cancel = self.cancel.child_token();
        let is_early = call.early;
        if is_early {
            self.early_children.insert(call.key, cancel.clone());
        }
        let (question, piece) = question_and_piece(call);
        let parts = parts_of(&piece);
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
        // What is found by searching stands in the whole context, of which the child has a piece.
        let mut dispatcher = Dispatcher::new(Arc::clone(&self.tree), roles, SearchSource::Refused, cancel);
        dispatcher.occurrences = self.occurrences.of_child(&path);
        dispatcher.path = path;
        dispatcher.constraint = constraint;
        Box::pin(async move {
            dispatcher.grant = match opened.await {
                Ok(grant) => grant,
                Err(kind) => {
                    if let FailureKind::Refused(limit) = &kind
                        && limit.refuses_sub_calls_alone()
                        && !is_early
                    {
                        dispatcher.tree.recorder.refuse(&id.run, id.position.turn, limit);
                    }
                    return CallOutcome::Failed(failed(&kind));
                }
            };
            let (tree, grant) = (Arc::clone(&dispatcher.tree), dispatcher.grant);
            let asked = Asked {
                id,
                is_early,
                question,
                piece,
                context,
            };
            let ended = carry_out(dispatcher, asked).await;
            // Its calls are all settled; were they not, their reservations would stay taken, which is safe.
            let _ = tree.ledger.close(grant);
            match ended {
                // The parent can't go on either, and says why.
                Err(RunError::Journal(error)) => {
                    let outcome = failure("journal", error.to_string());
                    tree.recorder.fail(error);
                    outcome
                }
                ended => outcome_of(ended, reply),
            }
        })
    }

    /// Returns the model that writes a child run's programs.
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

/// What a child run is asked.
struct Asked {
    id: CallId,
    is_early: bool,
    question: String,
    piece: Text,
    /// The piece, in parts that keep their places.
    context: Message,
}

/// Carries a child run to its end.
async fn carry_out(dispatcher: Dispatcher, asked: Asked) -> Result<Ending, RunError> {
    let Asked {
        id,
        is_early,
        question,
        piece,
        context,
    } = asked;
    let tree = Arc::clone(&dispatcher.tree);
    let depth = dispatcher.path.depth();
    let left = dispatcher.tree.ledger.left(dispatcher.grant);
    let subcalls = left.map_or(0, |left| left.calls);
    let steps = tree.ledger.read(|ledger| ledger.steps_of(dispatcher.grant));
    let system = tree.told().prompts.root_system_with(
        Limited {
            subcalls,
            child_runs: tree.settings.limits.has_child_runs_below(depth),
            steps,
            profile: None,
            ..tree
                .settings
                .limited(&tree.settings.limits, false, program_form(dispatcher.constraint))
        },
        tree.settings.tools.shown(depth),
    )?;
    let first = tree
        .told()
        .prompts
        .child_first(&question, &piece, Turn { next: 1, steps })?;
    let started = ChildStarted {
        id,
        model: dispatcher.roles.root.model.identity().clone(),
        steps,
        subcalls,
        early: is_early,
        question: question.clone(),
        context: JournalMessage::of(&context),
        pieces: pieces(std::slice::from_ref(&context)),
    };
    let machine = tree
        .settings
        .machine(ContextData::text("context", piece), &question, depth)?
        .with_derived_question();
    let run = Run {
        machine: Some(machine),
        ..Run::new(&question, dispatcher, Conversation::new(system, first), steps)
    };
    run.carry_out_child(started).await
}

/// Returns what a child run is asked, and its context.
fn question_and_piece(call: IssuedCall) -> (String, Text) {
    let question = call
        .prompt
        .to_flat()
        .map(std::borrow::Cow::into_owned)
        .unwrap_or_default();
    match call.context {
        Some(context) if !question.trim().is_empty() && question.len() <= MAX_QUESTION_BYTES => (question, context),
        // A question that is too long for a message is read by programs, with what it is about.
        _ => (QUESTION_IN_CONTEXT.to_owned(), prompt_of(call)),
    }
}

/// Returns what the parent's program gets of a child's end: pieces of the context keep their place, all else is a reply.
fn outcome_of(ended: Result<Ending, RunError>, reply: ReplyId) -> CallOutcome {
    match ended {
        Ok(
            Ending::Answer(answer)
            | Ending::Other {
                answer: Some(answer), ..
            },
        ) => CallOutcome::Reply(as_reply(&answer, reply)),
        Ok(Ending::Limit(limit)) => outcome_of(Ok(Ending::nothing(limit)), reply),
        Ok(Ending::Other { outcome, message, .. }) => {
            failure(outcome.name(), format!("the child run gave no answer: {message}"))
        }
        // Nobody gives a child run its programs.
        Ok(Ending::HandedOver) => failure("machine", "the child run was left without an answer".to_owned()),
        Err(error) => failure(error.code(), format!("the child run could not go on: {error}")),
    }
}

fn failure(kind: &str, message: String) -> CallOutcome {
    CallOutcome::Failed(sift_vm::CallFailure {
        kind: kind.into(),
        message,
        hint: None,
    })
}

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

/// Gives each of the calls that a program makes at once an equal share of the parent's grant.
fn share_of(batch: usize) -> Share {
    let equal = 100 / u8::try_from(batch.clamp(1, 100)).unwrap_or(100);
    Share::percent(equal.min(MOST_OF_PARENT))
}
