//! Operators between fractions, ints and floats.

use num_bigint::BigInt;
use num_integer::Integer as _;
use num_traits::{Signed as _, ToPrimitive as _};
use sift_runtime::runtime::Runtime;
use sift_syntax::ast::BinaryOp;
use sift_values::flow::{End, Flow, Limit, Outcome};
use sift_values::fraction::Fraction;
use sift_values::long_integers::gcd;
use sift_values::meter::Meter;
use sift_values::value::{Type, Value};

use crate::decimal::computing::{charge_digits, in_decimal_context};
use crate::fractions::construct::zero_fraction;
use crate::fractions::{charge_fractions, fraction_operand, new_fraction};

/// Applies an operator to a fraction and another operand. Returns `None` if the operands are
/// incompatible.
pub(crate) fn binary_fractions(
    m: &mut Runtime,
    op: BinaryOp,
    left: Value,
    right: Value,
) -> Result<Option<Value>, Flow> {
    if left.kind() == Type::Float || right.kind() == Type::Float {
        return binary_as_floats(m, op, left, right);
    }
    let (Some(a), Some(b)) = (fraction_operand(m, left), fraction_operand(m, right)) else {
        return Ok(None);
    };
    charge_fractions(m, &a, &b)?;
    match op {
        BinaryOp::Add => new_fraction(m, a.add(&m.meter, &b)?).map(Some),
        BinaryOp::Subtract => new_fraction(m, a.subtract(&m.meter, &b)?).map(Some),
        BinaryOp::Multiply => new_fraction(m, a.multiply(&m.meter, &b)?).map(Some),
        BinaryOp::Divide => match a.divide(&m.meter, &b)? {
            Some(quotient) => new_fraction(m, quotient).map(Some),
            None => Err(zero_fraction(m, &divided_numerator(&m.meter, &a, &b)?)),
        },
        BinaryOp::FloorDivide => match a.divide_floor(&m.meter, &b)? {
            Some((quotient, _)) => m.new_int(quotient).map(Some),
            None => Err(m.zero_division("integer division or modulo by zero")),
        },
        BinaryOp::Modulo => match a.divide_floor(&m.meter, &b)? {
            Some((_, rest)) => new_fraction(m, rest).map(Some),
            None => Err(m.zero_division("integer modulo by zero")),
        },
        BinaryOp::Power => fraction_power(m, left, right, &a, &b).map(Some),
        _ => Ok(None),
    }
}

/// Converts two operands, of which one is a float, to floats and applies an operator. Returns
/// `None` if either isn't a number.
fn binary_as_floats(m: &mut Runtime, op: BinaryOp, left: Value, right: Value) -> Result<Option<Value>, Flow> {
    let bitwise = matches!(
        op,
        BinaryOp::BitAnd
            | BinaryOp::BitOr
            | BinaryOp::BitXor
            | BinaryOp::ShiftLeft
            | BinaryOp::ShiftRight
            | BinaryOp::MatrixMultiply
    );
    if bitwise {
        return Ok(None);
    }
    let (Some(a), Some(b)) = (m.to_float(left)?, m.to_float(right)?) else {
        return Ok(None);
    };
    m.binary(op, Value::float(a), Value::float(b)).map(Some)
}

fn fraction_power(m: &mut Runtime, left: Value, right: Value, a: &Fraction, b: &Fraction) -> Outcome {
    let one = BigInt::from(1);
    if *b.denominator() != one {
        let floats = (m.to_float(left)?, m.to_float(right)?);
        let (a, b) = (floats.0.unwrap_or(f64::NAN), floats.1.unwrap_or(f64::NAN));
        return m.binary(BinaryOp::Power, Value::float(a), Value::float(b));
    }
    let negative = b.numerator().is_negative();
    if left.kind() != Type::Fraction && !negative {
        // The power of an int is an int.
        let exponent = m.new_int(b.numerator().clone())?;
        return m.binary(BinaryOp::Power, left, exponent);
    }
    if negative && a.is_zero() {
        return Err(zero_fraction(m, &one));
    }
    let parts = [a.numerator(), a.denominator()];
    if parts.iter().all(|part| part.magnitude().bits() <= 1) {
        // Powers of 0, 1 and -1.
        let odd = b.numerator().is_odd();
        let result = if odd || a.is_zero() { a.clone() } else { a.absolute() };
        let zeroth = b.numerator().bits() == 0;
        return new_fraction(m, if zeroth { Fraction::whole(one) } else { result });
    }
    let Some(exponent) = b.numerator().abs().to_u32() else {
        return Err(Flow::End(End::Limit(Limit::Memory)));
    };
    let bits = a.bits().saturating_mul(u64::from(exponent));
    m.reserve(usize::try_from(bits / 8).unwrap_or(usize::MAX))?;
    let words = bits / 64;
    m.meter.charge(words.saturating_mul(words) / 4)?;
    match a.power(&m.meter, exponent, negative)? {
        Some(power) => new_fraction(m, power),
        None => Err(zero_fraction(m, &one)),
    }
}

/// Returns `divmod(a, b)` of fractions, or `None` for other operands.
pub(crate) fn divmod_fractions(m: &mut Runtime, left: Value, right: Value) -> Result<Option<Value>, Flow> {
    if left.kind() != Type::Fraction && right.kind() != Type::Fraction {
        return Ok(None);
    }
    let (Some(a), Some(b)) = (fraction_operand(m, left), fraction_operand(m, right)) else {
        return Ok(None);
    };
    charge_fractions(m, &a, &b)?;
    let Some((quotient, rest)) = a.divide_floor(&m.meter, &b)? else {
        return Err(m.zero_division("integer division or modulo by zero"));
    };
    let pair = [m.new_int(quotient)?, new_fraction(m, rest)?];
    m.alloc_tuple(pair).map(Some)
}

/// Returns `round(x, digits)` for a fraction.
pub(crate) fn round_fraction(m: &mut Runtime, value: Value, digits: i64) -> Outcome {
    let Some(number) = m.fraction_of(value).cloned() else {
        return Ok(value);
    };
    charge_digits(m, digits.unsigned_abs().saturating_add(number.bits() / 3))?;
    let shift = BigInt::from(10).pow(u32::try_from(digits.unsigned_abs()).unwrap_or(u32::MAX));
    let shift = Fraction::whole(shift);
    let rounded = if digits > 0 {
        let units = number.multiply(&m.meter, &shift)?.rounded();
        Fraction::whole(units).divide(&m.meter, &shift)?
    } else {
        let units = number.divide(&m.meter, &shift)?.map(|units| units.rounded());
        units
            .map(|units| Fraction::whole(units).multiply(&m.meter, &shift))
            .transpose()?
    };
    new_fraction(m, rounded.unwrap_or(number))
}

/// Returns `abs(x)` for a decimal number or a fraction, or `None` for other values.
pub(crate) fn absolute_exact(m: &mut Runtime, value: Value) -> Result<Option<Value>, Flow> {
    if let Some(number) = m.fraction_of(value) {
        let absolute = number.absolute();
        return new_fraction(m, absolute).map(Some);
    }
    let Some(number) = m.decimal_of(value).cloned() else {
        return Ok(None);
    };
    in_decimal_context(m, number.digits(), |context| number.absolute(context)).map(Some)
}

/// Returns the numerator for CPython's message if a fraction is divided by zero. It is reduced by
/// the common divisor of the two numerators.
fn divided_numerator(meter: &Meter, a: &Fraction, b: &Fraction) -> Result<BigInt, Flow> {
    let shared = BigInt::from(gcd(meter, a.numerator().magnitude(), b.numerator().magnitude())?);
    let numerator = if shared.bits() > 1 {
        a.numerator() / shared
    } else {
        a.numerator().clone()
    };
    Ok(numerator * b.denominator())
}
