//! Makes model calls, and waits and pays for their replies.

use std::fmt::Display;

use sift_compiler::exception::ExceptionClass;
use sift_text::{PendingId, Piece, Text, TextBuilder};
use sift_values::cost;
use sift_values::flow::{End, Flow, Limit};
use sift_values::object::Object;
use sift_values::value::{Label, Type, Value};

use crate::runtime::Runtime;
use sift_values::pending_calls::{CALL_BYTES, CallFailure, MAX_UNPAID_BEFORE, MAX_UNSETTLED, NewCall};

/// The nominal bytes of each piece of a rope after it was flattened, in addition to the content:
/// the piece's origin.
const FLAT_PIECE: usize = 64;

/// The nominal bytes of the attributes `kind` and `hint` of a `CallFailed` exception.
const ATTRIBUTES_BYTES: usize = 96;

impl Runtime {
    /// Makes model calls that are issued together. Returns a text with a pending value for each
    /// reply.
    ///
    /// # Errors
    /// [`Flow::Wait`] for the oldest call while too many are unsettled.
    pub fn make_calls(&mut self, calls: Vec<NewCall>) -> Result<Vec<Value>, Flow> {
        self.single_call = None;
        if self.is_speculating() {
            self.check_speculative_calls(calls.len())?;
        } else {
            self.pay_before(
                self.pending_calls
                    .made_in_all()
                    .saturating_add(calls.len())
                    .saturating_sub(MAX_UNSETTLED),
            )?;
        }
        let asked = calls.iter().flat_map(NewCall::texts).map(Text::header_bytes);
        let bytes = asked.fold(calls.len().saturating_mul(CALL_BYTES), usize::saturating_add);
        self.reserve(bytes)?;
        for call in &calls {
            self.meter.charge(cost::MODEL_CALL)?;
            self.meter.charge_bytes(call.prompt.known_bytes())?;
        }
        let Some(pending) = self.pending_calls.make(calls) else {
            return Err(self.give_up());
        };
        self.heap.grow(bytes);
        let reply = |id| {
            self.heap
                .add(Type::Str, Object::Str(Text::pending(id)))
                .labelled(Label::REPLY)
        };
        let replies = pending.into_iter().map(reply).collect();
        self.calls_made = true;
        Ok(replies)
    }

    /// Makes one model call and returns a text with a pending value. If the program handles
    /// exceptions here, the failure of the call is raised at this op.
    ///
    /// # Errors
    /// The errors of [`make_calls`](Self::make_calls).
    pub fn make_call(&mut self, call: NewCall) -> Result<Value, Flow> {
        let reply = self.make_calls(vec![call])?.pop().unwrap_or(Value::NONE);
        if let Object::Str(text) = self.heap.get(reply.handle()) {
            self.single_call = text.pending_ids().next();
        }
        Ok(reply)
    }

    /// Returns a text in one piece, without pending values, and records all of it as read.
    ///
    /// # Errors
    /// The errors of [`flat_text`](Self::flat_text).
    pub fn text(&mut self, value: Value) -> Result<Text, Flow> {
        let text = self.flat_text(value)?;
        self.meter.note_read(&text);
        Ok(text)
    }

    /// Returns a text in one piece, without pending values. The caller records what it reads of it.
    ///
    /// # Errors
    /// [`Flow::Wait`] for a reply; a `CallFailed` exception if it failed. The caller must check
    /// that the value is a text.
    pub fn flat_text(&mut self, value: Value) -> Result<Text, Flow> {
        let Object::Str(text) = self.heap.get(value.handle()) else {
            return Ok(Text::default());
        };
        if text.as_str().is_some() {
            return Ok(text.clone());
        }
        self.settle_text(value)?;
        self.flatten(value)
    }

    /// Replaces a rope by a text in one piece, in place. The copied bytes are charged once.
    pub fn flatten(&mut self, value: Value) -> Result<Text, Flow> {
        let Object::Str(text) = self.heap.get(value.handle()) else {
            return Ok(Text::default());
        };
        if text.as_str().is_some() {
            return Ok(text.clone());
        }
        let bytes = text.known_bytes();
        self.reserve(bytes.saturating_add(text.piece_count().saturating_mul(FLAT_PIECE)))?;
        self.meter.charge_kept_bytes(bytes)?;
        let Some(Object::Str(text)) = self.heap.get_mut(value.handle()) else {
            return Ok(Text::default());
        };
        if let Err(pending) = text.flatten() {
            return Err(Flow::Wait(pending));
        }
        let text = text.clone();
        self.heap.grow_for_good(text.new_bytes() + text.header_bytes());
        Ok(text)
    }

    /// Replaces the pending values in a text by their replies, in place. The text may remain a
    /// rope.
    ///
    /// # Errors
    /// The errors of [`text`](Self::text).
    pub fn settle_text(&mut self, value: Value) -> Result<(), Flow> {
        let Object::Str(text) = self.heap.get(value.handle()) else {
            return Ok(());
        };
        if !text.has_pending() {
            return Ok(());
        }
        let pending: Vec<PendingId> = text.pending_ids().collect();
        if let Some(&waiting) = pending.iter().find(|id| !self.pending_calls.is_settled(**id)) {
            return Err(Flow::Wait(waiting));
        }
        for id in &pending {
            self.need(*id)?;
        }
        let Object::Str(text) = self.heap.get(value.handle()) else {
            return Ok(());
        };
        let Ok(filled) = text.fill(|id| self.pending_calls.reply(id).cloned()) else {
            return Err(Flow::End(End::Limit(Limit::Memory)));
        };
        // A reply on its own was counted when it was paid.
        let content = match filled.as_str() {
            Some(_) => 0,
            None => filled.new_bytes(),
        };
        let bytes = content.saturating_add(filled.header_bytes());
        self.reserve(bytes)?;
        if let Some(Object::Str(text)) = self.heap.get_mut(value.handle()) {
            *text = filled;
            self.heap.grow_for_good(bytes);
        }
        Ok(())
    }

    /// Pays for a reply that the program reads, or raises the failure of its call.
    ///
    /// # Errors
    /// A `CallFailed` exception; [`Flow::Wait`] for replies more than [`MAX_UNPAID_BEFORE`] before
    /// this one.
    fn need(&mut self, id: PendingId) -> Result<(), Flow> {
        self.pending_calls.notice(id);
        if let Some(failure) = self.pending_calls.failure(id).cloned() {
            return Err(Flow::Raise(self.call_failed(&failure)));
        }
        if !self.is_speculating() {
            self.pay_before((id.0 as usize).saturating_sub(MAX_UNPAID_BEFORE))?;
        }
        self.pay_for(id)
    }

    /// Charges the program for a reply that has arrived, unless it is already paid.
    pub fn pay_for(&mut self, id: PendingId) -> Result<(), Flow> {
        let bytes = self.pending_calls.unpaid_reply(id).map_or(0, Text::new_bytes);
        self.reserve(bytes)?;
        if let Some(reply) = self.pending_calls.pay(id) {
            let known = reply.known_bytes();
            self.heap.grow_for_good(bytes);
            self.meter.charge_kept_bytes(known)?;
        }
        Ok(())
    }

    /// Charges the program for all replies before `end`, in the order of the calls. This limits the
    /// number of unpaid replies to [`MAX_UNSETTLED`].
    ///
    /// # Errors
    /// [`Flow::Wait`] for the first of these replies that has not arrived.
    fn pay_before(&mut self, end: usize) -> Result<(), Flow> {
        while let Some(id) = self.pending_calls.first_unpaid(end) {
            if !self.pending_calls.is_settled(id) {
                return Err(Flow::Wait(id));
            }
            self.pay_for(id)?;
        }
        Ok(())
    }

    /// Raises `CallFailed` if the call that the last op waited for has failed.
    pub fn raise_if_failed(&mut self, id: PendingId) -> Result<(), Flow> {
        if self.pending_calls.failure(id).is_some() {
            self.need(id)
        } else {
            Ok(())
        }
    }

    /// Allocates the `CallFailed` exception for a failed model call or host request.
    pub fn call_failed(&mut self, failure: &CallFailure) -> Value {
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
            let bytes = exception.help.as_ref().map_or(0, String::len) + ATTRIBUTES_BYTES;
            self.heap.grow(bytes);
        }
        exception
    }

    /// Writes the waiting prints whose replies have arrived. A failed reply is printed as a marker.
    pub fn flush_output(&mut self) {
        let pending = &self.pending_calls;
        self.output.flush(|text| {
            if !text.has_pending() {
                return Some(text.clone());
            }
            if !text.pending_ids().all(|id| pending.is_settled(id)) {
                return None;
            }
            let mut shown = TextBuilder::new();
            for piece in text.pieces() {
                match piece {
                    Piece::Str { text, .. } => {
                        shown.push_str(text);
                    }
                    Piece::Pending(id) => match (pending.reply(id), pending.failure(id)) {
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

    /// Returns the text of an argument, or raises a `TypeError` if it is not a `str`.
    pub fn text_of(&mut self, value: Value, what: impl Display) -> Result<Text, Flow> {
        if value.kind() != Type::Str {
            let message = format!("{what} must be str, not {}", self.type_name(value));
            return Err(self.type_error(message));
        }
        self.text(value)
    }
}
