//! The list of tools, and the results of those that cost nothing.

use std::time::Duration;

use insta::{assert_json_snapshot, assert_snapshot};
use rlm_context::Context;
use rlm_mcp_server::Documents;
use serde_json::{Value, json};

use crate::support::{CITED, Client, Session, text};

#[tokio::test]
async fn tools_and_instructions() {
    let session = Session::open(&[], Duration::ZERO).await;
    assert_json_snapshot!("tools", session.client.list_all_tools().await.unwrap());
    assert_snapshot!(
        "instructions",
        session.client.peer_info().unwrap().instructions.clone().unwrap()
    );
    let without = Session::with(&[], Duration::ZERO, Client::default(), Documents::none()).await;
    assert_snapshot!(
        "instructions-without-documents",
        without.client.peer_info().unwrap().instructions.clone().unwrap()
    );
}

#[tokio::test]
async fn passages_have_places_that_can_be_read() {
    let session = Session::open(&[], Duration::ZERO).await;
    let found = session.data("search", json!({"query": "vault code", "count": 1})).await;
    let passage = &found["passages"][0];
    assert_eq!(passage["document"], "docs/guide.md");
    let arguments = json!({"document": passage["document"], "line": passage["line"], "lines": 4});
    let read = session.data("read", arguments).await;
    assert!(
        read["text"].as_str().unwrap().contains("The vault code is 7-4-1."),
        "{read}"
    );
    assert_eq!(found["passages"].as_array().unwrap().len(), 1);
    let many = session.data("search", json!({"query": "line log", "count": 20})).await;
    assert_eq!(many["passages"].as_array().unwrap().len(), 20);
    let none = session.call("search", json!({"query": "submarine"})).await;
    assert_eq!(text(&none), "no passage contains these words");
}

#[tokio::test]
async fn documents_are_read_in_parts() {
    let session = Session::open(&[], Duration::ZERO).await;
    let list = session.data("read", json!({})).await;
    assert_eq!(
        (&list["total_documents"], &list["documents"][0]["document"]),
        (&json!(3), &json!("docs/guide.md"))
    );
    let part = session
        .data("read", json!({"document": "log.txt", "line": 2_999}))
        .await;
    let last = (
        &part["text"],
        &part["last_line"],
        &part["next_line"],
        &part["total_lines"],
    );
    let lines = "line 2999 of the log\nline 3000 of the log\n";
    assert_eq!(last, (&json!(lines), &json!(3_000), &json!(null), &json!(3_000)));
    let first = session.data("read", json!({"document": "log.txt"})).await;
    assert_eq!((&first["last_line"], &first["next_line"]), (&json!(200), &json!(201)));
    // 2,000 lines are fewer than 50,000 characters allow here.
    let most = session
        .data("read", json!({"document": "log.txt", "lines": 2_000}))
        .await;
    assert_eq!(most["last_line"], json!(2_000));
    let long = session.data("read", json!({"document": "long.json"})).await;
    assert_eq!((&long["cut"], &long["next_line"]), (&json!(true), &json!(2)));
    assert_eq!(long["text"].as_str().unwrap().chars().count(), 50_000);
}

#[tokio::test]
async fn estimates_call_no_model() {
    let session = Session::open(&[], Duration::ZERO).await;
    let estimate = session.data("estimate", json!({"question": "What is the code?"})).await;
    assert!(estimate["context_tokens"].as_u64().unwrap() > 10_000, "{estimate}");
    let of_text = session
        .data("estimate", json!({"question": "What?", "text": "The code is 7-4-1."}))
        .await;
    assert_eq!(of_text["context_tokens"], json!(5));
    assert!(session.runs.store.ids().unwrap().is_empty());
}

#[tokio::test]
async fn trace_shows_the_steps_of_a_run() {
    let script = ["```repl\nprint(len(context))\n```", CITED[0]];
    let session = Session::open(&script, Duration::ZERO).await;
    let answer = session.data("ask", json!({"question": "What is the code?"})).await;
    let trace = session.data("trace", json!({"run": answer["run"]})).await;
    assert_eq!(
        (&trace["outcome"], &trace["answer"], &trace["total_steps"]),
        (&json!("complete"), &json!("7-4-1"), &json!(2))
    );
    assert!(
        trace["steps"][0]["code"].as_str().unwrap().contains("len(context)"),
        "{trace}"
    );
    let first = session.data("trace", json!({"run": answer["run"], "steps": 1})).await;
    assert_eq!(
        (&first["next_step"], first["steps"].as_array().unwrap().len()),
        (&json!(2), 1)
    );
    let second = session.data("trace", json!({"run": answer["run"], "step": 2})).await;
    assert_eq!(
        (&second["next_step"], &second["steps"][0]["step"]),
        (&json!(null), &json!(2))
    );
}

#[tokio::test]
async fn long_lists_and_texts_are_cut() {
    let documents = (0..250).map(|number| (format!("{number}.md"), "A line.\n".to_owned()));
    let context = Context::from_documents(documents, "\n").unwrap();
    let documents = Documents::new(context, Vec::new(), None);
    let script = ["```repl\nprint('x' * 5_000)\n```", "```repl\nFINAL('y' * 150_000)\n```"];
    let session = Session::with(&script, Duration::ZERO, Client::default(), documents).await;
    let list = session.data("read", json!({})).await;
    assert_eq!(
        (list["documents"].as_array().unwrap().len(), &list["total_documents"]),
        (200, &json!(250))
    );
    let instructions = session.client.peer_info().unwrap().instructions.clone().unwrap();
    assert!(instructions.contains("19.md, and 230 more"), "{instructions}");
    let error = session.error("search", json!({"query": "line"})).await;
    assert!(error.starts_with("search_disabled: "), "{error}");
    let length = |value: &Value| value.as_str().unwrap().chars().count();
    let answer = session.data("ask", json!({"question": "What?"})).await;
    assert_eq!(length(&answer["answer"]), 100_000);
    let trace = session.data("trace", json!({"run": answer["run"]})).await;
    assert_eq!(
        (length(&trace["steps"][0]["output"]), length(&trace["answer"])),
        (2_000, 100_000)
    );
}
