//! Format specifications for decimal numbers:
//! `[[fill]align][sign][z][0][width][,][.precision][type]`.
//!
//! They differ from those for floats: exponents have no leading zeros, there is no default
//! precision, and the context determines the rounding.

use super::text::with_point;
use super::{Context, Decimal, signed};

/// The error for an invalid format specification.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid format string")]
pub struct SpecError;

/// A parsed format specification for decimal numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecimalSpec {
    fill: char,
    align: Align,
    sign: char,
    no_negative_zero: bool,
    width: usize,
    commas: bool,
    precision: Option<usize>,
    /// The type code of the format in lower case; `g` by default.
    code: char,
    upper: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Align {
    Left,
    Right,
    Center,
    AfterSign,
    /// Pads with zeros between the sign and the digits. If the digits are grouped, so are the
    /// zeros.
    Zeros,
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

impl DecimalSpec {
    /// Parses a format specification. If it has no type code, `capitals` determines whether
    /// exponents are written with `E`.
    ///
    /// # Errors
    /// [`SpecError`] for an invalid format.
    pub fn parse(spec: &str, capitals: bool) -> Result<Self, SpecError> {
        let mut rest = spec;
        let mut chars = spec.chars();
        let (first, second) = (chars.next(), chars.next());
        let (mut fill, mut align) = (' ', None);
        if let Some(found) = second.and_then(Align::of) {
            (fill, align) = (first.unwrap_or(' '), Some(found));
            rest = chars.as_str();
        } else if let Some(found) = first.and_then(Align::of) {
            align = Some(found);
            rest = rest.get(1..).unwrap_or_default();
        }
        let mut take = |wanted: &[char]| {
            let found = rest.chars().next().filter(|char| wanted.contains(char));
            if found.is_some() {
                rest = rest.get(1..).unwrap_or_default();
            }
            found
        };
        let sign = take(&['+', '-', ' ']).unwrap_or('-');
        let no_negative_zero = take(&['z']).is_some();
        if take(&['0']).is_some() {
            if align.is_some() {
                return Err(SpecError);
            }
            (fill, align) = ('0', Some(Align::Zeros));
        }
        if rest.starts_with('0') {
            return Err(SpecError);
        }
        let width = count(&mut rest)?.unwrap_or(0);
        let commas = rest.starts_with(',');
        rest = rest.strip_prefix(',').unwrap_or(rest);
        let precision = match rest.strip_prefix('.') {
            Some(digits) => {
                rest = digits;
                Some(count(&mut rest)?.ok_or(SpecError)?)
            }
            None => None,
        };
        let mut code = match rest.chars().next() {
            None => 'g',
            Some(code) if matches!(code, 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%') => code,
            Some('n') if !commas => 'g',
            Some('N') if !commas => 'G',
            Some(_) => return Err(SpecError),
        };
        if rest.chars().count() > 1 {
            return Err(SpecError);
        }
        let upper = code.is_ascii_uppercase() || (rest.is_empty() && capitals);
        code.make_ascii_lowercase();
        Ok(Self {
            fill,
            align: align.unwrap_or(Align::Right),
            sign,
            no_negative_zero,
            width,
            commas,
            precision,
            code,
            upper,
        })
    }

    /// Returns an upper bound for the length of the result of [`format`](Self::format), in bytes.
    pub fn size_hint(&self, number: &Decimal) -> usize {
        let digits = usize::try_from(number.digits()).unwrap_or(usize::MAX);
        let zeros = match number.parts() {
            Some((_, exponent)) if matches!(self.code, 'f' | '%') => {
                usize::try_from(exponent.unsigned_abs()).unwrap_or(usize::MAX)
            }
            _ => 0,
        };
        let body = digits
            .saturating_add(zeros)
            .saturating_add(self.precision.unwrap_or(0))
            .saturating_add(32);
        body.saturating_add(body / 3)
            .saturating_add(self.width.saturating_mul(self.fill.len_utf8().max(2)))
    }

    /// Formats a decimal number by the specification.
    pub fn format(&self, number: &Decimal, context: &Context) -> String {
        let percent = if self.code == '%' { "%" } else { "" };
        let Some((coefficient, exponent)) = number.parts() else {
            let body = number.clone().with_sign(false).to_text(true) + percent;
            let (align, fill) = match self.align {
                Align::Zeros => (Align::Right, ' '),
                align => (align, self.fill),
            };
            return pad(self.sign_of(number.negative), &body, self.width, align, fill);
        };
        let was_zero = number.is_zero();
        let shifted = if self.code == '%' { exponent + 2 } else { exponent };
        let number = self.rounded(&Decimal::finite(number.negative, coefficient.clone(), shifted), context);
        // As in CPython, `F` keeps the sign of a number that rounds to zero.
        let zero = if self.upper && self.code == 'f' {
            was_zero
        } else {
            number.is_zero()
        };
        let negative = number.negative && !(self.no_negative_zero && zero);
        let (whole, fraction, exponent) = self.parts_of(&number);
        let mut after = String::new();
        if !fraction.is_empty() {
            after.push('.');
            after.push_str(&fraction);
        }
        if exponent != 0 || self.code == 'e' {
            after.push_str(&format!("{}{exponent:+}", if self.upper { 'E' } else { 'e' }));
        }
        after.push_str(percent);
        let sign = self.sign_of(negative);
        let whole = if self.commas {
            let zeros = match self.align {
                Align::Zeros => self.width.saturating_sub(after.len() + sign.len()),
                _ => 0,
            };
            with_commas(&whole, zeros)
        } else {
            whole
        };
        pad(sign, &(whole + &after), self.width, self.align, self.fill)
    }

    /// Rounds a number as the format's type code and precision require.
    fn rounded(&self, number: &Decimal, context: &Context) -> Decimal {
        let Some(precision) = self.precision else {
            return without_zero_exponent(number.clone(), self.code);
        };
        let places = signed(precision as u64);
        let rounded = match self.code {
            'e' => number.with_digits(precision as u64 + 1, context.rounding),
            'f' | '%' => number.rescaled(-places, context.rounding),
            _ if number.digits() > (precision as u64).max(1) => {
                number.with_digits((precision as u64).max(1), context.rounding)
            }
            _ => number.clone(),
        };
        without_zero_exponent(rounded, self.code)
    }

    /// Returns the number's digits before the decimal point, those after it, and the exponent to
    /// show.
    fn parts_of(&self, number: &Decimal) -> (String, String, i64) {
        let Some((coefficient, exponent)) = number.parts() else {
            return (String::new(), String::new(), 0);
        };
        let digits = coefficient.to_string();
        let left = exponent + signed(digits.len() as u64);
        let place = match self.code {
            'e' => match self.precision {
                Some(precision) if number.is_zero() => 1 - signed(precision as u64),
                _ => 1,
            },
            'f' | '%' => left,
            _ if exponent <= 0 && left > -6 => left,
            _ => 1,
        };
        let (whole, fraction) = with_point(&digits, place);
        (whole, fraction, left - place)
    }

    const fn sign_of(&self, negative: bool) -> &'static str {
        match (negative, self.sign) {
            (true, _) => "-",
            (false, '+') => "+",
            (false, ' ') => " ",
            (false, _) => "",
        }
    }
}

/// Changes the exponent of a zero to 0 for type codes that show no exponent.
fn without_zero_exponent(number: Decimal, code: char) -> Decimal {
    match number.parts() {
        Some((_, exponent)) if exponent > 0 && number.is_zero() && matches!(code, 'f' | '%') => {
            number.rescaled(0, super::Rounding::Down)
        }
        _ => number,
    }
}

/// Parses a number at the start of a format and removes its digits. Returns `None` if there are no
/// digits.
fn count(rest: &mut &str) -> Result<Option<usize>, SpecError> {
    let end = rest.find(|char: char| !char.is_ascii_digit()).unwrap_or(rest.len());
    let (digits, behind) = rest.split_at_checked(end).ok_or(SpecError)?;
    *rest = behind;
    if digits.is_empty() {
        return Ok(None);
    }
    let count = digits.parse::<i64>().map_err(|_| SpecError)?;
    usize::try_from(count).map(Some).map_err(|_| SpecError)
}

/// Groups digits by three with commas, and pads them with zeros to a width.
fn with_commas(digits: &str, width: usize) -> String {
    let mut reversed = String::with_capacity(digits.len().max(width) * 4 / 3 + 1);
    let mut left = digits.bytes().rev();
    for place in 0.. {
        let digit = left.next();
        // A comma is never the first character. If only a comma is missing in the width, a zero is
        // added too.
        let wanted = width.saturating_sub(reversed.len());
        if digit.is_none() && wanted == 0 {
            break;
        }
        if place > 0 && place % 3 == 0 {
            reversed.push(',');
        }
        reversed.push(digit.map_or('0', char::from));
    }
    reversed.chars().rev().collect()
}

fn pad(sign: &str, body: &str, width: usize, align: Align, fill: char) -> String {
    let missing = width.saturating_sub(sign.len() + body.len());
    let padding = |count: usize| std::iter::repeat_n(fill, count).collect::<String>();
    match align {
        Align::Left => format!("{sign}{body}{}", padding(missing)),
        Align::Right => format!("{}{sign}{body}", padding(missing)),
        Align::Center => {
            let before = missing / 2;
            format!("{}{sign}{body}{}", padding(before), padding(missing - before))
        }
        Align::AfterSign | Align::Zeros => format!("{sign}{}{body}", padding(missing)),
    }
}
