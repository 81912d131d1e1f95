//! The HTTP service: runs for programs, editors and teams over the network.
//!
//! A [`Server`] answers questions with one [`Runner`](rlm_core::Runner). It keeps sessions, texts and
//! journals in a folder, in the same form as the command line: a run of the service can be traced,
//! replayed and resumed there, and the other way round.
//!
//! | interface | routes |
//! |---|---|
//! | RLM Engine | `/api/sessions`, `/api/execute`, `/api/execute/stream`, `/api/executions/{id}/tree`, `/api/stats` |
//! | OpenAI | `/v1/models`, `/v1/chat/completions` |
//! | MCP | `/mcp` |
//! | operations | `/healthz`, `/readyz` |
//!
//! Pitfalls of a service, and how this crate handles them:
//!
//! - **A web page must not reach a service on the same machine.** Without API keys the service only
//!   listens on loopback, and requests with a foreign `Host` are refused, since a page could
//!   otherwise rebind its name to 127.0.0.1.
//! - **A client that leaves must not leave a run behind.** A run whose client is gone is cancelled,
//!   unless it was started with `"background": true`.
//! - **A stream must not miss events.** It subscribes before it reads the journal, and each event has
//!   the number of its journal line, from which a client continues with `Last-Event-ID`.
//! - **A client must not name files of the server.** Contexts are texts of requests, stored under
//!   their digests, or documents that were loaded at start.
//! - **Every error is JSON**, also those of the framework: RFC 9457 problems with a stable `code`, or
//!   OpenAI's form below `/v1`.

mod active;
mod app;
mod body;
mod budget;
mod caller;
mod contexts;
mod engine;
mod events;
mod executions;
mod keys;
mod mcp;
mod openai;
mod private_file;
mod problem;
mod server;
mod state;
mod tree;

pub use budget::{Budget, ParseBudgetError};
pub use keys::{ApiKeys, ApiKeysError, KeyRecord, NewKey, Scope};
pub use server::{Server, ServerError};
pub use state::ServerOptions;
