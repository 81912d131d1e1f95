//! Detects decompression bombs in the streams of a PDF before a parser unpacks them.

use std::io::{self, Read};

use flate2::read::{DeflateDecoder, ZlibDecoder};

use crate::Limits;
use crate::error::ExtractError;

/// The maximum number of nested compression layers of a stream.
const MOST_LAYERS: usize = 4;
/// The maximum number of bytes of a layer that are kept to check the next one.
const KEPT_BYTES: u64 = 64 << 20;

/// Rejects a file whose deflated streams together exceed the limit. It scans the raw bytes, so it
/// doesn't rely on the file's tables. Other filters expand to little more than their own size.
pub(super) fn refuse(bytes: &[u8], limits: Limits) -> Result<(), ExtractError> {
    let mut left = limits.bytes;
    for at in memchr::memmem::find_iter(bytes, b"stream") {
        let Some(data) = begun(bytes, at) else { continue };
        let used = unpacked(data, left, MOST_LAYERS);
        left = left
            .checked_sub(used)
            .ok_or(ExtractError::TooLarge { limit: limits.bytes })?;
    }
    Ok(())
}

/// Returns the data of the stream whose keyword `stream` is at offset `at`; `None` if no stream
/// starts there.
fn begun(bytes: &[u8], at: usize) -> Option<&[u8]> {
    if bytes.get(..at)?.ends_with(b"end") {
        return None;
    }
    let rest = bytes.get(at + b"stream".len()..)?;
    rest.strip_prefix(b"\r\n")
        .or_else(|| rest.strip_prefix(b"\n"))
        .or_else(|| rest.strip_prefix(b"\r"))
}

/// Counts the unpacked size of a deflated stream, over all its layers. The result exceeds `most` if
/// the stream is too large.
fn unpacked(data: &[u8], most: u64, layers: usize) -> u64 {
    let is_zlib = matches!(data, [0x08 | 0x18 | 0x28 | 0x38 | 0x48 | 0x58 | 0x68 | 0x78, _, ..]);
    let mut kept = Vec::new();
    let count = if is_zlib {
        drained(ZlibDecoder::new(data), most, &mut kept)
    } else {
        drained(DeflateDecoder::new(data), most, &mut kept)
    };
    if layers > 1 && count <= most && matches!(kept.as_slice(), [0x78, ..]) {
        return count.saturating_add(unpacked(&kept, most - count, layers - 1));
    }
    count
}

fn drained(mut reader: impl Read, most: u64, kept: &mut Vec<u8>) -> u64 {
    let mut limited = (&mut reader).take(KEPT_BYTES.min(most));
    let first = limited.read_to_end(kept).map_or(kept.len() as u64, |read| read as u64);
    if first < KEPT_BYTES.min(most) {
        return first;
    }
    let mut rest = reader.take(most.saturating_add(1) - first);
    first + io::copy(&mut rest, &mut io::sink()).unwrap_or(0)
}
