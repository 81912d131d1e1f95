//! The module `fractions`: quotients of integers as values. This module charges fuel for the
//! arithmetic, which is in `sift_values::fraction`.

pub(crate) mod construct;
pub mod operators;

use num_bigint::BigInt;
use sift_runtime::operate::Number;
use sift_runtime::runtime::{Args, Entry, Group, Runtime};
use sift_runtime::table::{Owner, entry};
use sift_values::classes::ClassId;
use sift_values::cost;
use sift_values::flow::{Flow, Outcome};
use sift_values::fraction::Fraction;
use sift_values::object::Object;
use sift_values::value::{Type, Value};

/// The native functions of `fractions`, grouped by module or class.
pub const GROUPS: &[Group] = &[
    Group {
        owner: Owner::Constructor("Fraction"),
        rows: &[entry(
            "Fraction(numerator=0, denominator=None) -> Fraction",
            "Makes a fraction of two ints, of a text such as '3/4' or '1.5', or of one number (exactly).",
            construct::fraction,
        )],
    },
    Group {
        owner: Owner::Class("Fraction"),
        rows: &[
            entry(
                "from_float(f) -> Fraction",
                "Makes a fraction of a float, exactly.",
                construct::from_float,
            ),
            entry(
                "from_decimal(dec) -> Fraction",
                "Makes a fraction of a Decimal, exactly.",
                construct::from_decimal,
            ),
        ],
    },
    Group {
        owner: Owner::Method(&[Type::Fraction]),
        rows: ROWS,
    },
];

/// The attributes of fractions that aren't methods.
pub const FRACTION_ATTRIBUTES: [&str; 4] = ["numerator", "denominator", "real", "imag"];

const ROWS: &[Entry] = &[
    entry(
        "limit_denominator(max_denominator=1000000) -> Fraction",
        "Returns the nearest fraction with a denominator that is not larger.",
        limit_denominator,
    ),
    entry(
        "as_integer_ratio() -> tuple",
        "Returns numerator and denominator.",
        |m, a| {
            charge_fraction(m, a.receiver)?;
            let Some(number) = m.fraction_of(a.receiver).cloned() else {
                return Ok(Value::NONE);
            };
            let pair = [
                m.new_int(number.numerator().clone())?,
                m.new_int(number.denominator().clone())?,
            ];
            m.alloc_tuple(pair)
        },
    ),
    entry("conjugate() -> Fraction", "Returns the number itself.", |_, a| {
        Ok(a.receiver)
    }),
];

/// Returns the members of the module `fractions` that aren't functions: its classes.
pub fn module_values() -> impl Iterator<Item = (&'static str, &'static str, Value)> {
    let classes = ["Fraction", "Decimal"].into_iter();
    classes.filter_map(|name| Some(("fractions", name, ClassId::named(name)?.value())))
}

fn limit_denominator(m: &mut Runtime, args: &Args) -> Outcome {
    let Some(number) = m.fraction_of(args.receiver).cloned() else {
        return Ok(Value::NONE);
    };
    let most = match args.given(0) {
        None => BigInt::from(1_000_000),
        Some(most) => match m.number(most).and_then(|most| most.to_big()) {
            Some(most) => most,
            None => {
                let message = format!("'{}' object cannot be interpreted as an integer", m.type_name(most));
                return Err(m.type_error(message));
            }
        },
    };
    if most < BigInt::from(1) {
        return Err(m.value_error("max_denominator should be at least 1"));
    }
    // Each step of the continued fraction reduces the smaller part by more than half a bit.
    let bits = number.bits();
    m.meter.charge(bits.saturating_mul(bits / 64 + 4))?;
    charge_fractions(m, &number, &number)?;
    let nearest = number.limit_denominator(&m.meter, &most)?;
    new_fraction(m, nearest)
}

/// Allocates a fraction on the heap.
pub(crate) fn new_fraction(m: &mut Runtime, number: Fraction) -> Outcome {
    m.alloc(Type::Fraction, Object::Fraction(Box::new(number)))
}

/// Charges fuel for an operation on two fractions: products of their numerators and denominators,
/// and a greatest common divisor.
///
/// # Errors
/// An exceeded limit.
pub(crate) fn charge_fractions(m: &mut Runtime, a: &Fraction, b: &Fraction) -> Result<(), Flow> {
    let words = a.bits().saturating_add(b.bits()) / 64 + 1;
    m.meter
        .charge(words.saturating_mul(words).saturating_mul(4).saturating_add(8))?;
    m.reserve(usize::try_from(words.saturating_mul(32)).unwrap_or(usize::MAX))
}

/// Charges fuel for copying the numerator and denominator of a fraction.
fn charge_fraction(m: &mut Runtime, value: Value) -> Result<(), Flow> {
    let bits = m.fraction_of(value).map_or(0, Fraction::bits);
    m.meter.charge(cost::product(bits, 0))
}

/// Converts a fraction or an int to a fraction, or returns `None` for other values.
pub(crate) fn fraction_operand(m: &Runtime, value: Value) -> Option<Fraction> {
    if let Some(number) = m.fraction_of(value) {
        return Some(number.clone());
    }
    match m.number(value)? {
        Number::Float(_) => None,
        number => number.to_big().map(Fraction::whole),
    }
}

/// Returns an attribute of a fraction that isn't a method, or `None` if there is no such attribute.
pub(crate) fn fraction_attribute(m: &mut Runtime, value: Value, name: &str) -> Result<Option<Value>, Flow> {
    charge_fraction(m, value)?;
    let Some(number) = m.fraction_of(value).cloned() else {
        return Ok(None);
    };
    match name {
        "numerator" => m.new_int(number.numerator().clone()).map(Some),
        "denominator" => m.new_int(number.denominator().clone()).map(Some),
        "real" => Ok(Some(value)),
        "imag" => Ok(Some(Value::int(0))),
        _ => Ok(None),
    }
}

/// Returns the decimal digits of a fraction's numerator and denominator.
pub(crate) fn fraction_texts(m: &mut Runtime, value: Value) -> Result<(String, String), Flow> {
    let Some(number) = m.fraction_of(value).cloned() else {
        return Ok((String::new(), String::new()));
    };
    Ok((int_text(m, number.numerator())?, int_text(m, number.denominator())?))
}

fn int_text(m: &mut Runtime, value: &BigInt) -> Result<String, Flow> {
    let value = m.new_int(value.clone())?;
    m.repr(value)
}
