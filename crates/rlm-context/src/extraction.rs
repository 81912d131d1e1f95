//! Extracts text from other formats. Texts that take long to extract are cached by file digest.

use std::fs::{self, DirBuilder};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};

use rlm_extract::{
    Archive, ExtractError, Extracted, Format, Limits, Member, MemberContent, Packed, Packing, Section, VERSION,
};
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use crate::digest::ContentDigest;
use crate::error::ContextError;
use crate::options::LoadOptions;

/// The layers around a text, detected by the file's name: compression, archive and document format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Wrapping {
    pub(crate) packing: Option<Packing>,
    pub(crate) archive: Option<Archive>,
    pub(crate) format: Option<Format>,
}

impl Wrapping {
    /// Returns the wrapping of a file. If this build doesn't support the format, extraction fails
    /// later.
    pub(crate) fn of(path: &Path) -> Self {
        let name = path.to_string_lossy();
        let packed = Packing::of_name(&name);
        let inside = packed.map_or(&*name, |(_, inside)| inside);
        Self {
            packing: packed.map(|(packing, _)| packing),
            archive: Archive::of_name(&name),
            format: Format::of_name(inside),
        }
    }
}

/// The total size of what the packed files and documents of one context unpack to, shared by all
/// threads.
///
/// Whether the total exceeds the limit doesn't depend on the order of reading. So exceeding it is
/// an error instead of a reason to skip a file.
pub(crate) struct UnpackedBytes {
    most: u64,
    kept: AtomicU64,
    /// The number of bytes still available to extractions in progress.
    free: Mutex<u64>,
    freed: Condvar,
}

impl UnpackedBytes {
    pub(crate) const fn new(limits: Limits) -> Self {
        Self {
            most: limits.bytes,
            kept: AtomicU64::new(0),
            free: Mutex::new(limits.bytes),
            freed: Condvar::new(),
        }
    }

    /// Counts bytes that are about to be stored.
    pub(crate) fn keep(&self, bytes: u64) -> Result<(), ContextError> {
        let before = self.kept.fetch_add(bytes, Ordering::Relaxed);
        if before.saturating_add(bytes) > self.most {
            return Err(ContextError::Unpacked { limit: self.most });
        }
        Ok(())
    }

    /// Blocks until the given number of bytes, capped at the limit, is available. They are released
    /// when the returned guard is dropped.
    fn borrow(&self, bytes: u64) -> Borrowed<'_> {
        let bytes = bytes.min(self.most);
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.freed.wait_while(free, |free| *free < bytes);
        *waited.unwrap_or_else(PoisonError::into_inner) -= bytes;
        Borrowed { of: self, bytes }
    }
}

struct Borrowed<'a> {
    of: &'a UnpackedBytes,
    bytes: u64,
}

impl Drop for Borrowed<'_> {
    fn drop(&mut self) {
        *self.of.free.lock().unwrap_or_else(PoisonError::into_inner) += self.bytes;
        self.of.freed.notify_all();
    }
}

/// Decompresses the bytes if they are packed.
pub(crate) fn unpacked(
    path: &Path,
    packing: Option<Packing>,
    bytes: Vec<u8>,
    options: &LoadOptions,
    sum: &UnpackedBytes,
) -> Result<Vec<u8>, ContextError> {
    let Some(packing) = packing else { return Ok(bytes) };
    let failed = |cause| no_text(path, cause);
    let packed = Packed::count(packing, &bytes, options.limits).map_err(failed)?;
    sum.keep(packed.bytes())?;
    packed.unpack().map_err(failed)
}

/// Extracts the text, or returns it from the cache.
pub(crate) fn extract(
    path: &Path,
    format: Format,
    bytes: Vec<u8>,
    options: &LoadOptions,
    sum: &UnpackedBytes,
) -> Result<Extracted, ContextError> {
    if !is_packed(format) {
        return rlm_extract::extract(format, bytes, options.limits).map_err(|cause| no_text(path, cause));
    }
    let borrowed = sum.borrow(options.limits.bytes_of(bytes.len() as u64));
    let extracted = extract_or_read(path, format, bytes, options)?;
    drop(borrowed);
    sum.keep(extracted.text.len() as u64)?;
    Ok(extracted)
}

/// Unpacks the files of an archive.
pub(crate) fn members(
    path: &Path,
    archive: Archive,
    bytes: Vec<u8>,
    options: &LoadOptions,
    sum: &UnpackedBytes,
) -> Result<Vec<Member>, ContextError> {
    let borrowed = sum.borrow(options.limits.bytes_of(bytes.len() as u64));
    let read = rlm_extract::members(archive, bytes, options.limits).map_err(|cause| no_text(path, cause))?;
    drop(borrowed);
    let size = |member: &Member| match &member.content {
        MemberContent::Bytes(bytes) => bytes.len() as u64,
        MemberContent::Skipped(_) => 0,
    };
    sum.keep(read.members.iter().map(size).sum())?;
    Ok(read.members)
}

fn extract_or_read(
    path: &Path,
    format: Format,
    bytes: Vec<u8>,
    options: &LoadOptions,
) -> Result<Extracted, ContextError> {
    let folder = options.extraction_cache.as_deref();
    let kept = folder.map(|folder| kept_at(folder, format, &bytes));
    if let Some(extracted) = kept.as_deref().and_then(read) {
        return Ok(extracted);
    }
    let extracted = rlm_extract::extract(format, bytes, options.limits).map_err(|cause| no_text(path, cause))?;
    if let Some(kept) = kept {
        // If the text can't be cached, it is extracted again the next time.
        let _ = keep(&kept, &extracted);
    }
    Ok(extracted)
}

pub(crate) fn no_text(path: &Path, cause: ExtractError) -> ContextError {
    ContextError::NoText {
        path: path.to_owned(),
        cause,
    }
}

/// Returns `true` if the format compresses its parts. Extracting such a document is slow, so its
/// text is cached.
const fn is_packed(format: Format) -> bool {
    !matches!(
        format,
        Format::Html | Format::Eml | Format::Notebook | Format::Subtitles
    )
}

/// A cached text. The digest of the text detects damaged cache files.
#[derive(Serialize, Deserialize)]
struct Kept {
    text: String,
    sections: Vec<Section>,
    digest: ContentDigest,
}

fn kept_at(folder: &Path, format: Format, bytes: &[u8]) -> PathBuf {
    let digest = ContentDigest::of(bytes).to_string();
    let digest = digest.trim_start_matches("b3:");
    folder.join(format!("{digest}-{}-{VERSION}.json", format.name().to_lowercase()))
}

fn read(path: &Path) -> Option<Extracted> {
    let Kept { text, sections, digest } = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
    let is_whole = digest == ContentDigest::of(text.as_bytes())
        && sections.iter().all(|section| text.is_char_boundary(section.start));
    is_whole.then_some(Extracted { text, sections })
}

/// Writes the cache file atomically, because other processes may read it.
fn keep(path: &Path, extracted: &Extracted) -> io::Result<()> {
    let kept = Kept {
        text: extracted.text.clone(),
        sections: extracted.sections.clone(),
        digest: ContentDigest::of(extracted.text.as_bytes()),
    };
    let folder = path.parent().unwrap_or(Path::new(""));
    owner_only(&mut DirBuilder::new()).recursive(true).create(folder)?;
    // Temporary files are readable by their owner only.
    let mut draft = NamedTempFile::new_in(folder)?;
    draft.write_all(&serde_json::to_vec(&kept)?)?;
    draft.persist(path)?;
    Ok(())
}

/// Makes folders private: the texts are as sensitive as the files they were extracted from.
fn owner_only(builder: &mut DirBuilder) -> &mut DirBuilder {
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(builder, 0o700);
    builder
}
