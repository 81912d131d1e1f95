//! The ways in which a run ends.

use rlm_policy::{Answer, LimitReached, Outcome};
use sift_text::Text;

/// The way in which a run ends.
pub(crate) enum Ending {
    /// The run ends with this answer.
    Answer(Text),
    /// The run ends at this limit, without an answer.
    Limit(LimitReached),
    /// The run ends with another outcome, such as a partial answer or a cancellation.
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
