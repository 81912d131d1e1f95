//! Checks regular expressions: all engines and CPython must find the same matches.

use serde_json::{Value, json};
use sift_regex::{Captures, Engine, Flags, Pattern, Scan, SearchMode, Stop};

use super::python::Python;
use crate::generators::{any_pattern, drawn};

/// The fuel that is sufficient for searching with any reasonable pattern.
const AMPLE_FUEL: u64 = 10_000_000;

/// The fuel within which a backtracking search finishes almost instantly.
const QUICK_FUEL: u64 = 20_000;

/// The length in bytes to which texts are shortened for patterns that may take exponential time.
const SHORT_BYTES: usize = 40;

/// Searches with a generated pattern in each engine and in CPython. Also searches with the input
/// bytes as a pattern, which may be invalid.
///
/// # Panics
/// If two results differ.
pub fn regex_vs_cpython(data: &[u8]) {
    if let Some((pattern, text)) = drawn(&(any_pattern(), "(a|b|é|1| |\n|_|\u{301}){0,12}"), data) {
        engines_agree(&pattern, &text);
        finds_as_cpython(&pattern, &text);
    }
    let data = String::from_utf8_lossy(data);
    let (pattern, text) = data.split_once('\n').unwrap_or((&*data, "a b\n"));
    let text = &text[..text.floor_char_boundary(SHORT_BYTES)];
    engines_agree(pattern, text);
    // CPython has no fuel limit. So it runs only patterns that our similar backtracker finishes
    // quickly.
    let patient = Pattern::compile(pattern, Flags::NONE).ok();
    let patient = patient.and_then(|compiled| compiled.only(Engine::Backtracker));
    let is_quick = patient.is_some_and(|compiled| answers_within(&compiled, text, QUICK_FUEL).is_ok());
    if is_quick && is_settled(pattern) && is_settled(text) {
        finds_as_cpython(pattern, text);
    }
}

/// Panics if Sift and CPython find different matches of a pattern. Ignores patterns that either
/// side rejects.
fn finds_as_cpython(pattern: &str, text: &str) {
    let Ok(ours) = found(pattern, text) else { return };
    match Python::ask(&json!({"pattern": pattern, "text": text})) {
        Value::Null => {}
        theirs => assert_eq!(ours, theirs, "{pattern:?} in {text:?}"),
    }
}

/// Returns `true` if CPython 3.11 and Sift, which use different Unicode versions, classify all
/// characters of the text alike.
fn is_settled(text: &str) -> bool {
    text.chars()
        .all(|c| c < '\u{530}' || matches!(c, '\u{2000}'..='\u{206f}' | '\u{fffd}'))
}

/// Searches with each engine that supports the pattern, and compares the matches. An error, or
/// running out of fuel, counts as no result.
///
/// # Panics
/// If two engines find different matches.
pub fn engines_agree(pattern: &str, text: &str) {
    let compiled = match Pattern::compile(pattern, Flags::NONE) {
        Ok(compiled) => compiled,
        Err(error) => {
            assert!(!error.to_string().is_empty(), "{pattern:?} is refused without a word");
            return;
        }
    };
    let Ok(expected) = answers(&compiled, text) else { return };
    for engine in [Engine::Bounded, Engine::Automaton, Engine::Backtracker] {
        let alone = Pattern::compile(pattern, Flags::NONE).unwrap().only(engine);
        if let Some(Ok(found)) = alone.map(|alone| answers(&alone, text)) {
            assert_eq!(found, expected, "{pattern:?} in {text:?} with {engine:?}");
        }
    }
}

fn found(pattern: &str, text: &str) -> Result<Value, Value> {
    let compiled = Pattern::compile(pattern, Flags::NONE).map_err(|error| json!(error.to_string()))?;
    answers(&compiled, text).map_err(|stop| json!(stop.to_string()))
}

/// Returns the matches of a pattern in the format of `tests/data/regex_cases.py` of `sift-vm`: the
/// texts, all matches with their last group and spans, and the results of `match` and `fullmatch`.
/// Spans are in code points; -1 means no match.
///
/// # Errors
/// [`Stop`] if the search takes more fuel than any reasonable pattern.
pub fn answers(pattern: &Pattern, text: &str) -> Result<Value, Stop> {
    answers_within(pattern, text, AMPLE_FUEL)
}

fn answers_within(pattern: &Pattern, text: &str, fuel: u64) -> Result<Value, Stop> {
    let mut fuel = tank_of(fuel);
    let mut scan = Scan::new(0);
    let mut matches = Vec::new();
    while let Some(found) = pattern.next_match(text, &mut scan, &mut fuel)?.captures {
        matches.push(flat(text, &found));
    }
    let mut anchored = |mode| -> Result<Option<[i64; 2]>, Stop> {
        let searched = pattern.search(text, 0, mode, &mut fuel)?;
        let place = |found: Captures| [chars(text, found.whole().start), chars(text, found.whole().end)];
        Ok(searched.captures.map(place))
    };
    let (first, full) = (anchored(SearchMode::Match)?, anchored(SearchMode::Fullmatch)?);
    Ok(json!([text, matches, first, full]))
}

/// Returns a fuel budget that is sufficient for searching with any reasonable pattern.
pub fn tank() -> impl FnMut(u64) -> Result<(), Stop> {
    tank_of(AMPLE_FUEL)
}

fn tank_of(mut left: u64) -> impl FnMut(u64) -> Result<(), Stop> {
    move |steps| {
        left = left.checked_sub(steps).ok_or(Stop::OutOfFuel)?;
        Ok(())
    }
}

fn flat(text: &str, captures: &Captures) -> Vec<i64> {
    let spans = (0..=captures.groups()).flat_map(|group| match captures.span(group) {
        Some(span) => [chars(text, span.start), chars(text, span.end)],
        None => [-1, -1],
    });
    std::iter::once(captures.last_group().unwrap_or(0) as i64)
        .chain(spans)
        .collect()
}

fn chars(text: &str, byte: usize) -> i64 {
    i64::try_from(text[..byte].chars().count()).unwrap()
}
