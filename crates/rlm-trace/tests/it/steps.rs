//! Tests of a run as a list of steps, and of its JSON.

use crate::support::*;
use proptest::collection::vec;
use proptest::prelude::*;
use rlm_trace::*;

#[test]
fn a_run_is_a_list_of_steps() {
    let trace = Trace::of(&records(&a_run()));
    insta::assert_snapshot!("trace", trace.to_json());
    assert_eq!(Trace::from_json(&trace.to_json()).unwrap(), trace);
}

#[test]
fn pyrlm_trace_is_parsed() {
    // The JSON of a step as written by pyrlm-runtime 1.0.2.
    let step = r#"[{"step_id": 3, "kind": "sub_subcall", "depth": 1, "prompt_summary": "a", "code": null, "output": "b",
        "stdout": null, "error": null, "usage": {"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7}, "model": "m",
        "elapsed": 0.25, "cache_hit": true, "input_hash": "x", "output_hash": "y", "cache_key": "z", "parallel_group_id": "g",
        "parallel_index": 0, "parallel_total": 2}]"#;
    let trace = Trace::from_json(step).unwrap();
    let [read] = trace.steps.as_slice() else {
        panic!("{trace:?}");
    };
    assert_eq!(
        (
            read.kind,
            read.cache_hit,
            read.elapsed,
            read.usage.map(|usage| usage.total_tokens)
        ),
        (TraceKind::SubSubcall, true, Some(0.25), Some(7))
    );
    assert_eq!(
        (
            read.cache_key.as_deref(),
            read.parallel_group_id.as_deref(),
            read.parallel_total
        ),
        (Some("z"), Some("g"), Some(2))
    );
    assert!(Trace::from_json(r#"[{"step_id": 1, "kind": "daydream"}]"#).is_err());
}

proptest! {
    #[test]
    fn trace_round_trips_through_json(steps in vec(any_step(), 0..6)) {
        let trace = Trace { steps };
        prop_assert_eq!(Trace::from_json(&trace.to_json()).unwrap(), trace);
    }
}

fn any_step() -> impl Strategy<Value = TraceStep> {
    use TraceKind::*;
    let kinds = [
        RootCall,
        ReplExec,
        Subcall,
        RecursiveSubcall,
        SubRootCall,
        SubReplExec,
        SubSubcall,
        BaselineCall,
        Compaction,
    ];
    let text = || proptest::option::of(any::<String>());
    let elapsed = proptest::option::of(prop::num::f64::NORMAL | prop::num::f64::ZERO);
    let usage = proptest::option::of((any::<u64>(), any::<u64>(), any::<u64>()));
    let texts = [text(), text(), text(), text(), text(), text()];
    (
        any::<u64>(),
        proptest::sample::select(kinds.to_vec()),
        any::<u32>(),
        texts,
        usage,
        elapsed,
        any::<bool>(),
        proptest::option::of(any_id()),
        [text(), text(), text(), text()],
        proptest::option::of((any::<u32>(), any::<u32>())),
    )
        .prop_map(
            |(
                step_id,
                kind,
                depth,
                [prompt_summary, code, output, stdout, error, model],
                usage,
                elapsed,
                cache_hit,
                call,
                [input_hash, output_hash, cache_key, parallel_group_id],
                parallel,
            )| {
                let usage = usage.map(|(prompt_tokens, completion_tokens, total_tokens)| TraceUsage {
                    prompt_tokens,
                    completion_tokens,
                    total_tokens,
                });
                TraceStep {
                    step_id,
                    kind,
                    depth,
                    prompt_summary,
                    code,
                    output,
                    stdout,
                    error,
                    usage,
                    model,
                    elapsed,
                    cache_hit,
                    input_hash,
                    output_hash,
                    cache_key,
                    parallel_group_id,
                    parallel_index: parallel.map(|(index, _)| index),
                    parallel_total: parallel.map(|(_, total)| total),
                    call,
                }
            },
        )
}
