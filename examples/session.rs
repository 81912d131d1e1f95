//! Two questions, of which the second goes on from the first: by what was said, and by what programs remember.
//!
//! `cargo run --example session`

use rlm::{Context, FakeModel, Rlm, RunError, Session, SessionLimits, SessionRun, Tokens};

/// Returns both answers.
pub(crate) async fn answers() -> Result<Vec<String>, RunError> {
    let model = FakeModel::new([
        "```repl\nmemory['late'] = [line for line in lines(context) if 'put' in line]\nFINAL(len(memory['late']))\n```",
        "```repl\nFINAL(' '.join(memory['late'][1].split()[:2]))\n```",
    ]);
    let rlm = Rlm::new(model);
    let context = Context::from_text("The roof was put off.\nMs Okoye put off the stairs, too.");

    let mut session = Session::new(SessionLimits {
        max_tokens: Some(Tokens(200_000)),
        ..SessionLimits::default()
    });
    let mut answers = Vec::new();
    for question in ["How many things were put off?", "By whom was the second one?"] {
        let run = SessionRun {
            max_steps: Some(4),
            ..SessionRun::default()
        };
        let result = session.run(rlm.runner()?, question, &context, run).await?;
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
