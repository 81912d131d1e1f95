//! Operators on the types that modules of the library define: `Decimal`, `Fraction`, `date`, `re.Match` and so on.

use std::cmp::Ordering;
use std::fmt::Debug;
use std::hash::Hasher;

use num_bigint::BigInt;
use num_traits::ToPrimitive as _;
use sift_syntax::ast::{BinaryOp, UnaryOp};
use sift_values::classes::ClassId;
use sift_values::flow::Flow;
use sift_values::value::Value;

use super::Number;
use crate::runtime::Runtime;

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
pub trait Operators: Debug + Sync {
    /// Returns `object.name`, unless it is a method of the type.
    fn attribute(&self, _: &mut Runtime, _object: Value, _name: &str) -> Result<Option<Value>, Flow> {
        Ok(None)
    }

    /// Does `object.name = value`; false if attributes of the type can't be set.
    fn set_attribute(&self, _: &mut Runtime, _object: Value, _name: &str, _value: Value) -> Result<bool, Flow> {
        Ok(false)
    }

    /// Returns an attribute of a class whose instances are of the type.
    fn class_attribute(&self, _: &mut Runtime, _class: ClassId, _name: &str) -> Result<Option<Value>, Flow> {
        Ok(None)
    }

    /// Applies `-`, `+` or `~`.
    fn unary(&self, _: &mut Runtime, _op: UnaryOp, _operand: Value) -> Result<Option<Value>, Flow> {
        Ok(None)
    }

    /// Applies an operator to two values, at least one of which is of the type.
    fn binary(&self, _: &mut Runtime, _op: BinaryOp, _left: Value, _right: Value) -> Result<Option<Value>, Flow> {
        Ok(None)
    }

    /// Tells whether a value counts as true.
    fn truth(&self, _: &Runtime, _value: Value) -> bool {
        true
    }

    /// Tells whether two values are equal, at least one of which is of the type.
    fn equal(&self, m: &mut Runtime, left: Value, right: Value) -> Result<Option<bool>, Flow> {
        Ok(self.equal_at_once(m, left, right))
    }

    /// As [`equal`](Self::equal), where the answer costs no fuel.
    fn equal_at_once(&self, _: &Runtime, _left: Value, _right: Value) -> Option<bool> {
        None
    }

    /// Orders two values, at least one of which is of the type. The inner none: neither is less, as with NaN.
    fn order(&self, _: &mut Runtime, _left: Value, _right: Value) -> Result<Option<Option<Ordering>>, Flow> {
        Ok(None)
    }

    /// Hashes a value, equal values alike; false if the rules for all types do.
    fn hash(&self, _: &mut Runtime, _value: Value, _hasher: &mut dyn Hasher) -> Result<bool, Flow> {
        Ok(false)
    }

    /// Returns `str(value)`, where it differs from the repr.
    fn text(&self, _: &mut Runtime, _value: Value) -> Result<Option<String>, Flow> {
        Ok(None)
    }

    /// Returns `repr(value)`.
    fn repr(&self, _: &mut Runtime, _value: Value) -> Result<Option<String>, Flow> {
        Ok(None)
    }

    /// Returns `format(value, spec)`; the specifier is not empty.
    fn format(&self, _: &mut Runtime, _value: Value, _spec: &str) -> Result<Option<String>, Flow> {
        Ok(None)
    }

    /// Returns `object[index]`.
    fn index(&self, _: &mut Runtime, _object: Value, _index: Value) -> Result<Option<Value>, Flow> {
        Ok(None)
    }

    /// Returns the next item of an iterator that a function of the module has made.
    fn next_item(&self, _: &mut Runtime, _iterator: Value) -> Result<Option<Value>, Flow> {
        Ok(None)
    }

    /// Returns a number as the nearest float.
    fn to_float(&self, _: &mut Runtime, _value: Value) -> Result<Option<f64>, Flow> {
        Ok(None)
    }

    /// Returns a number as a whole one.
    fn to_whole(&self, _: &mut Runtime, _value: Value, _how: ToWhole) -> Result<Option<BigInt>, Flow> {
        Ok(None)
    }

    /// Returns `round(value, digits)`; without digits an int.
    fn round(&self, _: &mut Runtime, _value: Value, _digits: Option<Value>) -> Result<Option<Value>, Flow> {
        Ok(None)
    }

    /// Returns `abs(value)`.
    fn absolute(&self, _: &mut Runtime, _value: Value) -> Result<Option<Value>, Flow> {
        Ok(None)
    }

    /// Returns `pow(base, exponent, modulus)`, where at least one of the three is of the type.
    fn modular_power(&self, _: &mut Runtime, _operands: [Value; 3]) -> Result<Option<Value>, Flow> {
        Ok(None)
    }

    /// Returns `divmod(left, right)`, where at least one is of the type.
    fn divmod(&self, _: &mut Runtime, _left: Value, _right: Value) -> Result<Option<Value>, Flow> {
        Ok(None)
    }
}

impl Runtime {
    /// Returns the operators of a value's type, if a module defines it.
    #[inline]
    pub fn operators(&self, value: Value) -> Option<&'static dyn Operators> {
        self.library.operators(value.kind())
    }

    /// Applies an operator of the modules that define the types of the operands: the first that has a result gives it.
    ///
    /// # Errors
    /// What the operator raises.
    pub fn by_module<T, const N: usize>(
        &mut self,
        operands: [Value; N],
        mut apply: impl FnMut(&dyn Operators, &mut Self) -> Result<Option<T>, Flow>,
    ) -> Result<Option<T>, Flow> {
        for operators in operands.map(|operand| self.operators(operand)).into_iter().flatten() {
            if let Some(result) = apply(operators, self)? {
                return Ok(Some(result));
            }
        }
        Ok(None)
    }

    /// Tells whether two values are equal, where that costs no fuel; none if no module defines the type of either.
    pub(super) fn equal_by_module(&self, left: Value, right: Value) -> Option<bool> {
        let operators = self.operators(left).or_else(|| self.operators(right))?;
        operators.equal_at_once(self, left, right)
    }

    /// Returns any number as the nearest float; none for what is no number.
    ///
    /// # Errors
    /// An `OverflowError` beyond all floats.
    pub fn to_float(&mut self, value: Value) -> Result<Option<f64>, Flow> {
        if let Some(float) = self.by_module([value], |operators, m| operators.to_float(m, value))? {
            return Ok(Some(float));
        }
        match self.number(value) {
            Some(number) => self.float_of(&number).map(Some),
            None => Ok(None),
        }
    }

    /// Returns a number of a module's type as a whole one; none for anything else.
    ///
    /// # Errors
    /// A `ValueError` or an `OverflowError` for what is not finite.
    pub fn to_whole(&mut self, value: Value, how: ToWhole) -> Result<Option<BigInt>, Flow> {
        self.by_module([value], |operators, m| operators.to_whole(m, value, how))
    }

    /// Returns `int(x)` of a number of a module's type.
    pub(super) fn truncated(&mut self, value: Value) -> Result<Option<Number>, Flow> {
        let whole = self.to_whole(value, ToWhole::Truncate)?;
        Ok(whole.map(|whole| match whole.to_i64() {
            Some(small) => Number::Int(small),
            None => Number::Big(whole),
        }))
    }
}
