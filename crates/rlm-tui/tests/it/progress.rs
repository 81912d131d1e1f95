//! Tests of the line about a run in progress.

use std::sync::Arc;

use proptest::prelude::*;
use rlm_model::{Cost, ModelErrorKind, Money};
use rlm_trace::{Activity, CoverageSummary, Millis, ProgramEnd};
use rlm_tui::{ContextTexts, Host, ProgressFacts, View};
use unicode_width::UnicodeWidthStr;

use crate::screen::screen;
use crate::written::{Written, failed, not_sent, reply};

fn facts(activity: &Activity, now: u64) -> ProgressFacts<'_> {
    ProgressFacts {
        activity,
        now: Millis(now),
        tokens: (12_345, Some(100_000)),
        cost: (Cost::Known(Money(42_196)), Some(Money(1_000_000))),
        coverage: CoverageSummary {
            bytes: 1_000,
            covered: 120,
            ..CoverageSummary::default()
        },
        tokens_per_second: Some(310),
    }
}

fn activity(run: &Written) -> Activity {
    let mut activity = Activity::default();
    run.records.iter().for_each(|record| activity.add(record));
    activity
}

/// Returns a run whose second step makes 30 calls together, four at a time, of which `done` are
/// answered, one every 500 ms.
fn batch(done: u32) -> Written {
    let mut run = Written::begin("Which are late?");
    run.turn("1").call("1.0.0", "?", "print(1)").program("1", "print(1)");
    run.ran("1", ProgramEnd::Done, "1", None).observed("1", "1");
    run.turn("2")
        .call("2.0.0", "?", "llm_batch(…)")
        .program("2", "llm_batch(…)");
    for index in 0..4 {
        run.issue_of(&format!("2.1.{index}"), "Late?", Some(30));
    }
    for index in 0..done {
        run.wait(500).settle(&format!("2.1.{index}"), reply("yes"));
        if index + 4 < 30 {
            run.issue_of(&format!("2.1.{}", index + 4), "Late?", Some(30));
        }
    }
    run
}

#[test]
fn size_of_a_batch_is_known_from_its_first_call() {
    let line = |run: &Written, now| facts(&activity(run), now).line(120);
    let shown = [
        line(&batch(0), 2_600),
        line(&batch(18), 11_700),
        line(&batch(29), 17_100),
        line(&batch(30), 17_600),
    ];
    insta::assert_snapshot!(shown.join("\n"), @r"
    step 2 · 0/30 sub-calls · $0.042 of $1.00 · 12,345 of 100,000 tokens · 12 % read · 310 tokens/s · 2 s
    step 2 · 18/30 sub-calls · ~5 s left · $0.042 of $1.00 · 12,345 of 100,000 tokens · 12 % read · 310 tokens/s · 11 s
    step 2 · 29/30 sub-calls · ~1 s left · $0.042 of $1.00 · 12,345 of 100,000 tokens · 12 % read · 310 tokens/s · 17 s
    step 2 · program running · $0.042 of $1.00 · 12,345 of 100,000 tokens · 12 % read · 310 tokens/s · 17 s
    ");
}

#[test]
fn the_line_names_who_is_working() {
    let line = |run: &Written, now| facts(&activity(run), now).line(44);
    let mut run = Written::begin("Which are late?");
    let mut shown = vec![line(&run, 0)];
    run.turn("1").issue("1.0.0", "?");
    shown.push(line(&run, 1_000));
    run.wait(2_000)
        .settle("1.0.0", reply("print(1)"))
        .program("1", "print(1)");
    shown.push(line(&run, 2_100));
    run.issue("1.1.0", "Late?");
    shown.push(line(&run, 2_200));
    run.attempt_failed("1.1.0", "429");
    shown.push(line(&run, 2_200));
    // After the pause, the next attempt is under way.
    shown.push(line(&run, 6_100));
    run.settle("1.1.0", reply("yes")).issue("1.2.0", "Late?");
    shown.push(line(&run, 6_200));
    run.settle("1.2.0", reply("yes")).ran("1", ProgramEnd::Done, "", None);
    shown.push(line(&run, 6_300));
    run.end("", "complete", Some("yes"), None);
    shown.push(line(&run, 6_400));
    insta::assert_snapshot!(shown.join("\n"), @r"
    step 1 · starting · $0.042 of $1.00 · 0 s
    step 1 · waiting for the root model · 1 s
    step 1 · program running · 2 s
    step 1 · sub-call 1 · $0.042 of $1.00 · 2 s
    step 1 · rate limit, retry in 3 s · 2 s
    step 1 · sub-call 1 · $0.042 of $1.00 · 6 s
    step 1 · sub-call 2 · $0.042 of $1.00 · 6 s
    step 1 · waiting for the root model · 6 s
    step 1 · ended · $0.042 of $1.00 · 6 s
    ");
}

#[test]
fn fields_are_dropped_whole_and_the_least_important_first() {
    let run = batch(18);
    let activity = activity(&run);
    let lines: Vec<String> = [120, 90, 80, 60, 44, 30, 12]
        .map(|width| format!("{width:>3} {}", facts(&activity, 11_700).line(width)))
        .into();
    insta::assert_snapshot!(lines.join("\n"), @r"
    120 step 2 · 18/30 sub-calls · ~5 s left · $0.042 of $1.00 · 12,345 of 100,000 tokens · 12 % read · 310 tokens/s · 11 s
     90 step 2 · 18/30 sub-calls · ~5 s left · $0.042 of $1.00 · 12,345 of 100,000 tokens · 11 s
     80 step 2 · 18/30 sub-calls · ~5 s left · $0.042 of $1.00 · 11 s
     60 step 2 · 18/30 sub-calls · ~5 s left · 11 s
     44 step 2 · 18/30 sub-calls · ~5 s left · 11 s
     30 step 2 · 18/30 sub-calls
     12 step 2 · 18…
    ");
    insta::assert_snapshot!(facts(&activity, 11_700).sentence(), @"step 2: 18 of 30 sub-calls, about 5 s left, $0.042 of $1.00, 12,345 of 100,000 tokens, 12 % read, 310 tokens/s, 11 s");
}

#[test]
fn failures_and_unsent_calls_count_as_ended() {
    let mut run = batch(3);
    run.settle("2.1.3", failed(ModelErrorKind::Server, "500"))
        .settle("2.1.4", not_sent("CostExceeded", "no money is left"));
    insta::assert_snapshot!(facts(&activity(&run), 5_000).line(60), @"step 2 · 5/30 sub-calls · ~11 s left · 1 failed · 5 s");
}

#[test]
fn calls_of_a_batch_are_named_by_their_places() {
    let run = batch(3);
    let mut view = View::new(Host::Watcher).with_texts(ContextTexts::new(|_| None).with_places(|range| {
        let line = range.start / 40;
        Some(format!("contracts/2026/contract.md:{line}-{}", line + 9))
    }));
    run.records.iter().for_each(|record| view.add(Arc::clone(record)));
    view.tick(Millis(4_200));
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!("batch@80x24", screen(&mut view, (80, 24)));
        insta::assert_snapshot!("batch@160x50", screen(&mut view, (160, 50)));
    });
}

proptest! {
    #[test]
    fn lines_fit_and_keep_the_step(width in 12_usize..200, done in 0_u32..30, now in 0_u64..10_000_000) {
        let run = batch(done);
        let activity = activity(&run);
        let group = activity.group().expect("a batch is under way");
        prop_assert_eq!((group.total, group.done), (30, u64::from(done)));
        let line = facts(&activity, now).line(width);
        prop_assert!(line.width() <= width, "{:?}", line);
        prop_assert!(line.starts_with("step 2"), "{:?}", line);
    }
}
