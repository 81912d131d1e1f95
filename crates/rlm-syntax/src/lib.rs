//! Sift as text: from source to a checked program, or to diagnostics that a model can repair from.
//!
//! Sift is spelled like Python because that is what models write without being taught. This crate knows the spelling and
//! nothing else: no values, no models, no I/O. [`parse`] reads source into a [`Program`](ast::Program), a plain value.

pub mod ast;
mod checker;
mod codes;
mod comment;
mod diagnostic;
mod lexer;
mod parser;
mod printer;
mod render;
mod signature;
mod source;
mod span;

pub use checker::check;
pub use codes::{CODES, CodeInfo};
pub use comment::Comment;
pub use diagnostic::{Code, Diagnostic, Label, Severity};
pub use lexer::MAX_DEPTH;
pub use parser::{MAX_SOURCE_BYTES, Parsed, parse};
pub use printer::print;
pub use render::{Color, MAX_SHOWN, render_ariadne, render_plain, to_json};
pub use signature::{
    Binding, LibraryScope, ModuleScope, Param, ParamKind, ParseSignatureError, Scope, Signature, Type, TypeScope,
    UnknownNames,
};
pub use span::Span;
