//! Errors and warnings about contexts, each error with a hint.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use rlm_extract::ExtractError;
use sift_text::TextTooLong;
use smol_str::SmolStr;

use crate::decode::TextEncoding;
use crate::file_state::FileState;
use crate::measured::IndexedText;
use crate::names::escaped;
use crate::records::{MAX_RECORDS, NotSplitReason, RecordFlaw};

/// The error of loading or using a context.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ContextError {
    /// A context argument isn't of the form `[NAME=]PATH`.
    #[error("no path in the context argument `{}`", escaped(given))]
    EmptyPath {
        /// The argument.
        given: String,
    },
    /// There is no file or folder at the path.
    #[error("file or folder not found: {}", shown(path))]
    NotFound {
        /// The path.
        path: PathBuf,
    },
    /// The operating system can't read the file.
    #[error("can't read {}: {cause}", shown(path))]
    Unreadable {
        /// The path.
        path: PathBuf,
        /// The error of the operating system.
        #[source]
        cause: io::Error,
    },
    /// The path is neither a file nor a folder.
    #[error("{} is {kind}, not a file", shown(path))]
    NotAFile {
        /// The path.
        path: PathBuf,
        /// The kind of special file.
        kind: SpecialFile,
    },
    /// The file is binary.
    #[error("{} is a binary file", shown(path))]
    Binary {
        /// The path.
        path: PathBuf,
    },
    /// No text can be extracted from the file: it is a scan, encrypted, damaged, or too large.
    #[error("can't extract text from {}: {cause}", shown(path))]
    NoText {
        /// The path.
        path: PathBuf,
        /// The extraction error.
        #[source]
        cause: ExtractError,
    },
    /// The total size of all unpacked files and extracted texts exceeds the limit.
    #[error("the compressed files and documents of the context exceed {limit} bytes when unpacked")]
    Unpacked {
        /// The limit in bytes.
        limit: u64,
    },
    /// The file kept growing while it was read.
    #[error("{} is longer than its reported size of {expected} bytes", shown(path))]
    Endless {
        /// The path.
        path: PathBuf,
        /// The maximum number of bytes that were to be read.
        expected: u64,
    },
    /// A mapped file was changed while it was read.
    #[error("{} changed while it was read: expected {then}, got {now}", shown(path))]
    Changed {
        /// The path.
        path: PathBuf,
        /// The state of the file when it was loaded.
        then: FileState,
        /// The current state of the file.
        now: FileState,
    },
    /// An image was changed after the context was loaded.
    #[error("the image {} has changed since it was loaded", shown(path))]
    ImageChanged {
        /// The path.
        path: PathBuf,
    },
    /// All files in the arguments are empty.
    #[error("the context is empty: {}", escaped(given))]
    Empty {
        /// The arguments as given.
        given: String,
    },
    /// A folder or glob contains no readable file.
    #[error("no readable text files in {}{}", escaped(given), skipped_files(*skipped))]
    NoFiles {
        /// The argument.
        given: String,
        /// The number of skipped files; each has a warning with the reason.
        skipped: usize,
        /// The warning for the first skipped file.
        first: Option<LoadWarning>,
    },
    /// No file matches.
    #[error("no file matches {}", escaped(pattern))]
    NoMatches {
        /// The glob.
        pattern: String,
    },
    /// The glob pattern is invalid.
    #[error("invalid glob {}: {reason}", escaped(pattern))]
    InvalidGlob {
        /// The glob.
        pattern: String,
        /// The parse error of the glob.
        reason: String,
    },
    /// Two documents of a dict have the same name.
    #[error("two documents are named `{}`", escaped(name))]
    DuplicateName {
        /// The name.
        name: SmolStr,
    },
    /// The arguments name standard input, but its content wasn't passed.
    #[error("the context is read from standard input, but there is none")]
    NoStandardInput,
    /// The file is invalid JSON.
    #[error("invalid JSON in {} (line {line}, column {column}): {reason}", escaped(name))]
    InvalidJson {
        /// The file.
        name: String,
        /// The parse error.
        reason: String,
        /// The line, from 1.
        line: usize,
        /// The column in bytes, from 1.
        column: usize,
    },
    /// The files of a git revision can't be read.
    #[error("can't read git revision `{}` in {}: {problem}", escaped(revision), shown(folder))]
    Git {
        /// The revision.
        revision: String,
        /// The folder in which git was run.
        folder: PathBuf,
        /// The problem.
        problem: GitProblem,
    },
    /// The joined text exceeds the maximum length of a text.
    #[error("the documents are too long in total: {0}")]
    TooLong(#[from] TextTooLong),
}

impl ContextError {
    /// Returns a stable code for machine-readable output.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::EmptyPath { .. } => "context_empty_path",
            Self::NotFound { .. } => "context_not_found",
            Self::Unreadable { .. } => "context_unreadable",
            Self::NotAFile { .. } => "context_not_a_file",
            Self::Binary { .. } => "context_binary",
            Self::NoText { .. } => "context_no_text",
            Self::Unpacked { .. } => "context_unpacked",
            Self::Endless { .. } => "context_endless",
            Self::Changed { .. } => "context_changed",
            Self::ImageChanged { .. } => "context_image_changed",
            Self::Empty { .. } => "context_empty",
            Self::NoFiles { .. } => "context_no_files",
            Self::NoMatches { .. } => "context_no_matches",
            Self::InvalidGlob { .. } => "context_invalid_glob",
            Self::DuplicateName { .. } => "context_duplicate_name",
            Self::NoStandardInput => "context_no_standard_input",
            Self::InvalidJson { .. } => "context_invalid_json",
            Self::Git { .. } => "context_git",
            Self::TooLong(_) => "context_too_long",
        }
    }

    /// Returns a hint on how to fix the error.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::EmptyPath { .. } => "expected a file, a folder, a glob or `-`; `NAME=PATH` gives it a name".into(),
            Self::NotFound { path } if is_url(path) => {
                "URLs are not fetched; download it first, or pipe it in: `curl -s URL | rlm ask …`".into()
            }
            Self::NotFound { path } if path.is_relative() => {
                "check the spelling; the path is relative to the current folder".into()
            }
            Self::NotFound { .. } => "check the spelling".into(),
            Self::Unreadable { cause, .. } if cause.kind() == io::ErrorKind::PermissionDenied => {
                "make it readable for the current user, or leave it out".into()
            }
            Self::Unreadable { .. } => "check that it is complete and on a working disk, or leave it out".into(),
            Self::NotAFile { kind, .. } => match kind {
                SpecialFile::Pipe => "read it with `-`: `… --context - < PIPE`".into(),
                SpecialFile::Device | SpecialFile::Socket | SpecialFile::Stream | SpecialFile::Other => {
                    "copy its text into a file".into()
                }
            },
            Self::Binary { .. } => "convert it to text first (`pdftotext`, `pandoc`, `gunzip`)".into(),
            Self::NoText { cause, .. } => format!("{}; `--on-unreadable skip` skips such files", cause.hint()),
            Self::Unpacked { .. } => {
                "load fewer of them, or raise `--max-unpacked` if the machine has enough memory".into()
            }
            Self::Endless { .. } => "copy the text into a file that does not change".into(),
            Self::Changed { .. } => "try again, or copy the text into a file that does not change".into(),
            Self::ImageChanged { .. } => "restore the file, or ask again with the changed one".into(),
            Self::Empty { .. } => "give at least one file that contains text".into(),
            Self::NoFiles { first, .. } => {
                let reason = first.as_ref().map(|warning| format!("; {warning}"));
                format!(
                    "hidden and ignored files are skipped unless named directly{}",
                    reason.unwrap_or_default()
                )
            }
            Self::NoMatches { .. } => {
                "`*` matches within a folder, `**` across folders; hidden and ignored files are skipped".into()
            }
            Self::InvalidGlob { .. } => "close every `[` and `{`, or escape literal characters with `\\`".into(),
            Self::DuplicateName { .. } => "give each a unique name: `--context NAME=PATH`".into(),
            Self::NoStandardInput => "pipe text in, or give a file instead of `-`".into(),
            Self::InvalidJson { .. } => "fix the file, or load it as text with `--context`".into(),
            Self::Git { problem, .. } => problem.hint().into(),
            Self::TooLong(_) => "load fewer documents at once".into(),
        }
    }
}

/// The reason why a git revision can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GitProblem {
    /// The program `git` isn't installed.
    #[error("the program `git` was not found")]
    NoProgram,
    /// The folder isn't in a repository.
    #[error("not a git repository")]
    NoRepository,
    /// The repository has no such revision.
    #[error("no such revision")]
    NoRevision,
    /// The revision has no such file or folder.
    #[error("the revision has no {}", escaped(path))]
    NoPath {
        /// The path as given.
        path: String,
    },
    /// Git failed otherwise; contains its error message.
    #[error("{}", escaped(message))]
    Failed {
        /// The first line of the message.
        message: String,
    },
}

impl GitProblem {
    const fn hint(&self) -> &'static str {
        match self {
            Self::NoProgram => "install git, or leave out `--git`",
            Self::NoRepository => "run it within the repository, or name a folder of it with `--context`",
            Self::NoRevision => "`git log --all --oneline` and `git tag` list revisions",
            Self::NoPath { .. } => "`git ls-tree -r --name-only REVISION` lists its files",
            Self::Failed { .. } => "check that `git log` works in this folder",
        }
    }
}

/// Formats a number of skipped files: ` (3 skipped)`; empty for none.
fn skipped_files(count: usize) -> String {
    match count {
        0 => String::new(),
        count => format!(" ({count} skipped)"),
    }
}

fn is_url(path: &Path) -> bool {
    let text = path.to_string_lossy();
    // Joining a path drops the second slash.
    ["http:/", "https:/"].iter().any(|scheme| text.starts_with(scheme))
}

/// Returns a path escaped for a one-line message: untrusted users may have chosen its characters.
fn shown(path: &Path) -> String {
    escaped(&path.to_string_lossy())
}

/// The kind of a path that is neither a file nor a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpecialFile {
    /// A named pipe: reading it would wait for a writer.
    Pipe,
    /// A character or block device: reading it might not end.
    Device,
    /// A socket.
    Socket,
    /// A system stream, such as `/proc/kmsg`: reading it would wait for new data.
    Stream,
    /// Any other kind.
    Other,
}

impl fmt::Display for SpecialFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pipe => "a named pipe",
            Self::Device => "a device",
            Self::Socket => "a socket",
            Self::Stream => "an endless stream",
            Self::Other => "a special file",
        })
    }
}

/// A warning about a loaded context.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LoadWarning {
    /// A file of a folder or glob was skipped.
    Skipped {
        /// The file.
        path: PathBuf,
        /// The reason why the file was skipped.
        reason: SkipReason,
    },
    /// Invalid UTF-8 was replaced by U+FFFD.
    Replaced {
        /// The document's name.
        document: SmolStr,
        /// The number of replaced byte sequences.
        count: u64,
    },
    /// A file that isn't UTF-8 was decoded from another encoding.
    Encoded {
        /// The document's name.
        document: SmolStr,
        /// The encoding.
        encoding: TextEncoding,
    },
    /// Some records of a file are malformed. They are documents nevertheless.
    Records {
        /// The file's name.
        document: SmolStr,
        /// The kind and number of malformed records.
        flaw: RecordFlaw,
    },
    /// Files of records were kept whole although they were to be split into documents.
    NotSplit {
        /// The file that caused this.
        document: SmolStr,
        /// The reason why the files were kept whole.
        why: NotSplitReason,
    },
    /// A file is named more than once and is loaded once.
    Repeated {
        /// The file.
        path: PathBuf,
    },
}

/// The reason why a file of a folder or glob was skipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SkipReason {
    /// The file is binary.
    Binary,
    /// No text can be extracted from the file.
    NoText(ExtractError),
    /// The file is a symbolic link. Links are followed only if they are named, so that a folder
    /// can't lead outside of itself.
    SymbolicLink,
    /// The file is an archive within an archive.
    NestedArchive,
    /// The entry of a git revision is another repository.
    Submodule,
    /// The path is neither a file nor a folder.
    NotAFile(SpecialFile),
    /// The operating system can't read the file; contains its error message.
    Unreadable(String),
}

impl LoadWarning {
    /// Returns warnings about replaced bytes and other encodings than UTF-8.
    pub(crate) fn of_text(name: &SmolStr, text: &IndexedText) -> Vec<Self> {
        let mut warnings = Vec::new();
        if text.replaced() > 0 {
            warnings.push(Self::Replaced {
                document: name.clone(),
                count: text.replaced(),
            });
        }
        if text.encoding() == TextEncoding::Latin1 {
            warnings.push(Self::Encoded {
                document: name.clone(),
                encoding: TextEncoding::Latin1,
            });
        }
        warnings
    }
}

impl fmt::Display for LoadWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Skipped { path, reason } => {
                write!(f, "skipped {}: ", shown(path))?;
                match reason {
                    SkipReason::Binary => f.write_str("a binary file"),
                    SkipReason::NoText(cause) => cause.fmt(f),
                    SkipReason::SymbolicLink => f.write_str("a symbolic link"),
                    SkipReason::NestedArchive => f.write_str("an archive within an archive"),
                    SkipReason::Submodule => f.write_str("a git submodule"),
                    SkipReason::NotAFile(kind) => kind.fmt(f),
                    SkipReason::Unreadable(cause) => f.write_str(cause),
                }
            }
            Self::Replaced { document, count: 1 } => {
                write!(f, "invalid UTF-8 in {document}: 1 byte sequence was replaced by U+FFFD")
            }
            Self::Replaced { document, count } => {
                write!(
                    f,
                    "invalid UTF-8 in {document}: {count} byte sequences were replaced by U+FFFD"
                )
            }
            Self::Encoded { document, encoding } => {
                write!(
                    f,
                    "{} is not UTF-8; reading it as {}",
                    escaped(document),
                    encoding.name()
                )
            }
            Self::Records { document, flaw } => write!(f, "{}: {flaw}", escaped(document)),
            Self::NotSplit { document, why } => {
                let name = escaped(document);
                match why {
                    NotSplitReason::LargeFile => write!(
                        f,
                        "{name} is larger than 64 MiB, so it is loaded as one text; `--records documents` splits it into \
                         records"
                    ),
                    NotSplitReason::TooMany => write!(
                        f,
                        "{name} brings the context to more than {MAX_RECORDS} records, so it is loaded as one text"
                    ),
                    NotSplitReason::NoJson => write!(f, "no line of {name} is JSON, so it is loaded as text"),
                }
            }
            Self::Repeated { path } => write!(f, "{} is given more than once; it is loaded once", shown(path)),
        }
    }
}
