//! Runs a program repeatedly within fuel and memory, and measures the time.

use std::borrow::Cow;
use std::time::Duration;

use crate::support::host;
use sift_text::Text;
use sift_vm::{CallOutcome, End, Limit, Machine, Settings, Step};

use crate::clock;

/// Fuel units of one run, if nothing else ends it before.
pub(crate) const FUEL: u64 = 500_000;

/// Bytes of all values.
const MEMORY_BYTES: usize = 64 << 20;

/// A run that has taken this long ends at its next slice.
const ENOUGH: Duration = Duration::from_millis(200);

/// Shorter runs are not significant: starting a program takes a few microseconds.
pub(crate) const SHORTEST: Duration = Duration::from_micros(400);

/// Maximum number of runs of an input; the fastest counts.
const RUNS: usize = 3;

/// A program: the setup, which is not timed, and the repeated statements.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    pub(crate) machine: fn(Settings) -> Machine,
    pub(crate) given: String,
    pub(crate) repeated: String,
}

/// The measurements of a program.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Figure {
    pub(crate) time: Duration,
    pub(crate) units: u64,
    pub(crate) end: String,
}

impl Figure {
    pub(crate) fn per_unit(&self) -> f64 {
        self.time.as_nanos() as f64 / self.units.max(1) as f64
    }

    /// Returns `true` if it ran long enough to be significant.
    pub(crate) fn counts(&self) -> bool {
        self.time >= if self.end == "fuel" { SHORTEST } else { SHORTEST * 12 }
    }
}

/// Runs a program a few times; returns the fastest run.
///
/// # Errors
/// The reason for its rejection, or its exception.
pub(crate) fn measure(program: &Program, fuel: u64) -> Result<Figure, String> {
    let mut best = once(program, fuel)?;
    for _ in 1..RUNS {
        if !best.counts() || best.time > ENOUGH / 2 {
            break;
        }
        let next = once(program, fuel)?;
        if next.per_unit() < best.per_unit() {
            best = next;
        }
    }
    Ok(best)
}

/// Runs a program once.
///
/// # Errors
/// The errors of [`measure`].
fn once(program: &Program, fuel: u64) -> Result<Figure, String> {
    let start = clock::now();
    let (machine, paid) = ready(program, fuel)?;
    let setup = clock::now() - start;
    let (_, mut figure) = timed(machine, &program.repeated, fuel)?;
    if figure.end.contains("Memory") {
        // Garbage that is collected before the program ends was created and paid for by its setup.
        figure.time += setup;
        figure.units += paid;
    }
    Ok(figure)
}

/// Creates a program's machine and runs its setup; returns the setup's fuel.
///
/// # Errors
/// The reason why it failed.
pub(crate) fn ready(program: &Program, fuel: u64) -> Result<(Machine, u64), String> {
    let mut machine = (program.machine)(Settings {
        fuel,
        memory_bytes: MEMORY_BYTES,
        ..Settings::default()
    });
    let given = machine
        .compile(&program.given)
        .map_err(|refusal| format!("{:?}", refusal.diagnostics[0].message))?;
    let mut step = machine.start(&given, 1);
    if let Step::OutOfFuel(mut paused) = step {
        paused.top_up(1 << 30);
        step = paused.resume(Vec::new(), u64::MAX);
    }
    match step {
        Step::Done(done) => Ok((done.machine, done.report.fuel)),
        Step::Raised(raised) => Err(raised.error.rendered),
        Step::Ended(ended) => Err(format!("its setup: {:?}", ended.end)),
        Step::OutOfFuel(_) | Step::Needs(_) => Err("its setup does not end".to_owned()),
    }
}

/// Returns a program that repeats statements endlessly.
pub(crate) fn endless(repeated: &str) -> String {
    format!("while True:\n    {}\n", repeated.trim_end().replace('\n', "\n    "))
}

/// Repeats statements in a machine until something ends them; returns the machine if it can be used
/// again.
///
/// # Errors
/// The reason why they failed.
pub(crate) fn timed(mut machine: Machine, repeated: &str, fuel: u64) -> Result<(Option<Machine>, Figure), String> {
    let program = machine
        .compile(&endless(repeated))
        .map_err(|refusal| format!("{:?}", refusal.diagnostics[0].message))?;
    let slice = fuel / 16;
    let start = clock::now();
    let mut step = machine.start(&program, slice);
    loop {
        let time = clock::now() - start;
        let figure = |units, end: &str| Figure {
            time,
            units,
            end: end.to_owned(),
        };
        step = match step {
            Step::OutOfFuel(paused) if time > ENOUGH => return Ok((None, figure(paused.fuel_used(), "slow"))),
            Step::OutOfFuel(paused) => paused.resume(Vec::new(), slice),
            Step::Needs(mut needs) => {
                host::answer(&mut needs, &[("a.txt", "ab: 1 || cd")]);
                let replies = needs.take_issued().into_iter().map(|call| {
                    let reply = call.prompt.to_flat().map(Cow::into_owned).unwrap_or_default();
                    (call.key, CallOutcome::Reply(Text::from_string(reply)))
                });
                let replies = replies.collect();
                needs.resume(replies, slice)
            }
            Step::Ended(ended) => {
                let end = match ended.end {
                    End::Limit(Limit::Fuel) => "fuel".to_owned(),
                    end => format!("{end:?}"),
                };
                return Ok((Some(ended.machine), figure(ended.report.fuel, &end)));
            }
            Step::Done(done) => return Ok((Some(done.machine), figure(done.report.fuel, "done"))),
            Step::Raised(raised) => return Err(raised.error.rendered),
        };
    }
}
