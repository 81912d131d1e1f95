//! Checks the execution of programs in the VM: they stay within their limits, and the host's
//! scheduling is not observable.

use sift_text::{Origin, ReplyId, SourceId, Text};
use sift_vm::{
    CallFailure, CallKey, CallOutcome, ContextData, End, IssuedCall, MAX_DEPTH, Machine, Report, RunAhead,
    ScannedRange, Settings, Step,
};

use super::policy::spending_is_monotone;
use crate::generators::{Dice, chunked_context, drawn_program, reply};

/// The maximum size of a turn's output in bytes, including the note about omitted output.
const OUTPUT_BYTES: usize = (1 << 20) + 200;

/// The number of bytes that one operation of a program may allocate before the memory limit is
/// checked.
const UNASKED_BYTES: u64 = 64 << 10;

/// The number of bytes that a program may use beyond the memory limit if its code alone reaches the
/// limit, so that it can still free memory.
const FULL_AT_START_BYTES: u64 = 260 << 10;

/// The size of a program in bytes below which its code never reaches the smallest memory limit.
const SHORT_BYTES: usize = 1_000;

/// The number of VM frames that a program of [`RECURSIONS`] may use in addition to those of its
/// levels.
const FRAMES_BESIDE: usize = 10;

/// Programs that recurse `{n}` levels deep and print the depth that they reached. Each level takes
/// one to four frames of the VM.
const RECURSIONS: [&str; 7] = [
    "def f(n):\n    return 1 + f(n - 1) if n > 1 else 1\nprint(f({n}))\n",
    "def f(n):\n    return 1 + g(n - 1) if n > 1 else 1\ndef g(n):\n    return 1 + f(n - 1) if n > 1 else 1\nprint(f({n}))\n",
    "f = lambda n, f: 1 + f(n - 1, f) if n > 1 else 1\nprint(f({n}, f))\n",
    "def f(n):\n    return 1 + max([n], key=lambda n: 0) * 0 + f(n - 1) if n > 1 else 1\nprint(f({n}))\n",
    "def f(n):\n    return 1 + list(map(lambda n: f(n - 1), [n]))[0] if n > 1 else 1\nprint(f({n}))\n",
    "def f(n):\n    if n > 1:\n        yield from f(n - 1)\n    else:\n        yield 1\nprint(sum(f({n})) * {n})\n",
    "def f(n):\n    try:\n        return 1 + f(n - 1) if n > 1 else 1\n    except BaseException:\n        return 0\nprint(f({n}))\n",
];

/// The fuel that is sufficient for any [`drawn_program`].
const AMPLE_FUEL: u64 = 20_000_000;

/// Runs the input bytes as a program with little fuel and memory, and programs that recurse deeply
/// or print a lot. A hash of all bytes determines the limits.
///
/// # Panics
/// If a program exceeds a limit, prints more than a turn allows, or has another result in slices of
/// another size. Also if a program recurses deeper than [`MAX_DEPTH`], or is stopped before that
/// depth.
pub fn run_tiny_limits(data: &[u8]) {
    let mut dice = Dice::of_all(data);
    ends_within_limits(&String::from_utf8_lossy(data), &mut dice);
    goes_as_deep_as_it_may(&mut dice);
    prints_as_much_as_it_may(&mut dice);
}

fn ends_within_limits(source: &str, dice: &mut Dice<'_>) {
    let settings = Settings {
        fuel: 2_000 + dice.roll(256) as u64 * 1_000,
        memory_bytes: 65_536 + dice.roll(256) * 16_384,
        ..Settings::default()
    };
    let slice = 501 + dice.roll(256) as u64 * 97;
    let host = |slice| Host {
        context: "one\ntwo 22 three\n".to_owned(),
        slice,
        arrivals: Dice::of(&[]),
    };
    let Some(ran) = host(slice).run(settings, source) else {
        return;
    };
    assert!(
        ran.seen.fuel <= settings.fuel,
        "{} of {}\n{source}",
        ran.seen.fuel,
        settings.fuel
    );
    let beyond = match source.len() < SHORT_BYTES {
        true => UNASKED_BYTES,
        false => UNASKED_BYTES + FULL_AT_START_BYTES,
    };
    assert!(
        ran.peak_memory_bytes <= settings.memory_bytes as u64 + beyond,
        "{} of {}\n{source}",
        ran.peak_memory_bytes,
        settings.memory_bytes
    );
    assert!(
        ran.seen.printed.len() <= OUTPUT_BYTES,
        "{} bytes\n{source}",
        ran.seen.printed.len()
    );
    let again = host(settings.fuel).run(settings, source);
    assert_eq!(again.map(|again| again.seen), Some(ran.seen), "in one slice\n{source}");
}

/// Runs a program that recurses deeply. Panics if it exceeds the maximum number of frames, or fails
/// before a quarter of it.
fn goes_as_deep_as_it_may(dice: &mut Dice<'_>) {
    let levels = 1 + dice.roll(2 * MAX_DEPTH);
    let source = RECURSIONS[dice.roll(RECURSIONS.len())].replace("{n}", &levels.to_string());
    let ran = Host::alone().run(Settings::default(), &source).unwrap();
    let is_raised = ran
        .seen
        .ended
        .as_deref()
        .is_some_and(|ended| ended.contains("RecursionError"));
    // In a program with a handler, the deepest level counts as 0.
    let is_caught =
        source.contains("except") && ran.seen.printed.trim().parse().is_ok_and(|depth: usize| depth < levels);
    let is_too_deep = is_raised || is_caught;
    assert!(
        is_too_deep || ran.seen.printed == format!("{levels}\n"),
        "{ran:?}\n{source}"
    );
    assert!(is_too_deep || levels <= MAX_DEPTH, "deeper than {MAX_DEPTH}\n{source}");
    assert!(
        !is_too_deep || levels * 4 + FRAMES_BESIDE > MAX_DEPTH,
        "not deep at all\n{source}"
    );
}

/// Runs a program that prints up to two megabytes. Panics unless the output is limited and keeps
/// its end.
fn prints_as_much_as_it_may(dice: &mut Dice<'_>) {
    let (width, lines) = (dice.roll(20_000), dice.roll(100));
    let source = format!("line = 'x' * {width}\nfor n in range({lines}):\n    print(line)\nprint('end')\n");
    let ran = Host::alone().run(Settings::default(), &source).unwrap();
    let (kept, all) = (ran.seen.printed.len(), (width + 1) * lines + "end\n".len());
    assert!(kept <= OUTPUT_BYTES, "{kept} of {all} bytes\n{source}");
    assert_eq!(kept == all, all <= 1 << 20, "{kept} of {all} bytes\n{source}");
    assert!(ran.seen.printed.ends_with("end\n"), "{source}");
}

/// Runs a program that inspects replies, with speculative calls and with replies in any order.
///
/// # Panics
/// If the result differs from a run with one call at a time. Also if a speculative call turns out
/// to be unnecessary although no exception ended the program.
pub fn completion_order(data: &[u8]) {
    let source = drawn_program(data, 7);
    let run = |run_ahead, arrivals| {
        let settings = Settings {
            run_ahead,
            fuel: AMPLE_FUEL,
            ..Settings::default()
        };
        let context = chunked_context();
        let host = Host {
            context,
            slice: 100_000,
            arrivals,
        };
        host.run(settings, &source)
            .unwrap_or_else(|| panic!("refused:\n{source}"))
    };
    let strict = run(RunAhead::Off, Dice::of(&[]));
    for run_ahead in [RunAhead::Off, RunAhead::Certain, RunAhead::PastErrors] {
        let ran = run(run_ahead, Dice::of(data));
        assert_eq!(ran.seen, strict.seen, "{run_ahead:?}\n{source}");
        if run_ahead == RunAhead::Certain && !strict.has_raised {
            assert_eq!(ran.unreached, 0, "{source}");
        }
    }
}

/// Runs a program that succeeds within its limits again with higher limits. Does the same for a
/// simulated tree of runs without rejected calls.
///
/// # Panics
/// If higher limits change the result.
pub fn budget_monotone(data: &[u8]) {
    let source = drawn_program(data, 7);
    let mut dice = Dice::of_all(data);
    let [fuel, memory, more] = [(); 3].map(|()| dice.roll(256) as u64);
    let run = |times: u64| {
        let settings = Settings {
            fuel: (10_000 + fuel * 4_000) * times,
            memory_bytes: (262_144 + memory as usize * 16_384) * times as usize,
            ..Settings::default()
        };
        let host = Host {
            context: chunked_context(),
            slice: 50_000,
            arrivals: Dice::of(data),
        };
        host.run(settings, &source)
            .unwrap_or_else(|| panic!("refused:\n{source}"))
    };
    let little = run(1);
    if !matches!(little.end, Some(End::Limit(_))) {
        assert_eq!(run(2 + more).seen, little.seen, "{source}");
    }
    spending_is_monotone(data);
}

/// A simulated host that runs programs and answers their model calls.
struct Host<'a> {
    context: String,
    /// The units of fuel after which the program pauses.
    slice: u64,
    /// The random source for the order in which replies arrive. Without bytes, they arrive in the
    /// order of the calls.
    arrivals: Dice<'a>,
}

/// The result of running a program in a [`Host`].
#[derive(Debug)]
struct Ran {
    seen: Seen,
    end: Option<End>,
    has_raised: bool,
    peak_memory_bytes: u64,
    /// The number of speculative model calls that the program did not reach.
    unreached: usize,
}

/// The part of a program's result that the program or a reader of its output can observe.
#[derive(Debug, PartialEq)]
struct Seen {
    printed: String,
    ended: Option<String>,
    answer: Option<String>,
    fuel: u64,
    prompts: Vec<(CallKey, String)>,
    scanned: Vec<ScannedRange>,
}

impl Host<'_> {
    /// Creates a host for a program without model calls.
    fn alone() -> Self {
        Self {
            context: String::new(),
            slice: 100_000,
            arrivals: Dice::of(&[]),
        }
    }

    /// Runs a program to its end, answering its model calls. Returns `None` if it does not compile.
    fn run(mut self, settings: Settings, source: &str) -> Option<Ran> {
        let context = Text::with_origin(std::mem::take(&mut self.context), Origin::Source(SourceId(0)));
        let mut machine = Machine::new(settings, ContextData::text("chunks.txt", context), "?");
        let program = machine.compile(source).ok()?;
        let mut step = machine.start(&program, self.slice);
        let mut waiting: Vec<(CallKey, CallOutcome)> = Vec::new();
        let mut prompts = Vec::new();
        loop {
            step = match step {
                Step::OutOfFuel(paused) => paused.resume(Vec::new(), self.slice),
                Step::Needs(mut needs) => {
                    for call in needs.take_issued() {
                        prompts.push((call.key, flat(&call.prompt)));
                        waiting.push((call.key, outcome(&call)));
                    }
                    let arrived = self.arrived(&mut waiting, needs.wait_for());
                    needs.resume(arrived, self.slice)
                }
                Step::Done(done) => return Some(Ran::new(&done.machine, done.report, prompts)),
                Step::Raised(raised) => {
                    let mut ran = Ran::new(&raised.machine, raised.report, prompts);
                    ran.seen.ended = Some(raised.error.rendered);
                    ran.has_raised = true;
                    return Some(ran);
                }
                Step::Ended(ended) => {
                    let mut ran = Ran::new(&ended.machine, ended.report, prompts);
                    ran.seen.ended = Some(format!("{:?}", ended.end));
                    ran.seen.answer = ended.answer.as_ref().map(flat);
                    ran.end = Some(ended.end);
                    return Some(ran);
                }
            };
        }
    }

    /// Removes the replies that arrive now from those waiting, and returns them. Returns at least
    /// one if the program waits for any.
    fn arrived(
        &mut self,
        waiting: &mut Vec<(CallKey, CallOutcome)>,
        wanted: &[CallKey],
    ) -> Vec<(CallKey, CallOutcome)> {
        assert!(
            wanted.is_empty() || !waiting.is_empty(),
            "it waits for {wanted:?}, which nobody owes it"
        );
        let least = usize::from(!wanted.is_empty());
        let count = least.max(self.arrivals.roll(waiting.len() + 1)).min(waiting.len());
        (0..count)
            .map(|_| waiting.remove(self.arrivals.roll(waiting.len())))
            .collect()
    }
}

impl Ran {
    /// Creates the result of a program that completed.
    fn new(machine: &Machine, report: Report, mut prompts: Vec<(CallKey, String)>) -> Self {
        come_to(&mut prompts, &report);
        Self {
            has_raised: false,
            peak_memory_bytes: machine.peak_memory_bytes(),
            unreached: report.unreached.len(),
            seen: Seen {
                printed: report.printed.text,
                ended: None,
                answer: None,
                fuel: report.fuel,
                prompts,
                scanned: report.scanned,
            },
            end: None,
        }
    }
}

/// Removes the speculative calls that the program did not reach from a list of prompts, and sorts
/// it. If a key occurs twice, the first call is the unreached one.
pub fn come_to(prompts: &mut Vec<(CallKey, String)>, report: &Report) {
    let mut unreached = report.unreached.clone();
    prompts.retain(|(key, _)| match unreached.iter().position(|lost| lost == key) {
        Some(place) => {
            unreached.remove(place);
            false
        }
        None => true,
    });
    prompts.sort();
}

fn outcome(call: &IssuedCall) -> CallOutcome {
    match reply(&flat(&call.prompt)) {
        Ok(reply) => CallOutcome::Reply(Text::with_origin(reply, Origin::Reply(ReplyId(call.key.ordinal)))),
        Err(message) => CallOutcome::Failed(CallFailure {
            kind: "server".into(),
            message,
            hint: None,
        }),
    }
}

fn flat(text: &Text) -> String {
    text.to_flat().unwrap().into_owned()
}
