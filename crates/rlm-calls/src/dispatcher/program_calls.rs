//! The calls of programs: their budget check, dispatch and arrival, and their discarding if the
//! program ends before it reaches them.

use std::sync::Arc;

use rlm_model::{BoxFuture, Message, ReplyForm, Request, Role, Tokens};
use rlm_policy::{LimitReached, TruncationCause};
use rlm_scheduler::{Before, FailureKind};
use rlm_settings::AtMaxDepth;
use rlm_trace::{CallReached, Event};
use sift_text::{Origin, Text};
use sift_vm::{CallKey, CallKind, CallOutcome, IssuedCall};

use super::{Caller, Dispatcher};
use crate::call_recorder::IssueState;
use crate::documents::images;
use crate::issued::{failed, prompt_of};
use crate::message_parts::message_parts;

/// The way in which a program's call is answered.
enum CallRoute {
    /// A sub-model answers in a single call.
    PlainCall,
    /// A child run answers.
    ChildRun,
    /// The call fails, because the run is at the maximum depth.
    TooDeep,
}

/// A call of a program that has been checked against the budget.
pub(crate) struct WeighedCall {
    pub(crate) call: IssuedCall,
    /// The number of calls in its batch.
    pub(crate) batch: usize,
    /// The limit that refuses the call, if one does.
    pub(crate) refused: Option<LimitReached>,
}

/// The result of a program's call.
pub(crate) struct CallResult {
    pub(crate) key: CallKey,
    pub(crate) outcome: CallOutcome,
    /// The cause of a truncated reply.
    pub(crate) cut: Option<TruncationCause>,
}

impl Dispatcher {
    /// Checks calls against the budget. The calls of a batch are checked together, since their
    /// prompts alone may exceed it.
    pub(crate) fn weigh(&self, calls: Vec<IssuedCall>) -> Vec<WeighedCall> {
        let mut weights = Vec::with_capacity(calls.len());
        for batch in calls.chunk_by(|one, next| one.key.ordinal == next.key.ordinal) {
            let are_runs = batch.iter().any(|call| matches!(self.route(call), CallRoute::ChildRun));
            let price = |call: &IssuedCall| self.role_for(call.model.as_deref()).ok()?.price;
            // The prompts of a child run are not known in advance.
            let limit = (!are_runs).then(|| self.batch_budget.refuses(batch, price)).flatten();
            weights.extend(batch.iter().map(|_| (batch.len(), limit.clone())));
        }
        let weighed = calls.into_iter().zip(weights);
        weighed
            .map(|(call, (batch, refused))| WeighedCall { call, batch, refused })
            .collect()
    }

    /// Sends a call in a batch of `batch` calls. The future waits for its result.
    pub(crate) fn send(
        &mut self,
        turn: u32,
        call: IssuedCall,
        batch: usize,
        refused: Option<LimitReached>,
    ) -> BoxFuture<'static, CallResult> {
        let key = call.key;
        if self.tree.recording.is_some() {
            self.made_again
                .insert(self.call_id(turn, key.ordinal, key.index).position);
        }
        let outcome = match self.route(&call) {
            CallRoute::ChildRun => self.start_child(turn, call, batch),
            CallRoute::TooDeep => self.too_deep(turn, &call),
            CallRoute::PlainCall => {
                let asked = self.ask_plainly(turn, call, batch, refused);
                return Box::pin(async move {
                    let (outcome, cut) = asked.await;
                    CallResult { key, outcome, cut }
                });
            }
        };
        Box::pin(async move {
            CallResult {
                key,
                outcome: outcome.await,
                cut: None,
            }
        })
    }

    /// Chooses whether a model, a child run or nothing answers a call of a program.
    fn route(&self, call: &IssuedCall) -> CallRoute {
        let wants_run = call.kind == CallKind::Run;
        // Only a model returns replies with a schema and sees images. Child runs answer in prose.
        let is_plain = call.schema.is_some()
            || !call.images.is_empty()
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

    fn too_deep(&mut self, turn: u32, call: &IssuedCall) -> BoxFuture<'static, CallOutcome> {
        let limit = LimitReached::MaxRecursionExceeded {
            limit: self.tree.settings.limits.depth,
            wanted: u32::try_from(self.path.depth() + 2).unwrap_or(u32::MAX),
        };
        let id = self.call_id(turn, call.key.ordinal, call.key.index);
        self.issue_state(call, 1)
            .refuse(&self.tree.recorder, &id, limit.clone());
        Box::pin(std::future::ready(CallOutcome::Failed(failed(&FailureKind::Refused(
            limit,
        )))))
    }

    fn ask_plainly(
        &mut self,
        turn: u32,
        call: IssuedCall,
        batch: usize,
        refused: Option<LimitReached>,
    ) -> BoxFuture<'static, (CallOutcome, Option<TruncationCause>)> {
        let id = self.call_id(turn, call.key.ordinal, call.key.index);
        let role = match self.role_for(call.model.as_deref()) {
            Ok(role) => role,
            Err(failure) => {
                self.note(turn, &failure.kind, format!("calls were not made: {}", failure.message));
                return Box::pin(std::future::ready((CallOutcome::Failed(failure), None)));
            }
        };
        let images = match images(&self.tree.context, &call.images) {
            Ok(images) => images,
            Err(failure) => return Box::pin(std::future::ready((CallOutcome::Failed(failure), None))),
        };
        if call.kind == CallKind::Run && self.path.depth() < self.tree.settings.limits.depth as usize {
            let text = "rlm_query was answered by a plain sub-call: runs can't be nested any deeper";
            self.note(turn, "child_run_as_plain_call", text.to_owned());
        }
        let most = self
            .tree
            .settings
            .limits
            .sub_max_output
            .max(self.tree.settings.limits.root_max_output);
        let max_output = call
            .max_tokens
            .map_or(self.tree.settings.limits.sub_max_output, |wanted| {
                Tokens(wanted.max(1)).min(most)
            });
        let form = call.schema.as_ref().and_then(form_of);
        let issue = self.issue_state(&call, batch);
        let parts = message_parts(&prompt_of(call));
        for origin in parts.iter().filter_map(|part| part.origin) {
            self.evidence.give(origin);
        }
        let messages = vec![
            Message::system(self.tree.sub_system()),
            Message {
                role: Role::User,
                parts,
            },
        ];
        let request = Request::new(messages, role.sampling.parameters(max_output))
            .with_images(images, role.model.identity())
            .with_form(form);
        let (mut job, before) = self.job(id, &role, request, Caller::Program, None, issue);
        if !matches!(before, Before::Known(_)) {
            job.refused = refused.or(job.refused);
        }
        let reply = self.number_reply();
        let settled = self.tree.scheduler.call_after(job, before);
        Box::pin(async move {
            match settled.await {
                Ok(settled) => {
                    let text = Text::with_origin(settled.reply.text.clone(), Origin::Reply(reply));
                    (
                        CallOutcome::Reply(text),
                        TruncationCause::from_finish(settled.reply.finish),
                    )
                }
                Err(failure) => (CallOutcome::Failed(failed(&failure.kind)), None),
            }
        })
    }

    /// Creates the state of a call in a batch of `batch` calls.
    pub(crate) fn issue_state(&mut self, call: &IssuedCall, batch: usize) -> Arc<IssueState> {
        let issue = Arc::new(IssueState::new(call.early, batch));
        if call.early {
            self.early.insert(call.key, Arc::clone(&issue));
        }
        issue
    }

    /// Records that the program has reached calls that had been issued.
    pub(crate) fn reach(&mut self, turn: u32, keys: Vec<CallKey>) {
        for key in keys {
            if let Some(issue) = self.early.remove(&key) {
                issue.reached(&self.tree.recorder, self.call_id(turn, key.ordinal, key.index));
            }
            if self.early_children.remove(&key).is_some() {
                let id = self.call_id(turn, key.ordinal, key.index);
                self.tree.recorder.write(Event::Reached(CallReached { id }));
            }
        }
    }

    /// Discards the calls of a program that has ended, and cancels the child runs among them.
    /// Records the number of unreached calls, and charges those that the recorded run did not
    /// reach.
    pub(crate) fn discard_unreached(&mut self, turn: u32, unreached: usize) {
        let again = std::mem::take(&mut self.made_again);
        if let Some(recording) = &self.tree.recording {
            let in_vain = recording.spent_in_vain(&self.path, turn, &again);
            // The slice of the budget is open as long as its run makes calls.
            let _ = self.tree.ledger.count(self.grant, &in_vain);
        }
        self.early.clear();
        for (_, child) in self.early_children.drain() {
            child.cancel();
        }
        if unreached > 0 {
            let calls = if unreached == 1 { "call" } else { "calls" };
            let text = format!("{unreached} {calls} made speculatively; the program ended before reaching them");
            self.note(turn, "calls_not_reached", text);
        }
    }
}

/// Returns the reply format that a schema describes. The machine has already checked that it is
/// JSON.
fn form_of(schema: &Text) -> Option<ReplyForm> {
    let schema = serde_json::from_str(&schema.to_flat().ok()?).ok()?;
    Some(ReplyForm::Json(Arc::new(schema)))
}
