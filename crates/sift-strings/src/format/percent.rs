//! Python's `%`-formatting: a template reader, and the formatting of values.

use super::WINDOW_BYTES;
use super::float::float_repr;
use super::int::{Radix, int_digits};
use super::spec_render::{FloatStyle, checked_precision};
use super::{FormatError, IntRef};
use crate::methods::Padding;

/// A reader that yields the pieces of a template for the `%` operator.
///
/// ```
/// use sift_strings::format::{PercentPiece, PercentTemplate};
///
/// let mut template = PercentTemplate::new("%(name)s: %5.1f%%");
/// let mut fields = Vec::new();
/// while let Some(piece) = template.next_piece() {
///     if let PercentPiece::Field(field) = piece? {
///         fields.push((field.key, field.code));
///     }
/// }
/// let keys: Vec<_> = fields.iter().map(|(key, _)| *key).collect();
/// assert_eq!(keys, [Some("name"), None, None], "`%%` is a field of its own");
/// # Ok::<(), sift_strings::format::FormatError>(())
/// ```
#[derive(Debug, Clone)]
pub struct PercentTemplate<'t> {
    template: &'t str,
    at: usize,
}

/// A piece of a `%` template: literal text or a conversion specifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PercentPiece<'t> {
    /// Literal text of the template.
    Literal(&'t str),
    /// A conversion specifier, which is replaced by a formatted value.
    Field(PercentField<'t>),
}

/// A conversion specifier: `%(key)flags width.precision code`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PercentField<'t> {
    /// The key in parentheses, if present: the field's value is looked up in a mapping.
    pub key: Option<&'t str>,
    /// The flags of the conversion specifier.
    pub flags: PercentFlags,
    /// The minimum width of the result, in characters.
    pub width: Option<Count>,
    /// The precision: the number of decimals or significant digits, or the maximum length of a
    /// text.
    pub precision: Option<Count>,
    /// The conversion code, or the error for an invalid code. As in CPython, it is raised only
    /// after the field has its argument.
    pub code: Result<PercentCode, FormatError>,
}

/// A width or a precision in a conversion specifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// A literal number.
    Fixed(usize),
    /// `*`: the number is taken from the arguments, before the value.
    Argument,
}

/// The flags of a conversion specifier, such as `-` or `#`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PercentFlags {
    /// The flag `-`: the value is left-aligned, with padding on the right.
    pub left: bool,
    /// The flag `+`: non-negative numbers get a plus sign.
    pub plus: bool,
    /// The flag space: non-negative numbers get a space instead of a sign.
    pub space: bool,
    /// The flag `#`: numbers keep the prefix of their base, or trailing zeros.
    pub alternate: bool,
    /// The flag `0`: numbers are padded with zeros.
    pub zero: bool,
}

/// The conversion code of a `%` specifier, such as `d` or `s`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PercentCode {
    /// `%%`: a percent sign; consumes no argument.
    Percent,
    /// `d`, `i`, `u`: a decimal integer. Floats are truncated.
    Decimal,
    /// `o`: an octal integer.
    Octal,
    /// `x`: a hexadecimal integer in lower case.
    Hex,
    /// `X`: a hexadecimal integer in upper case.
    HexUpper,
    /// `e`, `E`, `f`, `F`, `g`, `G`: a float in the notation of that code.
    Float(char),
    /// `c`: a character, or its code point.
    Char,
    /// `s`: the value as `str`.
    Str,
    /// `r`: the value as `repr`.
    Repr,
    /// `a`: the value as `ascii`.
    Ascii,
}

/// A value to be formatted by a conversion specifier, already converted to the type that the code
/// requires.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PercentValue<'a> {
    /// An integer, for [`PercentCode::Decimal`], `Octal`, `Hex` and `HexUpper`.
    Int(IntRef<'a>),
    /// A float, for [`PercentCode::Float`].
    Float(f64),
    /// A text, for all other conversion codes.
    Text(&'a str),
}

impl PercentCode {
    const fn of(char: char) -> Option<Self> {
        Some(match char {
            '%' => Self::Percent,
            'd' | 'i' | 'u' => Self::Decimal,
            'o' => Self::Octal,
            'x' => Self::Hex,
            'X' => Self::HexUpper,
            'e' | 'E' | 'f' | 'F' | 'g' | 'G' => Self::Float(char),
            'c' => Self::Char,
            's' => Self::Str,
            'r' => Self::Repr,
            'a' => Self::Ascii,
            _ => return None,
        })
    }
}

impl<'t> PercentTemplate<'t> {
    /// Creates a reader for a template of the `%` operator.
    #[must_use]
    pub const fn new(template: &'t str) -> Self {
        Self { template, at: 0 }
    }

    /// Returns the next piece of the template; `None` at the end. A long literal is split into
    /// several pieces, so that callers can stop between them.
    ///
    /// # Errors
    /// A [`FormatError`] with CPython's message. The rest of the template can't be read after an
    /// error.
    pub fn next_piece(&mut self) -> Option<Result<PercentPiece<'t>, FormatError>> {
        let rest = self.rest();
        if rest.is_empty() {
            return None;
        }
        let window = rest.get(..rest.floor_char_boundary(WINDOW_BYTES)).unwrap_or(rest);
        let length = window.find('%').unwrap_or(window.len());
        if length > 0 {
            self.at += length;
            return Some(Ok(PercentPiece::Literal(rest.get(..length).unwrap_or(rest))));
        }
        self.at += 1;
        let field = self.field();
        if field.is_err() {
            self.at = self.template.len();
        }
        Some(field.map(PercentPiece::Field))
    }

    fn rest(&self) -> &'t str {
        self.template.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn take(&mut self) -> Option<char> {
        let char = self.peek()?;
        self.at += char.len_utf8();
        Some(char)
    }

    fn field(&mut self) -> Result<PercentField<'t>, FormatError> {
        let key = if self.peek() == Some('(') {
            Some(self.key()?)
        } else {
            None
        };
        let flags = self.flags();
        let width = self.count(FormatError::WidthTooBig, i64::MAX)?;
        let precision = if self.peek() == Some('.') {
            self.take();
            let too_big = FormatError::PrecisionTooBig;
            Some(self.count(too_big, i64::from(i32::MAX))?.unwrap_or(Count::Fixed(0)))
        } else {
            None
        };
        if matches!(self.peek(), Some('h' | 'l' | 'L')) {
            // A C length modifier, which Python ignores.
            self.take();
        }
        let at = self.at;
        let code = self.take().ok_or(FormatError::Percent("incomplete format"))?;
        let code = PercentCode::of(code).ok_or_else(|| {
            let index = self.template.get(..at).unwrap_or_default().chars().count();
            FormatError::UnsupportedPercentCode { code, index }
        });
        Ok(PercentField {
            key,
            flags,
            width,
            precision,
            code,
        })
    }

    /// Reads the key of a conversion specifier in parentheses, which may contain balanced
    /// parentheses.
    fn key(&mut self) -> Result<&'t str, FormatError> {
        let mut open = 0_usize;
        for (at, char) in self.rest().char_indices() {
            match char {
                '(' => open += 1,
                ')' => open -= 1,
                _ => {}
            }
            if open == 0 {
                let key = self.rest().get(1..at).unwrap_or_default();
                self.at += at + 1;
                return Ok(key);
            }
        }
        Err(FormatError::Percent("incomplete format key"))
    }

    fn flags(&mut self) -> PercentFlags {
        let mut flags = PercentFlags::default();
        while let Some(char) = self.peek() {
            match char {
                '-' => flags.left = true,
                '+' => flags.plus = true,
                ' ' => flags.space = true,
                '#' => flags.alternate = true,
                '0' => flags.zero = true,
                _ => break,
            }
            self.take();
        }
        flags
    }

    fn count(&mut self, too_big: FormatError, limit: i64) -> Result<Option<Count>, FormatError> {
        if self.peek() == Some('*') {
            self.take();
            return Ok(Some(Count::Argument));
        }
        let mut number = None;
        while let Some(digit) = self.peek().and_then(|char| char.to_digit(10)) {
            self.take();
            let longer = number
                .unwrap_or(0_i64)
                .checked_mul(10)
                .and_then(|number| number.checked_add(i64::from(digit)));
            number = Some(
                longer
                    .filter(|&number| number <= limit)
                    .ok_or_else(|| too_big.clone())?,
            );
        }
        let count = number.map(|number| usize::try_from(number).map(Count::Fixed).map_err(|_| too_big.clone()));
        count.transpose()
    }
}

impl PercentField<'_> {
    /// Returns an upper bound for the length of the result of [`format`](Self::format), in bytes.
    /// `width` and `precision` are the resolved values of `*`.
    #[must_use]
    pub fn size_hint(&self, value: &PercentValue<'_>, width: usize, precision: Option<usize>) -> usize {
        let body = match value {
            PercentValue::Text(text) => text.len(),
            PercentValue::Float(_) => precision.unwrap_or(0).saturating_add(328),
            PercentValue::Int(int) => {
                // Octal is the longest of the three.
                let digits = usize::try_from(Radix::Octal.max_digits(int.bits())).unwrap_or(usize::MAX);
                digits.max(precision.unwrap_or(0)).saturating_add(8)
            }
        };
        body.saturating_add(width)
    }

    /// Formats the value by the conversion specifier. The caller must charge
    /// [`size_hint`](Self::size_hint) bytes first. For a negative `*` width, pass its magnitude and
    /// set the flag `-`; for a negative `*` precision, pass zero.
    ///
    /// # Errors
    /// The field's own error, a precision beyond the limit, or an integer with too many digits.
    pub fn format(
        &self,
        value: &PercentValue<'_>,
        width: usize,
        precision: Option<usize>,
    ) -> Result<String, FormatError> {
        let code = self.code.clone()?;
        match *value {
            PercentValue::Text(text) => {
                let cut =
                    precision.filter(|_| matches!(code, PercentCode::Str | PercentCode::Repr | PercentCode::Ascii));
                let end = cut
                    .and_then(|chars| text.char_indices().nth(chars))
                    .map_or(text.len(), |(end, _)| end);
                let text = text.get(..end).unwrap_or(text);
                let length = text.chars().count();
                let padding = if self.flags.left {
                    Padding::after(length, width)
                } else {
                    Padding::before(length, width)
                };
                Ok(padding.apply(text, ' '))
            }
            PercentValue::Int(int) => {
                let (radix, upper) = match code {
                    PercentCode::Octal => (Radix::Octal, false),
                    PercentCode::Hex => (Radix::Hexadecimal, false),
                    PercentCode::HexUpper => (Radix::Hexadecimal, true),
                    _ => (Radix::Decimal, false),
                };
                let precision = checked_precision(precision.unwrap_or(0))?;
                let plain = int_digits(int, radix)?;
                let mut digits = Padding::before(plain.len(), precision).apply(&plain, '0');
                let mut prefix = if self.flags.alternate {
                    radix.prefix().to_owned()
                } else {
                    String::new()
                };
                if upper {
                    digits.make_ascii_uppercase();
                    prefix.make_ascii_uppercase();
                }
                Ok(self.number(int.is_negative(), &prefix, &digits, width))
            }
            PercentValue::Float(float) => {
                let PercentCode::Float(letter) = code else {
                    return Ok(float_repr(float));
                };
                let precision = checked_precision(precision.unwrap_or(6))?;
                let style = FloatStyle {
                    code: letter,
                    precision: Some(precision),
                    alternate: self.flags.alternate,
                };
                let negative = float.is_sign_negative() && !float.is_nan();
                Ok(self.number(negative, "", &style.write(float.abs()), width))
            }
        }
    }

    fn number(&self, negative: bool, prefix: &str, digits: &str, width: usize) -> String {
        let sign = match (negative, self.flags.plus, self.flags.space) {
            (true, _, _) => "-",
            (false, true, _) => "+",
            (false, false, true) => " ",
            (false, false, false) => "",
        };
        let length = sign.len() + prefix.len() + digits.len();
        if self.flags.left {
            Padding::after(length, width).apply(&format!("{sign}{prefix}{digits}"), ' ')
        } else if self.flags.zero {
            format!("{sign}{prefix}{}", Padding::before(length, width).apply(digits, '0'))
        } else {
            Padding::before(length, width).apply(&format!("{sign}{prefix}{digits}"), ' ')
        }
    }
}
