//! Asks many questions about one context within one budget. Each answer is available as soon as its
//! run completes.
//!
//! `cargo run --example batch`

use futures::StreamExt as _;
use rlm::budgets::{BudgetSlice, SharedBudget};
use rlm::runs::{BatchOptions, BatchQuestion};
use rlm::{Context, FakeModel, Rlm, RunError, Tokens};

/// Asks three questions and returns the answers in the order of the questions. It asks one at a
/// time, because the script's replies are in order.
pub(crate) async fn answers() -> Result<Vec<String>, RunError> {
    let model = FakeModel::new([
        "```repl\nFINAL(lines(context)[0].split()[-1])\n```",
        "```repl\nFINAL(lines(context)[1].split()[-1])\n```",
        "```repl\nFINAL(len(re.findall('hill', context)))\n```",
    ]);
    let context = Context::from_text("The capital is Lisbon\nIts river is the Tagus\nhill hill hill");
    let rlm = Rlm::new(model);

    let questions = ["Which capital?", "Which river?", "How many hills?"];
    let tokens = BudgetSlice {
        tokens: Some(Tokens(1_000_000)),
        ..BudgetSlice::default()
    };
    let options = BatchOptions {
        parallel: 1,
        budget: SharedBudget::new(tokens),
        ..BatchOptions::default()
    };
    let mut answers = vec![String::new(); questions.len()];
    let mut ended = Box::pin(rlm.batch(questions.map(BatchQuestion::new), &context, options)?);
    while let Some(answer) = ended.next().await {
        if let Some(slot) = answers.get_mut(answer.line) {
            // A failed question would not stop the others.
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
