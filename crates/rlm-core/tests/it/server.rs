//! Tests of whole runs against a chat-completions server on the loopback, including malformed
//! replies.

use std::sync::Arc;
use std::time::Duration;

use rlm_adapters::{Endpoint, OpenAiModel, Timeouts};
use rlm_context::Context;
use rlm_core::{Runner, RunnerBuilder};
use rlm_policy::{Limits, Outcome};
use rlm_runs::replay;
use rlm_test_runs::{Recorded, endpoint, fenced, last_user_message, run, without_pauses};
use rlm_test_server::{Answer, CapturedRequest, TestServer};

const TEXT: &str = "The vault code is 7-4-1.\nThe garden gate is green.\n";

fn builder(server: &TestServer) -> RunnerBuilder {
    let timeouts = Timeouts {
        connect: Duration::from_secs(5),
        first_byte: Duration::from_millis(500),
        idle: Duration::from_millis(500),
        total: Duration::from_millis(800),
    };
    let config = Endpoint {
        timeouts,
        ..endpoint(server, "m")
    };
    let scheduling = rlm_scheduler::SchedulerSettings {
        max_attempts: 2,
        longest_outage: Duration::ZERO,
        ..without_pauses()
    };
    Runner::builder(Arc::new(OpenAiModel::new(config).unwrap())).scheduling(scheduling)
}

async fn answered_by(answers: Vec<Answer>) -> (Recorded, Vec<CapturedRequest>) {
    let server = TestServer::in_order(answers).unwrap();
    let recorded = run(builder(&server), "What is the code?", &Context::from_text(TEXT)).await;
    (recorded, server.requests())
}

#[tokio::test]
async fn root_requests_contain_no_context_text() {
    let program = fenced("print(llm_query('Which code? ' + context))");
    let (recorded, requests) = answered_by(vec![
        Answer::text(&program),
        Answer::text("7-4-1"),
        Answer::text("FINAL: 7-4-1"),
    ])
    .await;
    assert_eq!(
        (recorded.answer(), &recorded.result.outcome),
        ("7-4-1", &Outcome::Complete)
    );
    assert_eq!(requests.len(), 3);
    assert!(
        !requests[0].body.to_string().contains("vault"),
        "the root model sees no content"
    );
    insta::assert_json_snapshot!("sub-request", requests[1].body);
    assert!(last_user_message(&requests[2]).contains("7-4-1"));
    let report = replay(&recorded.as_recorded(), &Context::from_text(TEXT))
        .await
        .unwrap();
    assert_eq!(report.answer.as_deref(), Some("7-4-1"));
}

#[tokio::test]
async fn transient_server_errors_are_retried() {
    let end = || Answer::text("FINAL: done");
    let faults = [
        ("429", Answer::rate_limited("0")),
        ("500", Answer::server_error()),
        ("hang", Answer::hang()),
        ("drip", Answer::drip(Duration::from_secs(10))),
        ("close after headers", Answer::close_after_headers()),
        ("truncated", Answer::truncated()),
        ("invalid JSON", Answer::invalid_json()),
        ("empty", Answer::empty()),
    ];
    let trials = faults.into_iter().map(async |(name, fault)| {
        let (recorded, requests) = answered_by(vec![fault.clone(), end()]).await;
        assert_eq!(
            (recorded.answer(), requests.len()),
            ("done", 2),
            "{name}: {:?}",
            recorded.result.message
        );
        assert_eq!(recorded.result.totals.failed_attempts, 1, "{name}");
        // The second one in a row exceeds the limit: the run has no answer, and its message has the
        // reason.
        let (recorded, _) = answered_by(vec![fault.clone(), fault]).await;
        assert_eq!(
            (&recorded.result.outcome, &recorded.result.answer),
            (&Outcome::ProviderError, &None),
            "{name}"
        );
        assert!(recorded.result.message.is_some(), "{name}");
    });
    futures::future::join_all(trials).await;
}

#[tokio::test]
async fn permanent_server_errors_are_not_retried() {
    for (name, fault) in [
        (
            "401",
            Answer::error(401, "invalid_api_key", "Incorrect API key provided."),
        ),
        (
            "403",
            Answer::error(403, "forbidden", "You are not allowed to do this."),
        ),
        (
            "quota",
            Answer::error(429, "insufficient_quota", "You exceeded your current quota."),
        ),
        (
            "404",
            Answer::error(404, "model_not_found", "The model does not exist."),
        ),
    ] {
        let (recorded, requests) = answered_by(vec![fault]).await;
        assert_eq!(
            (&recorded.result.outcome, requests.len()),
            (&Outcome::ProviderError, 1),
            "{name}"
        );
    }
}

#[tokio::test]
async fn rejected_parameter_is_recorded_in_run_notes() {
    let answers = vec![Answer::unsupported_parameter("max_tokens"), Answer::text("FINAL: done")];
    let (recorded, requests) = answered_by(answers).await;
    assert_eq!((recorded.answer(), requests.len()), ("done", 2));
    assert!(
        recorded.result.notes.iter().any(|note| note.code == "model"),
        "{:?}",
        recorded.result.notes
    );
}

#[tokio::test]
async fn a_reply_of_two_megabytes_costs_one_turn() {
    for large in [Answer::large(2 << 20), Answer::text(fenced(&"x = 1\n".repeat(350_000)))] {
        let (recorded, requests) = answered_by(vec![large, Answer::text("FINAL: done")]).await;
        assert_eq!((recorded.answer(), recorded.result.totals.turns), ("done", 2));
        let sent = requests[1].body.to_string().len();
        assert!(sent < 100_000, "{sent} bytes were sent back");
    }
}

#[tokio::test]
async fn failed_sub_call_does_not_affect_the_rest_of_its_batch() {
    let program = fenced(
        "replies = llm_query_batched(['good', 'bad', 'good too'])\nprint([failed(reply) for reply in replies])\nprint(replies[0])\nprint(replies[1])",
    );
    let server = TestServer::start(move |_, request| {
        let asked = last_user_message(request);
        match asked {
            "bad" => Answer::error(400, "content_policy", "This prompt is refused."),
            "good" | "good too" => Answer::text("fine"),
            _ if asked.contains("[False, True, False]") => Answer::text("FINAL: done"),
            _ => Answer::text(&program),
        }
    })
    .unwrap();
    let recorded = run(builder(&server), "What?", &Context::from_text(TEXT)).await;
    assert_eq!(recorded.answer(), "done", "{:?}", recorded.observations());
    insta::assert_snapshot!(
        "failed-sub-call",
        recorded.observations()[0].replace(&server.base_url(), "SERVER")
    );
    assert_eq!(recorded.result.totals.sub.failed, 1);
}

#[tokio::test]
async fn answer_after_only_failed_sub_calls_is_noted() {
    let program = fenced("replies = llm_query_batched(['a question', 'another'])\nFINAL(len(replies))");
    let server = TestServer::start(move |number, _| match number {
        0 => Answer::text(&program),
        _ => Answer::error(400, "invalid_request", "This can't be asked."),
    })
    .unwrap();
    let result = builder(&server)
        .build()
        .unwrap()
        .run("What?", &Context::from_text(TEXT))
        .await
        .unwrap();
    assert_eq!(result.answer.as_deref(), Some("2"));
    let note = result.notes.iter().find(|note| note.code == "all_subcalls_failed");
    let text = &note.unwrap().text;
    assert!(
        text.starts_with("all 2 sub-calls failed, so the answer is not based on any: openai:m at http://127.0.0.1")
            && text.ends_with("This can't be asked."),
        "{text}"
    );
}

#[tokio::test]
async fn concurrent_connections_respect_the_limit() {
    let program = fenced("replies = llm_query_batched([f'piece {i}' for i in range(12)])\nprint(replies[11])");
    let flying = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let server = TestServer::start({
        let flying = Arc::clone(&flying);
        move |_, request| {
            let asked = last_user_message(request);
            if asked.starts_with("piece") {
                flying.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                return Answer::text("a reply").after(Duration::from_millis(20));
            }
            Answer::text(if asked.contains("a reply") {
                "FINAL: done"
            } else {
                &program
            })
        }
    })
    .unwrap();
    let limits = Limits {
        concurrency: 4,
        ..Limits::default()
    };
    let recorded = run(builder(&server).limits(limits), "What?", &Context::from_text(TEXT)).await;
    assert_eq!(recorded.answer(), "done");
    assert_eq!(flying.load(std::sync::atomic::Ordering::Relaxed), 12);
    assert!(server.connections() <= 5, "{} connections", server.connections());
}
