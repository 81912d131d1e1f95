//! A client that posts bodies of any type to one URL, for services that are not models.

use std::time::Duration;

use reqwest::header::{HeaderName, HeaderValue};
use rlm_model::ModelError;

use crate::transport::{BaseUrl, HttpRequest, Timeouts, Transport};

/// A client that posts bodies to one URL. It uses the certificates and proxies that calls of models
/// use.
///
/// ```
/// # use rlm_adapters::{PostClient, Timeouts};
/// # use rlm_test_server::{Answer, TestServer};
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let server = TestServer::always(Answer::rate_limited("7"))?;
/// let client = PostClient::new(server.base_url().parse()?, Vec::new(), Timeouts::default());
/// let posted = client.post("application/json", b"{}".to_vec()).await?;
/// assert_eq!((posted.status, posted.retry_after.map(|pause| pause.as_secs())), (429, Some(7)));
/// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct PostClient {
    transport: Transport,
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// A response to a posted body.
#[derive(Debug)]
pub struct Posted {
    /// The status of the response, which may be that of a failure.
    pub status: u16,
    /// The pause before a retry that the server asked for, if any.
    pub retry_after: Option<Duration>,
    /// The body of the response.
    pub body: Vec<u8>,
}

impl PostClient {
    /// Creates a client of a URL, with headers that each request has. No connection is opened before
    /// the first request.
    #[must_use]
    pub fn new(url: BaseUrl, headers: Vec<(HeaderName, HeaderValue)>, timeouts: Timeouts) -> Self {
        Self {
            transport: Transport::new(url, timeouts),
            headers,
        }
    }

    /// Posts a body, and returns the response, whatever its status.
    ///
    /// # Errors
    /// [`ModelError`] if the server can't be reached, or does not respond in time.
    pub async fn post(&self, content_type: &'static str, body: Vec<u8>) -> Result<Posted, ModelError> {
        let request = HttpRequest {
            path: String::new(),
            content_type,
            headers: self.headers.clone(),
            body,
        };
        let reply = self.transport.post(request).await?.whole().await?;
        Ok(Posted {
            status: reply.status,
            retry_after: reply.retry_after,
            body: reply.body,
        })
    }
}
