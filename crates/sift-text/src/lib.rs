//! Text as ropes of slices: indexed by code point, with pending values and provenance.
//!
//! Programs read texts that are far larger than what they keep of them, so a [`Text`] is a view if
//! possible. Short texts are stored inline, longer ones are slices of a shared [`Source`] (a mapped
//! file, a reply, a string that a program made), and concatenations are ropes of such pieces.
//! `docs/text.md` in this crate describes the representations and the cost of each operation.
//!
//! Five pitfalls, and what this crate does about them:
//!
//! - **Bytes are not characters.** Programs count code points, files and search count bytes. Every
//!   name says which; a sparse index converts between them without a scan of the text.
//! - **A copy forgets where it came from.** Every byte keeps its [`Origin`], through slices,
//!   concatenation, joining and flattening, so that an answer can be traced to a place in a
//!   document.
//! - **`s += x` in a loop is quadratic** if strings are copied, and builds a deep chain of nodes if
//!   they are not. Here appends go to a short tail beside a balanced tree; no operation, dropping
//!   included, descends deeper than the logarithm of the number of pieces.
//! - **A reply may not have arrived.** A text may hold pending values. It can be stored,
//!   concatenated and put into a prompt meanwhile; [`Text::settled`] returns its content, or the
//!   pending value to wait for.
//! - **Memory that depends on the allocator makes limits unpredictable.** [`nominal`] bytes are the
//!   same everywhere.
//!
//! ```
//! use sift_text::{PendingId, Origin, OriginSpan, Source, SourceId, Text};
//!
//! let report = Source::owned("größer als gedacht".to_owned(), Origin::Source(SourceId(0)));
//! let report = Text::from_source(&report);
//! let word = report.settled().map(|text| text.slice_chars(0..6)).expect("a source has no pending values");
//! assert_eq!(word, "größer");
//!
//! // A prompt can be written before the reply it quotes is there.
//! let prompt = Text::concat(&word, &Text::pending(PendingId(1)))?;
//! assert_eq!(prompt.settled().err(), Some(PendingId(1)));
//! let prompt = prompt.fill(|_| Some(Text::new("?")))?;
//! let prompt = prompt.settled().expect("the pending value is filled");
//! assert_eq!(prompt.to_flat(), "größer?");
//! let first = prompt.origins().next();
//! assert_eq!(first, Some(OriginSpan { range: 0..8, origin: Origin::Source(SourceId(0)), start: 0 }));
//! # Ok::<(), sift_text::TextTooLong>(())
//! ```

#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_types))]

mod builder;
mod char_index;
mod compare;
pub mod nominal;
mod origin;
mod pieces;
mod reading;
mod rope;
mod run_buffer;
mod search;
mod segment;
mod settled;
mod source;
mod text;
mod tokens;
mod visibility;

pub use builder::TextBuilder;
pub use char_index::{CharCounts, CharIndex};
pub use nominal::{OwnedKey, VisitOutcome};
pub use origin::{Origin, OriginKind, OriginKinds, OriginSpan, PendingId, ReplyId, SourceId};
pub use pieces::{Piece, Pieces};
pub use search::Matches;
pub use settled::Settled;
pub use source::{Source, SourceBytes};
pub use text::{MAX_TEXT_BYTES, Text, TextTooLong};
pub use tokens::{TOKEN_WINDOW_BYTES, Tokenizer, token_window};
pub use visibility::{escaped, is_invisible, is_terminal_control};
