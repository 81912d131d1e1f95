//! The inputs to the creation of a model besides its model string: environment variables and
//! options.

use crate::transport::Timeouts;

/// A function that returns the value of an environment variable by its name.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The options of [`resolve`](crate::resolve), besides the model string.
#[derive(Debug, Clone, Default)]
pub struct ResolveOptions {
    /// The environment variable that holds the API key. `None` for the provider's usual ones.
    pub api_key_env: Option<String>,
    /// The timeouts of a call of the model.
    pub timeouts: Timeouts,
    /// Whether a missing API key, or a missing variable of a header, is an error.
    pub keys: KeyRequirement,
}

/// Whether a missing API key, or a missing variable of a header, is an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeyRequirement {
    /// A missing key is an error if the endpoint is known to require one.
    #[default]
    Required,
    /// A missing key is never an error, since no request will be sent.
    Optional,
}

/// Returns the first of the environment variables whose value is not blank, with its value.
pub(crate) fn first_set<'a>(variables: &[&'a str], env: Environment<'_>) -> Option<(&'a str, String)> {
    let mut values = variables
        .iter()
        .filter_map(|variable| Some((*variable, env(variable)?)));
    values.find(|(_, value)| !value.trim().is_empty())
}
