//! Tests of random faults under random limits: no call is lost, none is charged twice, and no
//! budget is exceeded.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::join_all;
use proptest::prelude::*;
use rlm_model::{CallId, Digest, DigestBuilder, ModelErrorKind, Money, Reply, TimeoutPhase, Tokens, Usage};
use rlm_policy::Limits;
use rlm_scheduler::SchedulerSettings;

use crate::support::{Desk, Scripted, error, reply};

#[derive(Debug, Clone)]
struct World {
    seed: u64,
    calls: u32,
    concurrency: usize,
    max_attempts: u32,
    retries: u32,
    tokens: Option<u64>,
    cost: Option<u64>,
    subcalls: u32,
    /// The percentage of attempts that fail.
    faults: u32,
    /// Whether late calls are hedged by a second request.
    hedge: bool,
}

fn worlds() -> impl Strategy<Value = World> {
    let limit = || prop::option::of(0_u64..6_000);
    (
        any::<u64>(),
        1_u32..60,
        1_usize..20,
        1_u32..6,
        0_u32..100,
        limit(),
        limit(),
        0_u32..80,
        0_u32..90,
        any::<bool>(),
    )
        .prop_map(
            |(seed, calls, concurrency, max_attempts, retries, tokens, cost, subcalls, faults, hedge)| World {
                seed,
                calls,
                concurrency,
                max_attempts,
                retries,
                tokens,
                cost,
                subcalls,
                faults,
                hedge,
            },
        )
}

/// The provider's actual charges, with which the ledger is compared.
#[derive(Debug, Default)]
struct Provider {
    replies: BTreeMap<CallId, u32>,
    tokens: u64,
}

fn chance(seed: u64, id: &CallId, attempt: u32, what: &str) -> u64 {
    let digest: Digest = DigestBuilder::new(what)
        .number(seed)
        .field(id.to_string().as_bytes())
        .number(u64::from(attempt))
        .finish();
    u64::from_le_bytes(digest.as_bytes()[..8].try_into().unwrap())
}

fn model(world: &World, provider: &Arc<Mutex<Provider>>) -> Arc<Scripted> {
    let (world, provider) = (world.clone(), Arc::clone(provider));
    Scripted::new(move |call, attempt| {
        let draw = |what: &str| chance(world.seed, &call.id, attempt, what);
        let latency = Duration::from_millis(draw("latency") % 500);
        // At most the reserved amounts: 50 and 50.
        let (input, output) = (draw("input") % 51, draw("output") % 51);
        let mut provider = provider.lock().unwrap();
        if draw("fault") % 100 >= u64::from(world.faults) {
            *provider.replies.entry(call.id.clone()).or_default() += 1;
            provider.tokens += input + output;
            let usage = Usage {
                input: Tokens(input),
                output: Tokens(output),
                ..Usage::default()
            };
            return (latency, Ok(Reply::new("x", usage)));
        }
        let kinds = [
            ModelErrorKind::RateLimited,
            ModelErrorKind::Server,
            ModelErrorKind::Unreachable,
            ModelErrorKind::Connection,
            ModelErrorKind::Timeout(TimeoutPhase::FirstByte),
            ModelErrorKind::Timeout(TimeoutPhase::Idle),
            ModelErrorKind::MalformedReply,
            ModelErrorKind::EmptyReply,
            ModelErrorKind::Unauthorized,
        ];
        let kind = kinds[usize::try_from(draw("kind") % kinds.len() as u64).unwrap()].clone();
        // Failures that may be charged are charged.
        let is_charged = matches!(
            kind,
            ModelErrorKind::Connection
                | ModelErrorKind::Timeout(_)
                | ModelErrorKind::MalformedReply
                | ModelErrorKind::EmptyReply
        );
        let mut failed = error(kind);
        if is_charged {
            provider.tokens += input + output;
            if draw("usage") % 2 == 0 {
                failed.usage = Some(Box::new(Usage {
                    input: Tokens(input),
                    output: Tokens(output),
                    ..Usage::default()
                }));
            }
        }
        (latency, Err(failed))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn calls_under_faults_are_never_lost_double_charged_or_over_limits(world in worlds()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let provider = Arc::new(Mutex::new(Provider::default()));
            let model = model(&world, &provider);
            let limits = Limits {
                tokens: world.tokens.map(Tokens),
                cost: world.cost.map(Money),
                subcalls: world.subcalls,
                retries: world.retries,
                seconds: None,
                ..Limits::default()
            };
            let settings = SchedulerSettings {
                concurrency: world.concurrency,
                max_attempts: world.max_attempts,
                hedge: world.hedge,
                longest_outage: Duration::from_secs(30),
                ..SchedulerSettings::default()
            };
            let desk = Desk::new(settings, &limits, &model);
            let ended = join_all((1..=world.calls).map(|ordinal| desk.call(ordinal))).await;

            let provider = provider.lock().unwrap();
            let answered = ended.iter().filter(|one| one.is_ok()).count();
            prop_assert_eq!(provider.replies.len(), answered, "every reply that was paid reached its call");
            let most = 1 + u32::from(world.hedge);
            prop_assert!(provider.replies.values().all(|times| *times <= most), "no call is paid more often than it was made");
            let settled = desk.diary.text().lines().filter(|line| line.contains(" settled ") || line.contains(" failed [")).count();
            prop_assert_eq!(settled, ended.len(), "every call has one end");
            let (spent, reserved) = desk.tokens();
            prop_assert_eq!(reserved, 0, "nothing is held when all is over");
            prop_assert!(provider.tokens <= spent, "what was charged is counted: {} and {}", provider.tokens, spent);
            let (calls, cost) = desk.ledger.read(|ledger| (ledger.spent().calls, ledger.spent().cost.0));
            prop_assert!(world.tokens.is_none_or(|limit| spent <= limit), "{} tokens", spent);
            prop_assert!(world.cost.is_none_or(|limit| cost <= limit), "{} micro-dollars", cost);
            prop_assert!(calls <= u64::from(world.subcalls), "{} calls", calls);
            Ok(())
        })?;
    }
}

#[tokio::test(start_paused = true)]
async fn budget_near_actual_cost_answers_all_calls_despite_high_bounds() {
    let model = Scripted::new(|call, _| {
        let latency = Duration::from_millis(u64::from(call.id.position.ordinal) * 37 % 200);
        let usage = Usage {
            input: Tokens(50),
            output: Tokens(50),
            ..Usage::default()
        };
        (latency, Ok(Reply { usage, ..reply("x") }))
    });
    let limits = Limits {
        subcalls: 500,
        // 1.2 times the actual usage, which is far less than the maximum: 500 times 4,146.
        tokens: Some(Tokens(500 * 100 * 12 / 10)),
        cost: Some(Money(500 * 100 * 12 / 10)),
        ..Limits::default()
    };
    let settings = SchedulerSettings {
        concurrency: 64,
        ..SchedulerSettings::default()
    };
    let desk = Desk::new(settings, &limits, &model);
    let jobs = (1..=500).map(|ordinal| {
        let mut job = desk.job(ordinal);
        job.amount.output_tokens = Tokens(4_096);
        job.amount.cost = rlm_model::Cost::Known(Money(4_146));
        desk.scheduler.call(job)
    });
    let ended = join_all(jobs).await;
    assert_eq!(ended.iter().filter(|one| one.is_ok()).count(), 500);
    assert_eq!(desk.tokens(), (50_000, 0));
}
