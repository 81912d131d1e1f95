//! Methods of numbers. (The module `math` is implemented in the crate `sift-modules`.)

use num_bigint::BigInt;
use sift_runtime::operate::{Number, exact_ratio};
use sift_runtime::runtime::{Args, Entry, Group, Runtime};
use sift_runtime::table::{Owner, entry};
use sift_strings::format::{FloatHexError, float_hex, is_int_char, parse_float_hex};
use sift_values::flow::Outcome;
use sift_values::value::{Type, Value};

const RATIO: Entry = entry(
    "as_integer_ratio() -> tuple",
    "Returns two ints whose quotient is the number, the second above zero.",
    as_integer_ratio,
);

const CONJUGATE: Entry = entry("conjugate()", "Returns the number itself.", |m, a| {
    let number = m.number(a.receiver).unwrap_or(Number::Int(0));
    m.new_number(number)
});

pub(super) const GROUPS: &[Group] = &[
    Group {
        owner: Owner::Method(&[Type::Int, Type::Bool, Type::BigInt]),
        rows: &[
            entry(
                "bit_length() -> int",
                "Returns how many bits the magnitude has.",
                bit_length,
            ),
            entry("bit_count() -> int", "Counts the ones of the magnitude.", bit_count),
            RATIO,
            CONJUGATE,
        ],
    },
    Group {
        owner: Owner::Class("float"),
        rows: &[FROM_HEX],
    },
    Group {
        owner: Owner::Method(&[Type::Float]),
        rows: &[
            entry("hex() -> str", "Writes the number exactly, in base 16.", hex),
            entry("is_integer() -> bool", "Tells whether the number is whole.", is_integer),
            RATIO,
            CONJUGATE,
        ],
    },
];

/// The library entry of the class method `float.fromhex`.
const FROM_HEX: Entry = entry(
    "fromhex(string, /) -> float",
    "Reads a number in base 16, as hex writes it.",
    from_hex,
);

fn hex(m: &mut Runtime, args: &Args) -> Outcome {
    let value = args.receiver.raw_float();
    m.alloc_text(float_hex(value))
}

fn from_hex(m: &mut Runtime, args: &Args) -> Outcome {
    if args.get(0).kind() != Type::Str {
        return Err(m.type_error("bad argument type for built-in operation"));
    }
    let text = m.text(args.get(0))?;
    let text = text.as_str().unwrap_or_default();
    m.meter.charge_items(text.len())?;
    let read = if m.may_be_number(text, is_int_char)? {
        parse_float_hex(text)
    } else {
        Err(FloatHexError::Invalid)
    };
    match read {
        Ok(value) => Ok(Value::float(value)),
        Err(FloatHexError::TooLarge) => Err(m.overflow_error("hexadecimal value too large to represent as a float")),
        Err(error @ FloatHexError::Invalid) => Err(m.value_error(error.to_string())),
    }
}

fn bit_length(m: &mut Runtime, args: &Args) -> Outcome {
    let bits = m.number(args.receiver).map_or(0, |number| number.bits());
    Ok(Value::int(i64::try_from(bits).unwrap_or(i64::MAX)))
}

fn bit_count(m: &mut Runtime, args: &Args) -> Outcome {
    let number = m.number(args.receiver).unwrap_or(Number::Int(0));
    m.meter.charge(number.bits() / 64)?;
    let value = number.to_big().unwrap_or_default();
    let ones: u64 = value
        .magnitude()
        .iter_u64_digits()
        .map(|digit| u64::from(digit.count_ones()))
        .sum();
    Ok(Value::int(i64::try_from(ones).unwrap_or(i64::MAX)))
}

fn is_integer(_: &mut Runtime, args: &Args) -> Outcome {
    let value = args.receiver.raw_float();
    Ok(Value::bool(value.is_finite() && value.fract() == 0.0))
}

fn as_integer_ratio(m: &mut Runtime, args: &Args) -> Outcome {
    let (numerator, denominator) = match m.number(args.receiver) {
        Some(Number::Float(value)) if value.is_nan() => {
            return Err(m.value_error("cannot convert NaN to integer ratio"));
        }
        Some(Number::Float(value)) if value.is_infinite() => {
            return Err(m.overflow_error("cannot convert Infinity to integer ratio"));
        }
        Some(Number::Float(value)) => exact_ratio(value),
        Some(number) => (number.to_big().unwrap_or_default(), BigInt::from(1)),
        None => return Ok(Value::NONE),
    };
    let pair = [m.new_int(numerator)?, m.new_int(denominator)?];
    m.alloc_tuple(pair)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_exact_and_in_lowest_terms() {
        let ratio = |value| {
            let (numerator, denominator) = exact_ratio(value);
            (numerator.to_string(), denominator.to_string())
        };
        assert_eq!(ratio(2.5), ("5".into(), "2".into()));
        assert_eq!(ratio(-0.0), ("0".into(), "1".into()));
        assert_eq!(ratio(1e16), ("10000000000000000".into(), "1".into()));
        assert_eq!(ratio(5e-324).1.len(), 324);
    }
}
