//! MCP servers in a build without them.

use std::sync::Arc;

use crate::process::CommandLine;
use crate::selection::{LeftOut, McpSelection};
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
    pub async fn start_with(_: impl Into<CommandLine>, _selection: McpSelection<'_>) -> Result<Self, ToolError> {
        Err(ToolError::NotInThisBuild)
    }

    /// Returns which of its tools are not offered.
    #[must_use]
    pub const fn left_out(&self) -> &[LeftOut] {
        match self.0 {}
    }

    /// Returns its tools.
    #[must_use]
    pub const fn tools(&self) -> &[Arc<dyn Tool>] {
        match self.0 {}
    }
}
