//! Any program that is accepted ends within a little fuel and memory, whatever it does and however it is sliced.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rlm_text::Text;
use rlm_vm::{CallOutcome, ContextData, Machine, Settings, Step};

const FUEL: u64 = 200_000;
const SLICE: u64 = 7_001;

fuzz_target!(|bytes: &[u8]| {
    let source = String::from_utf8_lossy(bytes);
    let settings = Settings { fuel: FUEL, memory_bytes: 4 << 20, ..Settings::default() };
    let mut machine = Machine::new(settings, ContextData::text("a", Text::new("one\ntwo 22 three\n")), "?");
    let Ok(program) = machine.compile(&source) else { return };
    let mut step = machine.start(&program, SLICE);
    let report = loop {
        step = match step {
            Step::OutOfFuel(paused) => paused.resume(Vec::new(), SLICE),
            Step::Needs(mut needs) => {
                let replies = needs.take_issued().into_iter().map(|call| (call.key, CallOutcome::Reply(call.prompt)));
                let replies = replies.collect();
                needs.resume(replies, SLICE)
            }
            Step::Done(done) => break done.report,
            Step::Raised(raised) => break raised.report,
            Step::Ended(ended) => break ended.report,
        };
    };
    assert!(report.fuel <= FUEL, "{} units of {FUEL}", report.fuel);
});
