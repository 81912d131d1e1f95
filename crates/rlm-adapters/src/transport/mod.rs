//! The HTTP transport of all adapters. It sends a request body, and returns status, headers, and a
//! bounded body or a stream of events.

mod base_url;
mod client;
mod exchange;
mod framing;
mod notify;
mod one_line;
mod rate_limits;
mod retry_after;
mod secrets;
mod tls;

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use reqwest::RequestBuilder;
use reqwest::header::{ACCEPT_ENCODING, CONTENT_TYPE, HeaderName, HeaderValue};
use rlm_model::{ModelError, ModelErrorKind, RateLimits, TimeoutPhase};
use tokio::time::{Instant, timeout_at};

pub use base_url::{BaseUrl, BaseUrlError};
pub use notify::notify;
pub use secrets::{ApiKey, ApiKeyError};

pub(crate) use client::LazyClient;
pub(crate) use exchange::{Exchange, HttpReply, Progress};
pub(crate) use framing::{Event, EventDecoder, Framing};
pub(crate) use one_line::one_line;
pub(crate) use retry_after::retry_after;
pub(crate) use secrets::Secrets;

/// The maximum size of a response body: 16 MiB. The longest output of a model is a few megabytes; a
/// larger response indicates a broken server, and reading it would fill the memory.
pub const MAX_REPLY_BYTES: u64 = 16 << 20;

/// The timeouts of a call to a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// The timeout for connecting to the server: name resolution, connection and encryption. The
    /// default is 10 seconds.
    pub connect: Duration,
    /// The timeout from the start of the call to the first byte of the response. The default is 90
    /// seconds. In a stream, it applies to the first piece of text or reasoning, since models think
    /// before they write. Servers that don't stream respond when the reply is complete, so that
    /// this includes thinking and writing.
    pub first_byte: Duration,
    /// The timeout between two pieces of the response. The default is 30 seconds.
    pub idle: Duration,
    /// The timeout for the whole call. The default is 600 seconds.
    pub total: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            // Three attempts fit into a run's default limit of five minutes.
            first_byte: Duration::from_secs(90),
            idle: Duration::from_secs(30),
            total: Duration::from_secs(600),
        }
    }
}

/// An HTTP request, without the server that it is sent to.
#[derive(Debug)]
pub(crate) struct HttpRequest {
    /// The path of the request below the base URL, including the query.
    pub(crate) path: String,
    /// The content type of the request body.
    pub(crate) content_type: &'static str,
    /// The headers of the request in addition to the content type.
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) body: Vec<u8>,
}

/// The content type of JSON, which nearly all requests use.
pub(crate) const JSON: &str = "application/json";

/// An HTTP client for a base URL, with a pool of connections. None is opened before the first call.
pub(crate) struct Transport {
    base_url: BaseUrl,
    timeouts: Timeouts,
    client: LazyClient,
    /// The rate limits that the server stated in its latest response.
    rate_limits: Mutex<Option<RateLimits>>,
}

impl Transport {
    pub(crate) fn new(base_url: BaseUrl, timeouts: Timeouts) -> Self {
        Self {
            client: LazyClient::new(&base_url, timeouts.connect),
            base_url,
            timeouts,
            rate_limits: Mutex::default(),
        }
    }

    /// Returns the rate limits that the server stated in its latest response.
    pub(crate) fn rate_limits(&self) -> Option<RateLimits> {
        *self.rate_limits.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends a POST request, and returns when the status and headers of the response have arrived.
    pub(crate) async fn post(&self, request: HttpRequest) -> Result<Exchange<'_>, ModelError> {
        let client = self.client.get().await?;
        let builder = client
            .post(self.base_url.join(&request.path))
            .header(CONTENT_TYPE, HeaderValue::from_static(request.content_type))
            .body(request.body);
        self.send(builder, request.headers).await
    }

    /// Sends a GET request for `path` below the base URL, and returns when the status and headers
    /// of the response have arrived.
    pub(crate) async fn get(
        &self,
        path: &str,
        headers: Vec<(HeaderName, HeaderValue)>,
    ) -> Result<Exchange<'_>, ModelError> {
        let client = self.client.get().await?;
        self.send(client.get(self.base_url.join(path)), headers).await
    }

    async fn send(
        &self,
        mut builder: RequestBuilder,
        headers: Vec<(HeaderName, HeaderValue)>,
    ) -> Result<Exchange<'_>, ModelError> {
        let deadlines = Deadlines::from_now(&self.timeouts);
        // Without this header, a server may use any encoding (RFC 9110, 12.5.3).
        if headers.iter().all(|(name, _)| name != ACCEPT_ENCODING) {
            builder = builder.header(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        }
        for (name, value) in headers {
            builder = builder.header(name, value);
        }
        let (until, phase) = deadlines.first();
        let sent = timeout_at(until, builder.send()).await;
        let response = sent
            .map_err(|_| self.timed_out(phase))?
            .map_err(|error| self.not_sent(&error))?;
        *self.rate_limits.lock().unwrap_or_else(PoisonError::into_inner) =
            rate_limits::rate_limits(response.headers(), SystemTime::now());
        Ok(Exchange::new(self, response, deadlines))
    }

    fn timed_out(&self, phase: TimeoutPhase) -> ModelError {
        let Timeouts {
            connect,
            first_byte,
            idle,
            total,
        } = self.timeouts;
        let message = match phase {
            TimeoutPhase::Connect => format!("can't connect to {} within {connect:?}", self.base_url),
            TimeoutPhase::FirstByte => format!("{} sent no response within {first_byte:?}", self.base_url),
            TimeoutPhase::Idle => format!(
                "{} sent nothing for {idle:?} in the middle of its response",
                self.base_url
            ),
            TimeoutPhase::Total => format!("{} did not finish its response within {total:?}", self.base_url),
        };
        let hint = match phase {
            TimeoutPhase::Connect => "check the base URL and the network",
            TimeoutPhase::FirstByte | TimeoutPhase::Total => "allow more time, or ask for less output",
            TimeoutPhase::Idle => "the server or a proxy in front of it may be overloaded",
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
            let message = format!("{} closed the connection before it responded: {cause}", self.base_url);
            (message, "if it happens again, check the server's log")
        } else if cause.contains("certificate") {
            let message = format!("untrusted certificate of {}: {cause}", self.base_url);
            (
                message,
                "for a private certificate authority, set SSL_CERT_FILE to its certificate",
            )
        } else if self.base_url.is_loopback() {
            let message = format!("can't connect to {}: {cause}", self.base_url);
            (message, "check that the model server is running on this port")
        } else {
            let message = format!("can't connect to {}: {cause}", self.base_url);
            (message, "check the base URL, the network, and the proxy variables")
        };
        ModelError::new(kind, message).with_hint(hint)
    }

    fn cut_off(&self, status: u16, read: usize, cause: &str) -> ModelError {
        let message = format!(
            "{} closed the connection after {read} bytes of its response: {cause}",
            self.base_url
        );
        ModelError {
            status: Some(status),
            ..ModelError::new(ModelErrorKind::MalformedReply, message)
        }
    }

    /// Returns the error for a response body that exceeds the maximum size.
    pub(crate) fn too_long(&self, status: u16) -> ModelError {
        let message = format!("{} sent more than {} MiB", self.base_url, MAX_REPLY_BYTES >> 20);
        ModelError {
            status: Some(status),
            ..ModelError::new(ModelErrorKind::MalformedReply, message)
        }
        .with_hint("check that the base URL is that of a model server: no model writes that much")
        .that_recurs()
    }

    /// Returns the error for a response body with a content encoding that was not requested.
    fn encoded(&self, status: u16, encoding: &str) -> ModelError {
        let message = format!(
            "{} sent a response with content-encoding `{}`, which was not requested",
            self.base_url,
            one_line(encoding, 40)
        );
        ModelError {
            status: Some(status),
            ..ModelError::new(ModelErrorKind::MalformedReply, message)
        }
        .with_hint("turn off response compression in the server, or in the proxy in front of it")
        .that_recurs()
    }
}

/// The deadlines of a call, computed from its timeouts.
#[derive(Debug, Clone, Copy)]
struct Deadlines {
    first_byte: Instant,
    total: Instant,
}

impl Deadlines {
    fn from_now(timeouts: &Timeouts) -> Self {
        let now = Instant::now();
        Self {
            first_byte: after(now, timeouts.first_byte),
            total: after(now, timeouts.total),
        }
    }

    /// Returns the deadline of the response's first byte, and the timeout that it belongs to.
    fn first(&self) -> (Instant, TimeoutPhase) {
        self.nearer(self.first_byte, TimeoutPhase::FirstByte)
    }

    /// Returns the deadline of the response's next byte, and the timeout that it belongs to.
    fn next(&self, idle: Duration) -> (Instant, TimeoutPhase) {
        self.nearer(after(Instant::now(), idle), TimeoutPhase::Idle)
    }

    fn nearer(&self, deadline: Instant, phase: TimeoutPhase) -> (Instant, TimeoutPhase) {
        if self.total <= deadline {
            (self.total, TimeoutPhase::Total)
        } else {
            (deadline, phase)
        }
    }
}

/// Adds a duration to an instant. If the sum overflows, a day is added instead.
fn after(now: Instant, time: Duration) -> Instant {
    const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);
    now.checked_add(time).or_else(|| now.checked_add(A_DAY)).unwrap_or(now)
}

/// Returns the message of an HTTP error's root cause. The outer errors only repeat that the request
/// failed, with its URL.
fn root_cause(error: &dyn std::error::Error) -> String {
    let (mut cause, mut is_lookup) = (error, false);
    while let Some(deeper) = cause.source() {
        cause = deeper;
        is_lookup |= cause.to_string() == "dns error";
    }
    // The resolver's message differs between systems.
    if is_lookup {
        "DNS lookup failed".to_owned()
    } else {
        one_line(&cause.to_string(), 200)
    }
}
