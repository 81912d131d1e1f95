//! The calls of a session and their states.
//!
//! A call is *made* when the program executes it, *issued* when its prompt is complete, and
//! *settled* by its reply or failure. Speculation finds calls early: they are issued before they
//! are made, and the program *reaches* them later. Calls are numbered in the order in which the
//! program makes them; speculative calls in the order in which it will.

mod issue;

use std::collections::BTreeSet;

use sift_text::{PendingId, Text};
use smol_str::SmolStr;

/// Number of unsettled calls at which the machine waits for the oldest.
pub const MAX_UNSETTLED: usize = 1_024;

/// Maximum number of unpaid replies directly before one that the program reads. Earlier ones are
/// paid first, so that a program that reads a late reply does not hold all earlier ones uncounted.
pub(crate) const MAX_UNPAID_BEFORE: usize = 128;

/// The bytes of unpaid replies for which [`PendingCalls::room`] reserves memory: this fraction of
/// the limit, and at least this many bytes.
const UNPAID_PART: usize = 8;
const UNPAID_BYTES_AT_LEAST: usize = 1 << 20;
/// The expected bytes of a reply before any has arrived.
const UNSEEN_REPLY_BYTES: usize = 64 << 10;

/// Maximum bytes of a reply's JSON schema.
pub const MAX_SCHEMA_BYTES: usize = 32_768;

/// The identity of a call within a program: its ordinal and its index within a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CallKey {
    /// The number of the call, counted from 1 in program order.
    pub ordinal: u32,
    /// The index within a batch; 0 for a single call.
    pub index: u32,
}

/// The kind of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CallKind {
    /// A question to a sub-model.
    Query,
    /// A child run.
    Run,
}

/// A call to send to a model.
#[derive(Debug, Clone)]
pub struct IssuedCall {
    /// The identity of the call.
    pub key: CallKey,
    /// The kind of the call.
    pub kind: CallKind,
    /// The complete prompt. Slices of the context keep their origin.
    pub prompt: Text,
    /// The context of a child run.
    pub context: Option<Text>,
    /// The requested model; `None` for the default.
    pub model: Option<SmolStr>,
    /// Maximum number of tokens of the reply; `None` if the program sets no limit.
    pub max_tokens: Option<u64>,
    /// The JSON schema of the reply as JSON text: at most [`MAX_SCHEMA_BYTES`], and nested no
    /// deeper than `serde_json` reads. The prompt contains it too.
    pub schema: Option<Text>,
    /// Whether speculation found it: the program has not reached it yet.
    pub early: bool,
}

/// The failure of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallFailure {
    /// A stable name of the kind of failure, such as `rate_limited`.
    pub kind: SmolStr,
    /// A description in one line.
    pub message: String,
    /// A hint for the program.
    pub hint: Option<String>,
}

/// The outcome of a call.
#[derive(Debug, Clone)]
pub enum CallOutcome {
    /// The reply, with `Origin::Reply` as its origin.
    Reply(Text),
    /// The call failed.
    Failed(CallFailure),
}

/// A call that the program makes.
#[derive(Debug, Clone)]
pub struct NewCall {
    /// The kind of the call.
    pub kind: CallKind,
    /// The prompt.
    pub prompt: Text,
    /// The context of a child run.
    pub context: Option<Text>,
    /// The requested model; `None` for the default.
    pub model: Option<SmolStr>,
    /// Maximum number of tokens of the reply; `None` if the program sets no limit.
    pub max_tokens: Option<u64>,
    /// The JSON schema of the reply, as JSON text.
    pub schema: Option<Text>,
}

/// The pending value for everything that speculation does not know; no call fills it.
pub const UNKNOWN: PendingId = PendingId(u32::MAX);

/// Maximum number of speculative calls.
const MAX_EARLY: usize = 256;

#[derive(Debug, Clone)]
enum State {
    /// Found by speculation, with unknown parts.
    Incomplete,
    /// Waits for pending values in its prompt.
    Unissued,
    Issued,
    Replied(Text),
    Failed(Box<CallFailure>),
    /// Arrived and paid, and no text refers to it any more.
    Forgotten,
}

impl State {
    const fn is_settled(&self) -> bool {
        matches!(self, Self::Replied(_) | Self::Failed(_) | Self::Forgotten)
    }
}

/// Nominal bytes of a call, for the rest of the session.
const MADE_BYTES: usize = 112;
/// Nominal bytes of an unpaid reply, arrived or not.
const UNPAID_BYTES: usize = 4_096;
/// Nominal bytes that a call adds, beside the headers of its texts.
pub(crate) const CALL_BYTES: usize = MADE_BYTES + UNPAID_BYTES;

#[derive(Debug, Clone)]
struct CallEntry {
    key: CallKey,
    state: State,
    /// Whether the program has paid for its bytes.
    paid: bool,
    /// Whether there was no memory for it. It counts as paid, and is only kept while prints and
    /// prompts wait for it.
    refused: bool,
    /// Whether the program has read it.
    needed: bool,
    /// Whether a text refers to it, as far as the current collection has found.
    referred: bool,
    /// The call, from when it is made until its reply is paid.
    asked: Option<Box<NewCall>>,
    /// The call, while it is speculative.
    early: Option<Box<NewCall>>,
}

/// The progress of speculation.
#[derive(Debug, Clone, Copy)]
struct SpeculativeCalls {
    /// The index of the next call.
    next: usize,
    last_ordinal: u32,
}

/// All calls of a session, numbered across programs.
#[derive(Debug, Default, Clone)]
pub struct PendingCalls {
    entries: Vec<CallEntry>,
    /// Unissued calls, in the order of the calls.
    queued: Vec<(PendingId, NewCall)>,
    /// The first call of the running program.
    turn_start: usize,
    /// The first call that the program has not reached.
    reached: usize,
    /// All replies before this one are paid.
    paid_until: usize,
    /// The number of replies that have arrived in this session, and their bytes.
    arrived: u64,
    arrived_bytes: u64,
    last_ordinal: u32,
    /// Early calls that the program has reached since they were last taken.
    newly_reached: Vec<CallKey>,
    /// Early calls that the program did not reach.
    lost: Vec<CallKey>,
    /// Those of them that are still in flight.
    lost_in_flight: Vec<CallKey>,
    /// Set during speculative execution.
    speculation: Option<SpeculativeCalls>,
}

impl PendingCalls {
    /// Starts a program: ordinals count from 1 again.
    pub fn start_turn(&mut self) {
        self.abandon();
        self.turn_start = self.entries.len();
        self.reached = self.turn_start;
        self.last_ordinal = 0;
    }

    /// Returns the number of calls that the program has made.
    pub fn made_this_turn(&self) -> u64 {
        self.reached.saturating_sub(self.turn_start) as u64
    }

    /// Returns the number of speculative calls that the program has not reached.
    pub fn early(&self) -> usize {
        self.entries.len().saturating_sub(self.reached)
    }

    /// Returns `true` if `calls` more speculative calls are allowed.
    pub(crate) fn has_room_for_speculative(&self, calls: usize) -> bool {
        self.early().saturating_add(calls) <= MAX_EARLY
    }

    /// Treats calls as speculative until [`stop_speculation`](Self::stop_speculation).
    pub fn start_speculation(&mut self) {
        self.speculation = Some(SpeculativeCalls {
            next: self.reached,
            last_ordinal: self.last_ordinal,
        });
    }

    /// Ends [`start_speculation`](Self::start_speculation).
    pub fn stop_speculation(&mut self) {
        self.speculation = None;
    }

    fn get(&self, id: PendingId) -> Option<&CallEntry> {
        self.entries.get(id.0 as usize)
    }

    fn get_mut(&mut self, id: PendingId) -> Option<&mut CallEntry> {
        self.entries.get_mut(id.0 as usize)
    }

    /// Returns the key of a pending value's call.
    pub(crate) fn key(&self, id: PendingId) -> Option<CallKey> {
        self.get(id).map(|entry| entry.key)
    }

    /// Returns `true` if the call has a reply or has failed.
    pub fn is_settled(&self, id: PendingId) -> bool {
        id != UNKNOWN && self.get(id).is_none_or(|entry| entry.state.is_settled())
    }

    /// Returns the reply, if it has arrived.
    pub fn reply(&self, id: PendingId) -> Option<&Text> {
        match &self.get(id)?.state {
            State::Replied(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the failure of the call, if it failed.
    pub fn failure(&self, id: PendingId) -> Option<&CallFailure> {
        match &self.get(id)?.state {
            State::Failed(failure) => Some(failure),
            _ => None,
        }
    }

    /// Returns the number of settled calls.
    pub fn settled(&self) -> usize {
        self.turn().filter(|entry| entry.state.is_settled()).count()
    }

    /// Returns the first unsettled call that the program has made.
    pub fn first_unsettled(&self) -> Option<PendingId> {
        let mut entries = self.entries.iter().enumerate().skip(self.turn_start);
        let first = entries.find(|(_, entry)| entry.early.is_none() && !entry.state.is_settled());
        first.map(|(place, _)| number(place))
    }

    /// Returns the keys of all calls in flight.
    pub fn in_flight(&self) -> Vec<CallKey> {
        self.turn()
            .filter(|entry| matches!(entry.state, State::Issued))
            .map(|entry| entry.key)
            .chain(self.lost_in_flight.iter().copied())
            .collect()
    }

    /// Returns the issued calls that must be settled before a call can be.
    pub fn issued_before(&self, entry: PendingId) -> Vec<CallKey> {
        let own = self
            .get(entry)
            .filter(|own| matches!(own.state, State::Issued))
            .map(|own| own.key);
        match own {
            Some(key) => vec![key],
            // Its prompt waits for others.
            None => self.in_flight(),
        }
    }

    /// Returns the failures of this program's calls whose replies it never read.
    pub fn unnoticed_failures(&self) -> Vec<(CallKey, CallFailure)> {
        self.turn()
            .filter(|entry| !entry.needed && entry.early.is_none())
            .filter_map(|entry| match &entry.state {
                State::Failed(failure) => Some((entry.key, (**failure).clone())),
                _ => None,
            })
            .collect()
    }

    /// Takes the keys of early calls that the program has reached.
    pub fn take_reached(&mut self) -> Vec<CallKey> {
        std::mem::take(&mut self.newly_reached)
    }

    /// Takes the keys of early calls that the program did not reach.
    pub fn take_discarded(&mut self) -> Vec<CallKey> {
        std::mem::take(&mut self.lost)
    }

    fn turn(&self) -> impl Iterator<Item = &CallEntry> {
        self.entries.get(self.turn_start..).into_iter().flatten()
    }

    /// Settles a call.
    pub fn settle(&mut self, key: CallKey, outcome: CallOutcome) {
        if let Some(place) = self.lost_in_flight.iter().position(|lost| *lost == key) {
            self.lost_in_flight.remove(place);
            return;
        }
        let start = self.turn_start;
        let mut entries = self.entries.get_mut(start..).into_iter().flatten();
        let Some(entry) = entries.find(|entry| entry.key == key) else {
            return;
        };
        if matches!(entry.state, State::Issued) {
            entry.state = match outcome {
                CallOutcome::Reply(text) => {
                    self.arrived += 1;
                    self.arrived_bytes = self.arrived_bytes.saturating_add(text.new_bytes() as u64);
                    State::Replied(text)
                }
                CallOutcome::Failed(failure) => State::Failed(Box::new(failure)),
            };
        }
    }

    /// Returns the maximum number of calls in flight, at least 1. Unread replies should stay within
    /// their fraction of the memory limit if they are as long as earlier ones.
    pub fn room(&self, memory_limit: usize) -> usize {
        let waiting = self.entries.iter().skip(self.paid_until).filter(|entry| !entry.paid);
        let unpaid = waiting.filter_map(|entry| match &entry.state {
            State::Replied(text) => Some(text.new_bytes()),
            _ => None,
        });
        let most = (memory_limit / UNPAID_PART).max(UNPAID_BYTES_AT_LEAST);
        let left = most.saturating_sub(unpaid.fold(0, usize::saturating_add));
        let expected = match self.arrived_bytes.checked_div(self.arrived) {
            Some(mean) => usize::try_from(mean).unwrap_or(usize::MAX).max(UNPAID_BYTES),
            None => UNSEEN_REPLY_BYTES,
        };
        (left / expected).max(1)
    }

    /// Refuses all unpaid replies, arrived or not, because there is no memory for them.
    pub fn refuse_unpaid(&mut self) {
        for entry in self.entries.iter_mut().take(self.reached).skip(self.paid_until) {
            if !entry.paid {
                (entry.paid, entry.refused) = (true, true);
                entry.needed = true;
                entry.asked = None;
            }
        }
        self.paid_until = self.reached;
    }

    /// Drops refused replies, except for those in `waiting` prints or prompts: when these complete
    /// differs from run to run.
    pub fn drop_refused(&mut self, waiting: impl Iterator<Item = PendingId>) {
        let is_refused = |entry: &CallEntry| entry.refused && matches!(entry.state, State::Replied(_));
        if !self.turn().any(is_refused) {
            return;
        }
        let quoted = self
            .queued
            .iter()
            .flat_map(|(_, call)| call.texts().flat_map(Text::pending_ids));
        let kept: BTreeSet<PendingId> = quoted.chain(waiting).collect();
        for (place, entry) in self.entries.iter_mut().enumerate().skip(self.turn_start) {
            if is_refused(entry) && !kept.contains(&number(place)) {
                entry.state = State::Failed(Box::new(CallFailure {
                    kind: "no_memory".into(),
                    message: "the reply did not fit into the memory of the program that asked for it".into(),
                    hint: Some("ask for shorter replies, or for fewer at once".into()),
                }));
            }
        }
    }

    /// Fails all unsettled calls of a cancelled program.
    pub fn abandon(&mut self) {
        self.discard_early();
        self.queued.clear();
        self.lost_in_flight.clear();
        for entry in self.entries.get_mut(self.turn_start..).into_iter().flatten() {
            if matches!(entry.state, State::Unissued | State::Issued) {
                entry.state = State::Failed(Box::new(CallFailure {
                    kind: "cancelled".into(),
                    message: "the program that made the call was cancelled".into(),
                    hint: None,
                }));
            }
            // The next program does not pay for them.
            entry.paid = true;
            entry.asked = None;
        }
        self.paid_until = self.entries.len();
    }

    /// Records that the program has read a reply.
    pub fn notice(&mut self, id: PendingId) {
        if self.speculation.is_none()
            && let Some(entry) = self.get_mut(id)
        {
            entry.needed = true;
        }
    }

    /// Returns a reply that has arrived and is not paid. Speculation pays for nothing.
    pub(crate) fn unpaid_reply(&self, id: PendingId) -> Option<&Text> {
        let entry = self.get(id).filter(|entry| !entry.paid && self.speculation.is_none())?;
        match &entry.state {
            State::Replied(text) => Some(text),
            _ => None,
        }
    }

    /// Marks a reply as paid; returns it if it was not.
    pub fn pay(&mut self, id: PendingId) -> Option<&Text> {
        if self.speculation.is_some() {
            return None;
        }
        let entry = self.get_mut(id)?;
        let paid = std::mem::replace(&mut entry.paid, true);
        entry.asked = None;
        match &entry.state {
            State::Replied(text) if !paid => Some(text),
            _ => None,
        }
    }

    /// Returns the number of calls that the session has made.
    pub const fn made_in_all(&self) -> usize {
        self.reached
    }

    /// Returns the first unpaid reply before `end`.
    pub fn first_unpaid(&mut self, end: usize) -> Option<PendingId> {
        let end = end.min(self.reached);
        let unpaid = self
            .entries
            .get(self.paid_until..end)?
            .iter()
            .position(|entry| !entry.paid);
        self.paid_until = unpaid.map_or(end, |unpaid| self.paid_until + unpaid);
        unpaid.map(|_| number(self.paid_until))
    }

    /// Records that a reachable text refers to a reply.
    pub fn refer(&mut self, id: PendingId) {
        if let Some(entry) = self.get_mut(id) {
            entry.referred = true;
        }
    }

    /// Returns the nominal bytes of calls at the end of a collection, and drops replies that
    /// nothing refers to. `count` returns the nominal bytes of a text's shared parts that were not
    /// counted yet; `waiting` are the pending values of texts outside of the heap.
    ///
    /// The sum must equal that of the strict run. So an unpaid reply counts as if it had not
    /// arrived, a call counts until its reply is paid, and speculative calls don't count.
    pub fn count(&mut self, mut count: impl FnMut(&Text) -> usize, waiting: impl Iterator<Item = PendingId>) -> usize {
        let mut bytes = self.reached.saturating_mul(MADE_BYTES);
        for entry in self.entries.iter().take(self.reached) {
            if !entry.paid {
                bytes = bytes.saturating_add(UNPAID_BYTES);
            }
            for text in entry.asked.iter().flat_map(|asked| asked.texts()) {
                bytes = bytes.saturating_add(text.header_bytes()).saturating_add(count(text));
            }
            if let State::Replied(text) = &entry.state
                && entry.paid
                && entry.referred
            {
                bytes = bytes.saturating_add(count(text));
            }
        }
        let unsent = self.queued.iter().flat_map(|(_, call)| call.texts());
        let asked = self
            .entries
            .iter()
            .flat_map(|entry| entry.asked.iter().chain(&entry.early));
        let asked = asked.flat_map(|call| call.texts());
        let quoted: Vec<PendingId> = unsent.chain(asked).flat_map(Text::pending_ids).collect();
        for id in quoted.into_iter().chain(waiting) {
            self.refer(id);
        }
        for entry in &mut self.entries {
            let referred = std::mem::take(&mut entry.referred);
            if entry.paid && !referred && matches!(entry.state, State::Replied(_)) {
                entry.state = State::Forgotten;
            }
        }
        bytes
    }
}

impl CallEntry {
    const fn new(key: CallKey, state: State, early: Option<Box<NewCall>>) -> Self {
        Self {
            key,
            state,
            paid: false,
            refused: false,
            needed: false,
            referred: false,
            asked: None,
            early,
        }
    }
}

impl NewCall {
    /// Returns the texts of the call: prompt, context and schema.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &Text> {
        [Some(&self.prompt), self.context.as_ref(), self.schema.as_ref()]
            .into_iter()
            .flatten()
    }
}

fn number(place: usize) -> PendingId {
    PendingId(u32::try_from(place).unwrap_or(u32::MAX))
}
