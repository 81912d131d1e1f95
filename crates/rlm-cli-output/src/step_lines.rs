//! One-line descriptions of steps, calls and programs, for `rlm trace` and for live output.

use std::fmt;

use rlm_model::ModelError;
use rlm_trace::{
    AttemptFailed, CallNode, CallState, ChildStarted, Compacted, HostAnswer, HostRequest, Millis, Overrun,
    ProgramChecked, ProgramDiagnostic, ProgramEnd, ProgramError, ProgramRan, RequestNode,
};

use crate::console::Tone;
use crate::metrics;
use crate::text::{counted, grouped, one_line, shortened};

/// The label of the calls in which the root model writes a program.
pub const ROOT_MODEL: &str = "root model";
/// The maximum number of characters shown of an error message.
const ERROR_CHARS: usize = 100;
/// The maximum number of characters shown of a prompt or a reply.
const SAID_CHARS: usize = 60;
/// The maximum number of characters of a call's name.
pub const NAME_CHARS: usize = 60;
/// The number of calls of a batch above which the further ones that were answered are folded.
pub const SHOWN_CALLS: usize = 10;

/// Formats a model call in one line: `call 1.2.0  land.txt:3  0.3 s  1,200 → 80 tokens  $0.0021  →
/// “reply…”`. `what` is what differs between the call and others of its step; empty for calls of a
/// root model.
pub fn call(name: &str, what: &str, call: &CallNode<'_>) -> String {
    let mut parts = vec![name.to_owned(), one_line(what)];
    // The time that a call waited before it was not sent says nothing about it.
    let is_sent = !matches!(call.state(), CallState::Unissued(_));
    parts.extend(call.elapsed().filter(|_| is_sent).map(metrics::duration));
    if call.settled.is_some_and(|settled| settled.cached) {
        parts.push("cached".to_owned());
    } else if let Some((input, output)) = call.tokens() {
        parts.push(format!("{} → {} tokens", grouped(input.0), grouped(output.0)));
        parts.extend(call.cost().map(metrics::cost));
    }
    parts.push(match call.state() {
        CallState::Open => "→ no reply yet".to_owned(),
        CallState::Failed(message) => format!("→ failed: {}", shortened(message, ERROR_CHARS)),
        CallState::Cancelled(message) => format!("→ cancelled: {}", shortened(message, ERROR_CHARS)),
        CallState::Unissued(message) => format!("→ not sent: {}", shortened(message, ERROR_CHARS)),
        CallState::Replied if name == ROOT_MODEL => String::new(),
        CallState::Replied => reply(call).map_or_else(String::new, |reply| format!("→ “{reply}”")),
    });
    parts.retain(|part| !part.is_empty());
    parts.join("  ")
}

/// Formats the common beginning of several calls' prompts: `calls “Which of these is late?”`.
pub fn common(beginning: &str) -> String {
    format!("calls “{}”", shortened(beginning, ERROR_CHARS))
}

/// Returns the tone of a call: bad if it failed, fair if it was cancelled or not sent.
pub fn call_tone(call: &CallNode<'_>) -> Tone {
    match call.state() {
        CallState::Failed(_) => Tone::Bad,
        CallState::Cancelled(_) | CallState::Unissued(_) => Tone::Fair,
        CallState::Open | CallState::Replied => Tone::Plain,
    }
}

/// Returns the tone of a program that ran.
pub const fn ran_tone(ran: &ProgramRan) -> Tone {
    match ran.end {
        ProgramEnd::Done => Tone::Plain,
        ProgramEnd::Final => Tone::Good,
        ProgramEnd::Raised | ProgramEnd::Limit => Tone::Bad,
        ProgramEnd::Cancelled => Tone::Fair,
    }
}

/// Returns the tone of a run's outcome, by its name in journals.
pub fn outcome_tone(outcome: &str) -> Tone {
    match outcome {
        "complete" => Tone::Good,
        "partial" | "cancelled" => Tone::Fair,
        _ => Tone::Bad,
    }
}

fn reply(call: &CallNode<'_>) -> Option<String> {
    Some(shortened(&call.settled?.outcome.reply()?.text, SAID_CHARS))
}

/// Formats a failed attempt of a model call:
/// `attempt 1 failed: too many requests, retry after 2.0 s`.
pub fn attempt(attempt: &AttemptFailed) -> String {
    failed_attempt(attempt.attempt, &attempt.error, attempt.wait)
}

/// Formats a failed attempt that is not in a journal, in the format of [`attempt`].
pub fn failed_attempt(number: u32, error: &ModelError, wait: Option<Millis>) -> String {
    let wait = wait.map(|wait| format!(", retry after {}", metrics::duration(wait)));
    let message = shortened(&error.message, ERROR_CHARS);
    format!("attempt {number} failed: {message}{}", wait.unwrap_or_default())
}

/// Formats the event that a call used more tokens than were reserved:
/// `used 1,300 tokens, more than the 1,200 reserved`.
pub fn overrun(overrun: &Overrun) -> String {
    let (used, reserved) = (&overrun.used, &overrun.reserved);
    format!(
        "used {} tokens, more than the {} reserved",
        grouped(used.input.saturating_add(used.output).0),
        grouped(reserved.input.saturating_add(reserved.output).0),
    )
}

/// Formats the start of a child run: `child run 1.1.0  land.txt:3 “question…”  openai:gpt-5-mini
/// about 25 B`. `what` is what differs between it and others of its step.
pub fn child(place: impl fmt::Display, what: &str, child: &ChildStarted) -> String {
    let size = metrics::bytes(child.context.content_bytes());
    let what = match what {
        "" => format!("“{}”", shortened(&child.question, SAID_CHARS)),
        what => one_line(what),
    };
    format!("child run {place}  {what}  {}  about {size}", child.model)
}

/// Formats a search or tool call of a program: `search “query”  0.1 s  → 10 passages`.
pub fn request(request: &RequestNode<'_>) -> String {
    let asked = match request.asked.map(|asked| &asked.request) {
        Some(HostRequest::Search { query, .. }) => format!("search “{}”", shortened(query, SAID_CHARS)),
        Some(HostRequest::Tool { name, arguments }) => format!("{name} {}", shortened(arguments, SAID_CHARS)),
        None => "search".to_owned(),
    };
    let elapsed = request
        .answered
        .and_then(|answered| answered.elapsed)
        .map(metrics::duration);
    let answer = match request.answered.map(|answered| &answered.answer) {
        Some(HostAnswer::Hits(hits)) => format!("→ {}", counted(hits.len(), "passage")),
        Some(HostAnswer::Value(value)) => format!("→ {}", shortened(value, SAID_CHARS)),
        Some(HostAnswer::Failed(failure)) => format!("→ failed: {}", shortened(&failure.message, ERROR_CHARS)),
        None => "→ no answer yet".to_owned(),
    };
    let parts: Vec<String> = [Some(asked), elapsed, Some(answer)].into_iter().flatten().collect();
    parts.join("  ")
}

/// Formats a program that was checked, before it runs: `program of 4 lines`.
pub fn program(program: &ProgramChecked) -> String {
    format!("program of {}", counted(program.source.lines().count(), "line"))
}

/// Formats the result of running a program: `ran, printed 12 characters, 1,204 fuel`.
pub fn ran(ran: &ProgramRan) -> String {
    let end = match ran.end {
        ProgramEnd::Done => "ran",
        ProgramEnd::Raised => "raised",
        ProgramEnd::Final => "gave the answer",
        ProgramEnd::Limit => "reached a limit",
        ProgramEnd::Cancelled => "cancelled",
    };
    let printed = counted(ran.stdout.chars().count(), "character");
    format!("{end}, printed {printed}, {} fuel", grouped(ran.fuel))
}

/// Formats a diagnostic of a program: `unknown-name at 3:7: nothing binds `x` (write y)`.
pub fn diagnostic(diagnostic: &ProgramDiagnostic) -> String {
    let place = format!("{}:{}", diagnostic.line, diagnostic.column);
    let help = diagnostic.help.as_ref().map(|help| format!(" ({})", one_line(help)));
    let message = one_line(&diagnostic.message);
    format!("{} at {place}: {message}{}", diagnostic.code, help.unwrap_or_default())
}

/// Formats the runtime error of a program: `KeyError: 'a' at line 3`.
pub fn error(error: &ProgramError) -> String {
    let line = error.line.map(|line| format!(" at line {line}")).unwrap_or_default();
    format!("{}: {}{line}", error.class, one_line(&error.message))
}

/// Formats a compaction of the message history: `turns 1 to 4 were summarized: …`.
pub fn compacted(compacted: &Compacted) -> String {
    format!(
        "turns 1 to {} were summarized: about {} tokens of messages became {}",
        compacted.through, compacted.tokens_before, compacted.tokens_after
    )
}
