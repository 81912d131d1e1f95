//! The syntax of Sift: from source text to a checked program or to diagnostics that a model can
//! fix.
//!
//! Sift uses Python's syntax, because models write it without instruction. This crate handles only
//! syntax and names: no values, no models, no I/O. [`parse`] reads source into a
//! [`Program`](ast::Program), a plain value. [`check`] validates it against a [`Scope`] of known
//! names and signatures. [`print`](print()) converts it back to text, and [`format`](format())
//! reformats a text and keeps its comments.
//!
//! Four pitfalls, and their solutions here:
//!
//! - **Hostile programs nest deeply.** Ten thousand brackets overflow the stack of a recursive
//!   parser. The lexer matches brackets, and the parser reads one at a time. Chains are flat, and
//!   deeper nesting than [`MAX_DEPTH`] is rejected before it uses any stack.
//! - **One error hides the next.** Each bracket and each line is parsed separately, so that one
//!   pass reports all errors. A line of prose is reported as prose instead of the five errors that
//!   it causes.
//! - **Diagnostics have three audiences.** People want boxes, models want few words and a corrected
//!   line, tools want JSON. There is one [`Diagnostic`] and three renderers. Its code never changes
//!   its meaning.
//! - **False positives destroy trust in a checker.** It reports only certain errors: a name without
//!   a binding, an argument that a library function doesn't accept. It infers nothing about a name
//!   that the program rebinds, and leaves errors that a handler would catch to run time.
//!
//! ```
//! use std::collections::BTreeMap;
//! use sift_syntax::{Binding, LibraryScope, Scope, Signature, UnknownNames, check, parse, render_plain};
//!
//! let len = Signature::parse("len(obj, /) -> int").unwrap();
//! let library = LibraryScope {
//!     names: BTreeMap::from([("len".into(), Binding::Function(len))]),
//!     ..LibraryScope::default()
//! };
//! let scope = Scope { library: &library, session: &BTreeMap::new(), unknown_names: UnknownNames::Refuse };
//!
//! let source = "lines = [1, 2]\nn = len(line)\n";
//! let parsed = parse(source);
//! assert!(parsed.is_accepted());
//! assert_eq!(
//!     render_plain(source, &check(&parsed.program, &scope)),
//!     "S0201 at 2:9: the name `line` is not known\n\
//!      \x20 2 | n = len(line)\n\
//!      \x20   |         ^^^^\n\
//!      \x20 help: did you mean `lines`?\n\
//!      \x20 write: n = len(lines)\n"
//! );
//! ```
//!
//! The parsing algorithm, its limits and its error recovery are described in `docs/syntax.md`.

#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_types))]

#[macro_use]
mod spelled;

pub mod ast;
mod checker;
mod codes;
mod comment;
mod diagnostic;
mod highlight;
mod lexer;
mod parser;
mod printer;
mod render;
mod repair;
mod source;
mod span;

pub use checker::{check, nearest};
pub use codes::{CODES, Code, CodeInfo};
pub use comment::Comment;
pub use diagnostic::{Diagnostic, Label, Severity};
pub use highlight::{Highlight, highlight};
pub use lexer::{KEYWORDS, MAX_DEPTH};
pub use parser::{MAX_SOURCE_BYTES, Parsed, parse};
pub use printer::{FormatError, LINE_WIDTH, format, print};
pub use render::{Color, MAX_SHOWN, render_ariadne, render_plain, to_json};
pub use sift_signature::{
    Binding, Instead, LibraryScope, ModuleScope, Param, ParamKind, ParseSignatureError, Scope, Signature, Type,
    TypeScope, UnknownNames,
};
pub use span::Span;
