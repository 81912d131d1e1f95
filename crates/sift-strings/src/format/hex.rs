//! Formatting and parsing of floats in hexadecimal notation: `float.hex` and `float.fromhex`.

use num_bigint::BigUint;
use num_traits::{Num as _, ToPrimitive as _, Zero as _};

/// An error of parsing a hexadecimal float.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FloatHexError {
    /// The text is not of the form `[sign]['0x']digits['.'digits]['p'exponent]`.
    #[error("invalid hexadecimal floating-point string")]
    Invalid,
    /// The value is beyond the largest float (`OverflowError`).
    #[error("hexadecimal value too large to represent as a float")]
    TooLarge,
}

/// Formats a float exactly in hexadecimal: 3 is `0x1.8000000000000p+1`.
///
/// ```
/// use sift_strings::format::float_hex;
///
/// assert_eq!(float_hex(1.5), "0x1.8000000000000p+0");
/// ```
#[must_use]
pub fn float_hex(value: f64) -> String {
    if !value.is_finite() {
        return super::float_repr(value);
    }
    let sign = if value.is_sign_negative() { "-" } else { "" };
    let bits = value.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    let stored = i64::try_from(bits >> 52 & 0x7ff).unwrap_or(0);
    match (stored, fraction) {
        (0, 0) => format!("{sign}0x0.0p+0"),
        (0, _) => format!("{sign}0x0.{fraction:013x}p-1022"),
        _ => format!("{sign}0x1.{fraction:013x}p{:+}", stored - 1023),
    }
}

/// Parses a hexadecimal float, rounding half to even.
///
/// ```
/// use sift_strings::format::parse_float_hex;
///
/// assert_eq!(parse_float_hex("0x1.8p+0")?, 1.5);
/// # Ok::<(), sift_strings::format::FloatHexError>(())
/// ```
///
/// # Errors
/// [`FloatHexError`].
pub fn parse_float_hex(text: &str) -> Result<f64, FloatHexError> {
    let text = text.trim_matches(|char: char| matches!(char, '\t'..='\r' | ' '));
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let named = ["inf", "infinity", "nan"]
        .iter()
        .any(|name| unsigned.eq_ignore_ascii_case(name));
    let magnitude = if named {
        unsigned.parse().map_err(|_| FloatHexError::Invalid)?
    } else {
        parse_magnitude(unsigned)?
    };
    Ok(if negative { -magnitude } else { magnitude })
}

fn parse_magnitude(text: &str) -> Result<f64, FloatHexError> {
    let digits = text
        .strip_prefix("0x")
        .or_else(|| text.strip_prefix("0X"))
        .unwrap_or(text);
    let (mantissa, exponent) = match digits.split_once(['p', 'P']) {
        Some((mantissa, exponent)) => (mantissa, parse_exponent(exponent)?),
        None => (digits, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = [whole, fraction].concat();
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Err(FloatHexError::Invalid);
    }
    let digits = digits.trim_start_matches('0');
    if digits.is_empty() {
        return Ok(0.0);
    }
    let fraction_bits = i64::try_from(fraction.len()).unwrap_or(i64::MAX / 16) * 4;
    // Digits too far down to affect the rounding are replaced by one sticky bit.
    let (kept, rest) = digits.split_at_checked(300).unwrap_or((digits, ""));
    let mut number = BigUint::from_str_radix(kept, 16).map_err(|_| FloatHexError::Invalid)?;
    let rest_bits = i64::try_from(rest.len()).unwrap_or(i64::MAX / 16) * 4;
    number = (number << 1_u8) | BigUint::from(u8::from(rest.bytes().any(|digit| digit != b'0')));
    let power = exponent
        .saturating_sub(fraction_bits)
        .saturating_add(rest_bits)
        .saturating_sub(1);
    rounded(&number, power)
        .filter(|value| value.is_finite())
        .ok_or(FloatHexError::TooLarge)
}

fn parse_exponent(text: &str) -> Result<i64, FloatHexError> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(FloatHexError::Invalid);
    }
    let magnitude = digits.parse::<i64>().unwrap_or(i64::MAX).min(1 << 40);
    Ok(if text.starts_with('-') { -magnitude } else { magnitude })
}

/// Returns the float nearest to number × 2^power; `None` if it is beyond the largest float.
fn rounded(number: &BigUint, power: i64) -> Option<f64> {
    let size = i64::try_from(number.bits()).ok()?.saturating_add(power);
    if size > 1_024 {
        return None;
    }
    if size < -1_080 {
        return Some(0.0);
    }
    // The exponent of the float's last bit.
    let last = (size - 53).max(-1_074);
    let drop = last.saturating_sub(power);
    let kept = if drop <= 0 {
        number << drop.unsigned_abs()
    } else {
        let drop = drop.unsigned_abs();
        let kept = number >> drop;
        let rest = number - (&kept << drop);
        let half = BigUint::from(1_u8) << (drop - 1);
        let up = rest > half || (rest == half && kept.bit(0));
        kept + u8::from(up)
    };
    if kept.is_zero() {
        return Some(0.0);
    }
    // Scaling in two steps keeps the intermediate result in the range of floats.
    let kept = kept.to_u64()? as f64;
    let first = last.clamp(-1_000, 900);
    Some(kept * libm::exp2(first as f64) * libm::exp2((last - first) as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_floats_round_trip() {
        for value in [0.0, 1.0, -2.5, 0.1, 5e-324, 2.2250738585072014e-308, f64::MAX, 1e-310] {
            assert_eq!(parse_float_hex(&float_hex(value)), Ok(value), "{}", float_hex(value));
        }
        assert_eq!(float_hex(2.5), "0x1.4000000000000p+1");
        assert_eq!(parse_float_hex("0x1p1024"), Err(FloatHexError::TooLarge));
        assert_eq!(parse_float_hex("1.8"), Ok(1.5));
        assert_eq!(parse_float_hex("0x"), Err(FloatHexError::Invalid));
    }
}
