//! The rate limits that model servers report.

use std::time::Duration;

/// The rate limits that a server reported in a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RateLimits {
    /// The limit on the number of requests, if the server reported it.
    pub requests: Option<RateWindow>,
    /// The limit on the number of tokens, if the server reported it. If input and output have
    /// separate limits, this is the one closer to exhaustion.
    pub tokens: Option<RateWindow>,
}

/// A rate limit, as reported by a server: its maximum and the remaining allowance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateWindow {
    /// The maximum number of requests or tokens per window, if the server reports it.
    pub limit: Option<u64>,
    /// The number of requests or tokens that are still allowed.
    pub remaining: u64,
    /// The time until the full limit of requests or tokens is available again.
    pub resets_in: Duration,
}
