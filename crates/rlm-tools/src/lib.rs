//! Functions of the host that programs may call.
//!
//! A [`Tool`] has a name, a description, a JSON schema of its arguments, and says what it does to the world. Programs see a function of
//! that name with the [signature](ToolDescription::signature) that follows from the schema; what they give is JSON, and so is what comes
//! back. Tools are closures of an embedder ([`FunctionTool`]), commands ([`CommandTool`]), what an MCP server offers (`McpServer`, feature
//! `mcp`), and web search (`research`, feature `web`).
//!
//! Four traps of the domain, and what stands here against them:
//!
//! - **A tool is a way out.** Programs are written by models that read hostile text; what a tool is given may have been chosen by that
//!   text. So a tool says whether it has effects and whether it leaves the machine ([`Access`], [`Reach`]), and where it does not say, the
//!   worse is taken. Who may call it, how often, and with what is no matter of the tool: it is the run's grant.
//! - **What comes back is text of strangers.** It is bounded ([`MAX_ANSWER_BYTES`]) and is data to programs, never an instruction.
//! - **A process may hang, flood, or leave children behind.** Both its outputs are read at once and bounded, its time is the caller's to
//!   bound, and when a call ends, the process and the children in its process group are killed. A child that made a group or session of
//!   its own (`setsid`, a daemon) survives.
//! - **A schema says more than a signature can.** Names, defaults and plain types are checked before a program runs; what stands deeper in
//!   the schema is the tool's own to check.
//!
//! ```
//! use rlm_tools::{Access, FunctionTool, Reach, Tool, ToolDescription};
//! use serde_json::json;
//!
//! let description = ToolDescription::new("stock", "Returns how many of an article are in stock.")
//!     .parameters(json!({"type": "object", "properties": {"article": {"type": "string"}}, "required": ["article"]}))
//!     .access(Access::Read, Reach::Here);
//! let stock = FunctionTool::new(description, |arguments| async move {
//!     Ok(json!(if arguments["article"] == "A-1" { 12 } else { 0 }))
//! });
//! assert_eq!(stock.description().signature().to_string(), "stock(article: str)");
//! ```

mod command;
mod description;
mod error;
mod function;
#[cfg(feature = "mcp")]
mod mcp;
#[cfg(not(feature = "mcp"))]
mod no_mcp;
mod process;
mod schema;
#[cfg_attr(not(feature = "mcp"), expect(dead_code, reason = "only the module `mcp` selects"))]
mod selection;
mod tool;
#[cfg(feature = "web")]
mod web;

pub use command::{CommandTool, SCHEMA_SECONDS};
pub use description::{Access, MAX_DESCRIPTION_CHARS, Reach, ToolDescription};
pub use error::ToolError;
pub use function::FunctionTool;
#[cfg(feature = "mcp")]
pub use mcp::{McpServer, START_SECONDS};
#[cfg(not(feature = "mcp"))]
pub use no_mcp::McpServer;
pub use process::CommandLine;
pub use schema::MAX_PARAMETERS;
pub use selection::{LeftOut, MAX_MCP_TOOLS, McpSelection};
pub use tool::{Arguments, Calling, HidingTool, MAX_ANSWER_BYTES, Tool};
#[cfg(feature = "web")]
pub use web::{EXA_BASE_URL, Exa, MAX_RESULTS, ResearchTool, SearchEngine, Source, Sources, SourcesTool, WebResult};
