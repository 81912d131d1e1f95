//! The module `math`: all of Python's functions that programs may need. It uses the crate `libm`
//! and our own elementary functions, so that results are the same on every platform.

mod floats;
mod gamma;
mod integers;
mod sums;

use floats::{Infinite, of_one, of_two};
use num_bigint::BigInt;
use sift_abstract::{Speculation, anything};
use sift_numbers::elementary;
use sift_runtime::runtime::{Entry, Group, Runtime};
use sift_runtime::table::{self, NativeFn, Owner, RoundingMode};
use sift_values::flow::{Flow, Outcome};
use sift_values::value::Value;

/// The native functions of the module `math`.
pub const GROUPS: &[Group] = &[
    Group {
        owner: Owner::Module("math"),
        rows: FUNCTIONS,
    },
    Group {
        owner: Owner::Module("math"),
        rows: integers::ROWS,
    },
    Group {
        owner: Owner::Module("math"),
        rows: ANGLES,
    },
];

/// Returns the table entry of a `math` function, whose result is an unknown number or an exception
/// in speculative execution.
const fn entry(signature: &'static str, doc: &'static str, run: NativeFn<Runtime>) -> Entry {
    table::entry(signature, doc, run).speculated(Speculation::new(anything))
}

/// Returns the table entry of a `math` function that iterates over its arguments; otherwise like
/// `entry`.
const fn iterating(signature: &'static str, doc: &'static str, run: NativeFn<Runtime>) -> Entry {
    table::iterating(signature, doc, run).speculated(Speculation::new(anything))
}

const FUNCTIONS: &[Entry] = &[
    entry("ceil(x, /) -> int", "Rounds up.", |m, a| {
        floats::to_whole(m, a, libm::ceil, RoundingMode::Ceiling)
    }),
    entry("floor(x, /) -> int", "Rounds down.", |m, a| {
        floats::to_whole(m, a, libm::floor, RoundingMode::Floor)
    }),
    entry("trunc(x, /) -> int", "Rounds towards zero.", floats::trunc),
    entry("fabs(x, /) -> float", "Returns the absolute value.", |m, a| {
        of_one(m, a, libm::fabs, Infinite::IsOverflow)
    }),
    entry("copysign(x, y, /) -> float", "Returns x with the sign of y.", |m, a| {
        of_two(m, a, libm::copysign)
    }),
    entry(
        "fmod(x, y, /) -> float",
        "Returns the remainder with the sign of x.",
        |m, a| floats::remainder(m, a, libm::fmod),
    ),
    entry(
        "remainder(x, y, /) -> float",
        "Returns the distance to the nearest multiple of y.",
        |m, a| floats::remainder(m, a, libm::remainder),
    ),
    entry(
        "modf(x, /) -> tuple",
        "Returns the fraction and the whole part, as floats.",
        floats::modf,
    ),
    entry(
        "frexp(x, /) -> tuple",
        "Returns a fraction of one and a power of two.",
        floats::frexp,
    ),
    entry("ldexp(x, i, /) -> float", "Returns x * 2**i.", floats::ldexp),
    entry(
        "nextafter(x, y, /) -> float",
        "Returns the next float after x towards y.",
        floats::next_after,
    ),
    entry(
        "ulp(x, /) -> float",
        "Returns what the last bit of x is worth.",
        floats::ulp,
    ),
    entry("sqrt(x, /) -> float", "Returns the square root.", |m, a| {
        of_one(m, a, libm::sqrt, Infinite::IsDomain)
    }),
    entry("cbrt(x, /) -> float", "Returns the cube root.", |m, a| {
        of_one(m, a, libm::cbrt, Infinite::IsOverflow)
    }),
    entry("exp(x, /) -> float", "Raises e to a power.", |m, a| {
        floats::exponential(m, a, elementary::exp)
    }),
    entry("exp2(x, /) -> float", "Raises 2 to a power.", |m, a| {
        floats::exponential(m, a, elementary::exp2)
    }),
    entry("expm1(x, /) -> float", "Returns exp(x) - 1, exact near 0.", |m, a| {
        of_one(m, a, libm::expm1, Infinite::IsOverflow)
    }),
    entry("pow(x, y, /) -> float", "Raises x to the power of y.", floats::pow),
    entry(
        "log(x, base=None, /) -> float",
        "Returns the logarithm, natural or to a base.",
        floats::log,
    ),
    entry("log2(x, /) -> float", "Returns the logarithm to base 2.", |m, a| {
        floats::logarithm(m, a.get(0), elementary::log2)
    }),
    entry("log10(x, /) -> float", "Returns the logarithm to base 10.", |m, a| {
        floats::logarithm(m, a.get(0), elementary::log10)
    }),
    entry("log1p(x, /) -> float", "Returns log(1 + x), exact near 0.", |m, a| {
        of_one(m, a, libm::log1p, Infinite::IsDomain)
    }),
    entry("gamma(x, /) -> float", "Returns the gamma function.", floats::gamma),
    entry(
        "lgamma(x, /) -> float",
        "Returns the logarithm of the gamma function's magnitude.",
        floats::lgamma,
    ),
    entry("erf(x, /) -> float", "Returns the error function.", |m, a| {
        of_one(m, a, libm::erf, Infinite::IsDomain)
    }),
    entry("erfc(x, /) -> float", "Returns 1 - erf(x).", |m, a| {
        of_one(m, a, libm::erfc, Infinite::IsDomain)
    }),
    entry(
        "hypot(*coordinates) -> float",
        "Returns the length of a vector.",
        sums::hypot,
    ),
    iterating(
        "dist(p, q, /) -> float",
        "Returns the distance of two points.",
        sums::dist,
    ),
    iterating(
        "fsum(seq, /) -> float",
        "Adds floats up without losing digits.",
        sums::fsum,
    ),
    iterating("prod(iterable, /, *, start=1)", "Multiplies the items.", sums::prod),
    entry(
        "isclose(a, b, *, rel_tol=1e-09, abs_tol=0.0) -> bool",
        "Tells whether two numbers are near.",
        floats::isclose,
    ),
    entry("isnan(x, /) -> bool", "Tells whether it is not a number.", |m, a| {
        floats::is(m, a, f64::is_nan)
    }),
    entry("isinf(x, /) -> bool", "Tells whether it is infinite.", |m, a| {
        floats::is(m, a, f64::is_infinite)
    }),
    entry("isfinite(x, /) -> bool", "Tells whether it is finite.", |m, a| {
        floats::is(m, a, f64::is_finite)
    }),
];

const ANGLES: &[Entry] = &[
    entry("sin(x, /) -> float", "Returns the sine.", |m, a| {
        of_one(m, a, libm::sin, Infinite::IsDomain)
    }),
    entry("cos(x, /) -> float", "Returns the cosine.", |m, a| {
        of_one(m, a, libm::cos, Infinite::IsDomain)
    }),
    entry("tan(x, /) -> float", "Returns the tangent.", |m, a| {
        of_one(m, a, libm::tan, Infinite::IsDomain)
    }),
    entry("asin(x, /) -> float", "Returns the angle of a sine.", |m, a| {
        of_one(m, a, libm::asin, Infinite::IsDomain)
    }),
    entry("acos(x, /) -> float", "Returns the angle of a cosine.", |m, a| {
        of_one(m, a, libm::acos, Infinite::IsDomain)
    }),
    entry("atan(x, /) -> float", "Returns the angle of a tangent.", |m, a| {
        of_one(m, a, libm::atan, Infinite::IsDomain)
    }),
    entry("atan2(y, x, /) -> float", "Returns the angle of a point.", |m, a| {
        of_two(m, a, libm::atan2)
    }),
    entry("sinh(x, /) -> float", "Returns the hyperbolic sine.", |m, a| {
        of_one(m, a, libm::sinh, Infinite::IsOverflow)
    }),
    entry("cosh(x, /) -> float", "Returns the hyperbolic cosine.", |m, a| {
        of_one(m, a, libm::cosh, Infinite::IsOverflow)
    }),
    entry("tanh(x, /) -> float", "Returns the hyperbolic tangent.", |m, a| {
        of_one(m, a, libm::tanh, Infinite::IsDomain)
    }),
    entry("asinh(x, /) -> float", "Returns the inverse of sinh.", |m, a| {
        of_one(m, a, libm::asinh, Infinite::IsDomain)
    }),
    entry("acosh(x, /) -> float", "Returns the inverse of cosh.", |m, a| {
        of_one(m, a, libm::acosh, Infinite::IsDomain)
    }),
    entry("atanh(x, /) -> float", "Returns the inverse of tanh.", |m, a| {
        of_one(m, a, libm::atanh, Infinite::IsDomain)
    }),
    entry("degrees(x, /) -> float", "Turns radians into degrees.", |m, a| {
        floats::scaled(m, a, 180.0 / std::f64::consts::PI)
    }),
    entry("radians(x, /) -> float", "Turns degrees into radians.", |m, a| {
        floats::scaled(m, a, std::f64::consts::PI / 180.0)
    }),
];

/// Returns the constants of the module `math`.
pub fn module_values() -> impl Iterator<Item = (&'static str, &'static str, Value)> {
    use std::f64::consts::{E, PI, TAU};
    let constants = [
        ("pi", PI),
        ("e", E),
        ("tau", TAU),
        ("inf", f64::INFINITY),
        ("nan", f64::NAN),
    ];
    constants
        .into_iter()
        .map(|(name, value)| ("math", name, Value::float(value)))
}

fn float_arg(m: &mut Runtime, value: Value) -> Result<f64, Flow> {
    match m.to_float(value)? {
        Some(float) => Ok(float),
        None => {
            let message = format!("must be real number, not {}", m.type_name(value));
            Err(m.type_error(message))
        }
    }
}

fn big_arg(m: &mut Runtime, value: Value) -> Result<BigInt, Flow> {
    match m.number(value).and_then(|number| number.to_big()) {
        Some(value) => Ok(value),
        None => {
            let message = format!("'{}' object cannot be interpreted as an integer", m.type_name(value));
            Err(m.type_error(message))
        }
    }
}

/// Multiplies two values with the `*` operator.
fn multiply(m: &mut Runtime, left: Value, right: Value) -> Outcome {
    m.binary(sift_syntax::ast::BinaryOp::Multiply, left, right)
}
