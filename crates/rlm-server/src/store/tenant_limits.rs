//! Limits of a tenant, apart from its budget.

use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use serde::{Deserialize, Serialize};

/// The limits of a tenant, apart from its budget. `None` means no limit of its own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TenantLimits {
    /// The maximum number of runs at the same time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runs: Option<u32>,
    /// The maximum number of requests per minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requests: Option<NonZeroU32>,
    /// The maximum size of all uploaded contexts and unfinished uploads, in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage: Option<u64>,
}

impl TenantLimits {
    /// Returns these limits with those that `change` sets.
    #[must_use]
    pub fn with(self, change: Self) -> Self {
        Self {
            runs: change.runs.or(self.runs),
            requests: change.requests.or(self.requests),
            storage: change.storage.or(self.storage),
        }
    }
}

/// The requests of a tenant within the last minute.
#[derive(Debug, Default)]
pub(crate) struct RequestRate(Mutex<Option<(NonZeroU32, DefaultDirectRateLimiter)>>);

impl RequestRate {
    /// Counts a request. If there are too many, returns the time until the next one is allowed. A
    /// limit that has changed starts a new minute.
    pub(crate) fn count(&self, per_minute: NonZeroU32) -> Result<(), Duration> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let limiter = match &mut *state {
            Some((limit, limiter)) if *limit == per_minute => limiter,
            other => {
                let limiter = RateLimiter::direct(Quota::per_minute(per_minute));
                &mut other.insert((per_minute, limiter)).1
            }
        };
        limiter
            .check()
            .map_err(|not_until| not_until.wait_time_from(DefaultClock::default().now()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_beyond_the_rate_wait() {
        let (rate, three) = (RequestRate::default(), NonZeroU32::new(3).expect("not zero"));
        for _ in 0..3 {
            assert_eq!(rate.count(three), Ok(()));
        }
        let wait = rate.count(three).expect_err("too many");
        assert!(wait <= Duration::from_secs(20), "{wait:?}");
        assert_eq!(rate.count(NonZeroU32::MAX), Ok(()), "another limit");
    }
}
