//! What commands about models and prompts print.

#[cfg(test)]
use schemars::JsonSchema;
use serde::Serialize;

/// The models that can be named here.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct Models {
    /// The models.
    pub(crate) models: Vec<ListedModel>,
}

/// A model in a list.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct ListedModel {
    /// What it is called here.
    pub(crate) name: String,
    /// Whether it is asked where none is named.
    pub(crate) default: bool,
    /// Its adapter and name.
    pub(crate) model: String,
    /// Where it is reached.
    pub(crate) endpoint: String,
    /// What it costs; null where nobody knows.
    pub(crate) price: Option<Price>,
    /// The tokens of its window.
    pub(crate) window: Option<u64>,
    /// Whether it can be asked, as far as is known.
    pub(crate) ready: bool,
    /// What is wanting.
    pub(crate) problem: Option<String>,
    /// How long it took to answer, where it was asked.
    pub(crate) answered_in_ms: Option<u64>,
}

/// Dollars for a million tokens.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct Price {
    /// Of messages.
    pub(crate) input: String,
    /// Of messages that the provider had cached.
    pub(crate) cached_input: String,
    /// Of replies.
    pub(crate) output: String,
}

/// What models are told.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct Prompts {
    /// The prompts.
    pub(crate) prompts: Vec<Prompt>,
}

/// A prompt.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct Prompt {
    /// Its name.
    pub(crate) name: String,
    /// What it is for, in a sentence.
    pub(crate) purpose: String,
    /// The variables that it uses.
    pub(crate) variables: Vec<String>,
    /// The most tokens that it may take.
    pub(crate) budget: Option<u64>,
    /// The tokens of its longest example.
    pub(crate) tokens: u64,
    /// Whether it is that of this release.
    pub(crate) built_in: bool,
    /// Its text before rendering.
    pub(crate) text: String,
}

/// Prompts as models get them.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct Renderings {
    /// The renderings.
    pub(crate) renderings: Vec<Rendering>,
}

/// A prompt as a model gets it.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
pub(crate) struct Rendering {
    /// What it is an example of.
    pub(crate) case: String,
    /// Its tokens.
    pub(crate) tokens: u64,
    /// Its text.
    pub(crate) text: String,
}
