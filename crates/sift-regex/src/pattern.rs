//! Compiled patterns, and the choice of the engine for a search.

use std::ops::Range;
use std::sync::OnceLock;

use super::ast::{GroupIndex, Node};
use super::automaton::{Automaton, Driver};
use super::backtrack::{self, Wanted};
use super::bounded::{Linear, Outcome};
use super::budget::{Budget, Meter};
use super::haystack::Haystack;
use super::parser::parse;
use super::pike::{Bounds, UNSET};
use super::program::{Program, compile};
use super::scan::{Ahead, Scan};
use super::translate::{FinalLineEnd, translate};
use super::{Captures, Flags, PatternError, SearchMode, Stop};

/// The number of times that a scan may read the whole text with the bounded engine. After that, it
/// switches to an engine that counts the bytes it reads.
const READINGS_BEFORE_SWITCH: u64 = 8;
/// The maximum length of the remaining text, in bytes, on which the backtracker tries a regular
/// pattern first.
const SHORT_REST: usize = 4 << 10;
/// The number of steps that the backtracker may always take on a regular pattern, before another
/// engine is tried.
const FIRST_STEPS: u64 = 2_048;
/// The number of additional steps that the backtracker may take for each byte of the remaining
/// text, before another engine is tried.
const STEPS_PER_BYTE: u64 = 16;
/// The maximum estimated size of a pattern's automaton, in states. Larger patterns use the
/// backtracker.
const MOST_STATES: u64 = 50_000;
/// The maximum number of matches that a scan finds in advance. Restarting a search costs as much as
/// many matches.
const MOST_AHEAD: usize = 256;

/// A search engine. All engines return the same matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Engine {
    /// The crate `regex`, run on windows, for regular patterns with bounded matches or for short
    /// texts.
    Bounded,
    /// Automata driven byte by byte, for all regular patterns.
    Automaton,
    /// The backtracker, for all patterns.
    Backtracker,
}

/// The result of a search: the match and the unused fuel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Searched {
    /// The match that was found, if any.
    pub captures: Option<Captures>,
    /// The units of fuel that were paid in advance but not used. Callers may refund them.
    pub unused: u64,
}

impl Searched {
    /// The result of a search without a match and without unused fuel.
    pub const NOTHING: Self = Self {
        captures: None,
        unused: 0,
    };

    const fn of(captures: Option<Captures>) -> Self {
        Self { captures, unused: 0 }
    }
}

/// A compiled regular expression.
///
/// ```
/// use sift_regex::{Engine, Flags, Pattern, SearchMode};
///
/// let pattern = Pattern::compile(r"(?P<order>[A-Z]-\d+) is (late)?", Flags::IGNORECASE)?;
/// assert_eq!((pattern.groups(), pattern.group_index("order"), pattern.group_name(2)), (2, Some(1), None));
/// assert!(pattern.is_regular(), "its time grows with the text, whatever the text");
///
/// let found = pattern.search("a-17 is early", 0, SearchMode::Match, &mut |_: u64| Ok(()))?;
/// let captures = found.captures.ok_or("no match")?;
/// assert_eq!((captures.whole(), captures.span(1), captures.span(2)), (0..8, Some(0..4), None));
///
/// assert!(Pattern::compile(r"(\w)\1", Flags::NONE)?.only(Engine::Automaton).is_none(), "it refers back");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Pattern {
    source: String,
    flags: Flags,
    groups: usize,
    names: Vec<(String, GroupIndex)>,
    program: Program,
    regular: Option<Regular>,
    /// The only engine that may search with the pattern; `None` allows all.
    only: Option<Engine>,
    size: u64,
}

/// The engines for regular patterns. Each is built on first use.
#[derive(Debug)]
struct Regular {
    linear: Linear,
    /// The translation of the pattern with a marker instead of `$`.
    marked: String,
    automaton: OnceLock<Option<Box<Automaton>>>,
}

impl Regular {
    fn of(root: &Node, groups: usize) -> Option<Self> {
        let marked = translate(root, FinalLineEnd::Marked)?.pattern;
        let translation = translate(root, FinalLineEnd::TextEnd)?;
        Some(Self {
            linear: Linear::new(translation, root, groups),
            marked,
            automaton: OnceLock::new(),
        })
    }

    fn automaton(&self, groups: usize) -> Option<&Automaton> {
        let build = || Automaton::new(&self.linear.translation, &self.marked, groups).map(Box::new);
        self.automaton.get_or_init(build).as_deref()
    }
}

impl Pattern {
    /// Compiles a pattern. Takes time proportional to the pattern's length.
    ///
    /// # Errors
    /// A [`PatternError`] with CPython's message and position.
    pub fn compile(source: &str, flags: Flags) -> Result<Self, PatternError> {
        let parsed = parse(source, flags)?;
        let size = parsed.root.automaton_size();
        Ok(Self {
            source: source.to_owned(),
            flags: parsed.flags,
            groups: parsed.groups,
            names: parsed.names,
            program: compile(&parsed.root, parsed.groups),
            regular: Some(&parsed.root)
                .filter(|_| size <= MOST_STATES)
                .and_then(|root| Regular::of(root, parsed.groups)),
            only: None,
            size,
        })
    }

    /// Restricts the pattern to one engine; `None` if the engine doesn't support the pattern.
    #[must_use]
    pub fn only(self, engine: Engine) -> Option<Self> {
        let can = match engine {
            Engine::Bounded => self.regular.is_some(),
            Engine::Automaton => self.regular.as_ref()?.automaton(self.groups).is_some(),
            Engine::Backtracker => true,
        };
        can.then_some(Self {
            only: Some(engine),
            ..self
        })
    }

    /// Returns the estimated number of states of the pattern's automata, which are built only on
    /// first use.
    #[must_use]
    pub const fn automaton_size(&self) -> u64 {
        if self.regular.is_some() { self.size } else { 0 }
    }

    /// Returns the source text of the pattern.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Returns the flags of the pattern, including the default and those set inside the pattern.
    #[must_use]
    pub const fn flags(&self) -> Flags {
        self.flags
    }

    /// Returns the number of groups in the pattern, not counting the whole match.
    #[must_use]
    pub const fn groups(&self) -> usize {
        self.groups
    }

    /// Returns the names and numbers of the named groups, in the order of the numbers.
    pub fn group_names(&self) -> impl Iterator<Item = (&str, usize)> {
        self.names.iter().map(|(name, index)| (name.as_str(), *index))
    }

    /// Returns the number of the group with a name; `None` if no group has the name.
    #[must_use]
    pub fn group_index(&self, name: &str) -> Option<usize> {
        self.names.iter().find(|(own, _)| own == name).map(|(_, index)| *index)
    }

    /// Returns the name of the group with a number; `None` if the group has no name.
    #[must_use]
    pub fn group_name(&self, group: usize) -> Option<&str> {
        self.names
            .iter()
            .find(|(_, index)| *index == group)
            .map(|(name, _)| name.as_str())
    }

    /// Returns `true` if the pattern is regular, so that a search takes time linear in any text.
    #[must_use]
    pub const fn is_regular(&self) -> bool {
        self.regular.is_some()
    }

    fn allows(&self, engine: Engine) -> bool {
        self.only.is_none_or(|only| only == engine)
    }

    /// Returns the pattern compiled for the linear-time crate `regex`, if that engine can search
    /// this text.
    fn linear(&self, haystack: Haystack<'_>) -> Option<&Linear> {
        let linear = &self.regular.as_ref()?.linear;
        (self.allows(Engine::Bounded) && linear.fits(haystack.as_flat()?)).then_some(linear)
    }

    fn automaton(&self) -> Option<&Automaton> {
        let regular = self.regular.as_ref().filter(|_| self.allows(Engine::Automaton));
        regular?.automaton(self.groups)
    }

    /// Searches a text from byte `start`. `^`, `\b` and lookbehinds also see the text before it.
    ///
    /// # Errors
    /// A [`Stop`] if the budget is exhausted.
    pub fn search<'t>(
        &self,
        haystack: impl Into<Haystack<'t>>,
        start: usize,
        mode: SearchMode,
        budget: &mut dyn Budget,
    ) -> Result<Searched, Stop> {
        let haystack = haystack.into();
        let mut wanted = Wanted {
            start,
            mode,
            advance: false,
        };
        if let (Some(linear), Some(text)) = (self.linear(haystack), haystack.as_flat()) {
            let mut try_at = |at, budget: &mut dyn Budget| self.try_at(haystack, at, budget);
            match linear.search(text, start, mode, &mut try_at, budget)? {
                Outcome::Done { captures, unused, .. } => return Ok(Searched { captures, unused }),
                Outcome::HandOver { from } => wanted.start = from,
            }
        }
        self.search_counted(haystack, wanted, budget).map(Searched::of)
    }

    /// Finds the next match of a scan.
    ///
    /// ```
    /// use sift_regex::{Flags, Pattern, Scan};
    ///
    /// let pattern = Pattern::compile(r"\d*", Flags::NONE)?;
    /// let mut scan = Scan::new(0);
    /// let mut found = Vec::new();
    /// while let Some(captures) = pattern.next_match("a12b", &mut scan, &mut |_: u64| Ok(()))?.captures {
    ///     found.push(captures.whole());
    /// }
    /// assert_eq!(found, [0..0, 1..3, 3..3, 4..4]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`search`](Self::search).
    pub fn next_match<'t>(
        &self,
        haystack: impl Into<Haystack<'t>>,
        scan: &mut Scan,
        budget: &mut dyn Budget,
    ) -> Result<Searched, Stop> {
        if scan.finished {
            return Ok(Searched::NOTHING);
        }
        let searched = match scan.ahead.take() {
            Some(captures) => Searched::of(Some(captures)),
            None if scan.ahead.all => Searched::NOTHING,
            None => self.scan_on(haystack.into(), scan, budget)?,
        };
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

    fn scan_on(&self, haystack: Haystack<'_>, scan: &mut Scan, budget: &mut dyn Budget) -> Result<Searched, Stop> {
        let mut wanted = Wanted {
            start: scan.next_start,
            mode: SearchMode::Search,
            advance: scan.advance,
        };
        let enough = READINGS_BEFORE_SWITCH.saturating_mul(haystack.len() as u64);
        let linear = self
            .linear(haystack)
            .filter(|linear| !linear.reach.is_open() || scan.read <= enough);
        if let (Some(linear), Some(text)) = (linear, haystack.as_flat()) {
            if wanted.advance {
                // The crate `regex` can't exclude empty matches.
                let here = Wanted {
                    mode: SearchMode::Match,
                    ..wanted
                };
                let found = self.search_counted(haystack, here, budget)?;
                let next_char = text.get(wanted.start..).and_then(|rest| rest.chars().next());
                match (found, next_char) {
                    (None, Some(char)) => wanted.start += char.len_utf8(),
                    (found, _) => return Ok(Searched::of(found)),
                }
                wanted.advance = false;
            }
            let mut try_at = |at, budget: &mut dyn Budget| self.try_at(haystack, at, budget);
            match linear.search(text, wanted.start, wanted.mode, &mut try_at, budget)? {
                Outcome::Done { captures, read, unused } => {
                    scan.read = scan.read.saturating_add(read as u64);
                    return Ok(Searched { captures, unused });
                }
                Outcome::HandOver { from } => wanted.start = from,
            }
        }
        match self.automaton().filter(|_| !self.tries_short(haystack, wanted)) {
            Some(automaton) => self.find_ahead(automaton, haystack, scan, wanted, budget),
            None => self.search_counted(haystack, wanted, budget).map(Searched::of),
        }
    }

    /// Matches the pattern at exactly one position of the text.
    fn try_at(&self, haystack: Haystack<'_>, at: usize, budget: &mut dyn Budget) -> Result<Option<Captures>, Stop> {
        let here = Wanted {
            start: at,
            mode: SearchMode::Match,
            advance: false,
        };
        self.search_counted(haystack, here, budget)
    }

    /// Finds several matches in advance with the automata. Returns the first and stores the others
    /// in `scan`.
    fn find_ahead(
        &self,
        automaton: &Automaton,
        haystack: Haystack<'_>,
        scan: &mut Scan,
        wanted: Wanted,
        budget: &mut dyn Budget,
    ) -> Result<Searched, Stop> {
        let mut meter = Meter::new(budget);
        let mut driver = Driver::new(automaton, &mut meter)?;
        let most = (MOST_AHEAD / (self.groups + 1)).max(1);
        let count = scan.ahead.wanted.clamp(1, most);
        let (mut start, mut advance) = (wanted.start, wanted.advance);
        let mut found = Vec::with_capacity(count);
        let mut all = false;
        while found.len() < count && !all {
            match driver.next(haystack, start, advance, &mut meter)? {
                Some(places) => {
                    let captures = self.captures_of(&places);
                    let whole = captures.whole();
                    (start, advance) = (whole.end, whole.is_empty());
                    found.push(captures);
                }
                None => all = true,
            }
        }
        meter.settle()?;
        let first = found.first().cloned();
        scan.ahead = Ahead {
            found: (found.len() > 1).then(|| found.into()),
            taken: 1,
            all,
            wanted: count * 2,
        };
        Ok(Searched::of(first))
    }

    /// Returns `true` if the backtracker tries a regular pattern first, because the text is short
    /// and the backtracker has the least start-up cost.
    fn tries_short(&self, haystack: Haystack<'_>, wanted: Wanted) -> bool {
        let short = haystack.len().saturating_sub(wanted.start) <= SHORT_REST;
        self.only.is_none() && (short || wanted.mode == SearchMode::Match)
    }

    /// Searches with an engine that counts and pays for each step: the automata or the backtracker.
    fn search_counted(
        &self,
        haystack: Haystack<'_>,
        wanted: Wanted,
        budget: &mut dyn Budget,
    ) -> Result<Option<Captures>, Stop> {
        let Some(automaton) = self.automaton() else {
            return self.backtrack(haystack, wanted, budget);
        };
        if self.tries_short(haystack, wanted) {
            let rest = haystack.len().saturating_sub(wanted.start).min(SHORT_REST) as u64;
            let mut limited = Limited {
                budget,
                left: FIRST_STEPS.saturating_add(rest.saturating_mul(STEPS_PER_BYTE)),
                ended: false,
            };
            let found = self.backtrack(haystack, wanted, &mut limited);
            if !limited.ended {
                return found;
            }
        }
        let mut meter = Meter::new(budget);
        let mut driver = Driver::new(automaton, &mut meter)?;
        let bounds = |end| Bounds {
            start: wanted.start,
            anchored: true,
            advance: wanted.advance,
            end,
        };
        let found = match wanted.mode {
            _ if wanted.start > haystack.len() => None,
            SearchMode::Search => driver.next(haystack, wanted.start, wanted.advance, &mut meter)?,
            SearchMode::Match => driver.follow(haystack, bounds(None), &mut meter)?,
            SearchMode::Fullmatch => driver.follow(haystack, bounds(Some(haystack.len())), &mut meter)?,
        };
        meter.settle()?;
        Ok(found.map(|places| self.captures_of(&places)))
    }

    fn captures_of(&self, places: &[usize]) -> Captures {
        let span = |pair: &[usize]| match pair {
            [start, end] if *start != UNSET && *end != UNSET => Some(*start..*end),
            _ => None,
        };
        // A group inside a repetition of zero rounds has no slots in the automaton.
        let known = places.chunks(2).map(span);
        let spans = known.chain(std::iter::repeat(None)).take(self.groups + 1);
        let captures = Captures::new(spans, None);
        match &self.regular {
            Some(regular) => regular.linear.captures(captures),
            None => captures,
        }
    }

    fn backtrack(
        &self,
        haystack: Haystack<'_>,
        wanted: Wanted,
        budget: &mut dyn Budget,
    ) -> Result<Option<Captures>, Stop> {
        let mut meter = Meter::new(budget);
        let captures = backtrack::search(&self.program, haystack, wanted, &mut meter)?;
        meter.settle()?;
        Ok(captures)
    }
}

/// A budget with a limit below the caller's budget. If the limit is exceeded, another engine is
/// tried.
struct Limited<'b> {
    budget: &'b mut dyn Budget,
    left: u64,
    ended: bool,
}

impl Budget for Limited<'_> {
    fn pay(&mut self, units: u64) -> Result<(), Stop> {
        self.budget.pay(units)?;
        match self.left.checked_sub(units) {
            Some(left) => self.left = left,
            None => {
                self.ended = true;
                return Err(Stop::OutOfFuel);
            }
        }
        Ok(())
    }

    fn hold(&mut self, bytes: usize) -> Result<(), Stop> {
        self.budget.hold(bytes)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn all(pattern: &Pattern, haystack: Haystack<'_>) -> Vec<Captures> {
        let mut scan = Scan::new(0);
        let mut found = Vec::new();
        let mut next = || pattern.next_match(haystack, &mut scan, &mut |_: u64| Ok(()));
        while let Some(captures) = next().expect("fuel without end").captures {
            assert!(captures.whole().end <= haystack.len());
            found.push(captures);
        }
        found
    }

    /// Checks that texts cut into chunks give CPython's results.
    #[test]
    fn chunked_texts_match_like_contiguous_texts() {
        let rows: Vec<Vec<Value>> =
            serde_json::from_str(include_str!("../tests/data/regex_matches.json")).expect("the data is JSON");
        let mut compared = 0;
        for row in rows {
            let source = row[0].as_str().expect("a pattern");
            let flags = Flags::from_bits(row[1].as_i64().expect("flags")).expect("known flags");
            let compile = || Pattern::compile(source, flags).expect("a good pattern");
            let whole = compile();
            let engines = [Engine::Automaton, Engine::Backtracker];
            let patterns: Vec<Pattern> = engines
                .into_iter()
                .filter_map(|engine| compile().only(engine))
                .collect();
            for cell in row[2].as_array().expect("cells") {
                let text = cell[0].as_str().expect("a text");
                let expected = all(&whole, text.into());
                for (pattern, size) in patterns.iter().flat_map(|pattern| [(pattern, 4), (pattern, 7)]) {
                    compared += 1;
                    assert_eq!(
                        all(pattern, Haystack::chopped(text, size)),
                        expected,
                        "{source:?} {} on {text:?} with {:?}",
                        flags.bits(),
                        pattern.only
                    );
                }
            }
        }
        assert!(compared > 10_000, "only {compared} pairs");
    }
}
