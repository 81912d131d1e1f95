//! Web search against a local server that responds like Exa.
#![cfg(feature = "web")]
use std::sync::Arc;

use rlm_adapters::ApiKey;
use rlm_test_server::{Answer, TestServer};
use rlm_tools::{Arguments, Exa, MAX_RESULTS, ResearchTool, Sources, SourcesTool, Tool, ToolError};
use serde_json::{Value, json};

const KEY: &str = "0123456789abcdef-key";

fn found(pages: &[(&str, &str)]) -> Answer {
    let results: Vec<Value> = pages
        .iter()
        .map(|(title, url)| json!({"title": title, "url": url, "text": format!("About {title}."), "publishedDate": "2026-01-02", "score": 0.5}))
        .collect();
    Answer::json(200, &json!({"requestId": "1", "results": results}))
}

fn research(server: &TestServer) -> (ResearchTool, Sources) {
    let sources = Sources::default();
    let engine = Exa::new(server.base_url().parse().unwrap(), ApiKey::new(&KEY.into()).unwrap());
    (ResearchTool::new(Arc::new(engine), sources.clone()), sources)
}

async fn call(tool: &dyn Tool, arguments: Value) -> Result<Value, ToolError> {
    let arguments: Arguments = serde_json::from_value(arguments).unwrap();
    tool.call(arguments).await
}

#[tokio::test]
async fn web_results_are_numbered_and_pages_deduplicated() {
    let server = TestServer::in_order([
        found(&[("Tides", "https://a.example/tides"), ("Moon", "https://b.example/moon")]),
        found(&[("Moon", "https://b.example/moon"), ("Sun", "https://c.example/sun")]),
    ])
    .unwrap();
    let (tool, sources) = research(&server);
    assert_eq!(
        tool.description().signature().to_string(),
        "research(query: str, results: int=5)"
    );
    assert!(tool.description().counts_as_effect());
    let first = call(&tool, json!({"query": "tides"})).await.unwrap();
    insta::assert_json_snapshot!(first);
    let second = call(&tool, json!({"query": "sky", "results": 1_000})).await.unwrap();
    assert_eq!(second[0]["number"], 2);
    let all = call(&SourcesTool::new(sources.clone()), json!({})).await.unwrap();
    let urls: Vec<&str> = all
        .as_array()
        .unwrap()
        .iter()
        .map(|page| page["url"].as_str().unwrap())
        .collect();
    assert_eq!(
        urls,
        [
            "https://a.example/tides",
            "https://b.example/moon",
            "https://c.example/sun"
        ]
    );
    assert_eq!(sources.all().len(), 3);

    let requests = server.requests();
    assert_eq!(requests[0].header("x-api-key"), Some(KEY));
    let bodies: Vec<Value> = requests.iter().map(|request| request.body.clone()).collect();
    assert_eq!(bodies[0]["query"], "tides");
    assert_eq!(
        (&bodies[0]["numResults"], &bodies[1]["numResults"]),
        (&json!(5), &json!(MAX_RESULTS))
    );
}

#[tokio::test]
async fn web_search_results_are_bounded() {
    let long = json!({"results": [{"title": "t", "url": "u", "text": "ü".repeat(50_000)}, {"odd": 1}, {"url": "v"}]});
    let server = TestServer::always(Answer::json(200, &long)).unwrap();
    let (tool, _) = research(&server);
    let found = call(&tool, json!({"query": "x", "results": 2})).await.unwrap();
    assert_eq!(found[0]["text"].as_str().unwrap().chars().count(), 10_000);
    assert_eq!(found.as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn web_search_errors_omit_the_key() {
    let server = TestServer::in_order([
        Answer::json(401, &json!({"error": format!("the key {KEY} is not known")})),
        Answer::server_error(),
        Answer::invalid_json(),
        Answer::json(200, &json!({"oops": 1})),
    ])
    .unwrap();
    let (tool, _) = research(&server);
    let mut shown = Vec::new();
    for arguments in [
        json!({"query": "x"}),
        json!({"query": "x"}),
        json!({"query": "x"}),
        json!({"query": "x"}),
        json!({"query": "  "}),
        json!({"query": "x", "results": 0}),
    ] {
        let error = call(&tool, arguments).await.unwrap_err();
        let text = error.to_string().replace(&server.base_url(), "SERVER");
        assert!(!text.contains(KEY), "{text}");
        shown.push(text);
    }
    insta::assert_snapshot!(shown.join("\n"));
}
