//! Runs a program file in a new machine; replies are the prompts in capitals.

#![allow(clippy::print_stdout, reason = "an example shows what it does")]
use std::time::Instant;

use sift_text::Text;
use sift_vm::{CallOutcome, ContextData, Echo, Machine, Settings, Step};

fn main() {
    let path = std::env::args().nth(1).unwrap_or_default();
    let source = std::fs::read_to_string(&path).unwrap_or_default();
    let start = Instant::now();
    let context = ContextData::text("example", Text::new("one two three"));
    let mut machine = Machine::new(
        Settings {
            echo: Echo::On,
            ..Settings::default()
        },
        context,
        "What is it?",
    );
    println!("session {:?}", start.elapsed());
    let start = Instant::now();
    let program = match machine.compile(&source) {
        Ok(program) => program,
        Err(refusal) => {
            print!("{}", sift_syntax::render_plain(&source, &refusal.diagnostics));
            return;
        }
    };
    println!("compile {:?}", start.elapsed());
    let start = Instant::now();
    let mut step = machine.start(&program, 2_000_000);
    let report = loop {
        step = match step {
            Step::OutOfFuel(paused) => paused.resume(Vec::new(), 2_000_000),
            Step::Needs(mut needs) => {
                let calls = needs.take_issued();
                let reply = |call: sift_vm::IssuedCall| {
                    let prompt = call.prompt.to_flat().unwrap_or_default().to_uppercase();
                    (call.key, CallOutcome::Reply(Text::from_string(prompt)))
                };
                needs.resume(calls.into_iter().map(reply).collect(), 2_000_000)
            }
            Step::Done(done) => break done.report,
            Step::Raised(raised) => {
                println!("{}", raised.error.rendered);
                break raised.report;
            }
            Step::Ended(ended) => {
                println!("{:?} {:?}", ended.end, ended.answer);
                break ended.report;
            }
        }
    };
    print!("{}", report.printed.text);
    println!(
        "run {:?}, fuel {}, memory {}",
        start.elapsed(),
        report.fuel,
        report.memory_bytes
    );
}
