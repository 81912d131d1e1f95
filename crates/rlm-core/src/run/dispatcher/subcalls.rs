//! The calls that programs make: weighed before they leave, sent, come to, and left behind.

use std::sync::Arc;

use rlm_model::{BoxFuture, Message, ReplyForm, Request, Role, Tokens};
use rlm_policy::{CutBy, LimitReached};
use rlm_scheduler::{Before, FailureKind};
use rlm_trace::{CallReached, Event};
use sift_text::{Origin, Text, TextBuilder};
use sift_vm::{CallKey, CallKind, CallOutcome, IssuedCall};

use super::super::ending::cut_by;
use super::super::parts::parts_of;
use super::super::recorder::Departure;
use super::{Caller, Dispatcher};

/// What becomes of a call.
pub(crate) enum CallRoute {
    /// A plain call of a sub-model.
    PlainCall,
    /// A child run.
    ChildRun,
    /// Nothing: the run stands as deep as runs may.
    TooDeep,
}

/// A call that a program makes, before it leaves.
pub(crate) struct WeighedCall {
    pub(crate) call: IssuedCall,
    /// How many calls the program makes at once.
    pub(crate) batch: usize,
    /// Why it can't be made.
    pub(crate) refused: Option<LimitReached>,
}

/// The result of a program's call.
pub(crate) struct CallResult {
    pub(crate) key: CallKey,
    pub(crate) outcome: CallOutcome,
    /// Why the reply is truncated, if it is.
    pub(crate) cut: Option<CutBy>,
}

impl Dispatcher {
    /// Says why a program's calls can't be made, where their prompts alone are too much: for each, those of one batch together.
    pub(crate) fn weigh(&self, calls: Vec<IssuedCall>) -> Vec<WeighedCall> {
        let mut weights = Vec::with_capacity(calls.len());
        for batch in calls.chunk_by(|one, next| one.key.ordinal == next.key.ordinal) {
            let are_runs = batch.iter().any(|call| matches!(self.route(call), CallRoute::ChildRun));
            let price = |call: &IssuedCall| self.role_for(call.model.as_deref()).ok()?.price;
            // What a child run sends of its prompt is not known.
            let limit = (!are_runs).then(|| self.batch_budget.refuses(batch, price)).flatten();
            weights.extend(batch.iter().map(|_| (batch.len(), limit.clone())));
        }
        let weighed = calls.into_iter().zip(weights);
        weighed
            .map(|(call, (batch, refused))| WeighedCall { call, batch, refused })
            .collect()
    }

    /// Sends a program's call, one of `batch` that it makes at once, on its way; what comes back waits for its outcome.
    pub(crate) fn send(
        &mut self,
        turn: u32,
        call: IssuedCall,
        batch: usize,
        refused: Option<LimitReached>,
    ) -> BoxFuture<'static, CallResult> {
        let key = call.key;
        if self.tree.past.is_some() {
            self.made_again
                .insert(self.call_id(turn, key.ordinal, key.index).position);
        }
        let outcome = match self.route(&call) {
            CallRoute::ChildRun => self.start_child(turn, call, batch),
            CallRoute::TooDeep => self.too_deep(turn),
            CallRoute::PlainCall => {
                let asked = self.ask_plainly(turn, call, refused);
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

    fn too_deep(&self, turn: u32) -> BoxFuture<'static, CallOutcome> {
        let limit = LimitReached::MaxRecursionExceeded {
            limit: self.tree.settings.limits.depth,
            wanted: u32::try_from(self.path.depth() + 2).unwrap_or(u32::MAX),
        };
        self.tree.recorder.refuse(&self.path, turn, &limit);
        Box::pin(std::future::ready(CallOutcome::Failed(failed(&FailureKind::Refused(
            limit,
        )))))
    }

    fn ask_plainly(
        &mut self,
        turn: u32,
        call: IssuedCall,
        refused: Option<LimitReached>,
    ) -> BoxFuture<'static, (CallOutcome, Option<CutBy>)> {
        let (key, early) = (call.key, call.early);
        let id = self.call_id(turn, key.ordinal, key.index);
        let role = match self.role_for(call.model.as_deref()) {
            Ok(role) => role,
            Err(failure) => return Box::pin(std::future::ready((CallOutcome::Failed(failure), None))),
        };
        if call.kind == CallKind::Run {
            let text = "rlm_query was answered by a plain sub-call: runs may not stand any deeper";
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
        let parts = parts_of(&prompt_of(call));
        for origin in parts.iter().filter_map(|part| part.origin) {
            self.evidence.give(origin);
        }
        let messages = vec![
            Message::system(Arc::clone(&self.tree.told().sub_system)),
            Message {
                role: Role::User,
                parts,
            },
        ];
        let request = Request::new(messages, role.sampling.parameters(max_output)).with_form(form);
        let departure = Arc::new(Departure::new(early));
        if early {
            self.early.insert(key, Arc::clone(&departure));
        }
        let (mut job, before) = self.job(id, &role, request, Caller::Program, None, departure);
        if !matches!(before, Before::Known(_)) {
            job.refused = refused.or(job.refused);
        }
        let reply = self.number_reply();
        let settled = self.tree.scheduler.call_after(job, before);
        Box::pin(async move {
            match settled.await {
                Ok(settled) => {
                    let text = Text::with_origin(settled.reply.text.clone(), Origin::Reply(reply));
                    (CallOutcome::Reply(text), cut_by(settled.reply.finish))
                }
                Err(failure) => (CallOutcome::Failed(failed(&failure.kind)), None),
            }
        })
    }

    /// Writes down that the program has come to calls that had left.
    pub(crate) fn reach(&mut self, turn: u32, keys: Vec<CallKey>) {
        for key in keys {
            if let Some(departure) = self.early.remove(&key) {
                departure.reached(&self.tree.recorder, self.call_id(turn, key.ordinal, key.index));
            }
            if self.early_children.remove(&key).is_some() {
                let id = self.call_id(turn, key.ordinal, key.index);
                self.tree.recorder.write(Event::Reached(CallReached { id }));
            }
        }
    }

    /// Forgets the calls of a program that is over, and stops the child runs among them; says how many it did not come to, and counts
    /// those that it had not come to when the run was carried out before.
    pub(crate) fn leave_behind(&mut self, turn: u32, unreached: usize) {
        let again = std::mem::take(&mut self.made_again);
        if let Some(past) = &self.tree.past {
            let in_vain = past.spent_in_vain(&self.path, turn, &again);
            // The grant is open as long as its run asks.
            let _ = self.tree.ledger.count(self.grant, &in_vain);
        }
        self.early.clear();
        for (_, child) in self.early_children.drain() {
            child.cancel();
        }
        if unreached > 0 {
            let calls = if unreached == 1 { "call" } else { "calls" };
            let text = format!("{unreached} {calls} left ahead of the program, which ended before it came to them");
            self.note(turn, "calls_not_reached", text);
        }
    }
}

/// Returns what is asked: of a child run, its prompt with its context after it.
pub(in crate::run) fn prompt_of(call: IssuedCall) -> Text {
    let Some(context) = call.context else {
        return call.prompt;
    };
    let mut prompt = TextBuilder::new();
    prompt.push_text(&call.prompt);
    prompt.push_str("\n\n");
    prompt.push_text(&context);
    // A text that is too long for one is refused by the provider or by the budget, without the context even sooner.
    prompt.finish().unwrap_or(call.prompt)
}

/// Returns the form of a reply that a schema describes. What the machine gives out can be read.
fn form_of(schema: &Text) -> Option<ReplyForm> {
    let schema = serde_json::from_str(&schema.to_flat().ok()?).ok()?;
    Some(ReplyForm::Json(Arc::new(schema)))
}

pub(in crate::run) fn failed(kind: &FailureKind) -> sift_vm::CallFailure {
    sift_vm::CallFailure {
        kind: kind.code().into(),
        message: kind.to_string(),
        hint: kind.hint().map(str::to_owned),
    }
}
