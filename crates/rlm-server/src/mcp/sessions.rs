//! The sessions and tasks of MCP clients.

use std::sync::Arc;
use std::time::Duration;

use rmcp::task_manager::TaskManager;
use rmcp::transport::streamable_http_server::session::local::{LocalSessionManager, SessionConfig};
use tokio_util::sync::CancellationToken;

/// The time without messages after which a session ends. A run may take long to say anything.
const SESSION_KEPT: Duration = Duration::from_secs(60 * 60);

/// The sessions and tasks of a tenant.
pub(crate) struct McpSessions {
    pub(super) sessions: Arc<LocalSessionManager>,
    pub(super) tasks: TaskManager,
    pub(super) stop: CancellationToken,
}

impl Default for McpSessions {
    fn default() -> Self {
        let mut sessions = LocalSessionManager::default();
        sessions.session_config = SessionConfig::default();
        sessions.session_config.keep_alive = Some(SESSION_KEPT);
        Self {
            sessions: Arc::new(sessions),
            tasks: TaskManager::new(),
            stop: CancellationToken::new(),
        }
    }
}

impl McpSessions {
    /// Ends all sessions and tasks.
    pub(crate) fn stop(&self) {
        self.stop.cancel();
        self.tasks.shutdown();
    }
}
