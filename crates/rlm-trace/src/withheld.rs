//! What stands in a journal in the place of a text.

use std::fmt;
use std::str::FromStr;

use rlm_model::Digest;

/// What stands in a journal in the place of a text: `withheld: 16 bytes, b3:…`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Withheld {
    /// How many bytes the text has.
    pub bytes: u64,
    /// Its digest.
    pub digest: Digest,
}

/// The text does not stand for another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no text is withheld here: expected `withheld: N bytes, b3:…`")]
pub struct NotWithheld;

impl Withheld {
    /// Digests a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self {
            bytes: text.len() as u64,
            digest: Digest::of(text.as_bytes()),
        }
    }

    /// Tells whether it stands for this text.
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
