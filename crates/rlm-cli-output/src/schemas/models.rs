//! The JSON output of commands about models and prompts.

#[cfg(test)]
use schemars::JsonSchema;
use serde::Serialize;

/// The models that can be named here.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Models {
    /// The models.
    pub models: Vec<ListedModel>,
}

/// A model in a list.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct ListedModel {
    /// What it is called here.
    pub name: String,
    /// Whether it is asked where none is named.
    pub default: bool,
    /// Its adapter and name.
    pub model: String,
    /// Where it is reached.
    pub endpoint: String,
    /// What it costs; null where nobody knows.
    pub price: Option<Price>,
    /// The tokens of its window.
    pub window: Option<u64>,
    /// Whether it can be asked, as far as is known.
    pub ready: bool,
    /// What is wanting.
    pub problem: Option<String>,
    /// How long it took to answer, where it was asked.
    pub answered_in_ms: Option<u64>,
}

/// Dollars for a million tokens.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Price {
    /// Of messages.
    pub input: String,
    /// Of messages that the provider had cached.
    pub cached_input: String,
    /// Of replies.
    pub output: String,
}

/// What models are told.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Prompts {
    /// The prompts.
    pub prompts: Vec<Prompt>,
}

/// A prompt.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Prompt {
    /// Its name.
    pub name: String,
    /// What it is for, in a sentence.
    pub purpose: String,
    /// The variables that it uses.
    pub variables: Vec<String>,
    /// The most tokens that it may take.
    pub budget: Option<u64>,
    /// The tokens of its longest example.
    pub tokens: u64,
    /// Whether it is that of this release.
    pub built_in: bool,
    /// Its text before rendering.
    pub text: String,
}

/// Prompts as models get them.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Renderings {
    /// The renderings.
    pub renderings: Vec<Rendering>,
}

/// A prompt as a model gets it.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Rendering {
    /// What it is an example of.
    pub case: String,
    /// Its tokens.
    pub tokens: u64,
    /// Its text.
    pub text: String,
}
