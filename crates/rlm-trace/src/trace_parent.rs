//! The parent of a run's spans in the trace of another service.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The span of another service that started a run, from the `traceparent` header of W3C Trace
/// Context.
///
/// ```
/// use rlm_trace::TraceParent;
///
/// let header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
/// let parent: TraceParent = header.parse()?;
/// assert!(parent.sampled);
/// assert_eq!(parent.to_string(), header);
/// assert!("00-0-0-01".parse::<TraceParent>().is_err());
/// # Ok::<(), rlm_trace::NotATraceParent>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TraceParent {
    /// The id of the trace. It is not zero.
    pub trace: u128,
    /// The id of the parent span. It is not zero.
    pub span: u64,
    /// Whether the caller records the trace.
    pub sampled: bool,
}

/// The error of parsing an invalid `traceparent`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a traceparent: expected `00-TRACE-SPAN-FLAGS` with 32, 16 and 2 lower-case hexadecimal digits")]
pub struct NotATraceParent;

impl fmt::Display for TraceParent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "00-{:032x}-{:016x}-{:02x}",
            self.trace,
            self.span,
            u8::from(self.sampled)
        )
    }
}

impl FromStr for TraceParent {
    type Err = NotATraceParent;

    /// Parses a `traceparent`. Later versions may append fields, which are ignored.
    fn from_str(text: &str) -> Result<Self, NotATraceParent> {
        let mut fields = text.split('-');
        let mut field = |digits| {
            fields
                .next()
                .and_then(|text| hexadecimal(text, digits))
                .ok_or(NotATraceParent)
        };
        let (version, trace, span, flags) = (field(2)?, field(32)?, field(16)?, field(2)?);
        let has_more = fields.next().is_some();
        let is_valid = trace != 0 && span != 0 && version != 0xff && !(version == 0 && has_more);
        match u64::try_from(span) {
            Ok(span) if is_valid => Ok(Self {
                trace,
                span,
                sampled: flags & 1 == 1,
            }),
            _ => Err(NotATraceParent),
        }
    }
}

fn hexadecimal(text: &str, digits: usize) -> Option<u128> {
    let is_lower = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let number = u128::from_str_radix(text, 16).ok()?;
    (is_lower && text.len() == digits).then_some(number)
}

impl TryFrom<String> for TraceParent {
    type Error = NotATraceParent;

    fn try_from(text: String) -> Result<Self, NotATraceParent> {
        text.parse()
    }
}

impl From<TraceParent> for String {
    fn from(parent: TraceParent) -> Self {
        parent.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_parents_are_rejected() {
        let (trace, span) = ("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7");
        let parsed = |text: String| text.parse::<TraceParent>();
        assert!(parsed(format!("00-{trace}-{span}-00")).is_ok_and(|parent| !parent.sampled));
        assert!(parsed(format!("01-{trace}-{span}-03-later")).is_ok_and(|parent| parent.sampled));
        for text in [
            String::new(),
            format!("00-{trace}-{span}"),
            format!("00-{trace}-{span}-01-more"),
            format!("ff-{trace}-{span}-01"),
            format!("00-{}-{span}-01", "0".repeat(32)),
            format!("00-{trace}-{}-01", "0".repeat(16)),
            format!("00-{}-{span}-01", trace.to_uppercase()),
            format!("00-{trace}-{span}-+1"),
            format!(" 00-{trace}-{span}-01"),
        ] {
            assert_eq!(parsed(text.clone()), Err(NotATraceParent), "{text}");
        }
    }
}
