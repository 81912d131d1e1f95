//! Ops that read and write items of objects by index, key or slice.

use sift_runtime::runtime::Invocation;
use sift_values::flow::Flow;
use sift_values::value::{Label, Type, Value};

use crate::machine::run::Next;
use crate::machine::{Frame, Interpreter, OnReturn};

impl Interpreter {
    pub(super) fn load_item(&mut self) -> Result<Next, Flow> {
        let (object, index) = (self.peek(1), self.peek(0));
        let label = self.label_of(object).join(self.label_with_held(index));
        let value = match object.kind() {
            Type::Dict => match self.dict_get(object, index)? {
                Some(value) => value,
                None => match self.default_factory(object) {
                    Some(factory) => return self.call_default_factory(factory, label),
                    None => self.missing_value(object, index)?,
                },
            },
            Type::Instance => {
                if let Some(entered) = self.call_special(object, "getitem", &[index], 2, OnReturn::Push)? {
                    return Ok(self.after_call(entered));
                }
                self.index(object, index)?
            }
            _ => self.index(object, index)?,
        };
        if object.kind() == Type::Dict && label != Label::PROGRAM && self.default_factory(object).is_some() {
            // The factory would have been called if the key were missing.
            self.decide(label);
            self.note_changed(object, label);
        }
        self.replace_top(2, value.labelled(label));
        Ok(Next::Op)
    }

    pub(super) fn store_item(&mut self) -> Result<Next, Flow> {
        let (value, object, index) = (self.peek(2), self.peek(1), self.peek(0));
        if object.kind() == Type::Instance
            && let Some(entered) = self.call_special(object, "setitem", &[index, value], 3, OnReturn::Drop)?
        {
            return Ok(self.after_call(entered));
        }
        if index.kind() == Type::Slice {
            self.require_list(value, 2)?;
        }
        let place = self.label_with_held(index);
        self.note_held(value.label().join(place));
        let stored = value.labelled(place).labelled(self.library_label());
        self.set_index(object, index, stored)?;
        let cause = match index.kind() {
            Type::Slice => place.join(self.label_of(value)),
            _ => place,
        };
        self.note_changed(object, cause);
        self.drop_top(3);
        Ok(Next::Op)
    }

    pub(super) fn delete_item(&mut self) -> Result<Next, Flow> {
        let (object, index) = (self.peek(1), self.peek(0));
        if let Some(entered) = self.call_special(object, "delitem", &[index], 2, OnReturn::Drop)? {
            return Ok(self.after_call(entered));
        }
        self.delete_index(object, index)?;
        let label = self.label_with_held(index);
        self.note_changed(object, label);
        self.drop_top(2);
        Ok(Next::Op)
    }

    /// Calls the default factory of a dict for a missing key. The factory's result is stored in the
    /// dict and replaces the operands.
    fn call_default_factory(&mut self, factory: Value, label: Label) -> Result<Next, Flow> {
        let (dict, key) = (self.peek(1), self.peek(0));
        // The factory is called because the key is missing.
        self.decide(label);
        let frames = self.frames.len();
        let entered = self.enter_prelude("_missing", &[dict, key, factory])?;
        self.label_invocation(frames, entered, label);
        // The prelude's function stores the value and returns it, in place of the dict and the key.
        if let Invocation::Frame = entered
            && let Some(Frame { floor, .. }) = self.frames.last_mut()
        {
            *floor = floor.saturating_sub(2);
        }
        Ok(Next::Frame)
    }
}
