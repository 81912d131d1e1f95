//! Serves one client over a pair of streams.

use std::fmt;
use std::sync::Arc;

use rmcp::RoleServer;
use rmcp::service::{RunningService, ServerInitializeError, serve_server_with_ct};
use rmcp::task_manager::TaskManager;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_util::sync::CancellationToken;

use crate::documents::Documents;
use crate::server::McpServer;
use crate::service::RunService;

/// A client that does not speak the protocol.
#[derive(Debug)]
pub struct ServeError(String);

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the client does not speak MCP: {}", self.0)
    }
}

impl std::error::Error for ServeError {}

/// Serves one client until `input` ends or `stop` is cancelled. Runs that are still active then are
/// left to the caller.
///
/// # Errors
/// [`ServeError`] if the first message is not one that opens a session.
pub async fn serve<S: RunService>(
    service: Arc<S>,
    documents: Documents,
    (input, output): (
        impl AsyncRead + Send + Unpin + 'static,
        impl AsyncWrite + Send + Unpin + 'static,
    ),
    stop: CancellationToken,
) -> Result<(), ServeError> {
    let tasks = TaskManager::new();
    let server = McpServer::new(service, documents, tasks.clone());
    let running: Result<RunningService<RoleServer, _>, _> = serve_server_with_ct(server, (input, output), stop).await;
    let ended = match running {
        Ok(running) => {
            // Only a panic in the protocol's own task is an error, and then the session is over, too.
            let _ = running.waiting().await;
            Ok(())
        }
        Err(ServerInitializeError::ConnectionClosed(_) | ServerInitializeError::Cancelled) => Ok(()),
        Err(error) => Err(ServeError(error.to_string())),
    };
    tasks.shutdown();
    ended
}
