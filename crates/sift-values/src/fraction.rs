//! Fractions: exact quotients of integers in lowest terms.

use num_bigint::BigInt;
use num_integer::Integer as _;
use num_traits::{One as _, Signed as _, Zero as _};

use crate::flow::Flow;
use crate::long_integers::{floor_divide, gcd};
use crate::meter::Meter;

/// A fraction in lowest terms with a positive denominator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fraction {
    numerator: BigInt,
    denominator: BigInt,
}

impl Fraction {
    /// Creates a fraction. Returns `None` if the denominator is zero.
    ///
    /// # Errors
    /// [`Flow::End`] if the program is cancelled meanwhile, as in every operation that reduces a
    /// fraction.
    pub fn new(meter: &Meter, numerator: BigInt, denominator: BigInt) -> Result<Option<Self>, Flow> {
        if denominator.is_zero() {
            return Ok(None);
        }
        let mut common = BigInt::from(gcd(meter, numerator.magnitude(), denominator.magnitude())?);
        if denominator.is_negative() {
            common = -common;
        }
        Ok(Some(if common.is_one() {
            Self { numerator, denominator }
        } else {
            Self {
                numerator: floor_divide(meter, &numerator, &common)?.0,
                denominator: floor_divide(meter, &denominator, &common)?.0,
            }
        }))
    }

    /// Creates a fraction from an integer.
    pub fn whole(numerator: BigInt) -> Self {
        Self {
            numerator,
            denominator: BigInt::one(),
        }
    }

    /// Returns the numerator of the fraction, which has its sign.
    pub const fn numerator(&self) -> &BigInt {
        &self.numerator
    }

    /// Returns the denominator of the fraction, which is positive.
    pub const fn denominator(&self) -> &BigInt {
        &self.denominator
    }

    /// Returns `true` if the fraction is zero.
    pub fn is_zero(&self) -> bool {
        self.numerator.is_zero()
    }

    /// Returns the total number of bits in the numerator and the denominator.
    pub fn bits(&self) -> u64 {
        self.numerator.bits() + self.denominator.bits()
    }

    /// Returns the fraction with the opposite sign.
    pub fn negate(&self) -> Self {
        Self {
            numerator: -&self.numerator,
            denominator: self.denominator.clone(),
        }
    }

    /// Returns the absolute value of the fraction.
    pub fn absolute(&self) -> Self {
        Self {
            numerator: self.numerator.abs(),
            denominator: self.denominator.clone(),
        }
    }

    /// Returns the sum of two fractions.
    pub fn add(&self, meter: &Meter, other: &Self) -> Result<Self, Flow> {
        let numerator = &self.numerator * &other.denominator + &other.numerator * &self.denominator;
        Self::reduced(meter, numerator, &self.denominator * &other.denominator)
    }

    /// Returns the difference of two fractions.
    pub fn subtract(&self, meter: &Meter, other: &Self) -> Result<Self, Flow> {
        self.add(meter, &other.negate())
    }

    /// Returns the product of two fractions.
    pub fn multiply(&self, meter: &Meter, other: &Self) -> Result<Self, Flow> {
        Self::reduced(
            meter,
            &self.numerator * &other.numerator,
            &self.denominator * &other.denominator,
        )
    }

    /// Returns the quotient of two fractions, or `None` if the divisor is zero.
    pub fn divide(&self, meter: &Meter, other: &Self) -> Result<Option<Self>, Flow> {
        Self::new(
            meter,
            &self.numerator * &other.denominator,
            &self.denominator * &other.numerator,
        )
    }

    /// Returns the quotient of two fractions, rounded down, and the remainder. Returns `None` if
    /// the divisor is zero.
    pub fn divide_floor(&self, meter: &Meter, other: &Self) -> Result<Option<(BigInt, Self)>, Flow> {
        if other.is_zero() {
            return Ok(None);
        }
        let (dividend, divisor) = (
            &self.numerator * &other.denominator,
            &self.denominator * &other.numerator,
        );
        let (quotient, rest) = floor_divide(meter, &dividend, &divisor)?;
        let rest = Self::reduced(meter, rest, &self.denominator * &other.denominator)?;
        Ok(Some((quotient, rest)))
    }

    /// Returns the fraction raised to an integer power, or `None` for a negative power of zero.
    pub fn power(&self, meter: &Meter, exponent: u32, negative: bool) -> Result<Option<Self>, Flow> {
        let (numerator, denominator) = (self.numerator.pow(exponent), self.denominator.pow(exponent));
        if negative {
            Self::new(meter, denominator, numerator)
        } else {
            Ok(Some(Self { numerator, denominator }))
        }
    }

    /// Returns the greatest integer less than or equal to the fraction.
    pub fn floor(&self) -> BigInt {
        self.numerator.div_floor(&self.denominator)
    }

    /// Returns the smallest integer greater than or equal to the fraction.
    pub fn ceiling(&self) -> BigInt {
        self.numerator.div_ceil(&self.denominator)
    }

    /// Returns the fraction truncated towards zero.
    pub fn truncated(&self) -> BigInt {
        &self.numerator / &self.denominator
    }

    /// Returns the integer nearest to the fraction. Ties round to even.
    pub fn rounded(&self) -> BigInt {
        let (floor, rest) = self.numerator.div_mod_floor(&self.denominator);
        let half = (rest * 2_u8).cmp(&self.denominator);
        if half.is_gt() || (half.is_eq() && floor.is_odd()) {
            floor + 1_u8
        } else {
            floor
        }
    }

    /// Returns the nearest fraction with a denominator of at most `most`, which must be positive.
    pub fn limit_denominator(&self, meter: &Meter, most: &BigInt) -> Result<Self, Flow> {
        if self.denominator <= *most {
            return Ok(self.clone());
        }
        // Computes the convergents of the continued fraction until the denominator is too large.
        let (mut p0, mut q0, mut p1, mut q1) = (BigInt::zero(), BigInt::one(), BigInt::one(), BigInt::zero());
        let (mut n, mut d) = (self.numerator.clone(), self.denominator.clone());
        loop {
            meter.look()?;
            let (a, rest) = floor_divide(meter, &n, &d)?;
            let q2 = &q0 + &a * &q1;
            if q2 > *most {
                break;
            }
            let p2 = &p0 + a * &p1;
            (p0, q0, p1, q1) = (p1, q1, p2, q2);
            (n, d) = (d, rest);
        }
        let (k, _) = floor_divide(meter, &(most - &q0), &q1)?;
        let between = Self::reduced(meter, p0 + &k * &p1, q0 + k * &q1)?;
        let convergent = Self::reduced(meter, p1, q1)?;
        Ok(if convergent.distance(meter, self)? <= between.distance(meter, self)? {
            convergent
        } else {
            between
        })
    }

    fn distance(&self, meter: &Meter, other: &Self) -> Result<Self, Flow> {
        Ok(self.subtract(meter, other)?.absolute())
    }

    /// Creates a fraction in lowest terms from a numerator and a nonzero denominator.
    fn reduced(meter: &Meter, numerator: BigInt, denominator: BigInt) -> Result<Self, Flow> {
        let reduced = Self::new(meter, numerator, denominator)?;
        Ok(reduced.unwrap_or_else(|| Self::whole(BigInt::zero())))
    }
}

impl PartialOrd for Fraction {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Fraction {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (&self.numerator * &other.denominator).cmp(&(&other.numerator * &self.denominator))
    }
}

impl std::fmt::Display for Fraction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.denominator.is_one() {
            write!(f, "{}", self.numerator)
        } else {
            write!(f, "{}/{}", self.numerator, self.denominator)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meter() -> Meter {
        Meter::new(u64::MAX)
    }

    fn of(numerator: i64, denominator: i64) -> Fraction {
        Fraction::new(&meter(), numerator.into(), denominator.into())
            .unwrap()
            .unwrap()
    }

    #[test]
    fn cancellation_is_checked_while_reducing_fractions() {
        let long = BigInt::from(1) << 200_000;
        let fraction = |meter: &Meter| Fraction::new(meter, &long + 1, &long - 3);
        let sum = |meter: &Meter, a: &Fraction| a.add(meter, &a.divide(meter, &of(3, 7)).unwrap().unwrap());
        let cancelled = meter();
        cancelled
            .cancel_flag()
            .store(true, std::sync::atomic::Ordering::Relaxed);
        assert!(fraction(&cancelled).is_err());
        let small = Fraction::whole(&long + 1);
        assert!(small.limit_denominator(&cancelled, &1.into()).is_ok());
        assert!(of(355, 113).limit_denominator(&cancelled, &10.into()).is_err());
        assert!(sum(&meter(), &small).is_ok());
    }

    #[test]
    fn fractions_are_reduced_to_lowest_terms() {
        assert_eq!(of(6, -8).to_string(), "-3/4");
        assert_eq!(of(1, 6).add(&meter(), &of(1, 3)).unwrap(), of(1, 2));
        assert_eq!(Fraction::new(&meter(), 1.into(), 0.into()).unwrap(), None);
        assert_eq!(of(2, 3).power(&meter(), 2, true).unwrap(), Some(of(9, 4)));
    }

    #[test]
    fn limit_denominator_returns_the_nearest_fraction() {
        let pi = of(3_141_592_653_589_793, 1_000_000_000_000_000);
        assert_eq!(pi.limit_denominator(&meter(), &1_000.into()).unwrap(), of(355, 113));
        assert_eq!(pi.limit_denominator(&meter(), &10.into()).unwrap(), of(22, 7));
        assert_eq!(of(1, 2).limit_denominator(&meter(), &1.into()).unwrap(), of(0, 1));
    }

    #[test]
    fn fraction_rounding_is_half_even() {
        let rounded: Vec<BigInt> = [of(5, 2), of(7, 2), of(-5, 2), of(8, 3)]
            .iter()
            .map(Fraction::rounded)
            .collect();
        assert_eq!(rounded, [2, 4, -2, 3].map(BigInt::from));
    }
}
