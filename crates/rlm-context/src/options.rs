//! How a context is loaded.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use rlm_extract::Limits;

use crate::decode::Newlines;
use crate::mmap::Protection;

/// The default size above which files are mapped, if mapping is enabled: 64 MiB.
pub const MAP_ABOVE_BYTES: u64 = 64 * 1024 * 1024;
/// The default separator between documents in the joined text.
pub const DEFAULT_SEPARATOR: &str = "\n\n---\n\n";

/// Whether files may be mapped into memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Map {
    /// All files are read: safe whatever others do with them, and as large in memory as on disk.
    #[default]
    Never,
    /// Files of more than this many bytes are mapped. By choosing this, the caller promises that nobody truncates or
    /// changes them in place while the context lives: a truncated file ends the process by a signal, a changed one breaks
    /// the rule that texts are UTF-8. Replacing a file by renaming another one over it does no harm.
    Trusted {
        /// The largest file that is read.
        above: u64,
    },
    /// Files of more than this many bytes are mapped, and nobody promises that they stay unchanged. A handler for SIGBUS, installed
    /// once in the process, maps zeros where a file was truncated; any other SIGBUS is passed to the handler that was installed
    /// before. [`Context::check`](crate::Context::check), which a run calls around each step of its programs, fails for a file that was changed.
    ///
    /// What remains: a step that looks at a file while somebody writes into it, or truncates it within a code point, may find text
    /// that is no UTF-8. Its results are thrown away, but until the step's end Rust promises nothing; in the worst case the
    /// process ends by a signal. A change that leaves the size and, for as long as the run, the time of the last change as they
    /// were is not noticed. Who can't accept that leaves [`Never`](Self::Never).
    ///
    /// Files are read where there is no SIGBUS (outside of Unix), and where more than 4,096 are mapped.
    Guarded {
        /// The largest file that is read.
        above: u64,
    },
}

impl Map {
    /// Maps files of more than 64 MiB; see [`Map::Trusted`] for what is promised by that.
    pub const TRUSTED: Self = Self::Trusted { above: MAP_ABOVE_BYTES };

    /// Maps files of more than 64 MiB, guarded; see [`Map::Guarded`] for what that keeps from happening and what not.
    pub const GUARDED: Self = Self::Guarded { above: MAP_ABOVE_BYTES };

    /// Returns how a file of so many bytes is to be mapped, if it is.
    pub(crate) fn protection(self, bytes: u64) -> Option<Protection> {
        match self {
            Self::Trusted { above } if bytes > above => Some(Protection::Promise),
            Self::Guarded { above } if bytes > above => Protection::by_handler(),
            Self::Never | Self::Trusted { .. } | Self::Guarded { .. } => None,
        }
    }
}

/// The type of the context in programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ContextAs {
    /// A dict if any argument has a name, else a text if there is one document, else a list.
    #[default]
    Fitting,
    /// A string; several documents are joined.
    Text,
    /// A list.
    List,
    /// A dict by names.
    Dict,
}

/// How to handle files of formats other than text, archives included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Formats {
    /// Their text is extracted, if this build supports the format.
    #[default]
    Extracted,
    /// They are not parsed: HTML keeps its tags; PDF and DOCX are binary files.
    AsTheyAre,
}

/// How to handle a file whose text can't be extracted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnUnreadable {
    /// A file that was named is an error; one of a folder or glob is skipped and listed.
    #[default]
    Fitting,
    /// It is skipped and listed.
    Skip,
    /// It is an error.
    Fail,
}

/// A callback for progress: files read, and files in total. It is called from several threads.
///
/// ```
/// use std::sync::{Arc, atomic::{AtomicUsize, Ordering}};
/// use rlm_context::{ContextSpec, LoadOptions, LoadProgress, load};
///
/// let files = Arc::new(AtomicUsize::new(0));
/// let seen = Arc::clone(&files);
/// let progress = LoadProgress::new(move |done, _of| drop(seen.fetch_max(done, Ordering::Relaxed)));
/// let options = LoadOptions { progress: Some(progress), ..LoadOptions::default() };
/// load(&[ContextSpec::path("../../examples/recorded/minutes")], &options)?;
/// assert_eq!(files.load(Ordering::Relaxed), 12);
/// # Ok::<(), rlm_context::ContextError>(())
/// ```
#[derive(Clone)]
pub struct LoadProgress(pub(crate) Arc<dyn Fn(usize, usize) + Send + Sync>);

impl LoadProgress {
    /// Tells `told` after each file.
    #[must_use]
    pub fn new(told: impl Fn(usize, usize) + Send + Sync + 'static) -> Self {
        Self(Arc::new(told))
    }
}

impl fmt::Debug for LoadProgress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LoadProgress")
    }
}

/// Whether rows and lines of CSV, TSV and JSON-lines files are documents of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RecordsAre {
    /// They are where there are no other files, none of them has more than 64 MiB, and none was given a name.
    #[default]
    Fitting,
    /// They are, in files of any size; beside them, other files are documents.
    Documents,
    /// They are not: each file is one text.
    Text,
}

/// How to load a context.
///
/// ```
/// use rlm_context::{ContextAs, ContextSpec, LoadOptions, load};
///
/// let options = LoadOptions {
///     base: Some("../../examples/recorded/minutes".into()),
///     shown_as: ContextAs::Text,
///     separator: "\n".to_owned(),
///     ..LoadOptions::default()
/// };
/// let spring = ["2024-03.md", "2024-04.md"].map(ContextSpec::path);
/// let context = load(&spring, &options)?.context;
/// assert_eq!(context.kind().name(), "text");
/// assert_eq!(context.documents()[1].name(), "2024-04.md", "citations still name the file");
/// # Ok::<(), rlm_context::ContextError>(())
/// ```
#[derive(Debug, Clone)]
pub struct LoadOptions {
    /// How to handle `\r\n` and `\r`.
    pub newlines: Newlines,
    /// Whether large files may be mapped.
    pub map: Map,
    /// How programs shall see it.
    pub shown_as: ContextAs,
    /// What stands between documents in the joined text.
    pub separator: String,
    /// The folder that relative paths are of, which is no part of documents' names; the current one where none is given.
    pub base: Option<PathBuf>,
    /// What was read from standard input, for the argument `-`.
    pub standard_input: Option<Vec<u8>>,
    /// How to handle files of other formats.
    pub formats: Formats,
    /// Whether rows and lines of CSV, TSV and JSON-lines files are documents of their own.
    pub records: RecordsAre,
    /// How to handle a file whose text can't be extracted.
    pub on_unreadable: OnUnreadable,
    /// What taking out the text of one file may take. What comes out of all packed files and documents together may have no more
    /// bytes than what comes out of one.
    pub limits: Limits,
    /// A folder in which texts that took long to take out are kept, by the digest of their files.
    pub extraction_cache: Option<PathBuf>,
    /// A folder for the texts of mapped files that are no UTF-8 as they stand; the system's own where none is given. They have
    /// no names there, and are gone when the context is.
    pub temporary: Option<PathBuf>,
    /// Is told of each file.
    pub progress: Option<LoadProgress>,
}

impl Default for LoadOptions {
    fn default() -> Self {
        Self {
            newlines: Newlines::default(),
            map: Map::default(),
            shown_as: ContextAs::default(),
            separator: DEFAULT_SEPARATOR.to_owned(),
            base: None,
            standard_input: None,
            formats: Formats::default(),
            records: RecordsAre::default(),
            on_unreadable: OnUnreadable::default(),
            limits: Limits::default(),
            extraction_cache: None,
            temporary: None,
            progress: None,
        }
    }
}
