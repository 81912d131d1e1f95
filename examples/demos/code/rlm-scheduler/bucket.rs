//! A token bucket for tokens per minute, or for the remaining allowance that a server reports.

use std::time::Duration;

use tokio::time::Instant;

/// A token bucket, which refills at a constant rate up to a capacity. Its level may be temporarily
/// negative, because the actual usage of a request is known only afterwards.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bucket {
    capacity: f64,
    per_second: f64,
    level: f64,
    at: Instant,
}

impl Bucket {
    /// Creates a token bucket that holds `level` tokens and refills by `per_second` up to
    /// `capacity`.
    #[expect(clippy::cast_precision_loss, reason = "rates are no money")]
    pub(crate) fn new(capacity: u64, per_second: f64, level: u64) -> Self {
        Self {
            capacity: capacity.max(1) as f64,
            per_second,
            level: level as f64,
            at: Instant::now(),
        }
    }

    /// Takes `amount` tokens if the bucket holds that many or is full. Otherwise returns the time
    /// until it does, or `None` if it never refills.
    #[expect(clippy::cast_precision_loss, reason = "rates are no money")]
    pub(crate) fn take(&mut self, amount: u64) -> Result<(), Option<Duration>> {
        self.fill();
        // An amount above the capacity is taken when the bucket is full.
        let needed = (amount as f64).min(self.capacity);
        if self.level + 1e-6 >= needed {
            self.level -= amount as f64;
            return Ok(());
        }
        let seconds = (needed - self.level) / self.per_second;
        Err(Duration::try_from_secs_f64(seconds).ok())
    }

    /// Corrects the level after a request: returns its unused tokens to the bucket, or takes those
    /// used in excess.
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
    async fn bucket_refills_and_oversized_requests_pass_when_full() {
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
