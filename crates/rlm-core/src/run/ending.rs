//! The end of a run.

use rlm_policy::{Answer, LimitReached, Outcome};
use sift_text::Text;

/// The end of a run.
pub(crate) enum Ending {
    /// With its answer.
    Answer(Text),
    /// At a limit, without an answer.
    Limit(LimitReached),
    /// With another outcome.
    Other {
        outcome: Outcome,
        answer: Option<Text>,
        message: String,
    },
    /// The run has not ended: the caller supplies the programs from here on.
    HandedOver,
}

impl Ending {
    /// Creates the end of a run at a limit, without an answer.
    pub(super) fn nothing(limit: LimitReached) -> Self {
        Self::Other {
            message: format!("{limit}; {}", limit.hint()),
            outcome: Outcome::at_limit(limit, Answer::Nothing),
            answer: None,
        }
    }
}
