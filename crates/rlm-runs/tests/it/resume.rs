//! Tests of runs that are interrupted anywhere and resumed, and of their streams of events.

use rlm_test_runs as support;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use rlm_context::Context;
use rlm_core::{RunEvent, RunEvents, RunOptions, RunResult, Runner, RunnerBuilder};
use rlm_model::{
    BoxFuture, Call, CallId, Model, ModelError, ModelErrorKind, ModelIdentity, Price, Reply, Tokens, Usage,
};
use rlm_policy::{Limits, Outcome};
use rlm_runs::{RaisedLimits, ReplayError, ResumeOptions, UnfinishedRun, replay};
use rlm_test_runs::fenced;
use rlm_trace::{Event, Journal, JournalOptions, RecordedRun, ReplayIndex, canonical};
use tokio_util::sync::CancellationToken;

/// A model that answers each turn of the root run by its number, and other calls by their prompt.
/// It stores its requests.
struct ByTurn {
    identity: ModelIdentity,
    script: Vec<String>,
    child: Vec<String>,
    sent: Mutex<Vec<CallId>>,
    /// The root turns at which it fails.
    fails: BTreeSet<u32>,
    /// The call at which it cancels the run.
    cancels: Option<(CallId, CancellationToken)>,
}

impl ByTurn {
    fn new<const N: usize>(script: [String; N]) -> Self {
        Self {
            identity: ModelIdentity::new("test", "", "by-turn"),
            script: script.to_vec(),
            child: Vec::new(),
            sent: Mutex::default(),
            fails: BTreeSet::new(),
            cancels: None,
        }
    }

    fn again(&self) -> Self {
        Self {
            identity: self.identity.clone(),
            script: self.script.clone(),
            child: self.child.clone(),
            sent: Mutex::default(),
            fails: BTreeSet::new(),
            cancels: None,
        }
    }

    fn sent(&self) -> Vec<CallId> {
        let mut sent = self.sent.lock().unwrap().clone();
        sent.sort();
        sent
    }
}

impl Model for ByTurn {
    fn identity(&self) -> &ModelIdentity {
        &self.identity
    }

    fn price(&self) -> Option<Price> {
        Some(Price {
            input: rlm_model::Money(1_000_000),
            ..Price::FREE
        })
    }

    fn complete<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<Reply, ModelError>> {
        self.sent.lock().unwrap().push(call.id.clone());
        let turn = call.id.position.turn;
        let script = if call.id.run.depth() > 0 {
            &self.child
        } else {
            &self.script
        };
        let usage = Usage {
            input: Tokens(10),
            output: Tokens(2),
            ..Usage::default()
        };
        let is_root = call.id.is_root_model();
        let text = match script.get(turn as usize - 1).filter(|_| is_root) {
            Some(text) => text.clone(),
            None if is_root => "It may be so.".to_owned(),
            None => {
                let asked = call.request.messages.last().unwrap().content();
                format!("re: {}", asked.chars().take(40).collect::<String>())
            }
        };
        let fails = is_root && self.fails.contains(&turn);
        if let Some((id, cancel)) = &self.cancels
            && *id == call.id
        {
            cancel.cancel();
        }
        Box::pin(async move {
            tokio::task::yield_now().await;
            if fails {
                return Err(ModelError::new(ModelErrorKind::Unauthorized, "the key was withdrawn"));
            }
            Ok(Reply::new(text, usage))
        })
    }
}

fn context() -> Context {
    Context::from_text("The vault code is 7-4-1.\nThe garden gate is green.\n")
}

/// Several kinds of turns: rejected programs, batches with equal prompts, loops that use each
/// reply, prose, an answer from the context.
fn script() -> ByTurn {
    ByTurn::new([
        fenced("print(contxt)"),
        fenced("replies = llm_query_batched(['one', 'two', 'one'])\nprint(replies[0])"),
        fenced(
            "for n in range(3):\n    reply = llm_query('item ' + str(n))\n    if 'item 1' in reply:\n        print(reply)",
        ),
        "I am done.".to_owned(),
        fenced("FINAL('The code: ' + context[18:23] + ' ' + replies[1])"),
    ])
}

fn children() -> ByTurn {
    let mut model = ByTurn::new([
        fenced("a = rlm_query('First?', context[:20])\nprint(a)\nb = rlm_query('Second?', context[20:])\nprint(b)"),
        fenced("FINAL(a + '; ' + b)"),
    ]);
    model.child = vec![
        fenced("x = llm_query('in child ' + context)\nprint(x)"),
        fenced("FINAL('child: ' + context[:5] + x[:9])"),
    ];
    model
}

fn builder(model: &Arc<ByTurn>) -> RunnerBuilder {
    Runner::builder(Arc::clone(model) as _)
}

fn limits(depth: u32) -> Limits {
    Limits {
        depth,
        ..Limits::default()
    }
}

async fn run_into(path: &Path, runner: &Runner, cancel: CancellationToken) -> RunResult {
    let journal = Arc::new(Journal::create(path, JournalOptions::default()).unwrap());
    let options = RunOptions {
        journal: Some(journal),
        cancel,
        ..RunOptions::default()
    };
    runner.run_with("What is the code?", &context(), options).await.unwrap()
}

async fn resume(path: &Path, runner: &Runner, limits: RaisedLimits) -> Result<RunResult, ReplayError> {
    let unfinished = UnfinishedRun::open(path, JournalOptions::default())?;
    let options = ResumeOptions {
        limits,
        ..ResumeOptions::default()
    };
    rlm_runs::resume(runner, unfinished, &context(), options).await
}

/// Cuts a run's journal after every line and within every line, and resumes it each time.
async fn is_the_same_wherever_it_is_cut(model: ByTurn, depth: u32, dedupe: bool) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("whole.jsonl");
    let model = Arc::new(model);
    let runner = builder(&model).limits(limits(depth)).dedupe(dedupe).build().unwrap();
    let whole = run_into(&path, &runner, CancellationToken::new()).await;
    assert_eq!(whole.outcome, Outcome::Complete, "{:?}", whole.message);
    let bytes = std::fs::read(&path).unwrap();
    let recorded = RecordedRun::read(&path).unwrap();
    let expected = canonical(&recorded.records);
    let all = model.sent();
    assert!(all.len() > 6);

    let ends: Vec<usize> = (0..bytes.len())
        .filter(|at| bytes[*at] == b'\n')
        .map(|at| at + 1)
        .collect();
    let cuts = ends
        .iter()
        .zip(&ends[1..])
        .flat_map(|(start, end)| [*start, start + (end - start) / 2, end - 1]);
    for cut in cuts.take_while(|cut| *cut < bytes.len() - 1) {
        let path = folder.path().join(format!("cut-{cut}.jsonl"));
        std::fs::write(&path, &bytes[..cut]).unwrap();
        let held = RecordedRun::read(&path).unwrap();
        let index = ReplayIndex::of(&held.records);
        let answered: BTreeSet<&CallId> = index
            .iter()
            .filter(|(_, call)| call.outcome.is_some())
            .map(|(id, _)| id)
            .collect();
        let in_doubt = index.in_doubt().count() as u64;

        let model = Arc::new(model.again());
        let runner = builder(&model).build().unwrap();
        let result = resume(&path, &runner, RaisedLimits::default())
            .await
            .unwrap_or_else(|error| panic!("truncated at {cut}: {error}"));
        assert_eq!(result.answer, whole.answer, "truncated at {cut}: {:?}", result.message);
        let sent = model.sent();
        let expected_calls: Vec<CallId> = all.iter().filter(|id| !answered.contains(id)).cloned().collect();
        assert_eq!(sent, expected_calls, "truncated at {cut}");
        assert_eq!(result.totals.in_doubt.calls, in_doubt, "truncated at {cut}");
        assert_eq!(result.totals.turns, whole.totals.turns);
        assert_eq!(result.totals.calls(), whole.totals.calls());
        assert_eq!(result.coverage, whole.coverage, "truncated at {cut}");

        let resumed = RecordedRun::read(&path).unwrap();
        let now = canonical(&resumed.records);
        assert_eq!(expected.first_difference(&now), None, "truncated at {cut}");
        if cut % 7 == 0 {
            replay(&resumed, &context())
                .await
                .unwrap_or_else(|error| panic!("truncated at {cut}: {error}"));
        }
    }
}

#[tokio::test]
async fn run_resumes_identically_from_any_truncation() {
    is_the_same_wherever_it_is_cut(script(), 1, false).await;
}

#[tokio::test]
async fn shared_sub_calls_resume_identically_from_any_truncation() {
    let mut model = script();
    model.script.insert(
        3,
        fenced("print(llm_query('item 1'), llm_query('two'), llm_query('new'))"),
    );
    is_the_same_wherever_it_is_cut(model, 1, true).await;
}

#[tokio::test]
async fn run_tree_resumes_identically_from_any_truncation() {
    is_the_same_wherever_it_is_cut(children(), 2, false).await;
}

fn place() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.jsonl");
    (folder, path)
}

#[tokio::test]
async fn run_that_hit_a_limit_resumes_with_higher_limits() {
    let (_folder, path) = place();
    let model = Arc::new(script());
    let few = Limits {
        steps: 2,
        ..Limits::default()
    };
    let runner = builder(&model).limits(few).build().unwrap();
    let partial = run_into(&path, &runner, CancellationToken::new()).await;
    assert_eq!(partial.outcome.name(), "budget_exceeded", "a program is not an answer");

    let error = resume(&path, &runner, RaisedLimits::default()).await.unwrap_err();
    assert!(matches!(error, ReplayError::StillLimited { .. }), "{error}");
    let raised = RaisedLimits {
        steps: Some(9),
        ..RaisedLimits::default()
    };
    let paid = partial.spent;
    let result = resume(&path, &runner, raised).await.unwrap();
    assert_eq!(result.outcome, Outcome::Complete);
    assert!(result.answer.as_deref().unwrap().starts_with("The code: 7-4-1"));
    assert!(
        result.spent.cost > paid.cost,
        "the cost of the first run remains counted"
    );
    let cost = result.totals.cost();
    assert_eq!(
        cost,
        rlm_model::Cost::Known(result.spent.cost),
        "and the ledger agrees with the journal"
    );

    let recorded = RecordedRun::read(&path).unwrap();
    replay(&recorded, &context()).await.unwrap();

    let error = resume(&path, &runner, RaisedLimits::default()).await.unwrap_err();
    assert!(matches!(error, ReplayError::Complete), "{error}");
}

#[tokio::test]
async fn run_that_failed_in_a_model_call_resumes() {
    let (_folder, path) = place();
    let failing = Arc::new(ByTurn {
        fails: BTreeSet::from([3]),
        ..script()
    });
    let runner = builder(&failing).build().unwrap();
    let failed = run_into(&path, &runner, CancellationToken::new()).await;
    assert_eq!(failed.outcome, Outcome::ProviderError);
    let model = Arc::new(script());
    let runner = builder(&model).build().unwrap();
    let result = resume(&path, &runner, RaisedLimits::default()).await.unwrap();
    assert_eq!(result.outcome, Outcome::Complete, "{:?}", result.message);
    assert_eq!(model.sent()[0], CallId::root(3, 0, 0));
    replay(&RecordedRun::read(&path).unwrap(), &context()).await.unwrap();
}

#[tokio::test]
async fn cancelled_run_resumes() {
    let (_folder, path) = place();
    let cancel = CancellationToken::new();
    let stopping = Arc::new(ByTurn {
        cancels: Some((CallId::root(3, 2, 0), cancel.clone())),
        ..script()
    });
    let runner = builder(&stopping).build().unwrap();
    let stopped = run_into(&path, &runner, cancel).await;
    assert_eq!(stopped.outcome, Outcome::Cancelled);
    let model = Arc::new(script());
    let runner = builder(&model).build().unwrap();
    let result = resume(&path, &runner, RaisedLimits::default()).await.unwrap();
    assert_eq!(result.outcome, Outcome::Complete, "{:?}", result.message);
    assert!(
        model.sent().iter().all(|id| id.position.turn >= 3),
        "{:?}",
        model.sent()
    );
    replay(&RecordedRun::read(&path).unwrap(), &context()).await.unwrap();
}

/// Cuts a journal before the settled event of a call, as if the process had died while it was in
/// flight.
fn cut_before_settled(path: &Path, id: &str) {
    let text = std::fs::read_to_string(path).unwrap();
    let place = format!("\"kind\":\"settled\",\"id\":\"{id}\"");
    let kept: Vec<&str> = text.lines().take_while(|line| !line.contains(&place)).collect();
    assert!(kept.len() < text.lines().count());
    std::fs::write(path, kept.join("\n") + "\n").unwrap();
}

#[tokio::test]
async fn interrupted_calls_are_charged_at_their_reservation() {
    let (_folder, path) = place();
    let script = || ByTurn::new([fenced("print(llm_query('one'))"), fenced("FINAL('done')")]);
    let model = Arc::new(script());
    let runner = builder(&model).build().unwrap();
    let whole = run_into(&path, &runner, CancellationToken::new()).await;
    cut_before_settled(&path, "1.1.0");
    let reserved = RecordedRun::read(&path)
        .unwrap()
        .events()
        .find_map(|event| match event {
            Event::Issued(call) if call.id == CallId::root(1, 1, 0) => Some(call.reserved),
            _ => None,
        })
        .unwrap();
    let bytes = std::fs::read(&path).unwrap();
    let model = Arc::new(script());
    let runner = builder(&model).build().unwrap();
    let result = resume(&path, &runner, RaisedLimits::default()).await.unwrap();
    assert_eq!(result.answer, whole.answer);
    assert_eq!(result.totals.in_doubt.calls, 1);
    assert_eq!(
        result.spent.tokens(),
        whole
            .spent
            .tokens()
            .saturating_add(reserved.input)
            .saturating_add(reserved.output)
    );
    assert!(
        result.notes.iter().any(|note| note.code == "calls_in_doubt"),
        "{:?}",
        result.notes
    );
    replay(&RecordedRun::read(&path).unwrap(), &context()).await.unwrap();

    // A second interruption at the same place doubles the reservation.
    std::fs::write(&path, bytes).unwrap();
    let once = resume(&path, &runner, RaisedLimits::default()).await.unwrap();
    let settled = std::fs::read_to_string(&path).unwrap();
    assert_eq!(once.totals.in_doubt.calls, 1, "{settled}");
    cut_before_settled(&path, "1.1.0");
    let twice = resume(&path, &runner, RaisedLimits::default()).await.unwrap();
    assert_eq!((twice.answer, twice.totals.in_doubt.calls), (whole.answer, 2));
    replay(&RecordedRun::read(&path).unwrap(), &context()).await.unwrap();
}

#[tokio::test]
async fn resume_with_another_model_or_context_is_rejected() {
    let (_folder, path) = place();
    let model = Arc::new(script());
    let runner = builder(&model).build().unwrap();
    run_into(&path, &runner, CancellationToken::new()).await;
    cut_before_settled(&path, "3.0.0");
    let bytes = std::fs::read(&path).unwrap();
    let mut other = script();
    other.identity = ModelIdentity::new("test", "", "another");
    let runner_of_other = builder(&Arc::new(other)).build().unwrap();
    let error = resume(&path, &runner_of_other, RaisedLimits::default())
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "expected the run's models test:by-turn, test:by-turn, got test:another, test:another"
    );
    let unfinished = UnfinishedRun::open(&path, JournalOptions::default()).unwrap();
    let held = UnfinishedRun::open(&path, JournalOptions::default()).unwrap_err();
    assert_eq!(held.code(), "journal_in_use", "two processes can't resume the same run");
    let elsewhere = Context::from_text("Something else.");
    let error = rlm_runs::resume(&runner, unfinished, &elsewhere, ResumeOptions::default())
        .await
        .unwrap_err();
    assert!(matches!(error, ReplayError::Context { .. }), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
}

#[tokio::test]
async fn resume_that_diverges_from_the_journal_sends_nothing() {
    let (_folder, path) = place();
    let model = Arc::new(script());
    let runner = builder(&model).build().unwrap();
    run_into(&path, &runner, CancellationToken::new()).await;
    // The same events, but with another output in turn 2.
    let recorded = RecordedRun::read(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    let journal = Journal::create(&path, JournalOptions::default()).unwrap();
    for event in recorded
        .events()
        .take_while(|event| event.turn().is_none_or(|turn| turn < 3))
    {
        let mut event = event.clone();
        if let Event::ProgramRan(ran) = &mut event {
            ran.stdout.push('.');
        }
        journal.write(event).unwrap();
    }
    drop(journal);
    let model = Arc::new(script());
    let runner = builder(&model).build().unwrap();
    let error = resume(&path, &runner, RaisedLimits::default()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the resumed run differs from its journal: the runs diverge at program_ran 2 (stdout)"
    );
    assert_eq!(model.sent(), []);
}

#[tokio::test]
async fn slow_event_listener_does_not_block_and_learns_what_it_missed() {
    let journal = support::memory();
    let mut quick = RunEvents::subscribe(&journal, 10_000);
    let mut slow = RunEvents::subscribe(&journal, 4);
    let runner = builder(&Arc::new(script())).build().unwrap();
    let options = RunOptions {
        journal: Some(Arc::clone(&journal)),
        ..RunOptions::default()
    };
    // The listener doesn't read meanwhile.
    runner.run_with("What is the code?", &context(), options).await.unwrap();
    let records = journal.records().unwrap();
    let mut seen = Vec::new();
    while let Some(event) = quick.next().await {
        seen.push(event);
    }
    let all: Vec<RunEvent> = records.iter().cloned().map(RunEvent::Written).collect();
    assert_eq!(seen, all, "up to the outcome, and nothing after it");

    let missed = records.len() as u64 - 4;
    assert_eq!(slow.next().await, Some(RunEvent::Missed(missed)));
    let rest: Vec<RunEvent> = futures::StreamExt::collect(slow.into_stream()).await;
    assert_eq!(rest, all[missed as usize..]);
}
