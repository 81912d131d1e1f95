//! The HTTP service: runs for programs, editors and teams over the network.
//!
//! A [`Server`] answers questions with one [`Runner`](rlm_core::Runner). It keeps sessions, texts and
//! journals in a folder, in the same form as the command line: a run of the service can be traced,
//! replayed and resumed there, and the other way round.
//!
//! | interface | routes |
//! |---|---|
//! | RLM Engine | `/api/sessions`, `/api/execute`, `/api/execute/stream`, `/api/executions/{id}/tree`, `/api/stats` |
//! | OpenAI | `/v1/models`, `/v1/chat/completions`, `/v1/responses`, `/v1/files` |
//! | its own | `/v1/runs`, `/v1/contexts`, `/v1/uploads`, `/v1/sessions`, `/v1/estimate`, `/v1/stats` |
//! | MCP | `/mcp` |
//! | web page | `/`, `/ui/...`, `/api/me` |
//! | operations | `/healthz`, `/readyz`, `/metrics`, `/openapi.json` |
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
//! - **A client must not name files of the server.** Contexts are texts and files of requests, which
//!   later requests name by ids, or documents that were loaded at start.
//! - **A client must not get more than the server permits.** Limits of requests are at most those of
//!   the server.
//! - **Clients send requests again.** A request with an `Idempotency-Key` starts one run, and one that
//!   is equal to an active one of OpenAI's interface joins its run.
//! - **A process ends at any time.** A run in the background has a file until it ends, so that the next
//!   process resumes it, under the same id and within the same budget.
//! - **A connection may send slowly, send too much, or never read.** Headers, bodies, idle times and the
//!   number of connections are limited ([`ListenerOptions`]).
//! - **Logs and metrics must not contain texts.** They contain routes, not paths, and ids that were
//!   checked.
//! - **Telemetry must not slow requests.** Traces and metrics are sent from a thread of their own
//!   ([`ServerOptions::telemetry`]).
//! - **Every error is JSON**, also those of the framework: RFC 9457 problems with a stable `code`, or
//!   OpenAI's form below `/v1`.

mod api;
mod engine;
mod http;
mod mcp;
mod openai;
mod page;
mod runs;
mod state;
mod store;

pub use http::{ListenerOptions, Server, ServerError, TlsError, TlsFiles, router};
pub use state::ServerOptions;
pub use store::{ApiKeys, ApiKeysError, Budget, KeyRecord, NewKey, ParseBudgetError, Scope, TenantLimits};
