//! Options for loading a context.

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
    /// All files are read. Safe whatever other processes do; uses as much memory as the files have
    /// bytes.
    #[default]
    Never,
    /// Files of more than this many bytes are mapped. The caller promises that no process truncates
    /// them or changes them in place while the context lives. A truncated file ends the process by
    /// a signal, and a changed one breaks the invariant that texts are UTF-8. Replacing a file by
    /// renaming another one over it is harmless.
    Trusted {
        /// The size in bytes up to which files are read.
        above: u64,
    },
    /// Files of more than this many bytes are mapped, without a promise that they stay unchanged. A
    /// handler for SIGBUS, installed once per process, maps zeros where a file was truncated. Any
    /// other SIGBUS is passed to the previous handler. [`Context::check`](crate::Context::check),
    /// which a run calls around each step of its programs, fails for a changed file.
    ///
    /// A risk remains: a step that reads a file while another process writes to it, or truncates it
    /// within a code point, may see text that isn't UTF-8. Its results are discarded, but until the
    /// step ends Rust guarantees nothing; in the worst case the process ends by a signal. A change
    /// isn't detected if it leaves the size and, for the duration of the run, the modification time
    /// unchanged. Use [`Never`](Self::Never) if that isn't acceptable.
    ///
    /// Files are read instead where there is no SIGBUS (outside of Unix), and beyond 4,096 mapped
    /// files.
    Guarded {
        /// The size in bytes up to which files are read.
        above: u64,
    },
}

impl Map {
    /// Maps files of more than 64 MiB; see [`Map::Trusted`] for the promise that this makes.
    pub const TRUSTED: Self = Self::Trusted { above: MAP_ABOVE_BYTES };

    /// Maps files of more than 64 MiB, guarded; see [`Map::Guarded`] for the remaining risks.
    pub const GUARDED: Self = Self::Guarded { above: MAP_ABOVE_BYTES };

    /// Returns how the mapping of a file of this size is protected against changes of the file;
    /// `None` if the file is read instead.
    pub(crate) fn protection(self, bytes: u64) -> Option<Protection> {
        match self {
            Self::Trusted { above } if bytes > above => Some(Protection::Promise),
            Self::Guarded { above } if bytes > above => Protection::by_handler(),
            Self::Never | Self::Trusted { .. } | Self::Guarded { .. } => None,
        }
    }
}

/// The type of value that programs see the context as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ContextAs {
    /// A dict if any argument has a name, a text if there is one document, otherwise a list.
    #[default]
    Fitting,
    /// A string; several documents are joined.
    Text,
    /// A list.
    List,
    /// A dict keyed by document names.
    Dict,
}

/// How to handle files of formats other than text, archives included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Formats {
    /// The text of such files is extracted if this build supports the format.
    #[default]
    Extracted,
    /// Such files aren't parsed: HTML keeps its tags; PDF and DOCX are binary files.
    AsTheyAre,
}

/// How to handle a file whose text can't be extracted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnUnreadable {
    /// A file that the user named causes an error. A file of a folder or glob is skipped and
    /// listed.
    #[default]
    Fitting,
    /// The file is skipped and listed.
    Skip,
    /// The file causes an error, whether it was named or found in a folder or by a glob.
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
    /// Wraps a callback that is called after each file with the numbers of read files and of all
    /// files.
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

/// Whether rows and lines of CSV, TSV and JSON-lines files become separate documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RecordSplitting {
    /// Records are documents if the context has only files of records, no file exceeds 64 MiB, and
    /// no file was given a name. Otherwise each file is one document.
    #[default]
    Fitting,
    /// Records are documents, in files of any size. Other files are documents as usual.
    Documents,
    /// Each file is one text.
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
    /// The type of value that programs see the context as.
    pub shown_as: ContextAs,
    /// The separator between documents in the joined text.
    pub separator: String,
    /// The folder that relative paths refer to; defaults to the current folder. It isn't part of
    /// document names.
    pub base: Option<PathBuf>,
    /// The git revision from which paths are read instead of from the file system, such as `v1.2` or
    /// `HEAD~3`. Documents are named `PATH@REVISION`.
    pub git: Option<String>,
    /// The content of standard input, for the argument `-`.
    pub standard_input: Option<Vec<u8>>,
    /// How to handle files of other formats.
    pub formats: Formats,
    /// Whether rows and lines of CSV, TSV and JSON-lines files become separate documents.
    pub records: RecordSplitting,
    /// How to handle a file whose text can't be extracted.
    pub on_unreadable: OnUnreadable,
    /// The limits of extracting the text of one file. The limit in bytes also applies to the total
    /// of all packed files and documents.
    pub limits: Limits,
    /// The folder in which slowly extracted texts are cached, keyed by file digest.
    pub extraction_cache: Option<PathBuf>,
    /// The folder for decoded copies of mapped files that aren't UTF-8; defaults to the system's
    /// temporary folder. The files are unnamed and are deleted when the context is dropped.
    pub temporary: Option<PathBuf>,
    /// The progress callback, called after each file.
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
            git: None,
            standard_input: None,
            formats: Formats::default(),
            records: RecordSplitting::default(),
            on_unreadable: OnUnreadable::default(),
            limits: Limits::default(),
            extraction_cache: None,
            temporary: None,
            progress: None,
        }
    }
}
