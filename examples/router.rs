//! Routes short contexts to a single call and long ones to a run with programs. The result contains
//! the route and its reason.
//!
//! `cargo run --example router`

use rlm::prompts::ExecutionProfile;
use rlm::runs::{RouterResult, SmartRouter};
use rlm::{Context, FakeModel, Rlm, RunError};

/// Asks the same question about a short text and about a long one.
pub(crate) async fn answers() -> Result<[RouterResult; 2], RunError> {
    let model = FakeModel::new([
        // The prompt contains the short text, so this is the answer.
        "oolong",
        // The prompt does not contain the long text, so a program searches it.
        "```repl\nFINAL(re.search(r'key term is: (\\w+)', context).group(1))\n```",
    ]);
    let rlm = Rlm::new(model);
    let router = SmartRouter::new(rlm.runner()?.clone()).baseline_threshold(8_000);

    let question = "Which is the key term? Give the term alone.";
    let short = Context::from_text("All work and no play. ".repeat(100) + "The key term is: oolong.");
    let long = Context::from_text("All work and no play. ".repeat(2_000) + "The key term is: oolong.");
    let profile = ExecutionProfile::DeterministicFirst;
    Ok([
        router.run(question, &short, profile).await?,
        router.run(question, &long, profile).await?,
    ])
}

#[expect(clippy::print_stdout, reason = "an example shows its answers")]
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), RunError> {
    for answer in answers().await? {
        let output = answer.output.unwrap_or_default();
        let (method, tokens, reason) = (answer.method.name(), answer.tokens_used, answer.reason);
        println!("{output} by {method} with {tokens} tokens: {reason}");
    }
    Ok(())
}
