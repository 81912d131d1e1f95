//! The examples give the answers that they promise.

#![expect(dead_code, reason = "the examples' own `main` is not called here")]

#[path = "../examples/batch.rs"]
mod batch;
#[path = "../examples/chat.rs"]
mod chat;
#[path = "../examples/job.rs"]
mod job;
#[cfg(feature = "mcp")]
#[path = "../examples/mcp.rs"]
mod mcp;
#[path = "../examples/router.rs"]
mod router;
#[path = "../examples/session.rs"]
mod session;
#[path = "../examples/tools.rs"]
mod tools;

#[tokio::test]
async fn a_batch_answers_every_question() {
    assert_eq!(batch::answers().await.unwrap(), ["Lisbon", "Tagus", "3"]);
}

#[tokio::test]
async fn a_session_answers_one_question_after_the_other() {
    assert_eq!(session::answers().await.unwrap(), ["2", "Ms Okoye"]);
}

#[tokio::test]
async fn a_chat_goes_on_until_its_budget_is_used_up() {
    let rlm = rlm::Rlm::new(rlm::FakeModel::new(["FINAL: one"; 9]));
    let context = rlm::Context::from_text("text");
    let limits = rlm::SessionLimits {
        max_tokens: Some(rlm::Tokens(20_000)),
        ..rlm::SessionLimits::default()
    };
    let mut said = Vec::new();
    let lines = ["Who?", " ", "And who else?"]
        .into_iter()
        .map(str::to_owned)
        .chain(vec!["More?".to_owned(); 7]);
    let ended = chat::chat(&rlm, &context, limits, lines, |answer| said.push(answer.to_owned())).await;
    assert_eq!(ended.unwrap_err().code(), "SessionBudgetExceeded");
    assert!(said.len() > 1 && said.iter().all(|answer| answer == "one"), "{said:?}");
}

#[tokio::test]
async fn a_job_is_answered_by_whoever_takes_it() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(job::answer(folder.path()).await.unwrap(), "7-4-1");
}

#[test]
fn programs_call_tools_and_effects_are_given_what_they_write_out() {
    let (answer, sent) = tools::answer().unwrap();
    assert_eq!(
        (answer.as_str(), sent.as_slice()),
        ("A-1", ["\"There are late orders.\"".to_owned()].as_slice())
    );
}

#[cfg(feature = "mcp")]
#[tokio::test]
async fn programs_call_the_tools_of_a_server() {
    assert_eq!(mcp::answer().await.unwrap(), "12");
}

#[tokio::test]
async fn a_router_answers_short_texts_by_one_call_and_long_ones_by_programs() {
    let [short, long] = router::answers().await.unwrap();
    assert_eq!(
        (short.output.as_deref(), short.method),
        (Some("oolong"), rlm::Method::Baseline)
    );
    assert_eq!(short.reason, "the context has 2,224 characters, fewer than 8,000");
    assert_eq!(
        (long.output.as_deref(), long.method),
        (Some("oolong"), rlm::Method::Rlm)
    );
    assert!(long.tokens_used > short.tokens_used);
}
