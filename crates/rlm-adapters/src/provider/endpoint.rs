//! The endpoint through which a provider's model is called.

use std::collections::BTreeMap;

use reqwest::header::{HeaderName, HeaderValue};
use rlm_model::{DigestBuilder, ModelIdentity, ModelLimits, Price};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};

use super::ModelServer;
use crate::transport::{ApiKey, ApiKeyError, BaseUrl, Secrets, Timeouts};

/// The endpoint of a model: its address, its credentials, and its known properties, such as limits
/// and price.
///
/// ```
/// use rlm_adapters::{Endpoint, OpenAiModel, Timeouts};
/// use rlm_model::{Model as _, ModelLimits, Tokens};
///
/// let endpoint = Endpoint {
///     api_key: Some("sk-7c1f".into()),
///     limits: ModelLimits { window: Some(Tokens(32_768)), ..ModelLimits::default() },
///     timeouts: Timeouts { total: std::time::Duration::from_secs(120), ..Timeouts::default() },
///     ..Endpoint::new("http://127.0.0.1:8000/v1".parse()?, "qwen3-32b")
/// };
/// assert!(!format!("{endpoint:?}").contains("7c1f"));
/// let model = OpenAiModel::new(endpoint)?;
/// assert_eq!(model.identity().endpoint, "http://127.0.0.1:8000/v1");
/// assert_eq!(model.price(), None, "a server on this machine may lead to another that charges");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// The base URL of the server, to which the paths of the protocol are added.
    pub base_url: BaseUrl,
    /// The API key. `None` for servers that need no key.
    pub api_key: Option<SecretString>,
    /// The name of the model at the server.
    pub model: String,
    /// The timeouts of a call to the endpoint.
    pub timeouts: Timeouts,
    /// Additional headers of every request. The values of headers are treated as secrets.
    pub headers: BTreeMap<String, SecretString>,
    /// Additional fields in the body of every request. Fields that the call sets take precedence.
    /// The additional fields are part of the model's identity.
    pub parameters: Map<String, Value>,
    /// The price of the model. If `None`, the price is unknown, but programs that run models
    /// on this machine, such as Ollama, are free.
    pub price: Option<Price>,
    /// The limits of the model: its context window and its rate limits.
    pub limits: ModelLimits,
    /// The server program. If `None`, a chat-completions server is asked once, if requests depend
    /// on the program.
    pub server: Option<ModelServer>,
}

impl Endpoint {
    /// The base URL of OpenAI's API.
    pub const OPENAI_BASE_URL: &'static str = "https://api.openai.com/v1";

    /// Creates the endpoint of a model at `base_url`, without a key and with the default timeouts.
    #[must_use]
    pub fn new(base_url: BaseUrl, model: impl Into<String>) -> Self {
        Self {
            base_url,
            api_key: None,
            model: model.into(),
            timeouts: Timeouts::default(),
            headers: BTreeMap::new(),
            parameters: Map::new(),
            price: None,
            limits: ModelLimits::default(),
            server: None,
        }
    }

    /// Returns the identity of the endpoint's model when called through the adapter.
    pub(crate) fn identity(&self, adapter: &str) -> ModelIdentity {
        let identity = ModelIdentity::new(adapter, self.base_url.to_string(), self.model.as_str());
        if self.parameters.is_empty() {
            return identity;
        }
        let mut digest = DigestBuilder::new("rlm parameters 1");
        let mut fields: Vec<_> = self.parameters.iter().collect();
        fields.sort_unstable_by_key(|(name, _)| *name);
        for (name, value) in fields {
            digest.field(name.as_bytes());
            digest.field(value.to_string().as_bytes());
        }
        identity.with_variant(digest.finish().short())
    }

    /// Returns the price of the model, or `None` if it is uncertain. A server on this machine is
    /// free only if it runs models itself, since a gateway or a tunnel may run there too.
    pub(crate) fn certain_price(&self, adapter: &str) -> Option<Price> {
        let is_local = adapter == "ollama" && self.base_url.is_loopback();
        self.price.or_else(|| is_local.then_some(Price::FREE))
    }

    /// Returns the endpoint's additional headers, and adds the values of the headers to `secrets`.
    pub(crate) fn header_map(&self, secrets: &mut Secrets) -> Result<Vec<(HeaderName, HeaderValue)>, EndpointError> {
        let mut headers = Vec::new();
        for (name, value) in &self.headers {
            let refused = || EndpointError::Header { name: name.clone() };
            let header: HeaderName = name.parse().map_err(|_| refused())?;
            let mut content = HeaderValue::try_from(value.expose_secret()).map_err(|_| refused())?;
            content.set_sensitive(true);
            // The words of `Bearer TOKEN` are no secret together, but the token is.
            let words = value.expose_secret().split_ascii_whitespace();
            let keys = words.filter_map(|word| ApiKey::new(&word.into()).ok());
            keys.for_each(|secret| secrets.add(secret));
            headers.push((header, content));
        }
        Ok(headers)
    }
}

/// The error for an endpoint with an invalid key or header. The message contains no secrets.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EndpointError {
    /// The API key contains characters that can't be sent, or is blank.
    #[error(transparent)]
    Key(#[from] ApiKeyError),
    /// An additional header has an invalid name or value.
    #[error("invalid header `{name}`: its name or value contains characters not allowed in headers")]
    Header {
        /// The name of the invalid header.
        name: String,
    },
}
