//! The HTTP client, which is built at the first call, so that runs without network access don't
//! load certificates.

use std::time::Duration;

use reqwest::Client;
use reqwest::redirect::Policy;
use rlm_model::{ModelError, ModelErrorKind};
use tokio::sync::OnceCell;

use super::tls::{self, Roots};
use super::{BaseUrl, one_line};

/// The time after which an idle HTTP connection is closed.
const KEEP_IDLE: Duration = Duration::from_secs(90);
/// The interval of pings on an idle HTTP/2 connection.
const HTTP2_PING: Duration = Duration::from_secs(20);

/// An HTTP client that is built on first use.
pub(crate) struct LazyClient {
    roots: Roots,
    proxied: Proxied,
    connect: Duration,
    client: OnceCell<Client>,
}

/// Whether the HTTP client uses the proxies that the environment sets.
#[derive(Clone, Copy)]
enum Proxied {
    AsEnvironmentSays,
    /// The client uses no proxy, because a proxy can't reach servers on this machine.
    Never,
}

impl LazyClient {
    pub(crate) fn new(base_url: &BaseUrl, connect: Duration) -> Self {
        let loopback = base_url.is_loopback();
        Self {
            roots: if loopback && !base_url.is_https() {
                Roots::None
            } else {
                Roots::System
            },
            proxied: if loopback {
                Proxied::Never
            } else {
                Proxied::AsEnvironmentSays
            },
            connect,
            client: OnceCell::new(),
        }
    }

    pub(crate) async fn get(&self) -> Result<&Client, ModelError> {
        self.client.get_or_try_init(|| self.build()).await
    }

    async fn build(&self) -> Result<Client, ModelError> {
        let failed = |cause: String| {
            let message = format!("can't set up the HTTP client: {}", one_line(&cause, 200));
            ModelError::new(ModelErrorKind::Connection, message)
        };
        let config = match self.roots {
            Roots::None => tls::client_config(Roots::None),
            // Reads files, so it must not block the other tasks of this thread.
            Roots::System => tokio::task::spawn_blocking(|| tls::client_config(Roots::System))
                .await
                .map_err(|error| failed(error.to_string()))?,
        };
        let config = config.map_err(|error| failed(error.to_string()))?;
        let mut builder = Client::builder()
            .tls_backend_preconfigured(config)
            .user_agent(concat!("rlm/", env!("CARGO_PKG_VERSION")))
            // Following a redirect would send the prompt, and within one host also the key, to a
            // destination that the user did not choose.
            .redirect(Policy::none())
            .connect_timeout(self.connect)
            .pool_idle_timeout(KEEP_IDLE)
            .http2_adaptive_window(true)
            .http2_keep_alive_interval(HTTP2_PING)
            .tcp_nodelay(true);
        if let Proxied::Never = self.proxied {
            builder = builder.no_proxy();
        }
        builder.build().map_err(|error| failed(error.to_string()))
    }
}
