//! A client for JSON services that are not models, over the same HTTP transport.

use std::fmt;

use reqwest::header::{HeaderName, HeaderValue};
use rlm_model::{ModelError, ModelErrorKind};
use serde_json::Value;

use crate::transport::{ApiKey, BaseUrl, HttpRequest, JSON, Secrets, Timeouts, Transport, one_line};

/// The maximum number of characters of a server's error message that an error shows.
const SHOWN: usize = 300;

/// A client of a server that takes and returns JSON, such as a search service.
///
/// ```
/// # use rlm_adapters::{ApiKey, JsonService, Timeouts};
/// # use rlm_test_server::{Answer, TestServer};
/// # use serde_json::json;
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let server = TestServer::always(Answer::json(200, &json!({"found": 3})))?;
/// let key = ApiKey::new(&"secret-1".into())?;
/// let service = JsonService::new(server.base_url().parse()?, Timeouts::default()).with_key("x-api-key", key);
/// let found = service.post("/search", &json!({"query": "late orders"})).await?;
/// assert_eq!(found["found"], 3);
/// assert_eq!(server.requests()[0].header("x-api-key"), Some("secret-1"));
/// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct JsonService {
    base_url: BaseUrl,
    transport: Transport,
    headers: Vec<(HeaderName, HeaderValue)>,
    secrets: Secrets,
}

impl JsonService {
    /// Creates a client of the JSON service at `base_url`. No connection is opened before the first
    /// request.
    #[must_use]
    pub fn new(base_url: BaseUrl, timeouts: Timeouts) -> Self {
        Self {
            transport: Transport::new(base_url.clone(), timeouts),
            base_url,
            headers: Vec::new(),
            secrets: Secrets::default(),
        }
    }

    /// Adds an API key, which is sent in a header with this lower-case name. The key is removed
    /// from the server's error messages.
    #[must_use]
    pub fn with_key(mut self, header: &'static str, key: ApiKey) -> Self {
        self.headers.push((HeaderName::from_static(header), key.header("")));
        self.secrets.add(key);
        self
    }

    /// Posts a JSON body to `path` below the base URL, and returns the JSON body of the response.
    ///
    /// # Errors
    /// [`ModelError`] if the server is unreachable, times out, or responds with a status outside of
    /// 200 to 299 or with invalid JSON.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Value, ModelError> {
        let posted = self.exchange(path, body).await;
        posted.map_err(|error| self.secrets.scrub_error(error))
    }

    async fn exchange(&self, path: &str, body: &Value) -> Result<Value, ModelError> {
        let request = HttpRequest {
            path: path.to_owned(),
            content_type: JSON,
            headers: self.headers.clone(),
            body: body.to_string().into_bytes(),
        };
        let reply = self.transport.post(request).await?.whole().await?;
        if !(200..300).contains(&reply.status) {
            let kind = match reply.status {
                401 | 403 => ModelErrorKind::Unauthorized,
                402 => ModelErrorKind::QuotaExhausted,
                429 => ModelErrorKind::RateLimited,
                500.. => ModelErrorKind::Server,
                _ => ModelErrorKind::InvalidRequest,
            };
            let said = one_line(&String::from_utf8_lossy(&reply.body), SHOWN);
            let message = format!("{} returned {}: {said}", self.base_url, reply.status);
            return Err(ModelError {
                status: Some(reply.status),
                ..ModelError::new(kind, message)
            });
        }
        serde_json::from_slice(&reply.body).map_err(|error| {
            let message = format!("{} sent invalid JSON: {error}", self.base_url);
            ModelError::new(ModelErrorKind::MalformedReply, message)
        })
    }
}

impl fmt::Debug for JsonService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonService")
            .field("base_url", &self.base_url.to_string())
            .finish_non_exhaustive()
    }
}
