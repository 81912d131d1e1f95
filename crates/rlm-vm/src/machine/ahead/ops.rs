//! What ops make of values that are not known.

use rlm_syntax::ast::{BinaryOp, CompareOp, UnaryOp};
use rlm_text::HoleId;

use super::super::Interpreter;
use super::branch::Way;
use super::unknown::{Kinds, Told, Unknown};
use super::{GiveUp, RunAhead, UNKNOWN};
use crate::exception::ExceptionClass as E;
use crate::object::{DictKind, Object};
use crate::op::Op;
use crate::value::{Handle, Type, Value};

/// What an op may raise.
pub(super) type Raises = &'static [E];

pub(super) const NOTHING: Raises = &[];
/// What may be raised by an op of which nothing is known.
pub(super) const ANYTHING: Raises = &[
    E::TypeError,
    E::ValueError,
    E::KeyError,
    E::IndexError,
    E::AttributeError,
    E::ZeroDivisionError,
    E::OverflowError,
];

/// Values on the stack among which an op's operands are sought.
const MAX_OPERANDS: usize = 4;

impl Interpreter {
    /// Tells whether an op would look at something that is not known. Of texts it finds out by itself.
    pub(crate) fn looks_at_unknown(&mut self, op: Op) -> bool {
        if self.ahead.as_ref().is_none_or(|ahead| !ahead.unknowns) {
            return false;
        }
        let top = |m: &Self, count: usize| (0..count).any(|depth| m.is_blurred(m.peek(depth)));
        match op {
            // What it says beside its message is not known.
            Op::Attribute(_) if self.peek(0).kind() == Type::Exception => self.is_foreseen_exception(self.peek(0)),
            Op::Unary(_)
            | Op::JumpIfFalse(_)
            | Op::JumpIfTrue(_)
            | Op::JumpIfFalseOrPop(_)
            | Op::JumpIfTrueOrPop(_)
            | Op::ListToTuple
            | Op::Attribute(_)
            | Op::DeleteAttribute(_)
            | Op::SetAttribute(_)
            | Op::Iterate
            | Op::Next(_)
            | Op::Forward(_)
            | Op::Unpack(_)
            | Op::UnpackStarred { .. }
            | Op::Raise
            | Op::ImportMember(_) => top(self, 1),
            Op::Binary(BinaryOp::Modulo) => top(self, 2) || self.top_holds_unknown(1),
            Op::Binary(_)
            | Op::InPlace(_)
            | Op::Extend
            | Op::UpdateSet
            | Op::UpdateDict
            | Op::MergeKeywords
            | Op::MatchException
            | Op::RaiseFrom => top(self, 2),
            Op::Compare(CompareOp::Is | CompareOp::IsNot) => top(self, 2),
            Op::Compare(_) | Op::CompareThenJump(_) | Op::FormatSpec(_) => self.top_holds_unknown(2),
            Op::Format(_) => self.top_holds_unknown(1),
            Op::Echo => self.echo && self.top_holds_unknown(1),
            Op::Index | Op::DeleteIndex | Op::SetIndex => self.is_unknown(self.peek(1)) || self.top_holds_unknown(1),
            Op::BuildSet(count) => self.top_holds_unknown(count as usize),
            Op::BuildDict(pairs) => (0..pairs as usize).any(|pair| {
                let key = self.peek(2 * pair + 1);
                self.holds_unknown(key)
            }),
            Op::Append(depth) => self.is_unknown(self.peek(depth as usize + 1)),
            Op::AddToSet(depth) => self.is_unknown(self.peek(depth as usize + 1)) || self.top_holds_unknown(1),
            Op::SetItem(depth) => {
                let key = self.peek(1);
                self.is_unknown(self.peek(depth as usize + 2)) || self.holds_unknown(key)
            }
            Op::Call(_) | Op::CallKeywords { .. } | Op::CallMethod { .. } | Op::CallMethodKeywords { .. } => {
                self.call_looks_at_unknown(op)
            }
            Op::CallSpread => top(self, 3),
            _ => false,
        }
    }

    /// Tells whether an exception was raised by what is not known.
    fn is_foreseen_exception(&self, exception: Value) -> bool {
        let Object::Exception(exception) = self.heap.get(exception.handle()) else {
            return true;
        };
        exception.args.iter().any(|arg| self.is_unknown_text(*arg))
    }

    fn top_holds_unknown(&mut self, count: usize) -> bool {
        (0..count).any(|depth| {
            let value = self.peek(depth);
            self.holds_unknown(value)
        })
    }

    /// Does the op that the machine stands before without knowing what it is done with.
    pub(super) fn foresee(&mut self, hole: HoleId) -> Result<(), GiveUp> {
        self.meter.charge(8).map_err(|_| GiveUp)?;
        if self.pass_reader(hole)? {
            return Ok(());
        }
        let op = self.op_ahead().ok_or(GiveUp)?;
        match op {
            Op::JumpIfFalse(target) => self.go_by_truth(false, target, true),
            Op::JumpIfTrue(target) => self.go_by_truth(true, target, true),
            Op::JumpIfFalseOrPop(target) => self.go_by_truth(false, target, false),
            Op::JumpIfTrueOrPop(target) => self.go_by_truth(true, target, false),
            Op::Next(exit) => self.go_by_item(exit),
            Op::Unary(op) => {
                let value = self.described(self.peek(0));
                let (result, raises) = unary(op, &value, self.testable(self.peek(0)));
                self.give(hole, 1, result, raises)
            }
            Op::Binary(op) => self.binary_ahead(hole, op, false),
            Op::InPlace(op) => self.binary_ahead(hole, op, true),
            Op::Compare(op) | Op::CompareThenJump(op) => self.compare(hole, op),
            Op::Format(_) => self.give(hole, 1, Unknown::text(), NOTHING),
            Op::FormatSpec(_) => self.format_by(hole),
            Op::BuildSet(count) => self.build(hole, count as usize, Kinds::SET),
            Op::BuildDict(pairs) => self.build(hole, 2 * pairs as usize, Kinds::DICT),
            Op::Append(depth) | Op::AddToSet(depth) => {
                let (collection, item) = (self.peek(depth as usize + 1), self.peek(0));
                let raises = match op {
                    Op::AddToSet(_) if !self.described(item).is(Kinds::HASHABLE) => &[E::TypeError],
                    _ => NOTHING,
                };
                self.conclude(hole, raises, &|m| {
                    m.put_in(collection, &[item])?;
                    m.drop_top(1);
                    Ok(())
                })
            }
            Op::SetItem(depth) => {
                let (dict, key, value) = (self.peek(depth as usize + 2), self.peek(1), self.peek(0));
                let raises = self.hashing(key);
                self.conclude(hole, raises, &|m| {
                    m.put_in(dict, &[value])?;
                    m.drop_top(2);
                    Ok(())
                })
            }
            Op::Extend | Op::UpdateSet => {
                let (collection, more) = (self.peek(1), self.peek(0));
                let raises: Raises = match self.described(more).is(Kinds::ITERABLE) {
                    true => NOTHING,
                    false => &[E::TypeError],
                };
                self.conclude(hole, raises, &|m| {
                    m.put_items_in(collection, more)?;
                    m.drop_top(1);
                    Ok(())
                })
            }
            Op::Index => self.index_ahead(hole),
            Op::SetIndex => self.set_index_ahead(hole),
            Op::Iterate => self.iterate_ahead(hole),
            Op::Unpack(count) => self.unpack_ahead(hole, count as usize),
            Op::Echo => self.conclude(hole, NOTHING, &|m| {
                m.drop_top(1);
                Ok(())
            }),
            Op::Call(_) | Op::CallKeywords { .. } | Op::CallMethod { .. } | Op::CallMethodKeywords { .. } => {
                self.call_ahead(hole, op)
            }
            _ => Err(GiveUp),
        }
    }

    /// Goes on behind the op, which does `done`, and where it may raise and a handler would catch that, there, too.
    pub(super) fn conclude(
        &mut self,
        hole: HoleId,
        raises: Raises,
        done: &dyn Fn(&mut Self) -> Result<(), GiveUp>,
    ) -> Result<(), GiveUp> {
        let Some(here) = self.frames.last().map(|frame| frame.ip + 1) else {
            return Err(GiveUp);
        };
        let looked_at = self.not_noticed(hole);
        let goes_on = |m: &mut Self| {
            looked_at.iter().for_each(|hole| m.notice_ahead(*hole));
            done(m)?;
            m.set_ip(here);
            Ok(())
        };
        let mut classes = raises.to_vec();
        if !looked_at.is_empty() && self.guards.iter().any(|guard| guard.catches_call_failure) {
            classes.push(E::CallFailed);
        }
        if classes.is_empty() {
            return goes_on(self);
        }
        let bets = self.scout.mode == RunAhead::PastErrors;
        let Some(guard) = self.guards.last().copied() else {
            return if bets { goes_on(self) } else { Err(GiveUp) };
        };
        let raising: Vec<_> = classes
            .into_iter()
            .map(|class| move |m: &mut Self| m.raise_ahead(class))
            .collect();
        let mut ways = vec![Way {
            op: self.place_in(guard.frames, here),
            begin: &goes_on,
        }];
        ways.extend(raising.iter().map(|begin| Way {
            op: guard.target as usize,
            begin,
        }));
        match self.go_all_ways(guard.frames, &ways) {
            Err(GiveUp) if bets => goes_on(self),
            gone => gone,
        }
    }

    /// Returns the replies that an op looks at and that nobody has looked at: that it waits for, and those within its operands.
    fn not_noticed(&self, hole: HoleId) -> Vec<HoleId> {
        let mut holes = vec![hole];
        let mut texts: Vec<Value> = (0..MAX_OPERANDS).map(|depth| self.peek(depth)).collect();
        for value in texts.clone() {
            if matches!(value.kind(), Type::List | Type::Tuple | Type::Dict | Type::Set) {
                self.heap.get(value.handle()).for_each_value(|item| texts.push(item));
            }
        }
        for value in texts {
            if let (Type::Str, Object::Str(text)) = (value.kind(), self.heap.get(value.handle())) {
                holes.extend(text.holes().filter(|hole| !self.holes.is_settled(*hole)));
            }
        }
        let noticed = |hole: &HoleId| self.ahead.as_ref().is_some_and(|ahead| ahead.noticed.contains(hole));
        holes.retain(|hole| *hole != UNKNOWN && !noticed(hole));
        holes.sort_unstable();
        holes.dedup();
        holes
    }

    /// Lets something unknown take the place of the operands.
    pub(super) fn give(
        &mut self,
        hole: HoleId,
        operands: usize,
        result: Unknown,
        raises: Raises,
    ) -> Result<(), GiveUp> {
        let result = match self.is_tested_at_once() {
            true => result,
            false => result.lasting(),
        };
        self.conclude(hole, raises, &|m| {
            let value = m.new_unknown(result.clone());
            m.note_unknowns();
            m.replace_top(operands, value);
            Ok(())
        })
    }

    /// Lets a known value take the place of the operands.
    pub(super) fn give_known(&mut self, hole: HoleId, operands: usize, value: Value) -> Result<(), GiveUp> {
        self.conclude(hole, NOTHING, &|m| {
            m.replace_top(operands, value);
            Ok(())
        })
    }

    fn go_by_truth(&mut self, wanted: bool, target: u32, pops: bool) -> Result<(), GiveUp> {
        let value = self.peek(0);
        let here = self.frames.last().ok_or(GiveUp)?.ip;
        let go = |m: &mut Self, truth: bool| {
            m.narrow(value, truth);
            let jumps = truth == wanted;
            if pops || !jumps {
                m.drop_top(1);
            }
            m.set_ip(if jumps { target as usize } else { here + 1 });
            Ok(())
        };
        let unknown = self.described(value);
        if unknown.kinds_where(true).is_empty() {
            return go(self, false);
        }
        if unknown.kinds_where(false).is_empty() {
            return go(self, true);
        }
        // A value that decides another branch right where it is kept to, as in `if a and b`, does so at once: what it tells of
        // others would be forgotten where the ways meet.
        let (jumps_to, drops) = if pops {
            (target as usize, true)
        } else {
            self.decided(target as usize, wanted)
        };
        let jump = |m: &mut Self| {
            go(m, wanted)?;
            if drops && !pops {
                m.drop_top(1);
            }
            m.set_ip(jumps_to);
            Ok(())
        };
        let ways = [
            Way {
                op: here + 1,
                begin: &|m| go(m, !wanted),
            },
            Way {
                op: jumps_to,
                begin: &jump,
            },
        ];
        self.go_all_ways(self.frames.len(), &ways)
    }

    /// Returns where a value that is true, or is not, leads from an op on, and whether it is dropped on the way.
    fn decided(&self, op: usize, truth: bool) -> (usize, bool) {
        let mut at = op;
        for _ in 0..64 {
            let (wanted, target, keeps) = match self.code.ops.get(at) {
                Some(Op::JumpIfFalse(target)) => (false, *target, false),
                Some(Op::JumpIfTrue(target)) => (true, *target, false),
                Some(Op::JumpIfFalseOrPop(target)) => (false, *target, true),
                Some(Op::JumpIfTrueOrPop(target)) => (true, *target, true),
                _ => return (at, false),
            };
            let jumps = wanted == truth;
            let next = if jumps { target as usize } else { at + 1 };
            if !(keeps && jumps) {
                return (next, true);
            }
            at = next;
        }
        (at, false)
    }

    fn go_by_item(&mut self, exit: u32) -> Result<(), GiveUp> {
        let item = self.described(self.peek(0)).item();
        let here = self.frames.last().ok_or(GiveUp)?.ip;
        let next = |m: &mut Self| {
            let value = m.new_unknown(item.clone());
            m.note_unknowns();
            m.stack.push(value);
            m.set_ip(here + 1);
            Ok(())
        };
        let ends = |m: &mut Self| {
            m.drop_top(1);
            m.set_ip(exit as usize);
            Ok(())
        };
        let ways = [
            Way {
                op: here + 1,
                begin: &next,
            },
            Way {
                op: exit as usize,
                begin: &ends,
            },
        ];
        self.go_all_ways(self.frames.len(), &ways)
    }

    fn binary_ahead(&mut self, hole: HoleId, op: BinaryOp, in_place: bool) -> Result<(), GiveUp> {
        let (left, right) = (self.peek(1), self.peek(0));
        let (a, b) = (self.described(left), self.described(right));
        let is_mutable = a
            .kinds
            .meets(Kinds::LIST.or(Kinds::SET).or(Kinds::DICT).or(Kinds::DEQUE));
        if in_place && is_mutable {
            let raises: Raises = match b.is(Kinds::ITERABLE) && a.is(Kinds::LIST) {
                true => NOTHING,
                false => &[E::TypeError],
            };
            return self.conclude(hole, raises, &|m| {
                m.put_items_in(left, right)?;
                m.drop_top(1);
                Ok(())
            });
        }
        let divisor = right.as_int().is_some_and(|int| int != 0) && right.kind() == Type::Int;
        let (result, raises) = arithmetic(op, &a, &b, divisor);
        self.give(hole, 2, result, raises)
    }

    fn compare(&mut self, hole: HoleId, op: CompareOp) -> Result<(), GiveUp> {
        let (left, right) = (self.peek(1), self.peek(0));
        let (a, b) = (self.described(left), self.described(right));
        if a.kinds.or(b.kinds).meets(Kinds::OTHER) && (a.items.is_some() || b.items.is_some()) {
            return Err(GiveUp);
        }
        let numbers = a.is(Kinds::NUMBERS) && b.is(Kinds::NUMBERS);
        let texts = a.is(Kinds::STR) && b.is(Kinds::STR);
        let raises: Raises = match op {
            CompareOp::Is | CompareOp::IsNot => {
                let (value, other) = if self.is_unknown(left) { (left, &b) } else { (right, &a) };
                if !other.is(Kinds::NONE) || !self.is_unknown(value) {
                    return self.give(hole, 2, Unknown::of(Kinds::BOOL), NOTHING);
                }
                let kinds = self.described(value).kinds;
                let is_none = match (kinds.meets(Kinds::NONE), kinds.is_empty()) {
                    (false, _) => Some(false),
                    (true, _) if kinds.within(Kinds::NONE) => Some(true),
                    _ => None,
                };
                if let Some(is_none) = is_none {
                    return self.give_known(hole, 2, Value::bool(is_none == (op == CompareOp::Is)));
                }
                let some = Told::kinds(Kinds::ANY.without(Kinds::NONE));
                let test = Unknown::testing(value.handle(), Told::kinds(Kinds::NONE), some);
                let test = if op == CompareOp::Is { test } else { test.negated() };
                return self.give(hole, 2, test, NOTHING);
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
        let test = self.test_of(op, left, right).unwrap_or(Unknown::of(Kinds::BOOL));
        self.give(hole, 2, test, raises)
    }

    /// Returns what a comparison tells of one of its sides.
    fn test_of(&self, op: CompareOp, left: Value, right: Value) -> Option<Unknown> {
        let sizes = |least: i64, most: i64| {
            let size = |size: i64, or: u16| u16::try_from(size.max(0)).unwrap_or(or);
            Told::sizes(size(least, 0), size(most, u16::MAX))
        };
        let any = i64::from(u16::MAX);
        if let (Some(of), Some(n)) = (self.described(left).length_of, right.as_int()) {
            let (if_true, if_false) = match op {
                CompareOp::Equal => (sizes(n, n), Told::NOTHING),
                CompareOp::NotEqual => (Told::NOTHING, sizes(n, n)),
                CompareOp::Less => (sizes(0, n.saturating_sub(1)), sizes(n, any)),
                CompareOp::LessEqual => (sizes(0, n), sizes(n.saturating_add(1), any)),
                CompareOp::Greater => (sizes(n.saturating_add(1), any), sizes(0, n)),
                CompareOp::GreaterEqual => (sizes(n, any), sizes(0, n.saturating_sub(1))),
                _ => return None,
            };
            return Some(Unknown::testing(of, if_true, if_false));
        }
        let of = self.described(right);
        let holds = left.is_object() && right.is_object() && (of.is(Kinds::DICT) || of.is(Kinds::STR));
        match op {
            CompareOp::In if holds => {
                let told = Told::has(left.handle());
                Some(Unknown::testing(right.handle(), told, Told::NOTHING))
            }
            CompareOp::NotIn if holds => {
                let told = Told::has(left.handle());
                Some(Unknown::testing(right.handle(), Told::NOTHING, told))
            }
            _ => None,
        }
    }

    /// Tells whether two keys, or two texts, are sure to be the same.
    pub(super) fn is_same_key(&self, left: Handle, right: Handle) -> bool {
        left == right
            || match (self.heap.get(left), self.heap.get(right)) {
                (Object::Str(left), Object::Str(right)) => left.as_str().is_some() && left.as_str() == right.as_str(),
                _ => false,
            }
    }

    /// Tells whether a text, or a dict, was found to hold something.
    pub(super) fn has_part(&self, whole: Value, part: Value) -> bool {
        let whole = whole.handle();
        let parts = self
            .ahead
            .as_ref()
            .map(|ahead| ahead.parts.as_slice())
            .unwrap_or_default();
        part.is_object()
            && parts.iter().any(|found| {
                found.whole == whole
                    && self.known_len(whole).is_some_and(|len| len >= found.len)
                    && self.is_same_key(found.part, part.handle())
            })
    }

    /// Tells whether what the running op makes is only for the branch that follows: nothing can change before that.
    fn is_tested_at_once(&self) -> bool {
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

    /// Formats by a format: what one value of its type does, others do.
    fn format_by(&mut self, hole: HoleId) -> Result<(), GiveUp> {
        let (value, spec) = (self.described(self.peek(1)), self.peek(0));
        if self.holds_unknown(spec) || self.unknown(spec).is_some() {
            return Err(GiveUp);
        }
        let samples = [
            (Kinds::COUNT.or(Kinds::INT), Value::int(7)),
            (Kinds::BOOL, Value::TRUE),
            (Kinds::FLOAT, Value::float(1.5)),
        ];
        let text = self.new_text(rlm_text::Text::new("x"));
        let mut fits = value.is(Kinds::NUMBERS.or(Kinds::STR));
        for (kinds, sample) in samples.into_iter().chain([(Kinds::STR, text)]) {
            fits = fits && (!value.kinds.meets(kinds) || self.format_value(sample, spec).is_ok());
        }
        self.give(
            hole,
            2,
            Unknown::text(),
            if fits { NOTHING } else { &[E::ValueError, E::TypeError] },
        )
    }

    fn build(&mut self, hole: HoleId, operands: usize, kinds: Kinds) -> Result<(), GiveUp> {
        let step = if kinds == Kinds::DICT { 2 } else { 1 };
        let mut items = Unknown::of(Kinds::NOTHING);
        let mut raises = NOTHING;
        for place in (0..operands).step_by(step) {
            items = items.join(&self.described(self.peek(place)));
            let hashed = self.peek(place + step - 1);
            if !self.hashing(hashed).is_empty() {
                raises = &[E::TypeError];
            }
            self.share(self.peek(place))?;
        }
        let mut result = Unknown::collection(kinds, items);
        result.dict = (kinds == Kinds::DICT).then_some(DictKind::Plain);
        self.give(hole, operands, result, raises)
    }

    /// Says what hashing a key may raise.
    pub(super) fn hashing(&self, key: Value) -> Raises {
        let key = self.described(key);
        let is_hashable = |unknown: &Unknown| unknown.is(Kinds::HASHABLE);
        let fits = is_hashable(&key) || key.is(Kinds::TUPLE) && key.items.as_deref().is_some_and(is_hashable);
        if fits { NOTHING } else { &[E::TypeError] }
    }

    fn index_ahead(&mut self, hole: HoleId) -> Result<(), GiveUp> {
        let (object, index) = (self.peek(1), self.peek(0));
        let (of, by) = (self.described(object), self.described(index));
        if index.kind() == Type::Slice {
            if self.holds_unknown_step(index) {
                return Err(GiveUp);
            }
            let raises: Raises = match of.is(Kinds::STR.or(Kinds::LIST).or(Kinds::TUPLE)) {
                true => NOTHING,
                false => &[E::TypeError],
            };
            let part = Unknown { arity: None, ..of };
            return self.give(hole, 2, part.with_other_items(), raises);
        }
        if of.is(Kinds::MATCH) {
            let (result, raises) = self.group_of(object, index);
            return self.give(hole, 2, result, raises);
        }
        if of.is(Kinds::DICT) {
            return self.index_dict(hole, object, index);
        }
        let raises: Raises = match of.is(Kinds::STR.or(Kinds::LIST).or(Kinds::TUPLE)) && by.is(Kinds::INTS) {
            true if index.as_int().is_some_and(|place| of.has_item(place)) => NOTHING,
            true => &[E::IndexError],
            false => &[E::TypeError, E::IndexError, E::KeyError],
        };
        let item = of.item();
        self.conclude(hole, raises, &|m| {
            m.share_items(object)?;
            let value = m.new_unknown(item.clone());
            m.note_unknowns();
            m.replace_top(2, value);
            Ok(())
        })
    }

    /// Tells whether it is not known that a slice takes every item, or its bounds may be no numbers.
    fn holds_unknown_step(&self, slice: Value) -> bool {
        let Object::Slice(parts) = self.heap.get(slice.handle()) else {
            return true;
        };
        let bounds = Kinds::INTS.or(Kinds::NONE);
        let [start, stop, step] = **parts;
        !self.described(start).is(bounds) || !self.described(stop).is(bounds) || self.is_unknown(step)
    }

    fn index_dict(&mut self, hole: HoleId, dict: Value, key: Value) -> Result<(), GiveUp> {
        let of = self.described(dict);
        let mut raises = self.hashing(key);
        let result = match of.dict {
            Some(DictKind::Counter) => of.item().join(&Unknown::of(Kinds::COUNT)),
            Some(DictKind::Default(factory)) => {
                let made = self.made_by(factory).ok_or(GiveUp)?;
                let result = of.item().join(&made);
                return self.conclude(hole, raises, &|m| {
                    // The key is there afterwards, with what the factory makes.
                    m.mix_in(dict, &made)?;
                    let value = m.new_unknown(result.clone());
                    m.note_unknowns();
                    m.replace_top(2, value);
                    Ok(())
                });
            }
            _ if key.is_object() && of.has.is_some_and(|has| self.is_same_key(has, key.handle())) => of.item(),
            _ if self.has_part(dict, key) => of.item(),
            _ => {
                raises = if raises.is_empty() {
                    &[E::KeyError]
                } else {
                    &[E::KeyError, E::TypeError]
                };
                of.item()
            }
        };
        self.conclude(hole, raises, &|m| {
            m.share_items(dict)?;
            let value = m.new_unknown(result.clone());
            m.note_unknowns();
            m.replace_top(2, value);
            Ok(())
        })
    }

    /// Returns what a class makes when it is called with nothing.
    fn made_by(&self, factory: Value) -> Option<Unknown> {
        let nothing = || Unknown::of(Kinds::NOTHING);
        Some(match self.library.class_name(factory) {
            _ if factory.kind() != Type::Class => return None,
            "int" => Unknown::of(Kinds::COUNT),
            "float" => Unknown::of(Kinds::FLOAT),
            "str" => Unknown::text(),
            "list" => Unknown::collection(Kinds::LIST, nothing()),
            "set" => Unknown::collection(Kinds::SET, nothing()),
            "dict" => Unknown {
                dict: Some(DictKind::Plain),
                ..Unknown::collection(Kinds::DICT, nothing())
            },
            "Counter" => Unknown {
                dict: Some(DictKind::Counter),
                ..Unknown::collection(Kinds::DICT, nothing())
            },
            _ => return None,
        })
    }

    fn set_index_ahead(&mut self, hole: HoleId) -> Result<(), GiveUp> {
        let (value, object, index) = (self.peek(2), self.peek(1), self.peek(0));
        let of = self.described(object);
        let raises = match () {
            () if of.is(Kinds::DICT) => self.hashing(index),
            () if of.is(Kinds::LIST) => &[E::IndexError],
            () => &[E::TypeError, E::IndexError],
        };
        self.conclude(hole, raises, &|m| {
            m.put_in(object, &[value])?;
            m.note_key(object, index);
            m.drop_top(3);
            Ok(())
        })
    }

    /// Lets a dict be known to have a key.
    fn note_key(&mut self, dict: Value, key: Value) {
        if key.is_object()
            && let Some(Object::Unknown(unknown)) = self.heap.get_mut(dict.handle())
            && unknown.is(Kinds::DICT)
        {
            unknown.has = Some(key.handle());
        }
    }

    fn iterate_ahead(&mut self, hole: HoleId) -> Result<(), GiveUp> {
        let of = self.described(self.peek(0));
        let items = match of.is(Kinds::DICT) {
            // What keys a dict has is not known.
            true => Unknown::any(),
            false => of.item(),
        };
        let raises: Raises = match of.is(Kinds::ITERABLE) {
            true => NOTHING,
            false => &[E::TypeError],
        };
        let iterated = self.peek(0);
        self.conclude(hole, raises, &|m| {
            m.share_items(iterated)?;
            let value = m.new_unknown(Unknown::collection(Kinds::ITERATOR, items.clone()));
            m.note_unknowns();
            m.replace_top(1, value);
            Ok(())
        })
    }

    fn unpack_ahead(&mut self, hole: HoleId, count: usize) -> Result<(), GiveUp> {
        let of = self.described(self.peek(0));
        let has = u16::try_from(count).unwrap_or(u16::MAX);
        let fits = of.is(Kinds::TUPLE) && of.arity == Some(has) || of.is(Kinds::LIST) && of.sizes == (has, has);
        let raises: Raises = match fits {
            true => NOTHING,
            false if of.is(Kinds::ITERABLE) => &[E::ValueError],
            false => &[E::ValueError, E::TypeError],
        };
        let item = if of.is(Kinds::DICT) { Unknown::any() } else { of.item() };
        self.conclude(hole, raises, &|m| {
            m.drop_top(1);
            m.note_unknowns();
            for _ in 0..count {
                let value = m.new_unknown(item.clone());
                m.stack.push(value);
            }
            Ok(())
        })
    }

    /// Puts items somewhere in a collection: it is not known any more what it holds.
    pub(super) fn put_in(&mut self, collection: Value, items: &[Value]) -> Result<(), GiveUp> {
        let mut mixed = Unknown::of(Kinds::NOTHING);
        for item in items {
            mixed = mixed.join(&self.described(*item));
            self.share(*item)?;
        }
        self.mix_in(collection, &mixed)
    }

    /// Puts the items of one collection into another.
    pub(super) fn put_items_in(&mut self, collection: Value, more: Value) -> Result<(), GiveUp> {
        let of = self.described(more);
        self.share_items(more)?;
        self.mix_in(collection, &of.item())
    }

    /// Lets a collection hold something like this, too.
    pub(super) fn mix_in(&mut self, collection: Value, item: &Unknown) -> Result<(), GiveUp> {
        if !collection.is_object() {
            return Err(GiveUp);
        }
        let described = self.described(collection).with_other_items();
        if described.shared
            && let Some(ahead) = &mut self.ahead
        {
            ahead.put_in_shared(described.kinds, item);
        }
        self.blur(collection.handle())?;
        let items = described.items.as_deref().map(|items| Box::new(items.join(item)));
        let unknown = Unknown { items, ..described };
        if self.described(collection) != unknown
            && let Some(object) = self.heap.get_mut(collection.handle())
            && matches!(object, Object::Unknown(_))
        {
            *object = Object::Unknown(Box::new(unknown));
        }
        Ok(())
    }

    /// Lets somebody who is not known hold a value: all that can be reached from it may change from now on.
    pub(super) fn share(&mut self, value: Value) -> Result<(), GiveUp> {
        if value.is_object() && value.kind() != Type::Str {
            self.blur(value.handle())?;
        }
        Ok(())
    }

    /// Lets somebody who is not known hold the items of a collection.
    pub(super) fn share_items(&mut self, collection: Value) -> Result<(), GiveUp> {
        if !collection.is_object() || collection.kind() == Type::Str {
            return Ok(());
        }
        let mut items = Vec::new();
        self.heap.get(collection.handle()).for_each_value(|item| {
            if item.is_object() && item.kind() != Type::Str {
                items.push(item);
            }
        });
        for item in items {
            self.share(item)?;
        }
        Ok(())
    }

    /// Returns the handle of a value that is not known, for tests to tell of.
    fn testable(&self, value: Value) -> Option<Handle> {
        self.is_unknown(value).then_some(value.handle())
    }
}

fn unary(op: UnaryOp, value: &Unknown, of: Option<Handle>) -> (Unknown, Raises) {
    match op {
        UnaryOp::Not if value.test.is_some() => (value.negated(), NOTHING),
        UnaryOp::Not => {
            let test = of.map(|of| Unknown::testing(of, value.told_where(false), value.told_where(true)));
            (test.unwrap_or(Unknown::of(Kinds::BOOL)), NOTHING)
        }
        _ if value.is(Kinds::BOOL.or(Kinds::COUNT)) => (Unknown::of(Kinds::COUNT), NOTHING),
        _ if value.is(Kinds::NUMBERS) && op != UnaryOp::Invert => (Unknown::of(value.kinds), NOTHING),
        _ => (Unknown::any(), &[E::TypeError]),
    }
}

/// Returns what an operator makes of two values. `divisor`: the right one is an int that is not 0.
fn arithmetic(op: BinaryOp, a: &Unknown, b: &Unknown, divisor: bool) -> (Unknown, Raises) {
    // A reader that finds nothing says so by None; that sums don't take it is a slip that no program bets on.
    let number = |unknown: &Unknown| match unknown.hoped {
        true => unknown.kinds.without(Kinds::NONE),
        false => unknown.kinds,
    };
    let (left, right) = (number(a), number(b));
    let both = left.or(right);
    if both.within(Kinds::NUMBERS) {
        let small = both.within(Kinds::BOOL.or(Kinds::COUNT));
        let ints = both.within(Kinds::INTS);
        let result = match (small, ints) {
            (true, _) => Kinds::COUNT,
            (_, true) => Kinds::INT,
            _ if left.within(Kinds::FLOAT) || right.within(Kinds::FLOAT) => Kinds::FLOAT,
            _ => Kinds::INT.or(Kinds::FLOAT),
        };
        // An int may be too large to be a float.
        let overflows = !ints && both.meets(Kinds::INT) && !a.hoped && !b.hoped;
        return match op {
            BinaryOp::Add | BinaryOp::Subtract if overflows => (Unknown::of(result), &[E::OverflowError]),
            BinaryOp::Add | BinaryOp::Subtract => (Unknown::of(result), NOTHING),
            BinaryOp::Multiply if overflows => (Unknown::of(result), &[E::OverflowError]),
            BinaryOp::Multiply if small => (Unknown::of(Kinds::INT), NOTHING),
            BinaryOp::Multiply => (Unknown::of(result), NOTHING),
            BinaryOp::Divide if divisor && (small || left.within(Kinds::FLOAT)) => (Unknown::of(Kinds::FLOAT), NOTHING),
            BinaryOp::FloorDivide | BinaryOp::Modulo if divisor && ints => (Unknown::of(result), NOTHING),
            BinaryOp::Divide => (Unknown::of(Kinds::FLOAT), &[E::ZeroDivisionError, E::OverflowError]),
            _ => (
                Unknown::of(Kinds::NUMBERS),
                &[E::ZeroDivisionError, E::OverflowError, E::ValueError, E::TypeError],
            ),
        };
    }
    let joins = |kinds| a.is(kinds) && b.is(kinds);
    match op {
        BinaryOp::Add if joins(Kinds::STR) => (Unknown::text(), NOTHING),
        BinaryOp::Add if joins(Kinds::LIST) => (a.join(b).with_other_items(), NOTHING),
        BinaryOp::Add if joins(Kinds::TUPLE) => (
            Unknown {
                arity: None,
                ..a.join(b)
            },
            NOTHING,
        ),
        BinaryOp::Multiply if a.is(Kinds::STR) && b.is(Kinds::COUNT.or(Kinds::BOOL)) => (Unknown::text(), NOTHING),
        BinaryOp::BitOr | BinaryOp::BitAnd | BinaryOp::Subtract | BinaryOp::BitXor if joins(Kinds::SET) => {
            (a.join(b).with_other_items(), NOTHING)
        }
        BinaryOp::BitOr if joins(Kinds::DICT) => (a.join(b).with_other_items(), NOTHING),
        BinaryOp::Modulo if a.is(Kinds::STR) => (Unknown::text(), &[E::TypeError, E::ValueError, E::KeyError]),
        _ => (Unknown::any(), ANYTHING),
    }
}
