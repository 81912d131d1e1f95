//! The base URLs of providers' APIs.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use reqwest::Url;

/// The base URL of a provider's API, such as `https://api.openai.com/v1`. It never contains a
/// secret.
///
/// ```
/// use rlm_adapters::{BaseUrl, BaseUrlError};
///
/// let url: BaseUrl = "http://127.0.0.1:8000/v1".parse()?;
/// assert!(url.is_loopback() && !url.is_https());
/// assert_eq!("https://me:secret@example.org/v1".parse::<BaseUrl>(), Err(BaseUrlError::Credentials));
/// # Ok::<(), BaseUrlError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BaseUrl(Url);

impl BaseUrl {
    /// Returns `true` if the URL refers to this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let host = self.host();
        let address = host.trim_start_matches('[').trim_end_matches(']');
        host == "localhost"
            || host.ends_with(".localhost")
            || address.parse().is_ok_and(|address: IpAddr| address.is_loopback())
    }

    /// Returns `true` if the URL refers to OpenAI's server, which always requires a key.
    #[must_use]
    pub fn is_openai(&self) -> bool {
        self.host() == "openai.com" || self.host().ends_with(".openai.com")
    }

    /// Returns `true` if the URL is a chat-completions endpoint on Ollama's default port.
    #[must_use]
    pub fn is_ollama(&self) -> bool {
        self.0.port() == Some(11_434) && self.0.path().trim_end_matches('/').ends_with("/v1")
    }

    /// Returns `true` if the base URL has a path.
    pub(crate) fn has_path(&self) -> bool {
        !self.0.path().trim_matches('/').is_empty()
    }

    /// Returns `true` if the base URL has an explicit port.
    pub(crate) fn has_port(&self) -> bool {
        self.0.port().is_some()
    }

    /// Returns the base URL with another port.
    pub(crate) fn with_port(&self, port: u16) -> Result<Self, BaseUrlError> {
        let mut url = self.0.clone();
        url.set_port(Some(port)).map_err(|()| BaseUrlError::NotAUrl)?;
        Ok(Self(url))
    }

    /// Returns the host name or address of the base URL.
    #[must_use]
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// Returns `true` if the URL's scheme is HTTPS, so that the connection is encrypted.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// Returns the URL of `path` below the base URL. The part of `path` after `?` is the query.
    pub(crate) fn join(&self, path: &str) -> Url {
        let (path, query) = path
            .split_once('?')
            .map_or((path, None), |(path, query)| (path, Some(query)));
        let mut url = self.0.clone();
        if !path.is_empty() {
            let base = url.path().trim_end_matches('/');
            url.set_path(&format!("{base}/{}", path.trim_start_matches('/')));
        }
        url.set_query(query);
        url
    }
}

impl fmt::Display for BaseUrl {
    /// Writes the base URL without a trailing slash.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

/// The error for an invalid base URL. The message does not show the URL, since it may contain a
/// secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BaseUrlError {
    /// The text can't be parsed as a URL.
    #[error("not a URL: expected a full one, such as http://localhost:8000/v1")]
    NotAUrl,
    /// The scheme is neither HTTP nor HTTPS.
    #[error("not an HTTP URL: it must start with http:// or https://")]
    Scheme,
    /// The URL contains a user name or a password.
    #[error("a base URL must not contain a user name or a password: put the key into LLM_API_KEY")]
    Credentials,
    /// The URL has a query or a fragment.
    #[error("a base URL must end with its path: remove everything from `?` or `#` on")]
    Query,
}

impl FromStr for BaseUrl {
    type Err = BaseUrlError;

    /// Parses a base URL. If the text includes the path of an endpoint (`…/chat/completions`), that
    /// path is removed.
    fn from_str(text: &str) -> Result<Self, BaseUrlError> {
        let text = text.trim().trim_end_matches('/');
        let text = text.strip_suffix("/chat/completions").unwrap_or(text);
        let url = Url::parse(text).map_err(|_| BaseUrlError::NotAUrl)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(BaseUrlError::Scheme);
        }
        if url.host_str().is_none_or(str::is_empty) {
            return Err(BaseUrlError::NotAUrl);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BaseUrlError::Credentials);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(BaseUrlError::Query);
        }
        Ok(Self(url))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base(text: &str) -> BaseUrl {
        text.parse().unwrap()
    }

    #[test]
    fn base_url_joins_paths_regardless_of_slashes() {
        for text in [
            "https://api.openai.com/v1",
            "https://api.openai.com/v1/",
            " https://api.openai.com/v1/chat/completions\n",
        ] {
            assert_eq!(base(text).to_string(), "https://api.openai.com/v1");
            let joined = base(text).join("chat/completions");
            assert_eq!(joined.as_str(), "https://api.openai.com/v1/chat/completions");
        }
        assert_eq!(base("http://h:1").join("chat").as_str(), "http://h:1/chat");
        assert_eq!(base("http://h:1/a").join("/b/c?v=1").as_str(), "http://h:1/a/b/c?v=1");
        assert_eq!(base("http://h:1/a/").join("b%2Fc").as_str(), "http://h:1/a/b%2Fc");
    }

    #[test]
    fn loopback_hosts_are_recognized() {
        for text in [
            "http://localhost:1",
            "http://127.0.0.1",
            "http://127.8.0.1/v1",
            "http://[::1]:1",
            "http://a.localhost",
        ] {
            assert!(base(text).is_loopback(), "{text}");
        }
        for text in [
            "http://10.0.0.1",
            "https://localhost.example",
            "https://api.openai.com/v1",
        ] {
            assert!(!base(text).is_loopback(), "{text}");
        }
    }

    #[test]
    fn invalid_base_url_errors_do_not_echo_the_url() {
        let error = |text: &str| text.parse::<BaseUrl>().unwrap_err();
        assert_eq!(error("localhost:8000"), BaseUrlError::Scheme);
        assert_eq!(error("api.openai.com/v1"), BaseUrlError::NotAUrl);
        assert_eq!(error("ftp://x/v1"), BaseUrlError::Scheme);
        assert_eq!(error("https://sk-secret@x/v1"), BaseUrlError::Credentials);
        assert_eq!(error("https://x/v1?key=sk-secret"), BaseUrlError::Query);
    }
}
