//! Large files whose text is loaded on first use or by a background thread.

use std::fs::File;
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::thread;

use tempfile::{SpooledData, SpooledTempFile};

use crate::decode::{MARK_BYTES, Newlines, TextEncoding};
use crate::digest::ContentDigest;
use crate::error::ContextError;
use crate::file_state::FileState;
use crate::measured::IndexedText;
use crate::mmap::{Found, MappedText, Protection, Survey};
use crate::options::{LoadOptions, MAP_ABOVE_BYTES};
use crate::transcode::{Transcoded, transcode};

/// A large file that is mapped on first use.
pub(crate) struct LargeFile {
    path: PathBuf,
    file: File,
    /// The length at load time. Bytes appended later aren't part of the text.
    len: u64,
    /// The size and modification time at load time, or when the file was last found to have only
    /// grown.
    state: Mutex<FileState>,
    ends: ContentDigest,
    protection: Protection,
    newlines: Newlines,
    temporary: Option<PathBuf>,
    text: OnceLock<Made>,
    digest: OnceLock<ContentDigest>,
}

/// The result of loading the text of a file.
enum Made {
    /// The text is the mapped file itself, which needs no decoding.
    Mapped(IndexedText),
    /// A decoded copy in memory or in an unnamed temporary file, which other processes can't
    /// change.
    Copied(IndexedText, Option<File>),
    Failed(IndexedText, io::ErrorKind, String),
}

const NOBODY_GIVES_UP: &(dyn Fn() -> bool + Sync) = &|| false;

impl LargeFile {
    /// Prepares a file for loading on first use, and digests its ends.
    pub(crate) fn new(
        path: &Path,
        file: File,
        state: FileState,
        protection: Protection,
        options: &LoadOptions,
    ) -> io::Result<Self> {
        Ok(Self {
            path: path.to_owned(),
            ends: ContentDigest::of_ends(&file, state.bytes)?,
            file,
            len: state.bytes,
            state: Mutex::new(state),
            protection,
            newlines: options.newlines,
            temporary: options.temporary.clone(),
            text: OnceLock::new(),
            digest: OnceLock::new(),
        })
    }

    /// Returns the text. The first call reads the file.
    pub(crate) fn measured(&self) -> &IndexedText {
        self.made(NOBODY_GIVES_UP).measured()
    }

    /// Returns `true` if the text has been loaded.
    pub(crate) fn is_measured(&self) -> bool {
        self.text.get().is_some()
    }

    /// Returns the digest of the text. The first call computes it.
    pub(crate) fn digest(&self) -> ContentDigest {
        *self.digest.get_or_init(|| self.make_digest(NOBODY_GIVES_UP))
    }

    pub(crate) fn known_digest(&self) -> Option<ContentDigest> {
        self.digest.get().copied()
    }

    pub(crate) const fn ends(&self) -> ContentDigest {
        self.ends
    }

    /// Returns the size and modification time at load time, or when the file was last found to have
    /// only grown.
    pub(crate) fn state(&self) -> FileState {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Checks that the file is unchanged since it was loaded. A file that has only grown passes:
    /// its first MiB and the last MiB of the loaded part are digested again.
    pub(crate) fn check(&self) -> Result<(), ContextError> {
        match self.text.get() {
            Some(Made::Copied(..)) => return Ok(()),
            Some(Made::Failed(_, kind, cause)) if *kind != io::ErrorKind::UnexpectedEof => {
                return Err(ContextError::Unreadable {
                    path: self.path.clone(),
                    cause: io::Error::new(*kind, cause.clone()),
                });
            }
            Some(Made::Mapped(_) | Made::Failed(..)) | None => {}
        }
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now = FileState::of(&self.file).map_err(|cause| ContextError::Unreadable {
            path: self.path.clone(),
            cause,
        })?;
        // A file that once couldn't be read to its end counts as changed for good.
        let has_failed = matches!(self.text.get(), Some(Made::Failed(..))) || self.protection.has_faulted();
        if now == *state && !has_failed {
            return Ok(());
        }
        let is_same = || ContentDigest::of_ends(&self.file, self.len).is_ok_and(|ends| ends == self.ends);
        if now.bytes > state.bytes && !has_failed && is_same() {
            *state = now;
            return Ok(());
        }
        let path = self.path.clone();
        if now == *state {
            let cause = io::Error::other("a part of it became unreadable");
            return Err(ContextError::Unreadable { path, cause });
        }
        Err(ContextError::Changed {
            path,
            then: *state,
            now,
        })
    }

    fn made(&self, is_over: &(dyn Fn() -> bool + Sync)) -> &Made {
        self.text.get_or_init(|| {
            self.make(is_over).unwrap_or_else(|error| {
                let nothing = IndexedText::of_string(String::new());
                Made::Failed(nothing, error.kind(), error.to_string())
            })
        })
    }

    fn make(&self, is_over: &(dyn Fn() -> bool + Sync)) -> io::Result<Made> {
        let mut mark = [0; MARK_BYTES];
        let len = usize::try_from(self.len).unwrap_or(MARK_BYTES).min(MARK_BYTES);
        let mark = mark.get_mut(..len).unwrap_or_default();
        crate::chunks::read_exact_at(&self.file, mark, 0)?;
        let is_marked = TextEncoding::of_mark(mark).is_some();
        if !is_marked
            && let Found::Utf8(survey) = Survey::of(&self.file, self.len, is_over)?
            && !(self.newlines == Newlines::Universal && survey.has_carriage_return())
        {
            let text = MappedText::new(&self.file, &survey, self.protection.clone())?;
            return Ok(Made::Mapped(IndexedText::of_map(text, survey)));
        }
        self.copy(is_over)
    }

    /// Decodes the file into memory if the text is below the mapping threshold, else into an
    /// unnamed temporary file.
    fn copy(&self, is_over: &(dyn Fn() -> bool + Sync)) -> io::Result<Made> {
        let most = usize::try_from(MAP_ABOVE_BYTES).unwrap_or(usize::MAX);
        let mut text = match &self.temporary {
            Some(folder) if std::fs::create_dir_all(folder).is_ok() => tempfile::spooled_tempfile_in(most, folder),
            _ => SpooledTempFile::new(most),
        };
        let mut buffered = io::BufWriter::with_capacity(1 << 20, &mut text);
        let Transcoded { encoding, replaced } = transcode(&self.file, self.len, self.newlines, &mut buffered, is_over)?;
        buffered.flush()?;
        drop(buffered);
        if FileState::of(&self.file)? != self.state() {
            // `check` decides whether the file has only grown.
            self.check()
                .map_err(|_| io::Error::from(io::ErrorKind::UnexpectedEof))?;
        }
        let (measured, file) = match text.into_inner() {
            SpooledData::InMemory(text) => {
                let text = String::from_utf8(text.into_inner());
                let text = text.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
                (IndexedText::of_string(text), None)
            }
            SpooledData::OnDisk(mut file) => {
                let len = file.seek(SeekFrom::End(0))?;
                let Found::Utf8(survey) = Survey::of(&file, len, is_over)? else {
                    return Err(io::ErrorKind::InvalidData.into());
                };
                let text = MappedText::new(&file, &survey, Protection::Promise)?;
                (IndexedText::of_map(text, survey), Some(file))
            }
        };
        Ok(Made::Copied(measured.read_as(encoding, replaced), file))
    }

    fn make_digest(&self, is_over: &(dyn Fn() -> bool + Sync)) -> ContentDigest {
        let made = self.made(is_over);
        let digest = match made {
            Made::Mapped(_) => ContentDigest::of_file(&self.file, self.len, is_over),
            Made::Copied(measured, Some(file)) => ContentDigest::of_file(file, measured.as_str().len() as u64, is_over),
            Made::Copied(measured, None) | Made::Failed(measured, ..) => {
                Ok(ContentDigest::of(measured.as_str().as_bytes()))
            }
        };
        // A file that can no longer be read to its end has changed, which `check` reports.
        digest.unwrap_or_else(|_| ContentDigest::of(&[]))
    }
}

impl Made {
    const fn measured(&self) -> &IndexedText {
        match self {
            Self::Mapped(measured) | Self::Copied(measured, _) | Self::Failed(measured, ..) => measured,
        }
    }
}

/// The work that a background thread does ahead of time: reading texts, or computing digests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ahead {
    Texts,
    Digests,
}

/// Reads files ahead, one after the other, on a background thread. It skips files that are no
/// longer referenced elsewhere.
pub(crate) fn read_ahead<'f>(files: impl Iterator<Item = &'f Arc<LargeFile>>, ahead: Ahead) {
    let files: Vec<Weak<LargeFile>> = files.map(Arc::downgrade).collect();
    if files.is_empty() {
        return;
    }
    let work = move || {
        for file in files {
            let Some(file) = file.upgrade() else { continue };
            let is_over = || Arc::strong_count(&file) == 1;
            match ahead {
                Ahead::Texts => {
                    file.made(&is_over);
                }
                Ahead::Digests => {
                    file.digest.get_or_init(|| file.make_digest(&is_over));
                }
            }
        }
    };
    // If the thread can't be spawned, files are read on first use.
    let _ = thread::Builder::new().name("rlm-context".to_owned()).spawn(work);
}
