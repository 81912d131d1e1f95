//! NFA simulation ("Pike VM"): follows all paths of an automaton at once, in a backtracker's order
//! of preference.
//!
//! It takes time proportional to the text and the automaton for any pattern, and reports groups. It
//! is the fallback if the lazy DFA gives up, and it finds the groups of a match whose span the DFAs
//! have found.

use regex_automata::nfa::thompson::{NFA, State};
use regex_automata::util::look::Look;
use regex_automata::util::primitives::StateID;

use super::Stop;
use super::ast::Assertion;
use super::boundary::holds;
use super::budget::Meter;
use super::haystack::{Cursor, Haystack};
use crate::cost;

/// The value of a group position that is not set.
pub(super) const UNSET: usize = usize::MAX;

/// The conditions that a match has to meet: where it starts and ends, and whether it may be empty.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// The exact start of the match if `anchored`, otherwise its earliest start.
    pub(super) start: usize,
    /// Whether the match must start at `start`.
    pub(super) anchored: bool,
    /// Whether a match at `start` must not be empty.
    pub(super) advance: bool,
    /// The required end of the match. Only assertions read beyond it.
    pub(super) end: Option<usize>,
}

/// Finds a match by NFA simulation. Returns the start and end of each group, the whole match first.
/// `threads` must have been created for `nfa`.
pub(super) fn search(
    nfa: &NFA,
    threads: &mut Threads,
    haystack: Haystack<'_>,
    bounds: Bounds,
    meter: &mut Meter<'_>,
) -> Result<Option<Vec<usize>>, Stop> {
    let slots = nfa.group_info().slot_len();
    let mut pike = Pike {
        nfa,
        text: Cursor::new(haystack),
        slots,
        stack: Vec::new(),
        scratch: vec![UNSET; slots],
        meter,
    };
    pike.run(bounds, threads)
}

/// The working memory of an NFA simulation, proportional to the size of the automaton.
#[derive(Debug)]
pub(super) struct Threads {
    current: Places,
    next: Places,
}

impl Threads {
    /// Allocates the working memory for simulating an NFA, and pays for it. `held` is the number of
    /// bytes already held.
    pub(super) fn new(nfa: &NFA, held: usize, meter: &mut Meter<'_>) -> Result<Self, Stop> {
        let (states, slots) = (nfa.states().len(), nfa.group_info().slot_len());
        let bytes = Self::bytes(nfa);
        meter.hold(held.saturating_add(bytes))?;
        meter.tick((bytes / cost::CLEARED_BYTES_PER_UNIT) as u64)?;
        Ok(Self {
            current: Places::new(states, slots),
            next: Places::new(states, slots),
        })
    }

    /// Returns the size of the working memory for simulating an NFA, in bytes.
    pub(super) fn bytes(nfa: &NFA) -> usize {
        let a_state = 2 * size_of::<usize>() * (nfa.group_info().slot_len() + 1);
        nfa.states().len().saturating_mul(a_state)
    }
}

struct Pike<'n, 't, 'm, 'b> {
    nfa: &'n NFA,
    text: Cursor<'t>,
    slots: usize,
    stack: Vec<Follow>,
    /// The group positions of the path that is being followed.
    scratch: Vec<usize>,
    meter: &'m mut Meter<'b>,
}

/// An item of the stack for following empty transitions: a state to visit, or a group position to
/// restore.
#[derive(Clone, Copy)]
enum Follow {
    State(StateID),
    Restore { slot: usize, place: usize },
}

/// The automaton states at one position of the text, in order of priority, each with its group
/// positions.
#[derive(Debug)]
struct Places {
    order: Vec<StateID>,
    /// The index in `order` of each state that is present in it.
    index: Vec<u32>,
    places: Vec<usize>,
}

impl Places {
    fn new(states: usize, slots: usize) -> Self {
        Self {
            order: Vec::with_capacity(states.min(64)),
            index: vec![0; states],
            places: vec![UNSET; states.saturating_mul(slots)],
        }
    }

    /// Adds an automaton state; `false` if it is already present.
    fn insert(&mut self, state: StateID) -> bool {
        let known = self.index.get(state.as_usize()).copied().unwrap_or(0) as usize;
        if self.order.get(known) == Some(&state) {
            return false;
        }
        if let Some(index) = self.index.get_mut(state.as_usize()) {
            *index = u32::try_from(self.order.len()).unwrap_or(u32::MAX);
        }
        self.order.push(state);
        true
    }

    fn places(&self, state: StateID, slots: usize) -> &[usize] {
        let start = state.as_usize() * slots;
        self.places.get(start..start + slots).unwrap_or_default()
    }
}

impl Pike<'_, '_, '_, '_> {
    fn run(&mut self, bounds: Bounds, threads: &mut Threads) -> Result<Option<Vec<usize>>, Stop> {
        let Threads { current, next } = threads;
        current.order.clear();
        next.order.clear();
        let mut best = None;
        let mut at = bounds.start;
        let last = bounds.end.unwrap_or_else(|| self.text.len());
        while at <= last {
            let byte = self.text.byte_at(at);
            // Matches start only at character boundaries.
            let at_char = byte.is_none_or(|byte| byte & 0xc0 != 0x80);
            let may_start = at == bounds.start || !bounds.anchored && at_char;
            if best.is_none() && may_start {
                self.scratch.fill(UNSET);
                self.follow(self.nfa.start_anchored(), at, current)?;
            }
            if current.order.is_empty() && (best.is_some() || bounds.anchored) {
                break;
            }
            if let Some(found) = self.step(current, next, at, byte, bounds)? {
                best = Some(found);
            }
            std::mem::swap(current, next);
            next.order.clear();
            at += 1;
        }
        Ok(best)
    }

    /// Advances all paths by one byte. Returns the group positions of a match that ends before the
    /// byte.
    fn step(
        &mut self,
        current: &Places,
        next: &mut Places,
        at: usize,
        byte: Option<u8>,
        bounds: Bounds,
    ) -> Result<Option<Vec<usize>>, Stop> {
        let nfa = self.nfa;
        self.meter.tick(1)?;
        for &state in &current.order {
            self.meter.tick(1)?;
            let target = match (nfa.state(state), byte) {
                (State::Match { .. }, _) => {
                    let places = current.places(state, self.slots);
                    let empty_again = bounds.advance && at == bounds.start;
                    if !empty_again && bounds.end.is_none_or(|end| end == at) {
                        return Ok(Some(places.to_vec()));
                    }
                    None
                }
                (State::ByteRange { trans }, Some(byte)) => trans.matches_byte(byte).then_some(trans.next),
                (State::Sparse(transitions), Some(byte)) => transitions.matches_byte(byte),
                (State::Dense(transitions), Some(byte)) => transitions.matches_byte(byte),
                _ => None,
            };
            if let Some(target) = target {
                self.scratch.copy_from_slice(current.places(state, self.slots));
                self.follow(target, at + 1, next)?;
            }
        }
        Ok(None)
    }

    /// Follows all empty transitions from a state and collects the states reached.
    fn follow(&mut self, state: StateID, at: usize, into: &mut Places) -> Result<(), Stop> {
        self.stack.push(Follow::State(state));
        while let Some(follow) = self.stack.pop() {
            match follow {
                Follow::Restore { slot, place } => {
                    if let Some(own) = self.scratch.get_mut(slot) {
                        *own = place;
                    }
                }
                Follow::State(state) => self.follow_state(state, at, into)?,
            }
        }
        Ok(())
    }

    fn follow_state(&mut self, mut state: StateID, at: usize, into: &mut Places) -> Result<(), Stop> {
        let nfa = self.nfa;
        loop {
            if !into.insert(state) {
                return Ok(());
            }
            self.meter.tick(1)?;
            match nfa.state(state) {
                State::Fail => return Ok(()),
                State::ByteRange { .. } | State::Sparse(_) | State::Dense(_) | State::Match { .. } => {
                    self.meter.tick(self.slots as u64 / 8)?;
                    let start = state.as_usize() * self.slots;
                    if let Some(places) = into.places.get_mut(start..start + self.slots) {
                        places.copy_from_slice(&self.scratch);
                    }
                    return Ok(());
                }
                State::Look { look, next } => {
                    if !holds(assertion_of(*look), &mut self.text, at) {
                        return Ok(());
                    }
                    state = *next;
                }
                State::Union { alternates } => {
                    let Some((first, others)) = alternates.split_first() else {
                        return Ok(());
                    };
                    self.stack
                        .extend(others.iter().rev().map(|&other| Follow::State(other)));
                    state = *first;
                }
                State::BinaryUnion { alt1, alt2 } => {
                    self.stack.push(Follow::State(*alt2));
                    state = *alt1;
                }
                State::Capture { next, slot, .. } => {
                    if let Some(place) = self.scratch.get_mut(slot.as_usize()) {
                        self.stack.push(Follow::Restore {
                            slot: slot.as_usize(),
                            place: *place,
                        });
                        *place = at;
                    }
                    state = *next;
                }
            }
        }
    }
}

/// Converts an assertion of the automaton to Python's. `$` is encoded as a CRLF line end, because
/// no Python pattern translates to that assertion.
const fn assertion_of(look: Look) -> Assertion {
    match look {
        Look::Start => Assertion::TextStart,
        Look::End => Assertion::TextEnd,
        Look::StartLF | Look::StartCRLF => Assertion::LineStart,
        Look::EndLF => Assertion::LineEnd,
        Look::EndCRLF => Assertion::FinalLineEnd,
        Look::WordAscii => Assertion::WordBoundary { ascii: true },
        Look::WordAsciiNegate => Assertion::NoWordBoundary { ascii: true },
        Look::WordUnicode => Assertion::WordBoundary { ascii: false },
        // The other assertions, half word boundaries, never occur in our translations.
        _ => Assertion::NoWordBoundary { ascii: false },
    }
}
