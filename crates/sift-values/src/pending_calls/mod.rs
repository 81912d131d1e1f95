//! The model calls of a session and their states.
//!
//! A call is *made* when the program executes it, *issued* when its prompt is complete, and
//! *settled* by its reply or failure. Speculation finds calls early: they are issued before they
//! are made, and the program *reaches* them later. Calls are numbered in the order in which the
//! program makes them. Speculative calls have the numbers that they will have then.

mod issue;

use std::collections::BTreeSet;

use sift_text::{PendingId, Text};
use smol_str::SmolStr;

/// The number of unsettled calls at which the machine waits for the oldest one.
pub const MAX_UNSETTLED: usize = 1_024;

/// The maximum number of unpaid replies directly before a reply that the program reads. Earlier
/// ones are paid first, so that reading a late reply does not keep all earlier ones in memory
/// uncounted.
pub const MAX_UNPAID_BEFORE: usize = 128;

/// The divisor of the memory limit that gives the bytes reserved for unpaid replies; see
/// [`PendingCalls::room`].
const UNPAID_PART: usize = 8;
/// The minimum bytes reserved for unpaid replies, whatever the memory limit.
const UNPAID_BYTES_AT_LEAST: usize = 1 << 20;
/// The expected size in bytes of a reply, as long as none has arrived.
const UNSEEN_REPLY_BYTES: usize = 64 << 10;

/// The maximum bytes of the JSON schema that a call requests for its reply.
pub const MAX_SCHEMA_BYTES: usize = 32_768;

/// The maximum number of images that a call shows to a model.
pub const MAX_IMAGES: usize = 16;

/// The identity of a model call within a program: its ordinal and its index within a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CallKey {
    /// The number of the call or batch in the program, counted from 1.
    pub ordinal: u32,
    /// The index of the call within its batch, or 0 for a single call.
    pub index: u32,
}

/// The kind of a model call: a question or a child run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CallKind {
    /// A question to a sub-model.
    Query,
    /// A child run of the whole agent loop.
    Run,
}

/// A model call that is ready to be sent.
#[derive(Debug, Clone)]
pub struct IssuedCall {
    /// The identity of the call within the program.
    pub key: CallKey,
    /// The kind of the call.
    pub kind: CallKind,
    /// The complete prompt of the call. Slices of the context keep their origin.
    pub prompt: Text,
    /// The context for a child run; `None` for a question.
    pub context: Option<Text>,
    /// The name of the requested model, or `None` for the default one.
    pub model: Option<SmolStr>,
    /// The maximum number of tokens in the reply, or `None` if the program sets no limit.
    pub max_tokens: Option<u64>,
    /// The JSON schema of the requested reply, as JSON text. It has at most [`MAX_SCHEMA_BYTES`],
    /// and its nesting is within the limit of `serde_json`. The prompt contains it too.
    pub schema: Option<Text>,
    /// The images that the model sees: numbers of documents of the context, at most [`MAX_IMAGES`].
    pub images: Vec<u32>,
    /// Whether speculation found the call and the program has not reached it yet.
    pub early: bool,
}

/// The failure of a model call or host request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallFailure {
    /// A stable name of the kind of failure, such as `rate_limited`.
    pub kind: SmolStr,
    /// A one-line description of the failure.
    pub message: String,
    /// A hint for the program about what to do instead.
    pub hint: Option<String>,
}

/// The outcome of a model call.
#[derive(Debug, Clone)]
pub enum CallOutcome {
    /// The call succeeded with this reply, whose origin is `Origin::Reply`.
    Reply(Text),
    /// The call failed, for this reason.
    Failed(CallFailure),
}

/// A model call as the program makes it.
#[derive(Debug, Clone)]
pub struct NewCall {
    /// The kind of the call.
    pub kind: CallKind,
    /// The prompt of the call. It may contain pending values.
    pub prompt: Text,
    /// The context for a child run; `None` for a question.
    pub context: Option<Text>,
    /// The name of the requested model, or `None` for the default one.
    pub model: Option<SmolStr>,
    /// The maximum number of tokens in the reply, or `None` if the program sets no limit.
    pub max_tokens: Option<u64>,
    /// The JSON schema of the requested reply, as JSON text.
    pub schema: Option<Text>,
    /// The images that the model sees, as numbers of documents of the context.
    pub images: Vec<u32>,
}

/// The pending value that stands for anything unknown during speculation. No call fills it.
pub const UNKNOWN: PendingId = PendingId(u32::MAX);

/// The maximum number of calls found by speculation that the program has not reached.
const MAX_EARLY: usize = 256;

#[derive(Debug, Clone)]
enum State {
    /// Found by speculation, but its prompt has unknown parts, so it can't be issued.
    Incomplete,
    /// Not issued yet, because its prompt contains pending values.
    Unissued,
    Issued,
    Replied(Text),
    Failed(Box<CallFailure>),
    /// The reply arrived and was paid, and then dropped because no text refers to it any more.
    Forgotten,
}

impl State {
    const fn is_settled(&self) -> bool {
        matches!(self, Self::Replied(_) | Self::Failed(_) | Self::Forgotten)
    }
}

/// The nominal bytes that a call occupies for the rest of the session.
const MADE_BYTES: usize = 112;
/// The nominal bytes of a reply until it is paid, whether or not it has arrived.
const UNPAID_BYTES: usize = 4_096;
/// The nominal bytes added by a new call, in addition to the headers of its texts.
pub const CALL_BYTES: usize = MADE_BYTES + UNPAID_BYTES;

#[derive(Debug, Clone)]
struct CallEntry {
    key: CallKey,
    state: State,
    /// Whether the program was charged for the bytes of the reply.
    paid: bool,
    /// Whether there was no memory for the reply. It then counts as paid, and is kept only while
    /// prints or prompts wait for it.
    refused: bool,
    /// Whether the program has read the reply.
    needed: bool,
    /// Whether the running garbage collection has found a text that refers to the reply.
    referred: bool,
    /// The call as the program made it, kept until its reply is paid.
    asked: Option<Box<NewCall>>,
    /// The call as speculation found it, kept until the program reaches it.
    early: Option<Box<NewCall>>,
}

/// The position of speculation in the sequence of calls.
#[derive(Debug, Clone, Copy)]
struct SpeculativeCalls {
    /// The index of the call that speculation finds next.
    next: usize,
    last_ordinal: u32,
}

/// All model calls of a session, numbered across its programs.
#[derive(Debug, Default, Clone)]
pub struct PendingCalls {
    entries: Vec<CallEntry>,
    /// Calls that are not issued yet, ordered by call number.
    queued: Vec<(PendingId, NewCall)>,
    /// The index of the running program's first call.
    turn_start: usize,
    /// The index of the first call that the program has not reached.
    reached: usize,
    /// The index of a call before which all replies are paid.
    paid_until: usize,
    /// The number of replies that have arrived in this session.
    arrived: u64,
    /// The total bytes of the replies that have arrived in this session.
    arrived_bytes: u64,
    last_ordinal: u32,
    /// The keys of early calls that the program has reached and that were not taken yet.
    newly_reached: Vec<CallKey>,
    /// The keys of early calls that were discarded because the program did not reach them.
    lost: Vec<CallKey>,
    /// The keys of discarded early calls that are still in flight.
    lost_in_flight: Vec<CallKey>,
    /// The state of speculation; `None` in normal execution.
    speculation: Option<SpeculativeCalls>,
}

impl PendingCalls {
    /// Prepares for a new program. Its calls have ordinals from 1 on.
    pub fn start_turn(&mut self) {
        self.abandon();
        self.turn_start = self.entries.len();
        self.reached = self.turn_start;
        self.last_ordinal = 0;
    }

    /// Returns the number of calls that the running program has made.
    pub fn made_this_turn(&self) -> u64 {
        self.reached.saturating_sub(self.turn_start) as u64
    }

    /// Returns the number of calls found by speculation that the program has not reached.
    pub fn early(&self) -> usize {
        self.entries.len().saturating_sub(self.reached)
    }

    /// Returns `true` if speculation may add this many more calls.
    pub fn has_room_for_speculative(&self, calls: usize) -> bool {
        self.early().saturating_add(calls) <= MAX_EARLY
    }

    /// Treats new calls as speculative until [`stop_speculation`](Self::stop_speculation) is
    /// called.
    pub fn start_speculation(&mut self) {
        self.speculation = Some(SpeculativeCalls {
            next: self.reached,
            last_ordinal: self.last_ordinal,
        });
    }

    /// Treats new calls as made by the program again, after
    /// [`start_speculation`](Self::start_speculation).
    pub fn stop_speculation(&mut self) {
        self.speculation = None;
    }

    fn get(&self, id: PendingId) -> Option<&CallEntry> {
        self.entries.get(id.0 as usize)
    }

    fn get_mut(&mut self, id: PendingId) -> Option<&mut CallEntry> {
        self.entries.get_mut(id.0 as usize)
    }

    /// Returns the key of the call that fills a pending value.
    pub fn key(&self, id: PendingId) -> Option<CallKey> {
        self.get(id).map(|entry| entry.key)
    }

    /// Returns `true` if the call has a reply or has failed.
    pub fn is_settled(&self, id: PendingId) -> bool {
        id != UNKNOWN && self.get(id).is_none_or(|entry| entry.state.is_settled())
    }

    /// Returns the reply of a call, if it has arrived.
    pub fn reply(&self, id: PendingId) -> Option<&Text> {
        match &self.get(id)?.state {
            State::Replied(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the failure of a call, if it has failed.
    pub fn failure(&self, id: PendingId) -> Option<&CallFailure> {
        match &self.get(id)?.state {
            State::Failed(failure) => Some(failure),
            _ => None,
        }
    }

    /// Returns the number of calls of the running program that have a reply or have failed.
    pub fn settled(&self) -> usize {
        self.turn().filter(|entry| entry.state.is_settled()).count()
    }

    /// Returns the first call of the running program that has neither a reply nor a failure.
    pub fn first_unsettled(&self) -> Option<PendingId> {
        let mut entries = self.entries.iter().enumerate().skip(self.turn_start);
        let first = entries.find(|(_, entry)| entry.early.is_none() && !entry.state.is_settled());
        first.map(|(place, _)| number(place))
    }

    /// Returns the keys of all calls in flight, including discarded ones.
    pub fn in_flight(&self) -> Vec<CallKey> {
        self.turn()
            .filter(|entry| matches!(entry.state, State::Issued))
            .map(|entry| entry.key)
            .chain(self.lost_in_flight.iter().copied())
            .collect()
    }

    /// Returns the keys of the issued calls whose replies are needed to settle a call: the call
    /// itself, or those that its prompt may wait for.
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

    /// Returns the failures of calls of the running program whose replies it has never read.
    pub fn unnoticed_failures(&self) -> Vec<(CallKey, CallFailure)> {
        self.turn()
            .filter(|entry| !entry.needed && entry.early.is_none())
            .filter_map(|entry| match &entry.state {
                State::Failed(failure) => Some((entry.key, (**failure).clone())),
                _ => None,
            })
            .collect()
    }

    /// Removes and returns the keys of early calls that the program has reached since the last
    /// call.
    pub fn take_reached(&mut self) -> Vec<CallKey> {
        std::mem::take(&mut self.newly_reached)
    }

    /// Removes and returns the keys of early calls that were discarded because the program did not
    /// reach them.
    pub fn take_discarded(&mut self) -> Vec<CallKey> {
        std::mem::take(&mut self.lost)
    }

    fn turn(&self) -> impl Iterator<Item = &CallEntry> {
        self.entries.get(self.turn_start..).into_iter().flatten()
    }

    /// Records the outcome of the call with this key.
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

    /// Returns the maximum number of calls in flight, at least 1. It keeps unread replies within a
    /// fraction of the memory limit, if they are as long as earlier ones.
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

    /// Refuses all replies that are not paid yet, arrived or not, because there is no memory for
    /// them.
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

    /// Drops the refused replies that have arrived, except those that prompts or the given
    /// `waiting` prints need. When these complete differs from run to run.
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

    /// Ends the calls of a program that is over: unsettled ones fail, and speculative ones are
    /// discarded.
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

    /// Records that the program has read the reply of a call.
    pub fn notice(&mut self, id: PendingId) {
        if self.speculation.is_none()
            && let Some(entry) = self.get_mut(id)
        {
            entry.needed = true;
        }
    }

    /// Returns the reply of a call if it has arrived and is not paid. Returns `None` during
    /// speculation, which pays for nothing.
    pub fn unpaid_reply(&self, id: PendingId) -> Option<&Text> {
        let entry = self.get(id).filter(|entry| !entry.paid && self.speculation.is_none())?;
        match &entry.state {
            State::Replied(text) => Some(text),
            _ => None,
        }
    }

    /// Marks the reply of a call as paid. Returns the reply if it was not paid before.
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

    /// Returns the number of calls that all programs of the session have made.
    pub const fn made_in_all(&self) -> usize {
        self.reached
    }

    /// Returns the first call before `end` whose reply is not paid.
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

    /// Records that a text found by the garbage collection refers to the reply of a call.
    pub fn refer(&mut self, id: PendingId) {
        if let Some(entry) = self.get_mut(id) {
            entry.referred = true;
        }
    }

    /// Returns the nominal bytes of all calls at the end of a garbage collection, and drops replies
    /// that no text refers to. `count` returns the nominal bytes of a text's shared parts that were
    /// not counted yet; `waiting` are the pending values in texts outside of the heap.
    ///
    /// The sum must be the same as without speculation and for any arrival times. So an unpaid
    /// reply counts as if it had not arrived, a call counts until its reply is paid, and
    /// speculative calls don't count.
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
    pub fn texts(&self) -> impl Iterator<Item = &Text> {
        [Some(&self.prompt), self.context.as_ref(), self.schema.as_ref()]
            .into_iter()
            .flatten()
    }
}

fn number(place: usize) -> PendingId {
    PendingId(u32::try_from(place).unwrap_or(u32::MAX))
}
