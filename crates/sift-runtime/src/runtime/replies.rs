//! Calls that programs make, and waiting for replies that have not arrived.

use std::fmt::Display;

use sift_compiler::exception::ExceptionClass;
use sift_text::{HoleId, Piece, Text, TextBuilder};
use sift_values::cost;
use sift_values::flow::{End, Flow, Limit};
use sift_values::object::Object;
use sift_values::value::{Label, Type, Value};

use crate::runtime::Runtime;
use crate::runtime::holes::{CALL_BYTES, CallFailure, MAX_UNPAID_BEFORE, MAX_UNSETTLED, NewCall};

/// Nominal bytes that a piece of a rope takes in a flat text, beside its content: its origin.
const FLAT_PIECE: usize = 64;

/// Nominal bytes of the two attributes of a `CallFailed`.
const ATTRIBUTES_BYTES: usize = 96;

impl Runtime {
    /// Makes calls that leave together; returns a text for each that stands for its reply.
    ///
    /// # Errors
    /// Waits for the oldest call while too many are unsettled.
    pub fn make_calls(&mut self, calls: Vec<NewCall>) -> Result<Vec<Value>, Flow> {
        self.single_call = None;
        if self.is_ahead() {
            self.may_find(calls.len())?;
        } else {
            self.pay_before(
                self.holes
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
        let Some(holes) = self.holes.make(calls) else {
            return Err(self.give_up());
        };
        self.heap.grow(bytes);
        let reply = |id| {
            self.heap
                .add(Type::Str, Object::Str(Text::hole(id)))
                .labelled(Label::REPLY)
        };
        let replies = holes.into_iter().map(reply).collect();
        self.calls_made = true;
        Ok(replies)
    }

    /// Makes one call, whose failure is raised where it stands if a handler in force would catch that.
    ///
    /// # Errors
    /// As [`make_calls`](Self::make_calls).
    pub fn make_call(&mut self, call: NewCall) -> Result<Value, Flow> {
        let reply = self.make_calls(vec![call])?.pop().unwrap_or(Value::NONE);
        if let Object::Str(text) = self.heap.get(reply.handle()) {
            self.single_call = text.holes().next();
        }
        Ok(reply)
    }

    /// Returns a text for reading all of it: complete and in one piece. What of the context stands in it is noted.
    ///
    /// # Errors
    /// As [`flat_text`](Self::flat_text).
    pub fn text(&mut self, value: Value) -> Result<Text, Flow> {
        let text = self.flat_text(value)?;
        self.meter.note_read(&text);
        Ok(text)
    }

    /// Returns a text whose replies have all arrived, complete and in one piece; what of it is read is the caller's to note.
    ///
    /// # Errors
    /// Waits for a reply; raises `CallFailed` for one that failed; a `TypeError` is the caller's to raise before.
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

    /// Replaces a rope by one piece, for all that refer to it; its bytes are copied, and paid, once.
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
        if let Err(hole) = text.flatten() {
            return Err(Flow::Wait(hole));
        }
        let text = text.clone();
        self.heap.grow_for_good(text.new_bytes() + text.header_bytes());
        Ok(text)
    }

    /// Fills the holes of a text on the heap; it may stay a rope.
    ///
    /// # Errors
    /// As [`text`](Self::text).
    pub fn settle_text(&mut self, value: Value) -> Result<(), Flow> {
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
        let Object::Str(text) = self.heap.get(value.handle()) else {
            return Ok(());
        };
        let Ok(filled) = text.fill(|id| self.holes.reply(id).cloned()) else {
            return Err(Flow::End(End::Limit(Limit::Memory)));
        };
        // A reply by itself was counted when it was paid.
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

    /// Looks at a settled reply for the first time: it is paid for, or its failure is raised.
    ///
    /// # Errors
    /// Besides its failure, waits for a reply that comes more than [`MAX_UNPAID_BEFORE`] before it.
    fn need(&mut self, id: HoleId) -> Result<(), Flow> {
        self.holes.notice(id);
        if let Some(failure) = self.holes.failure(id).cloned() {
            return Err(Flow::Raise(self.call_failed(&failure)));
        }
        if !self.is_ahead() {
            self.pay_before((id.0 as usize).saturating_sub(MAX_UNPAID_BEFORE))?;
        }
        self.pay_for(id)
    }

    /// Counts a reply that has arrived as the program's, if it fits.
    pub fn pay_for(&mut self, id: HoleId) -> Result<(), Flow> {
        let bytes = self.holes.unpaid_reply(id).map_or(0, Text::new_bytes);
        self.reserve(bytes)?;
        if let Some(reply) = self.holes.pay(id) {
            let known = reply.known_bytes();
            self.heap.grow_for_good(bytes);
            self.meter.charge_kept_bytes(known)?;
        }
        Ok(())
    }

    /// Pays for all replies before this one, in the order of the calls, once they have arrived: so that no more than
    /// [`MAX_UNSETTLED`] are neither paid nor counted.
    ///
    /// # Errors
    /// Waits for the first that has not arrived.
    fn pay_before(&mut self, end: usize) -> Result<(), Flow> {
        while let Some(id) = self.holes.first_unpaid(end) {
            if !self.holes.is_settled(id) {
                return Err(Flow::Wait(id));
            }
            self.pay_for(id)?;
        }
        Ok(())
    }

    /// Raises the failure of a call that the op just run had to wait for.
    pub fn raise_if_failed(&mut self, id: HoleId) -> Result<(), Flow> {
        if self.holes.failure(id).is_some() {
            self.need(id)
        } else {
            Ok(())
        }
    }

    /// Makes the exception of a call that gave no reply, or of the host that gave no answer.
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

    /// Writes the prints whose replies have arrived. A failed reply shows as a marker.
    pub fn flush_output(&mut self) {
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

    /// Returns the text of an argument that must be a str.
    pub fn text_of(&mut self, value: Value, what: impl Display) -> Result<Text, Flow> {
        if value.kind() != Type::Str {
            let message = format!("{what} must be str, not {}", self.type_name(value));
            return Err(self.type_error(message));
        }
        self.text(value)
    }
}
