//! Methods of decimal numbers.

use std::cmp::Ordering;

use sift_numbers::decimal::{Context, Decimal, Kind, Rounding, Trap};
use sift_runtime::runtime::{Args, Entry, Runtime};
use sift_runtime::table::entry;
use sift_syntax::ast::BinaryOp;
use sift_values::flow::{Flow, Outcome};
use sift_values::object::{Object, TupleClassObject};
use sift_values::value::{Type, Value};
use smol_str::SmolStr;

use super::operators::digits_of_operation;
use crate::decimal::computing::{
    charge_digits, context_arg, decimal_arg, in_context, new_decimal, rounding_arg, settings_of,
};
use crate::decimal::operators::charge_transcendental;

pub(super) const ROWS: &[Entry] = &[
    entry(
        "quantize(exp, rounding=None, context=None) -> Decimal",
        "Rounds to the decimals of another number: d.quantize(Decimal(\"0.01\")).",
        quantize,
    ),
    entry(
        "normalize(context=None) -> Decimal",
        "Drops the zeros at the end.",
        |m, a| rounded(m, a, 0, Decimal::normalize),
    ),
    entry("sqrt(context=None) -> Decimal", "Returns the square root.", sqrt),
    entry("exp(context=None) -> Decimal", "Raises e to the number.", |m, a| {
        transcendental(m, a, Decimal::exp)
    }),
    entry(
        "ln(context=None) -> Decimal",
        "Returns the natural logarithm.",
        |m, a| transcendental(m, a, Decimal::ln),
    ),
    entry(
        "log10(context=None) -> Decimal",
        "Returns the logarithm to base ten.",
        |m, a| transcendental(m, a, Decimal::log10),
    ),
    entry(
        "logb(context=None) -> Decimal",
        "Returns the exponent of the first digit.",
        |m, a| rounded(m, a, 0, Decimal::exponent_of_first),
    ),
    entry(
        "to_integral_value(rounding=None, context=None) -> Decimal",
        "Rounds to a whole number.",
        |m, a| to_integral(m, a, Decimal::to_integral),
    ),
    entry(
        "to_integral(rounding=None, context=None) -> Decimal",
        "Rounds to a whole number.",
        |m, a| to_integral(m, a, Decimal::to_integral),
    ),
    entry(
        "to_integral_exact(rounding=None, context=None) -> Decimal",
        "Rounds to a whole number, and notes in the context if that changed it.",
        |m, a| to_integral(m, a, Decimal::to_integral_exact),
    ),
    entry(
        "compare(other, context=None) -> Decimal",
        "Returns -1, 0 or 1 as the number is less than another, equal or greater.",
        |m, a| with_other(m, a, Decimal::compared),
    ),
    entry(
        "max(other, context=None) -> Decimal",
        "Returns the larger of two numbers.",
        |m, a| with_other(m, a, |x, y, context| x.extreme(y, true, context)),
    ),
    entry(
        "min(other, context=None) -> Decimal",
        "Returns the smaller of two numbers.",
        |m, a| with_other(m, a, |x, y, context| x.extreme(y, false, context)),
    ),
    entry(
        "max_mag(other, context=None) -> Decimal",
        "Returns the number with the larger magnitude.",
        |m, a| with_other(m, a, |x, y, context| x.extreme_magnitude(y, true, context)),
    ),
    entry(
        "min_mag(other, context=None) -> Decimal",
        "Returns the number with the smaller magnitude.",
        |m, a| with_other(m, a, |x, y, context| x.extreme_magnitude(y, false, context)),
    ),
    entry(
        "remainder_near(other, context=None) -> Decimal",
        "Returns the remainder that is nearest to zero.",
        |m, a| with_other(m, a, Decimal::remainder_near),
    ),
    entry(
        "scaleb(other, context=None) -> Decimal",
        "Multiplies by ten to a power.",
        |m, a| with_other(m, a, Decimal::scale_by_power),
    ),
    entry(
        "copy_sign(other, context=None) -> Decimal",
        "Returns the number with the sign of another.",
        |m, a| with_other(m, a, |x, y, _| Ok(x.clone().with_sign(y.negative))),
    ),
    entry(
        "compare_total(other, context=None) -> Decimal",
        "Compares as compare does, but tells apart numbers that differ in their zeros alone.",
        |m, a| with_other(m, a, |x, y, _| Ok(Decimal::small(x.compare_total(y) as i64))),
    ),
    entry(
        "compare_total_mag(other, context=None) -> Decimal",
        "Compares as compare_total does, without the signs.",
        |m, a| {
            with_other(m, a, |x, y, _| {
                let (x, y) = (x.clone().with_sign(false), y.clone().with_sign(false));
                Ok(Decimal::small(x.compare_total(&y) as i64))
            })
        },
    ),
    entry(
        "compare_signal(other, context=None) -> Decimal",
        "Compares as compare does, but raises InvalidOperation for NaN.",
        |m, a| with_other(m, a, Decimal::compared_signaling),
    ),
    entry(
        "same_quantum(other, context=None) -> bool",
        "Tells whether two numbers have as many decimals.",
        same_quantum,
    ),
    entry(
        "fma(other, third, context=None) -> Decimal",
        "Multiplies and adds, with one rounding at the end.",
        fma,
    ),
    entry(
        "next_plus(context=None) -> Decimal",
        "Returns the next larger number of the context's precision.",
        |m, a| next(m, a, true),
    ),
    entry(
        "next_minus(context=None) -> Decimal",
        "Returns the next smaller number of the context's precision.",
        |m, a| next(m, a, false),
    ),
    entry(
        "next_toward(other, context=None) -> Decimal",
        "Returns the next number of the context's precision in the direction of another.",
        |m, a| {
            with_other(m, a, |x, y, context| match context.nan_or_order(x, y)? {
                Err(nan) => Ok(nan),
                Ok(Ordering::Equal) => Ok(x.clone().with_sign(y.negative)),
                Ok(ordering) => x.next(ordering.is_lt(), context),
            })
        },
    ),
    entry(
        "copy_abs() -> Decimal",
        "Returns the number without its sign.",
        |m, a| {
            let number = own(m, a).with_sign(false);
            new_decimal(m, number)
        },
    ),
    entry(
        "copy_negate() -> Decimal",
        "Returns the number with the other sign.",
        |m, a| {
            let number = own(m, a);
            let negative = !number.negative;
            new_decimal(m, number.with_sign(negative))
        },
    ),
    entry("conjugate() -> Decimal", "Returns the number itself.", |_, a| {
        Ok(a.receiver)
    }),
    entry("canonical() -> Decimal", "Returns the number itself.", |_, a| {
        Ok(a.receiver)
    }),
    entry(
        "adjusted() -> int",
        "Returns the exponent of the first digit.",
        |m, a| Ok(Value::int(own(m, a).adjusted())),
    ),
    entry("as_tuple()", "Returns sign, digits and exponent.", as_tuple),
    entry(
        "as_integer_ratio() -> tuple",
        "Returns two ints whose quotient is the number, the second above zero.",
        as_integer_ratio,
    ),
    entry(
        "to_eng_string(context=None) -> str",
        "Writes the number with an exponent that is a multiple of three, if it needs one.",
        to_eng_string,
    ),
    entry(
        "number_class(context=None) -> str",
        "Says what kind of number it is: '+Normal', '-Zero', 'NaN' and so on.",
        number_class,
    ),
    entry(
        "is_finite() -> bool",
        "Tells whether it is neither infinite nor NaN.",
        |m, a| is(m, a, Decimal::is_finite),
    ),
    entry("is_infinite() -> bool", "Tells whether it is infinite.", |m, a| {
        is(m, a, Decimal::is_infinite)
    }),
    entry("is_nan() -> bool", "Tells whether it is not a number.", |m, a| {
        is(m, a, Decimal::is_nan)
    }),
    entry("is_qnan() -> bool", "Tells whether it is a quiet NaN.", |m, a| {
        is(m, a, |number| number.is_nan() && !number.is_signaling())
    }),
    entry("is_snan() -> bool", "Tells whether it is a signaling NaN.", |m, a| {
        is(m, a, Decimal::is_signaling)
    }),
    entry("is_signed() -> bool", "Tells whether it has a minus sign.", |m, a| {
        is(m, a, |number| number.negative)
    }),
    entry("is_zero() -> bool", "Tells whether it is zero.", |m, a| {
        is(m, a, Decimal::is_zero)
    }),
    entry("is_canonical() -> bool", "Returns True.", |m, a| is(m, a, |_| true)),
    entry(
        "is_normal(context=None) -> bool",
        "Tells whether it is neither zero nor too small for full precision.",
        |m, a| size_class(m, a, false),
    ),
    entry(
        "is_subnormal(context=None) -> bool",
        "Tells whether it is too small for full precision, and not zero.",
        |m, a| size_class(m, a, true),
    ),
    entry("radix() -> Decimal", "Returns 10.", |m, _| {
        new_decimal(m, Decimal::small(10))
    }),
];

/// Returns the receiver of a method call as a decimal number.
fn own(m: &Runtime, args: &Args) -> Decimal {
    m.decimal_of(args.receiver).cloned().unwrap_or_else(Decimal::nan)
}

/// Calls a function with the receiver, a decimal number, and a context. The context is the optional
/// argument at `index`.
fn rounded(
    m: &mut Runtime,
    args: &Args,
    index: usize,
    work: fn(&Decimal, &mut Context) -> Result<Decimal, Trap>,
) -> Outcome {
    let context = context_arg(m, args.some(index))?;
    let number = own(m, args);
    in_context(m, context, number.digits(), |context| work(&number, context))
}

fn sqrt(m: &mut Runtime, args: &Args) -> Outcome {
    let context = context_arg(m, args.some(0))?;
    let number = own(m, args);
    let precision = settings_of(m, context).unwrap_or_default().precision;
    let digits = number.digits().saturating_add(precision.saturating_mul(2));
    charge_digits(m, digits.saturating_mul(4))?;
    in_context(m, context, digits, |context| number.sqrt(context))
}

fn transcendental(m: &mut Runtime, args: &Args, work: fn(&Decimal, &mut Context) -> Result<Decimal, Trap>) -> Outcome {
    let context = context_arg(m, args.some(0))?;
    let number = own(m, args);
    let precision = settings_of(m, context).unwrap_or_default().precision;
    charge_transcendental(m, precision.saturating_add(20))?;
    in_context(m, context, number.digits().saturating_add(precision), |context| {
        work(&number, context)
    })
}

/// Calls a function with the receiver and the first argument, both decimal numbers, and a context.
fn with_other(
    m: &mut Runtime,
    args: &Args,
    work: fn(&Decimal, &Decimal, &mut Context) -> Result<Decimal, Trap>,
) -> Outcome {
    let context = context_arg(m, args.some(1))?;
    let (a, b) = (own(m, args), decimal_arg(m, args.get(0))?);
    let precision = settings_of(m, context).unwrap_or_default().precision;
    let digits = digits_of_operation(BinaryOp::Modulo, &a, &b, precision);
    in_context(m, context, digits, |context| work(&a, &b, context))
}

fn quantize(m: &mut Runtime, args: &Args) -> Outcome {
    let context = context_arg(m, args.some(2))?;
    let (a, b) = (own(m, args), decimal_arg(m, args.get(0))?);
    let rounding = rounding_arg(m, args.some(1))?;
    let precision = settings_of(m, context).unwrap_or_default().precision;
    let digits = digits_of_operation(BinaryOp::Modulo, &a, &b, precision);
    in_context(m, context, digits, |context| a.quantize(&b, rounding, context))
}

fn to_integral(
    m: &mut Runtime,
    args: &Args,
    work: fn(&Decimal, Option<Rounding>, &mut Context) -> Result<Decimal, Trap>,
) -> Outcome {
    let context = context_arg(m, args.some(1))?;
    let rounding = rounding_arg(m, args.some(0))?;
    let number = own(m, args);
    in_context(m, context, number.digits(), |context| work(&number, rounding, context))
}

fn same_quantum(m: &mut Runtime, args: &Args) -> Outcome {
    let (a, b) = (own(m, args), decimal_arg(m, args.get(0))?);
    Ok(Value::bool(match (a.parts(), b.parts()) {
        (Some((_, a)), Some((_, b))) => a == b,
        _ => (a.is_nan() && b.is_nan()) || (a.is_infinite() && b.is_infinite()),
    }))
}

fn fma(m: &mut Runtime, args: &Args) -> Outcome {
    let context = context_arg(m, args.some(2))?;
    let (a, b) = (own(m, args), decimal_arg(m, args.get(0))?);
    let c = decimal_arg(m, args.get(1))?;
    let settings = settings_of(m, context).unwrap_or_default();
    let digits = a.digits().saturating_add(b.digits()).saturating_add(c.digits());
    in_context(
        m,
        context,
        digits.saturating_mul(2).saturating_add(settings.precision),
        |context| a.fused_multiply_add(&b, &c, context),
    )
}

fn next(m: &mut Runtime, args: &Args, up: bool) -> Outcome {
    let context = context_arg(m, args.some(0))?;
    let number = own(m, args);
    let precision = settings_of(m, context).unwrap_or_default().precision;
    in_context(m, context, number.digits().saturating_add(precision), |context| {
        number.next(up, context)
    })
}

fn as_tuple(m: &mut Runtime, args: &Args) -> Outcome {
    let number = own(m, args);
    charge_digits(m, number.digits())?;
    let (digits, exponent) = match &number.kind {
        Kind::Finite { coefficient, exponent } => (coefficient.to_string(), Value::int(*exponent)),
        Kind::Infinite => ("0".to_owned(), m.alloc_text("F")?),
        Kind::Nan { signaling, payload } => {
            let name = if *signaling { "N" } else { "n" };
            let digits = if payload.bits() == 0 {
                String::new()
            } else {
                payload.to_string()
            };
            (digits, m.alloc_text(name)?)
        }
    };
    let digits: Vec<Value> = digits
        .bytes()
        .map(|digit| Value::int(i64::from(digit - b'0')))
        .collect();
    let digits = m.alloc_tuple(digits)?;
    let class = TupleClassObject {
        name: "DecimalTuple".into(),
        fields: ["sign", "digits", "exponent"].map(SmolStr::new_static).into(),
        defaults: m.alloc_tuple([])?,
    };
    let class = m.alloc(Type::TupleClass, Object::TupleClass(Box::new(class)))?;
    m.named_tuple(class, vec![Value::int(i64::from(number.negative)), digits, exponent])
}

fn as_integer_ratio(m: &mut Runtime, args: &Args) -> Outcome {
    let number = own(m, args);
    let zeros = match number.parts() {
        Some((_, exponent)) => exponent.unsigned_abs(),
        None => return Err(not_a_ratio(m, &number)),
    };
    charge_digits(m, number.digits().saturating_add(zeros).saturating_mul(2))?;
    let Some((numerator, denominator)) = number.to_ratio() else {
        return Err(not_a_ratio(m, &number));
    };
    let pair = [m.new_int(numerator)?, m.new_int(denominator)?];
    m.alloc_tuple(pair)
}

/// Creates the exception for NaN or an infinity, which has no integer ratio.
pub(super) fn not_a_ratio(m: &mut Runtime, number: &Decimal) -> Flow {
    if number.is_nan() {
        m.value_error("cannot convert NaN to integer ratio")
    } else {
        m.overflow_error("cannot convert Infinity to integer ratio")
    }
}

fn to_eng_string(m: &mut Runtime, args: &Args) -> Outcome {
    let context = context_arg(m, args.some(0))?;
    let number = own(m, args);
    charge_digits(m, number.digits())?;
    let capitals = settings_of(m, context).unwrap_or_default().capitals;
    m.alloc_text(number.to_engineering_text(capitals))
}

fn is(m: &mut Runtime, args: &Args, test: impl Fn(&Decimal) -> bool) -> Outcome {
    Ok(Value::bool(m.decimal_of(args.receiver).is_some_and(test)))
}

fn size_class(m: &mut Runtime, args: &Args, subnormal: bool) -> Outcome {
    let context = context_arg(m, args.some(0))?;
    let settings = settings_of(m, context).unwrap_or_default();
    is(m, args, |number| {
        number.is_finite() && !number.is_zero() && (number.adjusted() < settings.min_exponent) == subnormal
    })
}

fn number_class(m: &mut Runtime, args: &Args) -> Outcome {
    let context = context_arg(m, args.some(0))?;
    let settings = settings_of(m, context).unwrap_or_default();
    let number = own(m, args);
    let name = match number.kind {
        Kind::Nan { signaling: true, .. } => return m.alloc_text("sNaN"),
        Kind::Nan { .. } => return m.alloc_text("NaN"),
        Kind::Infinite => "Infinity",
        Kind::Finite { .. } if number.is_zero() => "Zero",
        Kind::Finite { .. } if number.adjusted() < settings.min_exponent => "Subnormal",
        Kind::Finite { .. } => "Normal",
    };
    let sign = if number.negative { '-' } else { '+' };
    m.alloc_text(format!("{sign}{name}"))
}

/// Returns an attribute of a decimal number that isn't a method, or `None` if there is no such
/// attribute.
pub(crate) fn decimal_attribute(m: &mut Runtime, value: Value, name: &str) -> Result<Option<Value>, Flow> {
    match name {
        "real" => Ok(Some(value)),
        "imag" => new_decimal(m, Decimal::small(0)).map(Some),
        _ => Ok(None),
    }
}
