//! Tests of calls that hang: they are hedged by a second request, abandoned if that does not help,
//! and never exceed the budget.

use std::time::Duration;

use futures::future::join_all;
use rlm_model::{Money, Tokens};
use rlm_policy::Limits;
use rlm_scheduler::{SchedulerSettings, SharedLedger};
use tokio::time::Instant;

use crate::support::{Desk, Scripted, reply};

const NEVER: Duration = Duration::from_secs(1_000_000);
const HUNG: u32 = 7;

/// Creates a model that answers within one to two seconds, except for the first `hung` attempts of
/// one call, which hang.
fn hanging(hung: u32) -> std::sync::Arc<Scripted> {
    Scripted::new(move |call, attempt| {
        let ordinal = call.id.position.ordinal;
        if ordinal == HUNG && attempt <= hung {
            return (NEVER, Ok(reply("too late")));
        }
        let usual = Duration::from_millis(1_000 + u64::from(ordinal) * 50);
        (usual, Ok(reply("x")))
    })
}

fn limits() -> Limits {
    Limits {
        seconds: None,
        ..Limits::default()
    }
}

#[tokio::test(start_paused = true)]
async fn hanging_call_is_hedged_with_a_second_request() {
    let start = Instant::now();
    let desk = Desk::new(SchedulerSettings::default(), &limits(), &hanging(0));
    join_all((1..=20).map(|ordinal| desk.call(ordinal))).await;
    let without = start.elapsed();

    let start = Instant::now();
    let model = hanging(1);
    let desk = Desk::new(SchedulerSettings::default(), &limits(), &model);
    let ended = join_all((1..=20).map(|ordinal| desk.call(ordinal))).await;
    assert!(ended.iter().all(Result::is_ok));
    assert!(start.elapsed() < without * 3, "{:?} and {without:?}", start.elapsed());
    assert_eq!(model.begun().len(), 21);
    let settled = ended[HUNG as usize - 1].as_ref().unwrap();
    assert_eq!((settled.attempts, settled.reply.text.as_str()), (2, "x"));
    assert_eq!(
        settled.doubtful.tokens(),
        Tokens(100),
        "a hanging attempt may be charged"
    );
    assert_eq!(desk.tokens(), (20 * 10 + 100, 0));
    assert!(
        desk.diary.text().contains("sending a second request in parallel"),
        "{}",
        desk.diary.text()
    );
}

#[tokio::test(start_paused = true)]
async fn repeatedly_hanging_call_fails_without_affecting_others() {
    let start = Instant::now();
    let model = hanging(u32::MAX);
    let desk = Desk::new(SchedulerSettings::default(), &limits(), &model);
    let ended = join_all((1..=20).map(|ordinal| desk.call(ordinal))).await;
    assert_eq!(ended.iter().filter(|one| one.is_ok()).count(), 19);
    let failure = ended[HUNG as usize - 1].as_ref().unwrap_err();
    assert_eq!(
        (failure.kind.code(), failure.attempts),
        ("timeout_total", 2),
        "{failure}"
    );
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
    assert_eq!(desk.tokens(), (19 * 10 + 200, 0));
}

#[tokio::test(start_paused = true)]
async fn hedging_is_skipped_without_budget_or_if_disabled() {
    let scarce = Limits {
        // Enough for the last call in addition to the hanging one, but not for another.
        cost: Some(Money(18 * 10 + 209)),
        ..limits()
    };
    let unwanted = SchedulerSettings {
        hedge: false,
        ..SchedulerSettings::default()
    };
    for (settings, limits) in [(SchedulerSettings::default(), scarce), (unwanted, limits())] {
        let model = hanging(1);
        let desk = Desk::new(settings, &limits, &model);
        let all = join_all((1..=20).map(|ordinal| desk.call(ordinal)));
        let ended = tokio::time::timeout(Duration::from_secs(3_600), all).await;
        assert!(ended.is_err(), "the call hangs");
        assert_eq!(model.begun().len(), 20);
    }
}

#[tokio::test(start_paused = true)]
async fn slow_first_reply_is_used_despite_hedging() {
    let model = Scripted::new(|call, attempt| {
        let is_slow = call.id.position.ordinal == 20;
        let usual = Duration::from_secs(1);
        let late = if attempt == 1 { usual * 3 } else { NEVER };
        (if is_slow { late } else { usual }, Ok(reply("x")))
    });
    let desk = Desk::new(SchedulerSettings::default(), &limits(), &model);
    let ended = join_all((1..=20).map(|ordinal| desk.call(ordinal))).await;
    assert!(ended.iter().all(Result::is_ok));
    assert_eq!(model.begun().len(), 21);
    assert_eq!(ended[19].as_ref().unwrap().elapsed, Duration::from_secs(3));
    let ledger: &SharedLedger = &desk.ledger;
    assert_eq!(ledger.read(|ledger| ledger.spent().tokens()), Tokens(300));
}
