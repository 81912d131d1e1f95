//! Sources, documents and the manifest: the data that programs read.
//!
//! A [`Context`] is a list of [`Document`]s and a kind that determines how programs see them: as
//! one string, a list, a dict or a JSON value. It is created from strings, or loaded from the
//! arguments of a user ([`ContextSpec`]): files, folders, globs, standard input. Documents aren't
//! copied: programs get slices of them, every slice keeps its origin, and [`Context::locate`] turns
//! an origin into a line and a column.
//!
//! Pitfalls of loading, and how this crate handles them:
//!
//! - **A folder contains more than its owner thinks.** Hidden and ignored files are skipped, and
//!   links aren't followed, so a folder can't lead outside of itself or in circles. Any other
//!   skipped file is reported as a [`LoadWarning`].
//! - **Not every file is text, and not every text is UTF-8.** A NUL byte near the beginning makes a
//!   file binary. All other files are decoded ([`TextEncoding`]); invalid bytes become U+FFFD and
//!   are counted.
//! - **Not every text is in a text file.** `rlm-extract` extracts the text of PDF, office documents,
//!   mail and other formats, and reads the files of archives. A file without text is listed ([`TextlessFile`]) and never becomes an empty
//!   document.
//! - **Not every document is text.** An image is a document whose text states its format and size; a
//!   model can be shown it ([`Document::image`]).
//! - **Not every path ends.** Pipes and devices are rejected before they are opened.
//! - **Other processes can change a mapped file.** Truncating it can end this process, and writing
//!   to it changes the text. So files are read unless the caller enables mapping: [`Map::Guarded`]
//!   survives truncation and detects changes, [`Map::Trusted`] does neither.
//! - **Names are untrusted.** They are escaped and truncated in every message and listing.
//! - **The same path isn't the same text.** The [`Manifest`] contains a digest of every document.
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
mod git;
mod image;
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
mod sections;
mod spec;
mod split;
mod transcode;
mod walk;

pub use context::{Context, ContextKind, TextlessFile};
pub use decode::{Newlines, TextEncoding};
pub use digest::{ContentDigest, ParseContentDigestError};
pub use document::Document;
pub use error::{ContextError, GitProblem, LoadWarning, SkipReason, SpecialFile};
pub use file_state::FileState;
pub use image::ImageFile;
pub use json::{from_json, load_json};
pub use load::{Loaded, load};
pub use location::{Location, Position};
pub use manifest::{Manifest, ManifestEntry, ManifestTotal};
pub use options::{
    ContextAs, DEFAULT_SEPARATOR, Formats, LoadOptions, LoadProgress, MAP_ABOVE_BYTES, Map, OnUnreadable,
    RecordSplitting,
};
pub use records::{DataRecord, MAX_RECORDS, NotSplitReason, RecordFlaw, RecordFlawKind};
pub use rlm_extract::{ExtractError, Limits as ExtractLimits};
pub use sections::Sections;
pub use spec::ContextSpec;
