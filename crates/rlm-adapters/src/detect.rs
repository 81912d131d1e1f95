//! Finds the model servers that run on this machine, for a user who names no model.

use std::time::Duration;

use reqwest::header::{HeaderName, HeaderValue};
use serde_json::Value;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::environment::{Environment, first_set};
use crate::provider::{ModelServer, text_of};
use crate::resolve::place_of;
use crate::services::{SERVICES, Service};
use crate::transport::{ApiKey, Timeouts, Transport};
use crate::{BaseUrl, ModelSpec, ProviderName};

/// The environment variable that turns the search for local servers off, with the value `off`.
pub const DETECT_VARIABLE: &str = "RLM_DETECT";
/// The time limit of the search for local servers. They are all asked at once.
pub const DETECT_LIMIT: Duration = Duration::from_millis(200);
/// Parts of the names of models that can't answer questions.
const NOT_FOR_CHAT: [&str; 3] = ["embed", "rerank", "whisper"];

/// A model server that runs on this machine.
#[derive(Debug, Clone, PartialEq)]
pub struct LocalServer {
    /// The server program.
    pub provider: ProviderName,
    /// The base URL of the server.
    pub base_url: BaseUrl,
    /// The models of the server that can answer questions, in its order.
    pub models: Vec<ModelSpec>,
}

/// Returns the model servers that run on this machine and have at least one model: Ollama, LM
/// Studio, llama.cpp and vLLM, at their usual ports or where their variables place them. Asks for
/// their lists of models only, all at once, within `limit` in total. Servers on other machines are
/// not asked. Returns nothing if `RLM_DETECT` is `off`.
///
/// ```
/// # use rlm_adapters::detect;
/// # use rlm_test_server::{Answer, TestServer};
/// # use std::time::Duration;
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let server = TestServer::always(Answer::models("qwen3-32b", "vllm"))?;
/// let closed = "http://127.0.0.1:9";
/// let env = |name: &str| match name {
///     "VLLM_BASE_URL" => Some(server.base_url()),
///     "OLLAMA_HOST" | "LMSTUDIO_BASE_URL" | "LLAMACPP_BASE_URL" => Some(closed.to_owned()),
///     _ => None,
/// };
/// let found = detect(&env, Duration::from_secs(2)).await;
/// assert_eq!(found.len(), 1);
/// assert_eq!(found[0].models[0].to_string(), "vllm:qwen3-32b");
/// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn detect(env: Environment<'_>, limit: Duration) -> Vec<LocalServer> {
    if env(DETECT_VARIABLE).is_some_and(|value| value.trim().eq_ignore_ascii_case("off")) {
        return Vec::new();
    }
    let services = SERVICES.iter().filter(|service| service.is_local);
    let providers = std::iter::once(ProviderName::Ollama).chain(services.map(|service| service.provider));
    let mut asked = JoinSet::new();
    for (place, provider) in providers.enumerate() {
        // A variable with an invalid URL is reported when the provider is used.
        let Ok(base_url) = place_of(provider, env) else {
            continue;
        };
        if !base_url.is_loopback() {
            continue;
        }
        let headers = key_header(provider, env);
        asked.spawn(async move {
            let listed = timeout(limit, list(provider, base_url, headers)).await;
            (place, listed.ok().flatten())
        });
    }
    let mut found = Vec::new();
    while let Some(answer) = asked.join_next().await {
        if let Ok((place, Some(server))) = answer {
            found.push((place, server));
        }
    }
    found.sort_unstable_by_key(|(place, _)| *place);
    found.into_iter().map(|(_, server)| server).collect()
}

fn key_header(provider: ProviderName, env: Environment<'_>) -> Vec<(HeaderName, HeaderValue)> {
    let service = Service::find(provider);
    let key = service.and_then(|service| Some((service.key_header, first_set(service.keys, env)?.1)));
    let key = key.and_then(|(header, key)| Some((header, ApiKey::new(&key.into()).ok()?)));
    let header = key.map(|(header, key)| (HeaderName::from_static(header), key.header("Bearer ")));
    header.into_iter().collect()
}

/// Asks a server for its models. Returns `None` if there is no such server, or if it has no model.
async fn list(
    provider: ProviderName,
    base_url: BaseUrl,
    headers: Vec<(HeaderName, HeaderValue)>,
) -> Option<LocalServer> {
    let path = if provider == ProviderName::Ollama {
        "api/tags"
    } else {
        "models"
    };
    let transport = Transport::new(base_url.clone(), Timeouts::default());
    let http = transport.get(path, headers).await.ok()?.whole().await.ok()?;
    let body: Value = (http.status == 200).then(|| serde_json::from_slice(&http.body).ok())??;
    let names = if provider == ProviderName::Ollama {
        ollama_models(&body)
    } else {
        // Other programs use these ports too; one that passes texts on must not be taken for a
        // local server.
        let expected = Service::find(provider)?.server;
        listed_models(&body, expected)
    };
    let models: Vec<ModelSpec> = names.iter().map(|name| ModelSpec::provider(provider, name)).collect();
    (!models.is_empty()).then_some(LocalServer {
        provider,
        base_url,
        models,
    })
}

/// Returns the models that Ollama has on this machine, without those that it passes on to its cloud.
fn ollama_models(body: &Value) -> Vec<String> {
    let models = body.get("models").and_then(Value::as_array).into_iter().flatten();
    let is_local = |entry: &&Value| text_of(entry, "remote_host").is_none();
    let answers = |entry: &&Value| entry.pointer("/details/family").and_then(Value::as_str) != Some("bert");
    let names = models
        .filter(is_local)
        .filter(answers)
        .filter_map(|entry| text_of(entry, "name"));
    names
        .filter(|name| is_for_chat(name) && !name.ends_with("-cloud"))
        .map(str::to_owned)
        .collect()
}

fn listed_models(body: &Value, expected: Option<ModelServer>) -> Vec<String> {
    let models = body.get("data").and_then(Value::as_array).into_iter().flatten();
    let names = models.filter_map(|entry| text_of(entry, "id"));
    let is_expected = |name: &&str| expected.is_none() || ModelServer::of_list(body, name) == expected;
    names
        .filter(|name| is_for_chat(name))
        .filter(is_expected)
        .map(str::to_owned)
        .collect()
}

fn is_for_chat(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    !NOT_FOR_CHAT.iter().any(|part| name.contains(part))
}
