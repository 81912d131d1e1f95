//! Compaction: replaces earlier turns by a summary when the messages are long.

use rlm_calls::over;
use rlm_prompt::{append_to_last, reply};
use rlm_trace::{Compacted, Event};
use sift_vm::PastTurn;

use super::Run;
use crate::error::RunError;

/// The divisor of the compaction threshold that gives the minimum size of turns worth a summary.
/// Summarizing less saves nothing.
const WORTH_A_SUMMARY: u64 = 10;

impl Run {
    /// Requests a summary of earlier turns from the root model, if the threshold is reached. If the
    /// request fails, the run keeps all turns.
    pub(super) async fn compact(&mut self) -> Result<(), RunError> {
        let history = &self.tree.settings.history;
        let Some(compaction) = history.compaction.as_ref().filter(|_| self.can_compact) else {
            return Ok(());
        };
        let threshold = compaction.threshold(self.dispatcher.roles.root.window);
        let before = self.conversation.tokens();
        let (Some(threshold), Some((through, folded))) = (threshold, self.conversation.foldable()) else {
            return Ok(());
        };
        if before < threshold || folded < threshold / WORTH_A_SUMMARY {
            return Ok(());
        }
        let asked = self.tree.prompts().compact(through)?;
        let messages = append_to_last(self.conversation.messages(history), &asked);
        let summary = match self.dispatcher.ask_for_summary(self.turn, messages).await {
            Ok(settled) => reply::without_thinking(&settled.reply.text).trim().to_owned(),
            // The next check returns why the run ends.
            Err(_) if over(&self.dispatcher).is_some() => return Ok(()),
            Err(failure) => return self.go_on_without_summary(&failure.kind.to_string()),
        };
        if summary.is_empty() {
            return self.go_on_without_summary("the model gave no summary");
        }
        let said = self.tree.prompts().compacted(through)?;
        self.conversation.fold(&summary, said);
        let turns = self.conversation.summarized_turns().iter().map(|turn| PastTurn {
            turn: turn.turn,
            reply: turn.reply.clone(),
            shown: turn.shown.clone(),
        });
        let turns: Vec<PastTurn> = turns.collect();
        if self
            .machine
            .as_mut()
            .is_some_and(|machine| !machine.set_history(&turns))
        {
            let text = "`history` does not contain the earlier turns: a program assigned the name, or they exceed the memory limit";
            self.dispatcher.note(self.turn, "history_not_bound", text.to_owned());
        }
        self.record(Event::Compacted(Compacted {
            run: self.dispatcher.path.clone(),
            turn: self.turn,
            through,
            tokens_before: before,
            tokens_after: self.conversation.tokens(),
            summary,
        }))
    }

    fn go_on_without_summary(&mut self, why: &str) -> Result<(), RunError> {
        self.can_compact = false;
        let text = format!("earlier turns were not summarized: {why}; the run continues with all of them");
        self.dispatcher.note(self.turn, "no_summary", text);
        Ok(self.tree.recorder.check()?)
    }
}
