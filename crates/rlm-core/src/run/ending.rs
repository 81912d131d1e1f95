//! The ways in which a run ends.

use rlm_policy::{Answer, LimitReached, Outcome};
use sift_text::Text;

/// How a run ends.
pub(crate) enum Ending {
    /// With its answer.
    Answer(Text),
    /// At a limit, with nothing to show.
    Limit(LimitReached),
    /// Otherwise.
    Other {
        outcome: Outcome,
        answer: Option<Text>,
        message: String,
    },
    /// Without an answer: whoever carries the run out gives its programs from here on, and ends it.
    HandedOver,
}

impl Ending {
    /// Ends a run at a limit with nothing to show.
    pub(super) fn nothing(limit: LimitReached) -> Self {
        Self::Other {
            message: format!("{limit}; {}", limit.hint()),
            outcome: Outcome::at_limit(limit, Answer::Nothing),
            answer: None,
        }
    }
}
