//! Compares the cost of a question with the context in the prompt and with the context as a variable
//! of programs: as estimated before the run, and as measured after it.
//!
//! `cargo run --example rlm_context_optimization`

use rlm::answers::ContextBreakdown;
use rlm::runs::{Estimate, Strategy};
use rlm::{Context, FakeModel, Rlm, RunError};

/// Returns the estimate for a question about 60 reports, and what a run sent to its models.
pub(crate) async fn compared() -> Result<(Estimate, ContextBreakdown), RunError> {
    let rlm = Rlm::new(FakeModel::new([
        "```repl\nlate = [line for line in lines(P) if 'late' in line]\nprint(len(late))\n```",
        "```repl\nFINAL(llm_query('Summarize the causes:\\n' + '\\n'.join(late)))\n```",
    ]))
    .sub_model(FakeModel::new([""; 0]).default_reply("Ice on the rails, every time."));

    let report = |day: usize| {
        let state = if day.is_multiple_of(7) {
            "late: ice on the rails"
        } else {
            "on time"
        };
        format!(
            "Report of day {day}: the train from Ludmere was {state}. {}\n",
            "Nothing else. ".repeat(20)
        )
    };
    let context = Context::from_text((1..=60).map(report).collect::<String>());
    let question = "Why were trains late?";
    let estimate = rlm.estimate(question, &context)?;
    let result = rlm.run(question, &context).await?;
    Ok((estimate, result.breakdown))
}

#[expect(clippy::print_stdout, reason = "an example shows its figures")]
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), RunError> {
    let (estimate, measured) = compared().await?;
    for strategy in [Strategy::Inline, Strategy::Symbolic] {
        if let Some(expected) = estimate.strategy(strategy) {
            let (input, prompt) = (expected.usage.input, expected.largest_prompt);
            println!("{strategy}: about {input} tokens in, {prompt} in the largest prompt");
        }
    }
    println!("recommended: {} ({})", estimate.recommended, estimate.reason);
    println!(
        "measured: the root model saw {} characters of output about {} bytes of context; sub-models read {:.0} %",
        measured.inline_chars,
        measured.symbolic_bytes,
        measured.share_read * 100.0
    );
    Ok(())
}
