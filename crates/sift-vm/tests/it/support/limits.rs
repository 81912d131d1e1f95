//! Runs a library function on adversarial inputs until a limit ends it.

use sift_vm::{End, Limit, Machine, Settings, Step};

use super::{Arrival, Ran, run_in};

/// Fuel units of one call.
const FUEL: u64 = 20_000;

/// Bytes of all values, if memory is not the limit under test.
const MEMORY_BYTES: usize = 32 << 20;

/// Bytes of a call in addition to its setup, if memory is the limit under test.
const ROOM_BYTES: usize = 256 << 10;

/// Bytes by which a program may exceed its limit before the next op ends it.
const SLACK_BYTES: usize = 4 << 10;

/// Runs the setup with unlimited fuel; the machine's next program has the small fuel of its
/// settings.
///
/// # Errors
/// The memory limit, if the setup reached it.
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
        Step::OutOfFuel(_) | Step::Needs(_) => panic!("{given}: the setup did not finish"),
    }
}

/// The end of a program that repeated a call.
struct Loop {
    /// The bytes that its setup left alive.
    held: usize,
    /// The limit, the fuel units, and the number of started calls.
    end: String,
}

/// Repeats a call with little fuel; it must end in a limit and must not exceed any.
fn ends(machine: fn(Settings) -> Machine, given: &str, call: &str, memory_bytes: usize) -> Result<Loop, Limit> {
    let settings = Settings {
        fuel: FUEL,
        memory_bytes,
        ..Settings::default()
    };
    let ready = set_up(machine(settings), given)?;
    let held = usize::try_from(ready.report.memory_bytes).unwrap_or(usize::MAX);
    let source = format!(
        "calls_begun = 0\nwhile True:\n    calls_begun += 1\n    {}\n",
        call.replace('\n', "\n    ")
    );
    let mut ran = run_in(ready.machine, &source, Arrival::AtOnce, 1_000_000);
    let limit = match (&ran.error, ran.end) {
        // The recursion limit is one that programs may catch.
        (Some(error), None) if error.type_name() == "RecursionError" => "RecursionError",
        (None, Some(End::Limit(limit))) => limit.name(),
        (error, end) => panic!("{call}: {error:?} {end:?}"),
    };
    let fuel = ran.report.fuel;
    assert!(fuel <= FUEL, "{call}: {fuel} units of {FUEL}");
    let bytes = usize::try_from(ran.report.memory_bytes).unwrap_or(usize::MAX);
    assert!(
        bytes <= memory_bytes + SLACK_BYTES,
        "{call}: {bytes} bytes of {memory_bytes}"
    );
    let begun = ran.machine.variable_text("calls_begun").unwrap();
    let end = format!("{limit} {fuel} in {}", begun.as_str().unwrap_or_default());
    Ok(Loop { held, end })
}

/// Runs a call with little fuel, first with much memory, then with little more than its setup
/// needs. Returns both ends.
fn ends_in_a_limit(machine: fn(Settings) -> Machine, given: &str, call: &str) -> String {
    let first = ends(machine, given, call, MEMORY_BYTES).unwrap_or_else(|limit| panic!("{given}: {limit:?}"));
    let mut room = ROOM_BYTES;
    loop {
        if let Ok(second) = ends(machine, given, call, first.held.saturating_add(room)) {
            return if first.end == second.end {
                first.end
            } else {
                format!("{}, {}", first.end, second.end)
            };
        }
        room *= 2;
    }
}

/// The limit tests of one file: functions called on adversarial inputs until a limit ends them.
pub(crate) struct LimitTests {
    pub(crate) module: &'static str,
    /// Returns a machine for the calls.
    pub(crate) machine: fn(Settings) -> Machine,
    /// The program that runs once, before the calls.
    pub(crate) given: &'static str,
    pub(crate) tests: &'static [LimitTest],
}

/// The limit test of one function.
pub(crate) struct LimitTest {
    pub(crate) name: &'static str,
    pub(crate) calls: &'static [&'static str],
    /// Runs each call until a limit ends it and returns how it ended.
    pub(crate) ends: fn() -> Vec<String>,
}

/// Runs each call until a limit ends it, and returns how it ended.
pub(crate) fn ends_of(machine: fn(Settings) -> Machine, given: &str, calls: &[&str]) -> Vec<String> {
    calls.iter().map(|call| ends_in_a_limit(machine, given, call)).collect()
}

/// Declares a `#[test]` per function over one machine and one setup, and `LIMIT_TESTS`, which lists
/// them.
macro_rules! limits {
    ($machine:expr, $given:expr; $($name:ident: $($call:literal),+ $(,)?;)+) => {
        pub(crate) const LIMIT_TESTS: $crate::support::limits::LimitTests = $crate::support::limits::LimitTests {
            module: module_path!(),
            machine: $machine,
            given: $given,
            tests: &[$($crate::support::limits::LimitTest {
                name: stringify!($name),
                calls: &[$($call),+],
                ends: || $crate::support::limits::ends_of($machine, $given, &[$($call),+]),
            }),+],
        };

        $(
            #[test]
            fn $name() {
                $crate::costs::check_ends(&LIMIT_TESTS, stringify!($name));
            }
        )+
    };
}

pub(crate) use limits;
