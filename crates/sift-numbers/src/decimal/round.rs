//! Rounding of decimal numbers, and fitting results to a context.

use num_bigint::BigUint;
use num_integer::Integer as _;
use num_traits::Zero as _;

use super::{Context, Decimal, Flag, Kind, Rounding, Trap, digits_of, power_of_ten, signed, unsigned};

/// A coefficient without its last digits.
pub(super) struct Rounded {
    pub(super) coefficient: BigUint,
    /// Whether any of the dropped digits was not zero.
    pub(super) inexact: bool,
}

/// Drops the last `drop` digits of a coefficient and rounds what is left.
pub(super) fn drop_digits(coefficient: &BigUint, drop: u64, negative: bool, rounding: Rounding) -> Rounded {
    if drop == 0 {
        return Rounded {
            coefficient: coefficient.clone(),
            inexact: false,
        };
    }
    // Compare the dropped digits with half a unit: less, equal or more.
    let (quotient, inexact, half) = if drop > digits_of(coefficient) {
        (BigUint::ZERO, !coefficient.is_zero(), std::cmp::Ordering::Less)
    } else {
        let unit = power_of_ten(drop);
        let (quotient, rest) = coefficient.div_rem(&unit);
        let inexact = !rest.is_zero();
        let half = (rest * 2_u8).cmp(&unit);
        (quotient, inexact, half)
    };
    let up = match rounding {
        Rounding::Down => false,
        Rounding::Up => inexact,
        Rounding::Ceiling => inexact && !negative,
        Rounding::Floor => inexact && negative,
        Rounding::HalfUp => half.is_ge(),
        Rounding::HalfDown => half.is_gt(),
        Rounding::HalfEven => half.is_gt() || (half.is_eq() && quotient.is_odd()),
        Rounding::ZeroFiveUp => inexact && (&quotient % 5_u8).is_zero(),
    };
    Rounded {
        coefficient: if up { quotient + 1_u8 } else { quotient },
        inexact,
    }
}

impl Decimal {
    /// Rounds or extends a number so that its last digit has the given exponent, regardless of the
    /// precision. Infinities and NaNs are unchanged.
    pub(super) fn rescaled(&self, exponent: i64, rounding: Rounding) -> Self {
        let Some((coefficient, own)) = self.parts() else {
            return self.clone();
        };
        let coefficient = if coefficient.is_zero() {
            BigUint::ZERO
        } else if own >= exponent {
            coefficient * power_of_ten(unsigned(own - exponent))
        } else {
            drop_digits(coefficient, unsigned(exponent - own), self.negative, rounding).coefficient
        };
        Self::finite(self.negative, coefficient, exponent)
    }

    /// Rounds a number to a number of significant digits.
    pub(super) fn with_digits(&self, digits: u64, rounding: Rounding) -> Self {
        let Some((coefficient, _)) = self.parts() else {
            return self.clone();
        };
        if coefficient.is_zero() {
            return self.clone();
        }
        let rounded = self.rescaled(self.adjusted() + 1 - signed(digits), rounding);
        // Rounding may have added a digit: 9.99 to 10.0.
        if rounded.adjusted() == self.adjusted() {
            rounded
        } else {
            rounded.rescaled(rounded.adjusted() + 1 - signed(digits), rounding)
        }
    }
}

impl Context {
    /// Rounds the result of an operation to the precision and the exponent limits of the context.
    ///
    /// # Errors
    /// An overflow if the exponent is above the maximum.
    pub fn fit(&mut self, number: Decimal) -> Result<Decimal, Trap> {
        let Decimal {
            negative,
            kind: Kind::Finite { coefficient, exponent },
        } = number
        else {
            return Ok(self.fit_nan(number));
        };
        if coefficient.is_zero() {
            return Ok(self.fit_zero(negative, exponent));
        }
        let (lowest, highest) = (self.min_last_exponent(), self.max_last_exponent());
        let digits = signed(digits_of(&coefficient));
        let mut last = exponent + digits - self.precision.cast_signed();
        if last > highest {
            return Err(self.overflow());
        }
        let subnormal = last < lowest;
        last = last.max(lowest);
        if exponent < last {
            let mut rounded = drop_digits(&coefficient, unsigned(last - exponent), negative, self.rounding);
            if signed(digits_of(&rounded.coefficient)) > self.precision.cast_signed() {
                rounded.coefficient /= 10_u8;
                last += 1;
            }
            if last > highest {
                return Err(self.overflow());
            }
            self.note(Flag::Rounded);
            if rounded.inexact {
                self.note(Flag::Inexact);
            }
            if subnormal {
                self.note(Flag::Subnormal);
                if rounded.inexact {
                    self.note(Flag::Underflow);
                }
            }
            if rounded.coefficient.is_zero() {
                self.note(Flag::Clamped);
            }
            return Ok(Decimal::finite(negative, rounded.coefficient, last));
        }
        if subnormal {
            self.note(Flag::Subnormal);
        }
        if self.clamp && exponent > highest {
            self.note(Flag::Clamped);
            let padded = coefficient * power_of_ten(unsigned(exponent - highest));
            return Ok(Decimal::finite(negative, padded, highest));
        }
        Ok(Decimal::finite(negative, coefficient, exponent))
    }

    fn fit_zero(&mut self, negative: bool, exponent: i64) -> Decimal {
        let most = if self.clamp {
            self.max_last_exponent()
        } else {
            self.max_exponent
        };
        let fitted = exponent.max(self.min_last_exponent()).min(most);
        if fitted != exponent {
            self.note(Flag::Clamped);
        }
        Decimal::finite(negative, BigUint::ZERO, fitted)
    }

    /// Truncates the payload of a NaN to the precision of the context. Returns other numbers
    /// unchanged.
    fn fit_nan(&self, number: Decimal) -> Decimal {
        let Decimal {
            negative,
            kind: Kind::Nan { signaling, payload },
        } = number
        else {
            return number;
        };
        let most = self.precision - u64::from(self.clamp);
        let payload = if digits_of(&payload) > most {
            payload % power_of_ten(most)
        } else {
            payload
        };
        Decimal {
            negative,
            kind: Kind::Nan { signaling, payload },
        }
    }

    const fn overflow(&mut self) -> Trap {
        self.note(Flag::Overflow);
        self.note_inexact();
        Trap::Overflow
    }

    /// Compares two numbers. Returns the resulting NaN as the inner `Err` if either number is NaN.
    ///
    /// # Errors
    /// An invalid operation for a signaling NaN.
    pub fn nan_or_order(&mut self, a: &Decimal, b: &Decimal) -> Result<Result<std::cmp::Ordering, Decimal>, Trap> {
        Ok(match (self.nan_of(&[a, b])?, a.compare(b)) {
            (Some(nan), _) => Err(nan),
            (None, ordering) => Ok(ordering.unwrap_or(std::cmp::Ordering::Equal)),
        })
    }

    /// Returns the NaN that results from an operation if one of its operands is NaN.
    ///
    /// # Errors
    /// An invalid operation for a signaling NaN.
    pub(super) fn nan_of(&mut self, operands: &[&Decimal]) -> Result<Option<Decimal>, Trap> {
        if operands.iter().any(|operand| operand.is_signaling()) {
            return Err(Trap::InvalidOperation);
        }
        let nan = operands.iter().find(|operand| operand.is_nan());
        Ok(nan.map(|nan| self.fit_nan((*nan).clone())))
    }
}

impl Decimal {
    /// Rounds the number to the exponent of `like`. Implements `quantize` of Python's `Decimal`.
    ///
    /// # Errors
    /// An invalid operation if it doesn't fit.
    pub fn quantize(&self, like: &Self, rounding: Option<Rounding>, context: &mut Context) -> Result<Self, Trap> {
        if let Some(nan) = context.nan_of(&[self, like])? {
            return Ok(nan);
        }
        let (Some((coefficient, own)), Some((_, exponent))) = (self.parts(), like.parts()) else {
            return if self.is_infinite() && like.is_infinite() {
                Ok(self.clone())
            } else {
                Err(Trap::InvalidOperation)
            };
        };
        if exponent < context.min_last_exponent() || exponent > context.max_exponent {
            return Err(Trap::InvalidOperation);
        }
        if coefficient.is_zero() {
            return context.fit(Self::finite(self.negative, BigUint::ZERO, exponent));
        }
        let fits = |number: &Self| {
            number.adjusted() <= context.max_exponent && number.adjusted() - exponent < context.precision.cast_signed()
        };
        if !fits(self) {
            return Err(Trap::InvalidOperation);
        }
        let (quantized, inexact) = if own >= exponent {
            (self.rescaled(exponent, Rounding::Down), false)
        } else {
            let rounding = rounding.unwrap_or(context.rounding);
            let rounded = drop_digits(coefficient, unsigned(exponent - own), self.negative, rounding);
            (
                Self::finite(self.negative, rounded.coefficient, exponent),
                rounded.inexact,
            )
        };
        if !quantized.is_zero() && !fits(&quantized) {
            return Err(Trap::InvalidOperation);
        }
        if exponent > own {
            context.note(Flag::Rounded);
        }
        if inexact {
            context.note(Flag::Inexact);
        }
        context.fit(quantized)
    }

    /// Rounds the number to an integer without setting flags. Numbers without decimals are
    /// unchanged.
    ///
    /// # Errors
    /// An invalid operation for a signaling NaN.
    pub fn to_integral(&self, rounding: Option<Rounding>, context: &mut Context) -> Result<Self, Trap> {
        if let Some(nan) = context.nan_of(&[self])? {
            return Ok(nan);
        }
        match self.parts() {
            Some((_, exponent)) if exponent < 0 => Ok(self.rescaled(0, rounding.unwrap_or(context.rounding))),
            _ => Ok(self.clone()),
        }
    }

    /// Rounds the number to an integer, and sets the flags `Inexact` and `Rounded` if digits are
    /// dropped.
    ///
    /// # Errors
    /// See [`to_integral`](Self::to_integral).
    pub fn to_integral_exact(&self, rounding: Option<Rounding>, context: &mut Context) -> Result<Self, Trap> {
        let whole = self.to_integral(rounding, context)?;
        if self.parts().is_some_and(|(_, exponent)| exponent < 0) && !self.is_zero() {
            context.note(Flag::Rounded);
            if whole.compare(self) != Some(std::cmp::Ordering::Equal) {
                context.note(Flag::Inexact);
            }
        }
        Ok(whole)
    }

    /// Rounds the number to the context, and drops trailing zeros. Implements `normalize` of
    /// Python's `Decimal`.
    ///
    /// # Errors
    /// See [`Context::fit`].
    pub fn normalize(&self, context: &mut Context) -> Result<Self, Trap> {
        if let Some(nan) = context.nan_of(&[self])? {
            return Ok(nan);
        }
        let fitted = context.fit(self.clone())?;
        let Some((coefficient, exponent)) = fitted.parts() else {
            return Ok(fitted);
        };
        if coefficient.is_zero() {
            return Ok(Self::finite(fitted.negative, BigUint::ZERO, 0));
        }
        let most = if context.clamp {
            context.max_last_exponent()
        } else {
            context.max_exponent
        };
        let (coefficient, exponent) = without_zeros(coefficient, exponent, most);
        Ok(Self::finite(fitted.negative, coefficient, exponent))
    }
}

/// Drops trailing zeros of a non-zero coefficient, and raises the exponent to at most `most`.
///
/// Tries to drop a power of two of zeros at a time, the largest first, so that many zeros take only
/// a few divisions.
pub(super) fn without_zeros(coefficient: &BigUint, exponent: i64, most: i64) -> (BigUint, i64) {
    let (mut coefficient, mut exponent) = (coefficient.clone(), exponent);
    let mut step = digits_of(&coefficient).next_power_of_two() / 2;
    while step > 0 {
        let unit = power_of_ten(step);
        while exponent.saturating_add(signed(step)) <= most && coefficient >= unit {
            let (quotient, rest) = coefficient.div_rem(&unit);
            if !rest.is_zero() {
                break;
            }
            coefficient = quotient;
            exponent += signed(step);
        }
        step /= 2;
    }
    (coefficient, exponent)
}
