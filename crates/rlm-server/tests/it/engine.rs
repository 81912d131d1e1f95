//! The routes of RLM Engine.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Service, body as get_json, events, refused};

const SCRIPT: [&str; 2] = [
    "```repl\nreplies = llm_query_batched(['Whose code? ' + line for line in lines(context)])\nmemory['n'] = len(replies)\nprint(replies)\n```",
    "```repl\nFINAL(context[18:23])\n```",
];
const TEXT: &str = "The vault code is 7-4-1.\nThe other one is lost.\n";

#[tokio::test]
async fn session_is_asked_and_its_execution_has_a_tree_and_counts_in_statistics() {
    let service = Service::start(&SCRIPT, "the vault's").await;
    let session = service.session(TEXT).await;
    let body = json!({"session_id": session, "user_query": "What is the vault code?"});
    let done = get_json(service.post("/api/execute", &body)).await;
    assert_eq!(
        (&done["status"], &done["result"]),
        (&json!("completed"), &json!("7-4-1"))
    );
    assert_eq!(done["citations"][0]["quote"], "7-4-1");
    assert_eq!(done["session_id"], json!(session));

    let id = done["execution_id"].as_str().unwrap();
    let tree = get_json(service.get(&format!("/api/executions/{id}/tree"))).await;
    assert_eq!(tree["user_query"], "What is the vault code?");
    assert_eq!((&tree["type"], &tree["status"]), (&json!("agent"), &json!("complete")));
    let steps = tree["children"].as_array().unwrap();
    assert_eq!(steps.len(), 2);
    assert!(steps[0]["code"].as_str().unwrap().contains("llm_query_batched"));
    let calls = steps[0]["children"].as_array().unwrap();
    assert_eq!(calls.len(), 2);
    assert_eq!(
        (&calls[0]["reply"], &calls[0]["status"]),
        (&json!("the vault's"), &json!("replied"))
    );

    let state = get_json(service.get(&format!("/api/executions/{id}"))).await;
    assert_eq!(
        (&state["status"], &state["result"]),
        (&json!("completed"), &json!("7-4-1"))
    );
    let stats = get_json(service.get("/api/stats")).await;
    assert_eq!((&stats["executions"], &stats["sessions"]), (&json!(1), &json!(1)));
    assert_eq!(
        (&stats["calls"], &stats["outcomes"]),
        (&json!(4), &json!({"complete": 1}))
    );
    let shown = get_json(service.get(&format!("/api/sessions/{session}"))).await;
    assert_eq!((&shown["memory"], &shown["name"]), (&json!({"n": 2}), &json!("a text")));
    assert_eq!(shown["exchanges"][0]["answer"], "7-4-1");

    // The journal is that of an ordinary run.
    let journal = service.folder.path().join("runs").join(id).join("journal.jsonl");
    let run = rlm_trace::RecordedRun::read(&journal).unwrap();
    let context = rlm_context::Context::from_text(TEXT);
    rlm_runs::replay(&run, &context).await.unwrap();
}

#[tokio::test]
async fn stream_has_all_events_and_continues_after_any_of_them() {
    let service = Service::start(&SCRIPT, "the vault's").await;
    let session = service.session(TEXT).await;
    let body = json!({"session_id": session, "user_query": "What is the vault code?"});
    let response = service.post("/api/execute/stream", &body).send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let all = events(&response.text().await.unwrap());
    let names: Vec<&str> = all.iter().map(|(_, name, _)| name.as_str()).collect();
    assert_eq!((names[0], names[1]), ("execution_started", "run_started"));
    assert_eq!(*names.last().unwrap(), "result");
    for name in [
        "step_started",
        "code",
        "call_started",
        "call_ended",
        "output",
        "agent_ended",
    ] {
        assert!(names.contains(&name), "{name} is not in {names:?}");
    }
    let (_, _, result) = all.last().unwrap();
    assert_eq!(result["result"], "7-4-1");

    let id = all[0].2["execution_id"].as_str().unwrap();
    let numbered: Vec<_> = all.iter().filter(|(id, ..)| id.is_some()).collect();
    for (seen, event) in numbered.iter().enumerate() {
        let request = service.get(&format!("/api/executions/{id}/events"));
        let request = request.header("Last-Event-ID", event.0.unwrap().to_string());
        let rest = events(&request.send().await.unwrap().text().await.unwrap());
        let rest: Vec<_> = rest.iter().filter(|(id, ..)| id.is_some()).collect();
        assert_eq!(rest, numbered[seen + 1..], "after event {:?}", event.0);
    }
}

#[tokio::test]
async fn run_ends_with_its_client_unless_it_is_in_the_background() {
    let slow = Duration::from_secs(30);
    let script = ["```repl\nprint(llm_query('Whose code? ' + context))\n```"; 3];
    let service = Service::with(&script, "later", slow, |_| {}).await;
    let session = service.session(TEXT).await;
    let body = json!({"session_id": session, "user_query": "What?"});
    let left = service
        .post("/api/execute", &body)
        .timeout(Duration::from_millis(500))
        .send()
        .await;
    assert!(left.unwrap_err().is_timeout());
    let ended = until(&service, |list| list[0]["status"] == "cancelled").await;
    assert_eq!(ended[0]["outcome"], "cancelled");

    let background = json!({"session_id": session, "user_query": "What?", "background": true});
    let begun = get_json(service.post("/api/execute", &background)).await;
    assert_eq!(begun["status"], "running");
    let id = begun["execution_id"].as_str().unwrap().to_owned();
    until(&service, |list| list[0]["steps"] == 1).await;
    let cancelled = get_json(service.client.delete(service.url(&format!("/api/executions/{id}")))).await;
    assert_eq!(
        (&cancelled["status"], &cancelled["execution_id"]),
        (&json!("cancelled"), &json!(id))
    );
}

/// Waits until the list of executions is as wanted.
async fn until(service: &Service, is_there: impl Fn(&Value) -> bool) -> Value {
    for _ in 0..200 {
        let list = get_json(service.get("/api/executions")).await["executions"].clone();
        if list.get(0).is_some() && is_there(&list) {
            return list;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the executions did not become as wanted");
}

#[tokio::test]
async fn unusable_requests_are_refused_with_a_code() {
    let service = Service::start(&SCRIPT, "").await;
    let session = service.session(TEXT).await;
    let long = json!({"name": "long", "context": "é".repeat(500_001)});
    let cases = [
        service.post("/api/sessions", &long),
        service.post("/api/sessions", &json!({"name": 7})),
        service.post("/api/sessions", &json!({"contexts": "?"})),
        service.post("/api/execute", &json!({"session_id": "none", "user_query": "What?"})),
        service.post(
            "/api/execute",
            &json!({"session_id": "../../etc", "user_query": "What?"}),
        ),
        service.post("/api/execute", &json!({"session_id": session, "user_query": " "})),
        service.get("/api/executions/20260101-000000-aaaaaa/tree"),
        service.get("/api/executions/..%2F..%2Fx/tree"),
        service.get("/api/nothing"),
        service.get("/api/execute"),
        service.client.post(service.url("/api/sessions")).body(vec![0xff, 0xfe]),
    ];
    let mut shown = Vec::new();
    for case in cases {
        let (status, problem) = refused(case).await;
        shown.push(format!(
            "{status} {}: {}",
            problem["code"].as_str().unwrap(),
            problem["detail"].as_str().unwrap()
        ));
    }
    insta::assert_snapshot!("refused", shown.join("\n"));
}
