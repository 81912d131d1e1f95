//! Tests of resumed and forked runs with tools: the required tools, the calls that are not
//! repeated, and calls in doubt.

use rlm_test_runs as support;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use rlm_adapters::FakeModel;
use rlm_context::Context;
use rlm_core::{EffectsInDoubt, RunOptions, RunResult, RunnerBuilder};
use rlm_policy::ToolGrant;
use rlm_runs::{ForkOptions, ReplayError, ResumeOptions, UnfinishedRun, replay};
use rlm_test_runs::{fenced, runner};
use rlm_tools::{Access, Arguments, FunctionTool, Reach, Tool, ToolDescription};
use rlm_trace::{Event, Journal, JournalOptions, RecordedRun};
use serde_json::json;

const PROGRAM: &str = "a = look_up('A-1')\ntry:\n    sent = send('late')\nexcept CallFailed as e:\n    sent = e.kind\nb = look_up('B-2')\nprint(sent)";

fn context() -> Context {
    Context::from_text("The order A-1 is late.\n")
}

fn look_up() -> ToolDescription {
    ToolDescription::new("look_up", "Looks an order up.")
        .parameters(json!({"properties": {"order": {"type": "string"}}, "required": ["order"]}))
        .access(Access::Read, Reach::Local)
}

fn send() -> ToolDescription {
    ToolDescription::new("send", "Sends a message.")
        .parameters(json!({"properties": {"body": {"type": "string"}}, "required": ["body"]}))
        .access(Access::Effect, Reach::Local)
}

/// The recorded calls of tools, in order.
#[derive(Default)]
struct Called(Mutex<Vec<String>>);

impl Called {
    fn tool(self: &Arc<Self>, description: ToolDescription) -> Arc<dyn Tool> {
        let (called, name) = (Arc::clone(self), description.name.clone());
        Arc::new(FunctionTool::new(description, move |arguments: Arguments| {
            let value = arguments.values().next().cloned().unwrap_or_default();
            called.0.lock().unwrap().push(format!("{name} {value}"));
            async move { Ok(json!("done")) }
        }))
    }

    fn taken(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

fn without_tools() -> RunnerBuilder {
    runner(FakeModel::new([fenced(PROGRAM), fenced("FINAL(sent + a + b)")]))
}

fn with_tools(called: &Arc<Called>) -> RunnerBuilder {
    without_tools().tool(called.tool(look_up())).tool(called.tool(send()))
}

/// Executes the run with a journal in a file.
async fn whole_run() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.jsonl");
    let options = RunOptions {
        journal: Some(Arc::new(Journal::create(&path, JournalOptions::default()).unwrap())),
        ..RunOptions::default()
    };
    let called = Arc::new(Called::default());
    let runner = with_tools(&called).build().unwrap();
    let result = runner.run_with("Which?", &context(), options).await.unwrap();
    assert_eq!(result.answer.as_deref(), Some("donedonedone"));
    assert_eq!(
        called.taken(),
        [r#"look_up "A-1""#, r#"send "late""#, r#"look_up "B-2""#]
    );
    (folder, path)
}

/// Cuts a journal before the answer to this request of the first program, as if the process had
/// died before writing it.
fn cut_before_answer(path: &Path, ordinal: u32) {
    let text = std::fs::read_to_string(path).unwrap();
    let place = format!("\"kind\":\"answered\",\"turn\":1,\"ordinal\":{ordinal},");
    let kept: Vec<&str> = text.lines().take_while(|line| !line.contains(&place)).collect();
    assert!(kept.len() < text.lines().count(), "{place} is not in {text}");
    std::fs::write(path, kept.join("\n") + "\n").unwrap();
}

async fn resume(
    path: &Path,
    builder: RunnerBuilder,
    effects_in_doubt: EffectsInDoubt,
) -> Result<RunResult, ReplayError> {
    let unfinished = UnfinishedRun::open(path, JournalOptions::default()).unwrap();
    let options = ResumeOptions {
        effects_in_doubt,
        ..ResumeOptions::default()
    };
    rlm_runs::resume(&builder.build().unwrap(), unfinished, &context(), options).await
}

#[tokio::test]
async fn resume_requires_the_recorded_tools() {
    let (_folder, path) = whole_run().await;
    cut_before_answer(&path, 3);
    let bytes = std::fs::read(&path).unwrap();
    let called = Arc::new(Called::default());
    let otherwise = look_up().parameters(json!({"properties": {"number": {"type": "integer"}}}));
    let harmless = send().access(Access::Read, Reach::Local);
    let cases = [
        without_tools(),
        without_tools().tool(called.tool(send())),
        without_tools().tool(called.tool(otherwise)).tool(called.tool(harmless)),
    ];
    let mut shown = Vec::new();
    for builder in cases {
        let error = resume(&path, builder, EffectsInDoubt::Failed).await.unwrap_err();
        shown.push(format!("{}: {error}; {}", error.code(), error.hint()));
    }
    insta::assert_snapshot!(shown.join("\n"));
    assert_eq!(std::fs::read(&path).unwrap(), bytes, "nothing is written");
    assert!(called.taken().is_empty());

    // Another description does not make it another tool.
    let reworded = ToolDescription {
        description: "Finds an order.".to_owned(),
        ..look_up()
    };
    let builder = without_tools().tool(called.tool(reworded)).tool(called.tool(send()));
    let result = resume(&path, builder, EffectsInDoubt::Failed).await.unwrap();
    assert_eq!(result.answer.as_deref(), Some("donedonedone"));
    assert_eq!(
        called.taken(),
        [r#"look_up "B-2""#],
        "the call was in flight and has no effects"
    );
    replay(&RecordedRun::read(&path).unwrap(), &context()).await.unwrap();
}

#[tokio::test]
async fn uncertain_effect_is_not_repeated_unless_requested() {
    let (_folder, path) = whole_run().await;
    cut_before_answer(&path, 2);
    let bytes = std::fs::read(&path).unwrap();
    let called = Arc::new(Called::default());
    let result = resume(&path, with_tools(&called), EffectsInDoubt::Failed)
        .await
        .unwrap();
    assert_eq!(
        result.answer.as_deref(),
        Some("tool_in_doubtdonedone"),
        "{:?}",
        result.message
    );
    assert_eq!(called.taken(), [r#"look_up "B-2""#]);
    let note = result.notes.iter().find(|note| note.code == "effect_in_doubt").unwrap();
    insta::assert_snapshot!(note.text);
    replay(&RecordedRun::read(&path).unwrap(), &context()).await.unwrap();

    std::fs::write(&path, bytes).unwrap();
    let result = resume(&path, with_tools(&called), EffectsInDoubt::Redone)
        .await
        .unwrap();
    assert_eq!(result.answer.as_deref(), Some("donedonedone"));
    assert_eq!(called.taken(), [r#"send "late""#, r#"look_up "B-2""#]);
    assert!(
        result.notes.iter().any(|note| note.code == "effect_redone"),
        "{:?}",
        result.notes
    );
    replay(&RecordedRun::read(&path).unwrap(), &context()).await.unwrap();
}

#[tokio::test]
async fn completed_effect_is_never_repeated_on_resume() {
    let (_folder, path) = whole_run().await;
    let bytes = std::fs::read(&path).unwrap();
    let text = String::from_utf8(bytes.clone()).unwrap();
    let asked = text.find("\"ordinal\":2").unwrap();
    let ends = text
        .match_indices('\n')
        .map(|(at, _)| at + 1)
        .filter(|end| *end > asked && *end < bytes.len());
    for end in ends {
        std::fs::write(&path, &bytes[..end]).unwrap();
        let called = Arc::new(Called::default());
        let result = resume(&path, with_tools(&called), EffectsInDoubt::Failed).await;
        let result = result.unwrap_or_else(|error| panic!("truncated at {end}: {error}"));
        assert!(result.answer.is_some(), "truncated at {end}");
        assert!(
            !called.taken().iter().any(|call| call.starts_with("send")),
            "truncated at {end}"
        );
    }
}

#[tokio::test]
async fn fork_repeats_no_tool_calls_and_can_change_permissions() {
    let (_folder, path) = whole_run().await;
    let recorded = RecordedRun::read(&path).unwrap();
    let fork = |builder: RunnerBuilder| {
        let recorded = recorded.clone();
        async move {
            let options = ForkOptions {
                at: 2,
                ..ForkOptions::default()
            };
            rlm_runs::fork(&builder.build().unwrap(), &recorded, &context(), options).await
        }
    };
    let error = fork(without_tools()).await.unwrap_err();
    assert_eq!(error.code(), "other_tools");

    let called = Arc::new(Called::default());
    let again = "send('again')\ntry:\n    send('once more')\nexcept CallFailed as e:\n    FINAL(e.kind)";
    let builder = runner(FakeModel::new([fenced("never asked"), fenced(again)]))
        .tool(called.tool(look_up()))
        .tool(called.tool(send()))
        .grant(
            "send",
            ToolGrant {
                calls: 2,
                ..ToolGrant::default()
            },
        );
    let result = fork(builder).await.unwrap();
    assert_eq!(result.answer.as_deref(), Some("tool_too_often"), "{:?}", result.message);
    assert_eq!(
        called.taken(),
        [r#"send "again""#],
        "the first call was made by the other run"
    );
}

/// A tool that fails permanently after `after` calls.
fn breaking(after: usize) -> Arc<dyn Tool> {
    let calls = AtomicUsize::new(0);
    Arc::new(FunctionTool::new(look_up(), move |_| {
        let is_broken = calls.fetch_add(1, Ordering::SeqCst) >= after;
        async move {
            match is_broken {
                true => Err(rlm_tools::ToolError::Disconnected {
                    name: "look_up".to_owned(),
                    detail: "transport closed".to_owned(),
                }),
                false => Ok(json!("done")),
            }
        }
    }))
}

#[tokio::test]
async fn permanently_failing_tool_eventually_ends_the_run() {
    let asks = fenced("print(look_up('A'))");
    let caught = fenced("try:\n    look_up('A')\nexcept CallFailed as e:\n    print(e.kind)");
    let stubborn = [&asks, &asks, &caught, &asks, &asks, &asks, &asks].map(ToString::to_string);
    let recorded = support::run(runner(FakeModel::new(stubborn)).tool(breaking(1)), "Which?", &context()).await;
    assert_eq!(recorded.result.outcome.name(), "tool_error");
    assert_eq!(
        (recorded.result.outcome.exit_code(), recorded.result.answer.as_deref()),
        (8, None)
    );
    assert_eq!(
        recorded.result.totals.turns, 6,
        "the program that caught the error reset the count"
    );
    insta::assert_snapshot!(format!(
        "{}\n\n{}",
        recorded.observations()[4],
        recorded.result.message.as_deref().unwrap_or_default()
    ));
    let patient = runner(FakeModel::new(["a"; 7].map(|_| asks.clone())))
        .tool(breaking(0))
        .guards(rlm_core::Guards {
            tool_failure_limit: None,
            invalid_response_limit: None,
            ..rlm_core::Guards::default()
        })
        .limits(rlm_policy::Limits {
            steps: 6,
            ..rlm_policy::Limits::default()
        });
    let recorded = support::run(patient, "Which?", &context()).await;
    assert_eq!(recorded.result.outcome.name(), "budget_exceeded");
    let refusals = recorded.events().filter(|event| matches!(event, Event::Answered(_)));
    assert_eq!(refusals.count(), 6);
}
