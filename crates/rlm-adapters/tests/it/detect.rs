//! Tests of the search for model servers on this machine, with a loopback server for each.

use std::time::{Duration, Instant};

use rlm_adapters::{LocalServer, detect};
use rlm_test_server::{Answer, TestServer};
use serde_json::json;

const VARIABLES: [&str; 4] = ["OLLAMA_HOST", "LMSTUDIO_BASE_URL", "LLAMACPP_BASE_URL", "VLLM_BASE_URL"];

/// A URL at which no server listens.
const CLOSED: &str = "http://127.0.0.1:9/v1";

async fn found(servers: &[(&str, &str)], limit: Duration) -> Vec<LocalServer> {
    let env = |name: &str| {
        let place = servers.iter().find(|(variable, _)| *variable == name);
        let place = place.map(|(_, url)| (*url).to_owned());
        place.or_else(|| VARIABLES.contains(&name).then(|| CLOSED.to_owned()))
    };
    detect(&env, limit).await
}

fn models(servers: &[LocalServer]) -> Vec<String> {
    let models = servers.iter().flat_map(|server| &server.models);
    models.map(ToString::to_string).collect()
}

const LONG: Duration = Duration::from_secs(5);

#[tokio::test]
async fn local_servers_of_every_kind_are_found() {
    let tags = json!({"models": [
        {"name": "nomic-embed-text:latest", "details": {"family": "nomic-bert"}},
        {"name": "all-minilm:latest", "details": {"family": "bert"}},
        {"name": "gpt-oss:120b-cloud", "remote_host": "https://ollama.com:443"},
        {"name": "qwen3:8b", "details": {"family": "qwen3"}},
    ]});
    let ollama = TestServer::always(Answer::json(200, &tags)).unwrap();
    let studio =
        json!({"data": [{"id": "text-embedding-nomic"}, {"id": "qwen/qwen3-4b", "owned_by": "organization_owner"}]});
    let studio = TestServer::always(Answer::json(200, &studio)).unwrap();
    let llama = TestServer::always(Answer::models("m.gguf", "llamacpp")).unwrap();
    let vllm = TestServer::always(Answer::models("Qwen/Qwen3-32B", "vllm")).unwrap();
    let urls = [ollama.url(), studio.base_url(), llama.base_url(), vllm.base_url()];
    let servers: Vec<_> = VARIABLES.into_iter().zip(urls.iter().map(String::as_str)).collect();
    let found = found(&servers, LONG).await;
    assert_eq!(
        models(&found),
        [
            "ollama:qwen3:8b",
            "lmstudio:qwen/qwen3-4b",
            "llamacpp:m.gguf",
            "vllm:Qwen/Qwen3-32B"
        ]
    );
    let paths = [&ollama, &studio, &llama, &vllm].map(|server| {
        let requests = server.requests();
        assert_eq!(requests.len(), 1);
        format!("{} {}", requests[0].method, requests[0].path)
    });
    assert_eq!(
        paths,
        ["GET /api/tags", "GET /v1/models", "GET /v1/models", "GET /v1/models"]
    );
}

#[tokio::test]
async fn other_programs_at_the_usual_ports_are_ignored() {
    let gateway = TestServer::always(Answer::models("gpt-5.1", "openai")).unwrap();
    let website = TestServer::always(Answer::raw(200, "<html>")).unwrap();
    let empty = TestServer::always(Answer::json(200, &json!({"models": []}))).unwrap();
    let denies = TestServer::always(Answer::error(401, "401", "no")).unwrap();
    let servers = [
        ("OLLAMA_HOST", &*empty.url()),
        ("LMSTUDIO_BASE_URL", &*denies.base_url()),
        ("LLAMACPP_BASE_URL", &*website.base_url()),
        ("VLLM_BASE_URL", &*gateway.base_url()),
    ];
    assert_eq!(found(&servers, LONG).await, []);
    let far = [
        ("OLLAMA_HOST", "http://192.0.2.1:11434"),
        ("VLLM_BASE_URL", "not a url"),
    ];
    let began = Instant::now();
    assert_eq!(found(&far, LONG).await, [], "a server on another machine is not asked");
    assert!(began.elapsed() < LONG);
    let off = |name: &str| (name == "RLM_DETECT").then(|| "off".to_owned());
    assert_eq!(detect(&off, LONG).await, []);
}

#[tokio::test]
async fn servers_are_asked_at_once_within_the_limit() {
    let hanging: Vec<_> = (0..3).map(|_| TestServer::always(Answer::hang()).unwrap()).collect();
    let vllm = TestServer::always(Answer::models("m", "vllm")).unwrap();
    let urls: Vec<String> = hanging.iter().chain([&vllm]).map(TestServer::base_url).collect();
    let servers: Vec<_> = VARIABLES.into_iter().zip(urls.iter().map(String::as_str)).collect();
    let began = Instant::now();
    let found = found(&servers, Duration::from_millis(300)).await;
    let took = began.elapsed();
    assert_eq!(models(&found), ["vllm:m"]);
    assert!(took < Duration::from_millis(900), "one limit for all: {took:?}");
}
