//! Digests that detect whether a document has changed.

use std::fmt;
use std::fs::File;
use std::io;
use std::ops::Range;
use std::str::FromStr;

use blake3::hazmat::{
    ChainingValue, HasherExt as _, Mode, left_subtree_len, merge_subtrees_non_root, merge_subtrees_root,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::chunks::{CHUNK_BYTES, in_chunks, is_hole, read_exact_at};

/// The BLAKE3 digest of a document's decoded bytes; shown as `b3:` and 64 hexadecimal digits.
///
/// ```
/// use rlm_context::ContentDigest;
///
/// let digest = ContentDigest::of(b"The roof leaks.\n");
/// assert_eq!(digest.to_string().parse(), Ok(digest));
/// assert_ne!(digest, ContentDigest::of(b"The roof leaks."));
/// assert_eq!(digest.short().len(), 12);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContentDigest([u8; 32]);

impl ContentDigest {
    /// Digests `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }

    /// Digests the first `len` bytes of a file on several threads. `is_over` is polled for
    /// cancellation.
    pub(crate) fn of_file(file: &File, len: u64, is_over: &(dyn Fn() -> bool + Sync)) -> io::Result<Self> {
        if len <= CHUNK_BYTES {
            let mut hasher = blake3::Hasher::new();
            digest_range(file, 0..len, &mut hasher)?;
            return Ok(Self(*hasher.finalize().as_bytes()));
        }
        let parts = in_chunks(len, |chunk| {
            if is_over() {
                return Err(io::Error::from(io::ErrorKind::Interrupted));
            }
            let mut hasher = blake3::Hasher::new();
            hasher.set_input_offset(chunk.start);
            digest_range(file, chunk, &mut hasher)?;
            Ok(hasher.finalize_non_root())
        })?;
        let (left, right) = halves(&parts, len);
        let root = merge_subtrees_root(&join(left.0, left.1), &join(right.0, right.1), Mode::Hash);
        Ok(Self(*root.as_bytes()))
    }

    /// Digests the length of a file, and its first and last MiB. This is fast for any size and
    /// detects most changes.
    pub(crate) fn of_ends(file: &File, len: u64) -> io::Result<Self> {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&len.to_le_bytes());
        digest_range(file, 0..len.min(END_BYTES), &mut hasher)?;
        digest_range(
            file,
            len.saturating_sub(END_BYTES).max(END_BYTES.min(len))..len,
            &mut hasher,
        )?;
        Ok(Self(*hasher.finalize().as_bytes()))
    }

    /// Digests a list of fields unambiguously: each is prefixed with its length.
    pub(crate) fn of_fields<'a>(fields: impl Iterator<Item = &'a [u8]>) -> Self {
        let mut hasher = blake3::Hasher::new();
        for field in fields {
            hasher.update(&(field.len() as u64).to_le_bytes());
            hasher.update(field);
        }
        Self(*hasher.finalize().as_bytes())
    }

    /// Returns the 32 bytes of the digest.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Returns the first 12 hexadecimal digits, for display.
    #[must_use]
    pub fn short(&self) -> String {
        let hex = blake3::Hash::from_bytes(self.0).to_hex();
        hex.chars().take(12).collect()
    }
}

/// The number of bytes at each end of a file that `of_ends` digests.
const END_BYTES: u64 = 1024 * 1024;

fn digest_range(file: &File, range: Range<u64>, hasher: &mut blake3::Hasher) -> io::Result<()> {
    const BLOCK: u64 = 256 * 1024;
    let mut buffer = vec![0; usize::try_from(BLOCK.min(range.end.saturating_sub(range.start))).unwrap_or_default()];
    // A hole reads as NUL bytes, which the buffer already contains.
    let is_hole = is_hole(file, &range);
    let mut at = range.start;
    while at < range.end {
        let bytes = usize::try_from(BLOCK.min(range.end - at)).unwrap_or_default();
        let block = buffer.get_mut(..bytes).unwrap_or_default();
        if !is_hole {
            read_exact_at(file, block, at)?;
        }
        hasher.update(block);
        at += block.len() as u64;
    }
    Ok(())
}

/// Consecutive chunks and their total length in bytes.
type Row<'a> = (&'a [ChainingValue], u64);

/// Splits consecutive chunks where BLAKE3's tree does.
fn halves(chunks: &[ChainingValue], len: u64) -> (Row<'_>, Row<'_>) {
    let left = left_subtree_len(len);
    let count = usize::try_from(left / CHUNK_BYTES).unwrap_or(usize::MAX);
    let (first, rest) = chunks.split_at_checked(count).unwrap_or((chunks, &[]));
    ((first, left), (rest, len - left))
}

/// Merges the chunks of a subtree. The recursion depth is logarithmic in their number.
fn join(chunks: &[ChainingValue], len: u64) -> ChainingValue {
    match chunks {
        [] => ChainingValue::default(),
        [one] => *one,
        _ => {
            let (left, right) = halves(chunks, len);
            merge_subtrees_non_root(&join(left.0, left.1), &join(right.0, right.1), Mode::Hash)
        }
    }
}

impl fmt::Display for ContentDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "b3:{}", blake3::Hash::from_bytes(self.0).to_hex())
    }
}

impl fmt::Debug for ContentDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "b3:{}…", self.short())
    }
}

/// The error for a string that isn't `b3:` and 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a digest: expected `b3:` and 64 hexadecimal digits")]
pub struct ParseContentDigestError;

impl FromStr for ContentDigest {
    type Err = ParseContentDigestError;

    fn from_str(text: &str) -> Result<Self, ParseContentDigestError> {
        let hex = text.strip_prefix("b3:").ok_or(ParseContentDigestError)?;
        let hash = blake3::Hash::from_hex(hex).map_err(|_| ParseContentDigestError)?;
        Ok(Self(*hash.as_bytes()))
    }
}

impl Serialize for ContentDigest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ContentDigest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn file_digest_matches_the_digest_of_its_bytes() {
        let chunk = usize::try_from(CHUNK_BYTES).unwrap();
        for len in [0, 1, 1_024, chunk - 1, chunk, chunk + 1, 2 * chunk, 3 * chunk + 5] {
            let bytes: Vec<u8> = (0..len).map(|index| (index * 7 % 251) as u8).collect();
            let mut file = tempfile::tempfile().expect("there is a place for temporary files");
            file.write_all(&bytes).expect("it can be written");
            let digest = ContentDigest::of_file(&file, len as u64, &|| false).expect("it can be read");
            assert_eq!(digest, ContentDigest::of(&bytes), "{len}");
        }
        let file = tempfile::tempfile().expect("there is a place for temporary files");
        file.set_len(2 * CHUNK_BYTES + 3).expect("it can be sparse");
        let digest = ContentDigest::of_file(&file, 2 * CHUNK_BYTES + 3, &|| false).expect("it can be read");
        assert_eq!(digest, ContentDigest::of(&vec![0; 2 * chunk + 3]), "holes are NULs");
    }

    #[test]
    fn end_digest_covers_both_ends_of_a_file() {
        let ends = |bytes: &[u8]| {
            let mut file = tempfile::tempfile().expect("there is a place for temporary files");
            file.write_all(bytes).expect("it can be written");
            ContentDigest::of_ends(&file, bytes.len() as u64).expect("it can be read")
        };
        let mib = usize::try_from(END_BYTES).unwrap();
        for len in [1, mib - 1, mib, mib + 1, 2 * mib, 3 * mib] {
            let before = vec![b'a'; len];
            for at in [0, len / 2, len - 1] {
                let mut after = before.clone();
                after[at] = b'b';
                let is_seen = len <= 2 * mib || at != len / 2;
                assert_eq!(ends(&before) != ends(&after), is_seen, "{at} of {len}");
            }
        }
        assert_ne!(ends(b"aa"), ends(b"aaa"));
    }
}
