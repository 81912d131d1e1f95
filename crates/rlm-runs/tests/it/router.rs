//! Tests of direct answers that are resumed, forked, or given in a session, and of the router.

use std::sync::Arc;

use rlm_adapters::FakeModel;
use rlm_answer::SuccessCriteria;
use rlm_context::Context;
use rlm_core::{AnswerMethod, Route, RunOptions, Runner};
use rlm_model::{BoxFuture, Call, Model, ModelError, ModelIdentity, Price, Reply, Usage};
use rlm_prompt::ExecutionProfile;
use rlm_runs::{
    AskOptions, ForkOptions, RaisedLimits, ResumeOptions, SessionHistory, SessionLimits, SmartRouter, UnfinishedRun,
};
use rlm_test_runs::{Spy, fake, fenced, runner};
use rlm_trace::{Journal, JournalOptions};

const TEXT: &str =
    "The vault code is 7-4-1, and nobody has changed it since the house was built.\nThe garden gate is green.\n";

fn context() -> Context {
    Context::from_text(TEXT)
}

/// A model that answers each turn by its number, independent of earlier calls.
struct ByTurn {
    identity: ModelIdentity,
    script: Vec<String>,
}

impl ByTurn {
    fn new(script: &[String]) -> Self {
        Self {
            identity: ModelIdentity::new("test", "by-turn", ""),
            script: script.to_vec(),
        }
    }
}

impl Model for ByTurn {
    fn identity(&self) -> &ModelIdentity {
        &self.identity
    }

    fn price(&self) -> Option<Price> {
        Some(Price::FREE)
    }

    fn complete<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<Reply, ModelError>> {
        let text = self.script[call.id.position.turn as usize - 1].clone();
        Box::pin(std::future::ready(Ok(Reply::new(text, Usage::default()))))
    }
}

#[tokio::test]
async fn direct_run_resumes_from_any_truncation_and_forks() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.jsonl");
    let criteria = SuccessCriteria {
        required_substrings: vec!["7-4-1".to_owned()],
        ..SuccessCriteria::default()
    };
    let script = [
        "Nobody knows.".to_owned(),
        fenced("print(peek(30))"),
        fenced("FINAL(context[18:23])"),
    ];
    let made = |script: &[String]| {
        let spy = Spy::new(ByTurn::new(script));
        let builder = Runner::builder(Arc::clone(&spy) as _)
            .route(Route::Auto)
            .success_criteria(criteria.clone());
        (spy, builder.build().unwrap())
    };
    let options = RunOptions {
        journal: Some(Arc::new(Journal::create(&path, JournalOptions::default()).unwrap())),
        ..RunOptions::default()
    };
    let (_, whole) = made(&script);
    let result = whole.run_with("What is the code?", &context(), options).await.unwrap();
    assert_eq!(result.answer.as_deref(), Some("7-4-1"));
    let journal = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = journal.split_inclusive('\n').collect();
    for kept in 2..lines.len() {
        let cut = folder.path().join(format!("cut-{kept}.jsonl"));
        std::fs::write(&cut, lines[..kept].concat()).unwrap();
        let replied = lines[..kept]
            .iter()
            .filter(|line| line.contains(r#""kind":"settled""#))
            .count();
        let unfinished = UnfinishedRun::open(&cut, JournalOptions::default()).unwrap();
        let (spy, again) = made(&script);
        let resumed = rlm_runs::resume(&again, unfinished, &context(), ResumeOptions::default())
            .await
            .unwrap();
        assert_eq!(
            (resumed.answer.as_deref(), &resumed.routed),
            (Some("7-4-1"), &result.routed),
            "truncated after {kept}"
        );
        assert_eq!(spy.calls().len(), script.len() - replied, "truncated after {kept}");
    }

    // A fork after the direct answer only pays for later calls.
    let recorded = rlm_trace::RecordedRun::read(&path).unwrap();
    let (spy, other) = made(&[String::new(), fenced("FINAL('It is ' + context[18:23])")]);
    let options = ForkOptions {
        at: 2,
        limits: RaisedLimits::default(),
        ..ForkOptions::default()
    };
    let forked = rlm_runs::fork(&other, &recorded, &context(), options).await.unwrap();
    assert_eq!((forked.answer.as_deref(), spy.calls().len()), (Some("It is 7-4-1"), 1));
}

#[tokio::test]
async fn auto_route_answers_session_questions_directly() {
    let spy = Spy::new(FakeModel::new([
        "7-4-1".to_owned(),
        "Since the house was built.".to_owned(),
    ]));
    let runner = Runner::builder(Arc::clone(&spy) as _)
        .route(Route::Auto)
        .build()
        .unwrap();
    let mut session = SessionHistory::new(SessionLimits::default());
    for question in ["What is the code?", "Since when?"] {
        session
            .ask(&runner, question, &context(), AskOptions::default())
            .await
            .unwrap();
    }
    let asked = spy.calls()[1].request.messages[0].content();
    let (_, conversation) = asked.split_once("The question goes on").unwrap();
    insta::assert_snapshot!("direct-in-a-session", conversation);
}

#[tokio::test]
async fn router_reports_its_decision() {
    let router = SmartRouter::new(runner(fake(["7-4-1"])).build().unwrap()).baseline_threshold(200);
    let answer = router.run("What is the code?", &context(), None).await.unwrap();
    assert_eq!(answer.profile, ExecutionProfile::DeterministicFirst);
    assert_eq!(
        (answer.output.as_deref(), answer.method),
        (Some("7-4-1"), AnswerMethod::Baseline)
    );
    assert_eq!(answer.reason, "the context has 104 characters, fewer than 200");
    assert_eq!(answer.tokens_used, answer.result.totals.usage().total().0);
    assert!(answer.tokens_used > 0);
}
