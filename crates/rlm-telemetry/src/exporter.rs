//! Sends requests to the endpoint of a signal, with the retries that OTLP specifies.

use std::time::Duration;

use rlm_adapters::{PostClient, Timeouts};
use rlm_model::ModelErrorKind;
use serde_json::Value;
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use crate::protobuf::{self, PartialSuccess, partial_success};
use crate::{Destination, Encoding};

/// The pause before the first retry. Each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// The maximum number of retries, which take about a minute.
const MOST_RETRIES: u32 = 6;

/// A kind of telemetry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// The spans of runs.
    Traces,
    /// Counts, sums and times.
    Metrics,
}

impl Signal {
    /// Returns the name of the signal.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Traces => "traces",
            Self::Metrics => "metrics",
        }
    }
}

/// The instant until which everything must be sent, once telemetry ends.
pub(crate) type Closing = watch::Receiver<Option<Instant>>;

/// The client of a signal's endpoint.
pub(crate) struct Exporter {
    signal: Signal,
    pub(crate) url: String,
    encoding: Encoding,
    client: PostClient,
}

/// The failure of an attempt.
struct Failure {
    cause: String,
    retry: Retry,
}

enum Retry {
    Never,
    /// The request reached no server.
    Unreachable,
    Later,
    After(Duration),
}

impl Exporter {
    pub(crate) fn new(signal: Signal, destination: &Destination) -> Self {
        let Destination {
            url,
            headers,
            encoding,
            timeout,
        } = destination;
        let timeouts = Timeouts {
            connect: *timeout,
            first_byte: *timeout,
            idle: *timeout,
            total: *timeout,
        };
        Self {
            signal,
            url: url.to_string(),
            encoding: *encoding,
            client: PostClient::new(url.clone(), headers.clone(), timeouts),
        }
    }

    /// Sends a request, and retries it if the server is busy or can't be reached. Once telemetry
    /// ends, only retries that end in time are made, and none if nothing listens.
    ///
    /// # Errors
    /// The cause in one line.
    pub(crate) async fn export(&self, request: &Value, closing: &mut Closing) -> Result<(), String> {
        let body = self.encoded(request);
        let mut usual_pause = FIRST_PAUSE;
        let mut retries = 0;
        loop {
            let failure = match self.attempt(body.clone()).await {
                Ok(()) => return Ok(()),
                Err(failure) => failure,
            };
            let until = *closing.borrow_and_update();
            let pause = match failure.retry {
                Retry::Never => return Err(failure.cause),
                Retry::Unreachable if until.is_some() => return Err(failure.cause),
                Retry::Unreachable | Retry::Later => with_jitter(usual_pause),
                Retry::After(pause) => pause.min(LONGEST_PAUSE),
            };
            let is_late = until.is_some_and(|until| Instant::now() + pause >= until);
            if retries == MOST_RETRIES || is_late {
                return Err(failure.cause);
            }
            tokio::select! {
                () = sleep(pause) => {}
                // The last chance to send it, instead of the rest of the pause.
                _ = closing.changed(), if until.is_none() => {}
            }
            retries += 1;
            usual_pause = (usual_pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Sends an empty request, to check that the server accepts requests.
    ///
    /// # Errors
    /// The cause in one line.
    pub(crate) async fn check(&self) -> Result<(), String> {
        let body = self.encoded(&serde_json::json!({}));
        self.attempt(body).await.map_err(|failure| failure.cause)
    }

    fn encoded(&self, request: &Value) -> Vec<u8> {
        match (self.encoding, self.signal) {
            (Encoding::Json, _) => request.to_string().into_bytes(),
            (Encoding::Protobuf, Signal::Traces) => protobuf::traces(request),
            (Encoding::Protobuf, Signal::Metrics) => protobuf::metrics(request),
        }
    }

    async fn attempt(&self, body: Vec<u8>) -> Result<(), Failure> {
        let posted = self.client.post(self.encoding.content_type(), body).await;
        let posted = posted.map_err(|error| Failure {
            retry: match error.kind {
                ModelErrorKind::Unreachable => Retry::Unreachable,
                _ => Retry::Later,
            },
            cause: error.message,
        })?;
        let cause = format!("{} returned {}", self.url, posted.status);
        let retry = match posted.status {
            200..300 => {
                self.report_rejected(&posted.body);
                return Ok(());
            }
            429 | 502 | 503 | 504 => posted.retry_after.map_or(Retry::Later, Retry::After),
            _ => Retry::Never,
        };
        Err(Failure { cause, retry })
    }

    /// Logs what a server did not accept of a request. Such items must not be sent again.
    fn report_rejected(&self, body: &[u8]) {
        let partial = match self.encoding {
            Encoding::Protobuf => partial_success(body),
            Encoding::Json => partial_success_of_json(body),
        };
        if let Some(PartialSuccess { rejected, message }) = partial {
            let signal = self.signal.name();
            tracing::warn!(
                signal,
                url = self.url,
                rejected,
                message,
                "the collector rejected a part"
            );
        }
    }
}

fn partial_success_of_json(body: &[u8]) -> Option<PartialSuccess> {
    let response: Value = serde_json::from_slice(body).ok()?;
    let partial = response
        .get("partialSuccess")?
        .as_object()
        .filter(|partial| !partial.is_empty())?;
    let rejected = partial
        .get("rejectedSpans")
        .or_else(|| partial.get("rejectedDataPoints"));
    let rejected = rejected.and_then(|number| number.as_u64().or_else(|| number.as_str()?.parse().ok()));
    let message = partial.get("errorMessage").and_then(Value::as_str);
    Some(PartialSuccess {
        rejected: rejected.unwrap_or_default(),
        message: message.unwrap_or_default().to_owned(),
    })
}

/// Returns half to all of a pause, so that many processes don't retry at once.
fn with_jitter(pause: Duration) -> Duration {
    let random = getrandom::u32().unwrap_or_default();
    pause.mul_f64(0.5 + f64::from(random) / f64::from(u32::MAX) / 2.0)
}
