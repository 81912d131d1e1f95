//! Replies that have not arrived.
//!
//! A call returns at once with a text that is a hole. The hole travels through everything that does not look into it; what
//! does look makes the machine wait for that one reply. A call whose prompt has holes leaves when they are filled.

use rlm_text::{HoleId, Piece, Text, TextBuilder};
use smol_str::SmolStr;

use super::Interpreter;
use crate::exception::ExceptionClass;
use crate::flow::{End, Flow, Limit};
use crate::object::Object;
use crate::value::{Label, Type, Value};

/// Calls that may be unsettled before the machine waits for the oldest.
pub const MAX_UNSETTLED: usize = 1_024;

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

/// What became of a call.
#[derive(Debug, Clone)]
pub enum CallOutcome {
    /// Its reply, with `Origin::Reply` as its origin.
    Reply(Text),
    /// It failed.
    Failed(CallFailure),
}

/// A call that the program makes now.
#[derive(Debug)]
pub(crate) struct NewCall {
    pub(crate) kind: CallKind,
    pub(crate) prompt: Text,
    pub(crate) context: Option<Text>,
    pub(crate) model: Option<SmolStr>,
    pub(crate) max_tokens: Option<u64>,
}

#[derive(Debug, Clone)]
enum State {
    /// Made, but the prompt has holes.
    Unissued,
    Issued,
    Filled(Text),
    Failed(CallFailure),
}

#[derive(Debug)]
struct Hole {
    key: CallKey,
    state: State,
    /// Whether its bytes were paid for.
    paid: bool,
    /// Whether the program looked at it.
    needed: bool,
}

/// All replies of a session; numbered across turns.
#[derive(Debug, Default)]
pub(crate) struct Holes {
    holes: Vec<Hole>,
    /// Calls that have not left, in the order in which they were made.
    queued: Vec<(HoleId, NewCall)>,
    unsettled: usize,
    /// The first hole of the running program.
    turn_start: usize,
    last_ordinal: u32,
}

impl Holes {
    /// Begins a program: ordinals count from 1 again.
    pub(crate) fn start_turn(&mut self) {
        self.abandon();
        self.turn_start = self.holes.len();
        self.last_ordinal = 0;
    }

    /// Returns how many calls the program has made.
    pub(crate) fn made_this_turn(&self) -> u64 {
        self.holes.len().saturating_sub(self.turn_start) as u64
    }

    fn get(&self, id: HoleId) -> Option<&Hole> {
        self.holes.get(id.0 as usize)
    }

    fn get_mut(&mut self, id: HoleId) -> Option<&mut Hole> {
        self.holes.get_mut(id.0 as usize)
    }

    pub(crate) fn key(&self, id: HoleId) -> Option<CallKey> {
        self.get(id).map(|hole| hole.key)
    }

    pub(crate) fn is_settled(&self, id: HoleId) -> bool {
        self.get(id)
            .is_none_or(|hole| matches!(hole.state, State::Filled(_) | State::Failed(_)))
    }

    pub(crate) fn reply(&self, id: HoleId) -> Option<&Text> {
        match &self.get(id)?.state {
            State::Filled(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn failure(&self, id: HoleId) -> Option<&CallFailure> {
        match &self.get(id)?.state {
            State::Failed(failure) => Some(failure),
            _ => None,
        }
    }

    /// Returns the oldest hole of this turn that is not settled.
    pub(crate) fn first_unsettled(&self) -> Option<HoleId> {
        (self.turn_start..self.holes.len())
            .filter_map(|index| u32::try_from(index).ok().map(HoleId))
            .find(|id| !self.is_settled(*id))
    }

    /// Returns the keys of all calls that have left and have not come back.
    pub(crate) fn in_flight(&self) -> Vec<CallKey> {
        self.turn()
            .filter(|hole| matches!(hole.state, State::Issued))
            .map(|hole| hole.key)
            .collect()
    }

    /// Returns the calls that have left, up to a hole's own: settling them lets the hole be settled.
    pub(crate) fn issued_before(&self, hole: HoleId) -> Vec<CallKey> {
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
    pub(crate) fn unnoticed_failures(&self) -> Vec<(CallKey, CallFailure)> {
        self.turn()
            .filter(|hole| !hole.needed)
            .filter_map(|hole| match &hole.state {
                State::Failed(failure) => Some((hole.key, failure.clone())),
                _ => None,
            })
            .collect()
    }

    fn turn(&self) -> impl Iterator<Item = &Hole> {
        self.holes.get(self.turn_start..).into_iter().flatten()
    }

    /// Settles a call.
    pub(crate) fn settle(&mut self, key: CallKey, outcome: CallOutcome) {
        let start = self.turn_start;
        let Some(hole) = self
            .holes
            .get_mut(start..)
            .into_iter()
            .flatten()
            .find(|hole| hole.key == key)
        else {
            return;
        };
        if matches!(hole.state, State::Issued) {
            hole.state = match outcome {
                CallOutcome::Reply(text) => State::Filled(text),
                CallOutcome::Failed(failure) => State::Failed(failure),
            };
            self.unsettled = self.unsettled.saturating_sub(1);
        }
    }

    /// Gives up all calls of this turn that are not settled: the program that made them was cancelled.
    pub(crate) fn abandon(&mut self) {
        self.queued.clear();
        self.unsettled = 0;
        for hole in self.holes.get_mut(self.turn_start..).into_iter().flatten() {
            if matches!(hole.state, State::Unissued | State::Issued) {
                hole.state = State::Failed(CallFailure {
                    kind: "cancelled".into(),
                    message: "the program that made the call was cancelled".into(),
                    hint: None,
                });
            }
        }
    }

    /// Counts a reply as looked at.
    pub(crate) fn notice(&mut self, id: HoleId) {
        if let Some(hole) = self.get_mut(id) {
            hole.needed = true;
        }
    }

    /// Takes the calls that can leave. A call that asks with a failed reply in its prompt fails without leaving.
    pub(crate) fn take_ready(&mut self) -> Vec<IssuedCall> {
        let mut ready = Vec::new();
        let mut waiting = Vec::new();
        for (id, mut call) in std::mem::take(&mut self.queued) {
            let Some(key) = self.key(id) else { continue };
            match self.complete(&mut call) {
                Readiness::Waits => waiting.push((id, call)),
                Readiness::Fails(failure) => {
                    if let Some(hole) = self.get_mut(id) {
                        hole.state = State::Failed(failure);
                    }
                    self.unsettled = self.unsettled.saturating_sub(1);
                }
                Readiness::Leaves => {
                    if let Some(hole) = self.get_mut(id) {
                        hole.state = State::Issued;
                    }
                    ready.push(IssuedCall {
                        key,
                        kind: call.kind,
                        prompt: call.prompt,
                        context: call.context,
                        model: call.model,
                        max_tokens: call.max_tokens,
                    });
                }
            }
        }
        self.queued = waiting;
        ready
    }

    fn complete(&self, call: &mut NewCall) -> Readiness {
        for text in [Some(&mut call.prompt), call.context.as_mut()].into_iter().flatten() {
            if !text.has_holes() {
                continue;
            }
            let holes: Vec<HoleId> = text.holes().collect();
            if let Some(failure) = holes.iter().find_map(|id| self.failure(*id)) {
                return Readiness::Fails(CallFailure {
                    kind: "prompt_failed".into(),
                    message: format!("its prompt holds a reply that failed: {}", failure.message),
                    hint: failure.hint.clone(),
                });
            }
            if !holes.iter().all(|id| self.is_settled(*id)) {
                return Readiness::Waits;
            }
            match text.fill(|id| self.reply(id).cloned()) {
                Ok(filled) => *text = filled,
                Err(error) => {
                    return Readiness::Fails(CallFailure {
                        kind: "prompt_too_long".into(),
                        message: error.to_string(),
                        hint: None,
                    });
                }
            }
        }
        Readiness::Leaves
    }
}

enum Readiness {
    Leaves,
    Waits,
    Fails(CallFailure),
}

/// Units of fuel for a call, beside its prompt: handing it out and taking its reply back.
const CALL: u64 = 1_000;

impl Interpreter {
    /// Makes calls that leave together; returns a text for each that stands for its reply.
    ///
    /// # Errors
    /// Waits for the oldest call while too many are unsettled.
    pub(crate) fn make_calls(&mut self, calls: Vec<NewCall>) -> Result<Vec<Value>, Flow> {
        if self.holes.unsettled.saturating_add(calls.len()) > MAX_UNSETTLED.max(calls.len())
            && let Some(oldest) = self.holes.first_unsettled()
        {
            return Err(Flow::Wait(oldest));
        }
        for call in &calls {
            self.meter.charge(CALL)?;
            self.meter.charge_bytes(call.prompt.known_bytes())?;
        }
        self.holes.last_ordinal = self.holes.last_ordinal.saturating_add(1);
        let ordinal = self.holes.last_ordinal;
        let mut replies = Vec::with_capacity(calls.len());
        for (index, call) in (0..).zip(calls) {
            let id = HoleId(u32::try_from(self.holes.holes.len()).unwrap_or(u32::MAX));
            self.holes.holes.push(Hole {
                key: CallKey { ordinal, index },
                state: State::Unissued,
                paid: false,
                needed: false,
            });
            self.holes.unsettled += 1;
            self.holes.queued.push((id, call));
            replies.push(
                self.heap
                    .add(Type::Str, Object::Str(Text::hole(id)))
                    .labelled(Label::REPLY),
            );
        }
        self.calls_made = true;
        Ok(replies)
    }

    /// Makes one call. Where a handler is in force that would catch its failure, the program does not go on before it is
    /// settled, and a failure is raised where the call stands.
    ///
    /// # Errors
    /// As [`make_calls`](Self::make_calls).
    pub(crate) fn make_call(&mut self, call: NewCall) -> Result<Value, Flow> {
        let reply = self.make_calls(vec![call])?.pop().unwrap_or(Value::NONE);
        if self.guards.iter().any(|guard| guard.catches_call_failure)
            && let Object::Str(text) = self.heap.get(reply.handle())
        {
            self.settle_first = text.holes().next();
        }
        Ok(reply)
    }

    /// Returns a text whose replies have all arrived, complete and in one piece.
    ///
    /// # Errors
    /// Waits for a reply; raises `CallFailed` for one that failed; a `TypeError` is the caller's to raise before.
    pub(crate) fn text(&mut self, value: Value) -> Result<Text, Flow> {
        let Object::Str(text) = self.heap.get(value.handle()) else {
            return Ok(Text::default());
        };
        if text.as_str().is_some() {
            return Ok(text.clone());
        }
        self.settle_text(value)?;
        self.flatten(value)
    }

    /// Replaces a rope by one piece, for all that refer to it; its bytes are copied, and paid, once.
    fn flatten(&mut self, value: Value) -> Result<Text, Flow> {
        let Object::Str(text) = self.heap.get(value.handle()) else {
            return Ok(Text::default());
        };
        if text.as_str().is_some() {
            return Ok(text.clone());
        }
        let bytes = text.known_bytes();
        self.reserve(bytes)?;
        self.meter.charge_kept_bytes(bytes)?;
        self.heap.grow(bytes);
        let Some(Object::Str(text)) = self.heap.get_mut(value.handle()) else {
            return Ok(Text::default());
        };
        match text.flatten() {
            Ok(_) => Ok(text.clone()),
            Err(hole) => Err(Flow::Wait(hole)),
        }
    }

    /// Fills the holes of a text on the heap; it may stay a rope.
    ///
    /// # Errors
    /// As [`text`](Self::text).
    pub(crate) fn settle_text(&mut self, value: Value) -> Result<(), Flow> {
        let Object::Str(text) = self.heap.get(value.handle()) else {
            return Ok(());
        };
        if !text.has_holes() {
            return Ok(());
        }
        let holes: Vec<HoleId> = text.holes().collect();
        if let Some(&waiting) = holes.iter().find(|id| !self.holes.is_settled(**id)) {
            return Err(Flow::Wait(waiting));
        }
        for id in &holes {
            self.need(*id)?;
        }
        let Some(Object::Str(text)) = self.heap.get_mut(value.handle()) else {
            return Ok(());
        };
        match text.fill(|id| self.holes.reply(id).cloned()) {
            Ok(filled) => *text = filled,
            Err(_) => return Err(Flow::End(End::Limit(Limit::Memory))),
        }
        Ok(())
    }

    /// Looks at a settled reply for the first time: it is paid for, or its failure is raised.
    fn need(&mut self, id: HoleId) -> Result<(), Flow> {
        let Some(hole) = self.holes.get_mut(id) else {
            return Ok(());
        };
        hole.needed = true;
        match &hole.state {
            State::Failed(failure) => {
                let failure = failure.clone();
                Err(Flow::Raise(self.call_failed(&failure)))
            }
            _ => self.pay_for(id),
        }
    }

    fn pay_for(&mut self, id: HoleId) -> Result<(), Flow> {
        let Some(hole) = self.holes.get_mut(id) else {
            return Ok(());
        };
        if std::mem::replace(&mut hole.paid, true) {
            return Ok(());
        }
        if let State::Filled(text) = &hole.state {
            let bytes = text.known_bytes();
            self.heap.grow(bytes);
            self.meter.charge_kept_bytes(bytes)?;
        }
        Ok(())
    }

    /// Raises the failure of a call that the op just run had to wait for.
    pub(super) fn raise_if_failed(&mut self, id: HoleId) -> Result<(), Flow> {
        if self.holes.failure(id).is_some() {
            self.need(id)
        } else {
            Ok(())
        }
    }

    fn call_failed(&mut self, failure: &CallFailure) -> Value {
        let message = self.new_text(Text::new(&failure.message));
        let kind = self.new_text(Text::new(&failure.kind));
        let hint = failure
            .hint
            .as_ref()
            .map_or(Value::NONE, |hint| self.new_text(Text::new(hint)));
        let exception = self.exception(ExceptionClass::CallFailed, vec![message]);
        if let Some(Object::Exception(exception)) = self.heap.get_mut(exception.handle()) {
            exception.attributes = vec![("kind".into(), kind), ("hint".into(), hint)];
            exception.help.clone_from(&failure.hint);
        }
        exception
    }

    /// Ends a turn: what was printed is completed, and replies that nobody looked at are paid, in the order of the calls.
    ///
    /// # Errors
    /// The program's end, if fuel does not reach.
    pub(crate) fn settle_turn(&mut self) -> Result<(), Flow> {
        self.flush_output();
        for index in self.holes.turn_start..self.holes.holes.len() {
            if let Ok(id) = u32::try_from(index) {
                self.pay_for(HoleId(id))?;
            }
        }
        Ok(())
    }

    /// Writes the prints whose replies have arrived. A failed reply shows as a marker.
    pub(crate) fn flush_output(&mut self) {
        let holes = &self.holes;
        self.output.flush(|text| {
            if !text.has_holes() {
                return Some(text.clone());
            }
            if !text.holes().all(|id| holes.is_settled(id)) {
                return None;
            }
            let mut shown = TextBuilder::new();
            for piece in text.pieces() {
                match piece {
                    Piece::Str { text, .. } => {
                        shown.push_str(text);
                    }
                    Piece::Hole(id) => match (holes.reply(id), holes.failure(id)) {
                        (Some(reply), _) => {
                            shown.push_text(reply);
                        }
                        (None, Some(failure)) => {
                            shown.push_str(&format!("<call failed: {}>", failure.message));
                        }
                        (None, None) => {}
                    },
                }
            }
            Some(shown.finish().unwrap_or_default())
        });
    }
}
