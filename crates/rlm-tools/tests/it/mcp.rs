//! MCP tools, with a real server process that communicates over stdio.
#![cfg(feature = "mcp")]
use rlm_test_needs::needs;
use std::time::Duration;

use rlm_tools::{Access, Arguments, McpSelection, McpServer, Reach, ToolError};
use serde_json::{Value, json};

fn server(mode: &str) -> String {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mcp_server.py");
    format!("python3 '{script}' {mode}")
}

async fn call(server: &McpServer, name: &str, arguments: Value) -> Result<Value, ToolError> {
    let tool = server
        .tools()
        .iter()
        .find(|tool| tool.description().name == name)
        .unwrap_or_else(|| panic!("no {name}"));
    let arguments: Arguments = serde_json::from_value(arguments).unwrap();
    tool.call(arguments).await
}

#[needs("python3")]
#[tokio::test]
async fn mcp_server_lists_tools_with_signatures() {
    let server = McpServer::start(&server("plain"), None).await.unwrap();
    let shown: Vec<String> = server
        .tools()
        .iter()
        .map(|tool| {
            let tool = tool.description();
            format!(
                "{} [{:?} {:?}]: {}",
                tool.signature(),
                tool.access,
                tool.reach,
                tool.description
            )
        })
        .collect();
    insta::assert_snapshot!(shown.join("\n"));
    let description = server.tools()[0].description();
    assert_eq!((description.access, description.reach), (Access::Read, Reach::Local));
}

#[needs("python3")]
#[tokio::test]
async fn unusable_tool_names_get_an_underscore_suffix() {
    let selection = McpSelection::default().taken(|name| name == "say");
    let started = McpServer::start_with(&server("plain"), selection).await.unwrap();
    let names: Vec<&str> = started
        .tools()
        .iter()
        .map(|tool| tool.description().name.as_str())
        .collect();
    assert_eq!(names, ["stock_of", "say_", "raise_", "leave", "pid"]);
    assert_eq!(call(&started, "say_", json!({"words": ["a"]})).await, Ok(json!("a")));
}

#[needs("python3")]
#[tokio::test]
async fn invalid_mcp_tools_are_skipped_and_reported() {
    let started = McpServer::start(&server("odd"), None).await.unwrap();
    let names: Vec<&str> = started
        .tools()
        .iter()
        .map(|tool| tool.description().name.as_str())
        .collect();
    assert_eq!(names, ["stock_of", "say", "raise_", "leave", "pid"]);
    let said: Vec<String> = started.skipped().iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(said.join("\n"));
    assert_eq!(call(&started, "say", json!({"words": ["a"]})).await, Ok(json!("a")));
}

#[needs("python3")]
#[tokio::test]
async fn mcp_tools_return_structured_content_text_or_errors() {
    let server = McpServer::start(&server("plain"), Some("shop")).await.unwrap();
    assert_eq!(
        call(&server, "shop_stock_of", json!({"article": "A-1"})).await,
        Ok(json!({"count": 12}))
    );
    assert_eq!(call(&server, "shop_say", json!({"words": ["a"]})).await, Ok(json!("a")));
    assert_eq!(
        call(&server, "shop_say", json!({"words": ["a", "b"]})).await,
        Ok(json!(["a", "b"]))
    );
    assert_eq!(call(&server, "shop_say", json!({"words": []})).await, Ok(json!(null)));
    let failed = call(&server, "shop_stock_of", json!({"article": "none"}))
        .await
        .unwrap_err();
    assert_eq!(failed.to_string(), "shop_stock_of failed: no article none");
    let refused = call(&server, "shop_raise", json!({})).await.unwrap_err();
    assert_eq!(refused.to_string(), "shop_raise failed: not today");
    // Concurrent calls get their own results.
    let (one, two) = tokio::join!(
        call(&server, "shop_say", json!({"words": ["one"]})),
        call(&server, "shop_say", json!({"words": ["two"]}))
    );
    assert_eq!((one, two), (Ok(json!("one")), Ok(json!("two"))));
}

#[needs("python3")]
#[tokio::test]
async fn invalid_mcp_server_process_is_an_error() {
    for (mode, says) in [("dies", "cannot read its configuration"), ("floods", "")] {
        let error = McpServer::start(&server(mode), None).await.unwrap_err();
        assert_eq!(error.code(), "tool_server", "{error}");
        assert!(error.to_string().contains(says), "{error}");
    }
    let error = McpServer::start("/no/such/server", None).await.unwrap_err();
    assert_eq!(error.code(), "tool_start");
}

#[needs("python3")]
#[tokio::test]
async fn exited_mcp_server_fails_its_calls_and_dropping_it_kills_it() {
    let kept = McpServer::start(&server("plain"), None).await.unwrap();
    let failed = tokio::time::timeout(Duration::from_secs(20), call(&kept, "leave", json!({}))).await;
    assert_eq!(failed.unwrap().unwrap_err().code(), "tool_gone");

    let started = McpServer::start(&server("plain"), None).await.unwrap();
    let Ok(Value::String(pid)) = call(&started, "pid", json!({})).await else {
        panic!("expected a process id");
    };
    drop(started);
    for _ in 0..2_000 {
        let state = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        if state.is_empty() || state.contains(") Z ") {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("{pid} is still running");
}
