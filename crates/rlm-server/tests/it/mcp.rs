//! `/mcp`: the official clients, keys, tenants, budgets, and requests of web pages.

use std::time::Duration;

use insta::assert_snapshot;
use reqwest::RequestBuilder;
use rlm_context::Context;
use rlm_mcp_server::Documents;
use rlm_retrieval::{Bm25, Bm25Options};
use rlm_server::{ApiKeys, Scope};
use rlm_test_needs::needs;
use serde_json::{Value, json};

use crate::mcp_clients::{GUIDE, SCRIPT, inspector, python, typescript};
use crate::support::{Service, body, refused};

#[needs("python3", "pip")]
#[tokio::test(flavor = "multi_thread")]
async fn python_client() {
    let (_service, target) = started().await;
    let said = tokio::task::spawn_blocking(move || python(&target, &[])).await.unwrap();
    assert_snapshot!(said);
}

#[needs("node", "npm")]
#[tokio::test(flavor = "multi_thread")]
async fn typescript_client() {
    let (_service, target) = started().await;
    let said = tokio::task::spawn_blocking(move || typescript(&target, &[]))
        .await
        .unwrap();
    assert_snapshot!(said);
}

#[needs("node", "npm")]
#[tokio::test(flavor = "multi_thread")]
async fn inspector_client() {
    let (_service, target) = started().await;
    let said = tokio::task::spawn_blocking(move || inspector(&target, &[]))
        .await
        .unwrap();
    assert_snapshot!(said);
}

async fn started() -> (Service, Vec<String>) {
    let service = Service::with_documents(&SCRIPT, "7-4-1", Duration::from_millis(900), documents()).await;
    let url = service.url("/mcp");
    (service, vec![url])
}

fn documents() -> Documents {
    let context = Context::from_documents([("guide.md", GUIDE)], "\n").unwrap();
    let index = Bm25::new(context.clone(), Bm25Options::default());
    Documents::new(context, Vec::new(), Some(std::sync::Arc::new(index)))
}

#[tokio::test]
async fn keys_and_scopes_apply() {
    let mut keys = Vec::new();
    let service = Service::with(&["FINAL: yes"; 3], "", Duration::ZERO, |folder| {
        let store = ApiKeys::open(folder);
        for (tenant, scopes) in [
            ("acme", vec![Scope::Run, Scope::Read]),
            ("acme", vec![Scope::Read]),
            ("umbra", vec![Scope::Run, Scope::Read]),
        ] {
            keys.push(store.add(tenant, &scopes).unwrap().text);
        }
    })
    .await;
    let ask = call(
        "ask",
        json!({"question": "Is there a code?", "text": "The code is 7-4-1."}),
    );
    let (status, problem) = refused(mcp(&service, &ask)).await;
    assert_eq!((status, &problem["code"]), (401, &json!("unauthorized")));
    let refusal = result(mcp(&service, &ask).bearer_auth(&keys[1])).await;
    let text = refusal["content"][0]["text"].as_str().unwrap();
    assert!(text.starts_with("missing_scope: "), "{text}");
    let answer = result(mcp(&service, &ask).bearer_auth(&keys[0])).await;
    assert_eq!(answer["structuredContent"]["answer"], json!("yes"));
    // Another key of the tenant reads the run, another tenant doesn't.
    let trace = call("trace", json!({"run": answer["structuredContent"]["run"]}));
    let read = result(mcp(&service, &trace).bearer_auth(&keys[1])).await;
    assert_eq!(read["structuredContent"]["outcome"], json!("complete"));
    let hidden = result(mcp(&service, &trace).bearer_auth(&keys[2])).await;
    assert_eq!(hidden["isError"], json!(true));
    let stats = body(service.get("/api/stats").bearer_auth(&keys[0])).await;
    assert_eq!(stats["executions"], json!(1));
}

#[tokio::test]
async fn session_belongs_to_its_tenant() {
    let mut keys = Vec::new();
    let service = Service::with(&[], "", Duration::ZERO, |folder| {
        let store = ApiKeys::open(folder);
        for tenant in ["acme", "umbra"] {
            keys.push(store.add(tenant, &[Scope::Read]).unwrap().text);
        }
    })
    .await;
    let session = open_session(&service, Some(&keys[0])).await;
    let list = json!({"jsonrpc": "2.0", "id": 2, "method": "tools/list"});
    let in_session = |key: &str| {
        legacy(&service, &list)
            .header("mcp-session-id", &session)
            .bearer_auth(key)
    };
    assert_eq!(in_session(&keys[0]).send().await.unwrap().status(), 200);
    let (status, problem) = refused(in_session(&keys[1])).await;
    assert_eq!((status, &problem["code"]), (404, &json!("mcp")));
}

#[tokio::test]
async fn sessions_are_limited() {
    let service = Service::start(&[], "").await;
    for _ in 0..256 {
        open_session(&service, None).await;
    }
    let (status, problem) = refused(legacy(&service, &initialize())).await;
    assert_eq!((status, &problem["code"]), (503, &json!("too_many_sessions")));
}

#[tokio::test]
async fn budget_of_a_tenant_limits_calls() {
    let mut key = String::new();
    let service = Service::with(&["FINAL: yes"; 9], "", Duration::ZERO, |folder| {
        let keys = ApiKeys::open(folder);
        key = keys.add("acme", &[Scope::Run, Scope::Read]).unwrap().text;
        keys.set_budget("acme", "0.0007/day".parse().unwrap()).unwrap();
    })
    .await;
    // A call can't raise what is left of the budget.
    let ask = call(
        "ask",
        json!({"question": "Is there a code?", "text": "The code is 7-4-1.", "max_cost": 5}),
    );
    for _ in 0..9 {
        let answer = result(mcp(&service, &ask).bearer_auth(&key)).await;
        let text = answer["content"][0]["text"].as_str().unwrap().to_owned();
        if text.starts_with("tenant_budget: ") || text.starts_with("budget_exceeded: ") {
            let stats = body(service.get("/api/stats").bearer_auth(&key)).await;
            let cost = stats["cost_usd"].as_f64().unwrap();
            assert!(cost <= 0.000_7, "{cost}: {answer}");
            return;
        }
    }
    panic!("nine runs cost more than the budget");
}

#[tokio::test(flavor = "multi_thread")]
async fn client_that_disconnects_cancels_its_run() {
    let slow = ["```repl\nprint(llm_query('Which?'))\n```", "FINAL: 7-4-1"];
    let ask = call(
        "ask",
        json!({"question": "Is there a code?", "text": "The code is 7-4-1."}),
    );
    for is_legacy in [false, true] {
        let service = Service::with(&slow, "", Duration::from_secs(60), |_| {}).await;
        let request = match is_legacy {
            false => mcp(&service, &ask),
            true => {
                let session = open_session(&service, None).await;
                let mut ask = ask.clone();
                ask["params"].as_object_mut().unwrap().remove("_meta");
                legacy(&service, &ask).header("mcp-session-id", session)
            }
        };
        let answer = tokio::spawn(async move { request.send().await.unwrap().text().await });
        wait(&service, "running").await;
        answer.abort();
        wait(&service, "cancelled").await;
    }
}

#[tokio::test]
async fn pages_of_other_hosts_reach_nothing() {
    let list = call("search", json!({"query": "code"}));
    let local = Service::start(&[], "").await;
    let (status, problem) = refused(mcp(&local, &list).header("origin", "https://evil.example")).await;
    assert_eq!((status, &problem["code"]), (421, &json!("foreign_host")));
    let (status, _) = refused(mcp(&local, &list).header("host", "evil.example")).await;
    assert_eq!(status, 421);
    let response = mcp(&local, &list).header("origin", local.url("")).send().await.unwrap();
    assert_eq!(response.status(), 200);

    let mut key = String::new();
    let with_keys = Service::with(&[], "", Duration::ZERO, |folder| {
        key = ApiKeys::open(folder).add("acme", &[Scope::Read]).unwrap().text;
    })
    .await;
    let request = mcp(&with_keys, &list).bearer_auth(&key);
    let (status, problem) = refused(request.header("origin", "https://evil.example")).await;
    assert_eq!((status, &problem["code"]), (403, &json!("mcp")));
    let request = mcp(&with_keys, &list).bearer_auth(&key).header("host", "rlm.example");
    assert_eq!(request.send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn requests_of_no_client_are_problems() {
    let service = Service::start(&[], "").await;
    let (status, problem) = refused(service.get("/mcp")).await;
    assert_eq!(problem["status"], json!(status));
    let (status, problem) = refused(service.post("/mcp", &json!({}))).await;
    assert_eq!((status, problem["status"].as_u64()), (406, Some(406)));
}

/// Returns a call of a tool by a client of the newest protocol, which has no sessions.
fn call(tool: &str, arguments: Value) -> Value {
    json!({
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {
            "name": tool,
            "arguments": arguments,
            "_meta": {
                "io.modelcontextprotocol/protocolVersion": "2026-07-28",
                "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
                "io.modelcontextprotocol/clientCapabilities": {},
            },
        },
    })
}

fn mcp(service: &Service, message: &Value) -> RequestBuilder {
    let name = message["params"]["name"].as_str().unwrap_or_default();
    legacy(service, message)
        .header("mcp-protocol-version", "2026-07-28")
        .header("mcp-method", message["method"].as_str().unwrap())
        .header("mcp-name", name)
}

fn legacy(service: &Service, message: &Value) -> RequestBuilder {
    service
        .post("/mcp", message)
        .header("content-type", "application/json")
        .header("accept", "application/json, text/event-stream")
}

fn initialize() -> Value {
    let client = json!({"name": "test", "version": "1"});
    let params = json!({"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": client});
    json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params})
}

/// Opens a session of an older client, and returns its id.
async fn open_session(service: &Service, key: Option<&str>) -> String {
    let with_key = |request: RequestBuilder| match key {
        Some(key) => request.bearer_auth(key),
        None => request,
    };
    let response = with_key(legacy(service, &initialize())).send().await.unwrap();
    assert_eq!(response.status(), 200);
    let session = response.headers()["mcp-session-id"].to_str().unwrap().to_owned();
    let initialized = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
    let request = with_key(legacy(service, &initialized)).header("mcp-session-id", &session);
    assert_eq!(request.send().await.unwrap().status(), 202);
    session
}

/// Sends a call, and returns its result.
async fn result(request: RequestBuilder) -> Value {
    let response = request.send().await.unwrap();
    let (status, text) = (response.status(), response.text().await.unwrap());
    assert_eq!(status, 200, "{text}");
    let data = text.lines().filter_map(|line| line.strip_prefix("data:"));
    let messages = data.filter_map(|data| serde_json::from_str::<Value>(data).ok());
    let answer = messages.into_iter().find(|message| message.get("result").is_some());
    answer.unwrap_or_else(|| panic!("no result: {text}"))["result"].clone()
}

/// Waits until the only execution has a state.
async fn wait(service: &Service, status: &str) {
    let mut last = Value::Null;
    for _ in 0..500 {
        last = body(service.get("/api/executions")).await;
        if last["executions"][0]["status"] == status {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the execution is not {status}: {last}");
}
