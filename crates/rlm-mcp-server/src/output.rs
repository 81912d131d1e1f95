//! The result of a tool.

use rmcp::model::{CallToolResult, ContentBlock};
use serde_json::Value;

use crate::error::ToolError;

/// The result of a tool: a text for models, and the same as data.
pub(crate) struct Output {
    pub(crate) text: String,
    /// A JSON object that the tool's output schema describes.
    pub(crate) data: Value,
}

impl From<Output> for CallToolResult {
    fn from(output: Output) -> Self {
        let mut result = Self::success(vec![ContentBlock::text(output.text)]);
        result.structured_content = Some(output.data);
        result
    }
}

impl From<ToolError> for CallToolResult {
    fn from(error: ToolError) -> Self {
        Self::error(vec![ContentBlock::text(error.text())])
    }
}
