//! The calls of a session and what became of them.
//!
//! A call is *made* when the program comes to it, *leaves* when its prompt is complete, and is *settled* by its reply or its
//! failure. A call that was found by running ahead leaves before it is made; the program that comes to it *reaches* it. Calls are
//! numbered in the order in which the program makes them, and those found ahead in the order in which it will.

mod issue;

use std::collections::BTreeSet;

use sift_text::{HoleId, Text};
use smol_str::SmolStr;

/// Calls that may be unsettled before the machine waits for the oldest.
pub const MAX_UNSETTLED: usize = 1_024;

/// Replies right before one that the program looks at that may be unpaid: all earlier ones are paid first, so that a program
/// which looks at a late reply does not hold all that come before it uncounted.
pub(crate) const MAX_UNPAID_BEFORE: usize = 128;

/// The bytes of unpaid replies for which [`Holes::room`] leaves room: this part of the memory limit, and no fewer than these.
const UNPAID_PART: usize = 8;
const UNPAID_BYTES_AT_LEAST: usize = 1 << 20;
/// The bytes that a reply is taken to have before any has arrived.
const UNSEEN_REPLY_BYTES: usize = 64 << 10;

/// The bytes that the JSON schema of a reply may have.
pub const MAX_SCHEMA_BYTES: usize = 32_768;

/// Which call of the running program: its ordinal (from 1, in the order of issue) and its index within a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CallKey {
    /// The call, counted from 1 in the order in which the program made them.
    pub ordinal: u32,
    /// The index within a batch; 0 for a single call.
    pub index: u32,
}

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CallKind {
    /// One question to a sub-model.
    Query,
    /// A child run.
    Run,
}

/// A call that leaves the machine.
#[derive(Debug, Clone)]
pub struct IssuedCall {
    /// Which one it is.
    pub key: CallKey,
    /// What is asked.
    pub kind: CallKind,
    /// The prompt, complete; slices of the context know their place.
    pub prompt: Text,
    /// The context of a child run.
    pub context: Option<Text>,
    /// The model that the program asks for.
    pub model: Option<SmolStr>,
    /// The most tokens that the program wants.
    pub max_tokens: Option<u64>,
    /// The JSON schema of the reply, as JSON text: complete, of no more than [`MAX_SCHEMA_BYTES`], and nested no deeper than
    /// `serde_json` reads. The prompt shows it too.
    pub schema: Option<Text>,
    /// Whether it was found by running ahead: the program has not come to it yet.
    pub early: bool,
}

/// Why a call gave no reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallFailure {
    /// A stable name of the kind of failure, such as `rate_limited`.
    pub kind: SmolStr,
    /// What happened, in one line.
    pub message: String,
    /// What the program can do about it.
    pub hint: Option<String>,
}

/// The outcome of a call.
#[derive(Debug, Clone)]
pub enum CallOutcome {
    /// Its reply, with `Origin::Reply` as its origin.
    Reply(Text),
    /// It failed.
    Failed(CallFailure),
}

/// A call that the program makes now.
#[derive(Debug, Clone)]
pub struct NewCall {
    /// Whether it is a question to a sub-model or a child run.
    pub kind: CallKind,
    /// The complete prompt.
    pub prompt: Text,
    /// The context of a child run.
    pub context: Option<Text>,
    /// The model that the program asks for; none for the default.
    pub model: Option<SmolStr>,
    /// The most tokens that the reply may have; none if the program sets no limit.
    pub max_tokens: Option<u64>,
    /// The JSON schema of the reply, as JSON text.
    pub schema: Option<Text>,
}

/// The hole of what running ahead can't know: no call fills it.
pub const UNKNOWN: HoleId = HoleId(u32::MAX);

/// The most calls that are found ahead and not reached.
const MAX_EARLY: usize = 256;

#[derive(Debug, Clone)]
enum State {
    /// Found ahead; its prompt will be known when the program comes to it.
    Foreseen,
    /// Its prompt has holes.
    Unissued,
    Issued,
    Filled(Text),
    Failed(Box<CallFailure>),
    /// It had arrived and was paid, and no text refers to it any more.
    Forgotten,
}

impl State {
    const fn is_settled(&self) -> bool {
        matches!(self, Self::Filled(_) | Self::Failed(_) | Self::Forgotten)
    }
}

/// Nominal bytes of a call, for as long as the session lasts.
const MADE_BYTES: usize = 112;
/// Nominal bytes of a reply that is not paid yet, whether it has arrived or not.
const UNPAID_BYTES: usize = 4_096;
/// By how many nominal bytes a call grows what a program holds, beside the headers of what is asked.
pub(crate) const CALL_BYTES: usize = MADE_BYTES + UNPAID_BYTES;

#[derive(Debug, Clone)]
struct Hole {
    key: CallKey,
    state: State,
    /// Whether its bytes were paid for.
    paid: bool,
    /// Whether there is no room for it: it counts as paid, and is kept no longer than prints and prompts wait for it.
    refused: bool,
    /// Whether the program looked at it.
    needed: bool,
    /// Whether a text refers to it, as the collection in progress has found.
    referred: bool,
    /// What is asked, from when the program comes to it to when its reply is paid: whenever it leaves.
    asked: Option<Box<NewCall>>,
    /// What is asked, for as long as the program has not come to it.
    early: Option<Box<NewCall>>,
}

/// How far running ahead has come.
#[derive(Debug, Clone, Copy)]
struct Ahead {
    /// The next hole.
    next: usize,
    last_ordinal: u32,
}

/// All replies of a session; numbered across turns.
#[derive(Debug, Default, Clone)]
pub struct Holes {
    holes: Vec<Hole>,
    /// Calls that have not left, in the order in which they were made.
    queued: Vec<(HoleId, NewCall)>,
    /// The first hole of the running program.
    turn_start: usize,
    /// The first hole that the program has not come to.
    reached: usize,
    /// All replies before this one are paid.
    paid_until: usize,
    /// The replies that have arrived in this session, and their bytes.
    arrived: u64,
    arrived_bytes: u64,
    last_ordinal: u32,
    /// Calls that the program has come to after they left, since somebody asked.
    newly_reached: Vec<CallKey>,
    /// Calls that left and that the program won't come to.
    lost: Vec<CallKey>,
    /// Those of them that have not come back.
    lost_in_flight: Vec<CallKey>,
    /// Set while the machine runs ahead.
    ahead: Option<Ahead>,
}

impl Holes {
    /// Begins a program: ordinals count from 1 again.
    pub fn start_turn(&mut self) {
        self.abandon();
        self.turn_start = self.holes.len();
        self.reached = self.turn_start;
        self.last_ordinal = 0;
    }

    /// Returns how many calls the program has made.
    pub fn made_this_turn(&self) -> u64 {
        self.reached.saturating_sub(self.turn_start) as u64
    }

    /// Returns how many calls were found ahead that the program has not come to.
    pub fn early(&self) -> usize {
        self.holes.len().saturating_sub(self.reached)
    }

    /// Tells whether as many calls were found ahead as may be.
    pub(crate) fn has_room_ahead(&self, calls: usize) -> bool {
        self.early().saturating_add(calls) <= MAX_EARLY
    }

    /// Counts calls from now on as found ahead, until [`stop_ahead`](Self::stop_ahead).
    pub fn run_ahead(&mut self) {
        self.ahead = Some(Ahead {
            next: self.reached,
            last_ordinal: self.last_ordinal,
        });
    }

    /// Ends what [`run_ahead`](Self::run_ahead) began.
    pub fn stop_ahead(&mut self) {
        self.ahead = None;
    }

    fn get(&self, id: HoleId) -> Option<&Hole> {
        self.holes.get(id.0 as usize)
    }

    fn get_mut(&mut self, id: HoleId) -> Option<&mut Hole> {
        self.holes.get_mut(id.0 as usize)
    }

    /// Returns the call whose reply the pending value stands for.
    pub(crate) fn key(&self, id: HoleId) -> Option<CallKey> {
        self.get(id).map(|hole| hole.key)
    }

    /// Returns `true` if the call has a reply or has failed.
    pub fn is_settled(&self, id: HoleId) -> bool {
        id != UNKNOWN && self.get(id).is_none_or(|hole| hole.state.is_settled())
    }

    /// Returns the reply, if it has arrived.
    pub fn reply(&self, id: HoleId) -> Option<&Text> {
        match &self.get(id)?.state {
            State::Filled(text) => Some(text),
            _ => None,
        }
    }

    /// Returns why the call failed, if it did.
    pub fn failure(&self, id: HoleId) -> Option<&CallFailure> {
        match &self.get(id)?.state {
            State::Failed(failure) => Some(failure),
            _ => None,
        }
    }

    /// Returns how many calls are settled.
    pub fn settled(&self) -> usize {
        self.turn().filter(|hole| hole.state.is_settled()).count()
    }

    /// Returns the first call that the program has made and that is not settled.
    pub fn first_unsettled(&self) -> Option<HoleId> {
        let mut holes = self.holes.iter().enumerate().skip(self.turn_start);
        let first = holes.find(|(_, hole)| hole.early.is_none() && !hole.state.is_settled());
        first.map(|(place, _)| number(place))
    }

    /// Returns the keys of all calls that have left and have not come back.
    pub fn in_flight(&self) -> Vec<CallKey> {
        self.turn()
            .filter(|hole| matches!(hole.state, State::Issued))
            .map(|hole| hole.key)
            .chain(self.lost_in_flight.iter().copied())
            .collect()
    }

    /// Returns the calls that have left, up to a hole's own: settling them lets the hole be settled.
    pub fn issued_before(&self, hole: HoleId) -> Vec<CallKey> {
        let own = self
            .get(hole)
            .filter(|own| matches!(own.state, State::Issued))
            .map(|own| own.key);
        match own {
            Some(key) => vec![key],
            // Its prompt waits for others.
            None => self.in_flight(),
        }
    }

    /// Returns the failures of this turn that the program never looked at.
    pub fn unnoticed_failures(&self) -> Vec<(CallKey, CallFailure)> {
        self.turn()
            .filter(|hole| !hole.needed && hole.early.is_none())
            .filter_map(|hole| match &hole.state {
                State::Failed(failure) => Some((hole.key, (**failure).clone())),
                _ => None,
            })
            .collect()
    }

    /// Takes the keys of the calls that the program has come to after they had left.
    pub fn take_reached(&mut self) -> Vec<CallKey> {
        std::mem::take(&mut self.newly_reached)
    }

    /// Takes the keys of the calls that left and that the program did not come to.
    pub fn take_lost(&mut self) -> Vec<CallKey> {
        std::mem::take(&mut self.lost)
    }

    fn turn(&self) -> impl Iterator<Item = &Hole> {
        self.holes.get(self.turn_start..).into_iter().flatten()
    }

    /// Settles a call.
    pub fn settle(&mut self, key: CallKey, outcome: CallOutcome) {
        if let Some(place) = self.lost_in_flight.iter().position(|lost| *lost == key) {
            self.lost_in_flight.remove(place);
            return;
        }
        let start = self.turn_start;
        let mut holes = self.holes.get_mut(start..).into_iter().flatten();
        let Some(hole) = holes.find(|hole| hole.key == key) else {
            return;
        };
        if matches!(hole.state, State::Issued) {
            hole.state = match outcome {
                CallOutcome::Reply(text) => {
                    self.arrived += 1;
                    self.arrived_bytes = self.arrived_bytes.saturating_add(text.new_bytes() as u64);
                    State::Filled(text)
                }
                CallOutcome::Failed(failure) => State::Failed(Box::new(failure)),
            };
        }
    }

    /// Returns how many calls may be in flight at once, at least one, so that replies which the program has not looked at stay within
    /// their part of the memory limit if they are as long as those before them.
    pub fn room(&self, memory_limit: usize) -> usize {
        let waiting = self.holes.iter().skip(self.paid_until).filter(|hole| !hole.paid);
        let unpaid = waiting.filter_map(|hole| match &hole.state {
            State::Filled(text) => Some(text.new_bytes()),
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

    /// Keeps none of the replies that are not paid, nor of those that are still to arrive: there is no room for them.
    pub fn refuse_unpaid(&mut self) {
        for hole in self.holes.iter_mut().take(self.reached).skip(self.paid_until) {
            if !hole.paid {
                (hole.paid, hole.refused) = (true, true);
                hole.needed = true;
                hole.asked = None;
            }
        }
        self.paid_until = self.reached;
    }

    /// Lets go of the replies that there is no room for, but for those that `waiting` prints or prompts are to hold: whether these were
    /// complete by now differs from run to run.
    pub fn drop_refused(&mut self, waiting: impl Iterator<Item = HoleId>) {
        let is_refused = |hole: &Hole| hole.refused && matches!(hole.state, State::Filled(_));
        if !self.turn().any(is_refused) {
            return;
        }
        let quoted = self
            .queued
            .iter()
            .flat_map(|(_, call)| call.texts().flat_map(Text::holes));
        let kept: BTreeSet<HoleId> = quoted.chain(waiting).collect();
        for (place, hole) in self.holes.iter_mut().enumerate().skip(self.turn_start) {
            if is_refused(hole) && !kept.contains(&number(place)) {
                hole.state = State::Failed(Box::new(CallFailure {
                    kind: "no_memory".into(),
                    message: "the reply did not fit into the memory of the program that asked for it".into(),
                    hint: Some("ask for shorter replies, or for fewer at once".into()),
                }));
            }
        }
    }

    /// Gives up all calls of this turn that are not settled: the program that made them was cancelled.
    pub fn abandon(&mut self) {
        self.lose_early();
        self.queued.clear();
        self.lost_in_flight.clear();
        for hole in self.holes.get_mut(self.turn_start..).into_iter().flatten() {
            if matches!(hole.state, State::Unissued | State::Issued) {
                hole.state = State::Failed(Box::new(CallFailure {
                    kind: "cancelled".into(),
                    message: "the program that made the call was cancelled".into(),
                    hint: None,
                }));
            }
            // The next program pays for nothing that this one asked.
            hole.paid = true;
            hole.asked = None;
        }
        self.paid_until = self.holes.len();
    }

    /// Counts a reply as looked at.
    pub fn notice(&mut self, id: HoleId) {
        if self.ahead.is_none()
            && let Some(hole) = self.get_mut(id)
        {
            hole.needed = true;
        }
    }

    /// Returns a reply that has arrived and is not paid for; none on trial, which pays for nothing.
    pub(crate) fn unpaid_reply(&self, id: HoleId) -> Option<&Text> {
        let hole = self.get(id).filter(|hole| !hole.paid && self.ahead.is_none())?;
        match &hole.state {
            State::Filled(text) => Some(text),
            _ => None,
        }
    }

    /// Counts a reply as paid for; returns it, if it was not.
    pub fn pay(&mut self, id: HoleId) -> Option<&Text> {
        if self.ahead.is_some() {
            return None;
        }
        let hole = self.get_mut(id)?;
        let paid = std::mem::replace(&mut hole.paid, true);
        hole.asked = None;
        match &hole.state {
            State::Filled(text) if !paid => Some(text),
            _ => None,
        }
    }

    /// Returns how many calls the session has made.
    pub const fn made_in_all(&self) -> usize {
        self.reached
    }

    /// Returns the first reply before this one that is not paid.
    pub fn first_unpaid(&mut self, end: usize) -> Option<HoleId> {
        let end = end.min(self.reached);
        let unpaid = self.holes.get(self.paid_until..end)?.iter().position(|hole| !hole.paid);
        self.paid_until = unpaid.map_or(end, |unpaid| self.paid_until + unpaid);
        unpaid.map(|_| number(self.paid_until))
    }

    /// Notes that a text which the program can reach refers to a reply.
    pub fn refer(&mut self, id: HoleId) {
        if let Some(hole) = self.get_mut(id) {
            hole.referred = true;
        }
    }

    /// Counts what calls hold at the end of a collection, and forgets replies that nothing refers to. `count` gives the nominal
    /// bytes of what a text shares with others, if they were not counted yet; `waiting` are what texts outside of the heap wait for.
    ///
    /// What has arrived and is not paid counts as if it had not, what is asked counts until the reply is paid, and what was found
    /// ahead counts nothing: so that the sum is that of the strict run.
    pub fn count(&mut self, mut count: impl FnMut(&Text) -> usize, waiting: impl Iterator<Item = HoleId>) -> usize {
        let mut bytes = self.reached.saturating_mul(MADE_BYTES);
        for hole in self.holes.iter().take(self.reached) {
            if !hole.paid {
                bytes = bytes.saturating_add(UNPAID_BYTES);
            }
            for text in hole.asked.iter().flat_map(|asked| asked.texts()) {
                bytes = bytes.saturating_add(text.header_bytes()).saturating_add(count(text));
            }
            if let State::Filled(text) = &hole.state
                && hole.paid
                && hole.referred
            {
                bytes = bytes.saturating_add(count(text));
            }
        }
        let unsent = self.queued.iter().flat_map(|(_, call)| call.texts());
        let asked = self.holes.iter().flat_map(|hole| hole.asked.iter().chain(&hole.early));
        let asked = asked.flat_map(|call| call.texts());
        let quoted: Vec<HoleId> = unsent.chain(asked).flat_map(Text::holes).collect();
        for id in quoted.into_iter().chain(waiting) {
            self.refer(id);
        }
        for hole in &mut self.holes {
            let referred = std::mem::take(&mut hole.referred);
            if hole.paid && !referred && matches!(hole.state, State::Filled(_)) {
                hole.state = State::Forgotten;
            }
        }
        bytes
    }
}

impl Hole {
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
    /// Returns the texts of the call: the prompt, the context and the schema.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &Text> {
        [Some(&self.prompt), self.context.as_ref(), self.schema.as_ref()]
            .into_iter()
            .flatten()
    }
}

fn number(place: usize) -> HoleId {
    HoleId(u32::try_from(place).unwrap_or(u32::MAX))
}
