//! A stub of MCP servers for builds without the feature `mcp`.

use std::sync::Arc;

use crate::command_line::CommandLine;
use crate::selection::{McpSelection, SkippedTool};
use crate::{Tool, ToolError};

/// An MCP server. This build can't start one: it lacks the feature `mcp`.
#[derive(Debug)]
pub struct McpServer(std::convert::Infallible);

impl McpServer {
    /// Starts no MCP server: always fails, because this build lacks the feature `mcp`.
    ///
    /// # Errors
    /// [`ToolError::NotInThisBuild`].
    pub async fn start(_: impl Into<CommandLine>, _prefix: Option<&str>) -> Result<Self, ToolError> {
        Err(ToolError::NotInThisBuild)
    }

    /// Starts no MCP server: always fails, because this build lacks the feature `mcp`.
    ///
    /// # Errors
    /// [`ToolError::NotInThisBuild`].
    pub async fn start_with(_: impl Into<CommandLine>, _selection: McpSelection<'_>) -> Result<Self, ToolError> {
        Err(ToolError::NotInThisBuild)
    }

    /// Returns the selected tools that can't be offered: always none in this build, which has no
    /// MCP servers.
    #[must_use]
    pub const fn skipped(&self) -> &[SkippedTool] {
        match self.0 {}
    }

    /// Returns the tools that the server offers: always none in this build, which has no MCP
    /// servers.
    #[must_use]
    pub const fn tools(&self) -> &[Arc<dyn Tool>] {
        match self.0 {}
    }
}
