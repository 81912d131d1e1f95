//! Loads a context from arguments.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use smol_str::format_smolstr;

use crate::context::{Context, ContextKind, TextlessFile};
use crate::document::{Content, Document};
use crate::error::{ContextError, LoadWarning, SkipReason};
use crate::extraction::UnpackedBytes;
use crate::options::{ContextAs, LoadOptions, LoadProgress, OnUnreadable};
use crate::read::{self, MemberError, Read};
use crate::records::NotSplitReason;
use crate::spec::{ContextSpec, Place, archive_of};
use crate::split::{Split, form_of, split};
use crate::walk::{self, Choice, Found};

/// The maximum number of threads that read files.
const THREADS: usize = 8;

/// A loaded context and its warnings.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Loaded {
    /// The context.
    pub context: Context,
    /// The warnings about skipped files and replaced bytes, in the order in which they were found.
    pub warnings: Vec<LoadWarning>,
}

impl From<Context> for Loaded {
    /// Wraps a context without warnings.
    fn from(context: Context) -> Self {
        Self {
            context,
            warnings: Vec::new(),
        }
    }
}

/// Loads the documents that the arguments name, in the order of the arguments. Within a folder or
/// glob they are sorted by path. Files are read on several threads. Of mapped files, only the first
/// KiB and the ends are read here. A background thread of the context reads the rest, and the first
/// access to their text blocks until it is done.
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
/// If an argument is invalid, or a named file can't be read. A problem with a file of a folder or
/// glob is only a warning, unless no readable file is left.
pub fn load(specs: &[ContextSpec], options: &LoadOptions) -> Result<Loaded, ContextError> {
    let mut warnings = Vec::new();
    let sum = UnpackedBytes::new(options.limits);
    let files = walk::find(specs, options, &sum, &mut warnings)?;
    let results = read_all(&files, options, &sum);
    let mut contents = Vec::with_capacity(files.len());
    let mut forms = Vec::with_capacity(files.len());
    let mut without_text = Vec::new();
    let read = files.into_iter().zip(results);
    for (file, result) in read
        .flat_map(|(file, result)| expanded(file, result, &mut warnings))
        .collect::<Vec<_>>()
    {
        match (result, file.choice) {
            (Ok(content), _) => {
                if content.is_measured() {
                    warnings.extend(LoadWarning::of_text(&file.name, content.measured()));
                }
                forms.push(form_of(&file));
                contents.push((file.name, content));
            }
            (Err(ContextError::NoText { path, cause }), choice) if options.on_unreadable.skips(choice) => {
                without_text.push(TextlessFile {
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
    let split = split(&with_forms, is_named, options);
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
    warnings.extend(context.documents().iter().flat_map(record_warnings));
    context.read_ahead();
    Ok(Loaded { context, warnings })
}

/// Returns the files of an archive, or the file itself if it is none.
fn expanded(
    file: Found,
    result: Result<Read, ContextError>,
    warnings: &mut Vec<LoadWarning>,
) -> Vec<(Found, Result<Content, ContextError>)> {
    let members = match result {
        Ok(Read::Content(content)) => return vec![(file, Ok(content))],
        Err(error) => return vec![(file, Err(error))],
        Ok(Read::Members(members)) => members,
    };
    let Place::Path(archive) = &file.place else {
        return Vec::new();
    };
    let mut found = Vec::with_capacity(members.len());
    for (name, content) in members {
        let path = archive.join(&name);
        let content = match content {
            Ok(content) => Ok(content),
            Err(MemberError::Failed(error)) => Err(error),
            Err(MemberError::Skipped(reason)) => {
                warnings.push(LoadWarning::Skipped { path, reason });
                continue;
            }
        };
        let member = Found {
            name: format_smolstr!("{}/{name}", file.name),
            place: Place::Path(path),
            choice: Choice::Swept,
            blob: None,
        };
        found.push((member, content));
    }
    found
}

/// Returns warnings about malformed records.
fn record_warnings(document: &Document) -> impl Iterator<Item = LoadWarning> {
    document.record_flaws().iter().map(|flaw| LoadWarning::Records {
        document: document.name().clone(),
        flaw: flaw.clone(),
    })
}

fn not_split(context: &Context, number: usize, why: NotSplitReason) -> Option<LoadWarning> {
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
        "no path given".to_owned()
    } else {
        given.join(", ")
    }
}

/// Turns the error of a file that was found in a folder or by a glob into a warning.
fn skipped(error: ContextError, place: &Place) -> Result<LoadWarning, ContextError> {
    let path = match place {
        Place::Path(path) => path.clone(),
        Place::Git(place) => place.path.clone().into(),
        Place::StandardInput => return Err(error),
    };
    let reason = match error {
        ContextError::Binary { .. } => SkipReason::Binary,
        ContextError::NotAFile { kind, .. } => SkipReason::NotAFile(kind),
        ContextError::Unreadable { cause, .. } => SkipReason::Unreadable(cause.to_string()),
        ContextError::Endless { .. } | ContextError::NotFound { .. } => SkipReason::Unreadable(error.to_string()),
        other => return Err(other),
    };
    Ok(LoadWarning::Skipped { path, reason })
}

/// Reads files on several threads. Results are in the order of the files.
fn read_all(files: &[Found], options: &LoadOptions, sum: &UnpackedBytes) -> Vec<Result<Read, ContextError>> {
    let read = AtomicUsize::new(0);
    let archives = OpenArchives::default();
    let read_one = |file, options| {
        let result = read_one(file, options, sum, &archives);
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
                // If a thread panics, the scope panics too, so a poisoned result is never used.
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

fn read_one(
    file: &Found,
    options: &LoadOptions,
    sum: &UnpackedBytes,
    archives: &OpenArchives,
) -> Result<Read, ContextError> {
    match (&file.place, &options.standard_input) {
        (Place::Git(place), _) => {
            let bytes = file.blob.as_deref().unwrap_or_default().to_vec();
            let content = read::read_named(Path::new(&place.path), bytes, options, sum)?;
            Ok(Read::Content(content.located_at(place.location())))
        }
        (Place::Path(path), _) => match archive_of(path) {
            Some(archive) => archives.member(archive, path, options, sum).map(Read::Content),
            None => read::read_file(path, options, sum),
        },
        (Place::StandardInput, Some(bytes)) => {
            read::read_given(Path::new("standard input"), bytes.clone(), options, sum).map(Read::Content)
        }
        (Place::StandardInput, None) => Err(ContextError::NoStandardInput),
    }
}

/// The archives of which single files are named. Each is unpacked once.
#[derive(Default)]
struct OpenArchives(Mutex<HashMap<PathBuf, HashMap<String, Content>>>);

impl OpenArchives {
    fn member(
        &self,
        archive: &Path,
        path: &Path,
        options: &LoadOptions,
        sum: &UnpackedBytes,
    ) -> Result<Content, ContextError> {
        let mut open = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if !open.contains_key(archive) {
            let members = match read::read_file(archive, options, sum)? {
                Read::Members(members) => members,
                Read::Content(_) => Vec::new(),
            };
            let members = members
                .into_iter()
                .filter_map(|(name, content)| Some((name, content.ok()?)));
            open.insert(archive.to_owned(), members.collect());
        }
        let name = path.strip_prefix(archive).unwrap_or(path).to_string_lossy();
        let name = name.replace(std::path::MAIN_SEPARATOR, "/");
        let content = open.get(archive).and_then(|members| members.get(&name)).cloned();
        content.ok_or_else(|| ContextError::NotFound { path: path.to_owned() })
    }
}
