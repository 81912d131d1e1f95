//! Operators, order, equality and hashes of `Decimal` and `Fraction` with other numbers.

use std::cmp::Ordering;
use std::hash::Hasher;

use num_bigint::{BigInt, Sign};
use num_integer::Integer as _;
use num_traits::ToPrimitive as _;
use sift_numbers::decimal::{Decimal, HASH_MODULUS, Rounding, Trap};
use sift_runtime::operate::Number;
use sift_runtime::operate::hash::signed_residue;
use sift_runtime::runtime::Runtime;
use sift_runtime::table::{Operators, RoundingMode};
use sift_syntax::ast::{BinaryOp, UnaryOp};
use sift_values::cost;
use sift_values::flow::{Flow, Outcome};
use sift_values::fraction::Fraction;
use sift_values::object::Object;
use sift_values::value::{Type, Value};

use crate::decimal::computing::{charge_digits, decimal_error, decimal_operand, decimal_settings, in_decimal_context};
use crate::decimal::context::{decimal_context_attribute, set_context_attribute};
use crate::decimal::context_repr;
use crate::decimal::methods::decimal_attribute;
use crate::decimal::operators::{
    binary_decimals, divmod_decimals, formatted_decimal, modular_power_decimals, round_decimal,
};
use crate::fractions::operators::{absolute_exact, binary_fractions, divmod_fractions, round_fraction};
use crate::fractions::{charge_fractions, fraction_attribute, fraction_operand, fraction_texts, new_fraction};

/// The implementation of the operators for `Decimal`, its contexts, and `Fraction`.
#[derive(Debug)]
pub struct ExactNumbers;

impl Operators<Runtime> for ExactNumbers {
    fn attribute(&self, m: &mut Runtime, object: Value, name: &str) -> Result<Option<Value>, Flow> {
        match object.kind() {
            Type::Decimal => decimal_attribute(m, object, name),
            Type::DecimalContext => decimal_context_attribute(m, object, name),
            _ => fraction_attribute(m, object, name),
        }
    }

    fn set_attribute(&self, m: &mut Runtime, object: Value, name: &str, value: Value) -> Result<bool, Flow> {
        match object.kind() {
            Type::DecimalContext => set_context_attribute(m, object, name, value).map(|()| true),
            _ => Ok(false),
        }
    }

    fn unary(&self, m: &mut Runtime, op: UnaryOp, operand: Value) -> Result<Option<Value>, Flow> {
        match op {
            UnaryOp::Negate | UnaryOp::Plus if operand.is_exact() => unary_exact(m, op, operand).map(Some),
            _ => Ok(None),
        }
    }

    fn binary(&self, m: &mut Runtime, op: BinaryOp, left: Value, right: Value) -> Result<Option<Value>, Flow> {
        match left.is_exact() || right.is_exact() {
            true => binary_exact(m, op, left, right),
            false => Ok(None),
        }
    }

    fn truth(&self, m: &Runtime, value: Value) -> bool {
        !is_zero_exact(m, value)
    }

    fn equal(&self, m: &mut Runtime, left: Value, right: Value) -> Result<Option<bool>, Flow> {
        match left.is_exact() || right.is_exact() {
            true => equal_exact(m, left, right).map(Some),
            false => Ok(None),
        }
    }

    fn order(&self, m: &mut Runtime, left: Value, right: Value) -> Result<Option<Option<Ordering>>, Flow> {
        order_exact(m, left, right)
    }

    fn hash(&self, m: &mut Runtime, value: Value, hasher: &mut dyn Hasher) -> Result<bool, Flow> {
        match value.is_exact() {
            true => hash_exact(m, value, hasher).map(|()| true),
            false => Ok(false),
        }
    }

    fn text(&self, m: &mut Runtime, value: Value) -> Result<Option<String>, Flow> {
        match value.is_exact() {
            true => exact_text(m, value).map(Some),
            false => Ok(None),
        }
    }

    fn repr(&self, m: &mut Runtime, value: Value) -> Result<Option<String>, Flow> {
        match m.heap.get(value.handle()) {
            Object::DecimalContext(context) => Ok(Some(context_repr(context))),
            _ => exact_repr(m, value).map(Some),
        }
    }

    fn format(&self, m: &mut Runtime, value: Value, spec: &str) -> Result<Option<String>, Flow> {
        match value.kind() {
            Type::Decimal => formatted_decimal(m, value, spec).map(Some),
            _ => Ok(None),
        }
    }

    fn absolute(&self, m: &mut Runtime, value: Value) -> Result<Option<Value>, Flow> {
        absolute_exact(m, value)
    }

    fn round(&self, m: &mut Runtime, value: Value, digits: Option<Value>) -> Result<Option<Value>, Flow> {
        match value.is_exact() {
            true => round_exact(m, value, digits).map(Some),
            false => Ok(None),
        }
    }

    fn divmod(&self, m: &mut Runtime, left: Value, right: Value) -> Result<Option<Value>, Flow> {
        match divmod_decimals(m, left, right)? {
            Some(pair) => Ok(Some(pair)),
            None => divmod_fractions(m, left, right),
        }
    }

    fn modular_power(&self, m: &mut Runtime, operands: [Value; 3]) -> Result<Option<Value>, Flow> {
        modular_power_decimals(m, operands)
    }

    fn to_float(&self, m: &mut Runtime, value: Value) -> Result<Option<f64>, Flow> {
        exact_to_float(m, value)
    }

    fn to_whole(&self, m: &mut Runtime, value: Value, how: RoundingMode) -> Result<Option<BigInt>, Flow> {
        exact_to_whole(m, value, how)
    }
}

/// Applies a binary operator to operands of which at least one is a decimal number or a fraction.
/// Returns `None` if the operands are incompatible.
fn binary_exact(m: &mut Runtime, op: BinaryOp, left: Value, right: Value) -> Result<Option<Value>, Flow> {
    if left.kind() == Type::Decimal || right.kind() == Type::Decimal {
        match (decimal_operand(m, left), decimal_operand(m, right)) {
            (Some(a), Some(b)) => binary_decimals(m, op, &a, &b),
            _ => power_of_mixed(m, op, left, right),
        }
    } else {
        binary_fractions(m, op, left, right)
    }
}

/// Returns the power of two operands of which one is a fraction and one a decimal number. An
/// integer exponent is converted to an int. Other fractions become floats, which are incompatible
/// with decimal numbers.
fn power_of_mixed(m: &mut Runtime, op: BinaryOp, left: Value, right: Value) -> Result<Option<Value>, Flow> {
    if op != BinaryOp::Power {
        return Ok(None);
    }
    if let Some(exponent) = m.fraction_of(right) {
        let whole = (*exponent.denominator() == BigInt::from(1)).then(|| exponent.numerator().clone());
        let exponent = match whole {
            Some(whole) => m.new_int(whole)?,
            None => Value::float(exact_to_float(m, right)?.unwrap_or(f64::NAN)),
        };
        return m.binary(op, left, exponent).map(Some);
    }
    if left.kind() == Type::Fraction {
        let base = Value::float(exact_to_float(m, left)?.unwrap_or(f64::NAN));
        return m.binary(op, base, right).map(Some);
    }
    Ok(None)
}

/// Applies the unary operator `-` or `+` to a decimal number or a fraction.
fn unary_exact(m: &mut Runtime, op: UnaryOp, operand: Value) -> Outcome {
    if let Some(bits) = m.fraction_of(operand).map(Fraction::bits) {
        m.meter.charge(cost::product(bits, 0))?;
    }
    if let Some(number) = m.fraction_of(operand) {
        let result = if op == UnaryOp::Negate {
            number.negate()
        } else {
            number.clone()
        };
        return new_fraction(m, result);
    }
    let number = m.decimal_of(operand).cloned().unwrap_or_else(Decimal::nan);
    in_decimal_context(m, number.digits(), |context| match op {
        UnaryOp::Negate => number.negate(context),
        _ => number.plus(context),
    })
}

fn is_zero_exact(m: &Runtime, value: Value) -> bool {
    m.decimal_of(value).is_some_and(Decimal::is_zero) || m.fraction_of(value).is_some_and(Fraction::is_zero)
}

/// Compares two values of which one is a decimal number or a fraction. Returns `None` if either
/// isn't a number, and `Some(None)` if either is NaN.
fn order_exact(m: &mut Runtime, left: Value, right: Value) -> Result<Option<Option<Ordering>>, Flow> {
    let nan_float = |value: Value| value.kind() == Type::Float && value.raw_float().is_nan();
    let decimals = left.kind() == Type::Decimal || right.kind() == Type::Decimal;
    if !decimals && (nan_float(left) || nan_float(right)) {
        return Ok(Some(None));
    }
    match compare_exact(m, left, right)? {
        Some(None) if decimals => Err(decimal_error(m, Trap::InvalidOperation)),
        ordering => Ok(ordering),
    }
}

fn equal_exact(m: &mut Runtime, left: Value, right: Value) -> Result<bool, Flow> {
    if [left, right]
        .iter()
        .any(|value| m.decimal_of(*value).is_some_and(Decimal::is_signaling))
        && is_any_number(left)
        && is_any_number(right)
    {
        return Err(decimal_error(m, Trap::InvalidOperation));
    }
    Ok(compare_exact(m, left, right)? == Some(Some(Ordering::Equal)))
}

fn is_any_number(value: Value) -> bool {
    value.is_number() || value.is_exact()
}

fn compare_exact(m: &mut Runtime, left: Value, right: Value) -> Result<Option<Option<Ordering>>, Flow> {
    if !is_any_number(left) || !is_any_number(right) {
        return Ok(None);
    }
    if let (Some(a), Some(b)) = (fraction_operand(m, left), fraction_operand(m, right)) {
        charge_fractions(m, &a, &b)?;
        return Ok(Some(Some(a.cmp(&b))));
    }
    // A fraction is compared by its parts: n / d < x if n < x d.
    let (a, b) = match (m.fraction_of(left).cloned(), m.fraction_of(right).cloned()) {
        (Some(fraction), _) => {
            let b = compared_decimal(m, right)?;
            (
                Decimal::integer(fraction.numerator()),
                exact_product(m, &b, fraction.denominator())?,
            )
        }
        (_, Some(fraction)) => {
            let a = compared_decimal(m, left)?;
            (
                exact_product(m, &a, fraction.denominator())?,
                Decimal::integer(fraction.numerator()),
            )
        }
        _ => (compared_decimal(m, left)?, compared_decimal(m, right)?),
    };
    charge_digits(m, a.digits().saturating_add(b.digits()))?;
    Ok(Some(a.compare(&b)))
}

/// Converts a decimal number, an int or a float exactly to a decimal number, for a comparison.
fn compared_decimal(m: &mut Runtime, value: Value) -> Result<Decimal, Flow> {
    if let Some(number) = decimal_operand(m, value) {
        return Ok(number);
    }
    charge_digits(m, 400)?;
    Ok(Decimal::of_float(value.raw_float()))
}

fn exact_product(m: &mut Runtime, number: &Decimal, factor: &BigInt) -> Result<Decimal, Flow> {
    charge_digits(m, number.digits().saturating_add(factor.bits() / 3))?;
    Ok(match number.parts() {
        Some((coefficient, exponent)) => Decimal::finite(number.negative, coefficient * factor.magnitude(), exponent),
        None => number.clone(),
    })
}

/// Hashes a decimal number or a fraction. Equal numbers of other types have the same hash.
fn hash_exact(m: &mut Runtime, value: Value, hasher: &mut dyn Hasher) -> Result<(), Flow> {
    // A decimal digit has less than four bits.
    let bits = match (m.decimal_of(value), m.fraction_of(value)) {
        (Some(number), _) => number.digits().saturating_mul(4),
        (None, fraction) => fraction.map_or(0, Fraction::bits),
    };
    m.meter
        .charge(64_u64.saturating_add(sift_values::cost::product(bits, 0)))?;
    let (small, residue) = if let Some(number) = m.decimal_of(value) {
        if number.is_signaling() {
            return Err(m.type_error("Cannot hash a signaling NaN value"));
        }
        match number.hash_residue() {
            Some(residue) => (number.to_i64(), residue),
            None => (None, number.to_float().unwrap_or(f64::NAN).to_bits()),
        }
    } else if let Some(number) = m.fraction_of(value) {
        let whole = *number.denominator() == BigInt::from(1);
        let small = number.numerator().to_i64().filter(|_| whole);
        (small, fraction_residue(number))
    } else {
        (None, 0)
    };
    match small {
        Some(small) => hasher.write_i64(small),
        None => hasher.write_u64(residue),
    }
    Ok(())
}

/// Converts a decimal number, a fraction or another number to the nearest float, or returns `None`
/// for other values.
///
/// # Errors
/// An `OverflowError` if the number exceeds all floats.
fn exact_to_float(m: &mut Runtime, value: Value) -> Result<Option<f64>, Flow> {
    if let Some(number) = m.decimal_of(value).cloned() {
        charge_digits(m, number.digits().min(1_000).saturating_mul(4))?;
        m.meter.charge(number.digits() / 8)?;
        return match number.to_float() {
            Some(float) => Ok(Some(float)),
            None => Err(m.value_error("cannot convert signaling NaN to float")),
        };
    }
    if let Some(number) = m.fraction_of(value).cloned() {
        charge_fractions(m, &number, &number)?;
        let (numerator, denominator) = (number.numerator().clone(), number.denominator().clone());
        let float = m.true_divide(&Number::Big(numerator), &Number::Big(denominator))?;
        return Ok(Some(float));
    }
    match m.number(value) {
        Some(number) => m.float_of(&number).map(Some),
        None => Ok(None),
    }
}

/// Converts a decimal number or a fraction to an integer. Returns `None` for other values.
///
/// # Errors
/// A `ValueError` or an `OverflowError` if the number isn't finite.
fn exact_to_whole(m: &mut Runtime, value: Value, how: RoundingMode) -> Result<Option<BigInt>, Flow> {
    if let Some(number) = m.fraction_of(value).cloned() {
        charge_fractions(m, &number, &number)?;
        return Ok(Some(match how {
            RoundingMode::Truncate => number.truncated(),
            RoundingMode::Floor => number.floor(),
            RoundingMode::Ceiling => number.ceiling(),
            RoundingMode::HalfEven => number.rounded(),
        }));
    }
    let Some(number) = m.decimal_of(value).cloned() else {
        return Ok(None);
    };
    let Some((_, exponent)) = number.parts() else {
        return Err(if number.is_nan() {
            m.value_error("cannot convert NaN to integer")
        } else {
            m.overflow_error("cannot convert Infinity to integer")
        });
    };
    charge_digits(m, number.digits().saturating_add(exponent.max(0).unsigned_abs()))?;
    let rounding = match how {
        RoundingMode::Truncate => Rounding::Down,
        RoundingMode::Floor => Rounding::Floor,
        RoundingMode::Ceiling => Rounding::Ceiling,
        RoundingMode::HalfEven => Rounding::HalfEven,
    };
    Ok(number.to_whole(rounding))
}

/// Returns the `str` of a decimal number or a fraction.
fn exact_text(m: &mut Runtime, value: Value) -> Result<String, Flow> {
    if let Some(number) = m.decimal_of(value).cloned() {
        charge_digits(m, number.digits())?;
        let capitals = decimal_settings(m).capitals;
        return Ok(number.to_text(capitals));
    }
    let parts = fraction_texts(m, value)?;
    Ok(match parts {
        (numerator, denominator) if denominator == "1" => numerator,
        (numerator, denominator) => format!("{numerator}/{denominator}"),
    })
}

/// Returns the `repr` of a decimal number or a fraction.
fn exact_repr(m: &mut Runtime, value: Value) -> Result<String, Flow> {
    if value.kind() == Type::Decimal {
        return Ok(format!("Decimal('{}')", exact_text(m, value)?));
    }
    let (numerator, denominator) = fraction_texts(m, value)?;
    Ok(format!("Fraction({numerator}, {denominator})"))
}

fn fraction_residue(number: &Fraction) -> u64 {
    let modulus = BigInt::from(HASH_MODULUS);
    let Some(inverse) = number.denominator().modinv(&modulus) else {
        return u64::MAX;
    };
    let magnitude = BigInt::from(number.numerator().magnitude().clone());
    let residue = (magnitude * inverse).mod_floor(&modulus).to_u64().unwrap_or(0);
    signed_residue(residue, number.numerator().sign() == Sign::Minus)
}

/// Rounds a decimal number or a fraction to a number of digits. Without that argument, the result
/// is an int.
fn round_exact(m: &mut Runtime, value: Value, digits: Option<Value>) -> Outcome {
    let Some(digits) = digits else {
        return match exact_to_whole(m, value, RoundingMode::HalfEven)? {
            Some(whole) => m.new_int(whole),
            None => Ok(value),
        };
    };
    if value.kind() == Type::Decimal {
        if !matches!(digits.kind(), Type::Int | Type::Bool | Type::BigInt) {
            return Err(m.type_error("optional arg must be an integer"));
        }
        let digits = m.int_arg(digits)?;
        return round_decimal(m, value, digits);
    }
    let digits = m.int_arg(digits)?;
    round_fraction(m, value, digits)
}
