//! Parsing of Python's format mini-language:
//! `[[fill]align][sign][z][#][0][width][grouping][.precision][type]`.

use super::{FormatError, IntRef};
use crate::methods::decimal_value;

/// A value to be formatted by a format specification.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum FormatValue<'a> {
    /// An integer, or a bool with a non-empty format.
    Int(IntRef<'a>),
    /// A float.
    Float(f64),
    /// A string.
    Str(&'a str),
}

/// The alignment of a value within the minimum width.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Aligns left (`<`), with padding on the right.
    Left,
    /// Aligns right (`>`), with padding on the left.
    Right,
    /// Centers the value (`^`), with padding on both sides.
    Center,
    /// Pads between the sign and the digits (`=`).
    AfterSign,
}

impl Align {
    const fn of(char: char) -> Option<Self> {
        Some(match char {
            '<' => Self::Left,
            '>' => Self::Right,
            '^' => Self::Center,
            '=' => Self::AfterSign,
            _ => return None,
        })
    }
}

/// The sign shown for non-negative numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// Shows no sign for non-negative numbers (`-`, or no option).
    Minus,
    /// Shows a plus sign for non-negative numbers (`+`).
    Plus,
    /// Shows a space in place of the sign for non-negative numbers.
    Space,
}

/// The thousands separator of a number: the separator between groups of digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grouping {
    /// Digits aren't grouped.
    None,
    /// Groups of three digits are separated by commas.
    Comma,
    /// Groups of three digits are separated by underscores.
    Underscore,
    /// Groups of four digits are separated by underscores, for bases other than ten.
    UnderscoreFour,
}

/// A format specification such as `>12,.2f`, parsed for a value of a certain type.
///
/// ```
/// use sift_strings::format::{FormatSpec, FormatValue};
///
/// let share = FormatValue::Float(0.125);
/// assert_eq!(FormatSpec::parse(".1%", &share, "float")?.format(&share)?, "12.5%");
/// let name = FormatValue::Str("A-1");
/// assert_eq!(FormatSpec::parse("*^7", &name, "str")?.format(&name)?, "**A-1**");
/// // Gigabytes in five characters are paid for first.
/// let wide = FormatSpec::parse("9999999", &name, "str")?;
/// assert!(wide.size_hint(&name) >= 9_999_999);
/// assert!(FormatSpec::parse("d", &name, "str")?.format(&name).is_err());
/// # Ok::<(), sift_strings::format::FormatError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormatSpec {
    /// The padding character, a space by default.
    pub fill: char,
    /// The alignment of the value within the width.
    pub align: Align,
    /// The sign for non-negative numbers, if the specification has one.
    pub sign: Option<Sign>,
    /// The flag `z`: a negative zero after rounding loses its sign.
    pub no_negative_zero: bool,
    /// The flag `#`: numbers keep the prefix of their base, or trailing zeros.
    pub alternate: bool,
    /// The minimum width, in characters.
    pub width: Option<usize>,
    /// The thousands separator of numbers.
    pub grouping: Grouping,
    /// The precision: the number of decimals or significant digits, or the maximum length of a
    /// text.
    pub precision: Option<usize>,
    /// The type code, such as `d`, if present.
    pub code: Option<char>,
    /// The name of the value's type in the program, for messages.
    pub(super) type_name: String,
}

impl FormatSpec {
    /// Parses a format specification for a value. `type_name` is the name of the value's type in
    /// the program, for messages.
    ///
    /// # Errors
    /// A [`FormatError`] with CPython's message. Errors that depend on the value are reported by
    /// [`format`](Self::format).
    pub fn parse(spec: &str, value: &FormatValue<'_>, type_name: &str) -> Result<Self, FormatError> {
        let default_align = match value {
            FormatValue::Str(_) => Align::Left,
            FormatValue::Int(_) | FormatValue::Float(_) => Align::Right,
        };
        let mut reader = Reader { rest: spec };
        let (fill, align) = reader.fill_and_align();
        let sign = reader.sign();
        let no_negative_zero = reader.take('z');
        let alternate = reader.take('#');
        let zero = fill.is_none() && reader.take('0');
        let zero_align = if zero && default_align == Align::Right {
            Align::AfterSign
        } else {
            default_align
        };
        let width = reader.integer()?;
        let grouping = reader.grouping()?;
        let precision = if reader.take('.') {
            Some(reader.integer()?.ok_or(FormatError::MissingPrecision)?)
        } else {
            None
        };
        let mut left = reader.rest.chars();
        let code = left.next();
        if left.next().is_some() {
            return Err(FormatError::InvalidSpecifier {
                spec: spec.to_owned(),
                type_name: type_name.to_owned(),
            });
        }
        Ok(Self {
            fill: fill.unwrap_or(if zero { '0' } else { ' ' }),
            align: align.unwrap_or(zero_align),
            sign,
            no_negative_zero,
            alternate,
            width,
            grouping: checked_grouping(grouping, code, value)?,
            precision,
            code,
            type_name: type_name.to_owned(),
        })
    }
}

/// Adapts the thousands separator to the type code: groups of four digits for bases other than ten.
/// Rejects it if the code supports none.
fn checked_grouping(grouping: Grouping, code: Option<char>, value: &FormatValue<'_>) -> Result<Grouping, FormatError> {
    let separator = match grouping {
        Grouping::None => return Ok(Grouping::None),
        Grouping::Comma => ',',
        Grouping::Underscore | Grouping::UnderscoreFour => '_',
    };
    let code = match (code, value) {
        (Some(code), _) => code,
        // A string without a code has the code `s`, which allows no separator.
        (None, FormatValue::Str(_)) => 's',
        (None, FormatValue::Int(_) | FormatValue::Float(_)) => 'd',
    };
    match code {
        'd' | 'e' | 'f' | 'g' | 'E' | 'G' | '%' | 'F' => Ok(grouping),
        'b' | 'o' | 'x' | 'X' if grouping == Grouping::Underscore => Ok(Grouping::UnderscoreFour),
        _ => Err(FormatError::SeparatorWithCode { separator, code }),
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn take(&mut self, char: char) -> bool {
        match self.rest.strip_prefix(char) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn fill_and_align(&mut self) -> (Option<char>, Option<Align>) {
        let mut chars = self.rest.chars();
        let first = chars.next();
        let after_first = chars.as_str();
        if let Some(align) = chars.next().and_then(Align::of) {
            self.rest = chars.as_str();
            return (first, Some(align));
        }
        match first.and_then(Align::of) {
            Some(align) => {
                self.rest = after_first;
                (None, Some(align))
            }
            None => (None, None),
        }
    }

    fn sign(&mut self) -> Option<Sign> {
        [('+', Sign::Plus), ('-', Sign::Minus), (' ', Sign::Space)]
            .into_iter()
            .find(|&(char, _)| self.take(char))
            .map(|(_, sign)| sign)
    }

    /// Parses a non-negative integer in digits of any script; `None` if there are no digits.
    fn integer(&mut self) -> Result<Option<usize>, FormatError> {
        let mut number = None;
        let mut chars = self.rest.chars();
        while let Some(digit) = chars.next().and_then(decimal_value) {
            let longer = number
                .unwrap_or(0_i64)
                .checked_mul(10)
                .and_then(|number| number.checked_add(i64::from(digit)))
                .ok_or(FormatError::TooManyDigits)?;
            number = Some(longer);
            self.rest = chars.as_str();
        }
        number
            .map(|number| usize::try_from(number).map_err(|_| FormatError::TooManyDigits))
            .transpose()
    }

    fn grouping(&mut self) -> Result<Grouping, FormatError> {
        let comma = self.take(',');
        let underscore = self.take('_');
        if underscore && (comma || self.rest.starts_with(',')) {
            return Err(FormatError::BothSeparators);
        }
        Ok(match (comma, underscore) {
            (true, _) => Grouping::Comma,
            (false, true) => Grouping::Underscore,
            (false, false) => Grouping::None,
        })
    }
}
