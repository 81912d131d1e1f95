//! Statistics of how the models of a run accessed its context: as text in a prompt, or through
//! programs that refer to it by name.

use std::collections::BTreeSet;

use rlm_model::{CallId, Role, Tokens};
use serde::{Deserialize, Serialize};

use crate::{CallClass, Coverage, Event, JournalMessage, JournalPart, Record, Totals, run_path};

/// Statistics of how the models of a run accessed its context: as text in a prompt, or through
/// programs that refer to it by name. Shares are fractions of the context's bytes, between 0 and 1.
///
/// ```
/// # use rlm_trace::{ContextBreakdown, RecordedRun};
/// # let journal = "../../examples/recorded/reviews.jsonl";
/// let run = RecordedRun::read(journal)?;
/// let breakdown = ContextBreakdown::of(&run.records);
/// // Sub-models read the texts of all 240 reviews, programs all of the file, and the root model was told of its size.
/// assert_eq!((breakdown.symbolic_bytes, breakdown.reads, breakdown.share_scanned), (27_852, 240, 1.0));
/// assert!(breakdown.share_read < 1.0 && breakdown.task_chars < 1_000);
/// # Ok::<(), rlm_trace::ReadError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct ContextBreakdown {
    /// The length of the root model's system message, in characters.
    pub system_chars: u64,
    /// The length of the root model's first user message, in characters. This message holds the
    /// question and only the metadata of the context.
    pub task_chars: u64,
    /// The amount of context content shown inline to the root model: the characters of program
    /// output, and of the context itself for a direct answer. Pieces of the context are counted in
    /// bytes.
    pub inline_chars: u64,
    /// The size in bytes of the context, which programs access by a variable name. Its text is in
    /// the root prompt only for a direct answer.
    pub symbolic_bytes: u64,
    /// The number of pieces of the context that were passed to sub-models in prompts.
    pub reads: u64,
    /// The fraction of the context's bytes that was in prompts of sub-models.
    pub share_read: f64,
    /// The fraction of the context's bytes that programs scanned.
    pub share_scanned: f64,
    /// The tokens of all calls of the run, by model role (root or sub) and direction (input or
    /// output).
    pub tokens: TokensByKind,
}

/// Token counts by model role (root or sub) and direction (input or output). Calls that the local
/// cache answered don't count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TokensByKind {
    /// Input tokens of root models, whether or not the provider had them cached.
    pub root_input: Tokens,
    /// Output tokens of root models, including reasoning tokens.
    pub root_output: Tokens,
    /// Input tokens of sub-models, whether or not the provider had them cached.
    pub sub_input: Tokens,
    /// Output tokens of sub-models, including reasoning tokens.
    pub sub_output: Tokens,
    /// Input tokens, of root models and sub-models, that the provider had cached.
    pub cached_input: Tokens,
    /// Reasoning tokens in the output of root models and sub-models.
    pub reasoning: Tokens,
}

/// A fold that computes the context breakdown of a run incrementally, event by event.
#[derive(Debug, Clone, Default)]
pub struct BreakdownFold {
    system_chars: u64,
    task_chars: u64,
    inline_chars: u64,
    reads: u64,
    /// The calls that were issued, to skip the repeated request of a call, which has the same
    /// messages.
    issued: BTreeSet<CallId>,
}

impl ContextBreakdown {
    /// Computes the context breakdown of a run from the records of its journal.
    pub fn of<'a>(records: impl IntoIterator<Item = &'a Record> + Clone) -> Self {
        let mut fold = BreakdownFold::default();
        for record in records.clone() {
            fold.add(record);
        }
        fold.breakdown(&Coverage::of(records.clone()), &Totals::of(records))
    }
}

impl BreakdownFold {
    /// Adds an event of the journal to the breakdown.
    pub fn add(&mut self, record: &Record) {
        let Event::Issued(call) = &record.event else { return };
        if !self.issued.insert(call.id.clone()) {
            return;
        }
        match call.class {
            CallClass::Root if run_path::is_root(&call.id.run) => {
                for message in &call.messages.own {
                    self.add_root_message(message);
                }
            }
            CallClass::Root => {}
            CallClass::Sub => self.reads = self.reads.saturating_add(call.given().len() as u64),
        }
    }

    fn add_root_message(&mut self, message: &JournalMessage) {
        let chars = match message.role {
            Role::System => &mut self.system_chars,
            Role::User if self.task_chars == 0 => &mut self.task_chars,
            Role::User => &mut self.inline_chars,
            Role::Assistant => return,
        };
        let texts = message.parts.iter().map(|part| match part {
            JournalPart::Text(text) => text.chars().count() as u64,
            JournalPart::Source(_) => 0,
        });
        *chars = texts.fold(*chars, u64::saturating_add);
        for part in &message.parts {
            if let JournalPart::Source(range) = part {
                let bytes = range.end.saturating_sub(range.start);
                self.inline_chars = self.inline_chars.saturating_add(bytes);
            }
        }
    }

    /// Returns the breakdown of the events so far, given the run's coverage and totals for the same
    /// events.
    #[must_use]
    pub fn breakdown(&self, coverage: &Coverage, totals: &Totals) -> ContextBreakdown {
        let share = |bytes: u64| match coverage.bytes() {
            0 => 0.0,
            all => bytes as f64 / all as f64,
        };
        let (root, sub) = (&totals.root.usage, &totals.sub.usage);
        ContextBreakdown {
            system_chars: self.system_chars,
            task_chars: self.task_chars,
            inline_chars: self.inline_chars,
            symbolic_bytes: coverage.bytes(),
            reads: self.reads,
            share_read: share(coverage.read_bytes()),
            share_scanned: share(coverage.scanned_bytes()),
            tokens: TokensByKind {
                root_input: root.input,
                root_output: root.output,
                sub_input: sub.input,
                sub_output: sub.output,
                cached_input: root.cached_input.saturating_add(sub.cached_input),
                reasoning: root.reasoning.saturating_add(sub.reasoning),
            },
        }
    }
}
