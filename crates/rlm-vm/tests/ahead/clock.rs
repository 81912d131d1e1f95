//! Runs programs against a clock of our own: a call takes one tick, and so many are under way at once.

#![allow(dead_code, unreachable_pub, reason = "no test needs all of it")]

use std::collections::VecDeque;

use rlm_text::{Origin, ReplyId, Text};
use rlm_vm::{CallFailure, CallKey, CallOutcome, IssuedCall, Machine, RunAhead, ScannedRange, Settings, Step};

use super::support::{FOX, come_to, host, machine};

/// All that a program and its host can see of a run.
#[derive(Debug, PartialEq)]
pub struct Seen {
    pub printed: String,
    pub error: Option<String>,
    pub fuel: u64,
    pub prompts: Vec<(CallKey, String)>,
    pub scanned: Vec<ScannedRange>,
    /// How often the host was asked to search.
    pub searches: usize,
}

#[derive(Debug)]
pub struct Timed {
    pub seen: Seen,
    /// How long it took.
    pub ticks: usize,
    pub calls: usize,
    /// How many calls hang one on the reply to another.
    pub longest_chain: usize,
    /// Calls that left and that the program did not come to.
    pub unreached: Vec<CallKey>,
    /// Calls that left before the program came to them.
    pub early: usize,
}

/// What a model might say; the same for the same prompt.
pub fn reply(prompt: &str) -> Result<String, String> {
    let seed = prompt
        .bytes()
        .fold(7_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)));
    let pick = (seed >> 7) % 10;
    Ok(match prompt {
        _ if prompt.starts_with("maybe") && pick == 0 => return Err(format!("no reply to {prompt}")),
        _ if prompt.starts_with("yes or no") => {
            ["yes", "No.", "Yes, it does", "I can't say", "no", ""][pick as usize % 6].to_owned()
        }
        _ if prompt.starts_with("number") => {
            ["it is 12", "3", "answer: 77 items", "4 or 5"][pick as usize % 4].to_owned()
        }
        _ if prompt.starts_with("only a number") => ["12", "none", "7", " 5 "][pick as usize % 4].to_owned(),
        _ if prompt.starts_with("label") => ["Bug", "feature ", "question", "BUG"][pick as usize % 4].to_owned(),
        _ if prompt.starts_with("list") => ["- a\n- b\nc", "none", "-x", "\n- y: z\n"][pick as usize % 4].to_owned(),
        _ if prompt.starts_with("json") => ["{\"n\": 1}", "[1]", "no", "{\"n\": \"x\"}"][pick as usize % 4].to_owned(),
        _ if prompt.starts_with("triage") => {
            // Some are left out.
            let ids = prompt
                .split('\'')
                .filter(|id| id.parse::<u32>().is_ok_and(|id| id % 5 != 0));
            ids.map(|id| format!("{id}: P{}\n", id.len())).collect()
        }
        _ => format!("reply to {}", prompt.get(..40).unwrap_or(prompt)),
    })
}

/// Runs a program. Replies arrive in the order in which the calls left, `in_flight` at a time.
pub fn run_timed(source: &str, mode: RunAhead, in_flight: usize) -> Timed {
    let settings = Settings {
        run_ahead: mode,
        ..Settings::default()
    };
    run_timed_in(machine(settings), source, in_flight, None).0
}

/// Runs a program in a machine, which it gives back; cancels it when it waits at a time.
pub fn run_timed_in(
    mut machine: Machine,
    source: &str,
    in_flight: usize,
    cancelled_at: Option<usize>,
) -> (Timed, Machine) {
    let cancel = machine.cancel_handle();
    let program = machine
        .compile(source)
        .unwrap_or_else(|refusal| panic!("{:?}", refusal.diagnostics));
    let mut step = machine.start(&program, 1_000_000);
    let (mut waiting, mut flying) = (VecDeque::<IssuedCall>::new(), VecDeque::<(usize, IssuedCall)>::new());
    let (mut now, mut early, mut searches) = (0, 0, 0);
    let mut prompts = Vec::new();
    let mut chains: Vec<(String, usize)> = Vec::new();
    let mut longest_chain = 1;
    let (report, error, machine) = loop {
        step = match step {
            Step::OutOfFuel(paused) => paused.resume(Vec::new(), 1_000_000),
            Step::Needs(mut needs) => {
                searches += usize::from(needs.asked().is_some());
                host::answer(&mut needs, &[("fox.txt", FOX)]);
                for call in needs.take_issued() {
                    early += usize::from(call.early);
                    let prompt = call.prompt.to_flat().unwrap().into_owned();
                    let hangs = prompt.starts_with("refine") || prompt.starts_with("all: ");
                    if hangs {
                        longest_chain = longest_chain.max(if prompt.starts_with("all") { 3 } else { 2 });
                        chains.push((prompt.clone(), 1));
                    }
                    prompts.push((call.key, prompt));
                    waiting.push_back(call);
                }
                let depart = |waiting: &mut VecDeque<IssuedCall>, flying: &mut VecDeque<_>, now: usize| {
                    while flying.len() < in_flight
                        && let Some(call) = waiting.pop_front()
                    {
                        flying.push_back((now + 1, call));
                    }
                };
                depart(&mut waiting, &mut flying, now);
                if cancelled_at.is_some_and(|at| now >= at) {
                    cancel.cancel();
                    step = needs.resume(Vec::new(), 1_000_000);
                    continue;
                }
                let mut arrived = Vec::new();
                if !needs.wait_for().is_empty() {
                    // The clock goes on to the next arrivals.
                    now = flying.front().expect("what is waited for is under way").0;
                    while let Some((_, call)) = flying.pop_front_if(|(at, _)| *at <= now) {
                        arrived.push((call.key, outcome(&call)));
                    }
                }
                needs.resume(arrived, 1_000_000)
            }
            Step::Done(done) => break (done.report, None, done.machine),
            Step::Raised(raised) => break (raised.report, Some(raised.error.rendered), raised.machine),
            Step::Ended(ended) => break (ended.report, Some(format!("{:?}", ended.end)), ended.machine),
        };
    };
    come_to(&mut prompts, &report);
    let timed = Timed {
        ticks: now,
        calls: prompts.len(),
        longest_chain,
        unreached: report.unreached,
        early,
        seen: Seen {
            printed: report.printed.text,
            error,
            fuel: report.fuel,
            prompts,
            scanned: report.scanned,
            searches,
        },
    };
    (timed, machine)
}

fn outcome(call: &IssuedCall) -> CallOutcome {
    match reply(&call.prompt.to_flat().unwrap()) {
        Ok(reply) => CallOutcome::Reply(Text::with_origin(reply, Origin::Reply(ReplyId(call.key.ordinal)))),
        Err(message) => CallOutcome::Failed(CallFailure {
            kind: "server".into(),
            message,
            hint: None,
        }),
    }
}
