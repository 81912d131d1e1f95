//! The first engine: that of the crate `regex`, in windows that are paid for before they are read.
//!
//! It can't be told where to stop, and does not tell how far it has read. So it is given a piece of the text that ends
//! where no match that matters can reach, which takes a bound for how far a match goes from where it starts: so many
//! bytes, or so many lines.

use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

use memchr::memrchr_iter;
use regex_automata::Input;
use regex_automata::meta::Regex;
use regex_automata::util::primitives::NonMaxUsize;
use regex_automata::util::syntax;
use smallvec::{SmallVec, smallvec};

use super::ast::Node;
use super::budget::Budget;
use super::reach::Reach;
use super::translate::{FinalLineEnd, Translation, translate};
use super::{Captures, SearchMode, Stop};
use crate::cost;

/// The largest program of the crate `regex` that is built, in bytes; larger patterns go to other engines.
const MAX_REGEX_BYTES: usize = 1 << 20;
/// The most bytes that its automata, which are built as they are needed, may take.
const CACHE_BYTES: usize = 2 << 20;
/// The longest text that is searched without a bound for its matches, in bytes.
const SHORT_TEXT: usize = 4 << 10;
/// The longest text, in bytes, that the engine matches as a whole: it can't be stopped meanwhile, which takes about 0.1 s. A longer one is
/// left to the automata, which are slower.
const LONGEST_FULL_MATCH: usize = 64 << 20;
/// How many bytes the first window has, and the largest.
const FIRST_WINDOW: usize = 1 << 10;
const LAST_WINDOW: usize = 256 << 10;
/// In how many bytes lines must end, so that their ends are looked for.
const LONG_LINES: usize = 4 << 10;
/// The longest window in which it may look for the boundaries of words that are not ASCII, which it does slowly.
const SLOW_WINDOW: usize = 256;
/// How many places in a row that only look like matches are tried before another engine goes on.
const MOST_FAILED: u32 = 64;
/// The most characters and newlines of a match that are taken for a bound.
const MOST_CHARS: u64 = 16 << 10;
const MOST_NEWLINES: u64 = 64;

/// How far a match can go from where it starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bound {
    /// So many bytes, what assertions look at included.
    Bytes(usize),
    /// Over so many newlines.
    Newlines(usize),
    None,
}

impl Bound {
    pub(super) fn of(root: &Node) -> Self {
        let chars = root.width().max;
        if chars <= MOST_CHARS {
            // Four bytes a character, and one character more for an assertion to look at.
            return Self::Bytes(usize::try_from(chars).unwrap_or(0) * 4 + 4);
        }
        match newlines(root) {
            newlines if newlines <= MOST_NEWLINES => Self::Newlines(usize::try_from(newlines).unwrap_or(0)),
            _ => Self::None,
        }
    }

    /// Returns how far to read from a byte to know all matches that start before another, and that one; `None` if lines
    /// are so long that looking for their ends would take longer than the search.
    fn window(self, text: &str, from: usize, size: usize) -> Option<(usize, usize)> {
        let whole = (text.len(), text.len() + 1);
        if text.len().saturating_sub(from) <= size {
            return Some(whole);
        }
        match self {
            Self::None => Some(whole),
            Self::Bytes(most) => {
                let end = text.floor_char_boundary(from + size.max(most * 2));
                if end == text.len() {
                    return Some(whole);
                }
                Some((end, text.floor_char_boundary(end - most)))
            }
            Self::Newlines(most) => {
                let rest = text.as_bytes().get(from..).unwrap_or_default();
                let lines = |size: usize| {
                    let mut ends = memrchr_iter(b'\n', rest.get(..size).unwrap_or(rest));
                    let last = ends.next()?;
                    // One more than can be in a match.
                    let cut = if most == 0 { last } else { ends.nth(most - 1)? };
                    Some((from + last + 1, from + cut + 1))
                };
                lines(size).or_else(|| lines(LONG_LINES.max(size)))
            }
        }
    }
}

/// Makes the pattern without the boundaries of words; `None` if that matches nothing everywhere.
fn relaxed(root: &Node, groups: usize) -> Option<Linear> {
    let root = root.without_word_boundaries();
    if root.width().min == 0 {
        return None;
    }
    let translation = translate(&root, FinalLineEnd::TextEnd)?;
    Some(Linear::new(translation, &root, groups))
}

/// Returns how many newlines a match can contain at most.
fn newlines(node: &Node) -> u64 {
    match node {
        Node::Char(char) => u64::from(*char == '\n'),
        Node::Set(set) => u64::from(set.contains('\n')),
        Node::Any => 1,
        Node::AnyButNewline | Node::Assert(_) | Node::Lookaround { .. } => 0,
        Node::Concat(parts) => parts.iter().map(newlines).fold(0, u64::saturating_add),
        Node::Alternate(arms) => arms.iter().map(newlines).max().unwrap_or(0),
        Node::Repeat { max, body, .. } => match (newlines(body), max) {
            (0, _) => 0,
            (each, Some(max)) => each.saturating_mul(u64::from(*max)),
            (_, None) => u64::MAX,
        },
        Node::Capture { body, .. } | Node::Atomic(body) => newlines(body),
        Node::Backreference { .. } | Node::Conditional { .. } => u64::MAX,
    }
}

/// A pattern on the crate `regex`. Its automata are built when they are first needed.
#[derive(Debug)]
pub(super) struct Linear {
    pub(super) translation: Translation,
    pub(super) reach: Reach,
    pub(super) bound: Bound,
    groups: usize,
    engines: [OnceLock<Option<Regex>>; 3],
    /// The pattern without the boundaries of words, for texts on which they differ or are slow: it matches wherever the pattern
    /// does, and what it matches has to be tried.
    relaxed: Option<Box<Linear>>,
}

/// Tries whether the pattern matches at a place.
pub(super) type Try<'t> = dyn FnMut(usize, &mut dyn Budget) -> Result<Option<Captures>, Stop> + 't;

/// The outcome of a search.
#[derive(Debug)]
pub(super) enum Outcome {
    /// A match or none, what was read for it in bytes, and how many units were paid for more than that.
    Done {
        captures: Option<Captures>,
        read: usize,
        unused: u64,
    },
    /// From this byte on another engine has to go on: this one would mean something else, or is slow there.
    HandOver { from: usize },
}

/// The characters that `\b` takes for parts of words either here or there, but not both.
static DISPUTED: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[\w~~[\p{L}\p{N}_]]").ok());

impl Linear {
    pub(super) fn new(translation: Translation, root: &Node, groups: usize) -> Self {
        Self {
            relaxed: translation
                .word_boundary
                .then(|| relaxed(root, groups))
                .flatten()
                .map(Box::new),
            translation,
            reach: Reach::of(root),
            bound: Bound::of(root),
            groups,
            engines: [const { OnceLock::new() }; 3],
        }
    }

    /// Tells whether a text can be searched without reading far more than is paid.
    pub(super) fn fits(&self, text: &str) -> bool {
        self.bound != Bound::None || text.len() <= SHORT_TEXT
    }

    /// Searches a text from a byte on.
    pub(super) fn search(
        &self,
        text: &str,
        start: usize,
        mode: SearchMode,
        try_at: &mut Try<'_>,
        budget: &mut dyn Budget,
    ) -> Result<Outcome, Stop> {
        // Engines for matches at the start can't be told where the start is, if not at the text's.
        let placed = mode == SearchMode::Search || start == 0;
        let Some(regex) = self.engine(mode).filter(|_| placed) else {
            return Ok(Outcome::HandOver { from: start });
        };
        if start > text.len() {
            return Ok(Outcome::Done {
                captures: None,
                read: 0,
                unused: 0,
            });
        }
        let (mut from, mut size) = (start, FIRST_WINDOW);
        loop {
            let window = match mode {
                SearchMode::Fullmatch => {
                    (text.len() - start <= LONGEST_FULL_MATCH).then_some((text.len(), text.len() + 1))
                }
                _ => self.bound.window(text, from, size),
            };
            let Some((end, cut)) = window else {
                return Ok(Outcome::HandOver { from });
            };
            let units = ((end - from) / cost::BOUNDED_BYTES_PER_UNIT) as u64;
            budget.pay(units + cost::SEARCH)?;
            let window = text.get(..end).unwrap_or(text);
            let found = if self.agrees_on(window, from, budget)? {
                let found = self.find(regex, window, from);
                let found = found.filter(|captures| captures.whole().start < cut);
                if let Some(captures) = found.as_ref().filter(|_| self.groups > 0) {
                    budget.pay((captures.whole().len() as u64).saturating_mul(cost::GROUP_BYTE))?;
                }
                found
            } else {
                match self.find_by_trying(window, from..cut, mode, try_at, budget)? {
                    Ok(found) => found,
                    Err(from) => return Ok(Outcome::HandOver { from }),
                }
            };
            match found {
                Some(captures) => {
                    let whole = captures.whole();
                    let read = self.reach.limit(window, whole.end).saturating_sub(from);
                    let unused = units.saturating_sub((read / cost::BOUNDED_BYTES_PER_UNIT) as u64);
                    return Ok(Outcome::Done {
                        captures: Some(captures),
                        read: from - start + read,
                        unused,
                    });
                }
                None if end == text.len() || mode != SearchMode::Search => {
                    return Ok(Outcome::Done {
                        captures: None,
                        read: end - start,
                        unused: 0,
                    });
                }
                None => {
                    from = cut;
                    size = (size * 4).min(LAST_WINDOW);
                }
            }
        }
    }

    /// Finds the first match that starts in a range by trying all places at which the relaxed pattern matches; says from which
    /// byte on another engine has to go on, where that is not possible.
    fn find_by_trying(
        &self,
        window: &str,
        starts: Range<usize>,
        mode: SearchMode,
        try_at: &mut Try<'_>,
        budget: &mut dyn Budget,
    ) -> Result<Result<Option<Captures>, usize>, Stop> {
        let relaxed = self.relaxed.as_deref().filter(|_| mode == SearchMode::Search);
        let ends_otherwise = self.translation.final_line_end && window.ends_with('\n');
        let Some((relaxed, regex)) = relaxed
            .filter(|_| !ends_otherwise)
            .and_then(|relaxed| Some((relaxed, relaxed.engine(mode)?)))
        else {
            return Ok(Err(starts.start));
        };
        let (mut from, mut failed) = (starts.start, 0);
        loop {
            let found = regex.find(Input::new(window).range(from..));
            let Some(place) = found.filter(|place| place.start() < starts.end) else {
                return Ok(Ok(None));
            };
            if let Some(captures) = try_at(place.start(), budget)? {
                return Ok(Ok(Some(captures)));
            }
            failed += 1;
            if failed > MOST_FAILED {
                return Ok(Err(place.start()));
            }
            from = window.ceil_char_boundary(place.start() + 1);
            // What stands from here on is read once more.
            let again = relaxed.reach.limit(window, place.end()).saturating_sub(from);
            budget.pay((again / cost::BOUNDED_BYTES_PER_UNIT) as u64 + cost::SEARCH)?;
        }
    }

    /// Tells whether the translation means the same as Python in the rest of a window, and is fast there.
    fn agrees_on(&self, window: &str, from: usize, budget: &mut dyn Budget) -> Result<bool, Stop> {
        let translation = &self.translation;
        // The end of a window that is not the text's is out of the reach of matches that count.
        if translation.final_line_end && window.ends_with('\n') || translation.no_word_boundary && window.is_empty() {
            return Ok(false);
        }
        let shown = window.get(window.floor_char_boundary(from.saturating_sub(1))..);
        let shown = shown.unwrap_or_default();
        if !translation.word_boundary || shown.is_ascii() {
            return Ok(true);
        }
        if shown.len() > SLOW_WINDOW || self.relaxed.is_some() {
            return Ok(false);
        }
        budget.pay(shown.len() as u64)?;
        Ok(DISPUTED.as_ref().is_some_and(|disputed| !disputed.is_match(shown)))
    }

    fn engine(&self, mode: SearchMode) -> Option<&Regex> {
        let pattern = &self.translation.pattern;
        let (slot, anchored) = match (mode, &self.engines) {
            (SearchMode::Search, [search, ..]) => (search, None),
            (SearchMode::Match, [_, at_start, _]) => (at_start, Some(format!(r"\A(?:{pattern})"))),
            (SearchMode::Fullmatch, [.., whole]) => (whole, Some(format!(r"\A(?:{pattern})\z"))),
        };
        let build = || {
            let pattern = anchored.as_ref().unwrap_or(pattern);
            // As the crate `regex` sets it up.
            let limits = Regex::config()
                .nfa_size_limit(Some(MAX_REGEX_BYTES))
                .hybrid_cache_capacity(CACHE_BYTES);
            Regex::builder()
                .configure(limits)
                .syntax(syntax::Config::new().nest_limit(1_000))
                .build(pattern)
                .ok()
        };
        slot.get_or_init(build).as_ref()
    }

    fn find(&self, regex: &Regex, text: &str, start: usize) -> Option<Captures> {
        let mut slots: SmallVec<[Option<NonMaxUsize>; 8]> = smallvec![None; 2 * (self.groups + 1)];
        regex.search_slots(&Input::new(text).range(start..), &mut slots)?;
        let span = |pair: &[Option<NonMaxUsize>]| match pair {
            [Some(start), Some(end)] => Some(start.get()..end.get()),
            _ => None,
        };
        Some(self.captures(Captures::new(slots.chunks_exact(2).map(span), None)))
    }

    /// Finds out which group was closed last: of those that end last, the one whose parenthesis closes last in the pattern.
    pub(super) fn captures(&self, captures: Captures) -> Captures {
        let order = self.translation.closing_order.iter();
        let closed = order.filter_map(|&group| captures.span(group).map(|span| (span.end, group)));
        // Of equal keys the last is taken.
        let last_group = closed.max_by_key(|&(end, _)| end).map(|(_, group)| group);
        captures.with_last_group(last_group)
    }
}
