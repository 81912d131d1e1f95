//! Executes a complete run without a network. The root model replays a script, and a rule answers
//! sub-calls.
//!
//! `cargo run --example quickstart`

use rlm::{Context, FakeModel, Rlm, RunError};

/// Runs the script and returns its answer.
pub(crate) fn answer() -> Result<String, RunError> {
    let model = FakeModel::new([
        "snippet = peek(80)\nsummary = llm_query(f'Summarize: {snippet}')\nanswer = f'Summary -> {summary}'",
        "FINAL_VAR: answer",
    ])
    .rule("You are a sub-LLM", "[fake] short summary");

    let context = Context::from_text("RLMs treat long prompts as environment state.");
    let result = Rlm::new(model).run_blocking("Summarize this.", &context)?;
    Ok(result.answer.or(result.message).unwrap_or_default())
}

#[expect(clippy::print_stdout, reason = "an example shows its answer")]
fn main() -> Result<(), RunError> {
    println!("{}", answer()?);
    Ok(())
}
