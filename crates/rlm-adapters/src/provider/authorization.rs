//! The authorization of requests to a provider.

use std::borrow::Cow;

use reqwest::header::{AUTHORIZATION, HeaderName};

use crate::vertex::ServiceAccount;

/// The authorization of requests to a provider: by an API key or a service account.
pub(crate) enum Authorization {
    /// Sends the endpoint's API key in a header, if the endpoint has a key.
    Key {
        header: HeaderName,
        prefix: Cow<'static, str>,
    },
    /// Sends an access token of a Google service account, which is valid for an hour.
    ServiceAccount(Box<ServiceAccount>),
}

impl Authorization {
    /// Sends the endpoint's API key in the header `Authorization: Bearer KEY`.
    pub(crate) const BEARER: Self = Self::Key {
        header: AUTHORIZATION,
        prefix: Cow::Borrowed("Bearer "),
    };

    /// Sends the endpoint's API key without a prefix, in the header with this lower-case name.
    pub(crate) const fn header(name: &'static str) -> Self {
        Self::Key {
            header: HeaderName::from_static(name),
            prefix: Cow::Borrowed(""),
        }
    }
}
