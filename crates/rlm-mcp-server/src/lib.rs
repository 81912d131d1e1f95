//! The MCP server: tools that answer questions about documents, search and read them, estimate the
//! cost of a question, and show the steps of a run.
//!
//! [`McpServer`] implements the protocol over a [`RunService`], which starts runs: the command line
//! serves it over standard input and output ([`serve`]), the HTTP service at `/mcp`.
//!
//! | tool | purpose | costs money |
//! |---|---|---|
//! | `ask` | answers a question by a run | yes |
//! | `search` | finds passages of the documents by their words | no |
//! | `read` | returns lines of a document, or the list of documents | no |
//! | `estimate` | estimates the cost of a question | no |
//! | `trace` | shows the steps of a run | no |
//!
//! Pitfalls of such a server, and how this crate handles them:
//!
//! - **Arguments are written by models.** A client may be talked into anything by the texts it reads,
//!   so no tool takes a path: [`Documents`] are loaded at start, and known by their names.
//! - **Results fill the context window of the client.** Every result is bounded, and says how to get
//!   the rest.
//! - **A run outlives its request.** A cancelled call cancels its run, and so does a client that
//!   disconnects. A client that supports tasks gets a task for `ask`, which it polls and cancels.
//! - **Clients validate results.** Each tool has an output schema. Errors of a tool are results that
//!   say what to do, so that the model can correct its arguments.

mod arguments;
mod ask;
mod documents;
mod error;
mod estimate;
mod output;
mod progress;
mod read;
mod search;
mod server;
mod service;
mod stdio;
mod tools;
mod trace;

pub use documents::Documents;
pub use error::ToolError;
pub use server::McpServer;
pub use service::{ActiveRun, Caller, Ended, Question, RunService};
pub use stdio::{ServeError, serve};
