//! What ops make of values that are not known, and how the machine goes on behind them.
//!
//! Operators and comparisons are in [`operators`](super::operators), collections in [`items`](super::items).

use sift_abstract::{AbstractValue, Kinds, NOTHING, Raises};
use sift_compiler::exception::ExceptionClass as E;
use sift_compiler::op::Op;
use sift_runtime::runtime::UNKNOWN;
use sift_runtime::settings::{Echo, RunAhead};
use sift_syntax::ast::{BinaryOp, CompareOp};
use sift_text::HoleId;
use sift_values::object::Object;
use sift_values::value::{Handle, Type, Value};

use super::super::Interpreter;
use super::branch::Way;
use super::operators::unary;
use super::state::Stop::{self, GiveUp};

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
            Op::Echo => self.echo == Echo::On && self.top_holds_unknown(1),
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
        let noticed = |hole: &HoleId| {
            self.ahead
                .as_ref()
                .is_some_and(|ahead| ahead.known.noticed.contains(hole))
        };
        holes.retain(|hole| *hole != UNKNOWN && !noticed(hole));
        holes.sort_unstable();
        holes.dedup();
        holes
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

    /// Returns the handle of a value that is not known, for tests to tell of.
    fn testable(&self, value: Value) -> Option<Handle> {
        self.is_unknown(value).then_some(value.handle())
    }
}

impl Interpreter {
    /// Does the op that the machine stands before without knowing what it is done with.
    pub(super) fn foresee(&mut self, hole: HoleId) -> Result<(), Stop> {
        self.meter.charge(8).map_err(|_| GiveUp)?;
        if self.pass_prelude_function(hole)? {
            return Ok(());
        }
        let op = self.op_ahead().ok_or(GiveUp)?;
        if (0..MAX_OPERANDS).any(|depth| self.is_left(self.peek(depth))) {
            return Err(GiveUp);
        }
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
            Op::Format(_) => self.give(hole, 1, AbstractValue::text(), NOTHING),
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
                let of_key = self.described(key);
                self.conclude(hole, raises, &|m| {
                    m.put_at(dict, value, &of_key)?;
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
            Op::UnpackStarred { before, after } => self.unpack_starred_ahead(hole, before as usize, after as usize),
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
        done: &dyn Fn(&mut Self) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
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
        match self.go_all_ways(guard.frames, self.guards.len() - 1, &ways) {
            Err(GiveUp) if bets => goes_on(self),
            gone => gone,
        }
    }

    /// Lets something unknown take the place of the operands.
    pub(super) fn give(
        &mut self,
        hole: HoleId,
        operands: usize,
        result: AbstractValue,
        raises: Raises,
    ) -> Result<(), Stop> {
        let result = self.outlasting_op(result);
        self.conclude(hole, raises, &|m| {
            let value = m.new_unknown(result.clone());
            m.note_unknowns();
            m.replace_top(operands, value);
            Ok(())
        })
    }

    /// Returns the description of the running op's result, without what changes before it is used.
    pub(super) fn outlasting_op(&self, result: AbstractValue) -> AbstractValue {
        match self.is_tested_at_once() {
            true => result,
            false => result.lasting(),
        }
    }

    /// Lets a known value take the place of the operands.
    pub(super) fn give_known(&mut self, hole: HoleId, operands: usize, value: Value) -> Result<(), Stop> {
        self.conclude(hole, NOTHING, &|m| {
            m.replace_top(operands, value);
            Ok(())
        })
    }

    fn go_by_truth(&mut self, wanted: bool, target: u32, pops: bool) -> Result<(), Stop> {
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
        if unknown.kinds_if(true).is_empty() {
            return go(self, false);
        }
        if unknown.kinds_if(false).is_empty() {
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
        self.go_all_ways(self.frames.len(), self.guards.len(), &ways)
    }

    fn go_by_item(&mut self, exit: u32) -> Result<(), Stop> {
        let iterator = self.peek(0);
        let item = self.described(iterator).item();
        let iteration = self.iteration_of(iterator);
        let here = self.frames.last().ok_or(GiveUp)?.ip;
        let next = |m: &mut Self| {
            m.share_yielded(iterator)?;
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
        let raises = |m: &mut Self| m.raise_ahead(E::RuntimeError);
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
        let guard = self.guards.last().copied();
        match guard {
            _ if !self.may_have_changed(&iteration) => {}
            Some(guard) => {
                let [next, ends] = ways;
                let ways = [
                    Way {
                        op: self.place_in(guard.frames, next.op),
                        ..next
                    },
                    Way {
                        op: self.place_in(guard.frames, ends.op),
                        ..ends
                    },
                    Way {
                        op: guard.target as usize,
                        begin: &raises,
                    },
                ];
                return self.go_all_ways(guard.frames, self.guards.len() - 1, &ways);
            }
            None if self.scout.mode == RunAhead::PastErrors => {}
            None => return Err(GiveUp),
        }
        self.go_all_ways(self.frames.len(), self.guards.len(), &ways)
    }
}
