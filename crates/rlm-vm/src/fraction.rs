//! Fractions: quotients of integers in lowest terms.

use num_bigint::BigInt;
use num_integer::Integer as _;
use num_traits::{One as _, Signed as _, Zero as _};

/// A fraction in lowest terms, the denominator above zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fraction {
    numerator: BigInt,
    denominator: BigInt,
}

impl Fraction {
    /// Makes a fraction; none if the denominator is zero.
    pub(crate) fn new(numerator: BigInt, denominator: BigInt) -> Option<Self> {
        if denominator.is_zero() {
            return None;
        }
        let mut common = numerator.gcd(&denominator);
        if denominator.is_negative() {
            common = -common;
        }
        Some(if common.is_one() {
            Self { numerator, denominator }
        } else {
            Self {
                numerator: numerator / &common,
                denominator: denominator / common,
            }
        })
    }

    /// Makes a whole number.
    pub(crate) fn whole(numerator: BigInt) -> Self {
        Self {
            numerator,
            denominator: BigInt::one(),
        }
    }

    pub(crate) const fn numerator(&self) -> &BigInt {
        &self.numerator
    }

    pub(crate) const fn denominator(&self) -> &BigInt {
        &self.denominator
    }

    pub(crate) fn is_zero(&self) -> bool {
        self.numerator.is_zero()
    }

    /// Returns the bits of both parts.
    pub(crate) fn bits(&self) -> u64 {
        self.numerator.bits() + self.denominator.bits()
    }

    pub(crate) fn negate(&self) -> Self {
        Self {
            numerator: -&self.numerator,
            denominator: self.denominator.clone(),
        }
    }

    pub(crate) fn absolute(&self) -> Self {
        Self {
            numerator: self.numerator.abs(),
            denominator: self.denominator.clone(),
        }
    }

    pub(crate) fn add(&self, other: &Self) -> Self {
        let numerator = &self.numerator * &other.denominator + &other.numerator * &self.denominator;
        Self::reduced(numerator, &self.denominator * &other.denominator)
    }

    pub(crate) fn subtract(&self, other: &Self) -> Self {
        self.add(&other.negate())
    }

    pub(crate) fn multiply(&self, other: &Self) -> Self {
        Self::reduced(
            &self.numerator * &other.numerator,
            &self.denominator * &other.denominator,
        )
    }

    /// Divides; none by zero.
    pub(crate) fn divide(&self, other: &Self) -> Option<Self> {
        Self::new(
            &self.numerator * &other.denominator,
            &self.denominator * &other.numerator,
        )
    }

    /// Returns the quotient rounded down, and the remainder; none by zero.
    pub(crate) fn divide_floor(&self, other: &Self) -> Option<(BigInt, Self)> {
        if other.is_zero() {
            return None;
        }
        let (quotient, rest) =
            (&self.numerator * &other.denominator).div_mod_floor(&(&self.denominator * &other.numerator));
        Some((quotient, Self::reduced(rest, &self.denominator * &other.denominator)))
    }

    /// Raises to a power; none for a negative power of zero.
    pub(crate) fn power(&self, exponent: u32, negative: bool) -> Option<Self> {
        let (numerator, denominator) = (self.numerator.pow(exponent), self.denominator.pow(exponent));
        if negative {
            Self::new(denominator, numerator)
        } else {
            Some(Self { numerator, denominator })
        }
    }

    pub(crate) fn floor(&self) -> BigInt {
        self.numerator.div_floor(&self.denominator)
    }

    pub(crate) fn ceiling(&self) -> BigInt {
        self.numerator.div_ceil(&self.denominator)
    }

    /// Returns the whole part.
    pub(crate) fn truncated(&self) -> BigInt {
        &self.numerator / &self.denominator
    }

    /// Rounds to an integer, half to even.
    pub(crate) fn rounded(&self) -> BigInt {
        let (floor, rest) = self.numerator.div_mod_floor(&self.denominator);
        let half = (rest * 2_u8).cmp(&self.denominator);
        if half.is_gt() || (half.is_eq() && floor.is_odd()) {
            floor + 1_u8
        } else {
            floor
        }
    }

    /// Returns the nearest fraction whose denominator is at most `most`, which is above zero.
    pub(crate) fn limit_denominator(&self, most: &BigInt) -> Self {
        if self.denominator <= *most {
            return self.clone();
        }
        // Convergents of the continued fraction, until the denominator is too large.
        let (mut p0, mut q0, mut p1, mut q1) = (BigInt::zero(), BigInt::one(), BigInt::one(), BigInt::zero());
        let (mut n, mut d) = (self.numerator.clone(), self.denominator.clone());
        loop {
            let (a, rest) = n.div_mod_floor(&d);
            let q2 = &q0 + &a * &q1;
            if q2 > *most {
                break;
            }
            let p2 = &p0 + a * &p1;
            (p0, q0, p1, q1) = (p1, q1, p2, q2);
            (n, d) = (d, rest);
        }
        let k = (most - &q0) / &q1;
        let between = Self::reduced(p0 + &k * &p1, q0 + k * &q1);
        let convergent = Self::reduced(p1, q1);
        if convergent.distance(self) <= between.distance(self) {
            convergent
        } else {
            between
        }
    }

    fn distance(&self, other: &Self) -> Self {
        self.subtract(other).absolute()
    }

    /// Makes a fraction of parts the second of which is not zero.
    fn reduced(numerator: BigInt, denominator: BigInt) -> Self {
        Self::new(numerator, denominator).unwrap_or_else(|| Self::whole(BigInt::zero()))
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

    fn of(numerator: i64, denominator: i64) -> Fraction {
        Fraction::new(numerator.into(), denominator.into()).unwrap()
    }

    #[test]
    fn fractions_are_kept_in_lowest_terms() {
        assert_eq!(of(6, -8).to_string(), "-3/4");
        assert_eq!(of(1, 6).add(&of(1, 3)), of(1, 2));
        assert_eq!(Fraction::new(1.into(), 0.into()), None);
        assert_eq!(of(2, 3).power(2, true), Some(of(9, 4)));
    }

    #[test]
    fn the_nearest_fraction_of_a_denominator() {
        let pi = of(3_141_592_653_589_793, 1_000_000_000_000_000);
        assert_eq!(pi.limit_denominator(&1_000.into()), of(355, 113));
        assert_eq!(pi.limit_denominator(&10.into()), of(22, 7));
        assert_eq!(of(1, 2).limit_denominator(&1.into()), of(0, 1));
    }

    #[test]
    fn halves_go_to_even() {
        let rounded: Vec<BigInt> = [of(5, 2), of(7, 2), of(-5, 2), of(8, 3)]
            .iter()
            .map(Fraction::rounded)
            .collect();
        assert_eq!(rounded, [2, 4, -2, 3].map(BigInt::from));
    }
}
