//! A budget that stops a run: each call is reserved before it leaves, so that no reply can overshoot it.
//!
//! `cargo run --example budget`

use rlm::budgets::OnLimit;
use rlm::{Context, FakeModel, Limits, Rlm, RunError, Tokens};

/// The tokens that the run may use, those of all its calls together.
pub(crate) const BUDGET: Tokens = Tokens(40_000);

/// Returns the limit that ended the run, and the tokens that were used by then.
pub(crate) fn stopped() -> Result<(String, Tokens), RunError> {
    // A model that asks about every line in every turn, and would go on for ever.
    let program = "```repl\nreplies = llm_query_batched(['What does this say? ' + line for line in lines(P)])\nprint(len(replies))\n```";
    let model = FakeModel::new([program; 50]).rule("What does this say?", "It says that all is well, at great length.");
    let rlm = Rlm::new(model)
        .limits(Limits {
            tokens: Some(BUDGET),
            steps: 50,
            subcalls: 5_000,
            ..Limits::default()
        })
        // Without this, a best answer from what was found by then would be given where the budget allows one.
        .configure(|runner| runner.on_limit(OnLimit::Error));
    let context = Context::from_text("All is well.\n".repeat(100));
    match rlm.run_blocking("Is all well?", &context) {
        Ok(result) => Ok((result.outcome.name().to_owned(), result.spent.tokens())),
        Err(RunError::Limit { limit, partial }) => Ok((limit.name().to_owned(), partial.spent.tokens())),
        Err(error) => Err(error),
    }
}

#[expect(clippy::print_stdout, reason = "an example shows what came of it")]
fn main() -> Result<(), RunError> {
    let (limit, used) = stopped()?;
    println!("{limit}: {used} of {BUDGET} tokens were used");
    Ok(())
}
