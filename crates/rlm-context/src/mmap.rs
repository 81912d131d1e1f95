//! Large files as text without a copy: the only module of the workspace that is allowed `unsafe`.
//!
//! Mapping a file is unsafe because its pages stay the file's: whoever changes the file changes the text. Two promises
//! are needed, and here is who gives them:
//!
//! 1. *Nobody truncates the file while it is mapped.* A look at a page that is gone ends the process by a signal. Nothing
//!    in this crate can prevent that, so mapping is off unless the caller asks for it with [`Map::Trusted`](crate::Map),
//!    whose documentation says what is promised by that.
//! 2. *Nobody changes it in place.* The text is checked to be UTF-8 once, when it is mapped; the same promise keeps it so.
//!
//! A mapping is private and read-only: this process never changes the file.
#![expect(
    unsafe_code,
    reason = "a mapped file can't be had safely; the two uses are justified above and where they stand"
)]

use std::fs::File;
use std::io;

use memmap2::{Mmap, MmapOptions};
use rlm_text::SourceBytes;

/// A mapped file whose bytes were found to be UTF-8.
pub(crate) struct MappedText(Mmap);

/// A mapped file.
pub(crate) struct MappedBytes(Mmap);

impl MappedBytes {
    /// Maps all of a file.
    pub(crate) fn new(file: &File) -> io::Result<Self> {
        // SAFETY: the caller of `load` has promised that the file is neither truncated nor changed while it is mapped
        // (`Map::Trusted`); the mapping is private and read-only.
        let map = unsafe { MmapOptions::new().map_copy_read_only(file) }?;
        Ok(Self(map))
    }

    /// Returns the bytes as they are.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Reads the bytes once and returns them as text, or unchanged if they are not UTF-8.
    pub(crate) fn into_text(self) -> Result<MappedText, Self> {
        match std::str::from_utf8(&self.0) {
            Ok(_) => Ok(MappedText(self.0)),
            Err(_) => Err(self),
        }
    }
}

impl SourceBytes for MappedText {
    fn as_str(&self) -> &str {
        // SAFETY: `into_text`, the only constructor, has found these bytes to be UTF-8, and by the promise of
        // `Map::Trusted` they have not changed since.
        unsafe { std::str::from_utf8_unchecked(&self.0) }
    }
}
