//! Asks two questions. The second builds on the first through the conversation and the programs'
//! memory.
//!
//! `cargo run --example session`

use rlm::sessions::{AskOptions, SessionLimits};
use rlm::{Context, FakeModel, Rlm, RunError, Tokens};

/// Returns the answers to both questions.
pub(crate) async fn answers() -> Result<Vec<String>, RunError> {
    let model = FakeModel::new([
        "```repl\nmemory['late'] = [line for line in lines(context) if 'put' in line]\nFINAL(len(memory['late']))\n```",
        "```repl\nFINAL(' '.join(memory['late'][1].split()[:2]))\n```",
    ]);
    let rlm = Rlm::new(model);
    let context = Context::from_text("The roof was put off.\nMs Okoye put off the stairs, too.");

    let limits = SessionLimits {
        max_tokens: Some(Tokens(200_000)),
        ..SessionLimits::default()
    };
    let mut session = rlm.session(&context).with_limits(limits);
    let mut answers = Vec::new();
    for question in ["How many things were put off?", "By whom was the second one?"] {
        let options = AskOptions {
            max_steps: Some(4),
            ..AskOptions::default()
        };
        let result = session.ask_with(question, options).await?;
        answers.push(result.answer.or(result.message).unwrap_or_default());
    }
    Ok(answers)
}

#[expect(clippy::print_stdout, reason = "an example shows its answers")]
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), RunError> {
    println!("{}", answers().await?.join("\n"));
    Ok(())
}
