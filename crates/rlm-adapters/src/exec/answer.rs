//! The answer of a command to a call.

use rlm_model::{Finish, Usage};

/// The answer of a command to a call.
pub(super) struct Answer {
    pub(super) text: String,
    pub(super) reasoning: Option<String>,
    /// The usage, if the command reported it.
    pub(super) usage: Option<Usage>,
    pub(super) finish: Finish,
}

impl Answer {
    /// Creates a complete answer without usage.
    pub(super) const fn new(text: String) -> Self {
        Self {
            text,
            reasoning: None,
            usage: None,
            finish: Finish::Stop,
        }
    }
}
