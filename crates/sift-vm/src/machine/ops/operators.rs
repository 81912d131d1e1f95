//! Ops that apply operators and comparisons.

use sift_syntax::ast::{BinaryOp, CompareOp, UnaryOp};
use sift_values::flow::Flow;
use sift_values::value::{Type, Value};

use crate::machine::run::Next;
use crate::machine::{Interpreter, OnReturn};

impl Interpreter {
    pub(super) fn apply_unary(&mut self, op: UnaryOp) -> Result<(), Flow> {
        let operand = self.peek(0);
        let result = if op == UnaryOp::Not {
            let truth = self.truth(operand)?;
            Value::bool(!truth).labelled(self.label_of_truth(operand))
        } else {
            let result = self.unary(op, operand)?;
            result.labelled(self.label_of_operator(result, &[operand]))
        };
        self.replace_top(1, result);
        Ok(())
    }

    pub(super) fn apply_binary(&mut self, op: BinaryOp) -> Result<(), Flow> {
        let (left, right) = (self.peek(1), self.peek(0));
        let result = self.binary(op, left, right)?;
        let label = self.label_of_operator(result, &[left, right]);
        self.replace_top(2, result.labelled(label));
        Ok(())
    }

    pub(super) fn apply_in_place(&mut self, op: BinaryOp) -> Result<(), Flow> {
        let (left, right) = (self.peek(1), self.peek(0));
        self.require_list(right, 0)?;
        let result = self.in_place(op, left, right)?;
        let label = self.label_of_operator(result, &[left, right]);
        // A list keeps its own items as they are; which ones a set or a dict keeps depends on those
        // of both.
        let is_list = matches!(left.kind(), Type::List | Type::Deque);
        let cause = if is_list { self.label_of(right) } else { label };
        self.note_changed(left, cause);
        self.replace_top(2, result.labelled(label));
        Ok(())
    }

    pub(super) fn apply_comparison(&mut self, op: CompareOp) -> Result<Next, Flow> {
        let (left, right) = (self.peek(1), self.peek(0));
        if let Some(next) = self.compare_instances(op, left, right)? {
            return Ok(next);
        }
        if let Some(next) = self.search_items(op, left, right)? {
            return Ok(next);
        }
        let result = self.compare_op(op, left, right)?;
        let label = self.label_of_operator(Value::NONE, &[left, right]);
        self.replace_top(2, Value::bool(result).labelled(label));
        Ok(Next::Op)
    }

    /// Calls the comparison method of an instance. Returns `None` if neither operand's class has
    /// one.
    fn compare_instances(&mut self, op: CompareOp, left: Value, right: Value) -> Result<Option<Next>, Flow> {
        if left.kind() != Type::Instance && right.kind() != Type::Instance {
            return Ok(None);
        }
        let (name, reflected) = match op {
            CompareOp::Less => ("lt", "gt"),
            CompareOp::LessEqual => ("le", "ge"),
            CompareOp::Greater => ("gt", "lt"),
            CompareOp::GreaterEqual => ("ge", "le"),
            CompareOp::Equal => ("eq", "eq"),
            CompareOp::NotEqual => ("ne", "ne"),
            CompareOp::In | CompareOp::NotIn => ("", "contains"),
            CompareOp::Is | CompareOp::IsNot => return Ok(None),
        };
        let on_return = match op {
            CompareOp::NotIn => OnReturn::Not,
            _ => OnReturn::Push,
        };
        let entered = match self.call_special(left, name, &[right], 2, on_return)? {
            Some(entered) => Some(entered),
            None => self.call_special(right, reflected, &[left], 2, on_return)?,
        };
        Ok(entered.map(|entered| self.after_call(entered)))
    }

    /// Searches an iterator, or an object that Sift code iterates, for an item, for `in` and
    /// `not in`. The search stops at the first equal item.
    ///
    /// Returns `None` for other operators and operands.
    fn search_items(&mut self, op: CompareOp, item: Value, items: Value) -> Result<Option<Next>, Flow> {
        let wanted = matches!(op, CompareOp::In | CompareOp::NotIn);
        if !wanted || !(items.kind() == Type::Iterator || self.runs_code_to_iterate(items)) {
            return Ok(None);
        }
        let height = self.stack.len();
        let entered = self.enter_prelude("_is_among", &[item, items])?;
        if let Some(frame) = self.frames.last_mut() {
            frame.floor = height.saturating_sub(2);
            if op == CompareOp::NotIn {
                frame.on_return = OnReturn::Not;
            }
        }
        Ok(Some(self.after_call(entered)))
    }
}
