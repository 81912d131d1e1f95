//! Parsing of decimal numbers from text.

use num_bigint::BigUint;
use num_traits::Zero as _;

use super::{Decimal, Kind, MAX_EXPONENT, MIN_LAST_EXPONENT, Trap};
use sift_strings::methods::{decimal_value, is_space};

impl Decimal {
    /// Parses a number like Python's `Decimal(text)`: with surrounding spaces, underscores
    /// anywhere, and digits of any script.
    ///
    /// # Errors
    /// A text that isn't a number, or an exponent out of range.
    pub fn parse(text: &str) -> Result<Self, Trap> {
        let mut plain = String::with_capacity(text.len());
        for char in text.trim_matches(is_space).chars().filter(|char| *char != '_') {
            match decimal_value(char) {
                Some(digit) => plain.push(char::from(b'0'.saturating_add(digit))),
                None if char.is_ascii() => plain.push(char),
                None => return Err(Trap::ConversionSyntax),
            }
        }
        let (negative, unsigned) = match plain.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, plain.strip_prefix('+').unwrap_or(&plain)),
        };
        if let Some(special) = special(unsigned) {
            return Ok(Self {
                negative,
                kind: special,
            });
        }
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, parse_exponent(exponent)?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = [whole, fraction].concat();
        let coefficient = coefficient(&digits)?;
        let exponent = exponent.saturating_sub(i64::try_from(fraction.len()).unwrap_or(i64::MAX));
        let number = Self::finite(negative, coefficient, exponent);
        number.within_bounds()
    }

    /// Returns the number if its exponent is in the range that the widest context allows.
    ///
    /// # Errors
    /// An invalid operation for other numbers.
    pub fn within_bounds(self) -> Result<Self, Trap> {
        let Some((coefficient, exponent)) = self.parts() else {
            return Ok(self);
        };
        let too_large = exponent > MAX_EXPONENT || (!coefficient.is_zero() && self.adjusted() > MAX_EXPONENT);
        if too_large || exponent < MIN_LAST_EXPONENT {
            return Err(Trap::InvalidOperation);
        }
        Ok(self)
    }
}

fn coefficient(digits: &str) -> Result<BigUint, Trap> {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Trap::ConversionSyntax);
    }
    BigUint::parse_bytes(digits.as_bytes(), 10).ok_or(Trap::ConversionSyntax)
}

/// Parses the exponent of a number. An exponent far beyond the maximum is reduced to a smaller one
/// that is out of bounds, too.
fn parse_exponent(text: &str) -> Result<i64, Trap> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Trap::ConversionSyntax);
    }
    const BEYOND: i64 = 4 * MAX_EXPONENT;
    let magnitude = digits.parse::<i64>().unwrap_or(BEYOND).min(BEYOND);
    Ok(if negative { -magnitude } else { magnitude })
}

/// Parses the name of an infinity or a NaN, such as `inf` or `sNaN12`.
fn special(text: &str) -> Option<Kind> {
    let lower = text.get(..text.len().min(8))?.to_ascii_lowercase();
    if matches!(lower.as_str(), "inf" | "infinity") && text.len() == lower.len() {
        return Some(Kind::Infinite);
    }
    let signaling = lower.starts_with("snan");
    let payload = if signaling {
        text.get(4..)?
    } else if lower.starts_with("nan") {
        text.get(3..)?
    } else {
        return None;
    };
    let payload = if payload.is_empty() {
        BigUint::zero()
    } else {
        coefficient(payload).ok()?
    };
    Some(Kind::Nan { signaling, payload })
}

#[cfg(test)]
mod tests {
    use sift_strings::format::is_number_char;

    use super::*;

    #[test]
    fn decimal_parser_accepts_only_number_characters() {
        for char in '\0'..=char::MAX {
            let texts = [format!("{char}1"), format!("1{char}"), format!("1{char}1")];
            let is_accepted = texts.iter().any(|text| Decimal::parse(text).is_ok());
            assert!(!is_accepted || is_number_char(char), "{char:?}");
        }
        for text in ["infinity", "sNaN12", "-1_0.5E+3"] {
            assert!(
                Decimal::parse(text).is_ok() && text.chars().all(is_number_char),
                "{text}"
            );
        }
    }
}
