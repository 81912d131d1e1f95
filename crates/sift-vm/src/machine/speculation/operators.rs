//! Speculative execution of operators and comparisons with unknown operands.

use sift_abstract::{ANYTHING, AbstractValue, Kinds, NOTHING, Raises, Refinement};
use sift_compiler::exception::ExceptionClass as E;
use sift_compiler::op::Op;
use sift_syntax::ast::{BinaryOp, CompareOp, UnaryOp};
use sift_text::PendingId;
use sift_values::object::{DictKind, Object};
use sift_values::value::{Handle, Type, Value};

use super::super::Interpreter;
use super::state::Stop::{self, GiveUp};

impl Interpreter {
    /// Returns the abstract bool that a comparison yields, with the facts that the bool proves of
    /// an operand. Returns `None` if it proves nothing.
    fn comparison_test(&self, op: CompareOp, left: Value, right: Value) -> Option<AbstractValue> {
        let sizes = |least: i64, most: i64| {
            let size = |size: i64, or: u16| u16::try_from(size.max(0)).unwrap_or(or);
            Refinement::sizes(size(least, 0), size(most, u16::MAX))
        };
        let any = i64::from(u16::MAX);
        if let (Some(of), Some(n)) = (self.describe_value(left).length_of, right.as_int()) {
            let (if_true, if_false) = match op {
                CompareOp::Equal => (sizes(n, n), Refinement::NOTHING),
                CompareOp::NotEqual => (Refinement::NOTHING, sizes(n, n)),
                CompareOp::Less => (sizes(0, n.saturating_sub(1)), sizes(n, any)),
                CompareOp::LessEqual => (sizes(0, n), sizes(n.saturating_add(1), any)),
                CompareOp::Greater => (sizes(n.saturating_add(1), any), sizes(0, n)),
                CompareOp::GreaterEqual => (sizes(n, any), sizes(0, n.saturating_sub(1))),
                _ => return None,
            };
            return Some(AbstractValue::testing(of, if_true, if_false));
        }
        let of = self.describe_value(right);
        let holds = left.is_object() && right.is_object() && (of.is(Kinds::DICT) || of.is(Kinds::STR));
        match op {
            CompareOp::In if holds => {
                let proved = Refinement::has(left.handle());
                Some(AbstractValue::testing(right.handle(), proved, Refinement::NOTHING))
            }
            CompareOp::NotIn if holds => {
                let proved = Refinement::has(left.handle());
                Some(AbstractValue::testing(right.handle(), Refinement::NOTHING, proved))
            }
            _ => None,
        }
    }

    /// Returns `true` if two dict keys, or two texts, are known to be equal.
    pub(super) fn is_same_key(&self, left: Handle, right: Handle) -> bool {
        left == right
            || match (self.heap.get(left), self.heap.get(right)) {
                (Object::Str(left), Object::Str(right)) => left.as_str().is_some() && left.as_str() == right.as_str(),
                _ => false,
            }
    }

    /// Returns `true` if a text is known to contain a substring, or a dict a key.
    pub(super) fn is_known_to_contain(&self, whole: Value, part: Value) -> bool {
        let whole = whole.handle();
        let known = self.version_and_len(whole);
        let parts = self
            .exploration
            .as_ref()
            .map(|exploration| exploration.known.containments.as_slice())
            .unwrap_or_default();
        part.is_object()
            && parts.iter().any(|found| {
                found.whole == whole
                    && known.is_some_and(|(version, len)| version == found.version && len >= found.len)
                    && self.is_same_key(found.part, part.handle())
            })
    }
}

impl Interpreter {
    pub(super) fn speculate_binary(&mut self, pending: PendingId, op: BinaryOp, in_place: bool) -> Result<(), Stop> {
        let (left, right) = (self.peek(1), self.peek(0));
        let (a, b) = (self.describe_value(left), self.describe_value(right));
        let is_mutable = a
            .kinds
            .overlaps(Kinds::LIST.or(Kinds::SET).or(Kinds::DICT).or(Kinds::DEQUE));
        if in_place && is_mutable {
            let counts = [&a, &b].iter().all(|side| matches!(side.dict, Some(DictKind::Counter)));
            let fits = b.is(Kinds::ITERABLE) && a.is(Kinds::LIST)
                || a.is(Kinds::SET) && b.is(Kinds::SET)
                || a.is(Kinds::DICT) && b.is(Kinds::DICT) && (counts || op == BinaryOp::BitOr);
            let counts_fit = !counts || [&a, &b].iter().all(|side| side.item().is(Kinds::NUMBERS));
            let raises: Raises = if fits && counts_fit { NOTHING } else { &[E::TypeError] };
            return self.finish_op(pending, raises, &|m| {
                m.extend_with(left, right)?;
                if counts {
                    m.insert_abstract(
                        left,
                        &AbstractValue::new(Kinds::NUMBERS),
                        Some(&AbstractValue::new(Kinds::NOTHING)),
                    )?;
                }
                m.drop_top(1);
                Ok(())
            });
        }
        if op == BinaryOp::Modulo && a.is(Kinds::STR) {
            let raises = self.percent_errors(left, right);
            return self.finish_with(pending, 2, AbstractValue::text(), raises);
        }
        let divisor = right.as_int().is_some_and(|int| int != 0) && right.kind() == Type::Int;
        let (result, raises) = arithmetic(op, &a, &b, divisor);
        self.finish_with(pending, 2, result, raises)
    }

    pub(super) fn speculate_compare(&mut self, pending: PendingId, op: CompareOp) -> Result<(), Stop> {
        let (left, right) = (self.peek(1), self.peek(0));
        let (a, b) = (self.describe_value(left), self.describe_value(right));
        if a.kinds.or(b.kinds).overlaps(Kinds::OTHER) && (a.items.is_some() || b.items.is_some()) {
            return Err(GiveUp);
        }
        let numbers = a.is(Kinds::NUMBERS) && b.is(Kinds::NUMBERS);
        let texts = a.is(Kinds::STR) && b.is(Kinds::STR);
        let raises: Raises = match op {
            CompareOp::Is | CompareOp::IsNot => {
                let (value, other) = if self.is_unknown(left) { (left, &b) } else { (right, &a) };
                if !other.is(Kinds::NONE) || !self.is_unknown(value) {
                    return self.finish_with(pending, 2, AbstractValue::new(Kinds::BOOL), NOTHING);
                }
                let kinds = self.describe_value(value).kinds;
                let is_none = match (kinds.overlaps(Kinds::NONE), kinds.is_empty()) {
                    (false, _) => Some(false),
                    (true, _) if kinds.is_subset_of(Kinds::NONE) => Some(true),
                    _ => None,
                };
                if let Some(is_none) = is_none {
                    return self.finish_with_known(pending, 2, Value::bool(is_none == (op == CompareOp::Is)));
                }
                let some = Refinement::kinds(Kinds::ANY.without(Kinds::NONE));
                let test = AbstractValue::testing(value.handle(), Refinement::kinds(Kinds::NONE), some);
                let test = if op == CompareOp::Is { test } else { test.negated() };
                return self.finish_with(pending, 2, test, NOTHING);
            }
            CompareOp::Equal | CompareOp::NotEqual => NOTHING,
            CompareOp::In | CompareOp::NotIn => {
                let of_texts = b.is(Kinds::STR) && a.is(Kinds::STR);
                let of_items = b.is(Kinds::LIST.or(Kinds::TUPLE).or(Kinds::DEQUE));
                let of_keys = b.is(Kinds::DICT.or(Kinds::SET)) && a.is(Kinds::HASHABLE);
                match of_texts || of_items || of_keys {
                    true => NOTHING,
                    false => &[E::TypeError],
                }
            }
            _ if numbers || texts => NOTHING,
            _ => &[E::TypeError],
        };
        let test = self
            .comparison_test(op, left, right)
            .unwrap_or(AbstractValue::new(Kinds::BOOL));
        self.finish_with(pending, 2, test, raises)
    }

    /// Returns `true` if the result of the current op is only used as the condition of the next
    /// branch, so that nothing changes in between.
    pub(super) fn is_condition(&self) -> bool {
        let ops = self.frames.last().and_then(|frame| self.code.ops.get(frame.ip + 1..));
        for op in ops.unwrap_or_default().iter().take(8) {
            match op {
                Op::Int(_) | Op::Const(_) | Op::Compare(_) | Op::CompareThenJump(_) | Op::Unary(UnaryOp::Not) => {}
                Op::JumpIfFalse(_) | Op::JumpIfTrue(_) | Op::JumpIfFalseOrPop(_) | Op::JumpIfTrueOrPop(_) => {
                    return true;
                }
                _ => return false,
            }
        }
        false
    }
}

pub(super) fn unary(op: UnaryOp, value: &AbstractValue, of: Option<Handle>) -> (AbstractValue, Raises) {
    match op {
        UnaryOp::Not if value.test.is_some() => (value.negated(), NOTHING),
        UnaryOp::Not => {
            let test = of.map(|of| AbstractValue::testing(of, value.refinement_if(false), value.refinement_if(true)));
            (test.unwrap_or(AbstractValue::new(Kinds::BOOL)), NOTHING)
        }
        _ if value.is(Kinds::BOOL.or(Kinds::COUNT)) => (AbstractValue::new(Kinds::COUNT), NOTHING),
        _ if value.is(Kinds::NUMBERS) && op != UnaryOp::Invert => (AbstractValue::new(value.kinds), NOTHING),
        _ => (AbstractValue::any(), &[E::TypeError]),
    }
}

/// Returns the abstract result of an arithmetic operator and the exceptions that it may raise.
/// `divisor` is true if the right operand is an `int` other than 0.
fn arithmetic(op: BinaryOp, a: &AbstractValue, b: &AbstractValue, divisor: bool) -> (AbstractValue, Raises) {
    // Parsers return None if they find nothing. Programs are not expected to compute with it.
    let number = |unknown: &AbstractValue| match unknown.none_if_not_found {
        true => unknown.kinds.without(Kinds::NONE),
        false => unknown.kinds,
    };
    let (left, right) = (number(a), number(b));
    let both = left.or(right);
    if both.is_subset_of(Kinds::NUMBERS) {
        let small = both.is_subset_of(Kinds::BOOL.or(Kinds::COUNT));
        let ints = both.is_subset_of(Kinds::INTS);
        let result = match (small, ints) {
            (true, _) => Kinds::COUNT,
            (_, true) => Kinds::INT,
            _ if left.is_subset_of(Kinds::FLOAT) || right.is_subset_of(Kinds::FLOAT) => Kinds::FLOAT,
            _ => Kinds::INT.or(Kinds::FLOAT),
        };
        // An int may be too large for a float.
        let overflows = !ints && both.overlaps(Kinds::INT) && !a.none_if_not_found && !b.none_if_not_found;
        return match op {
            BinaryOp::Add | BinaryOp::Subtract if overflows => (AbstractValue::new(result), &[E::OverflowError]),
            BinaryOp::Add | BinaryOp::Subtract => (AbstractValue::new(result), NOTHING),
            BinaryOp::Multiply if overflows => (AbstractValue::new(result), &[E::OverflowError]),
            BinaryOp::Multiply if small => (AbstractValue::new(Kinds::INT), NOTHING),
            BinaryOp::Multiply => (AbstractValue::new(result), NOTHING),
            BinaryOp::Divide if divisor && (small || left.is_subset_of(Kinds::FLOAT)) => {
                (AbstractValue::new(Kinds::FLOAT), NOTHING)
            }
            BinaryOp::FloorDivide | BinaryOp::Modulo if divisor && ints => (AbstractValue::new(result), NOTHING),
            BinaryOp::Divide => (
                AbstractValue::new(Kinds::FLOAT),
                &[E::ZeroDivisionError, E::OverflowError],
            ),
            _ => (
                AbstractValue::new(Kinds::NUMBERS),
                &[E::ZeroDivisionError, E::OverflowError, E::ValueError, E::TypeError],
            ),
        };
    }
    let both_are = |kinds| a.is(kinds) && b.is(kinds);
    match op {
        BinaryOp::Add if both_are(Kinds::STR) => (AbstractValue::text(), NOTHING),
        BinaryOp::Add if both_are(Kinds::LIST) => (a.join(b).with_other_items(), NOTHING),
        BinaryOp::Add if both_are(Kinds::TUPLE) => (
            AbstractValue {
                fields: None,
                ..a.join(b)
            },
            NOTHING,
        ),
        BinaryOp::Multiply if a.is(Kinds::STR) && b.is(Kinds::COUNT.or(Kinds::BOOL)) => {
            (AbstractValue::text(), NOTHING)
        }
        BinaryOp::BitOr | BinaryOp::BitAnd | BinaryOp::Subtract | BinaryOp::BitXor if both_are(Kinds::SET) => {
            (a.join(b).with_other_items(), NOTHING)
        }
        BinaryOp::BitOr if both_are(Kinds::DICT) => (a.join(b).with_other_items(), NOTHING),
        BinaryOp::Modulo if a.is(Kinds::STR) => (AbstractValue::text(), &[E::TypeError, E::ValueError, E::KeyError]),
        _ => (AbstractValue::any(), ANYTHING),
    }
}
