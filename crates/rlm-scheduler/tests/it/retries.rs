//! Tests of retries: which failures are retried, after what pause, and how failed attempts are
//! charged.

use std::time::Duration;

use crate::support::{Desk, Scripted, error, reply};
use insta::assert_snapshot;
use rlm_model::{Cost, ModelErrorKind, Money, TimeoutPhase, Tokens, Usage};
use rlm_policy::{Limits, Spend};
use rlm_scheduler::{FailureKind, SchedulerSettings};

const TICK: Duration = Duration::from_millis(10);

fn limited(tokens: u64) -> Limits {
    Limits {
        tokens: Some(Tokens(tokens)),
        ..Limits::default()
    }
}

#[tokio::test(start_paused = true)]
async fn retry_pauses_double_and_every_attempt_is_recorded() {
    let model = Scripted::new(|_, attempt| match attempt {
        1..=3 => (TICK, Err(error(ModelErrorKind::Server))),
        _ => (TICK, Ok(reply("at last"))),
    });
    let desk = Desk::new(SchedulerSettings::default(), &Limits::default(), &model);
    let settled = desk.call(1).await.unwrap();
    assert_eq!(settled.attempts, 4);
    assert_eq!(
        settled.spent,
        Spend::of(1, &settled.reply.usage, Cost::Known(Money(10)))
    );
    assert_snapshot!(desk.diary.text());
}

#[tokio::test(start_paused = true)]
async fn retry_after_is_respected() {
    let model = Scripted::new(|_, attempt| {
        let mut limited = error(ModelErrorKind::RateLimited);
        limited.retry_after = Some(Duration::from_secs(7));
        (TICK, if attempt == 1 { Err(limited) } else { Ok(reply("x")) })
    });
    let desk = Desk::new(SchedulerSettings::default(), &Limits::default(), &model);
    assert!(desk.call(1).await.is_ok());
    let begun = model.begun();
    let paused = begun[1].0 - begun[0].0;
    assert!(
        (7_510..7_520).contains(&paused),
        "expected 7 s, up to 0.5 s of jitter, and the attempt: {paused} ms"
    );
}

#[tokio::test(start_paused = true)]
async fn retry_after_beyond_the_deadline_or_maximum_fails_immediately() {
    for (asked, seconds) in [(121, None), (60, Some(30))] {
        let model = Scripted::new(move |_, _| {
            let mut limited = error(ModelErrorKind::RateLimited);
            limited.retry_after = Some(Duration::from_secs(asked));
            (TICK, Err(limited))
        });
        let limits = Limits {
            seconds,
            ..Limits::default()
        };
        let desk = Desk::new(SchedulerSettings::default(), &limits, &model);
        let failure = desk.call(1).await.unwrap_err();
        assert_eq!((failure.kind.code(), failure.attempts), ("rate_limited", 1));
        assert!(failure.elapsed < Duration::from_millis(20));
    }
}

#[tokio::test(start_paused = true)]
async fn permanent_errors_are_never_retried() {
    for kind in [
        ModelErrorKind::Unauthorized,
        ModelErrorKind::QuotaExhausted,
        ModelErrorKind::InvalidRequest,
        ModelErrorKind::PromptTooLong,
        ModelErrorKind::NoReply,
        ModelErrorKind::Cancelled,
    ] {
        let expected = error(kind.clone());
        let model = Scripted::new(move |_, _| (TICK, Err(error(kind.clone()))));
        let desk = Desk::new(SchedulerSettings::default(), &limited(1_000), &model);
        let failure = desk.call(1).await.unwrap_err();
        assert_eq!(failure.attempts, 1);
        assert_eq!(failure.spent, Spend::calls_only(1));
        assert!(matches!(failure.kind, FailureKind::Model(error) if error == expected));
        assert_eq!(desk.tokens(), (0, 0));
    }
}

#[tokio::test(start_paused = true)]
async fn transient_errors_are_retried_up_to_the_limit() {
    for kind in [
        ModelErrorKind::Timeout(TimeoutPhase::FirstByte),
        ModelErrorKind::Timeout(TimeoutPhase::Idle),
        ModelErrorKind::Timeout(TimeoutPhase::Total),
        ModelErrorKind::Connection,
        ModelErrorKind::EmptyReply,
        ModelErrorKind::MalformedReply,
    ] {
        let code = kind.code();
        let model = Scripted::new(move |_, _| (TICK, Err(error(kind.clone()))));
        let settings = SchedulerSettings {
            max_attempts: 3,
            ..SchedulerSettings::default()
        };
        let desk = Desk::new(settings, &Limits::default(), &model);
        let failure = desk.call(1).await.unwrap_err();
        assert_eq!((failure.kind.code(), failure.attempts), (code, 3));
    }
}

#[tokio::test(start_paused = true)]
async fn outages_are_waited_out_for_the_configured_time() {
    for (kind, code) in [
        (ModelErrorKind::RateLimited, "rate_limited"),
        (ModelErrorKind::Server, "provider_outage"),
        (ModelErrorKind::Unreachable, "provider_outage"),
        (ModelErrorKind::Timeout(TimeoutPhase::Connect), "provider_outage"),
    ] {
        for seconds in [1, 20, 60] {
            let kind = kind.clone();
            let model = Scripted::new(move |_, _| (TICK, Err(error(kind.clone()))));
            let settings = SchedulerSettings {
                longest_outage: Duration::from_secs(seconds),
                ..SchedulerSettings::default()
            };
            let limits = Limits {
                retries: 0,
                ..Limits::default()
            };
            let desk = Desk::new(settings, &limits, &model);
            let failure = desk.call(1).await.unwrap_err();
            assert_eq!(failure.kind.code(), code);
            let waited = failure.elapsed.as_secs_f64() - f64::from(u32::try_from(seconds).unwrap());
            assert!(
                (0.0..1.0).contains(&waited),
                "{code} after {:?} of {seconds} s",
                failure.elapsed
            );
            assert_eq!(desk.tokens(), (0, 0));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn possibly_charged_attempt_counts_at_its_reservation() {
    let model = Scripted::new(|_, attempt| match attempt {
        1 => (TICK, Err(error(ModelErrorKind::Timeout(TimeoutPhase::Idle)))),
        _ => (TICK, Ok(reply("x"))),
    });
    let desk = Desk::new(SchedulerSettings::default(), &limited(1_000), &model);
    let settled = desk.call(1).await.unwrap();
    assert_eq!(
        (settled.spent.tokens(), settled.doubtful.tokens()),
        (Tokens(110), Tokens(100))
    );
    assert_eq!(settled.cost, Cost::Known(Money(10)), "only the reply is charged");
    assert_eq!(settled.spent.calls, 1);
    assert_eq!(desk.tokens(), (110, 0));
}

#[tokio::test(start_paused = true)]
async fn failed_attempt_with_reported_usage_counts_that_usage() {
    let model = Scripted::new(|_, attempt| {
        let mut empty = error(ModelErrorKind::EmptyReply);
        empty.usage = Some(Box::new(Usage {
            output: Tokens(50),
            ..Usage::default()
        }));
        (TICK, if attempt == 1 { Err(empty) } else { Ok(reply("x")) })
    });
    let desk = Desk::new(SchedulerSettings::default(), &limited(1_000), &model);
    let settled = desk.call(1).await.unwrap();
    assert_eq!(
        (settled.spent.tokens(), settled.doubtful),
        (Tokens(60), Spend::default())
    );
}

#[tokio::test(start_paused = true)]
async fn unaffordable_retry_waits_for_refunds_and_then_fails() {
    let model = Scripted::new(|call, attempt| match (call.id.position.ordinal, attempt) {
        (1, 1) => (TICK, Err(error(ModelErrorKind::MalformedReply))),
        _ => (TICK * 5, Ok(reply("x"))),
    });
    let desk = Desk::new(SchedulerSettings::default(), &limited(210), &model);
    let (first, second) = tokio::join!(desk.call(1), desk.call(2));
    assert_eq!(first.unwrap().attempts, 2);
    assert!(second.is_ok());
    assert_eq!(desk.tokens(), (120, 0), "100 in doubt, plus two replies");
    let third = desk.call(1).await;
    assert!(third.is_err(), "90 are left");

    let model = Scripted::new(|_, _| (TICK, Err(error(ModelErrorKind::MalformedReply))));
    let desk = Desk::new(SchedulerSettings::default(), &limited(150), &model);
    let failure = desk.call(1).await.unwrap_err();
    assert_eq!((failure.kind.code(), failure.attempts), ("malformed_reply", 1));
    assert_eq!(failure.spent.tokens(), Tokens(100));
    assert_eq!(desk.tokens(), (100, 0));
}

#[tokio::test(start_paused = true)]
async fn retry_pause_releases_its_slot() {
    let model = Scripted::new(|call, attempt| match (call.id.position.ordinal, attempt) {
        (1, 1) => (TICK, Err(error(ModelErrorKind::Server))),
        _ => (TICK, Ok(reply("x"))),
    });
    let settings = SchedulerSettings {
        concurrency: 1,
        ..SchedulerSettings::default()
    };
    let desk = Desk::new(settings, &Limits::default(), &model);
    let _ = tokio::join!(desk.call(1), desk.call(2));
    let order: Vec<String> = model.begun().into_iter().map(|(_, id)| id).collect();
    assert_eq!(order, ["1.1.0", "1.2.0", "1.1.0"]);
}

/// One in five calls is refused by the server, one in twenty fails, and one in fifty hangs until
/// its timeout.
#[tokio::test(start_paused = true)]
async fn calls_complete_within_budget_under_faults() {
    let model = Scripted::new(|call, attempt| {
        let ordinal = call.id.position.ordinal;
        let hang = error(ModelErrorKind::Timeout(TimeoutPhase::Idle));
        match (ordinal, attempt) {
            (ordinal, 1) if ordinal % 5 == 0 => (TICK, Err(error(ModelErrorKind::RateLimited))),
            (ordinal, 2) if ordinal % 20 == 0 => (TICK, Err(error(ModelErrorKind::Server))),
            (ordinal, 1) if ordinal % 50 == 1 => (Duration::from_secs(10), Err(hang)),
            _ => (TICK, Ok(reply("x"))),
        }
    });
    let limits = Limits {
        subcalls: 1_000,
        retries: 1_000,
        cost: Some(Money(12_100)),
        ..Limits::default()
    };
    let settings = SchedulerSettings {
        concurrency: 64,
        ..SchedulerSettings::default()
    };
    let desk = Desk::new(settings, &limits, &model);
    let calls: Vec<_> = (1..=1_000).map(|ordinal| tokio::spawn(desk.call(ordinal))).collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    let spent = desk.ledger.read(rlm_policy::Ledger::spent);
    assert_eq!(spent.cost, Money(1_000 * 10 + 20 * 100));
}
