//! Accepts connections: how many, for how long, and whether by TLS.
//!
//! Pitfalls of open connections, and how this module handles them:
//!
//! - **A client may send its request byte by byte.** The headers must be complete within
//!   [`ListenerOptions::header_timeout`], which also ends idle connections.
//! - **Connections take memory and file descriptors.** Beyond [`ListenerOptions::max_connections`],
//!   new ones wait in the queue of the operating system.
//! - **A client may vanish without closing its connection**, or read nothing from an open stream. The
//!   operating system ends a connection whose peer accepts no data for
//!   [`ListenerOptions::peer_timeout`].
//! - **Accepting may fail for a while**, such as at the limit of open files. It is tried again.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use crate::http::tls::{Tls, TlsFiles};

/// The pause after a connection could not be accepted.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// The minimum size of hyper's buffer for a connection.
const MIN_BUFFER: usize = 8 << 10;

/// The options of connections.
#[derive(Debug, Clone)]
pub struct ListenerOptions {
    /// The maximum number of open connections. Further ones wait until one of them is closed.
    pub max_connections: usize,
    /// The time within which a client must send the headers of its next request. A proxy should close
    /// idle connections sooner, or a request may meet the closing of its connection.
    pub header_timeout: Duration,
    /// The time that a client may pause within the body of a request.
    pub body_timeout: Duration,
    /// The maximum size of the headers of a request in bytes.
    pub max_header_bytes: usize,
    /// The time after which a connection is closed if its peer accepts no data.
    pub peer_timeout: Duration,
    /// The certificate and the key for TLS. `None` means plain HTTP.
    pub tls: Option<TlsFiles>,
}

impl Default for ListenerOptions {
    fn default() -> Self {
        Self {
            max_connections: 1_024,
            header_timeout: Duration::from_secs(30),
            body_timeout: Duration::from_secs(30),
            max_header_bytes: 32 << 10,
            peer_timeout: Duration::from_secs(60),
            tls: None,
        }
    }
}

/// Accepts connections and answers their requests until `stop` is cancelled. Then returns once all
/// connections are closed: idle ones at once, others after their response.
pub(crate) async fn serve(
    listener: TcpListener,
    tls: Option<Arc<Tls>>,
    options: ListenerOptions,
    app: Router,
    stop: CancellationToken,
) {
    let permits = Arc::new(Semaphore::new(options.max_connections.min(Semaphore::MAX_PERMITS)));
    let graceful = GracefulShutdown::new();
    let connections = Connections { tls, options, app };
    loop {
        let next = async {
            let permit = Arc::clone(&permits).acquire_owned().await;
            (permit, listener.accept().await)
        };
        let (permit, accepted) = tokio::select! {
            next = next => next,
            () = stop.cancelled() => break,
        };
        match accepted {
            Ok((stream, _)) => {
                let (connections, watcher) = (connections.clone(), graceful.watcher());
                tokio::spawn(async move {
                    connections.serve(stream, watcher).await;
                    drop(permit);
                });
            }
            Err(cause) => {
                tracing::warn!(%cause, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    graceful.shutdown().await;
}

/// What all connections share.
#[derive(Clone)]
struct Connections {
    tls: Option<Arc<Tls>>,
    options: ListenerOptions,
    app: Router,
}

impl Connections {
    async fn serve(&self, stream: TcpStream, watcher: Watcher) {
        self.configure(&stream);
        let Some(tls) = &self.tls else {
            return self.answer(stream, watcher).await;
        };
        let handshake = TlsAcceptor::from(tls.config()).accept(stream);
        match tokio::time::timeout(self.options.header_timeout, handshake).await {
            Ok(Ok(stream)) => self.answer(stream, watcher).await,
            Ok(Err(cause)) => tracing::debug!(%cause, "a TLS handshake failed"),
            Err(_) => tracing::debug!("a TLS handshake timed out"),
        }
    }

    async fn answer(&self, stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static, watcher: Watcher) {
        let service = TowerToHyperService::new(self.app.clone());
        let most = self.options.max_header_bytes;
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.options.header_timeout)
            .max_header_size(most)
            .max_buf_size(most.saturating_mul(2).max(MIN_BUFFER))
            .serve_connection(TokioIo::new(stream), service);
        // The connection's error is that of a client that left or timed out.
        if let Err(cause) = watcher.watch(connection).await {
            tracing::debug!(%cause, "a connection ended");
        }
    }

    /// Sets the options of a socket. One that can't be set is left at its default.
    fn configure(&self, stream: &TcpStream) {
        let timeout = self.options.peer_timeout;
        let socket = SockRef::from(stream);
        let _ = socket.set_tcp_nodelay(true);
        let _ = socket.set_tcp_keepalive(&TcpKeepalive::new().with_time(timeout / 2).with_interval(timeout / 6));
        #[cfg(target_os = "linux")]
        let _ = socket.set_tcp_user_timeout(Some(timeout));
    }
}
