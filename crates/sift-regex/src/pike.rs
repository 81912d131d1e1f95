//! Following all ways through an automaton at once, in the order in which a backtracker would try them.
//!
//! This takes time in proportion to the text and to the automaton, whatever the pattern, and knows where groups are. It
//! is what remains where the automaton's states can't be made into those of a DFA, and finds the groups of a match whose
//! ends a DFA has found.

use regex_automata::nfa::thompson::{NFA, State};
use regex_automata::util::look::Look;
use regex_automata::util::primitives::StateID;

use super::Stop;
use super::ast::Assertion;
use super::boundary::holds;
use super::budget::Meter;
use super::haystack::{Cursor, Haystack};
use crate::cost;

/// Marks a place that is not known.
pub(super) const UNSET: usize = usize::MAX;

/// What a match must be like to count.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// Where it starts, or the first place at which it may.
    pub(super) start: usize,
    /// It must start there.
    pub(super) anchored: bool,
    /// It must not be empty if it starts there.
    pub(super) advance: bool,
    /// Where it must end; beyond that nothing is read, but by assertions.
    pub(super) end: Option<usize>,
}

/// Finds a match; returns where the groups begin and end, the whole match first. `threads` are those of this automaton.
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

/// What a search writes on; it is of the size of its automaton.
#[derive(Debug)]
pub(super) struct Threads {
    current: Places,
    next: Places,
}

impl Threads {
    /// Makes room to search with an automaton, and pays for it; so many bytes are `held` already.
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

    /// Returns how many bytes the threads of an automaton take.
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
    /// The places of the way that is followed.
    scratch: Vec<usize>,
    meter: &'m mut Meter<'b>,
}

/// What is left to follow.
#[derive(Clone, Copy)]
enum Follow {
    State(StateID),
    Restore { slot: usize, place: usize },
}

/// The states at one place of the text, in the order of their priority, each with the places that led to it.
#[derive(Debug)]
struct Places {
    order: Vec<StateID>,
    /// For each state its place in `order`, if it is there.
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

    /// Adds a state; false if it is there already.
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
            // Inside a character nothing starts.
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

    /// Takes all ways over one byte; returns the places of a match that ends before it.
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

    /// Follows all ways that take no byte from a state on.
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

/// Returns what an assertion of the automaton means in Python. It has none for `$`, which stands in it as the end of a
/// line that a carriage return ends too, since no pattern of Python has that.
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
        // The other assertions, half word boundaries, are in no translation of ours.
        _ => Assertion::NoWordBoundary { ascii: false },
    }
}
