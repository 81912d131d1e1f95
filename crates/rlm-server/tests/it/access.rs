//! API keys, tenants, and requests of web pages.

use std::num::NonZeroU32;
use std::time::Duration;

use rlm_adapters::FakeModel;
use rlm_core::Runner;
use rlm_server::{ApiKeys, Scope, Server, ServerError, ServerOptions, TenantLimits};
use serde_json::{Value, json};

use crate::support::{Service, body as get_json, refused};

#[tokio::test]
async fn tenants_do_not_see_one_another() {
    let mut made = Vec::new();
    let service = Service::with(
        &["FINAL: yes", "FINAL: yes", "FINAL: yes"],
        "",
        Duration::ZERO,
        |folder| {
            let keys = ApiKeys::open(folder);
            for (tenant, scopes) in [
                ("acme", vec![Scope::Run, Scope::Read]),
                ("umbra", vec![Scope::Run, Scope::Read]),
                ("acme", vec![Scope::Read]),
            ] {
                made.push(keys.add(tenant, &scopes).unwrap());
            }
        },
    )
    .await;
    let (status, problem) = refused(service.get("/api/stats")).await;
    assert_eq!((status, &problem["code"]), (401, &json!("unauthorized")));
    let forged = format!("{}0", made[0].text);
    let (status, _) = refused(service.get("/api/stats").bearer_auth(&forged)).await;
    assert_eq!(status, 401);

    let key = |number: usize| made[number].text.clone();
    let session = json!({"name": "secret", "context": "The code is 7-4-1."});
    let session = get_json(service.post("/api/sessions", &session).bearer_auth(key(0))).await;
    let id = session["session_id"].as_str().unwrap().to_owned();
    let question = json!({"session_id": id, "user_query": "Is there a code?"});
    let (status, problem) = refused(service.post("/api/execute", &question).bearer_auth(key(1))).await;
    assert_eq!((status, &problem["code"]), (404, &json!("not_found")));
    let done = get_json(service.post("/api/execute", &question).bearer_auth(key(0))).await;
    let tree = format!("/api/executions/{}/tree", done["execution_id"].as_str().unwrap());
    let (status, _) = refused(service.get(&tree).bearer_auth(key(1))).await;
    assert_eq!(status, 404);
    get_json(service.get(&tree).bearer_auth(key(2))).await;
    let counts = get_json(service.get("/api/stats").bearer_auth(key(1))).await;
    assert_eq!((&counts["executions"], &counts["sessions"]), (&json!(0), &json!(0)));
    let (status, problem) = refused(service.post("/api/execute", &question).bearer_auth(key(2))).await;
    assert_eq!((status, &problem["code"]), (403, &json!("missing_scope")));

    // A revoked key ends at once.
    ApiKeys::open(service.folder.path()).revoke(&made[0].record.id).unwrap();
    let (status, _) = refused(service.get("/api/stats").bearer_auth(key(0))).await;
    assert_eq!(status, 401);
    let stored = std::fs::read_to_string(service.folder.path().join("keys.json")).unwrap();
    let secret = made[1].text.rsplit('_').next().unwrap();
    assert!(!stored.contains(secret), "the secret is stored");
}

#[tokio::test]
async fn revoking_the_last_key_opens_the_network_to_nobody() {
    let mut id = String::new();
    let service = Service::with(&[], "", Duration::ZERO, |folder| {
        id = ApiKeys::open(folder).add("acme", &[Scope::Read]).unwrap().record.id;
    })
    .await;
    ApiKeys::open(service.folder.path()).revoke(&id).unwrap();
    let (status, _) = refused(service.get("/api/stats")).await;
    assert_eq!(status, 401);
}

#[tokio::test]
async fn pages_of_other_hosts_reach_nothing() {
    let service = Service::start(&["FINAL: yes"], "").await;
    let (status, problem) = refused(service.get("/api/stats").header("host", "evil.example:8787")).await;
    assert_eq!((status, &problem["code"]), (421, &json!("foreign_host")));
    let (status, _) = refused(service.get("/api/stats").header("origin", "https://evil.example")).await;
    assert_eq!(status, 421);
    get_json(service.get("/api/stats").header("origin", service.url(""))).await;
}

#[tokio::test]
async fn address_of_the_network_needs_a_key() {
    let folder = tempfile::tempdir().unwrap();
    let runner = || {
        Runner::builder(std::sync::Arc::new(FakeModel::new([""; 0])))
            .build()
            .unwrap()
    };
    let bind = || {
        Server::bind(
            runner(),
            ServerOptions::new(folder.path()),
            "0.0.0.0:0".parse().unwrap(),
        )
    };
    assert!(matches!(bind().await, Err(ServerError::Unprotected { .. })));
    ApiKeys::open(folder.path()).add("acme", &[Scope::Run]).unwrap();
    assert!(bind().await.is_ok());
}

#[tokio::test]
async fn budget_of_a_tenant_holds_over_its_runs() {
    let mut key = String::new();
    let service = Service::with(&["FINAL: yes"; 9], "", Duration::ZERO, |folder| {
        let keys = ApiKeys::open(folder);
        key = keys.add("acme", &[Scope::Run, Scope::Read]).unwrap().text;
        keys.set_budget("acme", "0.0007/day".parse().unwrap()).unwrap();
    })
    .await;
    let question = json!({"model": "rlm", "messages": [{"role": "user", "content": "Is there a code?"}]});
    let mut refusal = None;
    for _ in 0..9 {
        let response = service
            .post("/v1/chat/completions", &question)
            .bearer_auth(&key)
            .send()
            .await
            .unwrap();
        if response.status() == 402 {
            refusal = Some(response.json::<serde_json::Value>().await.unwrap());
            break;
        }
        assert_eq!(response.status(), 200);
    }
    let refusal = refusal.expect("nine runs would cost more than the budget");
    let stats = get_json(service.get("/api/stats").bearer_auth(&key)).await;
    let cost = stats["cost_usd"].as_f64().unwrap();
    assert!(cost > 0.0 && cost <= 0.000_7, "{cost}: {refusal}");
}

#[tokio::test]
async fn a_tenant_has_limits_of_its_own() {
    let slow = "```repl\nFINAL(llm_query('Wait.'))\n```";
    let mut key = String::new();
    let service = Service::with(&[slow, slow], "done", Duration::from_secs(20), |folder| {
        let keys = ApiKeys::open(folder);
        let limits = TenantLimits {
            runs: Some(1),
            requests: NonZeroU32::new(6),
            storage: Some(30),
        };
        keys.set_limits("acme", limits).unwrap();
        key = keys.add("acme", &[Scope::Read, Scope::Run]).unwrap().text;
    })
    .await;
    let new = json!({"question": "What?", "text": "a"});
    let post = |path: &str, body: &Value| service.post(path, body).bearer_auth(&key);
    let (one, other) = tokio::join!(post("/v1/runs", &new).send(), post("/v1/runs", &new).send());
    let mut responses = [one.unwrap(), other.unwrap()];
    responses.sort_by_key(reqwest::Response::status);
    let [started, refusal] = responses;
    assert_eq!(started.status(), 201);
    assert_eq!(
        (refusal.status().as_u16(), &refusal.headers()["retry-after"]),
        (429, &"5".parse().unwrap())
    );
    assert_eq!(refusal.json::<Value>().await.unwrap()["code"], "tenant_runs");

    let documents = |text: &str| json!({"documents": [{"name": "a.md", "text": text}]});
    assert_eq!(
        post("/v1/contexts", &documents(&"a".repeat(20)))
            .send()
            .await
            .unwrap()
            .status(),
        201
    );
    let (status, problem) = refused(post("/v1/contexts", &documents(&"b".repeat(20)))).await;
    assert_eq!((status, &problem["code"]), (507, &json!("tenant_storage")));
    let upload = service
        .client
        .post(service.url("/v1/uploads"))
        .bearer_auth(&key)
        .header("upload-length", 20);
    assert_eq!(refused(upload).await.1["code"], "tenant_storage");

    // The seventh request within the minute, after six of above and this one.
    post("/v1/estimate", &new).send().await.unwrap();
    let (status, problem) = refused(post("/v1/chat/completions", &json!({}))).await;
    assert_eq!((status, &problem["error"]["code"]), (429, &json!("tenant_requests")));
}
