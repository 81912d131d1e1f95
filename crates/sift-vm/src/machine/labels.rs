//! Labels: what values, objects and decisions derive from.
//!
//! A label is in four places, and `docs/labels.md` says what each means to users:
//! - in a [`Value`]: what the value was computed from;
//! - in the heap, with an object: what decided its contents beyond the labels of what it holds
//!   ([`note_changed`](Runtime::note_changed));
//! - in a frame: what decided that it runs and, in code of the library, which way it went. All that leaves the frame derives from
//!   that ([`library_label`](Runtime::library_label));
//! - in the machine: what decided the way of the program (`condition`), what it computed with (`looked_at`), and what containers
//!   hold (`held`).
//!
//! Ops and library functions join the labels of all operands ([`label_with_held`](Runtime::label_with_held)) into what they give.
//! A library function that changes a container labels it with the same; those that change nothing say so in the library table.

use sift_runtime::runtime::{Entered, Row};
use sift_values::flow::Flow;
use sift_values::value::{Label, Value};

use super::{Guard, Interpreter};

impl Interpreter {
    /// Notes that a value of this label decides what runs next.
    #[inline]
    pub(super) fn decide(&mut self, label: Label) {
        if label != Label::PROGRAM {
            self.decide_by(label);
        }
    }

    fn decide_by(&mut self, label: Label) {
        self.condition = self.condition.join(label);
        if !self.running.label.holds(label) && self.running.is_library {
            self.label_frames(self.frames.len() - 1, label);
        }
    }

    /// Joins a label to those of the frames from one on.
    fn label_frames(&mut self, first: usize, label: Label) {
        for frame in self.frames.iter_mut().skip(first) {
            frame.label = frame.label.join(label);
        }
        self.note_running();
    }

    /// Notes that what was called, when there were so many frames, was picked or is decided by a label: its result derives from it.
    #[inline]
    pub(super) fn label_entered(&mut self, frames: usize, entered: Entered, label: Label) {
        if label == Label::PROGRAM {
            return;
        }
        match (entered, self.stack.last_mut()) {
            (Entered::Frame, _) => self.label_frames(frames, label),
            (Entered::Value, Some(result)) => *result = result.labelled(label),
            (Entered::Value, None) => {}
        }
    }

    /// Puts a handler of exceptions in force: what is computed with from here on may be told from whether it is come to.
    pub(super) fn push_guard(&mut self, guard: Guard) {
        let before = std::mem::take(&mut self.looked_at);
        self.label_of_guards = self.label_of_guards.join(before);
        self.guards.push(Guard { before, ..guard });
    }

    /// Leaves the handlers of exceptions behind but for so many: that nothing failed decides.
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

    /// Forgets the handlers of exceptions but for so many; none of them was come to, or left.
    pub(super) fn drop_guards(&mut self, left: usize) {
        while self.guards.len() > left {
            if let Some(guard) = self.guards.pop() {
                self.note_looked_at(guard.before);
            }
        }
        self.join_guards();
    }

    /// Joins the labels of the handlers in force anew.
    pub(super) fn join_guards(&mut self) {
        let before = self.guards.iter();
        self.label_of_guards = before.fold(Label::PROGRAM, |label, guard| label.join(guard.before));
    }

    /// Notes that an exception is caught: what was raised, and that it was, may tell of whatever was looked at.
    pub(super) fn note_caught(&mut self) {
        self.decide(self.label_of_budget());
        self.condition = Label::ANY;
    }

    /// Returns what the result of a library function derives from, whose operands still stand on the stack, `label` being that of its
    /// arguments: a container among them may hold more. Labels those that the function may have changed.
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

    /// Returns what the work of a library function derives from that it leaves to others: to code that is written in the language, or
    /// to a generator. It may call functions of the program as often as its arguments say.
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

    /// Notes that a loop goes on or ends by what an iterator holds, and that the iterator moves.
    pub(super) fn decide_by_iterator(&mut self, iterator: Value) -> Label {
        let label = self.label_of(iterator);
        self.decide(label);
        self.note_changed(iterator, Label::PROGRAM);
        label
    }
}
