//! The prompts and failures of a program's calls.

use rlm_scheduler::FailureKind;
use sift_text::{Text, TextBuilder};
use sift_vm::IssuedCall;

/// Returns the prompt of a call, followed by the context of a child run.
pub(crate) fn prompt_of(call: IssuedCall) -> Text {
    let Some(context) = call.context else {
        return call.prompt;
    };
    let mut prompt = TextBuilder::new();
    prompt.push_text(&call.prompt);
    prompt.push_str("\n\n");
    prompt.push_text(&context);
    // The provider or the budget rejects a text that is too long in any case.
    prompt.finish().unwrap_or(call.prompt)
}

/// Converts the failure of a call for the program.
pub(crate) fn failed(kind: &FailureKind) -> sift_vm::CallFailure {
    sift_vm::CallFailure {
        kind: kind.code().into(),
        message: kind.to_string(),
        hint: kind.hint().map(str::to_owned),
    }
}
