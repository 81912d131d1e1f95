//! Ops that build collections from the values on the stack.

use sift_values::dict::Dict;
use sift_values::flow::Flow;
use sift_values::object::{DictKind, DictObject, Object};
use sift_values::value::{Label, Type, Value};

use crate::machine::Interpreter;

impl Interpreter {
    pub(super) fn build_list(&mut self, count: u32) -> Result<(), Flow> {
        let items = self.top(count).to_vec();
        self.note_all_held(&items);
        let list = self.alloc_list(items)?;
        self.replace_top(count as usize, list);
        Ok(())
    }

    pub(super) fn build_tuple(&mut self, count: u32) -> Result<(), Flow> {
        let items: Box<[Value]> = self.top(count).into();
        self.note_all_held(&items);
        let tuple = self.alloc_tuple(items)?;
        self.replace_top(count as usize, tuple);
        Ok(())
    }

    pub(super) fn build_set(&mut self, count: u32) -> Result<(), Flow> {
        let items = self.top(count).to_vec();
        self.note_all_held(&items);
        let set = self.new_set(&items)?;
        let label = self.label_of_keys(items.iter().copied());
        self.note_changed(set, label);
        self.replace_top(count as usize, set);
        Ok(())
    }

    pub(super) fn build_dict(&mut self, pairs: u32) -> Result<(), Flow> {
        let items = self.top(pairs.saturating_mul(2)).to_vec();
        self.note_all_held(&items);
        let dict = DictObject {
            kind: DictKind::Plain,
            items: Dict::with_capacity(pairs as usize),
        };
        let dict = self.alloc(Type::Dict, Object::Dict(Box::new(dict)))?;
        for pair in items.chunks_exact(2) {
            if let [key, value] = pair {
                self.dict_set(dict, *key, *value)?;
            }
        }
        let label = self.label_of_keys(items.iter().copied().step_by(2));
        self.note_changed(dict, label);
        self.replace_top(items.len(), dict);
        Ok(())
    }

    pub(super) fn build_slice(&mut self) -> Result<(), Flow> {
        let parts = Box::new([self.peek(2), self.peek(1), self.peek(0)]);
        let label = parts
            .iter()
            .fold(Label::PROGRAM, |label, part| label.join(part.label()));
        let slice = self.alloc(Type::Slice, Object::Slice(parts))?;
        self.replace_top(3, slice.labelled(label));
        Ok(())
    }

    pub(super) fn list_to_tuple(&mut self) -> Result<(), Flow> {
        let list = self.peek(0);
        let items = self.list_items(list).to_vec();
        let tuple = self.alloc_tuple(items)?;
        let label = self.label_of(list);
        self.replace_top(1, tuple.labelled(label));
        Ok(())
    }
}
