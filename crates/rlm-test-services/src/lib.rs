//! For tests: starts the database servers of this machine on free ports in temporary folders.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a test fails if a server does not start"
)]

mod postgres;

pub use postgres::Postgres;

use std::net::TcpListener;

/// Returns an unused port.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its address").port()
}
