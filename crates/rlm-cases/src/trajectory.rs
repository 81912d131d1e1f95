//! Snapshot texts of runs. They contain no times, ids or numbers, so that equal runs have equal
//! texts.

use std::fmt::Write as _;

use rlm_model::{CallId, Position, Role, RunPath};
use rlm_trace::{
    CallClass, CallNode, HostAnswer, HostRequest, JournalMessage, Record, RecordedOutcome, RecordedPrompts, RunNode,
    Tree, TurnNode,
};

/// Returns the snapshot text of the messages sent to the models of a run. These are all messages to
/// the root model in order and, for each turn, the first sub-call of the root run and of each child
/// run. Long pieces of the context are replaced by their ranges.
///
/// ```
/// use rlm_cases::prompts;
/// use rlm_trace::RecordedRun;
///
/// let run = RecordedRun::read("../../examples/recorded/reviews.jsonl")?;
/// let told = prompts(&run.records);
/// assert!(told.contains("How many of these reviews complain"));
/// assert!(told.contains("[0: 31..112]"), "a piece of the context, as its place");
/// # Ok::<(), rlm_trace::ReadError>(())
/// ```
#[must_use]
pub fn prompts<'a>(records: impl IntoIterator<Item = &'a Record> + Clone) -> String {
    let tree = Tree::of(records.clone());
    let requests = RecordedPrompts::of(records);
    let mut text = String::new();
    for (path, run) in &tree.runs {
        let mut shown = 0;
        for (number, turn) in &run.turns {
            let mut has_sub_call = false;
            for (position, call) in &turn.calls {
                let Some(issued) = call.issued else { continue };
                let messages = requests.journal_messages(&id(path, position)).unwrap_or_default();
                let (name, own) = match issued.class {
                    CallClass::Root => {
                        let own = messages.get(shown..).unwrap_or_default().to_vec();
                        shown = messages.len();
                        ("root model", own)
                    }
                    CallClass::Sub if has_sub_call => continue,
                    CallClass::Sub => {
                        has_sub_call = true;
                        ("first sub-call", messages)
                    }
                };
                for message in own.into_iter().filter(|message| message.role != Role::Assistant) {
                    let place = of_run(path);
                    head(
                        &mut text,
                        &format!("step {number}{place}, {name}, {}", message.role.as_str()),
                    );
                    block(&mut text, &message.outlined());
                }
            }
        }
    }
    text
}

/// Returns the snapshot text of the steps of a run: programs, their output and exceptions, calls
/// with their prompts and replies, and the end. Long pieces of the context are replaced by their
/// ranges.
///
/// ```
/// use rlm_cases::trajectory;
/// use rlm_trace::RecordedRun;
///
/// let run = RecordedRun::read("../../examples/recorded/reviews.jsonl")?;
/// let done = trajectory(&run.records);
/// assert!(done.contains("print(peek(700))") && done.contains("[0: 31..112]"));
/// # Ok::<(), rlm_trace::ReadError>(())
/// ```
#[must_use]
pub fn trajectory<'a>(records: impl IntoIterator<Item = &'a Record> + Clone) -> String {
    let tree = Tree::of(records.clone());
    let requests = RecordedPrompts::of(records);
    let mut text = String::new();
    if let Some(started) = tree.started {
        let _ = writeln!(text, "question: {}", started.question.trim());
    }
    for (path, run) in &tree.runs {
        for (number, turn) in &run.turns {
            head(&mut text, &format!("step {number}{}", of_run(path)));
            step(&mut text, path, turn, &requests);
        }
        end(&mut text, path, run);
    }
    text
}

fn step(text: &mut String, path: &RunPath, turn: &TurnNode<'_>, requests: &RecordedPrompts<'_>) {
    if let Some(compacted) = turn.compacted {
        labelled(text, "summary of earlier steps", &compacted.summary);
    }
    let root = turn
        .calls
        .iter()
        .filter(|(position, _)| id(path, position).is_root_model());
    for (_, call) in root {
        if let Some(error) = call.settled.and_then(|settled| settled.outcome.failure()) {
            labelled(text, "the root model failed", error);
        } else if turn.program.is_none()
            && let Some(reply) = call.settled.and_then(|settled| settled.outcome.reply())
        {
            labelled(text, "reply", &reply.text);
        }
    }
    if let Some(program) = turn.program {
        labelled(text, "program", &program.source);
        for diagnostic in &program.diagnostics {
            let _ = writeln!(
                text,
                "refused, line {}: {} {}",
                diagnostic.line, diagnostic.code, diagnostic.message
            );
        }
    }
    for (position, call) in &turn.calls {
        let id = id(path, position);
        if !id.is_root_model() {
            sub_call(text, &id, call, requests);
        }
    }
    for request in turn.requests.values() {
        if let Some(asked) = request.asked {
            host_request(text, &asked.request, request.answered.map(|answered| &answered.answer));
        }
    }
    if let Some(ran) = turn.ran {
        let echo = ran.echo.as_deref().unwrap_or_default();
        let printed = format!("{}{echo}", ran.stdout);
        if !printed.trim().is_empty() {
            labelled(text, "printed", &printed);
        }
        if let Some(error) = &ran.error {
            let _ = writeln!(text, "raised: {}: {}", error.class, error.message);
        }
    }
    for limit in &turn.limits {
        let _ = writeln!(text, "limit: {}", limit.name);
    }
}

fn sub_call(text: &mut String, id: &CallId, call: &CallNode<'_>, requests: &RecordedPrompts<'_>) {
    let place = format!("{}.{}", id.position.ordinal, id.position.index);
    if let Some(child) = call.child {
        labelled(text, &format!("call {place}, a run of its own"), &child.question);
        return;
    }
    let messages = requests.journal_messages(id).unwrap_or_default();
    let asked = messages.last().map(|message| JournalMessage::outlined(message));
    labelled(text, &format!("call {place}"), &asked.unwrap_or_default());
    match call.settled.map(|settled| &settled.outcome) {
        Some(RecordedOutcome::Reply(reply)) => labelled(text, "reply", &reply.text),
        Some(outcome) => labelled(text, "no reply", outcome.failure().unwrap_or_default()),
        None => labelled(text, "no reply", "it was in flight"),
    }
}

fn host_request(text: &mut String, asked: &HostRequest, answer: Option<&HostAnswer>) {
    match asked {
        HostRequest::Search { query, top_k, .. } => labelled(text, &format!("search, best {top_k}"), query),
        HostRequest::Tool { name, arguments } => labelled(text, &format!("tool {name}"), arguments),
    }
    match answer {
        Some(HostAnswer::Hits(hits)) => {
            let _ = writeln!(text, "found: {}", hits.len());
        }
        Some(HostAnswer::Value(value)) => labelled(text, "gave", value),
        Some(HostAnswer::Failed(failed)) => labelled(text, "failed", &failed.message),
        None => {}
    }
}

fn end(text: &mut String, path: &RunPath, run: &RunNode<'_>) {
    let Some(ended) = run.outcome else { return };
    head(text, &format!("end{}: {}", of_run(path), ended.outcome));
    if let Some(message) = &ended.message {
        let _ = writeln!(text, "{message}");
    }
    if let Some(answer) = &ended.answer {
        block(text, answer);
    }
}

fn id(path: &RunPath, position: &Position) -> CallId {
    CallId {
        run: path.clone(),
        position: *position,
    }
}

fn of_run(path: &RunPath) -> String {
    match path.depth() {
        0 => String::new(),
        _ => format!(" of run {path}"),
    }
}

fn head(text: &mut String, title: &str) {
    if !text.is_empty() {
        text.push('\n');
    }
    let _ = writeln!(text, "{title}\n{}", "=".repeat(title.chars().count()));
}

fn labelled(text: &mut String, label: &str, content: &str) {
    let _ = writeln!(text, "{label}:");
    block(text, content);
}

fn block(text: &mut String, content: &str) {
    for line in content.trim_end().lines() {
        let _ = match line.is_empty() {
            true => writeln!(text),
            false => writeln!(text, "    {line}"),
        };
    }
}
