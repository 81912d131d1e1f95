//! Methods of numbers, and `math`.

use num_bigint::BigInt;
use num_integer::Integer as _;
use num_traits::{Signed as _, ToPrimitive as _};
use rlm_syntax::ast::BinaryOp;

use super::table::{Group, Owner, entry, iterating};
use crate::flow::{Flow, Outcome};
use crate::machine::{Args, Interpreter};
use crate::operate::Number;
use crate::value::{Type, Value};

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
        ],
    },
    Group {
        owner: Owner::Method(&[Type::Float]),
        rows: &[entry(
            "is_integer() -> bool",
            "Tells whether the number is whole.",
            is_integer,
        )],
    },
    Group {
        owner: Owner::Module("math"),
        rows: &[
            entry("ceil(x, /) -> int", "Rounds up.", |m, a| to_whole(m, a, libm::ceil)),
            entry("floor(x, /) -> int", "Rounds down.", |m, a| to_whole(m, a, libm::floor)),
            entry("trunc(x, /) -> int", "Rounds towards zero.", |m, a| {
                to_whole(m, a, libm::trunc)
            }),
            entry("fabs(x, /) -> float", "Returns the absolute value.", |m, a| {
                of_one(m, a, libm::fabs)
            }),
            entry("sqrt(x, /) -> float", "Returns the square root.", |m, a| {
                of_one(m, a, libm::sqrt)
            }),
            entry("cbrt(x, /) -> float", "Returns the cube root.", |m, a| {
                of_one(m, a, libm::cbrt)
            }),
            entry("exp(x, /) -> float", "Raises e to a power.", |m, a| {
                of_one(m, a, libm::exp)
            }),
            entry("sin(x, /) -> float", "Returns the sine.", |m, a| {
                of_one(m, a, libm::sin)
            }),
            entry("cos(x, /) -> float", "Returns the cosine.", |m, a| {
                of_one(m, a, libm::cos)
            }),
            entry("tan(x, /) -> float", "Returns the tangent.", |m, a| {
                of_one(m, a, libm::tan)
            }),
            entry("asin(x, /) -> float", "Returns the angle of a sine.", |m, a| {
                of_one(m, a, libm::asin)
            }),
            entry("acos(x, /) -> float", "Returns the angle of a cosine.", |m, a| {
                of_one(m, a, libm::acos)
            }),
            entry("atan(x, /) -> float", "Returns the angle of a tangent.", |m, a| {
                of_one(m, a, libm::atan)
            }),
            entry("tanh(x, /) -> float", "Returns the hyperbolic tangent.", |m, a| {
                of_one(m, a, libm::tanh)
            }),
            entry("degrees(x, /) -> float", "Turns radians into degrees.", |m, a| {
                of_one(m, a, f64::to_degrees)
            }),
            entry("radians(x, /) -> float", "Turns degrees into radians.", |m, a| {
                of_one(m, a, f64::to_radians)
            }),
            entry(
                "log(x, base=None, /) -> float",
                "Returns the logarithm, natural or to a base.",
                log,
            ),
            entry("log2(x, /) -> float", "Returns the logarithm to base 2.", |m, a| {
                logarithm(m, a.get(0), libm::log2)
            }),
            entry("log10(x, /) -> float", "Returns the logarithm to base 10.", |m, a| {
                logarithm(m, a.get(0), libm::log10)
            }),
            entry("atan2(y, x, /) -> float", "Returns the angle of a point.", |m, a| {
                of_two(m, a, libm::atan2)
            }),
            entry("copysign(x, y, /) -> float", "Returns x with the sign of y.", |m, a| {
                of_two(m, a, libm::copysign)
            }),
            entry(
                "fmod(x, y, /) -> float",
                "Returns the remainder with the sign of x.",
                fmod,
            ),
            entry("pow(x, y, /) -> float", "Raises x to the power of y.", |m, a| {
                of_two(m, a, libm::pow)
            }),
            entry("hypot(*coordinates) -> float", "Returns the length of a vector.", hypot),
            iterating("dist(p, q, /) -> float", "Returns the distance of two points.", dist),
            entry(
                "gcd(*integers) -> int",
                "Returns the greatest common divisor.",
                |m, a| fold_ints(m, a, BigInt::ZERO, |x, y| x.gcd(y)),
            ),
            entry("lcm(*integers) -> int", "Returns the least common multiple.", |m, a| {
                fold_ints(m, a, BigInt::from(1), |x, y| x.lcm(y))
            }),
            entry(
                "isqrt(n, /) -> int",
                "Returns the whole part of the square root.",
                isqrt,
            ),
            entry("factorial(n, /) -> int", "Returns the product of 1 to n.", factorial),
            entry("comb(n, k, /) -> int", "Counts the ways to choose k of n.", comb),
            entry("perm(n, k=None, /) -> int", "Counts the ways to order k of n.", perm),
            iterating("prod(iterable, /, *, start=1)", "Multiplies the items.", prod),
            iterating("fsum(seq, /) -> float", "Adds floats up without losing digits.", fsum),
            entry(
                "isclose(a, b, *, rel_tol=1e-09, abs_tol=0.0) -> bool",
                "Tells whether two numbers are near.",
                isclose,
            ),
            entry("isnan(x, /) -> bool", "Tells whether it is not a number.", |m, a| {
                test(m, a, f64::is_nan)
            }),
            entry("isinf(x, /) -> bool", "Tells whether it is infinite.", |m, a| {
                test(m, a, f64::is_infinite)
            }),
            entry("isfinite(x, /) -> bool", "Tells whether it is finite.", |m, a| {
                test(m, a, f64::is_finite)
            }),
        ],
    },
];

/// The constants of `math`.
pub(super) fn module_values() -> impl Iterator<Item = (&'static str, &'static str, Value)> {
    use std::f64::consts::{E, PI, TAU};
    [
        ("pi", PI),
        ("e", E),
        ("tau", TAU),
        ("inf", f64::INFINITY),
        ("nan", f64::NAN),
    ]
    .into_iter()
    .map(|(name, value)| ("math", name, Value::float(value)))
}

fn bit_length(m: &mut Interpreter, args: &Args) -> Outcome {
    let bits = m.number(args.receiver).map_or(0, |number| number.bits());
    Ok(Value::int(i64::try_from(bits).unwrap_or(i64::MAX)))
}

fn bit_count(m: &mut Interpreter, args: &Args) -> Outcome {
    let value = m
        .number(args.receiver)
        .and_then(|number| number.to_big())
        .unwrap_or_default();
    let ones: u64 = value
        .magnitude()
        .iter_u64_digits()
        .map(|digit| u64::from(digit.count_ones()))
        .sum();
    Ok(Value::int(i64::try_from(ones).unwrap_or(i64::MAX)))
}

fn is_integer(_: &mut Interpreter, args: &Args) -> Outcome {
    let value = args.receiver.raw_float();
    Ok(Value::bool(value.is_finite() && value.fract() == 0.0))
}

fn float_arg(m: &mut Interpreter, value: Value) -> Result<f64, Flow> {
    match m.number(value) {
        Some(number) => m.float_of(&number),
        None => {
            let message = format!("must be real number, not {}", m.type_name(value));
            Err(m.type_error(message))
        }
    }
}

fn big_arg(m: &mut Interpreter, value: Value) -> Result<BigInt, Flow> {
    match m.number(value).and_then(|number| number.to_big()) {
        Some(value) => Ok(value),
        None => {
            let message = format!("'{}' object cannot be interpreted as an integer", m.type_name(value));
            Err(m.type_error(message))
        }
    }
}

/// Returns a result as C's `math` does: not a number out of numbers, or an infinity out of finite ones, is an error.
fn checked(m: &mut Interpreter, result: f64, inputs: &[f64]) -> Outcome {
    if result.is_nan() && !inputs.iter().any(|input| input.is_nan()) {
        return Err(m.value_error("math domain error"));
    }
    if result.is_infinite() && inputs.iter().all(|input| input.is_finite()) {
        return Err(m.overflow_error("math range error"));
    }
    Ok(Value::float(result))
}

fn to_whole(m: &mut Interpreter, args: &Args, round: fn(f64) -> f64) -> Outcome {
    match m.number(args.get(0)) {
        Some(Number::Float(value)) => {
            let whole = m.whole_part(round(value))?;
            m.new_number(whole)
        }
        Some(number) => m.new_number(number),
        None => {
            let message = format!("must be real number, not {}", m.type_name(args.get(0)));
            Err(m.type_error(message))
        }
    }
}

fn of_one(m: &mut Interpreter, args: &Args, function: fn(f64) -> f64) -> Outcome {
    let x = float_arg(m, args.get(0))?;
    checked(m, function(x), &[x])
}

fn of_two(m: &mut Interpreter, args: &Args, function: fn(f64, f64) -> f64) -> Outcome {
    let (x, y) = (float_arg(m, args.get(0))?, float_arg(m, args.get(1))?);
    checked(m, function(x, y), &[x, y])
}

fn test(m: &mut Interpreter, args: &Args, is: fn(f64) -> bool) -> Outcome {
    let x = float_arg(m, args.get(0))?;
    Ok(Value::bool(is(x)))
}

fn fmod(m: &mut Interpreter, args: &Args) -> Outcome {
    let (x, y) = (float_arg(m, args.get(0))?, float_arg(m, args.get(1))?);
    checked(m, libm::fmod(x, y), &[x, y])
}

fn log(m: &mut Interpreter, args: &Args) -> Outcome {
    let numerator = logarithm(m, args.get(0), libm::log)?;
    let Some(base) = args.some(1) else { return Ok(numerator) };
    let denominator = logarithm(m, base, libm::log)?;
    if denominator.raw_float() == 0.0 {
        return Err(m.zero_division("float division by zero"));
    }
    Ok(Value::float(numerator.raw_float() / denominator.raw_float()))
}

fn logarithm(m: &mut Interpreter, value: Value, function: fn(f64) -> f64) -> Outcome {
    if let Some(Number::Big(big)) = m.number(value)
        && big.is_positive()
    {
        // Beyond the floats, the logarithm of the leading bits and that of the power of two behind them are added.
        let shift = big.bits().saturating_sub(1_000);
        let leading = (&big >> shift).to_f64().unwrap_or(f64::INFINITY);
        return Ok(Value::float(function(leading) + shift as f64 * function(2.0)));
    }
    let x = float_arg(m, value)?;
    if x <= 0.0 {
        return Err(m.value_error("math domain error"));
    }
    Ok(Value::float(function(x)))
}

fn hypot(m: &mut Interpreter, args: &Args) -> Outcome {
    let mut length = 0.0;
    for coordinate in &args.rest {
        length = libm::hypot(length, float_arg(m, *coordinate)?);
    }
    Ok(Value::float(length))
}

fn dist(m: &mut Interpreter, args: &Args) -> Outcome {
    let (p, q) = (m.items(args.get(0))?, m.items(args.get(1))?);
    if p.len() != q.len() {
        return Err(m.value_error("both points must have the same number of dimensions"));
    }
    let mut length = 0.0;
    for (a, b) in p.into_iter().zip(q) {
        length = libm::hypot(length, float_arg(m, a)? - float_arg(m, b)?);
    }
    Ok(Value::float(length))
}

fn fold_ints(m: &mut Interpreter, args: &Args, start: BigInt, join: fn(&BigInt, &BigInt) -> BigInt) -> Outcome {
    let mut result = start;
    for value in &args.rest {
        let value = big_arg(m, *value)?;
        let words = (value.bits() + result.bits()) / 64 + 1;
        m.meter.charge(words.saturating_mul(words))?;
        result = join(&result, &value).abs();
    }
    m.new_int(result)
}

fn isqrt(m: &mut Interpreter, args: &Args) -> Outcome {
    let n = big_arg(m, args.get(0))?;
    if n.is_negative() {
        return Err(m.value_error("isqrt() argument must be nonnegative"));
    }
    let words = n.bits() / 64 + 1;
    m.meter.charge(words.saturating_mul(words))?;
    m.new_int(n.sqrt())
}

/// Multiplies `count` integers upwards from `first`, paying for each.
fn product(m: &mut Interpreter, first: &BigInt, count: u64) -> Result<BigInt, Flow> {
    let mut result = BigInt::from(1);
    for offset in 0..count {
        let words = result.bits() / 64 + 1;
        m.meter.charge(words)?;
        m.reserve(usize::try_from(words.saturating_mul(8)).unwrap_or(usize::MAX))?;
        result *= first + offset;
    }
    Ok(result)
}

fn factorial(m: &mut Interpreter, args: &Args) -> Outcome {
    if m.number(args.get(0))
        .is_some_and(|number| matches!(number, Number::Float(_)))
    {
        return Err(m.type_error("'float' object cannot be interpreted as an integer"));
    }
    let n = big_arg(m, args.get(0))?;
    if n.is_negative() {
        return Err(m.value_error("factorial() not defined for negative values"));
    }
    let count = n.to_u64().unwrap_or(u64::MAX);
    let result = product(m, &BigInt::from(1), count)?;
    m.new_int(result)
}

fn comb(m: &mut Interpreter, args: &Args) -> Outcome {
    let (n, k) = (big_arg(m, args.get(0))?, big_arg(m, args.get(1))?);
    if n.is_negative() {
        return Err(m.value_error("n must be a non-negative integer"));
    }
    if k.is_negative() {
        return Err(m.value_error("k must be a non-negative integer"));
    }
    if k > n {
        return Ok(Value::int(0));
    }
    let k = k.clone().min(&n - &k);
    let count = k.to_u64().unwrap_or(u64::MAX);
    let top = product(m, &(&n - &k + 1), count)?;
    let bottom = product(m, &BigInt::from(1), count)?;
    m.new_int(top / bottom)
}

fn perm(m: &mut Interpreter, args: &Args) -> Outcome {
    let n = big_arg(m, args.get(0))?;
    let k = match args.some(1) {
        Some(k) => big_arg(m, k)?,
        None => n.clone(),
    };
    if n.is_negative() || k.is_negative() {
        let name = if n.is_negative() { "n" } else { "k" };
        return Err(m.value_error(format!("{name} must be a non-negative integer")));
    }
    if k > n {
        return Ok(Value::int(0));
    }
    let result = product(m, &(&n - &k + 1), k.to_u64().unwrap_or(u64::MAX))?;
    m.new_int(result)
}

fn prod(m: &mut Interpreter, args: &Args) -> Outcome {
    let mut total = args.given(1).unwrap_or(Value::int(1));
    for item in m.items(args.get(0))? {
        total = m.binary(BinaryOp::Multiply, total, item)?;
    }
    Ok(total)
}

/// Adds with a list of partial sums that do not overlap, as Shewchuk's algorithm does.
fn fsum(m: &mut Interpreter, args: &Args) -> Outcome {
    let mut partials: Vec<f64> = Vec::new();
    let mut special = 0.0;
    for item in m.items(args.get(0))? {
        m.meter.charge_items(partials.len() + 1)?;
        let mut x = float_arg(m, item)?;
        if !x.is_finite() {
            special += x;
            continue;
        }
        let mut kept = 0;
        for index in 0..partials.len() {
            let Some(mut y) = partials.get(index).copied() else {
                break;
            };
            if x.abs() < y.abs() {
                std::mem::swap(&mut x, &mut y);
            }
            let high = x + y;
            let low = y - (high - x);
            if low != 0.0 {
                if let Some(slot) = partials.get_mut(kept) {
                    *slot = low;
                }
                kept += 1;
            }
            x = high;
        }
        partials.truncate(kept);
        partials.push(x);
    }
    if special != 0.0 || f64::is_nan(special) {
        return Ok(Value::float(special));
    }
    Ok(Value::float(round_partials(&partials)))
}

/// Adds partial sums from the largest down, and corrects a tie by what is left.
fn round_partials(partials: &[f64]) -> f64 {
    let mut rest = partials.iter().rev().copied();
    let Some(mut high) = rest.next() else { return 0.0 };
    while let Some(y) = rest.next() {
        let x = high;
        high = x + y;
        let low = y - (high - x);
        if low != 0.0 {
            let tie = rest
                .next()
                .is_some_and(|next| (low < 0.0) == (next < 0.0) && next != 0.0);
            let doubled = high + low * 2.0;
            if tie && doubled - high == low * 2.0 {
                return doubled;
            }
            return high;
        }
    }
    high
}

fn isclose(m: &mut Interpreter, args: &Args) -> Outcome {
    let (a, b) = (float_arg(m, args.get(0))?, float_arg(m, args.get(1))?);
    let relative = match args.given(2) {
        Some(tolerance) => float_arg(m, tolerance)?,
        None => 1e-9,
    };
    let absolute = match args.given(3) {
        Some(tolerance) => float_arg(m, tolerance)?,
        None => 0.0,
    };
    if relative < 0.0 || absolute < 0.0 {
        return Err(m.value_error("tolerances must be non-negative"));
    }
    let close =
        a == b || (a.is_finite() && b.is_finite() && (a - b).abs() <= (relative * a.abs().max(b.abs())).max(absolute));
    Ok(Value::bool(close))
}
