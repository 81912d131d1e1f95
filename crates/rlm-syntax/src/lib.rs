//! Sift as text: from source to a checked program, or to diagnostics that a model can repair from.
//!
//! Sift is spelled like Python because that is what models write without being taught. This crate knows the spelling and
//! nothing else: no values, no models, no I/O. [`parse`] reads source into a [`Program`], a plain value; [`check`] holds it
//! against a [`Scope`] of known names and signatures.

pub mod ast;
mod diagnostic;
mod signature;
mod span;

pub use diagnostic::{Code, Diagnostic, Label, Severity};
pub use signature::{
    Binding, LibraryScope, ModuleScope, Param, ParamKind, ParseSignatureError, Scope, Signature, Type, TypeScope,
    UnknownNames,
};
pub use span::Span;
