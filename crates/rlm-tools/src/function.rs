//! Tools implemented by closures of the embedding program.

use std::fmt;

use serde_json::Value;

use crate::tool::{Arguments, CallFuture, Tool};
use crate::{ToolDescription, ToolError};

type Function = Box<dyn Fn(Arguments) -> CallFuture<'static> + Send + Sync>;

/// A tool implemented by an async closure of the embedding program.
pub struct FunctionTool {
    description: ToolDescription,
    function: Function,
}

impl FunctionTool {
    /// Creates a tool from a description and a closure that takes the arguments and returns a
    /// future.
    ///
    /// ```
    /// use rlm_tools::{FunctionTool, ToolDescription, ToolError};
    ///
    /// let fails = FunctionTool::new(ToolDescription::new("fails", "Fails."), |_| async {
    ///     Err(ToolError::Failed { name: "fails".to_owned(), message: "as it is told".to_owned() })
    /// });
    /// ```
    pub fn new<F, R>(description: ToolDescription, function: F) -> Self
    where
        F: Fn(Arguments) -> R + Send + Sync + 'static,
        R: Future<Output = Result<Value, ToolError>> + Send + 'static,
    {
        Self {
            description,
            function: Box::new(move |arguments| Box::pin(function(arguments))),
        }
    }
}

impl fmt::Debug for FunctionTool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FunctionTool")
            .field("description", &self.description)
            .finish_non_exhaustive()
    }
}

impl Tool for FunctionTool {
    fn description(&self) -> &ToolDescription {
        &self.description
    }

    fn call(&self, arguments: Arguments) -> CallFuture<'_> {
        (self.function)(arguments)
    }
}
