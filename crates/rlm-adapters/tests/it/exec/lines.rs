//! The protocol `lines`: JSON lines to and from one process.

use std::fs;
use std::time::Duration;

use rlm_adapters::{ExecModel, ResolveOptions};
use rlm_model::{Model, Money, RetryAdvice, Tokens};
use serde_json::{Value, json};

use super::{is_running, model, model_with, script, shown, wait_until};
use crate::support::{all_parameters, ask_root, ask_sub, call_with};

async fn said(model: &ExecModel, prompt: &str) -> String {
    ask_sub(model, "1.1.0", prompt).await.unwrap().text
}

async fn error(model: &ExecModel, prompt: &str) -> String {
    shown(&ask_sub(model, "1.1.0", prompt).await.unwrap_err())
}

#[tokio::test]
async fn request_has_the_messages_and_parameters() {
    let model = model(&script("process.py", &[])).unwrap();
    let reply = ask_root(&*model, 1, "request it").await.unwrap();
    let request: Value = serde_json::from_str(&reply.text).unwrap();
    let expected = json!({
        "id": 1,
        "class": "root",
        "messages": [
            {"role": "system", "content": "You write programs."},
            {"role": "user", "content": "request it"},
        ],
        "max_output": 100,
    });
    assert_eq!(request, expected);
    assert_eq!(
        (reply.usage.input, reply.usage.output, reply.usage.estimated),
        (Tokens(7), Tokens(2), false)
    );

    let mut call = call_with(all_parameters());
    call.request.messages.push(rlm_model::Message::user("request it"));
    let request: Value = serde_json::from_str(&model.complete(&call).await.unwrap().text).unwrap();
    assert_eq!(
        (&request["id"], &request["class"], &request["stop"]),
        (&json!(2), &json!("sub"), &json!(["END"]))
    );
    assert_eq!(said(&model, "echo x").await, "to x");
}

#[tokio::test]
async fn interleaved_replies_reach_their_calls() {
    let model = model(&format!("{}\nmax_in_flight = 64", script("process.py", &[]))).unwrap();
    for round in 0..8_u64 {
        let calls: Vec<_> = (0..32_u64)
            .map(|index| {
                let model = model.clone();
                // A different order of replies in each round, some of them of calls that are dropped.
                let milliseconds = (index * 7 + round * 13) % 32;
                let text = format!("{round}-{index}");
                let prompt = format!("after 0.0{milliseconds:02} {text}");
                let call = tokio::spawn(async move { said(&model, &prompt).await });
                (call, text, index % 8 == round)
            })
            .collect();
        for (call, text, is_dropped) in calls {
            if is_dropped {
                call.abort();
            } else {
                assert_eq!(call.await.unwrap(), text);
            }
        }
    }
}

#[tokio::test]
async fn invalid_and_failed_replies_fail_only_their_call() {
    let model = model(&script("process.py", &[])).unwrap();
    let process = said(&model, "place").await;
    let replies = [
        r#"raw {"id": ID}"#,
        r#"raw {"id": ID, "text": 7}"#,
        r#"raw {"id": ID, "text": "a", "error": {"message": "b"}}"#,
        r#"raw {"id": ID, "text": " "}"#,
        r#"fail {"message": "I can't answer that"}"#,
        r#"fail {"kind": "busy", "message": "too much"}"#,
        r#"fail {"kind": "unauthorized", "message": "log in\nfirst"}"#,
    ];
    let mut errors = Vec::new();
    for prompt in replies {
        errors.push(format!("{prompt}\n{}\n", error(&model, prompt).await));
    }
    insta::assert_snapshot!(errors.join("\n"));
    let limited = ask_sub(
        &*model,
        "1.1.0",
        r#"fail {"kind": "rate_limited", "message": "slow down", "retry_after": 1.5}"#,
    );
    let limited = limited.await.unwrap_err();
    assert_eq!(limited.retry(), RetryAdvice::After(Duration::from_millis(1_500)));
    assert_eq!(
        said(
            &model,
            "raw {\"id\": 999, \"text\": \"?\"}\n{\"id\": ID, \"text\": \"a\"}"
        )
        .await,
        "a"
    );
    assert_eq!(said(&model, "place").await, process, "it is still the same process");
}

#[tokio::test]
async fn process_that_dies_fails_its_calls_and_is_started_again() {
    let model = model(&script("process.py", &[])).unwrap();
    let process = said(&model, "place").await;
    let waiting = {
        let model = model.clone();
        tokio::spawn(async move { error(&model, "never").await })
    };
    let died = error(&model, "die").await;
    assert_eq!(waiting.await.unwrap(), died);
    assert_ne!(said(&model, "place").await, process);
    let junk = error(&model, "raw Loading weights").await;
    let long = error(&model, "long").await;
    insta::assert_snapshot!([died, junk, long].join("\n\n"));
    assert_eq!(said(&model, "echo again").await, "to again");
}

#[tokio::test]
async fn secrets_are_withheld_unless_listed_and_masked_in_errors() {
    let variables = [
        ("HOUSE_KEY", "sk-planted-0123456789"),
        ("OPENAI_API_KEY", "sk-other-0123456789"),
    ];
    let lines = format!("{}\nenv = [\"HOUSE_KEY\"]", script("process.py", &[]));
    let model = model_with(&lines, &variables, &ResolveOptions::default()).unwrap();
    assert_eq!(said(&model, "variables HOUSE_KEY OPENAI_API_KEY").await, "[key] None");
    let died = error(&model, "die").await;
    assert!(
        died.contains("no more tokens for [key]") && !died.contains("planted"),
        "{died}"
    );
}

#[tokio::test]
async fn cancelled_call_is_cancelled_in_the_process_and_its_reply_ignored() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let model = model(&script("process.py", &[&log])).unwrap();
    let lines = || {
        fs::read_to_string(&log)
            .unwrap_or_default()
            .lines()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let call = {
        let model = model.clone();
        tokio::spawn(async move { said(&model, "after 0.3 late").await })
    };
    wait_until("the call arrives", || lines().len() == 1).await;
    call.abort();
    wait_until("the cancellation arrives", || lines().len() == 2).await;
    assert_eq!(lines()[1], r#"{"cancel":1}"#);
    assert_eq!(said(&model, "after 0.5 second").await, "second");
}

#[tokio::test]
async fn process_that_ignores_a_cancellation_is_replaced_after_its_other_calls() {
    let model = model(&script("process.py", &[])).unwrap();
    let process = said(&model, "place").await;
    let id = process.split(' ').next().unwrap();
    let other = {
        let model = model.clone();
        tokio::spawn(async move { said(&model, "after 8 done").await })
    };
    let stuck = tokio::time::timeout(Duration::from_millis(300), said(&model, "never"));
    stuck.await.unwrap_err();
    let start = std::time::Instant::now();
    while said(&model, "place").await == process {
        assert!(start.elapsed() < Duration::from_secs(30), "the process is replaced");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(other.await.unwrap(), "done", "it answers the calls that it has");
    wait_until("then it is killed", || !is_running(id)).await;
}

#[tokio::test]
async fn process_and_its_folder_end_with_the_model() {
    let model = model(&script("process.py", &[])).unwrap();
    let place = said(&model, "place").await;
    let words: Vec<&str> = place.split(' ').collect();
    let [id, "[]", folder] = words[..] else {
        panic!("the folder is empty: {place}")
    };
    assert!(is_running(id) && fs::exists(folder).unwrap());
    drop(model);
    wait_until("the process is killed", || !is_running(id)).await;
    wait_until("the folder is removed", || !fs::exists(folder).unwrap()).await;
}

#[test]
fn process_ends_with_the_runtime_and_another_runtime_starts_one() {
    let model = model(&script("process.py", &[])).unwrap();
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
    };
    let first = runtime();
    let process = first.block_on(said(&model, "place"));
    drop(first);
    let second = runtime();
    let id = process.split(' ').next().unwrap();
    second.block_on(wait_until("the process is killed", || !is_running(id)));
    assert_eq!(second.block_on(said(&model, "echo x")), "to x");
}

#[tokio::test]
async fn price_is_that_of_the_table() {
    let model = model(&format!(
        "{}\nprice = {{ input = 1, output = 2 }}",
        script("process.py", &[])
    ))
    .unwrap();
    assert_eq!(model.price().unwrap().output, "2".parse::<Money>().unwrap());
}
