//! The members of a ZIP archive that is a document, unpacked within shared limits.

use std::io::Cursor;

use zip::ZipArchive;
use zip::result::ZipError;

use crate::Limits;
use crate::error::ExtractError;
use crate::unpack;

/// An open ZIP archive. All members that are read share the limit on bytes.
pub(crate) struct Parts {
    archive: ZipArchive<Cursor<Vec<u8>>>,
    left: Limits,
    limit: u64,
}

#[cfg_attr(
    not(any(feature = "docx", feature = "epub", feature = "odf", feature = "pptx")),
    allow(dead_code, reason = "workbooks are only counted here")
)]
impl Parts {
    /// Opens an archive. `format` is named in errors.
    pub(crate) fn open(bytes: Vec<u8>, format: &str, limits: Limits) -> Result<Self, ExtractError> {
        if bytes.starts_with(&COMPOUND_FILE) {
            // Office encrypts a document by wrapping it in the format of its predecessor.
            return Err(ExtractError::Locked);
        }
        let archive = ZipArchive::new(Cursor::new(bytes))
            .map_err(|error| ExtractError::damaged(format!("invalid {format}: {error}")))?;
        Ok(Self {
            archive,
            left: limits,
            limit: limits.bytes,
        })
    }

    /// Unpacks a member; `None` if there is none of this name.
    pub(crate) fn read(&mut self, name: &str) -> Result<Option<Vec<u8>>, ExtractError> {
        let file = match self.archive.by_name(name) {
            Err(ZipError::FileNotFound) => return Ok(None),
            file => file.map_err(opened)?,
        };
        let bytes = unpack::counted(file, self.left).map_err(|error| match error {
            ExtractError::TooLarge { .. } => ExtractError::TooLarge { limit: self.limit },
            other => other,
        })?;
        self.left.bytes = self.left.bytes.saturating_sub(bytes);
        unpack::read(self.archive.by_name(name).map_err(opened)?, bytes).map(Some)
    }

    /// Unpacks a member that the format requires.
    #[cfg(any(feature = "docx", feature = "epub", feature = "odf", feature = "pptx"))]
    pub(crate) fn require(&mut self, name: &str) -> Result<Vec<u8>, ExtractError> {
        self.read(name)?
            .ok_or_else(|| ExtractError::damaged(format!("it contains no {name}")))
    }

    /// Counts the unpacked size of all members, for parsers that unpack them without a limit.
    #[cfg(feature = "xlsx")]
    pub(crate) fn refuse_large(&mut self) -> Result<(), ExtractError> {
        for index in 0..self.archive.len() {
            let file = self.archive.by_index(index).map_err(opened)?;
            let bytes = unpack::counted(file, self.left).map_err(|error| match error {
                ExtractError::TooLarge { .. } => ExtractError::TooLarge { limit: self.limit },
                other => other,
            })?;
            self.left.bytes = self.left.bytes.saturating_sub(bytes);
        }
        Ok(())
    }

    /// Returns the bytes of the archive.
    #[cfg(feature = "xlsx")]
    pub(crate) fn into_inner(self) -> Vec<u8> {
        self.archive.into_inner().into_inner()
    }
}

/// The start of a file of Office before 2007, or of an encrypted one.
pub(crate) const COMPOUND_FILE: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

fn opened(error: ZipError) -> ExtractError {
    match error {
        ZipError::UnsupportedArchive(why) if why.contains("Password") => ExtractError::Locked,
        error => ExtractError::damaged(error),
    }
}
