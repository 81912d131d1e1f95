//! Chat completions, as OpenAI defined them and most model servers speak them.
//!
//! Protocol: <https://platform.openai.com/docs/api-reference/chat> (read in November 2026).

mod dialect;
mod failure;
mod reply;
mod request;

use std::sync::{Mutex, MutexGuard, PoisonError};

use rlm_model::{BoxFuture, Call, Model, ModelError, ModelIdentity, Price, RateLimits, Reply, Request, Tokens};
use secrecy::SecretString;

use crate::transport::{ApiKey, ApiKeyError, BaseUrl, HttpReply, Timeouts, Transport};
use dialect::Dialect;

/// The endpoint's path below the base URL.
const PATH: &str = "chat/completions";

/// How to reach a chat-completions server, and which of its models.
#[derive(Debug, Clone)]
pub struct OpenAiConfig {
    /// The URL below which `/chat/completions` lies.
    pub base_url: BaseUrl,
    /// The key; none for servers that want none.
    pub api_key: Option<SecretString>,
    /// The model's name, as the server knows it.
    pub model: String,
    /// How long each part of a call may take.
    pub timeouts: Timeouts,
}

impl OpenAiConfig {
    /// OpenAI's own base URL.
    pub const OPENAI_BASE_URL: &'static str = "https://api.openai.com/v1";

    /// Names a model of the server at `base_url`, without a key and with the default timeouts.
    #[must_use]
    pub fn new(base_url: BaseUrl, model: impl Into<String>) -> Self {
        Self {
            base_url,
            api_key: None,
            model: model.into(),
            timeouts: Timeouts::default(),
        }
    }
}

/// A model of a chat-completions server.
///
/// Servers differ in the parameters they take. What a server rejects is renamed or dropped once, remembered for the life of
/// this value, and said in the notes of every reply that it touches; except the output limit, which budgets rest on: it may
/// go by its older name, but it is never dropped.
pub struct OpenAiModel {
    identity: ModelIdentity,
    transport: Transport,
    dialect: Mutex<Dialect>,
    price: Option<Price>,
}

impl OpenAiModel {
    /// Makes a model. Nothing is opened before the first call.
    ///
    /// # Errors
    /// [`ApiKeyError`] where the key can't be sent.
    pub fn new(config: OpenAiConfig) -> Result<Self, ApiKeyError> {
        let api_key = config.api_key.as_ref().map(ApiKey::new).transpose()?;
        Ok(Self {
            identity: ModelIdentity::new("openai", config.base_url.to_string(), config.model),
            price: config.base_url.is_loopback().then_some(Price::FREE),
            transport: Transport::new(config.base_url, api_key, config.timeouts),
            dialect: Mutex::default(),
        })
    }

    async fn attempt(&self, request: &Request) -> Result<Reply, ModelError> {
        loop {
            let spoken = self.dialect().clone();
            let body = request::encode(request, &self.identity.model, &spoken);
            let http = self.transport.post_json(PATH, body).await?;
            if let Some(parameter) = failure::rejected_parameter(&http, &spoken.sent(request)) {
                // Each round drops or renames one of a handful of parameters, so this ends.
                if self.dialect().adapt(&spoken, parameter) {
                    tracing::info!(model = %self.identity, %parameter, "the server rejects a parameter");
                    continue;
                }
            }
            return self.decode(request, &spoken, &http);
        }
    }

    fn decode(&self, request: &Request, spoken: &Dialect, http: &HttpReply) -> Result<Reply, ModelError> {
        if http.status != 200 {
            return Err(failure::of(&self.identity, http));
        }
        let mut reply = reply::decode(&self.identity, request, &http.body)?;
        if !reply.usage.estimated && reply.usage.output > request.parameters.max_output {
            self.dialect().limit_ignored(spoken);
        }
        reply.notes = spoken.notes(request);
        Ok(reply)
    }

    fn dialect(&self) -> MutexGuard<'_, Dialect> {
        self.dialect.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Model for OpenAiModel {
    fn identity(&self) -> &ModelIdentity {
        &self.identity
    }

    fn price(&self) -> Option<Price> {
        self.price
    }

    fn rate_limits(&self) -> Option<RateLimits> {
        self.transport.rate_limits()
    }

    fn complete<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<Reply, ModelError>> {
        Box::pin(self.attempt(&call.request))
    }
}

/// Estimates the tokens of a text: a quarter of its bytes, rounded up.
pub(crate) fn tokens_estimate(text: &str) -> Tokens {
    Tokens((text.len() as u64).div_ceil(4))
}
