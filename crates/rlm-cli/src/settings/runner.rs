//! How a runner answers questions.

use rlm_core::{Compaction, History, RaisedLimits, Recursion};
use rlm_model::Tokens;
use rlm_trace::JournalTexts;

use crate::args::{
    AtMaxDepth, ContinuationArguments, HistoryArguments, OnOff, RecursionArguments, Seconds, TextsArguments,
};
use crate::output::failure::Failure;

/// Returns how runs start child runs.
pub(crate) fn recursion(arguments: &RecursionArguments) -> Recursion {
    Recursion {
        recursive_subcalls: arguments.recursive_subcalls.map(|which| which == OnOff::On),
        at_max_depth: match arguments.at_max_depth {
            AtMaxDepth::Plain => rlm_core::AtMaxDepth::Plain,
            AtMaxDepth::Error => rlm_core::AtMaxDepth::Error,
        },
    }
}

/// Returns what the root model is sent of its earlier turns.
pub(crate) fn history(arguments: &HistoryArguments) -> History {
    History {
        conversation: arguments.conversation_history == OnOff::On,
        compaction: arguments.compaction.then(|| Compaction {
            threshold_pct: arguments.compaction_threshold_pct,
            threshold_tokens: arguments.compaction_threshold_tokens,
            model_context_limit: arguments.compaction_model_context_limit,
            model_name: arguments.compaction_model_name.clone(),
        }),
        max_tokens: arguments.max_history_tokens,
    }
}

/// Returns the limits that are said.
pub(crate) fn raised_limits(arguments: &ContinuationArguments) -> RaisedLimits {
    RaisedLimits {
        steps: arguments.max_steps,
        child_steps: arguments.max_child_steps,
        subcalls: arguments.max_subcalls,
        tokens: arguments.max_tokens.map(Tokens),
        subcall_tokens: arguments.max_subcall_tokens.map(Tokens),
        output_tokens: arguments.max_output_tokens.map(Tokens),
        cost: arguments.max_cost,
        seconds: arguments.max_seconds.map(|Seconds(seconds)| seconds),
        retries: arguments.max_retries,
    }
}

/// Checks that the journals of a session hold what its next question needs.
///
/// # Errors
/// [`Failure::SessionTexts`].
pub(crate) fn check_session_texts(arguments: TextsArguments) -> Result<(), Failure> {
    match arguments.which() {
        JournalTexts::Full => Ok(()),
        JournalTexts::References | JournalTexts::Digests => Err(Failure::SessionTexts),
    }
}
