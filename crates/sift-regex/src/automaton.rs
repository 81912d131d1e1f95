//! The second engine: automata of `regex-automata`, driven byte by byte so that every examined byte
//! is counted.
//!
//! A match is found in up to three passes; the second and third read only bytes that the first has
//! read. A lazy DFA searches forwards for the end of the match, and a reverse DFA searches
//! backwards for its start. [`pike`] then matches the span again to find its groups. If a DFA gives
//! up, [`pike`] runs the whole search. A DFA gives up at a Unicode word boundary next to a
//! non-ASCII character, and when it exceeds its state limit.

use regex_automata::hybrid::LazyStateID;
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson::{self, NFA, WhichCaptures};
use regex_automata::util::start;
use regex_automata::util::syntax;
use regex_automata::{Anchored, MatchKind};

use super::Stop;
use super::budget::Meter;
use super::haystack::{Cursor, Haystack};
use super::pike::{self, Bounds, Threads};
use super::translate::Translation;

/// The size limit of an NFA, in bytes.
const MAX_NFA_BYTES: usize = 1 << 20;
/// The size limit of a lazy DFA's state cache, in bytes. A full cache is cleared.
const CACHE_BYTES: usize = 512 << 10;
/// The memory limit of the two DFAs of a search, in bytes.
const DFA_BYTES: usize = 2 * CACHE_BYTES;
/// The number of cache clears after which a DFA gives up.
const CLEARS_BEFORE_GIVING_UP: usize = 4;
/// The maximum size of an NFA simulation's working memory, in bytes.
const MAX_THREAD_BYTES: usize = 8 << 20;
/// The number of bytes that a DFA reads between two fuel payments.
const BLOCK: usize = 1_024;
/// The fuel for starting a search with the automata.
const BEGIN: u64 = 256;
/// The number of bytes of new DFA states that one unit of fuel pays for.
const STATE_BYTES_PER_UNIT: usize = 4;

/// The automata of a regular pattern: two lazy DFAs and an NFA.
#[derive(Debug)]
pub(super) struct Automaton {
    /// The forward DFA: a lazy `.*?` prefix, then the pattern.
    forward: Option<DFA>,
    /// The DFA of the reversed pattern.
    reverse: Option<DFA>,
    /// The NFA of the pattern with its groups, for simulation. `$` is replaced by a marker
    /// assertion.
    threads: NFA,
    /// Whether the pattern contains `$`, which the DFAs can't match before a final newline.
    final_line_end: bool,
    groups: usize,
}

impl Automaton {
    /// Builds the automata of a pattern; `None` if they are too large. `marked` is the translation
    /// in which `$` is replaced by a marker for the NFA.
    pub(super) fn new(translation: &Translation, marked: &str, groups: usize) -> Option<Self> {
        let pattern = &translation.pattern;
        let threads = nfa(marked, WhichCaptures::All, false)?;
        if Threads::bytes(&threads) > MAX_THREAD_BYTES {
            return None;
        }
        let forward = nfa(&format!("(?s:.)*?(?:{pattern})"), WhichCaptures::None, false);
        let reverse = nfa(pattern, WhichCaptures::None, true);
        Some(Self {
            forward: forward.and_then(|nfa| dfa(nfa, MatchKind::LeftmostFirst)),
            reverse: reverse.and_then(|nfa| dfa(nfa, MatchKind::All)),
            threads,
            final_line_end: translation.final_line_end,
            groups,
        })
    }
}

fn nfa(pattern: &str, captures: WhichCaptures, reverse: bool) -> Option<NFA> {
    let config = thompson::Config::new()
        .nfa_size_limit(Some(MAX_NFA_BYTES))
        .which_captures(captures)
        .reverse(reverse);
    thompson::Compiler::new()
        .configure(config)
        .syntax(syntax::Config::new().nest_limit(1_000))
        .build(pattern)
        .ok()
}

fn dfa(nfa: NFA, kind: MatchKind) -> Option<DFA> {
    let config = DFA::config()
        .match_kind(kind)
        .unicode_word_boundary(true)
        .cache_capacity(CACHE_BYTES)
        .minimum_cache_clear_count(Some(CLEARS_BEFORE_GIVING_UP));
    DFA::builder().configure(config).build_from_nfa(nfa).ok()
}

/// A lazy DFA with the states built so far.
#[derive(Debug)]
struct States<'a> {
    dfa: &'a DFA,
    cache: Cache,
    bytes: usize,
    clears: usize,
}

/// The error of a DFA that gave up: it read an unsupported byte or exceeded its state limit.
struct Lost;

/// The direction in which a DFA reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Forward,
    Backward,
}

impl<'a> States<'a> {
    fn new(dfa: &'a DFA) -> Self {
        let cache = dfa.create_cache();
        Self {
            dfa,
            bytes: cache.memory_usage(),
            clears: 0,
            cache,
        }
    }

    /// Runs the DFA from `from` towards `limit`. Returns the last position at which a match can
    /// end.
    fn run(
        &mut self,
        text: &mut Cursor<'_>,
        from: usize,
        limit: usize,
        direction: Direction,
        meter: &mut Meter<'_>,
    ) -> Result<Result<Option<usize>, Lost>, Stop> {
        let before = match direction {
            Direction::Forward => from.checked_sub(1).and_then(|last| text.byte_at(last)),
            Direction::Backward => text.byte_at(from),
        };
        let config = start::Config::new().anchored(Anchored::Yes).look_behind(before);
        let Ok(mut state) = self.dfa.start_state(&mut self.cache, &config) else {
            return Ok(Err(Lost));
        };
        let (mut at, mut found) = (from, None);
        while at != limit {
            let (read, outcome) = match direction {
                Direction::Forward => {
                    let rest = text.rest_of_stretch(at);
                    let block = rest.get(..BLOCK.min(limit - at)).unwrap_or(rest);
                    let read = self.step(block.iter(), &mut state);
                    (read.0, read.1.map(|last| last.map(|offset| at + offset)))
                }
                Direction::Backward => {
                    let rest = text.stretch_before(at);
                    let first = rest.len().saturating_sub(BLOCK.min(at - limit));
                    let block = rest.get(first..).unwrap_or(rest);
                    let read = self.step(block.iter().rev(), &mut state);
                    (read.0, read.1.map(|last| last.map(|offset| at - offset)))
                }
            };
            meter.read(read)?;
            self.pay_for_states(meter)?;
            match outcome {
                Err(Lost) => return Ok(Err(Lost)),
                Ok(last) => found = last.or(found),
            }
            if state.is_dead() || read == 0 {
                return Ok(Ok(found));
            }
            match direction {
                Direction::Forward => at += read,
                Direction::Backward => at -= read,
            }
        }
        // A DFA reports a match one byte after its end.
        let behind = match direction {
            Direction::Forward => text.byte_at(at),
            Direction::Backward => at.checked_sub(1).and_then(|last| text.byte_at(last)),
        };
        let last = match behind {
            Some(byte) => self.dfa.next_state(&mut self.cache, state, byte),
            None => self.dfa.next_eoi_state(&mut self.cache, state),
        };
        self.pay_for_states(meter)?;
        Ok(match last {
            Ok(state) if state.is_match() => Ok(Some(at)),
            Ok(state) if state.is_quit() => Err(Lost),
            Ok(_) => Ok(found),
            Err(_) => Err(Lost),
        })
    }

    /// Feeds a block of bytes to the DFA. Returns the number of bytes read, and the offset of the
    /// last possible end of a match in the block.
    fn step<'b>(
        &mut self,
        block: impl Iterator<Item = &'b u8>,
        state: &mut LazyStateID,
    ) -> (usize, Result<Option<usize>, Lost>) {
        let (mut read, mut found) = (0, None);
        for &byte in block {
            match self.dfa.next_state(&mut self.cache, *state, byte) {
                Ok(next) => *state = next,
                Err(_) => return (read, Err(Lost)),
            }
            if state.is_tagged() {
                if state.is_match() {
                    found = Some(read);
                } else if state.is_dead() {
                    return (read + 1, Ok(found));
                } else if state.is_quit() {
                    return (read, Err(Lost));
                }
            }
            read += 1;
        }
        (read, Ok(found))
    }

    /// Pays for the DFA states built since the last payment.
    fn pay_for_states(&mut self, meter: &mut Meter<'_>) -> Result<(), Stop> {
        let (bytes, clears) = (self.cache.memory_usage(), self.cache.clear_count());
        if (bytes, clears) == (self.bytes, self.clears) {
            return Ok(());
        }
        let forgotten = clears.saturating_sub(self.clears).saturating_mul(CACHE_BYTES);
        let made = bytes.saturating_add(forgotten).saturating_sub(self.bytes);
        (self.bytes, self.clears) = (bytes, clears);
        meter.tick((made / STATE_BYTES_PER_UNIT) as u64)
    }
}

/// A search for several consecutive matches with the automata. It discards its DFA caches at the
/// end, so that the cost of a search doesn't depend on earlier searches.
#[derive(Debug)]
pub(super) struct Driver<'a> {
    automaton: &'a Automaton,
    forward: Option<States<'a>>,
    reverse: Option<States<'a>>,
    threads: Option<Threads>,
}

impl<'a> Driver<'a> {
    /// Starts a search with the automata of a pattern, and pays for the start.
    pub(super) fn new(automaton: &'a Automaton, meter: &mut Meter<'_>) -> Result<Self, Stop> {
        meter.tick(BEGIN)?;
        meter.hold(DFA_BYTES)?;
        Ok(Self {
            automaton,
            forward: automaton.forward.as_ref().map(States::new),
            reverse: automaton.reverse.as_ref().map(States::new),
            threads: None,
        })
    }

    /// Finds the first match at or after `start`. If `advance` is set, a match at `start` must not
    /// be empty.
    pub(super) fn next(
        &mut self,
        haystack: Haystack<'_>,
        start: usize,
        advance: bool,
        meter: &mut Meter<'_>,
    ) -> Result<Option<Vec<usize>>, Stop> {
        let mut bounds = Bounds {
            start,
            anchored: advance,
            advance,
            end: None,
        };
        if advance {
            // A DFA can't exclude empty matches.
            let found = self.follow(haystack, bounds, meter)?;
            let next = Cursor::new(haystack).char_at(start);
            match (found, next) {
                (None, Some(char)) => bounds.start += char.len_utf8(),
                (found, _) => return Ok(found),
            }
            (bounds.anchored, bounds.advance) = (false, false);
        }
        let (start, end) = match self.find(haystack, bounds.start, meter)? {
            Ok(None) => return Ok(None),
            Ok(Some(found)) => found,
            Err(Lost) => return self.follow(haystack, bounds, meter),
        };
        if self.automaton.groups == 0 {
            return Ok(Some(vec![start, end]));
        }
        bounds.start = start;
        (bounds.anchored, bounds.end) = (true, Some(end));
        self.follow(haystack, bounds, meter)
    }

    /// Finds the start and the end of the first match with the DFAs.
    fn find(
        &mut self,
        haystack: Haystack<'_>,
        start: usize,
        meter: &mut Meter<'_>,
    ) -> Result<Result<Option<(usize, usize)>, Lost>, Stop> {
        let mut text = Cursor::new(haystack);
        let len = haystack.len();
        if start > len {
            return Ok(Ok(None));
        }
        let (Some(forward), Some(reverse)) = (&mut self.forward, &mut self.reverse) else {
            return Ok(Err(Lost));
        };
        let newline_at_end = || len > 0 && Cursor::new(haystack).byte_at(len - 1) == Some(b'\n');
        // CPython finds neither `\b` nor `\B` in an empty text.
        if len == 0 || self.automaton.final_line_end && newline_at_end() {
            return Ok(Err(Lost));
        }
        let end = match forward.run(&mut text, start, len, Direction::Forward, meter)? {
            Ok(Some(end)) => end,
            Ok(None) => return Ok(Ok(None)),
            Err(Lost) => return Ok(Err(Lost)),
        };
        Ok(match reverse.run(&mut text, end, start, Direction::Backward, meter)? {
            Ok(Some(start)) => Ok(Some((start, end))),
            Ok(None) | Err(Lost) => Err(Lost),
        })
    }

    /// Finds a match by NFA simulation, within the given bounds.
    pub(super) fn follow(
        &mut self,
        haystack: Haystack<'_>,
        bounds: Bounds,
        meter: &mut Meter<'_>,
    ) -> Result<Option<Vec<usize>>, Stop> {
        let nfa = &self.automaton.threads;
        let threads = match &mut self.threads {
            Some(threads) => threads,
            none => none.insert(Threads::new(nfa, DFA_BYTES, meter)?),
        };
        pike::search(nfa, threads, haystack, bounds, meter)
    }
}
