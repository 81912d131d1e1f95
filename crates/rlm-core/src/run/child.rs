//! Executes child runs for the call dispatcher: the same loop, over a piece of the parent's
//! context.

use std::sync::Arc;

use rlm_calls::ChildRun;
use rlm_model::BoxFuture;
use rlm_prompt::{Conversation, Limited, Turn};
use rlm_settings::program_form;
use rlm_trace::{ChildStarted, JournalMessage, pieces};
use sift_text::Text;
use sift_vm::{CallFailure, ContextData};

use super::{Ending, Run};
use crate::error::RunError;

/// Executes a child run and returns its answer, or the failure for the parent's program.
pub(crate) fn carry_out_child(child: ChildRun) -> BoxFuture<'static, Result<Text, CallFailure>> {
    Box::pin(async move {
        let tree = Arc::clone(&child.dispatcher.tree);
        match carry_out(child).await {
            // The parent can't continue either, and fails with the same error.
            Err(RunError::Journal(error)) => {
                let failure = failure("journal", error.to_string());
                tree.recorder.fail(error);
                Err(failure)
            }
            ended => answer_of(ended),
        }
    })
}

async fn carry_out(child: ChildRun) -> Result<Ending, RunError> {
    let ChildRun {
        id,
        is_early,
        batch,
        question,
        piece,
        context,
        dispatcher,
    } = child;
    let tree = Arc::clone(&dispatcher.tree);
    let (settings, prompts, depth) = (&tree.settings, tree.prompts(), dispatcher.path.depth());
    let subcalls = tree.ledger.left(dispatcher.grant).map_or(0, |left| left.calls);
    let steps = tree.ledger.read(|ledger| ledger.steps_of(dispatcher.grant));
    let limited = Limited {
        subcalls,
        child_runs: settings.limits.has_child_runs_below(depth),
        steps,
        profile: None,
        ..settings.limited(&settings.limits, false, program_form(dispatcher.constraint))
    };
    let system = prompts.root_system_with(limited, settings.tools.shown(depth))?;
    let first = prompts.child_first(&question, &piece, Turn { next: 1, steps })?;
    let started = ChildStarted {
        id,
        model: dispatcher.roles.root.model.identity().clone(),
        steps,
        subcalls,
        early: is_early,
        batch,
        question: question.clone(),
        context: JournalMessage::of(&context),
        pieces: pieces(std::slice::from_ref(&context)),
    };
    let machine = settings
        .machine(ContextData::text("context", piece), &question, depth)?
        .with_derived_question();
    let run = Run {
        machine: Some(machine),
        ..Run::new(&question, dispatcher, Conversation::new(system, first), steps)
    };
    run.carry_out_child(started).await
}

/// Returns the answer of a finished child run, or the failure that the parent's program gets.
fn answer_of(ended: Result<Ending, RunError>) -> Result<Text, CallFailure> {
    match ended {
        Ok(
            Ending::Answer(answer)
            | Ending::Other {
                answer: Some(answer), ..
            },
        ) => Ok(answer),
        Ok(Ending::Limit(limit)) => answer_of(Ok(Ending::nothing(limit))),
        Ok(Ending::Other { outcome, message, .. }) => Err(failure(
            outcome.name(),
            format!("the child run gave no answer: {message}"),
        )),
        // The programs of child runs are never supplied by the caller.
        Ok(Ending::HandedOver) => Err(failure("machine", "the child run ended without an answer".to_owned())),
        Err(error) => Err(failure(error.code(), format!("the child run can't continue: {error}"))),
    }
}

fn failure(kind: &str, message: String) -> CallFailure {
    CallFailure {
        kind: kind.into(),
        message,
        hint: None,
    }
}
