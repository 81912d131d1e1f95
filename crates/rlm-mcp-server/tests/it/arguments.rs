//! Arguments that no tool accepts.

use std::fmt::Write as _;
use std::time::Duration;

use insta::assert_snapshot;
use rlm_mcp_server::Documents;
use serde_json::{Value, json};

use crate::support::{Client, Session, request};

#[tokio::test]
async fn wrong_arguments_get_errors_that_say_what_to_do() {
    let session = Session::open(&[], Duration::ZERO).await;
    let calls: Vec<(&'static str, Value)> = vec![
        ("ask", json!({})),
        ("ask", json!({"question": "  "})),
        ("ask", json!({"question": "q".repeat(2_000_000)})),
        ("ask", json!({"question": "What?", "max_cost": 0})),
        ("ask", json!({"question": "What?", "max_cost": -1})),
        ("ask", json!({"question": "What?", "max_cost": 1e300})),
        ("ask", json!({"question": "What?", "max_cost": "cheap"})),
        ("ask", json!({"question": "What?", "max_steps": 0})),
        (
            "ask",
            json!({"question": "What?", "max_steps": 18_446_744_073_709_551_615_u64}),
        ),
        ("ask", json!({"question": "What?", "path": "/etc/passwd"})),
        ("search", json!({"query": ""})),
        ("search", json!({"query": "w".repeat(10_001)})),
        ("search", json!({"query": "code", "count": 0})),
        ("search", json!({"query": "code", "count": 51})),
        ("search", json!({"query": "code", "count": -1})),
        ("search", json!({"query": "code", "count": 1e99})),
        ("read", json!({"document": ""})),
        ("read", json!({"document": "../../etc/passwd"})),
        ("read", json!({"document": "guide.md"})),
        ("read", json!({"document": "log.txt", "line": 0})),
        ("read", json!({"document": "log.txt", "line": 3_001})),
        (
            "read",
            json!({"document": "log.txt", "line": 18_446_744_073_709_551_615_u64}),
        ),
        ("read", json!({"document": "log.txt", "lines": 2_001})),
        ("estimate", json!({"question": ""})),
        ("trace", json!({"run": "../../journal"})),
        ("trace", json!({"run": ""})),
        ("trace", json!({"run": "none", "steps": 51})),
        ("trace", json!({"run": "none", "step": 4_294_967_296_u64})),
    ];
    let mut errors = String::new();
    for (tool, arguments) in calls {
        let shown: String = arguments.to_string().chars().take(60).collect();
        let error = session.error(tool, arguments).await;
        let _ = writeln!(errors, "{tool} {shown}\n  {}", error.replace('\n', "\n  "));
    }
    assert_snapshot!(errors);
    assert!(session.runs.store.ids().unwrap().is_empty(), "no run was started");
}

#[tokio::test]
async fn unknown_tools_are_errors_of_the_protocol() {
    let session = Session::open(&[], Duration::ZERO).await;
    let error = session
        .client
        .call_tool(request("delete", json!({})))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("unknown tool: `delete`"), "{error}");
}

#[tokio::test]
async fn tools_without_documents_say_how_to_load_some() {
    let session = Session::with(&[], Duration::ZERO, Client::default(), Documents::none()).await;
    for (tool, arguments) in [("search", json!({"query": "code"})), ("read", json!({"document": "a"}))] {
        let error = session.error(tool, arguments).await;
        assert!(error.contains("rlm mcp docs/"), "{error}");
    }
    assert_eq!(session.data("read", json!({})).await["total_documents"], json!(0));
}
