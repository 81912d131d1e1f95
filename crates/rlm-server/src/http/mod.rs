//! Connections and requests: the listener, the callers, bodies, errors, logs and metrics.

pub(crate) mod app;
pub(crate) mod body;
pub(crate) mod caller;
pub(crate) mod listener;
pub(crate) mod metrics;
pub(crate) mod problem;
pub(crate) mod request_body;
pub(crate) mod request_log;
pub(crate) mod scrape;
pub(crate) mod server;
pub(crate) mod tls;

pub use listener::ListenerOptions;
pub use server::{Server, ServerError, router};
pub use tls::{TlsError, TlsFiles};
