//! Runs programs in a machine and answers their calls.

#![allow(dead_code, unreachable_pub, reason = "no test needs all of it")]

pub mod ask;
pub mod host;
pub mod record;

pub use rlm_fuzzing::oracles::machine::come_to;
use rlm_text::{Origin, ReplyId, SourceId, Text};
use rlm_vm::{
    CallFailure, CallKey, CallOutcome, ContextData, End, IssuedCall, Machine, RaisedError, Report, Settings, Step,
};

/// How a program ended, with all that can be seen of it.
#[derive(Debug)]
pub struct Ran {
    pub machine: Machine,
    pub report: Report,
    pub error: Option<RaisedError>,
    pub end: Option<End>,
    pub answer: Option<Text>,
    /// Prompts in the order of the calls.
    pub prompts: Vec<(CallKey, String)>,
    /// How many steps the program took.
    pub steps: usize,
}

impl Ran {
    pub fn printed(&self) -> &str {
        &self.report.printed.text
    }

    pub fn answer(&self) -> Option<String> {
        self.answer
            .as_ref()
            .map(|answer| answer.to_flat().unwrap().into_owned())
    }
}

/// Calls of functions that end in a limit when they are made again and again.
pub struct Calls {
    /// Makes the machine that they run in.
    pub machine: fn(Settings) -> Machine,
    /// What is run once, before them.
    pub given: &'static str,
    /// The names of the tests and the calls.
    pub functions: &'static [(&'static str, &'static [&'static str])],
}

/// In which order replies arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// Each as soon as its call has left.
    AtOnce,
    /// None before the program waits; then what it waits for.
    Late,
    /// None before the program waits; then all that is there, the last first.
    LastFirst,
}

/// The text of the context of [`machine`].
pub const FOX: &str = "The quick brown fox\njumps over\nthe lazy dog\n";

pub fn machine(settings: Settings) -> Machine {
    let text = Text::with_origin(FOX.into(), Origin::Source(SourceId(0)));
    Machine::new(settings, ContextData::text("fox.txt", text), "Who jumps?")
}

/// Replies with the prompt in capitals; a prompt that holds `fail` fails.
pub fn shout(call: &IssuedCall) -> CallOutcome {
    let prompt = call.prompt.to_flat().unwrap().into_owned();
    if prompt.contains("fail") {
        return CallOutcome::Failed(CallFailure {
            kind: "server".into(),
            message: format!("no reply to {prompt:?}"),
            hint: Some("ask again".into()),
        });
    }
    CallOutcome::Reply(Text::with_origin(
        prompt.to_uppercase(),
        Origin::Reply(ReplyId(call.key.ordinal)),
    ))
}

pub fn run(source: &str) -> Ran {
    run_in(machine(Settings::default()), source, Arrival::AtOnce, 1_000_000)
}

pub fn run_in(mut machine: Machine, source: &str, arrival: Arrival, slice: u64) -> Ran {
    let program = machine
        .compile(source)
        .unwrap_or_else(|refusal| panic!("{:?}", refusal.diagnostics));
    let mut step = machine.start(&program, slice);
    let mut outstanding: Vec<(CallKey, CallOutcome)> = Vec::new();
    let mut prompts = Vec::new();
    let mut steps = 0;
    loop {
        steps += 1;
        step = match step {
            Step::OutOfFuel(paused) => paused.resume(Vec::new(), slice),
            Step::Needs(mut needs) => {
                host::answer(&mut needs, &[("fox.txt", FOX)]);
                for call in needs.take_issued() {
                    prompts.push((call.key, call.prompt.to_flat().unwrap().into_owned()));
                    outstanding.push((call.key, shout(&call)));
                }
                let wanted = needs.wait_for().to_vec();
                let arrived = match arrival {
                    Arrival::AtOnce => std::mem::take(&mut outstanding),
                    Arrival::Late => outstanding.extract_if(.., |(key, _)| wanted.contains(key)).collect(),
                    Arrival::LastFirst if wanted.is_empty() => Vec::new(),
                    Arrival::LastFirst => std::mem::take(&mut outstanding).into_iter().rev().collect(),
                };
                needs.resume(arrived, slice)
            }
            Step::Done(done) => {
                come_to(&mut prompts, &done.report);
                return Ran {
                    machine: done.machine,
                    report: done.report,
                    error: None,
                    end: None,
                    answer: None,
                    prompts,
                    steps,
                };
            }
            Step::Raised(raised) => {
                come_to(&mut prompts, &raised.report);
                let error = Some(raised.error);
                return Ran {
                    machine: raised.machine,
                    report: raised.report,
                    error,
                    end: None,
                    answer: None,
                    prompts,
                    steps,
                };
            }
            Step::Ended(ended) => {
                come_to(&mut prompts, &ended.report);
                let end = Some(ended.end);
                return Ran {
                    machine: ended.machine,
                    report: ended.report,
                    error: None,
                    end,
                    answer: ended.answer,
                    prompts,
                    steps,
                };
            }
        };
    }
}
