//! Division, remainders and square roots of decimal numbers.

use num_bigint::BigUint;
use num_integer::Integer as _;
use num_traits::Zero as _;

use super::round::without_zeros;
use super::{Context, Decimal, Flag, Rounding, Trap, digits_of, power_of_ten, signed, unsigned};

impl Decimal {
    /// Divides by another number, and rounds the quotient to the context.
    ///
    /// # Errors
    /// A division by zero, an overflow, or an invalid operation.
    pub fn divide(&self, other: &Self, context: &mut Context) -> Result<Self, Trap> {
        if let Some(nan) = context.nan_of(&[self, other])? {
            return Ok(nan);
        }
        let negative = self.negative != other.negative;
        let (Some((a, a_exponent)), Some((b, b_exponent))) = (self.parts(), other.parts()) else {
            return match (self.is_infinite(), other.is_infinite()) {
                (true, true) => Err(Trap::InvalidOperation),
                (true, false) => Ok(Self::infinite(negative)),
                _ => {
                    context.note(Flag::Clamped);
                    Ok(Self::finite(negative, BigUint::ZERO, context.min_last_exponent()))
                }
            };
        };
        if b.is_zero() {
            return Err(if a.is_zero() {
                Trap::DivisionUndefined
            } else {
                Trap::DivisionByZero
            });
        }
        let ideal = a_exponent - b_exponent;
        if a.is_zero() {
            return context.fit(Self::finite(negative, BigUint::ZERO, ideal));
        }
        // Compute one more digit than the precision, and a sticky digit if a remainder follows.
        let shift = signed(digits_of(b)) - signed(digits_of(a)) + context.precision.cast_signed() + 1;
        let (mut quotient, rest) = if shift >= 0 {
            (a * power_of_ten(unsigned(shift))).div_rem(b)
        } else {
            a.div_rem(&(b * power_of_ten(shift.unsigned_abs())))
        };
        let mut exponent = ideal - shift;
        if !rest.is_zero() {
            if (&quotient % 5_u8).is_zero() {
                quotient += 1_u8;
            }
        } else if exponent < ideal {
            (quotient, exponent) = without_zeros(&quotient, exponent, ideal);
        }
        context.fit(Self::finite(negative, quotient, exponent))
    }

    /// Returns the integer quotient, rounded towards zero, and the remainder, which has the sign of
    /// the dividend.
    ///
    /// # Errors
    /// A division by zero, or an invalid operation if the quotient has more digits than the
    /// precision.
    pub fn divide_whole(&self, other: &Self, context: &mut Context) -> Result<(Self, Self), Trap> {
        if let Some(nan) = context.nan_of(&[self, other])? {
            return Ok((nan.clone(), nan));
        }
        if self.is_infinite() {
            return Err(Trap::InvalidOperation);
        }
        if other.is_zero() {
            return Err(if self.is_zero() {
                Trap::DivisionUndefined
            } else {
                Trap::DivisionByZero
            });
        }
        self.quotient_and_rest(other, context)
    }

    /// Returns the integer quotient, rounded towards zero. Implements `//` of Python's `Decimal`.
    ///
    /// # Errors
    /// See [`divide_whole`](Self::divide_whole).
    pub fn floor_divide(&self, other: &Self, context: &mut Context) -> Result<Self, Trap> {
        if self.is_infinite() && !other.is_nan() {
            return if other.is_infinite() {
                Err(Trap::InvalidOperation)
            } else {
                Ok(Self::infinite(self.negative != other.negative))
            };
        }
        Ok(self.divide_whole(other, context)?.0)
    }

    /// Returns the remainder of a division, with the sign of the dividend. Implements `%` of
    /// Python's `Decimal`.
    ///
    /// # Errors
    /// See [`divide_whole`](Self::divide_whole), but a zero divisor is an invalid operation.
    pub fn remainder(&self, other: &Self, context: &mut Context) -> Result<Self, Trap> {
        let rest = match self.divide_whole(other, context) {
            Err(Trap::DivisionByZero) => Err(Trap::InvalidOperation),
            divided => divided.map(|(_, rest)| rest),
        }?;
        context.fit(rest)
    }

    fn quotient_and_rest(&self, other: &Self, context: &Context) -> Result<(Self, Self), Trap> {
        let negative = self.negative != other.negative;
        let Some((a, a_exponent)) = self.parts() else {
            return Err(Trap::InvalidOperation);
        };
        let none = Self::finite(negative, BigUint::ZERO, 0);
        let Some((b, b_exponent)) = other.parts() else {
            return Ok((none, self.clone()));
        };
        let ideal = a_exponent.min(b_exponent);
        let distance = self.adjusted() - other.adjusted();
        if a.is_zero() || distance <= -2 {
            // The remainder is the dividend, rounded to the precision.
            let lowest = (self.adjusted() - context.precision.cast_signed()).max(ideal);
            return Ok((none, self.rescaled(lowest.min(a_exponent), context.rounding)));
        }
        if distance <= context.precision.cast_signed() {
            let (a, b) = at_one_exponent((a, a_exponent), (b, b_exponent));
            let (quotient, rest) = a.div_rem(&b);
            if digits_of(&quotient) <= context.precision {
                return Ok((
                    Self::finite(negative, quotient, 0),
                    Self::finite(self.negative, rest, ideal),
                ));
            }
        }
        Err(Trap::DivisionImpossible)
    }

    /// Returns the remainder of a division whose quotient is rounded to the nearest integer.
    ///
    /// # Errors
    /// See [`remainder`](Self::remainder).
    pub fn remainder_near(&self, other: &Self, context: &mut Context) -> Result<Self, Trap> {
        if let Some(nan) = context.nan_of(&[self, other])? {
            return Ok(nan);
        }
        let Some((a, a_exponent)) = self.parts() else {
            return Err(Trap::InvalidOperation);
        };
        let Some((b, b_exponent)) = other.parts() else {
            return context.fit(self.clone());
        };
        if b.is_zero() {
            return Err(if a.is_zero() {
                Trap::DivisionUndefined
            } else {
                Trap::InvalidOperation
            });
        }
        let ideal = a_exponent.min(b_exponent);
        if a.is_zero() {
            return context.fit(Self::finite(self.negative, BigUint::ZERO, ideal));
        }
        let distance = self.adjusted() - other.adjusted();
        if distance > context.precision.cast_signed() {
            return Err(Trap::DivisionImpossible);
        }
        if distance <= -2 {
            let lowest = (self.adjusted() - context.precision.cast_signed()).max(ideal);
            return context.fit(self.rescaled(lowest.min(a_exponent), context.rounding));
        }
        let (a, b) = at_one_exponent((a, a_exponent), (b, b_exponent));
        let (mut quotient, mut rest) = a.div_rem(&b);
        let mut negative = self.negative;
        if &rest * 2_u8 + u8::from(quotient.is_odd()) > b {
            rest = b - rest;
            negative = !negative;
            quotient += 1_u8;
        }
        if digits_of(&quotient) > context.precision {
            return Err(Trap::DivisionImpossible);
        }
        context.fit(Self::finite(negative, rest, ideal))
    }

    /// Returns the square root, rounded half to even.
    ///
    /// # Errors
    /// An invalid operation for negative numbers.
    pub fn sqrt(&self, context: &mut Context) -> Result<Self, Trap> {
        if let Some(nan) = context.nan_of(&[self])? {
            return Ok(nan);
        }
        let Some((coefficient, exponent)) = self.parts() else {
            return if self.negative {
                Err(Trap::InvalidOperation)
            } else {
                Ok(self.clone())
            };
        };
        let half = exponent.div_euclid(2);
        if coefficient.is_zero() {
            return context.fit(Self::finite(self.negative, BigUint::ZERO, half));
        }
        if self.negative {
            return Err(Trap::InvalidOperation);
        }
        let odd = exponent.rem_euclid(2) == 1;
        let square = if odd { coefficient * 10_u8 } else { coefficient.clone() };
        // The number of digits in base 100 for which the root has one more digit than the
        // precision.
        let pairs = digits_of(&square).div_ceil(2);
        let shift = context.precision.cast_signed() + 1 - signed(pairs);
        let (square, dropped) = if shift >= 0 {
            (square * power_of_ten(unsigned(2 * shift)), false)
        } else {
            let (quotient, rest) = square.div_rem(&power_of_ten(unsigned(-2 * shift)));
            (quotient, !rest.is_zero())
        };
        let mut root = square.sqrt();
        let exact = !dropped && &root * &root == square;
        let mut last = half - shift;
        if exact {
            if shift >= 0 {
                root /= power_of_ten(unsigned(shift));
            } else {
                root *= power_of_ten(shift.unsigned_abs());
            }
            last += shift;
        } else if (&root % 5_u8).is_zero() {
            root += 1_u8;
        }
        context.rounding_by(Rounding::HalfEven, |context| {
            context.fit(Self::finite(false, root, last))
        })
    }
}

/// Scales two coefficients to the smaller of their exponents.
fn at_one_exponent(a: (&BigUint, i64), b: (&BigUint, i64)) -> (BigUint, BigUint) {
    let up = a.1 - b.1;
    if up >= 0 {
        (a.0 * power_of_ten(unsigned(up)), b.0.clone())
    } else {
        (a.0.clone(), b.0 * power_of_ten(up.unsigned_abs()))
    }
}
