//! Tests of small budgets: replies are shortened if less is left than their maximum.

use std::sync::Arc;
use std::time::Duration;

use rlm_cache::Cache;
use rlm_model::{Call, Cost, Finish, ModelErrorKind, Money, Price, Reply, Tokens, Usage};
use rlm_policy::{Amount, LimitReached, Limits};
use rlm_scheduler::{FailureKind, Fallback, Job, RandomJitter, Scheduler, SchedulerSettings, Source};

use crate::support::{Desk, Scripted, error};

const PRICE: Price = Price {
    input: Money(1_000_000),
    cached_input: Money(1_000_000),
    output: Money(1_000_000),
};

fn small(limits: Limits) -> Limits {
    Limits {
        min_output: Tokens(20),
        ..limits
    }
}

/// Creates a model that replies with the maximum number of tokens.
fn wordy(name: &str) -> Arc<Scripted> {
    Scripted::named(name, |call, _| (Duration::from_millis(10), Ok(filled(call))))
}

fn filled(call: &Call) -> Reply {
    let output = call.request.parameters.max_output;
    let usage = Usage {
        input: Tokens(50),
        output,
        ..Usage::default()
    };
    Reply {
        finish: Finish::Length,
        ..Reply::new(format!("{} tokens", output.0), usage)
    }
}

/// Returns a call with a prompt of 50 tokens and a reply of 50.
fn job(desk: &Desk, ordinal: u32) -> Job {
    let job = desk.job(ordinal);
    Job {
        price: Some(PRICE),
        amount: Amount::of(Tokens(50), Tokens(50), Some(PRICE), 1),
        ..job
    }
}

#[tokio::test(start_paused = true)]
async fn reply_limit_is_capped_by_remaining_tokens_above_a_minimum() {
    let limits = small(Limits {
        tokens: Some(Tokens(180)),
        ..Limits::default()
    });
    let desk = Desk::new(SchedulerSettings::default(), &limits, &wordy("m"));
    let whole = desk.scheduler.call(job(&desk, 1)).await.unwrap();
    assert_eq!(
        (whole.reply.text.as_str(), whole.reply.finish),
        ("50 tokens", Finish::Length)
    );
    let short = desk.scheduler.call(job(&desk, 2)).await.unwrap();
    assert_eq!(
        (short.reply.text.as_str(), short.reply.finish),
        ("30 tokens", Finish::Budget)
    );
    assert_eq!(desk.tokens(), (180, 0));

    let limits = small(Limits {
        tokens: Some(Tokens(169)),
        ..Limits::default()
    });
    let desk = Desk::new(SchedulerSettings::default(), &limits, &wordy("m"));
    assert!(desk.scheduler.call(job(&desk, 1)).await.is_ok());
    let refused = desk.scheduler.call(job(&desk, 2)).await.unwrap_err();
    let FailureKind::Refused(LimitReached::MaxTokensExceeded { wanted, .. }) = refused.kind else {
        panic!("{refused:?}");
    };
    assert_eq!(wanted, Tokens(70), "the minimum that the call needs");
    assert_eq!(desk.tokens(), (100, 0));
}

#[tokio::test(start_paused = true)]
async fn output_tokens_have_a_separate_limit() {
    let limits = small(Limits {
        output_tokens: Some(Tokens(75)),
        ..Limits::default()
    });
    let desk = Desk::new(SchedulerSettings::default(), &limits, &wordy("m"));
    let mut replies = Vec::new();
    for ordinal in 1..=3 {
        let settled = desk.scheduler.call(job(&desk, ordinal)).await;
        replies.push(
            settled
                .map(|settled| settled.reply.text.clone())
                .map_err(|failure| failure.to_string()),
        );
    }
    let shown: Vec<&str> = replies
        .iter()
        .map(|reply| reply.as_ref().map_or_else(String::as_str, String::as_str))
        .collect();
    insta::assert_snapshot!(shown.join("\n"), @r"
    50 tokens
    25 tokens
    MaxOutputTokensExceeded: 75 of 75 output tokens are used; the reply to this call may have up to 20 more
    ");
}

#[tokio::test(start_paused = true)]
async fn input_tokens_have_a_separate_limit() {
    let limits = small(Limits {
        input_tokens: Some(Tokens(120)),
        ..Limits::default()
    });
    let desk = Desk::new(SchedulerSettings::default(), &limits, &wordy("m"));
    for ordinal in 1..=2 {
        assert!(desk.scheduler.call(job(&desk, ordinal)).await.is_ok());
    }
    let refused = desk.scheduler.call(job(&desk, 3)).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "MaxInputTokensExceeded: 100 of 120 input tokens are used; the prompt of this call may have up to 50 more"
    );
}

#[tokio::test(start_paused = true)]
async fn concurrent_calls_share_the_remaining_budget_in_order() {
    let limits = small(Limits {
        cost: Some(Money(260)),
        ..Limits::default()
    });
    let desk = Desk::new(SchedulerSettings::default(), &limits, &wordy("m"));
    let calls = (1..=4).map(|ordinal| desk.scheduler.call(job(&desk, ordinal)));
    let replies = futures::future::join_all(calls).await;
    let replies: Vec<Option<&str>> = replies
        .iter()
        .map(|settled| settled.as_ref().ok().map(|settled| settled.reply.text.as_str()))
        .collect();
    // The first two take 200; the remaining 60 are too few for the minimum of another.
    assert_eq!(replies, [Some("50 tokens"), Some("50 tokens"), None, None]);
    assert_eq!(desk.ledger.read(|ledger| ledger.spent().cost), Money(200));
}

#[tokio::test(start_paused = true)]
async fn more_expensive_fallback_gets_a_smaller_output_limit() {
    let limits = small(Limits {
        cost: Some(Money(150)),
        ..Limits::default()
    });
    let broken = Scripted::new(|_, _| (Duration::from_millis(10), Err(error(ModelErrorKind::Unauthorized))));
    let desk = Desk::new(SchedulerSettings::default(), &limits, &broken);
    let dearer = Price {
        output: Money(3_000_000),
        ..PRICE
    };
    let fallback = Fallback {
        model: wordy("dear"),
        price: Some(dearer),
    };
    let asked = Job {
        fallbacks: [fallback].into(),
        ..job(&desk, 1)
    };
    let most = (150 - asked.call.request.input_tokens_at_most().0) / 3;
    let settled = desk.scheduler.call(asked).await.unwrap();
    assert_eq!(settled.reply.text, format!("{most} tokens"));
    assert_eq!(settled.cost, Cost::Known(Money(50 + 3 * most)));
}

#[tokio::test(start_paused = true)]
async fn retry_after_a_charged_attempt_uses_the_remaining_budget() {
    let limits = small(Limits {
        tokens: Some(Tokens(185)),
        ..Limits::default()
    });
    let model = Scripted::new(|call, attempt| {
        let result = match attempt {
            1 => Err(error(ModelErrorKind::Connection)),
            _ => Ok(filled(call)),
        };
        (Duration::from_millis(10), result)
    });
    let desk = Desk::new(SchedulerSettings::default(), &limits, &model);
    let settled = desk.scheduler.call(job(&desk, 1)).await.unwrap();
    assert!(desk.tokens().0 <= 185, "{:?}", desk.tokens());
    assert!(settled.attempts == 2, "{settled:?}");
}

#[tokio::test(start_paused = true)]
async fn reply_truncated_by_the_budget_is_not_cached() {
    let limits = small(Limits {
        tokens: Some(Tokens(80)),
        ..Limits::default()
    });
    let cache = Arc::new(Cache::memory());
    let scheduler = Scheduler::with_jitter(SchedulerSettings::default(), Some(cache), Arc::new(RandomJitter));
    let poor = Desk::with(scheduler.clone(), &limits, &wordy("m"));
    let cut = poor.scheduler.call(job(&poor, 1)).await.unwrap();
    assert_eq!(cut.reply.text, "30 tokens");
    let rich = Desk::with(scheduler, &Limits::default(), &poor.model);
    let whole = rich.scheduler.call(job(&rich, 1)).await.unwrap();
    assert_eq!((whole.reply.text.as_str(), whole.source), ("50 tokens", Source::Model));
}
