//! Notifications to webhooks.

use std::time::Duration;

use rlm_model::{ModelError, ModelErrorKind};
use serde_json::Value;

use super::{BaseUrl, LazyClient, one_line};

/// The timeout for connecting to the server of a webhook.
const CONNECT: Duration = Duration::from_secs(10);
const WHOLE: Duration = Duration::from_secs(30);

/// Posts a JSON value to the URL of a webhook. Only the status of the response is checked.
///
/// ```
/// # use rlm_adapters::notify;
/// # use rlm_test_server::{Answer, TestServer};
/// # use serde_json::json;
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let server = TestServer::always(Answer::json(200, &json!({})))?;
/// notify(&server.base_url().parse()?, &json!({"job": "nightly", "state": "DONE"})).await?;
/// assert_eq!(server.requests()[0].body["state"], "DONE");
/// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`ModelError`] if the server can't be reached within 10 seconds, does not respond within 30, or
/// responds with a status other than 2xx.
pub async fn notify(url: &BaseUrl, value: &Value) -> Result<(), ModelError> {
    let failed = |cause: String| {
        let message = format!("can't notify {url}: {}", one_line(&cause, 200));
        ModelError::new(ModelErrorKind::Connection, message)
    };
    let client = LazyClient::new(url, CONNECT);
    let request = client.get().await?.post(url.to_string()).json(value).timeout(WHOLE);
    let answer = request
        .send()
        .await
        .map_err(|error| failed(error.without_url().to_string()))?;
    match answer.status() {
        status if status.is_success() => Ok(()),
        status => Err(failed(format!("the server returned {status}"))),
    }
}
