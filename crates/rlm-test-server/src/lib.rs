//! A model server for tests: it listens on a free loopback port, speaks HTTP/1.1 and, in its ready-made answers, the
//! chat-completions protocol, whole and as a stream, and answers each request as a test tells it, faults included.
//!
//! The traps of testing against a server, and what stands here against them:
//!
//! - **A mock of the client's library tests the mock.** This is a real listener on raw sockets, so what it can do to a
//!   client (say nothing, stop in the middle, close early) goes all the way through the client's own transport.
//! - **A server that is too kind hides faults.** Whatever a request contains is captured and shown by
//!   [`TestServer::requests`]; compare it whole.
//! - **Sleeping tests are slow and still flaky.** [`TestServer::wait_for_requests`] and
//!   [`TestServer::wait_for_hang_ups`] wait for what has to happen, not for a time.
//!
//! The server runs on a thread of its own, so it serves tests with and without an async runtime and programs that a test
//! starts. It stops when it is dropped.
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
