//! The first engine: the crate `regex`, run on windows of the text that are paid for before they
//! are read.
//!
//! The crate `regex` can't be interrupted and doesn't report how many bytes it has read. So it gets
//! a window that is long enough for every match that starts early in it. That requires a bound for
//! the length of a match, in bytes or in lines.

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

/// The size limit of a compiled `regex` program, in bytes. Larger patterns use other engines.
const MAX_REGEX_BYTES: usize = 1 << 20;
/// The size limit of the lazy DFA caches of the crate `regex`, in bytes.
const CACHE_BYTES: usize = 2 << 20;
/// The longest text, in bytes, that is searched without a bound for the length of matches.
const SHORT_TEXT: usize = 4 << 10;
/// The longest text, in bytes, for `fullmatch` with this engine. The match can't be interrupted and
/// takes about 0.1 s at this length. Longer texts use the automata, which are slower.
const LONGEST_FULL_MATCH: usize = 64 << 20;
/// The size of the first window that is searched, in bytes.
const FIRST_WINDOW: usize = 1 << 10;
/// The size of the largest window that is searched, in bytes.
const LAST_WINDOW: usize = 256 << 10;
/// The number of bytes within which a line must end, or the engine gives up on line-based windows.
const LONG_LINES: usize = 4 << 10;
/// The longest window, in bytes, with Unicode word boundaries in non-ASCII text, which the crate
/// `regex` searches slowly.
const SLOW_WINDOW: usize = 256;
/// The number of consecutive candidates without a match after which another engine takes over.
const MOST_FAILED: u32 = 64;
/// The largest bound for the length of a match, in characters.
const MOST_CHARS: u64 = 16 << 10;
/// The largest bound for the length of a match, in newlines.
const MOST_NEWLINES: u64 = 64;

/// A bound for the length of a match, in bytes or newlines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bound {
    /// A maximum number of bytes, including those that assertions look at.
    Bytes(usize),
    /// A maximum number of newlines.
    Newlines(usize),
    None,
}

impl Bound {
    pub(super) fn of(root: &Node) -> Self {
        let chars = root.width().max;
        if chars <= MOST_CHARS {
            // Four bytes a character, and one extra character for an assertion to look at.
            return Self::Bytes(usize::try_from(chars).unwrap_or(0) * 4 + 4);
        }
        match newlines(root) {
            newlines if newlines <= MOST_NEWLINES => Self::Newlines(usize::try_from(newlines).unwrap_or(0)),
            _ => Self::None,
        }
    }

    /// Returns the end of the window that starts at `from`, and the offset before which all matches
    /// in it are complete. Returns `None` if lines are so long that finding their ends would take
    /// longer than the search.
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
                    // One line more than a match can span.
                    let cut = if most == 0 { last } else { ends.nth(most - 1)? };
                    Some((from + last + 1, from + cut + 1))
                };
                lines(size).or_else(|| lines(LONG_LINES.max(size)))
            }
        }
    }
}

/// Compiles the pattern without its word boundaries; `None` if the result could match the empty
/// string.
fn relaxed(root: &Node, groups: usize) -> Option<Linear> {
    let root = root.without_word_boundaries();
    if root.width().min == 0 {
        return None;
    }
    let translation = translate(&root, FinalLineEnd::TextEnd)?;
    Some(Linear::new(translation, &root, groups))
}

/// Returns the maximum number of newlines in a match of the node.
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

/// A pattern compiled with the crate `regex`, which searches in linear time. Its automata are built
/// on first use.
#[derive(Debug)]
pub(super) struct Linear {
    pub(super) translation: Translation,
    pub(super) reach: Reach,
    pub(super) bound: Bound,
    groups: usize,
    engines: [OnceLock<Option<Regex>>; 3],
    /// The pattern without its word boundaries, for texts on which `\b` differs from Python's or is
    /// slow. It matches everywhere the pattern does, and each match is verified.
    relaxed: Option<Box<Linear>>,
}

/// A function that matches the pattern at a byte offset.
pub(super) type Try<'t> = dyn FnMut(usize, &mut dyn Budget) -> Result<Option<Captures>, Stop> + 't;

/// The outcome of a search by the bounded engine.
#[derive(Debug)]
pub(super) enum Outcome {
    /// The search is complete: the match, if any, the number of bytes read, and the fuel that was
    /// overpaid.
    Done {
        captures: Option<Captures>,
        read: usize,
        unused: u64,
    },
    /// Another engine has to continue at byte `from`, because this engine would differ from Python
    /// or be slow there.
    HandOver { from: usize },
}

/// A regex for the characters on which `\b` differs between Python and the crate `regex`.
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

    /// Returns `true` if the engine can search a text: the bytes that a search reads are bounded by
    /// the bytes paid for.
    pub(super) fn fits(&self, text: &str) -> bool {
        self.bound != Bound::None || text.len() <= SHORT_TEXT
    }

    /// Searches a text from a byte offset, window by window.
    pub(super) fn search(
        &self,
        text: &str,
        start: usize,
        mode: SearchMode,
        try_at: &mut Try<'_>,
        budget: &mut dyn Budget,
    ) -> Result<Outcome, Stop> {
        // The engines for anchored matches support only the start of the text.
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

    /// Finds the first match that starts in a range by trying every match of the relaxed pattern.
    /// Returns `Err` with the byte offset from which another engine has to continue, if no relaxed
    /// pattern is available or too many attempts fail.
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
            // The text after this offset is read again.
            let again = relaxed.reach.limit(window, place.end()).saturating_sub(from);
            budget.pay((again / cost::BOUNDED_BYTES_PER_UNIT) as u64 + cost::SEARCH)?;
        }
    }

    /// Returns `true` if the crate `regex` matches the rest of a window as Python would, and
    /// quickly.
    fn agrees_on(&self, window: &str, from: usize, budget: &mut dyn Budget) -> Result<bool, Stop> {
        let translation = &self.translation;
        // The end of a window inside the text is out of reach for the matches that count.
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
            // The defaults of the crate `regex`.
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

    /// Adds the group that was closed last to the captures: of the groups with the greatest end,
    /// the one whose parenthesis closes last in the pattern.
    pub(super) fn captures(&self, captures: Captures) -> Captures {
        let order = self.translation.closing_order.iter();
        let closed = order.filter_map(|&group| captures.span(group).map(|span| (span.end, group)));
        // `max_by_key` returns the last of equal elements.
        let last_group = closed.max_by_key(|&(end, _)| end).map(|(_, group)| group);
        captures.with_last_group(last_group)
    }
}
