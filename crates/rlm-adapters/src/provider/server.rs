//! The server programs that serve models with the same protocol, and their identification.

use serde::Deserialize;
use serde_json::Value;

use super::text_of;

/// A server program that supports grammars with its chat completions API. Each program has another
/// request field for grammars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
pub enum ModelServer {
    /// The vLLM server.
    #[serde(rename = "vllm")]
    Vllm,
    /// The server of llama.cpp, or that of llama-cpp-python, which uses the same request field.
    #[serde(rename = "llama.cpp")]
    LlamaCpp,
    /// The SGLang server.
    #[serde(rename = "sglang")]
    Sglang,
}

impl ModelServer {
    /// Identifies the server program by the owner of models in the server's list of models. Returns
    /// `None` for other programs, such as LM Studio (`organization_owner`), Ollama (`library`) or a
    /// gateway.
    ///
    /// Sources: vLLM's `entrypoints/openai/models/protocol.py`, SGLang's
    /// `entrypoints/openai/protocol.py`, llama.cpp's `tools/server/server-context.cpp`,
    /// llama-cpp-python's `server/app.py` (read in November 2026).
    pub(crate) fn of_list(list: &Value, model: &str) -> Option<Self> {
        let models = list.get("data").and_then(Value::as_array)?;
        let named = models.iter().find(|entry| text_of(entry, "id") == Some(model));
        // If there is a single model, its name may not matter.
        let entry = named.or_else(|| models.first())?;
        match text_of(entry, "owned_by")? {
            "vllm" => Some(Self::Vllm),
            "sglang" => Some(Self::Sglang),
            "llamacpp" => Some(Self::LlamaCpp),
            // Many servers use this owner; llama-cpp-python also lists permissions.
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
    fn server_kind_is_detected_from_the_model_owner() {
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
    fn server_kind_uses_the_list_entry_of_the_requested_model() {
        let list = json!({"data": [{"id": "a", "owned_by": "openai"}, {"id": "b", "owned_by": "vllm"}]});
        assert_eq!(ModelServer::of_list(&list, "b"), Some(ModelServer::Vllm));
        assert_eq!(ModelServer::of_list(&list, "a"), None);
        for none in [json!({"data": []}), json!({"data": {}}), json!([]), json!(null)] {
            assert_eq!(ModelServer::of_list(&none, "a"), None);
        }
    }
}
