//! Comparison of decimal numbers by value, and hashes that agree with those of other numeric types.

use std::cmp::Ordering;

use super::{Context, Decimal, Kind, Trap, power_of_ten, unsigned};

impl Decimal {
    /// Compares two decimal numbers by value. Returns `None` if either is NaN.
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        if self.is_nan() || other.is_nan() {
            return None;
        }
        let ordering = match (self.is_zero(), other.is_zero()) {
            (true, true) => return Some(Ordering::Equal),
            (true, false) if other.negative => return Some(Ordering::Greater),
            (true, false) => return Some(Ordering::Less),
            (false, true) if self.negative => return Some(Ordering::Less),
            (false, true) => return Some(Ordering::Greater),
            (false, false) if self.negative != other.negative => {
                return Some(if self.negative {
                    Ordering::Less
                } else {
                    Ordering::Greater
                });
            }
            (false, false) => self.compare_magnitude(other),
        };
        Some(if self.negative { ordering.reverse() } else { ordering })
    }

    /// Compares the absolute values of two non-zero numbers.
    fn compare_magnitude(&self, other: &Self) -> Ordering {
        let (Some((a, a_exponent)), Some((b, b_exponent))) = (self.parts(), other.parts()) else {
            return self.is_infinite().cmp(&other.is_infinite());
        };
        // Only numbers with the same adjusted exponent are aligned, so that this takes no more
        // digits than they have.
        self.adjusted().cmp(&other.adjusted()).then_with(|| {
            let up = a_exponent - b_exponent;
            if up >= 0 {
                (a * power_of_ten(unsigned(up))).cmp(b)
            } else {
                a.cmp(&(b * power_of_ten(up.unsigned_abs())))
            }
        })
    }

    /// Compares two numbers, and returns -1, 0 or 1 as a decimal number. Implements `compare` of
    /// Python's `Decimal`.
    ///
    /// # Errors
    /// An invalid operation for a signaling NaN.
    pub fn compared(&self, other: &Self, context: &mut Context) -> Result<Self, Trap> {
        if let Some(nan) = context.nan_of(&[self, other])? {
            return Ok(nan);
        }
        Ok(Self::small(self.compare(other).map_or(0, |ordering| ordering as i64)))
    }

    /// Compares two numbers like [`compared`](Self::compared), but fails for every NaN. Implements
    /// `compare_signal` of Python's `Decimal`.
    ///
    /// # Errors
    /// An invalid operation if either number is NaN.
    pub fn compared_signaling(&self, other: &Self, context: &mut Context) -> Result<Self, Trap> {
        if self.is_nan() || other.is_nan() {
            return Err(Trap::InvalidOperation);
        }
        self.compared(other, context)
    }

    /// Compares two numbers in the total order of the decimal specification: by sign, kind and
    /// value, then by exponent.
    pub fn compare_total(&self, other: &Self) -> Ordering {
        if self.negative != other.negative {
            return other.negative.cmp(&self.negative);
        }
        let rank = |number: &Self| match number.kind {
            Kind::Finite { .. } => 0,
            Kind::Infinite => 1,
            Kind::Nan { signaling: true, .. } => 2,
            Kind::Nan { signaling: false, .. } => 3,
        };
        let ordering = rank(self)
            .cmp(&rank(other))
            .then_with(|| match (&self.kind, &other.kind) {
                (Kind::Nan { payload: a, .. }, Kind::Nan { payload: b, .. }) => a.cmp(b),
                (Kind::Finite { exponent: a, .. }, Kind::Finite { exponent: b, .. }) => {
                    let value = self.compare(other).unwrap_or(Ordering::Equal);
                    let value = if self.negative { value.reverse() } else { value };
                    value.then_with(|| a.cmp(b))
                }
                _ => Ordering::Equal,
            });
        if self.negative { ordering.reverse() } else { ordering }
    }

    /// Returns the larger of two numbers if `largest`, otherwise the smaller. A number is preferred
    /// to a quiet NaN.
    ///
    /// # Errors
    /// An invalid operation for a signaling NaN.
    pub fn extreme(&self, other: &Self, largest: bool, context: &mut Context) -> Result<Self, Trap> {
        match (self.is_nan(), other.is_nan()) {
            (false, true) if !other.is_signaling() => return context.fit(self.clone()),
            (true, false) if !self.is_signaling() => return context.fit(other.clone()),
            (false, false) => {}
            _ => return Ok(context.nan_of(&[self, other])?.unwrap_or_else(Self::nan)),
        }
        self.extreme_by(other, largest, self.compare(other), context)
    }

    /// Returns the number with the larger absolute value if `largest`, otherwise the one with the
    /// smaller. A number is preferred to a quiet NaN.
    ///
    /// # Errors
    /// See [`extreme`](Self::extreme).
    pub fn extreme_magnitude(&self, other: &Self, largest: bool, context: &mut Context) -> Result<Self, Trap> {
        if self.is_nan() || other.is_nan() {
            return self.extreme(other, largest, context);
        }
        let magnitude = |number: &Self| number.clone().with_sign(false);
        let ordering = magnitude(self).compare(&magnitude(other));
        self.extreme_by(other, largest, ordering, context)
    }

    fn extreme_by(
        &self,
        other: &Self,
        largest: bool,
        ordering: Option<Ordering>,
        context: &mut Context,
    ) -> Result<Self, Trap> {
        let ordering = match ordering {
            Some(Ordering::Equal) | None => self.compare_total(other),
            Some(ordering) => ordering,
        };
        let first = if largest { ordering.is_ge() } else { ordering.is_lt() };
        context.fit(if first { self.clone() } else { other.clone() })
    }
}
