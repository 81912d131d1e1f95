//! Powers of decimal numbers, with the algorithm of CPython's `libmpdec`. Integer exponents use
//! squaring, others use exp and ln. Both compute a few digits more than the precision and round
//! once at the end.

use num_bigint::BigUint;
use num_integer::Integer as _;
use num_traits::One as _;

use super::{Context, Decimal, Flag, Kind, Trap, digits_of, power_of_ten, signed};

/// The maximum number of digits of a decimal number's exponent. Powers are computed with so many
/// digits in addition to the precision.
const EXPONENT_DIGITS: u64 = 19;

impl Decimal {
    /// Raises the number to a power.
    ///
    /// # Errors
    /// An overflow, or an invalid operation such as a root of a negative number.
    pub fn power(&self, exponent: &Self, context: &mut Context) -> Result<Self, Trap> {
        if let Some(nan) = context.nan_of(&[self, exponent])? {
            return Ok(nan);
        }
        let whole = exponent.is_integer();
        let negative = self.negative && whole && exponent.is_odd();
        if self.is_zero() {
            return match (exponent.is_zero(), exponent.negative) {
                (true, _) => Err(Trap::InvalidOperation),
                (false, true) => Ok(Self::infinite(negative)),
                (false, false) => Ok(Self::finite(negative, BigUint::ZERO, 0)),
            };
        }
        if self.negative && !whole {
            return Err(Trap::InvalidOperation);
        }
        if exponent.is_infinite() {
            return Ok(self.to_infinite_power(exponent.negative, context));
        }
        if exponent.is_zero() {
            return Ok(Self::small(1).with_sign(negative));
        }
        if self.is_infinite() {
            return Ok(if exponent.negative {
                Self::finite(negative, BigUint::ZERO, 0)
            } else {
                Self::infinite(negative)
            });
        }
        if self.is_one() {
            return Ok(self.power_of_one(exponent, whole, context).with_sign(negative));
        }
        if let Some(bound) = self.power_beyond(exponent, negative, context) {
            return context.fit(bound);
        }
        let result = if whole {
            self.whole_power(exponent, negative, context)?
        } else {
            self.real_power(exponent, context)?
        };
        if !whole && result.is_one() {
            context.note_inexact();
            return Ok(padded_one(context));
        }
        context.fit(result)
    }

    /// Returns `true` if the number is 1 or -1.
    fn is_one(&self) -> bool {
        self.adjusted() == 0
            && self
                .clone()
                .with_sign(false)
                .compare(&Self::small(1))
                .is_some_and(std::cmp::Ordering::is_eq)
    }

    fn is_odd(&self) -> bool {
        match self.parts() {
            Some((coefficient, 0)) => coefficient.is_odd(),
            Some((_, exponent)) if exponent < 0 => self.to_integer().is_some_and(|whole| whole.bit(0)),
            _ => false,
        }
    }

    fn to_infinite_power(&self, negative_exponent: bool, context: &mut Context) -> Self {
        if self.is_one() {
            context.note_inexact();
            return padded_one(context);
        }
        let grows = self.is_infinite() || self.adjusted() >= 0;
        if grows == negative_exponent {
            Self::finite(false, BigUint::ZERO, 0)
        } else {
            Self::infinite(false)
        }
    }

    /// Returns the power of a base that equals one. An integer power of 1.00 has as many decimals
    /// as the repeated product would have.
    fn power_of_one(&self, exponent: &Self, whole: bool, context: &mut Context) -> Self {
        let most = context.precision - 1;
        let decimals = match self.parts() {
            _ if !whole => {
                context.note_inexact();
                most
            }
            _ if exponent.negative => 0,
            Some((_, own)) => {
                let times = exponent.to_i64().map_or(u64::MAX, i64::unsigned_abs);
                let decimals = own.min(0).unsigned_abs().saturating_mul(times);
                if decimals > most {
                    context.note(Flag::Rounded);
                }
                decimals.min(most)
            }
            None => 0,
        };
        Self::finite(false, power_of_ten(decimals), -signed(decimals))
    }

    /// Returns a number that overflows or underflows if the power obviously exceeds the exponent
    /// limits. Returns `None` if the power must be computed.
    fn power_beyond(&self, exponent: &Self, negative: bool, context: &Context) -> Option<Self> {
        // A lower bound for the logarithm of the base, from the digits of its adjusted exponent.
        let size = self.adjusted();
        let log_size = if !(-1..=0).contains(&size) {
            digits_of(&BigUint::from(size.unsigned_abs())).cast_signed() - 1
        } else {
            return None;
        };
        let bound = digits_of(&BigUint::from(
            context
                .max_exponent
                .unsigned_abs()
                .max(context.min_last_exponent().unsigned_abs()),
        ));
        if log_size + exponent.adjusted() <= bound.cast_signed() + 1 {
            return None;
        }
        let grows = (size > 0) != exponent.negative;
        Some(if grows {
            Self::finite(negative, BigUint::one(), context.max_exponent + 1)
        } else {
            Self::finite(negative, BigUint::one(), context.min_last_exponent() - 1)
        })
    }

    fn whole_power(&self, exponent: &Self, negative: bool, context: &mut Context) -> Result<Self, Trap> {
        let Some((coefficient, own)) = exponent.parts() else {
            return Err(Trap::InvalidOperation);
        };
        let Some(times) = exponent.to_i64().map(i64::unsigned_abs) else {
            let magnitude = self.clone().with_sign(false);
            return Ok(magnitude.real_power(exponent, context)?.with_sign(negative));
        };
        let digits = digits_of(coefficient);
        let extra = (signed(digits) + own).max(0).unsigned_abs() + 2;
        let mut work = Context {
            precision: context.precision + extra + u64::from(exponent.negative),
            rounding: super::Rounding::HalfEven,
            clamp: false,
            ..*context
        };
        let base = self.clone().with_sign(false);
        let base = if exponent.negative {
            Self::small(1).divide(&base, &mut work)?
        } else {
            base
        };
        let mut result = base.clone();
        for bit in (0..times.checked_ilog2().unwrap_or(0)).rev() {
            result = result.multiply(&result, &mut work)?;
            if times >> bit & 1 == 1 {
                result = result.multiply(&base, &mut work)?;
            }
            if result.is_zero() {
                break;
            }
        }
        context.flags |= work.flags;
        Ok(result.with_sign(negative))
    }

    fn real_power(&self, exponent: &Self, context: &mut Context) -> Result<Self, Trap> {
        let precision = self.digits().max(context.precision) + 4 + EXPONENT_DIGITS;
        let mut work = Context::wide(precision);
        context.note_inexact();
        let logarithm = self.ln(&mut work)?;
        logarithm.multiply(exponent, &mut work)?.exp(&mut work)
    }

    /// Returns the remainder of an exact integer power. Implements Python's `pow(x, y, z)`.
    ///
    /// # Errors
    /// An invalid operation for operands that aren't integers, a negative exponent, a zero modulus,
    /// or a modulus with more digits than the precision.
    pub fn modular_power(&self, exponent: &Self, modulus: &Self, context: &mut Context) -> Result<Self, Trap> {
        if let Some(nan) = context.nan_of(&[self, exponent, modulus])? {
            return Ok(nan);
        }
        let whole = [self, exponent, modulus].map(|number| match number.kind {
            Kind::Finite { .. } if number.is_integer() => number.to_integer(),
            _ => None,
        });
        let [Some(base), Some(times), Some(divisor)] = whole else {
            return Err(Trap::InvalidOperation);
        };
        let zero_to_zero = self.is_zero() && exponent.is_zero();
        if exponent.negative || modulus.is_zero() || zero_to_zero || digits_of(divisor.magnitude()) > context.precision
        {
            return Err(Trap::InvalidOperation);
        }
        let rest = base.magnitude().modpow(times.magnitude(), divisor.magnitude());
        Ok(Self::finite(self.negative && times.is_odd(), rest, 0))
    }
}

/// Returns 1 with as many zeros after the decimal point as fit in the precision.
fn padded_one(context: &Context) -> Decimal {
    let decimals = context.precision - 1;
    Decimal::finite(false, power_of_ten(decimals), -signed(decimals))
}
