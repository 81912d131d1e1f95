//! Addition, multiplication and related operations on decimal numbers.

use num_bigint::BigUint;
use num_traits::Zero as _;

use super::{Context, Decimal, Rounding, Trap, digits_of, power_of_ten, signed, unsigned};

impl Decimal {
    /// Adds two decimal numbers, and rounds the sum to the context.
    ///
    /// # Errors
    /// An overflow, or an invalid operation such as the difference of two infinities.
    pub fn add(&self, other: &Self, context: &mut Context) -> Result<Self, Trap> {
        if let Some(nan) = context.nan_of(&[self, other])? {
            return Ok(nan);
        }
        let (Some((a, a_exponent)), Some((b, b_exponent))) = (self.parts(), other.parts()) else {
            return match (self.is_infinite(), other.is_infinite()) {
                (true, true) if self.negative != other.negative => Err(Trap::InvalidOperation),
                (true, _) => Ok(self.clone()),
                _ => Ok(other.clone()),
            };
        };
        let lowest = a_exponent.min(b_exponent);
        let floor = context.rounding == Rounding::Floor;
        if a.is_zero() && b.is_zero() {
            let negative = (self.negative && other.negative) || (floor && self.negative != other.negative);
            return context.fit(Self::finite(negative, BigUint::ZERO, lowest));
        }
        if a.is_zero() || b.is_zero() {
            let (number, exponent) = if a.is_zero() {
                (other, b_exponent)
            } else {
                (self, a_exponent)
            };
            let exponent = lowest.max(exponent - context.precision.cast_signed() - 1);
            return context.fit(number.rescaled(exponent, context.rounding));
        }
        let (a, b, exponent) = aligned((a, a_exponent), (b, b_exponent), context.precision);
        let (negative, sum) = if self.negative == other.negative {
            (self.negative, a + b)
        } else if a == b {
            return context.fit(Self::finite(floor, BigUint::ZERO, lowest));
        } else if a > b {
            (self.negative, a - b)
        } else {
            (other.negative, b - a)
        };
        context.fit(Self::finite(negative, sum, exponent))
    }

    /// Subtracts a decimal number, and rounds the difference to the context.
    ///
    /// # Errors
    /// See [`add`](Self::add).
    pub fn subtract(&self, other: &Self, context: &mut Context) -> Result<Self, Trap> {
        if other.is_nan() {
            return self.add(other, context);
        }
        self.add(&other.clone().with_sign(!other.negative), context)
    }

    /// Multiplies two decimal numbers, and rounds the product to the context.
    ///
    /// # Errors
    /// An overflow, or an invalid operation such as zero times an infinity.
    pub fn multiply(&self, other: &Self, context: &mut Context) -> Result<Self, Trap> {
        if let Some(nan) = context.nan_of(&[self, other])? {
            return Ok(nan);
        }
        let product = self.product(other)?;
        context.fit(product)
    }

    /// Multiplies two decimal numbers without rounding. Neither may be NaN.
    fn product(&self, other: &Self) -> Result<Self, Trap> {
        let negative = self.negative != other.negative;
        match (self.parts(), other.parts()) {
            (Some((a, a_exponent)), Some((b, b_exponent))) => {
                Ok(Self::finite(negative, a * b, a_exponent + b_exponent))
            }
            _ if self.is_zero() || other.is_zero() => Err(Trap::InvalidOperation),
            _ => Ok(Self::infinite(negative)),
        }
    }

    /// Returns `self * factor + term`, rounded once.
    ///
    /// # Errors
    /// See [`multiply`](Self::multiply) and [`add`](Self::add).
    pub fn fused_multiply_add(&self, factor: &Self, term: &Self, context: &mut Context) -> Result<Self, Trap> {
        if let Some(nan) = context.nan_of(&[self, factor])? {
            return if term.is_signaling() {
                Err(Trap::InvalidOperation)
            } else {
                Ok(nan)
            };
        }
        self.product(factor)?.add(term, context)
    }

    /// Returns `+x`, which is the number rounded to the context. A negative zero loses its sign.
    ///
    /// # Errors
    /// See [`Context::fit`].
    pub fn plus(&self, context: &mut Context) -> Result<Self, Trap> {
        if let Some(nan) = context.nan_of(&[self])? {
            return Ok(nan);
        }
        let negative = self.negative && !(self.is_zero() && context.rounding != Rounding::Floor);
        context.fit(self.clone().with_sign(negative))
    }

    /// Returns `-x`: the negated number, rounded to the context.
    ///
    /// # Errors
    /// See [`Context::fit`].
    pub fn negate(&self, context: &mut Context) -> Result<Self, Trap> {
        if self.is_nan() {
            return self.plus(context);
        }
        self.clone().with_sign(!self.negative).plus(context)
    }

    /// Returns `abs(x)`: the number without its sign, rounded to the context.
    ///
    /// # Errors
    /// See [`Context::fit`].
    pub fn absolute(&self, context: &mut Context) -> Result<Self, Trap> {
        if self.negative {
            self.negate(context)
        } else {
            self.plus(context)
        }
    }

    /// Multiplies the number by ten to a given power. Implements `scaleb` of Python's `Decimal`.
    ///
    /// # Errors
    /// An invalid operation if the power isn't an integer or is out of bounds.
    pub fn scale_by_power(&self, power: &Self, context: &mut Context) -> Result<Self, Trap> {
        if let Some(nan) = context.nan_of(&[self, power])? {
            return Ok(nan);
        }
        let bound = 2 * (context.max_exponent + context.precision.cast_signed());
        let Some((_, 0)) = power.parts() else {
            return Err(Trap::InvalidOperation);
        };
        let Some(power) = power.to_i64().filter(|power| power.abs() <= bound) else {
            return Err(Trap::InvalidOperation);
        };
        match self.parts() {
            Some((coefficient, exponent)) => {
                context.fit(Self::finite(self.negative, coefficient.clone(), exponent + power))
            }
            None => Ok(self.clone()),
        }
    }

    /// Returns the exponent of the number's first digit as a decimal number. Implements `logb` of
    /// Python's `Decimal`.
    ///
    /// # Errors
    /// A division by zero, for zero.
    pub fn exponent_of_first(&self, context: &mut Context) -> Result<Self, Trap> {
        if let Some(nan) = context.nan_of(&[self])? {
            return Ok(nan);
        }
        if self.is_zero() {
            return Err(Trap::DivisionByZero);
        }
        if self.is_infinite() {
            return Ok(Self::infinite(false));
        }
        context.fit(Self::small(self.adjusted()))
    }

    /// Returns the next number that the context can represent, upwards if `up`, otherwise
    /// downwards.
    ///
    /// # Errors
    /// An invalid operation for a signaling NaN.
    pub fn next(&self, up: bool, context: &Context) -> Result<Self, Trap> {
        // This must not set flags in the caller's context.
        let mut context = *context;
        if let Some(nan) = context.nan_of(&[self])? {
            return Ok(nan);
        }
        if self.is_infinite() {
            if self.negative != up {
                return Ok(self.clone());
            }
            let nines = power_of_ten(context.precision) - 1_u8;
            return Ok(Self::finite(self.negative, nines, context.max_last_exponent()));
        }
        context.rounding = if up { Rounding::Ceiling } else { Rounding::Floor };
        let fitted = match context.fit(self.clone()) {
            Err(Trap::Overflow) => return Ok(self.beyond(up, &context)),
            fitted => fitted?,
        };
        if fitted.compare(self) != Some(std::cmp::Ordering::Equal) {
            return Ok(fitted);
        }
        let step = Self::finite(!up, BigUint::from(1_u8), context.min_last_exponent() - 1);
        match self.add(&step, &mut context) {
            Err(Trap::Overflow) => Ok(self.beyond(up, &context)),
            sum => sum,
        }
    }

    /// Returns the neighbour of a number that overflows: infinity if the step is away from zero,
    /// otherwise the largest finite number.
    fn beyond(&self, up: bool, context: &Context) -> Self {
        if self.negative == up {
            let nines = power_of_ten(context.precision) - 1_u8;
            return Self::finite(self.negative, nines, context.max_last_exponent());
        }
        Self::infinite(self.negative)
    }
}

/// Scales two coefficients to a common exponent. If one number is far below the other's precision,
/// it is replaced by a single digit, which doesn't change the rounding.
fn aligned(a: (&BigUint, i64), b: (&BigUint, i64), precision: u64) -> (BigUint, BigUint, i64) {
    if a.1 < b.1 {
        let (b, a, exponent) = aligned(b, a, precision);
        return (a, b, exponent);
    }
    let ((high, high_exponent), (low, low_exponent)) = (a, b);
    let far = high_exponent + (signed(digits_of(high)) - precision.cast_signed() - 2).min(-1);
    let (low, low_exponent) = if signed(digits_of(low)) + low_exponent - 1 < far {
        (BigUint::from(1_u8), far)
    } else {
        (low.clone(), low_exponent)
    };
    (
        high * power_of_ten(unsigned(high_exponent - low_exponent)),
        low,
        low_exponent,
    )
}
