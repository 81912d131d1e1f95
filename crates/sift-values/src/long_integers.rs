//! Long computations on large integers, in steps between checks of the cancel flag.

use num_bigint::{BigInt, BigUint};
use num_integer::Integer as _;
use num_traits::{One as _, Signed as _, Zero as _};

use crate::flow::Flow;
use crate::meter::Meter;

/// The maximum number of word products in a division between two checks of the cancel flag.
const PRODUCTS_AT_ONCE: usize = 1 << 22;

/// The maximum length of a modulus, in words, for which a modular power computes several products
/// between two checks of the cancel flag.
const LONG_MODULUS: usize = 1 << 10;

/// The maximum number of bits of an integer whose square root is computed in one step.
const SHORT_ROOT: u64 = 1 << 16;

/// The minimum number of words of the quotient that a step of a long division computes.
const QUOTIENT_WORDS: usize = 64;

/// Returns the results of Python's `a // b` and `a % b` for integers.
///
/// # Errors
/// [`Flow::End`] if the program is cancelled meanwhile.
pub fn floor_divide(meter: &Meter, a: &BigInt, b: &BigInt) -> Result<(BigInt, BigInt), Flow> {
    let (quotient, rest) = divide_magnitudes(meter, a.magnitude(), b.magnitude())?;
    let (quotient, rest) = (BigInt::from(quotient), BigInt::from(rest));
    let rest_of_floor = |rest: BigInt| if b.is_negative() { -rest } else { rest };
    if a.is_negative() == b.is_negative() {
        return Ok((quotient, rest_of_floor(rest)));
    }
    // The quotient was truncated towards zero.
    if rest.is_zero() {
        return Ok((-quotient, rest));
    }
    let further: BigInt = quotient + 1_u8;
    Ok((-further, rest_of_floor(BigInt::from(b.magnitude().clone()) - rest)))
}

fn divide_magnitudes(meter: &Meter, a: &BigUint, b: &BigUint) -> Result<(BigUint, BigUint), Flow> {
    let divisor = b.iter_u64_digits().len().max(1);
    let at_once = (PRODUCTS_AT_ONCE / divisor).max(QUOTIENT_WORDS);
    if a.iter_u64_digits().len() <= divisor.saturating_add(at_once) {
        return Ok(a.div_rem(b));
    }
    divide_in_steps(meter, a, b, at_once)
}

/// Divides integers by long division. Each step computes `at_once` words of the quotient.
fn divide_in_steps(meter: &Meter, a: &BigUint, b: &BigUint, at_once: usize) -> Result<(BigUint, BigUint), Flow> {
    let words: Vec<u64> = a.iter_u64_digits().collect();
    let (mut quotient, mut rest) = (Vec::new(), BigUint::ZERO);
    for part in words.rchunks(at_once) {
        meter.look()?;
        let (whole, left) = ((rest << (64 * part.len())) + from_words(part)).div_rem(b);
        let mut digits: Vec<u64> = whole.iter_u64_digits().collect();
        digits.resize(part.len(), 0);
        quotient.push(digits);
        rest = left;
    }
    let quotient: Vec<u64> = quotient.into_iter().rev().flatten().collect();
    Ok((from_words(&quotient), rest))
}

/// Creates an integer from 64-bit words, the lowest first.
fn from_words(words: &[u64]) -> BigUint {
    let halves = words.iter().flat_map(|word| [*word as u32, (word >> 32) as u32]);
    BigUint::new(halves.collect())
}

/// Returns the integer square root, by Newton's method with increasing precision, as CPython's
/// `math.isqrt` does.
///
/// # Errors
/// [`Flow::End`] if the program is cancelled meanwhile.
pub fn isqrt(meter: &Meter, n: &BigUint) -> Result<BigUint, Flow> {
    if n.bits() <= SHORT_ROOT {
        return Ok(n.sqrt());
    }
    let bits = (n.bits() - 1) / 2;
    let (mut root, mut known) = (BigUint::one(), 0);
    for step in (0..64 - bits.leading_zeros()).rev() {
        let before = known;
        known = bits >> step;
        let (quotient, _) = divide_magnitudes(meter, &(n >> (2 * bits - before - known + 1)), &root)?;
        root = (root << (known - before - 1)) + quotient;
    }
    if &root * &root > *n {
        root -= 1_u8;
    }
    Ok(root)
}

/// Returns the greatest common divisor of two nonnegative integers.
///
/// # Errors
/// [`Flow::End`] if the program is cancelled meanwhile.
pub fn gcd(meter: &Meter, a: &BigUint, b: &BigUint) -> Result<BigUint, Flow> {
    let (Some(twos_a), Some(twos_b)) = (a.trailing_zeros(), b.trailing_zeros()) else {
        return Ok(a + b);
    };
    let (mut a, mut b) = (a >> twos_a, b >> twos_b);
    // A division makes numbers of very different lengths similar.
    if a.bits().abs_diff(b.bits()) > 64 {
        let (longer, shorter) = if a > b { (a, b) } else { (b, a) };
        let (_, rest) = divide_magnitudes(meter, &longer, &shorter)?;
        let Some(twos) = rest.trailing_zeros() else {
            return Ok(shorter << twos_a.min(twos_b));
        };
        (a, b) = (shorter, rest >> twos);
    }
    let mut steps = 0;
    while a != b {
        meter.look_now_and_then(&mut steps)?;
        if a < b {
            std::mem::swap(&mut a, &mut b);
        }
        a -= &b;
        a >>= a.trailing_zeros().unwrap_or(0);
    }
    Ok(a << twos_a.min(twos_b))
}

/// Returns the inverse of an integer for a modulus, with the sign of the modulus. Returns `None` if
/// they have a common divisor.
///
/// # Errors
/// [`Flow::End`] if the program is cancelled meanwhile.
pub fn modular_inverse(meter: &Meter, value: &BigInt, modulus: &BigInt) -> Result<Option<BigInt>, Flow> {
    let size = BigInt::from(modulus.magnitude().clone());
    let (_, value) = floor_divide(meter, value, &size)?;
    // The extended Euclidean algorithm: each remainder is congruent to a multiple of the value.
    let (mut rest, mut next_rest) = (size.clone(), value);
    let (mut factor, mut next_factor) = (BigInt::zero(), BigInt::one());
    let mut steps = 0;
    while !next_rest.is_zero() {
        meter.look_now_and_then(&mut steps)?;
        let (quotient, left) = rest.div_rem(&next_rest);
        (rest, next_rest) = (next_rest, left);
        let left = factor - quotient * &next_factor;
        (factor, next_factor) = (next_factor, left);
    }
    Ok(rest.is_one().then(|| factor.mod_floor(modulus)))
}

/// Returns `pow(base, exponent, modulus)`, which has the sign of the modulus. The exponent is not
/// negative.
///
/// # Errors
/// [`Flow::End`] if the program is cancelled meanwhile.
pub fn modular_power(meter: &Meter, base: &BigInt, exponent: &BigUint, modulus: &BigInt) -> Result<BigInt, Flow> {
    let words = modulus.iter_u64_digits().len().max(1);
    if words > LONG_MODULUS {
        return power_by_squaring(meter, base, exponent, modulus);
    }
    let bits_at_once = (PRODUCTS_AT_ONCE / words / words).max(1) as u64;
    if exponent.bits() <= bits_at_once {
        return Ok(base.modpow(&BigInt::from(exponent.clone()), modulus));
    }
    // Processes the exponent from the highest bits to the lowest, several per step.
    let mut power = BigInt::one().mod_floor(modulus);
    let mut left = exponent.bits();
    while left > 0 {
        meter.look()?;
        let bits = match left % bits_at_once {
            0 => bits_at_once,
            rest => rest,
        };
        left -= bits;
        let part = (exponent >> left) & ((BigUint::one() << bits) - 1_u8);
        let raised = power.modpow(&(BigInt::one() << bits), modulus);
        power = (raised * base.modpow(&BigInt::from(part), modulus)).mod_floor(modulus);
    }
    Ok(power)
}

/// Returns `pow(base, exponent, modulus)` for a long modulus. The cancel flag is checked for each
/// product.
fn power_by_squaring(meter: &Meter, base: &BigInt, exponent: &BigUint, modulus: &BigInt) -> Result<BigInt, Flow> {
    let reduced = |number: &BigInt| floor_divide(meter, number, modulus).map(|(_, rest)| rest);
    let base = reduced(base)?;
    let mut power = reduced(&BigInt::one())?;
    for bit in (0..exponent.bits()).rev() {
        meter.look()?;
        power = reduced(&(&power * &power))?;
        if exponent.bit(bit) {
            power = reduced(&(power * &base))?;
        }
    }
    Ok(power)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use super::*;

    #[test]
    fn long_division_is_metered_in_small_steps() {
        let meter = Meter::new(u64::MAX);
        let long: BigUint = (BigUint::from(1_u8) << (64 * 200)) / 7_u8;
        let divisors = [
            BigUint::from(10_u8),
            (BigUint::from(1_u8) << (64 * 150)) - 3_u8,
            &long + 1_u8,
            long.clone(),
        ];
        for b in divisors.into_iter().chain([BigUint::from(u64::MAX) << 64]) {
            for at_once in [1, 7, 199, 200, 201] {
                let divided = divide_in_steps(&meter, &long, &b, at_once).unwrap();
                assert!(divided == long.div_rem(&b), "by {} bits, {at_once} words", b.bits());
            }
        }
        meter.cancel_flag().store(true, Ordering::Relaxed);
        assert!(divide_in_steps(&meter, &long, &BigUint::from(10_u8), 7).is_err());
    }

    #[test]
    fn roots_of_long_integers_match_the_direct_computation() {
        let meter = Meter::new(u64::MAX);
        let root: BigUint = (BigUint::from(1_u8) << SHORT_ROOT) / 7_u8;
        let square = &root * &root;
        for n in [
            &square - 1_u8,
            square.clone(),
            &square + 1_u8,
            &square << 1,
            &square + &root * 2_u8,
        ] {
            assert!(isqrt(&meter, &n).unwrap() == n.sqrt(), "{} bits", n.bits());
        }
    }

    #[test]
    fn powers_modulo_long_integers_match_the_direct_computation() {
        let meter = Meter::new(u64::MAX);
        let modulus: BigInt = (BigInt::from(1) << (64 * (LONG_MODULUS + 1))) / 7;
        let exponent = BigUint::from(1_003_u32);
        let negative = BigInt::from(-1) * (&modulus / 2);
        for base in [BigInt::from(3), negative, &modulus + 5] {
            for modulus in [modulus.clone(), -&modulus] {
                let power = modular_power(&meter, &base, &exponent, &modulus).unwrap();
                assert!(power == base.modpow(&BigInt::from(exponent.clone()), &modulus));
            }
        }
    }

    #[test]
    fn integer_quotients_round_toward_negative_infinity() {
        let meter = Meter::new(u64::MAX);
        for (a, b) in [(7, 2), (-7, 2), (7, -2), (-7, -2), (6, -2), (-6, 2), (0, -5), (1, -5)] {
            let (a, b) = (BigInt::from(a), BigInt::from(b));
            assert_eq!(floor_divide(&meter, &a, &b).unwrap(), a.div_mod_floor(&b), "{a} by {b}");
        }
    }

    #[test]
    fn gcds_inverses_and_powers_match_the_direct_computation() {
        let meter = Meter::new(u64::MAX);
        let long = (BigInt::from(1) << 4_000) / 7;
        let numbers = [0, 1, -1, 2, 6, 12, 97, -35].map(BigInt::from);
        let numbers = numbers.into_iter().chain([&long * 12, &long * 18, long + 1]);
        let numbers: Vec<BigInt> = numbers.collect();
        for a in &numbers {
            for b in &numbers {
                let common = gcd(&meter, a.magnitude(), b.magnitude()).unwrap();
                assert!(BigInt::from(common) == a.gcd(b), "{} and {} bits", a.bits(), b.bits());
                if b.is_zero() || b.bits() > 1_000 && a.bits() > 1_000 {
                    continue;
                }
                // As in Python, every integer has an inverse modulo 1.
                let expected = if b.magnitude().is_one() {
                    Some(BigInt::zero())
                } else {
                    a.modinv(b)
                };
                let inverse = modular_inverse(&meter, a, b).unwrap();
                assert!(inverse == expected, "{a} by {b}: {inverse:?}");
                let power = modular_power(&meter, a, &BigUint::from(1_000_003_u32), b).unwrap();
                assert!(
                    power == a.modpow(&1_000_003.into(), b),
                    "{} by {} bits",
                    a.bits(),
                    b.bits()
                );
            }
        }
        meter.cancel_flag().store(true, Ordering::Relaxed);
        let long = BigUint::from(1_u8) << 20_000;
        assert!(gcd(&meter, &(&long + 1_u8), &(&long - 3_u8)).is_err());
        assert!(modular_power(&meter, &3.into(), &long, &BigInt::from(long.clone() + 1_u8)).is_err());
    }
}
