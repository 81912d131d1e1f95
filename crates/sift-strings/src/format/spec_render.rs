//! Formatting of values by a format specification.

use num_traits::ToPrimitive as _;

use super::float::{Decimal, MAX_EXACT_DIGITS, exponent_text, repr_magnitude};
use super::int::{Radix, int_digits};
use super::spec::{Align, FormatSpec, FormatValue, Grouping, Sign};
use super::{FormatError, IntRef, MAX_INT_DIGITS};
use crate::methods::Padding;

/// CPython's limit for the precision of a float.
const MAX_PRECISION: usize = 0x7fff_ffff;

impl FormatSpec {
    /// Returns an upper bound for the length of the result of [`format`](Self::format), in bytes.
    #[must_use]
    pub fn size_hint(&self, value: &FormatValue<'_>) -> usize {
        let body = match value {
            FormatValue::Str(text) => text.len(),
            FormatValue::Float(_) => self.precision.unwrap_or(0).saturating_add(320),
            FormatValue::Int(int) => {
                let digits = match int_radix(self.code.unwrap_or('d')) {
                    Some(Radix::Decimal) => Radix::Decimal.max_digits(int.bits()).min(MAX_INT_DIGITS as u64),
                    Some(radix) => radix.max_digits(int.bits()),
                    None => 320,
                };
                usize::try_from(digits)
                    .unwrap_or(usize::MAX)
                    .saturating_add(self.precision.unwrap_or(0))
            }
        };
        // A separator every three digits, plus sign, prefix, point and percent sign.
        let grouped = body.saturating_add(body / 3).saturating_add(8);
        // Padding zeros may be grouped, and a separator may exceed the width by one.
        grouped
            .saturating_add(self.width.unwrap_or(0).saturating_mul(self.fill.len_utf8()))
            .saturating_add(1)
    }

    /// Formats a value by the specification. The caller must charge [`size_hint`](Self::size_hint)
    /// bytes first.
    ///
    /// # Errors
    /// A [`FormatError`] with CPython's message if the value doesn't support the format.
    pub fn format(&self, value: &FormatValue<'_>) -> Result<String, FormatError> {
        match value {
            FormatValue::Str(text) => self.format_str(text),
            FormatValue::Int(int) => self.format_int(*int),
            FormatValue::Float(float) => self.format_float(*float),
        }
    }

    fn format_str(&self, text: &str) -> Result<String, FormatError> {
        if !matches!(self.code, None | Some('s')) {
            return Err(self.unknown_code());
        }
        let refused = |option| Err(FormatError::NotAllowed { option, kind: "string" });
        match self.sign {
            Some(Sign::Space) => return refused("Space"),
            Some(Sign::Plus | Sign::Minus) => return refused("Sign"),
            None => {}
        }
        if self.no_negative_zero {
            return refused("Negative zero coercion (z)");
        }
        if self.alternate {
            return refused("Alternate form (#)");
        }
        if self.align == Align::AfterSign {
            return refused("'=' alignment");
        }
        let kept = match self.precision.and_then(|chars| text.char_indices().nth(chars)) {
            Some((end, _)) => text.get(..end).unwrap_or(text),
            None => text,
        };
        Ok(self.padding(kept.chars().count()).apply(kept, self.fill))
    }

    fn format_int(&self, value: IntRef<'_>) -> Result<String, FormatError> {
        let code = self.code.unwrap_or('d');
        if matches!(code, 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%') {
            return self.format_float(int_to_float(value)?);
        }
        let radix = int_radix(code);
        if radix.is_none() && code != 'c' {
            return Err(self.unknown_code());
        }
        let refused = |option| {
            Err(FormatError::NotAllowed {
                option,
                kind: "integer",
            })
        };
        if self.precision.is_some() {
            return refused("Precision");
        }
        if self.no_negative_zero {
            return refused("Negative zero coercion (z)");
        }
        let Some(radix) = radix else {
            return self.format_char(value);
        };
        let mut digits = int_digits(value, radix)?;
        let mut prefix = if self.alternate {
            radix.prefix().to_owned()
        } else {
            String::new()
        };
        if code == 'X' {
            digits.make_ascii_uppercase();
            prefix.make_ascii_uppercase();
        }
        Ok(self.lay_out(value.is_negative(), &prefix, &digits, ""))
    }

    fn format_char(&self, value: IntRef<'_>) -> Result<String, FormatError> {
        if self.sign.is_some() {
            return Err(FormatError::NotAllowedWithChar { option: "Sign" });
        }
        if self.alternate {
            return Err(FormatError::NotAllowedWithChar {
                option: "Alternate form (#)",
            });
        }
        let char = int_to_char(value)?;
        Ok(self.lay_out(false, "", "", char.encode_utf8(&mut [0; 4])))
    }

    fn format_float(&self, value: f64) -> Result<String, FormatError> {
        let code = self.code.unwrap_or('\0');
        if !matches!(code, '\0' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'n' | '%') {
            return Err(self.unknown_code());
        }
        let precision = self.precision.map(checked_precision).transpose()?;
        let value = if code == '%' { value * 100.0 } else { value };
        let style = FloatStyle {
            code,
            precision,
            alternate: self.alternate,
        };
        let mut text = style.write(value.abs());
        if code == '%' {
            text.push('%');
        }
        let zero = !text
            .bytes()
            .take_while(|&byte| byte != b'e')
            .any(|byte| matches!(byte, b'1'..=b'9'));
        let vanished = self.no_negative_zero && zero && value.is_finite();
        let negative = value.is_sign_negative() && !value.is_nan() && !vanished;
        let whole = text.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, rest) = text.split_at_checked(whole).unwrap_or((&text, ""));
        Ok(self.lay_out(negative, "", digits, rest))
    }

    /// Joins the sign, the prefix, the grouped digits and the `rest` of a number, and pads the
    /// result to the width.
    fn lay_out(&self, negative: bool, prefix: &str, digits: &str, rest: &str) -> String {
        let sign = match (negative, self.sign) {
            (true, _) => "-",
            (false, Some(Sign::Plus)) => "+",
            (false, Some(Sign::Space)) => " ",
            (false, Some(Sign::Minus) | None) => "",
        };
        let others = sign.len() + prefix.len() + rest.chars().count();
        let zero_filled = self.fill == '0' && self.align == Align::AfterSign;
        let min_digits = if zero_filled {
            self.width.unwrap_or(0).saturating_sub(others)
        } else {
            0
        };
        let digits = if digits.is_empty() {
            String::new()
        } else {
            group(digits, self.grouping, min_digits)
        };
        let padding = self.padding(others + digits.len());
        if self.align == Align::AfterSign {
            return format!("{sign}{prefix}{}{rest}", padding.apply(&digits, self.fill));
        }
        padding.apply(&format!("{sign}{prefix}{digits}{rest}"), self.fill)
    }

    fn padding(&self, length: usize) -> Padding {
        let width = self.width.unwrap_or(0);
        match self.align {
            Align::Left => Padding::after(length, width),
            Align::Right | Align::AfterSign => Padding::before(length, width),
            Align::Center => {
                let missing = width.saturating_sub(length);
                Padding {
                    left: missing / 2,
                    right: missing - missing / 2,
                }
            }
        }
    }

    fn unknown_code(&self) -> FormatError {
        FormatError::UnknownCode {
            code: self.code.unwrap_or(' '),
            type_name: self.type_name.clone(),
        }
    }
}

/// Returns the precision of a float unchanged; rejects one beyond the limit.
pub(super) fn checked_precision(precision: usize) -> Result<usize, FormatError> {
    if precision > MAX_PRECISION {
        Err(FormatError::PrecisionTooBig)
    } else {
        Ok(precision)
    }
}

/// Converts an integer to the character with that code point. Rejects surrogates, which texts can't
/// contain, as out of range.
fn int_to_char(value: IntRef<'_>) -> Result<char, FormatError> {
    let code = match value {
        IntRef::Small(value) => value,
        IntRef::Big(value) => value.to_i64().ok_or(FormatError::IntTooLargeForChar)?,
    };
    u32::try_from(code)
        .ok()
        .and_then(char::from_u32)
        .ok_or(FormatError::CharOutOfRange)
}

fn int_to_float(value: IntRef<'_>) -> Result<f64, FormatError> {
    let float = match value {
        IntRef::Small(value) => value.to_f64(),
        IntRef::Big(value) => value.to_f64(),
    };
    float
        .filter(|float| float.is_finite())
        .ok_or(FormatError::IntTooLargeForFloat)
}

const fn int_radix(code: char) -> Option<Radix> {
    Some(match code {
        'b' => Radix::Binary,
        'o' => Radix::Octal,
        'd' | 'n' => Radix::Decimal,
        'x' | 'X' => Radix::Hexadecimal,
        _ => return None,
    })
}

/// The notation of a float, without sign and padding.
pub(super) struct FloatStyle {
    /// The type code, such as `f`. `\0` means none: the result is like `repr`, or with a precision
    /// like `g` with at least one decimal.
    pub(super) code: char,
    pub(super) precision: Option<usize>,
    pub(super) alternate: bool,
}

impl FloatStyle {
    /// Formats a non-negative float in this notation.
    pub(super) fn write(&self, magnitude: f64) -> String {
        let mut text = if magnitude.is_nan() {
            String::from("nan")
        } else if magnitude.is_infinite() {
            String::from("inf")
        } else {
            self.write_finite(magnitude)
        };
        if matches!(self.code, 'E' | 'F' | 'G') {
            text.make_ascii_uppercase();
        }
        text
    }

    fn write_finite(&self, magnitude: f64) -> String {
        let precision = self.precision.unwrap_or(6);
        match (self.code, self.precision) {
            ('f' | 'F' | '%', _) => self.fixed(magnitude, precision),
            ('e' | 'E', _) => self.exponential(magnitude, precision),
            ('\0', None) => self.repr(magnitude),
            _ => self.general(magnitude, precision.max(1)),
        }
    }

    fn fixed(&self, magnitude: f64, decimals: usize) -> String {
        let exact = decimals.min(MAX_EXACT_DIGITS);
        let mut text = format!("{magnitude:.exact$}");
        if decimals == 0 && self.alternate {
            text.push('.');
        }
        text.extend(std::iter::repeat_n('0', decimals - exact));
        text
    }

    fn exponential(&self, magnitude: f64, decimals: usize) -> String {
        let exact = decimals.min(MAX_EXACT_DIGITS);
        let text = format!("{magnitude:.exact$e}");
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let mut out = mantissa.to_owned();
        if decimals == 0 && self.alternate {
            out.push('.');
        }
        out.extend(std::iter::repeat_n('0', decimals - exact));
        out.push_str(&exponent_text(exponent.parse().unwrap_or(0)));
        out
    }

    /// Formats a float in general notation (`g`): `digits` significant digits, with an exponent for
    /// very large and very small numbers.
    fn general(&self, magnitude: f64, digits: usize) -> String {
        let decimal = Decimal::significant(magnitude, digits);
        // Without a code at least one decimal is shown, so the exponent is used one digit earlier.
        let always_decimal = self.code == '\0';
        let limit = i64::try_from(digits).unwrap_or(i64::MAX) - i64::from(always_decimal);
        if decimal.point <= -4 || i64::from(decimal.point) > limit {
            let text = decimal.scientific(if self.alternate { digits - 1 } else { 0 });
            return self.with_point(text);
        }
        let before_point = i64::from(decimal.point);
        let shown = usize::try_from(i64::try_from(digits).unwrap_or(i64::MAX) - before_point).unwrap_or(0);
        let decimals = if self.alternate {
            shown
        } else {
            usize::from(always_decimal)
        };
        self.with_point(decimal.positional(decimals.max(usize::from(always_decimal))))
    }

    fn repr(&self, magnitude: f64) -> String {
        self.with_point(repr_magnitude(magnitude))
    }

    /// Appends a decimal point to a formatted float if the alternate form (`#`) requires one.
    fn with_point(&self, text: String) -> String {
        if !self.alternate || text.contains('.') {
            return text;
        }
        match text.split_once('e') {
            Some((mantissa, exponent)) => format!("{mantissa}.e{exponent}"),
            None => text + ".",
        }
    }
}

/// Inserts the thousands separator between groups of digits. Pads with zeros, which are also
/// grouped, to at least `min_chars` characters.
fn group(digits: &str, grouping: Grouping, min_chars: usize) -> String {
    let (size, separator) = match grouping {
        Grouping::None => return format!("{}{digits}", "0".repeat(min_chars.saturating_sub(digits.len()))),
        Grouping::Comma => (3, ','),
        Grouping::Underscore => (3, '_'),
        Grouping::UnderscoreFour => (4, '_'),
    };
    let mut reversed = String::with_capacity(digits.len() + digits.len() / size);
    let mut left = digits.chars().rev();
    let mut in_group = 0;
    let mut length = 0;
    loop {
        let digit = left.next();
        if digit.is_none() && length >= min_chars {
            break;
        }
        if in_group == size {
            reversed.push(separator);
            in_group = 0;
            length += 1;
        }
        reversed.push(digit.unwrap_or('0'));
        in_group += 1;
        length += 1;
    }
    reversed.chars().rev().collect()
}
