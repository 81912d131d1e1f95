//! API keys and other secrets. Each key is sent in a single header, and its memory is overwritten
//! when it is dropped. Copies that the HTTP library makes of the header are not overwritten.

use reqwest::header::HeaderValue;
use rlm_model::{ModelError, Reply, ReplyNote};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};

/// The text that replaces a key that a server echoed.
const MASK: &str = "[key]";
/// The minimum length of a key that is masked in texts. Shorter keys are placeholders for local
/// servers (`x`, `none`), and masking them would garble other text.
const SHORTEST_SECRET: usize = 12;

/// The API key of a provider. It is never shown: `Debug` prints a mask, and it is removed from
/// responses.
///
/// ```
/// use rlm_adapters::{ApiKey, ApiKeyError};
///
/// let key = ApiKey::new(&"  sk-7c1f\n".into())?;
/// assert!(!format!("{key:?}").contains("7c1f"));
/// assert!(matches!(ApiKey::new(&" ".into()), Err(ApiKeyError::Empty)));
/// # Ok::<(), ApiKeyError>(())
/// ```
#[derive(Debug, Clone)]
pub struct ApiKey(SecretString);

/// The error for an API key that can't be sent. The message does not show the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ApiKeyError {
    /// The API key is blank.
    #[error("it is empty")]
    Empty,
    /// The API key contains characters that are invalid in a header.
    #[error("it contains characters not allowed in keys (a space, a line break, or a non-ASCII character)")]
    Characters,
}

impl ApiKey {
    /// Creates an API key. Surrounding whitespace, which files and shells may add, is removed.
    ///
    /// # Errors
    /// [`ApiKeyError`] if the key can't be sent in a header.
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

    /// Returns the header value that sends the key: `prefix` followed by the key.
    pub(crate) fn header(&self, prefix: &str) -> HeaderValue {
        let value = Zeroizing::new(format!("{prefix}{}", self.0.expose_secret()));
        let mut header = HeaderValue::try_from(value.as_str()).unwrap_or_else(|_| HeaderValue::from_static(""));
        header.set_sensitive(true);
        header
    }

    /// Returns `true` if both API keys are equal.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.0.expose_secret() == other.0.expose_secret()
    }

    /// Replaces the API key with a mask in a text.
    fn scrub(&self, text: &mut String) {
        let key = self.0.expose_secret();
        if key.len() >= SHORTEST_SECRET && text.contains(key) {
            *text = text.replace(key, MASK);
        }
    }
}

/// The secrets that are masked in replies and errors: keys, tokens, and the values of headers that
/// users set.
#[derive(Debug, Clone, Default)]
pub(crate) struct Secrets(Vec<ApiKey>);

impl Secrets {
    pub(crate) fn add(&mut self, key: ApiKey) {
        self.0.push(key);
    }

    /// Masks the secrets in the result of a call: the reply or the error.
    pub(crate) fn scrub(&self, result: Result<Reply, ModelError>) -> Result<Reply, ModelError> {
        match result {
            Ok(mut reply) => {
                self.scrub_text(&mut reply.text);
                if let Some(reasoning) = &mut reply.reasoning {
                    self.scrub_text(reasoning);
                }
                for ReplyNote(note) in &mut reply.notes {
                    let mut text = note.to_string();
                    self.scrub_text(&mut text);
                    *note = text.into();
                }
                Ok(reply)
            }
            Err(error) => Err(self.scrub_error(error)),
        }
    }

    /// Masks the secrets in the texts of an error.
    pub(crate) fn scrub_error(&self, mut error: ModelError) -> ModelError {
        self.scrub_text(&mut error.message);
        if let Some(hint) = &mut error.hint {
            self.scrub_text(hint);
        }
        error
    }

    /// Masks the secrets in a text.
    pub(crate) fn scrub_text(&self, text: &mut String) {
        for key in &self.0 {
            key.scrub(text);
        }
    }
}

#[cfg(test)]
mod tests {
    use rlm_model::{ModelErrorKind, Usage};

    use super::*;

    fn secrets(key: &str) -> Secrets {
        Secrets(vec![ApiKey::new(&key.into()).unwrap()])
    }

    fn scrubbed(secrets: &Secrets, text: &str) -> String {
        secrets.scrub(Ok(Reply::new(text, Usage::default()))).unwrap().text
    }

    #[test]
    fn api_key_is_redacted_everywhere() {
        let key = ApiKey::new(&" sk-planted-123456\n".into()).unwrap();
        assert!(!format!("{key:?}").contains("planted"));
        assert!(!format!("{:?}", key.header("Bearer ")).contains("planted"));
        let secrets = secrets("sk-planted-123456");
        assert_eq!(
            scrubbed(&secrets, "sk-planted-123456 and sk-planted-123456."),
            "[key] and [key]."
        );
        assert_eq!(scrubbed(&secrets, "sk-other"), "sk-other");
        let reply = Reply {
            reasoning: Some("it is sk-planted-123456".to_owned()),
            notes: vec![ReplyNote("sk-planted-123456".into())],
            ..Reply::new("", Usage::default())
        };
        let reply = secrets.scrub(Ok(reply)).unwrap();
        assert!(!format!("{reply:?}").contains("planted"));
        let error = ModelError::new(ModelErrorKind::Connection, "at sk-planted-123456").with_hint("sk-planted-123456");
        let error = secrets.scrub_error(error);
        assert_eq!(
            (error.message.as_str(), error.hint.as_deref()),
            ("at [key]", Some("[key]"))
        );
    }

    #[test]
    fn a_placeholder_key_does_not_garble_replies() {
        assert_eq!(scrubbed(&secrets("none"), "none of them"), "none of them");
    }

    #[test]
    fn invalid_api_keys_are_rejected() {
        assert_eq!(ApiKey::new(&" \n".into()).unwrap_err(), ApiKeyError::Empty);
        assert_eq!(ApiKey::new(&"a b".into()).unwrap_err(), ApiKeyError::Characters);
        assert_eq!(ApiKey::new(&"schlüssel".into()).unwrap_err(), ApiKeyError::Characters);
    }
}
