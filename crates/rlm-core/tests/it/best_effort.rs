//! Tests of best-effort answers of runs that hit a limit: their budget, their time, and the draft
//! if no model can be called.

use rlm_test_runs as support;

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use rlm_adapters::FakeModel;
use rlm_context::Context;
use rlm_core::{BestEffort, Guards, RunOptions, RunResult, Runner, RunnerBuilder};
use rlm_model::{BoxFuture, Call, Digest, Model, ModelError, ModelIdentity, Money, Price, Reply, Tokens, Usage};
use rlm_policy::{LimitReached, Limits, OnLimit, Outcome};
use rlm_runs::{RaisedLimits, ResumeOptions, UnfinishedRun, replay};
use rlm_test_runs::{Recorded, fenced, run, runner};
use rlm_trace::{Event, Journal, JournalOptions, RecordedRun};
use sift_vm::RunAhead;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

const FOUND: &str = "The gate is green, as far as was read.";

fn context() -> Context {
    Context::from_text("The vault code is 7-4-1.\nThe garden gate is green.\n")
}

/// A model that prints and makes sub-calls until the best-effort answer is requested. It uses
/// random shares of its output limits.
struct Spender {
    identity: ModelIdentity,
    /// The seed of the random shares.
    seed: u64,
}

impl Spender {
    fn new(seed: u64) -> Self {
        Self {
            identity: ModelIdentity::new("test", "", "spender"),
            seed,
        }
    }
}

impl Model for Spender {
    fn identity(&self) -> &ModelIdentity {
        &self.identity
    }

    fn price(&self) -> Option<Price> {
        Some(Price {
            input: Money(2_000_000),
            cached_input: Money(500_000),
            output: Money(8_000_000),
        })
    }

    fn complete<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<Reply, ModelError>> {
        let last = call.request.messages.last().unwrap().content();
        let text = if last.contains("No further program will be run.") {
            FOUND.to_owned()
        } else if call.id.is_root_model() && call.id.run.depth() == 0 {
            fenced("print(llm_query_batched(['gate ' * 100, 'vault']))\nprint(failed(rlm_query('Which?', P[:20])))")
        } else if call.id.is_root_model() {
            fenced("print(llm_query('below'))")
        } else {
            "It is green.".to_owned()
        };
        let digest = Digest::of(format!("{} {}", self.seed, call.id).as_bytes());
        let part = |byte: usize, whole: u64| whole * u64::from(digest.as_bytes()[byte]) / 255;
        let usage = Usage {
            input: Tokens(part(0, call.request.input_tokens_at_most().0)),
            output: Tokens(part(1, call.request.parameters.max_output.0)),
            ..Usage::default()
        };
        Box::pin(async move {
            tokio::task::yield_now().await;
            Ok(Reply::new(text, usage))
        })
    }
}

fn asked_for_best(recorded: &Recorded) -> bool {
    let prompts = rlm_trace::RecordedPrompts::of(recorded.records.iter().map(|record| &**record));
    let last = recorded.events().filter_map(|event| match event {
        Event::Issued(call) if call.id.is_root_model() && call.id.run.depth() == 0 => Some(&call.id),
        _ => None,
    });
    let request = last.last().and_then(|id| prompts.request(id, &|_| None).ok());
    request.is_some_and(|request| {
        let last = request.messages.last().map(rlm_model::Message::content);
        last.is_some_and(|text| text.contains("No further program will be run."))
    })
}

/// Returns guards that tolerate the repeated programs of the spender.
fn patient() -> Guards {
    Guards {
        invalid_response_limit: None,
        ..Guards::default()
    }
}

async fn spend(seed: u64, limits: Limits) -> Recorded {
    let builder = Runner::builder(Arc::new(Spender::new(seed)))
        .guards(patient())
        .limits(limits)
        .run_ahead(RunAhead::Certain);
    run(builder, "Which?", &context()).await
}

#[tokio::test]
async fn best_effort_answer_is_paid_from_the_reserve() {
    let tokens = Limits {
        tokens: Some(Tokens(100_000)),
        ..Limits::default()
    };
    let cost = Limits {
        cost: Some(Money(400_000)),
        ..Limits::default()
    };
    for limits in [tokens, cost] {
        let recorded = spend(7, limits.clone()).await;
        assert!(
            matches!(
                recorded.result.outcome,
                Outcome::Partial {
                    limit: LimitReached::MaxTokensExceeded { .. } | LimitReached::CostExceeded { .. }
                }
            ),
            "{:?}",
            recorded.result
        );
        assert_eq!((recorded.answer(), asked_for_best(&recorded)), (FOUND, true));
        let message = recorded.result.message.as_deref().unwrap();
        assert!(message.contains("reserved for a best-effort answer"), "{message}");

        // With `OnLimit::Error`, the run returns an error, and no reserve is set aside.
        let strict = Runner::builder(Arc::new(Spender::new(7)))
            .guards(patient())
            .limits(limits)
            .on_limit(OnLimit::Error);
        let error = strict.build().unwrap().run("Which?", &context()).await.unwrap_err();
        assert!(!error.to_string().contains("kept"), "{error}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// For any budget and any usage of the calls, the budget holds, including the best-effort
    /// answer, and the run replays.
    #[test]
    fn best_effort_answer_never_exceeds_the_budget(
        seed: u64,
        tokens in proptest::option::of(2_000_u64..200_000),
        cost in proptest::option::of(2_000_u64..900_000),
        depth in 1_u32..3,
    ) {
        let limits = Limits {
            tokens: tokens.map(Tokens),
            cost: cost.map(Money),
            depth,
            steps: 12,
            child_steps: 3,
            subcalls: 30,
            ..Limits::default()
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let recorded = runtime.block_on(spend(seed, limits));
        let spent = recorded.result.spent;
        prop_assert!(tokens.is_none_or(|limit| spent.tokens() <= Tokens(limit)), "{spent:?}");
        prop_assert!(cost.is_none_or(|limit| spent.cost <= Money(limit)), "{spent:?}");
        prop_assert!(spent.calls <= 30);
        match recorded.result.outcome {
            Outcome::Partial { .. } => prop_assert_eq!(recorded.answer(), FOUND),
            Outcome::BudgetExceeded { .. } => prop_assert!(!asked_for_best(&recorded)),
            other => prop_assert!(false, "{other:?}"),
        }
    }
}

#[tokio::test]
async fn replay_charges_child_runs_the_program_never_reached() {
    // The child run starts while the batch before it is in flight, and the batch fails. A replay
    // never reaches the child run. The budget is so tight that the next call is refused because of
    // its reservation.
    let limits = Limits {
        tokens: Some(Tokens(36_000)),
        depth: 2,
        steps: 12,
        child_steps: 3,
        subcalls: 30,
        ..Limits::default()
    };
    let recorded = spend(2, limits).await;
    let unreached = rlm_trace::unreached(recorded.records.iter().map(|record| &**record));
    assert_eq!(unreached.len(), 1);
    assert!(matches!(recorded.result.outcome, Outcome::Partial { .. }));
}

/// A scripted model whose best-effort answer takes `best_after`.
fn hanging(best_after: Duration) -> FakeModel {
    let definition = serde_json::json!({
        "script": [
            fenced("print(P[26:])"),
            fenced("print('halfway')\nanswer['content'] = 'a draft'\nprint(llm_query('a'))"),
            {"reply": format!("FINAL: {FOUND}"), "delay_ms": u64::try_from(best_after.as_millis()).unwrap()},
        ],
        "rules": [{"match": ".", "reply": "y", "delay_ms": 3_600_000}],
    });
    FakeModel::from_json("f", &definition.to_string()).unwrap()
}

fn two_seconds() -> Limits {
    Limits {
        seconds: Some(2),
        ..Limits::default()
    }
}

#[tokio::test(start_paused = true)]
async fn best_effort_answer_gets_a_grace_period_after_timeout() {
    let start = Instant::now();
    let builder = runner(hanging(Duration::from_secs(20))).limits(two_seconds());
    let recorded = run(builder, "Which?", &context()).await;
    assert!(
        matches!(
            recorded.result.outcome,
            Outcome::Partial {
                limit: LimitReached::DeadlineExceeded { .. }
            }
        ),
        "{:?}",
        recorded.result
    );
    assert_eq!(recorded.answer(), FOUND);
    assert!(start.elapsed() < Duration::from_secs(23), "{:?}", start.elapsed());
    insta::assert_snapshot!(recorded.observations().last().unwrap());
}

#[tokio::test(start_paused = true)]
async fn draft_is_the_answer_when_the_grace_period_ends() {
    for (grace_seconds, most) in [(5, 8), (0, 3)] {
        let start = Instant::now();
        let builder = runner(hanging(Duration::from_secs(3_600)))
            .limits(two_seconds())
            .best_effort(BestEffort {
                grace_seconds,
                ..BestEffort::default()
            });
        let recorded = run(builder, "Which?", &context()).await;
        assert!(start.elapsed() < Duration::from_secs(most), "{:?}", start.elapsed());
        if grace_seconds > 0 {
            assert_eq!(recorded.answer(), "a draft", "{:?}", recorded.result);
            insta::assert_snapshot!(recorded.result.message.unwrap());
        } else {
            assert_eq!(
                (recorded.result.outcome, recorded.result.answer),
                (Outcome::Timeout, None)
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn cancelled_run_makes_no_best_effort_call() {
    let cancel = CancellationToken::new();
    let journal = support::memory();
    let seen = cancel.clone();
    journal.subscribe(move |record| {
        if matches!(record.event, Event::Limit(_)) {
            seen.cancel();
        }
        ControlFlow::Continue(())
    });
    let options = RunOptions {
        journal: Some(Arc::clone(&journal)),
        cancel,
        ..RunOptions::default()
    };
    let runner = runner(hanging(Duration::ZERO)).limits(two_seconds()).build().unwrap();
    let result = runner.run_with("Which?", &context(), options).await.unwrap();
    assert_eq!(result.answer, None, "{result:?}");
    assert_eq!(result.totals.root.calls, 2);
}

#[tokio::test]
async fn draft_is_the_answer_if_no_call_is_possible() {
    // The model's window only fits the first message, so that no further call is possible.
    let drafted = |program: &str, builder: fn(RunnerBuilder) -> RunnerBuilder| {
        let model = FakeModel::new([fenced(program), fenced("print(1)")]);
        let limits = Limits {
            tokens: Some(Tokens(8_000)),
            root_max_output: Tokens(1_000),
            ..Limits::default()
        };
        let greedy = Arc::new(Greedy(model));
        let builder = builder(Runner::builder(greedy as _).limits(limits));
        async move { run(builder, "Which?", &context()).await }
    };
    let of_variable = drafted("found = P[26:50]\nprint('y' * 4000)", |builder| {
        builder.auto_finalize_var("lost")
    })
    .await;
    assert_eq!(of_variable.result.answer, None);
    assert_eq!(of_variable.result.outcome.name(), "budget_exceeded");
    let of_answer = drafted("answer = P[26:50]\nprint('y' * 4000)", |builder| builder).await;
    assert_eq!(of_answer.answer(), "he garden gate is green.", "{:?}", of_answer.result);
    assert_eq!(of_answer.result.outcome.name(), "partial");
    assert_eq!(of_answer.result.citations.len(), 1);
    let of_dict = drafted("answer['content'] = P[26:50]\nprint('y' * 4000)", |builder| builder).await;
    assert_eq!(of_dict.answer(), "he garden gate is green.");
    let failed = drafted("answer = llm_query('z' * 9000)\nprint('y' * 4000)", |builder| builder).await;
    assert_eq!(failed.result.answer, None, "a fault is never an answer");
}

/// A model that uses the full output limit of each call.
struct Greedy(FakeModel);

impl Model for Greedy {
    fn identity(&self) -> &ModelIdentity {
        self.0.identity()
    }

    fn complete<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<Reply, ModelError>> {
        Box::pin(async move {
            let reply = self.0.complete(call).await?;
            let usage = Usage {
                input: call.request.input_tokens_at_most(),
                output: call.request.parameters.max_output,
                ..Usage::default()
            };
            Ok(Reply { usage, ..reply })
        })
    }
}

async fn resume(path: &std::path::Path, runner: &Runner, limits: RaisedLimits) -> RunResult {
    let unfinished = UnfinishedRun::open(path, JournalOptions::default()).unwrap();
    let options = ResumeOptions {
        limits,
        ..ResumeOptions::default()
    };
    rlm_runs::resume(runner, unfinished, &context(), options).await.unwrap()
}

#[tokio::test]
async fn best_effort_run_resumes_with_higher_limits() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.jsonl");
    let limits = Limits {
        tokens: Some(Tokens(40_000)),
        steps: 6,
        ..Limits::default()
    };
    let model = Arc::new(Spender::new(3));
    let runner = Runner::builder(model as _)
        .guards(patient())
        .limits(limits)
        .build()
        .unwrap();
    let options = RunOptions {
        journal: Some(Arc::new(Journal::create(&path, JournalOptions::default()).unwrap())),
        ..RunOptions::default()
    };
    let first = runner.run_with("Which?", &context(), options).await.unwrap();
    assert!(
        matches!(
            first.outcome,
            Outcome::Partial {
                limit: LimitReached::MaxTokensExceeded { .. }
            }
        ),
        "{first:?}"
    );
    let raised = RaisedLimits {
        tokens: Some(Tokens(500_000)),
        ..RaisedLimits::default()
    };
    let second = resume(&path, &runner, raised).await;
    assert_eq!(
        second.outcome,
        Outcome::Partial {
            limit: LimitReached::MaxStepsExceeded { limit: 6 }
        }
    );
    assert!(second.spent.tokens() > first.spent.tokens());
    replay(&RecordedRun::read(&path).unwrap(), &context()).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn timed_out_run_resumes_with_more_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.jsonl");
    let runner_of = |model| runner(model).limits(two_seconds()).build().unwrap();
    let options = RunOptions {
        journal: Some(Arc::new(Journal::create(&path, JournalOptions::default()).unwrap())),
        ..RunOptions::default()
    };
    let first = runner_of(hanging(Duration::ZERO));
    let first = first.run_with("Which?", &context(), options).await.unwrap();
    assert_eq!(
        (first.outcome.name(), first.answer.as_deref()),
        ("partial", Some(FOUND))
    );
    let raised = RaisedLimits {
        seconds: Some(None),
        ..RaisedLimits::default()
    };
    // The script continues: the reply for the best-effort answer is now the next reply of the root
    // model.
    let second = resume(&path, &runner_of(hanging(Duration::ZERO)), raised).await;
    assert_eq!(second.outcome.name(), "complete", "{second:?}");
    replay(&RecordedRun::read(&path).unwrap(), &context()).await.unwrap();
}

#[tokio::test]
async fn best_effort_answer_is_found_in_any_format() {
    let answered = async |program: &str, reply: &str| {
        let limits = Limits {
            steps: 1,
            ..Limits::default()
        };
        let script = FakeModel::new([fenced(program), reply.to_owned()]);
        run(runner(script).limits(limits), "Which?", &context()).await
    };
    let formats = [
        FOUND.to_owned(),
        format!("<think>\nGreen, then.\n</think>\n{FOUND}"),
        format!("```\n{FOUND}\n```"),
        format!("```text\n{FOUND}\n```"),
        format!("```repl\n{FOUND}\n```"),
        fenced(&format!("FINAL('{FOUND}')")),
        fenced(&format!("print(gate)\nFINAL(\"{FOUND}\")")),
        format!("FINAL('{FOUND}')"),
        fenced("FINAL(found)"),
        fenced("FINAL_VAR('found')"),
    ];
    for reply in &formats {
        let recorded = answered(&format!("found = '{FOUND}'\nprint(found)"), reply).await;
        assert_eq!(recorded.result.answer.as_deref(), Some(FOUND), "{reply}");
        assert_eq!(recorded.result.outcome.name(), "partial", "{reply}");
    }
    // No further program is run, so the value of the variable is unknown.
    for reply in [
        "print(found)",
        "found = 'red'\nFINAL(found)",
        "if found:\n    FINAL('red')",
    ] {
        let recorded = answered("found = 'blue'\nprint(found)", &fenced(reply)).await;
        assert_eq!(recorded.result.answer, None, "{reply}");
    }
}

#[tokio::test]
async fn small_budget_suffices_for_a_best_effort_answer() {
    // The model prints until the budget is used up. Its prompts are bounded by their bytes.
    let answered = async |tokens: u64, reserve_percent: u8| {
        let model = Printer(ModelIdentity::new("test", "", "printer"));
        let limits = Limits {
            tokens: Some(Tokens(tokens)),
            steps: 100,
            ..Limits::default()
        };
        let builder = runner(model).guards(patient()).limits(limits).best_effort(BestEffort {
            reserve_percent,
            ..BestEffort::default()
        });
        run(builder, "Which?", &context()).await
    };
    for tokens in (9_000..48_000).step_by(1_000) {
        let recorded = answered(tokens, 10).await;
        assert_eq!(
            recorded.result.answer.as_deref(),
            Some(FOUND),
            "{tokens}: {:?}",
            recorded.result
        );
    }
    // The share is exceeded only by what a single short answer needs.
    let left = 40_000 - answered(40_000, 5).await.result.spent.tokens().0;
    assert!(left < 12_000, "{left}");
    // Too little is left for an answer.
    let recorded = answered(7_000, 10).await;
    assert_eq!(recorded.result.answer, None);
    insta::assert_snapshot!(recorded.result.message.unwrap());
}

/// A model that prints in each turn until the best-effort answer is requested. A token of its
/// prompts has four bytes.
struct Printer(ModelIdentity);

impl Model for Printer {
    fn identity(&self) -> &ModelIdentity {
        &self.0
    }

    fn complete<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<Reply, ModelError>> {
        let last = call.request.messages.last().unwrap().content();
        let text = if last.contains("No further program will be run.") {
            FOUND.to_owned()
        } else {
            fenced(&format!("print({})", call.id.position.turn))
        };
        let usage = Usage {
            input: Tokens(call.request.input_tokens_at_most().0 / 4),
            output: Tokens(20),
            ..Usage::default()
        };
        Box::pin(async move { Ok(Reply::new(text, usage)) })
    }
}
