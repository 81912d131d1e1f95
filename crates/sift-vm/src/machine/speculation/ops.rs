//! Speculative execution of ops with unknown operands.
//!
//! Operators and comparisons are in [`operators`](super::operators), collections in
//! [`items`](super::items).

use sift_abstract::{AbstractValue, Kinds, NOTHING, Raises};
use sift_compiler::exception::ExceptionClass as E;
use sift_compiler::op::Op;
use sift_runtime::settings::{Echo, RunAhead};
use sift_syntax::ast::{BinaryOp, CompareOp};
use sift_text::PendingId;
use sift_values::object::Object;
use sift_values::pending_calls::UNKNOWN;
use sift_values::value::{Handle, Type, Value};

use super::super::Interpreter;
use super::branch::Path;
use super::operators::unary;
use super::state::Stop::{self, GiveUp};

/// The number of stack values that are searched for the operands of an op.
const MAX_OPERANDS: usize = 4;

impl Interpreter {
    /// Returns `true` if an op would read an unknown value. Pending texts are not considered,
    /// because ops that read them wait for the reply.
    pub(crate) fn reads_unknown(&mut self, op: Op) -> bool {
        if self
            .exploration
            .as_ref()
            .is_none_or(|exploration| !exploration.unknowns)
        {
            return false;
        }
        let top = |m: &Self, count: usize| (0..count).any(|depth| m.is_abstract(m.peek(depth)));
        match op {
            // Only its message is known.
            Op::Attribute(_) if self.peek(0).kind() == Type::Exception => self.is_speculated_exception(self.peek(0)),
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
                self.call_reads_unknown(op)
            }
            Op::CallSpread => top(self, 3),
            _ => false,
        }
    }

    /// Returns `true` if an exception was raised by speculation, so that its message is unknown.
    fn is_speculated_exception(&self, exception: Value) -> bool {
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

    /// Returns the replies that an op is the first to read: the one that it waits for, and those
    /// within its operands.
    fn uninspected_replies(&self, pending: PendingId) -> Vec<PendingId> {
        let mut pending = vec![pending];
        let mut texts: Vec<Value> = (0..MAX_OPERANDS).map(|depth| self.peek(depth)).collect();
        for value in texts.clone() {
            if matches!(value.kind(), Type::List | Type::Tuple | Type::Dict | Type::Set) {
                self.heap.get(value.handle()).for_each_value(|item| texts.push(item));
            }
        }
        for value in texts {
            if let (Type::Str, Object::Str(text)) = (value.kind(), self.heap.get(value.handle())) {
                pending.extend(
                    text.pending_ids()
                        .filter(|pending| !self.pending_calls.is_settled(*pending)),
                );
            }
        }
        let inspected = |pending: &PendingId| {
            self.exploration
                .as_ref()
                .is_some_and(|exploration| exploration.known.inspected.contains(pending))
        };
        pending.retain(|pending| *pending != UNKNOWN && !inspected(pending));
        pending.sort_unstable();
        pending.dedup();
        pending
    }

    /// Follows a chain of conditional jumps for a value of this truth. Returns the op where the
    /// chain ends, and whether the chain pops the value.
    fn resolve_jump_chain(&self, op: usize, truth: bool) -> (usize, bool) {
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

    /// Returns the handle of a value if the value is unknown, so that a condition can refine what
    /// is known of it.
    fn unknown_handle(&self, value: Value) -> Option<Handle> {
        self.is_unknown(value).then_some(value.handle())
    }
}

impl Interpreter {
    /// Executes the next op, which has unknown operands, with abstract values.
    pub(super) fn speculate_op(&mut self, pending: PendingId) -> Result<(), Stop> {
        self.meter.charge(8).map_err(|_| GiveUp)?;
        if self.step_over_prelude_function(pending)? {
            return Ok(());
        }
        let op = self.next_op().ok_or(GiveUp)?;
        if (0..MAX_OPERANDS).any(|depth| self.is_partly_read_generator(self.peek(depth))) {
            return Err(GiveUp);
        }
        match op {
            Op::JumpIfFalse(target) => self.branch_on_truth(false, target, true),
            Op::JumpIfTrue(target) => self.branch_on_truth(true, target, true),
            Op::JumpIfFalseOrPop(target) => self.branch_on_truth(false, target, false),
            Op::JumpIfTrueOrPop(target) => self.branch_on_truth(true, target, false),
            Op::Next(exit) => self.branch_on_item(exit),
            Op::Unary(op) => {
                let value = self.describe_value(self.peek(0));
                let (result, raises) = unary(op, &value, self.unknown_handle(self.peek(0)));
                self.finish_with(pending, 1, result, raises)
            }
            Op::Binary(op) => self.speculate_binary(pending, op, false),
            Op::InPlace(op) => self.speculate_binary(pending, op, true),
            Op::Compare(op) | Op::CompareThenJump(op) => self.speculate_compare(pending, op),
            Op::Format(_) => self.finish_with(pending, 1, AbstractValue::text(), NOTHING),
            Op::FormatSpec(_) => self.speculate_format(pending),
            Op::BuildSet(count) => self.speculate_build(pending, count as usize, Kinds::SET),
            Op::BuildDict(pairs) => self.speculate_build(pending, 2 * pairs as usize, Kinds::DICT),
            Op::Append(depth) | Op::AddToSet(depth) => {
                let (collection, item) = (self.peek(depth as usize + 1), self.peek(0));
                let raises = match op {
                    Op::AddToSet(_) if !self.describe_value(item).is(Kinds::HASHABLE) => &[E::TypeError],
                    _ => NOTHING,
                };
                self.finish_op(pending, raises, &|m| {
                    m.insert_items(collection, &[item])?;
                    m.drop_top(1);
                    Ok(())
                })
            }
            Op::SetItem(depth) => {
                let (dict, key, value) = (self.peek(depth as usize + 2), self.peek(1), self.peek(0));
                let raises = self.hash_errors(key);
                let of_key = self.describe_value(key);
                self.finish_op(pending, raises, &|m| {
                    m.insert_at(dict, value, &of_key)?;
                    m.drop_top(2);
                    Ok(())
                })
            }
            Op::Extend | Op::UpdateSet => {
                let (collection, more) = (self.peek(1), self.peek(0));
                let raises: Raises = match self.describe_value(more).is(Kinds::ITERABLE) {
                    true => NOTHING,
                    false => &[E::TypeError],
                };
                self.finish_op(pending, raises, &|m| {
                    m.extend_with(collection, more)?;
                    m.drop_top(1);
                    Ok(())
                })
            }
            Op::Index => self.speculate_index(pending),
            Op::SetIndex => self.speculate_set_index(pending),
            Op::Iterate => self.speculate_iterate(pending),
            Op::Unpack(count) => self.speculate_unpack(pending, count as usize),
            Op::UnpackStarred { before, after } => {
                self.speculate_unpack_starred(pending, before as usize, after as usize)
            }
            Op::Echo => self.finish_op(pending, NOTHING, &|m| {
                m.drop_top(1);
                Ok(())
            }),
            Op::Call(_) | Op::CallKeywords { .. } | Op::CallMethod { .. } | Op::CallMethodKeywords { .. } => {
                self.speculate_call(pending, op)
            }
            _ => Err(GiveUp),
        }
    }

    /// Completes the current op by calling `done`, and continues after it. If the op may raise an
    /// exception that an active handler would catch, explores that path too.
    pub(super) fn finish_op(
        &mut self,
        pending: PendingId,
        raises: Raises,
        done: &dyn Fn(&mut Self) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        let Some(here) = self.frames.last().map(|frame| frame.ip + 1) else {
            return Err(GiveUp);
        };
        let looked_at = self.uninspected_replies(pending);
        let resume = |m: &mut Self| {
            looked_at.iter().for_each(|pending| m.note_inspected(*pending));
            done(m)?;
            m.set_ip(here);
            Ok(())
        };
        let mut classes = raises.to_vec();
        if !looked_at.is_empty() && self.guards.iter().any(|guard| guard.catches_call_failure) {
            classes.push(E::CallFailed);
        }
        if classes.is_empty() {
            return resume(self);
        }
        let bets = self.explorer.mode == RunAhead::PastErrors;
        let Some(guard) = self.guards.last().copied() else {
            return if bets { resume(self) } else { Err(GiveUp) };
        };
        let raising: Vec<_> = classes
            .into_iter()
            .map(|class| move |m: &mut Self| m.speculate_raise(class))
            .collect();
        let mut paths = vec![Path {
            op: self.resume_op(guard.frames, here),
            start: &resume,
        }];
        paths.extend(raising.iter().map(|start| Path {
            op: guard.target as usize,
            start,
        }));
        match self.explore_paths(guard.frames, self.guards.len() - 1, &paths) {
            Err(GiveUp) if bets => resume(self),
            outcome => outcome,
        }
    }

    /// Completes the current op by replacing the operands by an unknown value.
    pub(super) fn finish_with(
        &mut self,
        pending: PendingId,
        operands: usize,
        result: AbstractValue,
        raises: Raises,
    ) -> Result<(), Stop> {
        let result = self.lasting_result(result);
        self.finish_op(pending, raises, &|m| {
            let value = m.new_unknown(result.clone());
            m.note_unknowns();
            m.replace_top(operands, value);
            Ok(())
        })
    }

    /// Returns the abstract result of the current op, without the facts that may no longer hold
    /// when the result is used.
    pub(super) fn lasting_result(&self, result: AbstractValue) -> AbstractValue {
        match self.is_condition() {
            true => result,
            false => result.lasting(),
        }
    }

    /// Completes the current op by replacing the operands by a known value.
    pub(super) fn finish_with_known(&mut self, pending: PendingId, operands: usize, value: Value) -> Result<(), Stop> {
        self.finish_op(pending, NOTHING, &|m| {
            m.replace_top(operands, value);
            Ok(())
        })
    }

    fn branch_on_truth(&mut self, wanted: bool, target: u32, pops: bool) -> Result<(), Stop> {
        let value = self.peek(0);
        let here = self.frames.last().ok_or(GiveUp)?.ip;
        let go = |m: &mut Self, truth: bool| {
            m.refine_by_truth(value, truth);
            let jumps = truth == wanted;
            if pops || !jumps {
                m.drop_top(1);
            }
            m.set_ip(if jumps { target as usize } else { here + 1 });
            Ok(())
        };
        let unknown = self.describe_value(value);
        if unknown.kinds_if(true).is_empty() {
            return go(self, false);
        }
        if unknown.kinds_if(false).is_empty() {
            return go(self, true);
        }
        // A value that decides another branch at its merge point, as in `if a and b`, decides it at
        // once: joining the paths would forget what it proves.
        let (jumps_to, drops) = if pops {
            (target as usize, true)
        } else {
            self.resolve_jump_chain(target as usize, wanted)
        };
        let jump = |m: &mut Self| {
            go(m, wanted)?;
            if drops && !pops {
                m.drop_top(1);
            }
            m.set_ip(jumps_to);
            Ok(())
        };
        let paths = [
            Path {
                op: here + 1,
                start: &|m| go(m, !wanted),
            },
            Path {
                op: jumps_to,
                start: &jump,
            },
        ];
        self.explore_paths(self.frames.len(), self.guards.len(), &paths)
    }

    fn branch_on_item(&mut self, exit: u32) -> Result<(), Stop> {
        let iterator = self.peek(0);
        let item = self.describe_value(iterator).item();
        let iteration = self.iteration_of(iterator);
        let here = self.frames.last().ok_or(GiveUp)?.ip;
        let next = |m: &mut Self| {
            m.share_items_of_iterator(iterator)?;
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
        let raises = |m: &mut Self| m.speculate_raise(E::RuntimeError);
        let paths = [
            Path {
                op: here + 1,
                start: &next,
            },
            Path {
                op: exit as usize,
                start: &ends,
            },
        ];
        let guard = self.guards.last().copied();
        match guard {
            _ if !self.may_have_changed(&iteration) => {}
            Some(guard) => {
                let [next, ends] = paths;
                let paths = [
                    Path {
                        op: self.resume_op(guard.frames, next.op),
                        ..next
                    },
                    Path {
                        op: self.resume_op(guard.frames, ends.op),
                        ..ends
                    },
                    Path {
                        op: guard.target as usize,
                        start: &raises,
                    },
                ];
                return self.explore_paths(guard.frames, self.guards.len() - 1, &paths);
            }
            None if self.explorer.mode == RunAhead::PastErrors => {}
            None => return Err(GiveUp),
        }
        self.explore_paths(self.frames.len(), self.guards.len(), &paths)
    }
}
