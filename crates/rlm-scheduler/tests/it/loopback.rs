//! Tests over real sockets: servers that never finish block no other calls, and abandoned calls
//! close their connections.

use std::sync::Arc;
use std::time::Duration;

use futures::stream::{FuturesUnordered, StreamExt};
use rlm_adapters::{Endpoint, OpenAiModel};
use rlm_model::{Call, CallId, Message, Model, Parameters, Price, Request, RequestId, Tokens};
use rlm_policy::{Amount, GrantId, Limits};
use rlm_scheduler::{Class, FailureKind, Job, Scheduler, SchedulerSettings, SharedLedger, Unobserved};
use rlm_test_server::{Answer, Fault, TestServer};
use tokio_util::sync::CancellationToken;

fn job(model: &Arc<dyn Model>, ledger: &SharedLedger, ordinal: u32, cancel: &CancellationToken) -> Job {
    let request = Request::new(
        vec![Message::user(format!("question {ordinal}."))],
        Parameters::with_max_output(Tokens(100)),
    );
    let digest = request.digest(model.identity());
    Job {
        amount: Amount::at_most(&request, Some(Price::FREE), 1),
        call: Call {
            id: CallId::root(1, ordinal, 0),
            request_id: RequestId { digest, occurrence: 0 },
            request,
        },
        class: Class::Sub,
        model: Arc::clone(model),
        price: Some(Price::FREE),
        fallbacks: Arc::default(),
        refused: None,
        ledger: ledger.clone(),
        grant: GrantId::ROOT,
        replies: None,
        observer: Arc::new(Unobserved),
        cancel: cancel.clone(),
    }
}

#[tokio::test]
async fn one_hanging_connection_does_not_block_a_thousand_calls() {
    let slow = Fault::Drip(Duration::from_secs(10));
    for fault in [Fault::Hang, slow, Fault::CloseAfterHeaders] {
        let stuck = fault.clone();
        let server = TestServer::start(move |_, request| {
            let asked = request.body["messages"][0]["content"].as_str().unwrap_or_default();
            let answer = Answer::text(asked);
            if asked == "question 500." {
                answer.fault(stuck.clone())
            } else {
                answer
            }
        })
        .unwrap();
        let config = Endpoint::new(server.base_url().parse().unwrap(), "m");
        let model: Arc<dyn Model> = Arc::new(OpenAiModel::new(config).unwrap());
        let settings = SchedulerSettings {
            concurrency: 64,
            first_pause: Duration::from_millis(1),
            longest_pause: Duration::from_millis(1),
            ..SchedulerSettings::default()
        };
        let scheduler = Scheduler::new(settings, None);
        let limits = Limits {
            subcalls: 1_000,
            ..Limits::default()
        };
        let ledger = SharedLedger::new(&limits);
        let cancel = CancellationToken::new();
        let mut calls: FuturesUnordered<_> = (1..=1_000)
            .map(|ordinal| {
                let call = scheduler.call(job(&model, &ledger, ordinal, &cancel));
                async move { (ordinal, call.await) }
            })
            .collect();
        let mut answered = 0;
        let mut failed = None;
        while answered < 999 {
            match calls.next().await.unwrap() {
                (_, Ok(_)) => answered += 1,
                (ordinal, Err(failure)) => failed = Some((ordinal, failure)),
            }
        }
        if fault == Fault::CloseAfterHeaders {
            if failed.is_none() {
                let (ordinal, ended) = calls.next().await.unwrap();
                failed = Some((ordinal, ended.unwrap_err()));
            }
            let (ordinal, failure) = failed.unwrap();
            assert_eq!((ordinal, failure.attempts), (500, 5), "{failure}");
            continue;
        }
        assert!(failed.is_none());
        // It is still in flight when all others are answered; after its cancellation, its
        // connection is closed immediately.
        cancel.cancel();
        let (ordinal, ended) = calls.next().await.unwrap();
        assert_eq!(ordinal, 500);
        assert!(matches!(ended.unwrap_err().kind, FailureKind::Cancelled));
        tokio::task::spawn_blocking(move || server.wait_for_hang_ups(1))
            .await
            .unwrap()
            .unwrap();
    }
}

#[tokio::test]
async fn connections_are_used_again() {
    let server = TestServer::always(Answer::text("x")).unwrap();
    let config = Endpoint::new(server.base_url().parse().unwrap(), "m");
    let model: Arc<dyn Model> = Arc::new(OpenAiModel::new(config).unwrap());
    let settings = SchedulerSettings {
        concurrency: 8,
        ..SchedulerSettings::default()
    };
    let scheduler = Scheduler::new(settings, None);
    let ledger = SharedLedger::new(&Limits::default());
    let cancel = CancellationToken::new();
    let mut calls: FuturesUnordered<_> = (1..=200)
        .map(|ordinal| scheduler.call(job(&model, &ledger, ordinal, &cancel)))
        .collect();
    while let Some(ended) = calls.next().await {
        assert!(ended.is_ok());
    }
    assert!(
        server.connections() <= 16,
        "{} connections for 200 calls with concurrency 8",
        server.connections()
    );
}

#[tokio::test]
async fn rate_limit_headers_are_respected() {
    let server = TestServer::start(|number, _| {
        let left = if number == 0 { "1" } else { "0" };
        Answer::text("x")
            .header("x-ratelimit-limit-requests", "600")
            .header("x-ratelimit-remaining-requests", left)
            .header("x-ratelimit-reset-requests", "300ms")
    })
    .unwrap();
    let config = Endpoint::new(server.base_url().parse().unwrap(), "m");
    let model: Arc<dyn Model> = Arc::new(OpenAiModel::new(config).unwrap());
    let scheduler = Scheduler::new(SchedulerSettings::default(), None);
    let ledger = SharedLedger::new(&Limits::default());
    let cancel = CancellationToken::new();
    for ordinal in 1..=3 {
        assert!(scheduler.call(job(&model, &ledger, ordinal, &cancel)).await.is_ok());
    }
    let said = model.rate_limits().unwrap().requests.unwrap();
    assert_eq!((said.limit, said.remaining), (Some(600), 0));
}
