//! The first example of the library, and its async variant.

use rlm::{Context, FakeModel, Outcome, Rlm};

#[expect(dead_code, reason = "the example's `main` is not called here")]
#[path = "../../examples/quickstart.rs"]
mod example;

#[test]
fn quickstart_example_answers() {
    assert_eq!(example::answer().unwrap(), "Summary -> [fake] short summary");
}

#[tokio::test]
async fn one_rlm_serves_concurrent_runs() {
    let model = FakeModel::new(["FINAL: first", "FINAL: second"]);
    let rlm = Rlm::new(model);
    let context = Context::from_text("text");
    let first = rlm.run("Which?", &context).await.unwrap();
    assert_eq!(first.outcome, Outcome::Complete);
    assert_eq!(first.answer.as_deref(), Some("first"));
    // The blocking variant also works inside a runtime.
    let blocking = rlm.run_blocking("Which?", &context).unwrap();
    assert_ne!(blocking.run, first.run);
}
