//! The constructor `Decimal(value)`.

use num_bigint::BigUint;
use sift_numbers::decimal::{Decimal, Kind, Trap};
use sift_runtime::operate::Number;
use sift_runtime::runtime::{Args, Runtime};
use sift_strings::format::is_number_char;
use sift_text::Text;
use sift_values::flow::{Flow, Outcome};
use sift_values::object::Object;
use sift_values::value::{Type, Value};

use crate::decimal::computing::{charge_digits, computed_in, context_arg, decimal_context, decimal_error, new_decimal};

pub(super) fn decimal(m: &mut Runtime, args: &Args) -> Outcome {
    if let Some(context) = args.some(1) {
        context_arg(m, Some(context))?;
    }
    let Some(value) = args.given(0) else {
        return new_decimal(m, Decimal::small(0));
    };
    match value.kind() {
        Type::Decimal => Ok(value),
        Type::Str => {
            let number = parsed(m, value)?;
            new_decimal(m, number)
        }
        Type::Int | Type::Bool | Type::BigInt | Type::Float => of_number(m, value),
        Type::Tuple | Type::List => {
            let items = m.items(value)?;
            let number = of_parts(m, &items)?;
            new_decimal(m, number)
        }
        _ => {
            let message = format!("conversion from {} to Decimal is not supported", m.type_name(value));
            Err(m.type_error(message))
        }
    }
}

pub(super) fn from_float(m: &mut Runtime, args: &Args) -> Outcome {
    match args.get(0).kind() {
        Type::Int | Type::Bool | Type::BigInt | Type::Float => of_number(m, args.get(0)),
        _ => Err(m.type_error("argument must be int or float")),
    }
}

/// Parses a text as a decimal number. The cost grows faster than the number of digits.
pub(super) fn parsed(m: &mut Runtime, value: Value) -> Result<Decimal, Flow> {
    let text: Text = m.text(value)?;
    let text = text.as_str().unwrap_or_default();
    if !m.may_be_number(text, is_number_char)? {
        return Err(decimal_error(m, Trap::ConversionSyntax));
    }
    charge_digits(m, text.len() as u64)?;
    let context = decimal_context(m);
    computed_in(m, context, 0, |_| Decimal::parse(text))
}

fn of_number(m: &mut Runtime, value: Value) -> Outcome {
    let number = match m.number(value) {
        Some(Number::Float(float)) => {
            charge_digits(m, 400)?;
            Decimal::of_float(float)
        }
        Some(number) => {
            charge_digits(m, number.bits() / 3)?;
            Decimal::integer(&number.to_big().unwrap_or_default())
        }
        None => Decimal::nan(),
    };
    new_decimal(m, number)
}

/// Creates a decimal number from a sign, digits and an exponent.
fn of_parts(m: &mut Runtime, parts: &[Value]) -> Result<Decimal, Flow> {
    let [sign, digits, exponent] = parts else {
        return Err(m.value_error("argument must be a sequence of length 3"));
    };
    let Some(sign @ (0 | 1)) = sign.as_int() else {
        return Err(m.value_error("sign must be an integer with the value 0 or 1"));
    };
    let infinite = is_text(m, *exponent, "F");
    let coefficient = match m.heap.get(digits.handle()) {
        _ if infinite => BigUint::ZERO,
        Object::Tuple(items) if digits.kind() == Type::Tuple => of_digits(m, &items.clone())?,
        Object::List(items) if digits.kind() == Type::List => of_digits(m, &items.clone())?,
        _ => return Err(m.value_error("coefficient must be a tuple of digits")),
    };
    let negative = sign == 1;
    if exponent.kind() == Type::Str {
        let kind = if infinite {
            Kind::Infinite
        } else {
            let signaling = is_text(m, *exponent, "N");
            if !signaling && !is_text(m, *exponent, "n") {
                let message = "string argument in the third position must be 'F', 'n' or 'N'";
                return Err(m.value_error(message));
            }
            Kind::Nan {
                signaling,
                payload: coefficient,
            }
        };
        return Ok(Decimal { negative, kind });
    }
    let exponent = match m.number(*exponent) {
        Some(Number::Int(exponent)) => exponent.clamp(i64::MIN / 4, i64::MAX / 4),
        Some(Number::Big(_)) => return Err(decimal_error(m, Trap::InvalidOperation)),
        _ => return Err(m.value_error("exponent must be an integer")),
    };
    let number = Decimal::finite(negative, coefficient, exponent);
    number.within_bounds().map_err(|trap| decimal_error(m, trap))
}

fn of_digits(m: &mut Runtime, items: &[Value]) -> Result<BigUint, Flow> {
    charge_digits(m, items.len() as u64)?;
    let mut digits = Vec::with_capacity(items.len());
    for item in items {
        match item.as_int().and_then(|digit| u8::try_from(digit).ok()) {
            Some(digit @ 0..=9) => digits.push(digit),
            _ => return Err(m.value_error("coefficient must be a tuple of digits")),
        }
    }
    Ok(BigUint::from_radix_be(&digits, 10).unwrap_or_default())
}

fn is_text(m: &Runtime, value: Value, wanted: &str) -> bool {
    match m.heap.get(value.handle()) {
        Object::Str(text) if value.kind() == Type::Str => text.as_str() == Some(wanted),
        _ => false,
    }
}
