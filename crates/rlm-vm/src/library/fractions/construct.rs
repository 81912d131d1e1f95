//! `Fraction(value)` and `Fraction(numerator, denominator)`.

use num_bigint::BigInt;
use sift_strings::format::{NumberError, is_number_char, parse_int};
use sift_strings::methods::{decimal_value, is_space};

use crate::flow::{Flow, Outcome};
use crate::fraction::Fraction;
use crate::operate::Number;
use crate::runtime::{Args, Runtime};
use crate::value::{Type, Value};

pub(super) fn fraction(m: &mut Runtime, args: &Args) -> Outcome {
    let numerator = args.given(0).unwrap_or(Value::int(0));
    let Some(denominator) = args.some(1) else {
        return of_one(m, numerator);
    };
    let (Some(a), Some(b)) = (m.fraction_operand(numerator), m.fraction_operand(denominator)) else {
        return Err(m.type_error("both arguments should be Rational instances"));
    };
    m.charge_fractions(&a, &b)?;
    let (numerator, denominator) = (a.numerator() * b.denominator(), b.numerator() * a.denominator());
    m.fraction_of_parts(numerator, denominator)
}

fn of_one(m: &mut Runtime, value: Value) -> Outcome {
    match value.kind() {
        Type::Fraction => Ok(value),
        Type::Str => of_text(m, value),
        Type::Float | Type::Decimal => of_exact(m, value),
        _ => match m.fraction_operand(value) {
            Some(whole) => m.new_fraction(whole),
            None => Err(m.type_error("argument should be a string or a Rational instance")),
        },
    }
}

/// Takes a float or a decimal number as the ratio of integers that it is.
fn of_exact(m: &mut Runtime, value: Value) -> Outcome {
    let (numerator, denominator) = m.exact_ratio_of(value)?;
    m.fraction_of_parts(numerator, denominator)
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

/// A text, taken apart: sign and numerator, then a denominator, or decimals and an exponent.
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
        m.charge_digits(text.len() as u64)?;
        Parts::of(text)
    } else {
        None
    };
    let Some(parts) = parts else {
        let message = format!("Invalid literal for Fraction: {}", m.repr(value)?);
        let flow = m.value_error(message);
        return Err(m.with_help(flow, "write it as 3/4 or 0.75, without spaces between"));
    };
    let whole = m.int_of_digits(if parts.whole.is_empty() { "0" } else { &parts.whole })?;
    let sign = BigInt::from(if parts.negative { -1 } else { 1 });
    if let Some(denominator) = parts.denominator {
        let denominator = m.int_of_digits(&denominator)?;
        return m.fraction_of_parts(whole * sign, denominator);
    }
    let decimals = parts.decimals.len() as u64;
    let fraction = m.int_of_digits(if decimals == 0 { "0" } else { &parts.decimals })?;
    let exponent = match parts.exponent.as_str() {
        "" => 0_i64,
        exponent => exponent.parse().unwrap_or(if exponent.starts_with('-') {
            i64::MIN / 4
        } else {
            i64::MAX / 4
        }),
    };
    m.charge_digits(decimals.saturating_add(exponent.unsigned_abs()).saturating_mul(2))?;
    let scale = ten_to(decimals);
    let (mut numerator, mut denominator) = (whole * &scale + fraction, scale);
    if exponent >= 0 {
        numerator *= ten_to(exponent.unsigned_abs());
    } else {
        denominator *= ten_to(exponent.unsigned_abs());
    }
    m.fraction_of_parts(numerator * sign, denominator)
}

fn ten_to(exponent: u64) -> BigInt {
    BigInt::from(10).pow(u32::try_from(exponent).unwrap_or(u32::MAX))
}

impl Parts {
    /// Takes a text apart; none if it is no number.
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

/// Returns digits without the underscores between them; none if there is anything else.
fn digits(text: &str) -> Option<String> {
    let well_formed = text
        .split('_')
        .all(|group| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit()));
    well_formed.then(|| text.replace('_', ""))
}

impl Runtime {
    /// Makes a fraction of its parts.
    ///
    /// # Errors
    /// A `ZeroDivisionError`.
    pub(super) fn fraction_of_parts(&mut self, numerator: BigInt, denominator: BigInt) -> Outcome {
        let words = numerator.bits().max(denominator.bits()) / 64 + 1;
        self.meter.charge(words.saturating_mul(words))?;
        let shown = numerator.clone();
        match Fraction::new(&self.meter, numerator, denominator)? {
            Some(number) => self.new_fraction(number),
            None => Err(self.zero_fraction(&shown)),
        }
    }

    /// Makes the error of a fraction whose denominator is zero.
    pub(super) fn zero_fraction(&mut self, numerator: &BigInt) -> Flow {
        let numerator = match self.new_int(numerator.clone()).and_then(|value| self.repr(value)) {
            Ok(numerator) => numerator,
            Err(flow) => return flow,
        };
        self.zero_division(&format!("Fraction({numerator}, 0)"))
    }

    fn int_of_digits(&mut self, digits: &str) -> Result<BigInt, Flow> {
        parse_int(digits, 10).map_err(|error: NumberError| self.value_error(error.to_string()))
    }

    /// Returns a float or a decimal number as a ratio of integers.
    ///
    /// # Errors
    /// A `ValueError` or an `OverflowError` for what is not finite.
    fn exact_ratio_of(&mut self, value: Value) -> Result<(BigInt, BigInt), Flow> {
        let number = match (self.decimal_of(value).cloned(), self.number(value)) {
            (Some(number), _) => number,
            (None, Some(Number::Float(float))) => {
                self.meter.charge(400)?;
                sift_numbers::decimal::Decimal::of_float(float)
            }
            _ => return Err(self.type_error("argument should be a string or a Rational instance")),
        };
        let zeros = number.parts().map_or(0, |(_, exponent)| exponent.unsigned_abs());
        self.charge_digits(number.digits().saturating_add(zeros).saturating_mul(2))?;
        match number.to_ratio() {
            Some(ratio) => Ok(ratio),
            None if number.is_nan() => Err(self.value_error("cannot convert NaN to integer ratio")),
            None => Err(self.overflow_error("cannot convert Infinity to integer ratio")),
        }
    }
}
