//! Tests of the observed state of a server: its concurrency, its rate limits, and its outages.

use std::sync::atomic::Ordering;
use std::time::Duration;

use futures::StreamExt as _;
use futures::future::join_all;
use rlm_model::{ModelErrorKind, ModelLimits, RateLimits, RateWindow};
use rlm_policy::Limits;
use rlm_scheduler::{FailureKind, Fallback, SchedulerSettings, Source};
use tokio::time::Instant;

use crate::support::{Desk, Scripted, error, reply};

const TICK: Duration = Duration::from_millis(100);

fn settings(concurrency: usize) -> SchedulerSettings {
    SchedulerSettings {
        concurrency,
        max_attempts: 20,
        ..SchedulerSettings::default()
    }
}

fn limits() -> Limits {
    Limits {
        subcalls: 2_000,
        retries: 2_000,
        seconds: None,
        ..Limits::default()
    }
}

#[tokio::test(start_paused = true)]
async fn concurrency_drops_on_rate_limit_errors_and_recovers() {
    // The server accepts eight concurrent requests.
    let model = Scripted::crowded(|_, _, in_flight| {
        if in_flight > 8 {
            (Duration::from_millis(20), Err(error(ModelErrorKind::RateLimited)))
        } else {
            (TICK, Ok(reply("x")))
        }
    });
    let desk = Desk::new(settings(64), &limits(), &model);
    let answered = join_all((1..=400).map(|ordinal| desk.call(ordinal))).await;
    assert!(answered.iter().all(Result::is_ok));
    let refused = model.begun().len() - 400;
    assert!(
        (56..200).contains(&refused),
        "{refused} of 400 calls were rejected at first"
    );
    assert!(
        model.most_in_flight.load(Ordering::SeqCst) >= 64,
        "the endpoint started with all slots"
    );
}

#[tokio::test(start_paused = true)]
async fn model_with_a_limit_of_calls_in_flight_gets_no_more() {
    let stated = ModelLimits {
        in_flight: std::num::NonZeroU32::new(2),
        ..ModelLimits::default()
    };
    let model = Scripted::limited(stated, |_, _| (TICK, Ok(reply("x"))));
    let desk = Desk::new(settings(64), &limits(), &model);
    let answered = join_all((1..=40).map(|ordinal| desk.call(ordinal))).await;
    assert!(answered.iter().all(Result::is_ok));
    assert_eq!(model.most_in_flight.load(Ordering::SeqCst), 2);
    assert_eq!(model.begun().len(), 40, "a call that waits is not slow");
}

#[tokio::test(start_paused = true)]
async fn remaining_request_quota_is_respected() {
    let model = Scripted::new(|_, _| (TICK, Ok(reply("x"))));
    let window = |remaining, seconds| RateLimits {
        requests: Some(RateWindow {
            limit: None,
            remaining,
            resets_in: Duration::from_secs(seconds),
        }),
        tokens: None,
    };
    let desk = Desk::new(settings(1), &limits(), &model);
    model.say(window(2, 10));
    assert!(desk.call(1).await.is_ok());
    model.say_nothing();
    let start = Instant::now();
    for ordinal in 2..=4 {
        assert!(desk.call(ordinal).await.is_ok());
    }
    let taken = start.elapsed();
    assert!(
        (Duration::from_secs(10)..Duration::from_secs(11)).contains(&taken),
        "{taken:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn refilling_quota_releases_requests_gradually() {
    let model = Scripted::new(|_, _| (TICK, Ok(reply("x"))));
    let desk = Desk::new(settings(1), &limits(), &model);
    // All 60 requests per minute are used up: one becomes available each second.
    model.say(RateLimits {
        requests: Some(RateWindow {
            limit: Some(60),
            remaining: 0,
            resets_in: Duration::from_secs(60),
        }),
        tokens: None,
    });
    assert!(desk.call(1).await.is_ok());
    model.say_nothing();
    let start = Instant::now();
    for ordinal in 2..=6 {
        assert!(desk.call(ordinal).await.is_ok());
    }
    let taken = start.elapsed();
    assert!(
        (Duration::from_secs(5)..Duration::from_secs(6)).contains(&taken),
        "{taken:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn tokens_per_minute_limit_uses_actual_usage() {
    // A call requests up to 50 tokens and a prompt of 3; it uses 10.
    let model = Scripted::limited(
        ModelLimits {
            tokens_per_minute: std::num::NonZeroU64::new(600),
            ..ModelLimits::default()
        },
        |_, _| (TICK, Ok(reply("x"))),
    );
    let desk = Desk::new(settings(10), &limits(), &model);
    let start = Instant::now();
    let answered = join_all((1..=100).map(|ordinal| desk.call(ordinal))).await;
    assert!(answered.iter().all(Result::is_ok));
    let seconds = start.elapsed().as_secs();
    // A thousand tokens at ten per second, with an initial burst of ten seconds.
    assert!((85..115).contains(&seconds), "{seconds} s");
}

#[tokio::test(start_paused = true)]
async fn retry_after_applies_to_all_calls_of_an_endpoint() {
    let model = Scripted::new(|call, attempt| {
        let mut limited = error(ModelErrorKind::RateLimited);
        limited.retry_after = Some(Duration::from_secs(7));
        let first = call.id.position.ordinal == 1 && attempt == 1;
        (TICK, if first { Err(limited) } else { Ok(reply("x")) })
    });
    let desk = Desk::new(settings(1), &limits(), &model);
    let (one, two) = tokio::join!(desk.call(1), desk.call(2));
    assert!(one.is_ok() && two.is_ok());
    let begun = model.begun();
    assert!(begun.iter().skip(1).all(|(at, _)| *at >= 7_100), "{begun:?}");
}

#[tokio::test(start_paused = true)]
async fn outage_is_probed_by_one_call_and_all_resume_after_recovery() {
    let start = Instant::now();
    let model = Scripted::new(move |_, _| {
        if start.elapsed() < Duration::from_secs(30) {
            (Duration::from_millis(1), Err(error(ModelErrorKind::Unreachable)))
        } else {
            (TICK, Ok(reply("x")))
        }
    });
    let desk = Desk::new(
        SchedulerSettings {
            concurrency: 10,
            ..SchedulerSettings::default()
        },
        &limits(),
        &model,
    );
    let answered = join_all((1..=200).map(|ordinal| desk.call(ordinal))).await;
    assert!(answered.iter().all(Result::is_ok));
    let failed = model.begun().len() - 200;
    assert!((10..25).contains(&failed), "{failed} attempts during the outage");
    assert!(start.elapsed() < Duration::from_secs(55), "{:?}", start.elapsed());
    assert_eq!(desk.tokens(), (200 * 10, 0), "unsent calls cost nothing");
}

#[tokio::test(start_paused = true)]
async fn long_outage_fails_every_call_as_provider_outage() {
    let model = Scripted::new(|_, _| (TICK, Err(error(ModelErrorKind::Unreachable))));
    let desk = Desk::new(
        SchedulerSettings {
            longest_outage: Duration::from_secs(20),
            ..settings(10)
        },
        &limits(),
        &model,
    );
    let start = Instant::now();
    let ended = join_all((1..=50).map(|ordinal| desk.call(ordinal))).await;
    for one in &ended {
        let failure = one.as_ref().unwrap_err();
        assert_eq!(failure.kind.code(), "provider_outage", "{failure}");
    }
    assert!(start.elapsed() < Duration::from_secs(45), "{:?}", start.elapsed());
    assert_eq!(desk.tokens(), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn single_failing_request_is_not_an_outage() {
    let model = Scripted::new(|call, _| {
        let poison = call.id.position.ordinal == 1;
        (
            TICK,
            if poison {
                Err(error(ModelErrorKind::Server))
            } else {
                Ok(reply("x"))
            },
        )
    });
    let settings = SchedulerSettings {
        concurrency: 2,
        ..SchedulerSettings::default()
    };
    let desk = Desk::new(settings, &limits(), &model);
    let others = join_all((2..=200).map(|ordinal| desk.call(ordinal)));
    let (poison, others) = tokio::join!(desk.call(1), others);
    let failure = poison.unwrap_err();
    assert_eq!((failure.kind.code(), failure.attempts), ("server", 5));
    assert!(others.iter().all(Result::is_ok));
}

#[tokio::test(start_paused = true)]
async fn fallback_answers_after_a_permanent_failure_with_a_note() {
    for (kind, attempts) in [(ModelErrorKind::QuotaExhausted, 2), (ModelErrorKind::Server, 3)] {
        let model = Scripted::new(move |_, _| (TICK, Err(error(kind.clone()))));
        let other = Scripted::named("other", |_, _| (TICK, Ok(reply("from the other"))));
        let desk = Desk::new(SchedulerSettings::default(), &limits(), &model);
        let mut job = desk.job(1);
        job.fallbacks = [Fallback {
            model: other.clone(),
            price: job.price,
        }]
        .into();
        let settled = desk.scheduler.call(job).await.unwrap();
        assert_eq!((settled.attempts, settled.source), (attempts, Source::Model));
        assert_eq!(
            settled.reply.notes[0].0,
            "scripted:other answered instead of scripted:m"
        );
        assert_eq!(desk.tokens(), (10, 0));
    }
}

/// Makes calls with a fallback. Returns the number of requests to each model, and the time.
async fn with_fallback(model: &std::sync::Arc<Scripted>, count: u32) -> (usize, usize, Duration) {
    let start = Instant::now();
    let other = Scripted::named("other", |_, _| (TICK, Ok(reply("from the other"))));
    let desk = Desk::new(SchedulerSettings::default(), &limits(), model);
    let calls = (1..=count).map(|ordinal| {
        let mut job = desk.job(ordinal);
        job.fallbacks = [Fallback {
            model: other.clone(),
            price: job.price,
        }]
        .into();
        desk.scheduler.call(job)
    });
    let ended = futures::stream::iter(calls)
        .buffer_unordered(20)
        .collect::<Vec<_>>()
        .await;
    assert!(ended.iter().all(Result::is_ok));
    assert_eq!(desk.tokens(), (u64::from(count) * 10, 0));
    (model.begun().len(), other.begun().len(), start.elapsed())
}

#[tokio::test(start_paused = true)]
async fn calls_go_directly_to_the_fallback_during_an_outage() {
    for kind in [ModelErrorKind::Server, ModelErrorKind::Unreachable] {
        let failing = kind.clone();
        let model = Scripted::new(move |_, _| (Duration::from_millis(1), Err(error(failing.clone()))));
        let (asked, by_other, took) = with_fallback(&model, 2_000).await;
        assert_eq!(by_other, 2_000);
        let alone = TICK * (2_000 / 10);
        assert!(
            took < alone * 2 + Duration::from_secs(1),
            "{kind:?}: {took:?} and {alone:?}"
        );
        assert!(asked < 40, "{asked} requests during an outage");
    }
}

#[tokio::test(start_paused = true)]
async fn recovered_server_replaces_its_fallback() {
    let start = Instant::now();
    let model = Scripted::new(move |_, _| {
        if start.elapsed() < Duration::from_secs(5) {
            return (Duration::from_millis(1), Err(error(ModelErrorKind::Unreachable)));
        }
        (TICK, Ok(reply("x")))
    });
    let (asked, by_other, _) = with_fallback(&model, 2_000).await;
    assert!((400..1_200).contains(&by_other), "{by_other}");
    assert!(asked > 800, "{asked}");
}

#[tokio::test(start_paused = true)]
async fn outage_wait_requires_that_the_fallback_is_down_too() {
    let gone = |_: &_, _| (Duration::from_millis(1), Err(error(ModelErrorKind::Unreachable)));
    let (model, other) = (Scripted::new(gone), Scripted::named("other", gone));
    let settings = SchedulerSettings {
        longest_outage: Duration::from_secs(20),
        ..SchedulerSettings::default()
    };
    let desk = Desk::new(settings, &limits(), &model);
    let start = Instant::now();
    let calls = (1..=30).map(|ordinal| {
        let mut job = desk.job(ordinal);
        job.fallbacks = [Fallback {
            model: other.clone(),
            price: job.price,
        }]
        .into();
        desk.scheduler.call(job)
    });
    for ended in join_all(calls).await {
        assert_eq!(ended.unwrap_err().kind.code(), "provider_outage");
    }
    let took = start.elapsed().as_secs();
    assert!((20..24).contains(&took), "{took} s");
}

#[tokio::test(start_paused = true)]
async fn unavailable_model_is_replaced_by_its_fallback() {
    let statuses = [
        (ModelErrorKind::Unauthorized, 401),
        (ModelErrorKind::Unauthorized, 403),
        (ModelErrorKind::InvalidRequest, 404),
        (ModelErrorKind::PromptTooLong, 400),
        (ModelErrorKind::NoReply, 200),
    ];
    for (kind, status) in statuses {
        let model = Scripted::new(move |_, _| {
            let mut failed = error(kind.clone());
            failed.status = Some(status);
            (TICK, Err(failed))
        });
        let (asked, by_other, _) = with_fallback(&model, 20).await;
        assert_eq!((asked, by_other), (20, 20), "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn unaffordable_fallback_is_not_called() {
    let model = Scripted::new(|_, _| (TICK, Err(error(ModelErrorKind::QuotaExhausted))));
    let other = Scripted::named("other", |_, _| (TICK, Ok(reply("from the other"))));
    let limits = Limits {
        cost: Some(rlm_model::Money(150)),
        ..limits()
    };
    let desk = Desk::new(SchedulerSettings::default(), &limits, &model);
    let mut job = desk.job(1);
    let dear = job.price.map(|price| rlm_model::Price {
        output: rlm_model::Money(100_000_000),
        ..price
    });
    job.fallbacks = [Fallback {
        model: other.clone(),
        price: dear,
    }]
    .into();
    let failure = desk.scheduler.call(job).await.unwrap_err();
    assert!(matches!(failure.kind, FailureKind::Model(_)), "{failure}");
    assert!(other.begun().is_empty());
}

#[tokio::test(start_paused = true)]
async fn empty_reply_is_retried_once_with_a_larger_output_limit() {
    for is_enough in [true, false] {
        let model = Scripted::new(move |call, _| {
            let room = call.request.parameters.max_output.0;
            let mut empty = error(ModelErrorKind::EmptyReply);
            empty.more_room = Some(rlm_model::Tokens(room * 4));
            empty.usage = Some(Box::new(rlm_model::Usage {
                output: rlm_model::Tokens(room),
                ..rlm_model::Usage::default()
            }));
            let answers = is_enough && room > 50;
            (TICK, if answers { Ok(reply("x")) } else { Err(empty) })
        });
        let desk = Desk::new(SchedulerSettings::default(), &limits(), &model);
        let ended = desk.call(1).await;
        assert_eq!(model.begun().len(), 2);
        match ended {
            Ok(settled) => assert!(is_enough && settled.spent.output_tokens.0 == 54, "{settled:?}"),
            Err(failure) => {
                assert_eq!((is_enough, failure.kind.code()), (false, "empty_reply"));
                assert_eq!(failure.spent.output_tokens.0, 250, "both attempts were charged");
            }
        }
        assert_eq!(desk.tokens().1, 0);
    }
}

#[tokio::test(start_paused = true)]
async fn retries_per_run_are_limited() {
    let model = Scripted::new(|_, _| (TICK, Err(error(ModelErrorKind::MalformedReply))));
    let limits = Limits { retries: 7, ..limits() };
    let desk = Desk::new(settings(10), &limits, &model);
    let ended = join_all((1..=20).map(|ordinal| desk.call(ordinal))).await;
    assert!(ended.iter().all(Result::is_err));
    assert_eq!(model.begun().len(), 27);
}
