//! The one way over the network: a JSON body out, a status, headers and a bounded body back.

mod base_url;
mod client;
mod one_line;
mod rate_limits;
mod retry_after;
mod secrets;
mod tls;

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use reqwest::Response;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use rlm_model::{ModelError, ModelErrorKind, RateLimits, TimeoutPhase};
use tokio::time::timeout;

pub use base_url::{BaseUrl, BaseUrlError};
pub use secrets::{ApiKey, ApiKeyError};

pub(crate) use client::LazyClient;
pub(crate) use one_line::one_line;
pub(crate) use retry_after::retry_after;

/// The longest reply body that is read: 16 MiB. A model's longest output is a few megabytes; a longer body is a broken
/// server, and reading on would only fill the memory.
pub const MAX_REPLY_BYTES: u64 = 16 << 20;

/// How long each part of a call may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Reaching the server: name resolution, connection and encryption.
    pub connect: Duration,
    /// From the start of the call to the first byte of the answer. Servers answer when the whole reply is written, so this
    /// is the time for thinking and writing.
    pub first_byte: Duration,
    /// Between two pieces of the answer.
    pub idle: Duration,
    /// The whole call.
    pub total: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            first_byte: Duration::from_secs(300),
            idle: Duration::from_secs(30),
            total: Duration::from_secs(600),
        }
    }
}

/// What came back over HTTP, whatever its status.
#[derive(Debug)]
pub(crate) struct HttpReply {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) location: Option<String>,
    pub(crate) body: Vec<u8>,
}

/// A connection pool to one base URL, opened at the first call.
pub(crate) struct Transport {
    base_url: BaseUrl,
    api_key: Option<ApiKey>,
    timeouts: Timeouts,
    client: LazyClient,
    /// What the newest answer said of the server's rates.
    rate_limits: Mutex<Option<RateLimits>>,
}

impl Transport {
    pub(crate) fn new(base_url: BaseUrl, api_key: Option<ApiKey>, timeouts: Timeouts) -> Self {
        Self {
            client: LazyClient::new(&base_url, timeouts.connect),
            base_url,
            api_key,
            timeouts,
            rate_limits: Mutex::default(),
        }
    }

    /// Returns what the server said of its rates with its newest answer.
    pub(crate) fn rate_limits(&self) -> Option<RateLimits> {
        *self.rate_limits.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Posts `body` to `path` below the base URL and reads the whole answer. No key is in the reply or in an error: where
    /// the server repeats it, it is cut out.
    pub(crate) async fn post_json(&self, path: &str, body: Vec<u8>) -> Result<HttpReply, ModelError> {
        let attempt = timeout(self.timeouts.total, self.attempt(path, body)).await;
        let result = attempt.unwrap_or_else(|_| Err(self.timed_out(TimeoutPhase::Total)));
        match &self.api_key {
            None => result,
            Some(key) => match result {
                Ok(reply) => Ok(HttpReply {
                    location: reply.location.map(|location| key.scrub(&location)),
                    body: key.scrub_bytes(reply.body),
                    ..reply
                }),
                Err(error) => Err(key.scrub_error(error)),
            },
        }
    }

    async fn attempt(&self, path: &str, body: Vec<u8>) -> Result<HttpReply, ModelError> {
        let client = self.client.get().await?;
        let mut request = client
            .post(self.base_url.join(path))
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .body(body);
        if let Some(key) = &self.api_key {
            request = request.header(AUTHORIZATION, key.bearer());
        }
        let sent = timeout(self.timeouts.first_byte, request.send()).await;
        let response = sent
            .map_err(|_| self.timed_out(TimeoutPhase::FirstByte))?
            .map_err(|error| self.not_sent(&error))?;
        self.read(response).await
    }

    async fn read(&self, mut response: Response) -> Result<HttpReply, ModelError> {
        let status = response.status().as_u16();
        let now = SystemTime::now();
        *self.rate_limits.lock().unwrap_or_else(PoisonError::into_inner) =
            rate_limits::rate_limits(response.headers(), now);
        let mut reply = HttpReply {
            status,
            retry_after: retry_after(response.headers(), now),
            location: text_header(response.headers(), "location"),
            body: Vec::new(),
        };
        if response.content_length().is_some_and(|length| length > MAX_REPLY_BYTES) {
            return Err(self.too_long(status));
        }
        loop {
            let next = timeout(self.timeouts.idle, response.chunk()).await;
            let next = next.map_err(|_| self.timed_out(TimeoutPhase::Idle))?;
            match next.map_err(|error| self.cut_off(status, reply.body.len(), &error))? {
                None => return Ok(reply),
                Some(piece) if (reply.body.len() + piece.len()) as u64 > MAX_REPLY_BYTES => {
                    return Err(self.too_long(status));
                }
                Some(piece) => reply.body.extend_from_slice(&piece),
            }
        }
    }

    fn timed_out(&self, phase: TimeoutPhase) -> ModelError {
        let Timeouts {
            connect,
            first_byte,
            idle,
            total,
        } = self.timeouts;
        let message = match phase {
            TimeoutPhase::Connect => format!("{} could not be reached within {connect:?}", self.base_url),
            TimeoutPhase::FirstByte => format!("{} sent no answer within {first_byte:?}", self.base_url),
            TimeoutPhase::Idle => format!("{} stopped in the middle of its answer for {idle:?}", self.base_url),
            TimeoutPhase::Total => format!("{} did not finish its answer within {total:?}", self.base_url),
        };
        let hint = match phase {
            TimeoutPhase::Connect => "check the base URL and the network",
            TimeoutPhase::FirstByte | TimeoutPhase::Total => "allow more time, or ask for less output",
            TimeoutPhase::Idle => "the server or a proxy before it may be overloaded",
        };
        ModelError::new(ModelErrorKind::Timeout(phase), message).with_hint(hint)
    }

    fn not_sent(&self, error: &reqwest::Error) -> ModelError {
        if error.is_connect() && error.is_timeout() {
            return self.timed_out(TimeoutPhase::Connect);
        }
        let cause = root_cause(error);
        let kind = if error.is_connect() {
            ModelErrorKind::Unreachable
        } else {
            ModelErrorKind::Connection
        };
        let (message, hint) = if !error.is_connect() {
            let message = format!("{} broke the connection before it answered: {cause}", self.base_url);
            (message, "if it happens again, the server's log may say why")
        } else if cause.contains("certificate") {
            let message = format!("{} can't be trusted: {cause}", self.base_url);
            (
                message,
                "name the certificate of its authority with SSL_CERT_FILE, if it is one of your own",
            )
        } else if self.base_url.is_loopback() {
            let message = format!("{} can't be reached: {cause}", self.base_url);
            (message, "is the model server running, and on this port?")
        } else {
            let message = format!("{} can't be reached: {cause}", self.base_url);
            (message, "check the base URL, the network, and the proxy variables")
        };
        ModelError::new(kind, message).with_hint(hint)
    }

    fn cut_off(&self, status: u16, read: usize, error: &reqwest::Error) -> ModelError {
        let message = format!(
            "{} closed the connection after {read} bytes of its answer: {}",
            self.base_url,
            root_cause(error)
        );
        ModelError {
            status: Some(status),
            ..ModelError::new(ModelErrorKind::MalformedReply, message)
        }
    }

    fn too_long(&self, status: u16) -> ModelError {
        let message = format!("{} sent more than {} MiB", self.base_url, MAX_REPLY_BYTES >> 20);
        ModelError {
            status: Some(status),
            ..ModelError::new(ModelErrorKind::MalformedReply, message)
        }
        .with_hint("no model writes that much: check that the base URL is a model server's")
    }
}

fn text_header(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// Names what lies at the bottom of an error; the layers above only repeat that a request failed, with its URL.
fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    one_line(&cause.to_string(), 200)
}
