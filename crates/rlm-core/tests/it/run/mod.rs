//! Whole runs against scripted models.

mod calls;
mod ends;
mod finals;
mod guards;
mod record;
mod verify;

use rlm_context::Context;
use rlm_policy::Outcome;
use rlm_test_runs::{fake, run, runner};

const TEXT: &str = "The vault code is 7-4-1.\nThe garden gate is green and squeaks.\nNobody has been here since May.\n";

fn context() -> Context {
    Context::from_text(TEXT)
}

async fn answer_of<const N: usize>(script: [&str; N]) -> String {
    let recorded = run(runner(fake(script)), "What is the code?", &context()).await;
    assert_eq!(
        recorded.result.outcome,
        Outcome::Complete,
        "{:?}: {:?}",
        script,
        recorded.observations()
    );
    recorded.answer().to_owned()
}
