//! Whole runs against scripted models.

mod support;

use rlm_context::Context;
use rlm_policy::Outcome;
use support::{fake, run, runner};

#[tokio::test]
async fn bare_code_and_a_final_form_in_text() {
    let model = fake([
        "snippet = peek(80)\nsummary = llm_query(f'Summarize: {snippet}')\nanswer = f'Summary -> {summary}'",
        "FINAL_VAR: answer",
    ])
    .rule("You are a sub-LLM", "[fake] short summary");
    let context = Context::from_text("RLMs treat long prompts as environment state.");
    let recorded = run(runner(model), "Summarize this.", &context).await;
    for o in recorded.observations() {
        println!("{o}\n-----");
    }
    println!("{:?}", recorded.kinds());
    assert_eq!(recorded.answer(), "Summary -> [fake] short summary");
    assert_eq!(recorded.result.outcome, Outcome::Complete);
}
