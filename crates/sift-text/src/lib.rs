//! Text as ropes of slices: code-point indexed, with holes and provenance.
//!
//! Programs read texts that are far larger than what they keep of them, so a [`Text`] is a view wherever it can be: short
//! texts are held in place, longer ones are slices of a shared [`Source`] (a mapped file, a reply, a string that a
//! program made), and what is put together from several is a rope of such pieces. `docs/text.md` beside this crate tells
//! how each is stored and what each operation costs.
//!
//! Five traps of the domain, and what stands here against them:
//!
//! - **Bytes are not characters.** Programs count code points, files and search count bytes. Every name says which; a
//!   sparse index turns one into the other without a walk over the text.
//! - **A copy forgets where it came from.** Every byte keeps its [`Origin`], through slices, concatenation, joining and
//!   flattening, so that an answer can be traced to a place in a document.
//! - **`s += x` in a loop is quadratic** where strings are copied, and a deep chain of nodes where they are not. Here
//!   appends go to a short tail over a balanced tree; nothing descends deeper than a logarithm, dropping included.
//! - **A reply may not have arrived.** A text may have holes. It can be stored, joined and put into a prompt meanwhile;
//!   its content is behind [`Text::settled`], which names the hole to wait for.
//! - **Memory that depends on the allocator makes limits unpredictable.** [`nominal`] bytes are the same everywhere.
//!
//! ```
//! use sift_text::{HoleId, Origin, OriginSpan, Source, SourceId, Text};
//!
//! let report = Source::owned("größer als gedacht".to_owned(), Origin::Source(SourceId(0)));
//! let report = Text::from_source(&report);
//! let word = report.settled().map(|text| text.slice_chars(0..6)).expect("a source has no holes");
//! assert_eq!(word, "größer");
//!
//! // A prompt can be written before the reply it quotes is there.
//! let prompt = Text::concat(&word, &Text::hole(HoleId(1)))?;
//! assert_eq!(prompt.settled().err(), Some(HoleId(1)));
//! let prompt = prompt.fill(|_| Some(Text::new("?")))?;
//! let prompt = prompt.settled().expect("the hole is filled");
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
pub use nominal::{OwnedKey, Sighting};
pub use origin::{HoleId, Origin, OriginKind, OriginKinds, OriginSpan, ReplyId, SourceId};
pub use pieces::{Piece, Pieces};
pub use search::Matches;
pub use settled::Settled;
pub use source::{Source, SourceBytes};
pub use text::{MAX_TEXT_BYTES, Text, TextTooLong};
pub use tokens::{TOKEN_WINDOW_BYTES, Tokenizer, token_window};
pub use visibility::{escaped, is_obeyed, is_unseen};
