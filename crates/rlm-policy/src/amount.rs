//! How much a call may use, and how much it used.

use rlm_model::{Cost, Money, Price, Request, Tokens, Usage};
use serde::{Deserialize, Serialize};

/// What a call may use at the most: what is reserved before it is issued.
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
    /// The sub-calls it counts as: 1, or 0 for a call of a run's root model, which counts as a step instead.
    pub calls: u64,
    /// The tokens of its messages.
    pub input_tokens: Tokens,
    /// The tokens of its reply.
    pub output_tokens: Tokens,
    /// What all these tokens cost.
    pub cost: Cost,
}

impl Amount {
    /// Bounds one attempt at `request`: its bytes and a template allowance as input, its output limit as output.
    ///
    /// `calls` is 1 for a sub-call and 0 for a call of a root model; `price` is that of the model, where one is known.
    #[must_use]
    pub fn at_most(request: &Request, price: Option<Price>, calls: u64) -> Self {
        Self::of(
            request.input_tokens_at_most(),
            request.parameters.max_output,
            price,
            calls,
        )
    }

    /// Bounds a call by the tokens of its messages and of its reply; see [`at_most`](Self::at_most).
    #[must_use]
    pub fn of(input: Tokens, output: Tokens, price: Option<Price>, calls: u64) -> Self {
        let usage = Usage {
            input,
            output,
            ..Usage::default()
        };
        // Whether the provider has cached some of the input is not known before: the dearer of the two prices holds.
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

    /// Bounds a call of which nothing is known yet but that it may come: every token and all the money there is.
    #[must_use]
    pub const fn unknown(calls: u64) -> Self {
        Self {
            calls,
            input_tokens: Tokens(u64::MAX),
            output_tokens: Tokens(u64::MAX),
            cost: Cost::Known(Money(u64::MAX)),
        }
    }

    /// Returns this amount as if all of it had been used.
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

/// A request for a reservation in a [`Ledger`](crate::Ledger): the most that a call may use, and how far its reply may be shortened
/// where less is left. An [`Amount`] alone is granted as a whole or not at all.
///
/// ```
/// use rlm_model::{CallId, Price, Tokens};
/// use rlm_policy::{Amount, Ask, Decision, GrantId, Ledger, Limits};
///
/// let mut ledger = Ledger::new(&Limits { tokens: Some(Tokens(1_000)), ..Limits::default() });
/// let amount = Amount::of(Tokens(400), Tokens(4_096), None, 1);
/// let ask = Ask::shortened(amount, Tokens(256), None);
/// let granted = ledger.reserve(GrantId::ROOT, &CallId::root(1, 1, 0), ask)?.decision;
/// assert_eq!(granted, Decision::Shortened(Amount { output_tokens: Tokens(600), ..amount }));
/// # Ok::<(), rlm_policy::LedgerError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask {
    /// The most that the call may use.
    pub amount: Amount,
    shortest: Option<Shortest>,
}

/// The shortest reply that is worth its call, and the price of its tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shortest {
    output: Tokens,
    price: Option<Price>,
}

impl Ask {
    /// Asks for an amount, or for one whose reply has fewer tokens, but no fewer than `least`; `price` is that of the model.
    #[must_use]
    pub fn shortened(amount: Amount, least: Tokens, price: Option<Price>) -> Self {
        let output = least.min(amount.output_tokens);
        Self {
            amount,
            shortest: Some(Shortest { output, price }),
        }
    }

    /// Asks for the same for another attempt, which is no other call.
    pub(crate) const fn without_calls(mut self) -> Self {
        self.amount.calls = 0;
        self
    }

    /// Returns the least that the call can be made with.
    #[must_use]
    pub fn least(&self) -> Amount {
        self.shortest
            .map_or(self.amount, |shortest| self.with_output(shortest, shortest.output))
    }

    /// Returns the largest amount that fits; none where the least does not.
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

impl From<Amount> for Ask {
    fn from(amount: Amount) -> Self {
        Self { amount, shortest: None }
    }
}

/// What a call used, or several together.
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
    /// The sub-calls.
    pub calls: u64,
    /// The tokens of messages, those that the provider had cached included.
    pub input_tokens: Tokens,
    /// The tokens of replies, reasoning included.
    pub output_tokens: Tokens,
    /// The cost, as far as it is known.
    pub cost: Money,
    /// The number of calls whose cost nobody knows; `cost` leaves them out.
    pub unpriced: u64,
}

impl Spend {
    /// Returns what a call with this usage and cost spent.
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

    /// Returns what a call that no provider was paid for spent: it counts as a call, and that is all.
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

    /// Adds two; stays at the largest number instead of overflowing.
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

    /// Returns input and output tokens together.
    #[must_use]
    pub const fn tokens(&self) -> Tokens {
        self.input_tokens.saturating_add(self.output_tokens)
    }

    /// Returns the cost, unknown where that of any part is unknown.
    #[must_use]
    pub const fn total_cost(&self) -> Cost {
        if self.unpriced == 0 {
            Cost::Known(self.cost)
        } else {
            Cost::Unknown
        }
    }
}

/// The numbers that limits are compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Load {
    pub(crate) calls: u64,
    pub(crate) tokens: u64,
    /// The part of `tokens` that sub-calls and child runs have.
    pub(crate) subcall: u64,
    pub(crate) output: u64,
    pub(crate) cost: u64,
}

impl Load {
    pub(crate) const fn plus(self, other: Self) -> Self {
        Self {
            calls: self.calls.saturating_add(other.calls),
            tokens: self.tokens.saturating_add(other.tokens),
            subcall: self.subcall.saturating_add(other.subcall),
            output: self.output.saturating_add(other.output),
            cost: self.cost.saturating_add(other.cost),
        }
    }

    pub(crate) const fn minus(self, other: Self) -> Self {
        Self {
            calls: self.calls.saturating_sub(other.calls),
            tokens: self.tokens.saturating_sub(other.tokens),
            subcall: self.subcall.saturating_sub(other.subcall),
            output: self.output.saturating_sub(other.output),
            cost: self.cost.saturating_sub(other.cost),
        }
    }
}

/// How many of a call's tokens are those of sub-calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum SubcallTokens {
    /// None: the root run's own model is called.
    #[default]
    None,
    /// All: it is a sub-call, or a call of a child run.
    All,
    /// This many: it starts a child run, which may use so many.
    Exactly(u64),
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
                Self::Exactly(tokens) => tokens,
            },
            output: spend.output_tokens.0,
            cost: spend.cost.0,
        }
    }
}
