//! Conversion of integers to text.

use num_bigint::{BigInt, Sign};

use super::NumberError;

/// The maximum number of decimal digits in a conversion of an integer from or to text, as in
/// CPython.
pub const MAX_INT_DIGITS: usize = 4_300;

/// A reference to an integer that fits in 64 bits or is of any size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IntRef<'a> {
    /// An integer that fits in 64 bits.
    Small(i64),
    /// An integer of any size.
    Big(&'a BigInt),
}

impl From<i64> for IntRef<'_> {
    fn from(value: i64) -> Self {
        Self::Small(value)
    }
}

impl<'a> From<&'a BigInt> for IntRef<'a> {
    fn from(value: &'a BigInt) -> Self {
        Self::Big(value)
    }
}

impl IntRef<'_> {
    /// Returns `true` if the integer is negative.
    #[must_use]
    pub fn is_negative(self) -> bool {
        match self {
            Self::Small(value) => value < 0,
            Self::Big(value) => value.sign() == Sign::Minus,
        }
    }

    /// Returns the number of bits of the integer's magnitude.
    #[must_use]
    pub fn bits(self) -> u64 {
        match self {
            Self::Small(value) => u64::from(u64::BITS - value.unsigned_abs().leading_zeros()),
            Self::Big(value) => value.bits(),
        }
    }
}

/// The numeral base in which an integer is formatted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Radix {
    /// Base 2, prefix `0b`.
    Binary,
    /// Base 8, prefix `0o`.
    Octal,
    /// Base 10, no prefix.
    Decimal,
    /// Base 16 in lower case, prefix `0x`.
    Hexadecimal,
}

impl Radix {
    /// Returns the prefix of integer literals in the base, such as `0x`.
    #[must_use]
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Binary => "0b",
            Self::Octal => "0o",
            Self::Decimal => "",
            Self::Hexadecimal => "0x",
        }
    }

    /// Returns an upper bound for the number of digits in the base of an integer with `bits` bits.
    #[must_use]
    pub const fn max_digits(self, bits: u64) -> u64 {
        match self {
            Self::Binary => bits.saturating_add(1),
            Self::Octal => bits / 3 + 1,
            // A decimal digit holds more than three bits. The digit limit applies first for large
            // integers.
            Self::Decimal => bits / 3 + 1,
            Self::Hexadecimal => bits / 4 + 1,
        }
    }

    const fn base(self) -> u32 {
        match self {
            Self::Binary => 2,
            Self::Octal => 8,
            Self::Decimal => 10,
            Self::Hexadecimal => 16,
        }
    }
}

/// Returns the digits of an integer in a base, without sign or prefix.
///
/// ```
/// use sift_strings::format::{IntRef, Radix, int_digits};
///
/// assert_eq!(int_digits(IntRef::Small(-255), Radix::Hexadecimal)?, "ff");
/// # Ok::<(), sift_strings::format::NumberError>(())
/// ```
///
/// # Errors
/// [`NumberError::TooManyDigitsToWrite`] for more than [`MAX_INT_DIGITS`] decimal digits, reported
/// before converting.
pub fn int_digits(value: IntRef<'_>, radix: Radix) -> Result<String, NumberError> {
    // 4,300 decimal digits take up to 14,285 bits.
    if radix == Radix::Decimal && value.bits() > 14_285 {
        return Err(NumberError::TooManyDigitsToWrite);
    }
    let digits = match value {
        IntRef::Small(value) => {
            let magnitude = value.unsigned_abs();
            match radix {
                Radix::Binary => format!("{magnitude:b}"),
                Radix::Octal => format!("{magnitude:o}"),
                Radix::Decimal => magnitude.to_string(),
                Radix::Hexadecimal => format!("{magnitude:x}"),
            }
        }
        IntRef::Big(value) => value.magnitude().to_str_radix(radix.base()),
    };
    if radix == Radix::Decimal && digits.len() > MAX_INT_DIGITS {
        return Err(NumberError::TooManyDigitsToWrite);
    }
    Ok(digits)
}

/// Formats an integer with its sign and the prefix of its base, like `repr`, `bin`, `oct` and
/// `hex`.
///
/// ```
/// use sift_strings::format::{IntRef, Radix, int_repr};
///
/// assert_eq!(int_repr(IntRef::Small(-255), Radix::Hexadecimal)?, "-0xff");
/// # Ok::<(), sift_strings::format::NumberError>(())
/// ```
///
/// # Errors
/// See [`int_digits`].
pub fn int_repr(value: IntRef<'_>, radix: Radix) -> Result<String, NumberError> {
    let sign = if value.is_negative() { "-" } else { "" };
    int_digits(value, radix).map(|digits| format!("{sign}{}{digits}", radix.prefix()))
}
