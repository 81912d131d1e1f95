//! Listens for requests.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use rlm_core::Runner;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::app::app;
use crate::keys::{ApiKeys, ApiKeysError};
use crate::state::{AppState, Reach, ServerOptions};

/// The time that requests have to end after the server was asked to stop.
const GRACE: Duration = Duration::from_secs(10);

/// A server that has a port, and answers requests once it [runs](Server::run).
pub struct Server {
    state: AppState,
    listener: TcpListener,
    address: SocketAddr,
}

/// An error of starting a server.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The port can't be used.
    #[error("can't listen on {address}: {cause}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The cause.
        #[source]
        cause: io::Error,
    },
    /// The address is reachable from other machines, but there are no API keys.
    #[error("{address} is reachable from other machines, but no API keys exist")]
    Unprotected {
        /// The address.
        address: SocketAddr,
    },
    /// The API keys can't be read.
    #[error(transparent)]
    Keys(#[from] ApiKeysError),
    /// The server stopped accepting connections.
    #[error("the server can't accept connections: {cause}")]
    Accept {
        /// The cause.
        #[source]
        cause: io::Error,
    },
}

impl Server {
    /// Opens the port of a server. Port 0 chooses a free one.
    ///
    /// # Errors
    /// [`ServerError::Unprotected`] for an address that other machines reach, if there are no API
    /// keys; [`ServerError::Listen`], [`ServerError::Keys`].
    pub async fn bind(runner: Runner, options: ServerOptions, address: SocketAddr) -> Result<Self, ServerError> {
        let keys = ApiKeys::open(&options.folder);
        let is_open = keys.list()?.is_empty();
        let reach = match (is_open, address.ip().is_loopback()) {
            (true, false) => return Err(ServerError::Unprotected { address }),
            (true, true) => Reach::Loopback,
            (false, _) => Reach::Network,
        };
        let failed = |cause| ServerError::Listen { address, cause };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        Ok(Self {
            state: AppState::new(runner, options, keys, reach),
            listener,
            address,
        })
    }

    /// Returns the address that the server listens on.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers requests until `stop` is cancelled. Then no more requests are taken, and active runs
    /// are cancelled: their journals can be resumed.
    ///
    /// # Errors
    /// [`ServerError::Accept`].
    pub async fn run(self, stop: CancellationToken) -> Result<(), ServerError> {
        let app = app(self.state.clone());
        let (state, stopped) = (self.state, stop.clone());
        let served = axum::serve(self.listener, app).with_graceful_shutdown(async move {
            stopped.cancelled().await;
            // Their streams end with the runs.
            state.cancel_all();
        });
        tokio::select! {
            ended = served.into_future() => ended.map_err(|cause| ServerError::Accept { cause }),
            // Clients that neither read nor leave don't keep the process.
            () = async { stop.cancelled().await; tokio::time::sleep(GRACE).await } => Ok(()),
        }
    }
}
