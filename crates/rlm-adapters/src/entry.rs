//! What a user says of a model under a name of their own: `[models.NAME]` in `rlm.toml`.

use std::collections::BTreeMap;
use std::num::{NonZeroU32, NonZeroU64};

use rlm_model::{ModelLimits, Money, Price, Tokens};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::provider::ModelServer;
use crate::provider_name::ProviderName;

/// What no `parameters` may hold: budgets rest on it, so the run says it.
const OUTPUT_LIMITS: [&str; 5] = [
    "max_tokens",
    "max_completion_tokens",
    "max_output_tokens",
    "maxOutputTokens",
    "num_predict",
];

/// A model under a name of the user's own.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelEntry {
    /// Whose protocol it is asked by.
    pub adapter: ProviderName,
    /// Its name, as the provider knows it.
    pub model: String,
    /// Where the provider is, where it is elsewhere than usual.
    #[serde(default)]
    pub base_url: Option<String>,
    /// The variable that holds the key, in the place of the usual ones.
    #[serde(default)]
    pub api_key_env: Option<String>,
    /// Headers that every request is sent with; a value `$NAME` is taken from the variable of that name.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// What every body holds beside what a call asks for.
    #[serde(default)]
    pub parameters: Map<String, Value>,
    /// Which program serves it, of those that can hold it to a grammar, where it shall not be asked.
    #[serde(default)]
    pub server: Option<ModelServer>,
    /// The tokens that prompt and reply may have together.
    #[serde(default)]
    pub window: Option<u64>,
    /// The requests that the account may make in a minute.
    #[serde(default)]
    pub rpm: Option<NonZeroU32>,
    /// The tokens that the account may use in a minute.
    #[serde(default)]
    pub tpm: Option<NonZeroU64>,
    /// What it costs.
    #[serde(default)]
    pub price: Option<PriceEntry>,
    /// Seconds until the first piece of a reply (default 90): longer for models that reason before they write.
    #[serde(default)]
    pub first_byte: Option<NonZeroU32>,
}

/// What a model costs, in dollars per million tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceEntry {
    /// Input.
    #[serde(deserialize_with = "dollars")]
    pub input: Money,
    /// Input that the provider had cached; as other input where it is not said.
    #[serde(default, deserialize_with = "maybe_dollars")]
    pub cached_input: Option<Money>,
    /// Output.
    #[serde(deserialize_with = "dollars")]
    pub output: Money,
}

impl ModelEntry {
    /// Returns what the model takes.
    #[must_use]
    pub fn limits(&self) -> ModelLimits {
        ModelLimits {
            window: self.window.map(Tokens),
            requests_per_minute: self.rpm,
            tokens_per_minute: self.tpm,
        }
    }

    /// Returns what the user says that it costs.
    #[must_use]
    pub fn price(&self) -> Option<Price> {
        self.price.map(|price| Price {
            input: price.input,
            cached_input: price.cached_input.unwrap_or(price.input),
            output: price.output,
        })
    }

    /// Returns the variables that the user names for secrets: that of the key, and those of headers.
    pub fn secret_variables(&self) -> impl Iterator<Item = &str> {
        let headers = self.headers.values().filter_map(|value| value.strip_prefix('$'));
        self.api_key_env.as_deref().into_iter().chain(headers)
    }

    /// Names a parameter that the run decides on.
    pub(crate) fn decided_elsewhere(&self) -> Option<&str> {
        let nested = ["options", "generationConfig"].map(|key| self.parameters.get(key).and_then(Value::as_object));
        let maps = nested.into_iter().flatten().chain([&self.parameters]);
        let mut names = maps.flat_map(Map::keys).map(String::as_str);
        names.find(|name| OUTPUT_LIMITS.contains(name))
    }
}

/// An amount as it may stand in a file: as a number or as a text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Amount {
    Text(String),
    Number(serde_json::Number),
}

fn dollars<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Money, D::Error> {
    let text = match Amount::deserialize(deserializer)? {
        Amount::Text(text) => text,
        Amount::Number(number) => number.to_string(),
    };
    text.parse()
        .map_err(|_| serde::de::Error::custom(format!("`{text}` is no amount of dollars")))
}

fn maybe_dollars<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Money>, D::Error> {
    dollars(deserializer).map(Some)
}

/// The models that a file describes: its tables `[models.NAME]`.
///
/// ```
/// use rlm_adapters::{ModelTable, ProviderName};
///
/// let table = ModelTable::from_toml(r#"
///     [models.house]
///     adapter = "compat"
///     model = "qwen3-32b"
///     base_url = "http://10.0.0.7:8000/v1"
///     api_key_env = "HOUSE_KEY"
///     window = 32768
/// "#)?;
/// let house = &table.models["house"];
/// assert_eq!((house.adapter, house.model.as_str()), (ProviderName::Compat, "qwen3-32b"));
/// assert_eq!(house.secret_variables().collect::<Vec<_>>(), ["HOUSE_KEY"]);
/// assert_eq!(house.limits().window, Some(rlm_model::Tokens(32_768)));
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelTable {
    /// By the user's name.
    #[serde(default)]
    pub models: BTreeMap<String, ModelEntry>,
    /// How runs are to be carried out, in the words of whoever reads the file; nothing of models.
    #[serde(default)]
    pub run: BTreeMap<String, toml::Value>,
}

impl ModelTable {
    /// Reads the content of an `rlm.toml`.
    ///
    /// # Errors
    /// What is wrong and in which line, without values: a key may stand where none should.
    pub fn from_toml(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| in_a_line(text, &error))
    }
}

/// Says what a TOML parser says, with the line and without the values that stand there.
pub(crate) fn in_a_line(text: &str, error: &toml::de::Error) -> String {
    let before = error.span().and_then(|span| text.get(..span.start));
    let place = before.map(|before| format!("line {}: ", before.matches('\n').count() + 1));
    let message = error.message();
    let message = match message.split_once("string \"") {
        Some((start, rest)) => {
            let end = rest.rfind('"').and_then(|end| rest.get(end + 1..)).unwrap_or_default();
            format!("{start}string{end}")
        }
        None => message.to_owned(),
    };
    format!(
        "{}{}",
        place.unwrap_or_default(),
        crate::transport::one_line(&message, 300)
    )
}
