//! Folders that only their owner can use.

use std::fs::DirBuilder;

/// Sets the mode of new folders to 0700, because the data that a run has read is private.
pub(crate) fn owner_only(builder: &mut DirBuilder) -> &mut DirBuilder {
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(builder, 0o700);
    builder
}
