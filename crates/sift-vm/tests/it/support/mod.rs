//! Runs programs and answers their calls.

pub(crate) mod ask;
pub(crate) mod functions;
pub(crate) mod host;
pub(crate) mod limits;
pub(crate) mod sections;
pub(crate) mod sessions;
pub(crate) mod tools;

pub(crate) use rlm_fuzzing::oracles::machine::come_to;
use sift_text::{Origin, ReplyId, SourceId, Text};
use sift_vm::{
    CallFailure, CallKey, CallOutcome, ContextData, End, IssuedCall, Machine, RaisedError, Report, Settings, Step,
};

/// The result of a program.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) machine: Machine,
    pub(crate) report: Report,
    pub(crate) error: Option<RaisedError>,
    pub(crate) end: Option<End>,
    pub(crate) answer: Option<Text>,
    /// Prompts in the order of the calls.
    pub(crate) prompts: Vec<(CallKey, String)>,
    /// Number of steps.
    pub(crate) steps: usize,
}

impl Ran {
    pub(crate) fn printed(&self) -> &str {
        &self.report.printed.text
    }

    pub(crate) fn answer(&self) -> Option<String> {
        self.answer
            .as_ref()
            .map(|answer| answer.to_flat().unwrap().into_owned())
    }
}

/// The order in which replies arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arrival {
    /// Each immediately after its call.
    AtOnce,
    /// None until the program waits, then those that it waits for.
    Late,
    /// None until the program waits, then all of them, the last first.
    LastFirst,
}

/// The text of the context of [`machine`].
pub(crate) const FOX: &str = "The quick brown fox\njumps over\nthe lazy dog\n";

pub(crate) fn machine(settings: Settings) -> Machine {
    let text = Text::with_origin(FOX.into(), Origin::Source(SourceId(0)));
    Machine::new(settings, ContextData::text("fox.txt", text), "Who jumps?")
}

/// Replies with the prompt in capitals, and the numbers of images; a prompt that contains `fail`
/// fails.
pub(crate) fn shout(call: &IssuedCall) -> CallOutcome {
    let prompt = call.prompt.to_flat().unwrap().into_owned();
    if prompt.contains("fail") {
        return CallOutcome::Failed(CallFailure {
            kind: "server".into(),
            message: format!("no reply to {prompt:?}"),
            hint: Some("ask again".into()),
        });
    }
    let images = match call.images.as_slice() {
        [] => String::new(),
        images => format!(" {images:?}"),
    };
    CallOutcome::Reply(Text::with_origin(
        prompt.to_uppercase() + &images,
        Origin::Reply(ReplyId(call.key.ordinal)),
    ))
}

pub(crate) fn run(source: &str) -> Ran {
    run_in(machine(Settings::default()), source, Arrival::AtOnce, 1_000_000)
}

pub(crate) fn run_in(mut machine: Machine, source: &str, arrival: Arrival, slice: u64) -> Ran {
    let program = machine
        .compile(source)
        .unwrap_or_else(|refusal| panic!("{:?}", refusal.diagnostics));
    let mut step = machine.start(&program, slice);
    let mut outstanding: Vec<(CallKey, CallOutcome)> = Vec::new();
    let mut prompts = Vec::new();
    let mut steps = 0;
    let (machine, report, error, end, answer) = loop {
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
            Step::Done(done) => break (done.machine, done.report, None, None, None),
            Step::Raised(raised) => break (raised.machine, raised.report, Some(raised.error), None, None),
            Step::Ended(ended) => break (ended.machine, ended.report, None, Some(ended.end), ended.answer),
        };
    };
    come_to(&mut prompts, &report);
    Ran {
        machine,
        report,
        error,
        end,
        answer,
        prompts,
        steps,
    }
}
