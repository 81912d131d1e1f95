//! Taint labels: the sources that values, objects and decisions derive from.
//!
//! A label is in four places; `docs/labels.md` tells users what each means:
//! - in a [`Value`]: the sources from which the value was computed;
//! - in the heap, for an object: what decided its content, beyond the labels of its items
//!   ([`note_changed`](sift_runtime::runtime::Runtime::note_changed));
//! - in a frame: what decided that it runs and, in library code, the path that it took. It taints
//!   all that leaves the frame ([`library_label`](sift_runtime::runtime::Runtime::library_label));
//! - in the machine: what decided the program's control flow (`condition`), what it has read
//!   (`looked_at`), and what containers hold (`held`).
//!
//! Ops and library functions join the labels of all operands
//! ([`label_with_held`](sift_runtime::runtime::Runtime::label_with_held)) into that of the result.
//! A library function that changes a container adds the same label to the container. Rows of the
//! library table say which functions change nothing.

use sift_runtime::runtime::{Invocation, Row};
use sift_values::flow::Flow;
use sift_values::value::{Label, Value};

use super::{Guard, Interpreter};

impl Interpreter {
    /// Records that a value with this taint label decides the control flow.
    #[inline]
    pub(super) fn decide(&mut self, label: Label) {
        if label != Label::PROGRAM {
            self.decide_by(label);
        }
    }

    fn decide_by(&mut self, label: Label) {
        self.condition = self.condition.join(label);
        if !self.caller.label.holds(label) && self.caller.is_library {
            self.label_frames(self.frames.len() - 1, label);
        }
    }

    /// Adds a taint label to all frames from index `first` on.
    fn label_frames(&mut self, first: usize, label: Label) {
        for frame in self.frames.iter_mut().skip(first) {
            frame.label = frame.label.join(label);
        }
        self.update_caller();
    }

    /// Adds the taint label that decided a call to the result of the call. `frames` is the number
    /// of frames before the call.
    #[inline]
    pub(super) fn label_invocation(&mut self, frames: usize, entered: Invocation, label: Label) {
        if label == Label::PROGRAM {
            return;
        }
        match (entered, self.stack.last_mut()) {
            (Invocation::Frame, _) => self.label_frames(frames, label),
            (Invocation::Value, Some(result)) => *result = result.labelled(label),
            (Invocation::Value, None) => {}
        }
    }

    /// Installs an exception handler. If the handler runs, this may reveal what is read from here
    /// on.
    pub(super) fn push_guard(&mut self, guard: Guard) {
        let before = std::mem::take(&mut self.looked_at);
        self.label_of_guards = self.label_of_guards.join(before);
        self.guards.push(Guard { before, ..guard });
    }

    /// Removes all exception handlers but the first `left` after their blocks ended normally. The
    /// absence of an exception also decides the control flow.
    #[inline]
    pub(super) fn leave_guards(&mut self, left: usize) {
        if self.guards.len() > left {
            let before = self.guards.iter().skip(left);
            let before = before.fold(Label::PROGRAM, |label, guard| label.join(guard.before));
            self.guards.truncate(left);
            self.join_guards();
            self.decide(self.looked_at);
            self.note_looked_at(before);
        }
    }

    /// Drops all exception handlers but the first `left`. None of the dropped handlers has run.
    pub(super) fn drop_guards(&mut self, left: usize) {
        while self.guards.len() > left {
            if let Some(guard) = self.guards.pop() {
                self.note_looked_at(guard.before);
            }
        }
        self.join_guards();
    }

    /// Recomputes the joined taint label of the active exception handlers.
    pub(super) fn join_guards(&mut self) {
        let before = self.guards.iter();
        self.label_of_guards = before.fold(Label::PROGRAM, |label, guard| label.join(guard.before));
    }

    /// Records for taint tracking that an exception is caught, which may reveal anything that was
    /// read.
    pub(super) fn note_caught(&mut self) {
        self.decide(self.label_of_budget());
        self.condition = Label::ANY;
    }

    /// Returns the taint label of a library function's result while the operands are on the stack.
    /// `label` is the joined label of the arguments; the content of containers may have others.
    /// Also labels the containers that the function may change.
    #[inline]
    pub(super) fn label_of_result(
        &mut self,
        row: &'static Row,
        label: Label,
        (receiver, result): (Value, Value),
        operands: usize,
    ) -> Label {
        let frame = self.frames.last().map_or(Label::PROGRAM, |frame| frame.label);
        let beside = self.held.join(self.decimal_flags).join(frame);
        if label.join(receiver.label()).join(beside) == Label::PROGRAM {
            return label;
        }
        self.label_of_operands(row, label, (receiver, result), operands)
    }

    /// Returns the taint label of work that a library function delegates to Sift code or to a
    /// generator. That code may call functions of the program as often as the arguments decide.
    pub(super) fn label_of_delegated(
        &mut self,
        row: &'static Row,
        flow: &Flow,
        label: Label,
        receiver: Value,
        operands: usize,
    ) -> Label {
        if !matches!(
            flow,
            Flow::Delegate(_) | Flow::Resume { .. } | Flow::Send { .. } | Flow::Throw { .. }
        ) {
            return Label::PROGRAM;
        }
        let mut label = label;
        if self.heap.has_labels() {
            let stack = self.stack.iter().rev().take(operands).copied();
            label = stack.fold(label.join(self.label_of(receiver)), |label, value| {
                label.join(self.label_of(value))
            });
        }
        if row.changes_arguments() && !matches!(flow, Flow::Delegate(_)) {
            for place in self.stack.len().saturating_sub(operands)..self.stack.len() {
                self.runtime.note_changed(self.runtime.stack_value(place), label);
            }
        }
        self.decide(label);
        label
    }

    /// Records for taint tracking that the content of an iterator decides whether a loop continues,
    /// and that the iterator advances.
    pub(super) fn decide_by_iterator(&mut self, iterator: Value) -> Label {
        let label = self.label_of(iterator);
        self.decide(label);
        self.note_changed(iterator, Label::PROGRAM);
        label
    }
}
