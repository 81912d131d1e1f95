//! The placeholder in a journal for a text that the journal must not store.

use std::fmt;
use std::str::FromStr;

use rlm_model::Digest;

/// The placeholder in a journal for a text that the journal must not store:
/// `withheld: 16 bytes, b3:…`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Withheld {
    /// The length in bytes of the text that was withheld.
    pub bytes: u64,
    /// The digest of the text that was withheld.
    pub digest: Digest,
}

/// The error of parsing a text that is not a placeholder of a withheld text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a withheld text: expected `withheld: N bytes, b3:…`")]
pub struct NotWithheld;

impl Withheld {
    /// Creates the placeholder for a text, from its length and digest.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self {
            bytes: text.len() as u64,
            digest: Digest::of(text.as_bytes()),
        }
    }

    /// Returns `true` if the placeholder is that of `text`.
    #[must_use]
    pub fn is_of(&self, text: &str) -> bool {
        *self == Self::of(text)
    }
}

impl fmt::Display for Withheld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "withheld: {} bytes, {}", self.bytes, self.digest)
    }
}

impl FromStr for Withheld {
    type Err = NotWithheld;

    fn from_str(text: &str) -> Result<Self, NotWithheld> {
        let rest = text.strip_prefix("withheld: ").ok_or(NotWithheld)?;
        let (bytes, digest) = rest.split_once(" bytes, ").ok_or(NotWithheld)?;
        Ok(Self {
            bytes: bytes.parse().map_err(|_| NotWithheld)?,
            digest: digest.parse().map_err(|_| NotWithheld)?,
        })
    }
}
