//! Tools: functions of the host that programs can call.
//!
//! A [`Tool`] has a name, a description, a JSON schema of its arguments, and declares its effects.
//! Programs see a function of that name with the [signature](ToolDescription::signature) that the
//! schema implies. Arguments and results are JSON. Tools are closures of an embedder
//! ([`FunctionTool`]), commands ([`CommandTool`]), tools of an MCP server (`McpServer`, feature
//! `mcp`), or web search (`research`, feature `web`).
//!
//! Pitfalls of tools, and how this crate handles them:
//!
//! - **A tool can leak data.** Programs are written by models that read untrusted text, and that
//!   text may influence the arguments of a call. So a tool declares whether it has effects and
//!   whether it leaves the machine ([`Access`], [`Reach`]); the defaults are the more dangerous
//!   values. The permissions of the run, not the tool, decide which calls are allowed, how many,
//!   and with which arguments.
//! - **Results are untrusted text.** They are limited in size ([`MAX_ANSWER_BYTES`]) and are data
//!   to programs, never instructions.
//! - **A process may hang, flood its output, or leave children behind.** Both of its outputs are
//!   read concurrently and are limited in size; the caller sets the timeout. When a call ends, the
//!   process and the children in its process group are killed. A child with its own process group
//!   or session (`setsid`, a daemon) survives.
//! - **A schema is more expressive than a signature.** Names, defaults and simple types are checked
//!   before a program runs. The tool itself checks the rest of the schema.
//!
//! ```
//! use rlm_tools::{Access, FunctionTool, Reach, Tool, ToolDescription};
//! use serde_json::json;
//!
//! let description = ToolDescription::new("stock", "Returns how many of an article are in stock.")
//!     .parameters(json!({"type": "object", "properties": {"article": {"type": "string"}}, "required": ["article"]}))
//!     .access(Access::Read, Reach::Local);
//! let stock = FunctionTool::new(description, |arguments| async move {
//!     Ok(json!(if arguments["article"] == "A-1" { 12 } else { 0 }))
//! });
//! assert_eq!(stock.description().signature().to_string(), "stock(article: str)");
//! ```

mod command;
mod command_line;
mod description;
mod error;
mod function;
#[cfg(feature = "mcp")]
mod mcp;
#[cfg(not(feature = "mcp"))]
mod no_mcp;
mod schema;
#[cfg_attr(not(feature = "mcp"), expect(dead_code, reason = "only the module `mcp` selects"))]
mod selection;
mod tool;
#[cfg(feature = "web")]
mod web;

pub use command::{CommandTool, SCHEMA_SECONDS};
pub use command_line::CommandLine;
pub use description::{Access, MAX_DESCRIPTION_CHARS, Reach, ToolDescription};
pub use error::ToolError;
pub use function::FunctionTool;
#[cfg(feature = "mcp")]
pub use mcp::{McpServer, START_SECONDS};
#[cfg(not(feature = "mcp"))]
pub use no_mcp::McpServer;
pub use schema::MAX_PARAMETERS;
pub use selection::{MAX_MCP_TOOLS, McpSelection, SkippedTool};
pub use tool::{Arguments, CallFuture, HidingTool, MAX_ANSWER_BYTES, Tool};
#[cfg(feature = "web")]
pub use web::{EXA_BASE_URL, Exa, MAX_RESULTS, ResearchTool, SearchEngine, Source, Sources, SourcesTool, WebResult};
