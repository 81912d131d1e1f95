//! Replays the recorded runs in `examples/recorded` from their journals and compares them event by
//! event.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use rlm::budgets::Totals;
use rlm::journals::{Event, RecordedRun};
use rlm::runs::{ReplayExtent, Strategy, replay};
use rlm::{FakeModel, Limits, Rlm};
use rlm_context::{Context, ContextAs, ContextSpec, LoadOptions, load};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/recorded")
}

fn journals() -> Vec<RecordedRun> {
    let files = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = files
        .filter(|path| path.extension().is_some_and(|end| end == "jsonl"))
        .collect();
    files.sort();
    files.into_iter().map(|path| RecordedRun::read(path).unwrap()).collect()
}

/// Loads the fixture files of a run under their names in its journal.
fn context(run: &RecordedRun) -> Context {
    let names = run.events().find_map(|event| match event {
        Event::RunStarted(started) => Some(started.context.iter().map(|source| source.name.clone())),
        _ => None,
    });
    let specs: Vec<ContextSpec> = names
        .unwrap()
        .map(|name| ContextSpec::path(folder().join(name.as_str())).named(name.as_str()))
        .collect();
    let shown_as = if specs.len() == 1 {
        ContextAs::Text
    } else {
        ContextAs::List
    };
    let options = LoadOptions {
        shown_as,
        ..LoadOptions::default()
    };
    load(&specs, &options).unwrap().context
}

#[tokio::test]
async fn every_recorded_run_replays_to_the_same_answer() {
    let runs = journals();
    assert!(runs.len() >= 3, "{} journals", runs.len());
    for run in &runs {
        let report = replay(run, &context(run)).await.unwrap();
        assert_eq!(report.extent, ReplayExtent::Whole, "{}", report.run);
        let recorded = run.events().find_map(|event| match event {
            Event::Outcome(outcome) => Some(outcome.answer.clone()),
            _ => None,
        });
        assert_eq!(Some(report.answer), recorded, "{}", report.run);
    }
}

#[test]
fn recorded_runs_include_a_repair_and_a_partial_answer() {
    let runs = journals();
    let repaired = |run: &RecordedRun| {
        let mut refused = false;
        run.events().any(|event| match event {
            Event::ProgramChecked(checked) => {
                refused |= checked
                    .diagnostics
                    .iter()
                    .any(|diagnostic| diagnostic.code.starts_with('S'));
                false
            }
            Event::ProgramRan(_) => refused,
            _ => false,
        })
    };
    assert!(runs.iter().any(repaired));
    let partial = |run: &RecordedRun| {
        run.events()
            .any(|event| matches!(event, Event::Outcome(outcome) if outcome.outcome == "partial"))
    };
    assert!(runs.iter().any(partial));
}

/// Runs with sub-calls are compared with the estimate of the strategy that includes them.
#[test]
fn recorded_runs_took_between_half_and_twice_the_estimate() {
    let mut shown = String::new();
    for run in journals() {
        let started = run.events().find_map(|event| match event {
            Event::RunStarted(started) => Some(started),
            _ => None,
        });
        let started = started.unwrap();
        let limits: Limits = serde_json::from_value(started.settings["limits"].clone()).unwrap();
        let rlm = Rlm::new(FakeModel::new([""; 0])).limits(limits);
        let estimate = rlm.estimate(&started.question, &context(&run)).unwrap();
        let totals = Totals::of(&run.records);
        let way = if totals.sub.calls == 0 {
            Strategy::Symbolic
        } else {
            Strategy::SymbolicReading
        };
        let (said, took) = (
            estimate.strategy(way).unwrap().usage.total().0,
            totals.usage().total().0,
        );
        let asked: String = started.question.chars().take(40).collect();
        writeln!(shown, "{asked}…: {said} tokens estimated, {took} taken").unwrap();
        assert!(said <= 2 * took && took <= 2 * said, "{shown}");
    }
    insta::assert_snapshot!(shown, @r"
    What became of the proposal to keep the …: 10832 tokens estimated, 11083 taken
    For each module of this package: how man…: 3128 tokens estimated, 3395 taken
    How many of these reviews complain that …: 14502 tokens estimated, 12394 taken
    Which functions and methods of this pack…: 10516 tokens estimated, 14347 taken
    ");
}
