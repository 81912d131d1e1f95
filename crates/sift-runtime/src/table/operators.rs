//! Operators on the types that modules of the library define: `Decimal`, `Fraction`, `date`, `re.Match` and so on.

use std::cmp::Ordering;
use std::fmt::Debug;
use std::hash::Hasher;

use num_bigint::BigInt;
use sift_syntax::ast::{BinaryOp, UnaryOp};
use sift_values::classes::ClassId;
use sift_values::flow::Flow;
use sift_values::value::Value;

/// How a number becomes a whole one.
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

/// What operators do with values of a type that a module defines. The library's table has one for each such type; a method that
/// returns none, as all do by default, leaves the operator to the rules for all types.
pub trait Operators<R>: Debug + Sync {
    /// Returns `object.name`, unless it is a method of the type.
    fn attribute(&self, _: &mut R, _object: Value, _name: &str) -> Result<Option<Value>, Flow> {
        Ok(None)
    }

    /// Does `object.name = value`; false if attributes of the type can't be set.
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

    /// Tells whether a value counts as true.
    fn truth(&self, _: &R, _value: Value) -> bool {
        true
    }

    /// Tells whether two values are equal, at least one of which is of the type.
    fn equal(&self, m: &mut R, left: Value, right: Value) -> Result<Option<bool>, Flow> {
        Ok(self.equal_at_once(m, left, right))
    }

    /// As [`equal`](Self::equal), where the answer costs no fuel.
    fn equal_at_once(&self, _: &R, _left: Value, _right: Value) -> Option<bool> {
        None
    }

    /// Orders two values, at least one of which is of the type. The inner none: neither is less, as with NaN.
    fn order(&self, _: &mut R, _left: Value, _right: Value) -> Result<Option<Option<Ordering>>, Flow> {
        Ok(None)
    }

    /// Hashes a value, equal values alike; false if the rules for all types do.
    fn hash(&self, _: &mut R, _value: Value, _hasher: &mut dyn Hasher) -> Result<bool, Flow> {
        Ok(false)
    }

    /// Returns `str(value)`, where it differs from the repr.
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

    /// Returns the next item of an iterator that a function of the module has made.
    fn next_item(&self, _: &mut R, _iterator: Value) -> Result<Option<Value>, Flow> {
        Ok(None)
    }

    /// Returns a number as the nearest float.
    fn to_float(&self, _: &mut R, _value: Value) -> Result<Option<f64>, Flow> {
        Ok(None)
    }

    /// Returns a number as a whole one.
    fn to_whole(&self, _: &mut R, _value: Value, _how: ToWhole) -> Result<Option<BigInt>, Flow> {
        Ok(None)
    }

    /// Returns `round(value, digits)`; without digits an int.
    fn round(&self, _: &mut R, _value: Value, _digits: Option<Value>) -> Result<Option<Value>, Flow> {
        Ok(None)
    }

    /// Returns `abs(value)`.
    fn absolute(&self, _: &mut R, _value: Value) -> Result<Option<Value>, Flow> {
        Ok(None)
    }

    /// Returns `pow(base, exponent, modulus)`, where at least one of the three is of the type.
    fn modular_power(&self, _: &mut R, _operands: [Value; 3]) -> Result<Option<Value>, Flow> {
        Ok(None)
    }

    /// Returns `divmod(left, right)`, where at least one is of the type.
    fn divmod(&self, _: &mut R, _left: Value, _right: Value) -> Result<Option<Value>, Flow> {
        Ok(None)
    }
}
