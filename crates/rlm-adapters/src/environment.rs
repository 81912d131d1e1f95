//! What a model is made of beside its name: the environment, and what a user says beside the model string.

use crate::transport::Timeouts;

/// A function that reads an environment variable.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The options of [`resolve`](crate::resolve), besides the model string.
#[derive(Debug, Clone, Default)]
pub struct ResolveOptions {
    /// The environment variable of the API key; `None` for the usual ones of the provider.
    pub api_key_env: Option<String>,
    /// The timeouts of a call.
    pub timeouts: Timeouts,
    /// Whether a missing key or header is an error.
    pub keys: KeyRequirement,
}

/// Whether a missing API key, or a missing variable of a header, is an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeyRequirement {
    /// It is, if the endpoint is known to ask for one.
    #[default]
    Required,
    /// It is not, since no request will be sent.
    Optional,
}

/// Returns the first variable that is set to more than blanks.
pub(crate) fn first_set<'a>(variables: &[&'a str], env: Environment<'_>) -> Option<(&'a str, String)> {
    let mut values = variables
        .iter()
        .filter_map(|variable| Some((*variable, env(variable)?)));
    values.find(|(_, value)| !value.trim().is_empty())
}
