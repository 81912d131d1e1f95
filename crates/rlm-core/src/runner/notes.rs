//! What a runner adds to the notes of a result.

use std::collections::BTreeSet;

use rlm_cache::CacheStatus;
use rlm_calls::Note;
use rlm_model::Price;

use super::Runner;
use crate::result::RunResult;

impl Runner {
    /// Says which models of a server a cost limit can't hold, since they count as free.
    pub(super) fn free_note(&self) -> Option<Note> {
        self.limits().cost?;
        let free = self.roles.in_order().into_iter().filter(|role| {
            let is_served = role.model.identity().endpoint.contains("://");
            is_served && role.price == Some(Price::FREE)
        });
        let names: BTreeSet<String> = free.map(|role| role.model.identity().to_string()).collect();
        (!names.is_empty()).then(|| Note {
            code: "counts_as_free".into(),
            text: format!(
                "{} counts as free, so the cost limit does not apply to it; state a price if it has one",
                names.into_iter().collect::<Vec<_>>().join(", ")
            ),
        })
    }

    pub(super) fn cache_note(&self) -> Option<Note> {
        let status = self.cache.as_ref()?.status();
        match &status {
            CacheStatus::Busy { .. } | CacheStatus::Failed { .. } => Some(Note {
                code: "cache_in_memory".into(),
                text: status.to_string(),
            }),
            CacheStatus::Memory | CacheStatus::Unopened { .. } | CacheStatus::Disk { .. } => None,
        }
    }
}

/// An answer that rests on no sub-call although there were some is one of nothing more often than not.
pub(super) fn no_subcall_answered(result: &RunResult) -> Option<Note> {
    let sub = &result.totals.sub;
    let has_answer = result.answer.is_some() && sub.failed > 0;
    (has_answer && sub.failed == sub.calls).then(|| Note {
        code: "all_subcalls_failed".into(),
        text: format!("all {} sub-calls failed: the answer rests on none", sub.calls),
    })
}
