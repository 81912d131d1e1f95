//! Parses the rate limits in response headers.
//!
//! - OpenAI, and also Azure and OpenRouter's upstream providers:
//!   `x-ratelimit-{limit,remaining,reset}-{requests,tokens}`, with durations such as `1s`, `6m0s`
//!   or `20ms`: <https://platform.openai.com/docs/guides/rate-limits>, 2026-06-20.
//! - Anthropic:
//!   `anthropic-ratelimit-{requests,tokens,input-tokens,output-tokens}-{limit,remaining,reset}`,
//!   with times in RFC 3339: <https://docs.claude.com/en/api/rate-limits>, 2026-06-20.

use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use reqwest::header::HeaderMap;
use rlm_model::{RateLimits, RateWindow};

/// The upper bound of durations in rate limits. Longer ones are irrelevant for a run.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// Parses the rate limits in response headers, with times relative to `now`. Returns `None` if the
/// headers state no rate limits.
pub(crate) fn rate_limits(headers: &HeaderMap, now: SystemTime) -> Option<RateLimits> {
    let header = |name: &str| Some(headers.get(name)?.to_str().ok()?.trim());
    let number = |name: String| header(&name)?.parse::<u64>().ok();
    let openai = |what: &str| {
        Some(RateWindow {
            limit: number(format!("x-ratelimit-limit-{what}")),
            remaining: number(format!("x-ratelimit-remaining-{what}"))?,
            resets_in: header(&format!("x-ratelimit-reset-{what}")).and_then(span)?,
        })
    };
    let anthropic = |what: &str| {
        Some(RateWindow {
            limit: number(format!("anthropic-ratelimit-{what}-limit")),
            remaining: number(format!("anthropic-ratelimit-{what}-remaining"))?,
            resets_in: header(&format!("anthropic-ratelimit-{what}-reset")).and_then(|date| until(date, now))?,
        })
    };
    let limits = RateLimits {
        requests: openai("requests").or_else(|| anthropic("requests")),
        tokens: openai("tokens").or_else(|| {
            let kinds = ["tokens", "input-tokens", "output-tokens"];
            kinds
                .into_iter()
                .filter_map(anthropic)
                .min_by_key(|window| window.remaining)
        }),
    };
    (limits != RateLimits::default()).then_some(limits)
}

/// Parses a duration in Go's format (`6m0s`, `1.5s`, `20ms`) or in plain seconds.
fn span(text: &str) -> Option<Duration> {
    let seconds = |number: &str, unit: f64| {
        let number: f64 = number
            .parse()
            .ok()
            .filter(|number: &f64| number.is_finite() && *number >= 0.0)?;
        Duration::try_from_secs_f64(number * unit).ok()
    };
    if let Some(plain) = seconds(text, 1.0) {
        return Some(plain.min(LONGEST));
    }
    let mut rest = text;
    let mut sum = Duration::ZERO;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, tail) = rest.split_at_checked(digits)?;
        let letters = tail.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(tail.len());
        let (unit, tail) = tail.split_at_checked(letters)?;
        let unit = match unit {
            "ms" => 0.001,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3_600.0,
            "d" => 86_400.0,
            _ => return None,
        };
        sum = sum.saturating_add(seconds(number, unit)?);
        rest = tail;
    }
    (!text.is_empty()).then_some(sum.min(LONGEST))
}

fn until(date: &str, now: SystemTime) -> Option<Duration> {
    let date: Timestamp = date.parse().ok()?;
    let now = Timestamp::try_from(now).ok()?;
    Some(
        Duration::try_from(date.duration_since(now))
            .unwrap_or_default()
            .min(LONGEST),
    )
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderName, HeaderValue};

    use super::*;

    fn read(headers: &[(&'static str, &'static str)]) -> Option<RateLimits> {
        // 2026-06-20T12:00:00Z
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_781_956_800);
        let headers = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        rate_limits(&HeaderMap::from_iter(headers), now)
    }

    #[test]
    fn openai_rate_limit_headers_are_parsed() {
        let read = read(&[
            ("x-ratelimit-limit-requests", "60"),
            ("x-ratelimit-remaining-requests", "59"),
            ("x-ratelimit-reset-requests", "1s"),
            ("x-ratelimit-limit-tokens", "150000"),
            ("x-ratelimit-remaining-tokens", "149984"),
            ("x-ratelimit-reset-tokens", "6m0.5s"),
        ]);
        let expected = RateLimits {
            requests: Some(RateWindow {
                limit: Some(60),
                remaining: 59,
                resets_in: Duration::from_secs(1),
            }),
            tokens: Some(RateWindow {
                limit: Some(150_000),
                remaining: 149_984,
                resets_in: Duration::from_millis(360_500),
            }),
        };
        assert_eq!(read, Some(expected));
    }

    #[test]
    fn anthropic_rate_limit_headers_are_parsed() {
        let read = read(&[
            ("anthropic-ratelimit-requests-limit", "50"),
            ("anthropic-ratelimit-requests-remaining", "0"),
            ("anthropic-ratelimit-requests-reset", "2026-06-20T12:00:30Z"),
            ("anthropic-ratelimit-input-tokens-remaining", "9000"),
            ("anthropic-ratelimit-input-tokens-reset", "2026-06-20T12:00:05Z"),
            ("anthropic-ratelimit-output-tokens-remaining", "100"),
            ("anthropic-ratelimit-output-tokens-reset", "2026-06-20T11:59:05Z"),
        ]);
        let expected = RateLimits {
            requests: Some(RateWindow {
                limit: Some(50),
                remaining: 0,
                resets_in: Duration::from_secs(30),
            }),
            tokens: Some(RateWindow {
                limit: None,
                remaining: 100,
                resets_in: Duration::ZERO,
            }),
        };
        assert_eq!(read, Some(expected));
    }

    #[test]
    fn invalid_rate_limit_headers_are_ignored() {
        assert_eq!(read(&[]), None);
        for reset in ["", "soon", "1x", "-1s", "1s2"] {
            let said = read(&[
                ("x-ratelimit-remaining-requests", "1"),
                ("x-ratelimit-reset-requests", reset),
            ]);
            assert_eq!(said, None, "{reset}");
        }
        assert_eq!(span("1e30"), None, "no length of time");
        assert_eq!(span("90d"), Some(LONGEST));
        assert_eq!(span("20ms"), Some(Duration::from_millis(20)));
    }
}
