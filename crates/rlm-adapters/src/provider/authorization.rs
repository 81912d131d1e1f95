//! The authorization of requests.

use std::borrow::Cow;

use reqwest::header::{AUTHORIZATION, HeaderName};

use crate::vertex::ServiceAccount;

/// The authorization of requests.
pub(crate) enum Authorization {
    /// A header with the endpoint's key, if it has one.
    Key {
        header: HeaderName,
        prefix: Cow<'static, str>,
    },
    /// Tokens of a service account, which are valid for an hour.
    ServiceAccount(Box<ServiceAccount>),
}

impl Authorization {
    /// The header `Authorization: Bearer KEY`.
    pub(crate) const BEARER: Self = Self::Key {
        header: AUTHORIZATION,
        prefix: Cow::Borrowed("Bearer "),
    };

    /// Returns the authorization by a header with this lower-case name that contains the bare key.
    pub(crate) const fn header(name: &'static str) -> Self {
        Self::Key {
            header: HeaderName::from_static(name),
            prefix: Cow::Borrowed(""),
        }
    }
}
