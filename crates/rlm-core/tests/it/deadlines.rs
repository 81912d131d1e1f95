//! Tests that the running time of programs does not count against the timeouts of calls, nor the
//! latency of models against the fuel of programs.

use std::sync::Arc;
use std::time::Duration;

use rlm_adapters::{Endpoint, FakeModel, OpenAiModel, Timeouts};
use rlm_context::Context;
use rlm_core::{RunOptions, Runner, RunnerBuilder};
use rlm_policy::{Limits, Outcome};
use rlm_test_runs::{Recorded, endpoint, fenced, last_user_message, run, runner};
use rlm_test_server::{Answer, TestServer};
use rlm_trace::{Event, Journal, JournalOptions};
use tokio::time::Instant;

/// The timeout of a call, from sending its request.
const TOTAL: Duration = Duration::from_millis(500);

/// A server whose root model writes `program` and then ends. Its replies to sub-calls take
/// `latency`.
fn server(program: &str, latency: Duration) -> TestServer {
    let program = fenced(program);
    TestServer::start(move |number, request| {
        if last_user_message(request).starts_with("question") {
            Answer::text("a reply").after(latency)
        } else if number == 0 {
            Answer::text(&program)
        } else {
            Answer::text("FINAL: done")
        }
    })
    .unwrap()
}

fn builder(server: &TestServer, concurrency: usize) -> RunnerBuilder {
    let timeouts = Timeouts {
        connect: TOTAL,
        first_byte: TOTAL,
        idle: TOTAL,
        total: TOTAL,
    };
    let config = Endpoint {
        timeouts,
        ..endpoint(server, "m")
    };
    let scheduling = rlm_scheduler::SchedulerSettings {
        concurrency,
        max_attempts: 1,
        ..rlm_scheduler::SchedulerSettings::default()
    };
    Runner::builder(Arc::new(OpenAiModel::new(config).unwrap())).scheduling(scheduling)
}

fn fuel_of(recorded: &Recorded) -> u64 {
    let ran = recorded.events().find_map(|event| match event {
        Event::ProgramRan(ran) => Some(ran.fuel),
        _ => None,
    });
    ran.unwrap()
}

#[tokio::test]
async fn program_compute_time_does_not_count_toward_call_timeouts() {
    let mut steps = 500_000_u64;
    // Increases the work until it takes longer than a call may, on this machine and in this
    // profile.
    loop {
        let program = format!(
            "reply = llm_query('question')\nn = 0\nwhile n < {steps}:\n    n = n + 1\nprint(reply, llm_query(f'question {{n}}'))"
        );
        let server = server(&program, TOTAL / 8);
        let journal = Arc::new(Journal::in_memory(JournalOptions::default()));
        let options = RunOptions {
            journal: Some(Arc::clone(&journal)),
            ..RunOptions::default()
        };
        let runner = builder(&server, 10).build().unwrap();
        let start = Instant::now();
        let result = runner
            .run_with("What?", &Context::from_text("x"), options)
            .await
            .unwrap();
        let elapsed = start.elapsed();
        assert_eq!(result.answer.as_deref(), Some("done"), "{:?}", result.message);
        assert_eq!((result.totals.sub.calls, result.totals.failed_attempts), (2, 0));
        for record in journal.records().unwrap() {
            if let Event::Settled(settled) = &record.event {
                assert!(u128::from(settled.elapsed.unwrap().0) <= TOTAL.as_millis());
            }
        }
        if elapsed > TOTAL * 2 {
            break;
        }
        let longer = (TOTAL * 5 / 2).as_millis() / elapsed.as_millis().max(1);
        steps *= u64::try_from(longer).unwrap().max(2);
    }
}

#[tokio::test]
async fn queue_time_does_not_count_toward_call_timeouts() {
    // Four rounds, each of a third of the timeout.
    let program = "print(len(llm_query_batched([f'question {i}' for i in range(8)])))";
    let server = server(program, TOTAL / 3);
    let recorded = run(builder(&server, 2), "What?", &Context::from_text("x")).await;
    assert_eq!(recorded.answer(), "done", "{:?}", recorded.result.message);
    assert_eq!(recorded.result.totals.failed_attempts, 0);
}

/// The model takes an hour of tokio's time for each reply.
#[tokio::test(start_paused = true)]
async fn slow_replies_use_no_program_fuel() {
    let program =
        fenced("total = 0\nfor i in range(20):\n    total = total + len(llm_query(f'question {total}'))\nprint(total)");
    let run_with = async |delay: u64, fuel: u64| {
        let definition = serde_json::json!({
            "script": [&program, "FINAL: done"],
            "rules": [{"match": "^question", "reply": "a reply", "delay_ms": delay}],
        });
        let model = FakeModel::from_json("f", &definition.to_string()).unwrap();
        let limits = Limits {
            fuel,
            seconds: None,
            ..Limits::default()
        };
        let start = Instant::now();
        let recorded = run(runner(model).limits(limits), "What?", &Context::from_text("x")).await;
        (fuel_of(&recorded), recorded.result.outcome, start.elapsed())
    };
    let (quick, outcome, _) = run_with(0, Limits::default().fuel).await;
    assert_eq!(outcome, Outcome::Complete);
    let (slow, outcome, elapsed) = run_with(3_600_000, quick).await;
    assert_eq!((slow, outcome), (quick, Outcome::Complete), "the same fuel is enough");
    assert!(elapsed >= Duration::from_secs(20 * 3_600), "{elapsed:?}");
}
