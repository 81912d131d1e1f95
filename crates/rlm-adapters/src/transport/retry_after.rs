//! Parses the pause before a retry in response headers.

use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use reqwest::header::HeaderMap;

/// The upper bound of the pause before a retry. Longer pauses are irrelevant for a run.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// Parses the pause before a retry from the response headers: from `Retry-After-Ms`, otherwise from
/// `Retry-After` in seconds or as an HTTP date relative to `now`.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let header = |name| Some(headers.get(name)?.to_str().ok()?.trim());
    let milliseconds = header("retry-after-ms").and_then(|text| seconds(text, 0.001));
    milliseconds.or_else(|| {
        let text = header("retry-after")?;
        seconds(text, 1.0).or_else(|| until(text, now))
    })
}

fn seconds(text: &str, unit: f64) -> Option<Duration> {
    let number: f64 = text
        .parse()
        .ok()
        .filter(|number: &f64| number.is_finite() && *number >= 0.0)?;
    Some(Duration::try_from_secs_f64(number * unit).map_or(LONGEST, |pause| pause.min(LONGEST)))
}

fn until(date: &str, now: SystemTime) -> Option<Duration> {
    let date = DateTimeParser::new().parse_timestamp(date).ok()?;
    let now = Timestamp::try_from(now).ok()?;
    let pause = Duration::try_from(date.duration_since(now)).unwrap_or(Duration::ZERO);
    Some(pause.min(LONGEST))
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderName, HeaderValue};

    use super::*;

    fn pause(name: &'static str, value: &'static str) -> Option<Duration> {
        // Sun, 06 Nov 1994 08:49:37 GMT
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        let header = (HeaderName::from_static(name), HeaderValue::from_static(value));
        retry_after(&HeaderMap::from_iter([header]), now)
    }

    #[test]
    fn retry_after_accepts_seconds_milliseconds_and_dates() {
        assert_eq!(pause("retry-after", "2"), Some(Duration::from_secs(2)));
        assert_eq!(pause("retry-after", "0.25"), Some(Duration::from_millis(250)));
        assert_eq!(pause("retry-after-ms", "1500"), Some(Duration::from_millis(1500)));
        assert_eq!(
            pause("retry-after", "Sun, 06 Nov 1994 08:50:07 GMT"),
            Some(Duration::from_secs(30))
        );
        assert_eq!(
            pause("retry-after", "Sun, 06 Nov 1994 08:00:00 GMT"),
            Some(Duration::ZERO)
        );
    }

    #[test]
    fn invalid_retry_after_is_ignored_and_long_pauses_are_capped() {
        for nonsense in ["", "soon", "-1", "nan", "inf", "Sun, 99 Nov 1994"] {
            assert_eq!(pause("retry-after", nonsense), None, "{nonsense}");
        }
        assert_eq!(pause("retry-after", "1e30"), Some(LONGEST));
        assert_eq!(pause("retry-after", "Sat, 06 Nov 2094 08:49:37 GMT"), Some(LONGEST));
    }
}
