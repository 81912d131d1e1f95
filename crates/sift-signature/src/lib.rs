//! What names mean before a program runs: signatures and scopes as plain data.
//!
//! The machine's library table and the tools of a host are the source of these; the checker of `sift-syntax` only reads them.

#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_types))]

mod scope;
mod signature;
mod types;

pub use scope::{Binding, Instead, LibraryScope, ModuleScope, Scope, TypeScope, UnknownNames};
pub use signature::{Param, ParamKind, ParseSignatureError, Signature};
pub use types::Type;
