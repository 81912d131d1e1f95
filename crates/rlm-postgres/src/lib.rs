//! Runs that several machines work on, in PostgreSQL (13 or later).
//!
//! A [`Database`] has the journals of all tenants. [`Database::journals`] returns those of one, for an
//! [`rlm_store::RunStore`] whose folder then has copies.
//!
//! Pitfalls of a shared journal, and how this crate handles them:
//!
//! - **A process that was stopped continues later.** Each hold of a run raises its epoch. One statement
//!   compares the epoch, appends the lines and renews the hold, so that no line of an earlier epoch gets
//!   in.
//! - **The clocks of machines differ.** Only the database's clock decides when a hold ends.
//! - **A commit whose reply is lost is repeated.** Appending the same lines again is no error.
//! - **Two processes start a new version at the same time.** Migrations run in one transaction under an
//!   advisory lock.
//! - **Callers block.** Connections are driven by a thread of the database, so that its functions can
//!   be called from any thread.

mod database;
mod failed;
mod journals;
mod migrations;

pub use database::{Database, DatabaseOptions};
pub use journals::Journals;
pub use migrations::MigrationStatus;
