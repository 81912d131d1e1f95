//! What a model is made of beside its name: the environment, and what a user says beside the model string.

use crate::transport::Timeouts;

/// Reads a variable of the environment; how, is the caller's business.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// What a user can say beside the model string.
#[derive(Debug, Clone, Default)]
pub struct ResolveOptions {
    /// The variable that holds the key, in the place of the usual ones.
    pub api_key_env: Option<String>,
    /// How long each part of a call may take.
    pub timeouts: Timeouts,
    /// Whether a key or a header that is missing is an error.
    pub keys: KeyRequirement,
}

/// Whether a key that is missing is an error, or a header that is taken from a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeyRequirement {
    /// It is, if the endpoint is known to ask for one.
    #[default]
    Required,
    /// It is not: nothing will be sent.
    Optional,
}

/// Returns the first variable that is set to more than blanks.
pub(crate) fn first_set<'a>(variables: &[&'a str], env: Environment<'_>) -> Option<(&'a str, String)> {
    let mut values = variables
        .iter()
        .filter_map(|variable| Some((*variable, env(variable)?)));
    values.find(|(_, value)| !value.trim().is_empty())
}
