//! Comparison operators: ordering, membership (`in`) and identity (`is`).

use std::cmp::Ordering;

use num_bigint::BigInt;
use sift_syntax::ast::CompareOp;
use sift_values::flow::Flow;
use sift_values::object::{DictKind, Object};
use sift_values::value::{Type, Value};

use super::Number;
use super::number::compare_big_float;
use crate::runtime::Runtime;

impl Runtime {
    /// Applies a comparison operator, such as `<`, `==`, `in` or `is`, to two values.
    pub fn compare_op(&mut self, op: CompareOp, left: Value, right: Value) -> Result<bool, Flow> {
        match op {
            CompareOp::Equal => self.equal(left, right),
            CompareOp::NotEqual => Ok(!self.equal(left, right)?),
            CompareOp::Is => Ok(left.same(right)),
            CompareOp::IsNot => Ok(!left.same(right)),
            CompareOp::In => self.contains(right, left),
            CompareOp::NotIn => Ok(!self.contains(right, left)?),
            CompareOp::Less | CompareOp::LessEqual | CompareOp::Greater | CompareOp::GreaterEqual => {
                self.order_op(op, left, right)
            }
        }
    }

    /// Returns `left < right`.
    pub fn less(&mut self, left: Value, right: Value) -> Result<bool, Flow> {
        self.order_op(CompareOp::Less, left, right)
    }

    /// Returns `left > right`.
    pub fn greater(&mut self, left: Value, right: Value) -> Result<bool, Flow> {
        self.order_op(CompareOp::Greater, left, right)
    }

    fn order_op(&mut self, op: CompareOp, left: Value, right: Value) -> Result<bool, Flow> {
        let ordering = match self.order(left, right)? {
            Comparison::Ordering(ordering) => ordering,
            Comparison::Unordered => return Ok(false),
            Comparison::Sets => return self.order_sets(op, left, right),
            Comparison::Counters => return self.order_counters(op, left, right),
            Comparison::Unsupported(left, right) => return Err(self.not_ordered(op, left, right)),
        };
        Ok(match op {
            CompareOp::Less => ordering.is_lt(),
            CompareOp::LessEqual => ordering.is_le(),
            CompareOp::Greater => ordering.is_gt(),
            _ => ordering.is_ge(),
        })
    }

    /// Orders two values. For sequences, the first unequal items decide, at each level of nesting.
    fn order(&mut self, left: Value, right: Value) -> Result<Comparison, Flow> {
        let (mut a, mut b) = (left, right);
        loop {
            self.meter.charge(1)?;
            self.charge_integer(a)?;
            self.charge_integer(b)?;
            if let (Some(x), Some(y)) = (self.number(a), self.number(b)) {
                return Ok(order_numbers(&x, &y).map_or(Comparison::Unordered, Comparison::Ordering));
            }
            if a.is_exact() || b.is_exact() {
                return Ok(match self.by_module([a, b], |operators, m| operators.order(m, a, b))? {
                    Some(ordering) => ordering.map_or(Comparison::Unordered, Comparison::Ordering),
                    None => Comparison::Unsupported(a, b),
                });
            }
            match (a.kind(), b.kind()) {
                (Type::Str, Type::Str) => {
                    self.settle_text(a)?;
                    self.settle_text(b)?;
                    let (Object::Str(x), Object::Str(y)) = (self.heap.get(a.handle()), self.heap.get(b.handle()))
                    else {
                        return Ok(Comparison::Unordered);
                    };
                    let read = 0..x.known_bytes().min(y.known_bytes());
                    self.meter.pay_to_read_part(x, read.clone())?;
                    self.meter.note_read_part(y, read);
                    return Ok(Comparison::Ordering(x.cmp(y)));
                }
                (Type::List, Type::List) | (Type::Tuple, Type::Tuple) | (Type::Deque, Type::Deque) => {
                    match self.first_difference(a, b)? {
                        Ok(pair) => (a, b) = pair,
                        Err(ordering) => return Ok(Comparison::Ordering(ordering)),
                    }
                }
                _ if self.set_len(a).is_some() && self.set_len(b).is_some() => {
                    return Ok(Comparison::Sets);
                }
                (Type::Dict, Type::Dict)
                    if matches!(
                        (self.dict_kind(a), self.dict_kind(b)),
                        (DictKind::Counter, DictKind::Counter)
                    ) =>
                {
                    return Ok(Comparison::Counters);
                }
                _ => {
                    return Ok(match self.by_module([a, b], |operators, m| operators.order(m, a, b))? {
                        Some(ordering) => ordering.map_or(Comparison::Unordered, Comparison::Ordering),
                        None => Comparison::Unsupported(a, b),
                    });
                }
            }
        }
    }

    /// Returns the first pair of unequal items in two sequences. If there is none, returns the
    /// order of their lengths.
    fn first_difference(&mut self, a: Value, b: Value) -> Result<Result<(Value, Value), Ordering>, Flow> {
        let mut index = 0;
        loop {
            match (self.item(a, index), self.item(b, index)) {
                (Some(x), Some(y)) => {
                    self.meter.charge(1)?;
                    if !self.equal(x, y)? {
                        return Ok(Ok((x, y)));
                    }
                }
                (None, None) => return Ok(Err(Ordering::Equal)),
                (None, Some(_)) => return Ok(Err(Ordering::Less)),
                (Some(_), None) => return Ok(Err(Ordering::Greater)),
            }
            index += 1;
        }
    }

    fn item(&self, sequence: Value, index: usize) -> Option<Value> {
        match self.heap.get(sequence.handle()) {
            Object::List(items) => items.get(index).copied(),
            Object::Tuple(items) => items.get(index).copied(),
            Object::Deque(deque) => deque.items.get(index).copied(),
            _ => None,
        }
    }

    fn order_sets(&mut self, op: CompareOp, left: Value, right: Value) -> Result<bool, Flow> {
        if let (Some(left), Some(right)) = (self.dict_of_items(left), self.dict_of_items(right)) {
            return self.order_items(op, left, right);
        }
        let (a, b) = (self.set_operand(left)?, self.set_operand(right)?);
        let sizes = (
            self.dict_of(a).map_or(0, |set| set.len()),
            self.dict_of(b).map_or(0, |set| set.len()),
        );
        match op {
            CompareOp::Less => Ok(sizes.0 < sizes.1 && self.is_subset(a, b, 0)?),
            CompareOp::LessEqual => self.is_subset(a, b, 0),
            CompareOp::Greater => Ok(sizes.0 > sizes.1 && self.is_subset(b, a, 0)?),
            _ => self.is_subset(b, a, 0),
        }
    }

    /// Compares two `items()` views as sets, given their dicts: whether the entries of one include
    /// those of the other.
    fn order_items(&mut self, op: CompareOp, left: Value, right: Value) -> Result<bool, Flow> {
        let (inner, outer) = match op {
            CompareOp::Less | CompareOp::LessEqual => (left, right),
            _ => (right, left),
        };
        let is_strict = matches!(op, CompareOp::Less | CompareOp::Greater);
        let len = |dict: Value| self.dict_of(dict).map_or(0, |dict| dict.len());
        if len(inner) > len(outer) || (is_strict && len(inner) == len(outer)) {
            return Ok(false);
        }
        let mut values = Vec::new();
        if !self.add_value_pairs(inner, outer, 0, &mut values)? {
            return Ok(false);
        }
        for (a, b) in values {
            if !a.same(b) && !self.equal(a, b)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Returns whether all counts of one `Counter` are below, or above, those of another.
    fn order_counters(&mut self, op: CompareOp, left: Value, right: Value) -> Result<bool, Flow> {
        let (each, strict) = match op {
            CompareOp::Less => (CompareOp::LessEqual, true),
            CompareOp::Greater => (CompareOp::GreaterEqual, true),
            op => (op, false),
        };
        let mut differ = false;
        for (a, b) in self.count_pairs(left, right)? {
            // Counts that are counters themselves are not followed.
            let within = match self.order(a, b)? {
                Comparison::Ordering(ordering) if each == CompareOp::LessEqual => ordering.is_le(),
                Comparison::Ordering(ordering) => ordering.is_ge(),
                Comparison::Unordered | Comparison::Sets | Comparison::Counters => false,
                Comparison::Unsupported(a, b) => return Err(self.not_ordered(each, a, b)),
            };
            if !within {
                return Ok(false);
            }
            differ |= !self.equal(a, b)?;
        }
        Ok(differ || !strict)
    }

    fn not_ordered(&mut self, op: CompareOp, left: Value, right: Value) -> Flow {
        let (a, b) = (self.type_name(left), self.type_name(right));
        let message = format!("'{}' not supported between instances of '{a}' and '{b}'", op.as_str());
        self.type_error(message)
    }

    /// Returns `item in container`.
    pub fn contains(&mut self, container: Value, item: Value) -> Result<bool, Flow> {
        match container.kind() {
            Type::Str => {
                if item.kind() != Type::Str {
                    let message = format!(
                        "'in <string>' requires string as left operand, not {}",
                        self.type_name(item)
                    );
                    return Err(self.type_error(message));
                }
                let needle = self.text(item)?;
                self.settle_text(container)?;
                let Object::Str(text) = self.heap.get(container.handle()) else {
                    return Ok(false);
                };
                let text = text.clone();
                let range = 0..text.known_bytes();
                let found = self.find_in_text(&text, needle.as_str().unwrap_or_default(), range)?;
                Ok(found.is_some())
            }
            Type::Dict | Type::Set | Type::FrozenSet => Ok(self.find_key(container, item)?.found.is_some()),
            Type::List | Type::Tuple | Type::Deque => {
                let mut index = 0;
                while let Some(candidate) = self.item(container, index) {
                    self.meter.charge(1)?;
                    if candidate.same(item) || self.equal(candidate, item)? {
                        return Ok(true);
                    }
                    index += 1;
                }
                Ok(false)
            }
            Type::Range => {
                let Object::Range(range) = self.heap.get(container.handle()) else {
                    return Ok(false);
                };
                let range = **range;
                Ok(match self.number(item) {
                    Some(Number::Int(item)) => range.position(item).is_some(),
                    Some(Number::Float(item)) if item.fract() == 0.0 && item.abs() < 9e18 => {
                        range.position(item as i64).is_some()
                    }
                    _ => false,
                })
            }
            Type::DictView | Type::Iterator | Type::Record => {
                if let Object::DictView {
                    dict,
                    part: sift_values::object::DictPart::Keys,
                } = *self.heap.get(container.handle())
                {
                    return self.contains(dict, item);
                }
                if let Some(dict) = self.dict_of_items(container) {
                    return self.is_dict_item(dict, item);
                }
                // An iterator is read up to the item only.
                let iterator = self.iterate(container)?;
                self.remember(iterator);
                while let Some(candidate) = self.next_item(iterator)? {
                    self.meter.charge(1)?;
                    if candidate.same(item) || self.equal(candidate, item)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            _ => {
                let message = format!("argument of type '{}' is not iterable", self.type_name(container));
                Err(self.type_error(message))
            }
        }
    }
}

/// The result of ordering two values.
enum Comparison {
    Ordering(Ordering),
    /// At least one of the two compared values is NaN.
    Unordered,
    /// Both compared values are sets, which are ordered by inclusion.
    Sets,
    /// Both compared values are `Counter`s, which are ordered by each count.
    Counters,
    /// The values that can't be ordered, possibly items nested in the compared values.
    Unsupported(Value, Value),
}

fn order_numbers(a: &Number, b: &Number) -> Option<Ordering> {
    match (a, b) {
        (Number::Int(a), Number::Int(b)) => Some(a.cmp(b)),
        (Number::Float(a), Number::Float(b)) => a.partial_cmp(b),
        (Number::Float(float), int) => compare_big_float(&int.to_big()?, *float).map(Ordering::reverse),
        (int, Number::Float(float)) => compare_big_float(&int.to_big()?, *float),
        (a, b) => {
            let (a, b): (BigInt, BigInt) = (a.to_big()?, b.to_big()?);
            Some(a.cmp(&b))
        }
    }
}
