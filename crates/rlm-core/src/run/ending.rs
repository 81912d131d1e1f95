//! How a run ends.

use rlm_policy::{Answer, LimitReached, Outcome};
use sift_text::Text;

/// How a run ends.
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
    /// Not yet: the caller supplies the programs from here on.
    HandedOver,
}

impl Ending {
    /// Ends a run at a limit without an answer.
    pub(super) fn nothing(limit: LimitReached) -> Self {
        Self::Other {
            message: format!("{limit}; {}", limit.hint()),
            outcome: Outcome::at_limit(limit, Answer::Nothing),
            answer: None,
        }
    }
}
