//! Tests of answers with a schema, answers with success criteria, and answers that a model judges.

use rlm_adapters::FakeModel;
use rlm_answer::{Finalization, SuccessCriteria};
use rlm_core::{RejectedAnswer, TaskSpec};
use rlm_policy::{LimitReached, Limits, Outcome};
use rlm_trace::Event;
use serde_json::json;

use super::context;
use rlm_test_runs::{Recorded, Spy, fake, fenced, memory, run, runner};

fn shown(recorded: &Recorded) -> String {
    recorded.observations().join("\n\n=====\n\n")
}

fn schema() -> serde_json::Value {
    json!({
        "type": "object",
        "properties": {"code": {"type": "string", "pattern": "^[0-9-]+$"}, "green": {"type": "boolean"}},
        "required": ["code"],
        "additionalProperties": false,
    })
}

#[tokio::test]
async fn answer_violating_the_schema_is_sent_back() {
    let script = [
        fenced("print(peek(40))"),
        "FINAL: The code is 7-4-1.".to_owned(),
        fenced("FINAL({'code': 741})"),
        fenced("FINAL({'code': context[18:23], 'green': True})"),
    ];
    let spy = Spy::new(FakeModel::new(script));
    let builder = rlm_core::Runner::builder(std::sync::Arc::clone(&spy) as _).answer_schema(schema());
    let recorded = run(builder, "What is the code?", &context()).await;
    assert_eq!(recorded.answer(), r#"{"code":"7-4-1","green":true}"#);
    assert_eq!(recorded.result.outcome, Outcome::Complete);
    insta::assert_snapshot!("schema-faults", shown(&recorded));
    insta::assert_snapshot!("schema-first-message", spy.calls()[0].request.messages[1].content());
}

#[tokio::test]
async fn json_text_answer_keeps_citations() {
    let script = [fenced("FINAL('{\"code\": \"' + context[18:23] + '\"}')")];
    let recorded = run(
        runner(FakeModel::new(script)).answer_schema(schema()),
        "What?",
        &context(),
    )
    .await;
    assert_eq!(recorded.answer(), r#"{"code": "7-4-1"}"#);
    assert_eq!(recorded.result.citations.len(), 1);
}

#[tokio::test]
async fn repeatedly_rejected_answers_end_the_run_without_answer() {
    let builder = runner(fake(["FINAL: one", "FINAL: two", "FINAL: three"]))
        .answer_schema(schema())
        .max_rejections(2);
    let recorded = run(builder, "What?", &context()).await;
    assert_eq!(
        (&recorded.result.outcome, &recorded.result.answer),
        (&Outcome::VerificationFailed, &None)
    );
    let Some(RejectedAnswer { answer, reasons, .. }) = &recorded.result.rejected else {
        panic!("{:?}", recorded.result)
    };
    assert_eq!((answer.as_str(), reasons.len()), ("three", 1));
    insta::assert_snapshot!("rejected", recorded.result.message.clone().unwrap_or_default());
}

#[tokio::test]
async fn best_effort_answer_must_match_the_schema() {
    let limits = Limits {
        steps: 1,
        ..Limits::default()
    };
    let limit = LimitReached::MaxStepsExceeded { limit: 1 };
    let partial = Outcome::Partial { limit: limit.clone() };
    let nothing = Outcome::BudgetExceeded { limit };
    for (last, outcome, answer) in [
        (r#"{"code": "7-4-1"}"#, &partial, Some(r#"{"code": "7-4-1"}"#)),
        ("It is 7-4-1.", &nothing, None),
        ("CANNOT_DETERMINE: nothing was shown", &nothing, None),
    ] {
        let builder = runner(fake(["```repl\nprint(1)\n```", last]))
            .limits(limits.clone())
            .answer_schema(schema());
        let recorded = run(builder, "What?", &context()).await;
        assert_eq!(
            (&recorded.result.outcome, recorded.result.answer.as_deref()),
            (outcome, answer),
            "{last}"
        );
    }
}

#[tokio::test]
async fn success_criteria_are_stated_first_and_enforced() {
    let criteria = SuccessCriteria {
        required_substrings: vec!["gate".to_owned()],
        required_regex: vec![r"\d-\d-\d".to_owned()],
        min_word_count: Some(5),
        ..SuccessCriteria::default()
    };
    let script = ["FINAL: 7-4-1", "FINAL: The code of the gate is 7-4-1."];
    let spy = Spy::new(fake(script));
    let builder = rlm_core::Runner::builder(std::sync::Arc::clone(&spy) as _).success_criteria(criteria);
    let recorded = run(builder, "What is the code?", &context()).await;
    assert_eq!(recorded.answer(), "The code of the gate is 7-4-1.");
    insta::assert_snapshot!("criteria-unmet", shown(&recorded));
    let first = spy.calls()[0].request.messages[1].content();
    let rules = first.split_once("The answer is checked").unwrap().1.to_owned();
    insta::assert_snapshot!("criteria-rules", rules);
}

fn with_goal() -> Finalization {
    Finalization {
        criteria: SuccessCriteria {
            goal: Some("The code is given with the sentence that holds it.".to_owned()),
            ..SuccessCriteria::default()
        },
        max_rejections: 1,
        ..Finalization::default()
    }
}

#[tokio::test]
async fn a_goal_is_judged_by_the_sub_model() {
    let judge = json!({"rules": [
        {"match": "The answer:\n<output>\n7-4-1\n", "reply": "NOT MET: the sentence is missing"},
        {"match": "Judge whether", "reply": "MET"},
    ]});
    let judge = Spy::new(FakeModel::from_json("judge", &judge.to_string()).unwrap());
    // A judge call is not a sub-call: it is made even if no sub-calls are allowed.
    let limits = Limits {
        depth: 0,
        ..Limits::default()
    };
    let builder = runner(fake(["FINAL: 7-4-1", "FINAL: The vault code is 7-4-1."]))
        .sub_model(std::sync::Arc::clone(&judge) as _)
        .limits(limits)
        .finalization(with_goal());
    let recorded = run(builder, "What is the code?", &context()).await;
    assert_eq!(recorded.answer(), "The vault code is 7-4-1.");
    insta::assert_snapshot!("goal-not-met", shown(&recorded));
    let asked = judge.calls();
    assert_eq!(asked.len(), 2);
    insta::assert_snapshot!("judge", asked[0].request.messages[0].content());
}

#[tokio::test]
async fn unmet_goal_fails_the_verification() {
    let judge = fake([]).default_reply("NOT MET: no sentence");
    let builder = runner(fake(["FINAL: 7-4-1", "FINAL: 741"]))
        .sub_model(std::sync::Arc::new(judge))
        .finalization(with_goal());
    let recorded = run(builder, "What is the code?", &context()).await;
    assert_eq!(recorded.result.outcome, Outcome::VerificationFailed);
    let rejected = recorded
        .events()
        .filter(|event| matches!(event, Event::Note(note) if note.code == "answer_rejected"));
    assert_eq!(rejected.count(), 2);
}

#[tokio::test]
async fn task_spec_sets_budget_and_criteria() {
    let task: TaskSpec = serde_json::from_value(json!({
        "question": "What is the code?",
        "budget": {"max_steps": 2, "max_cost": "0.50"},
        "criteria": {"required_regex": ["^[0-9-]+$"]},
        "metadata": {"ticket": 4711},
    }))
    .unwrap();
    let runner = runner(fake(["FINAL: The code is 7-4-1.", "FINAL: 7-4-1"]))
        .build()
        .unwrap();
    let journal = memory();
    let options = rlm_core::RunOptions {
        journal: Some(std::sync::Arc::clone(&journal)),
        ..rlm_core::RunOptions::default()
    };
    let result = runner.run_task(&task, &context(), options).await.unwrap();
    assert_eq!((result.answer.as_deref(), result.totals.turns), (Some("7-4-1"), 2));
    let records = journal.records().unwrap();
    let Event::RunStarted(started) = &records[0].event else {
        panic!("{:?}", records[0])
    };
    assert_eq!(started.settings["metadata"]["ticket"], 4711);
    assert_eq!(started.settings["limits"]["steps"], 2);

    let wrong = json!({"question": "What?", "budget": {"max_cost": "half a dollar"}});
    assert!(serde_json::from_value::<TaskSpec>(wrong).is_err());
    let unknown = json!({"question": "What?", "criterion": {}});
    assert!(serde_json::from_value::<TaskSpec>(unknown).is_err());
}

/// Invariant 6: a failure is never an answer, and never a verdict on one.
#[tokio::test]
async fn judge_failure_is_a_provider_error() {
    let judge =
        json!({"rules": [{"match": "Judge whether", "fail": {"kind": "unauthorized", "message": "wrong key"}}]});
    let judge = FakeModel::from_json("judge", &judge.to_string()).unwrap();
    let builder = runner(fake(["FINAL: 7-4-1"]))
        .sub_model(std::sync::Arc::new(judge))
        .finalization(with_goal());
    let recorded = run(builder, "What is the code?", &context()).await;
    assert_eq!(
        (&recorded.result.outcome, &recorded.result.answer),
        (&Outcome::ProviderError, &None)
    );
    assert_eq!(
        recorded
            .result
            .rejected
            .as_ref()
            .map(|rejected| rejected.answer.as_str()),
        Some("7-4-1")
    );
}
