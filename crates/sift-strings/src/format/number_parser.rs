//! Parsing of integers and floats: `int(text, base)` and `float(text)`.

use num_bigint::BigInt;
use num_traits::Num as _;

use super::int::MAX_INT_DIGITS;
use super::repr::repr_start;
use super::{NumberError, str_repr};
use crate::methods::{decimal_value, is_space};

/// The largest number of decimal digits that always fit in an `i64`.
const SMALL_DIGITS: usize = 18;

/// The maximum number of characters of the invalid text that are quoted in the message of
/// [`NumberError::InvalidInt`].
const SHOWN: usize = 200;

/// Parses an integer of a few ASCII digits with an optional sign, which is the common case; `None`
/// for any other text.
///
/// ```
/// use sift_strings::format::parse_small_int;
///
/// assert_eq!(parse_small_int("-1000"), Some(-1_000));
/// assert_eq!(parse_small_int("1_000"), None, "left to `parse_int`");
/// ```
#[must_use]
pub fn parse_small_int(text: &str) -> Option<i64> {
    let (sign, digits) = match text.as_bytes() {
        [b'-', digits @ ..] => (-1, digits),
        [b'+', digits @ ..] | digits => (1, digits),
    };
    if digits.is_empty() || digits.len() > SMALL_DIGITS {
        return None;
    }
    let magnitude = digits.iter().try_fold(0_i64, |number, digit| {
        let digit = digit.wrapping_sub(b'0');
        (digit <= 9).then(|| number * 10 + i64::from(digit))
    })?;
    Some(sign * magnitude)
}

/// Parses an integer like `int(text, base)`: with surrounding spaces, a sign, underscores between
/// digits, and digits of any script. Base 0 detects the base from the prefix `0x`, `0o` or `0b`.
///
/// ```
/// use sift_strings::format::parse_int;
///
/// assert_eq!(parse_int(" 0xff ", 16)?.to_string(), "255");
/// assert_eq!(parse_int("٣", 10)?.to_string(), "3");
/// assert!(parse_int("12 orders", 10).is_err());
/// # Ok::<(), sift_strings::format::NumberError>(())
/// ```
///
/// # Errors
/// [`NumberError::InvalidInt`], [`NumberError::InvalidBase`], or
/// [`NumberError::TooManyDigitsToRead`], which is reported before any work that takes more than
/// linear time.
pub fn parse_int(text: &str, base: u32) -> Result<BigInt, NumberError> {
    if !is_base(base) {
        return Err(NumberError::InvalidBase);
    }
    let invalid = || invalid_int(text, base);
    let ascii = to_ascii(text).ok_or_else(invalid)?;
    let (negative, unsigned) = sign(&ascii);
    let (base, digits) = base_and_digits(unsigned, base).ok_or_else(invalid)?;
    let digits = without_underscores(digits).ok_or_else(invalid)?;
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(base)) {
        return Err(invalid());
    }
    if !base.is_power_of_two() && digits.len() > MAX_INT_DIGITS {
        return Err(NumberError::TooManyDigitsToRead { digits: digits.len() });
    }
    let magnitude = BigInt::from_str_radix(&digits, base).map_err(|_| invalid())?;
    Ok(if negative { -magnitude } else { magnitude })
}

/// Returns the error for a text that isn't an integer, with the text quoted in the message.
pub fn invalid_int(text: &str, base: u32) -> NumberError {
    if is_base(base) {
        NumberError::InvalidInt {
            base,
            repr: repr_start(text, SHOWN),
        }
    } else {
        NumberError::InvalidBase
    }
}

const fn is_base(base: u32) -> bool {
    matches!(base, 0 | 2..=36)
}

/// Parses a float like `float(text)`.
///
/// ```
/// use sift_strings::format::parse_float;
///
/// assert_eq!(parse_float(" 1_000.5e-1\n")?, 100.05);
/// assert!(parse_float("nan")?.is_nan());
/// # Ok::<(), sift_strings::format::NumberError>(())
/// ```
///
/// # Errors
/// [`NumberError::InvalidFloat`].
pub fn parse_float(text: &str) -> Result<f64, NumberError> {
    read_float(text).ok_or_else(|| NumberError::InvalidFloat { repr: str_repr(text) })
}

/// Parses a float like [`parse_float`]; `None` if the text is invalid, without building an error
/// that quotes the whole text.
pub fn read_float(text: &str) -> Option<f64> {
    // The common case: no spaces, underscores or names.
    if is_numeral(text)
        && let Ok(number) = text.parse()
    {
        return Some(number);
    }
    let ascii = to_ascii(text)?;
    let plain = without_float_underscores(&ascii)?;
    let (_, unsigned) = sign(&plain);
    let named = ["inf", "infinity", "nan"]
        .iter()
        .any(|name| unsigned.eq_ignore_ascii_case(name));
    if named || is_numeral(unsigned) {
        plain.parse().ok()
    } else {
        None
    }
}

/// Returns `true` if the character can occur in an argument of `int(text, base)`, in any base, or
/// `float.fromhex`.
pub fn is_int_char(char: char) -> bool {
    match char {
        '+' | '-' | '_' | '.' | ' ' | '\t'..='\r' => true,
        _ if char.is_ascii() => char.is_ascii_alphanumeric(),
        _ => is_space(char) || decimal_value(char).is_some(),
    }
}

/// Returns `true` if the character can occur in an argument of `float`, `Decimal` or `Fraction`.
pub fn is_number_char(char: char) -> bool {
    match char {
        '0'..='9' | '.' | '+' | '-' | '_' | '/' | ' ' | '\t'..='\r' | '\x1c'..='\x1f' => true,
        // The letters of Infinity, NaN, sNaN and the exponent.
        _ if char.is_ascii() => b"aefinstyAEFINSTY".contains(&(char as u8)),
        _ => is_space(char) || decimal_value(char).is_some(),
    }
}

fn is_numeral(text: &str) -> bool {
    text.bytes()
        .all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-'))
}

/// Strips the spaces around a number and converts digits of all scripts to ASCII; `None` if other
/// non-ASCII characters remain.
fn to_ascii(text: &str) -> Option<String> {
    // ASCII spaces are those of C, without the information separators that `strip` removes.
    let stripped =
        text.trim_matches(|char: char| matches!(char, '\t'..='\r' | ' ') || !char.is_ascii() && is_space(char));
    let ascii = |char: char| {
        if char.is_ascii() {
            Some(char)
        } else {
            decimal_value(char).map(|value| char::from(b'0'.saturating_add(value)))
        }
    };
    stripped.chars().map(ascii).collect()
}

fn sign(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

/// Determines the base of an integer literal and removes the base's prefix; `None` if base 0 was
/// requested and the number has leading zeros.
fn base_and_digits(text: &str, base: u32) -> Option<(u32, &str)> {
    let prefixes = [(16, ["0x", "0X"]), (8, ["0o", "0O"]), (2, ["0b", "0B"])];
    for (prefix_base, [lower, upper]) in prefixes {
        let named = text.strip_prefix(lower).or_else(|| text.strip_prefix(upper));
        if let (Some(digits), true) = (named, base == 0 || base == prefix_base) {
            // One underscore may follow the prefix.
            return Some((prefix_base, digits.strip_prefix('_').unwrap_or(digits)));
        }
    }
    let zero_led = text.starts_with('0') && text.bytes().any(|byte| !matches!(byte, b'0' | b'_'));
    match base {
        0 if zero_led => None,
        0 => Some((10, text)),
        base => Some((base, text)),
    }
}

/// Removes single underscores between the digits of a number; `None` if an underscore is anywhere
/// else.
fn without_underscores(digits: &str) -> Option<String> {
    if digits.starts_with('_') || digits.ends_with('_') || digits.contains("__") {
        return None;
    }
    Some(digits.replace('_', ""))
}

fn without_float_underscores(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        if char == '_' {
            let between = before.is_ascii_digit() && chars.peek().is_some_and(char::is_ascii_digit);
            if !between {
                return None;
            }
        } else {
            out.push(char);
        }
        before = char;
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::parse_float_hex;

    #[test]
    fn number_characters_match_those_accepted_by_parsers() {
        for char in '\0'..=char::MAX {
            let texts = [format!("{char}1"), format!("1{char}"), format!("1{char}1")];
            let is_float = texts.iter().any(|text| read_float(text).is_some());
            assert!(!is_float || is_number_char(char), "{char:?}");
            let is_int = texts
                .iter()
                .any(|text| parse_int(text, 36).is_ok() || parse_float_hex(text).is_ok());
            assert_eq!(is_int, is_int_char(char), "{char:?}");
        }
        for text in ["infinity", "INF", "NaN", "-1_0.5E+3"] {
            assert!(read_float(text).is_some() && text.chars().all(is_number_char), "{text}");
        }
    }
}
