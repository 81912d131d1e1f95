//! Runs the examples and checks their answers.

#[path = "../../examples/adapter.rs"]
mod adapter;
#[path = "../../examples/batch.rs"]
mod batch;
#[path = "../../examples/budget.rs"]
mod budget;
#[path = "../../examples/chat.rs"]
mod chat;
#[path = "../../examples/depth.rs"]
mod depth;
#[path = "../../examples/job.rs"]
mod job;
#[cfg(feature = "mcp")]
#[path = "../../examples/mcp.rs"]
mod mcp;
#[path = "../../examples/resume.rs"]
mod resume;
#[path = "../../examples/rich_repl_demo.rs"]
mod rich_repl_demo;
#[path = "../../examples/rlm_context_optimization.rs"]
mod rlm_context_optimization;
#[path = "../../examples/router.rs"]
mod router;
#[path = "../../examples/session.rs"]
mod session;
#[path = "../../examples/structured.rs"]
mod structured;
#[path = "../../examples/tools.rs"]
mod tools;

#[tokio::test]
async fn batch_example_answers_every_question() {
    assert_eq!(batch::answers().await.unwrap(), ["Lisbon", "Tagus", "3"]);
}

#[tokio::test]
async fn context_optimization_example_recommends_what_costs_less() {
    let (estimate, measured) = rlm_context_optimization::compared().await.unwrap();
    assert!(measured.inline_chars < measured.symbolic_bytes / 100, "{measured:?}");
    assert!(measured.share_read > 0.1 && measured.share_read < 0.2, "{measured:?}");
    assert!(!estimate.reason.is_empty());
}

#[tokio::test]
async fn repl_demo_shows_programs_output_and_sub_calls() {
    let shown = std::sync::Arc::new(std::sync::Mutex::new(String::new()));
    let sink = std::sync::Arc::clone(&shown);
    let model = std::sync::Arc::new(rich_repl_demo::script());
    let answer = rich_repl_demo::watched(model, move |text| sink.lock().unwrap().push_str(text)).await;
    assert_eq!(answer.unwrap().as_deref(), Some("High Hill"));
    insta::assert_snapshot!("rich-repl-demo", shown.lock().unwrap().replace('\x1b', "␛"));
}

#[tokio::test]
async fn session_example_answers_consecutive_questions() {
    assert_eq!(session::answers().await.unwrap(), ["2", "Ms Okoye"]);
}

#[tokio::test]
async fn chat_ends_when_its_budget_is_used_up() {
    let rlm = rlm::Rlm::new(rlm::FakeModel::new(["FINAL: one"; 20]));
    let context = rlm::Context::from_text("text");
    let limits = rlm::sessions::SessionLimits {
        max_tokens: Some(rlm::Tokens(20_000)),
        ..rlm::sessions::SessionLimits::default()
    };
    let mut said = Vec::new();
    let lines = ["Who?", " ", "And who else?"]
        .into_iter()
        .map(str::to_owned)
        .chain(vec!["More?".to_owned(); 18]);
    let ended = chat::chat(&rlm, &context, limits, lines, |answer| said.push(answer.to_owned())).await;
    assert_eq!(ended.unwrap_err().code(), "SessionBudgetExceeded");
    assert!(said.len() > 1 && said.iter().all(|answer| answer == "one"), "{said:?}");
}

#[tokio::test]
async fn job_example_is_answered_by_a_worker() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(job::answer(folder.path()).await.unwrap(), "7-4-1");
}

#[test]
fn tools_example_sends_only_literal_arguments() {
    let (answer, sent) = tools::answer().unwrap();
    assert_eq!(
        (answer.as_str(), sent.as_slice()),
        ("A-1", ["\"There are late orders.\"".to_owned()].as_slice())
    );
}

#[cfg(feature = "mcp")]
#[tokio::test]
async fn mcp_example_calls_server_tools() {
    assert_eq!(mcp::answer().await.unwrap(), "12");
}

#[tokio::test]
async fn router_example_answers_short_texts_directly_and_long_by_programs() {
    let [short, long] = router::answers().await.unwrap();
    assert_eq!(
        (short.output.as_deref(), short.method),
        (Some("oolong"), rlm::answers::AnswerMethod::Baseline)
    );
    assert_eq!(short.reason, "the context has 2,224 characters, fewer than 8,000");
    assert_eq!(
        (long.output.as_deref(), long.method),
        (Some("oolong"), rlm::answers::AnswerMethod::Rlm)
    );
    assert!(long.tokens_used > short.tokens_used);
}

#[test]
fn depth_example_runs_three_levels_deep() {
    // The two regions and the three countries take one turn each.
    assert_eq!(depth::answer().unwrap(), ("110".to_owned(), 5));
}

#[test]
fn structured_example_answer_matches_its_schema() {
    let signed = serde_json::json!({"signed_by": "M. Okoye", "year": 2024});
    assert_eq!(structured::answer().unwrap(), signed);
}

#[test]
fn budget_example_stops_before_exceeding_the_limit() {
    let (limit, used) = budget::stopped().unwrap();
    assert_eq!(limit, "MaxTokensExceeded");
    assert!(used > rlm::Tokens(0) && used <= budget::BUDGET, "{used}");
}

#[tokio::test]
async fn resume_example_repeats_no_calls() {
    let folder = tempfile::tempdir().unwrap();
    let answer = resume::answer(&folder.path().join("journal.jsonl")).await.unwrap();
    assert_eq!(answer, ("7-4-1".to_owned(), 2, 1));
}

#[test]
fn adapter_example_answers() {
    assert_eq!(adapter::answer().unwrap(), "the gate is open");
}
