//! The prices of models: a built-in table with its date, and prices that the user sets.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::str::FromStr;

use rlm_model::{Cost, Model, ModelIdentity, Money, Price, Tokens, Usage};
use serde::Deserialize;
use smol_str::SmolStr;

const BUILT_IN: &str = include_str!("prices.json");

/// The prices of models. A model that is not in the table has an unknown price; it never counts as
/// free.
///
/// A built-in price applies to the exact name of a model only, since dated snapshots may cost more
/// than the newest one. It applies at the provider's own endpoint and on this machine, where a
/// gateway or tunnel to it may run. Another server with the same protocol may charge other prices.
///
/// ```
/// use rlm_model::{ModelIdentity, Money};
/// use rlm_policy::PriceTable;
///
/// let mut prices = PriceTable::built_in()?;
/// let house = ModelIdentity::new("compat", "http://10.0.0.7:8000/v1", "qwen3-32b");
/// assert_eq!(prices.price(&house), None, "unknown, never free");
///
/// prices.set("compat:qwen3-32b=0.10,0.30".parse()?);
/// assert_eq!(prices.price(&house).map(|price| price.output), Some(Money(300_000)));
/// # Ok::<(), rlm_policy::PriceError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PriceTable {
    date: SmolStr,
    rows: BTreeMap<(SmolStr, SmolStr), Row>,
    /// The prices that the user has set, for any endpoint.
    stated: BTreeMap<(SmolStr, SmolStr), Price>,
    /// The context window of each model, and the prefix of the endpoints for which it applies.
    windows: BTreeMap<(SmolStr, SmolStr), (SmolStr, Tokens)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    /// The prefix of the endpoints for which the price applies.
    endpoint: SmolStr,
    price: Price,
}

impl PriceTable {
    /// Creates a table without prices.
    #[must_use]
    pub fn empty() -> Self {
        Self::default()
    }

    /// Returns the built-in table, which dates from [`date`](Self::date).
    ///
    /// # Errors
    /// [`PriceError`] if the data file is invalid, which a test rules out.
    pub fn built_in() -> Result<Self, PriceError> {
        Self::from_json(BUILT_IN)
    }

    /// Parses a table: `{date, providers: [{adapter, endpoint, source, models: {NAME: {input,
    /// cached_input, output, window}}}]}`. Windows are in tokens and optional; prices are decimal
    /// strings in US dollars per million tokens.
    ///
    /// ```
    /// # use rlm_model::{ModelIdentity, Money, Tokens};
    /// # use rlm_policy::PriceTable;
    /// let prices = PriceTable::from_json(r#"{"date": "2026-11-01", "providers": [{
    ///     "adapter": "openai", "endpoint": "https://example.org/v1", "source": "https://example.org/prices",
    ///     "models": {"large-1": {"input": "2.00", "cached_input": "0.50", "output": "8.00", "window": 200000}}
    /// }]}"#)?;
    /// let there = ModelIdentity::new("openai", "https://example.org/v1", "large-1");
    /// assert_eq!(prices.price(&there).map(|price| price.cached_input), Some(Money(500_000)));
    /// assert_eq!(prices.window_named("large-1"), Some(Tokens(200_000)));
    /// // A gateway on this machine leads there; another server that speaks the same protocol charges what it likes.
    /// assert!(prices.price(&ModelIdentity::new("openai", "http://127.0.0.1:4000/v1", "large-1")).is_some());
    /// assert_eq!(prices.price(&ModelIdentity::new("openai", "http://10.0.0.7:4000/v1", "large-1")), None);
    /// # Ok::<(), rlm_policy::PriceError>(())
    /// ```
    ///
    /// # Errors
    /// [`PriceError::Malformed`] for other JSON, [`PriceError::Amount`] for an invalid price.
    pub fn from_json(json: &str) -> Result<Self, PriceError> {
        let file: File = serde_json::from_str(json).map_err(|error| PriceError::Malformed {
            detail: error.to_string(),
        })?;
        let mut table = Self {
            date: file.date,
            ..Self::default()
        };
        for provider in file.providers {
            for (model, prices) in provider.models {
                let price = prices.read(&model)?;
                if let Some(window) = prices.window {
                    let key = (provider.adapter.clone(), model.clone());
                    table.windows.insert(key, (provider.endpoint.clone(), Tokens(window)));
                }
                let row = Row {
                    endpoint: provider.endpoint.clone(),
                    price,
                };
                table.rows.insert((provider.adapter.clone(), model), row);
            }
        }
        Ok(table)
    }

    /// Returns the date of the built-in prices as `YYYY-MM-DD`; empty for an empty table.
    #[must_use]
    pub fn date(&self) -> &str {
        &self.date
    }

    /// Sets the price of a model for any endpoint.
    pub fn set(&mut self, stated: PriceStatement) {
        self.stated.insert((stated.adapter, stated.model), stated.price);
    }

    /// Returns the price of the model with this identity, if it is known.
    #[must_use]
    pub fn price(&self, identity: &ModelIdentity) -> Option<Price> {
        self.stated(identity).or_else(|| self.listed(identity))
    }

    fn stated(&self, identity: &ModelIdentity) -> Option<Price> {
        let key = (identity.adapter.clone(), identity.model.clone());
        self.stated.get(&key).copied()
    }

    /// Returns the price in the built-in table. A server on this machine with a listed model counts
    /// as a gateway to its provider.
    fn listed(&self, identity: &ModelIdentity) -> Option<Price> {
        let row = self.rows.get(&(identity.adapter.clone(), identity.model.clone()))?;
        let is_there = identity.endpoint.starts_with(row.endpoint.as_str()) || is_loopback(&identity.endpoint);
        is_there.then_some(row.price)
    }

    /// Returns the context window of `model`, if it is known: the one that the user has configured,
    /// otherwise that of the table.
    #[must_use]
    pub fn window_of(&self, model: &dyn Model) -> Option<Tokens> {
        let identity = model.identity();
        let stated = model.limits().window;
        stated.or_else(|| {
            let (endpoint, window) = self.windows.get(&(identity.adapter.clone(), identity.model.clone()))?;
            identity.endpoint.starts_with(endpoint.as_str()).then_some(*window)
        })
    }

    /// Returns the context window of the model with this name, `NAME` or `ADAPTER:NAME`, according
    /// to the table.
    #[must_use]
    pub fn window_named(&self, name: &str) -> Option<Tokens> {
        let is_meant = |adapter: &str, model: &str| {
            model == name || name.strip_prefix(adapter).and_then(|rest| rest.strip_prefix(':')) == Some(model)
        };
        let mut windows = self.windows.iter();
        windows.find_map(|((adapter, model), (_, window))| is_meant(adapter, model).then_some(*window))
    }

    /// Returns the price of `model`: the one that the user has [set](Self::set), otherwise that of
    /// its adapter, otherwise that of the built-in table.
    ///
    /// ```
    /// # use rlm_model::{BoxFuture, Call, Model, ModelError, ModelIdentity, Money, Price, Reply, Tokens};
    /// # use rlm_policy::PriceTable;
    /// # struct Local(ModelIdentity);
    /// # impl Model for Local {
    /// #     fn identity(&self) -> &ModelIdentity {
    /// #         &self.0
    /// #     }
    /// #     fn price(&self) -> Option<Price> {
    /// #         Some(Price::FREE)
    /// #     }
    /// #     fn complete<'a>(&'a self, _call: &'a Call) -> BoxFuture<'a, Result<Reply, ModelError>> {
    /// #         unimplemented!("nobody asks")
    /// #     }
    /// # }
    /// // A model whose adapter knows that it costs nothing; the table does not know it.
    /// let local = Local(ModelIdentity::new("local", "", "house-1"));
    /// assert_eq!(PriceTable::empty().price(local.identity()), None);
    /// let mut prices = PriceTable::empty();
    /// assert_eq!(prices.price_of(&local), Some(Price::FREE));
    /// // A gateway on this machine may forward to a model that costs.
    /// prices.set("local:house-1=2.00,8.00".parse()?);
    /// assert_eq!(prices.price_of(&local).map(|price| price.output), Some(Money(8_000_000)));
    /// # Ok::<(), rlm_policy::PriceError>(())
    /// ```
    #[must_use]
    pub fn price_of(&self, model: &dyn Model) -> Option<Price> {
        let identity = model.identity();
        self.stated(identity)
            .or_else(|| model.price())
            .or_else(|| self.listed(identity))
    }
}

/// Returns `true` if the host of an endpoint's URL is this machine.
fn is_loopback(endpoint: &str) -> bool {
    let rest = endpoint.split_once("://").map_or(endpoint, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = match authority.strip_prefix('[') {
        Some(address) => address.split(']').next(),
        None => authority.split(':').next(),
    };
    let host = host.unwrap_or_default();
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Returns the cost of a call: the reported one, otherwise the price of its usage, otherwise
/// unknown.
///
/// ```
/// use rlm_model::{Cost, Money, Price, Tokens, Usage};
/// use rlm_policy::cost_of;
///
/// let usage = Usage { input: Tokens(1_000), ..Usage::default() };
/// let price = Price { input: Money(2_000_000), ..Price::FREE };
/// assert_eq!(cost_of(&usage, Some(price)), Cost::Known(Money(2_000)));
/// assert_eq!(cost_of(&usage, None), Cost::Unknown);
/// // What the provider says it charged goes first.
/// let reported = Usage { reported_cost: Some(Money(1_500)), ..usage };
/// assert_eq!(cost_of(&reported, Some(price)), Cost::Known(Money(1_500)));
/// ```
#[must_use]
pub fn cost_of(usage: &Usage, price: Option<Price>) -> Cost {
    match (usage.reported_cost, price) {
        (Some(reported), _) => Cost::Known(reported),
        (None, Some(price)) => Cost::Known(price.of(usage)),
        (None, None) => Cost::Unknown,
    }
}

/// A price that the user sets for a model: `ADAPTER:MODEL=INPUT,CACHED_INPUT,OUTPUT` or
/// `ADAPTER:MODEL=INPUT,OUTPUT`, in US dollars per million tokens, or `ADAPTER:MODEL=free`. Without
/// a separate price, cached input costs as much as other input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceStatement {
    /// The kind of adapter, such as `openai`.
    pub adapter: SmolStr,
    /// The name of the model.
    pub model: SmolStr,
    /// The price of the model.
    pub price: Price,
}

impl FromStr for PriceStatement {
    type Err = PriceError;

    fn from_str(text: &str) -> Result<Self, PriceError> {
        let malformed = || PriceError::Statement {
            text: text.chars().take(80).collect(),
        };
        // The name of a model may contain `=`, but an amount can't.
        let (identity, amounts) = text.rsplit_once('=').ok_or_else(malformed)?;
        let (adapter, model) = identity.split_once(':').ok_or_else(malformed)?;
        if adapter.is_empty() || model.is_empty() {
            return Err(malformed());
        }
        let price = if amounts == "free" {
            Price::FREE
        } else {
            let read = |amount: &str| amount.parse::<Money>().map_err(|_| malformed());
            let amounts = amounts.split(',').map(read).collect::<Result<Vec<_>, _>>()?;
            match *amounts.as_slice() {
                [input, cached_input, output] => Price {
                    input,
                    cached_input,
                    output,
                },
                [input, output] => Price {
                    input,
                    cached_input: input,
                    output,
                },
                _ => return Err(malformed()),
            }
        };
        Ok(Self {
            adapter: adapter.into(),
            model: model.into(),
            price,
        })
    }
}

/// The error for an invalid price.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PriceError {
    /// The table has an invalid format.
    #[error("invalid price table: {detail}")]
    Malformed {
        /// The location and cause, from the JSON parser.
        detail: String,
    },
    /// A price in a table is not an amount of dollars.
    #[error("invalid price of `{model}`: expected an amount in dollars, got `{text}`")]
    Amount {
        /// The model with the invalid price.
        model: SmolStr,
        /// The text instead of an amount.
        text: String,
    },
    /// The price that the user has set has an invalid format.
    #[error(
        "invalid price `{text}`; expected ADAPTER:MODEL=INPUT,CACHED_INPUT,OUTPUT in dollars per million tokens, such as \
         `openai:gpt-5=1.25,0.125,10`, or ADAPTER:MODEL=free"
    )]
    Statement {
        /// The invalid text, truncated to 80 characters.
        text: String,
    },
}

impl PriceError {
    /// Returns a stable code for machine-readable output.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Malformed { .. } => "price_table_malformed",
            Self::Amount { .. } => "price_not_an_amount",
            Self::Statement { .. } => "price_statement_malformed",
        }
    }
}

#[derive(Deserialize)]
struct File {
    date: SmolStr,
    providers: Vec<Provider>,
}

#[derive(Deserialize)]
struct Provider {
    adapter: SmolStr,
    #[serde(default)]
    endpoint: SmolStr,
    models: BTreeMap<SmolStr, WrittenPrice>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenPrice {
    input: String,
    cached_input: String,
    output: String,
    /// The context window, in tokens.
    window: Option<u64>,
}

impl WrittenPrice {
    fn read(&self, model: &SmolStr) -> Result<Price, PriceError> {
        let read = |text: &String| {
            text.parse::<Money>().map_err(|_| PriceError::Amount {
                model: model.clone(),
                text: text.clone(),
            })
        };
        Ok(Price {
            input: read(&self.input)?,
            cached_input: read(&self.cached_input)?,
            output: read(&self.output)?,
        })
    }
}
