//! Finds the values of a JSON-lines text.

use memchr::memchr;
use serde::de::IgnoredAny;

use super::{RecordFlaw, RecordFlawKind, RecordPlace, Records};

/// Finds the lines that aren't blank; `None` if there are more than `most`.
pub(super) fn read(text: &str, most: usize) -> Option<Records> {
    let mut records = Records {
        header: None,
        places: Vec::new(),
        flaws: Vec::new(),
    };
    let mut at = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let mut number = 0;
    while at < text.len() {
        number += 1;
        let rest = text.get(at..).unwrap_or_default();
        let end = memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
        let line = rest.get(..end).unwrap_or_default();
        let value = line.trim_matches([' ', '\t', '\r']);
        if !value.is_empty() {
            if records.places.len() == most {
                return None;
            }
            let start = at + (line.len() - line.trim_start_matches([' ', '\t', '\r']).len());
            if let Err(reason) = check(value) {
                let is_it = |kind: &RecordFlawKind| matches!(kind, RecordFlawKind::NotJson { .. });
                RecordFlaw::add(&mut records.flaws, number, is_it, || RecordFlawKind::NotJson { reason });
            }
            records.places.push(RecordPlace {
                bytes: start..start + value.len(),
                line: number,
            });
        }
        at += end + 1;
    }
    Some(records)
}

/// Validates a value; returns a message with the column if it is invalid. `NaN` and infinities,
/// which Python reads and writes, are valid.
fn check(value: &str) -> Result<(), String> {
    let Err(error) = serde_json::from_str::<IgnoredAny>(value) else {
        return Ok(());
    };
    if let Some(replaced) = without_named_numbers(value)
        && serde_json::from_str::<IgnoredAny>(&replaced).is_ok()
    {
        return Ok(());
    }
    let message = error.to_string();
    let message = message.split(" at line").next().unwrap_or_default();
    Err(format!("{message} at column {}", error.column()))
}

/// Replaces `NaN` and `Infinity` outside of strings by numbers; `None` if there are none.
fn without_named_numbers(value: &str) -> Option<String> {
    let mut replaced = String::with_capacity(value.len());
    let mut has_any = false;
    // Text alternates between outside and inside of strings; an escaped quote doesn't end a string.
    let mut rest = value;
    while !rest.is_empty() {
        let quote = memchr(b'"', rest.as_bytes()).unwrap_or(rest.len());
        let (outside, string) = rest.split_at_checked(quote)?;
        let plain = outside.replace("NaN", "0").replace("Infinity", "0");
        has_any |= plain.len() != outside.len();
        replaced.push_str(&plain);
        let end = string_end(string);
        let (string, behind) = string.split_at_checked(end)?;
        replaced.push_str(string);
        rest = behind;
    }
    has_any.then_some(replaced)
}

/// Returns the end of the string that begins at the start of `text` with a quote.
fn string_end(text: &str) -> usize {
    let mut is_escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}
