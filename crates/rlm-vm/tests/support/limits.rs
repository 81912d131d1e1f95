//! Runs a library function on adversarial inputs until a limit ends it.

use rlm_vm::{End, Limit, Machine, Settings, Step};

use crate::support::{Arrival, Ran, run_in};

/// Units of fuel that a call has to itself.
const FUEL: u64 = 20_000;

/// Bytes that all values may take, where memory is not what ends the program.
const MEMORY_BYTES: usize = 32 << 20;

/// Bytes that a call has at least beside what its setup left alive, where memory is short.
const ROOM_BYTES: usize = 256 << 10;

/// Runs the setup, whose fuel is not counted: the machine's next program has the little fuel of its settings.
///
/// # Errors
/// The limit on memory, where the setup itself met it.
fn set_up(mut machine: Machine, given: &str) -> Result<Ran, Limit> {
    let program = machine
        .compile(given)
        .unwrap_or_else(|refusal| panic!("{given}: {:?}", refusal.diagnostics));
    let mut step = machine.start(&program, 1);
    if let Step::OutOfFuel(mut paused) = step {
        paused.top_up(1 << 30);
        step = paused.resume(Vec::new(), u64::MAX);
    }
    match step {
        Step::Done(done) => Ok(Ran {
            machine: done.machine,
            report: done.report,
            error: None,
            end: None,
            answer: None,
            prompts: Vec::new(),
            steps: 2,
        }),
        Step::Ended(ended) if ended.end == End::Limit(Limit::Memory) => Err(Limit::Memory),
        Step::Ended(ended) => panic!("{given}: {:?}", ended.end),
        Step::Raised(raised) => panic!("{given}: {:?}", raised.error),
        Step::OutOfFuel(_) | Step::Needs(_) => panic!("{given}: a setup ends by itself"),
    }
}

/// Runs a call again and again with little fuel; it must end in a limit. Returns the bytes that its setup left alive.
fn ends(machine: fn(Settings) -> Machine, given: &str, call: &str, memory_bytes: usize) -> Result<usize, Limit> {
    let settings = Settings {
        fuel: FUEL,
        memory_bytes,
        ..Settings::default()
    };
    let ready = set_up(machine(settings), given)?;
    let held = ready.report.memory_bytes;
    let source = format!("while True:\n    {}\n", call.replace('\n', "\n    "));
    let ran = run_in(ready.machine, &source, Arrival::AtOnce, 1_000_000);
    assert!(ran.error.is_none(), "{call}: {:?}", ran.error);
    assert!(matches!(ran.end, Some(End::Limit(_))), "{call}: {:?}", ran.end);
    Ok(usize::try_from(held).unwrap_or(usize::MAX))
}

/// Runs a call with little fuel, first with much memory, then with hardly more than its setup needs.
pub(crate) fn ends_in_a_limit(machine: fn(Settings) -> Machine, given: &str, call: &str) {
    let held = ends(machine, given, call, MEMORY_BYTES).unwrap_or_else(|limit| panic!("{given}: {limit:?}"));
    let mut room = ROOM_BYTES;
    while ends(machine, given, call, held.saturating_add(room)).is_err() {
        room *= 2;
    }
}

/// Makes a test of each function, over a machine and a setup: the calls that it runs until a limit ends them.
macro_rules! limits {
    ($machine:expr, $given:expr; $($name:ident: $($call:literal),+ $(,)?;)+) => {
        $(
            #[test]
            fn $name() {
                for call in [$($call),+] {
                    crate::limits::ends_in_a_limit($machine, $given, call);
                }
            }
        )+
    };
}
