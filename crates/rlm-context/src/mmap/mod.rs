//! Large files as text without a copy: the only module of the workspace that is allowed `unsafe`.
//!
//! Mapping a file is unsafe because its pages stay the file's: whoever changes the file changes the text. Two promises
//! are needed, and here is who gives them:
//!
//! 1. *Nobody truncates the file while it is mapped.* A look at a page that is gone ends the process by a signal. Nothing
//!    in this crate can prevent that, so mapping is off unless the caller asks for it with [`Map::Trusted`](crate::Map),
//!    whose documentation says what is promised by that.
//! 2. *Nobody changes it in place.* The text is checked to be UTF-8 once, by a [`Survey`], before any of it is shown; the same
//!    promise keeps it so.
//!
//! A mapping is private and read-only: this process never changes the file.
#![expect(
    unsafe_code,
    reason = "a mapped file can't be had safely; the two uses are justified above and where they stand"
)]

mod survey;

use std::fs::File;
use std::io;

use memmap2::{Mmap, MmapOptions};
use rlm_text::SourceBytes;

pub(crate) use survey::{Found, Survey};

/// A mapped file whose bytes were found to be UTF-8.
pub(crate) struct MappedText(Mmap);

impl MappedText {
    /// Maps as much of a file as was surveyed.
    pub(crate) fn new(file: &File, survey: &Survey) -> io::Result<Self> {
        let len = usize::try_from(survey.len()).map_err(|_| io::ErrorKind::FileTooLarge)?;
        // SAFETY: the caller of `load` has promised that the file is neither truncated nor changed while it is mapped
        // (`Map::Trusted`), or it is a temporary file that has no name; the mapping is private and read-only.
        let map = unsafe { MmapOptions::new().len(len).map_copy_read_only(file) }?;
        Ok(Self(map))
    }
}

impl SourceBytes for MappedText {
    fn as_str(&self) -> &str {
        // SAFETY: a survey, which only this module makes, has found as many bytes of this file to be UTF-8, and by the promise
        // of `Map::Trusted` they have not changed since.
        unsafe { std::str::from_utf8_unchecked(&self.0) }
    }
}
