//! Shows a run while it happens: programs, their output, sub-calls and the answer, in colours.
//! Without a model, a script answers; any model string can take its place.
//!
//! `cargo run --example rich_repl_demo -- --model openai:gpt-5.1`

use std::ops::ControlFlow;
use std::sync::Arc;

use rlm::journals::{Event, Journal, JournalOptions};
use rlm::models::{FakeModel, Model, ModelSpec, ResolveOptions, resolve};
use rlm::runs::Runner;
use rlm::{Context, RunError, RunOptions};

/// Asks a question, and passes a coloured text about each event of the run to `show`.
pub(crate) async fn watched(
    model: Arc<dyn Model>,
    show: impl Fn(&str) + Send + 'static,
) -> Result<Option<String>, RunError> {
    let journal = Arc::new(Journal::in_memory(JournalOptions::default()));
    journal.subscribe(move |record| {
        if let Some(text) = shown(&record.event) {
            show(&text);
        }
        ControlFlow::Continue(())
    });
    let context = Context::from_text("Hill: 321 m\nHigh Hill: 547 m\nOld Hill: 98 m\n");
    let options = RunOptions {
        journal: Some(journal),
        ..RunOptions::default()
    };
    let runner = Runner::builder(model).build()?;
    let result = runner.run_with("Which hill is the highest?", &context, options).await?;
    Ok(result.answer)
}

/// Returns the text for an event, if a reader wants to see it.
fn shown(event: &Event) -> Option<String> {
    let titled = |color: u8, title: &str, text: &str| Some(format!("\x1b[1;{color}m{title}\x1b[0m\n{text}\n"));
    match event {
        Event::TurnStarted(turn) => titled(35, &format!("step {}", turn.turn), ""),
        Event::ProgramChecked(checked) => titled(36, "program", &checked.source),
        Event::ProgramRan(ran) => titled(34, "output", &ran.stdout),
        Event::Settled(settled) if settled.id.position.ordinal > 0 => {
            let reply = settled.outcome.reply().map_or("no reply", |reply| &reply.text);
            titled(33, &format!("sub-call {}", settled.id), reply)
        }
        Event::Outcome(ended) => titled(32, &ended.outcome, ended.answer.as_deref().unwrap_or_default()),
        _ => None,
    }
}

/// Returns a script for the question of this example.
pub(crate) fn script() -> FakeModel {
    FakeModel::new([
        "```repl\nhills = re.findall(r'(.+): (\\d+) m', P)\nprint(hills)\n```",
        "```repl\nFINAL(llm_query('Give the name alone: ' + str(max(hills, key=lambda hill: int(hill[1])))))\n```",
    ])
    .rule("Give the name alone", "High Hill")
}

#[expect(clippy::print_stdout, reason = "an example shows its run")]
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut words = std::env::args().skip_while(|word| word != "--model").skip(1);
    let model: Arc<dyn Model> = match words.next() {
        Some(name) => {
            let env = |name: &str| std::env::var(name).ok();
            resolve(&ModelSpec::parse(&name)?, &env, &ResolveOptions::default())?
        }
        None => Arc::new(script()),
    };
    watched(model, |text| println!("{text}")).await?;
    Ok(())
}
