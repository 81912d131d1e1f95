//! Sources, documents and their manifest: what every program reads.
//!
//! A [`Context`] is a row of [`Document`]s and a kind, which says how programs see them: as one string, a list, a dict or
//! a JSON value. It is made from strings, or loaded from what a person names ([`ContextSpec`]): files, folders, globs,
//! standard input. Documents stay where they are: programs get slices of them, every slice knows its place, and
//! [`Context::locate`] turns a place into a line and a column.
//!
//! Seven traps of the domain, and what stands here against them:
//!
//! - **A folder holds more than its owner thinks.** Hidden files and what ignore files name are left out, links are not
//!   followed (a folder can't lead out of itself, nor in circles), and whatever else is left out is a [`LoadWarning`].
//! - **Not every file is text, and not every text is UTF-8.** A NUL near the beginning makes a file binary. Everything
//!   else is decoded ([`TextEncoding`]); what is no text becomes U+FFFD, and is counted.
//! - **Not every text is in a text file.** PDF, DOCX, HTML and packed files give theirs through `rlm-extract`; one that has
//!   none is listed ([`WithoutText`]), never an empty document.
//! - **Not every path ends.** Pipes and devices are refused before they are opened.
//! - **A mapped file belongs to others.** Whoever truncates it can end the process, and whoever writes into it changes the text, so
//!   files are read unless the caller asks for maps: [`Map::Guarded`] keeps truncation from ending the process and notices
//!   changes, [`Map::Trusted`] does neither.
//! - **Names are written by others too.** They are escaped and cut wherever they are shown within our own lines.
//! - **The same path is not the same text.** The [`Manifest`] holds a digest of every document.
//!
//! ```
//! use rlm_context::{Context, DEFAULT_SEPARATOR};
//! use sift_text::SourceId;
//!
//! let context = Context::from_documents([("a.md", "# One\n"), ("b.md", "# Two\nthree\n")], DEFAULT_SEPARATOR)?;
//! let joined = context.joined().settled().expect("no reply is in it");
//! assert_eq!(joined.to_flat(), "# One\n\n\n---\n\n# Two\nthree\n");
//!
//! // Whatever is cut from it can be cited.
//! let at = joined.find("three", 0).expect("it is there");
//! let cut = joined.slice_bytes(at..at + 5).expect("it is on code points");
//! let cut = cut.settled().expect("no reply is in it");
//! let cited: Vec<_> = context.locate_text(cut).map(|location| location.to_string()).collect();
//! assert_eq!(cited, ["b.md:2:1-5"]);
//! assert_eq!(context.document(SourceId(1)).map(|document| document.lines()), Some(2));
//! # Ok::<(), rlm_context::ContextError>(())
//! ```

mod chunks;
mod context;
mod decode;
mod digest;
mod document;
mod error;
mod extraction;
mod file_state;
mod json;
mod large_file;
mod line_index;
mod load;
mod location;
mod manifest;
mod measured;
mod media_type;
mod metadata;
mod mmap;
mod names;
mod options;
mod read;
mod records;
mod spec;
mod split;
mod transcode;
mod walk;

pub use context::{Context, ContextKind, WithoutText};
pub use decode::{Newlines, TextEncoding};
pub use digest::{ContentDigest, ParseContentDigestError};
pub use document::Document;
pub use error::{ContextError, LoadWarning, SkipReason, SpecialFile};
pub use file_state::FileState;
pub use json::{from_json, load_json};
pub use load::{Loaded, load};
pub use location::{Location, Position};
pub use manifest::{Manifest, ManifestEntry, ManifestTotal};
pub use options::{
    ContextAs, DEFAULT_SEPARATOR, Formats, LoadOptions, LoadProgress, MAP_ABOVE_BYTES, Map, OnUnreadable, RecordsAre,
};
pub use records::{DataRecord, MAX_RECORDS, RecordFlaw, RecordFlawKind, RecordsLeft};
pub use rlm_extract::{ExtractError, Limits as ExtractLimits};
pub use spec::ContextSpec;
