//! A fast path for arithmetic on small numbers, the most frequent operation of programs.

use sift_syntax::ast::BinaryOp;
use sift_values::value::{Type, Value};

/// Returns the sum, difference, product or remainder of two small numbers. Returns `None` for other
/// operators or operands.
#[inline]
pub fn small_arithmetic(op: BinaryOp, left: Value, right: Value) -> Option<Value> {
    let result = match (left.kind(), right.kind()) {
        (Type::Int, Type::Int) => {
            let (a, b) = (left.raw_int(), right.raw_int());
            Value::int(match op {
                BinaryOp::Add => a.checked_add(b)?,
                BinaryOp::Subtract => a.checked_sub(b)?,
                BinaryOp::Multiply => a.checked_mul(b)?,
                // For a positive divisor, Euclid's remainder is Python's.
                BinaryOp::Modulo if b > 0 => a.checked_rem_euclid(b)?,
                _ => return None,
            })
        }
        (Type::Float, Type::Float) => {
            let (a, b) = (left.raw_float(), right.raw_float());
            Value::float(match op {
                BinaryOp::Add => a + b,
                BinaryOp::Subtract => a - b,
                BinaryOp::Multiply => a * b,
                _ => return None,
            })
        }
        _ => return None,
    };
    Some(result.labelled(left.label().join(right.label())))
}
