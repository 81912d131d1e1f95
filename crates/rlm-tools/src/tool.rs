//! What every tool offers, whatever stands behind it.

use std::fmt;
use std::pin::Pin;

use serde_json::{Map, Value};

use crate::{ToolDescription, ToolError};

/// The most bytes that the answer of a tool has as JSON.
pub const MAX_ANSWER_BYTES: usize = 1 << 20;

/// The arguments of a call, by name: those that were given.
pub type Arguments = Map<String, Value>;

/// What a tool is about to give.
pub type Calling<'a> = Pin<Box<dyn Future<Output = Result<Value, ToolError>> + Send + 'a>>;

/// A function of the host.
///
/// ```
/// use rlm_tools::{Access, Arguments, Calling, Reach, Tool, ToolDescription, ToolError};
/// use serde_json::json;
///
/// /// Holds what its calls need: here a table, elsewhere a connection.
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
///     fn call(&self, arguments: Arguments) -> Calling<'_> {
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
/// let description = ToolDescription::new("stock", "Returns how many are in stock.").access(Access::Read, Reach::Here);
/// let stock = Stock { description, articles: vec![("A-1", 12)] };
/// let arguments = |article: &str| Arguments::from_iter([("article".to_owned(), json!(article))]);
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// assert_eq!(stock.call(arguments("A-1")).await?, json!(12));
/// assert_eq!(stock.call(arguments("B-2")).await.map_err(|error| error.code()), Err("tool_failed"));
/// # Ok::<(), ToolError>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Tool: fmt::Debug + Send + Sync {
    /// Says what it is called, what it takes and what it does.
    fn description(&self) -> &ToolDescription;

    /// Calls it. Dropping what this returns gives the call up: whatever was started for it ends.
    ///
    /// How long it may take is bounded by whoever calls.
    fn call(&self, arguments: Arguments) -> Calling<'_>;
}
