//! Stops a run at its budget. Each call reserves its maximum in advance, so that no reply can
//! overshoot it.
//!
//! `cargo run --example budget`

use rlm::budgets::OnLimit;
use rlm::{Context, FakeModel, Limits, Rlm, RunError, Tokens};

/// The token budget of the run, for all its calls together.
pub(crate) const BUDGET: Tokens = Tokens(40_000);

/// Returns the limit that ended the run, and the tokens used by then.
pub(crate) fn stopped() -> Result<(String, Tokens), RunError> {
    // A model that queries a sub-model about every line in every turn, without end.
    let program = "```repl\nreplies = llm_query_batched(['What does this say? ' + line for line in lines(P)])\nprint(len(replies))\n```";
    let model = FakeModel::new([program; 50]).rule("What does this say?", "It says that all is well, at great length.");
    let rlm = Rlm::new(model)
        .limits(Limits {
            tokens: Some(BUDGET),
            steps: 50,
            subcalls: 5_000,
            ..Limits::default()
        })
        // By default, the model gives a best answer from the findings so far if the budget allows
        // it.
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
