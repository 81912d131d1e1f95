//! Stores indexes on disk, one file per context, named by the context's digest. A file is written
//! as a draft and renamed when complete. It is verified before use; a damaged file is ignored and
//! deleted.
//!
//! ```text
//! MAGIC │ the shards │ table (JSON) │ length of the table │ digest of the table │ MAGIC
//! ```

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use rlm_context::ContentDigest;
use serde::{Deserialize, Serialize};

use super::blob::{Blob, OnDisk};

/// The version of the stored format. Increment it if passages, words or shards change.
const VERSION: u32 = 2;
const MAGIC: &[u8; 8] = b"RLMBM25\n";
const ENDING: &str = "bm25";
const DIGEST_BYTES: usize = 32;

#[derive(Debug, Serialize, Deserialize)]
struct Table {
    context: String,
    /// The entries of all shards, indexed by shard number.
    shards: Vec<ShardEntry>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct ShardEntry {
    /// The offset of the shard in the file.
    start: u64,
    length: u64,
    /// The digest of the shard's bytes.
    digest: String,
}

/// Returns the path of the stored index of a context.
pub(crate) fn path_of(folder: &Path, context: ContentDigest) -> PathBuf {
    let digest = context.to_string();
    let digest = digest.trim_start_matches("b3:");
    folder.join(format!("{digest}-{VERSION}.{ENDING}"))
}

/// Opens the shards of a stored index; `None` if it is missing or damaged.
pub(crate) fn open(path: &Path, context: ContentDigest) -> Option<Vec<Blob>> {
    let file = File::options()
        .read(true)
        .write(true)
        .open(path)
        .or_else(|_| File::open(path))
        .ok()?;
    // The modification time records the last use, for removal of the least recently used. In a
    // read-only folder it isn't updated.
    let _ = file.set_modified(SystemTime::now());
    let file = Arc::new(OnDisk::new(file).ok()?);
    let shards = read(&file, context);
    if shards.is_none() {
        let _ = fs::remove_file(path);
    }
    shards
}

fn read(file: &Arc<OnDisk>, context: ContentDigest) -> Option<Vec<Blob>> {
    let length = file.len();
    let tail = length.checked_sub(MAGIC.len() + DIGEST_BYTES + 8)?;
    let end = file.read(tail..length).ok()?;
    let (table_length, end) = end.split_first_chunk::<8>()?;
    let (digest, magic) = end.split_first_chunk::<DIGEST_BYTES>()?;
    let table_start = tail.checked_sub(usize::try_from(u64::from_le_bytes(*table_length)).ok()?)?;
    let table = file.read(table_start..tail).ok()?;
    if magic != MAGIC || blake3::hash(&table).as_bytes() != digest {
        return None;
    }
    let table: Table = serde_json::from_slice(&table).ok()?;
    if table.context != context.to_string() {
        return None;
    }
    let shards = table.shards.into_iter().map(|shard| {
        let start = usize::try_from(shard.start).ok()?;
        let range = start..start.checked_add(usize::try_from(shard.length).ok()?)?;
        let bytes = file.read(range.clone()).ok()?;
        let file = Arc::clone(file);
        (blake3::hash(&bytes).to_hex().as_str() == shard.digest).then_some(Blob::Disk { file, range })
    });
    shards.collect()
}

/// An index file that is being written.
pub(crate) struct Draft {
    path: PathBuf,
    draft: PathBuf,
    file: File,
    written: u64,
    table: Table,
    /// Whether the file has been renamed to its final name.
    kept: bool,
}

impl Draft {
    pub(crate) fn new(path: PathBuf, context: ContentDigest) -> io::Result<Self> {
        static DRAFTS: AtomicU64 = AtomicU64::new(0);
        if let Some(folder) = path.parent() {
            let mut builder = fs::DirBuilder::new();
            builder.recursive(true);
            #[cfg(unix)]
            std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
            builder.create(folder)?;
        }
        let number = DRAFTS.fetch_add(1, Ordering::Relaxed);
        let draft = path.with_extension(format!("draft-{}-{number}", std::process::id()));
        let mut options = File::options();
        options.read(true).write(true).create(true).truncate(true);
        // The index contains the words of the context, so the file is private.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&draft)?;
        let written = file.write_all(MAGIC);
        let draft = Self {
            path,
            draft,
            file,
            written: MAGIC.len() as u64,
            table: Table {
                context: context.to_string(),
                shards: Vec::new(),
            },
            kept: false,
        };
        written.map(|()| draft)
    }

    /// Appends a shard.
    pub(crate) fn add(&mut self, number: usize, shard: &[u8]) -> io::Result<()> {
        self.file.write_all(shard)?;
        let entry = ShardEntry {
            start: self.written,
            length: shard.len() as u64,
            digest: blake3::hash(shard).to_hex().to_string(),
        };
        self.written += entry.length;
        if self.table.shards.len() <= number {
            self.table.shards.resize(number + 1, ShardEntry::default());
        }
        if let Some(place) = self.table.shards.get_mut(number) {
            *place = entry;
        }
        Ok(())
    }

    /// Completes the file and renames it to its final name.
    pub(crate) fn keep(mut self) -> io::Result<()> {
        let table = serde_json::to_vec(&self.table)?;
        self.file.write_all(&table)?;
        self.file.write_all(&(table.len() as u64).to_le_bytes())?;
        self.file.write_all(blake3::hash(&table).as_bytes())?;
        self.file.write_all(MAGIC)?;
        fs::rename(&self.draft, &self.path)?;
        self.kept = true;
        Ok(())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.kept {
            let _ = fs::remove_file(&self.draft);
        }
    }
}

/// Removes the least recently used indexes until the folder contains at most `most` bytes, and
/// abandoned drafts. Files that can't be removed are ignored.
pub(crate) fn tidy(folder: &Path, newest: &Path, most: u64) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut kept = Vec::new();
    let now = SystemTime::now();
    for entry in entries.flatten() {
        let path = entry.path();
        let Ok(metadata) = entry.metadata() else { continue };
        let modified = metadata.modified().unwrap_or(now);
        let extension = path.extension().unwrap_or_default().to_string_lossy().into_owned();
        let age = now.duration_since(modified).unwrap_or_default();
        if extension.starts_with("draft-") && age.as_secs() > 24 * 60 * 60 {
            let _ = fs::remove_file(&path);
        } else if extension == ENDING && path != newest {
            kept.push((modified, metadata.len(), path));
        }
    }
    kept.sort_unstable();
    let newest = fs::metadata(newest).map_or(0, |metadata| metadata.len());
    let mut total = kept
        .iter()
        .map(|(_, length, _)| length)
        .sum::<u64>()
        .saturating_add(newest);
    for (_, length, path) in kept {
        if total <= most {
            break;
        }
        if fs::remove_file(&path).is_ok() {
            total = total.saturating_sub(length);
        }
    }
}
