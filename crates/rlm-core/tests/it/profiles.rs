//! The execution profiles of runs.

use std::sync::Arc;

use rlm_adapters::FakeModel;
use rlm_context::Context;
use rlm_core::{AnswerMethod, Route, RunnerBuilder};
use rlm_policy::{Limits, Outcome};
use rlm_prompt::{ExecutionProfile, Prompts};
use rlm_test_runs::{Recorded, fenced, run, runner};
use rlm_trace::{Event, StepKind, Tree};
use serde_json::json;

const TEXT: &str =
    "The vault code is 7-4-1, and nobody has changed it since the house was built.\nThe garden gate is green.\n";

fn context() -> Context {
    Context::from_text(TEXT)
}

fn way(recorded: &Recorded) -> (AnswerMethod, &str) {
    let routed = recorded.result.routed.as_ref().unwrap();
    (routed.method, &routed.reason)
}

fn steps(recorded: &Recorded) -> Vec<StepKind> {
    let tree = Tree::of(recorded.records.iter().map(|record| &**record));
    tree.root().unwrap().turns.values().map(|turn| turn.step).collect()
}

fn profiled<const N: usize>(profile: ExecutionProfile, script: [String; N]) -> RunnerBuilder {
    runner(FakeModel::new(script)).profile(profile)
}

fn shown(recorded: &Recorded) -> String {
    recorded.observations().join("\n\n=====\n\n")
}

#[tokio::test]
async fn each_profile_adds_one_line_to_the_system_message() {
    let prompts = Prompts::built_in().unwrap();
    let limited = |profile| rlm_prompt::Limited {
        subcalls: 10,
        child_runs: false,
        shown_output: 4_000,
        reply_chars: 4_096,
        steps: 40,
        search: false,
        programs: rlm_prompt::ProgramForm::Fenced,
        profile,
    };
    let without = prompts.root_system(limited(None)).unwrap();
    let profiles = [
        ExecutionProfile::DeterministicFirst,
        ExecutionProfile::SemanticBatches,
        ExecutionProfile::Hybrid,
        ExecutionProfile::Verify,
    ];
    let lines = profiles.map(|profile| {
        let system = prompts.root_system(limited(Some(profile))).unwrap();
        let added: Vec<&str> = system.lines().filter(|line| !without.contains(line)).collect();
        assert_eq!((added.len(), system.lines().count()), (1, without.lines().count() + 1));
        added[0].to_owned()
    });
    insta::assert_snapshot!("profiles", lines.join("\n"));
}

#[tokio::test]
async fn deterministic_first_profile_limits_sub_calls() {
    let script = [
        fenced("replies = llm_query_batched(['what?'] * 11)\nprint(sum(failed(reply) for reply in replies))"),
        fenced("FINAL('done')"),
    ];
    let model = FakeModel::new(script).rule("You are a sub-LLM", "that");
    let builder = runner(model).profile(ExecutionProfile::DeterministicFirst);
    let recorded = run(builder, "What?", &context()).await;
    assert_eq!(recorded.result.totals.sub.calls, 10);
    assert_eq!(recorded.result.totals.sub.unissued, 1);
}

#[tokio::test]
async fn semantic_batches_profile_requires_a_sub_call_before_answering() {
    let script = [
        fenced("print(len(context))"),
        "FINAL: 7-4-1".to_owned(),
        fenced("FINAL(ask('Which code?', context))"),
    ];
    let model = FakeModel::new(script).rule("You are a sub-LLM", "7-4-1, it says");
    let recorded = run(
        runner(model).profile(ExecutionProfile::SemanticBatches),
        "Which code?",
        &context(),
    )
    .await;
    assert_eq!(recorded.answer(), "7-4-1, it says");

    let limits = Limits {
        depth: 0,
        ..Limits::default()
    };
    let runner = profiled(ExecutionProfile::SemanticBatches, [String::new()])
        .limits(limits)
        .build()
        .unwrap();
    let error = runner.run("Which code?", &context()).await.unwrap_err();
    insta::assert_snapshot!(error.to_string(), @"invalid setting profile: semantic_batches needs sub-calls, but the limits of the run allow none");
}

#[tokio::test]
async fn hybrid_profile_requires_a_sub_call_before_a_negative_answer() {
    let script = [
        fenced("hits = grep(context, 'password')\nprint(len(hits))"),
        fenced("FINAL('Not found.')"),
        fenced("FINAL(ask('Which password?', context))"),
    ];
    let model = FakeModel::new(script).rule("You are a sub-LLM", "7-4-1");
    let recorded = run(
        runner(model).profile(ExecutionProfile::Hybrid),
        "Which password?",
        &context(),
    )
    .await;
    assert_eq!(recorded.answer(), "7-4-1");
    insta::assert_snapshot!("hybrid", shown(&recorded));
}

#[tokio::test]
async fn verify_profile_accepts_an_answer_found_twice() {
    let script = [
        fenced("code = context[18:23]\nprint(code)"),
        fenced("FINAL(code)"),
        fenced("FINAL(code)"),
        fenced("FINAL(re.search(r'\\d-\\d-\\d', context).group())"),
    ];
    let recorded = run(profiled(ExecutionProfile::Verify, script), "Which code?", &context()).await;
    assert_eq!((recorded.answer(), recorded.result.totals.turns), ("7-4-1", 4));
    insta::assert_snapshot!("verify", shown(&recorded));
}

#[tokio::test]
async fn verify_profile_judges_differing_answers_and_fails_on_disagreement() {
    let script = |last: &str| [fenced("print(peek(40))"), fenced("FINAL(context[18:23])"), fenced(last)];
    let judge = json!({"rules": [
        {"match": "another way did: 7-4-1\n</question>", "reply": "MET"},
        {"match": "Judge whether", "reply": "NOT MET: it is another number"},
    ]});
    let judged = |script: [String; 3], judge: &serde_json::Value| {
        let judge = FakeModel::from_json("judge", &judge.to_string()).unwrap();
        profiled(ExecutionProfile::Verify, script)
            .sub_model(Arc::new(judge))
            .max_rejections(0)
    };
    let builder = judged(script("FINAL('It is ' + grep(context, 'code')[0].text[18:23])"), &judge);
    let recorded = run(builder, "Which code?", &context()).await;
    assert_eq!(recorded.answer(), "It is 7-4-1");

    let differs = json!({"rules": [{"match": "Judge whether", "reply": "NOT MET: it is another number"}]});
    let recorded = run(
        judged(script("FINAL(len(grep(context, 'code')))"), &differs),
        "Which code?",
        &context(),
    )
    .await;
    assert_eq!(recorded.result.outcome, Outcome::VerificationFailed);
    insta::assert_snapshot!("verify-differs", recorded.result.message.clone().unwrap_or_default());
}

#[tokio::test]
async fn verify_profile_confirms_a_direct_answer_by_programs() {
    let script = [
        "7-4-1".to_owned(),
        fenced("FINAL(re.search(r'\\d-\\d-\\d', context).group())"),
    ];
    let builder = profiled(ExecutionProfile::Verify, script).route(Route::Auto);
    let recorded = run(builder, "Which code?", &context()).await;
    assert_eq!((recorded.answer(), way(&recorded).0), ("7-4-1", AnswerMethod::Rlm));
    assert_eq!(steps(&recorded), [StepKind::BaselineCall, StepKind::RootCall]);
}

#[tokio::test]
async fn unconfirmed_answer_at_the_last_turn_is_accepted_with_a_note() {
    let limits = Limits {
        steps: 2,
        ..Limits::default()
    };
    let script = [fenced("print(peek(40))"), fenced("FINAL(context[18:23])")];
    let recorded = run(
        profiled(ExecutionProfile::Verify, script).limits(limits),
        "Which code?",
        &context(),
    )
    .await;
    assert_eq!(recorded.answer(), "7-4-1");
    assert!(
        recorded
            .result
            .notes
            .iter()
            .any(|note| note.code == "answer_not_confirmed")
    );
    assert!(
        !recorded
            .events()
            .any(|event| matches!(event, Event::Note(note) if note.code == "answer_unconfirmed"))
    );
}
