//! Grammars of Sift, for decoders that hold a model to a language and for people who want to see it on a page.
//!
//! A grammar is a plain value, a [`Grammar`] of rules. Its words and operators come from the tables of `sift-syntax`, so that
//! it can't fall behind the parser unnoticed; it is written down in three [notations](Notation) and sampled by a
//! [`Sampler`], with which tests hold it to the parser.
//!
//! Three traps of the domain, and what stands here against them:
//!
//! - **A keyword is no name,** and no engine agrees with another on lookaround or on which of two tokens wins. The token
//!   for names is the exact complement of the keywords, a tree of their letters written out.
//! - **A lexer does not go back.** An engine that has begun to read `f"""` can't end at `f""`, and one that read ` is no`
//!   of ` is not ` can't go on with the name `nothing`. What may be cut short is a token of its own.
//! - **Brackets multiply.** An engine that keeps a stack for each way to read a text doubles them with each bracket that
//!   could be two things. Rules here decide by what was read.
//!
//! Blocks are written out to a depth of [`MAX_BLOCK_DEPTH`], because no engine counts spaces. Within it, everything that
//! the grammar generates parses, and everything that the printer prints is in the grammar.
//!
//! ```
//! use rlm_grammar::{Notation, Sampler};
//!
//! assert!(Notation::Lark.text().contains("while_head: \"while\" \" \" named \":\""));
//! let grammar = Notation::Lark.grammar();
//! let program = Sampler::new(&grammar, 7).sample(200);
//! assert!(sift_syntax::parse(&program).is_accepted());
//! ```

#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_types))]

mod charset;
mod item;
mod name;
mod render;
mod rules;
mod sample;

pub use charset::{CharSet, Wide};
pub use item::{Grammar, Item, Layout, Rule, RuleKind, Spaces};
pub use render::Notation;
pub use sample::Sampler;

/// How many blocks the grammars for machines nest.
pub const MAX_BLOCK_DEPTH: usize = 6;
