//! The JSON output of commands about models and prompts.

#[cfg(test)]
use schemars::JsonSchema;
use serde::Serialize;

/// The available models.
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
    /// The model's name in this configuration.
    pub name: String,
    /// Whether it is the default model.
    pub default: bool,
    /// The adapter and the model name.
    pub model: String,
    /// The base URL or file of the model.
    pub endpoint: String,
    /// The price; null if unknown.
    pub price: Option<Price>,
    /// The size of the context window in tokens.
    pub window: Option<u64>,
    /// Whether the model can be called, as far as is known.
    pub ready: bool,
    /// What is missing.
    pub problem: Option<String>,
    /// The response time in milliseconds, if the model was called.
    pub answered_in_ms: Option<u64>,
}

/// The price in dollars per million tokens.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub struct Price {
    /// The price of input tokens.
    pub input: String,
    /// The price of input tokens that the provider had cached.
    pub cached_input: String,
    /// The price of output tokens.
    pub output: String,
}

/// The prompts that models receive.
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
    /// The purpose, in one sentence.
    pub purpose: String,
    /// The variables that the prompt uses.
    pub variables: Vec<String>,
    /// The maximum number of tokens.
    pub budget: Option<u64>,
    /// The number of tokens of the longest example.
    pub tokens: u64,
    /// Whether it is the built-in prompt of this release.
    pub built_in: bool,
    /// The text before rendering.
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
    /// What the example shows.
    pub case: String,
    /// The number of tokens.
    pub tokens: u64,
    /// The text.
    pub text: String,
}
