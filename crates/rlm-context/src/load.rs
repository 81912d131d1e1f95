//! From what a person names to a context.

use std::fmt;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use rlm_extract::Limits;

use crate::context::{Context, ContextKind, DEFAULT_SEPARATOR, WithoutText};
use crate::decode::Newlines;
use crate::document::Content;
use crate::error::{ContextError, LoadWarning, SkipReason};
use crate::extraction::UnpackedBytes;
use crate::mmap::Protection;
use crate::read;
use crate::records::{self, RecordsAre, RecordsLeft, Split};
use crate::spec::{ContextSpec, Place};
use crate::walk::{self, Choice, Found};

/// The largest file that is read where larger ones may be mapped: 64 MiB.
pub const MAP_ABOVE_BYTES: u64 = 64 * 1024 * 1024;
/// The most threads that read files.
const THREADS: usize = 8;

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
    /// Files of more than this many bytes are mapped, and nobody promises anything. A handler for SIGBUS, installed once in the
    /// process, puts zeros in the place of what is gone from a truncated file; a SIGBUS that is none of ours goes to whoever handled
    /// it before. [`Context::check`], which a run calls around each step of its programs, fails for a file that was changed.
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

/// How programs shall see what was loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ContextAs {
    /// A dict if any argument has a name, else a text if there is one document, else a list.
    #[default]
    Fitting,
    /// One text: several documents are joined.
    Text,
    /// A list.
    List,
    /// A dict by names.
    Dict,
}

/// What becomes of files of other formats than text, packed ones among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Formats {
    /// Their text is taken out, as far as this build reads them.
    #[default]
    Extracted,
    /// They are read as they stand: HTML with its tags; PDF and DOCX are binary files.
    AsTheyAre,
}

/// What becomes of a file whose text can't be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnUnreadable {
    /// One that the user named is an error; one of a folder or glob is left out, and listed.
    #[default]
    Fitting,
    /// It is left out, and listed.
    Skip,
    /// It is an error.
    Fail,
}

/// Is told how many files have been read, and of how many; from several threads.
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
pub struct LoadProgress(Arc<dyn Fn(usize, usize) + Send + Sync>);

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
    /// What becomes of `\r\n` and `\r`.
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
    /// What becomes of files of other formats.
    pub formats: Formats,
    /// Whether rows and lines of CSV, TSV and JSON-lines files are documents of their own.
    pub records: RecordsAre,
    /// What becomes of a file whose text can't be had.
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

/// A context, and what its user should know about it.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The context.
    pub context: Context,
    /// What was left out or replaced, in the order in which it was found.
    pub warnings: Vec<LoadWarning>,
}

/// Loads the documents that the arguments name: in the order of the arguments, and within a folder or glob in the order
/// of paths. Files are read by several threads. Of files that are mapped, only their first KiB and their ends are read here: a
/// thread of the context's own reads them further, and whoever needs their text first waits for it.
///
/// ```
/// use rlm_context::{ContextKind, ContextSpec, LoadOptions, load};
///
/// let options = LoadOptions { base: Some("../../examples/recorded".into()), ..LoadOptions::default() };
/// let loaded = load(&[ContextSpec::path("minutes")], &options)?;
/// assert!(loaded.warnings.is_empty());
/// assert_eq!((loaded.context.kind(), loaded.context.documents().len()), (ContextKind::List, 12));
/// assert_eq!(loaded.context.documents()[0].name(), "minutes/2024-01.md");
///
/// assert!(load(&[ContextSpec::path("minuets")], &options).is_err_and(|error| error.code() == "context_not_found"));
/// # Ok::<(), rlm_context::ContextError>(())
/// ```
///
/// # Errors
/// What is wrong with something that the user named; what is wrong with a file of a folder or glob is a warning, as long
/// as something is left.
pub fn load(specs: &[ContextSpec], options: &LoadOptions) -> Result<Loaded, ContextError> {
    let mut warnings = Vec::new();
    let base = options.base.as_deref().unwrap_or(Path::new(""));
    let files = walk::find(specs, base, &mut warnings)?;
    let results = read_all(&files, options);
    let mut contents = Vec::with_capacity(files.len());
    let mut forms = Vec::with_capacity(files.len());
    let mut without_text = Vec::new();
    for (file, result) in files.into_iter().zip(results) {
        match (result, file.choice) {
            (Ok(content), _) => {
                if content.is_measured() {
                    warnings.extend(LoadWarning::of_text(&file.name, content.measured()));
                }
                forms.push(records::form_of(&file));
                contents.push((file.name, content));
            }
            (Err(ContextError::NoText { path, cause }), choice) if options.on_unreadable.skips(choice) => {
                without_text.push(WithoutText {
                    name: file.name,
                    why: cause.to_string(),
                });
                let reason = SkipReason::NoText(cause);
                warnings.push(LoadWarning::Skipped { path, reason });
            }
            (Err(error @ ContextError::NoText { .. }), _) => return Err(error),
            (Err(error), Choice::Swept) => warnings.push(skipped(error, &file.place)?),
            (Err(error), Choice::Named) => return Err(error),
        }
    }
    if contents.is_empty() && !specs.is_empty() {
        return Err(walk::no_files(given(specs), &warnings));
    }
    if contents.iter().all(|(_, content)| content.is_empty()) {
        return Err(ContextError::Empty { given: given(specs) });
    }
    let is_named = specs.iter().any(|spec| spec.name().is_some());
    let with_forms: Vec<_> = forms
        .into_iter()
        .zip(contents.iter().map(|(_, content)| content))
        .collect();
    let split = records::split(&with_forms, is_named, options);
    let is_split = matches!(split, Split::Records(_));
    let kind = match (options.shown_as, contents.len()) {
        (ContextAs::Fitting, _) if is_named => ContextKind::Dict,
        (ContextAs::Fitting, 1) if !is_split => ContextKind::Text,
        (ContextAs::Text, _) => ContextKind::Text,
        (ContextAs::Fitting | ContextAs::List, _) => ContextKind::List,
        (ContextAs::Dict, _) => ContextKind::Dict,
    };
    let mut context = Context::from_contents(kind, contents, &options.separator)?.with_without_text(without_text);
    match split {
        Split::Records(records) => context = context.with_records(records),
        Split::Whole(why) => warnings.extend(why.and_then(|(number, why)| not_split(&context, number, why))),
    }
    warnings.extend(context.documents().iter().flat_map(LoadWarning::of_records));
    context.read_ahead();
    Ok(Loaded { context, warnings })
}

fn not_split(context: &Context, number: usize, why: RecordsLeft) -> Option<LoadWarning> {
    let document = context.documents().get(number)?.name().clone();
    Some(LoadWarning::NotSplit { document, why })
}

impl OnUnreadable {
    const fn skips(self, choice: Choice) -> bool {
        match self {
            Self::Fitting => matches!(choice, Choice::Swept),
            Self::Skip => true,
            Self::Fail => false,
        }
    }
}

fn given(specs: &[ContextSpec]) -> String {
    let given: Vec<_> = specs.iter().map(|spec| spec.given().display().to_string()).collect();
    if given.is_empty() {
        "nothing was named".to_owned()
    } else {
        given.join(", ")
    }
}

/// Turns what is wrong with a file that nobody named into a warning.
fn skipped(error: ContextError, place: &Place) -> Result<LoadWarning, ContextError> {
    let Place::Path(path) = place else {
        return Err(error);
    };
    let reason = match error {
        ContextError::Binary { .. } => SkipReason::Binary,
        ContextError::NotAFile { kind, .. } => SkipReason::NotAFile(kind),
        ContextError::Unreadable { cause, .. } => SkipReason::Unreadable(cause.to_string()),
        ContextError::Endless { .. } | ContextError::NotFound { .. } => SkipReason::Unreadable(error.to_string()),
        other => return Err(other),
    };
    Ok(LoadWarning::Skipped {
        path: path.clone(),
        reason,
    })
}

/// Reads files by several threads; results are in the order of the files.
fn read_all(files: &[Found], options: &LoadOptions) -> Vec<Result<Content, ContextError>> {
    let read = AtomicUsize::new(0);
    let sum = UnpackedBytes::new(options.limits);
    let read_one = |file, options| {
        let result = read_one(file, options, &sum);
        if let Some(LoadProgress(told)) = &options.progress {
            told(read.fetch_add(1, Ordering::Relaxed) + 1, files.len());
        }
        result
    };
    let threads = thread::available_parallelism()
        .map_or(1, NonZeroUsize::get)
        .min(THREADS)
        .min(files.len());
    if threads <= 1 {
        return files.iter().map(|file| read_one(file, options)).collect();
    }
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(files.len()));
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut mine = Vec::new();
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(file) = files.get(index) else { break };
                    mine.push((index, read_one(file, options)));
                }
                // A thread that panics takes the scope down with it, so nobody sees what it left behind.
                done.lock()
                    .unwrap_or_else(std::sync::PoisonError::into_inner)
                    .append(&mut mine);
            });
        }
    });
    let mut results = done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    results.sort_unstable_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

fn read_one(file: &Found, options: &LoadOptions, sum: &UnpackedBytes) -> Result<Content, ContextError> {
    match (&file.place, &options.standard_input) {
        (Place::Path(path), _) => read::read_file(path, options, sum),
        (Place::StandardInput, Some(bytes)) => {
            read::read_given(Path::new("standard input"), bytes.clone(), options, sum)
        }
        (Place::StandardInput, None) => Err(ContextError::NoStandardInput),
    }
}
