//! Rate limits that servers report.

use std::time::Duration;

/// The rate limits of requests and tokens in a response of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RateLimits {
    /// The limit of requests.
    pub requests: Option<RateWindow>,
    /// The limit of tokens. If input and output have separate limits, the one closer to exhaustion.
    pub tokens: Option<RateWindow>,
}

/// A rate limit and its remaining allowance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateWindow {
    /// The maximum within a window, if the server reports it.
    pub limit: Option<u64>,
    /// The remaining allowance.
    pub remaining: u64,
    /// The time until the full limit is available again.
    pub resets_in: Duration,
}
