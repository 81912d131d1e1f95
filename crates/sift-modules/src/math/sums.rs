//! Sums and products of many numbers, without intermediate rounding errors.

use sift_runtime::runtime::{Args, Runtime};
use sift_values::flow::{Flow, Outcome};
use sift_values::value::Value;

use super::{float_arg, multiply};

pub(super) fn prod(m: &mut Runtime, args: &Args) -> Outcome {
    let mut total = args.given(1).unwrap_or(Value::int(1));
    for item in m.items(args.get(0))? {
        m.meter.charge(1)?;
        let label = total.label().join(item.label());
        total = multiply(m, total, item)?.labelled(label);
    }
    Ok(total)
}

pub(super) fn hypot(m: &mut Runtime, args: &Args) -> Outcome {
    let mut coordinates = Vec::with_capacity(args.rest.len());
    for coordinate in &args.rest {
        coordinates.push(float_arg(m, *coordinate)?);
    }
    Ok(Value::float(vector_norm(&coordinates)))
}

pub(super) fn dist(m: &mut Runtime, args: &Args) -> Outcome {
    let (p, q) = (m.items(args.get(0))?, m.items(args.get(1))?);
    if p.len() != q.len() {
        return Err(m.value_error("both points must have the same number of dimensions"));
    }
    let mut differences = Vec::with_capacity(p.len());
    for (a, b) in p.into_iter().zip(q) {
        differences.push(float_arg(m, a)? - float_arg(m, b)?);
    }
    Ok(Value::float(vector_norm(&differences)))
}

/// Returns the Euclidean length of a vector. Coordinates are scaled by a power of two, and squares
/// are added together with their rounding errors.
fn vector_norm(coordinates: &[f64]) -> f64 {
    if coordinates.iter().any(|x| x.is_infinite()) {
        return f64::INFINITY;
    }
    if coordinates.iter().any(|x| x.is_nan()) {
        return f64::NAN;
    }
    let largest = coordinates.iter().fold(0.0_f64, |largest, x| largest.max(x.abs()));
    if largest == 0.0 || coordinates.len() < 2 {
        return largest;
    }
    let (_, exponent) = libm::frexp(largest);
    let (mut sum, mut lost) = (0.0_f64, 0.0_f64);
    for x in coordinates {
        let x = libm::ldexp(*x, -exponent);
        let square = x * x;
        lost += libm::fma(x, x, -square);
        let (high, low) = two_sum(sum, square);
        sum = high;
        lost += low;
    }
    let root = libm::sqrt(sum + lost);
    // A step of Newton's method, with the exact remainder.
    let square = root * root;
    let rest = (sum - square) + (lost - libm::fma(root, root, -square));
    libm::ldexp(root + rest / (2.0 * root), exponent)
}

/// Adds two floats. Returns the rounded sum and its rounding error.
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let added = sum - a;
    (sum, (a - (sum - added)) + (b - added))
}

/// Implements `fsum` with Shewchuk's algorithm, using partial sums that don't overlap.
pub(super) fn fsum(m: &mut Runtime, args: &Args) -> Outcome {
    let mut partials: Vec<f64> = Vec::new();
    let (mut special, mut infinite) = (0.0, 0.0);
    for item in m.items(args.get(0))? {
        m.meter.charge_items(partials.len() + 1)?;
        let x = float_arg(m, item)?;
        if x.is_finite() {
            if !add_partial(&mut partials, x) {
                return Err(m.overflow_error("intermediate overflow in fsum"));
            }
        } else {
            special += x;
            if x.is_infinite() {
                infinite += x;
            }
        }
    }
    if special != 0.0 {
        return special_sum(m, special, infinite);
    }
    Ok(Value::float(round_partials(&partials)))
}

/// Returns the sum of numbers of which some are NaN or infinite.
fn special_sum(m: &mut Runtime, special: f64, infinite: f64) -> Result<Value, Flow> {
    if f64::is_nan(infinite) {
        return Err(m.value_error("-inf + inf in fsum"));
    }
    Ok(Value::float(special))
}

/// Adds a float to a list of partial sums without losing digits. Returns `false` if a sum
/// overflows.
fn add_partial(partials: &mut Vec<f64>, x: f64) -> bool {
    let mut x = x;
    let mut kept = Vec::with_capacity(partials.len() + 1);
    for &y in partials.iter() {
        let (larger, smaller) = if x.abs() < y.abs() { (y, x) } else { (x, y) };
        let high = larger + smaller;
        let low = smaller - (high - larger);
        if low != 0.0 {
            kept.push(low);
        }
        x = high;
    }
    if x != 0.0 {
        kept.push(x);
    }
    *partials = kept;
    x.is_finite()
}

/// Adds the partial sums from the largest down, to a correctly rounded float. The sign of the
/// remaining ones decides ties.
fn round_partials(partials: &[f64]) -> f64 {
    let mut rest = partials.iter().rev().copied();
    let Some(mut high) = rest.next() else { return 0.0 };
    let mut low = 0.0;
    for y in rest.by_ref() {
        let x = high;
        high = x + y;
        low = y - (high - x);
        if low != 0.0 {
            break;
        }
    }
    if let Some(next) = rest.next()
        && (low < 0.0) == (next < 0.0)
        && low != 0.0
    {
        let doubled = low * 2.0;
        let corrected = high + doubled;
        if corrected - high == doubled {
            return corrected;
        }
    }
    high
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vector_norm_neither_overflows_nor_underflows() {
        assert_eq!(vector_norm(&[3.0, 4.0, 12.0]), 13.0);
        assert_eq!(vector_norm(&[3e300, 4e300]), 5e300);
        assert_eq!(vector_norm(&[3e-320, 4e-320]), 5e-320);
        assert_eq!(vector_norm(&[f64::NAN, f64::NEG_INFINITY]), f64::INFINITY);
        assert_eq!(vector_norm(&[1.0; 10_000]), 100.0);
    }

    #[test]
    fn partial_sums_are_exact() {
        let sum = |items: &[f64]| {
            let mut partials = Vec::new();
            assert!(items.iter().all(|x| add_partial(&mut partials, *x)));
            round_partials(&partials)
        };
        assert_eq!(sum(&[0.1; 10]), 1.0);
        assert_eq!(sum(&[1e100, 1.0, -1e100]), 1.0);
        // A tie that the rest decides.
        assert_eq!(sum(&[9007199254740992.0, 1.0, 1e-30]), 9007199254740994.0);
        assert_eq!(sum(&[9007199254740992.0, 1.0, -1e-30]), 9007199254740992.0);
    }
}
