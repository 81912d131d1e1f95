//! Runs of the tool `ask`: their results, budgets, progress, cancellation and tasks.

use std::time::Duration;

use rmcp::model::{
    CallToolRequest, CallToolResponse, CancelTaskParams, ClientRequest, GetTaskParams, TaskPayload, TaskStatus,
};
use rmcp::service::PeerRequestOptions;
use serde_json::json;

use crate::support::{CITED, SLOW, Session, request, text};

#[tokio::test]
async fn answers_cite_document_and_line() {
    let session = Session::open(&[CITED[0], CITED[0]], Duration::ZERO).await;
    let answer = session
        .data("ask", json!({"question": "What is the vault code?"}))
        .await;
    assert_eq!(
        (&answer["answer"], &answer["outcome"]),
        (&json!("7-4-1"), &json!("complete"))
    );
    let citation = &answer["citations"][0];
    assert_eq!(
        (&citation["place"], &citation["line"]),
        (&json!("docs/guide.md:3"), &json!(3))
    );
    assert!(answer["cost_usd"].as_f64().unwrap() > 0.0);
    let of_text = json!({"question": "What is the code?", "text": "It is\n9-9-9."});
    let result = session.call("ask", of_text).await;
    assert!(text(&result).starts_with("9-9-9\n\nSources:\n"), "{}", text(&result));
    assert_eq!(result.structured_content.unwrap()["citations"][0]["line"], json!(2));
}

#[tokio::test]
async fn calls_can_only_lower_the_limits() {
    let endless = ["```repl\nprint(1)\n```"; 9];
    let session = Session::open(&endless, Duration::ZERO).await;
    let limited = json!({"question": "What?", "max_steps": 2});
    let error = session.call("ask", limited).await;
    assert_eq!(error.is_error, Some(true), "{}", text(&error));
    let turns = session.runs.store.list().unwrap()[0].summary.totals.turns;
    assert!(
        turns <= 3,
        "{turns} steps, of which the last is the answer from what was found"
    );
    let error = session
        .error("ask", json!({"question": "What?", "max_cost": 0.000_001}))
        .await;
    assert!(error.starts_with("budget_exceeded: "), "{error}");
    for (max_cost, limit) in [(1_000_000.0, "0.50"), (0.25, "0.25")] {
        session
            .call("ask", json!({"question": "What?", "max_cost": max_cost}))
            .await;
        let newest = &session.runs.store.list().unwrap()[0];
        let settings = &newest.summary.started.as_ref().unwrap().settings;
        let cost = settings["limits"]["cost"].to_string();
        let micros = limit.parse::<rlm_model::Money>().unwrap().0.to_string();
        assert!(cost.contains(&micros) || cost.contains(limit), "{cost}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_increases_and_is_throttled() {
    let many = format!("```repl\n{}```", "print(llm_query('Which?'))\n".repeat(6));
    let session = Session::open(&[&many, "FINAL: 7-4-1"], Duration::from_millis(250)).await;
    let begun = std::time::Instant::now();
    // A client of this library adds a progress token to each request.
    session.data("ask", json!({"question": "What is the code?"})).await;
    let most = begun.elapsed().as_millis() / 500 + 2;
    let progress = session.client.service().progress.lock().unwrap().clone();
    assert!(!progress.is_empty() && progress.len() as u128 <= most, "{progress:?}");
    assert!(
        progress.windows(2).all(|pair| pair[0].progress < pair[1].progress),
        "{progress:?}"
    );
    let message = progress.last().unwrap().message.clone().unwrap();
    assert!(message.starts_with("step 1, "), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelled_call_cancels_its_run() {
    let session = Session::open(&SLOW, Duration::from_secs(60)).await;
    let call = ClientRequest::CallToolRequest(CallToolRequest::new(request("ask", json!({"question": "What?"}))));
    let handle = session
        .client
        .send_cancellable_request(call, PeerRequestOptions::no_options())
        .await
        .unwrap();
    wait_for_run(&session).await;
    handle.cancel(Some("not needed".to_owned())).await.unwrap();
    assert_eq!(session.outcome().await, "cancelled");
}

#[tokio::test(flavor = "multi_thread")]
async fn closed_connection_cancels_its_runs() {
    let session = Session::open(&SLOW, Duration::from_secs(60)).await;
    let call = ClientRequest::CallToolRequest(CallToolRequest::new(request("ask", json!({"question": "What?"}))));
    let handle = session
        .client
        .send_cancellable_request(call, PeerRequestOptions::no_options())
        .await
        .unwrap();
    wait_for_run(&session).await;
    let (runs, served) = (session.runs.clone(), session.served);
    session.client.cancel().await.unwrap();
    drop(handle);
    served.await.unwrap();
    for _ in 0..500 {
        if let Some(end) = runs.ends.lock().unwrap().first() {
            assert_eq!(end.as_ref().as_ref().unwrap().outcome.name(), "cancelled");
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the run goes on");
}

#[tokio::test(flavor = "multi_thread")]
async fn tasks_are_polled_for_their_result() {
    let session = Session::with_tasks(&SLOW, Duration::from_millis(800)).await;
    let task = start_task(&session).await;
    let (mut states, mut messages) = (Vec::new(), Vec::new());
    let result = loop {
        let polled = session.client.get_task(GetTaskParams::new(task.clone())).await.unwrap();
        states.push(polled.task.status());
        messages.extend(polled.task.task.status_message.clone());
        if let TaskPayload::Completed { result } = polled.task.payload {
            break result;
        }
        assert!(states.len() < 500, "the task goes on");
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert_eq!(states[0], TaskStatus::Working);
    assert!(
        messages.iter().any(|message| message.starts_with("step ")),
        "{messages:?}"
    );
    assert_eq!(result["structuredContent"]["answer"], json!("7-4-1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelled_task_cancels_its_run() {
    let session = Session::with_tasks(&SLOW, Duration::from_secs(60)).await;
    let task = start_task(&session).await;
    wait_for_run(&session).await;
    session
        .client
        .cancel_task(CancelTaskParams::new(task.clone()))
        .await
        .unwrap();
    assert_eq!(session.outcome().await, "cancelled");
    for _ in 0..500 {
        let polled = session.client.get_task(GetTaskParams::new(task.clone())).await.unwrap();
        if polled.task.status() == TaskStatus::Cancelled {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the task is not cancelled");
}

async fn start_task(session: &Session) -> String {
    let call = request("ask", json!({"question": "What is the code?"}));
    match session.client.call_tool_once(call).await.unwrap() {
        CallToolResponse::Task(created) => created.task.task_id,
        other => panic!("no task: {other:?}"),
    }
}

/// Waits until the run has written to its journal.
async fn wait_for_run(session: &Session) {
    for _ in 0..500 {
        if session
            .runs
            .store
            .list()
            .is_ok_and(|runs| runs.iter().any(|run| run.summary.totals.turns > 0))
        {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("no run was started");
}
