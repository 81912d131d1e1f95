//! Tests of the effects of limits and failing servers on whole runs: refusals before any cost,
//! errors instead of outcomes, outages, fallbacks. The servers are real, on the loopback.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rlm_context::Context;
use rlm_core::{RunError, RunOptions, Runner, RunnerBuilder};
use rlm_model::{BoxFuture, Call, Model, ModelError, ModelIdentity, ModelLimits, Money, Price, Reply, Tokens};
use rlm_policy::{LimitReached, Limits, OnLimit, Outcome, Preset, PriceStatement, PriceTable};
use rlm_runs::replay;
use rlm_test_runs::{Computed, Recorded, fake, fenced, last_user_message, memory, run, runner, served, without_pauses};
use rlm_test_server::{Answer, TestServer};
use rlm_trace::Event;

const TEXT: &str = "The vault code is 7-4-1.\nThe garden gate is green.\n";

/// A server whose root model runs `program` and then answers with its output, and whose sub-model
/// echoes. Also returns a counter of its requests.
fn server(program: &str) -> (TestServer, Arc<AtomicUsize>) {
    let program = fenced(program);
    let subcalls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&subcalls);
    let server = TestServer::start(move |_, request| {
        let asked = last_user_message(request);
        if asked.starts_with("piece") {
            counted.fetch_add(1, Ordering::SeqCst);
            return Answer::text("a reply");
        }
        let first = request.body["messages"].as_array().unwrap().len() == 2;
        Answer::text(if first { program.as_str() } else { "FINAL: done" })
    });
    (server.unwrap(), subcalls)
}

fn observed(recorded: &Recorded) -> String {
    recorded.observations().join("\n")
}

#[tokio::test]
async fn batch_whose_prompts_exceed_the_budget_is_rejected_before_sending() {
    let (server, subcalls) =
        server("replies = llm_batch(['piece ' + 'x' * 16_000 for n in range(50)])\nprint(replies[0])");
    let limits = Limits {
        tokens: Some(Tokens(90_000)),
        ..Limits::default()
    };
    let builder = Runner::builder(served(&server, "m")).limits(limits);
    let recorded = run(builder, "What?", &Context::from_text(TEXT)).await;
    assert_eq!(subcalls.load(Ordering::SeqCst), 0);
    assert_eq!(recorded.answer(), "done");
    let shown = observed(&recorded);
    let line = shown.lines().find(|line| line.contains("BatchExceedsTokens")).unwrap();
    assert!(
        line.contains("the prompts of these 50 calls need at least 100,000 tokens, but "),
        "{line}"
    );
}

#[tokio::test]
async fn batch_exceeding_the_budget_only_by_reservations_is_sent() {
    let (server, subcalls) = server("replies = llm_batch(['piece ' + str(n) for n in range(50)])\nprint(len(replies))");
    // The reservations of 50 times 1,024 output tokens do not fit, but the actual usage does.
    let limits = Limits {
        tokens: Some(Tokens(40_000)),
        ..Limits::default()
    };
    let builder = Runner::builder(served(&server, "m")).limits(limits);
    let recorded = run(builder, "What?", &Context::from_text(TEXT)).await;
    assert_eq!((recorded.answer(), subcalls.load(Ordering::SeqCst)), ("done", 50));
}

#[tokio::test]
async fn sub_calls_have_a_separate_token_limit() {
    let (server, subcalls) = server("print([llm_query('piece ' + str(n)) for n in range(50)])");
    let limits = Limits {
        subcall_tokens: Some(Tokens(2_000)),
        ..Limits::default()
    };
    let builder = Runner::builder(served(&server, "m")).limits(limits.clone());
    let recorded = run(builder, "What?", &Context::from_text(TEXT)).await;
    assert_eq!(recorded.answer(), "done", "the root model continues");
    let totals = recorded.result.totals.sub;
    let used = totals.usage.input.saturating_add(totals.usage.output);
    assert!(
        used <= Tokens(2_000) && subcalls.load(Ordering::SeqCst) < 50,
        "{totals:?}"
    );
    let met: Vec<&str> = recorded.result.limits_met().collect();
    assert_eq!(met, ["MaxSubcallTokensExceeded"]);

    let builder = Runner::builder(served(&server, "m"))
        .limits(limits)
        .on_limit(OnLimit::Error);
    let runner = builder.build().unwrap();
    let error = runner.run("What?", &Context::from_text(TEXT)).await.unwrap_err();
    assert_eq!(error.code(), "MaxSubcallTokensExceeded");
}

#[tokio::test]
async fn free_models_under_a_cost_limit_are_noted() {
    let (server, _) = server("print(llm_query('piece'))");
    let model = served(&server, "m");
    let ModelIdentity {
        adapter, model: name, ..
    } = model.identity().clone();
    let noted = async |cost: Option<Money>, price: Price| {
        let mut prices = PriceTable::empty();
        prices.set(PriceStatement {
            adapter: adapter.clone(),
            model: name.clone(),
            price,
        });
        let limits = Limits {
            cost,
            ..Limits::default()
        };
        let builder = Runner::builder(Arc::clone(&model)).limits(limits).prices(prices);
        let recorded = run(builder, "What?", &Context::from_text(TEXT)).await;
        let notes = recorded.result.notes.iter();
        let texts: Vec<String> = notes
            .filter(|note| note.code == "counts_as_free")
            .map(|note| note.text.clone())
            .collect();
        texts
    };
    let cost = Some(Money(1_000_000));
    assert_eq!(
        noted(cost, Price::FREE).await,
        [format!(
            "{adapter}:{name} counts as free, so the cost limit does not apply to it; set its price if it has one"
        )]
    );
    let dear = Price {
        input: Money(1),
        ..Price::FREE
    };
    assert!(noted(cost, dear).await.is_empty() && noted(None, Price::FREE).await.is_empty());
}

/// A model with a configured window.
struct Windowed(Arc<dyn Model>);

impl Model for Windowed {
    fn identity(&self) -> &ModelIdentity {
        self.0.identity()
    }

    fn price(&self) -> Option<Price> {
        self.0.price()
    }

    fn limits(&self) -> ModelLimits {
        ModelLimits {
            window: Some(Tokens(101_024)),
            ..ModelLimits::default()
        }
    }

    fn complete<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<Reply, ModelError>> {
        self.0.complete(call)
    }
}

#[tokio::test]
async fn prompt_exceeding_the_window_is_rejected_before_sending() {
    let (server, subcalls) = server("reply = llm_query('piece ' + 'x' * 812_000)\nprint(failed(reply))\nprint(reply)");
    let builder = Runner::builder(served(&server, "root")).sub_model(Arc::new(Windowed(served(&server, "sub"))));
    let recorded = run(builder, "What?", &Context::from_text(TEXT)).await;
    assert_eq!(subcalls.load(Ordering::SeqCst), 0);
    let shown = observed(&recorded);
    let line = shown.lines().find(|line| line.contains("PromptTooLong")).unwrap();
    assert!(
        line.contains("this model takes about 400,000; use chunks(text, 400000)"),
        "{line}"
    );
}

/// A model with the identity of another.
struct Called(ModelIdentity, Arc<dyn Model>);

impl Model for Called {
    fn identity(&self) -> &ModelIdentity {
        &self.0
    }

    fn limits(&self) -> ModelLimits {
        self.1.limits()
    }

    fn complete<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<Reply, ModelError>> {
        self.1.complete(call)
    }
}

#[tokio::test]
async fn prompts_are_counted_exactly_if_the_tokenizer_is_known() {
    let (server, subcalls) = server("print(failed(llm_query('piece ' + 'all work and no play ' * 1_000)))");
    let limits = Limits {
        tokens: Some(Tokens(16_000)),
        ..Limits::default()
    };
    let called = |name| {
        let identity = ModelIdentity::new("openai", "https://api.openai.com/v1", name);
        let sub = Arc::new(Called(identity, served(&server, "sub")));
        Runner::builder(served(&server, "root"))
            .sub_model(sub)
            .limits(limits.clone())
    };
    let by_bytes = run(called("mystery"), "What?", &Context::from_text(TEXT)).await;
    assert_eq!(subcalls.load(Ordering::SeqCst), 0, "21,006 bytes may be 21,006 tokens");
    assert!(observed(&by_bytes).contains("True"), "{}", observed(&by_bytes));

    let counted = run(called("gpt-5.1"), "What?", &Context::from_text(TEXT)).await;
    assert_eq!(subcalls.load(Ordering::SeqCst), 1, "the prompt has 5,002 tokens");
    let replayed = replay(&counted.as_recorded(), &Context::from_text(TEXT)).await.unwrap();
    assert_eq!(replayed.answer.as_deref(), Some(counted.answer()));
}

#[tokio::test]
async fn window_check_uses_token_counts_if_the_tokenizer_is_known() {
    let (server, subcalls) = server(
        "play = 'all work and no play '\nprint(failed(llm_query('piece ' + play * 19_900)))\nreply = llm_query('piece ' + play * \
         21_000)\nprint(failed(reply))\nprint(reply)",
    );
    let called = |name| {
        let identity = ModelIdentity::new("openai", "https://api.openai.com/v1", name);
        let sub = Called(identity, Arc::new(Windowed(served(&server, "sub"))));
        let limits = Limits {
            tokens: Some(Tokens(10_000_000)),
            ..Limits::default()
        };
        let root = served(&server, "root");
        Runner::builder(root).sub_model(Arc::new(sub)).limits(limits)
    };
    let counted = run(called("gpt-5.1"), "What?", &Context::from_text(TEXT)).await;
    assert_eq!(subcalls.load(Ordering::SeqCst), 1, "of 417,906 bytes and 99,502 tokens");
    let shown = observed(&counted);
    let line = shown.lines().find(|line| line.contains("PromptTooLong")).unwrap();
    // The characters are those of the whole prompt, including the system message.
    assert!(
        line.contains("PromptTooLong: 441,")
            && line.contains(" characters; this model takes about 420,000; use chunks(text, 420000)"),
        "{line}"
    );
    let replayed = replay(&counted.as_recorded(), &Context::from_text(TEXT)).await.unwrap();
    assert_eq!(replayed.answer.as_deref(), Some(counted.answer()));

    let sent = run(called("mystery"), "What?", &Context::from_text(TEXT)).await;
    assert_eq!(
        subcalls.load(Ordering::SeqCst),
        3,
        "441,006 bytes may be few enough tokens"
    );
    assert!(!observed(&sent).contains("PromptTooLong"), "{}", observed(&sent));
}

#[tokio::test]
async fn on_limit_setting_decides_how_a_run_ends() {
    let limits = Limits {
        steps: 1,
        ..Limits::default()
    };
    let program = fenced("print(1)");
    let finalized = run(
        runner(fake([&program, "FINAL: about one"])).limits(limits.clone()),
        "What?",
        &Context::from_text(TEXT),
    )
    .await;
    assert!(matches!(finalized.result.outcome, Outcome::Partial { .. }));

    let journal = memory();
    let options = RunOptions {
        journal: Some(Arc::clone(&journal)),
        ..RunOptions::default()
    };
    let builder = runner(fake([&program, "FINAL: about one"]))
        .limits(limits)
        .on_limit(OnLimit::Error);
    let error = builder
        .build()
        .unwrap()
        .run_with("What?", &Context::from_text(TEXT), options)
        .await
        .unwrap_err();
    let RunError::Limit { limit, partial } = &error else {
        panic!("{error}")
    };
    assert_eq!(*limit, LimitReached::MaxStepsExceeded { limit: 1 });
    assert_eq!(
        (error.code(), error.to_string().as_str()),
        ("MaxStepsExceeded", "MaxStepsExceeded: all 1 steps are taken")
    );
    assert_eq!(
        (partial.answer.as_deref(), partial.totals.turns),
        (None, 1),
        "no further call was made"
    );
    let recorded = Recorded {
        result: (**partial).clone(),
        records: journal.records().unwrap(),
    };
    let replayed = replay(&recorded.as_recorded(), &Context::from_text(TEXT))
        .await
        .unwrap();
    assert_eq!(replayed.outcome.as_deref(), Some("budget_exceeded"));
}

#[tokio::test]
async fn context_exceeding_the_preset_is_rejected_before_any_call() {
    let builder = runner(fake(["FINAL: done"])).limits(Preset::Engine.limits());
    let runner = builder.build().unwrap();
    let error = runner
        .run("What?", &Context::from_text("x".repeat(500_001)))
        .await
        .unwrap_err();
    assert_eq!(error.code(), "context_too_long");
    assert!(
        runner
            .run("What?", &Context::from_text("x".repeat(500_000)))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn server_outage_ends_the_run_and_the_next_run_reuses_the_cache() {
    let folder = tempfile::tempdir().unwrap();
    let program = "replies = [llm_query('piece ' + str(n)) for n in range(30)]\nprint(sum(failed(r) for r in replies))";
    let (server, subcalls) = server(program);
    let cache = || Arc::new(rlm_cache::Cache::open(folder.path().join("cache")).unwrap());
    let (root, sub) = (served(&server, "root"), served(&server, "sub"));
    // The sub-model's server is gone after some replies: later calls go to a port without a
    // listener.
    struct Leaving {
        there: Arc<dyn Model>,
        gone: Arc<dyn Model>,
        left: AtomicUsize,
    }
    impl Model for Leaving {
        fn identity(&self) -> &ModelIdentity {
            self.there.identity()
        }

        fn price(&self) -> Option<Price> {
            self.there.price()
        }

        fn complete<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<Reply, ModelError>> {
            let before = self
                .left
                .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
            if before.is_ok() {
                self.there.complete(call)
            } else {
                self.gone.complete(call)
            }
        }
    }
    let closed = TestServer::always(Answer::text("gone")).unwrap();
    let gone = served(&closed, "sub");
    drop(closed);
    let settings = rlm_scheduler::SchedulerSettings {
        longest_outage: Duration::from_millis(1_500),
        ..without_pauses()
    };
    let builder = |sub: Arc<dyn Model>| -> RunnerBuilder {
        Runner::builder(Arc::clone(&root))
            .sub_model(sub)
            .scheduling(settings.clone())
            .cache(cache())
    };
    let leaving = Arc::new(Leaving {
        there: Arc::clone(&sub),
        gone,
        left: AtomicUsize::new(12),
    });
    let stopped = builder(leaving)
        .build()
        .unwrap()
        .run("What?", &Context::from_text(TEXT))
        .await
        .unwrap();
    assert_eq!(stopped.outcome, Outcome::ProviderError, "{:?}", stopped.message);
    let message = stopped.message.unwrap();
    assert!(
        message.contains("waited ") || message.contains("gave up after "),
        "{message}"
    );
    assert_eq!(subcalls.load(Ordering::SeqCst), 12);

    let finished = builder(sub)
        .build()
        .unwrap()
        .run("What?", &Context::from_text(TEXT))
        .await
        .unwrap();
    assert_eq!(
        (finished.answer.as_deref(), subcalls.load(Ordering::SeqCst)),
        (Some("done"), 30)
    );
}

#[tokio::test]
async fn quota_exhaustion_switches_to_fallback_and_records_every_attempt() {
    let empty = TestServer::always(Answer::error(
        429,
        "insufficient_quota",
        "You exceeded your current quota.",
    ))
    .unwrap();
    let (server, _) = server("print(llm_query('piece 1'))");
    let builder = Runner::builder(served(&empty, "first")).fallback_model(served(&server, "second"));
    let recorded = run(builder.scheduling(without_pauses()), "What?", &Context::from_text(TEXT)).await;
    assert_eq!(recorded.answer(), "done");
    assert_eq!(empty.requests().len(), 3, "the first model is called first each time");
    let attempts: Vec<_> = recorded
        .events()
        .filter_map(|event| match event {
            Event::AttemptFailed(failed) => Some(failed),
            _ => None,
        })
        .collect();
    assert_eq!(attempts.len(), 3);
    for attempt in &attempts {
        let account = attempt.account.as_ref().unwrap();
        assert_eq!(
            (attempt.attempt, attempt.error.status, attempt.next.as_deref()),
            (1, Some(429), Some("by_fallback"))
        );
        assert_eq!(
            (account.spent.input, account.spent.output, account.retries_left),
            (Tokens(0), Tokens(0), 200)
        );
    }
    let accounts = recorded.events().filter_map(|event| match event {
        Event::Settled(settled) => Some((settled.attempts, settled.account.as_ref()?.spent.output)),
        _ => None,
    });
    assert_eq!(accounts.collect::<Vec<_>>(), vec![(Some(2), Tokens(10)); 3]);
    assert!(
        recorded
            .result
            .notes
            .iter()
            .any(|note| note.text.contains("answered instead of"))
    );
}

#[tokio::test]
async fn calls_in_flight_are_limited_by_memory() {
    let model = Arc::new(Computed::new("long", |call| match call.id.is_root_model() {
        true => fenced(
            "replies = llm_query_batched([f'{i}' for i in range(600)])\nFINAL(sum(len(reply) for reply in replies))",
        ),
        false => "r".repeat(20_000),
    }));
    let most = Arc::clone(&model.most);
    let memory = 16 << 20;
    let limits = Limits {
        memory,
        concurrency: 500,
        subcalls: 1_000,
        ..Limits::default()
    };
    let recorded = run(
        Runner::builder(model).limits(limits),
        "How long?",
        &Context::from_text("some text"),
    )
    .await;
    assert_eq!(recorded.answer(), "12000000");
    let room = usize::try_from(memory / 8).unwrap() / 20_000;
    let most = most.load(Ordering::SeqCst);
    assert!(
        (20..=room).contains(&most),
        "{most} concurrent calls, at most {room} allowed"
    );
}
