//! Programs in the machine: whatever they do, they end within their limits, and nothing that the host does otherwise can be seen.

use sift_text::{Origin, ReplyId, SourceId, Text};
use sift_vm::{
    CallFailure, CallKey, CallOutcome, ContextData, End, IssuedCall, MAX_DEPTH, Machine, Report, RunAhead,
    ScannedRange, Settings, Step,
};

use super::policy::spending_is_monotone;
use crate::generators::{Dice, chunked_context, drawn_program, reply};

/// What a turn's output may take, with the words that say what was left out.
const OUTPUT_BYTES: usize = (1 << 20) + 200;

/// Bytes that an operation may ask for before it is looked whether they fit: results up to this size are built first.
const UNASKED_BYTES: u64 = 64 << 10;

/// Bytes beyond the limit that a program is given where its code alone fills the memory: room to let go of something.
const FULL_AT_START_BYTES: u64 = 260 << 10;

/// Programs of fewer bytes never fill the least memory with their code.
const SHORT_BYTES: usize = 1_000;

/// How many frames a program of [`RECURSIONS`] may have beside those that it is asked for.
const FRAMES_BESIDE: usize = 10;

/// Programs that go `{n}` levels deep and print how deep they were; each level is one to four frames of the machine.
const RECURSIONS: [&str; 7] = [
    "def f(n):\n    return 1 + f(n - 1) if n > 1 else 1\nprint(f({n}))\n",
    "def f(n):\n    return 1 + g(n - 1) if n > 1 else 1\ndef g(n):\n    return 1 + f(n - 1) if n > 1 else 1\nprint(f({n}))\n",
    "f = lambda n, f: 1 + f(n - 1, f) if n > 1 else 1\nprint(f({n}, f))\n",
    "def f(n):\n    return 1 + max([n], key=lambda n: 0) * 0 + f(n - 1) if n > 1 else 1\nprint(f({n}))\n",
    "def f(n):\n    return 1 + list(map(lambda n: f(n - 1), [n]))[0] if n > 1 else 1\nprint(f({n}))\n",
    "def f(n):\n    if n > 1:\n        yield from f(n - 1)\n    else:\n        yield 1\nprint(sum(f({n})) * {n})\n",
    "def f(n):\n    try:\n        return 1 + f(n - 1) if n > 1 else 1\n    except BaseException:\n        return 0\nprint(f({n}))\n",
];

/// Fuel that any [`drawn_program`] does with.
const AMPLE_FUEL: u64 = 20_000_000;

/// Runs any bytes that are a program, on little fuel and memory, and programs that go deep or print a lot; the bytes together say how much.
///
/// # Panics
/// Where one uses more than it may, prints more than a turn may, or comes to something else in slices of another size; where one goes deeper
/// than [`MAX_DEPTH`], or is stopped for its depth before.
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

/// Goes down in one of several ways: to a quarter of the frames that there may be, or further.
fn goes_as_deep_as_it_may(dice: &mut Dice<'_>) {
    let levels = 1 + dice.roll(2 * MAX_DEPTH);
    let source = RECURSIONS[dice.roll(RECURSIONS.len())].replace("{n}", &levels.to_string());
    let ran = Host::alone().run(Settings::default(), &source).unwrap();
    let is_raised = ran
        .seen
        .ended
        .as_deref()
        .is_some_and(|ended| ended.contains("RecursionError"));
    // A handler at the deepest level counts it as 0.
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

/// Prints up to two megabytes: the beginning and the end are kept.
fn prints_as_much_as_it_may(dice: &mut Dice<'_>) {
    let (width, lines) = (dice.roll(20_000), dice.roll(100));
    let source = format!("line = 'x' * {width}\nfor n in range({lines}):\n    print(line)\nprint('end')\n");
    let ran = Host::alone().run(Settings::default(), &source).unwrap();
    let (kept, all) = (ran.seen.printed.len(), (width + 1) * lines + "end\n".len());
    assert!(kept <= OUTPUT_BYTES, "{kept} of {all} bytes\n{source}");
    assert_eq!(kept == all, all <= 1 << 20, "{kept} of {all} bytes\n{source}");
    assert!(ran.seen.printed.ends_with("end\n"), "{source}");
}

/// Runs a program that looks at replies, with calls that leave ahead of it and replies that come in any order.
///
/// # Panics
/// Where it comes to something else than with one call at a time, or a call leaves for nothing although nothing was raised that ended it.
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

/// Runs a program that succeeds on what it has again, with more of it; and a tree of runs out of whose budget nothing is refused.
///
/// # Panics
/// Where more changes what comes of it.
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

/// Runs programs and answers their calls.
struct Host<'a> {
    context: String,
    /// The fuel after which the program pauses.
    slice: u64,
    /// Which replies come first; without bytes, those of the calls that left first.
    arrivals: Dice<'a>,
}

/// The outcome of a program.
#[derive(Debug)]
struct Ran {
    seen: Seen,
    end: Option<End>,
    has_raised: bool,
    peak_memory_bytes: u64,
    /// How many calls left that the program did not come to.
    unreached: usize,
}

/// All of it that the program and whoever reads its output can see.
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
    /// A host of a program that asks nothing.
    fn alone() -> Self {
        Self {
            context: String::new(),
            slice: 100_000,
            arrivals: Dice::of(&[]),
        }
    }

    /// Runs a program to its end; none where it is refused.
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

    /// Takes out the replies that arrive now: at least one where the program waits for any.
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
    /// The outcome of a program that reached the end of its last statement.
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

/// Leaves out the calls that the program did not come to; a call that it made where another had left early is the later one.
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
