//! The bytes of a shard: in memory, or a range of a file on disk that is read on demand.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes that can be read by range.
#[derive(Clone)]
pub(crate) enum Blob {
    Memory(Arc<Vec<u8>>),
    Disk { file: Arc<OnDisk>, range: Range<usize> },
}

impl From<Vec<u8>> for Blob {
    fn from(mut bytes: Vec<u8>) -> Self {
        bytes.shrink_to_fit();
        Self::Memory(Arc::new(bytes))
    }
}

impl Blob {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Memory(bytes) => bytes.len(),
            Self::Disk { range, .. } => range.len(),
        }
    }

    /// Returns a range of the bytes.
    ///
    /// # Errors
    /// `UnexpectedEof` if the range exceeds the blob; any error of reading the file.
    pub(crate) fn read(&self, range: Range<usize>) -> io::Result<Cow<'_, [u8]>> {
        match self {
            Self::Memory(bytes) => bytes.get(range).map(Cow::Borrowed).ok_or_else(exceeded),
            Self::Disk { file, range: whole } => {
                if range.start > range.end || range.end > whole.len() {
                    return Err(exceeded());
                }
                file.read(whole.start + range.start..whole.start + range.end)
                    .map(Cow::Owned)
            }
        }
    }
}

/// A file that is read on demand. It isn't mapped, so truncation by another process only makes
/// reads fail.
pub(crate) struct OnDisk {
    file: Mutex<File>,
    length: usize,
}

impl OnDisk {
    pub(crate) fn new(file: File) -> io::Result<Self> {
        let length = usize::try_from(file.metadata()?.len()).map_err(io::Error::other)?;
        Ok(Self {
            file: Mutex::new(file),
            length,
        })
    }

    pub(crate) const fn len(&self) -> usize {
        self.length
    }

    /// Returns a range of the file.
    ///
    /// # Errors
    /// `UnexpectedEof` if the file is shorter; any error of reading it.
    pub(crate) fn read(&self, range: Range<usize>) -> io::Result<Vec<u8>> {
        if range.start > range.end || range.end > self.length {
            return Err(exceeded());
        }
        let mut bytes = vec![0; range.end - range.start];
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(range.start as u64))?;
        file.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}

fn exceeded() -> io::Error {
    io::ErrorKind::UnexpectedEof.into()
}
