//! Operators of types that library modules define: `Decimal`, `Fraction`, `date` and others.

use std::cmp::Ordering;
use std::fmt::Debug;
use std::hash::Hasher;

use num_bigint::BigInt;
use sift_syntax::ast::{BinaryOp, UnaryOp};
use sift_values::classes::ClassId;
use sift_values::flow::Flow;
use sift_values::value::Value;

/// The rounding mode for converting a number to an integer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoundingMode {
    /// Rounds towards zero, as `int(x)` does.
    Truncate,
    /// Rounds down, as `math.floor(x)` does.
    Floor,
    /// Rounds up, as `math.ceil(x)` does.
    Ceiling,
    /// Rounds to the nearest integer, ties to even, as `round(x)` does.
    HalfEven,
}

/// The operators of a type that a library module defines, such as `Decimal`. The default methods
/// leave a value to the rules for all types; most do so by returning `None`.
pub trait Operators<R>: Debug + Sync {
    /// Returns the attribute `object.name`, unless it is a method of the type.
    fn attribute(&self, _: &mut R, _object: Value, _name: &str) -> Result<Option<Value>, Flow> {
        Ok(None)
    }

    /// Performs `object.name = value`. Returns `false` if the type has no attributes that can be
    /// set.
    fn set_attribute(&self, _: &mut R, _object: Value, _name: &str, _value: Value) -> Result<bool, Flow> {
        Ok(false)
    }

    /// Returns an attribute of the class object whose instances have this type.
    fn class_attribute(&self, _: &mut R, _class: ClassId, _name: &str) -> Result<Option<Value>, Flow> {
        Ok(None)
    }

    /// Applies the unary operator `-`, `+` or `~` to a value of the type.
    fn unary(&self, _: &mut R, _op: UnaryOp, _operand: Value) -> Result<Option<Value>, Flow> {
        Ok(None)
    }

    /// Applies a binary operator to two values, at least one of which has the type.
    fn binary(&self, _: &mut R, _op: BinaryOp, _left: Value, _right: Value) -> Result<Option<Value>, Flow> {
        Ok(None)
    }

    /// Returns the truth of a value of the type, as `bool(value)` does.
    fn truth(&self, _: &R, _value: Value) -> bool {
        true
    }

    /// Returns whether two values are equal. At least one of them has the type.
    fn equal(&self, m: &mut R, left: Value, right: Value) -> Result<Option<bool>, Flow> {
        Ok(self.equal_at_once(m, left, right))
    }

    /// Returns the same result as [`equal`](Self::equal), or `None` if the comparison has to be
    /// charged.
    fn equal_at_once(&self, _: &R, _left: Value, _right: Value) -> Option<bool> {
        None
    }

    /// Orders two values, at least one of which has the type. The inner `None` means that they have
    /// no order, as for NaN.
    fn order(&self, _: &mut R, _left: Value, _right: Value) -> Result<Option<Option<Ordering>>, Flow> {
        Ok(None)
    }

    /// Adds a value of the type to a hash. Returns `false` if the rules for all types apply.
    fn hash(&self, _: &mut R, _value: Value, _hasher: &mut dyn Hasher) -> Result<bool, Flow> {
        Ok(false)
    }

    /// Returns `str(value)`, or `None` if it is the same as the repr.
    fn text(&self, _: &mut R, _value: Value) -> Result<Option<String>, Flow> {
        Ok(None)
    }

    /// Returns `repr(value)` for a value of the type.
    fn repr(&self, _: &mut R, _value: Value) -> Result<Option<String>, Flow> {
        Ok(None)
    }

    /// Returns `format(value, spec)` for a format specifier that is not empty.
    fn format(&self, _: &mut R, _value: Value, _spec: &str) -> Result<Option<String>, Flow> {
        Ok(None)
    }

    /// Returns `object[index]` for an object of the type.
    fn index(&self, _: &mut R, _object: Value, _index: Value) -> Result<Option<Value>, Flow> {
        Ok(None)
    }

    /// Returns the next item of an iterator that the module defines.
    fn next_item(&self, _: &mut R, _iterator: Value) -> Result<Option<Value>, Flow> {
        Ok(None)
    }

    /// Returns the float nearest to a number of the type.
    fn to_float(&self, _: &mut R, _value: Value) -> Result<Option<f64>, Flow> {
        Ok(None)
    }

    /// Converts a number of the type to an integer, with the given rounding.
    fn to_whole(&self, _: &mut R, _value: Value, _how: RoundingMode) -> Result<Option<BigInt>, Flow> {
        Ok(None)
    }

    /// Returns `round(value, digits)`. Without `digits`, the result is an `int`.
    fn round(&self, _: &mut R, _value: Value, _digits: Option<Value>) -> Result<Option<Value>, Flow> {
        Ok(None)
    }

    /// Returns `abs(value)`.
    fn absolute(&self, _: &mut R, _value: Value) -> Result<Option<Value>, Flow> {
        Ok(None)
    }

    /// Returns `pow(base, exponent, modulus)`. At least one of the operands has the type.
    fn modular_power(&self, _: &mut R, _operands: [Value; 3]) -> Result<Option<Value>, Flow> {
        Ok(None)
    }

    /// Returns `divmod(left, right)`. At least one of the operands has the type.
    fn divmod(&self, _: &mut R, _left: Value, _right: Value) -> Result<Option<Value>, Flow> {
        Ok(None)
    }
}
