//! Adaptive concurrency per server. Fewer or more widely spaced requests are sent if the server
//! refuses because of load, but not if it refuses at random.

use std::time::Duration;

use tokio::time::Instant;

/// The maximum share of refusals that may be random. Above it, the server is certainly overloaded.
const MOST_BY_CHANCE: f64 = 0.9;

/// A share of refusals by a server that may well be random, if few refusals were counted before.
const MUCH_BY_CHANCE: f64 = 0.7;

/// The minimum number of answers from which a share of refusals is computed.
const LEAST: usize = 16;

/// The number of rounds of good answers slightly below the last refused concurrency level, before
/// that level is tried again.
const ROUNDS_BELOW: usize = 16;

/// The number of measurements with a tolerable share of refusals after which a lower concurrency is
/// tried again. Repeats the trial in case its result was chance.
const COUNTS_TOLERATED: u32 = 16;

/// The longest period in which a server with a limit per second refuses all requests. Refusals
/// within one period count once.
const BEAT: Duration = Duration::from_millis(250);

/// The probability below which a series of refusals is not considered random.
const HARDLY: f64 = 0.002;

/// The lowest concurrency level: a single request in 256 times its latency.
const LOWEST: f64 = 1.0 / 256.0;

/// The concurrency level of a server: the number of concurrent requests if it is 1 or more,
/// otherwise the fraction of time in which a request is in flight. It is a congestion window as in
/// TCP: it grows by one for each round of good answers, and is halved on refusal. Three refinements
/// are from later versions of TCP and related protocols:
///
/// - **One halving per round.** Requests that were sent before a halving give no information about
///   the new level.
/// - **Fast recovery.** Each round grows the level by half of the distance to slightly below the
///   refused level. That level is kept for some rounds before more is tried (similar to BIC and
///   CUBIC, RFC 9438).
/// - **Random refusals are not congestion.** A server that refuses one request in two at random
///   would end at one request at a time and still refuse as many. Therefore a halving is a trial:
///   if the share of refusals does not fall as it would for a server with a limit, the halving is
///   undone. That share of refusals is then tolerated until it grows by half.
///
/// A server with a limit on concurrency or on requests per second that refuses a share `p` refuses
/// the share `2p - 1` at half the level, or none. A trial succeeds if the share falls at least half
/// of the way to that. Above [`MOST_BY_CHANCE`] the two cases are indistinguishable, so there is no
/// trial, and each refusal halves the level.
#[derive(Debug)]
pub(crate) struct Concurrency {
    most: f64,
    level: f64,
    era: Era,
    /// The tally of answers in this era since the level grew or the share of refusals was
    /// evaluated.
    now: Tally,
    /// The number of good answers since the concurrency level changed.
    good: usize,
    /// The last halving of the level, until its effect on refusals is known.
    trial: Option<Trial>,
    /// The concurrency level that was refused last; `None` if no level was refused, or if refusals
    /// are random.
    refused_at: Option<f64>,
    /// Whether the server has a limit: a lower concurrency level reduced refusals.
    has_limit: bool,
    tolerated: Option<Tolerated>,
    halved_at: Option<Instant>,
}

/// A period with one concurrency level as its base. It ends when the level is halved or a halving
/// is undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Era(u64);

#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    requests: usize,
    refused: usize,
}

#[derive(Debug, Clone, Copy)]
struct Trial {
    level_before: f64,
    /// The tally of answers in the era before the halving. Requests in flight count as good until
    /// they are refused.
    before: Tally,
}

/// A share of refusals that is tolerated, since it does not depend on the concurrency level.
#[derive(Debug, Clone, Copy)]
struct Tolerated {
    at_first: f64,
    /// The mean share of refusals in the last measurements. Never above the initial share, or a
    /// server could become overloaded gradually.
    lately: f64,
    /// The number of measurements since a lower concurrency level was last tried.
    counts: u32,
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "levels and counts are small, and never negative"
)]
impl Concurrency {
    pub(crate) fn new(most: usize) -> Self {
        let most = most.max(1) as f64;
        Self {
            most,
            level: most,
            era: Era::default(),
            now: Tally::default(),
            good: 0,
            trial: None,
            refused_at: None,
            has_limit: false,
            tolerated: None,
            halved_at: None,
        }
    }

    /// Returns the current maximum number of concurrent requests.
    pub(crate) fn limit(&self) -> usize {
        (self.level as usize).max(1)
    }

    /// Returns the time between requests as a multiple of the latency; 0 if only the number of
    /// concurrent requests is limited.
    pub(crate) fn spacing(&self) -> f64 {
        if self.level < 1.0 { self.level.recip() } else { 0.0 }
    }

    /// Returns the current era, to which a request that is sent now belongs.
    pub(crate) const fn era(&self) -> Era {
        self.era
    }

    /// Records a good answer to a request that was sent in the era `left`, with `others` still in
    /// flight.
    pub(crate) fn good(&mut self, left: Era, others: usize) {
        if left == self.era {
            self.good = self.good.saturating_add(1);
            self.count(0, others);
            self.grow();
        }
    }

    /// Records the refusal of a request that was sent in the era `left`, with `others` still in
    /// flight.
    pub(crate) fn refused(&mut self, left: Era, others: usize) {
        if left == self.era {
            self.count(1, others);
        } else if let Some(trial) = &mut self.trial
            && left.is_just_before(self.era)
        {
            trial.before.refused = trial.before.refused.saturating_add(1);
        }
    }

    fn count(&mut self, refused: usize, others: usize) {
        self.now.requests = self.now.requests.saturating_add(1);
        self.now.refused = self.now.refused.saturating_add(refused);
        match (self.trial, self.tolerated) {
            (Some(trial), _) if trial.before.share() <= MOST_BY_CHANCE => self.judge(trial, others),
            (_, Some(tolerated)) => self.weigh(tolerated, others),
            // A few answers give little information about the share of refusals.
            (_, None) if self.now.requests < self.least() => {}
            (_, None) if self.now.refused > 0 => self.halve(others),
            (_, None) if self.now.requests >= self.limit().max(LEAST) => self.now = Tally::default(),
            (_, None) => {}
        }
    }

    /// Returns the minimum number of answers needed to estimate the share of refusals: one round,
    /// or more if requests are sent one at a time. One refusal is enough if the server is known to
    /// have a limit.
    fn least(&self) -> usize {
        match self.has_limit {
            true => 1,
            false if self.level < 2.0 => LEAST,
            false => self.limit().min(LEAST),
        }
    }

    /// Decides whether the last halving of the level reduced refusals, once there are enough
    /// answers.
    fn judge(&mut self, trial: Trial, others: usize) {
        let before = trial.before.share();
        let enough = trial
            .enough()
            .clamp(self.limit(), self.limit().saturating_mul(4).max(LEAST * 2));
        let most = (before - before.min(1.0 - before) / 2.0) * enough as f64;
        let has_helped = self.now.refused as f64 <= most;
        if self.now.requests < enough.min(LEAST / 2) {
            return;
        }
        // All were refused, which is hardly random. A refusal arrives sooner than an answer, so
        // each request in flight may still be a good one.
        let sure = self.now.refused.saturating_sub(others);
        let is_worse = self.now.share() >= 1.0 && before.max(MUCH_BY_CHANCE).powi(sure as i32) < HARDLY;
        if has_helped && self.now.requests >= enough {
            self.trial = None;
            self.tolerated = None;
            self.has_limit = true;
        } else if is_worse {
            self.has_limit = true;
            self.halve(others);
        } else if !has_helped && self.now.share() < 1.0 {
            self.trial = None;
            let both = trial.before.with(self.now).share().min(MOST_BY_CHANCE);
            tracing::debug!(share = both, "fewer concurrent requests do not reduce the rejections");
            self.tolerated = Some(Tolerated {
                at_first: both,
                lately: both,
                counts: 0,
            });
            self.refused_at = None;
            self.has_limit = false;
            self.begin(trial.level_before);
        }
    }

    /// Decides whether the current share of refusals exceeds the tolerated share.
    fn weigh(&mut self, tolerated: Tolerated, others: usize) {
        let enough = self.limit().max(LEAST * 2);
        if self.now.refused as f64 > tolerated.most() * enough as f64 {
            self.halve(others);
        } else if self.now.requests >= enough {
            self.tolerated = tolerated.after(self.now.share());
            self.now = Tally::default();
            if tolerated.counts >= COUNTS_TOLERATED {
                self.halve(others);
            }
        }
    }

    fn halve(&mut self, others: usize) {
        let now = Instant::now();
        if self.level <= 1.0
            && self
                .halved_at
                .is_some_and(|then| now.saturating_duration_since(then) < BEAT)
        {
            self.now = Tally::default();
            return;
        }
        self.halved_at = Some(now);
        let before = Tally {
            requests: self.now.requests.saturating_add(others),
            ..self.now
        };
        if before.share() > MOST_BY_CHANCE {
            self.tolerated = None;
        }
        self.trial = Some(Trial {
            level_before: self.level,
            before,
        });
        self.refused_at = Some(self.level);
        let half = self.level / 2.0;
        self.begin(if half > 1.0 { half.floor() } else { half.max(LOWEST) });
        tracing::debug!(level = self.level, "reducing concurrent requests");
    }

    fn grow(&mut self) {
        if self.trial.is_some_and(|trial| trial.before.share() <= MOST_BY_CHANCE) || self.level >= self.most {
            return;
        }
        // Below one concurrent request, an eighth of the level corresponds to one request above it.
        let step = match (self.tolerated, self.refused_at) {
            // The refusals were random, so the previous level is restored.
            (Some(_), None) => self.level,
            _ if self.level < 1.0 => self.level / 8.0,
            _ => 1.0,
        };
        let below = self.refused_at.map_or(0.0, |refused| refused - step);
        let (rounds, grown) = if self.level + step <= below {
            let half = (below - self.level) / 2.0;
            (1, self.level + if self.level < 1.0 { half } else { half.ceil() })
        } else if self.level <= below {
            (ROUNDS_BELOW, self.level + step)
        } else if self.level < 1.0 {
            (LEAST / 2, self.level + step)
        } else {
            (1, self.level + step)
        };
        if self.good >= self.limit().saturating_mul(rounds) {
            self.good = 0;
            let grown = if self.level < 1.0 { grown.min(1.0) } else { grown };
            self.level = grown.min(self.most);
            if self.tolerated.is_none() {
                self.now = Tally::default();
            }
        }
    }

    fn begin(&mut self, level: f64) {
        self.level = level;
        self.era = Era(self.era.0.wrapping_add(1));
        self.now = Tally::default();
        self.good = 0;
    }
}

impl Era {
    const fn is_just_before(self, other: Self) -> bool {
        self.0.wrapping_add(1) == other.0
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts are small"
)]
impl Trial {
    /// Returns the number of answers that are enough to distinguish random refusals from a limit:
    /// to one and a half standard deviations, if some are refused in both cases.
    fn enough(self) -> usize {
        let share = self.before.share();
        let answers = if share <= 0.5 {
            2.0 / share
        } else {
            9.0 * share / (1.0 - share)
        };
        answers as usize
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts are small")]
impl Tally {
    fn share(self) -> f64 {
        self.refused as f64 / self.requests.max(1) as f64
    }

    fn with(self, other: Self) -> Self {
        Self {
            requests: self.requests.saturating_add(other.requests),
            refused: self.refused.saturating_add(other.refused),
        }
    }
}

impl Tolerated {
    /// Returns the largest share of refusals that may still be random.
    fn most(self) -> f64 {
        (self.lately * 1.5 + 0.1).min((1.0 + self.lately) / 2.0)
    }

    fn after(self, share: f64) -> Option<Self> {
        let lately = ((self.lately * 7.0 + share) / 8.0).min(self.at_first);
        (lately > 0.005).then_some(Self {
            lately,
            counts: self.counts.saturating_add(1),
            ..self
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Simulates a round of as many answers as allowed, with `refused` evenly spread refusals.
    fn round(concurrency: &mut Concurrency, refused: usize) -> usize {
        let (era, most) = (concurrency.era(), concurrency.limit());
        for done in 1..=most {
            if done * refused / most > (done - 1) * refused / most {
                concurrency.refused(era, most - done);
            } else {
                concurrency.good(era, most - done);
            }
        }
        concurrency.limit()
    }

    /// Simulates a server that accepts `most` concurrent requests. Returns the concurrency limit
    /// after each round.
    fn crowded(concurrency: &mut Concurrency, most: usize, rounds: usize) -> Vec<usize> {
        (0..rounds)
            .map(|_| {
                let refused = concurrency.limit().saturating_sub(most);
                round(concurrency, refused)
            })
            .collect()
    }

    #[test]
    fn concurrency_drops_to_one_if_everything_is_refused() {
        let mut concurrency = Concurrency::new(64);
        let numbers = crowded(&mut concurrency, 0, 40);
        assert!(numbers.is_sorted_by(|before, after| after <= before), "{numbers:?}");
        assert_eq!(numbers.last(), Some(&1));
    }

    #[test]
    fn concurrency_settles_at_the_server_capacity() {
        let mut concurrency = Concurrency::new(64);
        let numbers = crowded(&mut concurrency, 5, 1_000);
        let settled = &numbers[20..];
        assert!(settled.iter().all(|number| *number <= 6), "{settled:?}");
        assert!(settled.iter().filter(|number| **number == 6).count() < 60);
        assert!(settled.iter().filter(|number| **number == 5).count() > 600);
    }

    #[test]
    fn concurrency_recovers_halfway_then_by_one() {
        let mut concurrency = Concurrency::new(70);
        assert_eq!(round(&mut concurrency, 10), 35);
        let mut numbers: Vec<usize> = (0..40).map(|_| round(&mut concurrency, 0)).collect();
        numbers.dedup();
        assert_eq!(numbers, [52, 61, 65, 67, 68, 69, 70]);
    }

    #[test]
    fn ineffective_halving_is_reverted_and_more_refusals_halve_again() {
        for (of_fifty, more) in [(10, 40), (25, 50), (35, 50)] {
            let mut concurrency = Concurrency::new(50);
            assert_eq!(round(&mut concurrency, of_fifty), 25);
            for _ in 0..4 {
                let limit = concurrency.limit();
                round(&mut concurrency, of_fifty * limit / 50);
            }
            assert_eq!(concurrency.limit(), 50, "{of_fifty} of fifty are tolerated");
            for _ in 0..10 {
                assert_eq!(round(&mut concurrency, of_fifty), 50);
            }
            let numbers: Vec<usize> = (0..4)
                .map(|_| {
                    let limit = concurrency.limit();
                    round(&mut concurrency, more * limit / 50)
                })
                .collect();
            assert!(numbers.contains(&25), "{more} are not: {numbers:?}");
        }
    }

    #[test]
    fn refusals_of_requests_sent_before_a_halving_are_ignored() {
        let mut concurrency = Concurrency::new(8);
        let first = concurrency.era();
        for others in (0..8).rev() {
            concurrency.refused(first, others);
        }
        let second = concurrency.era();
        assert_eq!(concurrency.limit(), 4);
        for _ in 0..7 {
            concurrency.refused(first, 0);
        }
        assert_eq!((concurrency.limit(), concurrency.era()), (4, second));
    }

    #[test]
    fn request_spacing_grows_once_per_refusal_burst() {
        let mut concurrency = Concurrency::new(1);
        while concurrency.spacing() == 0.0 {
            concurrency.refused(concurrency.era(), 0);
        }
        let spacing = concurrency.spacing();
        for _ in 0..100 {
            concurrency.refused(concurrency.era(), 0);
        }
        assert_eq!(
            concurrency.spacing(),
            spacing,
            "a hundred refusals within a moment are one storm"
        );
    }
}
