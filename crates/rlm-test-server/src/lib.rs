//! A model server for tests. It listens on a free loopback port and speaks HTTP/1.1. A test defines
//! the response to each request, including failures. Predefined responses use the chat-completions
//! protocol, with and without streaming.
//!
//! Pitfalls of testing against a server, and how this crate avoids them:
//!
//! - **A mock of the client's library tests the mock.** This server is a real listener on raw
//!   sockets, so its failures (no response, a stall, an early close) pass through the client's real
//!   transport.
//! - **A tolerant server hides errors.** Every request is recorded completely and returned by
//!   [`TestServer::requests`]; compare the whole request.
//! - **Tests that sleep are slow and still flaky.** [`TestServer::wait_for_requests`] and
//!   [`TestServer::wait_for_hang_ups`] wait for an event, not for a time.
//!
//! The server runs on its own thread, so it works for tests with and without an async runtime, and
//! for child processes. It stops when it is dropped.
//!
//! ```
//! use rlm_test_server::{Answer, TestServer};
//!
//! let server = TestServer::in_order([Answer::rate_limited("1"), Answer::text("42")])?;
//! assert!(server.base_url().starts_with("http://127.0.0.1:"));
//! assert!(server.requests().is_empty());
//! # Ok::<(), rlm_test_server::StartError>(())
//! ```

mod answer;
mod http;
mod server;

pub use answer::{Answer, Fault, Usage};
pub use http::CapturedRequest;
pub use server::{StartError, TestServer, WaitedTooLong};
