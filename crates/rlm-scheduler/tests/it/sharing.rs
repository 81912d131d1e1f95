//! Tests of shared replies: from the cache, and from equal calls in flight.

use std::sync::Arc;
use std::time::Duration;

use crate::support::{Desk, Full, Scripted, error, reply};
use futures::future::join_all;
use insta::assert_snapshot;
use rlm_cache::{Cache, CacheStatus};
use rlm_model::{CallId, ModelErrorKind, Tokens};
use rlm_policy::{Limits, Spend};
use rlm_scheduler::{Job, Scheduler, SchedulerSettings, Sharing, Source};

fn cached(cache: &Arc<Cache>, sharing: Sharing) -> Scheduler {
    let settings = SchedulerSettings {
        sharing,
        ..SchedulerSettings::default()
    };
    Scheduler::with_jitter(settings, Some(Arc::clone(cache)), Arc::new(Full))
}

/// Returns a job with the same request as call `ordinal`, at another position.
fn equal(desk: &Desk, ordinal: u32, place: u32) -> Job {
    let mut job = desk.job(ordinal);
    job.call.id = CallId::root(2, place, 0);
    job
}

#[tokio::test(start_paused = true)]
async fn cache_hit_is_marked_and_counts_as_a_free_call() {
    let model = Scripted::steady();
    let folder = tempfile::tempdir().unwrap();
    {
        let cache = Arc::new(Cache::open(folder.path()).unwrap());
        let desk = Desk::with(cached(&cache, Sharing::SubCalls), &Limits::default(), &model);
        assert_eq!(desk.call(1).await.unwrap().source, Source::Model);
    }
    let cache = Arc::new(Cache::open(folder.path()).unwrap());
    let desk = Desk::with(cached(&cache, Sharing::SubCalls), &Limits::default(), &model);
    let hit = desk.call(1).await.unwrap();
    assert_eq!(hit.reply.text, "to 1.1.0");
    assert!(hit.is_cached());
    assert_eq!(hit.spent, Spend::calls_only(1));
    assert_eq!(model.begun().len(), 1);
    assert!(matches!(cache.status(), CacheStatus::Disk { .. }));
    let diary = desk.diary.text();
    let told: Vec<&str> = diary
        .lines()
        .map(|line| line.split(" after").next().unwrap_or_default())
        .collect();
    assert_snapshot!(told.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn calls_leave_in_order_while_the_cache_is_opened() {
    let model = Scripted::steady();
    let folder = tempfile::tempdir().unwrap();
    let cache = Arc::new(Cache::open(folder.path()).unwrap());
    let desk = Desk::with(cached(&cache, Sharing::SubCalls), &Limits::default(), &model);
    let calls: Vec<_> = (1..=100).map(|ordinal| tokio::spawn(desk.call(ordinal))).collect();
    assert!(
        join_all(calls)
            .await
            .into_iter()
            .all(|settled| settled.unwrap().is_ok())
    );
    let begun: Vec<String> = model.begun().into_iter().map(|(_, id)| id).collect();
    let in_order: Vec<String> = (1..=100)
        .map(|ordinal| CallId::root(1, ordinal, 0).to_string())
        .collect();
    assert_eq!(begun, in_order);
}

#[tokio::test(start_paused = true)]
async fn root_calls_are_deduplicated_only_if_everything_is_shared() {
    for (sharing, asked) in [(Sharing::Nothing, 2), (Sharing::SubCalls, 2), (Sharing::Everything, 1)] {
        let model = Scripted::steady();
        let cache = Arc::new(Cache::memory());
        let desk = Desk::with(cached(&cache, sharing), &Limits::default(), &model);
        for _ in 0..2 {
            assert!(desk.scheduler.call(desk.root_job(1)).await.is_ok());
        }
        assert_eq!(model.begun().len(), asked, "{sharing:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn replies_stay_within_their_scope() {
    let model = Scripted::steady();
    let cache = Arc::new(Cache::memory());
    let scheduler = cached(&cache, Sharing::SubCalls);
    let desks = ["acme", "umbra"].map(|scope| Desk::with(scheduler.scoped(scope), &Limits::default(), &model));
    let unscoped = Desk::with(scheduler, &Limits::default(), &model);
    for desk in desks.iter().chain([&unscoped]) {
        assert_eq!(desk.call(1).await.unwrap().source, Source::Model);
        assert_eq!(desk.call(1).await.unwrap().source, Source::Cache);
    }
    assert_eq!(model.begun().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn equal_calls_in_flight_share_one_request() {
    let model = Scripted::steady();
    let desk = Desk::new(SchedulerSettings::default(), &Limits::default(), &model);
    let calls: Vec<_> = (1..=5)
        .map(|place| desk.scheduler.call(equal(&desk, 1, place)))
        .collect();
    let settled: Vec<_> = join_all(calls).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(model.begun().len(), 1);
    let sources: Vec<_> = settled.iter().map(|settled| settled.source).collect();
    let joined = Source::Joined;
    assert_eq!(sources, [Source::Model, joined, joined, joined, joined]);
    assert!(settled.iter().all(|settled| settled.reply.text == "to 2.1.0"));
    assert_eq!(desk.tokens(), (10, 0), "charged once");
    assert_eq!(desk.ledger.read(|ledger| ledger.spent().calls), 5);
}

#[tokio::test(start_paused = true)]
async fn further_samples_of_one_request_are_separate_requests() {
    let model = Scripted::steady();
    let desk = Desk::new(SchedulerSettings::default(), &Limits::default(), &model);
    let calls = (0..5).map(|occurrence| {
        let mut job = equal(&desk, 1, occurrence + 1);
        job.call.request_id.occurrence = occurrence;
        desk.scheduler.call(job)
    });
    let _ = join_all(calls.collect::<Vec<_>>()).await;
    assert_eq!(model.begun().len(), 5);
}

#[tokio::test(start_paused = true)]
async fn dropped_single_flight_leader_is_replaced() {
    let model = Scripted::steady();
    let desk = Desk::new(SchedulerSettings::default(), &Limits::default(), &model);
    let mut leader = Box::pin(desk.scheduler.call(equal(&desk, 1, 1)));
    let followers: Vec<_> = (2..=3)
        .map(|place| tokio::spawn(desk.scheduler.call(equal(&desk, 1, place))))
        .collect();
    assert!(
        tokio::time::timeout(Duration::from_millis(10), &mut leader)
            .await
            .is_err()
    );
    assert_eq!(model.begun().len(), 1);
    drop(leader);
    for follower in followers {
        assert_eq!(follower.await.unwrap().unwrap().reply.usage.output, Tokens(4));
    }
    assert_eq!(model.begun().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn shared_failure_reaches_all_waiters_and_is_not_cached() {
    let model = Scripted::new(|call, _| {
        let first = call.id.position.ordinal == 1;
        let result = if first {
            Err(error(ModelErrorKind::Unauthorized))
        } else {
            Ok(reply("x"))
        };
        (Duration::from_millis(50), result)
    });
    let cache = Arc::new(Cache::memory());
    let desk = Desk::with(cached(&cache, Sharing::SubCalls), &Limits::default(), &model);
    let (leader, follower) = tokio::join!(
        desk.scheduler.call(equal(&desk, 1, 1)),
        desk.scheduler.call(equal(&desk, 1, 2))
    );
    assert_eq!(leader.unwrap_err().kind.code(), "unauthorized");
    let follower = follower.unwrap_err();
    assert_eq!(
        (follower.kind.code(), follower.attempts, follower.spent),
        ("unauthorized", 0, Spend::calls_only(1))
    );
    assert_eq!(
        desk.scheduler.call(equal(&desk, 1, 3)).await.unwrap().source,
        Source::Model
    );
    assert_eq!(cache.stats().stored, 1);
}

/// A parent's call that requests another attempt waits for its child run, so the child's equal call
/// must not wait for the parent's.
#[tokio::test(start_paused = true)]
async fn followers_do_not_wait_for_a_leader_that_lacks_budget() {
    let model = Scripted::new(|_, attempt| {
        let result = if attempt == 1 {
            Err(error(ModelErrorKind::MalformedReply))
        } else {
            Ok(reply("x"))
        };
        (Duration::from_millis(50), result)
    });
    let limits = Limits {
        depth: 2,
        tokens: Some(Tokens(500)),
        ..Limits::default()
    };
    let desk = Desk::new(SchedulerSettings::default(), &limits, &model);
    let parent = desk.scheduler.call(desk.job(1));
    let id = CallId::root(1, 2, 0);
    let grant = desk
        .ledger
        .open(rlm_policy::GrantId::ROOT, &id, rlm_policy::Share::percent(80))
        .await
        .unwrap();
    let child = async {
        let mut job = desk.job(1);
        job.call.id = "1.2.0/1.1.0".parse().unwrap();
        job.grant = grant;
        let result = desk.scheduler.call(job).await;
        desk.ledger.close(grant).unwrap();
        result
    };
    let (parent, child) = tokio::time::timeout(Duration::from_secs(60), async { tokio::join!(parent, child) })
        .await
        .unwrap();
    assert_eq!((parent.unwrap().attempts, child.unwrap().attempts), (2, 2));
}
