//! Ops that do the work of the next one too, where that is fast.
//!
//! Each stands in the place of the first of two and passes over the second, or does what the first would have done and leaves the
//! rest to the second, which stays where it is: so jumps to it and places in the source hold.

use sift_syntax::ast::{BinaryOp, CompareOp};

use crate::op::Op;

/// Replaces the first of each pair of ops that can be done at once.
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

/// Tells whether the machine's loop does an operator of small numbers itself.
const fn is_small(op: BinaryOp) -> bool {
    matches!(
        op,
        BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Multiply | BinaryOp::Modulo
    )
}

/// Tells whether a comparison of small integers is that of their values.
const fn orders(op: CompareOp) -> bool {
    !matches!(op, CompareOp::In | CompareOp::NotIn | CompareOp::Is | CompareOp::IsNot)
}
