//! Which program serves a model behind a protocol that many speak, and how to tell.

use serde::Deserialize;
use serde_json::Value;

use super::text_of;

/// A program that serves models by chat completions and can hold them to a grammar, each by a field of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
pub enum ModelServer {
    /// vLLM.
    #[serde(rename = "vllm")]
    Vllm,
    /// llama.cpp's own server, or that of llama-cpp-python, which is asked in the same way.
    #[serde(rename = "llama.cpp")]
    LlamaCpp,
    /// SGLang.
    #[serde(rename = "sglang")]
    Sglang,
}

impl ModelServer {
    /// Reads it from a server's list of models, where each says who owns it; none where it is another program, such as LM Studio
    /// (`organization_owner`), Ollama (`library`) or a gateway.
    ///
    /// Sources: vLLM's `entrypoints/openai/models/protocol.py`, SGLang's `entrypoints/openai/protocol.py`, llama.cpp's
    /// `tools/server/server-context.cpp`, llama-cpp-python's `server/app.py` (read in November 2026).
    pub(super) fn of_list(list: &Value, model: &str) -> Option<Self> {
        let models = list.get("data").and_then(Value::as_array)?;
        let named = models.iter().find(|entry| text_of(entry, "id") == Some(model));
        // Where there is one model, names may not matter.
        let entry = named.or_else(|| models.first())?;
        match text_of(entry, "owned_by")? {
            "vllm" => Some(Self::Vllm),
            "sglang" => Some(Self::Sglang),
            "llamacpp" => Some(Self::LlamaCpp),
            // Many say that; llama-cpp-python says this too.
            "me" if entry.get("permissions").is_some_and(Value::is_array) => Some(Self::LlamaCpp),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn servers_are_known_by_who_owns_their_models() {
        let of = |owner: &str| ModelServer::of_list(&json!({"data": [{"id": "m", "owned_by": owner}]}), "m");
        assert_eq!(of("vllm"), Some(ModelServer::Vllm));
        assert_eq!(of("sglang"), Some(ModelServer::Sglang));
        assert_eq!(of("llamacpp"), Some(ModelServer::LlamaCpp));
        for other in ["me", "organization_owner", "library", "openai", ""] {
            assert_eq!(of(other), None, "{other}");
        }
        let python = json!({"data": [{"id": "m.gguf", "object": "model", "owned_by": "me", "permissions": []}]});
        assert_eq!(
            ModelServer::of_list(&python, "m"),
            Some(ModelServer::LlamaCpp),
            "it has one, by any name"
        );
    }

    #[test]
    fn of_many_models_the_one_that_is_asked_counts() {
        let list = json!({"data": [{"id": "a", "owned_by": "openai"}, {"id": "b", "owned_by": "vllm"}]});
        assert_eq!(ModelServer::of_list(&list, "b"), Some(ModelServer::Vllm));
        assert_eq!(ModelServer::of_list(&list, "a"), None);
        for none in [json!({"data": []}), json!({"data": {}}), json!([]), json!(null)] {
            assert_eq!(ModelServer::of_list(&none, "a"), None);
        }
    }
}
