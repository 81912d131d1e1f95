//! The pace at which recorded replies are replayed.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// The pace at which recorded replies are replayed. In model strings, it follows the journal:
/// `replay:run.jsonl?speed=10&longest=3`.
///
/// ```
/// use std::time::Duration;
/// use rlm_adapters::ReplayPace;
///
/// let pace: ReplayPace = "speed=10&longest=3".parse()?;
/// assert_eq!(pace.delay(Duration::from_secs(20)), Duration::from_secs(2));
/// assert_eq!(pace.delay(Duration::from_secs(300)), Duration::from_secs(3));
/// assert!("speed=fast".parse::<ReplayPace>().is_err());
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReplayPace {
    /// How many times faster than recorded a reply arrives; 1 is the recorded pace. Positive.
    pub speed: f64,
    /// The longest delay of a reply in seconds; `None` for no limit. Positive.
    pub longest: Option<f64>,
}

impl ReplayPace {
    /// Returns the delay of a reply that took `recorded` when it was recorded.
    #[must_use]
    pub fn delay(&self, recorded: Duration) -> Duration {
        let seconds = recorded.as_secs_f64() / self.speed;
        let seconds = self.longest.map_or(seconds, |longest| seconds.min(longest));
        Duration::try_from_secs_f64(seconds).unwrap_or_default()
    }
}

impl fmt::Display for ReplayPace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "speed={}", self.speed)?;
        self.longest.map_or(Ok(()), |longest| write!(f, "&longest={longest}"))
    }
}

impl FromStr for ReplayPace {
    /// The part of the text that is invalid.
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (mut speed, mut longest) = (None, None);
        for part in text.split('&') {
            let wrong = || part.to_owned();
            let (name, number) = part.split_once('=').ok_or_else(wrong)?;
            let number: f64 = number.parse().map_err(|_| wrong())?;
            let is_valid = number.is_finite() && number > 0.0;
            match name {
                "speed" if is_valid => speed = Some(number),
                "longest" if is_valid => longest = Some(number),
                _ => return Err(wrong()),
            }
        }
        let speed = speed.ok_or_else(|| text.to_owned())?;
        Ok(Self { speed, longest })
    }
}
