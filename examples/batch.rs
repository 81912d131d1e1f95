//! Many questions about one context, under one budget: each answer is there as soon as it ends.
//!
//! `cargo run --example batch`

use futures::StreamExt as _;
use rlm::budgets::SharedBudget;
use rlm::runs::{BatchOptions, BatchQuestion};
use rlm::{Context, FakeModel, Rlm, RunError, Tokens};

/// Asks three questions, one at a time since the script has its replies in order, and returns the answers in the order of the questions.
pub(crate) async fn answers() -> Result<Vec<String>, RunError> {
    let model = FakeModel::new([
        "```repl\nFINAL(lines(context)[0].split()[-1])\n```",
        "```repl\nFINAL(lines(context)[1].split()[-1])\n```",
        "```repl\nFINAL(len(re.findall('hill', context)))\n```",
    ]);
    let context = Context::from_text("The capital is Lisbon\nIts river is the Tagus\nhill hill hill");
    let rlm = Rlm::new(model);

    let questions = ["Which capital?", "Which river?", "How many hills?"];
    let options = BatchOptions {
        parallel: 1,
        budget: SharedBudget::new(None, Some(Tokens(1_000_000))),
        ..BatchOptions::default()
    };
    let mut answers = vec![String::new(); questions.len()];
    let mut ended = Box::pin(rlm.batch(questions.map(BatchQuestion::new), &context, options)?);
    while let Some(answer) = ended.next().await {
        if let Some(slot) = answers.get_mut(answer.line) {
            // One that failed would stop no other.
            *slot = answer.result.map(|result| result.answer.unwrap_or_default())?;
        }
    }
    Ok(answers)
}

#[expect(clippy::print_stdout, reason = "an example shows its answers")]
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), RunError> {
    println!("{}", answers().await?.join("\n"));
    Ok(())
}
