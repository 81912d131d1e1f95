//! Checks complete runs: recordings replay identically, and untrusted text doesn't influence
//! effects.

use std::pin::Pin;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use rlm_adapters::FakeModel;
use rlm_context::Context;
use rlm_core::{ApprovalRequest, Approve, RunOptions, Runner, RunnerBuilder};
use rlm_model::{BoxFuture, Call, Model, ModelError, ModelErrorKind, ModelIdentity, Reply, Usage};
use rlm_policy::{Limits, Taint};
use rlm_runs::{ReplayExtent, replay};
use rlm_tools::{Access, Arguments, FunctionTool, Reach, ToolDescription};
use rlm_trace::{Journal, JournalOptions, JournalReader, RecordedRun, Times};
use serde_json::json;

use super::journal::{events_in, sealed};
use super::labels::labels_hold;
use crate::generators::{Dice, Flows, chunked_context, drawn_program, hostile_text, reply, tempted_program};

/// The maximum time for replaying a modified journal.
const PATIENCE: Duration = Duration::from_secs(20);

/// Executes a run with a generated program, and replays it from its journal and from a modified
/// journal with valid seals.
///
/// # Panics
/// If the replay of the original journal differs from the run, or the replay of the modified one
/// doesn't end.
pub fn replay_journal(data: &[u8]) {
    let program = drawn_program(data, 3);
    let context = Context::from_text(chunked_context());
    let model = Scripted {
        identity: ModelIdentity::new("fake", "", "scripted"),
        replies: vec![fenced(&program), "FINAL: done".to_owned()],
    };
    let journal = run(Runner::builder(Arc::new(model)), &context);
    let recorded = read(&journal).unwrap_or_else(|| panic!("the journal can't be read\n{program}"));
    let report = block_on(replay(&recorded, &context)).unwrap_or_else(|error| panic!("{error}\n{program}"));
    assert_eq!(
        (report.extent, report.answer.as_deref()),
        (ReplayExtent::Whole, Some("done")),
        "{program}"
    );
    if let Some(changed) = read(&changed(&journal, data)) {
        let replayed = within(PATIENCE, move || block_on(replay(&changed, &context)));
        match replayed.unwrap_or_else(|error| panic!("its replay: {error}\n{program}")) {
            Ok(_) => {}
            Err(error) => assert!(
                !error.code().is_empty() && !error.hint().is_empty(),
                "{error}\n{program}"
            ),
        }
    }
}

/// Runs a closure on a new thread with a timeout. A closure that never returns is left running.
///
/// # Errors
/// If the closure takes longer than `time`, or panics.
fn within<R: Send + 'static>(time: Duration, work: impl FnOnce() -> R + Send + 'static) -> Result<R, RecvTimeoutError> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        // The receiver is gone after a timeout.
        let _ = sender.send(work());
    });
    receiver.recv_timeout(time)
}

/// Executes a run of programs that try to leak untrusted text, once over each of two hostile texts.
///
/// If an operation fails for only one text, the program sees the error and, under
/// [`Taint::Strict`], has no further effects. So untrusted text can cut effects short, but can't
/// cause or change one.
///
/// Under [`Taint::Usual`], conditions may choose between literals of the program. A program without
/// conditions over untrusted text, and without operations that fail for only one text, has the same
/// effects over both.
///
/// Every call is approved, so that only the origins of values decide.
///
/// First runs [`labels_hold`] with programs of one information flow each.
///
/// # Panics
/// In strict mode, if an effect differs. In usual mode, if an effect contains untrusted text, or
/// differs without a condition.
pub fn noninterference(data: &[u8]) {
    labels_hold(data);
    let Temptation { texts, programs, plain } = Temptation::of(data);
    let shown = format!("{texts:?} in\n{}", programs.join("---\n"));
    let [first, second] = texts.each_ref().map(|text| effects(Taint::Strict, text, &programs));
    let both = first.len().min(second.len());
    assert_eq!(first[..both], second[..both], "{shown}");
    for text in &texts {
        for effect in effects(Taint::Usual, text, &programs) {
            let is_own = effect.is_ascii() && !effect.contains("\\u04");
            assert!(is_own, "{effect} is given what {text:?} says, of {shown}");
        }
    }
    let [first, second] = texts.each_ref().map(|text| effects(Taint::Usual, text, &plain));
    assert_eq!(first, second, "usually, {texts:?} in\n{}", plain.join("---\n"));
}

/// Returns the number of effects of the [`noninterference`] programs over the first text: of all
/// programs in strict mode, and of those without conditions in usual mode. If there are none, the
/// check compares nothing.
#[must_use]
pub fn effects_of_temptation(data: &[u8]) -> [usize; 2] {
    let Temptation { texts, programs, plain } = Temptation::of(data);
    [(Taint::Strict, programs), (Taint::Usual, plain)]
        .map(|(taint, programs)| effects(taint, &texts[0], &programs).len())
}

/// The hostile texts and the programs that [`noninterference`] runs.
struct Temptation {
    texts: [String; 2],
    programs: [String; 2],
    /// The programs without conditions, for the taint mode that ignores conditions.
    plain: [String; 2],
}

impl Temptation {
    fn of(data: &[u8]) -> Self {
        let mut dice = Dice::of(data);
        Self {
            texts: [(); 2].map(|()| hostile_text(&mut dice)),
            programs: [(); 2].map(|()| tempted_program(&mut dice, Flows::All)),
            plain: [(); 2].map(|()| tempted_program(&mut dice, Flows::Explicit)),
        }
    }
}

/// An approver of tool calls that approves every call.
struct Yes;

impl Approve for Yes {
    fn approve<'a>(&'a self, _: ApprovalRequest<'a>) -> Pin<Box<dyn Future<Output = bool> + Send + 'a>> {
        Box::pin(std::future::ready(true))
    }
}

/// Executes a run of the programs, and returns the arguments of all calls of the tool `send`, in
/// order.
fn effects(taint: Taint, hostile: &str, programs: &[String]) -> Vec<String> {
    let made = Arc::new(Mutex::new(Vec::new()));
    let send = ToolDescription::new("send", "Sends a message.").parameters(json!({
        "properties": {"to": {"type": "string"}, "body": {"type": "string"}},
        "required": ["to", "body"],
    }));
    let kept = Arc::clone(&made);
    let send = FunctionTool::new(send, move |arguments: Arguments| {
        kept.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(json!(arguments).to_string());
        async { Ok(json!("sent")) }
    });
    let look_up = ToolDescription::new("look_up", "Looks something up.")
        .parameters(json!({"properties": {"what": {"type": "string"}}, "required": ["what"]}))
        .access(Access::Read, Reach::Local);
    let said = hostile.to_owned();
    let look_up = FunctionTool::new(look_up, move |_: Arguments| {
        let said = said.clone();
        async move { Ok(json!({"said": said})) }
    });
    let script = programs
        .iter()
        .map(|program| fenced(program))
        .chain(["FINAL: done".to_owned()]);
    let model = FakeModel::new(script).default_reply(hostile);
    let builder = Runner::builder(Arc::new(model))
        .tool(Arc::new(send))
        .tool(Arc::new(look_up))
        .taint(taint)
        .approver(Arc::new(Yes));
    run(builder, &Context::from_text(format!("{hostile}\n")));
    let made = made.lock().unwrap_or_else(PoisonError::into_inner);
    made.clone()
}

/// Executes a run and returns its journal.
fn run(builder: RunnerBuilder, context: &Context) -> Vec<u8> {
    let journal = Arc::new(Journal::in_memory(JournalOptions {
        times: Times::None,
        ..JournalOptions::default()
    }));
    let options = RunOptions {
        journal: Some(Arc::clone(&journal)),
        ..RunOptions::default()
    };
    let limits = Limits {
        steps: 3,
        fuel: 5_000_000,
        memory: 32 << 20,
        ..Limits::default()
    };
    let runner = builder.limits(limits).build().unwrap();
    block_on(runner.run_with("How many?", context, options)).unwrap();
    let records = journal.records().unwrap_or_default();
    let events: Vec<String> = records
        .iter()
        .map(|record| serde_json::to_string(&record.event).unwrap())
        .collect();
    sealed(&events)
}

fn read(journal: &[u8]) -> Option<RecordedRun> {
    JournalReader::new(journal, "journal.jsonl").read_all().ok()
}

/// Replaces a letter or a digit of an event in a journal by another, and recomputes the hashes of
/// all lines.
fn changed(journal: &[u8], data: &[u8]) -> Vec<u8> {
    let mut events = events_in(journal);
    let mut dice = Dice::of(data);
    let number = dice.roll(events.len());
    let at = dice.roll(256) * 256 + dice.roll(256);
    let event = &mut events[number];
    let places: Vec<usize> = event
        .match_indices(|c: char| c.is_ascii_alphanumeric())
        .map(|(at, _)| at)
        .collect();
    if let Some(at) = places.get(at % places.len().max(1)) {
        event.replace_range(*at..at + 1, dice.pick(&["0", "1", "9", "a", "e"]));
    }
    sealed(&events)
}

fn block_on<R>(future: impl Future<Output = R>) -> R {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.unwrap().block_on(future)
}

fn fenced(program: &str) -> String {
    format!("```repl\n{program}\n```")
}

/// A model that replays a script as the root model, and answers sub-calls with [`reply`].
struct Scripted {
    identity: ModelIdentity,
    replies: Vec<String>,
}

impl Model for Scripted {
    fn identity(&self) -> &ModelIdentity {
        &self.identity
    }

    fn complete<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<Reply, ModelError>> {
        let turn = call.id.position.turn as usize;
        let said = if call.id.is_root_model() {
            let scripted = self.replies.get(turn.saturating_sub(1)).or(self.replies.last());
            scripted.cloned().ok_or_else(|| "no reply is left".to_owned())
        } else {
            let asked = call.request.messages.last().map(|message| message.content());
            reply(asked.as_deref().unwrap_or_default())
        };
        let said = said.map(|text| Reply::new(text, Usage::default()));
        Box::pin(std::future::ready(
            said.map_err(|message| ModelError::new(ModelErrorKind::InvalidRequest, message)),
        ))
    }
}
