//! The models that a user configures in `rlm.toml`, in tables `[models.NAME]`.

use std::collections::BTreeMap;
use std::num::{NonZeroU32, NonZeroU64};

use rlm_model::{ModelLimits, Money, Price, Tokens};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use crate::exec::ExecEntry;
use crate::header_value;
use crate::provider::ModelServer;
use crate::provider_name::ProviderName;

/// The names of output limits, which a user's additional `parameters` must not contain, because the
/// run sets the output limit for its budgets.
const OUTPUT_LIMITS: [&str; 5] = [
    "max_tokens",
    "max_completion_tokens",
    "max_output_tokens",
    "maxOutputTokens",
    "num_predict",
];

/// A model that the user has configured in `rlm.toml`, in a table `[models.NAME]`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelEntry {
    /// The provider of the model, which determines the protocol.
    pub adapter: ProviderName,
    /// The name of the model at the provider.
    pub model: String,
    /// The base URL of the provider's API. `None` for the provider's default.
    #[serde(default)]
    pub base_url: Option<String>,
    /// The environment variable that holds the API key. `None` for the provider's usual ones.
    #[serde(default)]
    pub api_key_env: Option<String>,
    /// Additional headers of every request, which replace those of the provider. `$NAME` or
    /// `${NAME}` in a value is replaced with that environment variable, and `$$` with a dollar sign.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Additional fields in the body of every request.
    #[serde(default)]
    pub parameters: Map<String, Value>,
    /// The server program, if it supports grammars. If `None`, the server is asked.
    #[serde(default)]
    pub server: Option<ModelServer>,
    /// The context window of the model: the maximum tokens of a prompt and its reply together.
    #[serde(default)]
    pub window: Option<u64>,
    /// The maximum number of requests per minute that the provider's account allows.
    #[serde(default)]
    pub rpm: Option<NonZeroU32>,
    /// The maximum number of tokens per minute that the provider's account allows.
    #[serde(default)]
    pub tpm: Option<NonZeroU64>,
    /// The prices of the model. `None` for those of the price table.
    #[serde(default)]
    pub price: Option<PriceEntry>,
    /// The timeout in seconds until the first piece of a reply (default 90). Models that reason
    /// before they write need longer timeouts.
    #[serde(default)]
    pub first_byte: Option<NonZeroU32>,
}

/// The prices of a model in dollars per million tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceEntry {
    /// The price of input tokens.
    #[serde(deserialize_with = "dollars")]
    pub input: Money,
    /// The price of cached input tokens. `None` if they cost the same as other input tokens.
    #[serde(default, deserialize_with = "maybe_dollars")]
    pub cached_input: Option<Money>,
    /// The price of output tokens.
    #[serde(deserialize_with = "dollars")]
    pub output: Money,
}

impl ModelEntry {
    /// Returns the configured limits of the model: its context window and its rate limits.
    #[must_use]
    pub fn limits(&self) -> ModelLimits {
        ModelLimits {
            window: self.window.map(Tokens),
            requests_per_minute: self.rpm,
            tokens_per_minute: self.tpm,
            in_flight: None,
        }
    }

    /// Returns the configured price of the model, if any.
    #[must_use]
    pub fn price(&self) -> Option<Price> {
        self.price.map(PriceEntry::price)
    }

    /// Returns the environment variables that hold secrets of the model: its API key and values of
    /// headers.
    pub fn secret_variables(&self) -> impl Iterator<Item = &str> {
        let headers = self.headers.values().flat_map(|value| header_value::variables(value));
        self.api_key_env.as_deref().into_iter().chain(headers)
    }

    /// Returns `true` if the additional headers authorize requests, so that no key is needed.
    pub(crate) fn authorizes(&self) -> bool {
        let names = [
            "authorization",
            "api-key",
            "x-api-key",
            "x-goog-api-key",
            "x-portkey-api-key",
        ];
        let mut headers = self.headers.keys();
        headers.any(|header| names.contains(&header.to_ascii_lowercase().as_str()))
    }

    /// Returns the name of an output limit in the additional parameters, if any. Only the run may
    /// set that limit.
    pub(crate) fn forbidden_parameter(&self) -> Option<&str> {
        let nested = ["options", "generationConfig"].map(|key| self.parameters.get(key).and_then(Value::as_object));
        let maps = nested.into_iter().flatten().chain([&self.parameters]);
        let mut names = maps.flat_map(Map::keys).map(String::as_str);
        names.find(|name| OUTPUT_LIMITS.contains(name))
    }
}

impl PriceEntry {
    pub(crate) fn price(self) -> Price {
        Price {
            input: self.input,
            cached_input: self.cached_input.unwrap_or(self.input),
            output: self.output,
        }
    }
}

/// An amount of dollars in a TOML file, written as a number or a string.
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
        .map_err(|_| serde::de::Error::custom(format!("expected an amount in dollars, got `{text}`")))
}

fn maybe_dollars<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Money>, D::Error> {
    dollars(deserializer).map(Some)
}

/// The models that a configuration file describes in its tables `[models.NAME]`.
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
    /// The configured models, keyed by name.
    #[serde(default)]
    pub models: BTreeMap<String, ModelEntry>,
    /// The configured models that are commands, keyed by name.
    #[serde(skip)]
    pub commands: BTreeMap<String, ExecEntry>,
    /// The settings of runs in the same file, which are parsed elsewhere.
    #[serde(default)]
    pub run: BTreeMap<String, toml::Value>,
}

impl ModelTable {
    /// Parses the models from the content of an `rlm.toml`.
    ///
    /// # Errors
    /// A description of the error with its line, but without values, which may be misplaced keys.
    pub fn from_toml(text: &str) -> Result<Self, String> {
        let failed = |error| in_a_line(text, &error);
        let mut file = DeTable::parse(text).map_err(failed)?;
        let commands = take_commands(file.get_mut()).map_err(failed)?;
        let table = Self::deserialize(toml::Deserializer::from(file)).map_err(failed)?;
        Ok(Self { commands, ..table })
    }
}

/// Removes the models that are commands from a parsed file, and returns them.
fn take_commands(file: &mut DeTable<'_>) -> Result<BTreeMap<String, ExecEntry>, toml::de::Error> {
    let mut commands = BTreeMap::new();
    let Some(DeValue::Table(models)) = file.get_mut("models").map(Spanned::get_mut) else {
        return Ok(commands);
    };
    let is_command = |entry: &Spanned<DeValue<'_>>| {
        let adapter = entry
            .get_ref()
            .get("adapter")
            .and_then(|adapter| adapter.get_ref().as_str());
        adapter == Some(ExecEntry::ADAPTER)
    };
    for (name, entry) in std::mem::take(models) {
        if is_command(&entry) {
            let entry = ExecEntry::deserialize(ValueDeserializer::from(entry))?;
            commands.insert(name.into_inner().into_owned(), entry);
        } else {
            models.insert(name, entry);
        }
    }
    Ok(commands)
}

/// Formats the error of a TOML parser as one line with the line number, but without the values in
/// the file.
pub(crate) fn in_a_line(text: &str, error: &toml::de::Error) -> String {
    let before = error.span().and_then(|span| text.get(..span.start));
    let place = before.map(|before| {
        let line = before.matches('\n').count();
        // A missing field is reported at the header of its table.
        let header = text
            .lines()
            .nth(line)
            .map(str::trim)
            .filter(|line| line.starts_with('['));
        let header = header.map(|header| format!("{header}: ")).unwrap_or_default();
        format!("line {}: {header}", line + 1)
    });
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
