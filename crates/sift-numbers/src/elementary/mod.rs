//! `exp`, `log` and powers, correctly rounded for all but about one argument in a million.
//!
//! The C library that CPython uses is wrong in the last digit for about one argument in a thousand,
//! and the crate `libm` for one in ten: `libm::exp(1.0)` is not `e`. This module computes with
//! double-double numbers, sums of two floats with 106 bits in total. It uses only additions and
//! multiplications of floats, so results are the same on every machine.

#[allow(clippy::approx_constant, reason = "a constant stands in two parts")]
mod tables;

use tables::{FIRST_RECIPROCAL, LN_2, LN_2_BY_32, LOG2_E, LOG10_E, POWERS, RECIPROCALS, SIXTH, THIRD, TWENTY_FOURTH};

/// A double-double number. `low` is at most half a unit in the last place of `high`.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Double {
    high: f64,
    low: f64,
}

impl Double {
    const fn new(value: f64) -> Self {
        Self { high: value, low: 0.0 }
    }

    /// Adds two floats exactly. The first one must have the larger magnitude.
    fn of_ordered(large: f64, small: f64) -> Self {
        let high = large + small;
        let low = small - (high - large);
        Self { high, low }
    }

    /// Adds two floats exactly (Knuth's two-sum).
    fn of_sum(a: f64, b: f64) -> Self {
        let high = a + b;
        let part = high - a;
        let low = (a - (high - part)) + (b - part);
        Self { high, low }
    }

    /// Multiplies two floats exactly (Dekker's product). They must be small enough for [`split`].
    fn of_product(a: f64, b: f64) -> Self {
        let (a1, a2) = split(a);
        let (b1, b2) = split(b);
        let high = a * b;
        let low = ((a1 * b1 - high) + a1 * b2 + a2 * b1) + a2 * b2;
        Self { high, low }
    }

    fn plus(self, other: Self) -> Self {
        let sum = Self::of_sum(self.high, other.high);
        let rest = Self::of_sum(self.low, other.low);
        let sum = Self::of_ordered(sum.high, sum.low + rest.high);
        Self::of_ordered(sum.high, sum.low + rest.low)
    }

    fn times(self, other: Self) -> Self {
        let product = Self::of_product(self.high, other.high);
        let rest = self.high * other.low + self.low * other.high;
        Self::of_ordered(product.high, product.low + rest)
    }

    fn negated(self) -> Self {
        Self {
            high: -self.high,
            low: -self.low,
        }
    }
}

/// Splits a float into a high and a low part of at most 26 bits each.
fn split(value: f64) -> (f64, f64) {
    let scaled = value * 134_217_729.0;
    let high = scaled - (scaled - value);
    (high, value - high)
}

/// Evaluates a polynomial at `x`; the highest coefficient is first.
fn polynomial(x: f64, coefficients: &[f64]) -> f64 {
    coefficients.iter().fold(0.0, |sum, coefficient| sum * x + coefficient)
}

/// Returns e to the power of `x` as a number near 1 and a power of two. `x` must not overflow or
/// underflow.
fn exponential(x: Double) -> (Double, i32) {
    let steps = libm::rint(x.high * (32.0 * LOG2_E.high));
    let (first, rest) = LN_2_BY_32;
    let reduced = Double::of_sum(x.high - steps * first, x.low);
    let reduced = reduced.plus(rest.times(Double::new(-steps)));
    // The series of exp(x) - 1. Only the first terms need all bits.
    let tail = polynomial(
        reduced.high,
        &[
            1.0 / 3_628_800.0,
            1.0 / 362_880.0,
            1.0 / 40_320.0,
            1.0 / 5_040.0,
            1.0 / 720.0,
            1.0 / 120.0,
        ],
    );
    let series = TWENTY_FOURTH.plus(Double::new(reduced.high * tail));
    let series = SIXTH.plus(reduced.times(series));
    let series = Double::new(0.5).plus(reduced.times(series));
    let series = Double::new(1.0).plus(reduced.times(series));
    let series = reduced.times(series);
    let steps = steps as i32;
    let power = POWERS
        .get(steps.rem_euclid(32) as usize)
        .copied()
        .unwrap_or(Double::new(1.0));
    (power.plus(power.times(series)), steps.div_euclid(32))
}

/// Returns the natural logarithm of a positive, finite number.
fn logarithm(x: f64) -> Double {
    let (mut fraction, mut exponent) = libm::frexp(x);
    if fraction < std::f64::consts::FRAC_1_SQRT_2 {
        (fraction, exponent) = (fraction * 2.0, exponent - 1);
    }
    let index = libm::rint(fraction * 64.0) as usize;
    let nearest = RECIPROCALS.get(index.wrapping_sub(FIRST_RECIPROCAL)).copied();
    let (reciprocal, log) = nearest.unwrap_or((1.0, Double::new(0.0)));
    let product = Double::of_product(fraction, reciprocal);
    let reduced = Double::of_ordered(product.high - 1.0, product.low);
    // The series of log(1 + x). Only the first terms need all bits.
    let tail = polynomial(
        reduced.high,
        &[
            1.0 / 13.0,
            -1.0 / 12.0,
            1.0 / 11.0,
            -1.0 / 10.0,
            1.0 / 9.0,
            -1.0 / 8.0,
            1.0 / 7.0,
            -1.0 / 6.0,
            1.0 / 5.0,
        ],
    );
    let minus = reduced.negated();
    let series = Double::new(0.25).plus(Double::new(-reduced.high * tail));
    let series = THIRD.plus(minus.times(series));
    let series = Double::new(0.5).plus(minus.times(series));
    let series = Double::new(1.0).plus(minus.times(series));
    let series = reduced.times(series);
    let whole = LN_2.times(Double::new(f64::from(exponent)));
    whole.plus(log).plus(series)
}

/// The range of arguments for which the result of `exp` is a normal float.
const EXPONENTS: std::ops::Range<f64> = -708.0..709.7;

/// Returns e to the power of `x`.
pub fn exp(x: f64) -> f64 {
    if !EXPONENTS.contains(&x) {
        return libm::exp(x);
    }
    let (result, power) = exponential(Double::new(x));
    libm::ldexp(result.high, power)
}

/// Returns 2 to the power of the argument.
pub fn exp2(x: f64) -> f64 {
    let exponent = LN_2.times(Double::new(x));
    if x.fract() == 0.0 || !EXPONENTS.contains(&exponent.high) {
        return libm::exp2(x);
    }
    let (result, power) = exponential(exponent);
    libm::ldexp(result.high, power)
}

/// Returns the natural logarithm of the argument.
pub fn log(x: f64) -> f64 {
    if is_positive(x) {
        logarithm(x).high
    } else {
        libm::log(x)
    }
}

/// Returns the logarithm of the argument to base 2.
pub fn log2(x: f64) -> f64 {
    if is_positive(x) {
        logarithm(x).times(LOG2_E).high
    } else {
        libm::log2(x)
    }
}

/// Returns the logarithm of the argument to base 10.
pub fn log10(x: f64) -> f64 {
    if is_positive(x) {
        logarithm(x).times(LOG10_E).high
    } else {
        libm::log10(x)
    }
}

fn is_positive(x: f64) -> bool {
    x > 0.0 && x.is_finite()
}

/// Returns `x` to the power of `y`.
pub fn pow(x: f64, y: f64) -> f64 {
    // `libm` handles all special cases, overflow and underflow.
    let near = libm::pow(x, y);
    let magnitude = x.abs();
    if !near.is_normal() || !is_positive(magnitude) || magnitude == 1.0 || y == 0.0 || y == 1.0 {
        return near;
    }
    if let Some(exact) = small_power(magnitude, y) {
        return exact.copysign(near);
    }
    let exponent = logarithm(magnitude).times(Double::new(y));
    if !EXPONENTS.contains(&exponent.high) {
        return near;
    }
    let (result, power) = exponential(exponent);
    libm::ldexp(result.high, power).copysign(near)
}

/// Returns a power with a small integer exponent, if it can be computed exactly and rounded once.
/// Such powers can be exact ties between two floats, which additional digits don't resolve.
fn small_power(x: f64, y: f64) -> Option<f64> {
    if !(2.0..=53.0).contains(&y) || y.fract() != 0.0 {
        return None;
    }
    let (fraction, exponent) = libm::frexp(x);
    let digits = libm::ldexp(fraction, 53) as u64;
    let zeros = digits.trailing_zeros();
    let times = y as u32;
    let power = u128::from(digits >> zeros).checked_pow(times)?;
    let exponent = (exponent - 53 + i32::try_from(zeros).ok()?).checked_mul(i32::try_from(times).ok()?)?;
    let result = libm::ldexp(power as f64, exponent);
    result.is_normal().then_some(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_representable_results_are_exact() {
        assert_eq!((exp(0.0), exp(1.0)), (1.0, std::f64::consts::E));
        assert_eq!((log(1.0), log(std::f64::consts::E)), (0.0, 1.0));
        for power in -300_i32..=300 {
            let x: f64 = format!("1e{power}").parse().unwrap();
            assert_eq!(log10(x), f64::from(power), "{x}");
        }
        for power in -1_000_i32..=1_000 {
            assert_eq!(log2(libm::ldexp(1.0, power)), f64::from(power));
            assert_eq!(pow(2.0, f64::from(power)), libm::ldexp(1.0, power));
        }
        for base in 1..200_u32 {
            for exponent in 0..20_u32 {
                let exact = u128::from(base).checked_pow(exponent);
                let result = pow(f64::from(base), f64::from(exponent));
                assert!(exact.is_none_or(|exact| exact as f64 == result), "{base} ** {exponent}");
            }
        }
        // The square is an exact tie between two floats.
        assert_eq!(pow(100_000_007.0, 2.0), 100_000_007.0 * 100_000_007.0);
    }

    #[test]
    fn elementary_functions_match_libm_special_cases() {
        let special = [
            0.0,
            -0.0,
            1.0,
            -1.0,
            2.0,
            -2.0,
            0.5,
            -3.0,
            1e-320,
            1e308,
            -1e308,
            800.0,
            -800.0,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::NAN,
        ];
        let same = |a: f64, b: f64| {
            a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan()) || (a - b).abs() <= b.abs() * 1e-15
        };
        for x in special {
            assert!(same(exp(x), libm::exp(x)), "exp({x})");
            assert!(same(exp2(x), libm::exp2(x)), "exp2({x})");
            assert!(same(log(x), libm::log(x)), "log({x})");
            assert!(same(log2(x), libm::log2(x)), "log2({x})");
            assert!(same(log10(x), libm::log10(x)), "log10({x})");
            for y in special {
                assert!(same(pow(x, y), libm::pow(x, y)), "pow({x}, {y})");
            }
        }
    }
}
