//! Latency statistics, and the thresholds for late and hopeless answers.

use std::time::Duration;

/// The number of latest latencies that are kept for statistics.
const KEPT: usize = 64;

/// The minimum number of latencies that are enough for an estimate.
const ENOUGH: usize = 8;

/// The factor on the 95th percentile of latencies above which an answer is late.
const LATE: u32 = 2;
pub(crate) const LATE_AT_LEAST: Duration = Duration::from_millis(250);

/// The factor on the 95th percentile of latencies above which a hedged answer is hopeless.
const HOPELESS: u32 = 10;
const HOPELESS_AT_LEAST: Duration = Duration::from_secs(20);

/// The latencies of the last answers of a server.
#[derive(Debug, Clone, Default)]
pub(crate) struct Times {
    last: Vec<Duration>,
    next: usize,
}

/// The times to wait for an answer, derived from usual latencies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Patience {
    /// The time after which an answer is late, and a second request is sent.
    pub(crate) late: Duration,
    /// The time after the `late` threshold until both requests are abandoned.
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

    /// Returns the times to wait for an answer, once enough latencies are known.
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
