//! Unpacking that counts what comes out.

use std::io::Read;

use crate::Limits;
use crate::error::ExtractError;

/// Reads to the end, up to the limit.
pub(crate) fn bounded(reader: impl Read, limits: Limits) -> Result<Vec<u8>, ExtractError> {
    let mut bytes = Vec::new();
    let read = reader
        .take(limits.bytes.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| ExtractError::damaged(format!("its packed bytes are damaged: {error}")))?;
    if read as u64 > limits.bytes {
        return Err(ExtractError::TooLarge { limit: limits.bytes });
    }
    Ok(bytes)
}

/// Several members one after the other are one file, as `cat a.gz b.gz` makes it.
#[cfg(feature = "gzip")]
pub(crate) fn gzip(bytes: &[u8], limits: Limits) -> Result<Vec<u8>, ExtractError> {
    bounded(flate2::read::MultiGzDecoder::new(bytes), limits)
}

#[cfg(feature = "zstd")]
pub(crate) fn zstd(mut bytes: &[u8], limits: Limits) -> Result<Vec<u8>, ExtractError> {
    let mut unpacked = Vec::new();
    // Frames one after the other are one file.
    while !bytes.is_empty() {
        let left = Limits {
            bytes: limits.bytes - unpacked.len() as u64,
            ..limits
        };
        let frame = ruzstd::decoding::StreamingDecoder::new(&mut bytes)
            .map_err(|error| ExtractError::damaged(format!("its packed bytes are damaged: {error}")))?;
        unpacked.append(&mut bounded(frame, left).map_err(|error| match error {
            ExtractError::TooLarge { .. } => ExtractError::TooLarge { limit: limits.bytes },
            other => other,
        })?);
    }
    Ok(unpacked)
}
