//! The settings of the model call scheduler.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::time::Duration;

use rlm_model::ModelIdentity;

use crate::Class;

/// The scheduler's settings for concurrency, retries, timeouts and rates of calls. One scheduler
/// serves all runs of a process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchedulerSettings {
    /// The maximum number of concurrent requests to a model, at least 1. The scheduler sends fewer
    /// while the server refuses because of load.
    pub concurrency: usize,
    /// The maximum number of attempts of a call, at least 1. Attempts that fail because of rate
    /// limits or outages are bounded by [`longest_outage`](Self::longest_outage) instead.
    pub max_attempts: u32,
    /// The timeout of an attempt; `None` uses the timeout of the model.
    pub call_timeout: Option<Duration>,
    /// Whether a call that takes far longer than usual is hedged by a second request.
    pub hedge: bool,
    /// The upper bound of the first pause between attempts. The bound doubles with each attempt.
    pub first_pause: Duration,
    /// The upper bound of all pauses between attempts.
    pub longest_pause: Duration,
    /// The longest `Retry-After` of a server that is honoured. A call that gets a longer one fails
    /// immediately.
    pub longest_retry_after: Duration,
    /// The maximum time that a call waits for a server that is unreachable, or fails or refuses
    /// every request; zero fails immediately.
    pub longest_outage: Duration,
    /// The setting for which calls may share a reply.
    pub sharing: Sharing,
    /// The maximum number of requests per minute, by model. It replaces the limit that the model
    /// reports.
    pub requests_per_minute: BTreeMap<ModelIdentity, NonZeroU32>,
}

impl Default for SchedulerSettings {
    fn default() -> Self {
        Self {
            concurrency: 10,
            max_attempts: 5,
            call_timeout: None,
            hedge: true,
            first_pause: Duration::from_millis(500),
            longest_pause: Duration::from_secs(30),
            longest_retry_after: Duration::from_secs(120),
            longest_outage: Duration::from_secs(60),
            sharing: Sharing::SubCalls,
            requests_per_minute: BTreeMap::new(),
        }
    }
}

/// Which calls may share a reply from the cache or of an equal call in flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sharing {
    /// No calls share replies: every call sends a request.
    Nothing,
    /// Only calls of programs share replies. A root model that is called again may write a
    /// different program.
    SubCalls,
    /// All calls share replies, including calls of root models.
    Everything,
}

impl Sharing {
    pub(crate) const fn covers(self, class: Class) -> bool {
        match (self, class) {
            (Self::Nothing, _) | (Self::SubCalls, Class::Root) => false,
            (Self::SubCalls, Class::Sub) | (Self::Everything, _) => true,
        }
    }
}
