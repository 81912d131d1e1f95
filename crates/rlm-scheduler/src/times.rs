//! How long answers take, and from when on one is waited for no longer.

use std::time::Duration;

/// The answers that are kept, the latest.
const KEPT: usize = 64;

/// The answers that say what is usual.
const ENOUGH: usize = 8;

/// An answer that takes so many times what 19 of 20 take is late.
const LATE: u32 = 2;
pub(crate) const LATE_AT_LEAST: Duration = Duration::from_millis(250);

/// One that takes so many times that, although it was asked for twice, will not come.
const HOPELESS: u32 = 10;
const HOPELESS_AT_LEAST: Duration = Duration::from_secs(20);

/// How long the last answers took.
#[derive(Debug, Clone, Default)]
pub(crate) struct Times {
    last: Vec<Duration>,
    next: usize,
}

/// How long an answer is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Patience {
    /// Until a second request is made beside.
    pub(crate) late: Duration,
    /// From then on until both are given up.
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

    /// Returns how long an answer is waited for, once there were enough of them.
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
