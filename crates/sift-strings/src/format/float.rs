//! Formatting of floats in decimal notation.

use super::NumberError;

/// An upper bound for the number of decimals and of significant digits of a float's exact value.
/// All digits beyond it are zeros.
pub const MAX_EXACT_DIGITS: usize = 1_100;

/// The digits of a finite, non-negative float: `0.DIGITS * 10^point`, without trailing zeros. Zero
/// has no digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Decimal {
    pub(super) digits: String,
    /// The number of digits before the decimal point; may be negative.
    pub(super) point: i32,
}

impl Decimal {
    /// Creates the shortest decimal that parses back to the same float.
    pub(super) fn shortest(magnitude: f64) -> Self {
        Self::of_scientific(&format!("{magnitude:e}"))
    }

    /// Creates the decimal of a float rounded to `digits` significant digits, ties to even.
    pub(super) fn significant(magnitude: f64, digits: usize) -> Self {
        let decimals = digits.clamp(1, MAX_EXACT_DIGITS) - 1;
        Self::of_scientific(&format!("{magnitude:.decimals$e}"))
    }

    /// Parses a decimal from Rust's scientific notation, `d.ddde-x`.
    fn of_scientific(text: &str) -> Self {
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
        let digits = digits.trim_end_matches('0').to_owned();
        let exponent: i32 = exponent.parse().unwrap_or(0);
        // Zero counts as one digit before the point.
        let point = if digits.is_empty() { 1 } else { exponent + 1 };
        Self { digits, point }
    }

    /// Formats the decimal in positional notation, with at least `min_decimals` decimals and
    /// without dropping digits.
    pub(super) fn positional(&self, min_decimals: usize) -> String {
        let before = usize::try_from(self.point).unwrap_or(0);
        let zeros_after_point = usize::try_from(self.point.min(0).unsigned_abs()).unwrap_or(0);
        let (whole, fraction) = self.digits.split_at_checked(before).unwrap_or((&self.digits, ""));
        let mut out = if before == 0 {
            String::from("0")
        } else {
            format!("{whole:0<before$}")
        };
        let decimals = if fraction.is_empty() {
            0
        } else {
            zeros_after_point + fraction.len()
        };
        if decimals.max(min_decimals) > 0 {
            out.push('.');
        }
        if decimals > 0 {
            out.extend(std::iter::repeat_n('0', zeros_after_point));
            out.push_str(fraction);
        }
        out.extend(std::iter::repeat_n('0', min_decimals.saturating_sub(decimals)));
        out
    }

    /// Formats the decimal in scientific notation, with at least `min_decimals` decimals.
    pub(super) fn scientific(&self, min_decimals: usize) -> String {
        let (first, rest) = self.digits.split_at_checked(1).unwrap_or(("0", ""));
        let mut out = String::from(first);
        if rest.len().max(min_decimals) > 0 {
            out.push('.');
            out.push_str(rest);
            out.extend(std::iter::repeat_n('0', min_decimals.saturating_sub(rest.len())));
        }
        out.push_str(&exponent_text(self.point - 1));
        out
    }
}

/// Formats the exponent of a float with its sign and at least two digits, such as `e-05`.
pub(super) fn exponent_text(exponent: i32) -> String {
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("e{sign}{:02}", exponent.unsigned_abs())
}

/// Returns a float as `repr` and `str` format it.
///
/// ```
/// use sift_strings::format::float_repr;
///
/// assert_eq!((float_repr(0.1), float_repr(1e16)), ("0.1".to_owned(), "1e+16".to_owned()));
/// ```
#[must_use]
pub fn float_repr(value: f64) -> String {
    if value.is_nan() {
        return String::from("nan");
    }
    let sign = if value.is_sign_negative() { "-" } else { "" };
    if value.is_infinite() {
        return format!("{sign}inf");
    }
    format!("{sign}{}", repr_magnitude(value.abs()))
}

/// Formats a finite, non-negative float like `repr`.
pub(super) fn repr_magnitude(magnitude: f64) -> String {
    let decimal = Decimal::shortest(magnitude);
    if decimal.point <= -4 || decimal.point > 16 {
        decimal.scientific(0)
    } else {
        decimal.positional(1)
    }
}

/// Rounds the exact value of a float to a number of decimals, ties to even, like `round(x, n)`. A
/// negative number of decimals rounds before the decimal point.
///
/// ```
/// use sift_strings::format::round_half_even;
///
/// assert_eq!(round_half_even(2.5, 0)?, 2.0);
/// assert_eq!(round_half_even(2.675, 2)?, 2.67, "the float lies below the tie");
/// # Ok::<(), sift_strings::format::NumberError>(())
/// ```
///
/// # Errors
/// [`NumberError::RoundedTooLarge`] if the rounded value is beyond the largest float.
pub fn round_half_even(value: f64, decimals: i64) -> Result<f64, NumberError> {
    // Beyond these bounds, which are CPython's, the result is the value itself or zero.
    if !value.is_finite() || decimals > 323 {
        return Ok(value);
    }
    if decimals < -308 {
        return Ok(0.0_f64.copysign(value));
    }
    let magnitude = value.abs();
    let rounded = match usize::try_from(decimals) {
        Ok(decimals) => format!("{magnitude:.decimals$}"),
        Err(_) => round_before_point(magnitude, decimals.unsigned_abs()),
    };
    match rounded.parse::<f64>() {
        Ok(rounded) if rounded.is_finite() => Ok(rounded.copysign(value)),
        _ => Err(NumberError::RoundedTooLarge),
    }
}

/// Rounds a float to a multiple of the power of ten with `zeros` zeros, and formats the result.
fn round_before_point(magnitude: f64, zeros: u64) -> String {
    let exact = Decimal::significant(magnitude, MAX_EXACT_DIGITS);
    let kept = i64::from(exact.point) - i64::try_from(zeros).unwrap_or(i64::MAX);
    match usize::try_from(kept) {
        Ok(0) => {
            // All digits are dropped, and only values above one half round up. A tie rounds to
            // zero.
            let up = exact.digits.as_str() > "5";
            format!("{}e{zeros}", u8::from(up))
        }
        Ok(kept) => format!("{:.*e}", kept - 1, magnitude),
        Err(_) => String::from("0"),
    }
}
