//! Equality (`==`) and truth of values. Both use loops instead of recursion, so that nested values
//! cost fuel but no native stack.

use num_bigint::BigInt;
use sift_values::flow::{End, Flow, Limit};
use sift_values::object::{DictKind, Object};
use sift_values::value::{Type, Value};

use super::Number;
use super::hash::is_short_text;
use super::number::compare_big_float;
use crate::runtime::Runtime;
use sift_values::pending_calls::UNKNOWN;

/// The maximum nesting depth of sets in a comparison. Only frozensets can be items of sets.
const MAX_SET_DEPTH: u8 = 32;

impl Runtime {
    /// Returns the truth of a value, as `bool(value)` does.
    pub fn truth(&mut self, value: Value) -> Result<bool, Flow> {
        Ok(match value.kind() {
            Type::None | Type::Unbound => false,
            Type::Bool | Type::Int | Type::RegexFlag => value.raw_int() != 0,
            Type::Float => value.raw_float() != 0.0,
            Type::Decimal | Type::Fraction | Type::TimeDelta => self
                .operators(value)
                .is_none_or(|operators| operators.truth(self, value)),
            Type::Str => {
                self.settle_text(value)?;
                match self.heap.get(value.handle()) {
                    Object::Str(text) => text.known_bytes() > 0,
                    _ => true,
                }
            }
            _ => match self.heap.get(value.handle()) {
                Object::List(items) if value.is_object() => !items.is_empty(),
                Object::Tuple(items) if value.is_object() => !items.is_empty(),
                Object::Dict(dict) if value.is_object() => !dict.items.is_empty(),
                Object::Set(items) if value.is_object() => !items.is_empty(),
                Object::Deque(deque) if value.is_object() => !deque.items.is_empty(),
                Object::Range(range) if value.is_object() => !range.is_empty(),
                Object::DictView { dict, .. } if value.is_object() => {
                    self.dict_of(*dict).is_some_and(|dict| !dict.is_empty())
                }
                Object::Instance(_) if value.is_object() => return self.instance_truth(value),
                Object::Unknown(_) if value.is_object() => return Err(Flow::Wait(UNKNOWN)),
                _ => true,
            },
        })
    }

    /// Returns the truth of an instance of a library class. An instance with a list in its field
    /// `_parts` is true if any item of the list is true; others are always true.
    fn instance_truth(&mut self, instance: Value) -> Result<bool, Flow> {
        let mut open = vec![instance];
        while let Some(value) = open.pop() {
            self.meter.charge_items(1)?;
            let Object::Instance(object) = self.heap.get(value.handle()) else {
                match self.truth(value)? {
                    true => return Ok(true),
                    false => continue,
                }
            };
            match object.field("_parts") {
                Some(parts) => open.extend(self.list_items(parts)),
                None => return Ok(true),
            }
        }
        Ok(false)
    }

    /// Returns `left == right` as Python defines it.
    pub fn equal(&mut self, left: Value, right: Value) -> Result<bool, Flow> {
        // The common cases need no list of pairs.
        match (left.kind(), right.kind()) {
            (Type::Int | Type::Bool, Type::Int | Type::Bool) => return Ok(left.raw_int() == right.raw_int()),
            (Type::Str, Type::Str) => return self.equal_texts(left, right),
            _ if left.same(right) && !matches!(left.kind(), Type::Float | Type::Decimal) => return Ok(true),
            _ => {}
        }
        self.equal_at(left, right, 0)
    }

    fn equal_texts(&mut self, left: Value, right: Value) -> Result<bool, Flow> {
        if left.same(right) {
            return Ok(true);
        }
        self.settle_text(left)?;
        self.settle_text(right)?;
        let (Object::Str(a), Object::Str(b)) = (self.heap.get(left.handle()), self.heap.get(right.handle())) else {
            return Ok(false);
        };
        if a.known_bytes() != b.known_bytes() {
            return Ok(false);
        }
        self.meter.pay_to_read(a)?;
        self.meter.note_read(b);
        Ok(a == b)
    }

    fn equal_at(&mut self, left: Value, right: Value, set_depth: u8) -> Result<bool, Flow> {
        let mut pairs = vec![(left, right)];
        let mut is_item = false;
        while let Some((a, b)) = pairs.pop() {
            self.meter.charge(1)?;
            self.charge_integer(a)?;
            self.charge_integer(b)?;
            // An item is equal to itself, even NaN.
            if a.same(b) && (is_item || !matches!(a.kind(), Type::Float | Type::Decimal)) {
                continue;
            }
            is_item = true;
            if let (Some(x), Some(y)) = (self.number(a), self.number(b)) {
                if !equal_numbers(&x, &y) {
                    return Ok(false);
                }
                continue;
            }
            if a.is_exact() || b.is_exact() {
                if self.by_module([a, b], |operators, m| operators.equal(m, a, b))? == Some(false) {
                    return Ok(false);
                }
                continue;
            }
            if (a.kind(), b.kind()) == (Type::Str, Type::Str) {
                if !self.equal_texts(a, b)? {
                    return Ok(false);
                }
                continue;
            }
            if !self.equal_containers(a, b, set_depth, &mut pairs)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Compares two values except for the values they contain. Pairs of contained values that are
    /// still to be compared are added to `pairs`.
    fn equal_containers(
        &mut self,
        a: Value,
        b: Value,
        set_depth: u8,
        pairs: &mut Vec<(Value, Value)>,
    ) -> Result<bool, Flow> {
        if let Some(equal) = self.equal_by_module(a, b) {
            return Ok(equal);
        }
        if !a.is_object() || !b.is_object() {
            return Ok(a.same(b));
        }
        Ok(match (self.heap.get(a.handle()), self.heap.get(b.handle())) {
            (Object::List(x), Object::List(y)) => add_pairs(x, y, pairs),
            (Object::Tuple(x), Object::Tuple(y)) => add_pairs(x, y, pairs),
            (Object::Deque(x), Object::Deque(y)) => {
                let same_size = x.items.len() == y.items.len();
                if same_size {
                    pairs.extend(x.items.iter().copied().zip(y.items.iter().copied()).rev());
                }
                same_size
            }
            (Object::Record(x), Object::Record(y)) => x.names == y.names && add_pairs(&x.values, &y.values, pairs),
            (Object::Range(x), Object::Range(y)) => {
                let len = x.len();
                len == y.len() && (len == 0 || (x.start == y.start && (len == 1 || x.step == y.step)))
            }
            (Object::Slice(x), Object::Slice(y)) => add_pairs(x.as_slice(), y.as_slice(), pairs),
            (Object::Pattern(x), Object::Pattern(y)) => x.source() == y.source() && x.flags() == y.flags(),
            (Object::Dict(x), Object::Dict(y))
                if matches!((x.kind, y.kind), (DictKind::Counter, DictKind::Counter)) =>
            {
                pairs.extend(self.count_pairs(a, b)?);
                true
            }
            (Object::Dict(x), Object::Dict(y)) => {
                if x.items.len() != y.items.len() {
                    return Ok(false);
                }
                let ordered = matches!((x.kind, y.kind), (DictKind::Ordered, DictKind::Ordered));
                if ordered {
                    pairs.extend(x.items.keys().zip(y.items.keys()));
                }
                self.add_value_pairs(a, b, set_depth, pairs)?
            }
            (Object::Set(x), Object::Set(y)) => {
                if x.len() != y.len() {
                    return Ok(false);
                }
                self.is_subset(a, b, set_depth)?
            }
            _ => match (self.set_len(a), self.set_len(b)) {
                (Some(x), Some(y)) if x == y => match (self.dict_of_items(a), self.dict_of_items(b)) {
                    (Some(x), Some(y)) => self.add_value_pairs(x, y, set_depth, pairs)?,
                    _ => {
                        let (x, y) = (self.set_operand(a)?, self.set_operand(b)?);
                        self.is_subset(x, y, set_depth)?
                    }
                },
                _ => false,
            },
        })
    }

    /// Adds to `pairs` the values that two dicts have for the same key. Returns `false` if `b`
    /// lacks a key of `a`.
    pub(super) fn add_value_pairs(
        &mut self,
        a: Value,
        b: Value,
        set_depth: u8,
        pairs: &mut Vec<(Value, Value)>,
    ) -> Result<bool, Flow> {
        let entries: Vec<_> = self
            .dict_of(a)
            .map(|dict| dict.iter_hashed().collect())
            .unwrap_or_default();
        for (hash, key, value) in entries {
            let place = self.find_at(b, hash, key, set_depth)?;
            match place.and_then(|place| self.dict_of(b)?.at(place)) {
                Some((_, other)) => pairs.push((value, other)),
                None => return Ok(false),
            }
        }
        Ok(true)
    }

    /// Returns, for each key in either of two `Counter`s, its pair of counts. A missing count is
    /// zero.
    pub(crate) fn count_pairs(&mut self, a: Value, b: Value) -> Result<Vec<(Value, Value)>, Flow> {
        let mut counts = Vec::new();
        for (own, other, swapped) in [(a, b, false), (b, a, true)] {
            let entries: Vec<_> = self
                .dict_of(own)
                .map(|dict| dict.iter_hashed().collect())
                .unwrap_or_default();
            self.meter.charge_items(entries.len())?;
            for (hash, key, count) in entries {
                let place = self.find(other, hash, key)?;
                let found = place.and_then(|place| self.dict_of(other)?.at(place));
                match found {
                    Some(_) if swapped => {}
                    Some((_, other)) => counts.push((count, other)),
                    None if swapped => counts.push((Value::int(0), count)),
                    None => counts.push((count, Value::int(0))),
                }
            }
        }
        Ok(counts)
    }

    /// Returns `true` if every item of the set `a` is in the set `b`.
    pub fn is_subset(&mut self, a: Value, b: Value, set_depth: u8) -> Result<bool, Flow> {
        if set_depth >= MAX_SET_DEPTH {
            return Err(Flow::End(End::Limit(Limit::Nesting)));
        }
        let entries: Vec<_> = self
            .dict_of(a)
            .map(|set| set.iter_hashed().collect())
            .unwrap_or_default();
        self.meter.charge_items(entries.len())?;
        for (hash, key, _) in entries {
            if self.find_at(b, hash, key, set_depth + 1)?.is_none() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Returns the position of a key in a dict or set, given the key's hash.
    pub fn find(&mut self, dict: Value, hash: u64, key: Value) -> Result<Option<usize>, Flow> {
        match key.kind() {
            Type::Str => {
                let (Some(entries), Object::Str(text)) = (self.dict_of(dict), self.heap.get(key.handle())) else {
                    return Ok(None);
                };
                if is_short_text(hash) {
                    return Ok(entries.find_plain(hash, |_| true));
                }
                let flat = text.as_str();
                Ok(entries.find_plain(hash, |other| {
                    other.same(key)
                        || match self.heap.get(other.handle()) {
                            Object::Str(own) if other.kind() == Type::Str => match (flat, own.as_str()) {
                                (Some(a), Some(b)) => a == b,
                                _ => text == own,
                            },
                            _ => false,
                        }
                }))
            }
            _ => self.find_at(dict, hash, key, 0),
        }
    }

    fn find_at(&mut self, dict: Value, hash: u64, key: Value, set_depth: u8) -> Result<Option<usize>, Flow> {
        // Keys that the heap alone can compare come first; only tuples and sets need the machine.
        let mut undecided = Vec::new();
        let Some(entries) = self.dict_of(dict) else {
            return Ok(None);
        };
        let mut candidate = 0_usize;
        let found = entries.find::<Flow>(hash, |other| {
            candidate += 1;
            Ok(match self.equal_keys(key, other) {
                Some(equal) => equal,
                None => {
                    undecided.push(other);
                    false
                }
            })
        })?;
        self.meter.charge_items(candidate.saturating_sub(1))?;
        if found.is_some() {
            return Ok(found);
        }
        for other in undecided {
            if self.equal_at(key, other, set_depth)? {
                let Some(entries) = self.dict_of(dict) else {
                    return Ok(None);
                };
                return entries.find::<Flow>(hash, |candidate| Ok(candidate.same(other)));
            }
        }
        Ok(None)
    }

    /// Compares two keys without a loop over contained values. Returns `None` if that is
    /// impossible, as for nested tuples and sets.
    fn equal_keys(&self, a: Value, b: Value) -> Option<bool> {
        if a.same(b) {
            return Some(true);
        }
        match (a.kind(), b.kind()) {
            (Type::Str, Type::Str) => match (self.heap.get(a.handle()), self.heap.get(b.handle())) {
                (Object::Str(x), Object::Str(y)) => Some(x == y),
                _ => Some(false),
            },
            (Type::Int | Type::Bool, Type::Int | Type::Bool) => Some(a.raw_int() == b.raw_int()),
            (Type::Tuple, Type::Tuple) => self.equal_flat_tuples(a, b),
            // They may be long, which must be charged.
            (Type::BigInt, _)
            | (_, Type::BigInt)
            | (Type::Set | Type::FrozenSet, Type::Set | Type::FrozenSet)
            | (Type::Record, Type::Record)
            | (Type::Range, Type::Range)
            | (Type::Pattern, Type::Pattern) => None,
            _ if a.is_exact() || b.is_exact() => None,
            _ => match (self.number(a), self.number(b)) {
                (Some(x), Some(y)) => Some(equal_numbers(&x, &y)),
                _ => Some(self.equal_by_module(a, b).unwrap_or(false)),
            },
        }
    }

    /// Compares two tuples item by item. Returns `None` if an item is a container or too expensive
    /// to compare without a charge.
    fn equal_flat_tuples(&self, a: Value, b: Value) -> Option<bool> {
        let (Object::Tuple(a), Object::Tuple(b)) = (self.heap.get(a.handle()), self.heap.get(b.handle())) else {
            return Some(false);
        };
        if a.len() != b.len() {
            return Some(false);
        }
        for (a, b) in a.iter().zip(b.iter()) {
            match (a.kind(), b.kind()) {
                (Type::Tuple, Type::Tuple) => return None,
                _ if !self.equal_keys(*a, *b)? => return Some(false),
                _ => {}
            }
        }
        Some(true)
    }
}

fn add_pairs(a: &[Value], b: &[Value], pairs: &mut Vec<(Value, Value)>) -> bool {
    if a.len() != b.len() {
        return false;
    }
    // The first items are compared first.
    pairs.extend(a.iter().copied().zip(b.iter().copied()).rev());
    true
}

fn equal_numbers(a: &Number, b: &Number) -> bool {
    use std::cmp::Ordering::Equal;
    match (a, b) {
        (Number::Int(a), Number::Int(b)) => a == b,
        (Number::Big(a), Number::Big(b)) => a == b,
        // A large integer is stored as such only if it does not fit 64 bits.
        (Number::Int(_), Number::Big(_)) | (Number::Big(_), Number::Int(_)) => false,
        (Number::Float(a), Number::Float(b)) => a == b,
        (Number::Int(int), Number::Float(float)) | (Number::Float(float), Number::Int(int)) => {
            compare_big_float(&BigInt::from(*int), *float) == Some(Equal)
        }
        (Number::Big(int), Number::Float(float)) | (Number::Float(float), Number::Big(int)) => {
            compare_big_float(int, *float) == Some(Equal)
        }
    }
}
