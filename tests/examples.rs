//! The examples give the answers that they promise.

#![expect(dead_code, reason = "the examples' own `main` is not called here")]

#[path = "../examples/batch.rs"]
mod batch;
#[path = "../examples/chat.rs"]
mod chat;
#[path = "../examples/job.rs"]
mod job;
#[path = "../examples/session.rs"]
mod session;

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
