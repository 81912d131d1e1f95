//! Files that only their owner can read.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

/// The number of the next partial file: equal texts of requests at once are written to one path.
static NEXT: AtomicU64 = AtomicU64::new(0);

/// Writes a file as a whole, with its folder: a reader finds the old content or the new one. Blocks.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        create_folder(parent)?;
    }
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let partial = path.with_extension(format!("{}-{number}.partial", std::process::id()));
    let written = create(&partial)
        .and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        })
        .and_then(|()| fs::rename(&partial, path));
    if written.is_err() {
        // The remains are unused. The first error is the one to report.
        let _ = fs::remove_file(&partial);
    }
    written
}

/// Creates an empty file for writing, in a folder that exists. Blocks.
pub(crate) fn create(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.write(true).create(true).truncate(true).open(path)
}

/// Creates a folder with those above it. Blocks.
pub(crate) fn create_folder(path: &Path) -> io::Result<()> {
    let mut folder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
    folder.recursive(true).create(path)
}
