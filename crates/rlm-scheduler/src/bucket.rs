//! A level that fills up by itself and that requests take from: tokens a minute, or what a server said is left.

use std::time::Duration;

use tokio::time::Instant;

/// A level that fills up by itself, up to a capacity. It may be below nothing for a while: what requests really used is known
/// only after them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bucket {
    capacity: f64,
    per_second: f64,
    level: f64,
    at: Instant,
}

impl Bucket {
    /// Makes a bucket that holds `level` now.
    #[expect(clippy::cast_precision_loss, reason = "rates are no money")]
    pub(crate) fn new(capacity: u64, per_second: f64, level: u64) -> Self {
        Self {
            capacity: capacity.max(1) as f64,
            per_second,
            level: level as f64,
            at: Instant::now(),
        }
    }

    /// Takes `amount` if the bucket holds it, or is full; otherwise says how long until then, where that is ever.
    #[expect(clippy::cast_precision_loss, reason = "rates are no money")]
    pub(crate) fn take(&mut self, amount: u64) -> Result<(), Option<Duration>> {
        self.fill();
        // What never fits goes when there is all that there can be.
        let needed = (amount as f64).min(self.capacity);
        if self.level + 1e-6 >= needed {
            self.level -= amount as f64;
            return Ok(());
        }
        let seconds = (needed - self.level) / self.per_second;
        Err(Duration::try_from_secs_f64(seconds).ok())
    }

    /// Gives back what was taken and not used, or takes what was used beyond it.
    #[expect(clippy::cast_precision_loss, reason = "rates are no money")]
    pub(crate) fn correct(&mut self, taken: u64, used: u64) {
        self.fill();
        self.level = (self.level + taken as f64 - used as f64).min(self.capacity);
    }

    fn fill(&mut self) {
        let now = Instant::now();
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        self.at = now;
        self.level = (self.level + passed * self.per_second).min(self.capacity);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn it_fills_up_and_what_is_larger_than_it_goes_when_it_is_full() {
        let mut bucket = Bucket::new(100, 10.0, 100);
        assert_eq!(bucket.take(60), Ok(()));
        assert_eq!(bucket.take(60), Err(Some(Duration::from_secs(2))));
        tokio::time::advance(Duration::from_secs(2)).await;
        assert_eq!(bucket.take(60), Ok(()));
        bucket.correct(60, 10);
        assert_eq!(bucket.take(50), Ok(()));
        tokio::time::advance(Duration::from_secs(10)).await;
        assert_eq!(bucket.take(500), Ok(()));
        assert_eq!(bucket.take(1), Err(Some(Duration::from_millis(40_100))));
    }
}
