//! The examples give the answers that they promise.

#![expect(dead_code, reason = "the examples' own `main` is not called here")]

#[path = "../examples/batch.rs"]
mod batch;

#[tokio::test]
async fn a_batch_answers_every_question() {
    assert_eq!(batch::answers().await.unwrap(), ["Lisbon", "Tagus", "3"]);
}
