//! `exp`, `ln` and `log10` of decimal numbers, correctly rounded. The computation uses integers as
//! fixed-point numbers, and increases their precision until the digits determine the rounding.
//!
//! The algorithms and their error bounds are those of CPython's `_pydecimal`.

use num_bigint::{BigInt, BigUint, Sign};
use num_integer::Integer as _;
use num_traits::{One as _, Signed as _, ToPrimitive as _, Zero as _};

use super::{Context, Decimal, Rounding, Trap, digits_of, power_of_ten, signed, unsigned};

impl Decimal {
    /// Returns e to the power of the number.
    ///
    /// # Errors
    /// An overflow if the exponent is above the maximum.
    pub fn exp(&self, context: &mut Context) -> Result<Self, Trap> {
        if let Some(nan) = context.nan_of(&[self])? {
            return Ok(nan);
        }
        let Some((coefficient, exponent)) = self.parts() else {
            return Ok(if self.negative { Self::small(0) } else { self.clone() });
        };
        if coefficient.is_zero() {
            return Ok(Self::small(1));
        }
        let precision = context.precision.cast_signed();
        let size = self.adjusted();
        let result = if !self.negative && size > digits_in((context.max_exponent + 1).saturating_mul(3)) {
            Self::finite(false, BigUint::one(), context.max_exponent + 1)
        } else if self.negative && size > digits_in((1 - context.min_last_exponent()).saturating_mul(3)) {
            Self::finite(false, BigUint::one(), context.min_last_exponent() - 1)
        } else if !self.negative && size < -precision {
            Self::finite(false, power_of_ten(context.precision) + 1_u8, -precision)
        } else if self.negative && size < -precision - 1 {
            Self::finite(false, power_of_ten(context.precision + 1) - 1_u8, -precision - 1)
        } else {
            let sign = if self.negative { Sign::Minus } else { Sign::Plus };
            let number = BigInt::from_biguint(sign, coefficient.clone());
            let mut places = precision + 3;
            loop {
                let (digits, last) = exp_digits(&number, exponent, places);
                if decides(&digits, context.precision) {
                    break Self::finite(false, digits, last);
                }
                places += 3;
            }
        };
        context.rounding_by(Rounding::HalfEven, |context| context.fit(result))
    }

    /// Returns the natural logarithm of the number.
    ///
    /// # Errors
    /// An invalid operation for negative numbers.
    pub fn ln(&self, context: &mut Context) -> Result<Self, Trap> {
        self.logarithm(context, |number, places| ln_digits(number.0, number.1, places))
    }

    /// Returns the logarithm of the number to base ten.
    ///
    /// # Errors
    /// See [`ln`](Self::ln).
    pub fn log10(&self, context: &mut Context) -> Result<Self, Trap> {
        if let Some((coefficient, _)) = self.parts()
            && !self.negative
            && !coefficient.is_zero()
            && *coefficient == power_of_ten(digits_of(coefficient) - 1)
        {
            let result = Self::small(self.adjusted());
            return context.rounding_by(Rounding::HalfEven, |context| context.fit(result));
        }
        self.logarithm(context, |number, places| log10_digits(number.0, number.1, places))
    }

    /// Computes a logarithm with a function `digits_to` that approximates it as an integer, scaled
    /// by 10^places.
    fn logarithm(
        &self,
        context: &mut Context,
        digits_to: impl Fn((&BigUint, i64), i64) -> BigInt,
    ) -> Result<Self, Trap> {
        if let Some(nan) = context.nan_of(&[self])? {
            return Ok(nan);
        }
        if self.is_zero() {
            return Ok(Self::infinite(true));
        }
        if self.negative {
            return Err(Trap::InvalidOperation);
        }
        let Some((coefficient, exponent)) = self.parts() else {
            return Ok(self.clone());
        };
        if self.compare(&Self::small(1)) == Some(std::cmp::Ordering::Equal) {
            return Ok(Self::small(0));
        }
        let mut places = context.precision.cast_signed() - self.logarithm_size() + 2;
        let result = loop {
            let digits = digits_to((coefficient, exponent), places);
            if decides(digits.magnitude(), context.precision) {
                break Self::finite(digits.is_negative(), digits.magnitude().clone(), -places);
            }
            places += 3;
        };
        context.rounding_by(Rounding::HalfEven, |context| context.fit(result))
    }

    /// Returns a lower bound for the exponent of the first digit of the number's logarithm, to base
    /// e or ten.
    fn logarithm_size(&self) -> i64 {
        let size = self.adjusted();
        if size >= 1 {
            return digits_in(size) - 1;
        }
        if size <= -2 {
            return digits_in(-1 - size) - 1;
        }
        // Near 1, |log10(x)| > |x - 1| / (2.31 max(1, x)).
        let one = Self::small(1);
        let Ok(distance) = self.subtract(&one, &mut Context::wide(self.digits() + 2)) else {
            return 0;
        };
        distance.adjusted() - 2
    }
}

/// Returns `true` if an approximation has enough digits to determine the rounding to a precision:
/// the surplus digits are neither all zeros nor a tie.
fn decides(digits: &BigUint, precision: u64) -> bool {
    let Some(surplus) = digits_of(digits).checked_sub(precision + 1) else {
        return false;
    };
    !(digits % (power_of_ten(surplus) * 5_u8)).is_zero()
}

fn digits_in(number: i64) -> i64 {
    signed(u64::from(number.unsigned_abs().checked_ilog10().unwrap_or(0))) + 1
}

fn ten_to(exponent: i64) -> BigInt {
    power_of_ten(unsigned(exponent)).into()
}

/// Divides to the nearest integer, ties to even. The divisor must be positive.
fn divide_nearest(a: &BigInt, b: &BigInt) -> BigInt {
    let (quotient, rest) = a.div_mod_floor(b);
    let up = rest * 2 + i32::from(quotient.is_odd()) > *b;
    quotient + i32::from(up)
}

/// Divides by a power of two to the nearest integer, ties to even.
fn shift_nearest(number: &BigInt, shift: u64) -> BigInt {
    if shift == 0 {
        return number.clone();
    }
    divide_nearest(number, &(BigInt::one() << shift))
}

/// Multiplies by 10^`exponent`; a negative exponent divides to the nearest integer.
fn scaled(number: &BigInt, exponent: i64) -> BigInt {
    if exponent >= 0 {
        number * ten_to(exponent)
    } else {
        divide_nearest(number, &ten_to(-exponent))
    }
}

/// Returns the number of terms to sum of a Taylor series, for arguments below 2^-8 and a precision
/// of `digits`.
fn terms(digits: u64) -> u64 {
    (10 * digits).div_ceil(24)
}

/// Returns log(x / m) × m, for x / m from 0.1 to 10.
///
/// The identity log1p(y) = 2 log1p(y / (1 + sqrt(1 + y))) reduces y before the series.
fn log_ratio(x: &BigInt, m: &BigInt) -> BigInt {
    const SMALL: u64 = 8;
    let mut y = x - m;
    let mut halvings = 0_u64;
    loop {
        let magnitude = y.abs();
        let large = if halvings <= SMALL {
            magnitude << (SMALL - halvings) >= *m
        } else {
            magnitude >> (halvings - SMALL) >= *m
        };
        if !large {
            break;
        }
        let square = m * (m + shift_nearest(&y, halvings));
        y = divide_nearest(&((m * y) << 1_u8), &(m + sqrt_nearest(&square)));
        halvings += 1;
    }
    let count = terms(digits_of(m.magnitude()));
    let reduced = shift_nearest(&y, halvings);
    let mut sum = divide_nearest(m, &BigInt::from(count));
    for k in (1..count).rev() {
        sum = divide_nearest(m, &BigInt::from(k)) - divide_nearest(&(&reduced * sum), m);
    }
    divide_nearest(&(sum * y), m)
}

/// Returns the integer nearest to a square root.
fn sqrt_nearest(square: &BigInt) -> BigInt {
    let root = square.sqrt();
    // Above (r + 1/2)² the next integer is nearer.
    let up = square - &root * &root > root;
    root + i32::from(up)
}

/// Returns log(10) × 10^places, with an error below one.
fn log_ten(places: i64) -> BigInt {
    // log(10) = 3 log(2) + log(1.25), both from series that converge fast: log(2) = 18 a(26) - 2
    // a(4801) + 8 a(8749) and log(1.25) = 2 a(9), where a(x) is the inverse hyperbolic tangent of
    // 1/x.
    let guard = 10 + digits_in(places.max(1));
    let unit = ten_to(places + guard);
    let inverse = |x: u32| {
        let (x, square) = (BigInt::from(x), BigInt::from(x) * x);
        let mut power = &unit / x;
        let mut sum = power.clone();
        let mut odd = 1_u64;
        while !power.is_zero() {
            power /= &square;
            odd += 2;
            sum += &power / odd;
        }
        sum
    };
    let log_two = inverse(26) * 18 - inverse(4801) * 2 + inverse(8749) * 8;
    let sum = log_two * 3 + inverse(9) * 2;
    divide_nearest(&sum, &ten_to(guard))
}

/// Returns ln(c × 10^e) × 10^places as an integer, with an error below one.
fn ln_digits(c: &BigUint, e: i64, places: i64) -> BigInt {
    let places = places + 2;
    let (f, log_d) = reduced_log(c, e, places);
    let tens = if f == 0 {
        BigInt::ZERO
    } else {
        let extra = digits_in(f) - 1;
        if places + extra >= 0 {
            divide_nearest(&(log_ten(places + extra) * f), &ten_to(extra))
        } else {
            BigInt::ZERO
        }
    };
    divide_nearest(&(tens + log_d), &BigInt::from(100))
}

/// Returns log10(c × 10^e) × 10^places as an integer, with an error below one.
fn log10_digits(c: &BigUint, e: i64, places: i64) -> BigInt {
    let places = places + 2;
    let (f, log_d) = reduced_log(c, e, places);
    let (log_d, tens) = if places > 0 {
        let m = ten_to(places);
        (divide_nearest(&(log_d * &m), &log_ten(places)), m * f)
    } else {
        (BigInt::ZERO, divide_nearest(&BigInt::from(f), &ten_to(-places)))
    };
    divide_nearest(&(tens + log_d), &BigInt::from(100))
}

/// Rewrites c × 10^e as d × 10^f with d near 1. Returns f, and ln(d) × 10^places as an integer.
fn reduced_log(c: &BigUint, e: i64, places: i64) -> (i64, BigInt) {
    let size = e + signed(digits_of(c));
    let f = size - i64::from(size >= 1);
    if places <= 0 {
        return (f, BigInt::ZERO);
    }
    let d = scaled(&BigInt::from(c.clone()), e + places - f);
    (f, log_ratio(&d, &ten_to(places)))
}

/// Returns e^(c × 10^e) as an integer of about `places` digits, with an error below one, and an
/// exponent of ten.
fn exp_digits(c: &BigInt, e: i64, places: i64) -> (BigUint, i64) {
    let places = places + 2;
    let extra = (e + signed(digits_of(c.magnitude())) - 1).max(0);
    let q = places + extra;
    let shift = e + q;
    let shifted = if shift >= 0 {
        c * ten_to(shift)
    } else {
        c.div_floor(&ten_to(-shift))
    };
    let (quotient, rest) = shifted.div_mod_floor(&log_ten(q));
    let rest = divide_nearest(&rest, &ten_to(extra));
    let digits = divide_nearest(&exp_of(&rest, &ten_to(places)), &BigInt::from(1000));
    let exponent = quotient.to_i64().unwrap_or(i64::MAX / 4) - places + 3;
    (digits.magnitude().clone(), exponent)
}

/// Returns e^(x / m) × m, for x / m from 0 to 2.4.
///
/// The argument is halved until it is small. The identity expm1(2x) = expm1(x) (expm1(x) + 2)
/// reverses each halving.
fn exp_of(x: &BigInt, m: &BigInt) -> BigInt {
    const SMALL: u64 = 8;
    let halvings = ((x << SMALL) / m).bits();
    let count = terms(digits_of(m.magnitude()));
    let shifted = m << halvings;
    let mut y = divide_nearest(x, &BigInt::from(count));
    for i in (1..count).rev() {
        y = divide_nearest(&(x * (&shifted + y)), &(&shifted * i));
    }
    for k in (0..halvings).rev() {
        let shifted = m << (k + 2);
        y = divide_nearest(&(&y * (&y + &shifted)), &shifted);
    }
    m + y
}
