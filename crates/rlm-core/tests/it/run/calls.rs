//! Tests of sub-calls: their number, their models, and when they are issued.

use std::sync::Arc;

use rlm_adapters::FakeModel;
use rlm_core::Runner;
use rlm_policy::{Limits, Outcome};
use tokio::time::Instant;

use super::context;
use rlm_test_runs::{Recorded, Spy, fake, fenced, run, runner};

#[tokio::test]
async fn sub_calls_over_the_limit_fail_and_the_run_continues() {
    let program = "replies = llm_query_batched(['a', 'b', 'c', 'd', 'e'])\nprint([failed(reply) for reply in replies])";
    let model = fake([&fenced(program), "FINAL: done"]).default_reply("yes");
    let spy = Spy::new(model);
    let limits = Limits {
        subcalls: 3,
        ..Limits::default()
    };
    let recorded = run(
        Runner::builder(Arc::clone(&spy) as _).limits(limits),
        "What?",
        &context(),
    )
    .await;
    assert_eq!(recorded.answer(), "done");
    assert!(
        recorded.observations()[0].contains("[False, False, False, True, True]"),
        "{:?}",
        recorded.observations()
    );
    assert_eq!(spy.calls().len(), 3 + 2, "three sub-calls and two root calls");
    let sub = recorded.result.totals.sub;
    assert_eq!((sub.calls, sub.unissued), (3, 2));
}

#[tokio::test]
async fn without_sub_calls_none_are_made() {
    let model = fake([
        "```repl\nprint(failed(llm_query_batched(['a'])[0]))\n```",
        "FINAL: done",
    ])
    .default_reply("yes");
    let spy = Spy::new(model);
    let limits = Limits {
        depth: 0,
        ..Limits::default()
    };
    let recorded = run(
        Runner::builder(Arc::clone(&spy) as _).limits(limits),
        "What?",
        &context(),
    )
    .await;
    assert_eq!(recorded.answer(), "done");
    assert_eq!(spy.calls().len(), 2);
    assert!(spy.calls()[0].request.messages[0].content().contains("no sub-models"));
}

/// Sub-calls are issued together, in a batch and in a loop, and the run takes as long as its
/// longest chain of calls.
#[tokio::test(start_paused = true)]
async fn sub_calls_overlap() {
    let batch = "replies = llm_query_batched([f'piece {i}' for i in range(20)])\nprint(replies)";
    let in_a_loop = "replies = []\nfor i in range(20):\n    replies += [llm_query(f'piece {i}')]\nprint(replies)";
    let chained = "replies = []\nfor i in range(20):\n    first = llm_query(f'piece {i}')\n    replies += [llm_query(f'again piece: {first}')]\nprint(replies)";
    for (program, sub_latencies) in [(batch, 1), (in_a_loop, 1), (chained, 2)] {
        let definition = serde_json::json!({
            "script": [{"reply": fenced(program), "delay_ms": 50}, {"reply": "FINAL: done", "delay_ms": 50}],
            "rules": [{"match": "piece", "reply": "a reply", "delay_ms": 50}],
        });
        let model = FakeModel::from_json("f", &definition.to_string()).unwrap();
        let limits = Limits {
            concurrency: 20,
            ..Limits::default()
        };
        let start = Instant::now();
        let recorded = run(runner(model).limits(limits), "What?", &context()).await;
        assert_eq!(recorded.answer(), "done", "{program}: {:?}", recorded.observations());
        // The clock is paused, so it shows the waiting time to the millisecond (timers are rounded
        // up to the next one).
        let waited = start.elapsed().as_millis();
        let expected = 50 * (2 + sub_latencies);
        assert!((expected..expected + 5).contains(&waited), "{program}: {waited} ms");
    }
}

/// Invariant 2: completion order is not observable.
#[tokio::test(start_paused = true)]
async fn reply_order_is_not_observable() {
    let program = "replies = []\nfor i in range(12):\n    first = llm_query(f'piece {i}.')\n    replies += [llm_query(f'{first} once more')]\nprint(replies)\nprint(llm_query_batched(['same', 'same']))";
    let mut digests = Vec::new();
    for (seed, concurrency) in [(1_u64, 1), (2, 3), (3, 20), (7, 20)] {
        let rules: Vec<_> = (0..12)
            .map(|i| serde_json::json!({"match": format!("piece {i}\\."), "reply": format!("reply {i}"), "delay_ms": (i * seed * 37) % 101}))
            .collect();
        let delayed = FakeModel::from_json(
            "f",
            &serde_json::json!({"rules": rules, "default_reply": "more"}).to_string(),
        )
        .unwrap();
        let named = Renamed(delayed);
        let root = FakeModel::new([fenced(program).as_str(), "FINAL_VAR: replies"]);
        let limits = Limits {
            concurrency,
            ..Limits::default()
        };
        let recorded = run(
            runner(root).sub_model(Arc::new(named)).limits(limits),
            "What?",
            &context(),
        )
        .await;
        assert_eq!(
            recorded.result.outcome,
            Outcome::Complete,
            "{:?}",
            recorded.observations()
        );
        // The settings differ only in `concurrency`, which is not compared here.
        let events = recorded.records.iter().skip(1).map(|record| &**record);
        digests.push(rlm_trace::canonical(events).digest());
    }
    digests.dedup();
    assert_eq!(digests.len(), 1);
}

/// A fake model with a fixed name, whatever its delays.
struct Renamed(FakeModel);

impl rlm_model::Model for Renamed {
    fn identity(&self) -> &rlm_model::ModelIdentity {
        static IDENTITY: std::sync::LazyLock<rlm_model::ModelIdentity> =
            std::sync::LazyLock::new(|| rlm_model::ModelIdentity::new("fake", "", "renamed"));
        &IDENTITY
    }

    fn price(&self) -> Option<rlm_model::Price> {
        self.0.price()
    }

    fn complete<'a>(
        &'a self,
        call: &'a rlm_model::Call,
    ) -> rlm_model::BoxFuture<'a, Result<rlm_model::Reply, rlm_model::ModelError>> {
        self.0.complete(call)
    }
}

#[tokio::test]
async fn sub_models_are_selected_by_name() {
    let program = "print(llm_query('a', model='small'))\nprint(llm_query('b', model='gpt-9'))";
    let root = fake([&fenced(program), "FINAL: done"]);
    let small = fake([]).default_reply("small says");
    let sub = fake([]).default_reply("sub says");
    let builder = runner(root)
        .sub_model(Arc::new(sub))
        .named_model("small", Arc::new(small));
    let recorded = run(builder, "What?", &context()).await;
    let shown = recorded.observations().join("\n");
    assert!(shown.contains("small says") && !shown.contains("sub says"), "{shown}");
    assert!(shown.contains("unknown model `gpt-9`; available: "), "{shown}");
    assert_eq!(recorded.result.totals.sub.calls, 1, "a missing model has no substitute");
}

/// Finds models whose name begins with `found:`.
struct Finds(Arc<std::sync::Mutex<Vec<String>>>);

impl rlm_core::FindModel for Finds {
    fn names(&self) -> Vec<rlm_model::NamePattern> {
        vec!["found:*".parse().unwrap()]
    }

    fn find(&self, name: &str) -> Arc<dyn rlm_model::Model> {
        self.0.lock().unwrap().push(name.to_owned());
        match name {
            // This model has no reply.
            "found:nothing" => Arc::new(fake([])),
            name => Arc::new(fake([]).default_reply(name)),
        }
    }
}

#[tokio::test]
async fn lazily_resolved_models_are_called_and_replay() {
    let program = "names = ['found:a', 'found:b', 'found:a', 'found:nothing', 'other']\n\
                   replies = [llm_query('?', model=name) for name in names]\nprint(replies[:3])\n\
                   for reply in replies[3:] + [rlm_query('x', model='other')]:\n    print(reply)";
    let asked = Arc::default();
    let builder = runner(fake([&fenced(program), "FINAL: done"]))
        .sub_model(Arc::new(fake([]).default_reply("sub says")))
        .find_models(Arc::new(Finds(Arc::clone(&asked))));
    let recorded = run(builder, "What?", &context()).await;
    let shown = recorded.observations().join("\n");
    assert!(shown.contains("['found:a', 'found:b', 'found:a']"), "{shown}");
    assert_eq!(
        shown.matches("unknown model `other`; available: found:*").count(),
        2,
        "{shown}"
    );
    assert_eq!(*asked.lock().unwrap(), ["found:a", "found:b", "found:nothing"]);
    assert_eq!(
        recorded.result.totals.sub.calls, 4,
        "calls of `other` are not sub-calls"
    );
    let replayed = rlm_runs::replay(&recorded.as_recorded(), &context()).await.unwrap();
    assert_eq!(replayed.extent, rlm_runs::ReplayExtent::Whole);
}

#[tokio::test]
async fn equal_sub_calls_are_separate_samples() {
    let model = fake(["```repl\nprint(llm_query_batched(['x', 'x', 'x']))\n```", "FINAL: done"]).default_reply("yes");
    let spy = Spy::new(model);
    let recorded = run(Runner::builder(Arc::clone(&spy) as _), "What?", &context()).await;
    assert_eq!(recorded.result.totals.sub.calls, 3);
    let mut occurrences: Vec<_> = spy
        .calls()
        .iter()
        .filter(|call| !call.id.is_root_model())
        .map(|call| (call.id.clone(), call.request_id.occurrence))
        .collect();
    occurrences.sort();
    assert_eq!(
        occurrences
            .into_iter()
            .map(|(_, occurrence)| occurrence)
            .collect::<Vec<_>>(),
        [0, 1, 2]
    );
}

#[tokio::test]
async fn deduplicated_sub_calls_share_one_request() {
    let programs = [
        fenced("first = llm_query('x')\nprint(first)\nprint(llm_query_batched(['x', 'y', 'x']), llm_query('y'))"),
        fenced("print(llm_query('x') == first, rlm_query('z', 'text'), rlm_query('z', 'text'))"),
        "FINAL: done".to_owned(),
    ];
    let spy = Spy::new(fake(programs.each_ref().map(String::as_str)).default_reply("yes"));
    let recorded = run(Runner::builder(Arc::clone(&spy) as _).dedupe(true), "What?", &context()).await;
    let mut asked: Vec<String> = spy
        .calls()
        .iter()
        .filter(|call| !call.id.is_root_model())
        .map(|call| call.request.messages.last().unwrap().content().to_owned())
        .collect();
    asked.sort();
    assert_eq!(asked, ["x", "y", "z\n\ntext"]);
    assert_eq!(recorded.result.totals.sub.calls, 8, "each counts as a sub-call");
    let replayed = rlm_runs::replay(&recorded.as_recorded(), &context()).await.unwrap();
    assert_eq!(replayed.extent, rlm_runs::ReplayExtent::Whole);
}

#[tokio::test]
async fn cached_reply_is_not_requested_again() {
    let cache = Arc::new(rlm_cache::Cache::memory());
    let script = ["```repl\nprint(llm_query('x'))\n```", "FINAL: done"];
    let mut results: Vec<Recorded> = Vec::new();
    for _ in 0..2 {
        let model = fake(script).default_reply("yes");
        results.push(run(runner(model).cache(Arc::clone(&cache)), "What?", &context()).await);
    }
    let cached: Vec<u64> = results
        .iter()
        .map(|recorded| recorded.result.totals.sub.cached)
        .collect();
    assert_eq!(cached, [0, 1]);
}

#[tokio::test]
async fn child_run_at_max_depth_becomes_a_plain_call_with_a_note() {
    let program = fenced("print(rlm_query('Which code?', context[:24]))");
    let spy = Spy::new(fake([program.as_str(), "FINAL: done"]).default_reply("7-4-1"));
    let recorded = run(Runner::builder(Arc::clone(&spy) as _), "What?", &context()).await;
    let asked = spy.calls().into_iter().find(|call| !call.id.is_root_model()).unwrap();
    let prompt = asked.request.messages.last().unwrap().content();
    assert_eq!(prompt, "Which code?\n\nThe vault code is 7-4-1.");
    assert!(
        recorded
            .result
            .notes
            .iter()
            .any(|note| note.code == "child_run_as_plain_call")
    );
}

#[tokio::test]
async fn max_tokens_of_a_call_is_capped_by_the_run_limit() {
    let program =
        fenced("print(llm_query('a', max_tokens=5))\nprint(llm_query('b', max_tokens=99999))\nprint(llm_query('c'))");
    let spy = Spy::new(fake([program.as_str(), "FINAL: done"]).default_reply("yes"));
    let recorded = run(Runner::builder(Arc::clone(&spy) as _), "What?", &context()).await;
    assert_eq!(recorded.answer(), "done", "{:?}", recorded.observations());
    let mut calls = spy.calls();
    calls.sort_by(|a, b| a.id.cmp(&b.id));
    let bounds: Vec<u64> = calls.iter().map(|call| call.request.parameters.max_output.0).collect();
    assert_eq!(bounds, [4_096, 5, 4_096, 1_024, 4_096]);
}
