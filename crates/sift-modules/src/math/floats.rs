//! The `math` functions on floats: rounding, powers, logarithms, angles.

use num_traits::{Signed as _, ToPrimitive as _};
use sift_numbers::elementary;
use sift_runtime::operate::Number;
use sift_runtime::runtime::{Args, Runtime};
use sift_runtime::table::RoundingMode;
use sift_values::cost;
use sift_values::flow::{Flow, Outcome};
use sift_values::value::{Type, Value};

use super::{float_arg, gamma};

/// The error to raise if a function returns an infinity for a finite argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Infinite {
    /// Raises an `OverflowError`, because the result is too large.
    IsOverflow,
    /// Raises a `ValueError` (domain error), because the function is undefined at the argument.
    IsDomain,
}

fn domain_error(m: &mut Runtime) -> Flow {
    m.value_error("math domain error")
}

fn range_error(m: &mut Runtime) -> Flow {
    m.overflow_error("math range error")
}

/// Applies a function of one float to the first argument. A NaN result is a domain error unless the
/// argument is NaN.
pub(super) fn of_one(m: &mut Runtime, args: &Args, function: fn(f64) -> f64, infinite: Infinite) -> Outcome {
    let x = float_arg(m, args.get(0))?;
    let result = function(x);
    match infinite {
        _ if result.is_nan() && !x.is_nan() => Err(domain_error(m)),
        Infinite::IsOverflow if result.is_infinite() && x.is_finite() => Err(range_error(m)),
        Infinite::IsDomain if result.is_infinite() && x.is_finite() => Err(domain_error(m)),
        _ => Ok(Value::float(result)),
    }
}

/// Applies an exponential function to the first argument, and charges fuel for it.
pub(super) fn exponential(m: &mut Runtime, args: &Args, function: fn(f64) -> f64) -> Outcome {
    m.meter.charge(cost::ELEMENTARY)?;
    of_one(m, args, function, Infinite::IsOverflow)
}

/// Applies a function of two floats to the first two arguments. A NaN result is a domain error
/// unless an argument is NaN.
pub(super) fn of_two(m: &mut Runtime, args: &Args, function: fn(f64, f64) -> f64) -> Outcome {
    let (x, y) = (float_arg(m, args.get(0))?, float_arg(m, args.get(1))?);
    let result = function(x, y);
    if result.is_nan() && !x.is_nan() && !y.is_nan() {
        return Err(domain_error(m));
    }
    Ok(Value::float(result))
}

/// Applies a remainder function to the first two arguments. Charges fuel for each bit, because the
/// remainder is computed bit by bit.
pub(super) fn remainder(m: &mut Runtime, args: &Args, function: fn(f64, f64) -> f64) -> Outcome {
    let (x, y) = (float_arg(m, args.get(0))?, float_arg(m, args.get(1))?);
    m.meter.charge(cost::float_remainder(x, y))?;
    of_two(m, args, function)
}

/// Multiplies the first argument, a float, by a factor. Overflow gives an infinity.
pub(super) fn scaled(m: &mut Runtime, args: &Args, factor: f64) -> Outcome {
    let x = float_arg(m, args.get(0))?;
    Ok(Value::float(x * factor))
}

pub(super) fn is(m: &mut Runtime, args: &Args, test: fn(f64) -> bool) -> Outcome {
    let x = float_arg(m, args.get(0))?;
    Ok(Value::bool(test(x)))
}

/// Converts the first argument to an integer, for `ceil` and `floor`.
pub(super) fn to_whole(m: &mut Runtime, args: &Args, round: fn(f64) -> f64, how: RoundingMode) -> Outcome {
    if let Some(whole) = m.to_whole(args.get(0), how)? {
        return m.new_int(whole);
    }
    match m.number(args.get(0)) {
        Some(Number::Float(value)) => {
            let whole = m.whole_part(round(value))?;
            m.new_number(whole)
        }
        Some(number) => m.new_number(number),
        None => float_arg(m, args.get(0)).map(Value::float),
    }
}

pub(super) fn trunc(m: &mut Runtime, args: &Args) -> Outcome {
    if m.number(args.get(0)).is_none() && !args.get(0).is_exact() {
        let message = format!("type {} doesn't define __trunc__ method", m.type_name(args.get(0)));
        return Err(m.type_error(message));
    }
    to_whole(m, args, libm::trunc, RoundingMode::Truncate)
}

pub(super) fn modf(m: &mut Runtime, args: &Args) -> Outcome {
    let x = float_arg(m, args.get(0))?;
    let (fraction, whole) = if x.is_infinite() {
        (0.0_f64.copysign(x), x)
    } else {
        libm::modf(x)
    };
    m.alloc_tuple([Value::float(fraction.copysign(x)), Value::float(whole)])
}

pub(super) fn frexp(m: &mut Runtime, args: &Args) -> Outcome {
    let x = float_arg(m, args.get(0))?;
    let (fraction, exponent) = if x == 0.0 || !x.is_finite() {
        (x, 0)
    } else {
        libm::frexp(x)
    };
    m.alloc_tuple([Value::float(fraction), Value::int(i64::from(exponent))])
}

pub(super) fn ldexp(m: &mut Runtime, args: &Args) -> Outcome {
    let x = float_arg(m, args.get(0))?;
    if !matches!(args.get(1).kind(), Type::Int | Type::Bool | Type::BigInt) {
        return Err(m.type_error("Expected an int as second argument to ldexp."));
    }
    let exponent = m.slice_part(args.get(1))?.unwrap_or(0);
    if x == 0.0 || !x.is_finite() {
        return Ok(Value::float(x));
    }
    let exponent = exponent.clamp(-10_000, 10_000);
    let result = libm::ldexp(x, i32::try_from(exponent).unwrap_or(0));
    if result.is_infinite() {
        return Err(range_error(m));
    }
    Ok(Value::float(result))
}

pub(super) fn next_after(m: &mut Runtime, args: &Args) -> Outcome {
    let (x, y) = (float_arg(m, args.get(0))?, float_arg(m, args.get(1))?);
    Ok(Value::float(libm::nextafter(x, y)))
}

pub(super) fn ulp(m: &mut Runtime, args: &Args) -> Outcome {
    let x = float_arg(m, args.get(0))?.abs();
    if !x.is_finite() {
        return Ok(Value::float(x));
    }
    let above = libm::nextafter(x, f64::INFINITY);
    Ok(Value::float(if above.is_infinite() {
        x - libm::nextafter(x, f64::NEG_INFINITY)
    } else {
        above - x
    }))
}

pub(super) fn pow(m: &mut Runtime, args: &Args) -> Outcome {
    let (x, y) = (float_arg(m, args.get(0))?, float_arg(m, args.get(1))?);
    m.meter.charge(2 * cost::ELEMENTARY)?;
    let result = elementary::pow(x, y);
    if result.is_nan() && !x.is_nan() && !y.is_nan() {
        return Err(domain_error(m));
    }
    if result.is_infinite() && x.is_finite() && y.is_finite() {
        return Err(if x == 0.0 { domain_error(m) } else { range_error(m) });
    }
    Ok(Value::float(result))
}

pub(super) fn log(m: &mut Runtime, args: &Args) -> Outcome {
    let numerator = logarithm(m, args.get(0), elementary::log)?;
    let Some(base) = args.given(1) else {
        return Ok(numerator);
    };
    let denominator = logarithm(m, base, elementary::log)?;
    if denominator.raw_float() == 0.0 {
        return Err(m.zero_division("float division by zero"));
    }
    Ok(Value::float(numerator.raw_float() / denominator.raw_float()))
}

/// Returns a logarithm of a float or of an integer of any size.
pub(super) fn logarithm(m: &mut Runtime, value: Value, function: fn(f64) -> f64) -> Outcome {
    if let Some(Number::Big(big)) = m.number(value) {
        if !big.is_positive() {
            return Err(domain_error(m));
        }
        // For integers beyond the range of floats, adds the logarithm of the leading bits and that
        // of the remaining power of two.
        let shift = big.bits().saturating_sub(1_000);
        m.meter.charge(big.bits() / 64)?;
        if let Some(float) = big.to_f64().filter(|float| shift <= 24 && float.is_finite()) {
            return Ok(Value::float(function(float)));
        }
        let leading = (&big >> shift).to_f64().unwrap_or(f64::INFINITY);
        let (fraction, exponent) = libm::frexp(leading);
        let exponent = shift as f64 + f64::from(exponent);
        return Ok(Value::float(function(fraction) + exponent * function(2.0)));
    }
    let x = float_arg(m, value)?;
    if x <= 0.0 {
        return Err(domain_error(m));
    }
    m.meter.charge(cost::ELEMENTARY)?;
    Ok(Value::float(function(x)))
}

/// Returns `true` if the gamma function has a pole at `x`.
fn is_pole(x: f64) -> bool {
    x <= 0.0 && x.is_finite() && x.fract() == 0.0
}

pub(super) fn gamma(m: &mut Runtime, args: &Args) -> Outcome {
    let x = float_arg(m, args.get(0))?;
    if is_pole(x) || x == f64::NEG_INFINITY {
        return Err(domain_error(m));
    }
    m.meter.charge(4 * cost::ELEMENTARY)?;
    let result = gamma::gamma(x);
    if result.is_infinite() && x.is_finite() {
        return Err(range_error(m));
    }
    Ok(Value::float(result))
}

pub(super) fn lgamma(m: &mut Runtime, args: &Args) -> Outcome {
    let x = float_arg(m, args.get(0))?;
    if is_pole(x) {
        return Err(domain_error(m));
    }
    if x.is_infinite() {
        return Ok(Value::float(f64::INFINITY));
    }
    m.meter.charge(4 * cost::ELEMENTARY)?;
    let result = gamma::log_gamma(x);
    if result.is_infinite() {
        return Err(range_error(m));
    }
    Ok(Value::float(result))
}

pub(super) fn isclose(m: &mut Runtime, args: &Args) -> Outcome {
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
    let difference = (a - b).abs();
    let finite = a.is_finite() && b.is_finite();
    let close = difference <= (relative * b).abs() || difference <= (relative * a).abs() || difference <= absolute;
    Ok(Value::bool(a == b || (finite && close)))
}
