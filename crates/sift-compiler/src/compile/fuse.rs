//! Peephole fusion of common pairs of ops.
//!
//! A fused op replaces the first op of a pair. It either does the work of both and skips the
//! second, or falls back to the first and leaves the second to run. The second op stays where it
//! is, so that jump targets and source positions remain valid.

use sift_syntax::ast::{BinaryOp, CompareOp};

use crate::op::Op;

/// Replaces the first op of each fusible pair by a fused op that does the work of both.
pub(super) fn fuse(ops: &mut [Op]) {
    let mut at = 0;
    while let Some([first, second, ..]) = ops.get_mut(at..) {
        let fused = match (*first, *second) {
            (Op::Local(first), Op::Local(second)) => Some(Op::LocalPair(first, second)),
            (Op::Int(value), Op::Binary(op) | Op::InPlace(op)) if is_small(op) => Some(Op::IntThen { value, op }),
            (Op::Compare(op), Op::JumpIfFalse(_) | Op::JumpIfTrue(_)) if orders(op) => Some(Op::CompareThenJump(op)),
            _ => None,
        };
        at += match fused {
            Some(op) => {
                *first = op;
                2
            }
            None => 1,
        };
    }
}

/// Returns `true` if the interpreter loop evaluates this operator inline for small integers.
const fn is_small(op: BinaryOp) -> bool {
    matches!(
        op,
        BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Multiply | BinaryOp::Modulo
    )
}

/// Returns `true` if the operator compares two integers by value, unlike `in` and `is`.
const fn orders(op: CompareOp) -> bool {
    !matches!(op, CompareOp::In | CompareOp::NotIn | CompareOp::Is | CompareOp::IsNot)
}
