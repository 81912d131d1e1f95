//! The `math` functions on integers of any size. Each multiplication is charged in advance by its
//! words.

use num_bigint::{BigInt, BigUint};
use num_traits::{Signed as _, ToPrimitive as _, Zero as _};
use sift_runtime::runtime::{Args, Entry, Runtime};
use sift_values::flow::{Flow, Outcome};
use sift_values::long_integers::gcd;
use sift_values::value::Value;

use super::{big_arg, entry};

pub(super) const ROWS: &[Entry] = &[
    entry(
        "gcd(*integers) -> int",
        "Returns the greatest common divisor.",
        |m, a| fold(m, a, BigInt::ZERO, |_, _, common| BigInt::from(common)),
    ),
    entry("lcm(*integers) -> int", "Returns the least common multiple.", |m, a| {
        fold(m, a, BigInt::from(1), |x, y, common| match common.is_zero() {
            true => BigInt::ZERO,
            false => x / BigInt::from(common) * y,
        })
    }),
    entry(
        "isqrt(n, /) -> int",
        "Returns the whole part of the square root.",
        isqrt,
    ),
    entry("factorial(n, /) -> int", "Returns the product of 1 to n.", factorial),
    entry("comb(n, k, /) -> int", "Counts the ways to choose k of n.", comb),
    entry("perm(n, k=None, /) -> int", "Counts the ways to order k of n.", perm),
];

/// Combines the integer arguments one by one, for `gcd` and `lcm`. Passes their greatest common
/// divisor to each step.
fn fold(m: &mut Runtime, args: &Args, start: BigInt, join: fn(&BigInt, &BigInt, BigUint) -> BigInt) -> Outcome {
    let mut result = start;
    for value in &args.rest {
        let value = big_arg(m, *value)?;
        let words = value.bits().saturating_add(result.bits()) / 64 + 1;
        m.meter.charge(words.saturating_mul(words))?;
        m.reserve(usize::try_from(words.saturating_mul(8)).unwrap_or(usize::MAX))?;
        let common = gcd(&m.meter, result.magnitude(), value.magnitude())?;
        result = join(&result, &value, common).abs();
    }
    m.new_int(result)
}

fn isqrt(m: &mut Runtime, args: &Args) -> Outcome {
    let n = big_arg(m, args.get(0))?;
    if n.is_negative() {
        return Err(m.value_error("isqrt() argument must be nonnegative"));
    }
    let words = n.bits() / 64 + 1;
    m.meter.charge(words.saturating_mul(words))?;
    let root = sift_values::long_integers::isqrt(&m.meter, n.magnitude())?;
    m.new_int(BigInt::from(root))
}

/// Returns the product of `count` consecutive integers from `first` on.
fn product(m: &mut Runtime, first: &BigInt, count: u64) -> Result<BigInt, Flow> {
    let mut result = BigInt::from(1);
    let factor_words = first.bits() / 64 + 1;
    for offset in 0..count {
        let words = result.bits() / 64 + 1;
        m.meter.charge(words.saturating_mul(factor_words))?;
        m.reserve(usize::try_from(words.saturating_add(factor_words).saturating_mul(8)).unwrap_or(usize::MAX))?;
        result *= first + offset;
    }
    Ok(result)
}

/// Converts a number of factors to a `u64`. Rejects one that exceeds CPython's integer type.
fn count_of(m: &mut Runtime, count: &BigInt, name: &str) -> Result<u64, Flow> {
    match count.to_i64() {
        Some(count) => Ok(count.unsigned_abs()),
        None => Err(m.overflow_error(&format!("{name} must not exceed {}", i64::MAX))),
    }
}

fn factorial(m: &mut Runtime, args: &Args) -> Outcome {
    let n = big_arg(m, args.get(0))?;
    factorial_of(m, &n)
}

fn factorial_of(m: &mut Runtime, n: &BigInt) -> Outcome {
    if n.is_negative() {
        return Err(m.value_error("factorial() not defined for negative values"));
    }
    let Some(count) = n.to_i64() else {
        return Err(m.overflow_error(&format!("factorial() argument should not exceed {}", i64::MAX)));
    };
    let result = product(m, &BigInt::from(1), count.unsigned_abs())?;
    m.new_int(result)
}

fn comb(m: &mut Runtime, args: &Args) -> Outcome {
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
    let fewer = k.clone().min(&n - &k);
    let count = count_of(m, &fewer, "min(n - k, k)")?;
    let top = product(m, &(&n - &fewer + 1), count)?;
    let bottom = product(m, &BigInt::from(1), count)?;
    let words = top.bits() / 64 + 1;
    m.meter.charge(words.saturating_mul(bottom.bits() / 64 + 1))?;
    m.new_int(top / bottom)
}

fn perm(m: &mut Runtime, args: &Args) -> Outcome {
    let n = big_arg(m, args.get(0))?;
    let Some(k) = args.some(1) else {
        return factorial_of(m, &n);
    };
    let k = big_arg(m, k)?;
    if n.is_negative() {
        return Err(m.value_error("n must be a non-negative integer"));
    }
    if k.is_negative() {
        return Err(m.value_error("k must be a non-negative integer"));
    }
    if k > n {
        return Ok(Value::int(0));
    }
    let count = count_of(m, &k, "k")?;
    let result = product(m, &(&n - &k + 1), count)?;
    m.new_int(result)
}
