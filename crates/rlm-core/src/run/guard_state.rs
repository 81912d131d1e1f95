//! The state of a run's guards: counts of programs, replies and answers.

use std::collections::HashMap;

use rlm_model::Digest;
use rlm_prompt::quoted_line;
use sift_text::Text;
use sift_vm::{Refusal, Report};
use smol_str::SmolStr;

use crate::text::flat;

/// The maximum number of characters of the reason why a program was rejected.
const REFUSAL_CHARS: usize = 200;

/// The state of the guards, which keep a run from ending too early or taking useless turns.
#[derive(Debug, Default)]
pub(super) struct GuardState {
    /// The number of programs that ran.
    pub(super) programs: u32,
    /// The number of programs that the compiler rejected.
    pub(super) refused: u32,
    /// The reason why the last program was rejected.
    pub(super) last_refusal: Option<String>,
    /// The text of the last reply without a program.
    pub(super) words: Option<String>,
    /// Whether a program has called a sub-model.
    pub(super) has_asked: bool,
    /// Whether a program has read a part of the context.
    pub(super) has_read: bool,
    /// The number of consecutive replies without a new program.
    pub(super) invalid: u32,
    pub(super) has_fallen_back: bool,
    /// The number of texts that were rejected because they were not answers at all.
    pub(super) no_answers: u32,
    /// The number of answers that were returned to the model because they came too early.
    pub(super) set_aside: u32,
    pub(super) has_been_told_to_look: bool,
    /// The number of answers that were rejected.
    pub(super) rejected: u32,
    /// The turn of each program, keyed by the digest of the program and its result.
    pub(super) seen: HashMap<Digest, u32>,
    /// The last answer that was not accepted.
    pub(super) not_taken: Option<String>,
    /// The tool whose failure ended the last program, and the number of consecutive programs that
    /// it ended.
    pub(super) failing_tool: Option<(SmolStr, u32)>,
    /// How much of the context programs have used.
    pub(super) looked: ContextUse,
    pub(super) confirmation: Confirmation,
}

/// How much of the context programs have used.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ContextUse {
    /// The bytes of the context that programs read.
    pub(super) bytes: u64,
    /// The number of programs that called a sub-model.
    pub(super) asked: u32,
}

impl GuardState {
    /// Counts a program that has run. Returns whether the program was the first to read a part of
    /// the context.
    pub(super) fn ran(&mut self, report: &Report, calls: u32) -> bool {
        let first_look = !self.has_read && !report.scanned.is_empty();
        self.programs = self.programs.saturating_add(1);
        self.has_read |= first_look;
        // Calls that were issued early and never reached do not count, since a replay does not have
        // them.
        let has_asked = calls as usize > report.unreached.len();
        self.has_asked |= has_asked;
        self.looked.asked = self.looked.asked.saturating_add(u32::from(has_asked));
        let scanned = report.scanned.iter().map(|range| range.bytes.len() as u64);
        self.looked.bytes = scanned.fold(self.looked.bytes, u64::saturating_add);
        first_look
    }

    /// Counts a program that was rejected.
    pub(super) fn refuse(&mut self, refusal: &Refusal) {
        self.refused = self.refused.saturating_add(1);
        let first = refusal.diagnostics.iter().find(|found| found.is_error());
        self.last_refusal = first.map(|first| first.message.clone());
    }

    /// Stores the text of a reply without a program.
    pub(super) fn say(&mut self, reply: &str) {
        if !reply.trim().is_empty() {
            self.words = Some(reply.to_owned());
        }
    }

    /// Returns whether a program ran.
    pub(super) const fn has_run(&self) -> bool {
        self.programs > 0
    }

    /// Returns a message on rejected programs such as `6 of 6 programs were rejected, the last one:
    /// the module os is not provided`. Returns `None` if most programs ran.
    pub(super) fn refusals(&self) -> Option<String> {
        let all = self.programs.saturating_add(self.refused);
        let last = self.last_refusal.as_deref()?;
        (self.refused > self.programs).then(|| {
            let last = quoted_line(last, REFUSAL_CHARS);
            format!("{} of {all} programs were rejected, the last one: {last}", self.refused)
        })
    }

    /// Counts a rejected answer. Returns the number of rejected answers so far.
    pub(super) fn reject(&mut self, answer: &str) -> u32 {
        self.rejected = self.rejected.saturating_add(1);
        self.not_taken = Some(answer.to_owned());
        self.rejected
    }

    /// Returns how much of the context programs have used.
    pub(super) const fn looked(&self) -> ContextUse {
        self.looked
    }

    /// Stores an answer that was not accepted.
    pub(super) fn not_taken(&mut self, answer: &str) {
        self.not_taken = Some(answer.to_owned());
    }

    /// Returns whether the value of a variable differs from the last answer that was not accepted.
    pub(super) fn is_new(&self, answer: &Text) -> bool {
        self.not_taken.as_deref() != Some(flat(answer).as_str())
    }
}

/// The answers that await an independent confirmation, under the profile `verify`.
#[derive(Debug, Default)]
pub(super) struct Confirmation {
    answers: Vec<String>,
    /// How much of the context programs had used at the last answer.
    looked: ContextUse,
    /// Whether the model was told that it repeated an answer without using the context.
    has_insisted: bool,
}

impl Confirmation {
    pub(super) fn last(&self) -> Option<String> {
        self.answers.last().cloned()
    }

    /// Returns whether an answer is among those that await confirmation, up to white space and
    /// case.
    pub(super) fn holds(&self, answer: &str) -> bool {
        self.answers.iter().any(|before| is_same(before, answer))
    }

    pub(super) fn expect(&mut self, answer: String, looked: ContextUse) {
        self.answers.push(answer);
        self.looked = looked;
    }

    /// Returns whether an answer was repeated without further use of the context. Returns `true` at
    /// most once.
    pub(super) fn is_sent_again(&mut self, answer: &str, looked: ContextUse) -> bool {
        let bytes = looked.bytes.saturating_sub(self.looked.bytes);
        let has_looked = bytes > answer.len() as u64 || looked.asked > self.looked.asked;
        !has_looked && !std::mem::replace(&mut self.has_insisted, true)
    }
}

/// Returns whether two answers have the same words, up to white space and case.
fn is_same(one: &str, other: &str) -> bool {
    let words = |text: &str| {
        let text = text.trim().trim_end_matches('.').to_lowercase();
        text.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
    };
    words(one) == words(other)
}
