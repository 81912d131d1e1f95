//! Conversion of decimal numbers to text, as `str(x)` and in engineering notation.

use super::{Decimal, Kind, signed};

/// The notation of a decimal number's exponent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Notation {
    Scientific,
    /// The engineering notation, in which the exponent is a multiple of three.
    Engineering,
}

/// Returns the digits before and after a decimal point that follows `place` digits. Adds zeros if
/// the point is outside of the digits.
pub(super) fn with_point(digits: &str, place: i64) -> (String, String) {
    match usize::try_from(place) {
        Ok(place) if place > 0 => match digits.split_at_checked(place) {
            Some((whole, fraction)) => (whole.to_owned(), fraction.to_owned()),
            None => {
                let zeros = "0".repeat(place - digits.len());
                (format!("{digits}{zeros}"), String::new())
            }
        },
        _ => {
            let zeros = usize::try_from(place.unsigned_abs()).unwrap_or(0);
            (String::from("0"), format!("{}{digits}", "0".repeat(zeros)))
        }
    }
}

impl Decimal {
    /// Formats the number like Python's `str`. The exponent is written with `E` if `capitals`,
    /// otherwise with `e`.
    pub fn to_text(&self, capitals: bool) -> String {
        self.written(Notation::Scientific, capitals)
    }

    /// Formats the number in engineering notation, with an exponent that is a multiple of three.
    pub fn to_engineering_text(&self, capitals: bool) -> String {
        self.written(Notation::Engineering, capitals)
    }

    fn written(&self, notation: Notation, capitals: bool) -> String {
        let sign = if self.negative { "-" } else { "" };
        let (coefficient, exponent) = match &self.kind {
            Kind::Finite { coefficient, exponent } => (coefficient, *exponent),
            Kind::Infinite => return format!("{sign}Infinity"),
            Kind::Nan { signaling, payload } => {
                let name = if *signaling { "sNaN" } else { "NaN" };
                let payload = if payload.bits() == 0 {
                    String::new()
                } else {
                    payload.to_string()
                };
                return format!("{sign}{name}{payload}");
            }
        };
        let digits = coefficient.to_string();
        // The number of digits before the point in positional notation.
        let left = exponent + signed(digits.len() as u64);
        let place = if exponent <= 0 && left > -6 {
            left
        } else if notation == Notation::Scientific {
            1
        } else if digits == "0" {
            (left + 1).rem_euclid(3) - 1
        } else {
            (left - 1).rem_euclid(3) + 1
        };
        let (whole, fraction) = with_point(&digits, place);
        let point = if fraction.is_empty() { "" } else { "." };
        let exponent = match left - place {
            0 => String::new(),
            exponent => format!("{}{exponent:+}", if capitals { 'E' } else { 'e' }),
        };
        format!("{sign}{whole}{point}{fraction}{exponent}")
    }
}
