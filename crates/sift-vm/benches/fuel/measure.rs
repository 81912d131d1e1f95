//! Runs a program over and over within fuel and memory, and takes the time.

use std::borrow::Cow;
use std::time::Duration;

use crate::support::host;
use sift_text::Text;
use sift_vm::{CallOutcome, End, Limit, Machine, Settings, Step};

use crate::clock;

/// Units of fuel that one run takes, if nothing else ends it before.
pub(crate) const FUEL: u64 = 500_000;

/// Bytes that all values may take.
const MEMORY_BYTES: usize = 64 << 20;

/// A run that has taken so long ends at its next slice.
const ENOUGH: Duration = Duration::from_millis(200);

/// Shorter runs say nothing: starting a program takes a few microseconds that are nobody's.
pub(crate) const SHORTEST: Duration = Duration::from_micros(400);

/// How many times an input is run at most; the fastest counts.
const RUNS: usize = 3;

/// A program: what is run once, not timed, and what is then run again and again.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    pub(crate) machine: fn(Settings) -> Machine,
    pub(crate) given: String,
    pub(crate) repeated: String,
}

/// What a program took.
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

    /// Tells whether it ran long enough to say something: what ends soon does little but start and end.
    pub(crate) fn counts(&self) -> bool {
        self.time >= if self.end == "fuel" { SHORTEST } else { SHORTEST * 12 }
    }
}

/// Runs a program a few times; returns the fastest run.
///
/// # Errors
/// What is wrong with it: it is refused, or raises an exception.
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
/// As [`measure`].
fn once(program: &Program, fuel: u64) -> Result<Figure, String> {
    let start = clock::now();
    let (machine, paid) = ready(program, fuel)?;
    let setup = clock::now() - start;
    let (_, mut figure) = timed(machine, &program.repeated, fuel)?;
    if figure.end.contains("Memory") {
        // What is collected before the program ends was made, and paid, by its setup.
        figure.time += setup;
        figure.units += paid;
    }
    Ok(figure)
}

/// Makes a machine of a program, and runs what it is given; tells what that paid.
///
/// # Errors
/// What is wrong with it.
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

/// Writes what is repeated as a program that does so without end.
pub(crate) fn endless(repeated: &str) -> String {
    format!("while True:\n    {}\n", repeated.trim_end().replace('\n', "\n    "))
}

/// Repeats statements in a machine until something ends them; gives the machine back if it can be used again.
///
/// # Errors
/// What is wrong with them.
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
