//! Content digests: BLAKE3, written as `b3:` followed by 64 hexadecimal digits.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A 256-bit BLAKE3 digest of a byte string.
///
/// ```
/// use rlm_model::Digest;
///
/// let digest = Digest::of(b"The vault code is 7-4-1.");
/// assert_eq!(digest.to_string().parse(), Ok(digest));
/// assert!(digest.to_string().starts_with(&format!("b3:{}", digest.short())));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest([u8; 32]);

impl Digest {
    /// Computes the digest of a byte string.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }

    /// Returns the digest as 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Returns the first 12 hexadecimal digits of the digest, for logs and listings.
    #[must_use]
    pub fn short(&self) -> String {
        let mut hex = self.hex();
        hex.truncate(12);
        hex
    }

    fn hex(&self) -> String {
        use fmt::Write as _;
        self.0.iter().fold(String::with_capacity(64), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "b3:{}", self.hex())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "b3:{}…", self.short())
    }
}

/// The error for a text that is not a digest: `b3:` followed by 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a digest: expected `b3:` and 64 hexadecimal digits")]
pub struct ParseDigestError;

impl FromStr for Digest {
    type Err = ParseDigestError;

    fn from_str(text: &str) -> Result<Self, ParseDigestError> {
        let hex = text.strip_prefix("b3:").ok_or(ParseDigestError)?;
        let hash = blake3::Hash::from_hex(hex).map_err(|_| ParseDigestError)?;
        Ok(Self(*hash.as_bytes()))
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// The builder for the digest of a sequence of fields. Each field is preceded by its length, so
/// that no two sequences are encoded alike.
///
/// ```
/// use rlm_model::DigestBuilder;
///
/// let of = |first: &str, second: &str| {
///     DigestBuilder::new("question and answer").field(first.as_bytes()).field(second.as_bytes()).finish()
/// };
/// assert_ne!(of("ab", "c"), of("a", "bc"), "where a field ends is part of the digest");
///
/// let pieces = ["a", "b"].map(str::as_bytes);
/// let mut builder = DigestBuilder::new("question and answer");
/// assert_eq!(builder.pieces(pieces.into_iter()).field(b"c").finish(), of("ab", "c"));
/// ```
#[derive(Debug, Default)]
pub struct DigestBuilder(blake3::Hasher);

impl DigestBuilder {
    /// Starts a digest for one purpose, such as `rlm request 1`. Digests of different purposes
    /// never collide.
    #[must_use]
    pub fn new(purpose: &str) -> Self {
        let mut builder = Self(blake3::Hasher::new());
        builder.field(purpose.as_bytes());
        builder
    }

    /// Adds a field to the digest.
    pub fn field(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.update(&(bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
        self
    }

    /// Adds a field to the digest that is given in pieces. The result equals that of
    /// [`field`](Self::field) with their concatenation.
    pub fn pieces<'a>(&mut self, pieces: impl Iterator<Item = &'a [u8]> + Clone) -> &mut Self {
        let length: u64 = pieces.clone().map(|piece| piece.len() as u64).sum();
        self.0.update(&length.to_le_bytes());
        for piece in pieces {
            self.0.update(piece);
        }
        self
    }

    /// Adds a number to the digest, as a field of eight bytes in little-endian order.
    pub fn number(&mut self, number: u64) -> &mut Self {
        self.field(&number.to_le_bytes())
    }

    /// Returns the digest of all fields added so far.
    #[must_use]
    pub fn finish(&self) -> Digest {
        Digest(*self.0.finalize().as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form_round_trips() {
        let digest = Digest::of(b"context");
        assert_eq!(digest.to_string().parse(), Ok(digest));
        assert_eq!("b3:12".parse::<Digest>(), Err(ParseDigestError));
    }

    #[test]
    fn digest_fields_are_delimited() {
        let digest = |fields: &[&str]| {
            let mut builder = DigestBuilder::new("test");
            for field in fields {
                builder.field(field.as_bytes());
            }
            builder.finish()
        };
        assert_ne!(digest(&["ab", "c"]), digest(&["a", "bc"]));
        let mut pieces = DigestBuilder::new("test");
        pieces.pieces([b"ab".as_slice(), b"c"].into_iter());
        assert_eq!(pieces.finish(), digest(&["abc"]));
    }
}
