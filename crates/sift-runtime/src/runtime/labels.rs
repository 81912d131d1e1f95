//! Taint labels: which sources values, objects and decisions of a program derive from.

use sift_values::object::{IteratorSource, Object};
use sift_values::value::{Label, Type, Value};

use crate::runtime::{Row, Runtime};

/// Returns `true` if a value may contain other values, or reveal something about earlier
/// computations.
const fn is_container(value: Value) -> bool {
    matches!(
        value.kind(),
        Type::List
            | Type::Tuple
            | Type::Dict
            | Type::Deque
            | Type::Set
            | Type::FrozenSet
            | Type::DictView
            | Type::Iterator
            | Type::Generator
            | Type::Record
            | Type::Instance
    )
}

/// Returns `true` if a value refers to a mutable object.
const fn is_changeable(value: Value) -> bool {
    matches!(
        value.kind(),
        Type::List
            | Type::Dict
            | Type::Deque
            | Type::Set
            | Type::Iterator
            | Type::Generator
            | Type::Instance
            | Type::DecimalContext
    )
}

impl Runtime {
    /// Returns the taint label of a value, joined with the label of its object's contents.
    #[inline]
    pub fn label_of(&self, value: Value) -> Label {
        let may_have = is_changeable(value) || value.kind() == Type::DictView;
        if value.kind() == Type::Iterator || may_have && self.heap.has_labels() {
            self.label_of_object(value)
        } else {
            value.label()
        }
    }

    fn label_of_object(&self, value: Value) -> Label {
        let label = value.label().join(self.heap.label(value.handle()));
        match self.heap.get(value.handle()) {
            Object::DictView { dict, .. } => label.join(dict.label()).join(self.heap.label(dict.handle())),
            Object::Iterator(iterator) => {
                let label = label.join(iterator.label);
                match iterator.source {
                    IteratorSource::Sequence { items: source, .. }
                    | IteratorSource::Reversed { items: source, .. }
                    | IteratorSource::Deque { deque: source, .. }
                    | IteratorSource::Dict { dict: source, .. } => label.join(self.heap.label(source.handle())),
                    _ => label,
                }
            }
            _ => label,
        }
    }

    /// Returns the taint label of a value. For a container, it is joined with the labels of all
    /// values that were put into containers.
    #[inline]
    pub fn label_with_held(&self, value: Value) -> Label {
        if is_container(value) {
            self.label_of(value).join(self.held)
        } else {
            value.label()
        }
    }

    /// Returns the taint label of a value's truth. For a container, this covers whether it is
    /// empty.
    #[inline]
    pub fn label_of_truth(&self, value: Value) -> Label {
        match value.kind() {
            Type::Instance => self.label_with_held(value),
            _ => self.label_of(value),
        }
    }

    /// Returns the control label of the current code if it belongs to the library, otherwise the
    /// empty label.
    #[inline]
    pub fn library_label(&self) -> Label {
        match self.caller.is_library {
            true => self.caller.label,
            false => Label::PROGRAM,
        }
    }

    /// Joins the control label of library code to the arguments of a call on top of the stack.
    #[inline]
    pub fn label_arguments(&mut self, operands: usize) {
        let label = self.library_label();
        if label != Label::PROGRAM {
            for argument in self.stack.iter_mut().rev().take(operands) {
                *argument = argument.labelled(label);
            }
        }
    }

    /// Records that an object is changed: joins `cause`, and the control label of library code, to
    /// its label.
    #[inline]
    pub fn note_changed(&mut self, object: Value, cause: Label) {
        let cause = object.label().join(cause).join(self.library_label());
        if cause != Label::PROGRAM {
            self.label_object(object, cause);
        }
    }

    fn label_object(&mut self, object: Value, cause: Label) {
        self.note_held(cause);
        if !is_changeable(object) || self.heap.label(object.handle()).holds(cause) {
            return;
        }
        // Iterators advance their inner ones. Objects that have the label already are skipped.
        let mut changed = vec![object];
        while let Some(object) = changed.pop() {
            if !is_changeable(object) || self.heap.label(object.handle()).holds(cause) {
                continue;
            }
            self.heap.join_label(object.handle(), cause);
            if let Object::Iterator(iterator) = self.heap.get(object.handle())
                && self.heap.transactions() == 0
            {
                match &iterator.source {
                    IteratorSource::Enumerate { inner, .. } => changed.push(*inner),
                    IteratorSource::Zip { inners } => changed.extend(inners),
                    _ => {}
                }
            }
        }
    }

    /// Resets the labels of control flow and of values read, at the start of a program.
    #[inline]
    pub fn forget_conditions(&mut self) {
        self.budget_label = self.label_of_budget();
        self.condition = Label::PROGRAM;
        self.looked_at = Label::PROGRAM;
    }

    /// Returns the taint label of fuel and call usage, which derive from all values that programs
    /// of the session have read.
    pub fn label_of_budget(&self) -> Label {
        let now = self.condition.join(self.looked_at);
        self.budget_label.join(now).join(self.label_of_guards).join(self.held)
    }

    /// Records that values with this label are read. Reading may fail, so the control flow derives
    /// from them too.
    #[inline]
    pub const fn note_looked_at(&mut self, label: Label) {
        self.looked_at = self.looked_at.join(label);
    }

    /// Records that the current op reads its operands, which are at most three.
    #[inline]
    pub fn note_operands(&mut self) {
        let [top, second, third] = [self.peek(0), self.peek(1), self.peek(2)];
        let [top, second, third] = [top, second, third].map(|value| self.label_with_held(value));
        self.note_looked_at(top.join(second).join(third));
    }

    /// Records that values with this label are put into a container.
    #[inline]
    pub fn note_held(&mut self, label: Label) {
        if label != Label::PROGRAM {
            self.held = self.held.join(label).join(Label::HELD);
        }
    }

    /// Records that all of these values are put into a container, as [`note_held`](Self::note_held)
    /// does for a label.
    #[inline]
    pub fn note_all_held(&mut self, values: &[Value]) {
        self.note_held(join_all(values));
    }

    /// Returns the joined taint label of keys. The keys of a dict or set determine what else it
    /// contains.
    #[inline]
    pub fn label_of_keys(&self, keys: impl Iterator<Item = Value>) -> Label {
        keys.fold(Label::PROGRAM, |label, key| label.join(self.label_with_held(key)))
    }

    /// Returns the taint label of a result that may involve decimal arithmetic, which reads the
    /// decimal context and sets flags in it.
    #[inline]
    fn label_of_decimals(&mut self, label: Label, result: Value, operands: &[Value]) -> Label {
        if self.decimal_context.is_unbound() {
            return label;
        }
        let kinds = || operands.iter().chain([&result]).map(|value| value.kind());
        if kinds().any(|kind| kind == Type::DecimalContext) {
            return label.join(self.decimal_flags).join(self.label_of(self.decimal_context));
        }
        if !kinds().any(|kind| kind == Type::Decimal) && !operands.iter().copied().any(is_container) {
            return label;
        }
        self.decimal_flags = self.decimal_flags.join(label);
        label.join(self.label_of(self.decimal_context))
    }

    /// Returns the taint label of an operator's result, or of a text that shows a value.
    #[inline]
    pub fn label_of_operator(&mut self, result: Value, operands: &[Value]) -> Label {
        let label = self.label_of_keys(operands.iter().copied());
        if label.join(self.held).join(self.decimal_flags) == Label::PROGRAM {
            return label;
        }
        self.label_of_decimals(label, result, operands)
    }

    /// Returns the taint label of a library function's result, given its operands on top of the
    /// stack. Also joins the label to arguments that the function may change.
    pub fn label_of_operands(
        &mut self,
        row: &'static Row,
        label: Label,
        (receiver, result): (Value, Value),
        operands: usize,
    ) -> Label {
        let start = self.stack.len().saturating_sub(operands);
        let mut label = label.join(receiver.label());
        let mut places = Some(receiver).into_iter().chain(self.stack.iter().skip(start).copied());
        // The content of all containers is joined, so finding one suffices.
        if let Some(container) = places.find(|value| is_container(*value)) {
            label = label.join(self.held).join(self.label_of(container));
        }
        if self.heap.has_labels() {
            let stack = self.stack.iter().skip(start).copied();
            label = stack.fold(label.join(self.label_of(receiver)), |label, value| {
                label.join(self.label_of(value))
            });
        }
        if !self.decimal_context.is_unbound() {
            let operands: Vec<Value> = self.stack.iter().skip(start).copied().chain([receiver]).collect();
            label = self.label_of_decimals(label, result, &operands);
        }
        self.note_looked_at(label);
        for place in start..self.stack.len() {
            self.label_argument(row, label, self.stack_value(place));
        }
        self.label_argument(row, label, receiver);
        label
    }

    /// Joins a label to an argument of a library function if the function may change it. Iterators
    /// are always changed, because they advance.
    fn label_argument(&mut self, row: &'static Row, label: Label, argument: Value) {
        let moves = matches!(argument.kind(), Type::Iterator | Type::Generator);
        if !is_changeable(argument) || !moves && !row.changes_arguments() {
            return;
        }
        // An appended item does not decide what else the container holds.
        let cause = if row.appends() { Label::PROGRAM } else { label };
        if row.appends() {
            self.note_held(label);
        }
        self.note_changed(argument, cause);
    }
}

/// Returns the joined taint label of all these values.
pub(crate) fn join_all(values: &[Value]) -> Label {
    values
        .iter()
        .fold(Label::PROGRAM, |label, value| label.join(value.label()))
}
