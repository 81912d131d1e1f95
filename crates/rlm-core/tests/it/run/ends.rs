//! Tests of runs that end abnormally: limits, failures, cancellations and invalid inputs.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use rlm_adapters::FakeModel;
use rlm_context::Context;
use rlm_core::{RunOptions, Runner};
use rlm_policy::{LimitReached, Limits, Outcome};
use rlm_trace::{Event, Journal, JournalOptions, Totals};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::context;
use rlm_test_runs::{Spy, fake, fenced, run, runner};

#[tokio::test]
async fn best_effort_answer_is_requested_after_the_last_step() {
    let model = fake([
        "```repl\nprint(context[:24])\n```",
        "I am not sure yet.",
        "The vault code is 7-4-1.",
    ]);
    let spy = Spy::new(model);
    let limits = Limits {
        steps: 2,
        ..Limits::default()
    };
    let recorded = run(
        Runner::builder(Arc::clone(&spy) as _).limits(limits),
        "What is the code?",
        &context(),
    )
    .await;
    let limit = LimitReached::MaxStepsExceeded { limit: 2 };
    assert_eq!(recorded.result.outcome, Outcome::Partial { limit });
    assert_eq!(recorded.answer(), "The vault code is 7-4-1.");
    insta::assert_snapshot!("partial", recorded.result.partial_note().unwrap());
    assert_eq!(recorded.result.citations.len(), 1, "the answer is in the output");
    let asked = spy.calls();
    let roles: Vec<_> = asked[2]
        .request
        .messages
        .iter()
        .map(|message| message.role.as_str())
        .collect();
    assert_eq!(roles, ["system", "user", "assistant", "user", "assistant", "user"]);
    assert!(
        asked[2].request.messages[5]
            .content()
            .contains("No further program will be run.")
    );
}

#[tokio::test]
async fn best_effort_reply_can_decline_to_answer() {
    let limits = Limits {
        steps: 1,
        ..Limits::default()
    };
    let limit = LimitReached::MaxStepsExceeded { limit: 1 };
    for last in [
        "CANNOT_DETERMINE: the code was not shown.",
        "```repl\nprint(1)\n```",
        "<think> hm",
    ] {
        let model = fake(["```repl\nprint(1)\n```", last]);
        let recorded = run(runner(model).limits(limits.clone()), "What is the code?", &context()).await;
        assert_eq!(
            recorded.result.outcome,
            Outcome::BudgetExceeded { limit: limit.clone() },
            "{last}"
        );
        assert_eq!(recorded.result.answer, None, "{last}");
        assert_eq!(recorded.result.partial_note(), None);
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_ends_when_its_time_is_over() {
    let hangs = serde_json::json!({
        "script": [fenced("print(llm_query('a'))")],
        "rules": [{"match": ".", "reply": "y", "delay_ms": 3_600_000}],
    });
    let model = FakeModel::from_json("f", &hangs.to_string()).unwrap();
    let limits = Limits {
        seconds: Some(2),
        ..Limits::default()
    };
    let start = Instant::now();
    let recorded = run(runner(model).limits(limits), "What?", &context()).await;
    assert_eq!(recorded.result.outcome, Outcome::Timeout);
    assert!((Duration::from_secs(2)..Duration::from_millis(2_100)).contains(&start.elapsed()));
    assert!(recorded.kinds().contains(&"limit"));
}

#[tokio::test]
async fn machine_limits_end_the_program_but_not_the_run() {
    let mut shown = Vec::new();
    let endless = "i = 0\nwhile True:\n    i = i + 1";
    let growing = "x = ['a']\nwhile True:\n    x = x + x";
    for (program, fuel, memory) in [(endless, 100_000, 4 << 20), (growing, 100_000_000, 1 << 20)] {
        let limits = Limits {
            fuel,
            memory,
            ..Limits::default()
        };
        let script = [fenced(program), fenced("print('still here')"), "FINAL: done".to_owned()];
        let recorded = run(runner(FakeModel::new(script)).limits(limits), "What?", &context()).await;
        assert_eq!(recorded.answer(), "done");
        assert!(recorded.kinds().contains(&"limit"));
        shown.extend(recorded.observations().into_iter().map(str::to_owned));
    }
    insta::assert_snapshot!("machine-limits", shown.join("\n\n=====\n\n"));
}

/// Invariant 6: a failure is never an answer, and never evidence for one.
#[tokio::test]
async fn failures_are_never_answers() {
    let unauthorized = r#"{"script": [{"fail": {"kind": "unauthorized", "message": "wrong key"}}]}"#;
    let model = FakeModel::from_json("f", unauthorized).unwrap();
    let recorded = run(runner(model), "What?", &context()).await;
    assert_eq!(
        (&recorded.result.outcome, &recorded.result.answer),
        (&Outcome::ProviderError, &None)
    );
    assert!(
        recorded
            .result
            .message
            .as_deref()
            .is_some_and(|message| message.contains("wrong key"))
    );

    let failing = r#"{"script": ["```repl\nFINAL(llm_query('x'))\n```", "```repl\nFINAL('Answer: ' + llm_query('x'))\n```", "FINAL: none"],
        "rules": [{"match": "x", "fail": {"kind": "invalid_request", "message": "no such model"}}]}"#;
    let model = FakeModel::from_json("f", failing).unwrap();
    let recorded = run(runner(model), "What?", &context()).await;
    assert_eq!(recorded.answer(), "none");
    insta::assert_snapshot!("failed-calls", recorded.observations().join("\n\n=====\n\n"));

    let at_the_end =
        r#"{"script": ["```repl\nprint(1)\n```", {"fail": {"kind": "invalid_request", "message": "gone"}}]}"#;
    let model = FakeModel::from_json("f", at_the_end).unwrap();
    let limits = Limits {
        steps: 1,
        ..Limits::default()
    };
    let recorded = run(runner(model).limits(limits), "What?", &context()).await;
    assert_eq!(
        (&recorded.result.outcome, &recorded.result.answer),
        (&Outcome::ProviderError, &None)
    );
}

#[tokio::test(start_paused = true)]
async fn cancelled_run_ends_immediately_with_a_readable_journal() {
    let hangs_in_root = serde_json::json!({"script": [{"reply": "x", "delay_ms": 3_600_000}]});
    let hangs_in_sub = serde_json::json!({
        "script": [fenced("print(llm_query_batched(['a', 'b', 'c']))")],
        "rules": [{"match": ".", "reply": "y", "delay_ms": 3_600_000}],
    });
    let computes = serde_json::json!({"script": [fenced("i = 0\nwhile True:\n    i = i + 1")]});
    let folder = tempfile::tempdir().unwrap();
    for (name, definition) in [("root", hangs_in_root), ("sub", hangs_in_sub), ("program", computes)] {
        let path = folder.path().join(format!("{name}.jsonl"));
        let journal = Arc::new(Journal::create(&path, JournalOptions::default()).unwrap());
        let cancel = CancellationToken::new();
        let seen = cancel.clone();
        journal.subscribe(move |record| {
            // The model is being called, or the program is about to run. Now the run is cancelled.
            let reached = match name {
                "program" => matches!(record.event, Event::ProgramChecked(_)),
                "sub" => record.event.call().is_some_and(|id| !id.is_root_model()),
                _ => matches!(record.event, Event::Issued(_)),
            };
            if reached {
                seen.cancel();
            }
            ControlFlow::Continue(())
        });
        let model = FakeModel::from_json("f", &definition.to_string()).unwrap();
        let limits = Limits {
            fuel: u64::MAX >> 1,
            ..Limits::default()
        };
        let runner = runner(model).limits(limits).build().unwrap();
        let options = RunOptions {
            journal: Some(journal),
            cancel,
            ..RunOptions::default()
        };
        let result = runner.run_with("What?", &context(), options).await.unwrap();
        assert_eq!(
            (&result.outcome, &result.answer),
            (&Outcome::Cancelled, &None),
            "{name}"
        );
        let read = rlm_trace::RecordedRun::read(&path).unwrap();
        assert_eq!(read.ending, rlm_trace::Ending::Finished, "{name}");
        assert_eq!(
            result.totals.in_doubt.calls, 0,
            "{name}: the end of every call is recorded"
        );
        assert_eq!(
            result.totals,
            Totals::of(read.records.iter().take(read.records.len() - 1)),
            "{name}"
        );
    }
}

#[tokio::test]
async fn invalid_run_requests_get_one_line_errors() {
    let runner = Runner::builder(Arc::new(fake([]))).build().unwrap();
    let long = "x".repeat(1 << 20);
    let empty = Context::from_text("");
    let full = context();
    let cases = [("", &full), (" \n", &full), (long.as_str(), &full), ("What?", &empty)];
    let mut shown = Vec::new();
    for (question, context) in cases {
        let error = runner.run(question, context).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::InvalidRequest);
        shown.push(format!("{error} [{}]: {}", error.code(), error.hint()));
    }
    insta::assert_snapshot!("bad-requests", shown.join("\n"));
}
