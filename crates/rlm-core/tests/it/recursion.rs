//! Tests of child runs, which answer a program's question about a piece of text, on nested data.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use rlm_context::Context;
use rlm_core::{AtMaxDepth, Recursion, Runner, RunnerBuilder};
use rlm_model::{Call, RunPath};
use rlm_policy::Limits;
use rlm_test_runs::{Computed, Recorded, run};
use rlm_trace::{Event, Tree};

/// A company with regions and their countries, one per line. The sum of all revenues is 215.
const COMPANY: &str = "Company TechCorp
Region North America
Country USA earned 80
Country Canada earned 20
Region Europe
Country UK earned 40
Country Germany earned 25
Country Spain earned 10
Region Asia
Country Japan earned 40
";

/// The first word of a part, by level.
const PARTS: [&str; 3] = ["Region", "Country", "earned"];

fn prompt(call: &Call) -> String {
    call.request.messages.last().unwrap().content()
}

/// Returns a program that asks about each part of the context and adds up the answers, or the
/// answer to a plain call.
fn sum(call: &Call) -> String {
    if !call.id.is_root_model() {
        let text = prompt(call);
        let numbers = text.split_whitespace().filter_map(|word| word.parse::<u64>().ok());
        return numbers.sum::<u64>().to_string();
    }
    let word = PARTS.get(call.id.run.depth()).copied().unwrap_or("earned");
    format!(
        "```repl\nparts = ['{word}' + part for part in context.split('{word}')[1:]]\n\
         answers = [rlm_query('What is earned in all?', part) for part in parts]\n\
         FINAL(sum(int(answer) for answer in answers))\n```"
    )
}

fn at_depth(depth: u32) -> RunnerBuilder {
    let model = Arc::new(Computed::new("sum", sum));
    let limits = Limits {
        depth,
        steps: 3,
        ..Limits::default()
    };
    Runner::builder(model).limits(limits)
}

async fn company(builder: RunnerBuilder) -> Recorded {
    run(builder, "What does the company earn?", &Context::from_text(COMPANY)).await
}

/// Counts the runs at each depth, and the plain calls.
fn shape(recorded: &Recorded) -> (Vec<usize>, usize) {
    let tree = Tree::of(recorded.records.iter().map(|record| &**record));
    let deepest = tree.runs.keys().map(RunPath::depth).max().unwrap();
    let runs = (0..=deepest).map(|depth| tree.runs.keys().filter(|path| path.depth() == depth).count());
    let issued = recorded.events().filter(|event| match event {
        Event::Issued(call) => !call.id.is_root_model(),
        _ => false,
    });
    (runs.collect(), issued.count())
}

#[tokio::test]
async fn recursion_makes_child_runs_per_level_and_plain_calls_at_the_last() {
    let flat = company(at_depth(1)).await;
    assert_eq!((flat.answer(), shape(&flat)), ("215", (vec![1], 3)));
    let notes: Vec<&str> = flat.result.notes.iter().map(|note| note.code.as_str()).collect();
    assert_eq!(
        notes,
        ["child_run_as_plain_call"],
        "noted once, although it happened three times"
    );

    let regions = company(at_depth(2)).await;
    assert_eq!((regions.answer(), shape(&regions)), ("215", (vec![1, 3], 6)));
    assert_eq!(regions.result.totals.child_turns, 3);

    let countries = company(at_depth(3)).await;
    assert_eq!((countries.answer(), shape(&countries)), ("215", (vec![1, 3, 6], 6)));
    insta::assert_snapshot!("first-message-of-a-child", countries.first_message("1.1.0/1.2.0"));
}

#[tokio::test]
async fn depth_zero_disables_all_sub_calls() {
    let none = company(at_depth(0)).await;
    assert_eq!(shape(&none), (vec![1], 0));
    assert!(
        none.observations()[0].contains("CallFailed"),
        "{:?}",
        none.observations()
    );
}

#[tokio::test]
async fn recursion_reaches_ten_levels() {
    // Each run removes one pair of brackets.
    let unwrap = |call: &Call| match call.id.is_root_model() {
        true => "```repl\nFINAL(rlm_query('What is inside?', context[1:-1]))\n```".to_owned(),
        false => "a pearl".to_owned(),
    };
    let limits = Limits {
        depth: 10,
        ..Limits::default()
    };
    let builder = Runner::builder(Arc::new(Computed::new("unwrap", unwrap))).limits(limits);
    let context = Context::from_text("[[[[[[[[[[pearl]]]]]]]]]]");
    let deep = run(builder, "What is inside?", &context).await;
    assert_eq!(deep.answer(), "a pearl");
    assert_eq!(
        shape(&deep),
        (vec![1; 10], 1),
        "nine nested child runs, the last of which makes a plain call"
    );
}

#[tokio::test]
async fn child_runs_at_max_depth_can_be_errors() {
    let recursion = Recursion {
        at_max_depth: AtMaxDepth::Error,
        ..Recursion::default()
    };
    let refused = company(at_depth(1).recursion(recursion)).await;
    assert_eq!(shape(&refused), (vec![1], 0));
    assert!(
        refused.observations()[0].contains("MaxRecursionExceeded"),
        "{:?}",
        refused.observations()
    );
}

#[tokio::test]
async fn plain_calls_become_child_runs_if_configured() {
    let ask = |call: &Call| match (call.id.is_root_model(), call.id.run.depth()) {
        (true, 0) => "```repl\nFINAL(llm_query('How long is this? ' + context[:20]))\n```".to_owned(),
        (true, _) => "```repl\nFINAL(len(context))\n```".to_owned(),
        (false, _) => "plainly".to_owned(),
    };
    let asked = |depth, recursive_subcalls| async move {
        let limits = Limits {
            depth,
            ..Limits::default()
        };
        let recursion = Recursion {
            recursive_subcalls,
            ..Recursion::default()
        };
        let builder = Runner::builder(Arc::new(Computed::new("ask", ask)));
        let run = company(builder.limits(limits).recursion(recursion)).await;
        run.answer().to_owned()
    };
    // The prompt is the child's context.
    assert_eq!(asked(2, None).await, "38");
    assert_eq!(asked(2, Some(true)).await, "38");
    assert_eq!(asked(2, Some(false)).await, "plainly");
    assert_eq!(asked(1, None).await, "plainly");
    assert_eq!(asked(1, Some(true)).await, "plainly", "the maximum depth is reached");
}

#[tokio::test]
async fn child_runs_of_a_batch_are_concurrent() {
    let batch = |call: &Call| match call.id.run.depth() {
        0 => "```repl\nparts = context.split('Region')[1:]\n\
              answers = rlm_query_batched(['What is earned?'] * 3, parts)\n\
              FINAL(','.join(answers))\n```"
            .to_owned(),
        _ => "```repl\nFINAL(re.findall(r'\\d+', context)[0])\n```".to_owned(),
    };
    let model = Computed::new("batch", batch);
    let most = Arc::clone(&model.most);
    let limits = Limits {
        depth: 2,
        ..Limits::default()
    };
    let run = company(Runner::builder(Arc::new(model)).limits(limits)).await;
    assert_eq!(run.answer(), "80,40,40", "in batch order");
    assert_eq!(most.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn child_runs_of_a_loop_run_concurrently_by_speculation() {
    let looking = |call: &Call| match call.id.run.depth() {
        0 => "```repl\nlarge = []\nfor part in context.split('Region')[1:]:\n    \
              answer = rlm_query('What is earned?', part)\n    if '40' in answer:\n        large.append(answer)\n\
              FINAL(','.join(large))\n```"
            .to_owned(),
        _ => "```repl\nFINAL(re.findall(r'\\d+', context)[0])\n```".to_owned(),
    };
    let model = Computed::new("looking", looking);
    let most = Arc::clone(&model.most);
    let limits = Limits {
        depth: 2,
        ..Limits::default()
    };
    let run = company(Runner::builder(Arc::new(model)).limits(limits)).await;
    assert_eq!(run.answer(), "40,40");
    assert_eq!(most.load(Ordering::SeqCst), 3);
    let early = run.events().filter(|event| match event {
        Event::ChildStarted(child) => child.early,
        _ => false,
    });
    assert_eq!(early.count(), 2, "all but the first");
    let reached = run.events().filter(|event| matches!(event, Event::Reached(_)));
    assert_eq!(reached.count(), 2);
}

#[tokio::test]
async fn text_sliced_by_a_child_run_can_be_cited() {
    let cut = |call: &Call| match call.id.run.depth() {
        0 => "```repl\neurope = context[context.index('Region Europe'):]\n\
              FINAL(rlm_query('Which line is about the UK?', europe))\n```"
            .to_owned(),
        _ => "```repl\nFINAL([line for line in context.split('\\n') if 'UK' in line][0])\n```".to_owned(),
    };
    let limits = Limits {
        depth: 2,
        ..Limits::default()
    };
    let run = company(Runner::builder(Arc::new(Computed::new("cut", cut))).limits(limits)).await;
    assert_eq!(run.answer(), "Country UK earned 40");
    let citation = &run.result.citations[0];
    assert_eq!(
        (citation.line_start, citation.column_start),
        (6, 1),
        "{:?}",
        run.result.citations
    );
}

#[tokio::test]
async fn child_runs_use_the_models_of_their_depth() {
    let named = |name: &'static str| {
        Arc::new(Computed::new(name, move |call: &Call| match call.id.run.depth() {
            0 => "```repl\nFINAL(rlm_query('Who are you?', context))\n```".to_owned(),
            1 => format!("```repl\nFINAL('{name}, ' + rlm_query('Who are you?', context))\n```"),
            _ => format!("```repl\nFINAL('{name}')\n```"),
        }))
    };
    let limits = Limits {
        depth: 3,
        ..Limits::default()
    };
    let builder = Runner::builder(named("root"))
        .limits(limits)
        .recursive_model(named("child"));
    assert_eq!(company(builder.clone()).await.answer(), "child, child");
    let deeper = company(builder.model_at_depth(2, named("grandchild"))).await;
    assert_eq!(deeper.answer(), "child, grandchild");
}

#[tokio::test]
async fn child_run_without_an_answer_raises_in_its_parent() {
    let lost = |call: &Call| {
        match call.id.run.depth() {
        0 if call.id.position.turn > 1 => "FINAL: nobody knows".to_owned(),
        0 => "```repl\ntry:\n    print(rlm_query('What is earned?', context))\nexcept CallFailed as e:\n    print(f'caught: {e}')\n```"
            .to_owned(),
        _ if prompt(call).contains("CANNOT_DETERMINE") => "CANNOT_DETERMINE: nothing is there".to_owned(),
        _ => "```repl\nprint(1)\n```".to_owned(),
    }
    };
    let limits = Limits {
        depth: 2,
        child_steps: 2,
        ..Limits::default()
    };
    let run = company(Runner::builder(Arc::new(Computed::new("lost", lost))).limits(limits)).await;
    let observations = run.observations();
    let caught = observations.iter().flat_map(|text| text.lines());
    insta::assert_snapshot!(caught.filter(|line| line.starts_with("caught")).collect::<String>());
    assert_eq!(run.result.totals.child_turns, 2, "a child has a separate turn limit");
}

#[tokio::test]
async fn run_tree_shares_one_budget() {
    for subcalls in [0, 1, 4, 9, 15, 60] {
        let limits = Limits {
            depth: 3,
            subcalls,
            steps: 1,
            child_steps: 1,
            ..Limits::default()
        };
        let run = company(at_depth(3).limits(limits)).await;
        let spent = run.result.spent.calls;
        assert!(spent <= u64::from(subcalls), "{spent} of {subcalls}");
        // Nine child runs and six plain calls. A quarter of fifteen is not enough for a region.
        assert_eq!(
            run.answer() == "215",
            subcalls == 60,
            "with {subcalls}: {:?}",
            run.result.answer
        );
    }
}

#[tokio::test]
async fn equal_requests_of_two_child_runs_are_separate_samples() {
    let twice = |call: &Call| match (call.id.is_root_model(), call.id.run.depth()) {
        (true, 0) => "```repl\nFINAL(rlm_query('One?', 'a') + rlm_query('One?', 'a'))\n```".to_owned(),
        (true, _) => "```repl\nFINAL(llm_query('Any number?'))\n```".to_owned(),
        (false, _) => "7".to_owned(),
    };
    let limits = Limits {
        depth: 2,
        ..Limits::default()
    };
    let recursion = Recursion {
        recursive_subcalls: Some(false),
        ..Recursion::default()
    };
    let builder = Runner::builder(Arc::new(Computed::new("twice", twice)));
    let run = company(builder.limits(limits).recursion(recursion)).await;
    assert_eq!(run.answer(), "77");
    let mut samples: Vec<u32> = run
        .events()
        .filter_map(|event| match event {
            Event::Issued(call) if !call.id.is_root_model() => Some(call.request_id.occurrence),
            _ => None,
        })
        .collect();
    samples.sort_unstable();
    samples.dedup();
    assert_eq!(samples.len(), 2);
}
