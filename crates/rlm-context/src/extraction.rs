//! Files that are not text but have a text; what took long to take out is kept by the digest of the file.

use std::fs::{self, DirBuilder};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};

use rlm_extract::{ExtractError, Extracted, Format, Limits, Packed, Packing, VERSION};
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use crate::digest::ContentDigest;
use crate::error::ContextError;
use crate::options::LoadOptions;

/// What has to be taken off before there is text, told by the file's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Wrapping {
    pub(crate) packing: Option<Packing>,
    pub(crate) format: Option<Format>,
}

impl Wrapping {
    /// Returns the wrapping of a file. This build may lack its format: then extracting is an error.
    pub(crate) fn of(path: &Path) -> Self {
        let name = path.to_string_lossy();
        let packed = Packing::of_name(&name);
        let inside = packed.map_or(&*name, |(_, inside)| inside);
        Self {
            packing: packed.map(|(packing, _)| packing),
            format: Format::of_name(inside),
        }
    }
}

/// What comes out of the packed files and documents of one context together, whichever thread reads them.
///
/// That a sum is exceeded does not depend on which file is read first, so it is an error and no file is left out.
pub(crate) struct UnpackedBytes {
    most: u64,
    kept: AtomicU64,
    /// What documents may take while their text is taken out.
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

    /// Counts bytes that are about to be kept.
    fn keep(&self, bytes: u64) -> Result<(), ContextError> {
        let before = self.kept.fetch_add(bytes, Ordering::Relaxed);
        if before.saturating_add(bytes) > self.most {
            return Err(ContextError::Unpacked { limit: self.most });
        }
        Ok(())
    }

    /// Waits until so many bytes more may be in use, at most all; they are free again when what this returns is dropped.
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

/// Takes the packing off, if there is one.
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

/// Takes the text out, or finds it among those that were taken out before.
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
        // What can't be kept is taken out again the next time.
        let _ = keep(&kept, &extracted);
    }
    Ok(extracted)
}

fn no_text(path: &Path, cause: ExtractError) -> ContextError {
    ContextError::NoText {
        path: path.to_owned(),
        cause,
    }
}

/// Returns `true` if a document's parts are packed. Such documents take long, and their texts are kept.
const fn is_packed(format: Format) -> bool {
    match format {
        Format::Pdf | Format::Docx => true,
        Format::Html => false,
    }
}

/// A text as it is kept; the digest of the text tells whether the file is whole.
#[derive(Serialize, Deserialize)]
struct Kept {
    text: String,
    pages: Vec<usize>,
    digest: ContentDigest,
}

fn kept_at(folder: &Path, format: Format, bytes: &[u8]) -> PathBuf {
    let digest = ContentDigest::of(bytes).to_string();
    let digest = digest.trim_start_matches("b3:");
    folder.join(format!("{digest}-{}-{VERSION}.json", format.name().to_lowercase()))
}

fn read(path: &Path) -> Option<Extracted> {
    let Kept { text, pages, digest } = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
    let is_whole =
        digest == ContentDigest::of(text.as_bytes()) && pages.iter().all(|&page| text.is_char_boundary(page));
    is_whole.then_some(Extracted { text, pages })
}

/// Writes it whole at once: two processes may read the same file.
fn keep(path: &Path, extracted: &Extracted) -> io::Result<()> {
    let kept = Kept {
        text: extracted.text.clone(),
        pages: extracted.pages.clone(),
        digest: ContentDigest::of(extracted.text.as_bytes()),
    };
    let folder = path.parent().unwrap_or(Path::new(""));
    owner_only(&mut DirBuilder::new()).recursive(true).create(folder)?;
    // It has its owner's rights alone.
    let mut draft = NamedTempFile::new_in(folder)?;
    draft.write_all(&serde_json::to_vec(&kept)?)?;
    draft.persist(path)?;
    Ok(())
}

/// The texts are as private as the files that they were taken from.
fn owner_only(builder: &mut DirBuilder) -> &mut DirBuilder {
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(builder, 0o700);
    builder
}
