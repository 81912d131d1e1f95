//! Listens for requests.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use rlm_core::Runner;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::http::app::app;
use crate::http::listener;
use crate::http::tls::{Tls, TlsError};
use crate::runs::resume::resume_all;
use crate::state::{AppState, Reach, ServerOptions};
use crate::store::keys::{ApiKeys, ApiKeysError};

/// The time that responses have to reach their clients after all runs have ended.
const GRACE: Duration = Duration::from_secs(5);
/// The time to send telemetry after that.
const TO_SEND: Duration = Duration::from_secs(5);

/// A server that has a port, and answers requests once it [runs](Server::run).
pub struct Server {
    state: AppState,
    listener: TcpListener,
    tls: Option<Arc<Tls>>,
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
    /// The certificate can't be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
}

/// Returns the routes of a service, to serve them within another one. The other service limits
/// connections and bodies that are sent slowly. Without API keys, only requests to this machine are
/// answered.
///
/// # Errors
/// [`ServerError::Keys`].
pub fn router(runner: Runner, options: ServerOptions) -> Result<Router, ServerError> {
    let keys = ApiKeys::open(&options.folder);
    let reach = match keys.list()?.is_empty() {
        true => Reach::Loopback,
        false => Reach::Network,
    };
    Ok(app(AppState::new(runner, options, keys, reach)))
}

impl Server {
    /// Opens the port of a server. Port 0 chooses a free one.
    ///
    /// # Errors
    /// [`ServerError::Unprotected`] for an address that other machines reach, if there are no API
    /// keys; [`ServerError::Listen`], [`ServerError::Keys`], [`ServerError::Tls`].
    pub async fn bind(runner: Runner, options: ServerOptions, address: SocketAddr) -> Result<Self, ServerError> {
        let keys = ApiKeys::open(&options.folder);
        let is_open = keys.list()?.is_empty();
        let reach = match (is_open, address.ip().is_loopback()) {
            (true, false) => return Err(ServerError::Unprotected { address }),
            (true, true) => Reach::Loopback,
            (false, _) => Reach::Network,
        };
        let tls = options.listener.tls.clone().map(Tls::load).transpose()?.map(Arc::new);
        let failed = |cause| ServerError::Listen { address, cause };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        Ok(Self {
            state: AppState::new(runner, options, keys, reach),
            listener,
            tls,
            address,
        })
    }

    /// Returns the address that the server listens on.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers requests until `stop` is cancelled. Then no more runs are started, and active ones have
    /// [`ServerOptions::drain`] to end before they are interrupted. Interrupted runs in the background
    /// are resumed by the next server with the same folder.
    pub async fn run(self, stop: CancellationToken) {
        let (state, close) = (self.state.clone(), CancellationToken::new());
        let options = state.options().listener.clone();
        let app = app(state.clone());
        let served = listener::serve(self.listener, self.tls.clone(), options, app, close.clone());
        let stopped = async {
            stop.cancelled().await;
            state.drain().await;
            close.cancel();
            // Clients that neither read nor leave don't keep the process.
            tokio::time::sleep(GRACE).await;
        };
        let others = async {
            let follow = async {
                if let Some(tls) = &self.tls {
                    tls.follow().await;
                }
            };
            tokio::join!(follow, resume_all(state.clone()));
            std::future::pending::<()>().await;
        };
        tokio::select! {
            () = served => {}
            () = stopped => {}
            () = others => {}
        }
        if let Some(telemetry) = state.options().telemetry.clone() {
            // Failures are logged and counted.
            let _ = tokio::task::spawn_blocking(move || telemetry.close(TO_SEND)).await;
        }
    }
}
