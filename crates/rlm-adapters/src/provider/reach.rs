//! Checks that a model's server is reachable, without a model call.

use rlm_model::{BoxFuture, Model, ModelError};
use serde_json::Value;

/// The result of checking whether a model's server is reachable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reachability {
    /// The model needs no server, because it runs on this machine.
    Here,
    /// The server answered, but does not list its models.
    Answered,
    /// The server lists the model among its models.
    Lists,
    /// The server lists its models, but not the checked one.
    ListsOthers,
}

impl Reachability {
    /// Determines whether a response that lists models contains `model`, in the formats of OpenAI,
    /// Anthropic, Google and Ollama.
    pub(super) fn of_list(body: &[u8], model: &str) -> Self {
        let list: Value = serde_json::from_slice(body).unwrap_or_default();
        let Some(models) = ["data", "models"].iter().find_map(|key| list.get(key)?.as_array()) else {
            return Self::Answered;
        };
        let is_it = |entry: &Value| {
            let mut names = ["id", "name"].iter().filter_map(|key| entry.get(key)?.as_str());
            // Google lists `models/NAME`.
            names.any(|name| is_called(name, model) || is_called(name.trim_start_matches("models/"), model))
        };
        if models.iter().any(is_it) {
            Self::Lists
        } else {
            Self::ListsOthers
        }
    }
}

/// Returns `true` if a listed name is that of the model. The listed name may have an additional
/// version or date.
fn is_called(listed: &str, model: &str) -> bool {
    let rest = listed.strip_prefix(model);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', ':', '@']))
}

/// A model that can check free of charge whether its server is reachable.
///
/// ```
/// # use rlm_adapters::{Endpoint, OpenAiModel, ReachableModel as _, Reachability};
/// # use rlm_test_server::{Answer, TestServer};
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let server = TestServer::always(Answer::models("qwen3-32b", "house"))?;
/// let there = OpenAiModel::new(Endpoint::new(server.base_url().parse()?, "qwen3-32b"))?;
/// assert_eq!(there.reach().await?, Reachability::Lists);
/// let another = OpenAiModel::new(Endpoint::new(server.base_url().parse()?, "qwen3-33b"))?;
/// assert_eq!(another.reach().await?, Reachability::ListsOthers);
/// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait ReachableModel: Model {
    /// Checks whether the server is reachable and accepts the key. Makes no model call, so the
    /// check is free.
    ///
    /// If a server lists its models without a key, the result says nothing about the key.
    ///
    /// # Errors
    /// [`ModelError`] if the server is unreachable or rejects the key.
    fn reach(&self) -> BoxFuture<'_, Result<Reachability, ModelError>> {
        Box::pin(async { Ok(Reachability::Here) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn model_lists_of_several_servers_are_parsed() {
        let of = |body: &str, model| Reachability::of_list(body.as_bytes(), model);
        let openai = r#"{"data": [{"id": "gpt-5.1"}, {"id": "claude-sonnet-4-5-20250929"}]}"#;
        assert_eq!(of(openai, "gpt-5.1"), Reachability::Lists);
        assert_eq!(of(openai, "claude-sonnet-4-5"), Reachability::Lists);
        assert_eq!(of(openai, "gpt-5"), Reachability::ListsOthers);
        assert_eq!(
            of(r#"{"models": [{"name": "qwen3:8b"}]}"#, "qwen3"),
            Reachability::Lists
        );
        assert_eq!(of(r#"{"data": []}"#, "gpt-5.1"), Reachability::ListsOthers);
        assert_eq!(of("<html>", "gpt-5.1"), Reachability::Answered);
        assert_eq!(of(r#"{"ok": true}"#, "gpt-5.1"), Reachability::Answered);
    }
}
