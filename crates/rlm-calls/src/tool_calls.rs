//! Tool calls: permission checks, execution and recording.

use std::time::Duration;

use rlm_policy::{ToolDecision, ToolRefusal, ToolUse};
use rlm_prompt::SessionState;
use rlm_settings::ApprovalRequest;
use rlm_tools::{Access, Arguments, MAX_ANSWER_BYTES, Tool, ToolError};
use rlm_trace::{HostAnswer, RequestFailed};
use sift_text::{Origin, Text};
use smol_str::SmolStr;

use crate::dispatcher::Dispatcher;
use crate::recording::EffectsInDoubt;
use crate::requests::ToolCall;

/// The maximum number of characters of a tool's error message that a program gets.
const SHOWN_FAILURE: usize = 1_000;

/// The maximum number of characters of the arguments in the note about a call in doubt.
const SHOWN_ARGUMENTS: usize = 300;

impl Dispatcher {
    /// Calls a tool, if it is permitted.
    pub(crate) async fn call_tool(&mut self, turn: u32, call: &ToolCall) -> HostAnswer {
        let tree = std::sync::Arc::clone(&self.tree);
        let toolbox = &tree.settings.tools;
        let Some(offered) = toolbox.get(&call.name) else {
            return HostAnswer::Failed(no_such_tool(&call.name));
        };
        let (description, grant) = (&offered.granted.tool, &offered.granted.grant);
        let earlier = self.count_tool_call(&call.name);
        // The first question of a session has no state yet.
        let session = self
            .session
            .as_deref()
            .filter(|session| **session != SessionState::default());
        let depth = u32::try_from(self.path.depth()).unwrap_or(u32::MAX);
        let asked = ToolUse {
            counts_as_effect: description.counts_as_effect(),
            earlier,
            depth,
            // The contents of `memory` came from other runs, and their origin is not tracked.
            is_derived: !call.derived.is_program_alone() || session.is_some_and(|session| !session.memory.is_empty()),
            is_conditional: !call.condition.is_program_alone(),
            // The question of a child run was written by a program that may have read the context.
            // The first program was written by a model that had been shown the documents' names.
            is_informed: turn > 1 || depth > 0 || session.is_some() || tree.context.has_names(),
        };
        let refusal = match grant.decide(asked, toolbox.taint) {
            ToolDecision::Granted => None,
            ToolDecision::Refused(refusal) => Some(refusal),
            ToolDecision::NeedsApproval => {
                let request = ApprovalRequest {
                    tool: description,
                    arguments: &call.arguments,
                    turn,
                };
                let is_approved = match &toolbox.approver {
                    Some(approver) => approver.approve(request).await,
                    None => false,
                };
                (!is_approved).then_some(ToolRefusal::NotApproved)
            }
        };
        if let Some(refusal) = refusal {
            return HostAnswer::Failed(refused(&call.name, refusal));
        }
        match &offered.tool {
            Some(tool) => answer(&**tool, &call.arguments, grant.seconds).await,
            None => HostAnswer::Failed(nobody_answers(&call.name)),
        }
    }

    /// Repeats a tool call that was in flight when the run's process ended, if the tool has no
    /// effects or `in_doubt` allows it.
    pub(crate) async fn call_tool_in_doubt(
        &mut self,
        turn: u32,
        call: &ToolCall,
        in_doubt: EffectsInDoubt,
    ) -> HostAnswer {
        let toolbox = &self.tree.settings.tools;
        let has_effect = toolbox
            .get(&call.name)
            .is_none_or(|offered| offered.granted.tool.access == Access::Effect);
        if !has_effect {
            return self.call_tool(turn, call).await;
        }
        let name = &call.name;
        let was = format!("a call of {name} was in flight when the run was interrupted, and its effect is unknown");
        if in_doubt == EffectsInDoubt::Redone {
            self.note(turn, "effect_redone", format!("{was}: it was called again"));
            return self.call_tool(turn, call).await;
        }
        self.count_tool_call(name);
        let arguments = rlm_prompt::quoted_line(&call.arguments, SHOWN_ARGUMENTS);
        let text = format!("{was}: it was not called again; arguments: {arguments}");
        self.note(turn, "effect_in_doubt", text);
        HostAnswer::Failed(RequestFailed {
            code: "tool_in_doubt".into(),
            message: format!("{was}; it was not called again"),
            hint: Some(
                "find out whether it took effect before you call it again, or say in the answer that this is unknown"
                    .to_owned(),
            ),
        })
    }

    /// Counts a tool call, including one that the journal answers. Returns the number of earlier
    /// calls.
    pub(crate) fn count_tool_call(&mut self, name: &SmolStr) -> u32 {
        let counted = self.tool_calls.entry(name.clone()).or_default();
        let earlier = *counted;
        *counted = counted.saturating_add(1);
        earlier
    }
}

/// Calls a tool with a timeout.
async fn answer(tool: &dyn Tool, arguments: &str, seconds: u64) -> HostAnswer {
    let name = || tool.description().name.to_string();
    let called = async {
        let arguments: Arguments = serde_json::from_str(arguments).map_err(|error| ToolError::Failed {
            name: name(),
            message: format!("can't send its arguments: {error}"),
        })?;
        let value = tool.call(arguments).await?.to_string();
        if value.len() > MAX_ANSWER_BYTES {
            Err(ToolError::TooLarge { name: name() })
        } else {
            Ok(value)
        }
    };
    let called = tokio::time::timeout(Duration::from_secs(seconds), called).await;
    let timeout = || ToolError::Timeout { name: name(), seconds };
    match called.unwrap_or_else(|_| Err(timeout())) {
        Ok(value) => HostAnswer::Value(value),
        Err(error) => HostAnswer::Failed(RequestFailed {
            code: error.code().into(),
            message: error.to_string().chars().take(SHOWN_FAILURE).collect(),
            hint: Some(error.hint().to_owned()),
        }),
    }
}

fn refused(name: &str, refusal: ToolRefusal) -> RequestFailed {
    RequestFailed {
        code: refusal.code().into(),
        message: format!("{name} was not called: {refusal}"),
        hint: Some(refusal.hint().to_owned()),
    }
}

fn no_such_tool(name: &str) -> RequestFailed {
    RequestFailed {
        code: "not_granted".into(),
        message: format!("{name} is not available in this run"),
        hint: None,
    }
}

/// Returns the failure of a tool that only exists in the journal of a replayed run.
fn nobody_answers(name: &str) -> RequestFailed {
    RequestFailed {
        code: "not_granted".into(),
        message: format!("{name} is no longer available"),
        hint: None,
    }
}

/// Converts the JSON result of a tool for the program.
pub(crate) fn value_for_program(json: String) -> sift_vm::HostAnswer {
    sift_vm::HostAnswer::Value(Text::with_origin(json, Origin::Host))
}
