//! Exact conversions between decimal numbers and other numeric types.

use num_bigint::{BigInt, BigUint, Sign};
use num_integer::Integer as _;
use num_traits::{ToPrimitive as _, Zero as _};

use super::{Decimal, Rounding, digits_of, power_of_ten, signed, unsigned};

/// The prime modulus of Python's hashes of numbers.
pub const HASH_MODULUS: u64 = (1 << 61) - 1;

impl Decimal {
    /// Converts a float to a decimal number exactly.
    pub fn of_float(value: f64) -> Self {
        if value.is_nan() {
            return Self::nan().with_sign(value.is_sign_negative());
        }
        if value.is_infinite() {
            return Self::infinite(value < 0.0);
        }
        let bits = value.to_bits();
        let stored = i64::try_from(bits >> 52 & 0x7ff).unwrap_or(0);
        let fraction = bits & ((1 << 52) - 1);
        let (mut mantissa, mut power) = if stored == 0 {
            (fraction, -1074)
        } else {
            (fraction | 1 << 52, stored - 1075)
        };
        let negative = value.is_sign_negative();
        if mantissa == 0 {
            return Self::finite(negative, BigUint::ZERO, 0);
        }
        while mantissa % 2 == 0 && power < 0 {
            mantissa /= 2;
            power += 1;
        }
        let mantissa = BigUint::from(mantissa);
        if power >= 0 {
            return Self::finite(negative, mantissa << unsigned(power), 0);
        }
        // m / 2^k is m × 5^k / 10^k.
        let fives = BigUint::from(5_u8).pow(u32::try_from(-power).unwrap_or(0));
        Self::finite(negative, mantissa * fives, power)
    }

    /// Returns the float nearest to the number. Returns `None` for a signaling NaN.
    pub fn to_float(&self) -> Option<f64> {
        let magnitude = match self.parts() {
            Some((coefficient, exponent)) => {
                // Digits too far down to affect the rounding are replaced by a sticky digit.
                let surplus = digits_of(coefficient).saturating_sub(800);
                let shortened = if surplus > 0 {
                    let (kept, rest) = coefficient.div_rem(&power_of_ten(surplus));
                    kept * 10_u8 + u8::from(!rest.is_zero())
                } else {
                    coefficient.clone()
                };
                let exponent = exponent + signed(surplus) - i64::from(surplus > 0);
                format!("{shortened}e{exponent}").parse().unwrap_or(f64::INFINITY)
            }
            None if self.is_infinite() => f64::INFINITY,
            None if self.is_signaling() => return None,
            None => f64::NAN,
        };
        Some(if self.negative { -magnitude } else { magnitude })
    }

    /// Returns the integer part of the number. Returns `None` for infinities and NaNs.
    pub fn to_integer(&self) -> Option<BigInt> {
        self.to_whole(Rounding::Down)
    }

    /// Rounds the number to an integer. Returns `None` for infinities and NaNs.
    pub fn to_whole(&self, rounding: Rounding) -> Option<BigInt> {
        let whole = self.rescaled(0, rounding);
        let (coefficient, _) = whole.parts()?;
        Some(BigInt::from_biguint(whole.sign(), coefficient.clone()))
    }

    /// Converts the number to an `i64`. Returns `None` if it is not an integer in that range.
    pub fn to_i64(&self) -> Option<i64> {
        let (coefficient, exponent) = self.parts()?;
        if coefficient.is_zero() {
            return Some(0);
        }
        if self.adjusted() > 18 || !self.is_integer() {
            return None;
        }
        debug_assert!(exponent <= 18);
        self.to_integer()?.to_i64()
    }

    /// Returns `true` if the number is finite and an integer.
    pub fn is_integer(&self) -> bool {
        match self.parts() {
            Some((coefficient, exponent)) if exponent < 0 => {
                coefficient.is_zero()
                    || (digits_of(coefficient) > exponent.unsigned_abs()
                        && (coefficient % power_of_ten(exponent.unsigned_abs())).is_zero())
            }
            Some(_) => true,
            None => false,
        }
    }

    /// Returns the number as numerator and denominator in lowest terms. Returns `None` for
    /// infinities and NaNs.
    pub fn to_ratio(&self) -> Option<(BigInt, BigInt)> {
        let (coefficient, exponent) = self.parts()?;
        if coefficient.is_zero() {
            return Some((BigInt::ZERO, BigInt::from(1)));
        }
        let (numerator, denominator) = if exponent >= 0 {
            (coefficient * power_of_ten(unsigned(exponent)), BigUint::from(1_u8))
        } else {
            let denominator = power_of_ten(exponent.unsigned_abs());
            let common = coefficient.gcd(&denominator);
            (coefficient / &common, denominator / common)
        };
        Some((BigInt::from_biguint(self.sign(), numerator), denominator.into()))
    }

    /// Returns the hash of a finite number, which is its rational value modulo [`HASH_MODULUS`].
    /// Returns `None` for infinities and NaNs.
    pub fn hash_residue(&self) -> Option<u64> {
        let (coefficient, exponent) = self.parts()?;
        let modulus = BigUint::from(HASH_MODULUS);
        let ten = if exponent >= 0 {
            BigUint::from(10_u8)
        } else {
            BigUint::from(10_u8).modpow(&(&modulus - 2_u8), &modulus)
        };
        let scale = ten.modpow(&BigUint::from(exponent.unsigned_abs()), &modulus);
        let residue = (coefficient * scale % modulus).to_u64()?;
        Some(if self.negative { residue.wrapping_neg() } else { residue })
    }

    fn sign(&self) -> Sign {
        if self.negative { Sign::Minus } else { Sign::Plus }
    }
}
