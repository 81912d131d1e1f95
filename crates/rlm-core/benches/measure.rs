//! Measures the overhead of a run without its models: `cargo bench -p rlm-core --bench measure`.
//!
//! With a server on the loopback that takes 50 ms for a reply: two root turns and 20 sub-calls, in
//! a batch and in a loop. With a scripted model: the loop's own time for a turn, with a journal on
//! disk and a growing conversation.

#![expect(clippy::print_stdout, reason = "a benchmark prints its results")]

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rlm_adapters::{Endpoint, FakeModel, OpenAiModel};
use rlm_context::Context;
use rlm_core::{RunOptions, Runner};
use rlm_policy::Limits;
use rlm_test_server::{Answer, TestServer};
use rlm_trace::{Journal, JournalOptions};

const LATENCY: Duration = Duration::from_millis(50);
const TURNS: u32 = 100;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let batch = "replies = llm_query_batched([f'piece {i}' for i in range(20)])\nprint(replies)";
    let in_a_loop =
        "replies = []\nfor i in range(20):\n    replies = replies + [llm_query(f'piece {i}')]\nprint(replies)";
    for (name, program) in [("batched", batch), ("in a loop", in_a_loop)] {
        let elapsed = overlap(program).await?;
        println!("2 turns and 20 sub-calls {name}, each {LATENCY:?}: {elapsed:.1?}");
    }
    slice()?;
    turns().await
}

/// Measures a slice of fuel. Cancellation is checked between slices.
fn slice() -> Result<(), Box<dyn Error>> {
    const SLICE: u64 = 1_000_000;
    let settings = sift_vm::Settings {
        fuel: 20 * SLICE,
        ..sift_vm::Settings::default()
    };
    let data = sift_vm::ContextData::text("text", sift_text::Text::new("text"));
    let mut machine = sift_vm::Machine::new(settings, data, "What?");
    let program = machine.compile("i = 0\nwhile True:\n    i = i + 1\n    j = [i, i + 1]\n");
    let program = program.map_err(|refusal| format!("{:?}", refusal.diagnostics))?;
    let mut step = machine.start(&program, SLICE);
    let (started, mut slices) = (Instant::now(), 0_u32);
    while let sift_vm::Step::OutOfFuel(paused) = step {
        slices += 1;
        step = paused.resume(Vec::new(), SLICE);
    }
    println!("a slice of {SLICE} units: {:.1?}", started.elapsed() / slices.max(1));
    Ok(())
}

async fn overlap(program: &str) -> Result<Duration, Box<dyn Error>> {
    let fenced = format!("```repl\n{program}\n```");
    let server = TestServer::start(move |_, request| {
        let text = request.body.to_string();
        let reply = if text.contains("a reply") {
            "FINAL: done"
        } else if text.contains("sub-LLM") {
            "a reply"
        } else {
            &fenced
        };
        Answer::text(reply).after(LATENCY)
    })?;
    let model = OpenAiModel::new(Endpoint::new(server.base_url().parse()?, "m"))?;
    let limits = Limits {
        concurrency: 20,
        ..Limits::default()
    };
    let runner = Runner::builder(Arc::new(model)).limits(limits).build()?;
    let context = Context::from_text("text");
    let started = Instant::now();
    let result = runner.run("What?", &context).await?;
    let elapsed = started.elapsed();
    println!("  {:?}: {:?}", result.outcome.name(), result.answer.or(result.message));
    Ok(elapsed)
}

async fn turns() -> Result<(), Box<dyn Error>> {
    let script: Vec<String> = (1..TURNS)
        .map(|turn| format!("```repl\nx{turn} = context[{turn}:{turn} + 1000]\nprint(x{turn})\n```"))
        .chain(["FINAL: done".to_owned()])
        .collect();
    let folder = tempfile::tempdir()?;
    let journal = Arc::new(Journal::create(
        folder.path().join("journal.jsonl"),
        JournalOptions::default(),
    )?);
    let limits = Limits {
        steps: TURNS,
        ..Limits::default()
    };
    let runner = Runner::builder(Arc::new(FakeModel::new(script)))
        .limits(limits)
        .build()?;
    let context = Context::from_text("line of text\n".repeat(800_000));
    let options = RunOptions {
        journal: Some(journal),
        ..RunOptions::default()
    };
    let started = Instant::now();
    let result = runner.run_with("What?", &context, options).await?;
    let elapsed = started.elapsed();
    println!(
        "{} turns over 10 MB with a journal on disk: {elapsed:.1?}, {:.0?} per turn",
        result.totals.turns,
        elapsed / TURNS
    );
    Ok(())
}
