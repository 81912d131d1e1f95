//! Numbers of any size, and arithmetic with Python's semantics.

use std::borrow::Cow;

use num_bigint::{BigInt, Sign};
use num_integer::Integer as _;
use num_traits::{Signed as _, ToPrimitive as _, Zero as _};
use sift_numbers::decimal::Decimal;
use sift_strings::format::{NumberError, is_number_char, read_float};
use sift_values::cost;
use sift_values::flow::{Flow, Outcome};
use sift_values::fraction::Fraction;
use sift_values::meter::WINDOW_BYTES;
use sift_values::object::Object;
use sift_values::value::{Type, Value};
use sift_values::windows::all_windows;

use crate::runtime::Runtime;

/// The maximum length in bytes of a number in JSON or a literal. It is limited because parsing a
/// number can't be cancelled.
pub const MAX_NUMBER_BYTES: usize = WINDOW_BYTES;

/// The numeric value of an `int`, `bool` or `float`.
#[derive(Debug, Clone, PartialEq)]
pub enum Number {
    /// An integer of 64 bits.
    Int(i64),
    /// An integer that doesn't fit into 64 bits.
    Big(BigInt),
    /// A floating-point number.
    Float(f64),
}

impl Number {
    /// Converts an integer to a `BigInt`. Returns `None` for a float.
    pub fn to_big(&self) -> Option<BigInt> {
        match self {
            Self::Int(value) => Some(BigInt::from(*value)),
            Self::Big(value) => Some(value.clone()),
            Self::Float(_) => None,
        }
    }

    /// Returns an integer as a `BigInt`, borrowed if it is stored as one. Returns `None` for a
    /// float.
    pub(crate) fn as_big(&self) -> Option<Cow<'_, BigInt>> {
        match self {
            Self::Int(value) => Some(Cow::Owned(BigInt::from(*value))),
            Self::Big(value) => Some(Cow::Borrowed(value)),
            Self::Float(_) => None,
        }
    }

    /// Returns `true` if the number is zero, including negative zero.
    pub fn is_zero(&self) -> bool {
        match self {
            Self::Int(value) => *value == 0,
            Self::Big(value) => value.is_zero(),
            Self::Float(value) => *value == 0.0,
        }
    }

    /// Returns the number of bits in an integer's magnitude, or 64 for a float.
    pub fn bits(&self) -> u64 {
        match self {
            Self::Int(value) => u64::from(u64::BITS - value.unsigned_abs().leading_zeros()),
            Self::Big(value) => value.bits(),
            Self::Float(_) => 64,
        }
    }
}

impl Runtime {
    /// Returns the numeric value of an `int`, `bool` or `float`, or `None` for other values.
    pub fn number(&self, value: Value) -> Option<Number> {
        match value.kind() {
            Type::Int | Type::Bool | Type::RegexFlag => Some(Number::Int(value.raw_int())),
            Type::Float => Some(Number::Float(value.raw_float())),
            Type::BigInt => match self.heap.get(value.handle()) {
                Object::BigInt(value) => Some(Number::Big((**value).clone())),
                _ => None,
            },
            _ => None,
        }
    }

    /// Charges fuel and memory for copying a large integer out of a value. Other values are free.
    pub(crate) fn charge_integer(&mut self, value: Value) -> Result<(), Flow> {
        if value.kind() != Type::BigInt {
            return Ok(());
        }
        let bits = match self.heap.get(value.handle()) {
            Object::BigInt(value) => value.bits(),
            _ => 0,
        };
        // Copied once, and once more for the result.
        self.reserve(usize::try_from(bits / 4).unwrap_or(usize::MAX))?;
        self.meter.charge(bits / sift_values::cost::COPIED_BITS_PER_UNIT)
    }

    /// Charges fuel for hashing a large integer, whose words are copied and divided.
    pub(crate) fn charge_hashed_integer(&mut self, value: Value) -> Result<(), Flow> {
        self.charge_integer(value)?;
        match self.heap.get(value.handle()) {
            Object::BigInt(integer) if value.kind() == Type::BigInt => {
                self.meter.charge(sift_values::cost::product(integer.bits(), 0))
            }
            _ => Ok(()),
        }
    }

    /// Creates a value for an integer. One that fits into 64 bits needs no allocation.
    pub fn new_int(&mut self, value: BigInt) -> Outcome {
        match value.to_i64() {
            Some(small) => Ok(Value::int(small)),
            None => self.alloc(Type::BigInt, Object::BigInt(Box::new(value))),
        }
    }

    /// Returns a raised `ValueError` for a number of more than [`MAX_NUMBER_BYTES`].
    pub fn number_too_long(&mut self) -> Flow {
        self.value_error(format!(
            "the number is too long; at most {MAX_NUMBER_BYTES} characters are read"
        ))
    }

    /// Returns `false` if a long text has characters that no number has, so that it is rejected
    /// before it is copied. Otherwise reserves memory for copies and returns `true`, as it does for
    /// every short text.
    pub fn may_be_number(&mut self, text: &str, is_of_number: fn(char) -> bool) -> Result<bool, Flow> {
        if text.len() <= WINDOW_BYTES {
            return Ok(true);
        }
        self.meter.charge_items(text.len())?;
        let may_be = all_windows(&self.meter, text, |window| window.chars().all(is_of_number))?;
        if may_be {
            self.reserve(text.len().saturating_mul(2))?;
        }
        Ok(may_be)
    }

    /// Creates a value from a number.
    pub fn new_number(&mut self, number: Number) -> Outcome {
        match number {
            Number::Int(value) => Ok(Value::int(value)),
            Number::Big(value) => self.new_int(value),
            Number::Float(value) => Ok(Value::float(value)),
        }
    }

    /// Converts a number to the nearest float.
    ///
    /// # Errors
    /// An `OverflowError` for an integer beyond the range of floats.
    pub fn float_of(&mut self, number: &Number) -> Result<f64, Flow> {
        match number {
            Number::Float(value) => Ok(*value),
            // `as` rounds to the nearest, ties to even, as Python does.
            Number::Int(value) => Ok(*value as f64),
            Number::Big(value) => match big_to_float(value) {
                Some(value) => Ok(value),
                None => Err(self.overflow_error("int too large to convert to float")),
            },
        }
    }

    /// Returns the integer part of a float, as `int(x)` does.
    ///
    /// # Errors
    /// An `OverflowError` for an infinity, a `ValueError` for NaN.
    pub fn whole_part(&mut self, float: f64) -> Result<Number, Flow> {
        if float.is_nan() {
            return Err(self.value_error("cannot convert float NaN to integer"));
        }
        match <BigInt as num_traits::FromPrimitive>::from_f64(float.trunc()) {
            Some(int) => Ok(match int.to_i64() {
                Some(small) => Number::Int(small),
                None => Number::Big(int),
            }),
            None => Err(self.overflow_error("cannot convert float infinity to integer")),
        }
    }

    /// Returns a raised `OverflowError`.
    pub fn overflow_error(&mut self, message: &str) -> Flow {
        self.raise(sift_compiler::exception::ExceptionClass::OverflowError, message)
    }

    /// Returns a raised `ZeroDivisionError`.
    pub fn zero_division(&mut self, message: &str) -> Flow {
        self.raise(sift_compiler::exception::ExceptionClass::ZeroDivisionError, message)
    }

    /// Charges fuel and memory for dividing two integers to a float, which scales them to the same
    /// length.
    fn charge_division(&mut self, a: &Number, b: &Number) -> Result<(), Flow> {
        let words = cost::words(a.bits().max(b.bits()));
        if words > 2 {
            self.meter.charge(words.saturating_mul(cost::DIVIDED_WORD))?;
            self.reserve(usize::try_from(words.saturating_mul(3 * 8)).unwrap_or(usize::MAX))?;
        }
        Ok(())
    }

    /// Returns Python's `left / right`: the float nearest to the quotient.
    pub fn true_divide(&mut self, left: &Number, right: &Number) -> Result<f64, Flow> {
        const EXACT: u64 = 1 << 53;
        if let (Number::Int(a), Number::Int(b)) = (left, right)
            && a.unsigned_abs() <= EXACT
            && b.unsigned_abs() <= EXACT
        {
            return Ok(*a as f64 / *b as f64);
        }
        self.charge_division(left, right)?;
        match (left.as_big(), right.as_big()) {
            (Some(a), Some(b)) => match divide_big(&a, &b) {
                Some(quotient) => Ok(quotient),
                None => Err(self.overflow_error("integer division result too large for a float")),
            },
            _ => {
                let (a, b) = (self.float_of(left)?, self.float_of(right)?);
                Ok(a / b)
            }
        }
    }

    /// Converts an argument to a 64-bit integer, or raises a `TypeError` or an `OverflowError`.
    pub fn int_arg(&mut self, value: Value) -> Result<i64, Flow> {
        match self.number(value) {
            Some(Number::Int(int)) => Ok(int),
            Some(Number::Big(_)) => Err(self.overflow_error("Python int too large to convert to C ssize_t")),
            _ => {
                let message = format!("'{}' object cannot be interpreted as an integer", self.type_name(value));
                Err(self.type_error(message))
            }
        }
    }

    /// Returns the `Decimal` inside a value, or `None` for other values.
    pub fn decimal_of(&self, value: Value) -> Option<&Decimal> {
        match self.heap.get(value.handle()) {
            Object::Decimal(number) if value.kind() == Type::Decimal => Some(number),
            _ => None,
        }
    }

    /// Returns the `Fraction` inside a value, or `None` for other values.
    pub fn fraction_of(&self, value: Value) -> Option<&Fraction> {
        match self.heap.get(value.handle()) {
            Object::Fraction(number) if value.kind() == Type::Fraction => Some(number),
            _ => None,
        }
    }
}

/// The maximum number of bits of an integer that is within the range of floats.
const LARGEST_FLOAT_BITS: u64 = 1_024;

/// Converts a large integer to the nearest float, ties to even. Returns `None` beyond the range of
/// floats.
pub(crate) fn big_to_float(value: &BigInt) -> Option<f64> {
    if value.bits() > LARGEST_FLOAT_BITS {
        return None;
    }
    scale(value.magnitude().clone(), 0, value.sign() == Sign::Minus)
}

/// Divides two large integers to a float with a single rounding. The quotient is computed to 66
/// bits and a sticky bit, and then rounded to 53 bits.
fn divide_big(a: &BigInt, b: &BigInt) -> Option<f64> {
    let negative = (a.sign() == Sign::Minus) != (b.sign() == Sign::Minus);
    if a.is_zero() {
        return Some(if negative { -0.0 } else { 0.0 });
    }
    let (a, b) = (a.magnitude(), b.magnitude());
    if a.bits() > b.bits().saturating_add(LARGEST_FLOAT_BITS) {
        return None;
    }
    let shift = 66_i64
        .saturating_sub_unsigned(a.bits())
        .saturating_add_unsigned(b.bits());
    let (quotient, rest) = match u64::try_from(shift) {
        Ok(up) => (a << up).div_rem(b),
        Err(_) => a.div_rem(&(b << shift.unsigned_abs())),
    };
    let sticky = u8::from(!rest.is_zero());
    scale(
        (quotient << 1_u8) | num_bigint::BigUint::from(sticky),
        -shift - 1,
        negative,
    )
}

/// Returns `magnitude` × 2^`exponent` as a float, rounded once, ties to even. Returns `None` if it
/// is out of range.
fn scale(magnitude: num_bigint::BigUint, exponent: i64, negative: bool) -> Option<f64> {
    let bits = i64::try_from(magnitude.bits()).ok()?;
    if bits == 0 {
        return Some(0.0);
    }
    // The exponent of the result's lowest bit: 53 bits below the highest, but not below the
    // smallest subnormal.
    let lowest = (bits + exponent - 53).max(-1074);
    let drop = lowest - exponent;
    let (kept, rounded_up) = match u64::try_from(drop) {
        Ok(0) => (magnitude.clone(), false),
        Ok(drop) => {
            let kept = &magnitude >> drop;
            let half = num_bigint::BigUint::from(1_u8) << (drop - 1);
            let rest = &magnitude - (&kept << drop);
            let up = rest > half || (rest == half && kept.bit(0));
            (kept, up)
        }
        Err(_) => (&magnitude << drop.unsigned_abs(), false),
    };
    let kept = kept.to_u64()? + u64::from(rounded_up);
    let mut result = kept as f64;
    let mut exponent = lowest;
    // Multiply by powers of two in steps that stay within the range of floats until the last.
    while exponent != 0 {
        let step = exponent.clamp(-1000, 1000);
        result *= libm::exp2(step as f64);
        exponent -= step;
    }
    result.is_finite().then_some(if negative { -result } else { result })
}

/// Compares an integer with a float exactly; returns `None` for NaN.
pub(super) fn compare_big_float(int: &BigInt, float: f64) -> Option<std::cmp::Ordering> {
    use std::cmp::Ordering;
    if float.is_nan() {
        return None;
    }
    if float.is_infinite() {
        return Some(if float > 0.0 { Ordering::Less } else { Ordering::Greater });
    }
    let whole = <BigInt as num_traits::FromPrimitive>::from_f64(float.trunc())?;
    let ordering = int.cmp(&whole);
    let fraction = float - float.trunc();
    Some(ordering.then_with(|| 0.0.partial_cmp(&fraction).unwrap_or(Ordering::Equal)))
}

/// Returns Python's `a // b` of two floats.
pub(super) fn floor_divide_floats(a: f64, b: f64) -> f64 {
    let remainder = modulo_floats(a, b);
    let quotient = (a - remainder) / b;
    if quotient == 0.0 {
        return 0.0_f64.copysign(a / b);
    }
    let floor = quotient.floor();
    if quotient - floor > 0.5 { floor + 1.0 } else { floor }
}

/// Returns Python's `a % b` of two floats, which has the sign of the divisor.
pub(super) fn modulo_floats(a: f64, b: f64) -> f64 {
    let remainder = libm::fmod(a, b);
    if remainder == 0.0 {
        return 0.0_f64.copysign(b);
    }
    if (remainder < 0.0) == (b < 0.0) {
        remainder
    } else {
        remainder + b
    }
}

/// Returns the exponent of an integer power as a `u64`, or `None` if it is negative or larger.
pub(super) fn small_exponent(exponent: &BigInt) -> Option<u64> {
    if exponent.is_negative() {
        None
    } else {
        exponent.to_u64()
    }
}

/// Parses a text as `float(text)` does, or raises a `ValueError`.
pub fn float_of_text(m: &mut Runtime, value: Value) -> Outcome {
    let text = m.text(value)?;
    let text = text.as_str().unwrap_or_default();
    m.meter.charge_items(text.len())?;
    if m.may_be_number(text, is_number_char)?
        && let Some(float) = read_float(text)
    {
        return Ok(Value::float(float));
    }
    let repr = m.repr(value)?;
    Err(m.value_error(NumberError::InvalidFloat { repr }.to_string()))
}

/// Returns the numerator and denominator of a finite float, in lowest terms.
pub fn exact_ratio(value: f64) -> (BigInt, BigInt) {
    let (mut fraction, mut exponent) = libm::frexp(value);
    while fraction != fraction.trunc() {
        fraction *= 2.0;
        exponent -= 1;
    }
    let whole = BigInt::from(fraction as i64);
    match u32::try_from(exponent) {
        Ok(up) => (whole << up, BigInt::from(1)),
        Err(_) => (whole, BigInt::from(1) << exponent.unsigned_abs()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn big_integers_round_to_the_nearest_float() {
        let big = |text: &str| text.parse::<BigInt>().unwrap();
        assert_eq!(big_to_float(&big("9007199254740993")), Some(9007199254740992.0));
        assert_eq!(big_to_float(&big("9007199254740995")), Some(9007199254740996.0));
        assert_eq!(big_to_float(&-big("9007199254740993")), Some(-9007199254740992.0));
        assert_eq!(big_to_float(&(BigInt::from(1) << 1024)), None);
        assert_eq!(big_to_float(&(BigInt::from(1) << 1023)), Some(2f64.powi(1023)));
    }

    #[test]
    fn quotients_are_rounded_once() {
        let divide = |a: &str, b: &str| divide_big(&a.parse().unwrap(), &b.parse().unwrap());
        assert_eq!(divide("10000000000000000000000", "3"), Some(3.3333333333333335e21));
        assert_eq!(divide("1", "3"), Some(1.0 / 3.0));
        assert_eq!(divide("-7", "2"), Some(-3.5));
        assert_eq!(
            divide("123456789012345678901234567890", "123456789012345678901234567890"),
            Some(1.0)
        );
    }

    #[test]
    fn floats_divide_as_python_does() {
        assert_eq!((floor_divide_floats(7.5, 2.0), modulo_floats(7.5, 2.0)), (3.0, 1.5));
        assert_eq!((floor_divide_floats(-7.5, 2.0), modulo_floats(-7.5, 2.0)), (-4.0, 0.5));
        assert_eq!((floor_divide_floats(7.5, -2.0), modulo_floats(7.5, -2.0)), (-4.0, -0.5));
    }
}
