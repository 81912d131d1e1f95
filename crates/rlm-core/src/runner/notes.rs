//! The notes that a runner adds to a result.

use std::collections::BTreeSet;

use rlm_cache::{Cache, CacheStatus};
use rlm_calls::ResultNote;
use rlm_model::Price;
use rlm_policy::Limits;
use rlm_settings::ModelRoles;

/// Returns a note on self-hosted models whose price counts as zero, so that a cost limit does not
/// apply to them.
pub(super) fn free_note(limits: &Limits, roles: &ModelRoles) -> Option<ResultNote> {
    limits.cost?;
    let free = roles.in_order().into_iter().filter(|role| {
        let is_served = role.model.identity().endpoint.contains("://");
        is_served && role.price == Some(Price::FREE)
    });
    let names: BTreeSet<String> = free.map(|role| role.model.identity().to_string()).collect();
    (!names.is_empty()).then(|| ResultNote {
        code: "counts_as_free".into(),
        text: format!(
            "{} counts as free, so the cost limit does not apply to it; set its price if it has one",
            names.into_iter().collect::<Vec<_>>().join(", ")
        ),
    })
}

/// Returns a note if the cache is in memory because its folder can't be used.
pub(super) fn cache_note(cache: &Cache) -> Option<ResultNote> {
    let status = cache.status();
    match &status {
        CacheStatus::Busy { .. } | CacheStatus::Failed { .. } => Some(ResultNote {
            code: "cache_in_memory".into(),
            text: status.to_string(),
        }),
        CacheStatus::Memory | CacheStatus::Unopened { .. } | CacheStatus::Disk { .. } => None,
    }
}
