//! Sift as text: from source to a checked program, or to diagnostics that a model can repair from.
//!
//! Sift is spelled like Python because that is what models write without being taught. This crate knows the spelling and
//! nothing else: no values, no models, no I/O. [`parse`] reads source into a [`Program`](ast::Program), a plain value;
//! [`check`] holds it against a [`Scope`] of known names and signatures; [`print`](print()) turns it back into text, and
//! [`format`](format()) lays a text out anew with its comments.
//!
//! Four traps of the domain, and what stands here against them:
//!
//! - **A hostile program nests.** Ten thousand brackets overflow a recursive parser. Brackets are matched by the lexer and
//!   read one at a time, chains are flat, and what nests deeper than [`MAX_DEPTH`] is refused before it costs any stack.
//! - **One error hides the next.** Each bracket and each line is read on its own, so that one pass reports them all, and a
//!   line of prose is reported as prose, not as the five errors that it causes.
//! - **A diagnostic has three readers.** People want boxes, models want few words and a line to write instead, tools want
//!   JSON. There is one [`Diagnostic`] and three renderers; its code never changes its meaning.
//! - **A checker that is wrong once is not believed again.** It reports what is certain: a name that nothing binds, an
//!   argument that the library's own function does not take. A name that the program rebinds means nothing known, and what
//!   a handler would catch is left to run time.
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
//! How reading works, what is bounded and how it recovers is written down in `docs/syntax.md`.

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
