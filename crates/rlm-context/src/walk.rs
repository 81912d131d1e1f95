//! Finds the files of context arguments: walks folders and globs and respects ignore files.

use std::collections::HashSet;
use std::fs::{self, FileType};
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use globset::{Glob, GlobBuilder, GlobMatcher};
use ignore::WalkBuilder;
use smol_str::SmolStr;

use crate::error::{ContextError, LoadWarning, SkipReason, SpecialFile};
use crate::extraction::UnpackedBytes;
use crate::git;
use crate::options::LoadOptions;
use crate::spec::{ContextSpec, Place, archive_of};

/// A file that a context argument names or matches.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) name: SmolStr,
    pub(crate) place: Place,
    pub(crate) choice: Choice,
    /// The content, if it isn't in a file of its own.
    pub(crate) blob: Option<Arc<[u8]>>,
}

/// How a file was selected, which decides whether it may be skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Choice {
    /// The user named the file: a problem with it is an error.
    Named,
    /// The file was found in a folder or by a glob: a problem with it is a warning.
    Swept,
}

/// Finds the files of all arguments, in the order of the arguments. Within a folder or glob they
/// are sorted by path. Relative paths refer to the folder `base`, which isn't part of names.
pub(crate) fn find(
    specs: &[ContextSpec],
    options: &LoadOptions,
    sum: &UnpackedBytes,
    warnings: &mut Vec<LoadWarning>,
) -> Result<Vec<Found>, ContextError> {
    let base = options.base.as_deref().unwrap_or(Path::new(""));
    let mut found = Vec::new();
    let mut commits = git::Commits::new(sum);
    for spec in specs {
        match (spec.place(), &options.git) {
            (Place::StandardInput, _) => found.push(Found {
                name: spec.name().cloned().unwrap_or_else(|| "stdin".into()),
                place: Place::StandardInput,
                choice: Choice::Named,
                blob: None,
            }),
            (Place::Path(path), Some(revision)) => {
                found.extend(commits.find(spec, path, base, revision, warnings)?);
            }
            (Place::Path(path), None) => find_path(spec, path, base, &mut found, warnings)?,
            (Place::Git(place), _) => found.push(commits.file(spec, place)?),
        }
    }
    let mut seen = HashSet::new();
    found.retain(|file| {
        let path = match &file.place {
            Place::StandardInput => return true,
            Place::Path(path) => path.components().collect(),
            Place::Git(place) => PathBuf::from(place.location().unwrap_or_default()),
        };
        let is_new = seen.insert(path);
        if !is_new {
            let path = match &file.place {
                Place::Path(path) => path.clone(),
                Place::StandardInput | Place::Git(_) => file.name.as_str().into(),
            };
            warnings.push(LoadWarning::Repeated { path });
        }
        is_new
    });
    commits.read(&mut found)?;
    Ok(found)
}

fn find_path(
    spec: &ContextSpec,
    path: &Path,
    base: &Path,
    found: &mut Vec<Found>,
    warnings: &mut Vec<LoadWarning>,
) -> Result<(), ContextError> {
    let given = base.join(spec.given());
    let (path, name) = match fs::metadata(base.join(path)) {
        // `a=b.txt` may be a name and a path, or only a path.
        Err(_) if spec.name().is_some() && given.exists() => (spec.given(), None),
        _ => (path, spec.name()),
    };
    let place = base.join(path);
    match fs::metadata(&place) {
        Ok(metadata) if metadata.is_dir() => {
            let before = warnings.len();
            let files = walk(&place, None, warnings);
            if files.is_empty() {
                let given = spec.given().display().to_string();
                return Err(no_files(given, warnings.get(before..).unwrap_or_default()));
            }
            found.extend(files.into_iter().map(|file| swept(name, base, &place, file)));
        }
        Ok(metadata) => {
            refuse_special(&place, metadata.file_type())?;
            found.push(Found {
                name: name.cloned().unwrap_or_else(|| shown(path)),
                place: Place::Path(place),
                choice: Choice::Named,
                blob: None,
            });
        }
        Err(_) if archive_of(&place).is_some() => found.push(Found {
            name: name.cloned().unwrap_or_else(|| shown(path)),
            place: Place::Path(place),
            choice: Choice::Named,
            blob: None,
        }),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => match GlobSearch::new(path)? {
            Some(glob) => {
                let folder = base.join(&glob.base);
                let files = walk(&folder, Some((base, &glob.matcher)), warnings);
                if files.is_empty() {
                    return Err(ContextError::NoMatches { pattern: glob.pattern });
                }
                found.extend(files.into_iter().map(|file| swept(name, base, &folder, file)));
            }
            None => return Err(ContextError::NotFound { path: place }),
        },
        Err(cause) => return Err(unreadable(&place, cause)),
    }
    Ok(())
}

/// Returns the error for an argument without readable files, with the first warning as the reason.
pub(crate) fn no_files(given: String, warnings: &[LoadWarning]) -> ContextError {
    ContextError::NoFiles {
        given,
        skipped: warnings.len(),
        first: warnings.first().cloned(),
    }
}

/// Returns the error for a path that can't be read.
pub(crate) fn unreadable(path: &Path, cause: io::Error) -> ContextError {
    let path = path.to_owned();
    match cause.kind() {
        io::ErrorKind::NotFound => ContextError::NotFound { path },
        _ => ContextError::Unreadable { path, cause },
    }
}

pub(crate) fn refuse_special(path: &Path, file_type: FileType) -> Result<(), ContextError> {
    match special(file_type) {
        None => Ok(()),
        Some(kind) => Err(ContextError::NotAFile {
            path: path.to_owned(),
            kind,
        }),
    }
}

#[cfg(unix)]
fn special(file_type: FileType) -> Option<SpecialFile> {
    use std::os::unix::fs::FileTypeExt as _;
    if file_type.is_file() {
        None
    } else if file_type.is_fifo() {
        Some(SpecialFile::Pipe)
    } else if file_type.is_char_device() || file_type.is_block_device() {
        Some(SpecialFile::Device)
    } else if file_type.is_socket() {
        Some(SpecialFile::Socket)
    } else {
        Some(SpecialFile::Other)
    }
}

#[cfg(not(unix))]
fn special(file_type: FileType) -> Option<SpecialFile> {
    (!file_type.is_file()).then_some(SpecialFile::Other)
}

/// Creates the entry of a file found in a folder or by a glob.
fn swept(name: Option<&SmolStr>, base: &Path, folder: &Path, file: PathBuf) -> Found {
    let name = match name {
        None => shown(file.strip_prefix(base).unwrap_or(&file)),
        Some(name) => {
            let below = file.strip_prefix(folder).unwrap_or(&file);
            format!("{name}/{}", shown(below)).into()
        }
    };
    Found {
        name,
        place: Place::Path(file),
        choice: Choice::Swept,
        blob: None,
    }
}

/// Returns a path as a document name: with `/`, without a leading `./`.
pub(crate) fn shown(path: &Path) -> SmolStr {
    let path = path.strip_prefix(".").unwrap_or(path);
    let text = path.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' {
        text.into()
    } else {
        text.replace(std::path::MAIN_SEPARATOR, "/").into()
    }
}

/// Walks a folder. Hidden and ignored files are skipped, and links aren't followed. Ignore files
/// apply even outside of version control. The user's global ignore settings don't apply, so that
/// all users find the same files.
fn walk(folder: &Path, wanted: Option<(&Path, &GlobMatcher)>, warnings: &mut Vec<LoadWarning>) -> Vec<PathBuf> {
    let mut walker = WalkBuilder::new(folder);
    walker
        .require_git(false)
        .git_global(false)
        .sort_by_file_path(|left, right| left.cmp(right));
    let mut files = Vec::new();
    for entry in walker.build() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                warnings.push(unreadable_entry(folder, &error));
                continue;
            }
        };
        let is_wanted = wanted.is_none_or(|(base, matcher)| {
            let path = entry.path();
            matcher.is_match(without_dot(path.strip_prefix(base).unwrap_or(path)))
        });
        let Some(file_type) = entry.file_type().filter(|file_type| !file_type.is_dir() && is_wanted) else {
            continue;
        };
        let reason = if file_type.is_symlink() {
            Some(SkipReason::SymbolicLink)
        } else {
            special(file_type).map(SkipReason::NotAFile)
        };
        let path = entry.into_path();
        match reason {
            None => files.push(path),
            Some(reason) => warnings.push(LoadWarning::Skipped { path, reason }),
        }
    }
    files
}

pub(crate) fn without_dot(path: &Path) -> &Path {
    path.strip_prefix(".").unwrap_or(path)
}

fn unreadable_entry(folder: &Path, error: &ignore::Error) -> LoadWarning {
    let mut inner = error;
    let mut path = folder;
    loop {
        match inner {
            ignore::Error::WithPath { path: at, err } => (path, inner) = (at, err),
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => inner = err,
            _ => break,
        }
    }
    LoadWarning::Skipped {
        path: path.to_owned(),
        reason: SkipReason::Unreadable(inner.io_error().map_or_else(|| inner.to_string(), first_cause)),
    }
}

/// Returns the innermost error message, without the paths that the wrapping errors add.
fn first_cause(error: &io::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(earlier) = cause.source() {
        cause = earlier;
    }
    cause.to_string()
}

/// A glob and the folder that contains all its matches.
pub(crate) struct GlobSearch {
    pub(crate) pattern: String,
    base: PathBuf,
    pub(crate) matcher: GlobMatcher,
}

impl GlobSearch {
    /// Parses a path as a glob; `None` if it contains no glob characters.
    pub(crate) fn new(path: &Path) -> Result<Option<Self>, ContextError> {
        let Some(pattern) = path.to_str().filter(|text| text.contains(['*', '?', '[', '{'])) else {
            return Ok(None);
        };
        let matcher = compile(pattern)?.compile_matcher();
        let literal = path
            .components()
            .take_while(|part| !part.as_os_str().to_string_lossy().contains(['*', '?', '[', '{']))
            .collect::<PathBuf>();
        let base = if literal.as_os_str().is_empty() {
            PathBuf::from(Component::CurDir.as_os_str())
        } else {
            literal
        };
        Ok(Some(Self {
            pattern: pattern.to_owned(),
            base,
            matcher,
        }))
    }
}

fn compile(pattern: &str) -> Result<Glob, ContextError> {
    let pattern = pattern.strip_prefix("./").unwrap_or(pattern);
    GlobBuilder::new(pattern)
        .literal_separator(true)
        .build()
        .map_err(|error| ContextError::InvalidGlob {
            pattern: pattern.to_owned(),
            reason: error.kind().to_string(),
        })
}
