//! Compiled patterns and the ways to search with them.

use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

use regex::{Regex, RegexBuilder};

use super::ast::GroupIndex;
use super::backtrack::{self, Meter, Wanted};
use super::parser::parse;
use super::program::{Program, compile};
use super::reach::Reach;
use super::translate::{Translation, translate};
use super::{Captures, Flags, PatternError, Stop};

/// The largest program of the crate `regex` that is built, in bytes; larger patterns go to the backtracker.
const MAX_REGEX_BYTES: usize = 4 << 20;
/// After how many readings of the whole text a scan with a pattern of open reach goes on with the backtracker.
const READINGS_BEFORE_SWITCH: u64 = 8;

/// What a search looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SearchMode {
    /// The first match that starts at the start or behind it.
    Search,
    /// A match that starts at the start.
    Match,
    /// A match that starts at the start and ends at the text's end.
    Fullmatch,
}

/// What a search has found and what it took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Searched {
    /// The match.
    pub captures: Option<Captures>,
    /// How many bytes the linear engine has read at most, to be paid by the caller. What the backtracker did is paid
    /// already, through the callback.
    pub scanned: usize,
}

/// A compiled pattern.
#[derive(Debug)]
pub struct Pattern {
    source: String,
    flags: Flags,
    groups: usize,
    names: Vec<(String, GroupIndex)>,
    program: Program,
    linear: Option<Linear>,
}

/// A pattern on the crate `regex`. Its automata are built when they are first needed.
#[derive(Debug)]
struct Linear {
    translation: Translation,
    reach: Reach,
    engines: [OnceLock<Option<Regex>>; 3],
}

/// Where a scan over all matches of a text stands: the rules of `findall`, `finditer`, `sub` and `split`.
///
/// The next match starts where the last one ended. If that was empty, the next one may start at the same place but
/// must not be empty.
#[derive(Debug, Clone)]
pub struct Scan {
    /// Where the next match may start.
    next_start: usize,
    advance: bool,
    finished: bool,
    scanned: u64,
    linear_fits: Option<bool>,
}

impl Scan {
    /// Starts a scan at a byte offset.
    #[must_use]
    pub const fn new(start: usize) -> Self {
        Self {
            next_start: start,
            advance: false,
            finished: false,
            scanned: 0,
            linear_fits: None,
        }
    }
}

impl Scan {
    /// Lets the next match start at this byte or behind it, whatever stands before.
    pub fn skip_to(&mut self, start: usize) {
        if start > self.next_start {
            self.next_start = start;
            self.advance = false;
        }
    }
}

impl Pattern {
    /// Compiles a pattern. Takes time in proportion to the pattern's length.
    ///
    /// # Errors
    /// A [`PatternError`] with CPython's message and position.
    pub fn compile(source: &str, flags: Flags) -> Result<Self, PatternError> {
        let parsed = parse(source, flags)?;
        let linear = translate(&parsed.root).map(|translation| Linear {
            translation,
            reach: Reach::of(&parsed.root),
            engines: [const { OnceLock::new() }; 3],
        });
        Ok(Self {
            source: source.to_owned(),
            flags: parsed.flags,
            groups: parsed.groups,
            names: parsed.names,
            program: compile(&parsed.root, parsed.groups),
            linear,
        })
    }

    /// Returns the text that the pattern was compiled from.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Returns the flags, those set inside the pattern and the default included.
    #[must_use]
    pub const fn flags(&self) -> Flags {
        self.flags
    }

    /// Returns how many groups there are, the whole match not counted.
    #[must_use]
    pub const fn groups(&self) -> usize {
        self.groups
    }

    /// Returns the names of groups and their numbers, in the order of the numbers.
    pub fn group_names(&self) -> impl Iterator<Item = (&str, usize)> {
        self.names.iter().map(|(name, index)| (name.as_str(), *index))
    }

    /// Returns the number of the group of that name.
    #[must_use]
    pub fn group_index(&self, name: &str) -> Option<usize> {
        self.names.iter().find(|(own, _)| own == name).map(|(_, index)| *index)
    }

    /// Returns the name of a group.
    #[must_use]
    pub fn group_name(&self, group: usize) -> Option<&str> {
        self.names
            .iter()
            .find(|(_, index)| *index == group)
            .map(|(name, _)| name.as_str())
    }

    /// Tells whether the pattern is regular, so that the linear engine may search with it.
    #[must_use]
    pub const fn is_regular(&self) -> bool {
        self.linear.is_some()
    }

    /// Searches `text` from byte `start` on; what stands before it can still be seen by `^`, `\b` and lookbehinds.
    /// `fuel` is called with the backtracker's steps before each thousand or so of them is followed by more.
    ///
    /// # Errors
    /// A [`Stop`] if `fuel` refuses, or the backtracker would need too much memory.
    pub fn search(
        &self,
        text: &str,
        start: usize,
        mode: SearchMode,
        fuel: &mut dyn FnMut(u64) -> Result<(), Stop>,
    ) -> Result<Searched, Stop> {
        if let Some((linear, regex)) = self.linear_for(text, start, mode) {
            return Ok(linear.search(regex, text, start, self.groups));
        }
        self.backtrack(
            text,
            Wanted {
                start,
                mode,
                advance: false,
            },
            fuel,
        )
    }

    /// Finds the next match of a scan.
    ///
    /// # Errors
    /// As [`search`](Self::search).
    pub fn next_match(
        &self,
        text: &str,
        scan: &mut Scan,
        fuel: &mut dyn FnMut(u64) -> Result<(), Stop>,
    ) -> Result<Searched, Stop> {
        if scan.finished {
            return Ok(Searched {
                captures: None,
                scanned: 0,
            });
        }
        let searched = self.scan_on(text, scan, fuel)?;
        scan.scanned = scan.scanned.saturating_add(searched.scanned as u64);
        match &searched.captures {
            Some(captures) => {
                let Range { start, end } = captures.whole();
                scan.advance = start == end;
                scan.next_start = end;
            }
            None => scan.finished = true,
        }
        Ok(searched)
    }

    fn scan_on(
        &self,
        text: &str,
        scan: &mut Scan,
        fuel: &mut dyn FnMut(u64) -> Result<(), Stop>,
    ) -> Result<Searched, Stop> {
        let fits = *scan
            .linear_fits
            .get_or_insert_with(|| self.linear_for(text, 0, SearchMode::Search).is_some());
        let linear = self.linear.as_ref().filter(|linear| {
            let enough = READINGS_BEFORE_SWITCH.saturating_mul(text.len() as u64);
            fits && !(linear.reach.is_open() && scan.scanned > enough)
        });
        let regex = linear.and_then(|linear| Some((linear, linear.engine(SearchMode::Search)?)));
        let start = scan.next_start;
        let Some((linear, regex)) = regex else {
            let wanted = Wanted {
                start,
                mode: SearchMode::Search,
                advance: scan.advance,
            };
            return self.backtrack(text, wanted, fuel);
        };
        if !scan.advance {
            return Ok(linear.search(regex, text, start, self.groups));
        }
        // The crate `regex` can't be asked for a match that is not empty.
        let here = Wanted {
            start,
            mode: SearchMode::Match,
            advance: true,
        };
        let found = self.backtrack(text, here, fuel)?;
        let next_char = text.get(start..).and_then(|rest| rest.chars().next());
        match (found.captures.is_some(), next_char) {
            (false, Some(char)) => Ok(linear.search(regex, text, start + char.len_utf8(), self.groups)),
            _ => Ok(found),
        }
    }

    /// Returns the linear engine if it means the same as Python on this text.
    fn linear_for(&self, text: &str, start: usize, mode: SearchMode) -> Option<(&Linear, &Regex)> {
        let linear = self.linear.as_ref()?;
        // Engines for matches at the start can't be told where the start is, if not at the text's.
        let placed = mode == SearchMode::Search || start == 0;
        if !placed || !linear.translation.agrees_on(text) {
            return None;
        }
        Some((linear, linear.engine(mode)?))
    }

    fn backtrack(
        &self,
        text: &str,
        wanted: Wanted,
        fuel: &mut dyn FnMut(u64) -> Result<(), Stop>,
    ) -> Result<Searched, Stop> {
        let mut meter = Meter::new(fuel);
        let captures = backtrack::search(&self.program, text, wanted, &mut meter)?;
        meter.settle()?;
        Ok(Searched { captures, scanned: 0 })
    }
}

/// The characters that `\b` takes for parts of words either here or there, but not both.
static DISPUTED: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[\w~~[\p{L}\p{N}_]]").ok());

impl Translation {
    /// Tells whether the translation means the same as Python on this text.
    fn agrees_on(&self, text: &str) -> bool {
        let disputed = || !text.is_ascii() && DISPUTED.as_ref().is_none_or(|disputed| disputed.is_match(text));
        !(self.final_line_end && text.ends_with('\n')
            || self.no_word_boundary && text.is_empty()
            || self.word_boundary && disputed())
    }
}

impl Linear {
    fn engine(&self, mode: SearchMode) -> Option<&Regex> {
        let pattern = &self.translation.pattern;
        let (slot, anchored) = match (mode, &self.engines) {
            (SearchMode::Search, [search, ..]) => (search, None),
            (SearchMode::Match, [_, at_start, _]) => (at_start, Some(format!(r"\A(?:{pattern})"))),
            (SearchMode::Fullmatch, [.., whole]) => (whole, Some(format!(r"\A(?:{pattern})\z"))),
        };
        let build = || {
            let pattern = anchored.as_ref().unwrap_or(pattern);
            RegexBuilder::new(pattern)
                .size_limit(MAX_REGEX_BYTES)
                .nest_limit(1_000)
                .build()
                .ok()
        };
        slot.get_or_init(build).as_ref()
    }

    fn search(&self, regex: &Regex, text: &str, start: usize, groups: usize) -> Searched {
        if start > text.len() {
            return Searched {
                captures: None,
                scanned: 0,
            };
        }
        let captures = if groups == 0 {
            regex
                .find_at(text, start)
                .map(|found| Captures::new(Box::new([Some(found.range())]), None))
        } else {
            let mut locations = regex.capture_locations();
            regex.captures_read_at(&mut locations, text, start).map(|_| {
                let span = |group| locations.get(group).map(|(start, end)| start..end);
                let spans: Box<[Option<Range<usize>>]> = (0..=groups).map(span).collect();
                let last_group = self.last_group(&spans);
                Captures::new(spans, last_group)
            })
        };
        let limit = captures
            .as_ref()
            .map_or(text.len(), |captures| self.reach.limit(text, captures.whole().end));
        Searched {
            captures,
            scanned: limit.saturating_sub(start),
        }
    }

    /// Finds the group closed last: of those that end last, the one whose parenthesis closes last in the pattern.
    fn last_group(&self, spans: &[Option<Range<usize>>]) -> Option<GroupIndex> {
        let end = |group: GroupIndex| spans.get(group)?.as_ref().map(|span| span.end);
        let closed = self
            .translation
            .closing_order
            .iter()
            .filter_map(|&group| end(group).map(|end| (end, group)));
        // Of equal keys the last is taken.
        closed.max_by_key(|&(end, _)| end).map(|(_, group)| group)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn all(text: &str, mut next: impl FnMut(&mut Scan) -> Searched) -> Vec<Captures> {
        let mut scan = Scan::new(0);
        let mut found = Vec::new();
        while let Some(captures) = next(&mut scan).captures {
            assert!(captures.whole().end <= text.len());
            found.push(captures);
        }
        found
    }

    /// The data names texts on which both engines answer; here each is asked alone.
    #[test]
    fn both_engines_find_the_same() {
        let rows: Vec<Vec<Value>> =
            serde_json::from_str(include_str!("../../tests/data/regex_matches.json")).expect("the data is JSON");
        let mut compared = 0;
        for row in rows {
            let source = row[0].as_str().expect("a pattern");
            let flags = Flags::from_bits(row[1].as_i64().expect("flags")).expect("known flags");
            let linear = Pattern::compile(source, flags).expect("a good pattern");
            if !linear.is_regular() {
                continue;
            }
            let backtracking = Pattern {
                linear: None,
                ..Pattern::compile(source, flags).expect("a good pattern")
            };
            for cell in row[2].as_array().expect("cells") {
                let text = cell[0].as_str().expect("a text");
                if linear.linear_for(text, 0, SearchMode::Search).is_none() {
                    continue;
                }
                compared += 1;
                let with = |pattern: &Pattern| {
                    all(text, |scan| {
                        pattern
                            .next_match(text, scan, &mut |_| Ok(()))
                            .expect("fuel without end")
                    })
                };
                assert_eq!(
                    with(&linear),
                    with(&backtracking),
                    "{source:?} {} on {text:?}",
                    flags.bits()
                );
            }
        }
        assert!(compared > 2_000, "only {compared} pairs");
    }
}
