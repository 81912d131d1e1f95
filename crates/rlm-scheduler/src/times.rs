//! Latency statistics, and the thresholds for late and hopeless answers.

use std::time::Duration;

/// The number of latest answers that are kept.
const KEPT: usize = 64;

/// The minimum number of answers for an estimate.
const ENOUGH: usize = 8;

/// The factor on the 95th percentile of latencies above which an answer is late.
const LATE: u32 = 2;
pub(crate) const LATE_AT_LEAST: Duration = Duration::from_millis(250);

/// The factor on the 95th percentile of latencies above which a hedged answer is hopeless.
const HOPELESS: u32 = 10;
const HOPELESS_AT_LEAST: Duration = Duration::from_secs(20);

/// The latencies of the last answers.
#[derive(Debug, Clone, Default)]
pub(crate) struct Times {
    last: Vec<Duration>,
    next: usize,
}

/// The time to wait for an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Patience {
    /// The time until a second request is sent.
    pub(crate) late: Duration,
    /// The time after `late` until both requests are abandoned.
    pub(crate) hopeless: Duration,
}

impl Times {
    pub(crate) fn add(&mut self, time: Duration) {
        match self.last.get_mut(self.next) {
            Some(oldest) => *oldest = time,
            None => self.last.push(time),
        }
        self.next = (self.next + 1) % KEPT;
    }

    /// Returns the time to wait for an answer, once there are enough latencies.
    pub(crate) fn patience(&self) -> Option<Patience> {
        if self.last.len() < ENOUGH {
            return None;
        }
        let mut times = self.last.clone();
        let at = (times.len() * 19).div_ceil(20) - 1;
        let (_, most, _) = times.select_nth_unstable(at);
        let late = most.saturating_mul(LATE).max(LATE_AT_LEAST);
        let hopeless = most.saturating_mul(HOPELESS).max(HOPELESS_AT_LEAST);
        Some(Patience {
            late,
            hopeless: hopeless.saturating_sub(late),
        })
    }
}
