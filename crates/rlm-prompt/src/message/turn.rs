//! The number of the turn, and the banner that shows it.

use serde::Serialize;

use crate::error::PromptError;
use crate::template::{PromptName, Prompts};

/// The number of the next turn and of all turns of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// The next turn, counted from 1.
    pub next: u32,
    /// The maximum number of turns.
    pub steps: u32,
}

impl Turn {
    /// Returns the number of turns left, including the next one.
    pub(super) const fn left(self) -> u32 {
        (self.steps + 1).saturating_sub(self.next)
    }

    pub(super) fn banner(self, prompts: &Prompts) -> Result<Option<String>, PromptError> {
        let left = self.left();
        // The first half has no banner, because a countdown from the start makes models hurry.
        if left == 0 || (left > 2 && self.next <= self.steps.div_ceil(2)) {
            return Ok(None);
        }
        let variables = Banner {
            turn: self.next,
            steps: self.steps,
            left,
        };
        prompts.render(PromptName::TurnBanner, variables).map(Some)
    }
}

#[derive(Serialize)]
struct Banner {
    turn: u32,
    steps: u32,
    left: u32,
}
