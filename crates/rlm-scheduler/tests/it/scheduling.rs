//! Tests of the order of calls: slots, rates, budgets, deadlines, cancellation. Time is Tokio's
//! paused time, which advances only while tests wait.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::support::{Desk, Diary, Scripted, error, reply};
use futures::future::{join_all, select_all};
use insta::assert_snapshot;
use rlm_model::{CallId, ModelErrorKind, Tokens};
use rlm_policy::{GrantId, LimitReached, Limits, Share, Spend};
use rlm_scheduler::{FailureKind, SchedulerSettings, SharedLedger};
use tokio::time::{Instant, timeout};

fn tokens(limit: u64) -> Limits {
    Limits {
        tokens: Some(Tokens(limit)),
        ..Limits::default()
    }
}

fn concurrency(concurrency: usize) -> SchedulerSettings {
    SchedulerSettings {
        concurrency,
        ..SchedulerSettings::default()
    }
}

#[tokio::test(start_paused = true)]
async fn thousand_calls_use_all_slots_without_idle_time() {
    let model = Scripted::steady();
    let limits = Limits {
        subcalls: 1_000,
        ..Limits::default()
    };
    let desk = Desk::new(concurrency(64), &limits, &model);
    let started = Instant::now();
    let calls: Vec<_> = (1..=1_000).map(|ordinal| tokio::spawn(desk.call(ordinal))).collect();
    for (ordinal, call) in (1..=1_000).zip(calls) {
        assert_eq!(call.await.unwrap().unwrap().reply.text, format!("to 1.{ordinal}.0"));
    }
    // Sixteen rounds of 64; tokio's timers tick in whole milliseconds.
    let rounds = started.elapsed().as_millis();
    assert!((800..=816).contains(&rounds), "{rounds} ms");
    assert_eq!(model.most_in_flight.load(Ordering::SeqCst), 64);
    assert_eq!(desk.tokens(), (10_000, 0));
}

#[tokio::test(start_paused = true)]
async fn root_model_calls_overtake_queued_sub_calls() {
    let model = Scripted::steady();
    let desk = Desk::new(concurrency(1), &Limits::default(), &model);
    let (first, second, third) = (desk.call(1), desk.call(2), desk.call(3));
    let root = async {
        tokio::task::yield_now().await;
        desk.scheduler.call(desk.root_job(2)).await
    };
    let _ = tokio::join!(first, second, third, root);
    let order: Vec<String> = model.begun().into_iter().map(|(_, id)| id).collect();
    assert_eq!(order, ["1.1.0", "2.0.0", "1.2.0", "1.3.0"]);
}

#[tokio::test(start_paused = true)]
async fn configured_rate_spaces_requests_and_prefers_the_root_model() {
    let model = Scripted::steady();
    let mut settings = concurrency(10);
    let identity = rlm_model::Model::identity(&*model).clone();
    settings
        .requests_per_minute
        .insert(identity, NonZeroU32::new(30).unwrap());
    let desk = Desk::new(settings, &Limits::default(), &model);
    let calls = join_all((1..=3).map(|ordinal| desk.call(ordinal)));
    let root = async {
        tokio::task::yield_now().await;
        desk.scheduler.call(desk.root_job(2)).await
    };
    let _ = tokio::join!(calls, root);
    let begun = model.begun();
    let order: Vec<&str> = begun.iter().map(|(_, id)| id.as_str()).collect();
    assert_eq!(
        order,
        ["1.1.0", "1.2.0", "2.0.0", "1.3.0"],
        "the second was already queued"
    );
    for (round, (time, _)) in (0..).zip(&begun) {
        let expected = round * 2_000;
        assert!((expected..expected + 5).contains(time), "{begun:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn reservations_are_taken_at_call_creation_not_at_first_poll() {
    let model = Scripted::steady();
    let desk = Desk::new(SchedulerSettings::default(), &tokens(205), &model);
    let calls: Vec<_> = (1..=4).map(|ordinal| desk.call(ordinal)).collect();
    assert_eq!(desk.tokens(), (0, 200), "two of four fit, before anything is polled");
    let results = join_all(calls.into_iter().rev().map(tokio::spawn)).await;
    let texts: Vec<_> = results
        .into_iter()
        .map(|result| result.unwrap().unwrap().reply.text.clone())
        .collect();
    assert_eq!(
        texts,
        ["to 1.4.0", "to 1.3.0", "to 1.2.0", "to 1.1.0"],
        "settled calls free budget for all"
    );
    assert_eq!(desk.tokens(), (40, 0));
}

#[tokio::test(start_paused = true)]
async fn refused_calls_do_not_depend_on_completion_order() {
    // 100 are reserved for each call, and 10 used: of 155, the first six fit.
    let mut diaries = Vec::new();
    for slow in [1_u32, 3, 5] {
        let model = Scripted::new(move |call, _| {
            let late = call.id.position.ordinal % slow == 0;
            (Duration::from_millis(if late { 900 } else { 10 }), Ok(reply("x")))
        });
        let desk = Desk::new(SchedulerSettings::default(), &tokens(155), &model);
        let results = join_all((1..=9).map(|ordinal| desk.call(ordinal))).await;
        let refused: Vec<String> = (1..=9)
            .zip(&results)
            .filter_map(|(ordinal, result)| Some(format!("{ordinal}: {}", result.as_ref().err()?)))
            .collect();
        assert_eq!(desk.tokens(), (60, 0));
        diaries.push(refused.join("\n"));
    }
    assert_eq!(diaries[0], diaries[1]);
    assert_eq!(diaries[0], diaries[2]);
    assert_snapshot!(diaries[0]);
}

#[tokio::test(start_paused = true)]
async fn sub_call_limit_does_not_affect_the_root_model() {
    let model = Scripted::steady();
    let limits = Limits {
        subcalls: 1,
        ..Limits::default()
    };
    let desk = Desk::new(SchedulerSettings::default(), &limits, &model);
    let (first, second, root) = (desk.call(1), desk.call(2), desk.scheduler.call(desk.root_job(2)));
    let (first, second, root) = tokio::join!(first, second, root);
    assert!(first.is_ok() && root.is_ok());
    assert_snapshot!(second.unwrap_err());
    assert_snapshot!(desk.diary.text());
}

#[tokio::test(start_paused = true)]
async fn dropped_call_frees_its_slot_and_is_charged_only_if_sent() {
    let model = Scripted::steady();
    let desk = Desk::new(concurrency(1), &tokens(1_000), &model);
    let mut first = Box::pin(desk.call(1));
    let mut second = Box::pin(desk.call(2));
    assert!(timeout(Duration::from_millis(10), &mut first).await.is_err());
    assert!(timeout(Duration::from_millis(10), &mut second).await.is_err());
    let never_polled = desk.call(3);
    assert_eq!(desk.tokens(), (0, 300));
    drop(never_polled);
    drop(second);
    assert_eq!(desk.tokens(), (0, 100), "neither request was sent");
    drop(first);
    assert_eq!(desk.tokens(), (100, 0), "this request was sent");
    assert_eq!(desk.ledger.read(|ledger| ledger.doubtful().tokens()), Tokens(100));
    assert_eq!(desk.call(4).await.unwrap().reply.text, "to 1.4.0", "the slot is free");
}

#[tokio::test(start_paused = true)]
async fn cancellation_ends_calls_in_every_state() {
    let model = Scripted::steady();
    let desk = Desk::new(concurrency(1), &tokens(250), &model);
    let calls = join_all((1..=3).map(|ordinal| desk.call(ordinal)));
    let stop = async {
        tokio::time::sleep(Duration::from_millis(20)).await;
        desk.cancel.cancel();
    };
    let (results, ()) = tokio::join!(calls, stop);
    for result in results {
        assert!(matches!(result.unwrap_err().kind, FailureKind::Cancelled));
    }
    assert_snapshot!(desk.diary.text());
    assert_eq!(desk.tokens(), (100, 0));
    assert_eq!(model.begun().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn deadline_ends_every_call_with_the_named_limit() {
    let model = Scripted::new(|_, _| (Duration::from_secs(3_600), Ok(reply("late"))));
    let limits = Limits {
        seconds: Some(2),
        ..tokens(150)
    };
    let desk = Desk::new(SchedulerSettings::default(), &limits, &model);
    let started = Instant::now();
    let results = join_all((1..=2).map(|ordinal| desk.call(ordinal))).await;
    assert!(started.elapsed() < Duration::from_millis(2_010));
    for result in results {
        let expected = LimitReached::DeadlineExceeded {
            limit_seconds: 2,
            elapsed_seconds: 2,
        };
        assert!(matches!(result.unwrap_err().kind, FailureKind::Refused(limit) if limit == expected));
    }
    assert_eq!(desk.tokens(), (100, 0), "the first request was sent");
    assert!(matches!(
        desk.ledger.begin_step(GrantId::ROOT),
        Err(FailureKind::Refused(_))
    ));
    assert!(desk.call(3).await.is_err());
    assert_eq!(model.begun().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn resumed_run_keeps_its_remaining_time() {
    let limits = Limits {
        seconds: Some(300),
        ..Limits::default()
    };
    let ledger = rlm_policy::Ledger::new(&limits);
    let resumed = SharedLedger::resumed(ledger, Duration::from_secs(290));
    assert_eq!(resumed.deadline(), Some(Instant::now() + Duration::from_secs(10)));
    let seconds = resumed.read(|ledger| ledger.remaining(GrantId::ROOT).unwrap().seconds);
    assert_eq!(seconds, Some(10));
}

#[tokio::test(start_paused = true)]
async fn unrecordable_call_is_not_made() {
    let model = Scripted::steady();
    let mut desk = Desk::new(SchedulerSettings::default(), &tokens(1_000), &model);
    desk.diary = Arc::new(Diary {
        broken_at: Some(CallId::root(1, 1, 0)),
        ..Diary::default()
    });
    assert_snapshot!(desk.call(1).await.unwrap_err());
    assert_eq!((model.begun().len(), desk.tokens()), (0, (0, 0)));
    assert!(desk.call(2).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn concurrent_reuse_of_a_call_id_fails_only_the_second_call() {
    let model = Scripted::steady();
    let desk = Desk::new(SchedulerSettings::default(), &tokens(1_000), &model);
    let (first, second) = tokio::join!(desk.call(1), desk.call(1));
    assert!(first.is_ok());
    assert_snapshot!(second.unwrap_err());
    assert_eq!(desk.tokens(), (10, 0));
}

#[tokio::test(start_paused = true)]
async fn child_run_waits_for_its_share_and_returns_the_remainder() {
    let model = Scripted::steady();
    let limits = Limits {
        depth: 2,
        ..tokens(200)
    };
    let desk = Desk::new(SchedulerSettings::default(), &limits, &model);
    let call = desk.call(1);
    let id = CallId::root(1, 2, 0);
    let opening = desk.ledger.open(GrantId::ROOT, &id, Share::percent(75));
    let (settled, grant) = tokio::join!(call, opening);
    assert_eq!(settled.unwrap().spent.tokens(), Tokens(10));
    let grant = grant.unwrap();
    let mut job = desk.job(7);
    job.call.id = "1.2.0/1.1.0".parse().unwrap();
    job.grant = grant;
    let inner = desk.scheduler.call(job).await.unwrap();
    assert_eq!(inner.spent, Spend::of(1, &inner.reply.usage, inner.cost));
    assert_eq!(desk.tokens(), (20, 150));
    desk.ledger.close(grant).unwrap();
    assert_eq!(desk.tokens(), (20, 0));

    let unpolled = desk
        .ledger
        .open(GrantId::ROOT, &CallId::root(1, 3, 0), Share::percent(50));
    assert_eq!(desk.tokens(), (20, 100));
    drop(unpolled);
    assert_eq!(desk.tokens(), (20, 0));
}

#[tokio::test(start_paused = true)]
async fn announced_call_keeps_its_place_until_made_or_cancelled() {
    let model = Scripted::steady();
    let desk = Desk::new(SchedulerSettings::default(), &tokens(150), &model);
    let announced = desk.job(1);
    desk.ledger
        .announce(GrantId::ROOT, &announced.call.id, announced.amount)
        .unwrap();
    let mut later = Box::pin(desk.call(2));
    assert!(timeout(Duration::from_millis(500), &mut later).await.is_err());
    assert_eq!(model.begun().len(), 0);
    let first = desk.scheduler.call(announced);
    let (first, later) = tokio::join!(first, later);
    assert!(first.is_ok() && later.is_ok());
    desk.ledger
        .announce(GrantId::ROOT, &CallId::root(1, 3, 0), desk.job(3).amount)
        .unwrap();
    let fourth = desk.call(4);
    desk.ledger.cancel(&CallId::root(1, 3, 0)).unwrap();
    assert!(fourth.await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn one_hanging_call_does_not_delay_others() {
    let model = Scripted::new(|call, _| {
        let hangs = call.id.position.ordinal == 1;
        (Duration::from_millis(if hangs { 100_000 } else { 50 }), Ok(reply("x")))
    });
    let desk = Desk::new(concurrency(2), &Limits::default(), &model);
    let calls: Vec<_> = (1..=21).map(|ordinal| Box::pin(desk.call(ordinal))).collect();
    let started = Instant::now();
    let mut left = calls;
    for _ in 0..20 {
        let (result, _, others) = select_all(left).await;
        assert!(result.is_ok());
        left = others;
    }
    assert!(
        started.elapsed() <= Duration::from_millis(1_020),
        "{:?}",
        started.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn usage_above_the_reservation_fails_waiting_calls() {
    let model = Scripted::new(|_, _| {
        let mut reply = reply("too much");
        reply.usage.output = Tokens(500);
        (Duration::from_millis(50), Ok(reply))
    });
    let desk = Desk::new(SchedulerSettings::default(), &tokens(150), &model);
    let (first, second) = tokio::join!(desk.call(1), desk.call(2));
    assert_eq!(first.unwrap().overrun.unwrap().spent.tokens(), Tokens(506));
    assert_snapshot!(second.unwrap_err());
    assert_eq!(error(ModelErrorKind::Server).kind.code(), "server");
}
