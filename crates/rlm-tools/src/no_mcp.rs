//! MCP servers in a build without them.

use std::sync::Arc;

use crate::process::CommandLine;
use crate::{Tool, ToolError};

/// An MCP server, which this build can't start: it lacks the feature `mcp`.
#[derive(Debug)]
pub struct McpServer(std::convert::Infallible);

impl McpServer {
    /// Fails.
    ///
    /// # Errors
    /// [`ToolError::NotInThisBuild`].
    pub async fn start(_: impl Into<CommandLine>, _prefix: Option<&str>) -> Result<Self, ToolError> {
        Err(ToolError::NotInThisBuild)
    }

    /// Fails.
    ///
    /// # Errors
    /// [`ToolError::NotInThisBuild`].
    pub async fn start_beside(
        _: impl Into<CommandLine>,
        _prefix: Option<&str>,
        _is_taken: impl Fn(&str) -> bool,
    ) -> Result<Self, ToolError> {
        Err(ToolError::NotInThisBuild)
    }

    /// Returns its tools.
    #[must_use]
    pub const fn tools(&self) -> &[Arc<dyn Tool>] {
        match self.0 {}
    }
}
