//! How the models of a run got its context: as text in a prompt, or by name in programs.

use std::collections::BTreeSet;

use rlm_model::{CallId, Role, Tokens};
use serde::{Deserialize, Serialize};

use crate::{CallClass, Coverage, Event, JournalMessage, JournalPart, Record, Totals, run_path};

/// How the models of a run got its context: as text in a prompt, or by name in programs. Shares are
/// of the context's bytes, between 0 and 1.
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
    /// The characters of the root model's system message.
    pub system_chars: u64,
    /// The characters of its first user message. It holds the question and only the metadata of the
    /// context.
    pub task_chars: u64,
    /// What the root model saw of the context: the characters of program output, and of the context
    /// itself for a direct answer. Pieces of the context are counted in bytes.
    pub inline_chars: u64,
    /// The bytes of the context. Programs refer to it by name; only the prompt of a direct answer
    /// holds its text.
    pub symbolic_bytes: u64,
    /// The number of pieces of the context that sub-models were given.
    pub reads: u64,
    /// The share of the context that was in prompts of sub-models.
    pub share_read: f64,
    /// The share of the context that programs scanned.
    pub share_scanned: f64,
    /// The tokens of all calls by model role and direction.
    pub tokens: TokensByKind,
}

/// Tokens of calls that were not answered by the local cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TokensByKind {
    /// Input of root models, cached by the provider or not.
    pub root_input: Tokens,
    /// Output of root models, reasoning included.
    pub root_output: Tokens,
    /// Input of sub-models, cached by the provider or not.
    pub sub_input: Tokens,
    /// Output of sub-models, reasoning included.
    pub sub_output: Tokens,
    /// The part of both inputs that the provider had cached.
    pub cached_input: Tokens,
    /// The part of both outputs that was reasoning.
    pub reasoning: Tokens,
}

/// Collects the context breakdown of a run incrementally, event by event.
#[derive(Debug, Clone, Default)]
pub struct BreakdownFold {
    system_chars: u64,
    task_chars: u64,
    inline_chars: u64,
    reads: u64,
    /// The calls that were issued. A call that is issued again has the same messages.
    issued: BTreeSet<CallId>,
}

impl ContextBreakdown {
    /// Collects the breakdown of a run from its journal.
    pub fn of<'a>(records: impl IntoIterator<Item = &'a Record> + Clone) -> Self {
        let mut fold = BreakdownFold::default();
        for record in records.clone() {
            fold.add(record);
        }
        fold.breakdown(&Coverage::of(records.clone()), &Totals::of(records))
    }
}

impl BreakdownFold {
    /// Adds an event.
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

    /// Returns the breakdown of the events so far, given the coverage and totals of the same
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
