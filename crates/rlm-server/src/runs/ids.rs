//! Ids and times of what the service creates.

use std::time::{SystemTime, UNIX_EPOCH};

use rlm_model::RunId;
use rlm_store::{Holder, new_run_id};
use rlm_trace::Millis;

use crate::http::problem::Problem;

/// Creates an id for a run or a session.
pub(crate) fn new_id() -> Result<RunId, Problem> {
    let random = getrandom::u64().map_err(|cause| Problem::internal(&cause))?;
    Ok(new_run_id(SystemTime::now(), random)?)
}

pub(crate) fn now() -> Millis {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Millis(u64::try_from(since_1970.as_millis()).unwrap_or(u64::MAX))
}

pub(crate) fn holder() -> Holder {
    Holder {
        process: std::process::id(),
        since: now(),
    }
}
