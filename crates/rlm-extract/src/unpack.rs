//! Decompression that counts the unpacked size before storing anything.

use std::io::{self, Read};

use crate::Limits;
use crate::error::ExtractError;

/// Counts the bytes that a reader yields without storing them; fails beyond the limit.
pub(crate) fn counted(reader: impl Read, limits: Limits) -> Result<u64, ExtractError> {
    let mut reader = reader.take(limits.bytes.saturating_add(1));
    let bytes = io::copy(&mut reader, &mut io::sink()).map_err(damaged)?;
    if bytes > limits.bytes {
        return Err(ExtractError::TooLarge { limit: limits.bytes });
    }
    Ok(bytes)
}

#[cfg_attr(
    not(any(
        feature = "docx",
        feature = "epub",
        feature = "gzip",
        feature = "odf",
        feature = "pptx",
        feature = "zstd"
    )),
    allow(dead_code, reason = "workbooks are only counted here")
)]
/// Reads `counted` bytes into a buffer of exactly that size.
pub(crate) fn read(reader: impl Read, counted: u64) -> Result<Vec<u8>, ExtractError> {
    let mut bytes = Vec::new();
    let len = usize::try_from(counted).map_err(|_| ExtractError::TooLarge { limit: counted })?;
    bytes
        .try_reserve_exact(len)
        .map_err(|_| ExtractError::damaged(format!("not enough memory for its {counted} bytes")))?;
    reader.take(counted).read_to_end(&mut bytes).map_err(damaged)?;
    Ok(bytes)
}

fn damaged(error: io::Error) -> ExtractError {
    ExtractError::damaged(format!("invalid compressed data: {error}"))
}

/// Decompresses gzip. Concatenated members are one file, as created by `cat a.gz b.gz`.
#[cfg(feature = "gzip")]
pub(crate) fn gzip(bytes: &[u8]) -> impl Read {
    flate2::read::MultiGzDecoder::new(bytes)
}

/// Decompresses zstd. Concatenated frames are one file.
#[cfg(feature = "zstd")]
pub(crate) struct Zstd<'a> {
    /// The bytes after the current frame.
    rest: &'a [u8],
    frame: Option<Frame<'a>>,
}

#[cfg(feature = "zstd")]
type Frame<'a> = ruzstd::decoding::StreamingDecoder<&'a [u8], ruzstd::decoding::FrameDecoder>;

#[cfg(feature = "zstd")]
impl<'a> Zstd<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self {
            rest: bytes,
            frame: None,
        }
    }
}

#[cfg(feature = "zstd")]
impl Read for Zstd<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(frame) = &mut self.frame {
                let read = frame.read(buffer)?;
                if read > 0 || buffer.is_empty() {
                    return Ok(read);
                }
            }
            if let Some(frame) = self.frame.take() {
                self.rest = frame.into_inner();
            }
            if self.rest.is_empty() {
                return Ok(0);
            }
            self.frame = Some(Frame::new(self.rest).map_err(io::Error::other)?);
        }
    }
}
