//! The messages of a run, each rendered from its template.

mod answer;
mod direct;
mod examples;
mod observation;
mod opening;
mod remark;

use rlm_model::grouped;
use serde::Serialize;
use sift_syntax::nearest;
use smol_str::SmolStr;

pub use answer::SetAside;
pub use examples::Example;
pub use observation::{NoProgram, Observed, Shown};
pub use opening::{Limited, ProgramForm, ShownTool};
pub use remark::Remark;

use super::error::PromptError;
use super::quoting::{Excerpt, quoted_line};
use super::template::{PromptName, Prompts};

/// The most variables that are listed.
const LISTED_VARIABLES: usize = 40;
/// The most characters of a name, of a variable's summary, of an error.
const NAME_CHARS: usize = 100;
const SUMMARY_CHARS: usize = 100;

/// Where a run stands among the turns that it may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// The turn that comes next, counted from 1.
    pub next: u32,
    /// The turns that there are.
    pub steps: u32,
}

impl Turn {
    /// Returns how many turns are left, the next one included.
    const fn left(self) -> u32 {
        (self.steps + 1).saturating_sub(self.next)
    }

    fn banner(self, prompts: &Prompts) -> Result<Option<String>, PromptError> {
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

/// Returns how to end a sentence about a name that is not there: `; did you mean …?` for the names that are near, or a full stop.
pub(crate) fn near_names(name: &str, names: &[String]) -> String {
    let names: Vec<SmolStr> = names.iter().map(SmolStr::new).collect();
    let near = nearest(name, names.iter());
    let near: Vec<String> = near
        .iter()
        .map(|name| format!("`{}`", quoted_line(name, NAME_CHARS)))
        .collect();
    match near.is_empty() {
        true => ".".to_owned(),
        false => format!("; did you mean {}?", near.join(" or ")),
    }
}

fn with_marker(excerpt: Excerpt) -> String {
    let Excerpt { mut head, left_out, .. } = excerpt;
    head.truncate(head.trim_end().len());
    if left_out > 0 {
        head.push_str(&format!("\n[{} more characters]", grouped(left_out)));
    }
    head
}
