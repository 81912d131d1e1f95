//! Tests of the scripted model: scripts, rules, simulated failures, and errors for invalid files.

use std::time::Duration;

use rlm_adapters::{FakeError, FakeModel};
use rlm_model::{Model, ModelErrorKind, Price, RetryAdvice, Tokens};
use serde_json::json;

use crate::support::{ask_root, ask_sub};

fn fake(definition: &serde_json::Value) -> FakeModel {
    FakeModel::from_json("test.json", &definition.to_string()).unwrap()
}

#[tokio::test]
async fn the_script_answers_root_calls_in_order_and_rules_answer_programs() {
    let model = FakeModel::new(["one", "FINAL_VAR: answer"])
        .rule("You are a sub-LLM", "[fake] short summary")
        .default_reply("never reached");
    assert_eq!(ask_root(&model, 1, "go").await.unwrap().text, "one");
    assert_eq!(
        ask_sub(&model, "1.1.0", "Summarize: a.b").await.unwrap().text,
        "[fake] short summary"
    );
    assert_eq!(ask_root(&model, 2, "go").await.unwrap().text, "FINAL_VAR: answer");
    let error = ask_root(&model, 3, "go").await.unwrap_err();
    assert_eq!(
        (error.kind.clone(), error.retry()),
        (ModelErrorKind::NoReply, RetryAdvice::Never)
    );
    insta::assert_snapshot!(format!("{error}\nhint: {}", error.hint.as_deref().unwrap()), @"
    fake:script: the script has 2 replies, but call 3.0.0 needs reply 3
    hint: add a reply to `script`, or let an earlier one call FINAL
    ");
    assert_eq!(model.price(), Some(Price::FREE));
}

#[tokio::test]
async fn fake_script_entries_depend_only_on_the_turn_number() {
    let model = FakeModel::new(["one", "two", "three"]);
    assert_eq!(ask_root(&model, 2, "go").await.unwrap().text, "two");
    assert_eq!(ask_root(&model, 2, "go").await.unwrap().text, "two");
    assert_eq!(ask_root(&model, 3, "go").await.unwrap().text, "three");
}

#[tokio::test]
async fn the_first_rule_that_matches_the_prompt_wins() {
    let model = fake(&json!({
        "rules": [
            {"match": "^Colour of the (?P<thing>\\w+).*\\b(red|blue)$", "reply": "The \\g<thing> is \\2.\\n"},
            {"match": "Colour", "reply": "unknown"},
            {"match": "a+b", "regex": false, "reply": "sum \\1"},
            {"match": "sub-LLM", "reply": "system only", "in": "messages"},
        ],
    }));
    let text = async |prompt: &str| ask_sub(&model, "1.1.0", prompt).await.unwrap().text;
    assert_eq!(
        text("Colour of the door?\nIt is\nred").await,
        "The door is red.\n",
        "a dot matches line breaks"
    );
    assert_eq!(text("The Colour of the door?\nred").await, "unknown");
    assert_eq!(text("what is a+b").await, "sum \\1", "pattern and reply are literal");
    assert_eq!(text("what is aab").await, "system only");
}

#[tokio::test]
async fn unmatched_prompts_get_the_default_reply_or_an_error() {
    let model = fake(&json!({"default_reply": "NO_ANSWER"}));
    let reply = ask_sub(&model, "1.1.0", "123456").await.unwrap();
    assert_eq!(reply.text, "NO_ANSWER");
    assert_eq!(
        (reply.usage.input, reply.usage.output),
        (Tokens(6), Tokens(3)),
        "a quarter of 24 and of 9 bytes"
    );
    let model = fake(&json!({"rules": [{"match": "x", "reply": "y"}]}));
    let error = ask_sub(&model, "2.1.7", "some\nlong prompt").await.unwrap_err();
    insta::assert_snapshot!(format!("{error}\nhint: {}", error.hint.as_deref().unwrap()), @"
    fake:test.json: no rule matches call 2.1.7 (`some long prompt`)
    hint: add a rule that matches it, or a `default_reply`
    ");
}

#[tokio::test(start_paused = true)]
async fn fake_rules_and_scripts_support_delays_and_failures() {
    let model = fake(&json!({
        "script": [{"reply": "late", "delay_ms": 70_000}, {"fail": {"kind": "server", "status": 503}}],
        "rules": [
            {"match": "busy", "reply": "at last", "fail": {"kind": "rate_limited", "retry_after": 1.5, "times": 2}},
            {"match": "broken", "fail": {"kind": "unauthorized", "message": "no key"}},
        ],
    }));
    let start = tokio::time::Instant::now();
    assert_eq!(ask_root(&model, 1, "go").await.unwrap().text, "late");
    assert_eq!(start.elapsed(), Duration::from_secs(70));
    assert_eq!(ask_root(&model, 2, "go").await.unwrap_err().status, Some(503));

    for id in ["1.1.0", "1.1.1"] {
        for _ in 0..2 {
            let error = ask_sub(&model, id, "busy").await.unwrap_err();
            assert_eq!(error.retry(), RetryAdvice::After(Duration::from_millis(1_500)));
        }
        assert_eq!(
            ask_sub(&model, id, "busy").await.unwrap().text,
            "at last",
            "each call fails twice"
        );
    }
    for _ in 0..3 {
        assert_eq!(
            ask_sub(&model, "1.2.0", "broken").await.unwrap_err().to_string(),
            "no key"
        );
    }
}

#[test]
fn edited_fake_file_changes_the_model_identity() {
    let identity = |reply: &str| fake(&json!({"default_reply": reply})).identity().clone();
    assert_eq!(identity("a"), identity("a"));
    assert_ne!(
        identity("a"),
        identity("b"),
        "otherwise the cache would answer for a changed script"
    );
    assert_ne!(
        FakeModel::new(["x"]).identity(),
        FakeModel::new(["x"]).rule("a", "b").identity()
    );
}

#[test]
fn invalid_fake_files_report_the_error() {
    let error = |definition: &str| FakeModel::from_json("f", definition).err().unwrap().to_string();
    let missing = FakeModel::load("no/such.json".as_ref()).err().unwrap();
    assert!(matches!(missing, FakeError::Read { .. }));
    let all = [
        missing.to_string(),
        error("{\"script\": [1]}"),
        error("{\"script\": [{\"replies\": \"x\"}]}"),
        error("{\"script\": [{}]}"),
        error("{\"scripts\": []}"),
        error("{\"rules\": [{\"match\": \"x\"}]}"),
        error("{\"rules\": [{\"match\": \"(x\", \"reply\": \"\"}]}"),
        error(r#"{"rules": [{"match": "x", "reply": ""}, {"match": "x", "reply": "\\1"}]}"#),
        error(r#"{"rules": [{"match": "x", "fail": {"kind": "tired"}}]}"#),
        error("{"),
    ];
    insta::assert_snapshot!(all.join("\n"));
}

#[tokio::test]
async fn catastrophic_backtracking_is_an_error() {
    let model = fake(&json!({"rules": [{"match": "^((a|aa)+)\\1c", "reply": "y"}]}));
    let error = ask_sub(&model, "1.1.0", &format!("{}bc", "a".repeat(60)))
        .await
        .unwrap_err();
    assert_eq!(error.kind, ModelErrorKind::NoReply);
    assert!(error.message.starts_with("fake: can't match rule 1: "), "{error}");
}
