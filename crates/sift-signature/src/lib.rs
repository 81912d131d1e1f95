//! Static information about the names that programs use: signatures and scopes as plain data.
//!
//! The library table and the host's tools provide it. The checker of `sift-syntax` only reads it.

#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_types))]

mod scope;
mod signature;
mod types;

pub use scope::{Binding, Instead, LibraryScope, ModuleScope, Scope, TypeScope, UnknownNames};
pub use signature::{Param, ParamKind, ParseSignatureError, Signature};
pub use types::Type;
