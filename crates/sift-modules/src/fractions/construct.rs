//! The constructor of fractions: `Fraction(value)` and `Fraction(numerator, denominator)`.

use num_bigint::BigInt;
use sift_runtime::operate::Number;
use sift_runtime::runtime::{Args, Runtime};
use sift_strings::format::{NumberError, is_number_char, parse_int};
use sift_strings::methods::{decimal_value, is_space};
use sift_values::flow::{Flow, Outcome};
use sift_values::fraction::Fraction;
use sift_values::value::{Type, Value};

use crate::decimal::computing::charge_digits;
use crate::fractions::{charge_fractions, fraction_operand, new_fraction};

pub(super) fn fraction(m: &mut Runtime, args: &Args) -> Outcome {
    let numerator = args.given(0).unwrap_or(Value::int(0));
    let Some(denominator) = args.some(1) else {
        return of_one(m, numerator);
    };
    let (Some(a), Some(b)) = (fraction_operand(m, numerator), fraction_operand(m, denominator)) else {
        return Err(m.type_error("both arguments should be Rational instances"));
    };
    charge_fractions(m, &a, &b)?;
    let (numerator, denominator) = (a.numerator() * b.denominator(), b.numerator() * a.denominator());
    fraction_of_parts(m, numerator, denominator)
}

fn of_one(m: &mut Runtime, value: Value) -> Outcome {
    match value.kind() {
        Type::Fraction => Ok(value),
        Type::Str => of_text(m, value),
        Type::Float | Type::Decimal => of_exact(m, value),
        _ => match fraction_operand(m, value) {
            Some(whole) => new_fraction(m, whole),
            None => Err(m.type_error("argument should be a string or a Rational instance")),
        },
    }
}

/// Converts a float or a decimal number to an exact fraction.
fn of_exact(m: &mut Runtime, value: Value) -> Outcome {
    let (numerator, denominator) = exact_ratio_of(m, value)?;
    fraction_of_parts(m, numerator, denominator)
}

pub(super) fn from_float(m: &mut Runtime, args: &Args) -> Outcome {
    match args.get(0).kind() {
        Type::Float | Type::Int | Type::Bool | Type::BigInt => of_one(m, args.get(0)),
        _ => only_takes(m, args.get(0), "from_float", "floats"),
    }
}

pub(super) fn from_decimal(m: &mut Runtime, args: &Args) -> Outcome {
    match args.get(0).kind() {
        Type::Decimal | Type::Int | Type::Bool | Type::BigInt => of_one(m, args.get(0)),
        _ => only_takes(m, args.get(0), "from_decimal", "Decimals"),
    }
}

fn only_takes(m: &mut Runtime, value: Value, name: &str, what: &str) -> Outcome {
    let shown = m.repr(value)?;
    let message = format!(
        "Fraction.{name}() only takes {what}, not {shown} ({})",
        m.class_name(value)
    );
    Err(m.type_error(message))
}

/// The components of a fraction's text: a sign and a numerator, then either a denominator or
/// decimals and an exponent.
#[derive(Debug, Default, PartialEq, Eq)]
struct Parts {
    negative: bool,
    whole: String,
    denominator: Option<String>,
    decimals: String,
    exponent: String,
}

fn of_text(m: &mut Runtime, value: Value) -> Outcome {
    let text = m.text(value)?;
    let text = text.as_str().unwrap_or_default();
    let parts = if m.may_be_number(text, is_number_char)? {
        charge_digits(m, text.len() as u64)?;
        Parts::of(text)
    } else {
        None
    };
    let Some(parts) = parts else {
        let message = format!("Invalid literal for Fraction: {}", m.repr(value)?);
        let flow = m.value_error(message);
        return Err(m.with_help(flow, "write it as 3/4 or 0.75, without spaces between"));
    };
    let whole = int_of_digits(m, if parts.whole.is_empty() { "0" } else { &parts.whole })?;
    let sign = BigInt::from(if parts.negative { -1 } else { 1 });
    if let Some(denominator) = parts.denominator {
        let denominator = int_of_digits(m, &denominator)?;
        return fraction_of_parts(m, whole * sign, denominator);
    }
    let decimals = parts.decimals.len() as u64;
    let fraction = int_of_digits(m, if decimals == 0 { "0" } else { &parts.decimals })?;
    let exponent = match parts.exponent.as_str() {
        "" => 0_i64,
        exponent => exponent.parse().unwrap_or(if exponent.starts_with('-') {
            i64::MIN / 4
        } else {
            i64::MAX / 4
        }),
    };
    charge_digits(m, decimals.saturating_add(exponent.unsigned_abs()).saturating_mul(2))?;
    let scale = ten_to(decimals);
    let (mut numerator, mut denominator) = (whole * &scale + fraction, scale);
    if exponent >= 0 {
        numerator *= ten_to(exponent.unsigned_abs());
    } else {
        denominator *= ten_to(exponent.unsigned_abs());
    }
    fraction_of_parts(m, numerator * sign, denominator)
}

fn ten_to(exponent: u64) -> BigInt {
    BigInt::from(10).pow(u32::try_from(exponent).unwrap_or(u32::MAX))
}

impl Parts {
    /// Splits the text of a fraction into its components. Returns `None` if the text isn't a
    /// number.
    fn of(text: &str) -> Option<Self> {
        let ascii: String = text
            .trim_matches(is_space)
            .chars()
            .map(|char| decimal_value(char).map_or(char, |digit| char::from(b'0'.saturating_add(digit))))
            .collect();
        let (negative, rest) = match ascii.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, ascii.strip_prefix('+').unwrap_or(&ascii)),
        };
        let mut parts = Self {
            negative,
            ..Self::default()
        };
        if let Some((whole, denominator)) = rest.split_once('/') {
            (parts.whole, parts.denominator) = (digits(whole)?, Some(digits(denominator)?));
            return Some(parts);
        }
        let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, Some(exponent)),
            None => (rest, None),
        };
        let (whole, decimals) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        if whole.is_empty() && decimals.is_empty() {
            return None;
        }
        if !whole.is_empty() {
            parts.whole = digits(whole)?;
        }
        if !decimals.is_empty() {
            parts.decimals = digits(decimals)?;
        }
        if let Some(exponent) = exponent {
            let unsigned = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            let sign = if exponent.starts_with('-') { "-" } else { "" };
            parts.exponent = format!("{sign}{}", digits(unsigned)?);
        }
        Some(parts)
    }
}

/// Removes single underscores between digits, or returns `None` if the text isn't a number.
fn digits(text: &str) -> Option<String> {
    let well_formed = text
        .split('_')
        .all(|group| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit()));
    well_formed.then(|| text.replace('_', ""))
}

/// Creates a fraction value from a numerator and a denominator.
///
/// # Errors
/// A `ZeroDivisionError` if the denominator is zero.
fn fraction_of_parts(m: &mut Runtime, numerator: BigInt, denominator: BigInt) -> Outcome {
    let words = numerator.bits().max(denominator.bits()) / 64 + 1;
    m.meter.charge(words.saturating_mul(words))?;
    let shown = numerator.clone();
    match Fraction::new(&m.meter, numerator, denominator)? {
        Some(number) => new_fraction(m, number),
        None => Err(zero_fraction(m, &shown)),
    }
}

/// Creates the `ZeroDivisionError` for a fraction with denominator zero.
pub(super) fn zero_fraction(m: &mut Runtime, numerator: &BigInt) -> Flow {
    let numerator = match m.new_int(numerator.clone()).and_then(|value| m.repr(value)) {
        Ok(numerator) => numerator,
        Err(flow) => return flow,
    };
    m.zero_division(&format!("Fraction({numerator}, 0)"))
}

fn int_of_digits(m: &mut Runtime, digits: &str) -> Result<BigInt, Flow> {
    parse_int(digits, 10).map_err(|error: NumberError| m.value_error(error.to_string()))
}

/// Converts a float or a decimal number to a ratio of two integers.
///
/// # Errors
/// A `ValueError` or an `OverflowError` if the number isn't finite.
fn exact_ratio_of(m: &mut Runtime, value: Value) -> Result<(BigInt, BigInt), Flow> {
    let number = match (m.decimal_of(value).cloned(), m.number(value)) {
        (Some(number), _) => number,
        (None, Some(Number::Float(float))) => {
            m.meter.charge(400)?;
            sift_numbers::decimal::Decimal::of_float(float)
        }
        _ => return Err(m.type_error("argument should be a string or a Rational instance")),
    };
    let zeros = number.parts().map_or(0, |(_, exponent)| exponent.unsigned_abs());
    charge_digits(m, number.digits().saturating_add(zeros).saturating_mul(2))?;
    match number.to_ratio() {
        Some(ratio) => Ok(ratio),
        None if number.is_nan() => Err(m.value_error("cannot convert NaN to integer ratio")),
        None => Err(m.overflow_error("cannot convert Infinity to integer ratio")),
    }
}
