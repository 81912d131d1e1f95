//! Whole runs: what is recorded replays, and text of others moves nothing.

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

/// The longest that a replay of a changed journal may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Carries out a run whose program is made from bytes, and replays it: from its journal, and from one that somebody changed and sealed
/// anew.
///
/// # Panics
/// Where the replay of what was recorded is not the run, or that of what was changed does not end.
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

/// Does something on a thread of its own: what spins there never looks at a clock, and is left behind.
///
/// # Errors
/// Where it takes longer, or panics.
fn within<R: Send + 'static>(time: Duration, work: impl FnOnce() -> R + Send + 'static) -> Result<R, RecvTimeoutError> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        // Nobody is there any more where it took too long.
        let _ = sender.send(work());
    });
    receiver.recv_timeout(time)
}

/// Carries out a run that is tempted by text of others, over two such texts.
///
/// Where an operation fails for one text and not for the other, the program is told so, and under [`Taint::Strict`] has no more effects:
/// text of others can cut them short. It can't bring any about, and change none.
///
/// Under [`Taint::Usual`] conditions may pick among words of the program's own. A program that has none over such text, and in which no
/// operation fails for one text alone, has the same effects over both.
///
/// Somebody approves of every call, so that nothing but where values come from decides.
///
/// Before that, [`labels_hold`] tries programs of one flow each.
///
/// # Panics
/// Where strictly an effect differs, or where usually one is given what such a text says, or one differs without a condition.
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

/// Counts the effects that the programs of [`noninterference`] have over the first of their texts: strictly, and usually those without
/// conditions. Where there are none, nothing is compared.
#[must_use]
pub fn effects_of_temptation(data: &[u8]) -> [usize; 2] {
    let Temptation { texts, programs, plain } = Temptation::of(data);
    [(Taint::Strict, programs), (Taint::Usual, plain)]
        .map(|(taint, programs)| effects(taint, &texts[0], &programs).len())
}

/// What [`noninterference`] tries.
struct Temptation {
    texts: [String; 2],
    programs: [String; 2],
    /// Programs without conditions.
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

/// Approves of everything.
struct Yes;

impl Approve for Yes {
    fn approve<'a>(&'a self, _: ApprovalRequest<'a>) -> Pin<Box<dyn Future<Output = bool> + Send + 'a>> {
        Box::pin(std::future::ready(true))
    }
}

/// Returns the arguments of all calls of the tool with effects, in order.
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
        .access(Access::Read, Reach::Here);
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

/// Carries out a run and returns its journal.
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

/// Changes a letter or a digit of an event into another, and seals the journal anew.
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

/// A model that plays a script as the root model, and says what [`reply`] does to sub-calls.
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
