//! Creates files and folders that only their owner can access, whatever the umask. They contain the
//! questions, contexts and replies of runs.

use std::fs::{DirBuilder, OpenOptions};
use std::io;
use std::path::Path;

/// Returns options that open a file for writing. A new file is readable by its owner only.
pub fn file() -> OpenOptions {
    let mut open = OpenOptions::new();
    open.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut open, 0o600);
    open
}

/// Creates a folder and its missing parents, accessible by their owner only.
pub fn folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}
