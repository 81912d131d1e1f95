//! The representation of decimal numbers: sign, coefficient and exponent.

use num_bigint::BigUint;
use num_traits::{ToPrimitive as _, Zero as _};

/// The largest exponent of a number in any context.
pub const MAX_EXPONENT: i64 = 999_999_999_999_999_999;
/// The smallest exponent of a number's last digit in any context.
pub const MIN_LAST_EXPONENT: i64 = -1_999_999_999_999_999_997;

/// A decimal number of arbitrary precision, including infinities and NaNs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decimal {
    /// Whether the number has a minus sign. Zeros and NaNs have signs, too.
    pub negative: bool,
    /// The number without its sign: finite, infinite, or NaN.
    pub kind: Kind,
}

/// A decimal number without its sign: finite, infinite, or NaN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A finite number: `coefficient` × 10^`exponent`.
    Finite {
        /// The digits of the number as an integer.
        coefficient: BigUint,
        /// The exponent of the number's last digit.
        exponent: i64,
    },
    /// An infinity of either sign.
    Infinite,
    /// The value that is not a number (NaN).
    Nan {
        /// Whether the NaN is signaling, so that every operation on it is invalid.
        signaling: bool,
        /// The diagnostic digits of the NaN, such as `123` in `NaN123`.
        payload: BigUint,
    },
}

impl Decimal {
    /// Creates a finite number from its sign, coefficient and exponent.
    pub const fn finite(negative: bool, coefficient: BigUint, exponent: i64) -> Self {
        Self {
            negative,
            kind: Kind::Finite { coefficient, exponent },
        }
    }

    /// Creates a decimal number from an integer.
    pub fn integer(value: &num_bigint::BigInt) -> Self {
        let negative = value.sign() == num_bigint::Sign::Minus;
        Self::finite(negative, value.magnitude().clone(), 0)
    }

    /// Creates a decimal number from an `i64`.
    pub fn small(value: i64) -> Self {
        Self::finite(value < 0, BigUint::from(value.unsigned_abs()), 0)
    }

    /// Creates an infinity with a given sign.
    #[must_use]
    pub const fn infinite(negative: bool) -> Self {
        Self {
            negative,
            kind: Kind::Infinite,
        }
    }

    /// Creates a quiet NaN.
    pub const fn nan() -> Self {
        Self {
            negative: false,
            kind: Kind::Nan {
                signaling: false,
                payload: BigUint::ZERO,
            },
        }
    }

    /// Returns the coefficient and the exponent; `None` if the number is not finite.
    pub const fn parts(&self) -> Option<(&BigUint, i64)> {
        match &self.kind {
            Kind::Finite { coefficient, exponent } => Some((coefficient, *exponent)),
            Kind::Infinite | Kind::Nan { .. } => None,
        }
    }

    /// Returns `true` if the number is a zero of any sign and exponent.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.parts().is_some_and(|(coefficient, _)| coefficient.is_zero())
    }

    /// Returns `true` if the number is neither infinite nor NaN.
    #[must_use]
    pub const fn is_finite(&self) -> bool {
        matches!(self.kind, Kind::Finite { .. })
    }

    /// Returns `true` if the number is an infinity.
    #[must_use]
    pub const fn is_infinite(&self) -> bool {
        matches!(self.kind, Kind::Infinite)
    }

    /// Returns `true` if the number is a NaN, quiet or signaling.
    #[must_use]
    pub const fn is_nan(&self) -> bool {
        matches!(self.kind, Kind::Nan { .. })
    }

    /// Returns `true` if the number is a signaling NaN.
    #[must_use]
    pub const fn is_signaling(&self) -> bool {
        matches!(self.kind, Kind::Nan { signaling: true, .. })
    }

    /// Returns the number of digits of the coefficient, or of a NaN's payload; 1 for zero and
    /// infinities.
    pub fn digits(&self) -> u64 {
        match &self.kind {
            Kind::Finite { coefficient, .. } => digits_of(coefficient),
            Kind::Infinite => 1,
            Kind::Nan { payload, .. } => digits_of(payload),
        }
    }

    /// Returns the exponent of the number's first digit; 0 for infinities and NaNs.
    pub fn adjusted(&self) -> i64 {
        match self.parts() {
            Some((coefficient, exponent)) => exponent + signed(digits_of(coefficient)) - 1,
            None => 0,
        }
    }

    /// Returns the memory size of the number's digits, in bytes.
    pub fn bytes(&self) -> usize {
        let bits = match &self.kind {
            Kind::Finite { coefficient, .. } => coefficient.bits(),
            Kind::Infinite => 0,
            Kind::Nan { payload, .. } => payload.bits(),
        };
        usize::try_from(bits / 8).unwrap_or(usize::MAX)
    }

    /// Returns the number with another sign.
    #[must_use]
    pub fn with_sign(mut self, negative: bool) -> Self {
        self.negative = negative;
        self
    }
}

/// Returns the number of decimal digits of an integer; 1 for zero.
pub fn digits_of(number: &BigUint) -> u64 {
    if let Some(small) = number.to_u64() {
        return u64::from(small.checked_ilog10().unwrap_or(0)) + 1;
    }
    // The first 64 bits determine the logarithm precisely enough, except next to a power of ten.
    let dropped = number.bits() - u64::from(u64::BITS);
    let first = (number >> dropped).to_f64().unwrap_or(0.0);
    let logarithm = first.log10() + dropped as f64 * std::f64::consts::LOG10_2;
    let (below, above) = ((logarithm - 1e-6) as u64, (logarithm + 1e-6) as u64);
    if below < above && *number < power_of_ten(above) {
        above
    } else {
        above + 1
    }
}

/// Returns 10^`exponent` as an integer.
pub(super) fn power_of_ten(exponent: u64) -> BigUint {
    match u32::try_from(exponent)
        .ok()
        .and_then(|exponent| 10_u64.checked_pow(exponent))
    {
        Some(small) => BigUint::from(small),
        None => BigUint::from(10_u8).pow(u32::try_from(exponent).unwrap_or(u32::MAX)),
    }
}

/// Converts a count to a signed integer. Counts beyond 2⁶³ don't occur.
pub(super) fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Converts a difference that isn't negative to an unsigned integer.
pub(super) fn unsigned(difference: i64) -> u64 {
    u64::try_from(difference).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_counted_at_powers_of_ten() {
        assert_eq!(digits_of(&BigUint::ZERO), 1);
        for exponent in [1, 2, 18, 19, 20, 27, 28, 29, 100, 1_000, 5_000] {
            let power = power_of_ten(exponent);
            assert_eq!(digits_of(&power), exponent + 1);
            assert_eq!(digits_of(&(power - 1_u8)), exponent);
        }
    }
}
