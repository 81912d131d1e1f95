//! Nests runs three levels deep. The company's run starts a run for each region, which starts one
//! for each country, which calls a sub-model.
//!
//! `cargo run --example depth`

use std::sync::Arc;

use rlm::{Context, FakeModel, Limits, Rlm, RunError};

const COMPANY: &str =
    "Region Americas\nCountry USA earned 80\nCountry Canada earned 20\nRegion Europe\nCountry Spain earned 10\n";

/// Returns a program that splits its part of the text, starts a run for each piece concurrently,
/// and adds up the answers.
fn add_up(word: &str) -> String {
    format!(
        "```repl\nparts = ['{word} ' + part for part in P.split('{word} ')[1:]]\n\
         earned = [rlm_query('What was earned here? Answer with the number.', part) for part in parts]\n\
         FINAL(sum(parse_number(amount) for amount in earned))\n```"
    )
}

/// Returns the company's revenue, and the number of turns of all child runs.
pub(crate) fn answer() -> Result<(String, u32), RunError> {
    // One scripted model for each level. A real model would write the programs of all levels.
    let company = FakeModel::new([add_up("Region")]);
    let region = FakeModel::new([add_up("Country"), add_up("Country")]);
    let ask = "```repl\nFINAL(llm_query('How much is it? ' + P))\n```";
    let country = FakeModel::new([ask; 3]);
    let reader = FakeModel::new([""; 0])
        .rule("USA earned 80", "80")
        .rule("Canada earned 20", "20")
        .rule("Spain earned 10", "10");

    let rlm = Rlm::new(company)
        .sub_model(reader)
        .configure(|runner| {
            runner
                .model_at_depth(1, Arc::new(region))
                .model_at_depth(2, Arc::new(country))
        })
        .limits(Limits {
            depth: 3,
            ..Limits::default()
        });
    let result = rlm.run_blocking("What did the company earn?", &Context::from_text(COMPANY))?;
    Ok((
        result.answer.or(result.message).unwrap_or_default(),
        result.totals.child_turns,
    ))
}

#[expect(clippy::print_stdout, reason = "an example shows its answer")]
fn main() -> Result<(), RunError> {
    let (answer, turns) = answer()?;
    println!("earned: {answer}, with {turns} turns of other runs");
    Ok(())
}
