//! The JSON output of commands about models and prompts.

#[cfg(test)]
use schemars::JsonSchema;
use serde::Serialize;

/// The models that are available here.
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
    /// The name that flags accept.
    pub name: String,
    /// Whether it is the default model.
    pub default: bool,
    /// The adapter and the model's name.
    pub model: String,
    /// The endpoint.
    pub endpoint: String,
    /// The price; null if it is unknown.
    pub price: Option<Price>,
    /// The size of the context window in tokens.
    pub window: Option<u64>,
    /// Whether the model can be called, as far as is known.
    pub ready: bool,
    /// The problem that prevents calls.
    pub problem: Option<String>,
    /// The response time in milliseconds, if the model was called.
    pub answered_in_ms: Option<u64>,
}

/// Dollars per million tokens.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Price {
    /// Input tokens.
    pub input: String,
    /// Input tokens that the provider had cached.
    pub cached_input: String,
    /// Output tokens.
    pub output: String,
}

/// The prompts of models.
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
    /// The prompt's name.
    pub name: String,
    /// The purpose, in a sentence.
    pub purpose: String,
    /// The variables that the template uses.
    pub variables: Vec<String>,
    /// The maximum number of tokens.
    pub budget: Option<u64>,
    /// The number of tokens of its longest example.
    pub tokens: u64,
    /// Whether it is the prompt of this release.
    pub built_in: bool,
    /// The template text.
    pub text: String,
}

/// Rendered prompts.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Renderings {
    /// The rendered prompts.
    pub renderings: Vec<Rendering>,
}

/// A rendered prompt.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Rendering {
    /// The case that the rendering is an example of.
    pub case: String,
    /// The number of tokens.
    pub tokens: u64,
    /// The text.
    pub text: String,
}
