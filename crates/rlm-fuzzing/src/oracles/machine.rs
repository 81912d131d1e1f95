//! Programs in the machine: whatever they do, they end within their limits, and nothing that the host does otherwise can be seen.

use rlm_text::{Origin, ReplyId, SourceId, Text};
use rlm_vm::{
    CallFailure, CallKey, CallOutcome, ContextData, End, IssuedCall, Machine, Report, RunAhead, ScannedRange, Settings,
    Step,
};

use super::policy::spending_is_monotone;
use crate::generators::{Dice, chunked_context, drawn_program, reply};

/// What a turn's output may take, with the words that say what was left out.
const OUTPUT_BYTES: usize = (1 << 20) + 200;

/// Fuel that any [`drawn_program`] does with.
const AMPLE_FUEL: u64 = 20_000_000;

/// Runs any bytes that are a program, on little fuel and memory, which the last bytes say.
///
/// # Panics
/// Where it uses more than it may, prints more than a turn may, or comes to something else in slices of another size.
pub fn run_tiny_limits(data: &[u8]) {
    let source = String::from_utf8_lossy(data);
    let [fuel, memory, slice] = last_bytes(data);
    let settings = Settings {
        fuel: 2_000 + fuel * 1_000,
        memory_bytes: 65_536 + memory as usize * 16_384,
        ..Settings::default()
    };
    let host = |slice| Host {
        context: "one\ntwo 22 three\n".to_owned(),
        slice,
        arrivals: Dice::of(&[]),
    };
    let Some(ran) = host(501 + slice * 97).run(settings, &source) else {
        return;
    };
    assert!(
        ran.seen.fuel <= settings.fuel,
        "{} of {}\n{source}",
        ran.seen.fuel,
        settings.fuel
    );
    assert!(
        ran.memory_bytes <= settings.memory_bytes as u64,
        "{} of {}\n{source}",
        ran.memory_bytes,
        settings.memory_bytes
    );
    assert!(
        ran.seen.printed.len() <= OUTPUT_BYTES,
        "{} bytes\n{source}",
        ran.seen.printed.len()
    );
    let again = host(settings.fuel).run(settings, &source);
    assert_eq!(again.map(|again| again.seen), Some(ran.seen), "in one slice\n{source}");
}

/// Runs a program that looks at replies, with calls that leave ahead of it and replies that come in any order.
///
/// # Panics
/// Where it comes to something else than with one call at a time, or a call leaves for nothing although no call failed.
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
    let [fuel, memory, more] = last_bytes(data);
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

/// The last three bytes, from which a target for texts takes its numbers, so that any file is a seed.
fn last_bytes(data: &[u8]) -> [u64; 3] {
    let mut last = data.iter().rev().map(|byte| u64::from(*byte));
    [(); 3].map(|()| last.next().unwrap_or_default())
}

/// Runs programs and answers their calls.
struct Host<'a> {
    context: String,
    /// The fuel after which the program pauses.
    slice: u64,
    /// Which replies come first; without bytes, those of the calls that left first.
    arrivals: Dice<'a>,
}

/// What became of a program.
#[derive(Debug)]
struct Ran {
    seen: Seen,
    end: Option<End>,
    has_raised: bool,
    memory_bytes: u64,
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
                Step::Done(done) => return Some(Ran::new(done.report, prompts, None, None, None)),
                Step::Raised(raised) => {
                    let error = Some(raised.error.rendered);
                    return Some(Ran::new(raised.report, prompts, error, None, None));
                }
                Step::Ended(ended) => {
                    let answer = ended.answer.as_ref().map(flat);
                    return Some(Ran::new(ended.report, prompts, None, Some(ended.end), answer));
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
    fn new(
        report: Report,
        mut prompts: Vec<(CallKey, String)>,
        error: Option<String>,
        end: Option<End>,
        answer: Option<String>,
    ) -> Self {
        come_to(&mut prompts, &report);
        Self {
            has_raised: error.is_some(),
            memory_bytes: report.memory_bytes,
            unreached: report.unreached.len(),
            seen: Seen {
                printed: report.printed.text,
                ended: error.or_else(|| end.as_ref().map(|end| format!("{end:?}"))),
                answer,
                fuel: report.fuel,
                prompts,
                scanned: report.scanned,
            },
            end,
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
