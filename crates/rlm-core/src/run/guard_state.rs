//! What a run remembers of its programs and answers.

use std::collections::HashMap;

use rlm_model::Digest;
use rlm_prompt::quoted_line;
use sift_text::Text;
use sift_vm::{Refusal, Report};
use smol_str::SmolStr;

use crate::text::flat;

/// The characters of the reason for which a program was refused.
const REFUSAL_CHARS: usize = 200;

/// What the guards of a run remember.
#[derive(Debug, Default)]
pub(super) struct GuardState {
    /// The programs that were run.
    pub(super) programs: u32,
    /// The programs that were refused.
    pub(super) refused: u32,
    /// Why the last one was.
    pub(super) last_refusal: Option<String>,
    /// What the model said last without a program.
    pub(super) words: Option<String>,
    /// Whether one of them asked a sub-model.
    pub(super) has_asked: bool,
    /// Whether one of them read something of the context.
    pub(super) has_read: bool,
    /// The replies in a row with nothing new to run.
    pub(super) invalid: u32,
    pub(super) has_fallen_back: bool,
    /// The answers that were none.
    pub(super) no_answers: u32,
    /// The answers that came too soon and were set aside.
    pub(super) set_aside: u32,
    pub(super) has_been_told_to_look: bool,
    /// The answers that were not what was asked for.
    pub(super) rejected: u32,
    /// The turn of each program and what became of it.
    pub(super) seen: HashMap<Digest, u32>,
    /// The answer that was not taken last.
    pub(super) not_taken: Option<String>,
    /// The tool by whose failure the last program ended, and how many in a row.
    pub(super) failing_tool: Option<(SmolStr, u32)>,
    /// How much programs have looked at.
    pub(super) looked: ContextUse,
    pub(super) confirmation: Confirmation,
}

/// How much programs have looked at.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ContextUse {
    /// The bytes of the context that they read themselves.
    pub(super) bytes: u64,
    /// The programs that asked a sub-model.
    pub(super) asked: u32,
}

impl GuardState {
    /// Notes that a program has run; returns whether it was the first to read something of the context.
    pub(super) fn ran(&mut self, report: &Report, calls: u32) -> bool {
        let first_look = !self.has_read && !report.scanned.is_empty();
        self.programs = self.programs.saturating_add(1);
        self.has_read |= first_look;
        // Calls that left ahead of a program that did not come to them were not made, and are not in a replay.
        let has_asked = calls as usize > report.unreached.len();
        self.has_asked |= has_asked;
        self.looked.asked = self.looked.asked.saturating_add(u32::from(has_asked));
        let scanned = report.scanned.iter().map(|range| range.bytes.len() as u64);
        self.looked.bytes = scanned.fold(self.looked.bytes, u64::saturating_add);
        first_look
    }

    /// Notes that a program was refused, and why.
    pub(super) fn refuse(&mut self, refusal: &Refusal) {
        self.refused = self.refused.saturating_add(1);
        let first = refusal.diagnostics.iter().find(|found| found.is_error());
        self.last_refusal = first.map(|first| first.message.clone());
    }

    /// Notes a reply without a program.
    pub(super) fn say(&mut self, reply: &str) {
        if !reply.trim().is_empty() {
            self.words = Some(reply.to_owned());
        }
    }

    /// Returns whether a program ran.
    pub(super) const fn has_run(&self) -> bool {
        self.programs > 0
    }

    /// `6 of 6 programs were refused, the last: the module `os` is not provided`; none if most of them ran.
    pub(super) fn refusals(&self) -> Option<String> {
        let all = self.programs.saturating_add(self.refused);
        let last = self.last_refusal.as_deref()?;
        (self.refused > self.programs).then(|| {
            let last = quoted_line(last, REFUSAL_CHARS);
            format!("{} of {all} programs were refused, the last: {last}", self.refused)
        })
    }

    /// Notes that an answer was rejected; returns how many were.
    pub(super) fn reject(&mut self, answer: &str) -> u32 {
        self.rejected = self.rejected.saturating_add(1);
        self.not_taken = Some(answer.to_owned());
        self.rejected
    }

    /// Returns how much programs have looked at.
    pub(super) const fn looked(&self) -> ContextUse {
        self.looked
    }

    /// Remembers an answer that was not taken.
    pub(super) fn not_taken(&mut self, answer: &str) {
        self.not_taken = Some(answer.to_owned());
    }

    /// Tells whether the value of a variable is an answer that was not taken before.
    pub(super) fn is_new(&self, answer: &Text) -> bool {
        self.not_taken.as_deref() != Some(flat(answer).as_str())
    }
}

/// The answers that a second way has to lead to.
#[derive(Debug, Default)]
pub(super) struct Confirmation {
    answers: Vec<String>,
    /// How much programs had looked at when the last one was given.
    looked: ContextUse,
    /// Whether the model was told that it sent one again without looking at anything.
    has_insisted: bool,
}

impl Confirmation {
    pub(super) fn last(&self) -> Option<String> {
        self.answers.last().cloned()
    }

    /// Tells whether an answer was given before, in the same words.
    pub(super) fn holds(&self, answer: &str) -> bool {
        self.answers.iter().any(|before| is_same(before, answer))
    }

    pub(super) fn expect(&mut self, answer: String, looked: ContextUse) {
        self.answers.push(answer);
        self.looked = looked;
    }

    /// Tells, once, whether an answer was sent again though nothing but its own words was looked at since.
    pub(super) fn is_sent_again(&mut self, answer: &str, looked: ContextUse) -> bool {
        let bytes = looked.bytes.saturating_sub(self.looked.bytes);
        let has_looked = bytes > answer.len() as u64 || looked.asked > self.looked.asked;
        !has_looked && !std::mem::replace(&mut self.has_insisted, true)
    }
}

/// Tells whether two answers have the same words, but for white space around them and case.
fn is_same(one: &str, other: &str) -> bool {
    let words = |text: &str| {
        let text = text.trim().trim_end_matches('.').to_lowercase();
        text.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
    };
    words(one) == words(other)
}
