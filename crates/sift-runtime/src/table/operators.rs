//! Operators of types that library modules define: `Decimal`, `Fraction`, `date` and others.

use std::cmp::Ordering;
use std::fmt::Debug;
use std::hash::Hasher;

use num_bigint::BigInt;
use sift_syntax::ast::{BinaryOp, UnaryOp};
use sift_values::classes::ClassId;
use sift_values::flow::Flow;
use sift_values::value::Value;

/// A conversion of a number to an integer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToWhole {
    /// `int(x)`
    Truncate,
    /// `math.floor(x)`
    Floor,
    /// `math.ceil(x)`
    Ceiling,
    /// `round(x)`
    HalfEven,
}

/// The operators of a type that a module defines; the library table has one for each such type. By
/// default, each method returns `None`, which means that the rules for all types apply.
pub trait Operators<R>: Debug + Sync {
    /// Returns `object.name`, unless it is a method of the type.
    fn attribute(&self, _: &mut R, _object: Value, _name: &str) -> Result<Option<Value>, Flow> {
        Ok(None)
    }

    /// Implements `object.name = value`; returns `false` if attributes of the type can't be set.
    fn set_attribute(&self, _: &mut R, _object: Value, _name: &str, _value: Value) -> Result<bool, Flow> {
        Ok(false)
    }

    /// Returns an attribute of a class whose instances are of the type.
    fn class_attribute(&self, _: &mut R, _class: ClassId, _name: &str) -> Result<Option<Value>, Flow> {
        Ok(None)
    }

    /// Applies `-`, `+` or `~`.
    fn unary(&self, _: &mut R, _op: UnaryOp, _operand: Value) -> Result<Option<Value>, Flow> {
        Ok(None)
    }

    /// Applies an operator to two values, at least one of which is of the type.
    fn binary(&self, _: &mut R, _op: BinaryOp, _left: Value, _right: Value) -> Result<Option<Value>, Flow> {
        Ok(None)
    }

    /// Returns the truth of a value.
    fn truth(&self, _: &R, _value: Value) -> bool {
        true
    }

    /// Returns whether two values are equal, at least one of which is of the type.
    fn equal(&self, m: &mut R, left: Value, right: Value) -> Result<Option<bool>, Flow> {
        Ok(self.equal_at_once(m, left, right))
    }

    /// Does what [`equal`](Self::equal) does if that costs no fuel.
    fn equal_at_once(&self, _: &R, _left: Value, _right: Value) -> Option<bool> {
        None
    }

    /// Orders two values, one of which is of the type. The inner `None` means unordered (NaN).
    fn order(&self, _: &mut R, _left: Value, _right: Value) -> Result<Option<Option<Ordering>>, Flow> {
        Ok(None)
    }

    /// Hashes a value; returns `false` if the rules for all types apply.
    fn hash(&self, _: &mut R, _value: Value, _hasher: &mut dyn Hasher) -> Result<bool, Flow> {
        Ok(false)
    }

    /// Returns `str(value)` if it differs from the repr.
    fn text(&self, _: &mut R, _value: Value) -> Result<Option<String>, Flow> {
        Ok(None)
    }

    /// Returns `repr(value)`.
    fn repr(&self, _: &mut R, _value: Value) -> Result<Option<String>, Flow> {
        Ok(None)
    }

    /// Returns `format(value, spec)`; the specifier is not empty.
    fn format(&self, _: &mut R, _value: Value, _spec: &str) -> Result<Option<String>, Flow> {
        Ok(None)
    }

    /// Returns `object[index]`.
    fn index(&self, _: &mut R, _object: Value, _index: Value) -> Result<Option<Value>, Flow> {
        Ok(None)
    }

    /// Returns the next item of an iterator of the module.
    fn next_item(&self, _: &mut R, _iterator: Value) -> Result<Option<Value>, Flow> {
        Ok(None)
    }

    /// Returns the nearest float.
    fn to_float(&self, _: &mut R, _value: Value) -> Result<Option<f64>, Flow> {
        Ok(None)
    }

    /// Converts a number to an integer.
    fn to_whole(&self, _: &mut R, _value: Value, _how: ToWhole) -> Result<Option<BigInt>, Flow> {
        Ok(None)
    }

    /// Returns `round(value, digits)`; an int without `digits`.
    fn round(&self, _: &mut R, _value: Value, _digits: Option<Value>) -> Result<Option<Value>, Flow> {
        Ok(None)
    }

    /// Returns `abs(value)`.
    fn absolute(&self, _: &mut R, _value: Value) -> Result<Option<Value>, Flow> {
        Ok(None)
    }

    /// Returns `pow(base, exponent, modulus)`; at least one of the three is of the type.
    fn modular_power(&self, _: &mut R, _operands: [Value; 3]) -> Result<Option<Value>, Flow> {
        Ok(None)
    }

    /// Returns `divmod(left, right)`; at least one is of the type.
    fn divmod(&self, _: &mut R, _left: Value, _right: Value) -> Result<Option<Value>, Flow> {
        Ok(None)
    }
}
