//! How many requests a server is asked at once: fewer where it refuses for that, and not where it refuses whatever it is asked.

use std::cmp::Ordering;

/// The share of refusals above which there is no doubt that a server is asked too much.
const MOST_BY_CHANCE: f64 = 0.6;

/// The answers that a share of refusals is counted over, at the least.
const LEAST: usize = 16;

/// The rounds of good answers at one less than what the server refused last, before that is tried again.
const ROUNDS_BELOW: usize = 16;

/// The number of requests at once. It is a sender's window, as in TCP: one more for each round of good answers, halved when the
/// server refuses. To that come three things that TCP learned later:
///
/// - **One halving a round.** What left before the number was halved says nothing of the new one.
/// - **Quickly back to where it stood.** Each round takes half of the way to one less than what was refused; that is kept for some
///   rounds before the next one is tried (much as BIC and CUBIC do, RFC 9438).
/// - **Chance is no congestion.** A server that refuses one request in five, whatever it is asked, would end at one request at a
///   time and refuse as many. So a halving is a trial. If the share of refusals falls by less than half, the halving is taken back,
///   and that share is borne until it grows by half again.
///
/// This still backs off from a server that takes so many at once, or a minute, and not one more. Where that refuses a share `p` of
/// what it is asked, it refuses `2p - 1` of half as much, or nothing: less than half of `p` up to two thirds. Above
/// [`MOST_BY_CHANCE`] there is no trial, and a refusal halves the number as it comes. Where even one at once is refused, the
/// [`Lane`](crate::lane::Lane) puts time between requests.
#[derive(Debug)]
pub(crate) struct Concurrency {
    most: usize,
    limit: usize,
    era: Era,
    /// The answers to requests of this era, since the number grew or their share was looked at.
    now: Tally,
    /// The good answers since the number changed.
    good: usize,
    /// The last halving, until it is known whether it helped.
    trial: Option<Trial>,
    /// The number that was refused last; 0 where none was, or by chance.
    refused_at: usize,
    borne: Option<Borne>,
}

/// The time between two halvings, or between one and its being taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Era(u64);

#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    requests: usize,
    refused: usize,
}

#[derive(Debug, Clone, Copy)]
struct Trial {
    limit_before: usize,
    /// The requests of the era before; those on their way count as good until they are refused.
    before: Tally,
}

/// A share of refusals that has nothing to do with how many are asked.
#[derive(Debug, Clone, Copy)]
struct Borne {
    at_first: f64,
    /// Its mean over the last counts; never above what it was at first, or a server could fill up little by little.
    lately: f64,
}

impl Concurrency {
    pub(crate) fn new(most: usize) -> Self {
        Self {
            most: most.max(1),
            limit: most.max(1),
            era: Era::default(),
            now: Tally::default(),
            good: 0,
            trial: None,
            refused_at: 0,
            borne: None,
        }
    }

    /// Returns how many requests may be on their way at present.
    pub(crate) const fn limit(&self) -> usize {
        self.limit
    }

    /// Returns what a request that leaves now belongs to.
    pub(crate) const fn era(&self) -> Era {
        self.era
    }

    /// Notes that the server answered as it should a request that `left` then, while `others` are on their way.
    pub(crate) fn good(&mut self, left: Era, others: usize) {
        if left == self.era {
            self.good = self.good.saturating_add(1);
            self.count(0, others);
            self.grow();
        }
    }

    /// Notes that the server refused one. Returns whether it can't be asked less at once.
    pub(crate) fn refused(&mut self, left: Era, others: usize) -> bool {
        if left == self.era {
            let is_least = self.limit == 1;
            self.count(1, others);
            return is_least;
        }
        if let Some(trial) = &mut self.trial
            && left.is_just_before(self.era)
        {
            trial.before.refused = trial.before.refused.saturating_add(1);
        }
        false
    }

    fn count(&mut self, refused: usize, others: usize) {
        self.now.requests = self.now.requests.saturating_add(1);
        self.now.refused = self.now.refused.saturating_add(refused);
        match (self.trial, self.borne) {
            (Some(trial), _) if trial.before.share() <= MOST_BY_CHANCE => self.judge(trial, others),
            (_, Some(borne)) => self.weigh(borne, others),
            (_, None) if refused > 0 => self.halve(others),
            (_, None) if self.now.requests >= self.limit.max(LEAST) => self.now = Tally::default(),
            (_, None) => {}
        }
    }

    /// Decides whether the last halving helped, once there are as many answers as two would be refused of if it had not.
    fn judge(&mut self, trial: Trial, others: usize) {
        let before = trial.before.share();
        let enough = ((2.0 / before) as usize).clamp(self.limit, self.limit.saturating_mul(4).max(LEAST));
        if self.now.refused.saturating_mul(2) > enough {
            self.halve(others);
        } else if self.now.requests >= enough {
            self.trial = None;
            if self.now.share() >= before / 2.0 {
                let both = trial.before.with(self.now).share();
                tracing::debug!(share = both, "the server refuses no less when it is asked less at once");
                self.borne = Some(Borne {
                    at_first: both,
                    lately: both,
                });
                self.refused_at = 0;
                self.begin(trial.limit_before);
            }
        }
    }

    /// Decides whether more is refused than is borne.
    fn weigh(&mut self, borne: Borne, others: usize) {
        let enough = self.limit.max(LEAST);
        if self.now.refused as f64 > borne.most() * enough as f64 {
            self.halve(others);
        } else if self.now.requests >= enough {
            self.borne = borne.after(self.now.share());
            self.now = Tally::default();
        }
    }

    fn halve(&mut self, others: usize) {
        if self.limit == 1 {
            self.now = Tally::default();
            self.good = 0;
            return;
        }
        self.trial = Some(Trial {
            limit_before: self.limit,
            before: Tally {
                requests: self.now.requests.saturating_add(others),
                ..self.now
            },
        });
        self.refused_at = self.limit;
        self.begin(self.limit / 2);
        tracing::debug!(requests = self.limit, "the server is asked less at once");
    }

    fn grow(&mut self) {
        if self.trial.is_some_and(|trial| trial.before.share() <= MOST_BY_CHANCE) || self.limit >= self.most {
            return;
        }
        let below = self.refused_at.saturating_sub(1);
        let (rounds, step) = match self.limit.cmp(&below) {
            Ordering::Less => (1, (below - self.limit).div_ceil(2)),
            Ordering::Equal => (ROUNDS_BELOW, 1),
            Ordering::Greater => (1, 1),
        };
        if self.good >= self.limit.saturating_mul(rounds) {
            self.good = 0;
            self.limit = self.limit.saturating_add(step).min(self.most);
            if self.borne.is_none() {
                self.now = Tally::default();
            }
        }
    }

    fn begin(&mut self, limit: usize) {
        self.limit = limit;
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

impl Borne {
    /// The share that is borne at the most: beyond it, it is hardly chance.
    fn most(self) -> f64 {
        (self.lately * 1.5 + 0.1).min(0.75)
    }

    fn after(self, share: f64) -> Option<Self> {
        let lately = ((self.lately * 7.0 + share) / 8.0).min(self.at_first);
        (lately > 0.005).then_some(Self { lately, ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As many requests leave as may, and `refused` of them are refused before the others are answered.
    fn round(concurrency: &mut Concurrency, refused: usize) -> usize {
        let (era, most) = (concurrency.era(), concurrency.limit());
        for done in 1..=most {
            if done <= refused {
                concurrency.refused(era, most - done);
            } else {
                concurrency.good(era, most - done);
            }
        }
        concurrency.limit()
    }

    /// What becomes of the number at a server that takes `most` at once.
    fn crowded(concurrency: &mut Concurrency, most: usize, rounds: usize) -> Vec<usize> {
        (0..rounds)
            .map(|_| {
                let refused = concurrency.limit().saturating_sub(most);
                round(concurrency, refused)
            })
            .collect()
    }

    #[test]
    fn the_refusals_of_one_round_halve_once_and_one_is_always_left() {
        let mut concurrency = Concurrency::new(64);
        assert_eq!(round(&mut concurrency, 1), 32);
        let mut concurrency = Concurrency::new(64);
        assert_eq!(crowded(&mut concurrency, 0, 8), [32, 16, 8, 4, 2, 1, 1, 1]);
        let era = concurrency.era();
        assert!(concurrency.refused(era, 0), "it can't be asked less");
    }

    #[test]
    fn a_server_that_takes_so_many_at_once_is_asked_as_many_for_most_of_the_time() {
        let mut concurrency = Concurrency::new(64);
        assert_eq!(crowded(&mut concurrency, 5, 4), [32, 16, 8, 4]);
        let numbers = crowded(&mut concurrency, 5, 1_000);
        assert_eq!(numbers.iter().max(), Some(&6));
        assert!(numbers.iter().filter(|number| **number == 6).count() < 60);
        assert!(numbers.iter().filter(|number| **number == 5).count() > 600);
    }

    #[test]
    fn it_grows_half_of_the_way_to_what_was_refused_stays_below_it_and_goes_on_one_by_one() {
        let mut concurrency = Concurrency::new(70);
        assert_eq!(round(&mut concurrency, 10), 35);
        let mut numbers: Vec<usize> = (0..30).map(|_| round(&mut concurrency, 0)).collect();
        numbers.dedup();
        assert_eq!(numbers, [52, 61, 65, 67, 68, 69, 70]);
    }

    #[test]
    fn a_halving_that_changes_nothing_is_taken_back_and_more_than_that_halves_again() {
        let mut concurrency = Concurrency::new(50);
        assert_eq!(round(&mut concurrency, 10), 25);
        assert_eq!(round(&mut concurrency, 5), 50);
        assert!((0..100).all(|_| round(&mut concurrency, 10) == 50), "a fifth is borne");
        assert_eq!(round(&mut concurrency, 25), 25, "half is not");
        assert_eq!(round(&mut concurrency, 0), 37, "and the halving helped");
        // A server that refuses nothing any more is no longer borne with.
        for _ in 0..100 {
            round(&mut concurrency, 0);
        }
        assert_eq!(round(&mut concurrency, 1), 25);
    }

    #[test]
    fn what_left_before_a_halving_does_not_halve_again() {
        let mut concurrency = Concurrency::new(8);
        let first = concurrency.era();
        concurrency.refused(first, 7);
        let second = concurrency.era();
        for _ in 0..7 {
            concurrency.refused(first, 0);
        }
        assert_eq!((concurrency.limit(), concurrency.era()), (4, second));
        concurrency.refused(second, 3);
        assert_eq!(concurrency.limit(), 2, "all of eight were refused, so nothing is tried");
    }
}
