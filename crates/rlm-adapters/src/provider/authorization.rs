//! How requests say who sends them.

use std::borrow::Cow;

use reqwest::header::{AUTHORIZATION, HeaderName};

use crate::vertex::ServiceAccount;

/// How requests say who sends them.
pub(crate) enum Authorization {
    /// By a header that holds the endpoint's key, where it has one.
    Key {
        header: HeaderName,
        prefix: Cow<'static, str>,
    },
    /// By tokens that last an hour.
    ServiceAccount(Box<ServiceAccount>),
}

impl Authorization {
    /// `Authorization: Bearer KEY`.
    pub(crate) const BEARER: Self = Self::Key {
        header: AUTHORIZATION,
        prefix: Cow::Borrowed("Bearer "),
    };

    /// The key alone, in a header of that lower-case name.
    pub(crate) const fn header(name: &'static str) -> Self {
        Self::Key {
            header: HeaderName::from_static(name),
            prefix: Cow::Borrowed(""),
        }
    }
}
