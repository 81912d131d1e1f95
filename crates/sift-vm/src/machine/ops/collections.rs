//! Ops that add items to the collection of a comprehension, to a display with `*` or `**`, or to a
//! call's arguments.

use sift_values::flow::Flow;
use sift_values::value::Label;

use crate::machine::Interpreter;

impl Interpreter {
    pub(super) fn append_item(&mut self, depth: u16) -> Result<(), Flow> {
        let (list, item) = (self.peek(depth as usize + 1), self.peek(0));
        self.list_append(list, item)?;
        self.note_held(item.label());
        self.note_changed(list, Label::PROGRAM);
        self.stack.pop();
        Ok(())
    }

    pub(super) fn add_to_set(&mut self, depth: u16) -> Result<(), Flow> {
        let (set, item) = (self.peek(depth as usize + 1), self.peek(0));
        self.set_add(set, item)?;
        self.note_held(item.label());
        let label = self.label_with_held(item);
        self.note_changed(set, label);
        self.stack.pop();
        Ok(())
    }

    pub(super) fn add_to_dict(&mut self, depth: u16) -> Result<(), Flow> {
        let (dict, key, value) = (self.peek(depth as usize + 2), self.peek(1), self.peek(0));
        self.dict_set(dict, key, value)?;
        self.note_held(key.label().join(value.label()));
        let label = self.label_with_held(key);
        self.note_changed(dict, label);
        self.drop_top(2);
        Ok(())
    }

    pub(super) fn extend_list(&mut self) -> Result<(), Flow> {
        let (list, values) = (self.peek(1), self.peek(0));
        self.require_list(values, 0)?;
        let shape = self.label_of(values);
        self.note_held(shape);
        self.list_extend(list, values)?;
        let label = shape.join(self.label_of(values));
        self.note_changed(list, label);
        self.stack.pop();
        Ok(())
    }

    pub(super) fn extend_set(&mut self) -> Result<(), Flow> {
        let (set, values) = (self.peek(1), self.peek(0));
        self.require_list(values, 0)?;
        let shape = self.label_of(values);
        self.note_held(shape);
        self.set_update(set, values)?;
        let label = self.label_with_held(values);
        self.note_changed(set, label);
        self.stack.pop();
        Ok(())
    }

    pub(super) fn extend_dict(&mut self) -> Result<(), Flow> {
        let (dict, mapping) = (self.peek(1), self.peek(0));
        let label = self.label_of(mapping);
        self.note_held(label);
        self.dict_spread(dict, mapping)?;
        let label = self.label_of_truth(mapping);
        self.note_changed(dict, label);
        self.stack.pop();
        Ok(())
    }

    /// Adds the entries of a mapping to the keyword arguments of a call, as in `f(**mapping)`. The
    /// callee and the positional arguments are below on the stack.
    pub(super) fn extend_keywords(&mut self) -> Result<(), Flow> {
        let (callee, dict, mapping) = (self.peek(3), self.peek(1), self.peek(0));
        self.merge_keywords(callee, dict, mapping)?;
        let label = self.label_of_truth(mapping);
        self.note_changed(dict, label);
        self.stack.pop();
        Ok(())
    }
}
