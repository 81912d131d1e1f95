//! Runs one bomb in a process and reports its memory.

use std::collections::VecDeque;
use std::fmt;
use std::process::{Command, Stdio};

use sift_text::{Origin, ReplyId, SourceId, Text};
use sift_vm::{CallOutcome, ContextData, End, Limit, Machine, Settings, Step};

use crate::bombs::{Bomb, REPLY_BYTES};

const SLICE: u64 = 2_000_000;
/// The end of a bomb that fills the memory.
pub(crate) const MEMORY: &str = "memory";

/// The result of a bomb.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// Peak of the metered bytes.
    pub(crate) metered: u64,
    /// Peak of the resident bytes of the process.
    pub(crate) resident: u64,
    /// Why the program ended.
    pub(crate) end: String,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "outcome {} {} {}", self.metered, self.resident, self.end)
    }
}

/// Returns how many resident bytes are allowed for this many metered ones.
pub(crate) const fn allowed(metered: u64) -> u64 {
    metered * 13 / 10 + 16_000_000
}

/// Returns the peak of the resident bytes of this process; `None` except on Linux.
pub(crate) fn peak_resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

/// Runs this executable with these arguments and parses the outcome that the child prints.
pub(crate) fn spawn(arguments: &[&str], variables: &[(&str, &str)]) -> Option<Outcome> {
    let child = Command::new(std::env::current_exe().ok()?)
        .args(arguments)
        .envs(variables.iter().copied())
        .stderr(Stdio::inherit())
        .output()
        .ok()?;
    let shown = String::from_utf8(child.stdout).ok()?;
    let outcome = shown.lines().find_map(|line| line.strip_prefix("outcome "))?;
    let mut parts = outcome.splitn(3, ' ');
    Some(Outcome {
        metered: parts.next()?.parse().ok()?,
        resident: parts.next()?.parse().ok()?,
        end: parts.next()?.to_owned(),
    })
}

/// Maximum number of replies that arrive at once.
const IN_FLIGHT: usize = 10;

/// Runs a bomb to its end.
pub(crate) fn run(bomb: &Bomb, limit: usize) -> Outcome {
    let settings = Settings {
        memory_bytes: limit,
        fuel: if bomb.fills { 1_000_000_000_000 } else { 1_000_000_000 },
        ..Settings::default()
    };
    let context = Text::with_origin(context(), Origin::Source(SourceId(0)));
    let mut machine = Machine::new(settings, ContextData::text("context.txt", context), "");
    let source = bomb.source.replace("LIMIT", &limit.to_string());
    let program = machine
        .compile(&source)
        .unwrap_or_else(|refusal| panic!("{}: {}", bomb.name, refusal.diagnostics[0].message));
    let mut step = machine.start(&program, SLICE);
    let mut replies = 0;
    let mut waiting = VecDeque::new();
    let (machine, end) = loop {
        step = match step {
            Step::OutOfFuel(paused) => paused.resume(Vec::new(), SLICE),
            Step::Needs(mut needs) => {
                let answer = |call: sift_vm::IssuedCall| {
                    replies += 1;
                    let reply = "a word ".repeat(REPLY_BYTES / 7);
                    let reply = Text::with_origin(reply, Origin::Reply(ReplyId(replies)));
                    (call.key, CallOutcome::Reply(reply))
                };
                waiting.extend(needs.take_issued());
                // Replies that the program has not received yet are the host's memory.
                let first = waiting.len().min(IN_FLIGHT).min(needs.room());
                let arrived = waiting.drain(..first).map(answer).collect();
                needs.resume(arrived, SLICE)
            }
            Step::Done(done) => break (done.machine, "its last statement".to_owned()),
            Step::Raised(raised) => break (raised.machine, raised.error.rendered.replace('\n', " ")),
            Step::Ended(ended) => {
                let end = match ended.end {
                    End::Limit(Limit::Memory) => MEMORY.to_owned(),
                    other => format!("{other:?}"),
                };
                break (ended.machine, end);
            }
        };
    };
    let metered = machine.peak_memory_bytes();
    Outcome {
        metered,
        resident: peak_resident_bytes().unwrap_or(0),
        end,
    }
}

/// Ten thousand words in lines of ten.
fn context() -> String {
    let mut text = String::new();
    for n in 0..10_000 {
        text.push_str(&format!("word{n}"));
        text.push(if n % 10 == 9 { '\n' } else { ' ' });
    }
    text
}
