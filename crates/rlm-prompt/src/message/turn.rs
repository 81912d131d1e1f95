//! The count of turns, and the banner that shows it.

use serde::Serialize;

use crate::error::PromptError;
use crate::template::{PromptName, Prompts};

/// The position of a run among the turns that it may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// The next turn, counted from 1.
    pub next: u32,
    /// The number of turns.
    pub steps: u32,
}

impl Turn {
    /// Returns how many turns are left, the next one included.
    pub(super) const fn left(self) -> u32 {
        (self.steps + 1).saturating_sub(self.next)
    }

    pub(super) fn banner(self, prompts: &Prompts) -> Result<Option<String>, PromptError> {
        let left = self.left();
        // The first half is silent: a count that has just begun makes models hurry.
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
