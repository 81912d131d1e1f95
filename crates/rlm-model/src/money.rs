//! Amounts of money in whole micro-dollars, and prices per million tokens.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Tokens, Usage};

const MICROS_PER_DOLLAR: u64 = 1_000_000;

/// An amount of money in micro-dollars (1,000,000 = one US dollar).
///
/// ```
/// use rlm_model::Money;
///
/// let budget: Money = "0.50".parse()?;
/// assert_eq!(budget, Money(500_000));
/// assert_eq!(budget.saturating_sub(Money(750_000)), Money::ZERO);
/// assert_eq!(Money(1_250_000).to_string(), "$1.25");
/// assert!("-1".parse::<Money>().is_err());
/// # Ok::<(), rlm_model::ParseMoneyError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Money(pub u64);

impl Money {
    /// The amount of zero dollars.
    pub const ZERO: Self = Self(0);

    /// Adds two amounts of money. Saturates at the maximum instead of overflowing.
    #[must_use]
    pub const fn saturating_add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// Rounds the amount for reading: to two significant digits below a dollar, else to cents.
    ///
    /// ```
    /// use rlm_model::Money;
    ///
    /// let shown = |micros| Money(micros).rounded().to_string();
    /// assert_eq!([42_196, 3_624, 7, 999_900].map(shown), ["$0.042", "$0.0036", "$0.000007", "$1.00"]);
    /// assert_eq!([1_234_567, 45_474_000].map(shown), ["$1.23", "$45.47"]);
    /// ```
    #[must_use]
    pub fn rounded(self) -> Self {
        let unit = self.shown_unit();
        Self((self.0.saturating_add(unit / 2) / unit).saturating_mul(unit))
    }

    /// Rounds the amount up, to as many digits as [`rounded`](Self::rounded). Amounts that exceed a
    /// limit together still exceed it.
    ///
    /// ```
    /// use rlm_model::Money;
    ///
    /// let shown = |micros| Money(micros).rounded_up().to_string();
    /// assert_eq!([101, 9_552, 13_004_000].map(shown), ["$0.00011", "$0.0096", "$13.01"]);
    /// ```
    #[must_use]
    pub fn rounded_up(self) -> Self {
        let unit = self.shown_unit();
        Self(self.0.div_ceil(unit).saturating_mul(unit))
    }

    /// Returns the value of the last digit that is shown of a rounded amount.
    fn shown_unit(self) -> u64 {
        let digits = self.0.checked_ilog10().unwrap_or(0);
        10_u64.pow(digits.saturating_sub(1).min(4))
    }

    /// Subtracts the amount `other`. Saturates at zero.
    #[must_use]
    pub const fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl fmt::Display for Money {
    /// Writes the amount in dollars with two to six decimals: `$1.25`, `$0.0031`, `$0`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dollars = self.0 / MICROS_PER_DOLLAR;
        let micros = self.0 % MICROS_PER_DOLLAR;
        if self.0 == 0 {
            return f.write_str("$0");
        }
        let decimals = format!("{micros:06}");
        let shown = decimals.trim_end_matches('0');
        write!(f, "${dollars}.{shown:0<2}")
    }
}

/// The error for a text that is not an amount of dollars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an amount of dollars: expected digits with at most 6 decimals, such as `0.25`")]
pub struct ParseMoneyError;

impl FromStr for Money {
    type Err = ParseMoneyError;

    fn from_str(text: &str) -> Result<Self, ParseMoneyError> {
        let text = text.trim();
        let text = text.strip_prefix('$').unwrap_or(text);
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if (whole.is_empty() && decimals.is_empty()) || !digits(whole) || !digits(decimals) || decimals.len() > 6 {
            return Err(ParseMoneyError);
        }
        let parse = |part: &str| match part {
            "" => Ok(0),
            part => part.parse::<u64>().map_err(|_| ParseMoneyError),
        };
        let micros = parse(&format!("{decimals:0<6}"))?;
        parse(whole)?
            .checked_mul(MICROS_PER_DOLLAR)
            .and_then(|dollars| dollars.checked_add(micros))
            .map(Self)
            .ok_or(ParseMoneyError)
    }
}

/// The cost of a call, which may be unknown. An unknown cost never counts as zero.
///
/// ```
/// use rlm_model::{Cost, Money};
///
/// let known = Cost::Known(Money(300));
/// assert_eq!(known.plus(Cost::Known(Money(200))).known(), Some(Money(500)));
/// assert_eq!(known.plus(Cost::Unknown), Cost::Unknown, "nobody can say what the sum is");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cost {
    /// The known amount of the cost, reported by the provider or computed from a price.
    Known(Money),
    /// The unknown cost of a call of a model whose price is unknown.
    Unknown,
}

impl Cost {
    /// Returns the amount of the cost if it is known.
    #[must_use]
    pub const fn known(self) -> Option<Money> {
        match self {
            Self::Known(money) => Some(money),
            Self::Unknown => None,
        }
    }

    /// Adds two costs. The sum is unknown if either is.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        match (self, other) {
            (Self::Known(a), Self::Known(b)) => Self::Known(a.saturating_add(b)),
            _ => Self::Unknown,
        }
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(money) => money.fmt(f),
            Self::Unknown => f.write_str("unknown cost"),
        }
    }
}

/// The prices of a model in micro-dollars per million tokens.
///
/// ```
/// use rlm_model::{Money, Price, Tokens, Usage};
///
/// // $0.25 for a million input tokens, a tenth of that for cached ones, $2 for output.
/// let price = Price { input: Money(250_000), cached_input: Money(25_000), output: Money(2_000_000), ..Price::FREE };
/// let usage = Usage { input: Tokens(10_000), cached_input: Tokens(8_000), output: Tokens(500), ..Usage::default() };
/// assert_eq!(price.of(&usage), Money(500 + 200 + 1_000));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// The price of input tokens that the provider had not cached, in micro-dollars per million.
    pub input: Money,
    /// The price of input tokens that the provider had cached, in micro-dollars per million.
    pub cached_input: Money,
    /// The price of output tokens, including reasoning, in micro-dollars per million.
    pub output: Money,
}

impl Price {
    /// The price of models that are free to call: local and offline ones.
    pub const FREE: Self = Self {
        input: Money::ZERO,
        cached_input: Money::ZERO,
        output: Money::ZERO,
    };

    /// Returns the cost of the token usage of a call, rounded up to a whole micro-dollar.
    #[must_use]
    pub fn of(&self, usage: &Usage) -> Money {
        let fresh = Tokens(usage.input.0.saturating_sub(usage.cached_input.0));
        let total = [
            (self.input, fresh),
            (self.cached_input, usage.cached_input),
            (self.output, usage.output),
        ]
        .into_iter()
        .fold(0_u128, |sum, (price, tokens)| {
            sum.saturating_add(u128::from(price.0).saturating_mul(u128::from(tokens.0)))
        });
        // Writing to a provider's cache costs an extra quarter:
        // <https://docs.claude.com/en/docs/build-with-claude/prompt-caching#pricing> (read in
        // November 2026).
        let written = u128::from(self.input.0).saturating_mul(u128::from(usage.cache_written.0));
        let total = total.saturating_add(written.div_ceil(4));
        Money(u64::try_from(total.div_ceil(1_000_000)).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_prints_as_dollars() {
        let shown = |micros| Money(micros).to_string();
        assert_eq!(shown(0), "$0");
        assert_eq!(shown(1_250_000), "$1.25");
        assert_eq!(shown(3_100), "$0.0031");
        assert_eq!(shown(2_000_000), "$2.00");
    }

    #[test]
    fn money_parses_from_dollars() {
        assert_eq!("0.25".parse(), Ok(Money(250_000)));
        assert_eq!("$1".parse(), Ok(Money(1_000_000)));
        assert_eq!(".000001".parse(), Ok(Money(1)));
        for wrong in ["", ".", "-1", "1.0000001", "1e3", "99999999999999999999"] {
            assert_eq!(wrong.parse::<Money>(), Err(ParseMoneyError), "{wrong}");
        }
    }

    #[test]
    fn costs_round_up_and_price_cached_tokens_separately() {
        let price = Price {
            input: Money(1_250_000),
            cached_input: Money(125_000),
            output: Money(10_000_000),
        };
        let usage = Usage {
            input: Tokens(1_000),
            cached_input: Tokens(400),
            output: Tokens(1),
            ..Usage::default()
        };
        assert_eq!(price.of(&usage), Money(750 + 50 + 10));
        let written = Usage {
            cache_written: Tokens(600),
            ..usage
        };
        assert_eq!(
            price.of(&written),
            Money(750 + 50 + 10 + 188),
            "a quarter more for what is kept"
        );
        let one = Usage {
            input: Tokens(1),
            ..Usage::default()
        };
        assert_eq!(price.of(&one), Money(2), "1.25 micro-dollars round up");
    }

    #[test]
    fn adding_an_unknown_cost_stays_unknown() {
        assert_eq!(Cost::Known(Money(5)).plus(Cost::Unknown), Cost::Unknown);
    }
}
