//! Tools: functions of the host that programs may call, and the permissions for them.
//!
//! A tool says whether it has effects ([`Access`]) and whether it leaves the machine ([`Reach`]).
//! A [`ToolGrant`] limits its calls; [`Taint`] limits which texts its arguments may derive from.
//!
//! ```
//! use rlm::tools::{Access, Arguments, FunctionTool, Reach, ToolDescription};
//! use rlm::{Context, FakeModel, Rlm};
//! use serde_json::json;
//!
//! let description = ToolDescription::new("price", "Returns the price of an article in cents.")
//!     .parameters(json!({"type": "object", "properties": {"article": {"type": "string"}}, "required": ["article"]}))
//!     .access(Access::Read, Reach::Local);
//! let price = FunctionTool::new(description, |_: Arguments| async { Ok(json!(250)) });
//!
//! let rlm = Rlm::new(FakeModel::new(["```repl\nFINAL(price('soap') * 3)\n```"])).tool(price);
//! let result = rlm.run_blocking("What do three pieces of soap cost?", &Context::from_text(""))?;
//! assert_eq!(result.answer.as_deref(), Some("750"));
//! # Ok::<(), rlm::RunError>(())
//! ```

#[doc(inline)]
pub use rlm_core::{ApprovalRequest, Approve};
#[doc(inline)]
pub use rlm_policy::{Taint, ToolGrant};
#[cfg(feature = "mcp")]
#[doc(inline)]
pub use rlm_tools::McpServer;
#[doc(inline)]
pub use rlm_tools::{
    Access, Arguments, CallFuture, CommandLine, CommandTool, FunctionTool, HidingTool, McpSelection, Reach, Tool,
    ToolDescription, ToolError,
};
#[cfg(feature = "web")]
#[doc(inline)]
pub use rlm_tools::{Exa, ResearchTool, SearchEngine, Sources, SourcesTool, WebResult};
