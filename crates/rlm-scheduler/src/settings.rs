//! How calls are made.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::time::Duration;

use rlm_model::ModelIdentity;

use crate::Class;

/// How calls are made. One scheduler serves all the runs of a process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchedulerSettings {
    /// The requests to one model that are on their way at once, at the most; fewer while its server says that it is too much.
    /// At least 1.
    pub concurrency: usize,
    /// The attempts of one call, the first included, that its model failed at: not those that its server refused for being asked
    /// too much, or failed at like all others, which [`longest_outage`](Self::longest_outage) bounds. At least 1.
    pub max_attempts: u32,
    /// How long one attempt may take as a whole, whatever its model allows.
    pub call_timeout: Option<Duration>,
    /// Whether a call that takes far longer than most is made a second time beside, and given up where that does not help.
    pub hedge: bool,
    /// The bound of the first pause between attempts; it doubles with each.
    pub first_pause: Duration,
    /// The bound that pauses stop growing at.
    pub longest_pause: Duration,
    /// The longest pause that a server may ask for; a call whose server asks for more fails at once.
    pub longest_retry_after: Duration,
    /// How long a call waits for a server that can't be reached, fails at everything, or refuses everything; zero to fail as at any
    /// other error.
    pub longest_outage: Duration,
    /// Which calls may share a reply.
    pub sharing: Sharing,
    /// Requests per minute, for models that have such a limit; in the place of what the model itself knows.
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

/// Which calls may be answered from the cache or by an equal call that is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sharing {
    /// None: every call is made.
    Nothing,
    /// Those of programs. A root model that is asked again may find another way.
    SubCalls,
    /// All.
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
