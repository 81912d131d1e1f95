//! Runs programs against a simulated clock: a call takes one tick, and a fixed number of calls is
//! in flight at a time.

use std::collections::VecDeque;

use rlm_fuzzing::generators::reply;
use sift_text::{Origin, ReplyId, Text};
use sift_vm::{CallFailure, CallKey, CallOutcome, IssuedCall, Machine, RunAhead, ScannedRange, Settings, Step};

use crate::support::{FOX, come_to, host, machine};

/// Everything that a program and its host observe of a run.
#[derive(Debug, PartialEq)]
pub(crate) struct Seen {
    pub(crate) printed: String,
    pub(crate) error: Option<String>,
    pub(crate) fuel: u64,
    pub(crate) prompts: Vec<(CallKey, String)>,
    pub(crate) scanned: Vec<ScannedRange>,
    /// Number of searches that the host answered.
    pub(crate) searches: usize,
}

#[derive(Debug)]
pub(crate) struct TimedRun {
    pub(crate) seen: Seen,
    /// Duration in ticks.
    pub(crate) ticks: usize,
    pub(crate) calls: usize,
    /// Length of the longest chain of calls in which each prompt contains the previous reply.
    pub(crate) longest_chain: usize,
    /// Calls that were issued but that the program did not reach.
    pub(crate) unreached: Vec<CallKey>,
    /// Number of calls that were issued before the program reached them.
    pub(crate) early: usize,
}

/// Runs a program. Replies arrive in the order in which the calls were issued, `in_flight` at a
/// time.
pub(crate) fn run_timed(source: &str, mode: RunAhead, in_flight: usize) -> TimedRun {
    let settings = Settings {
        run_ahead: mode,
        ..Settings::default()
    };
    run_timed_in(machine(settings), source, in_flight, None).0
}

/// Runs a program in a machine, cancels it if it waits at or after a tick, and returns the machine.
pub(crate) fn run_timed_in(
    mut machine: Machine,
    source: &str,
    in_flight: usize,
    cancelled_at: Option<usize>,
) -> (TimedRun, Machine) {
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
                    // The clock advances to the next arrivals.
                    now = flying.front().expect("awaited calls are in flight").0;
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
    let timed = TimedRun {
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
