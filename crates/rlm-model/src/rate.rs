//! What servers say about how much more they take.

use std::time::Duration;

/// What a server said with an answer about its rates: of requests, and of tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RateLimits {
    /// Of requests.
    pub requests: Option<RateWindow>,
    /// Of tokens; where input and output are counted apart, of whichever is nearer its end.
    pub tokens: Option<RateWindow>,
}

/// How much more a server takes until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateWindow {
    /// What it takes at the most.
    pub limit: Option<u64>,
    /// What of that is left.
    pub remaining: u64,
    /// The time until all of it is there again.
    pub resets_in: Duration,
}
