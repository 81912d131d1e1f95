//! The maximum and actual spending of calls.

use rlm_model::{Cost, Money, Price, Request, Tokens, Usage};
use serde::{Deserialize, Serialize};

/// The maximum that a call may spend, which is reserved before the call is issued.
///
/// ```
/// use rlm_model::{Cost, Message, Money, Parameters, Price, Request, Tokens};
/// use rlm_policy::Amount;
///
/// let request = Request::new(vec![Message::user("Is A-1 late?")], Parameters::with_max_output(Tokens(64)));
/// let price = Price { input: Money(1_000_000), cached_input: Money(1_000_000), output: Money(4_000_000), ..Price::FREE };
/// let amount = Amount::at_most(&request, Some(price), 1);
/// assert_eq!((amount.input_tokens, amount.output_tokens), (request.input_tokens_at_most(), Tokens(64)));
/// assert_eq!(amount.cost, Cost::Known(Money(amount.input_tokens.0 + 4 * 64)));
/// assert_eq!(Amount::at_most(&request, None, 1).cost, Cost::Unknown);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    /// The number of sub-calls that the call counts as: 1, or 0 for a call of a run's root model,
    /// which counts as a step instead.
    pub calls: u64,
    /// The maximum number of input tokens.
    pub input_tokens: Tokens,
    /// The maximum number of output tokens.
    pub output_tokens: Tokens,
    /// The maximum cost of the input and output tokens.
    pub cost: Cost,
}

impl Amount {
    /// Returns an upper bound for an attempt at `request`: its bytes and an allowance for the chat
    /// template as input, and its output limit as output.
    ///
    /// `calls` is 1 for a sub-call and 0 for a call of a root model. `price` is that of the model,
    /// if known.
    #[must_use]
    pub fn at_most(request: &Request, price: Option<Price>, calls: u64) -> Self {
        Self::of(
            request.input_tokens_at_most(),
            request.parameters.max_output,
            price,
            calls,
        )
    }

    /// Returns the amount for given numbers of input and output tokens; see
    /// [`at_most`](Self::at_most).
    #[must_use]
    pub fn of(input: Tokens, output: Tokens, price: Option<Price>, calls: u64) -> Self {
        let usage = Usage {
            input,
            output,
            ..Usage::default()
        };
        // It is unknown how much of the input the provider has cached, so the higher of the two
        // prices applies.
        let dearest = price.map(|price| Price {
            input: price.input.max(price.cached_input),
            ..price
        });
        Self {
            calls,
            input_tokens: input,
            output_tokens: output,
            cost: dearest.map_or(Cost::Unknown, |price| Cost::Known(price.of(&usage))),
        }
    }

    /// Returns the amount of an announced call whose size is unknown: the maximum tokens and cost.
    #[must_use]
    pub const fn unknown(calls: u64) -> Self {
        Self {
            calls,
            input_tokens: Tokens(u64::MAX),
            output_tokens: Tokens(u64::MAX),
            cost: Cost::Known(Money(u64::MAX)),
        }
    }

    /// Returns the spending if the whole amount is used.
    #[must_use]
    pub const fn as_spend(&self) -> Spend {
        Spend {
            calls: self.calls,
            input_tokens: self.input_tokens,
            output_tokens: self.output_tokens,
            cost: match self.cost {
                Cost::Known(money) => money,
                Cost::Unknown => Money::ZERO,
            },
            unpriced: match self.cost {
                Cost::Known(_) => 0,
                Cost::Unknown => 1,
            },
        }
    }
}

/// A request for a reservation in a [`Ledger`](crate::Ledger): the maximum that a call may spend,
/// and the shortest acceptable reply if less is left. An [`Amount`] alone is granted in full or not
/// at all.
///
/// ```
/// use rlm_model::{CallId, Price, Tokens};
/// use rlm_policy::{Amount, ReservationRequest, Decision, GrantId, Ledger, Limits};
///
/// let mut ledger = Ledger::new(&Limits { tokens: Some(Tokens(1_000)), ..Limits::default() });
/// let amount = Amount::of(Tokens(400), Tokens(4_096), None, 1);
/// let request = ReservationRequest::shortened(amount, Tokens(256), None);
/// let granted = ledger.reserve(GrantId::ROOT, &CallId::root(1, 1, 0), request)?.decision;
/// assert_eq!(granted, Decision::Shortened(Amount { output_tokens: Tokens(600), ..amount }));
/// # Ok::<(), rlm_policy::LedgerError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReservationRequest {
    /// The maximum that the call may spend.
    pub amount: Amount,
    shortest: Option<Shortest>,
}

/// The shortest acceptable reply and the price of the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shortest {
    output: Tokens,
    price: Option<Price>,
}

impl ReservationRequest {
    /// Requests `amount`, or less with a shorter reply of at least `least` output tokens. `price`
    /// is that of the model.
    #[must_use]
    pub fn shortened(amount: Amount, least: Tokens, price: Option<Price>) -> Self {
        let output = least.min(amount.output_tokens);
        Self {
            amount,
            shortest: Some(Shortest { output, price }),
        }
    }

    /// Returns this request without its sub-calls, for a retry, which doesn't count as another
    /// call.
    pub(crate) const fn without_calls(mut self) -> Self {
        self.amount.calls = 0;
        self
    }

    /// Returns the amount with the shortest acceptable reply.
    #[must_use]
    pub fn least(&self) -> Amount {
        self.shortest
            .map_or(self.amount, |shortest| self.with_output(shortest, shortest.output))
    }

    /// Returns the largest amount that fits; `None` if not even the shortest reply fits.
    pub(crate) fn fitting(&self, fits: impl Fn(&Amount) -> bool) -> Option<Amount> {
        let shortest = self.shortest?;
        let amount = |output| self.with_output(shortest, Tokens(output));
        let (mut fitting, mut over) = (shortest.output.0, self.amount.output_tokens.0.saturating_add(1));
        if !fits(&amount(fitting)) {
            return None;
        }
        while over.saturating_sub(fitting) > 1 {
            let middle = fitting.midpoint(over);
            if fits(&amount(middle)) {
                fitting = middle;
            } else {
                over = middle;
            }
        }
        Some(amount(fitting))
    }

    fn with_output(&self, shortest: Shortest, output: Tokens) -> Amount {
        match shortest.price {
            Some(_) => Amount::of(self.amount.input_tokens, output, shortest.price, self.amount.calls),
            None => Amount {
                output_tokens: output,
                ..self.amount
            },
        }
    }
}

impl From<Amount> for ReservationRequest {
    fn from(amount: Amount) -> Self {
        Self { amount, shortest: None }
    }
}

/// The spending of one or several calls.
///
/// ```
/// use rlm_model::{Cost, Money, Tokens, Usage};
/// use rlm_policy::Spend;
///
/// let usage = Usage { input: Tokens(100), output: Tokens(20), ..Usage::default() };
/// let both = Spend::of(1, &usage, Cost::Known(Money(300))).plus(Spend::of(1, &usage, Cost::Unknown));
/// assert_eq!((both.calls, both.tokens()), (2, Tokens(240)));
/// assert_eq!((both.cost, both.unpriced, both.total_cost()), (Money(300), 1, Cost::Unknown));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Spend {
    /// The number of sub-calls.
    pub calls: u64,
    /// The input tokens, including those that the provider had cached.
    pub input_tokens: Tokens,
    /// The output tokens, including reasoning.
    pub output_tokens: Tokens,
    /// The sum of the known costs.
    pub cost: Money,
    /// The number of calls with unknown cost, which `cost` excludes.
    pub unpriced: u64,
}

impl Spend {
    /// Returns the spending of a call with a usage and a cost.
    #[must_use]
    pub const fn of(calls: u64, usage: &Usage, cost: Cost) -> Self {
        let (known, unpriced) = match cost {
            Cost::Known(money) => (money, 0),
            Cost::Unknown => (Money::ZERO, 1),
        };
        Self {
            calls,
            input_tokens: usage.input,
            output_tokens: usage.output,
            cost: known,
            unpriced,
        }
    }

    /// Returns the spending of calls that were free, such as cached ones: only their number.
    #[must_use]
    pub const fn calls_only(calls: u64) -> Self {
        Self {
            calls,
            input_tokens: Tokens(0),
            output_tokens: Tokens(0),
            cost: Money::ZERO,
            unpriced: 0,
        }
    }

    /// Adds two spendings. Saturates at the maximum instead of overflowing.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            calls: self.calls.saturating_add(other.calls),
            input_tokens: self.input_tokens.saturating_add(other.input_tokens),
            output_tokens: self.output_tokens.saturating_add(other.output_tokens),
            cost: self.cost.saturating_add(other.cost),
            unpriced: self.unpriced.saturating_add(other.unpriced),
        }
    }

    /// Returns the sum of input and output tokens.
    #[must_use]
    pub const fn tokens(&self) -> Tokens {
        self.input_tokens.saturating_add(self.output_tokens)
    }

    /// Returns the total cost; unknown if the cost of any call is unknown.
    #[must_use]
    pub const fn total_cost(&self) -> Cost {
        if self.unpriced == 0 {
            Cost::Known(self.cost)
        } else {
            Cost::Unknown
        }
    }
}

/// The numbers of calls and tokens and the cost that are compared with the limits of a budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Load {
    pub(crate) calls: u64,
    pub(crate) tokens: u64,
    /// The part of `tokens` that is used by sub-calls and child runs.
    pub(crate) subcall: u64,
    pub(crate) input: u64,
    pub(crate) output: u64,
    pub(crate) cost: u64,
}

impl Load {
    pub(crate) const fn plus(self, other: Self) -> Self {
        Self {
            calls: self.calls.saturating_add(other.calls),
            tokens: self.tokens.saturating_add(other.tokens),
            subcall: self.subcall.saturating_add(other.subcall),
            input: self.input.saturating_add(other.input),
            output: self.output.saturating_add(other.output),
            cost: self.cost.saturating_add(other.cost),
        }
    }

    pub(crate) const fn minus(self, other: Self) -> Self {
        Self {
            calls: self.calls.saturating_sub(other.calls),
            tokens: self.tokens.saturating_sub(other.tokens),
            subcall: self.subcall.saturating_sub(other.subcall),
            input: self.input.saturating_sub(other.input),
            output: self.output.saturating_sub(other.output),
            cost: self.cost.saturating_sub(other.cost),
        }
    }
}

/// The part of a call's tokens that counts as tokens of sub-calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum SubcallTokens {
    /// None: the call is one of the root run's own model.
    #[default]
    None,
    /// All: the call is a sub-call, or belongs to a child run.
    All,
    /// This many: the call starts a child run with these limits, whose parts need not add up to its
    /// limit of all tokens.
    OfChild { subcall: u64, input: u64 },
}

impl SubcallTokens {
    pub(crate) fn load_of(self, spend: &Spend) -> Load {
        let tokens = spend.tokens().0;
        Load {
            calls: spend.calls,
            tokens,
            subcall: match self {
                Self::None => 0,
                Self::All => tokens,
                Self::OfChild { subcall, .. } => subcall,
            },
            input: match self {
                Self::None | Self::All => spend.input_tokens.0,
                Self::OfChild { input, .. } => input,
            },
            output: spend.output_tokens.0,
            cost: spend.cost.0,
        }
    }
}
