//! The trait that tools implement.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::{ToolDescription, ToolError};

/// The maximum size in bytes of a tool's result as JSON.
pub const MAX_ANSWER_BYTES: usize = 1 << 20;

/// The arguments of a tool call, keyed by parameter name. Omitted arguments are absent.
pub type Arguments = Map<String, Value>;

/// The future of a tool call, which resolves to the result or an error.
pub type CallFuture<'a> = Pin<Box<dyn Future<Output = Result<Value, ToolError>> + Send + 'a>>;

/// A function of the host that programs can call.
///
/// ```
/// use rlm_tools::{Access, Arguments, CallFuture, Reach, Tool, ToolDescription, ToolError};
/// use serde_json::json;
///
/// /// The data that calls need: here a table, elsewhere a connection.
/// #[derive(Debug)]
/// struct Stock {
///     description: ToolDescription,
///     articles: Vec<(&'static str, u32)>,
/// }
///
/// impl Tool for Stock {
///     fn description(&self) -> &ToolDescription {
///         &self.description
///     }
///
///     fn call(&self, arguments: Arguments) -> CallFuture<'_> {
///         Box::pin(async move {
///             let wanted = arguments.get("article").and_then(|article| article.as_str()).unwrap_or_default();
///             let found = self.articles.iter().find(|(article, _)| *article == wanted);
///             let (_, pieces) = found.ok_or_else(|| ToolError::Failed {
///                 name: "stock".to_owned(),
///                 message: format!("there is no article {wanted:?}"),
///             })?;
///             Ok(json!(pieces))
///         })
///     }
/// }
///
/// let description = ToolDescription::new("stock", "Returns how many are in stock.").access(Access::Read, Reach::Local);
/// let stock = Stock { description, articles: vec![("A-1", 12)] };
/// let arguments = |article: &str| Arguments::from_iter([("article".to_owned(), json!(article))]);
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// assert_eq!(stock.call(arguments("A-1")).await?, json!(12));
/// assert_eq!(stock.call(arguments("B-2")).await.map_err(|error| error.code()), Err("tool_failed"));
/// # Ok::<(), ToolError>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Tool: fmt::Debug + Send + Sync {
    /// Returns the name, parameters and effects of the tool.
    fn description(&self) -> &ToolDescription;

    /// Calls the tool. Dropping the future cancels the call and ends everything it started.
    ///
    /// The caller is responsible for a timeout.
    fn call(&self, arguments: Arguments) -> CallFuture<'_>;

    /// Returns `true` if the tool may replace a library function of the same name, such as `search`
    /// or `llm_query`. Programs then call the tool by this name, and models aren't told about the
    /// library function.
    ///
    /// By default such a tool is rejected. Names that Python also has (`len`, `re`), names of
    /// variables (`context`), `FINAL` and `FINAL_VAR` can't be hidden.
    fn hides(&self) -> bool {
        false
    }
}

impl<T: Tool + ?Sized> Tool for Arc<T> {
    fn description(&self) -> &ToolDescription {
        (**self).description()
    }

    fn call(&self, arguments: Arguments) -> CallFuture<'_> {
        (**self).call(arguments)
    }

    fn hides(&self) -> bool {
        (**self).hides()
    }
}

/// A wrapper that lets a tool [hide](Tool::hides) a library function of the same name.
///
/// ```
/// use rlm_tools::{FunctionTool, HidingTool, Tool, ToolDescription};
/// use serde_json::json;
///
/// let search = FunctionTool::new(ToolDescription::new("search", "Searches the shop."), |_| async { Ok(json!([])) });
/// assert!(!search.hides());
/// assert!(HidingTool(std::sync::Arc::new(search)).hides());
/// ```
#[derive(Debug, Clone)]
pub struct HidingTool(
    /// The tool that replaces the library function.
    pub Arc<dyn Tool>,
);

impl Tool for HidingTool {
    fn description(&self) -> &ToolDescription {
        self.0.description()
    }

    fn call(&self, arguments: Arguments) -> CallFuture<'_> {
        self.0.call(arguments)
    }

    fn hides(&self) -> bool {
        true
    }
}
