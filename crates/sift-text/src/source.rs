//! Sources: shared bytes that texts are slices of.

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use crate::char_index::CharIndex;
use crate::nominal;
use crate::origin::{Origin, OriginKinds, Provenance, Runs};

/// Externally owned bytes that are valid UTF-8, such as a mapped file.
///
/// `as_str` is called on every access: it must be cheap, and must return the same text each time.
/// If it breaks the second rule, slices that no longer fall on code point boundaries read as empty;
/// nothing worse can happen.
///
/// ```
/// use std::sync::Arc;
/// use sift_text::{Origin, Source, SourceBytes, SourceId, Text};
///
/// /// A page that the host keeps anyway.
/// struct Page(String);
///
/// impl SourceBytes for Page {
///     fn as_str(&self) -> &str {
///         &self.0
///     }
/// }
///
/// let page = Arc::new(Page("The roof leaks.".to_owned()));
/// let source = Source::shared(page, Origin::Source(SourceId(0)));
/// let text = Text::from_source(&source);
/// let cut = text.slice_flat(4..8).expect("it stands in one place");
/// assert_eq!(cut.as_str(), Some("roof"));
/// ```
pub trait SourceBytes: Send + Sync {
    /// Returns the whole text, the same on every call.
    fn as_str(&self) -> &str;
}

impl SourceBytes for String {
    fn as_str(&self) -> &str {
        self
    }
}

/// A text that other texts are slices of: its bytes, their origins, and an index of its code points
/// that is built on first use.
///
/// ```
/// use sift_text::{Origin, Source, SourceId, Text};
///
/// let source = Source::owned("größer".to_owned(), Origin::Source(SourceId(0)));
/// assert_eq!((source.len_bytes(), source.len_chars(), source.is_ascii()), (8, 6, false));
/// // Texts are slices of it: none of its bytes is copied.
/// assert_eq!(Text::from_source(&source).as_str(), Some("größer"));
/// ```
pub struct Source {
    bytes: Bytes,
    provenance: Provenance,
    index: OnceLock<CharIndex>,
}

enum Bytes {
    Owned(Box<str>),
    Shared(Arc<dyn SourceBytes>),
}

impl Source {
    /// Creates a source that owns a string with one origin. Memory limits count the string once,
    /// with the texts that use it.
    #[must_use]
    pub fn owned(text: String, origin: Origin) -> Arc<Self> {
        Self::with_provenance(text, Provenance::Uniform { origin, start: 0 })
    }

    /// Creates a source from bytes that the host owns. Memory limits don't count them.
    #[must_use]
    pub fn shared(bytes: Arc<dyn SourceBytes>, origin: Origin) -> Arc<Self> {
        Arc::new(Self {
            bytes: Bytes::Shared(bytes),
            provenance: Provenance::Uniform { origin, start: 0 },
            index: OnceLock::new(),
        })
    }

    /// Creates a source from bytes that the host owns, as [`shared`](Self::shared) does, with a
    /// code point index that the caller has already built.
    #[must_use]
    pub fn shared_with_index(bytes: Arc<dyn SourceBytes>, origin: Origin, index: CharIndex) -> Arc<Self> {
        Arc::new(Self {
            bytes: Bytes::Shared(bytes),
            provenance: Provenance::Uniform { origin, start: 0 },
            index: OnceLock::from(index),
        })
    }

    pub(crate) fn with_provenance(text: String, provenance: Provenance) -> Arc<Self> {
        Arc::new(Self {
            bytes: Bytes::Owned(text.into_boxed_str()),
            provenance,
            index: OnceLock::new(),
        })
    }

    /// Returns the whole text of the source.
    #[must_use]
    #[inline]
    pub fn as_str(&self) -> &str {
        match &self.bytes {
            Bytes::Owned(text) => text,
            Bytes::Shared(bytes) => bytes.as_str(),
        }
    }

    /// Returns the length of the source in bytes.
    #[must_use]
    pub fn len_bytes(&self) -> usize {
        self.as_str().len()
    }

    /// Returns the length of the source in code points. The first call reads the text once.
    #[must_use]
    pub fn len_chars(&self) -> usize {
        self.char_of_byte(self.len_bytes())
    }

    /// Returns `true` if all code points of the source are ASCII. The first call reads the text
    /// once.
    #[must_use]
    pub fn is_ascii(&self) -> bool {
        self.index().is_ascii()
    }

    pub(crate) fn char_of_byte(&self, byte: usize) -> usize {
        self.index().char_of_byte(self.as_str(), byte)
    }

    pub(crate) fn byte_of_char(&self, char: usize) -> usize {
        self.index().byte_of_char(self.as_str(), char)
    }

    pub(crate) fn bytes_of_chars(&self, chars: [usize; 2]) -> [usize; 2] {
        self.index().bytes_of_chars(self.as_str(), chars)
    }

    /// Returns `true` if an earlier call has found the text to be ASCII. Never reads the text.
    pub(crate) fn is_known_ascii(&self) -> bool {
        self.index.get().is_some_and(CharIndex::is_ascii)
    }

    pub(crate) const fn kinds(&self) -> OriginKinds {
        self.provenance.kinds()
    }

    pub(crate) const fn provenance(&self) -> &Provenance {
        &self.provenance
    }

    pub(crate) fn runs(&self, range: Range<usize>) -> Runs<'_> {
        self.provenance.runs(range)
    }

    /// Returns the nominal bytes of a source that owns its text; `None` if the host owns it.
    pub(crate) fn nominal_bytes(&self) -> Option<usize> {
        match &self.bytes {
            Bytes::Owned(text) => {
                let spans = self.provenance.span_count() * nominal::SPAN_BYTES;
                Some(nominal::SOURCE_BYTES + text.len() + spans)
            }
            Bytes::Shared(_) => None,
        }
    }

    fn index(&self) -> &CharIndex {
        self.index.get_or_init(|| CharIndex::build(self.as_str()))
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source")
            .field("bytes", &self.len_bytes())
            .field("provenance", &self.provenance)
            .finish_non_exhaustive()
    }
}
