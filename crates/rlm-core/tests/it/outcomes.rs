//! Tests of every outcome of a run: its messages, and that a replay ends the same way.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rlm_adapters::FakeModel;
use rlm_answer::SuccessCriteria;
use rlm_context::Context;
use rlm_core::{Guards, RunError, RunOptions, Runner, RunnerBuilder};
use rlm_model::{BoxFuture, Call, Finish, Model, ModelError, ModelIdentity, Price, Reply};
use rlm_policy::{LimitReached, Limits, OnLimit, Outcome, TruncationCause};
use rlm_runs::{ReplayExtent, replay};
use rlm_test_server::{Answer, TestServer};
use rlm_trace::{Event, JournalOptions, Record, RecordedOutcome, RecordedRun};
use serde_json::json;
use sift_vm::RunAhead;
use tokio_util::sync::CancellationToken;

use rlm_test_runs::{Recorded, fake, fenced, memory, run, runner, served, without_pauses};

fn context() -> Context {
    Context::from_text("The vault code is 7-4-1.\nThe garden gate is green.\n")
}

fn limited(steps: u32) -> Limits {
    Limits {
        steps,
        ..Limits::default()
    }
}

/// A model whose server is gone.
fn gone() -> Arc<dyn Model> {
    let server = TestServer::always(Answer::text("gone")).unwrap();
    served(&server, "gone")
}

fn impatient(builder: RunnerBuilder) -> RunnerBuilder {
    builder.scheduling(rlm_scheduler::SchedulerSettings {
        longest_outage: Duration::from_millis(300),
        ..without_pauses()
    })
}

async fn cancelled_in_a_batch() -> Recorded {
    let slow = json!({
        "script": [fenced("print(llm_query_batched([f'{i}' for i in range(12)]))")],
        "rules": [{"match": "^[01]$", "reply": "y"}, {"match": ".", "reply": "y", "delay_ms": 3_600_000}],
    });
    let model = FakeModel::from_json("slow", &slow.to_string()).unwrap();
    let limits = Limits {
        concurrency: 4,
        ..Limits::default()
    };
    let journal = memory();
    let cancel = CancellationToken::new();
    let stop = cancel.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(300)).await;
        stop.cancel();
    });
    let options = RunOptions {
        journal: Some(Arc::clone(&journal)),
        cancel,
        ..RunOptions::default()
    };
    let runner = runner(model).limits(limits).build().unwrap();
    let result = runner.run_with("What?", &context(), options).await.unwrap();
    let recorded = Recorded {
        result,
        records: journal.records().unwrap(),
    };
    let report = replay(&recorded.as_recorded(), &context()).await.unwrap();
    assert_eq!(report.outcome.as_deref(), Some("cancelled"));
    recorded
}

/// Executes a run for each outcome. The helper replays each run and compares it.
async fn one_for_each_outcome() -> Vec<(&'static str, Recorded)> {
    let look = fenced("print(1)");
    let hangs = json!({"script": [fenced("print(llm_query('a'))")], "rules": [{"match": ".", "reply": "y", "delay_ms": 60_000}]});
    let timed = Limits {
        seconds: Some(1),
        ..Limits::default()
    };
    let criteria = SuccessCriteria {
        required_substrings: vec!["code".to_owned()],
        ..SuccessCriteria::default()
    };
    let broken = json!({"script": [{"fail": {"kind": "unauthorized", "message": "wrong key"}}]});
    let broken = FakeModel::from_json("broken", &broken.to_string()).unwrap();
    let asks = fenced("print(llm_query_batched(['a', 'b', 'c']))");
    let question = "What is the code?";
    vec![
        (
            "complete",
            run(runner(fake(["FINAL: 7-4-1"])), question, &context()).await,
        ),
        (
            "partial",
            run(
                runner(fake([&look, "It may be 1."])).limits(limited(1)),
                question,
                &context(),
            )
            .await,
        ),
        (
            "unable",
            run(runner(fake(["I can't help with that."; 3])), question, &context()).await,
        ),
        (
            "budget_exceeded",
            run(
                runner(fake([&look, "CANNOT_DETERMINE: no"])).limits(limited(1)),
                question,
                &context(),
            )
            .await,
        ),
        (
            "timeout",
            run(
                runner(FakeModel::from_json("hangs", &hangs.to_string()).unwrap()).limits(timed),
                question,
                &context(),
            )
            .await,
        ),
        ("cancelled", cancelled_in_a_batch().await),
        ("provider_error", run(runner(broken), question, &context()).await),
        (
            "provider_error",
            run(impatient(Runner::builder(gone())), question, &context()).await,
        ),
        (
            "provider_error",
            run(
                impatient(runner(fake([&asks, "FINAL: none"])).sub_model(gone())),
                question,
                &context(),
            )
            .await,
        ),
        (
            "verification_failed",
            run(
                runner(fake(["FINAL: a", "FINAL: b"]))
                    .success_criteria(criteria)
                    .max_rejections(1),
                question,
                &context(),
            )
            .await,
        ),
    ]
}

#[tokio::test]
async fn replay_reproduces_every_outcome() {
    let mut said = Vec::new();
    for (outcome, recorded) in one_for_each_outcome().await {
        assert_eq!(recorded.result.outcome.name(), outcome, "{:?}", recorded.result.message);
        let message = without_varying(recorded.result.message.as_deref().unwrap_or_default());
        said.push(format!("{outcome}: {message}"));
    }
    insta::assert_snapshot!(said.join("\n"));
}

/// Replaces values that differ from run to run: the server's port, attempts, and times.
fn without_varying(text: &str) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let shown = words
        .iter()
        .enumerate()
        .map(|(place, word)| match words.get(place + 1) {
            _ if word.contains("127.0.0.1") => "[server]",
            Some(&"attempts") => "[some]",
            _ if word.contains('.') && word.parse::<f64>().is_ok() => "[time]",
            _ => word,
        });
    shown.collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn call_skipped_due_to_an_outage_replays() {
    // The second run of a runner already knows of the outage before its first call.
    let runner = impatient(Runner::builder(gone())).build().unwrap();
    runner.run("What?", &context()).await.unwrap();
    let journal = memory();
    let options = RunOptions {
        journal: Some(Arc::clone(&journal)),
        ..RunOptions::default()
    };
    let result = runner.run_with("What?", &context(), options).await.unwrap();
    assert_eq!(result.outcome, Outcome::ProviderError);
    let recorded = Recorded {
        result,
        records: journal.records().unwrap(),
    };
    let unsent = recorded.events().filter_map(|event| match event {
        Event::Settled(settled) => Some(settled),
        _ => None,
    });
    let unsent: Vec<_> = unsent.collect();
    assert!(
        matches!(&unsent[0].outcome, RecordedOutcome::Unissued(unissued) if unissued.error.is_some()),
        "{unsent:?}"
    );
    let report = replay(&recorded.as_recorded(), &context()).await.unwrap();
    assert_eq!(
        (report.outcome.as_deref(), report.extent),
        (Some("provider_error"), ReplayExtent::Whole)
    );
}

#[tokio::test]
async fn legacy_journal_replays_to_its_outage() {
    let recorded = run(impatient(Runner::builder(gone())), "What?", &context()).await;
    // That release did not record that a call ended in an outage, and used another message for the
    // end.
    let journal = rlm_trace::Journal::in_memory(JournalOptions::default());
    for event in recorded.events() {
        let mut event = event.clone();
        match &mut event {
            Event::Settled(settled) => settled.outage = false,
            Event::Outcome(ended) => ended.message = Some("its server has been out for too long".to_owned()),
            _ => {}
        }
        journal.write(event).unwrap();
    }
    let records: Vec<Record> = journal
        .records()
        .unwrap()
        .iter()
        .map(|record| (**record).clone())
        .collect();
    let earlier = RecordedRun {
        records,
        ending: rlm_trace::Ending::Finished,
    };
    let report = replay(&earlier, &context()).await.unwrap();
    assert_eq!(
        (report.outcome.as_deref(), report.extent),
        (Some("provider_error"), ReplayExtent::Whole)
    );
}

#[tokio::test]
async fn cancelled_calls_do_not_count_as_failures() {
    let recorded = cancelled_in_a_batch().await;
    let sub = recorded.result.totals.sub;
    assert_eq!((sub.calls, sub.cancelled, sub.unissued, sub.failed), (6, 4, 6, 0));
}

#[tokio::test]
async fn run_without_programs_ends_with_the_refusal_and_no_answer() {
    let refusal = "I'm sorry, but I can't help with that request.";
    let recorded = run(runner(fake([refusal; 3])), "What?", &context()).await;
    assert_eq!(
        (&recorded.result.outcome, &recorded.result.answer),
        (&Outcome::Unable, &None)
    );
    assert_eq!(recorded.result.totals.root.calls, 3, "the model is not called again");
    let few = run(runner(fake([refusal; 2])).limits(limited(2)), "What?", &context()).await;
    assert_eq!(
        (&few.result.outcome, few.result.totals.root.calls),
        (&Outcome::Unable, 2)
    );

    let refused = ["import os", "import os\nprint(1)"].map(fenced);
    let refused = run(runner(FakeModel::new(refused)).limits(limited(2)), "What?", &context()).await;
    let limit = LimitReached::MaxStepsExceeded { limit: 2 };
    assert_eq!(refused.result.outcome, Outcome::BudgetExceeded { limit });
    let said = [recorded, few, refused].map(|recorded| recorded.result.message.unwrap_or_default());
    insta::assert_snapshot!(said.join("\n"));

    let patient = Guards {
        invalid_response_limit: None,
        ..Guards::default()
    };
    let script = [refusal, refusal, refusal, refusal, "FINAL: 7-4-1"];
    let recorded = run(runner(fake(script)).guards(patient), "What?", &context()).await;
    assert_eq!(recorded.answer(), "7-4-1");
}

/// A model whose replies end with these finish reasons in order. The last one is repeated.
struct Ending {
    inner: FakeModel,
    ends: Vec<Finish>,
    made: AtomicUsize,
}

impl Ending {
    fn new<const N: usize>(script: [&str; N], ends: &[Finish]) -> Self {
        Self {
            inner: fake(script),
            ends: ends.to_vec(),
            made: AtomicUsize::new(0),
        }
    }
}

impl Model for Ending {
    fn identity(&self) -> &ModelIdentity {
        self.inner.identity()
    }

    fn price(&self) -> Option<Price> {
        self.inner.price()
    }

    fn complete<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<Reply, ModelError>> {
        let number = self.made.fetch_add(1, Ordering::SeqCst).min(self.ends.len() - 1);
        let finish = self.ends[number];
        Box::pin(async move {
            let reply = self.inner.complete(call).await?;
            Ok(Reply { finish, ..reply })
        })
    }
}

#[tokio::test]
async fn truncated_final_reply_is_sent_back_once_then_partial() {
    let (cut, filtered) = (Finish::Length, Finish::Filtered);
    let mended = Ending::new(["FINAL: The code is 7", "FINAL: 7-4-1"], &[cut, Finish::Stop]);
    let mended = run(runner(mended), "What?", &context()).await;
    assert_eq!((mended.answer(), &mended.result.outcome), ("7-4-1", &Outcome::Complete));

    for (finish, by) in [
        (cut, TruncationCause::OutputLimit),
        (Finish::Budget, TruncationCause::Budget),
        (filtered, TruncationCause::ContentFilter),
    ] {
        let model = Ending::new(["FINAL: The code is 7", "FINAL: It is 7"], &[finish]);
        let recorded = run(runner(model), "What?", &context()).await;
        let limit = LimitReached::AnswerCut { by };
        assert_eq!(
            (recorded.answer(), &recorded.result.outcome),
            ("It is 7", &Outcome::Partial { limit })
        );
        insta::assert_snapshot!(
            format!("cut-{}", by_name(by)),
            format!(
                "{}\n\n{}",
                recorded.observations()[0],
                recorded.result.partial_note().unwrap()
            )
        );
    }

    // The program has run to its end, whatever truncated the reply.
    let model = Ending::new(["```repl\nFINAL(context[18:23])\n```"], &[cut]);
    let recorded = run(runner(model), "What?", &context()).await;
    assert_eq!(
        (recorded.answer(), &recorded.result.outcome),
        ("7-4-1", &Outcome::Complete)
    );
}

const fn by_name(by: TruncationCause) -> &'static str {
    match by {
        TruncationCause::OutputLimit => "length",
        TruncationCause::Budget => "budget",
        TruncationCause::ContentFilter => "filter",
    }
}

#[tokio::test]
async fn call_limits_are_noted_or_end_the_run_if_configured_as_errors() {
    let limits = Limits {
        subcalls: 2,
        ..Limits::default()
    };
    let asks = fenced("print(llm_query_batched(['a', 'b', 'c', 'd']))");
    let builder = || {
        let model = fake([&asks, "FINAL: done"]).default_reply("y");
        runner(model).limits(limits.clone())
    };
    let recorded = run(builder(), "What?", &context()).await;
    assert_eq!(
        (recorded.answer(), &recorded.result.outcome),
        ("done", &Outcome::Complete)
    );
    assert_eq!(
        recorded.result.limits_met().collect::<Vec<_>>(),
        ["MaxSubcallsExceeded"]
    );
    let error = builder()
        .on_limit(OnLimit::Error)
        .build()
        .unwrap()
        .run("What?", &context())
        .await
        .unwrap_err();
    assert!(
        matches!(&error, RunError::Limit { limit: LimitReached::MaxSubcallsExceeded { .. }, partial }
            if partial.answer.is_none()),
        "{error}"
    );

    let deeper = fenced("print(rlm_query('Which?', context))");
    let builder = || {
        let model = fake([&deeper, "FINAL: done"]).default_reply("y");
        runner(model).recursion(rlm_core::Recursion {
            at_max_depth: rlm_core::AtMaxDepth::Error,
            ..rlm_core::Recursion::default()
        })
    };
    let deep = run(builder(), "What?", &context()).await;
    assert_eq!(deep.result.limits_met().collect::<Vec<_>>(), ["MaxRecursionExceeded"]);
    let error = builder()
        .on_limit(OnLimit::Error)
        .build()
        .unwrap()
        .run("What?", &context())
        .await
        .unwrap_err();
    assert!(
        matches!(
            &error,
            RunError::Limit {
                limit: LimitReached::MaxRecursionExceeded { .. },
                ..
            }
        ),
        "{error}"
    );
    let notes = [recorded, deep].map(|recorded| recorded.result.notes[0].text.clone());
    insta::assert_snapshot!(notes.join("\n"));
}

#[tokio::test]
async fn limit_that_is_an_error_ends_the_run_whether_or_not_calls_are_made_early() {
    let limits = Limits {
        subcalls: 2,
        ..Limits::default()
    };
    let caught = fenced(
        "for n in range(4):\n    try:\n        print(llm_query('a' + str(n)))\n    except CallFailed as error:\n        print(error)\nFINAL('done')",
    );
    let unread = fenced("kept = [llm_query('a' + str(n)) for n in range(4)]\nFINAL('done')");
    let deep = fenced(
        "try:\n    print(rlm_query('Which?', context))\nexcept CallFailed as error:\n    print(error)\nFINAL('done')",
    );
    for run_ahead in [RunAhead::Off, RunAhead::Certain, RunAhead::PastErrors] {
        for (program, name) in [
            (&caught, "MaxSubcallsExceeded"),
            (&unread, "MaxSubcallsExceeded"),
            (&deep, "MaxRecursionExceeded"),
        ] {
            let model = fake([program, "FINAL: done"]).default_reply("y");
            let builder = runner(model)
                .limits(limits.clone())
                .run_ahead(run_ahead)
                .recursion(rlm_core::Recursion {
                    at_max_depth: rlm_core::AtMaxDepth::Error,
                    ..rlm_core::Recursion::default()
                });
            let runner = builder.on_limit(OnLimit::Error).build().unwrap();
            let result = runner.run("What?", &context()).await;
            let code = result
                .as_ref()
                .map_or_else(RunError::code, |result| result.outcome.name());
            assert_eq!(code, name, "{run_ahead:?}: {program}");
        }
    }
}

#[tokio::test]
async fn refused_call_that_the_program_never_reaches_does_not_end_the_run() {
    // The second query is sent before the first one is read.
    let program = fenced("if 'y' in llm_query('a'):\n    FINAL('done')\nprint(rlm_query('Which?', context))");
    for run_ahead in [RunAhead::Off, RunAhead::Certain, RunAhead::PastErrors] {
        let builder = runner(fake([&program]).default_reply("y"))
            .run_ahead(run_ahead)
            .recursion(rlm_core::Recursion {
                at_max_depth: rlm_core::AtMaxDepth::Error,
                ..rlm_core::Recursion::default()
            });
        let runner = builder.on_limit(OnLimit::Error).build().unwrap();
        let result = runner.run("What?", &context()).await.unwrap();
        assert_eq!(result.answer.as_deref(), Some("done"), "{run_ahead:?}");
    }
}
