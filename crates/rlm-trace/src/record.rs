//! A record of a journal, which is one line: its encoding, its link to the line before it, and its
//! verification.

use rlm_model::{Digest, DigestBuilder};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{Event, Millis};

/// The version of the journal format that this release writes and reads.
pub const JOURNAL_VERSION: u32 = 1;

/// The bytes with which every journal begins. The digits of the format version follow them.
pub(crate) const MAGIC: &[u8] = b"{\"rlm_journal\":";

const LINE_PURPOSE: &str = "rlm journal line 1";
const HASH_KEY: &[u8] = b",\"hash\":\"";
const LINE_END: &[u8] = b"\"}";
/// The length in characters of a digest's text: `b3:` and 64 hexadecimal digits.
const DIGEST_CHARS: usize = 67;
const TAIL_BYTES: usize = HASH_KEY.len() + DIGEST_CHARS + LINE_END.len();

/// A record of a journal: one line with its event.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// The number of the journal line, counted from 1.
    pub line: u64,
    /// The time at which the event was written, since the run's start. Comparisons of runs omit
    /// this time.
    pub at: Option<Millis>,
    /// The digest of the line, to which the next line is chained.
    pub hash: Digest,
    /// The event on this line of the journal.
    pub event: Event,
}

/// An error in the verification or parsing of a journal line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LineFault {
    /// The line's digest does not match its bytes.
    Altered,
    /// The line's digest matches, but the line does not follow the line before it.
    Unchained,
    /// The line is unaltered and follows the line before it, but can't be parsed. Holds the parse
    /// error.
    Malformed(String),
}

/// Encodes an event as a journal line with its line end, and returns the line's digest.
pub(crate) fn encode(
    line: u64,
    at: Option<Millis>,
    previous: Option<&Digest>,
    event: &str,
    buffer: &mut Vec<u8>,
) -> Digest {
    buffer.clear();
    let opening = match previous {
        None => format!("{{\"rlm_journal\":{JOURNAL_VERSION},\"seq\":{line}"),
        Some(_) => format!("{{\"seq\":{line}"),
    };
    buffer.extend_from_slice(opening.as_bytes());
    if let Some(Millis(at)) = at {
        buffer.extend_from_slice(format!(",\"ms\":{at}").as_bytes());
    }
    if let Some(previous) = previous {
        buffer.extend_from_slice(format!(",\"prev\":\"{previous}\"").as_bytes());
    }
    buffer.extend_from_slice(b",\"event\":");
    buffer.extend_from_slice(event.as_bytes());
    let hash = hash(buffer);
    buffer.extend_from_slice(&tail(&hash));
    buffer.push(b'\n');
    hash
}

/// Decodes and verifies a journal line without its line end. `line` is the number of the line,
/// `previous` the digest of the line before it.
pub(crate) fn decode(bytes: &[u8], line: u64, previous: Option<&Digest>) -> Result<Record, LineFault> {
    let (body, found) = bytes
        .len()
        .checked_sub(TAIL_BYTES)
        .and_then(|middle| bytes.split_at_checked(middle))
        .ok_or(LineFault::Altered)?;
    let hash = hash(body);
    // Compares the bytes, not the parsed digests: upper-case digits would parse to the same digest.
    if found != tail(&hash) {
        return Err(LineFault::Altered);
    }
    let envelope: Envelope<'_> =
        serde_json::from_slice(bytes).map_err(|error| LineFault::Malformed(error.to_string()))?;
    if envelope.prev.as_ref() != previous || envelope.seq != line {
        return Err(LineFault::Unchained);
    }
    let event = Event::from_json(envelope.event.get()).map_err(|error| LineFault::Malformed(error.to_string()))?;
    Ok(Record {
        line,
        at: envelope.ms,
        hash,
        event,
    })
}

/// Describes the event on a damaged journal line, as far as it is readable: `program ran, turn 2`.
pub(crate) fn describe(bytes: &[u8]) -> Option<String> {
    const PREFIX: &[u8] = b"\"event\":{\"kind\":\"";
    let start = bytes.windows(PREFIX.len()).position(|window| window == PREFIX)?;
    let rest = bytes.get(start + PREFIX.len()..)?;
    let end = rest.iter().position(|&byte| byte == b'"')?;
    let kind = std::str::from_utf8(rest.get(..end)?).ok()?;
    let kind = Event::KINDS.iter().find(|known| **known == kind)?;
    let fields = String::from_utf8_lossy(rest.get(end + 1..rest.len().min(end + 400))?).into_owned();
    Some(label(kind, &leading_place(&fields)))
}

/// Parses the position of an event from its first JSON fields: `turn 2` or `call 2.1.0`, and the
/// child run if the event is in one.
fn leading_place(fields: &str) -> Vec<String> {
    let mut place = Vec::new();
    let mut rest = fields;
    while let Some((name, after)) = rest.strip_prefix(",\"").and_then(|rest| rest.split_once("\":")) {
        let value: String = after
            .trim_start_matches('"')
            .chars()
            .take_while(|c| c.is_ascii_digit() || matches!(c, '.' | '/'))
            .collect();
        match name {
            "id" => place.push(format!("call {value}")),
            "turn" => place.push(format!("turn {value}")),
            "run" => place.push(format!("child run {value}")),
            _ => break,
        }
        let quotes = usize::from(after.starts_with('"')) * 2;
        rest = after.get(value.len() + quotes..).unwrap_or_default();
    }
    place.retain(|place| place.ends_with(|c: char| c.is_ascii_digit()));
    place
}

fn label(kind: &str, place: &[String]) -> String {
    let words = match kind {
        "issued" | "settled" | "reached" | "overrun" => kind.to_owned(),
        "final" => "final value".to_owned(),
        _ => kind.replace('_', " "),
    };
    place.iter().fold(words, |label, place| format!("{label}, {place}"))
}

/// Parses the format version from a journal's first line. Returns `None` if the line is not the
/// start of a journal.
pub(crate) fn version(first_line: &[u8]) -> Option<u32> {
    let rest = first_line.strip_prefix(MAGIC)?;
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    std::str::from_utf8(rest.get(..digits)?).ok()?.parse().ok()
}

#[derive(Deserialize)]
struct Envelope<'a> {
    seq: u64,
    #[serde(default)]
    ms: Option<Millis>,
    #[serde(default)]
    prev: Option<Digest>,
    #[serde(borrow)]
    event: &'a RawValue,
}

fn hash(body: &[u8]) -> Digest {
    DigestBuilder::new(LINE_PURPOSE).field(body).finish()
}

fn tail(hash: &Digest) -> Vec<u8> {
    [HASH_KEY, hash.to_string().as_bytes(), LINE_END].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: &str = r#"{"kind":"turn_started","run":"2.1.0/1.3.2","turn":4}"#;

    #[test]
    fn journal_line_decodes_only_at_its_position() {
        let mut buffer = Vec::new();
        let previous = Digest::of(b"line 6");
        let hash = encode(7, Some(Millis(12)), Some(&previous), EVENT, &mut buffer);
        let line = buffer.strip_suffix(b"\n").unwrap();
        let record = decode(line, 7, Some(&previous)).unwrap();
        assert_eq!((record.line, record.at, record.hash), (7, Some(Millis(12)), hash));
        assert_eq!(serde_json::to_string(&record.event).unwrap(), EVENT);
        assert_eq!(decode(line, 8, Some(&previous)), Err(LineFault::Unchained));
        assert_eq!(decode(line, 7, Some(&hash)), Err(LineFault::Unchained));
        assert_eq!(decode(line, 7, None), Err(LineFault::Unchained));
    }

    #[test]
    fn uppercase_digest_counts_as_altered() {
        let mut buffer = Vec::new();
        encode(1, None, None, EVENT, &mut buffer);
        let line = buffer.strip_suffix(b"\n").unwrap();
        let (body, tail) = line.split_at(line.len() - 66);
        let shouted = [body, tail.to_ascii_uppercase().as_slice()].concat();
        assert_ne!(shouted, line);
        assert_eq!(decode(&shouted, 1, None), Err(LineFault::Altered));
    }

    #[test]
    fn damaged_line_still_describes_its_event() {
        let mut buffer = Vec::new();
        encode(1, None, None, EVENT, &mut buffer);
        assert_eq!(
            describe(&buffer).as_deref(),
            Some("turn started, child run 2.1.0/1.3.2, turn 4")
        );
        let call = br#"{"seq":3,"event":{"kind":"settled","id":"2.1.0","outcome":{"rep"#;
        assert_eq!(describe(call).as_deref(), Some("settled, call 2.1.0"));
        assert_eq!(describe(b"{\"event\":{\"kind\":\"\x1b[31mred\"}}"), None);
        assert_eq!(describe(b"noise"), None);
    }

    #[test]
    fn journal_version_is_read_first() {
        assert_eq!(version(br#"{"rlm_journal":12,"whatever"#), Some(12));
        for wrong in [
            &b"{\"rlm_journal\":"[..],
            b"{\"seq\":1",
            b"",
            b"{\"rlm_journal\":99999999999",
        ] {
            assert_eq!(version(wrong), None);
        }
    }
}
