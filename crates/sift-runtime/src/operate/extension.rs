//! Applies the operators that library modules define for their own types, such as `Decimal`.

use num_bigint::BigInt;
use num_traits::ToPrimitive as _;
use sift_values::flow::Flow;
use sift_values::value::Value;

use super::Number;
use crate::runtime::Runtime;
use crate::table::{Operators, RoundingMode};

impl Runtime {
    /// Returns the operator implementations for a value's type if a library module defines the
    /// type.
    #[inline]
    pub fn operators(&self, value: Value) -> Option<&'static dyn Operators<Self>> {
        self.library.operators(value.kind())
    }

    /// Calls `apply` with the operators of each operand whose type a library module defines.
    /// Returns the first result.
    ///
    /// # Errors
    /// Exceptions that the operator raises.
    pub fn by_module<T, const N: usize>(
        &mut self,
        operands: [Value; N],
        mut apply: impl FnMut(&dyn Operators<Self>, &mut Self) -> Result<Option<T>, Flow>,
    ) -> Result<Option<T>, Flow> {
        for operators in operands.map(|operand| self.operators(operand)).into_iter().flatten() {
            if let Some(result) = apply(operators, self)? {
                return Ok(Some(result));
            }
        }
        Ok(None)
    }

    /// Returns whether two values are equal, without a charge of fuel. Returns `None` if no library
    /// module defines the type of either.
    pub(super) fn equal_by_module(&self, left: Value, right: Value) -> Option<bool> {
        let operators = self.operators(left).or_else(|| self.operators(right))?;
        operators.equal_at_once(self, left, right)
    }

    /// Returns the float nearest to a number of any type, or `None` for other values.
    ///
    /// # Errors
    /// An `OverflowError` for a number beyond the range of floats.
    pub fn to_float(&mut self, value: Value) -> Result<Option<f64>, Flow> {
        if let Some(float) = self.by_module([value], |operators, m| operators.to_float(m, value))? {
            return Ok(Some(float));
        }
        match self.number(value) {
            Some(number) => self.float_of(&number).map(Some),
            None => Ok(None),
        }
    }

    /// Converts a number of a type from a library module, such as `Decimal`, to an integer. Returns
    /// `None` for other values.
    ///
    /// # Errors
    /// A `ValueError` or an `OverflowError` if the number is not finite.
    pub fn to_whole(&mut self, value: Value, how: RoundingMode) -> Result<Option<BigInt>, Flow> {
        self.by_module([value], |operators, m| operators.to_whole(m, value, how))
    }

    /// Returns the integer part, as `int(x)` does, of a number whose type a library module defines.
    pub(super) fn truncated(&mut self, value: Value) -> Result<Option<Number>, Flow> {
        let whole = self.to_whole(value, RoundingMode::Truncate)?;
        Ok(whole.map(|whole| match whole.to_i64() {
            Some(small) => Number::Int(small),
            None => Number::Big(whole),
        }))
    }
}
