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
pub trait Tool: fmt::Debug + Send + Sync {
    /// Says what it is called, what it takes and what it does.
    fn description(&self) -> &ToolDescription;

    /// Calls it. Dropping what this returns gives the call up: whatever was started for it ends.
    ///
    /// How long it may take is bounded by whoever calls.
    fn call(&self, arguments: Arguments) -> Calling<'_>;
}
