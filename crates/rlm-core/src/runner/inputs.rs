//! The inputs of a run, with the checks of question and context.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Arc;
use std::time::SystemTime;

use rlm_calls::{MAX_QUESTION_BYTES, Occurrences, Recorder, Recording, SearchSource};
use rlm_context::Context;
use rlm_model::RunId;
use rlm_prompt::SessionState;
use rlm_scheduler::SharedLedger;
use rlm_settings::Constraint;
use rlm_store::StoreError;
use rlm_trace::RunStarted;
use tokio_util::sync::CancellationToken;

use crate::error::RunError;

/// The inputs of a run other than its question and its context.
pub(crate) struct RunInputs {
    pub(crate) recorder: Recorder,
    /// The recording of the run, if it is re-executed.
    pub(crate) recording: Option<Arc<Recording>>,
    pub(crate) cancel: CancellationToken,
    pub(crate) ledger: SharedLedger,
    pub(crate) occurrences: Occurrences,
    pub(crate) search: SearchSource,
    /// The constraint on the root model's decoding, if any.
    pub(crate) constraint: Option<Constraint>,
    /// The state of the session, if the run is a question of one.
    pub(crate) session: Option<Arc<SessionState>>,
    /// The first event of the journal, with all data that the run depends on.
    pub(crate) started: RunStarted,
}

/// Checks that a question and a context are not empty or too long. A context that has documents must
/// have text in one of them, unless programs have other sources (`finds_elsewhere`): a search, tools
/// or the state of a session. A context without documents is that of a question that needs no text.
///
/// # Errors
/// [`RunError::EmptyQuestion`], [`RunError::QuestionTooLong`], [`RunError::EmptyContext`].
pub fn check_question(question: &str, context: &Context, finds_elsewhere: bool) -> Result<(), RunError> {
    if question.trim().is_empty() {
        return Err(RunError::EmptyQuestion);
    }
    if question.len() > MAX_QUESTION_BYTES {
        return Err(RunError::QuestionTooLong { bytes: question.len() });
    }
    if context.is_empty() && !context.documents().is_empty() && !finds_elsewhere {
        return Err(RunError::EmptyContext);
    }
    Ok(())
}

/// Counts, on a blocking thread, the sizes of mapped files that the first message contains.
pub(super) async fn count_at_start(context: &Context) {
    let has_more = |document| context.is_counted_at_start(document) && !document.is_counted();
    if context.documents().iter().any(has_more) {
        let context = context.clone();
        // If that thread is lost, the first use of the counts waits.
        let _ = tokio::task::spawn_blocking(move || context.count_at_start()).await;
    }
    context.digest_ahead();
}

/// Creates the id of a run that starts now.
pub(crate) fn new_id(now: SystemTime) -> Result<RunId, StoreError> {
    // A random number, which differs from run to run.
    rlm_store::new_run_id(now, RandomState::new().build_hasher().finish())
}
