//! Grammars of Sift, for constrained decoding and for documentation.
//!
//! A grammar is a plain value, a [`Grammar`] of rules. Its keywords and operators come from the
//! tables of `sift-syntax`, so it can't silently diverge from the parser. It is printed in three
//! [notations](Notation). Tests compare it with the parser on texts from a [`Sampler`].
//!
//! Three pitfalls of constrained decoding, and their solutions here:
//!
//! - **A keyword isn't an identifier,** and engines disagree on lookaround and on token priorities.
//!   The token for identifiers is the exact complement of the keywords, written as a trie of their
//!   letters.
//! - **A lexer doesn't backtrack.** An engine that has begun to read `f"""` can't end at `f""`, and
//!   one that has read ` is no` of ` is not ` can't continue with the identifier `nothing`. A text
//!   that is a prefix of another one is a separate token.
//! - **Brackets multiply parse stacks.** An engine that keeps one stack per parse doubles them with
//!   every ambiguous bracket. The rules here are decided by the text already read.
//!
//! Blocks are expanded to a depth of [`MAX_BLOCK_DEPTH`], because engines can't count spaces.
//! Within that depth, the parser accepts every generated text, and the grammar accepts every text
//! that the printer prints.
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

/// The maximum nesting depth of blocks in the grammars for machines.
pub const MAX_BLOCK_DEPTH: usize = 6;
