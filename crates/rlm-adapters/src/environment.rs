//! The inputs of a model besides its model string: the environment and options.

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

/// Whether it is an error if an API key or the variable of a header is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeyRequirement {
    /// An error if the endpoint is known to require one.
    #[default]
    Required,
    /// Never an error, since no request will be sent.
    Optional,
}

/// Returns the first variable whose value is not blank.
pub(crate) fn first_set<'a>(variables: &[&'a str], env: Environment<'_>) -> Option<(&'a str, String)> {
    let mut values = variables
        .iter()
        .filter_map(|variable| Some((*variable, env(variable)?)));
    values.find(|(_, value)| !value.trim().is_empty())
}
