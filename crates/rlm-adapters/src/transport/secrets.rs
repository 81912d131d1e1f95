//! Keys: they go into one header and nowhere else.

use memchr::memmem;
use reqwest::header::HeaderValue;
use rlm_model::ModelError;
use secrecy::{ExposeSecret, SecretString};

/// What stands in the place of a key that a server repeated.
const MASK: &str = "[key]";
/// Shorter keys are placeholders that local servers want to see (`x`, `none`); masking them would garble honest text.
const SHORTEST_SECRET: usize = 12;

/// A key for a provider. Never shown: `Debug` prints a mask, and what servers say is searched for it.
#[derive(Debug, Clone)]
pub struct ApiKey(SecretString);

/// The key can't be sent. It is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ApiKeyError {
    /// There is nothing but blanks.
    #[error("it is empty")]
    Empty,
    /// It holds characters that no key has.
    #[error("it holds characters that no key has (a blank, a line break, or a letter outside ASCII)")]
    Characters,
}

impl ApiKey {
    /// Takes a key; blanks around it, which files and shells leave behind, are cut off.
    ///
    /// # Errors
    /// [`ApiKeyError`] where it can't be sent in a header.
    pub fn new(key: &SecretString) -> Result<Self, ApiKeyError> {
        let key = key.expose_secret().trim();
        if key.is_empty() {
            return Err(ApiKeyError::Empty);
        }
        if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(ApiKeyError::Characters);
        }
        Ok(Self(key.into()))
    }

    pub(super) fn bearer(&self) -> HeaderValue {
        let mut header = HeaderValue::try_from(format!("Bearer {}", self.0.expose_secret()))
            .unwrap_or_else(|_| HeaderValue::from_static("Bearer"));
        header.set_sensitive(true);
        header
    }

    /// Cuts the key out of what a server sent.
    pub(super) fn scrub_bytes(&self, bytes: Vec<u8>) -> Vec<u8> {
        let key = self.0.expose_secret().as_bytes();
        if key.len() < SHORTEST_SECRET || memmem::find(&bytes, key).is_none() {
            return bytes;
        }
        let mut clean = Vec::with_capacity(bytes.len());
        let mut copied = 0;
        for found in memmem::find_iter(&bytes, key) {
            clean.extend_from_slice(bytes.get(copied..found).unwrap_or_default());
            clean.extend_from_slice(MASK.as_bytes());
            copied = found + key.len();
        }
        clean.extend_from_slice(bytes.get(copied..).unwrap_or_default());
        clean
    }

    /// Cuts the key out of an error's texts.
    pub(super) fn scrub_error(&self, mut error: ModelError) -> ModelError {
        error.message = self.scrub(&error.message);
        error.hint = error.hint.map(|hint| self.scrub(&hint));
        error
    }

    /// Cuts the key out of a text.
    pub(super) fn scrub(&self, text: &str) -> String {
        let key = self.0.expose_secret();
        if key.len() < SHORTEST_SECRET {
            return text.to_owned();
        }
        text.replace(key, MASK)
    }
}

#[cfg(test)]
mod tests {
    use rlm_model::ModelErrorKind;

    use super::*;

    #[test]
    fn a_key_is_cut_out_wherever_it_stands_and_never_shown() {
        let key = ApiKey::new(&" sk-planted-123456\n".into()).unwrap();
        assert!(!format!("{key:?}").contains("planted"));
        assert!(!format!("{:?}", key.bearer()).contains("planted"));
        let scrub = |text: &str| String::from_utf8(key.scrub_bytes(text.into())).unwrap();
        assert_eq!(scrub("sk-planted-123456 and sk-planted-123456."), "[key] and [key].");
        assert_eq!(scrub("sk-other"), "sk-other");
        let error = ModelError::new(ModelErrorKind::Connection, "at sk-planted-123456").with_hint("sk-planted-123456");
        let error = key.scrub_error(error);
        assert_eq!(
            (error.message.as_str(), error.hint.as_deref()),
            ("at [key]", Some("[key]"))
        );
    }

    #[test]
    fn a_placeholder_key_does_not_garble_replies() {
        let key = ApiKey::new(&"none".into()).unwrap();
        assert_eq!(key.scrub_bytes(b"none of them".to_vec()), b"none of them");
    }

    #[test]
    fn what_is_no_key_is_refused() {
        assert_eq!(ApiKey::new(&" \n".into()).unwrap_err(), ApiKeyError::Empty);
        assert_eq!(ApiKey::new(&"a b".into()).unwrap_err(), ApiKeyError::Characters);
        assert_eq!(ApiKey::new(&"schlüssel".into()).unwrap_err(), ApiKeyError::Characters);
    }
}
